// The layer of requests: asks the window for what a view holds, shows it, and tells what was pointed at.
"use strict";

(() => {
  const { symbols, say } = opsmap;
  const STACK_RADIUS = 30; // of an opened stack, px; wider when it holds many

  opsmap.RequestLayer = opsmap.CanvasLayer.extend({
    initialize(pane) {
      opsmap.CanvasLayer.prototype.initialize.call(this, pane);
      this._content = new opsmap.RequestPoints();
      this._selection = { points: [], reports: [] };
      this._stack = null; // {x, y, key, points}
      this._hovered = null;
      this._arrived = new Map(); // id: when it came
      this._serial = this._shown = 0; // of the last question, and of the one whose answer is on show
      this._asked = null; // where its middle was
      this._ahead = null; // {corner, zoom, centre} of a question about where a zoom will end
      this._early = null; // its answer, come before
    },

    onAdd(map) {
      opsmap.CanvasLayer.prototype.onAdd.call(this, map);
      this.ask();
    },

    getEvents() {
      const events = opsmap.CanvasLayer.prototype.getEvents.call(this);
      return { ...events, moveend: this._rested, zoomend: this._zoomed, move: this._moved, zoomanim: this._zooming };
    },

    // Asks for the view and the room around it; the answer carries the number of the question.
    ask() {
      const map = this._map;
      if (map) this._askFor(map.getPixelBounds().min, map.getZoom(), map.getCenter());
    },

    _askFor(corner, zoom, centre) {
      const scale = 256 * 2 ** zoom, size = this._map.getSize();
      const padX = size.x * this.options.padding, padY = size.y * this.options.padding;
      this._serial += 1;
      this._asked = centre;
      this._ahead = this._early = null;
      say("query", {
        serial: this._serial,
        west: (corner.x - padX) / scale, north: (corner.y - padY) / scale,
        east: (corner.x + size.x + padX) / scale, south: (corner.y + size.y + padY) / scale,
        zoom: Math.round(zoom),
      });
    },

    // Where a zoom will end is known when it begins: asked for now, the answer is there when it does.
    _zooming(event) {
      this._animate(event);
      const { center, zoom } = event, map = this._map;
      if (this._ahead && this._ahead.zoom === zoom && this._ahead.centre.equals(center)) return;
      const corner = map._getNewPixelOrigin(center, zoom).subtract(map._getMapPanePos());
      this._askFor(corner, zoom, center);
      this._ahead = { corner, zoom, centre: center };
    },

    // Whether the last question was asked ahead, and for what the view has become.
    _foreseen() {
      return this._ahead && this._ahead.zoom === this._map.getZoom() && this._ahead.corner.equals(this._map.getPixelBounds().min);
    },

    // What is on show stays in its place until the answer comes.
    _rested() {
      if (!this._foreseen()) this.ask();
      this._ahead = this._early = null;
    },

    _zoomed() {
      this.close();
      if (this._early && this._foreseen()) this._take(this._early);
      else this._place();
    },

    // While the hand drags on, what comes into view is asked for before it is let go.
    _moved() {
      if (!this._asked || this._map._animatingZoom) return;
      const size = this._map.getSize(), gone = this._map.latLngToContainerPoint(this._asked).subtract(size.divideBy(2));
      const padding = this.options.padding;
      if (Math.abs(gone.x) > (size.x * padding) / 2 || Math.abs(gone.y) > (size.y * padding) / 2) this.ask();
    },

    // Whether the answer to the last question is still to come.
    waiting() { return this._shown !== this._serial; },

    show(answer) {
      if (answer.serial !== this._serial) return;
      if (this._map && this._map._animatingZoom) this._early = answer;
      else this._take(answer);
    },

    _take(answer) {
      this._shown = answer.serial;
      this._content.set(answer);
      if (this._map) this._place();
      say("drawn", { serial: answer.serial, points: this._content.points.length, clusters: this._content.clusters.length });
    },

    select(chosen) {
      const before = this._selection.points[0]?.id, first = !this._knows; // the first says what was chosen on an earlier page
      this._knows = true;
      this._selection = { points: opsmap.rowsOf(chosen.points), reports: chosen.reports };
      const [point] = this._selection.points;
      if (point && point.id !== before && !first) opsmap.uncover(opsmap.latlng(point.x, point.y));
      this.redraw();
    },

    // Requests that have just come: ringed for a moment, for eyes that rest on the map.
    arrive(ids) {
      if (opsmap.reducedMotion) return;
      const now = performance.now();
      for (const id of ids.slice(0, 200)) this._arrived.set(id, now);
      this.redraw();
    },

    // Opens a stack: its requests around the point they share.
    open(stack) {
      const { level, key, x, y } = stack;
      this._stack = { ...stack, points: opsmap.rowsOf(stack.points) };
      say("opened", { level, key, x, y }); // for a page that may follow
      this.redraw();
    },

    close() {
      if (!this._stack) return;
      this._stack = null;
      say("opened", null);
      this.redraw();
    },

    obstacles() { return this._content.placed; },

    blank() {
      const { points, clusters } = this._content;
      return !points.length && !clusters.length && !this._selection.points.length && !this._stack;
    },

    paint(ctx) {
      const chosen = new Set(this._selection.points.map((point) => point.id));
      const stack = this._stack;
      const hidden = (kind, item) =>
        kind === "cluster" ? stack && stack.key === item.key && stack.level === item.level : chosen.has(item.id);
      this._content.paint(ctx, this, hidden);
      this._paintArrived(ctx);
      this._paintStack(ctx);
      this._paintSelection(ctx);
      this._paintHovered(ctx);
    },

    _paintSelection(ctx) {
      const places = this._selection.points.map((point) => this.at(point.x, point.y));
      for (const at of places) symbols.drawSelected(ctx, at.x, at.y);
      for (const [from, id, x, y] of this._selection.reports) {
        const at = this.at(x, y);
        symbols.drawReport(ctx, places[from].x, places[from].y, at.x, at.y);
        this._content._place("point", { id }, at, 7);
      }
      this._selection.points.forEach((point, index) => {
        const at = places[index];
        symbols.drawRequest(ctx, at.x, at.y, point);
        this._content._place("point", point, at, 16);
      });
    },

    _paintStack(ctx) {
      if (!this._stack) return;
      const { points } = this._stack, middle = this.at(this._stack.x, this._stack.y);
      const radius = Math.max(STACK_RADIUS, (points.length * 19) / (2 * Math.PI));
      ctx.save();
      ctx.translate(middle.x, middle.y);
      symbols.ring(ctx, radius, 5, opsmap.rgba(opsmap.look.colour.surface_pane, 0.75));
      symbols.ring(ctx, radius, 1.3, opsmap.look.colour.line_strong);
      symbols.disc(ctx, 2.5, opsmap.look.colour.line_strong);
      ctx.restore();
      points.forEach((point, index) => {
        const angle = (index / points.length) * 2 * Math.PI - Math.PI / 2;
        const at = { x: middle.x + radius * Math.cos(angle), y: middle.y + radius * Math.sin(angle) };
        symbols.drawDot(ctx, at.x, at.y, point);
        this._content._place("point", point, at, 9);
      });
    },

    _paintHovered(ctx) {
      const entry = this._hovered;
      if (!entry) return;
      const again = this._content.placed.findLast((other) => other.kind === entry.kind && this._same(other.item, entry.item));
      if (again) symbols.drawHovered(ctx, again.x, again.y, again.radius + (again.kind === "cluster" ? 3 : 5));
    },

    _paintArrived(ctx) {
      const now = performance.now();
      for (const entry of this._content.placed) {
        const since = this._arrived.get(entry.item.id);
        if (since === undefined) continue;
        const left = 1 - (now - since) / 600;
        if (left <= 0) { this._arrived.delete(entry.item.id); continue; }
        ctx.save();
        ctx.translate(entry.x, entry.y);
        symbols.ring(ctx, 16 + 10 * (1 - left), 2, opsmap.rgba(opsmap.look.colour.accent_default, left));
        ctx.restore();
      }
      if (this._arrived.size) setTimeout(() => this.redraw(), 30);
    },

    _same(a, b) {
      return a.id !== undefined ? a.id === b.id : a.key === b.key && a.level === b.level;
    },

    // What lies under a point of the container.
    find(point) {
      const at = this.fromContainer(point);
      return this._content.find(at.x, at.y);
    },

    // The pointer is over something, or over nothing; true when something is there.
    hover(point) {
      const entry = point ? this.find(point) : null;
      const changed = entry ? !this._hovered || !this._same(entry.item, this._hovered.item) : this._hovered;
      this._hovered = entry;
      if (changed) {
        this.redraw();
        const id = entry && entry.kind === "point" ? entry.item.id : null;
        say("hover", { id });
        if (entry) opsmap.card.show(this._describe(entry), point);
        else opsmap.card.hide();
      } else if (entry) opsmap.card.move(point);
      return Boolean(entry);
    },

    click(point) {
      const entry = this.find(point);
      if (!entry) { this.close(); return false; }
      opsmap.card.hide();
      const { item } = entry;
      if (entry.kind === "point") say("request", { id: item.id });
      else say("cluster", { level: item.level, key: item.key, x: item.x, y: item.y, stacked: item.stacked, count: item.count });
      return true;
    },

    // A right click on a request asks for its acts; on anything else, for what the place offers.
    menu(point) {
      const entry = this.find(point);
      if (!entry || entry.kind !== "point") return false;
      opsmap.card.hide();
      say("request_menu", { id: entry.item.id, x: point.x, y: point.y });
      return true;
    },

    _describe({ kind, item }) {
      const { words } = opsmap;
      if (kind === "cluster") {
        const lines = [opsmap.fill(words.of_them_open, opsmap.count(item.open))];
        if (item.overdue) lines.push(opsmap.fill(words.of_them_overdue, opsmap.count(item.overdue)));
        lines.push(item.stacked ? words.click_to_open : words.click_to_look_closer);
        return { title: opsmap.fill(words.requests_here, opsmap.count(item.count)), lines };
      }
      if (item.status === undefined) return { id: item.id, title: words.report_of_incident, lines: [] };
      const service = opsmap.services[item.service];
      const lines = [this._standing(item)];
      if (item.reports > 1) lines.push(opsmap.fill(words.incident_of, item.reports));
      return { id: item.id, title: service ? service.name : words.request, lines };
    },

    _standing(item) {
      const { words } = opsmap, status = words.status[symbols.STATUS[item.status]];
      if (item.deadline === symbols.CLOSED || !item.due) return status;
      const left = item.due - this._content.now;
      const told = opsmap.fill(left < 0 ? words.late : words.left, opsmap.duration(left));
      return `${status}, ${told}`;
    },
  });
})();
