// Symbols of requests, clusters, stops and depots: drawn once each into small canvases, then stamped.
"use strict";

(() => {
  const { rgba } = opsmap;
  const STATUS = ["submitted", "acknowledged", "in_progress", "scheduled", "closed", "archived"];
  const PLAIN = 0, SOON = 1, OVERDUE = 2, CLOSED = 3;
  const ARC_STEPS = 24;
  const ROOM = 52; // the side of a sprite, px
  const RADIUS = 11;
  const sprites = new Map();
  const paths = new Map();

  const ratio = () => window.devicePixelRatio || 1;

  function iconPath(name) {
    let path = paths.get(name);
    if (!path) {
      path = new Path2D(opsmap.icons[name] || opsmap.icons["circle-question-mark"]);
      paths.set(name, path);
    }
    return path;
  }

  function sprite(key, side, draw) {
    const full = `${key}@${ratio()}`;
    let made = sprites.get(full);
    if (!made) {
      made = document.createElement("canvas");
      made.width = made.height = Math.ceil(side * ratio());
      const ctx = made.getContext("2d");
      ctx.scale(ratio(), ratio());
      ctx.translate(side / 2, side / 2);
      draw(ctx);
      sprites.set(full, made);
    }
    return made;
  }

  // Stamps a sprite with its middle on a point, on whole device pixels so that it stays crisp.
  function stamp(ctx, image, x, y) {
    const side = image.width / ratio();
    const at = (value) => Math.round((value - side / 2) * ratio()) / ratio();
    ctx.drawImage(image, at(x), at(y), side, side);
  }

  const disc = (ctx, radius, fill) => {
    ctx.beginPath();
    ctx.arc(0, 0, radius, 0, 2 * Math.PI);
    ctx.fillStyle = fill;
    ctx.fill();
  };
  const ring = (ctx, radius, width, stroke, from = 0, to = 2 * Math.PI) => {
    ctx.beginPath();
    ctx.arc(0, 0, radius, from, to);
    ctx.lineWidth = width;
    ctx.strokeStyle = stroke;
    ctx.stroke();
  };
  const square = (ctx, half, corner, dx = 0, dy = 0) => {
    ctx.beginPath();
    ctx.roundRect(-half + dx, -half + dy, 2 * half, 2 * half, corner);
  };
  const diamond = (ctx, half, dx = 0, dy = 0) => {
    ctx.beginPath();
    ctx.moveTo(dx, dy - half);
    ctx.lineTo(dx + half, dy);
    ctx.lineTo(dx, dy + half);
    ctx.lineTo(dx - half, dy);
    ctx.closePath();
  };
  const glyph = (ctx, name, size, colour, width = 2) => {
    ctx.save();
    ctx.scale(size / 24, size / 24);
    ctx.translate(-12, -12);
    ctx.lineWidth = width * (24 / size) * (size / 15);
    ctx.lineCap = ctx.lineJoin = "round";
    ctx.strokeStyle = colour;
    ctx.stroke(iconPath(name));
    ctx.restore();
  };
  const text = (ctx, words, size, weight, colour, y = 0) => {
    ctx.font = `${weight} ${size}px ${opsmap.look.family}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "alphabetic";
    ctx.fillStyle = colour;
    const box = ctx.measureText("0");
    ctx.fillText(words, 0, y + (box.actualBoundingBoxAscent - box.actualBoundingBoxDescent) / 2);
  };
  const soften = (ctx, draw) => { // rounds the corners of a filled outline and gives it its halo
    ctx.lineJoin = "round";
    ctx.lineWidth = 6;
    ctx.strokeStyle = opsmap.look.colour.surface_pane;
    draw();
    ctx.stroke();
  };

  // The ring around a round symbol: its halo, and how much of the time is left.
  function timeRing(step, urgent) {
    const { colour, status } = opsmap.look;
    return sprite(`ring ${step} ${urgent}`, ROOM, (ctx) => {
      if (step < 0) return disc(ctx, RADIUS + 2, colour.surface_pane);
      disc(ctx, 16, colour.surface_pane);
      ring(ctx, 13.6, 2.4, colour.line_default);
      if (step > 0) {
        const top = -Math.PI / 2;
        ring(ctx, 13.6, 2.4, urgent ? status.overdue : colour.text_secondary, top, top + (step / ARC_STEPS) * 2 * Math.PI);
      }
      return undefined;
    });
  }

  function fillShape(ctx, status, path) {
    const { colour, status: hue } = opsmap.look;
    path();
    if (status === "submitted") {
      ctx.fillStyle = colour.surface_pane;
      ctx.fill();
      ctx.setLineDash([3.3, 2.4]);
      ctx.lineWidth = 2;
      ctx.lineJoin = "miter";
      ctx.strokeStyle = hue.submitted;
      ctx.stroke();
      ctx.setLineDash([]);
    } else {
      ctx.fillStyle = hue[status];
      ctx.fill();
    }
  }
  const inkOn = (status) => opsmap.look.colour[status === "submitted" ? "text_primary" : "surface_pane"];

  function overdueBody(ctx, status, icon, stacked) {
    const { colour, status: hue } = opsmap.look;
    const outer = () => diamond(ctx, 13.5);
    if (stacked) {
      soften(ctx, () => diamond(ctx, 13.5, 4, -3));
      ctx.lineWidth = 1.6;
      ctx.strokeStyle = hue.overdue;
      diamond(ctx, 14, 4, -3);
      ctx.stroke();
    }
    soften(ctx, outer);
    outer();
    ctx.fillStyle = ctx.strokeStyle = hue.overdue;
    ctx.lineWidth = 2.4;
    ctx.fill();
    ctx.stroke();
    fillShape(ctx, status, () => diamond(ctx, status === "submitted" ? 9.6 : 10.2));
    glyph(ctx, icon, 11.5, inkOn(status), 1.7);
    void colour;
  }

  function squareBody(ctx, status, icon, stacked) {
    const { colour, status: hue } = opsmap.look;
    if (stacked) {
      ctx.fillStyle = colour.surface_pane;
      square(ctx, 13, 7, 4, -4);
      ctx.fill();
      ctx.strokeStyle = hue[status];
      ctx.lineWidth = 1.8;
      square(ctx, 10.2, 5, 4, -4);
      ctx.stroke();
    }
    ctx.fillStyle = colour.surface_pane;
    square(ctx, 13, 7);
    ctx.fill();
    fillShape(ctx, status, () => square(ctx, status === "submitted" ? 9.8 : 11, 5));
    glyph(ctx, icon, 14, inkOn(status), 1.8);
  }

  function roundBody(ctx, status, icon) {
    if (status === "submitted") {
      disc(ctx, RADIUS, opsmap.look.colour.surface_pane);
      ctx.setLineDash([4.1, 2.94]);
      ring(ctx, 10, 1.9, opsmap.look.status.submitted);
      ctx.setLineDash([]);
    } else {
      disc(ctx, RADIUS, opsmap.look.status[status]);
    }
    glyph(ctx, icon, 13.5, inkOn(status), 1.7);
  }

  const body = (status, overdue, icon, stacked) =>
    sprite(`body ${status} ${overdue} ${icon} ${stacked}`, ROOM, (ctx) => {
      if (overdue) overdueBody(ctx, status, icon, stacked);
      else if (stacked || status === "scheduled") squareBody(ctx, status, icon, stacked);
      else roundBody(ctx, status, icon);
    });

  const closedDot = (status) =>
    sprite(`closed ${status}`, 16, (ctx) => {
      const { colour, status: hue } = opsmap.look;
      disc(ctx, 6.5, colour.surface_pane);
      disc(ctx, 5, hue[status]);
      ctx.beginPath();
      if (status === "closed") { ctx.moveTo(-2.2, 0.2); ctx.lineTo(-0.6, 1.8); ctx.lineTo(2.3, -1.5); }
      else { ctx.moveTo(-2, 0); ctx.lineTo(2, 0); }
      ctx.lineWidth = 1.5;
      ctx.lineCap = ctx.lineJoin = "round";
      ctx.strokeStyle = colour.surface_pane;
      ctx.stroke();
    });

  const badge = (words) =>
    sprite(`badge ${words}`, 34, (ctx) => {
      const { colour } = opsmap.look;
      const wide = Math.max(0, words.length - 1) * 6;
      ctx.beginPath();
      ctx.roundRect(-8.5 - wide / 2, -8.5, 17 + wide, 17, 8.5);
      ctx.fillStyle = colour.surface_pane;
      ctx.fill();
      ctx.beginPath();
      ctx.roundRect(-7 - wide / 2, -7, 14 + wide, 14, 7);
      ctx.fillStyle = colour.text_primary;
      ctx.fill();
      text(ctx, words, 10, 700, colour.surface_pane);
    });

  // One request: {status, deadline, service, share, reports}.
  function drawRequest(ctx, x, y, point) {
    const status = STATUS[point.status];
    if (point.deadline === CLOSED) return stamp(ctx, closedDot(status), x, y);
    const overdue = point.deadline === OVERDUE, stacked = point.reports > 1;
    const service = opsmap.services[point.service];
    if (!overdue && !stacked && status !== "scheduled") {
      const step = point.share < 0 ? -1 : Math.ceil(point.share * ARC_STEPS);
      stamp(ctx, timeRing(step, point.deadline === SOON), x, y);
    }
    stamp(ctx, body(status, overdue, service ? service.icon : "", stacked), x, y);
    if (stacked) stamp(ctx, badge(point.reports > 99 ? "99+" : String(point.reports)), x + 13, y - 13);
    return undefined;
  }

  const clusterRadius = ({ stacked, count, overdue }) => {
    if (stacked) return count < 10 ? 12 : count < 100 ? 14 : 17;
    const base = count < 10 ? 14 : count < 100 ? 17 : count < 1000 ? 22 : 26;
    return overdue ? Math.max(base, 18) : base;
  };

  const shortCount = (value) => {
    if (value < 1000) return String(value);
    if (value < 10000) return opsmap.count(value);
    return value < 999500 ? `${Math.round(value / 1000)}k` : `${(value / 1e6).toFixed(1)}M`;
  };

  // A cluster: its count, and how much of it is overdue as an arc and a number.
  function drawCluster(ctx, x, y, cluster) {
    const { colour, status } = opsmap.look;
    const radius = clusterRadius(cluster), told = shortCount(cluster.count);
    const late = cluster.overdue && !cluster.stacked ? shortCount(cluster.overdue) : "";
    const sixtieths = cluster.overdue ? Math.max(2, Math.round((60 * cluster.overdue) / Math.max(1, cluster.count))) : 0;
    const quiet = cluster.open === 0;
    stamp(ctx, sprite(`cluster ${radius} ${told} ${late} ${sixtieths} ${quiet}`, 2 * radius + 6, (ctx) => {
      const width = radius > 20 ? 3.6 : radius > 17 ? 3 : 2.4, middle = radius - width / 2;
      disc(ctx, radius + 1.5, colour.surface_pane);
      ring(ctx, middle, width, quiet ? status.closed : colour.line_strong);
      if (sixtieths) ring(ctx, middle, width, status.overdue, -Math.PI / 2, -Math.PI / 2 + (sixtieths / 60) * 2 * Math.PI);
      const size = radius > 20 ? (told.length > 4 ? 12 : 13.5) : told.length > 3 ? 10.5 : 12;
      if (!late) return text(ctx, told, size, 650, colour.text_primary);
      const low = radius > 20 ? 8.5 : 7, small = radius > 20 ? 10 : 9;
      text(ctx, told, radius > 20 ? size : Math.min(size, 11.5), 650, colour.text_primary, radius > 20 ? -5 : -4.5);
      ctx.font = `600 ${small}px ${opsmap.look.family}`;
      const wide = ctx.measureText(late).width + 8;
      ctx.fillStyle = status.overdue;
      diamond(ctx, small / 2.8, -wide / 2 + 3, low);
      ctx.fill();
      ctx.translate(4, 0);
      text(ctx, late, small, 600, status.overdue, low);
      return undefined;
    }), x, y);
  }

  // The ring of the selection, the dashed one of the pointer, and the way to another report of the incident.
  function drawSelected(ctx, x, y) {
    const { colour } = opsmap.look;
    stamp(ctx, sprite("selected", 56, (ctx) => {
      disc(ctx, 22, rgba(colour.accent_default, 0.16));
      ring(ctx, 22, 4, rgba(colour.surface_pane, 0.7));
      ring(ctx, 22, 2, colour.accent_default);
    }), x, y);
  }
  function drawHovered(ctx, x, y, radius) {
    ctx.save();
    ctx.translate(x, y);
    ctx.setLineDash([4, 3]);
    ring(ctx, radius, 1.5, opsmap.look.colour.accent_default);
    ctx.restore();
  }
  function drawReport(ctx, fromX, fromY, x, y) {
    const { colour } = opsmap.look;
    const far = Math.hypot(x - fromX, y - fromY);
    if (far > 28) {
      ctx.beginPath();
      ctx.moveTo(fromX + ((x - fromX) * 23) / far, fromY + ((y - fromY) * 23) / far);
      ctx.lineTo(x, y);
      ctx.setLineDash([3.5, 3]);
      ctx.lineWidth = 1.6;
      ctx.strokeStyle = colour.accent_default;
      ctx.stroke();
      ctx.setLineDash([]);
    }
    stamp(ctx, sprite("report", 18, (ctx) => {
      disc(ctx, 6.5, colour.surface_pane);
      ring(ctx, 4.6, 2, colour.accent_default);
    }), x, y);
  }

  // A small dot in the colour of a status, as the opened stack shows them.
  function drawDot(ctx, x, y, point) {
    const status = point.deadline === OVERDUE ? "overdue" : STATUS[point.status];
    stamp(ctx, sprite(`dot ${status}`, 24, (ctx) => {
      disc(ctx, 9, opsmap.look.colour.surface_pane);
      if (status === "overdue") {
        diamond(ctx, 8);
        ctx.fillStyle = opsmap.look.status.overdue;
        ctx.fill();
      } else disc(ctx, 7, opsmap.look.status[status]);
    }), x, y);
  }

  opsmap.symbols = {
    STATUS, PLAIN, SOON, OVERDUE, CLOSED,
    drawRequest, drawCluster, drawSelected, drawHovered, drawReport, drawDot, clusterRadius,
    sprite, stamp, disc, ring, square, diamond, glyph, text,
    forget: () => { sprites.clear(); paths.clear(); },
  };
})();
