// Crew routes along streets, their stops in order, depots, and the jobs that were left out.
"use strict";

(() => {
  const { symbols, say } = opsmap;
  const ARROW_EVERY = 96, MANY_STOPS = 160;
  const MARKS = { done: "check", not_found: "x", other_crew: "users" };

  // A stop that was told of: a ring, and within it what was told. `radius` is that of the disc of a planned stop.
  opsmap.drawMark = (ctx, mark, radius, hue) => {
    symbols.ring(ctx, radius - 1.4, 2, hue);
    symbols.glyph(ctx, MARKS[mark], radius * 1.15, hue, mark === "other_crew" ? 2.2 : 3.2);
  };

  // A job that can wait for a later day: a dashed round with a clock's hands.
  opsmap.drawWaits = (ctx, radius) => {
    const { colour } = opsmap.look;
    symbols.disc(ctx, radius + 1.5, colour.surface_pane);
    ctx.setLineDash([2.6, 2]);
    symbols.ring(ctx, radius, 1.5, colour.text_primary);
    ctx.setLineDash([]);
    ctx.beginPath();
    ctx.moveTo(0, -radius * 0.5); ctx.lineTo(0, 0.4); ctx.lineTo(radius * 0.38, radius * 0.28);
    ctx.lineWidth = 1.5;
    ctx.lineCap = ctx.lineJoin = "round";
    ctx.strokeStyle = colour.text_primary;
    ctx.stroke();
  };

  // A depot is a dark square, a dump a dark hexagon.
  opsmap.drawBase = (ctx, kind, half) => {
    const { colour } = opsmap.look;
    ctx.fillStyle = colour.text_primary;
    if (kind === "dump") symbols.hexagon(ctx, half * 1.15);
    else symbols.square(ctx, half, half * 0.42);
    ctx.fill();
    symbols.glyph(ctx, kind === "dump" ? "trash-2" : "warehouse", half * (kind === "dump" ? 1.1 : 1.25), colour.surface_pane, 1.8);
  };

  opsmap.RouteLayer = opsmap.CanvasLayer.extend({
    initialize(pane) {
      opsmap.CanvasLayer.prototype.initialize.call(this, pane);
      this._routes = [];
      this._leftOut = [];
      this._chosen = null; // [crew, stop], the stop may be -1
      this._chosenLeft = null;
      this._hovered = null;
      this._placed = [];
    },

    setRoutes(routes) { this._routes = routes; this.redraw(); },
    // One crew's way anew; one without stops is taken away.
    setRoute(route) {
      this._routes = this._routes.filter((other) => other.crew !== route.crew);
      if (route.stops.length) this._routes = [...this._routes, route].sort((a, b) => a.crew - b.crew);
      this.redraw();
    },
    setLeftOut(places) { this._leftOut = places; this.redraw(); },
    // A stop of a crew, or the number of a job that was left out.
    choose({ crew, stop, left_out: leftOut }) {
      this._chosen = crew === null ? null : [crew, stop];
      this._chosenLeft = leftOut === null ? null : leftOut;
      const route = this._routes.find((other) => other.crew === crew);
      const place = route?.stops[stop] || this._leftOut.find(({ number }) => number === leftOut);
      if (place) opsmap.uncover(opsmap.latlng(place.x, place.y));
      this.redraw();
    },

    obstacles() { return this._crowded ? this._placed.map((entry) => ({ ...entry, radius: entry.base ? 13 : 6 })) : this._placed; },

    // What is on show, for the legend: stop, the marks of stops, left_out, depot, dump.
    kinds() {
      const found = new Set(this._leftOut.map(({ waits }) => (waits ? "can_wait" : "left_out")));
      for (const route of this._routes) {
        for (const stop of route.stops) found.add(stop.mark || "stop");
        if (route.depot) found.add("depot");
        if (route.dumps.length) found.add("dump");
      }
      return found;
    },

    blank() { return !this._routes.length && !this._leftOut.length; },

    paint(ctx) {
      this._placed = [];
      const last = (route) => (this._chosen && route.crew === this._chosen[0] ? 1 : 0);
      const routes = [...this._routes].sort((a, b) => last(a) - last(b));
      const lines = routes.map((route) => this._pixels(route.line));
      routes.forEach((route, at) => this._line(ctx, route, lines[at], true));
      routes.forEach((route, at) => { this._line(ctx, route, lines[at], false); this._arrows(ctx, route, lines[at]); });
      for (const { depot, dumps } of routes) {
        for (const dump of dumps) this._base(ctx, "dump", dump);
        if (depot) this._base(ctx, "depot", depot);
      }
      this._crowded = this._inView(routes) > MANY_STOPS;
      for (const place of this._chosenLast(this._leftOut)) this._leftMark(ctx, place);
      for (const route of routes) route.stops.forEach((stop, index) => this._stop(ctx, route, stop, index));
      this._ringChosen(ctx);
    },

    // Several may lie at one place: the chosen one is seen.
    _chosenLast(places) {
      const chosen = places.find(({ number }) => number === this._chosenLeft);
      return chosen ? [...places.filter((place) => place !== chosen), chosen] : places;
    },

    // How many stops and jobs left out can be seen: too many for numbers, and each is a dot.
    _inView(routes) {
      const places = routes.flatMap((route) => route.stops).concat(this._leftOut);
      return places.filter((place) => this.near(this.at(place.x, place.y), 0)).length;
    },

    // Canvas px of a line, without points that fall together.
    _pixels(line) {
      const points = [];
      for (const [x, y] of line) {
        const at = this.at(x, y), before = points[points.length - 1];
        if (!before || Math.abs(at.x - before.x) + Math.abs(at.y - before.y) > 0.7) points.push(at);
      }
      return points;
    },

    _width(route) {
      const { stroke } = opsmap.look;
      return this._chosen && route.crew === this._chosen[0] ? stroke.route_selected : stroke.route;
    },

    _line(ctx, route, points, casing) {
      if (points.length < 2) return;
      ctx.beginPath();
      points.forEach((at, index) => (index ? ctx.lineTo(at.x, at.y) : ctx.moveTo(at.x, at.y)));
      ctx.lineJoin = ctx.lineCap = "round";
      ctx.lineWidth = this._width(route) + (casing ? 2 * opsmap.look.stroke.route_casing : 0);
      ctx.strokeStyle = casing ? opsmap.rgba(opsmap.look.colour.surface_pane, 0.9) : opsmap.look.categorical[route.slot][0];
      ctx.stroke();
    },

    // Small heads along the way; light ones inside a wide line, coloured ones with a halo on a narrow line.
    _arrows(ctx, route, points) {
      const wide = this._width(route) > 4, { colour } = opsmap.look;
      let gone = ARROW_EVERY / 2;
      for (let i = 1; i < points.length; i += 1) {
        const a = points[i - 1], b = points[i], long = Math.hypot(b.x - a.x, b.y - a.y);
        while (gone < long && long > 12) {
          const at = { x: a.x + ((b.x - a.x) * gone) / long, y: a.y + ((b.y - a.y) * gone) / long };
          if (this.near(at, 10)) this._head(ctx, at, Math.atan2(b.y - a.y, b.x - a.x), wide, route, colour);
          gone += ARROW_EVERY;
        }
        gone = Math.max(gone - long, 0);
      }
    },

    _head(ctx, at, angle, wide, route, colour) {
      ctx.save();
      ctx.translate(at.x, at.y);
      ctx.rotate(angle);
      ctx.lineJoin = ctx.lineCap = "round";
      if (wide) {
        ctx.beginPath();
        ctx.moveTo(-2.2, -2.4); ctx.lineTo(1.2, 0); ctx.lineTo(-2.2, 2.4);
        ctx.lineWidth = 1.6;
        ctx.strokeStyle = colour.surface_pane;
        ctx.stroke();
      } else {
        ctx.beginPath();
        ctx.moveTo(-4, -4); ctx.lineTo(4.5, 0); ctx.lineTo(-4, 4); ctx.closePath();
        ctx.lineWidth = 2.4;
        ctx.strokeStyle = colour.surface_pane;
        ctx.stroke();
        ctx.fillStyle = opsmap.look.categorical[route.slot][0];
        ctx.fill();
      }
      ctx.restore();
    },

    _stop(ctx, route, stop, index) {
      const at = this.at(stop.x, stop.y);
      if (!this.near(at, 20)) return;
      const [hue, ink] = opsmap.look.categorical[route.slot], { colour } = opsmap.look;
      const big = this._chosen && route.crew === this._chosen[0], told = String(stop.sequence);
      this._placed.push({ x: at.x, y: at.y, radius: 12, crew: route.crew, stop: index, route, place: stop });
      if (this._crowded && !big) {
        symbols.stamp(ctx, symbols.sprite(`dot ${route.slot} ${Boolean(stop.mark)}`, 14, (inner) => {
          symbols.disc(inner, 5, colour.surface_pane);
          if (stop.mark) symbols.ring(inner, 3, 1.5, hue);
          else symbols.disc(inner, 3.6, hue);
        }), at.x, at.y);
        return;
      }
      const key = `stop ${route.slot} ${stop.mark || told} ${big} ${stop.broken}`;
      symbols.stamp(ctx, symbols.sprite(key, 34, (inner) => {
        const radius = big ? 10.5 : 9;
        symbols.disc(inner, radius + 1.8, colour.surface_pane);
        if (stop.mark) opsmap.drawMark(inner, stop.mark, radius, hue);
        else {
          symbols.disc(inner, radius, hue);
          symbols.text(inner, told, told.length > 2 ? 8.5 : 10.5, 700, ink);
        }
        if (stop.broken) symbols.ring(inner, radius + 0.6, 2, colour.danger_text);
      }), at.x, at.y);
      if (stop.changed) this._ringChanged(ctx, at);
      if (stop.locked) this._lock(ctx, at);
    },

    // A stop that differs from the plan that this one is compared with.
    _ringChanged(ctx, at) {
      ctx.save();
      ctx.translate(at.x, at.y);
      ctx.setLineDash([3, 2.4]);
      symbols.ring(ctx, 13.5, 1.8, opsmap.look.colour.text_primary);
      ctx.restore();
    },

    // A padlock in a round at the upper right.
    _lock(ctx, at) {
      const { colour } = opsmap.look;
      symbols.stamp(ctx, symbols.sprite("stop lock", 16, (inner) => {
        symbols.disc(inner, 7, colour.text_primary);
        symbols.disc(inner, 6, colour.surface_raised);
        symbols.glyph(inner, "lock", 8, colour.text_primary, 1.9);
      }), at.x + 9, at.y - 9);
    },

    _base(ctx, kind, place) {
      const at = this.at(place.x, place.y);
      if (!this.near(at, 20)) return;
      symbols.stamp(ctx, symbols.sprite(kind, 34, (inner) => {
        inner.fillStyle = opsmap.look.colour.surface_pane;
        if (kind === "dump") symbols.hexagon(inner, 16);
        else symbols.square(inner, 14, 7);
        inner.fill();
        opsmap.drawBase(inner, kind, 12);
      }), at.x, at.y);
      this._placed.push({ x: at.x, y: at.y, radius: 13, base: kind, place });
    },

    _leftMark(ctx, place) {
      const at = this.at(place.x, place.y), { colour } = opsmap.look, told = String(place.number);
      if (!this.near(at, 20)) return;
      this._placed.push({ x: at.x, y: at.y, radius: 12, leftOut: place.number, place });
      if (this._crowded && place.number !== this._chosenLeft) {
        symbols.stamp(ctx, symbols.sprite("left dot", 14, (inner) => {
          inner.fillStyle = colour.surface_pane;
          symbols.square(inner, 5, 2);
          inner.fill();
          inner.lineWidth = 1.4;
          inner.strokeStyle = colour.text_primary;
          symbols.square(inner, 3.6, 1);
          inner.stroke();
        }), at.x, at.y);
        return;
      }
      if (place.waits) {
        symbols.stamp(ctx, symbols.sprite("waits", 30, (inner) => opsmap.drawWaits(inner, 9)), at.x, at.y);
        return;
      }
      symbols.stamp(ctx, symbols.sprite(`left ${told}`, 30, (inner) => {
        inner.fillStyle = colour.surface_pane;
        symbols.square(inner, 11, 4);
        inner.fill();
        inner.setLineDash([3, 2.2]);
        inner.lineWidth = 1.7;
        inner.strokeStyle = colour.text_primary;
        symbols.square(inner, 9.5, 3);
        inner.stroke();
        symbols.text(inner, told, told.length > 2 ? 8.5 : 10.5, 700, colour.text_primary);
      }), at.x, at.y);
    },

    _ringChosen(ctx) {
      const [crew, stop] = this._chosen || [null, -1];
      const isStop = (entry) => stop >= 0 && entry.crew === crew && entry.stop === stop;
      const isLeft = (entry) => entry.leftOut !== undefined && entry.leftOut === this._chosenLeft;
      const found = this._placed.find((entry) => isStop(entry) || isLeft(entry));
      if (!found) return;
      const { colour } = opsmap.look;
      ctx.save();
      ctx.translate(found.x, found.y);
      symbols.ring(ctx, 15, 4.5, colour.surface_pane);
      symbols.ring(ctx, 15, 2.4, colour.accent_default);
      ctx.restore();
    },

    find(point) {
      const at = this.fromContainer(point);
      return this._placed.findLast((entry) => Math.hypot(entry.x - at.x, entry.y - at.y) <= entry.radius) || null;
    },

    hover(point) {
      const entry = point ? this.find(point) : null, key = entry ? this._key(entry) : null;
      if (key !== this._hovered) {
        this._hovered = key;
        if (entry) opsmap.card.show(this._describe(entry), point);
        else opsmap.card.hide();
      } else if (entry) opsmap.card.move(point);
      return Boolean(entry);
    },

    click(point) {
      const entry = this.find(point);
      if (!entry) return false;
      if (entry.stop !== undefined) say("stop", { crew: entry.crew, stop: entry.stop });
      else if (entry.leftOut !== undefined) say("left_out", { number: entry.leftOut });
      return true;
    },

    _key: (entry) => `${entry.crew} ${entry.stop} ${entry.leftOut} ${entry.base || ""} ${entry.base ? entry.place.name : ""}`,

    _describe(entry) {
      const { words } = opsmap;
      if (entry.base) {
        const kind = words[entry.base];
        return { title: entry.place.name || kind, lines: entry.place.name ? [kind] : [] };
      }
      if (entry.leftOut !== undefined) {
        const title = entry.place.waits ? words.can_wait : opsmap.fill(words.left_out_number, entry.leftOut);
        return { title, lines: entry.place.lines || [] };
      }
      const { route, place } = entry;
      const title = opsmap.fill(words.crew_stop, route.name || opsmap.fill(words.crew_number, route.number), place.sequence);
      return { title, lines: [place.what, place.time, words.marks[place.mark]].filter(Boolean) };
    },
  });
})();
