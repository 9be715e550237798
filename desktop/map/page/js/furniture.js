// What stands on the map beside the city: tools, zoom, places kept, scale, attribution, and the keys of all of them.
"use strict";

(() => {
  const { element, button, say, handlers } = opsmap;
  const ICONS = { select: "mouse-pointer-2", box: "square-dashed", lasso: "lasso", polygon: "polygon", measure: "ruler" };
  const LETTERS = { v: "select", b: "box", f: "lasso", p: "polygon", m: "measure" };
  const DOUBLE_MS = 400;
  const TIGHT_PX = 460; // high enough for one column of tools
  let tools = {}, tool = "select", column = null, scale = null, attribution = null, hint = null, aim = null;
  let back = null, forward = null;

  function choose(name) {
    if (name !== tool) {
      opsmap.drawing.forget();
      opsmap.measure.clear();
    }
    tool = name;
    say("tool", { name });
    for (const [key, made] of Object.entries(tools)) {
      made.classList.toggle("on", key === name);
      made.setAttribute("aria-pressed", String(key === name));
    }
    const { map } = opsmap, drawn = opsmap.drawing.DRAGGED.has(name);
    map.dragging[drawn ? "disable" : "enable"]();
    map.doubleClickZoom.disable();
    setTimeout(() => { if (tool === "select" && !opsmap.editor.active()) map.doubleClickZoom.enable(); }, DOUBLE_MS); // the one that ended a drawing is over
    map.getContainer().classList.toggle("drawing", name !== "select");
    hint.textContent = opsmap.words.tool_hints[name] || "";
    hint.hidden = !hint.textContent;
    aim.hidden = true;
    opsmap.editor.toolChanged();
  }

  // A tool taken with its button goes on with the keys of the map.
  const take = (name) => {
    choose(name);
    opsmap.map.getContainer().focus({ preventScroll: true });
  };

  const placed = () => tool === "polygon" || tool === "measure";

  function key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    const name = event.key;
    if ((name === "Enter" || name === " ") && event.target.closest("button")) return;
    if (placed() && (name === " " || name.startsWith("Arrow"))) aim.hidden = false;
    const meant = tool === "measure" ? opsmap.measure.key(name) : opsmap.drawing.key(name);
    if (meant) event.preventDefault();
    else if (name === "Escape" && tool !== "select") choose("select");
    else if (name === "Escape") say("escape");
    else if (opsmap.letters && LETTERS[name.toLowerCase()] in tools) take(LETTERS[name.toLowerCase()]);
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

  const fold = () => column.classList.toggle("tight", opsmap.map.getSize().y < TIGHT_PX);

  // What only the window can do; where the button is says where its menu opens.
  const asks = (what) => (event) => {
    const made = event.currentTarget, box = made.getBoundingClientRect();
    if (made.getAttribute("aria-disabled") !== "true") say("wants", { what, x: box.left, y: box.bottom });
  };

  function buildTools(wanted) {
    const { words, map } = opsmap;
    column = element("div", "tools", null, map.getContainer());
    L.DomEvent.disableClickPropagation(column);
    const group = (label) => {
      const made = element("div", "card tool-group", null, column);
      made.setAttribute("role", "toolbar");
      made.setAttribute("aria-label", label);
      return made;
    };
    const first = group(words.tools), second = group(words.zoom), third = group(words.views);
    tools = {};
    for (const name of wanted) tools[name] = button("tool", ICONS[name], words.tool[name], first, () => take(name));
    button("tool", "plus", words.zoom_in, second, () => map.zoomIn());
    button("tool", "minus", words.zoom_out, second, () => map.zoomOut());
    button("tool", "maximize", words.whole_city, third, () => opsmap.goHome());
    button("tool", "bookmark", words.bookmarks, third, asks("bookmarks")).setAttribute("aria-haspopup", "menu");
    back = button("tool", "arrow-left", words.back, third, asks("back"));
    forward = button("tool", "arrow-right", words.forward, third, asks("forward"));
    handlers.history({ back: false, forward: false });
  }

  handlers.history = (can) => {
    back.setAttribute("aria-disabled", String(!can.back));
    forward.setAttribute("aria-disabled", String(!can.forward));
  };
  handlers.letters = ({ on }) => { opsmap.letters = on; };

  opsmap.furniture = {
    build(wanted, inHand) {
      const { map } = opsmap, container = map.getContainer();
      buildTools(wanted);
      hint = element("div", "hint", "", container);
      hint.setAttribute("role", "status");
      aim = element("div", "aim", null, container);
      scale = element("div", "scale", null, container);
      element("div", "scale-word", "", scale);
      element("div", "scale-bar", null, scale);
      attribution = element("div", "attribution", "", container);
      map.on("moveend zoomend resize", drawScale);
      map.on("resize", fold);
      map.on("mousemove", () => { aim.hidden = true; });
      document.addEventListener("keydown", key);
      opsmap.drawing.build();
      opsmap.measure.build();
      opsmap.editor.build(column);
      choose(inHand);
    },
    // What the map's point-and-move tool says while areas are edited.
    hint(words) {
      if (tool !== "select") return;
      hint.textContent = words;
      hint.hidden = !words;
      hint.classList.toggle("wide", opsmap.kind !== "requests"); // its card of layers is at the foot
    },
    drawScale() { drawScale(); fold(); },
    attribute(words) {
      attribution.textContent = words;
      attribution.hidden = !words;
    },
    tool: () => tool,
    has: (name) => name in tools,
    choose,
    // Whether a click meant a tool.
    click(latlng) {
      const meant = tool !== "select";
      if (tool === "measure") opsmap.measure.click(latlng);
      else opsmap.drawing.click(latlng);
      return meant;
    },
    doubleClick() {
      opsmap.editor.doubleClick();
      if (tool === "measure") opsmap.measure.doubleClick();
      else opsmap.drawing.doubleClick();
    },
  };
})();
