"""The layers of the map without a browser: areas made small, assets counted right, incidents apart, order kept."""

from __future__ import annotations

import itertools
import json
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.controllers.map_layers import arranged, name_of
from desktop.map.area_shapes import GRID, TOLERANCE_M, area_layer_json
from desktop.map.assets import SINGLE_MOST, AssetSource, assets_in_view
from desktop.map.layers import MapLayer
from desktop.map.messages import degrees, mercator
from desktop.map.requests import ColumnsSource
from desktop.map.viewport import View
from desktop.settings import LayerChoice, Settings
from tests.desktop.map.city import NOW_MS, requests_at
from tests.shared import shared_file

WEST, SOUTH = 8.50, 53.50
WHOLE = View(0.0, 0.0, 1.0, 1.0, 3)


def unpacked(layer: dict[str, Any], at: int) -> shapely.Polygon:
    """An area as the page reads it: steps added up, in degrees; every ring after the first cuts out or adds."""
    shape = shapely.Polygon()
    for steps in layer["rings"][at]:
        places = np.cumsum(np.array(steps).reshape(-1, 2), axis=0) / GRID
        shape = shape.symmetric_difference(shapely.Polygon([degrees(x, y) for x, y in places]))
    return shape


def boxes(count: int) -> list[Any]:
    """A row of squares that share borders, with many vertices on them, the first with a hole."""
    squares = [
        shapely.box(WEST + 0.01 * at, SOUTH, WEST + 0.01 * (at + 1), SOUTH + 0.01).segmentize(0.0001)
        for at in range(count)
    ]
    squares[0] = squares[0].difference(shapely.Point(WEST + 0.005, SOUTH + 0.005).buffer(0.001))
    return squares


def test_areas_come_back_from_the_page_as_they_were() -> None:
    """Fewer vertices, the same ground: what differs is thinner than the tolerance, and neighbours do not part."""
    areas = boxes(4)
    layer = json.loads(area_layer_json("areas:1", [shapely.to_wkb(area) for area in areas], ["a", "b", "c", "d"]))
    back = [unpacked(layer, at) for at in range(4)]
    for area, one in zip(areas, back, strict=True):
        assert area.symmetric_difference(one).area < area.length * 2 * TOLERANCE_M / 60_000
        assert shapely.get_num_coordinates(one) < shapely.get_num_coordinates(area)
    for left, right in itertools.pairwise(back):
        assert left.distance(right) < 1e-6
        assert left.intersection(right).area < 1e-9


def test_a_name_stands_where_there_is_room() -> None:
    """The place of a name lies inside its area, as far from its border as it says, and not in the hole."""
    areas = boxes(3)
    layer = json.loads(area_layer_json("areas:1", [shapely.to_wkb(area) for area in areas], ["a", "b", "c"]))
    for area, x, y, room in zip(areas, layer["x"], layer["y"], layer["room"], strict=True):
        lon, lat = degrees(x, y)
        assert area.contains(shapely.Point(lon, lat))
        free = shapely.transform(area, lambda at: np.column_stack(mercator(at[:, 0], at[:, 1]))).boundary
        assert free.distance(shapely.Point(x, y)) == pytest.approx(room, rel=0.05)


def test_names_that_the_base_map_says_are_marked() -> None:
    """Only those; a layer without areas is empty and no fault."""
    text = area_layer_json("k", [shapely.to_wkb(area) for area in boxes(2)], ["Old Town", "b"], {"Old Town": (12, 15)})
    assert json.loads(text)["on_map"] == [[12, 15], None]
    assert json.loads(area_layer_json("k", [], []))["rings"] == []


@pytest.mark.parametrize("name", ["boston_neighborhoods", "boston_police_districts", "boston_zip_codes"])
def test_detailed_real_areas_stay_light(name: str) -> None:
    """Districts with tens of thousands of vertices, some overlapping, are less than 200 kB for the page."""
    from data.connectors.areas import read_areas

    rows = read_areas(shared_file(f"polygons/{name}.geojson"), allow_unnamed=True).rows
    text = area_layer_json("areas:1", [row.geometry_wkb for row in rows], [row.name for row in rows])
    assert len(text) < 200_000
    layer = json.loads(text)
    assert len(layer["rings"]) == len(rows)
    for at in range(len(rows)):
        original = shapely.make_valid(shapely.from_wkb(rows[at].geometry_wkb))
        assert shapely.make_valid(unpacked(layer, at)).area == pytest.approx(original.area, rel=0.02, abs=1e-8)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 5000), st.integers(3, 18), st.floats(0, 1), st.floats(0, 1), st.integers(0, 99))
