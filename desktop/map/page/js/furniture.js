// What stands on the map beside the city: tools, zoom, scale, attribution, and drawing a box.
"use strict";

(() => {
  const { element, button, say } = opsmap;
  let tools = {}, tool = "select", scale = null, attribution = null;

  const choose = (name) => {
    tool = name;
    for (const [key, made] of Object.entries(tools)) {
      made.classList.toggle("on", key === name);
      made.setAttribute("aria-pressed", String(key === name));
    }
    opsmap.map.dragging[name === "box" ? "disable" : "enable"]();
    opsmap.map.getContainer().classList.toggle("boxing", name === "box");
  };

  // A rectangle drawn by dragging: with the box tool, or with Shift held.
  function boxing() {
    const map = opsmap.map, container = map.getContainer();
    const box = element("div", "box", null, container);
    box.hidden = true;
    let from = null;
    const place = (a, b) => {
      box.style.transform = `translate(${Math.min(a.x, b.x)}px, ${Math.min(a.y, b.y)}px)`;
      box.style.width = `${Math.abs(a.x - b.x)}px`;
      box.style.height = `${Math.abs(a.y - b.y)}px`;
    };
    const finish = (event, keep) => {
      const to = from && keep ? map.mouseEventToContainerPoint(event) : null;
      if (to && Math.abs(to.x - from.x) > 4 && Math.abs(to.y - from.y) > 4) {
        const a = map.containerPointToLatLng(from), b = map.containerPointToLatLng(to);
        say("box", { west: Math.min(a.lng, b.lng), south: Math.min(a.lat, b.lat), east: Math.max(a.lng, b.lng), north: Math.max(a.lat, b.lat) });
        opsmap.afterBox = performance.now();
      }
      from = null;
      box.hidden = true;
      if (tool === "select") map.dragging.enable();
    };
    container.addEventListener("mousedown", (event) => {
      if (event.button !== 0 || !(tool === "box" || event.shiftKey) || event.target.closest(".card")) return;
      map.dragging.disable();
      from = map.mouseEventToContainerPoint(event);
      place(from, from);
      box.hidden = false;
      event.preventDefault();
    }, true);
    window.addEventListener("mousemove", (event) => { if (from) place(from, map.mouseEventToContainerPoint(event)); });
    window.addEventListener("mouseup", (event) => { if (from) finish(event, true); });
    container.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      if (from) finish(event, false);
      else if (tool !== "select") choose("select");
      else say("escape");
    });
  }

  function drawScale() {
    const map = opsmap.map, middle = map.getSize().divideBy(2);
    const metres = map.distance(map.containerPointToLatLng(middle), map.containerPointToLatLng(middle.add([100, 0])));
    if (!(metres > 0)) return;
    const power = 10 ** Math.floor(Math.log10(metres));
    const round = [5, 2, 1].find((step) => step * power <= metres) * power;
    scale.lastChild.style.width = `${Math.round((100 * round) / metres)}px`;
    scale.firstChild.textContent = round >= 1000 ? `${opsmap.count(round / 1000)} km` : `${opsmap.count(round)} m`;
  }

  opsmap.furniture = {
    build(wanted) {
      const { words, map } = opsmap, container = map.getContainer();
      const column = element("div", "tools", null, container);
      L.DomEvent.disableClickPropagation(column);
      const group = () => {
        const made = element("div", "card tool-group", null, column);
        made.setAttribute("role", "toolbar");
        return made;
      };
      if (wanted.includes("box")) {
        const first = group();
        tools = {
          select: button("tool", "mouse-pointer-2", words.tool_select, first, () => choose("select")),
          box: button("tool", "square-dashed", words.tool_box, first, () => choose("box")),
        };
      }
      const second = group();
      button("tool", "plus", words.zoom_in, second, () => map.zoomIn());
      button("tool", "minus", words.zoom_out, second, () => map.zoomOut());
      const third = group();
      button("tool", "maximize", words.whole_city, third, () => opsmap.goHome());
      scale = element("div", "scale", null, container);
      element("div", "scale-word", "", scale);
      element("div", "scale-bar", null, scale);
      attribution = element("div", "attribution", "", container);
      map.on("moveend zoomend resize", drawScale);
      boxing();
      choose("select");
    },
    drawScale,
    attribute(words) {
      attribution.textContent = words;
      attribution.hidden = !words;
    },
    tool: () => tool,
  };
})();
