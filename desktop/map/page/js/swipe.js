// Two answers on one map, parted by a line that a person moves: the earlier one left of it, the later one right.
"use strict";

(() => {
  const { element } = opsmap;
  const STEP = 0.02, FAR = 0.1;
  const NAME_PX = 20, GAP = 8; // of a name from the line, and from the legend
  let handle = null, names = [], at = 0.5, dragging = false;

  const wide = () => opsmap.map.getSize().x;

  // Where the line stands, in px of the container; null without one.
  opsmap.swipeAt = () => (handle ? at * wide() : null);

  function place(share) {
    at = Math.min(1, Math.max(0, share));
    handle.style.left = `${at * 100}%`;
    handle.setAttribute("aria-valuenow", String(Math.round(at * 100)));
    giveWay();
    opsmap.cellLayers().forEach((layer) => layer.redraw());
  }

  // The name left of the line stands over the legend where that would cover it.
  function giveWay() {
    if (!handle) return;
    const legend = opsmap.legend.box(), [before] = names;
    const covered = legend && at * wide() - NAME_PX - before.offsetWidth < legend.right + GAP;
    before.style.bottom = covered ? `${opsmap.map.getSize().y - legend.top + GAP}px` : "";
  }

  function move(event) {
    if (!dragging) return;
    const box = opsmap.map.getContainer().getBoundingClientRect();
    place((event.clientX - box.left) / box.width);
    event.preventDefault();
  }

  function build([before, after]) {
    const parent = opsmap.map.getContainer();
    handle = element("div", "swipe", null, parent);
    handle.tabIndex = 0;
    for (const [name, value] of [["role", "slider"], ["aria-label", opsmap.words.swipe], ["aria-valuemin", "0"], ["aria-valuemax", "100"], ["aria-orientation", "horizontal"]]) handle.setAttribute(name, value);
    element("span", "swipe-grip", "⇔", handle);
    names = [element("span", "swipe-name before", before, handle), element("span", "swipe-name after", after, handle)];
    L.DomEvent.disableClickPropagation(handle);
    handle.addEventListener("pointerdown", (event) => {
      dragging = true;
      handle.setPointerCapture(event.pointerId);
      opsmap.map.dragging.disable();
      event.preventDefault();
      handle.focus();
    });
    handle.addEventListener("pointermove", move);
    for (const name of ["pointerup", "pointercancel"]) handle.addEventListener(name, () => { dragging = false; opsmap.map.dragging.enable(); });
    handle.addEventListener("keydown", (event) => {
      const steps = { ArrowLeft: -STEP, ArrowRight: STEP, PageDown: -FAR, PageUp: FAR, Home: -1, End: 1 }[event.key];
      if (steps === undefined) return;
      place(at + steps);
      event.preventDefault();
      event.stopPropagation();
    });
    opsmap.map.on("resize", giveWay);
    place(at);
  }

  // Shows the line between two answers that are called so, or takes it away.
  opsmap.swipe = (titles) => {
    if (!titles) {
      if (handle) handle.remove();
      opsmap.map.off("resize", giveWay);
      handle = null;
    } else if (handle) names.forEach((name, index) => { name.textContent = titles[index]; });
    else build(titles);
    giveWay();
    opsmap.cellLayers().forEach((layer) => layer.redraw());
  };
})();
