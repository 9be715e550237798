// What all parts of the map share: the look, the words, messages to and from the window, and small helpers.
// The scripts run in an isolated world, one after the other, on a page that may not run scripts itself.
"use strict";

window.opsmap = (() => {
  const opsmap = {
    look: null,
    words: {},
    icons: {},
    services: {},
    kind: "requests",
    handlers: {},
    map: null,
    reducedMotion: false,
  };
  let bridge = null;

  // Says something to the window; before the channel is there nobody listens.
  opsmap.say = (name, content) => {
    if (bridge) bridge.say(name, JSON.stringify(content === undefined ? null : content));
  };

  opsmap.connect = (ready) => {
    new QWebChannel(qt.webChannelTransport, (channel) => {
      bridge = channel.objects.bridge;
      bridge.told.connect((name, content) => {
        // The channel keeps what its listeners throw to itself; said aloud, it reaches the report and fails a test.
        try {
          opsmap.handlers[name](JSON.parse(content));
        } catch (fault) {
          console.error(`${name}: ${fault.stack}`);
        }
      });
      ready();
    });
  };

  // An element with a class and, as text only, what it says. Nothing of the city ever becomes markup.
  opsmap.element = (tag, className, text, parent) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined && text !== null) made.textContent = text;
    if (parent) parent.appendChild(made);
    return made;
  };

  const SVG = "http://www.w3.org/2000/svg";
  opsmap.icon = (name, size, parent) => {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("width", size);
    svg.setAttribute("height", size);
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", opsmap.icons[name] || "");
    svg.appendChild(path);
    if (parent) parent.appendChild(svg);
    return svg;
  };

  opsmap.button = (className, iconName, label, parent, act) => {
    const made = opsmap.element("button", className, null, parent);
    made.type = "button";
    made.setAttribute("aria-label", label);
    made.title = label;
    opsmap.icon(iconName, 16, made);
    made.addEventListener("click", act);
    return made;
  };

  // The template's {0} {1} ... filled in.
  opsmap.fill = (template, ...values) => template.replace(/\{(\d)\}/g, (_, at) => String(values[Number(at)]));

  opsmap.count = (value) => String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, "\u2009");

  opsmap.rgba = (hex, alpha) => {
    const value = parseInt(hex.slice(1), 16);
    return `rgba(${value >> 16},${(value >> 8) & 255},${value & 255},${alpha})`;
  };

  opsmap.duration = (seconds) => {
    const minutes = Math.max(0, Math.round(Math.abs(seconds) / 60));
    const days = Math.floor(minutes / 1440), hours = Math.floor((minutes % 1440) / 60);
    if (days) return opsmap.fill(opsmap.words.days_hours, days, hours);
    if (hours) return opsmap.fill(opsmap.words.hours_minutes, hours, minutes % 60);
    return opsmap.fill(opsmap.words.minutes, minutes);
  };

  // Web mercator from 0 to 1, y downwards, as the window counts.
  opsmap.world = (latlng, zoom) => {
    const scale = 256 * 2 ** 20;
    const point = opsmap.map.project(latlng, 20);
    return { x: point.x / scale, y: point.y / scale };
  };
  opsmap.latlng = (x, y) => {
    const scale = 256 * 2 ** 20;
    return opsmap.map.unproject([x * scale, y * scale], 20);
  };

  // At most one call for each frame.
  opsmap.eachFrame = (act) => {
    let waiting = 0;
    return () => {
      if (!waiting) waiting = requestAnimationFrame(() => { waiting = 0; act(); });
    };
  };

  return opsmap;
})();