def test_every_asset_in_view_is_drawn_once(count: int, zoom: int, x: float, y: float, seed: int) -> None:
    """By itself or in a number: the view's assets all count, few or many, and never more symbols than allowed."""
    rng = np.random.default_rng(seed)
    lon, lat = WEST + rng.random(count) * 0.1, SOUTH + rng.random(count) * 0.1
    source = AssetSource(np.arange(1, count + 1), lon, lat)
    middle_x, middle_y = (float(v[0]) for v in mercator([WEST + 0.1 * x], [SOUTH + 0.1 * y]))
    half = 3.0 / 2**zoom
    view = View(middle_x - half, middle_y - half, middle_x + half, middle_y + half, zoom)
    at_x, at_y = mercator(lon, lat)
    inside = set((1 + np.flatnonzero((abs(at_x - middle_x) <= half) & (abs(at_y - middle_y) <= half))).tolist())
    told = json.loads(assets_in_view(source, "assets:1", view, 7))
    points, clusters = told["points"], told["clusters"]
    assert (told["key"], told["serial"]) == ("assets:1", 7)
    assert len(points["id"]) == len(set(points["id"]))
    assert len(points["id"]) + len(clusters["key"]) <= 2000
    if len(inside) <= SINGLE_MOST:
        assert set(points["id"]) == inside
        assert clusters["key"] == []
    else:  # cells that the view touches are told whole
        assert len(points["id"]) + sum(clusters["count"]) >= len(inside)


def test_incidents_come_apart() -> None:
    """Folded, three reports of an incident are one symbol that says three; apart, each is one and says one."""
    columns = requests_at(
        np.array([8.52, 8.5203, 8.5206, 8.53]), np.full(4, 53.52), incident_id=np.array([7, 7, 7, -1])
    )
    source = ColumnsSource(columns, now_ms=NOW_MS)
    close = View(0.5, 0.3, 0.54, 0.4, 18)
    folded = source.query(close).points
    assert sorted(zip(folded.reports.tolist(), folded.stands_for.tolist(), strict=True)) == [(1, 1), (3, 3)]
    source.set_folded(False)
    apart = source.query(close).points
    assert sorted(apart.id.tolist()) == [1, 2, 3, 4]
    assert set(apart.reports.tolist()) == {1}
    source.set_folded(True)
    assert len(source.query(close).points.id) == 2


KEYS = ["requests", "routes", "assets:1", "areas:1", "areas:2", "tiles"]
USUAL = tuple(MapLayer(key, key.title()) for key in KEYS)


@given(st.permutations([name_of(layer) for layer in USUAL]), st.integers(0, len(KEYS)))
def test_what_a_person_arranged_comes_back(order: list[str], known: int) -> None:
    """Remembered layers keep order and state, new ones are added, none is lost, and arranging again changes nothing."""
    chosen = [LayerChoice(name=name, visible=at % 2 == 0, opacity=0.5) for at, name in enumerate(order[:known])]
    made = arranged(USUAL, chosen)
    assert sorted(layer.key for layer in made) == sorted(KEYS)
    assert [name_of(layer) for layer in made if name_of(layer) in order[:known]] == order[:known]
    for layer in made:
        choice = next((choice for choice in chosen if choice.name == name_of(layer)), None)
        assert (layer.visible, layer.opacity) == ((True, 1.0) if choice is None else (choice.visible, 0.5))
    again = [LayerChoice(name=name_of(one), visible=one.visible, opacity=one.opacity) for one in made]
    assert arranged(USUAL, again) == made


def test_layers_are_remembered_by_name_in_the_settings() -> None:
    """Numbers differ from store to store, names do not; the settings carry them through their file."""
    assert name_of(MapLayer("areas:12", "Districts")) == "areas:Districts"
    assert name_of(MapLayer("tiles", "Base map")) == "tiles"
    kept = Settings(map_layers={"operations": [LayerChoice(name="areas:Districts", visible=False, opacity=0.4)]})
    assert Settings.model_validate_json(kept.model_dump_json()) == kept
    with pytest.raises(ValueError, match="opacity"):
        LayerChoice(name="a", opacity=0.0)
