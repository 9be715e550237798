// Measuring: legs along clicked places on the sphere, and the area once they close.
"use strict";

(() => {
  const { element, handlers, drawing } = opsmap;
  const EARTH_M = 6371000; // as map.distance has it
  let layer = null, label = null, places = [], pointer = null, state = "idle"; // idle, open, ended, closed

  const last = () => places[places.length - 1];
  const path = () => (state === "open" && pointer ? [...places, pointer] : state === "closed" ? [...places, places[0]] : places);

  function legs() {
    const way = path(), lengths = [];
    for (let at = 1; at < way.length; at += 1) lengths.push(opsmap.map.distance(way[at - 1], way[at]));
    return lengths;
  }

  // Of a ring on the sphere: Chamberlain and Duquette 2007, Some algorithms for polygons on a sphere, eq. 5.
  function area() {
    const rad = Math.PI / 180;
    let sum = 0;
    places.forEach((a, at) => {
      const b = places[(at + 1) % places.length];
      sum += (b.lng - a.lng) * rad * (2 + Math.sin(a.lat * rad) + Math.sin(b.lat * rad));
    });
    return Math.abs((sum * EARTH_M * EARTH_M) / 2);
  }

  const rounded = (value, limit) => (value < limit ? value.toFixed(2) : value < 10 * limit ? value.toFixed(1) : opsmap.count(value));
  const length = (metres) => (metres < 999.5 ? `${opsmap.count(metres)}\u00a0m` : `${rounded(metres / 1000, 10)}\u00a0km`);
  const surface = (metres) => (metres < 999999.5 ? `${opsmap.count(metres)}\u00a0m²` : `${rounded(metres / 1e6, 10)}\u00a0km²`);

  const MeasureLayer = opsmap.CanvasLayer.extend({
    paint(ctx) {
      if (!places.length) return;
      const { colour } = opsmap.look;
      drawing.trace(this, ctx, path());
      if (state === "closed") {
        ctx.fillStyle = opsmap.rgba(colour.accent_default, 0.12);
        ctx.fill("evenodd");
      }
      drawing.strokeTwice(ctx, state === "open" ? [6, 5] : []);
      for (const place of places) drawing.knob(this, ctx, place, place === places[0] && places.length > 2 ? 6 : 4.5);
    },
  });

  function tell() {
    const lengths = legs(), { words } = opsmap;
    label.hidden = !lengths.length;
    if (!lengths.length) return;
    label.replaceChildren();
    element("div", "card-title", length(lengths.reduce((a, b) => a + b, 0)), label);
    if (lengths.length > 1) element("div", "card-line", opsmap.fill(words.measure_leg, length(lengths[lengths.length - 1])), label);
    if (state === "closed") element("div", "card-line", opsmap.fill(words.measure_area, surface(area())), label);
    follow();
  }

  // The label stays beside the end of the line, inside the map.
  function follow() {
    if (label.hidden || !places.length) return;
    const way = path(), size = opsmap.map.getSize(), at = opsmap.map.latLngToContainerPoint(way[way.length - 1]);
    const x = at.x + 16 + label.offsetWidth > size.x - 8 ? at.x - 16 - label.offsetWidth : at.x + 16;
    const y = Math.min(Math.max(8, at.y + 8), size.y - label.offsetHeight - 8);
    label.style.transform = `translate(${Math.round(Math.max(8, x))}px, ${Math.round(y)}px)`;
  }

  function redraw() {
    if (places.length && !layer._map) layer.addTo(opsmap.map);
    else if (!places.length && layer._map) layer.remove();
    else layer.redraw();
    tell();
  }

  function add(latlng) {
    if (state !== "open") { places = []; state = "open"; }
    if (places.length > 2 && drawing.near(places[0], latlng)) state = "closed";
    else if (!drawing.near(last(), latlng)) places.push(latlng);
    pointer = null;
    redraw();
  }

  function end() {
    pointer = null;
    if (state === "open" && places.length > 1) state = "ended";
    redraw();
  }

  function clear() {
    places = [];
    pointer = null;
    state = "idle";
    redraw();
  }

  const keys = {
    Enter: end,
    Backspace: () => { if (state === "open") { places.pop(); redraw(); } },
    " ": () => add(opsmap.map.getCenter()),
    Escape: clear,
  };

  opsmap.measure = {
    build() {
      const { map } = opsmap;
      layer = new MeasureLayer("sketch");
      label = element("div", "card measure-card", null, map.getContainer());
      label.setAttribute("role", "status");
      label.hidden = true;
      map.on("mousemove", ({ latlng }) => {
        if (opsmap.furniture.tool() !== "measure" || state !== "open") return;
        pointer = latlng;
        redraw();
      });
      map.on("move zoom viewreset resize", follow);
    },
    click: add,
    doubleClick: end,
    clear,
    key(name) {
      const meant = name in keys && (places.length > 0 || name === " ");
      if (meant) keys[name]();
      return meant;
    },
  };

  handlers.measure = ({ lon, lat }) => {
    opsmap.furniture.choose("measure");
    clear();
    add(L.latLng(lat, lon));
  };
})();
