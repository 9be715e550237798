// A layer of assets: asks the window for what a view holds, draws quiet marks, and opens a card about the one clicked.
"use strict";

(() => {
  const { symbols, say, element } = opsmap;
  const ICONS_MOST = 260; // in a view: more than these are dots
  const ICON_PX = 9, DOT_PX = 3.4;

  // A round mark with a glyph, lighter than any request: assets are the ground that requests stand on.
  opsmap.drawAsset = (ctx, icon, radius) => {
    const { colour } = opsmap.look;
    symbols.disc(ctx, radius + 1.4, colour.surface_pane);
    symbols.ring(ctx, radius - 0.6, 1.2, colour.line_strong);
    symbols.glyph(ctx, icon, radius * 1.25, colour.text_secondary, 1.5);
  };

  const dot = () => symbols.sprite("asset dot", 12, (ctx) => {
    symbols.disc(ctx, DOT_PX + 1.2, opsmap.look.colour.surface_pane);
    symbols.disc(ctx, DOT_PX, opsmap.look.colour.text_tertiary);
  });

  function drawCount(ctx, x, y, count) {
    const told = opsmap.count(count), { colour } = opsmap.look, half = 8 + told.length * 3;
    symbols.stamp(ctx, symbols.sprite(`asset count ${told}`, 2 * half + 4, (inner) => {
      inner.beginPath();
      inner.roundRect(-half, -8, 2 * half, 16, 8);
      inner.fillStyle = opsmap.rgba(colour.surface_pane, 0.94);
      inner.fill();
      inner.lineWidth = 1;
      inner.strokeStyle = colour.line_strong;
      inner.stroke();
      symbols.text(inner, told, 10, 600, colour.text_secondary);
    }), x, y);
    return half;
  }

  opsmap.AssetLayer = opsmap.CanvasLayer.extend({
    initialize(pane, key) {
      opsmap.CanvasLayer.prototype.initialize.call(this, pane);
      this._key = key;
      this._icon = "";
      this._points = this._clusters = [];
      this._placed = [];
      this._hovered = this._marked = null;
      this._serial = 0;
    },

    setStyle({ icon, label }) { this._icon = icon; this._label = label; },

    onAdd(map) {
      opsmap.CanvasLayer.prototype.onAdd.call(this, map);
      this.ask();
    },

    onRemove(map) {
      opsmap.CanvasLayer.prototype.onRemove.call(this, map);
      if (shown && shown.key === this._key) close();
    },

    getEvents() {
      return { ...opsmap.CanvasLayer.prototype.getEvents.call(this), moveend: this._rested };
    },

    _rested() {
      this._place();
      this.ask();
    },

    ask() {
      if (!this._map) return;
      const bounds = this._map.getPixelBounds(), scale = 256 * 2 ** this._map.getZoom(), size = this._map.getSize();
      const padX = size.x * this.options.padding, padY = size.y * this.options.padding;
      this._serial += 1;
      say("asset_query", {
        key: this._key, serial: this._serial,
        west: (bounds.min.x - padX) / scale, north: (bounds.min.y - padY) / scale,
        east: (bounds.max.x + padX) / scale, south: (bounds.max.y + padY) / scale,
        zoom: Math.round(this._map.getZoom()),
      });
    },

    show(answer) {
      if (answer.serial !== this._serial) return;
      this._points = opsmap.rowsOf(answer.points);
      this._clusters = opsmap.rowsOf(answer.clusters);
      this.redraw();
      say("assets_drawn", { key: this._key, points: this._points.length, clusters: this._clusters.length });
    },

    obstacles() { return this._placed.map(({ x, y, reach }) => ({ x, y, radius: reach })); },

    blank() { return !this._points.length && !this._clusters.length; },

    paint(ctx) {
      const small = this._points.length > ICONS_MOST, reach = small ? 7 : ICON_PX + 2;
      const mark = small ? dot() : symbols.sprite(`asset ${this._icon}`, 26, (inner) => opsmap.drawAsset(inner, this._icon, ICON_PX));
      this._placed = [];
      for (const point of this._points) {
        const at = this.at(point.x, point.y);
        if (!this.near(at, 20)) continue;
        symbols.stamp(ctx, mark, at.x, at.y);
        this._placed.push({ id: point.id, x: at.x, y: at.y, reach });
      }
      for (const cluster of this._clusters) {
        const at = this.at(cluster.x, cluster.y);
        if (this.near(at, 30)) this._placed.push({ cluster, x: at.x, y: at.y, reach: drawCount(ctx, at.x, at.y, cluster.count) });
      }
      for (const id of new Set([this._hovered, this._marked])) this._ring(ctx, id);
    },

    _ring(ctx, id) {
      const found = id && this._placed.find((entry) => entry.id === id);
      if (!found) return;
      ctx.save();
      ctx.translate(found.x, found.y);
      symbols.ring(ctx, found.reach + 2, 4, opsmap.look.colour.surface_pane);
      symbols.ring(ctx, found.reach + 2, 2, opsmap.look.colour.accent_default);
      ctx.restore();
    },

    mark(id) { this._marked = id; this.redraw(); },

    find(point) {
      const at = this.fromContainer(point);
      let best = null, nearest = Infinity;
      for (const entry of this._placed) {
        const far = Math.hypot(entry.x - at.x, entry.y - at.y);
        if (far <= Math.max(entry.reach, 9) && far < nearest) { best = entry; nearest = far; }
      }
      return best;
    },

    hover(point) {
      const entry = point ? this.find(point) : null, id = entry ? entry.id || -1 - entry.cluster.key : null;
      if (id !== this._hovered) {
        this._hovered = id;
        this.redraw();
        if (!entry) opsmap.card.hide();
        else if (entry.cluster) opsmap.card.show(this._ofCluster(entry.cluster), point);
        else {
          opsmap.card.show({ id: `${this._key} ${id}`, title: this._label, lines: [] }, point);
          say("asset_hover", { key: this._key, id });
        }
      } else if (entry) opsmap.card.move(point);
      return Boolean(entry);
    },

    _ofCluster(cluster) {
      return { title: `${this._label}: ${opsmap.count(cluster.count)}`, lines: [opsmap.words.click_to_look_closer] };
    },

    click(point) {
      const entry = this.find(point);
      if (!entry) return false;
      opsmap.card.hide();
      if (entry.cluster) say("asset_cluster", { key: this._key, level: entry.cluster.level, cell: entry.cluster.key });
      else say("asset", { key: this._key, id: entry.id });
      return true;
    },
  });

  // The card of one asset: its number, what it is, and the open requests that name it, each a button.
  let card = null, shown = null;

  function place() {
    if (!shown) return;
    const size = opsmap.map.getSize(), at = opsmap.map.latLngToContainerPoint(opsmap.latlng(shown.x, shown.y));
    const wide = card.offsetWidth, high = card.offsetHeight;
    const x = at.x + 16 + wide > size.x - 56 ? at.x - 16 - wide : at.x + 16;
    const y = Math.min(Math.max(8, at.y - 24), Math.max(8, size.y - high - 24));
    card.style.transform = `translate(${Math.round(Math.max(8, x))}px, ${Math.round(y)}px)`;
  }

  function close() {
    if (!shown) return;
    opsmap.stack.layerOf(shown.key)?.mark(null);
    shown = null;
    card.hidden = true;
  }

  function build() {
    const container = opsmap.map.getContainer();
    card = element("section", "card asset-card", null, container);
    card.hidden = true;
    L.DomEvent.disableClickPropagation(card).disableScrollPropagation(card);
    card.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { close(); event.stopPropagation(); container.focus(); }
    });
    opsmap.map.on("move zoom resize", place);
    opsmap.map.on("click", close);
  }

  function open(content) {
    if (!card) build();
    close();
    shown = content;
    const { words } = opsmap;
    card.replaceChildren();
    card.setAttribute("aria-label", content.title);
    const head = element("div", "asset-head", null, card);
    element("span", "card-title", content.title, head);
    opsmap.button("asset-close", "x", words.close, head, close);
    for (const line of content.lines) element("div", "card-line", line, card);
    if (content.rows.length) {
      const table = element("dl", "card-rows", null, card);
      for (const [what, value] of content.rows) { element("dt", null, what, table); element("dd", null, value, table); }
    }
    element("div", "asset-sub", content.requests_title, card);
    for (const request of content.requests) {
      const line = element("button", "asset-request", null, card);
      line.type = "button";
      element("span", "asset-number", request.number, line);
      element("span", "asset-words", request.words, line);
      line.addEventListener("click", () => say("request", { id: request.id }));
    }
    card.hidden = false;
    opsmap.stack.layerOf(content.key)?.mark(content.id);
    place();
  }

  opsmap.assetCard = { open, close };
})();
