// Editing areas: corners and borders are taken up here and shown as they would be; what becomes of a gesture the window
// says. One gesture at a time: until its answer has come, the next one waits.
"use strict";

(() => {
  const { element, button, handlers, say, rgba, drawing, areaDraft: draft, areaPaint: paint } = opsmap;
  const CORNER_PX = 9, EDGE_PX = 7, APART_PX = 8, DRAG_PX = 3;
  const SKETCHED = { draw: "polygon", hole: "hole", split: "split", reshape: "pencil" };
  const LETTERS = { d: "draw", h: "hole", s: "split", e: "reshape" };
  const RINGS = new Set(["draw", "hole"]); // what is drawn closes
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  let on = false, fixed = false, version = 0, busy = false;
  let mode = "move", selected = [], marks = [], places = [], pointer = null;
  let chosen = null; // the corner that keys move: {x, y, refs}
  let side = null; // its ref, while keys move the edge from there to the next corner
  let hit = null, drag = null, moved = null;
  let ground = null, hand = null, note = null, tools = null, box = null;

  const active = () => on && opsmap.furniture.tool() === "select";
  const world = (latlng) => opsmap.world(latlng);
  const reach = (px) => px / (256 * 2 ** opsmap.map.getZoom());

  // The box of the world that can be seen; the same object while the map rests.
  function sight() {
    const bounds = opsmap.map.getBounds(), nw = world(bounds.getNorthWest()), se = world(bounds.getSouthEast());
    if (!box || box.west !== nw.x || box.north !== nw.y || box.east !== se.x || box.south !== se.y) {
      box = { west: nw.x, north: nw.y, east: se.x, south: se.y };
    }
    draft.corners(box, reach(APART_PX));
    return box;
  }

  // Where the corners that follow the hand were, and where they are now: one, or both ends of an edge.
  function puts() {
    if (!drag || !drag.to) return [];
    if (!drag.ends) return [{ from: drag.from, to: drag.to }];
    const dx = drag.to.x - drag.from.x, dy = drag.to.y - drag.from.y;
    return drag.ends.map((from) => ({ from, to: { x: from.x + dx, y: from.y + dy } }));
  }
  const touched = () => new Set(puts().flatMap(({ from }) => from.refs.map(([id]) => id)));
  const other = () => (side ? draft.beside(side, 1) : null); // the end of the edge that keys move

  const lookOf = (area) => ({ taken: selected.includes(area.id), fixed });

  // All areas but those that follow the hand.
  const GroundLayer = opsmap.CanvasLayer.extend({
    blank: () => !on,
    paint(ctx) {
      const away = touched(), some = draft.within(sightAround()), rest = some.filter(({ id }) => !away.has(id));
      const last = (area) => Number(selected.includes(area.id));
      for (const area of rest.sort((a, b) => last(a) - last(b))) paint.area(this, ctx, area, lookOf(area));
      paint.names(this, ctx, rest);
      paint.pieces(this, ctx, marks);
    },
  });

  // Corners, what follows the hand, and what is being drawn.
  const HandLayer = opsmap.CanvasLayer.extend({
    options: { padding: 0 },
    blank: () => !on,
    paint(ctx) {
      const put = puts();
      for (const id of touched()) if (draft.get(id)) paint.area(this, ctx, draft.get(id), { ...lookOf(draft.get(id)), put });
      if (other() && !drag) this._edge(ctx, chosen, other());
      if (drag && drag.ends && put.length) this._edge(ctx, put[0].to, put[1].to);
      if (!fixed && active()) this._corners(ctx);
      if (places.length) this._sketch(ctx);
      if (moved) this._knob(ctx, moved, 6, Boolean(moved.on));
    },
    _corners(ctx) {
      const some = draft.corners(sight()), { colour } = opsmap.look, held = puts().map(({ from }) => from);
      ctx.fillStyle = colour.surface_pane;
      ctx.lineWidth = 1.5;
      for (const place of some.values()) {
        if (held.some((from) => place.x === from.x && place.y === from.y)) continue;
        const { x, y } = this.at(place.x, place.y);
        ctx.strokeStyle = place.refs.length > 1 ? colour.accent_default : colour.text_secondary;
        ctx.beginPath();
        ctx.rect(x - 3, y - 3, 6, 6);
        ctx.fill();
        ctx.stroke();
      }
      if (chosen && !drag) this._knob(ctx, chosen, 7, true);
      if (drag && drag.ends) puts().forEach(({ to }) => this._knob(ctx, to, 6, true));
      else if (drag && drag.to) this._knob(ctx, drag.to, 7, Boolean(drag.to.on));
      else if (hit && hit.kind !== "area") this._knob(ctx, hit, hit.kind === "corner" ? 6 : 5, hit.kind === "corner");
    },
    _edge(ctx, one, two) {
      const a = this.at(one.x, one.y), b = this.at(two.x, two.y);
      ctx.beginPath();
      ctx.moveTo(a.x, a.y);
      ctx.lineTo(b.x, b.y);
      ctx.lineWidth = 5;
      ctx.strokeStyle = opsmap.look.colour.accent_default;
      ctx.stroke();
    },
    _knob(ctx, place, radius, full) {
      const { x, y } = this.at(place.x, place.y);
      ctx.save();
      ctx.translate(x, y);
      opsmap.symbols.disc(ctx, radius, opsmap.look.colour[full ? "accent_default" : "surface_pane"]);
      opsmap.symbols.ring(ctx, radius - 1, 2, opsmap.look.colour[full ? "surface_pane" : "accent_default"]);
      ctx.restore();
    },
    _sketch(ctx) {
      const way = moved ? [...places, moved] : places;
      ctx.beginPath();
      way.forEach((place, at) => {
        const { x, y } = this.at(place.x, place.y);
        if (at) ctx.lineTo(x, y);
        else ctx.moveTo(x, y);
      });
      if (RINGS.has(mode) && way.length > 2) {
        ctx.fillStyle = rgba(opsmap.look.colour.accent_default, 0.12);
        ctx.fill("evenodd");
      }
      drawing.strokeTwice(ctx, [6, 4]);
      places.forEach((place) => this._knob(ctx, place, 4.5, Boolean(place.on)));
    },
  });

  // The view with the room that the ground's canvas has around it.
  function sightAround() {
    const { west, east, north, south } = sight(), wide = (east - west) * 0.2, high = (south - north) * 0.2;
    return { west: west - wide, east: east + wide, north: north - high, south: south + high };
  }

  function redraw(all) {
    if (!ground) return;
    if (all) ground.redraw();
    hand.redraw();
  }

  // Where a place goes: on a corner within reach, else on an edge; nowhere else with Alt held.
  function snapped(place, event, without) {
    if (event && event.altKey) return { x: place.x, y: place.y, on: null };
    const corner = draft.corner(sight(), place.x, place.y, reach(CORNER_PX), without);
    if (corner) return { x: corner.x, y: corner.y, on: corner.refs[0] };
    const edge = draft.edge(place.x, place.y, reach(EDGE_PX), without);
    return edge ? { x: edge.x, y: edge.y, on: "edge" } : { x: place.x, y: place.y, on: null };
  }

  function under(place) {
    if (!fixed && draft.corners(sight()).size) {
      const corner = draft.corner(sight(), place.x, place.y, reach(CORNER_PX));
      if (corner) return { kind: "corner", ...corner };
      const edge = draft.edge(place.x, place.y, reach(EDGE_PX));
      if (edge) return { kind: "edge", ...edge };
    }
    return null;
  }

  const spot = (place) => {
    const { lat, lng } = opsmap.latlng(place.x, place.y);
    return { lon: lng, lat, on: place.on || null };
  };

  function tell(act, content) {
    if (fixed && act !== "select") return;
    if (act !== "select") { busy = true; opsmap.map.getContainer().classList.add("waiting"); }
    hush();
    say("edit", { act, version, points: [], ids: [], metres: [0, 0], ...content });
  }

  const takenFrom = (place) => spot({ x: place.x, y: place.y, on: place.refs[0] });

  // A refusal stands where the hand was, until the next gesture.
  function refuse(sentence, place) {
    note.replaceChildren();
    element("div", "card-line", sentence, note);
    note.hidden = false;
    const size = opsmap.map.getSize(), at = place ? opsmap.map.latLngToContainerPoint(opsmap.latlng(place.x, place.y)) : size.divideBy(2);
    const x = Math.min(Math.max(8, at.x + 14), size.x - note.offsetWidth - 60), y = Math.min(Math.max(8, at.y + 14), size.y - note.offsetHeight - 8);
    note.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  }

  function hush() { note.hidden = true; }

  let lastAt = null; // where the last gesture ended, for its refusal

  function press(event) {
    if (!active() || event.button !== 0 || event.target.closest(".card")) return;
    const place = world(opsmap.map.mouseEventToLatLng(event));
    opsmap.map.getContainer().focus({ preventScroll: true });
    if (mode !== "move" || fixed || busy) return;
    const found = under(place);
    if (!found) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const ends = found.kind === "edge" && event.shiftKey ? found.ends.map(draft.at) : null;
    drag = { kind: found.kind, ends, from: found.kind === "corner" ? found : { x: found.x, y: found.y, refs: [] }, at: event, to: null };
  }

  // What is held goes where the hand is; a hand that trembles holds it where it was.
  function pull(event) {
    const far = Math.hypot(event.clientX - drag.at.clientX, event.clientY - drag.at.clientY) > DRAG_PX, first = !drag.to;
    if (first && !far) return;
    const place = world(opsmap.map.mouseEventToLatLng(event));
    drag.to = drag.ends ? { x: place.x, y: place.y, on: null } : snapped(place, event, drag.from);
    if (first) hush();
    redraw(first);
  }

  const follow = opsmap.eachFrame(() => {
    if (!pointer || !active()) return;
    const place = world(opsmap.map.mouseEventToLatLng(pointer));
    if (drag) { if (!busy) pull(pointer); return; }
    if (mode === "move") {
      hit = under(place);
      opsmap.map.getContainer().classList.toggle("pointing", Boolean(hit) || draft.over(place.x, place.y).length > 0);
    } else moved = snapped(place, pointer);
    redraw(false);
  });

  function release(event) {
    if (!drag || busy || event.button !== 0) return;
    pull(event); // the hand may have been faster than the frames
    const done = drag;
    drag = null;
    if (done.ends && !done.to) return; // a click with Shift on a border: it chooses a second area
    opsmap.afterDrag = event.timeStamp;
    lastAt = done.to || done.from;
    if (done.ends) {
      tell("edge", { points: [...done.ends.map(takenFrom), spot({ ...done.from, on: null }), spot(done.to)] });
    } else if (done.kind === "edge") {
      const on = done.to && done.to.on;
      tell("insert", { points: done.to ? [spot(done.from), spot({ ...done.to, on })] : [spot(done.from)] });
    } else if (done.to) tell("move", { points: [takenFrom(done.from), spot(done.to)] });
    else choose(done.from);
    if (done.to && busy) drag = done; // it stays where the hand left it until the answer is here
    redraw(true);
  }

  function choose(corner) {
    chosen = corner;
    side = null;
    redraw(false);
  }

  function add(place) {
    const first = places[0], last = places[places.length - 1];
    const same = (one) => one && Math.hypot(one.x - place.x, one.y - place.y) <= reach(CORNER_PX);
    if (RINGS.has(mode) && places.length > 2 && same(first)) return finish();
    if (!same(last)) places.push(place);
    return redraw(false);
  }

  function finish() {
    if (busy || places.length < (RINGS.has(mode) ? 3 : 2)) return;
    lastAt = places[places.length - 1];
    tell(mode, { points: places.map(spot), ids: selected });
  }

  function forget() {
    places = [];
    moved = null;
    redraw(false);
  }

  function take(name) {
    mode = name === mode ? "move" : name;
    hit = null;
    chosen = side = null;
    forget();
    showMode();
    opsmap.map.getContainer().focus({ preventScroll: true });
  }

  function showMode() {
    for (const [name, made] of Object.entries(tools.made)) {
      made.classList.toggle("on", name === mode);
      made.setAttribute("aria-pressed", String(name === mode));
    }
    if (on && !fixed) tools.column.prepend(tools.group);
    else tools.group.remove();
    if (!on) { opsmap.furniture.hint(""); return; }
    opsmap.map.getContainer().classList.toggle("drawing", active() && mode !== "move");
    const none = !draft.corners(sight()).size;
    opsmap.furniture.hint(fixed ? opsmap.words.edit.fixed : mode === "move" && none ? opsmap.words.edit.closer : opsmap.words.edit[mode]);
  }

  function select(place, more) {
    const some = draft.over(place.x, place.y).map(({ id }) => id);
    const next = some.find((id) => !selected.includes(id)) ?? some[0];
    if (next === undefined) { if (!more) selected = []; }
    else if (more) selected = selected.includes(next) ? selected.filter((id) => id !== next) : [...selected, next].slice(-2);
    else selected = [next];
    chosen = side = null;
    redraw(true);
    tell("select", { ids: selected });
  }

  // One step back: the last point, the sketch, the tool, the corner, the areas.
  function back() {
    if (!note.hidden) hush();
    else if (drag) { drag = null; redraw(true); }
    else if (places.length) forget();
    else if (mode !== "move") take("move");
    else if (side) { side = null; redraw(false); }
    else if (chosen) choose(null);
    else if (selected.length) { selected = []; redraw(true); tell("select", { ids: [] }); }
    else return false;
    return true;
  }

  function nudge(name, event) {
    const step = event.shiftKey ? 10 : 1;
    const ends = other() ? [chosen, other()] : [chosen];
    if (!busy) tell(side ? "edge" : "nudge", { points: ends.map(takenFrom), metres: ARROWS[name].map((way) => way * step) });
    lastAt = chosen;
  }

  // The chosen corner, or the hole that it is of.
  function takeOut(whole) {
    if (busy) return;
    lastAt = chosen;
    if (whole) tell("fill", { points: chosen.refs.map((on) => spot({ ...chosen, on })) });
    else tell("remove", { points: [takenFrom(chosen)] });
  }

  // The first corner of the area at hand, or the one beside the chosen; across: of its next ring, such as a hole.
  function walk(by, across) {
    const ref = chosen ? chosen.refs.find(([id]) => selected.includes(id)) || chosen.refs[0] : null;
    const next = ref ? (across ? draft.across : draft.beside)(ref, by) : selected.length ? draft.at([selected[0], 0, 0]) : null;
    if (!next) return;
    if (ref) next.refs.sort((a, b) => Number(b[0] === ref[0]) - Number(a[0] === ref[0]));
    const whole = Boolean(side);
    choose(next);
    if (whole) takeSide();
    const latlng = opsmap.latlng(next.x, next.y);
    if (!opsmap.map.getBounds().contains(latlng)) opsmap.map.panTo(latlng, { animate: false });
  }

  // Keys move the whole edge from the chosen corner to the next one, or the corner alone again.
  function takeSide() {
    side = side ? null : chosen.refs.find(([id]) => selected.includes(id)) || chosen.refs[0];
    redraw(false);
  }

  function key(event) {
    if (!active() || event.target.closest("input, select, textarea, button")) return false;
    const name = event.key, letter = name.toLowerCase();
    if (event.ctrlKey || event.metaKey) {
      if (letter !== "z" && letter !== "y") return false;
      if (!busy) tell(letter === "y" || event.shiftKey ? "redo" : "undo", {});
      return true;
    }
    if (event.altKey || (fixed && name !== "Escape")) return false;
    if (name === "Escape") return back();
    if (name in ARROWS && chosen && mode === "move") nudge(name, event);
    else if ((name === "Delete" || name === "Backspace") && chosen && mode === "move") takeOut(event.shiftKey);
    else if (name === "Backspace" && places.length) { places.pop(); redraw(false); }
    else if (name === "Enter" && mode !== "move") finish();
    else if (name === " " && mode !== "move") add(snapped(world(opsmap.map.getCenter()), null));
    else if (opsmap.letters && (letter === "j" || letter === "k")) walk(letter === "j" ? 1 : -1, event.shiftKey);
    else if (opsmap.letters && letter === "l" && chosen && mode === "move") takeSide();
    else if (opsmap.letters && letter in LETTERS) take(LETTERS[letter]);
    else return false;
    return true;
  }

  function show(wanted) {
    on = wanted;
    for (const layer of [ground, hand]) {
      if (on && !layer._map) layer.addTo(opsmap.map);
      else if (!on && layer._map) layer.remove();
    }
    opsmap.map.doubleClickZoom[on ? "disable" : "enable"]();
    showMode();
    redraw(true);
  }

  function answered() {
    busy = false;
    drag = null;
    opsmap.map.getContainer().classList.remove("waiting");
  }

  const placeOf = ([x, y]) => ({ x: x / draft.STEPS, y: y / draft.STEPS });

  handlers.edit = (content) => {
    answered();
    hush();
    version = content.version;
    fixed = content.fixed;
    if (content.whole) { draft.clear(); forget(); } // what was begun on other areas is not of these
    draft.take(content);
    if (content.done) { forget(); mode = "move"; }
    const kept = content.at ? placeOf(content.at) : chosen;
    const spots = kept && draft.corner({ west: kept.x, east: kept.x, north: kept.y, south: kept.y }, kept.x, kept.y, 1e-11);
    chosen = spots || null;
    const held = side && draft.at(side);
    if (!held || !chosen || held.x !== chosen.x || held.y !== chosen.y) side = null; // its corners have other numbers now
    hit = null;
    show(true);
  };
  handlers.edit_marks = ({ selected: some, pieces }) => {
    selected = some;
    marks = pieces.map(({ rings, kind, now }) => ({ rings: rings.map((ring) => Float64Array.from(ring)), kind, now }));
    redraw(true);
  };
  handlers.edit_refused = ({ sentence, version: stands }) => {
    version = stands;
    answered();
    redraw(true);
    refuse(sentence, lastAt);
  };
  handlers.edit_closed = () => {
    answered();
    forget();
    hush();
    draft.clear();
    selected = [];
    marks = [];
    chosen = side = hit = null;
    mode = "move";
    show(false);
  };

  opsmap.editor = {
    active,
    build(column) {
      const { map, words } = opsmap, container = map.getContainer();
      ground = new GroundLayer("edit");
      hand = new HandLayer("edit_hand");
      const group = element("div", "card tool-group");
      group.setAttribute("role", "toolbar");
      group.setAttribute("aria-label", words.edit.tools);
      tools = { column, group, made: {} };
      for (const [name, icon] of Object.entries(SKETCHED)) tools.made[name] = button("tool", icon, words.edit.tool[name], group, () => take(name));
      note = element("div", "card edit-note", null, container);
      note.setAttribute("role", "alert");
      note.hidden = true;
      container.addEventListener("mousedown", press, true);
      window.addEventListener("pointermove", (event) => { if (on) { pointer = event; follow(); } });
      window.addEventListener("mouseup", release);
      document.addEventListener("keydown", (event) => {
        if (!key(event)) return;
        event.preventDefault();
        event.stopPropagation();
      }, true);
      map.on("moveend zoomend resize", () => { if (on) { hit = null; showMode(); redraw(true); } });
    },
    // Whether a click was the editor's.
    click({ latlng, originalEvent }) {
      if (!active()) return false;
      const place = world(latlng);
      if (mode !== "move") add(snapped(place, originalEvent));
      else select(place, originalEvent.shiftKey);
      return true;
    },
    doubleClick() { if (active() && mode !== "move") finish(); },
    redraw: () => redraw(true),
    toolChanged() { if (on) { hit = null; showMode(); redraw(true); } },
  };
})();
