"""What the page does without: canvases of layers that show nothing, and questions whose answer is on its way."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.statistic_marks import GI_STAR
from desktop.map.cells import CellsShown
from desktop.map.view import MapView
from desktop.map.viewport import ViewportIndex
from tests.desktop.map.city import requests_at
from tests.desktop.map.desk import LAT, LON, WAIT_MS, Desk
from tests.soak import examples

SQUARE = [(LON, LAT), (LON + 0.01, LAT), (LON + 0.01, LAT + 0.01), (LON, LAT)]
CANVASES = "document.querySelectorAll('canvas.layer-canvas').length"
# Zooms as a person does, with motion, and tells what was asked meanwhile once the answer of the end is on show.
ZOOM = """(() => {
  const layer = opsmap.stack.layerOf("requests"), began = layer._serial, { map } = opsmap;
  window.zoomed = null;
  map.once("zoomend", () => {
    const look = () => {
      if (layer.waiting()) setTimeout(look, 10);
      else window.zoomed = JSON.stringify([layer._serial - began, layer._content.points.map(({ id }) => id).sort()]);
    };
    setTimeout(look);
  });
  map.setZoom(map.getZoom() + 1, { animate: true });
})(); 1"""


def told(desk: Desk, view: MapView, script: str) -> Any:
    """What a script leaves behind."""
    desk.qtbot.waitUntil(lambda: bool(desk.ask(view, script)), timeout=WAIT_MS)
    return json.loads(desk.ask(view, script))


@pytest.mark.slow
@pytest.mark.stalls
def test_a_layer_has_a_canvas_while_it_shows_something(desk: Desk) -> None:
    """A map of requests has one canvas; cells bring a second one, which goes when they go."""
    view = desk.open()
    desk.draw(view, [LON], [LAT])
    assert desk.ask(view, CANVASES) == 1
    view.cells.show(CellsShown([SQUARE], [0], [12.0], kinds=GI_STAR))
    desk.qtbot.waitUntil(lambda: desk.ask(view, CANVASES) == 2, timeout=WAIT_MS)
    view.cells.show(CellsShown())
    desk.qtbot.waitUntil(lambda: desk.ask(view, CANVASES) == 1, timeout=WAIT_MS)


@pytest.mark.slow
@pytest.mark.stalls
def test_a_zoom_is_asked_for_once_and_shows_what_its_end_holds(desk: Desk) -> None:
    """One question a zoom, asked ahead, and the requests on show are those around the middle, not the far ones."""
    view = desk.open()
    desk.draw(view, [LON, LON + 0.0001, LON + 2.0], [LAT, LAT + 0.0001, LAT])
    desk.ask(view, ZOOM)
    questions, shown = told(desk, view, "window.zoomed")
    assert questions == 1
    assert shown == [1, 2]


@settings(max_examples=examples(40))
@given(st.integers(0, 2**32 - 1), st.integers(0, 300), st.sampled_from([1e-5, 0.1, 170.0]))
def test_rows_are_in_order_of_their_cells(seed: int, count: int, width: float) -> None:
    """In one house, a city or all the world, the order is the one of a stable sort by cell."""
    rng = np.random.default_rng(seed)
    lon, lat = (rng.uniform(-width, width, count) for _ in "xy")
    index = ViewportIndex(requests_at(lon, np.clip(lat, -80, 80)))
    in_turn = np.argsort(index.rows, kind="stable")
    again = np.argsort(index.codes[in_turn], kind="stable")
    np.testing.assert_array_equal(index.rows, again)
    assert (np.diff(index.codes) >= 0).all()
