// The card beside the pointer. It says texts of the city, so it only ever sets textContent.
"use strict";

(() => {
  const { element } = opsmap;
  let card = null, shown = null;

  function build() {
    card = element("div", "card hover-card", null, opsmap.map.getContainer());
    card.setAttribute("role", "status");
    card.hidden = true;
  }

  function fill(content) {
    card.replaceChildren();
    element("div", "card-title", content.title, card);
    for (const line of content.lines || []) if (line) element("div", "card-line", line, card);
    if (content.rows && content.rows.length) {
      const table = element("dl", "card-rows", null, card);
      for (const [what, value] of content.rows) {
        element("dt", null, what, table);
        element("dd", null, value, table);
      }
    }
  }

  // Beside the pointer, on the side where there is room.
  function move(point) {
    const size = opsmap.map.getSize(), wide = card.offsetWidth, high = card.offsetHeight;
    const x = point.x + 18 + wide > size.x - 8 ? point.x - 18 - wide : point.x + 18;
    const y = Math.min(Math.max(8, point.y - 12), size.y - high - 8);
    card.style.transform = `translate(${Math.round(Math.max(8, x))}px, ${Math.round(y)}px)`;
  }

  opsmap.card = {
    build,
    show(content, point) {
      shown = content;
      fill(content);
      card.hidden = false;
      move(point);
    },
    move(point) { if (!card.hidden) move(point); },
    hide() { shown = null; card.hidden = true; },
    // More about the request that the card shows, once the window has read it.
    more(content) {
      if (shown && shown.id === content.id) {
        shown = { ...content, lines: [...content.lines] };
        fill(shown);
      }
    },
  };
})();
