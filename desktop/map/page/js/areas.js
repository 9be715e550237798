// Layers of named areas: outlined, lightly tinted, and their names where there is room for them.
"use strict";

(() => {
  const { rgba } = opsmap;
  const GRID = 2 ** 28; // steps across the world in which rings come, each vertex from the one before
  const TINT = 0.055, LEAST_PX = 0.8; // between two vertices that are drawn
  // Slots of the categorical palette for areas: neighbours in the list differ, and none is taken for the accent.
  const SLOTS = [3, 7, 5, 8, 4, 1, 9, 0, 2, 6, 10];
  opsmap.areaHue = (at) => opsmap.look.categorical[SLOTS[at % SLOTS.length]][0];

  // A ring in web mercator from 0 to 1, as x, y, x, y ...
  function unpacked(steps) {
    const ring = new Float64Array(steps.length);
    let x = 0, y = 0;
    for (let at = 0; at < steps.length; at += 2) {
      x += steps[at];
      y += steps[at + 1];
      ring[at] = x / GRID;
      ring[at + 1] = y / GRID;
    }
    return ring;
  }

  function boxOf(rings) {
    const box = { west: Infinity, north: Infinity, east: -Infinity, south: -Infinity };
    for (const ring of rings) {
      for (let at = 0; at < ring.length; at += 2) {
        box.west = Math.min(box.west, ring[at]); box.east = Math.max(box.east, ring[at]);
        box.north = Math.min(box.north, ring[at + 1]); box.south = Math.max(box.south, ring[at + 1]);
      }
    }
    return box;
  }

  opsmap.AreaLayer = opsmap.CanvasLayer.extend({
    initialize(pane) {
      opsmap.CanvasLayer.prototype.initialize.call(this, pane);
      this._areas = [];
      this._hue = 0;
    },

    setStyle({ hue }) {
      if (hue !== this._hue) { this._hue = hue; this.redraw(); }
    },

    // {rings, names, x, y, room, on_map}: rings in steps; where each name stands, the radius that is free around it, and
    // at which zooms the base map says it already.
    setAreas(areas) {
      this._areas = areas.rings.map((packed, at) => {
        const rings = packed.map(unpacked);
        return { rings, box: boxOf(rings), name: areas.names[at], x: areas.x[at], y: areas.y[at], room: areas.room[at], onMap: areas.on_map[at] };
      });
      this.redraw();
      opsmap.stack.namesAgain();
    },

    blank() { return !this._areas.length; },

    inSight() {
      return this._areas.filter(({ box }) => {
        const min = this.at(box.west, box.north), max = this.at(box.east, box.south);
        return max.x > 0 && max.y > 0 && min.x < this._wide && min.y < this._high;
      });
    },

    paint(ctx) {
      const { colour } = opsmap.look, hue = opsmap.areaHue(this._hue), path = new Path2D();
      for (const area of this.inSight()) for (const ring of area.rings) this._trace(path, ring);
      ctx.lineJoin = "round";
      ctx.fillStyle = rgba(hue, TINT);
      ctx.fill(path, "evenodd");
      ctx.lineWidth = 3.6;
      ctx.strokeStyle = rgba(colour.surface_pane, 0.55);
      ctx.stroke(path);
      ctx.lineWidth = 1.5;
      ctx.strokeStyle = hue;
      ctx.stroke(path);
    },

    // What would fall on the same pixel is left out.
    _trace(path, ring) {
      const scale = 256 * 2 ** this._zoom;
      let lastX = Infinity, lastY = Infinity;
      for (let at = 0; at < ring.length; at += 2) {
        const x = ring[at] * scale - this._left, y = ring[at + 1] * scale - this._top;
        if (at && Math.abs(x - lastX) + Math.abs(y - lastY) < LEAST_PX) continue;
        if (at) path.lineTo(x, y);
        else path.moveTo(x, y);
        lastX = x;
        lastY = y;
      }
      path.closePath();
    },
  });

  // The names of all layers of areas on one canvas, so that none covers another: the topmost layer's come first.
  opsmap.AreaNames = opsmap.CanvasLayer.extend({
    blank: () => !opsmap.stack.areas().length,

    paint(ctx) {
      const taken = [];
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      this.placed = [];
      for (const [layer, { opacity }] of opsmap.stack.areas()) {
        const named = layer.inSight().filter((area) => area.name && !this._said(area)).sort((a, b) => b.room - a.room);
        for (const area of named) this._name(ctx, area, taken, opacity, opsmap.areaHue(layer._hue));
      }
    },

    _said: ({ onMap }) => {
      const zoom = opsmap.map.getZoom();
      return onMap && opsmap.tilesOn && opsmap.tilesWanted && onMap[0] <= zoom && zoom <= onMap[1];
    },

    _name(ctx, { name, x, y, room }, taken, opacity, hue) {
      const radius = room * 256 * 2 ** this._zoom, at = this.at(x, y);
      if (radius < 9 || !this.near(at, 0)) return;
      const big = radius > 90;
      ctx.font = `600 ${big ? 13 : 11}px ${opsmap.look.family}`;
      const wide = ctx.measureText(name).width + 8, high = big ? 18 : 15;
      if (wide > 2.6 * radius) return;
      const box = [at.x - wide / 2, at.y - high / 2, at.x + wide / 2, at.y + high / 2];
      if (taken.some((other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3])) return;
      taken.push(box);
      this.placed.push(name);
      ctx.globalAlpha = opacity;
      ctx.lineJoin = "round";
      ctx.lineWidth = 3;
      ctx.strokeStyle = opsmap.look.basemap.halo;
      ctx.strokeText(name, at.x, at.y);
      ctx.fillStyle = opsmap.look.scheme === "dark" ? opsmap.look.colour.text_primary : hue;
      ctx.fillText(name, at.x, at.y);
      ctx.globalAlpha = 1;
    },
  });
})();
