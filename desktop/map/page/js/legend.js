// What the marks on the map mean, for each kind of layer: shape first, then colour, then word.
"use strict";

(() => {
  const { element, symbols } = opsmap;
  const SIDE = 18;

  // A small canvas with a drawing around its middle.
  function swatch(draw) {
    const canvas = element("canvas", "swatch"), ratio = window.devicePixelRatio || 1;
    canvas.width = canvas.height = SIDE * ratio;
    const ctx = canvas.getContext("2d");
    ctx.scale(ratio, ratio);
    ctx.translate(SIDE / 2, SIDE / 2);
    draw(ctx);
    return canvas;
  }

  const marks = {
    submitted(ctx, hue) { ctx.setLineDash([2.4, 2]); symbols.ring(ctx, 6, 2, hue); },
    acknowledged(ctx, hue) { symbols.ring(ctx, 6, 1.8, hue); symbols.disc(ctx, 2.4, hue); },
    in_progress(ctx, hue) {
      symbols.ring(ctx, 6, 1.8, hue);
      ctx.beginPath(); ctx.arc(0, 0, 4.2, -Math.PI / 2, Math.PI / 2); ctx.fillStyle = hue; ctx.fill();
    },
    scheduled(ctx, hue) {
      ctx.strokeStyle = hue; ctx.lineWidth = 1.8;
      symbols.square(ctx, 5.9, 2); ctx.stroke();
      ctx.beginPath(); ctx.moveTo(0, -3); ctx.lineTo(0, 0.6); ctx.lineTo(2.4, 2); ctx.lineWidth = 1.5; ctx.stroke();
    },
    closed(ctx, hue, paper) {
      symbols.disc(ctx, 6.6, hue);
      ctx.beginPath(); ctx.moveTo(-2.8, 0.2); ctx.lineTo(-0.8, 2.2); ctx.lineTo(3, -2); ctx.lineWidth = 1.8;
      ctx.lineCap = ctx.lineJoin = "round"; ctx.strokeStyle = paper; ctx.stroke();
    },
    overdue(ctx, hue, paper) {
      symbols.diamond(ctx, 7.6); ctx.fillStyle = hue; ctx.fill();
      ctx.lineWidth = 1.8; ctx.lineCap = "round"; ctx.strokeStyle = paper;
      ctx.beginPath(); ctx.moveTo(0, -3.4); ctx.lineTo(0, 0.6); ctx.stroke();
      ctx.translate(0, 3.4); symbols.disc(ctx, 1, paper);
    },
  };

  function row(parent, picture, words, value, open) {
    const line = element("div", "legend-row", null, parent);
    line.appendChild(picture);
    element("span", "legend-word", words, line);
    if (value === undefined) return;
    if (!open) { element("span", "legend-value", value, line); return; }
    const link = element("button", "legend-value legend-link", value, line);
    link.type = "button";
    link.setAttribute("aria-label", `${words}: ${value}`);
    link.addEventListener("click", open);
  }

  function requests(parent) {
    const { words, look } = opsmap, paper = look.colour.surface_raised;
    element("div", "legend-head", words.requests_by_status, parent);
    const pairs = element("div", "legend-pairs", null, parent);
    for (const [name, draw] of Object.entries(marks)) {
      row(pairs, swatch((ctx) => draw(ctx, look.status[name], paper)), words.status[name] || words.overdue);
    }
    row(parent, swatch((ctx) => {
      symbols.ring(ctx, 6, 2.4, look.colour.line_default);
      symbols.ring(ctx, 6, 2.4, look.colour.text_secondary, -Math.PI / 2, Math.PI * 0.6);
    }), words.time_left);
  }

  function incidents(parent) {
    const { words, look } = opsmap, paper = look.colour.surface_raised;
    row(parent, swatch((ctx) => {
      ctx.fillStyle = ctx.strokeStyle = look.colour.text_tertiary;
      ctx.lineWidth = 1.5;
      symbols.square(ctx, 5, 2, 1.8, -1.8); ctx.stroke();
      ctx.fillStyle = paper; symbols.square(ctx, 6.4, 3, -1.2, 1.2); ctx.fill();
      ctx.fillStyle = look.colour.text_tertiary; symbols.square(ctx, 5.4, 2.4, -1.2, 1.2); ctx.fill();
    }), words.incident_with_reports);
  }

  // Of a day without a plan there is nothing to explain.
  function routes(parent) {
    if (opsmap.stack.layerOf("routes").blank()) return;
    const { words, look } = opsmap, [hue, ink] = look.categorical[2];
    const shown = opsmap.stack.layerOf("routes").kinds();
    if (shown.has("stop")) row(parent, swatch((ctx) => {
      symbols.disc(ctx, 7, hue); symbols.text(ctx, "1", 9, 700, ink);
    }), words.planned_stop);
    for (const mark of Object.keys(words.marks)) {
      if (shown.has(mark)) row(parent, swatch((ctx) => opsmap.drawMark(ctx, mark, 7.4, hue)), words.marks[mark]);
    }
    if (shown.has("left_out")) row(parent, swatch((ctx) => {
      ctx.setLineDash([2.4, 1.8]); ctx.lineWidth = 1.6; ctx.strokeStyle = look.colour.text_primary;
      symbols.square(ctx, 6.4, 2); ctx.stroke();
    }), words.left_out);
    if (shown.has("can_wait")) row(parent, swatch((ctx) => opsmap.drawWaits(ctx, 6.4)), words.can_wait);
    for (const kind of ["depot", "dump"]) {
      if (shown.has(kind)) row(parent, swatch((ctx) => opsmap.drawBase(ctx, kind, 7.5)), words[kind]);
    }
  }

  function cells(parent) {
    if (opsmap.density) density(parent, opsmap.density);
    const { look, cells: shown } = opsmap;
    if (!shown) return;
    const { kinds } = shown, counts = new Array(kinds.length).fill(0);
    for (const kind of shown.classes) counts[kind] += 1;
    const later = opsmap.later && new Array(kinds.length).fill(0); // right of the line
    if (later) for (const kind of opsmap.later.classes) later[kind] += 1;
    if (shown.title) element("div", "legend-title", shown.title, parent);
    if (shown.subtitle) element("div", "legend-line", shown.subtitle, parent);
    for (const [at, kind] of kinds.entries()) {
      const hue = opsmap.hueOf(kind);
      if (!kind.always && !counts[at] && !(later && later[at])) continue; // as in every file: domain/statistic_marks
      row(parent, swatch((ctx) => {
        symbols.cellForm(ctx, shown.form);
        if (!hue) { ctx.lineWidth = 1.3; ctx.strokeStyle = look.colour.line_strong; ctx.stroke(); }
        else { ctx.fillStyle = hue; ctx.fill(); }
        if (kind.dot) symbols.disc(ctx, 1.8, look.colour.surface_pane);
        if (kind.sign) symbols.text(ctx, kind.sign, 9, 700, hue ? look.colour.surface_pane : look.colour.text_secondary);
      }), kind.word, later ? `${opsmap.count(counts[at])} | ${opsmap.count(later[at])}` : opsmap.count(counts[at]), !later && opsmap.kind === "cells" && counts[at] ? () => opsmap.say("cell_kind", { kind: at }) : null);
    }
    if (shown.note) element("div", "legend-note", shown.note, parent);
  }

  function density(parent, shown) {
    if (shown.title) element("div", "legend-title", shown.title, parent);
    if (shown.subtitle) element("div", "legend-line", shown.subtitle, parent);
    for (const kind of shown.kinds) {
      row(parent, swatch((ctx) => {
        symbols.square(ctx, 7, 1); ctx.fillStyle = opsmap.hueOf(kind); ctx.fill();
      }), kind.word);
    }
    if (shown.note) element("div", "legend-note", shown.note, parent);
  }

  function area(parent, layer) {
    const hue = opsmap.areaHue(layer.hue);
    row(parent, swatch((ctx) => {
      symbols.square(ctx, 7, 2);
      ctx.fillStyle = opsmap.rgba(hue, 0.14); ctx.fill();
      ctx.strokeStyle = hue; ctx.lineWidth = 1.6; ctx.stroke();
    }), layer.label);
  }

  function asset(parent, layer) {
    row(parent, swatch((ctx) => opsmap.drawAsset(ctx, layer.icon, 8)), layer.label);
  }

  opsmap.legends = { requests, moves: requests, incidents, routes, cells, area, asset };
})();
