// Cells of a tested statistic: polygons under the requests.
"use strict";

(() => {
  const { symbols, say, rgba } = opsmap;
  const SIGN_PX = 15; // a cell narrower than this has no letter

  // The kinds that cells are of: those that came with them, else the classes of a test.
  opsmap.hueOf = (kind) => (kind.ramp === "none" ? null : opsmap.look[kind.ramp][kind.step]);

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
      this._marked = new Set();
      this._kinds = [];
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
        name: (cells.names || [])[at], own: cells.lines[at] || [],
      }));
      this._kinds = cells.kinds;
      this._valueWord = cells.value_word || opsmap.words.cell_count;
      if (this._hovered >= 0) opsmap.card.hide();
      this._hovered = this._chosen = -1; // both were cells of the answer before
      this._marked = new Set();
      this.redraw();
    },

    // The same cells at another moment: other kinds and values, nothing else.
    recolour(told) {
      this._kinds = told.kinds;
      if (told.value_word) this._valueWord = told.value_word;
      this._shapes.forEach((shape, at) => {
        Object.assign(shape, { kind: told.classes[at], value: told.values[at], lines: told.lines ? told.lines[at] || [] : shape.own });
      });
      this.redraw();
    },

    // Some cells that belong to what is chosen elsewhere.
    mark(indices) {
      this._marked = new Set(indices);
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
      return this._shapes.filter(({ kind }) => opsmap.hueOf(this._kinds[kind])).map(({ box }) => {
        const min = this.at(box.west, box.north), max = this.at(box.east, box.south);
        return { x: (min.x + max.x) / 2, y: (min.y + max.y) / 2, radius: (max.x - min.x) / 2 };
      });
    },

    blank() { return !this._shapes.length; },

    // Which side of the line between two answers this layer has: -1 left, 1 right, 0 without a line.
    side: 0,

    _clip(ctx) {
      const line = opsmap.swipeAt();
      if (line === null || !this.side) return;
      const { x } = this.fromContainer(L.point(line, 0));
      ctx.beginPath();
      if (this.side < 0) ctx.rect(0, 0, x, this._high);
      else ctx.rect(x, 0, this._wide - x, this._high);
      ctx.clip();
    },

    paint(ctx) {
      ctx.save();
      this._clip(ctx);
      const shown = this._shapes.filter((shape) => this._visible(shape));
      const { colour } = opsmap.look, hues = this._kinds.map(opsmap.hueOf);
      ctx.lineJoin = "round";
      for (const shape of shown) {
        if (hues[shape.kind]) continue;
        trace(this, ctx, shape.rings);
        ctx.lineWidth = 1.3;
        ctx.strokeStyle = rgba(colour.line_strong, 0.42);
        ctx.stroke();
      }
      for (const shape of shown) if (hues[shape.kind]) this._fill(ctx, shape, hues[shape.kind]);
      for (const shape of shown) {
        if (this._kinds[shape.kind].dot) this._dot(ctx, shape);
        if (this._kinds[shape.kind].sign) this._sign(ctx, shape, this._kinds[shape.kind].sign);
      }
      for (const index of this._marked) this._border(ctx, this._shapes[index]);
      this._outline(ctx, this._shapes[this._hovered], 1.6);
      this._outline(ctx, this._shapes[this._chosen], 2.6);
      ctx.restore();
    },

    _fill(ctx, shape, hue) {
      trace(this, ctx, shape.rings);
      ctx.fillStyle = rgba(hue, 0.78);
      ctx.fill();
      ctx.lineWidth = 1;
      ctx.strokeStyle = rgba(hue, 0.95);
      ctx.stroke();
    },

    _sign(ctx, { box }, sign) {
      const at = this.at((box.west + box.east) / 2, (box.north + box.south) / 2);
      if (this.at(box.east, box.north).x - this.at(box.west, box.north).x < SIGN_PX) return;
      ctx.save();
      ctx.translate(at.x, at.y);
      ctx.lineWidth = 2.5;
      ctx.strokeStyle = rgba(opsmap.look.colour.surface_pane, 0.85);
      ctx.font = `700 10px ${opsmap.look.family}`;
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      ctx.strokeText(sign, 0, 0.5);
      ctx.fillStyle = opsmap.look.colour.text_primary;
      ctx.fillText(sign, 0, 0.5);
      ctx.restore();
    },

    _dot(ctx, { box }) {
      const at = this.at((box.west + box.east) / 2, (box.north + box.south) / 2);
      const wide = this.at(box.east, box.north).x - this.at(box.west, box.north).x;
      ctx.beginPath();
      ctx.arc(at.x, at.y, Math.min(2.6, Math.max(1, wide / 9)), 0, 2 * Math.PI);
      ctx.fillStyle = opsmap.look.colour.surface_pane; // the ends of the ramp are deep on white, pale on dark
      ctx.fill();
    },

    _border(ctx, shape) {
      if (!shape || !this._visible(shape)) return;
      trace(this, ctx, shape.rings);
      ctx.lineWidth = 1.6;
      ctx.strokeStyle = opsmap.look.colour.accent_default;
      ctx.stroke();
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

    // Whether a point of the container lies on this layer's side of the line.
    _mine(point) {
      const line = opsmap.swipeAt();
      return line === null || !this.side || (this.side < 0) === (point.x < line);
    },

    hover(point) {
      const index = point && this._mine(point) ? this.findIndex(point) : -1;
      if (index !== this._hovered) {
        this._hovered = index;
        this.redraw();
        if (index >= 0) opsmap.card.show(this._describe(index), point);
        else opsmap.card.hide();
      } else if (index >= 0) opsmap.card.move(point);
      return index >= 0;
    },

    click(point) {
      const index = this._mine(point) ? this.findIndex(point) : -1;
      if (index >= 0) say("cell", { index, later: this.side > 0 });
      return index >= 0;
    },

    _describe(index) {
      const { words } = opsmap, shape = this._shapes[index];
      return {
        title: shape.name || opsmap.fill(words.cell, opsmap.count(index)),
        lines: [this._kinds[shape.kind].word],
        rows: [[this._valueWord, opsmap.count(shape.value)], ...shape.lines],
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

  // The form of cells in a legend: as they are drawn, and for areas a shape like none of the grids.
  opsmap.symbols.cellForm = (ctx, form) => {
    if (form === "hexagon") { symbols.hexagon(ctx, 7.4); return; }
    if (form === "square") { symbols.square(ctx, 6.6, 0); return; }
    ctx.beginPath();
    for (const [x, y] of opsmap.AREA_FORM) ctx.lineTo(x, y);
    ctx.closePath();
  };
  opsmap.AREA_FORM = [[-7, -2], [-1.5, -7], [7, -4.5], [4.5, 6], [-5, 7]];
})();
