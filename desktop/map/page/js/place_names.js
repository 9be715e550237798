// The names of the city and its parts, above everything that is drawn: each stands where no symbol lies, or gives way.
"use strict";

(() => {
  const STYLES = { // px, as on printed sheets; how far a name may stand from its place
    city: { size: 15, high: 20, far: 150 }, suburb: { size: 12, high: 17, far: 60 }, neighbourhood: { size: 11, high: 16, far: 48 },
  };
  const STEP = 12, SPACING = 1.3;

  // Places around the middle, the nearest first.
  const around = (far) => {
    const found = [];
    for (let dy = -far; dy <= far; dy += STEP) {
      for (let dx = -far; dx <= far; dx += STEP * 2) if (Math.hypot(dx, dy) <= far) found.push([dx, dy]);
    }
    return found.sort((a, b) => Math.hypot(...a) - Math.hypot(...b));
  };
  for (const style of Object.values(STYLES)) style.around = around(style.far - (style.far % (STEP * 2)));

  // Whether a box meets a symbol, which is round.
  const meets = (box, { x, y, radius }) =>
    Math.hypot(x - Math.max(box[0], Math.min(x, box[2])), y - Math.max(box[1], Math.min(y, box[3]))) < radius;

  opsmap.PlaceNames = opsmap.CanvasLayer.extend({
    initialize(pane) {
      opsmap.CanvasLayer.prototype.initialize.call(this, pane);
      this._places = [];
      this.placed = [];
    },

    // Places are {x, y, name, kind, from, to}: from which zoom to which the map names them.
    setPlaces(places) {
      this._places = places.filter(({ kind }) => STYLES[kind]);
      this.redraw();
    },

    _shown() {
      const zoom = opsmap.map.getZoom();
      return opsmap.tilesOn && opsmap.tilesWanted ? this._places.filter(({ from, to }) => from <= zoom && zoom <= to) : [];
    },

    blank() { return !this._shown().length; },

    paint(ctx) {
      this.placed = [];
      const symbols = opsmap.stack.onShow().flatMap((layer) => layer.obstacles?.() || []), taken = this._covered();
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      ctx.letterSpacing = `${SPACING}px`;
      for (const place of this._shown()) {
        const at = this.at(place.x, place.y);
        if (this.near(at, 0)) this._name(ctx, place, at, symbols, taken);
      }
    },

    _covered() {
      return opsmap.covered().map(({ left, top, right, bottom }) => {
        const min = this.fromContainer(L.point(left, top)), max = this.fromContainer(L.point(right, bottom));
        return [min.x, min.y, max.x, max.y];
      });
    },

    _name(ctx, { name, kind }, at, symbols, taken) {
      const style = STYLES[kind], words = name.toUpperCase();
      ctx.font = `600 ${style.size}px ${opsmap.look.family}`;
      const wide = ctx.measureText(words).width / 2 + 3, high = style.high / 2, far = style.far;
      const near = symbols.filter(({ x, y, radius }) => Math.abs(x - at.x) < wide + far + radius && Math.abs(y - at.y) < high + far + radius);
      for (const [dx, dy] of style.around) {
        const x = at.x + dx, y = at.y + dy, box = [x - wide, y - high, x + wide, y + high];
        const free = !taken.some((other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3]);
        if (!free || near.some((symbol) => meets(box, symbol))) continue;
        taken.push(box);
        this.placed.push({ name, box });
        this._write(ctx, words, x, y);
        return;
      }
    },

    _write(ctx, words, x, y) {
      const { halo, hood } = opsmap.look.basemap;
      ctx.lineJoin = "round";
      ctx.lineWidth = 3;
      ctx.strokeStyle = halo;
      ctx.strokeText(words, x, y);
      ctx.fillStyle = hood;
      ctx.fillText(words, x, y);
    },
  });
})();
