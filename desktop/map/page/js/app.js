// Builds the map, connects it to the window, and passes messages on.
"use strict";

(() => {
  const { handlers, say } = opsmap;
  const NOTHING = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==";
  const PANES = [["areas", 410], ["cells", 420], ["routes", 430], ["requests", 440], ["found", 450], ["found_words", 460]];
  const layers = {};
  const FIT_PADDING_PX = 24, TILES_FROM_ZOOM = 8;
  let tiles = null, home = null, pointer = null;
  let fitted = null, fitting = false; // the box on show until somebody moves the map
  let placed = false; // whether the window has said where to look

  function build(setup) {
    const still = opsmap.reducedMotion;
    const map = opsmap.map = L.map("map", {
      zoomControl: false, attributionControl: false, boxZoom: false, doubleClickZoom: true, maxZoom: 19, minZoom: 3,
      zoomAnimation: !still, fadeAnimation: !still, inertia: !still, wheelPxPerZoomLevel: 100, zoomSnap: 1,
      keyboardPanDelta: 120, worldCopyJump: false, maxBoundsViscosity: 0,
    });
    map.getContainer().setAttribute("aria-label", opsmap.words.map);
    for (const [name, z] of PANES) {
      const pane = map.createPane(name);
      pane.style.zIndex = z;
      pane.style.pointerEvents = "none";
    }
    opsmap.card.build();
    opsmap.furniture.build(setup.tools);
    map.setView([setup.view.lat, setup.view.lon], setup.view.zoom, { animate: false });
    layers.areas = new opsmap.AreaLayer("areas");
    layers.cells = new opsmap.CellLayer("cells");
    layers.routes = new opsmap.RouteLayer("routes");
    layers.requests = new opsmap.RequestLayer("requests");
    layers.here = new opsmap.FoundLayer("here");
    layers.found = new opsmap.FoundLayer("found");
    for (const layer of Object.values(layers)) layer.addTo(map);
    opsmap.legend.build();
    listen(map);
    opsmap.furniture.drawScale();
  }

  const onTop = () => [layers.requests, layers.routes, layers.cells].filter((layer) => layer._map);

  function listen(map) {
    const hover = opsmap.eachFrame(() => {
      if (!pointer) return;
      const { point, latlng } = pointer;
      let taken = false;
      for (const layer of onTop()) taken = layer.hover(taken ? null : point) || taken;
      map.getContainer().classList.toggle("pointing", taken && opsmap.furniture.tool() === "select");
      say("pointer", { lon: latlng.lng, lat: latlng.lat });
    });
    map.on("mousemove", (event) => {
      pointer = { point: event.containerPoint, latlng: event.latlng };
      hover();
    });
    const leave = () => { pointer = null; for (const layer of onTop()) layer.hover(null); };
    map.on("mouseout", leave);
    map.on("movestart zoomstart", leave);
    map.on("click", (event) => {
      if (performance.now() - (opsmap.afterBox || -1e9) < 200) return;
      if (!onTop().some((layer) => layer.click(event.containerPoint))) say("background", { lon: event.latlng.lng, lat: event.latlng.lat });
    });
    map.on("moveend", () => {
      if (!fitting) fitted = null;
      tellView();
      tellOfNoTiles();
    });
    map.on("resize", tellView);
    map.getContainer().addEventListener("keydown", (event) => {
      if (event.key === "0" && !event.ctrlKey && !event.metaKey) opsmap.goHome();
    });
    // Crisp again after the window went to a screen of another density.
    const watch = () => matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`).addEventListener("change", () => {
      repaint();
      setTiles();
      watch();
    }, { once: true });
    watch();
    // A page is fitted before the window has given it its size, and again when the window changes.
    const resized = opsmap.eachFrame(() => {
      const box = fitted;
      map.invalidateSize({ animate: false, pan: false });
      if (box) fit(box);
    });
    new ResizeObserver(resized).observe(map.getContainer());
  }

  function tellView() {
    const map = opsmap.map, bounds = map.getBounds(), centre = map.getCenter(), size = map.getSize();
    if (!size.x || !size.y) return;
    const middle = size.divideBy(2);
    const metres = map.distance(map.containerPointToLatLng(middle), map.containerPointToLatLng(middle.add([1, 0])));
    say("view", {
      west: bounds.getWest(), south: bounds.getSouth(), east: bounds.getEast(), north: bounds.getNorth(),
      lon: centre.lng, lat: centre.lat, zoom: map.getZoom(), metres_per_px: metres,
    });
  }

  function setTiles() {
    if (tiles) { tiles.remove(); tiles = null; }
    if (!opsmap.tilesOn) return;
    const sharp = (window.devicePixelRatio || 1) > 1.25 ? "@2x" : "";
    tiles = L.tileLayer(`tiles/${opsmap.look.scheme}/{z}/{x}/{y}${sharp}.png`, {
      maxZoom: 19, minZoom: TILES_FROM_ZOOM, maxNativeZoom: 18, minNativeZoom: 9, keepBuffer: 2, errorTileUrl: NOTHING, updateWhenZooming: false,
    });
    tiles.on("load", () => say("tiles_loaded", {}));
    tiles.addTo(opsmap.map);
    tellOfNoTiles();
  }

  // From far away no tile is drawn, so that none will be heard of.
  function tellOfNoTiles() {
    if (tiles && placed && opsmap.map.getZoom() < TILES_FROM_ZOOM) say("tiles_loaded", {});
  }

  function repaint() {
    opsmap.symbols.forget();
    for (const layer of Object.values(layers)) layer.redraw();
    opsmap.legend.draw();
  }

  opsmap.goHome = () => {
    if (home) fit(home);
  };

  opsmap.showLayer = (key, visible) => {
    if (key === "tiles") { opsmap.tilesOn = visible; setTiles(); return; }
    const layer = layers[key];
    if (layer && visible !== Boolean(layer._map)) {
      if (visible) layer.addTo(opsmap.map);
      else layer.remove();
    }
  };

  const motion = () => ({ animate: !opsmap.reducedMotion, duration: 0.22 });

  function fit(bounds) {
    const box = [[bounds.south, bounds.west], [bounds.north, bounds.east]];
    const size = opsmap.map.getSize();
    fitted = bounds;
    if (Math.min(size.x, size.y) <= 2 * FIT_PADDING_PX) return; // the size is still to come
    fitting = placed = true;
    opsmap.map.fitBounds(box, { padding: [FIT_PADDING_PX, FIT_PADDING_PX], maxZoom: 17, animate: false });
    fitting = false;
  }

  function applyLook(look) {
    opsmap.look = look;
    for (const [name, value] of Object.entries(look.properties)) document.documentElement.style.setProperty(name, value);
    document.documentElement.dataset.scheme = look.scheme;
  }

  handlers.setup = (setup) => {
    Object.assign(opsmap, { words: setup.words, icons: setup.icons, services: setup.services, kind: setup.kind });
    opsmap.reducedMotion = setup.reduced_motion || matchMedia("(prefers-reduced-motion: reduce)").matches;
    document.documentElement.classList.toggle("still", opsmap.reducedMotion);
    document.title = setup.words.map;
    applyLook(setup.look);
    opsmap.tilesOn = setup.tiles;
    build(setup);
    setTiles();
    opsmap.furniture.attribute(setup.attribution);
    // Numbers are drawn on canvases: once the bundled font is there, draw them with it.
    document.fonts.load(`600 12px ${setup.look.family}`).then(repaint);
    say("built", {});
    tellView();
  };
  handlers.look = (look) => { applyLook(look); repaint(); setTiles(); };
  handlers.icons = ({ icons, services }) => { Object.assign(opsmap.icons, icons); opsmap.services = services; repaint(); };
  handlers.view = ({ lon, lat, zoom }) => {
    placed = true;
    opsmap.map.setView([lat, lon], zoom === null ? opsmap.map.getZoom() : zoom, motion());
  };
  handlers.zoom = ({ by }) => opsmap.map.setZoom(opsmap.map.getZoom() + by, motion());
  handlers.home = (bounds) => { home = bounds; };
  handlers.fit = fit;
  handlers.go_home = () => opsmap.goHome();
  handlers.ask = () => layers.requests.ask();
  handlers.requests = (answer) => layers.requests.show(answer);
  handlers.arrived = ({ ids }) => layers.requests.arrive(ids);
  handlers.selection = (chosen) => layers.requests.select(chosen);
  handlers.stack = (stack) => layers.requests.open(stack);
  handlers.routes = (routes) => { layers.routes.setRoutes(routes); };
  handlers.left_out = (places) => layers.routes.setLeftOut(places);
  handlers.chosen_stop = ({ crew, stop }) => layers.routes.choose(crew === null ? null : [crew, stop]);
  handlers.cells = (cells) => { opsmap.cells = cells.rings.length ? cells : null; layers.cells.setCells(cells); opsmap.legend.draw(); };
  handlers.chosen_cell = ({ index }) => layers.cells.choose(index);
  handlers.areas = (areas) => layers.areas.setAreas(areas);
  handlers.layers = (given) => {
    for (const layer of given) opsmap.showLayer(layer.key, layer.visible);
    opsmap.legend.setLayers(given);
  };
  handlers.found = (mark) => layers.found.show(mark);
  handlers.here = (mark) => layers.here.show(mark);
  handlers.card = (content) => opsmap.card.more(content);
  handlers.attribution = ({ words }) => opsmap.furniture.attribute(words);
  handlers.tiles = ({ on }) => { opsmap.tilesOn = on; setTiles(); };

  opsmap.connect(() => say("ready", {}));
})();
