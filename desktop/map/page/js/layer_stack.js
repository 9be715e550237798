// Which layers there are, from the top down: what of them shows, how opaque, and in front of what.
"use strict";

(() => {
  const LOWEST = 400, STEP = 2; // z-index of the bottom layer's pane, and between two; names of areas stand in between
  const made = new Map(); // key: the canvas layer
  const list = []; // {key, label, visible, opacity, icon, hue, main, mode}, the topmost first
  let labels = null;

  const kindOf = (key) => key.split(":")[0];

  // The layers that the page is born with, by key.
  function adopt(layers) {
    for (const [key, layer] of Object.entries(layers)) made.set(key, layer);
  }

  function pane(key) {
    if (key === "tiles") return opsmap.map.getPane("tilePane");
    const layer = made.get(key);
    return layer ? opsmap.map.getPane(layer.options.pane) : null;
  }

  // Layers of areas and of assets are made when they are first heard of.
  function layerOf(key) {
    const kind = kindOf(key);
    if (made.has(key) || !key.includes(":")) return made.get(key);
    const name = `layer-${made.size}`;
    opsmap.map.createPane(name).style.pointerEvents = "none";
    const layer = kind === "areas" ? new opsmap.AreaLayer(name) : new opsmap.AssetLayer(name, key);
    made.set(key, layer);
    return layer;
  }

  function apply(entry) {
    if (entry.mode) return;
    if (entry.key === "tiles") opsmap.showTiles(entry.visible);
    else {
      const layer = layerOf(entry.key);
      if (!layer) return;
      layer.setStyle?.(entry);
      if (entry.visible !== Boolean(layer._map)) {
        if (entry.visible) layer.addTo(opsmap.map);
        else layer.remove();
      }
    }
    pane(entry.key).style.opacity = entry.opacity;
    if (entry.key === "tiles") opsmap.map.getPane("names").style.opacity = entry.opacity;
  }

  // Panes in the order of the list; the names of areas right above the topmost layer of areas.
  function order() {
    let named = 0;
    list.forEach((entry, at) => {
      const z = LOWEST + STEP * (list.length - at), place = entry.mode ? null : pane(entry.key);
      if (place) place.style.zIndex = z;
      if (!named && kindOf(entry.key) === "areas" && entry.visible) named = z + 1;
    });
    if (!labels && named) {
      opsmap.map.createPane("area-names").style.pointerEvents = "none";
      labels = new opsmap.AreaNames("area-names").addTo(opsmap.map);
    }
    if (labels) {
      opsmap.map.getPane("area-names").style.zIndex = named;
      labels.redraw();
    }
  }

  function set(given) {
    const gone = new Set(list.map((entry) => entry.key));
    for (const entry of given) gone.delete(entry.key);
    for (const key of gone) made.get(key)?.remove();
    list.splice(0, list.length, ...given.map((entry) => ({ ...entry })));
    list.forEach(apply);
    order();
  }

  const find = (key) => list.find((entry) => entry.key === key);

  const tell = () => opsmap.say("layers", list.map(({ key, visible, opacity }) => ({ key, visible, opacity })));

  function show(key, visible) {
    const entry = find(key);
    if (!entry || entry.visible === visible) return;
    entry.visible = visible;
    apply(entry);
    order();
    opsmap.say("layer", { key, visible });
    tell();
  }

  function fade(key, opacity, done) {
    const entry = find(key);
    if (!entry) return;
    entry.opacity = opacity;
    apply(entry);
    if (labels) labels.redraw();
    if (done) tell();
  }

  // Puts a layer before another one, or at the end; the incidents go where the requests go.
  function move(key, before) {
    const entry = find(key);
    if (!entry || entry.mode || key === before) return;
    const moved = list.filter((other) => other === entry || (other.mode && key === "requests"));
    const rest = list.filter((other) => !moved.includes(other));
    const at = before === null ? rest.length : rest.findIndex((other) => other.key === before);
    rest.splice(at, 0, ...moved);
    list.splice(0, list.length, ...rest);
    order();
    tell();
  }

  // The canvas layers on show, the topmost first.
  function onShow() {
    const keys = list.length ? list.map((entry) => entry.key) : ["requests", "routes", "later", "cells"];
    return keys.map((key) => made.get(key)).filter((layer) => layer && layer._map && layer.hover);
  }

  opsmap.stack = {
    adopt, set, show, fade, move, find, layerOf, onShow, kindOf,
    list: () => list,
    all: () => [...made.values(), ...(labels ? [labels] : [])],
    // The layers of areas on show with their opacity, the topmost first.
    areas: () => list.filter(({ key, visible }) => visible && kindOf(key) === "areas").map((entry) => [made.get(entry.key), entry]),
    namesAgain: () => { if (labels) labels.redraw(); },
  };
})();
