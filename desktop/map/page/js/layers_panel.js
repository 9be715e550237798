// The floating card of layers: what shows, how opaque, in which order, and under it what the marks mean.
"use strict";

(() => {
  const { element } = opsmap;
  const NARROW = 720; // px of map below which the card becomes a button
  const LOW = 560; // px of map below which only what shows is listed, so that the legend has room
  const FEW = 9; // layers that are all listed; of more, those that are hidden wait behind a line
  let panel = null, toggle = null, spoken = null, open = true, byHand = false, every = false;
  let slid = null; // the key of the layer whose slider is out
  let dragged = null;

  const stack = () => opsmap.stack;

  const low = () => opsmap.map.getSize().y < LOW;

  const listed = () => {
    const all = stack().list(), usual = (layer) => layer.main && (!low() || layer.key === "tiles");
    return every || all.length <= FEW ? all : all.filter((layer) => usual(layer) || layer.visible || layer.mode || layer.key === slid);
  };

  // How a person left the card, for a page that may follow.
  const tell = () => opsmap.say("panel", { open, by_hand: byHand, every });

  // What a screen reader hears of a move.
  const say = (words) => { spoken.textContent = words; };

  const focusOn = (key, part) => {
    const line = [...panel.querySelectorAll(".layer-row")].find((row) => row.dataset.key === key);
    line?.querySelector(part)?.focus();
  };

  function eye(layer, line) {
    const button = element("button", "layer-eye", null, line);
    button.type = "button";
    button.setAttribute("aria-pressed", String(layer.visible));
    opsmap.icon(layer.visible ? "eye" : "eye-off", 16, button);
    element("span", "layer-name", layer.label, button).title = layer.label;
    button.addEventListener("click", () => {
      stack().show(layer.key, !layer.visible);
      draw();
      focusOn(layer.key, ".layer-eye");
    });
  }

  function fader(layer, parent) {
    const { words } = opsmap, line = element("div", "layer-fader", null, parent);
    const input = element("input", "layer-range", null, line), told = element("span", "layer-percent", null, line);
    const tell = () => { told.textContent = `${input.value}\u2009%`; };
    Object.assign(input, { type: "range", min: "10", max: "100", step: "5", value: String(Math.round(layer.opacity * 100)) });
    input.setAttribute("aria-label", opsmap.fill(words.opacity_of, layer.label));
    input.addEventListener("input", () => { tell(); stack().fade(layer.key, Number(input.value) / 100, false); });
    input.addEventListener("change", () => stack().fade(layer.key, Number(input.value) / 100, true));
    tell();
  }

  function grip(layer, line) {
    const { words } = opsmap;
    const button = opsmap.button("layer-grip", "grip-vertical", opsmap.fill(words.move_layer, layer.label), line, () => {});
    button.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      dragged = { key: layer.key, line, before: undefined };
      button.setPointerCapture(event.pointerId);
      line.classList.add("dragged");
      event.preventDefault();
      button.focus();
    });
    button.addEventListener("pointermove", (event) => { if (dragged) dragOver(event.clientY); });
    button.addEventListener("pointerup", () => drop(true));
    button.addEventListener("pointercancel", () => drop(false));
  }

  // Marks the row that the dragged one would stand before.
  function dragOver(y) {
    const rows = [...panel.querySelectorAll(".layer-row:not(.mode)")].filter((row) => row !== dragged.line);
    const under = rows.find((row) => { const box = row.getBoundingClientRect(); return y < box.top + box.height / 2; });
    for (const row of rows) row.classList.toggle("drop-before", row === under);
    rows.at(-1)?.classList.toggle("drop-after", !under);
    dragged.before = under ? under.dataset.key : null;
  }

  function drop(keep) {
    if (!dragged) return;
    const { key, before } = dragged;
    dragged = null;
    if (keep && before !== undefined) stack().move(key, before);
    draw();
    focusOn(key, ".layer-grip");
  }

  // One place up or down among the rows on show.
  function step(key, by) {
    const keys = listed().filter((layer) => !layer.mode).map((layer) => layer.key), at = keys.indexOf(key), to = at + by;
    if (at < 0 || to < 0 || to >= keys.length) return;
    stack().move(key, by < 0 ? keys[to] : keys[to + 1] || null);
    draw();
    focusOn(key, ".layer-grip");
    say(opsmap.fill(opsmap.words.layer_moved, stack().find(key).label, to + 1, keys.length));
  }

  function row(layer, parent) {
    const { words } = opsmap;
    const line = element("div", `layer-row${layer.visible ? "" : " off"}${layer.mode ? " mode" : ""}${layer.opacity < 1 || slid === layer.key ? " faded" : ""}`, null, parent);
    line.dataset.key = layer.key;
    line.setAttribute("role", "listitem");
    eye(layer, line);
    if (layer.mode) return;
    const fade = opsmap.button("layer-fade", "droplet", opsmap.fill(words.opacity_of, layer.label), line, () => {
      slid = slid === layer.key ? null : layer.key;
      draw();
      focusOn(layer.key, ".layer-fade");
    });
    fade.setAttribute("aria-expanded", String(slid === layer.key));
    fade.classList.toggle("set", layer.opacity < 1);
    grip(layer, line);
    line.addEventListener("keydown", (event) => {
      if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      step(layer.key, event.key === "ArrowUp" ? -1 : 1);
    });
    if (slid === layer.key) fader(layer, parent);
  }

  function layerList(parent) {
    const { words } = opsmap, shown = listed(), all = stack().list();
    parent.setAttribute("role", "list");
    for (const layer of shown) row(layer, parent);
    if (all.length <= FEW || (!every && shown.length === all.length)) return;
    const told = every ? words.fewer_layers : opsmap.fill(words.more_layers, all.length - shown.length);
    const more = element("button", "layer-more", null, parent);
    more.type = "button";
    more.setAttribute("aria-expanded", String(every));
    opsmap.icon(every ? "chevron-up" : "chevron-down", 14, more);
    element("span", null, told, more);
    more.addEventListener("click", () => { every = !every; tell(); draw(); panel.querySelector(".layer-more")?.focus(); });
  }

  // The legends of what shows, in the order of the layers; without layers, that of the workspace.
  function legend(body) {
    const { legends, kind } = opsmap, all = stack().list();
    if (!all.length) { legends[kind](body); return; }
    const silent = (layer) => layer.mode && !all[all.indexOf(layer) - 1]?.visible;
    for (const layer of all.filter((other) => other.visible && !silent(other))) {
      const which = { areas: "area", assets: "asset" }[stack().kindOf(layer.key)] || layer.key;
      if (layer.note) note(layer, body);
      else legends[which]?.(body, layer);
    }
  }

  // A layer that shows nothing says why.
  function note(layer, body) {
    element("div", "legend-head", layer.label, body);
    element("div", "legend-line", layer.note, body);
  }

  function draw() {
    if (!panel || dragged) return;
    const scrolled = panel.scrollTop;
    panel.replaceChildren();
    const { words } = opsmap;
    if (stack().list().length) {
      const head = element("button", "panel-head", null, panel);
      head.type = "button";
      head.setAttribute("aria-expanded", String(open));
      element("span", null, words.layers, head);
      opsmap.icon(open ? "chevron-up" : "chevron-down", 14, head);
      head.addEventListener("click", () => { open = !open; byHand = true; tell(); draw(); (panel.hidden ? toggle : panel.querySelector(".panel-head")).focus(); });
      if (open) layerList(element("div", "layer-list", null, panel));
    }
    if (open) {
      const body = element("div", "legend", null, panel);
      legend(body);
      body.hidden = !body.childElementCount;
    }
    panel.appendChild(spoken);
    panel.scrollTop = scrolled;
    fitWidth();
  }

  // In a narrow map the card folds into a button, unless a person opened it.
  function fitWidth() {
    const narrow = opsmap.map.getSize().x < NARROW || opsmap.map.getSize().y < 360;
    const folded = narrow && !(byHand && open), parts = [...panel.children].filter((part) => part !== spoken && !part.hidden);
    panel.hidden = folded || !parts.length;
    toggle.hidden = !folded || !parts.length;
    opsmap.names.redraw();
  }

  // Where the card lies, in px of the map; null while it is folded.
  function box() {
    if (!panel || panel.hidden) return null;
    const { offsetLeft: left, offsetTop: top, offsetWidth: wide, offsetHeight: high } = panel;
    return { left, top, right: left + wide, bottom: top + high };
  }

  opsmap.legend = {
    build(left) {
      ({ open, by_hand: byHand, every } = left);
      const container = opsmap.map.getContainer(), { words, kind } = opsmap;
      panel = element("section", `card panel ${kind === "requests" ? "top" : "bottom"}`, null, container);
      panel.setAttribute("aria-label", words.layers);
      spoken = element("div", "spoken", "");
      spoken.setAttribute("role", "status");
      toggle = opsmap.button("tool panel-toggle card", "layers", words.layers, container, () => {
        open = true; byHand = true; tell(); draw();
        panel.querySelector(".panel-head")?.focus();
      });
      L.DomEvent.disableClickPropagation(panel).disableScrollPropagation(panel);
      // A button that its own click replaces is outside of the panel by the time the map looks.
      panel.addEventListener("click", (event) => event.stopPropagation());
      L.DomEvent.disableClickPropagation(toggle);
      let wasLow = low();
      opsmap.map.on("resize", () => {
        if (opsmap.map.getSize().x >= NARROW && byHand) { byHand = false; tell(); }
        if (wasLow === low()) fitWidth();
        else { wasLow = low(); draw(); }
      });
      draw();
    },
    draw,
    box,
  };
})();
