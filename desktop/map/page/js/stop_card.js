// The card of the chosen stop: crew, what it is, how it is locked, when, what it breaks.
"use strict";

(() => {
  const { element } = opsmap;
  let card = null;

  opsmap.stopCard = {
    // null takes it away.
    show(told) {
      card?.remove();
      card = null;
      if (!told) return;
      const [hue, ink] = opsmap.look.categorical[told.slot];
      card = element("div", "card stop-card", null, document.body);
      const square = element("span", "stop-crew", String(told.number), card);
      square.style.background = hue;
      square.style.color = ink;
      element("strong", "stop-title", told.title, card);
      element("span", "stop-what", told.what, card);
      if (told.locked) element("span", "stop-tag", told.locked, card);
      element("span", "stop-when", told.when, card);
      if (told.broken) element("span", "stop-broken", told.broken, card);
    },
  };
})();
