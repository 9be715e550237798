// Drawing an area: a box, a lasso, or corners. Each ends in one message with a ring; which ring stays on show is the window's.
"use strict";

(() => {
  const { handlers, say, symbols, rgba } = opsmap;
  const MOST_CORNERS = 200, STEP_PX = 2, SMALLEST_PX = 5, REACH_PX = 9;
  const DRAGGED = new Set(["box", "lasso"]);
  let shown = null, sketch = null; // layers: the ring on show, and what is being drawn
  let places = [], pointer = null, dragging = false;

  const tool = () => opsmap.furniture.tool();
  const pixel = (place) => opsmap.map.latLngToContainerPoint(place);

  // The path of places on a canvas layer, in its px.
  function trace(layer, ctx, path) {
    ctx.beginPath();
    path.forEach((place, index) => {
      const { x, y } = layer.at(...Object.values(opsmap.world(place)));
      if (index) ctx.lineTo(x, y);
      else ctx.moveTo(x, y);
    });
  }

  // A line that stands out on any ground: a halo in the colour of panes under the accent.
  function strokeTwice(ctx, dash) {
    const { colour } = opsmap.look;
    ctx.lineJoin = ctx.lineCap = "round";
    ctx.lineWidth = 5;
    ctx.strokeStyle = rgba(colour.surface_pane, 0.8);
    ctx.stroke();
    ctx.setLineDash(dash);
    ctx.lineWidth = 2;
    ctx.strokeStyle = colour.accent_default;
    ctx.stroke();
    ctx.setLineDash([]);
  }

  function knob(layer, ctx, place, radius) {
    const { x, y } = layer.at(...Object.values(opsmap.world(place)));
    ctx.save();
    ctx.translate(x, y);
    symbols.disc(ctx, radius, opsmap.look.colour.surface_pane);
    symbols.ring(ctx, radius - 1, 2, opsmap.look.colour.accent_default);
    ctx.restore();
  }

  // Where rings cross themselves, what is inside is what the window counts as inside.
  const tint = (ctx, strength) => {
    ctx.fillStyle = rgba(opsmap.look.colour.accent_default, strength);
    ctx.fill("evenodd");
  };

  const RingLayer = opsmap.CanvasLayer.extend({
    ring: [],
    paint(ctx) {
      trace(this, ctx, this.ring);
      ctx.closePath();
      tint(ctx, 0.08);
      strokeTwice(ctx, []);
    },
  });

  const SketchLayer = opsmap.CanvasLayer.extend({
    paint(ctx) {
      const path = outline();
      if (path.length > 1) {
        trace(this, ctx, path);
        tint(ctx, 0.12);
        if (tool() === "box") ctx.closePath();
        strokeTwice(ctx, []);
      }
      if (tool() !== "polygon") return;
      if (places.length && pointer) {
        trace(this, ctx, [places[places.length - 1], pointer]);
        strokeTwice(ctx, [5, 5]);
      }
      places.forEach((place, index) => knob(this, ctx, place, index === 0 && places.length > 2 ? 6 : 4.5));
    },
  });

  const corners = (a, b) => [a, L.latLng(a.lat, b.lng), b, L.latLng(b.lat, a.lng)];
  const outline = () => (tool() === "box" && places.length > 1 ? corners(places[0], places[1]) : places);

  const show = (layer, wanted) => {
    if (wanted && !layer._map) layer.addTo(opsmap.map);
    else if (!wanted && layer._map) layer.remove();
    else layer.redraw();
  };
  const redraw = () => show(sketch, places.length > 0);

  function forget() {
    places = [];
    pointer = null;
    dragging = false;
    redraw();
  }

  // As few corners as tell the same within a pixel or some.
  function simplified(path) {
    const points = path.map(pixel);
    let fit = points, tolerance = 0.7;
    do {
      fit = L.LineUtil.simplify(points, tolerance);
      tolerance *= 1.5;
    } while (fit.length > MOST_CORNERS);
    return fit.map((point) => opsmap.map.containerPointToLatLng(point));
  }

  function finish(event) {
    const path = outline(), box = path.length ? L.bounds(path.map(pixel)).getSize() : { x: 0, y: 0 };
    const ring = tool() === "lasso" ? simplified(path) : path;
    if (dragging && event) opsmap.afterDrag = event.timeStamp;
    forget();
    if (ring.length < 3 || Math.max(box.x, box.y) < SMALLEST_PX) return;
    opsmap.furniture.choose("select");
    say("shape", { ring: ring.map(({ lng, lat }) => [lng, lat]) });
  }

  // Box and lasso follow the pressed button; with Shift held any tool draws a box.
  function drag(map, container) {
    container.addEventListener("mousedown", (event) => {
      if (event.button !== 0 || event.target.closest(".card")) return;
      if (event.shiftKey && tool() === "select" && opsmap.furniture.has("box")) opsmap.furniture.choose("box");
      if (!DRAGGED.has(tool())) return;
      dragging = true;
      places = [map.mouseEventToLatLng(event)];
      event.preventDefault();
      container.focus({ preventScroll: true });
    }, true);
    // The browser tells of one move a frame; what the hand did in between is in it.
    window.addEventListener("pointermove", (event) => {
      if (!dragging) return;
      for (const move of [...event.getCoalescedEvents(), event]) {
        const place = map.mouseEventToLatLng(move);
        if (tool() === "box") places = [places[0], place];
        else if (pixel(places[places.length - 1]).distanceTo(pixel(place)) >= STEP_PX) places.push(place);
      }
      redraw();
    });
    window.addEventListener("mouseup", (event) => { if (dragging && event.button === 0) finish(event); });
  }

  const near = (place, latlng) => Boolean(place) && pixel(place).distanceTo(pixel(latlng)) <= REACH_PX;

  function corner(latlng) {
    if (places.length > 2 && near(places[0], latlng)) return finish();
    if (!near(places[places.length - 1], latlng)) places.push(latlng); // the second click of a double one
    return redraw();
  }

  const keys = {
    Enter: () => { if (places.length > 2) finish(); },
    Backspace: () => { places.pop(); redraw(); },
    " ": () => corner(opsmap.map.getCenter()),
    Escape: forget,
  };

  opsmap.drawing = {
    DRAGGED, trace, strokeTwice, knob, near,
    build() {
      const { map } = opsmap;
      shown = new RingLayer("shape");
      sketch = new SketchLayer("sketch");
      drag(map, map.getContainer());
      map.on("mousemove", ({ latlng }) => {
        if (tool() !== "polygon" || !places.length) return;
        pointer = latlng;
        redraw();
      });
    },
    forget,
    click(latlng) { if (tool() === "polygon") corner(latlng); },
    doubleClick() { if (tool() === "polygon") keys.Enter(); },
    // Whether the key meant the drawing.
    key(name) {
      const meant = tool() === "polygon" ? name in keys && (places.length > 0 || name === " ") : dragging && name === "Escape";
      if (meant) keys[name]();
      return meant;
    },
  };

  handlers.shape = ({ ring }) => {
    shown.ring = ring.map(([lng, lat]) => L.latLng(lat, lng));
    show(shown, ring.length > 2);
  };
})();
