// Draws a shared map from the data in the page. Text is only ever set as textContent.
"use strict";
(function (map) {
  const data = JSON.parse(document.getElementById("opsmap-data").textContent);
  const look = data.look;
  const scale = 1e5;

  const Canvas = L.Layer.extend({
    onAdd(owner) {
      this._canvas = L.DomUtil.create("canvas", "leaflet-zoom-hide");
      this._canvas.style.pointerEvents = "none";
      owner.getPane("overlayPane").appendChild(this._canvas);
      owner.on("moveend zoomend resize viewreset", this.draw, this);
      this.draw();
    },
    onRemove(owner) {
      this._canvas.remove();
      owner.off("moveend zoomend resize viewreset", this.draw, this);
    },
    draw() {
      const size = map.getSize(), ratio = window.devicePixelRatio || 1;
      L.DomUtil.setPosition(this._canvas, map.containerPointToLayerPoint([0, 0]));
      this._canvas.width = size.x * ratio;
      this._canvas.height = size.y * ratio;
      this._canvas.style.width = size.x + "px";
      this._canvas.style.height = size.y + "px";
      const pen = this._canvas.getContext("2d");
      pen.scale(ratio, ratio);
      const zoom = map.getZoom(), origin = map.getPixelOrigin();
      const shift = map.layerPointToContainerPoint([0, 0]);
      const world = 256 * Math.pow(2, zoom);
      const at = (lon, lat) => {
        const sine = Math.sin((lat * Math.PI) / 180);
        const x = ((lon + 180) / 360) * world - origin.x + shift.x;
        const y = (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * world - origin.y + shift.y;
        return [x, y];
      };
      drawLines(pen, at, zoom);
      drawCells(pen, at);
      drawSquares(pen, at, size);
      drawPoints(pen, at, size, zoom);
      drawRoutes(pen, at);
    },
  });

  function eachLine(packed, pen, at) {
    for (const line of packed) {
      let lon = 0, lat = 0;
      pen.beginPath();
      for (let i = 0; i < line.length; i += 2) {
        lon += line[i];
        lat += line[i + 1];
        const [x, y] = at(lon / scale, lat / scale);
        i === 0 ? pen.moveTo(x, y) : pen.lineTo(x, y);
      }
      pen.stroke();
    }
  }

  function drawLines(pen, at, zoom) {
    pen.lineJoin = pen.lineCap = "round";
    for (const [name, width] of [["minor", 0.6], ["major", 1.6]]) {
      if (name === "minor" && zoom < 12) continue;
      pen.strokeStyle = look[name];
      pen.lineWidth = width * Math.max(1, Math.pow(1.5, zoom - 13));
      eachLine(data.streets[name], pen, at);
    }
  }

  function ring(pen, at, flat) {
    let lon = 0, lat = 0;
    for (let i = 0; i < flat.length; i += 2) {
      lon += flat[i];
      lat += flat[i + 1];
      const [x, y] = at(lon / scale, lat / scale);
      i === 0 ? pen.moveTo(x, y) : pen.lineTo(x, y);
    }
    pen.closePath();
  }

  function drawCells(pen, at) {
    const { zones, kinds } = data.cells;
    for (const filled of [false, true]) {
      for (const zone of zones) {
        const kind = kinds[zone.kind];
        if ((kind.fill !== null) !== filled) continue;
        pen.beginPath();
        zone.rings.forEach((flat) => ring(pen, at, flat));
        if (filled) {
          pen.globalAlpha = 0.78;
          pen.fillStyle = kind.fill;
          pen.fill("evenodd");
          pen.globalAlpha = 1;
        }
        if (filled && across(at, zone) < 6) continue; // a surface of small squares: lines would hide it
        pen.strokeStyle = filled ? "#ffffff" : look.outline;
        pen.lineWidth = filled ? 1 : 0.7;
        pen.stroke();
      }
    }
    zones.forEach((zone) => drawSign(pen, at, zone, kinds[zone.kind]));
  }

  function across(at, zone) {
    const [lon, lat] = zone.middle;
    return Math.abs(at((lon + zone.side) / scale, lat / scale)[0] - at(lon / scale, lat / scale)[0]);
  }

  function drawSign(pen, at, zone, kind) {
    if (!kind.dot && !kind.sign) return;
    const [x, y] = at(zone.middle[0] / scale, zone.middle[1] / scale);
    const size = Math.min(13, across(at, zone) * 0.72);
    if (kind.dot) {
      pen.beginPath();
      pen.arc(x, y, Math.max(0.8, Math.min(2.2, size / 4)), 0, 2 * Math.PI);
      pen.fillStyle = "#ffffff";
      pen.fill();
    } else if (size >= 6) {
      pen.fillStyle = kind.ink;
      pen.font = "600 " + size + "px Inter, 'Noto Sans', sans-serif";
      pen.textAlign = "center";
      pen.fillText(kind.sign, x, y + size * 0.36);
    }
  }

  function drawSquares(pen, at, size) {
    for (const [west, south, east, north, count, share] of data.squares) {
      const [x0, y1] = at(west / scale, south / scale), [x1, y0] = at(east / scale, north / scale);
      if (x1 < 0 || y1 < 0 || x0 > size.x || y0 > size.y) continue;
      pen.globalAlpha = 0.72;
      pen.fillStyle = look.sequential[Math.min(look.sequential.length - 1, Math.floor(share * look.sequential.length))];
      pen.fillRect(x0, y0, x1 - x0, y1 - y0);
      pen.globalAlpha = 1;
      if (x1 - x0 > 34) {
        pen.fillStyle = share > 0.55 ? "#ffffff" : look.ink;
        pen.font = "600 11px Inter, 'Noto Sans', sans-serif";
        pen.textAlign = "center";
        pen.fillText(String(count), (x0 + x1) / 2, (y0 + y1) / 2 + 4);
      }
    }
  }

  function drawPoints(pen, at, size, zoom) {
    const points = data.points, radius = Math.max(2, Math.min(6, zoom - 9));
    for (let i = 0; i < points.lon.length; i++) {
      const [x, y] = at(points.lon[i] / scale, points.lat[i] / scale);
      if (x < -8 || y < -8 || x > size.x + 8 || y > size.y + 8) continue;
      const status = points.status[i];
      pen.beginPath();
      pen.arc(x, y, data.statuses[status].small ? radius * 0.55 : radius, 0, 2 * Math.PI);
      pen.fillStyle = data.statuses[status].colour;
      pen.fill();
      if (!data.statuses[status].small) {
        pen.strokeStyle = "#ffffff";
        pen.lineWidth = 1;
        pen.stroke();
      }
    }
  }

  function drawRoutes(pen, at) {
    for (const route of data.routes) {
      for (const [colour, width] of [["#ffffff", 6.6], [route.colour, 2.6]]) {
        pen.strokeStyle = colour;
        pen.lineWidth = width;
        eachLine([route.line], pen, at);
      }
      pen.font = "600 10px Inter, 'Noto Sans', sans-serif";
      pen.textAlign = "center";
      route.stops.forEach(([lon, lat], index) => {
        const [x, y] = at(lon / scale, lat / scale);
        pen.beginPath();
        pen.arc(x, y, 9, 0, 2 * Math.PI);
        pen.fillStyle = route.colour;
        pen.fill();
        pen.strokeStyle = "#ffffff";
        pen.lineWidth = 1.5;
        pen.stroke();
        pen.fillStyle = route.ink;
        pen.fillText(String(index + 1), x, y + 3.5);
      });
    }
  }

  function card(rows) {
    const box = document.createElement("div");
    rows.forEach(([text, strong]) => {
      const line = document.createElement(strong ? "strong" : "div");
      line.textContent = text;
      line.style.display = "block";
      box.appendChild(line);
    });
    return box;
  }

  function nearest(event) {
    const points = data.points;
    let best = -1, least = 100;
    for (let i = 0; i < points.lon.length; i++) {
      const spot = map.latLngToContainerPoint([points.lat[i] / scale, points.lon[i] / scale]);
      const away = Math.pow(spot.x - event.containerPoint.x, 2) + Math.pow(spot.y - event.containerPoint.y, 2);
      if (away < least) [best, least] = [i, away];
    }
    return best;
  }

  map.on("click", (event) => {
    const found = nearest(event);
    if (found < 0) return;
    const points = data.points;
    const rows = [
      [data.services[points.service[found]], true],
      [data.statuses[points.status[found]].word, false],
      [points.day[found], false],
      [points.id[found], false],
    ];
    const spot = [points.lat[found] / scale, points.lon[found] / scale];
    L.popup({ closeButton: true }).setLatLng(spot).setContent(card(rows)).openOn(map);
  });

  // Zones under the pointer: each ring's box first, then whether it runs around the place an odd number of times.
  const outlines = data.cells.zones.map((zone) => zone.rings.map(unpacked));

  function unpacked(flat) {
    const points = [];
    let lon = 0, lat = 0;
    for (let i = 0; i < flat.length; i += 2) points.push([(lon += flat[i]) / scale, (lat += flat[i + 1]) / scale]);
    const xs = points.map((one) => one[0]), ys = points.map((one) => one[1]);
    const least = (values) => values.reduce((a, b) => Math.min(a, b)), most = (values) => values.reduce((a, b) => Math.max(a, b));
    return { points, west: least(xs), east: most(xs), south: least(ys), north: most(ys) };
  }

  function crossings({ points, west, east, south, north }, lon, lat) {
    if (lon < west || lon > east || lat < south || lat > north) return 0;
    let found = 0;
    for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
      const [xi, yi] = points[i], [xj, yj] = points[j];
      if (yi > lat !== yj > lat && lon < ((xj - xi) * (lat - yi)) / (yj - yi) + xi) found++;
    }
    return found;
  }

  function zoneAt({ lat, lng }) {
    return outlines.findIndex((rings) => rings.reduce((sum, one) => sum + crossings(one, lng, lat), 0) % 2 === 1);
  }

  function zoneCard(at) {
    const zone = data.cells.zones[at], kind = data.cells.kinds[zone.kind];
    const figures = zone.told.map((value, i) => [data.cells.words[i] + ": " + value, value]).filter((one) => one[1] !== "");
    return card([[zone.name, true], [kind.word, false], ...figures.map((one) => [one[0], false])]);
  }

  let shown = -1;
  const tip = L.tooltip({ sticky: true, direction: "top", opacity: 0.96 });
  if (outlines.length) {
    map.on("mousemove click", (event) => {
      const at = zoneAt(event.latlng);
      if (at < 0) map.closeTooltip(tip);
      else {
        if (at !== shown) tip.setContent(zoneCard(at));
        tip.setLatLng(event.latlng).openOn(map);
      }
      shown = at;
    });
    map.on("mouseout", () => map.closeTooltip(tip));
  }

  const legend = document.getElementById("opsmap-legend");
  data.cells.legend.forEach(([at, told]) => {
    const kind = data.cells.kinds[at];
    const row = document.createElement("div");
    const swatch = document.createElement("span");
    swatch.className = "swatch mark";
    swatch.style.background = kind.fill || "#ffffff";
    swatch.style.color = kind.dot ? "#ffffff" : kind.ink;
    swatch.textContent = kind.dot ? "•" : kind.sign;
    const words = document.createElement("span");
    words.textContent = kind.word;
    const count = document.createElement("span");
    count.className = "count";
    count.textContent = told;
    row.append(swatch, words, count);
    legend.appendChild(row);
  });
  data.legend.forEach(([colour, text]) => {
    const row = document.createElement("div");
    const swatch = document.createElement("span");
    swatch.className = "swatch";
    swatch.style.background = colour;
    const words = document.createElement("span");
    words.textContent = text;
    row.append(swatch, words);
    legend.appendChild(row);
  });
  new Canvas().addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  map.attributionControl.setPrefix(false).addAttribution("");
  const credit = document.createElement("span");
  credit.textContent = data.attribution;
  document.getElementById("opsmap-credit").appendChild(credit);
  if (data.bounds) map.fitBounds(data.bounds);
})(OPSMAP_MAP);
