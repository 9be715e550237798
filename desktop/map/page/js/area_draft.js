// The areas that are being edited as the page knows them: rings in exact steps, what lies under the pointer, what shares
// a corner. The window holds the truth and gives back the areas that an edit changed.
"use strict";

opsmap.areaDraft = (() => {
  const STEPS = 2 ** 36; // across the world, as the window counts: under a millimetre, and exact in a double
  const MOST = 1500; // corners on show
  const GATHERED = 8000; // corners in view beyond which none is looked at
  let areas = new Map(), order = [], seen = null;

  function unpacked({ id, name, hue, x, y, rings }) {
    const box = { west: Infinity, north: Infinity, east: -Infinity, south: -Infinity };
    const made = rings.map((steps) => {
      const ring = new Float64Array(steps.length);
      for (let at = 0, sx = 0, sy = 0; at < steps.length; at += 2) {
        sx += steps[at];
        sy += steps[at + 1];
        ring[at] = sx / STEPS;
        ring[at + 1] = sy / STEPS;
        box.west = Math.min(box.west, ring[at]); box.east = Math.max(box.east, ring[at]);
        box.north = Math.min(box.north, ring[at + 1]); box.south = Math.max(box.south, ring[at + 1]);
      }
      return ring;
    });
    return { id, name, hue, rings: made, box, x: x / STEPS, y: y / STEPS };
  }

  const meets = (a, b) => a.east >= b.west && a.west <= b.east && a.south >= b.north && a.north <= b.south;
  const list = () => order.map((id) => areas.get(id)).filter(Boolean);
  const within = (box) => list().filter((area) => meets(area.box, box));

  function take({ changed, order: given }) {
    for (const packed of changed) areas.set(packed.id, unpacked(packed));
    order = given;
    const kept = new Set(order);
    for (const id of areas.keys()) if (!kept.has(id)) areas.delete(id);
    seen = null;
  }

  // Without those that crowd others: from so far away they would be a smear, and a hand could not tell them apart.
  function uncrowded(places, apart) {
    const cells = new Map(), key = (x, y) => `${x},${y}`;
    const cell = ({ x, y }) => [Math.floor(x / apart), Math.floor(y / apart)];
    for (const place of places.values()) {
      const at = key(...cell(place));
      if (cells.has(at)) cells.get(at).push(place);
      else cells.set(at, [place]);
    }
    const crowds = (place) => {
      const [cx, cy] = cell(place);
      for (let dx = -1; dx <= 1; dx += 1) {
        for (let dy = -1; dy <= 1; dy += 1) {
          for (const other of cells.get(key(cx + dx, cy + dy)) || []) {
            if (other !== place && Math.hypot(other.x - place.x, other.y - place.y) < apart) return true;
          }
        }
      }
      return false;
    };
    return new Map([...places].filter(([, place]) => !crowds(place)));
  }

  // The corners in a box of the world that lie apart, each place once with all that have it.
  function corners(box, apart = 0) {
    if (seen && seen.box === box) return seen.found;
    const places = new Map();
    let found = places;
    for (const area of within(box)) {
      area.rings.forEach((ring, number) => {
        for (let at = 0; found && at < ring.length; at += 2) {
          const x = ring[at], y = ring[at + 1];
          if (x < box.west || x > box.east || y < box.north || y > box.south) continue;
          const key = `${x},${y}`, known = places.get(key);
          if (known) known.refs.push([area.id, number, at / 2]);
          else places.set(key, { x, y, refs: [[area.id, number, at / 2]] });
          if (places.size > GATHERED) found = null;
        }
      });
    }
    const shown = found && apart ? uncrowded(found, apart) : found || new Map();
    found = shown.size > MOST ? new Map() : shown;
    seen = { box, found };
    return found;
  }

  // The nearest corner within a reach of the world, but none at a place that is being dragged.
  function corner(box, x, y, reach, without) {
    let best = null, least = reach * reach;
    for (const place of corners(box).values()) {
      const away = (place.x - x) ** 2 + (place.y - y) ** 2;
      if (away <= least && !(without && place.x === without.x && place.y === without.y)) { best = place; least = away; }
    }
    return best;
  }

  // The nearest point of an edge within a reach, with its two corners, but of none that ends where something is dragged.
  function edge(x, y, reach, without) {
    let best = null, least = reach * reach;
    const near = { west: x - reach, east: x + reach, north: y - reach, south: y + reach };
    const isHeld = (px, py) => without && px === without.x && py === without.y;
    for (const area of within(near)) {
      for (const [number, ring] of area.rings.entries()) {
        let ax = ring[ring.length - 2], ay = ring[ring.length - 1], last = ring.length / 2 - 1;
        for (let at = 0; at < ring.length; last = at / 2, at += 2) {
          const bx = ring[at], by = ring[at + 1], dx = bx - ax, dy = by - ay, long = dx * dx + dy * dy;
          const part = long ? Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / long)) : 0;
          const px = ax + part * dx, py = ay + part * dy, away = (px - x) ** 2 + (py - y) ** 2;
          if (away <= least && !isHeld(ax, ay) && !isHeld(bx, by)) {
            best = { x: px, y: py, ends: [[area.id, number, last], [area.id, number, at / 2]] };
            least = away;
          }
          ax = bx;
          ay = by;
        }
      }
    }
    return best;
  }

  // The areas over a place, in their order.
  function over(x, y) {
    return within({ west: x, east: x, north: y, south: y }).filter(({ rings }) => {
      let inside = false;
      for (const ring of rings) {
        for (let at = 0, last = ring.length - 2; at < ring.length; last = at, at += 2) {
          const ay = ring[last + 1], by = ring[at + 1];
          if (ay > y !== by > y && x < ((ring[last] - ring[at]) * (y - by)) / (ay - by) + ring[at]) inside = !inside;
        }
      }
      return inside;
    });
  }

  // The place of a corner that is told by area, ring and number, with all that share it.
  function at([id, number, k]) {
    const ring = areas.get(id)?.rings[number];
    if (!ring || 2 * k >= ring.length) return null;
    const x = ring[2 * k], y = ring[2 * k + 1], refs = [];
    for (const area of within({ west: x, east: x, north: y, south: y })) {
      area.rings.forEach((other, place) => {
        for (let step = 0; step < other.length; step += 2) if (other[step] === x && other[step + 1] === y) refs.push([area.id, place, step / 2]);
      });
    }
    return { x, y, refs };
  }

  // The next corner along the ring, or the one before.
  function beside([id, number, k], by) {
    const ring = areas.get(id)?.rings[number];
    return ring ? at([id, number, (k + by + ring.length / 2) % (ring.length / 2)]) : null;
  }

  // The first corner of the area's next ring, or of the one before.
  function across([id, number], by) {
    const count = areas.get(id)?.rings.length;
    return count ? at([id, (number + by + count) % count, 0]) : null;
  }

  return {
    STEPS, take, list, within, corners, corner, edge, over, at, beside, across,
    get: (id) => areas.get(id),
    clear() { areas = new Map(); order = []; seen = null; },
  };
})();
