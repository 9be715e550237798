// The requests of a view: unpacked from the window's columns, painted in their order, found again under the pointer.
"use strict";

(() => {
  const { PLAIN, SOON, OVERDUE, CLOSED } = opsmap.symbols;
  const BUCKET = 32;
  const ORDER = { [CLOSED]: 0, [PLAIN]: 2, [SOON]: 3, [OVERDUE]: 4 }; // clusters stand between closed and open

  // An array of objects from columns of equal length.
  const rows = (columns) => {
    const names = Object.keys(columns);
    return columns[names[0]].map((_, at) => {
      const row = {};
      for (const name of names) row[name] = columns[name][at];
      return row;
    });
  };

  class RequestPoints {
    constructor() {
      this.points = [];
      this.clusters = [];
      this.buckets = new Map();
      this.placed = [];
    }

    set(answer) {
      this.points = rows(answer.points);
      this.points.sort((a, b) => ORDER[a.deadline] - ORDER[b.deadline] || a.y - b.y);
      this.clusters = rows(answer.clusters);
      this.total = answer.total;
      this.now = answer.now;
    }

    // Paints all but what `hidden` says, and notes where everything lies.
    paint(ctx, layer, hidden) {
      this.buckets.clear();
      this.placed = [];
      const firstOpen = this.points.findIndex((point) => point.deadline !== CLOSED);
      const closed = firstOpen < 0 ? this.points : this.points.slice(0, firstOpen);
      const opened = firstOpen < 0 ? [] : this.points.slice(firstOpen);
      this._points(ctx, layer, closed, hidden);
      for (const cluster of this.clusters) {
        const at = layer.at(cluster.x, cluster.y);
        if (layer.near(at, 40) && !hidden("cluster", cluster)) {
          opsmap.symbols.drawCluster(ctx, at.x, at.y, cluster);
          this._place("cluster", cluster, at, opsmap.symbols.clusterRadius(cluster) + 1);
        }
      }
      this._points(ctx, layer, opened, hidden);
    }

    _points(ctx, layer, points, hidden) {
      for (const point of points) {
        const at = layer.at(point.x, point.y);
        if (layer.near(at, 30) && !hidden("point", point)) {
          opsmap.symbols.drawRequest(ctx, at.x, at.y, point);
          this._place("point", point, at, point.deadline === CLOSED ? 7 : 14);
        }
      }
    }

    // Notes a symbol, so that find() sees it; what is noted last lies on top.
    _place(kind, item, at, radius) {
      const entry = { kind, item, x: at.x, y: at.y, radius, order: this.placed.length };
      this.placed.push(entry);
      const key = `${Math.floor(at.x / BUCKET)} ${Math.floor(at.y / BUCKET)}`;
      const bucket = this.buckets.get(key);
      if (bucket) bucket.push(entry);
      else this.buckets.set(key, [entry]);
    }

    // What lies under a point of the canvas: the topmost that truly covers it, else the nearest within 24 px hit areas.
    find(x, y) {
      let best = null, bestScore = Infinity;
      const column = Math.floor(x / BUCKET), line = Math.floor(y / BUCKET);
      for (let i = column - 1; i <= column + 1; i += 1) {
        for (let j = line - 1; j <= line + 1; j += 1) {
          for (const entry of this.buckets.get(`${i} ${j}`) || []) {
            const far = Math.hypot(entry.x - x, entry.y - y), reach = Math.max(entry.radius, 12);
            if (far > reach) continue;
            const score = far <= entry.radius ? -entry.order : far;
            if (score < bestScore) { best = entry; bestScore = score; }
          }
        }
      }
      return best;
    }
  }

  opsmap.RequestPoints = RequestPoints;
  opsmap.rowsOf = rows;
})();
