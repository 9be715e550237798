// A layer that is one canvas over the view and some room around it, moved and scaled with the map, redrawn at rest. While
// it has nothing to show its canvas is not in the page: each costs every frame, empty or not.
"use strict";

opsmap.CanvasLayer = L.Layer.extend({
  options: { padding: 0.15 },

  initialize(pane, options) {
    L.setOptions(this, { ...options, pane });
    this._repaint = opsmap.eachFrame(() => this._paintNow());
  },

  onAdd() {
    this.canvas = L.DomUtil.create("canvas", "leaflet-zoom-animated layer-canvas");
    this.ctx = this.canvas.getContext("2d");
    this._place();
  },

  onRemove() {
    L.DomUtil.remove(this.canvas);
  },

  getEvents() {
    return { viewreset: this._place, zoom: this._follow, moveend: this._place, resize: this._place, zoomanim: this._animate };
  },

  // Whether there is nothing to paint.
  blank() { return false; },

  // Draws soon; however often it is asked, once for each frame.
  redraw() {
    if (this._map) this._repaint();
  },

  // Canvas px of a place in web mercator.
  at(x, y) {
    const scale = 256 * 2 ** this._zoom;
    return { x: x * scale - this._left, y: y * scale - this._top };
  },

  // Whether canvas px lie within some room of what can be seen.
  near(point, room) {
    return point.x > -room && point.y > -room && point.x < this._wide + room && point.y < this._high + room;
  },

  // Canvas px of a point of the container.
  fromContainer(point) {
    return point.subtract(this._map.latLngToContainerPoint(this._corner));
  },

  // Takes its place over the view and draws at once: nothing is ever shown at a stale place.
  _place() {
    const map = this._map, size = map.getSize(), padding = this.options.padding;
    const min = map.containerPointToLayerPoint(size.multiplyBy(-padding)).round();
    const full = size.multiplyBy(1 + 2 * padding).round();
    this._zoom = map.getZoom();
    this._centre = map.getCenter();
    this._corner = map.layerPointToLatLng(min);
    const origin = map.getPixelOrigin();
    this._left = origin.x + min.x;
    this._top = origin.y + min.y;
    this._wide = full.x;
    this._high = full.y;
    L.DomUtil.setPosition(this.canvas, min);
    this._paintNow();
  },

  // Puts the canvas into the page in its size, or takes it out and lets its memory go.
  _appear(ratio) {
    const shown = !this.blank(), { canvas } = this;
    const wide = shown ? Math.round(this._wide * ratio) : 0, high = shown ? Math.round(this._high * ratio) : 0;
    if (canvas.width !== wide || canvas.height !== high) {
      canvas.width = wide;
      canvas.height = high;
      canvas.style.width = `${this._wide}px`;
      canvas.style.height = `${this._high}px`;
    }
    if (shown && !canvas.parentNode) this.getPane().appendChild(canvas);
    else if (!shown) canvas.remove();
  },

  _paintNow() {
    if (!this._map || !opsmap.look) return;
    const ratio = window.devicePixelRatio || 1;
    this._appear(ratio);
    this.ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.ctx.clearRect(0, 0, this._wide, this._high);
    this.paint(this.ctx);
    if (this.obstacles && opsmap.names) opsmap.names.redraw(); // what names stand clear of
  },

  _animate(event) {
    this._transform(event.center, event.zoom);
  },

  _follow() {
    this._transform(this._map.getCenter(), this._map.getZoom());
  },

  _transform(centre, zoom) {
    const map = this._map, scale = map.getZoomScale(zoom, this._zoom);
    const half = map.getSize().multiplyBy(0.5 + this.options.padding);
    const middle = map.project(this._centre, zoom);
    const offset = half.multiplyBy(-scale).add(middle).subtract(map._getNewPixelOrigin(centre, zoom));
    L.DomUtil.setTransform(this.canvas, offset, scale);
  },

  paint() {},
});
