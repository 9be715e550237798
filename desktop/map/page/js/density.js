// A raster of densities under the cells: a picture for each look, fitted to its box.
"use strict";

(() => {
  let shown = null, picture = null;

  opsmap.drawDensity = () => {
    if (picture) { picture.remove(); picture = null; }
    if (!shown) return;
    const box = [[shown.south, shown.west], [shown.north, shown.east]];
    picture = L.imageOverlay(shown.pictures[opsmap.look.scheme], box, { pane: "cells", opacity: 0.78, interactive: false, className: "density" }).addTo(opsmap.map);
  };

  opsmap.setDensity = (density) => {
    shown = density;
    opsmap.density = density;
    opsmap.drawDensity();
  };
})();
