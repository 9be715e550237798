// Builds the map, connects it to the window, and passes messages on.
"use strict";

(() => {
  const { handlers, say } = opsmap;
  const NOTHING = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==";
  const PANES = [
    ["cells", 420], ["routes", 430], ["shape", 435], ["requests", 440], ["here", 445], ["names", 447], ["edit", 448], ["edit_hand", 449], ["found", 450], ["sketch", 455], ["found_words", 460],
  ];
  const layers = {}, NO_CELLS = { rings: [], classes: [], values: [], lines: [], kinds: [] };
  const NEW_MS = 2000, FIT_PADDING_PX = 24, CLEAR_PX = 26, TILES_FROM_ZOOM = 8;
  let foot = 0; // px of the lower edge that something covers
  let tiles = null, home = null, pointer = null;
  let fitted = null, fitting = false; // the box on show until somebody moves the map
  let again = false; // whether an earlier page showed all this
  let begun = null; // the place a new page was told to show, while it may not have its size yet
  let placed = false; // whether the window has said where to look
  let asked = 0; // the number of the last wish of the window that the view follows
  let restored = false; // whether the page shows what an earlier one showed: nothing moves before
  let tileVersion = 0, closest = 18; // of the tiles

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
    opsmap.furniture.build(setup.tools, setup.tool);
    map.setView([setup.view.lat, setup.view.lon], setup.view.zoom, { animate: false });
    if (placed) begun = setup.view;
    setTimeout(() => { begun = null; }, NEW_MS);
    layers.cells = new opsmap.CellLayer("cells");
    layers.later = new opsmap.CellLayer("cells");
    Object.assign(layers.cells, { side: -1 });
    Object.assign(layers.later, { side: 1 });
    layers.routes = new opsmap.RouteLayer("routes");
    layers.requests = new opsmap.RequestLayer("requests");
    layers.here = new opsmap.FoundLayer("here");
    layers.found = new opsmap.FoundLayer("found");
    for (const layer of Object.values(layers)) layer.addTo(map);
    opsmap.names = new opsmap.PlaceNames("names").addTo(map);
    opsmap.stack.adopt(layers);
    opsmap.legend.build(setup.panel);
    listen(map);
    opsmap.furniture.drawScale();
  }

  const onTop = () => opsmap.stack.onShow();

  function listen(map) {
    const hover = opsmap.eachFrame(() => {
      if (!pointer) return;
      const { point, latlng } = pointer;
      let taken = false;
      const free = opsmap.furniture.tool() === "select" && !opsmap.editor.active();
      for (const layer of onTop()) taken = layer.hover(taken || !free ? null : point) || taken;
      if (!opsmap.editor.active()) map.getContainer().classList.toggle("pointing", taken);
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
      if (event.originalEvent.timeStamp === opsmap.afterDrag) return; // the click that ends a drag is none, however late it is heard
      if (opsmap.editor.click(event) || opsmap.furniture.click(event.latlng)) return;
      if (!onTop().some((layer) => layer.click(event.containerPoint))) say("background", { lon: event.latlng.lng, lat: event.latlng.lat });
    });
    map.on("dblclick", () => opsmap.furniture.doubleClick());
    map.on("contextmenu", (event) => {
      if (opsmap.furniture.tool() !== "select" || event.originalEvent.target.closest(".card")) return;
      if (onTop().some((layer) => layer.menu && layer.menu(event.containerPoint))) return;
      const { x, y } = event.containerPoint;
      say("menu", { lon: event.latlng.lng, lat: event.latlng.lat, x, y });
    });
    map.on("moveend", () => {
      if (!fitting) fitted = begun = null;
      tellView();
      tellOfNoTiles();
    });
    map.on("resize", () => tellView());
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
      const box = fitted, place = begun;
      map.invalidateSize({ animate: false, pan: false });
      if (box) fit(box, "same");
      else if (place) begin(place);
    });
    new ResizeObserver(resized).observe(map.getContainer());
  }

  // Whether the place is one that somebody went to: "moved", "same" in another size, or "none" before all that.
  let going = "moved";

  function tellView() {
    const map = opsmap.map, bounds = map.getBounds(), centre = map.getCenter(), size = map.getSize();
    if (!size.x || !size.y) return;
    const middle = size.divideBy(2);
    const metres = map.distance(map.containerPointToLatLng(middle), map.containerPointToLatLng(middle.add([1, 0])));
    say("view", {
      west: bounds.getWest(), south: bounds.getSouth(), east: bounds.getEast(), north: bounds.getNorth(),
      lon: centre.lng, lat: centre.lat, zoom: map.getZoom(), metres_per_px: metres, asked, move: placed ? going : "none",
    });
  }

  function setTiles() {
    if (tiles) { tiles.remove(); tiles = null; }
    if (!opsmap.tilesOn || !opsmap.tilesWanted) { if (opsmap.tilesOn) say("tiles_loaded", {}); return; }
    const sharp = (window.devicePixelRatio || 1) > 1.25 ? "@2x" : "";
    tiles = L.tileLayer(`tiles/${opsmap.look.scheme}/{z}/{x}/{y}${sharp}.png?${tileVersion}`, {
      maxZoom: 19, minZoom: TILES_FROM_ZOOM, maxNativeZoom: closest, minNativeZoom: Math.min(9, closest), keepBuffer: 2, errorTileUrl: NOTHING, updateWhenZooming: false,
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
    opsmap.drawDensity();
    opsmap.names.redraw();
    for (const layer of opsmap.stack.all()) layer.redraw();
    opsmap.editor.redraw();
    opsmap.legend.draw();
  }

  opsmap.goHome = () => {
    if (home) fit(home);
  };

  // A person hides the base map, or shows it again; where the city has none it stays away.
  opsmap.showTiles = (visible) => {
    if (visible !== opsmap.tilesWanted) { opsmap.tilesWanted = visible; setTiles(); opsmap.stack.namesAgain(); opsmap.names.redraw(); }
  };

  const motion = () => ({ animate: !opsmap.reducedMotion, duration: 0.22 });

  // Motion that is under way ends where it was going, so that the next begins there.
  function rest() {
    const { map } = opsmap;
    map._stop();
    if (map._animatingZoom) map._onZoomTransitionEnd();
  }

  // What lies over the map and hides it, in px of the container, and which way out of it is the shorter.
  opsmap.covered = () => {
    const { map } = opsmap, { x, y } = map.getSize(), panel = opsmap.legend.box(), all = [];
    if (foot) all.push({ left: 0, top: y - foot, right: x, bottom: y, out: "up" });
    if (panel) all.push({ ...panel, out: "right" });
    return all;
  };

  // A place that was chosen comes out from under what hides it; one that is seen, or far away, moves nothing.
  opsmap.uncover = (latlng) => {
    if (!restored || (again && begun)) return;
    const { map } = opsmap, at = map.latLngToContainerPoint(latlng);
    const over = opsmap.covered().find(({ left, top, right, bottom }) =>
      at.x > left - CLEAR_PX && at.x < right + CLEAR_PX && at.y > top - CLEAR_PX && at.y < bottom + CLEAR_PX);
    if (!over || !map.getSize().contains(at) || at.x < 0 || at.y < 0) return;
    const by = over.out === "up" ? [0, at.y - over.top + CLEAR_PX] : [at.x - over.right - CLEAR_PX, 0];
    map.panBy(by, motion());
  };

  function fit(bounds, how = "moved") {
    const { map } = opsmap, box = [[bounds.south, bounds.west], [bounds.north, bounds.east]], size = map.getSize();
    const low = size.y - foot > 3 * FIT_PADDING_PX ? foot : 0, panel = opsmap.legend.box();
    fitted = bounds;
    if (Math.min(size.x, size.y) <= 2 * FIT_PADDING_PX) return; // the size is still to come
    const left = panel && roomBeside(box, panel.right, low) ? panel.right : 0;
    fitting = placed = true;
    going = how;
    map.fitBounds(box, {
      paddingTopLeft: [FIT_PADDING_PX + left, FIT_PADDING_PX], paddingBottomRight: [FIT_PADDING_PX, FIT_PADDING_PX + low],
      maxZoom: 17, animate: false,
    });
    fitting = false;
    going = "moved";
  }

  // The middle of the place stays the middle when the page gets its size.
  function begin(place) {
    fitting = true;
    going = "same";
    opsmap.map.setView([place.lat, place.lon], place.zoom, { animate: false });
    fitting = false;
    going = "moved";
    begun = place;
  }

  // The card of layers follows what shows, and the city that is fitted follows the card.
  function explain() {
    opsmap.legend.draw();
    if (fitted) fit(fitted, "same");
  }

  // Whether a box is as large beside the card of layers as it is beneath it.
  function roomBeside(box, wide, low) {
    const zoom = (taken) => opsmap.map.getBoundsZoom(box, false, L.point(2 * FIT_PADDING_PX + taken, 2 * FIT_PADDING_PX + low));
    return zoom(wide) === zoom(0);
  }

  function applyLook(look) {
    opsmap.look = look;
    for (const [name, value] of Object.entries(look.properties)) document.documentElement.style.setProperty(name, value);
    document.documentElement.dataset.scheme = look.scheme;
  }

  function setMotion(reduced) {
    opsmap.reducedMotion = reduced || matchMedia("(prefers-reduced-motion: reduce)").matches;
    document.documentElement.classList.toggle("still", opsmap.reducedMotion);
  }

  handlers.setup = (setup) => {
    Object.assign(opsmap, { words: setup.words, icons: setup.icons, services: setup.services, kind: setup.kind });
    setMotion(setup.reduced_motion);
    document.title = setup.words.map;
    document.documentElement.dataset.kind = setup.kind;
    applyLook(setup.look);
    Object.assign(opsmap, { tilesOn: setup.tiles, tilesWanted: true, letters: setup.letters });
    placed = setup.placed;
    again = setup.again;
    tileVersion = setup.tile_version;
    closest = setup.closest;
    build(setup);
    setTiles();
    opsmap.furniture.attribute(setup.attribution);
    // Numbers are drawn on canvases: once the bundled font is there, draw them with it. Where the style sheet comes
    // later than this, there is no such font to wait for yet; that it was loaded is heard then.
    document.fonts.load(`600 12px ${setup.look.family}`).then(repaint);
    document.fonts.addEventListener("loadingdone", repaint);
    say("built", {});
    tellView();
  };
  handlers.motion = ({ reduced }) => {
    setMotion(reduced);
    opsmap.map.options.inertia = !opsmap.reducedMotion;
  };
  handlers.look = (look) => { applyLook(look); repaint(); setTiles(); };
  handlers.icons = ({ icons, services }) => { Object.assign(opsmap.icons, icons); opsmap.services = services; repaint(); };
  handlers.view = ({ lon, lat, zoom, serial }) => {
    rest();
    placed = true;
    asked = serial;
    opsmap.map.setView([lat, lon], zoom === null ? opsmap.map.getZoom() : zoom, motion());
  };
  handlers.zoom = ({ by }) => opsmap.map.setZoom(opsmap.map.getZoom() + by, motion());
  handlers.home = (bounds) => { home = bounds; };
  handlers.fit = (bounds) => { rest(); fit(bounds); };
  handlers.go_home = () => opsmap.goHome();
  handlers.ask = () => layers.requests.ask();
  handlers.requests = (answer) => layers.requests.show(answer);
  handlers.arrived = ({ ids }) => layers.requests.arrive(ids);
  handlers.selection = (chosen) => layers.requests.select(chosen);
  handlers.stack = (stack) => layers.requests.open(stack);
  handlers.routes = (routes) => { layers.routes.setRoutes(routes); explain(); };
  handlers.route = (route) => { layers.routes.setRoute(route); explain(); };
  handlers.left_out = (places) => { layers.routes.setLeftOut(places); explain(); };
  handlers.chosen_stop = (chosen) => layers.routes.choose(chosen);
  handlers.stop_card = (told) => opsmap.stopCard.show(told);
  handlers.cells = (cells) => {
    opsmap.cells = cells.rings.length ? cells : null;
    layers.cells.setCells(cells);
    explain();
    const painted = () => say("cells_drawn", { cells: cells.rings.length });
    requestAnimationFrame(() => requestAnimationFrame(painted)); // many take longer to paint than a frame lasts
  };
  handlers.cell_kinds = (told) => {
    if (!opsmap.cells || told.classes.length !== opsmap.cells.rings.length) return; // of cells that are gone
    Object.assign(opsmap.cells, { ...told, lines: opsmap.cells.lines });
    layers.cells.recolour(told);
    explain();
  };
  handlers.marked_cells = ({ indices }) => opsmap.cellLayers().forEach((layer) => layer.mark(indices));
  opsmap.cellLayers = () => [layers.cells, layers.later];
  handlers.later_cells = (told) => {
    layers.later.setCells(told ? told.cells : NO_CELLS);
    opsmap.later = told ? told.cells : null;
    explain(); // first: names beside the line give way to the legend
    opsmap.swipe(told && told.titles);
  };
  handlers.density = (density) => { opsmap.setDensity(density); explain(); };
  handlers.chosen_cell = ({ index }) => opsmap.cellLayers().forEach((layer) => layer.choose(index));
  handlers.areas = ({ key, ...areas }) => opsmap.stack.layerOf(key).setAreas(areas);
  handlers.assets = ({ key, ...answer }) => opsmap.stack.layerOf(key).show(answer);
  handlers.assets_changed = ({ key }) => opsmap.stack.layerOf(key).ask();
  handlers.asset_card = (content) => opsmap.assetCard.open(content);
  handlers.layers = ({ layers: given, icons }) => {
    Object.assign(opsmap.icons, icons);
    opsmap.stack.set(given);
    explain();
  };
  handlers.restored = () => { restored = true; };
  handlers.places = (places) => opsmap.names.setPlaces(places);
  handlers.found = (mark) => layers.found.show(mark);
  handlers.here = (mark) => layers.here.show(mark);
  handlers.card = (content) => opsmap.card.more(content);
  handlers.attribution = ({ words }) => opsmap.furniture.attribute(words);
  handlers.foot = ({ height }) => {
    foot = height;
    document.documentElement.style.setProperty("--foot", `${height}px`);
    if (fitted) fit(fitted, "same");
    opsmap.names.redraw();
  };
  handlers.tiles = ({ on, version, closest: last }) => { opsmap.tilesOn = on; tileVersion = version; closest = last; setTiles(); opsmap.names.redraw(); };

  opsmap.connect(() => say("ready", {}));
})();
