"""The names of the city and its parts: above the symbols, and never over one; what is chosen is not hidden either."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from desktop.map.labels import PLACE_ZOOM
from desktop.map.messages import places_json
from desktop.map.view import MapView
from tests.desktop.map.desk import LAT, LON, WAIT_MS, ZOOM, Desk

pytestmark = [pytest.mark.slow, pytest.mark.stalls]

FIELD_DEG = 0.0012  # about 28 px
NAMES = "JSON.stringify(opsmap.names.placed)"
SYMBOLS = """JSON.stringify(opsmap.stack.layerOf('requests').obstacles().map(({ x, y, radius }) => [x, y, radius]))"""
CHOSEN = """(() => {
  const [point] = opsmap.stack.layerOf('requests')._selection.points;
  if (!point || opsmap.map._panAnim?._inProgress) return "";
  return JSON.stringify(opsmap.map.latLngToContainerPoint(opsmap.latlng(point.x, point.y)));
})()"""
PANEL = "JSON.stringify(opsmap.legend.box())"


class _Tiles:
    """A base map without pictures."""

    closest = 18

    def fetch(self, *_asked: object) -> None:
        """Nothing comes."""


def told(desk: Desk, view: MapView, script: str) -> Any:
    """What a script comes to, as soon as it comes to something."""
    desk.qtbot.waitUntil(lambda: desk.ask(view, script) not in ("", "[]", "null", None), timeout=WAIT_MS)
    return json.loads(desk.ask(view, script))


def name_here(view: MapView, kind: str = "neighbourhood") -> None:
    """A name in the middle of the map, on a base map."""
    view.set_reduced_motion(True)
    view.set_tiles(_Tiles())
    view.set_places(places_json([LON], [LAT], [kind], ["Old Town by the River and the Mill"], {kind: (ZOOM, ZOOM)}))


def overlaps(box: list[float], symbol: list[float]) -> bool:
    """Whether a round symbol meets a box."""
    x, y, radius = symbol
    near_x, near_y = np.clip(x, box[0], box[2]), np.clip(y, box[1], box[3])
    return bool(np.hypot(x - near_x, y - near_y) < radius)


def test_a_name_moves_off_the_symbols_and_gives_way_where_none_is_free(desk: Desk) -> None:
    """Alone it stands at its place; over one symbol it steps aside; in a field of them it is left out."""
    view = desk.open()
    name_here(view)
    (alone,) = told(desk, view, NAMES)
    desk.draw(view, [LON], [LAT])
    desk.qtbot.waitUntil(lambda: desk.ask(view, NAMES) != json.dumps([alone], separators=(",", ":")), timeout=WAIT_MS)
    (beside,) = told(desk, view, NAMES)
    (symbol,) = told(desk, view, SYMBOLS)
    assert overlaps(alone["box"], symbol)
    assert not overlaps(beside["box"], symbol)
    steps = np.arange(-8, 9) * FIELD_DEG
    lon, lat = (grid.ravel() for grid in np.meshgrid(LON + steps, LAT + steps * 0.6))
    desk.draw(view, lon, lat)
    desk.qtbot.waitUntil(lambda: desk.ask(view, NAMES) == "[]", timeout=WAIT_MS)


def test_names_show_with_the_base_map_at_their_zooms(desk: Desk) -> None:
    """Without a base map, or closer than the name is meant for, nothing is written."""
    view = desk.open()
    name_here(view)
    told(desk, view, NAMES)
    view.set_tiles(None)
    desk.qtbot.waitUntil(lambda: desk.ask(view, NAMES) == "[]", timeout=WAIT_MS)
    view.set_tiles(_Tiles())
    told(desk, view, NAMES)
    view.zoom_by(1)
    desk.qtbot.waitUntil(lambda: desk.ask(view, NAMES) == "[]", timeout=WAIT_MS)


def test_what_is_chosen_comes_out_from_under_the_card_of_layers(desk: Desk) -> None:
    """A request beneath the card is moved beside it; one in the open moves nothing."""
    view = desk.open()
    view.resize(900, 640)  # the card is folded below 720 px
    view.set_reduced_motion(True)
    panel = told(desk, view, PANEL)
    under = json.loads(desk.ask(view, f"JSON.stringify(opsmap.map.containerPointToLatLng([60, {panel['top'] + 40}]))"))
    desk.draw(view, [under["lng"], LON], [under["lat"], LAT])
    view.set_selection([1])
    seen = told(desk, view, CHOSEN)
    desk.qtbot.waitUntil(lambda: told(desk, view, CHOSEN)["x"] > panel["right"], timeout=WAIT_MS)
    view.set_selection([2])
    desk.qtbot.waitUntil(lambda: told(desk, view, CHOSEN)["x"] != seen["x"], timeout=WAIT_MS)
    before = view.bounds
    view.refresh()
    desk.qtbot.wait(100)
    assert view.bounds == before


def test_a_box_is_fitted_above_what_covers_the_lower_edge(desk: Desk) -> None:
    """With a card over the lower edge, the whole city lies above it, and again when the card grows."""
    view = desk.open()
    box = (LON - 0.01, LAT - 0.006, LON + 0.01, LAT + 0.006)
    view.fit(box)
    for foot in (0, 120, 180):
        view.set_foot(foot)
        script = f"opsmap.map.latLngToContainerPoint([{box[1]}, {LON}]).y <= opsmap.map.getSize().y - {foot}"
        desk.qtbot.waitUntil(lambda script=script: desk.ask(view, script) is True, timeout=WAIT_MS)


def test_only_what_the_map_names_is_a_name() -> None:
    """Kinds without zooms and places without a name are left out; the greatest come first."""
    kinds, names = ["neighbourhood", "farm", "city", "suburb"], ["Old Town", "Mill", "Rivermouth", ""]
    made = places_json([LON] * 4, [LAT] * 4, kinds, names, PLACE_ZOOM)
    assert [place["name"] for place in made] == ["Rivermouth", "Old Town"]
