// A crew's day on a phone: what is pressed stays here and leaves as a file or a code. Text is only ever textContent.
"use strict";
(function (map) {
  const data = JSON.parse(document.getElementById("opsmap-data").textContent);
  const words = data.words, scale = 1e5, key = "opsmap:" + data.head.join(".");
  const states = data.code.states, day = document.getElementById("opsmap-day");
  const kept = new Map(data.stops.map((stop) => [stop.sequence, { state: "open", at: null, note: "" }]));
  const cards = new Map(), pins = new Map();
  let ticked = [], keeps = true;

  const say = (text, ...parts) => parts.reduce((told, part, at) => told.replace(`{${at}}`, String(part)), text);
  function make(tag, text, parent, name) {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    if (name) made.className = name;
    if (parent) parent.appendChild(made);
    return made;
  }
  function button(text, parent, act, pressed) {
    const made = make("button", text, parent);
    made.type = "button";
    if (pressed !== undefined) made.setAttribute("aria-pressed", String(pressed));
    made.addEventListener("click", act);
    return made;
  }

  // what is kept

  function load() {
    try {
      const told = JSON.parse(localStorage.getItem(key) || "{}");
      for (const [sequence, one] of Object.entries(told.stops || {})) {
        const stop = kept.get(Number(sequence));
        if (!stop || !states.includes(one.state)) continue;
        const at = Number.isFinite(one.at) && one.state !== "open" ? one.at : null;
        Object.assign(stop, { state: one.state, at, note: String(one.note || "").slice(0, data.longestNote) });
      }
      ticked = Array.isArray(told.ticked) ? told.ticked.filter(Number.isInteger) : [];
    } catch (fault) {
      keeps = !(fault instanceof DOMException);
    }
  }
  function keep() {
    try {
      localStorage.setItem(key, JSON.stringify({ stops: Object.fromEntries(kept), ticked }));
      keeps = true;
    } catch (fault) {
      keeps = false;
    }
    warning.hidden = keeps;
  }

  // the code, as desktop/domain/hand_back.py reads it

  function numberOf(value) {
    const found = [value % 16];
    for (value = Math.floor(value / 16); value > 0; value = Math.floor(value / 16)) {
      found[found.length - 1] |= 16;
      found.push(value % 16);
    }
    return found;
  }
  function packed(values) {
    const bits = values.map((value) => (value >> 1 & 1) + "" + (value & 1)).join(""), found = [];
    for (let at = 0; at < bits.length; at += 5) found.push(parseInt(bits.slice(at, at + 5).padEnd(5, "0"), 2));
    return found;
  }
  function check(symbols) {
    const generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
    let left = 1;
    for (const symbol of [...symbols, 0, 0, 0, 0, 0, 0]) {
      const top = left >>> 25;
      left = ((left & 0x1ffffff) << 5) ^ symbol;
      generator.forEach((one, bit) => { if (top >> bit & 1) left ^= one; });
    }
    left ^= 0x2bc830a3;
    return [25, 20, 15, 10, 5, 0].map((shift) => left >> shift & 31);
  }
  function code(timed) {
    const stops = data.stops.map((stop) => kept.get(stop.sequence));
    const symbols = [...data.head, ...packed(stops.map((stop) => states.indexOf(stop.state)))];
    if (timed) {
      symbols[0] |= 1;
      let last = 0;
      for (const stop of stops.filter((one) => one.state !== "open")) {
        const minute = Math.min(4319, Math.max(0, Math.floor((stop.at - data.midnight) / 60000)));
        const step = minute - last;
        symbols.push(...numberOf(step >= 0 ? 2 * step : -2 * step - 1));
        last = minute;
      }
    }
    return [...symbols, ...check(symbols)].map((symbol) => data.code.letters[symbol]).join("");
  }
  const grouped = (letters) => letters.match(/.{1,4}/g).join(" ");
  function file() {
    const stops = data.stops.map((stop) => {
      const one = kept.get(stop.sequence), at = one.at === null ? null : new Date(one.at).toISOString();
      return { sequence: stop.sequence, job: stop.job, state: one.state, at, note: one.note };
    });
    const { city, plan, date, crew } = data;
    return JSON.stringify({ opsmap: "hand-back", version: 1, city, plan, date, crew, code: code(true), stops }, null, 1);
  }

  // the page

  function head() {
    const made = make("header", "", day);
    make("p", data.whose, made, "quiet").dir = "auto";
    make("h1", data.crew, made).dir = "auto";
    const told = make("p", "", made, "quiet");
    const tabs = make("div", "", made, "tabs");
    const list = button(words.list, tabs, () => show(false), true), onMap = button(words.map, tabs, () => show(true), false);
    button(words.handBack, tabs, () => { show(false); document.getElementById("hand-back").scrollIntoView(); });
    function show(mapped) {
      document.body.classList.toggle("on-map", mapped);
      list.setAttribute("aria-pressed", String(!mapped));
      onMap.setAttribute("aria-pressed", String(mapped));
      map.invalidateSize();
      if (mapped) fit();
    }
    return { show, progress() {
      const touched = data.stops.filter((stop) => kept.get(stop.sequence).state !== "open").length;
      told.textContent = `${data.date} · ${data.hours} · ${say(words.progress, touched, data.stops.length)}`;
    } };
  }
  function needs() {
    if (!data.needs.length) return;
    const made = make("section", "", day);
    make("h2", words.before, made);
    data.needs.forEach((need, at) => {
      const row = make("label", "", made, "need"), box = make("input", "", row);
      box.type = "checkbox";
      box.checked = ticked.includes(at);
      make("span", need, row).dir = "auto";
      box.addEventListener("change", () => {
        ticked = box.checked ? [...ticked, at] : ticked.filter((one) => one !== at);
        keep();
      });
    });
  }
  function windowWords([early, late]) {
    if (early && late) return say(words.window, early, late);
    return early ? say(words.after, early) : say(words.by, late);
  }
  function what(stop) {
    const [part, parts] = stop.part, told = [stop.service];
    if (stop.reports > 1) told.push(say(part === parts ? words.reports : words.someReports, stop.reports));
    if (parts > 1) told.push(say(words.part, part, parts));
    if (stop.together) told.push(words.together);
    return told.join(" · ");
  }
  function navigate(parent, [east, north]) {
    const way = make("a", words.navigate, parent, "button"), lon = east / scale, lat = north / scale;
    way.href = `geo:${lat},${lon}?q=${lat},${lon}`;
  }
  function halt(one) {
    const made = make("section", "", day);
    make("h2", one.kind === "reload" ? words.reload : words.break, made);
    make("p", one.when, made, "quiet");
    navigate(make("div", "", made, "acts"), one.place);
  }
  function card(stop) {
    data.halts.filter((one) => one.before === stop.sequence).forEach(halt);
    const made = make("article", "", day), top = make("div", "", made, "top");
    made.id = "stop-" + stop.sequence;
    make("div", String(stop.sequence), top, "disc");
    const facts = make("div", "", top);
    make("h2", stop.address, facts).dir = "auto";
    make("p", what(stop), facts).dir = "auto";
    make("p", `${stop.begin} ${say(words.until, stop.end)}`, facts, "quiet");
    if (stop.window[0] || stop.window[1]) make("span", windowWords(stop.window), facts, "badge");
    if (stop.said) make("p", stop.said, made).dir = "auto";
    stop.answers.forEach(([question, answer]) => { make("p", `${question} ${answer}`, made, "quiet").dir = "auto"; });
    if (stop.needs.length) make("p", stop.needs.join(", "), made, "quiet").dir = "auto";
    if (stop.turns.length) {
      const turns = make("ol", "", made);
      stop.turns.forEach((turn) => { make("li", turn, turns).dir = "auto"; });
    }
    if (stop.photo) {
      const photo = make("img", "", made);
      photo.alt = "";
      photo.src = stop.photo;
    }
    acts(stop, made);
    return made;
  }
  function acts(stop, parent) {
    const row = make("div", "", parent, "acts"), one = kept.get(stop.sequence), buttons = new Map();
    for (const state of states.slice(1)) buttons.set(state, button(words[state], row, () => press(state), false));
    const noted = button(words.note, row, () => write(note.hidden), false);
    navigate(row, stop.place);
    const note = make("textarea", "", parent);
    note.placeholder = words.noteHint;
    note.setAttribute("aria-label", words.note);
    note.maxLength = data.longestNote;
    note.value = one.note;
    note.addEventListener("input", () => { one.note = note.value; changed(); });
    function write(open) {
      note.hidden = !open;
      if (open) note.focus();
      shown();
    }
    function press(state) {
      const again = one.state === state;
      Object.assign(one, again ? { state: "open", at: null } : { state, at: Date.now() });
      changed();
    }
    function shown() {
      parent.dataset.state = one.state;
      buttons.forEach((made, state) => made.setAttribute("aria-pressed", String(one.state === state)));
      noted.setAttribute("aria-pressed", String(!note.hidden));
      const pin = pins.get(stop.sequence), mark = pin && pin.getElement();
      if (mark) mark.className = mark.className.replace(/ (open|done|not_found|other_crew)\b/, "") + " " + one.state;
    }
    function changed() {
      keep();
      shown();
      refresh();
    }
    note.hidden = !one.note;
    cards.set(stop.sequence, shown);
  }
  function handBack() {
    const made = make("section", "", day);
    made.id = "hand-back";
    make("h2", words.handBack, made);
    make("p", words.handHint, made, "quiet");
    const letters = make("p", "", made), scan = make("canvas", "", made);
    letters.id = "code";
    scan.id = "scan";
    make("p", words.noNotes, made, "quiet");
    const row = make("div", "", made, "acts");
    button(words.save, row, save);
    const copy = button(words.copy, row, () => {
      const chosen = document.createRange();
      chosen.selectNodeContents(letters);
      getSelection().removeAllRanges();
      getSelection().addRange(chosen);
      copy.textContent = document.execCommand("copy") ? words.copied : words.copy;
    });
    if (data.office) make("p", `${words.office} ${data.office}`, made, "quiet").dir = "auto";
    return () => {
      letters.textContent = grouped(code(false));
      copy.textContent = words.copy;
      draw(scan, data.code.scheme + code(true));
    };
  }
  function draw(canvas, told) {
    const made = qrcode(0, "M"), quiet = 4, side = 6;
    made.addData(told, "Alphanumeric");
    made.make();
    const count = made.getModuleCount(), pen = canvas.getContext("2d");
    canvas.width = canvas.height = (count + 2 * quiet) * side;
    pen.fillStyle = "#ffffff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = "#000000";
    for (let row = 0; row < count; row++) {
      for (let column = 0; column < count; column++) {
        if (made.isDark(row, column)) pen.fillRect((column + quiet) * side, (row + quiet) * side, side, side);
      }
    }
  }
  function save() {
    const link = make("a", "", document.body), address = URL.createObjectURL(new Blob([file()], { type: "application/json" }));
    link.href = address;
    link.download = data.file;
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
  }

  // the map

  function unpacked(flat) {
    const found = [];
    for (let i = 0, lon = 0, lat = 0; i < flat.length; i += 2) {
      lon += flat[i];
      lat += flat[i + 1];
      found.push([lat / scale, lon / scale]);
    }
    return found;
  }
  const way = unpacked(data.line);
  function fit() {
    const all = [...way, ...data.stops.map((stop) => [stop.place[1] / scale, stop.place[0] / scale])];
    map.fitBounds(L.latLngBounds(all), { padding: [30, 30], maxZoom: 17, animate: false });
  }
  function drawMap() {
    map.getContainer().style.background = data.look.land;
    const streets = ["minor", "major"].map((kind) => {
      const look = { color: data.look[kind], interactive: false };
      return L.polyline(data.streets[kind].map(unpacked), look).addTo(map);
    });
    const widen = () => streets.forEach((line, major) => {
      line.setStyle({ weight: (major ? 1.6 : 0.7) * Math.max(1, Math.pow(1.5, map.getZoom() - 13)) });
    });
    map.on("zoomend", widen);
    widen();
    L.polyline(way, { color: "#ffffff", weight: 8, interactive: false }).addTo(map);
    L.polyline(way, { color: "#14181d", weight: 4, interactive: false }).addTo(map);
    pin("⌂", data.depot.place, "yard", data.depot.name);
    for (const stop of data.stops) {
      const made = pin(String(stop.sequence), stop.place, "", stop.address);
      pins.set(stop.sequence, made);
      made.on("click", () => {
        page.show(false);
        document.getElementById("stop-" + stop.sequence).scrollIntoView();
      });
    }
    L.control.scale({ imperial: false }).addTo(map);
    map.attributionControl.setPrefix(false);
    if (data.credit) {
      const credit = make("span", data.credit);
      map.attributionControl.addAttribution(credit.innerHTML);
    }
  }
  function pin(text, [lon, lat], name, title) {
    const face = make("span", text);
    const icon = L.divIcon({ html: face, className: name ? `pin ${name}` : "pin", iconSize: [30, 30] });
    return L.marker([lat / scale, lon / scale], { icon, title, keyboard: true }).addTo(map);
  }

  load();
  const page = head();
  const warning = make("section", words.notKept, day, "warn");
  needs();
  data.stops.forEach(card);
  data.halts.filter((one) => one.before > data.stops.length).forEach(halt);
  if (data.pause) make("p", `${words.break} ${data.pause}`, make("section", "", day));
  const handed = handBack();
  function refresh() {
    page.progress();
    handed();
  }
  drawMap();
  fit();
  keep();
  cards.forEach((shown) => shown());
  refresh();
})(OPSMAP_MAP);
