// How areas under edit look: their borders and names, and the overlaps and gaps that are walked through.
"use strict";

opsmap.areaPaint = (() => {
  const { rgba } = opsmap;
  const TINT = 0.1, LEAST_PX = 0.8;

  // A ring as it is, or with corners where they were put: [{ from, to }].
  function trace(layer, path, ring, put) {
    let lastX = Infinity, lastY = Infinity;
    for (let at = 0; at < ring.length; at += 2) {
      const held = put && put.find(({ from }) => ring[at] === from.x && ring[at + 1] === from.y);
      const { x, y } = held ? layer.at(held.to.x, held.to.y) : layer.at(ring[at], ring[at + 1]);
      if (at && !held && Math.abs(x - lastX) + Math.abs(y - lastY) < LEAST_PX) continue;
      if (at) path.lineTo(x, y);
      else path.moveTo(x, y);
      lastX = x;
      lastY = y;
    }
    path.closePath();
  }

  function area(layer, ctx, { hue: own, rings }, { taken, fixed, put }) {
    const { colour } = opsmap.look, path = new Path2D();
    const hue = taken ? colour.accent_default : opsmap.areaHue(own);
    for (const ring of rings) trace(layer, path, ring, put);
    ctx.lineJoin = "round";
    ctx.fillStyle = rgba(hue, taken ? 2 * TINT : TINT);
    ctx.fill(path, "evenodd");
    ctx.lineWidth = taken ? 4.4 : 3.6;
    ctx.strokeStyle = rgba(colour.surface_pane, 0.6);
    ctx.stroke(path);
    ctx.lineWidth = taken ? 2.2 : 1.4;
    ctx.strokeStyle = hue;
    ctx.setLineDash(fixed ? [5, 4] : []);
    ctx.stroke(path);
    ctx.setLineDash([]);
  }

  function names(layer, ctx, some) {
    const { colour, family, basemap } = opsmap.look;
    ctx.font = `600 12px ${family}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.lineWidth = 3;
    ctx.lineJoin = "round";
    const scale = 256 * 2 ** layer._zoom;
    for (const { name, x, y, box: around } of some) {
      if (!name || (around.east - around.west) * scale < ctx.measureText(name).width * 0.8) continue;
      const place = layer.at(x, y);
      ctx.strokeStyle = basemap.halo;
      ctx.strokeText(name, place.x, place.y);
      ctx.fillStyle = colour.text_primary;
      ctx.fillText(name, place.x, place.y);
    }
  }

  // The piece at hand is filled.
  function pieces(layer, ctx, marks) {
    const { colour } = opsmap.look;
    for (const { rings, kind, now } of marks) {
      const path = new Path2D();
      for (const ring of rings) trace(layer, path, ring, null);
      const ink = kind === "gap" ? colour.warning_text : colour.danger_text;
      ctx.fillStyle = rgba(ink, now ? 0.45 : 0.25);
      ctx.fill(path, "evenodd");
      ctx.strokeStyle = ink;
      ctx.lineWidth = now ? 2.5 : 1;
      ctx.stroke(path);
      const first = layer.at(rings[0][0], rings[0][1]);
      if (now) { ctx.beginPath(); ctx.arc(first.x, first.y, 14, 0, 2 * Math.PI); ctx.stroke(); }
    }
  }

  return { area, names, pieces };
})();
