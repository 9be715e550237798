// The mark on a place: a pin or a highlighted length of street for what was searched for, a dot for what was pointed at.
"use strict";

(() => {
  const { element, rgba, say, symbols } = opsmap;
  const PIN_HIGH = 27, PIN_ROUND = 9.5, LINE = 5, CASING = 2.5;

  // A drop that stands on its tip at the origin.
  function drop(ctx, round) {
    const middle = -PIN_HIGH + PIN_ROUND;
    ctx.beginPath();
    ctx.arc(0, middle, round, 0.82 * Math.PI, 0.18 * Math.PI);
    ctx.quadraticCurveTo(3.4, -7, 0, 0);
    ctx.quadraticCurveTo(-3.4, -7, Math.cos(0.82 * Math.PI) * round, middle + Math.sin(0.82 * Math.PI) * round);
    ctx.closePath();
  }

  opsmap.FoundLayer = opsmap.CanvasLayer.extend({
    initialize(which) {
      opsmap.CanvasLayer.prototype.initialize.call(this, which);
      this._which = which;
      this._mark = null;
      this._label = null;
    },

    // The mark, or null for none. Its words are texts of the city: they only ever become text.
    show(mark) {
      this._mark = mark;
      if (this._label) { this._label.remove(); this._label = null; }
      if (mark) this._label = this._words(mark).addTo(opsmap.map);
      this.redraw();
    },

    _words(mark) {
      const card = element("div", "card found-card");
      card.setAttribute("role", "status");
      const told = element("div", "found-words", null, card);
      element("div", "card-title", mark.name, told);
      if (mark.note) element("div", "card-line", mark.note, told);
      opsmap.button("found-close", "x", opsmap.words.take_mark_away, card, () => say("mark_closed", { which: this._which }));
      L.DomEvent.disableClickPropagation(card);
      card.addEventListener("mousemove", (event) => event.stopPropagation());
      const [x, y] = this._wordsAt(mark), low = mark.lines.length || this._which === "here" ? "low" : "";
      const icon = L.divIcon({ className: `found-anchor ${low}`, html: card, iconSize: [0, 0] });
      return L.marker(opsmap.latlng(x, y), { icon, pane: "found_words", keyboard: false, interactive: false });
    },

    // Where the words stand: over the pin, or over the northern end of the lines, which they must not cover.
    _wordsAt(mark) {
      const points = mark.lines.flat();
      return points.length ? points.reduce((best, point) => (point[1] < best[1] ? point : best)) : [mark.x, mark.y];
    },

    blank() { return !this._mark; },

    paint(ctx) {
      const mark = this._mark;
      if (!mark) return;
      if (mark.lines.length) { this._lines(ctx, mark); return; }
      const at = this.at(mark.x, mark.y);
      if (!this.near(at, 40)) return;
      ctx.save();
      ctx.translate(Math.round(at.x), Math.round(at.y));
      if (this._which === "found") this._pin(ctx);
      else this._dot(ctx);
      ctx.restore();
    },

    _lines(ctx, mark) {
      const { colour } = opsmap.look;
      ctx.beginPath();
      for (const line of mark.lines) {
        line.forEach(([x, y], index) => {
          const at = this.at(x, y);
          if (index) ctx.lineTo(at.x, at.y);
          else ctx.moveTo(at.x, at.y);
        });
      }
      ctx.lineJoin = ctx.lineCap = "round";
      if (mark.outline) {
        ctx.fillStyle = rgba(colour.accent_default, 0.07);
        ctx.fill("evenodd");
      }
      const width = mark.outline ? 2 : LINE;
      ctx.lineWidth = width + 2 * CASING;
      ctx.strokeStyle = rgba(colour.surface_pane, 0.9);
      ctx.stroke();
      ctx.lineWidth = width;
      ctx.strokeStyle = colour.accent_default;
      ctx.stroke();
    },

    _pin(ctx) {
      const { colour } = opsmap.look;
      drop(ctx, PIN_ROUND);
      ctx.lineJoin = "round";
      ctx.lineWidth = 4;
      ctx.strokeStyle = colour.surface_pane;
      ctx.stroke();
      ctx.fillStyle = colour.accent_default;
      ctx.fill();
      ctx.translate(0, -PIN_HIGH + PIN_ROUND);
      symbols.disc(ctx, 3.6, colour.surface_pane);
    },

    _dot(ctx) {
      const { colour } = opsmap.look;
      symbols.disc(ctx, 6.5, colour.surface_pane);
      symbols.disc(ctx, 4.5, colour.text_primary);
    },
  });
})();
