// Cells of a tested statistic: polygons under the requests.
"use strict";

(() => {
  const { symbols, say, rgba } = opsmap;
  const NOT_SIGNIFICANT = 3;
  const DOTTED = new Set([0, 6]); // q <= 0.01, cold and hot

  const trace = (layer, ctx, rings) => {
    ctx.beginPath();
    for (const ring of rings) {
      ring.forEach(([x, y], index) => {
        const at = layer.at(x, y);
        if (index) ctx.lineTo(at.x, at.y);
        else ctx.moveTo(at.x, at.y);
      });
      ctx.closePath();
    }
  };

  const inside = (rings, x, y) => {
    let odd = false;
    for (const ring of rings) {
      for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
        const [ax, ay] = ring[i], [bx, by] = ring[j];
        if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
      }
    }
    return odd;
  };

  const boxOf = (rings) => {
    const box = { west: Infinity, north: Infinity, east: -Infinity, south: -Infinity };
    for (const ring of rings) {
      for (const [x, y] of ring) {
        box.west = Math.min(box.west, x); box.east = Math.max(box.east, x);
        box.north = Math.min(box.north, y); box.south = Math.max(box.south, y);
      }
    }
    return box;
  };

  const PolygonLayer = opsmap.CanvasLayer.extend({
    initialize(pane) {
      opsmap.CanvasLayer.prototype.initialize.call(this, pane);
      this._shapes = [];
      this._hovered = -1;
    },

    _visible(shape) {
      const min = this.at(shape.box.west, shape.box.north), max = this.at(shape.box.east, shape.box.south);
      return max.x > 0 && max.y > 0 && min.x < this._wide && min.y < this._high;
    },

    findIndex(point) {
      const latlng = this._map.containerPointToLatLng(point), { x, y } = opsmap.world(latlng);
      return this._shapes.findIndex(
        ({ box, rings }) => x >= box.west && x <= box.east && y >= box.north && y <= box.south && inside(rings, x, y),
      );
    },
  });

  opsmap.CellLayer = PolygonLayer.extend({
    setCells(cells) {
      this._shapes = cells.rings.map((rings, at) => ({
        rings, box: boxOf(rings), kind: cells.classes[at], value: cells.values[at], lines: cells.lines[at] || [],
      }));
      if (this._hovered >= 0) opsmap.card.hide();
      this._hovered = this._chosen = -1; // both were cells of the answer before
      this.redraw();
    },

    choose(index) {
      this._chosen = index;
      const shape = this._shapes[index];
      if (shape) opsmap.uncover(opsmap.latlng((shape.box.west + shape.box.east) / 2, (shape.box.north + shape.box.south) / 2));
      this.redraw();
    },

    // Cells that stand out; the names of places stay clear of them.
    obstacles() {
      return this._shapes.filter(({ kind }) => kind !== NOT_SIGNIFICANT).map(({ box }) => {
        const min = this.at(box.west, box.north), max = this.at(box.east, box.south);
        return { x: (min.x + max.x) / 2, y: (min.y + max.y) / 2, radius: (max.x - min.x) / 2 };
      });
    },

    blank() { return !this._shapes.length; },

    paint(ctx) {
      const shown = this._shapes.filter((shape) => this._visible(shape));
      const quiet = shown.filter((shape) => shape.kind === NOT_SIGNIFICANT);
      const { colour, diverging } = opsmap.look;
      ctx.lineJoin = "round";
      for (const shape of quiet) {
        trace(this, ctx, shape.rings);
        ctx.lineWidth = 1.3;
        ctx.strokeStyle = rgba(colour.line_strong, 0.42);
        ctx.stroke();
      }
      for (const shape of shown) if (shape.kind !== NOT_SIGNIFICANT) this._fill(ctx, shape, diverging[shape.kind]);
      for (const shape of shown) if (DOTTED.has(shape.kind)) this._dot(ctx, shape);
      this._outline(ctx, this._shapes[this._hovered], 1.6);
      this._outline(ctx, this._shapes[this._chosen], 2.6);
    },

    _fill(ctx, shape, hue) {
      trace(this, ctx, shape.rings);
      ctx.fillStyle = rgba(hue, 0.78);
      ctx.fill();
      ctx.lineWidth = 1;
      ctx.strokeStyle = rgba(hue, 0.95);
      ctx.stroke();
    },

    _dot(ctx, { box }) {
      const at = this.at((box.west + box.east) / 2, (box.north + box.south) / 2);
      const wide = this.at(box.east, box.north).x - this.at(box.west, box.north).x;
      ctx.beginPath();
      ctx.arc(at.x, at.y, Math.min(2.6, Math.max(1, wide / 9)), 0, 2 * Math.PI);
      ctx.fillStyle = opsmap.look.colour.surface_pane; // the ends of the ramp are deep on white, pale on dark
      ctx.fill();
    },

    _outline(ctx, shape, width) {
      if (!shape) return;
      const { colour } = opsmap.look;
      trace(this, ctx, shape.rings);
      ctx.lineWidth = width + 3;
      ctx.strokeStyle = colour.surface_pane;
      ctx.stroke();
      ctx.lineWidth = width;
      ctx.strokeStyle = colour.accent_default;
      ctx.stroke();
    },

    hover(point) {
      const index = point ? this.findIndex(point) : -1;
      if (index !== this._hovered) {
        this._hovered = index;
        this.redraw();
        if (index >= 0) opsmap.card.show(this._describe(index), point);
        else opsmap.card.hide();
      } else if (index >= 0) opsmap.card.move(point);
      return index >= 0;
    },

    click(point) {
      const index = this.findIndex(point);
      if (index >= 0) say("cell", { index });
      return index >= 0;
    },

    _describe(index) {
      const { words } = opsmap, shape = this._shapes[index];
      return {
        title: opsmap.fill(words.cell, opsmap.count(index + 1)),
        lines: [words.classes[shape.kind]],
        rows: [[words.cell_count, opsmap.count(shape.value)], ...shape.lines],
      };
    },
  });

  opsmap.symbols.hexagon = (ctx, radius) => {
    ctx.beginPath();
    for (let i = 0; i < 6; i += 1) {
      const angle = ((60 * i - 90) * Math.PI) / 180;
      ctx.lineTo(radius * Math.cos(angle), radius * Math.sin(angle));
    }
    ctx.closePath();
  };
  void symbols;
})();
