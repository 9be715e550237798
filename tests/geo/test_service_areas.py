"""Tests of finding the area around a point."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from fractions import Fraction

import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geo.area_kernels import side
from geo.errors import GeoError
from geo.service_areas import AreaIndex, build_area_index, join_layers
from tests.geo.areas import as_wkb, layer, repaired, triangles
from tests.geo.half_open import hard_points
from tests.shared import shared_file
from tests.soak import examples

DEGREE = st.floats(-180.0, 180.0, allow_nan=False, allow_subnormal=False).filter(lambda v: v == 0 or abs(v) > 1e-30)


@settings(max_examples=examples(25))
@given(st.integers(0, 2**32 - 1), st.sampled_from([4, 9, 30]), st.sampled_from([8.0, 1000.0, 3.0]))
def test_tiles_share_no_point_and_leave_none(seed: int, count: int, fineness: float) -> None:
    """Where areas tile, every point strictly inside the whole - vertices, edge middles, rest - is in exactly one."""
    rng = np.random.default_rng(seed)
    corners = np.unique(rng.integers(0, 64, (count, 2)), axis=0) / fineness / 100.0 + [-71.0, 42.0]
    if np.linalg.matrix_rank(corners[1:] - corners[0], tol=1e-6) < 2:
        return
    tiles = triangles(corners)
    hull = shapely.MultiPoint(corners).convex_hull
    middles = shapely.get_coordinates([shapely.centroid(line) for tile in tiles for line in _sides(tile)])
    west, south, east, north = hull.bounds
    points = np.vstack([corners, middles, rng.uniform([west, south], [east, north], (300, 2))])
    # Corners on one line of the hull are, rounded, a hair inside it or outside: no triangle is made of such a hair.
    inside = shapely.contains_properly(hull, shapely.points(points))
    points = points[inside & (shapely.distance(hull.boundary, shapely.points(points)) > 1e-12)]
    lon, lat = points[:, 0].copy(), points[:, 1].copy()
    members = sum((build_area_index([wkb]).locate(lon, lat) == 0).astype(int) for wkb in as_wkb(tiles))
    assert (members == 1).all()
    assert (build_area_index(as_wkb(tiles)).locate(lon, lat) >= 0).all()


def _sides(tile: shapely.Polygon) -> list[shapely.LineString]:
    ring = shapely.get_coordinates(tile)
    return [shapely.LineString(ring[i : i + 2]) for i in range(len(ring) - 1)]


def test_border_rule_is_the_one_stated() -> None:
    """Four squares around a point: the point and the borders go to the east and north, never to two or none."""
    squares = [shapely.box(x, y, x + 1, y + 1) for y in (0, 1) for x in (0, 1)]  # SW SE NW NE
    index = build_area_index(as_wkb(squares))
    lon = [1.0, 0.5, 1.0, 1.5, 1.0, 0.0, 2.0, 0.5, 2.0]
    lat = [1.0, 1.0, 0.5, 1.0, 1.5, 0.0, 0.5, 2.0, 2.0]
    assert index.locate(lon, lat).tolist() == [3, 2, 1, 3, 3, 0, -1, -1, -1]


def test_holes_parts_and_declared_order() -> None:
    """A hole is outside, each part counts, and of overlapping areas the first declared wins."""
    ring = shapely.box(0, 0, 0.1, 0.1).difference(shapely.box(0.04, 0.04, 0.06, 0.06))
    parts = shapely.MultiPolygon([shapely.box(0.2, 0, 0.3, 0.1), shapely.box(0.05, 0.045, 0.25, 0.055)])
    lon, lat = [0.02, 0.05, 0.05, 0.28, 0.08, 0.4], [0.02, 0.05, 0.058, 0.02, 0.05, 0.05]
    assert build_area_index(as_wkb([ring, parts])).locate(lon, lat).tolist() == [0, 1, -1, 1, 0, -1]
    assert build_area_index(as_wkb([parts, ring])).locate(lon, lat).tolist() == [1, 0, -1, 0, 0, -1]


@settings(max_examples=examples(300))
@given(DEGREE, DEGREE, DEGREE, DEGREE, st.floats(0, 1), st.integers(-2, 2))
@example(-71.1, 42.1, -71.2, 42.3, 0.5, 0)
def test_side_of_an_edge_is_exact(x1: float, y1: float, x2: float, y2: float, along: float, hairs: int) -> None:
    """The side of an edge on which a point lies equals that of rational arithmetic, however near the point is."""
    x, y = x1 + along * (x2 - x1), y1 + along * (y2 - y1)
    y += hairs * max(np.spacing(y), 1e-30)  # nearer to nought than that, products vanish
    a, b, c, d, e, f = (Fraction(float(v)) for v in (x1, y1, x2, y2, x, y))
    exact = (a - e) * (d - f) - (b - f) * (c - e)
    assert np.sign(side(x1, y1, x2, y2, x, y)) == (exact > 0) - (exact < 0)


def test_police_districts_equal_the_requests_own() -> None:
    """Boston's located requests fall into the police district that the city itself wrote on them (99.6 % and more)."""
    with zipfile.ZipFile(shared_file("requests/boston_311_2011_jul_oct.zip")) as file:
        rows = pd.read_csv(
            file.open(file.namelist()[0]), usecols=["police_district", "latitude", "longitude"], dtype=str
        )
    rows = rows[rows["latitude"].notna() & ~((rows["latitude"] == "42.3594") & (rows["longitude"] == "-71.0587"))]
    path = shared_file("polygons/boston_police_districts.geojson")
    _, _, wkb, values = pyogrio.raw.read(path, columns=["DISTRICT"])
    found = build_area_index(list(wkb)).locate(rows["longitude"].astype(float), rows["latitude"].astype(float))
    named = np.append(values[0], "none")[found]
    # 99.63 % of all, 99.65 % of those with a district: geometry gives no more.
    assert (named == rows["police_district"]).mean() == pytest.approx(0.9963, abs=1e-4)
    told = rows["police_district"].notna().to_numpy()
    assert (named[told] == rows["police_district"][told]).mean() == pytest.approx(0.9965, abs=1e-4)


def test_index_survives_its_arrays() -> None:
    """An index kept as arrays answers as the one it was made of; arrays of another version are refused."""
    polygons = repaired(layer("new_haven_neighborhoods"))
    index = build_area_index(as_wkb(polygons))
    again = AreaIndex.from_arrays(index.to_arrays())
    lines = index.edges[:, 0], index.edges[:, 1]
    lon, lat = hard_points(polygons, lines, np.random.default_rng(3), 500).T
    assert (again.locate(lon, lat) == index.locate(lon, lat)).all()
    assert again.area_count == len(polygons)
    with pytest.raises(GeoError, match="another version"):
        AreaIndex.from_arrays(index.to_arrays() | {"format": np.array([0])})


def test_layers_side_by_side_answer_as_each_alone() -> None:
    """Asked in one layer, in several in order, or in none, a point gets what a loop over the layers gives."""
    rng = np.random.default_rng(5)
    layers = [triangles(rng.uniform([-71.0, 42.0], [-70.98, 42.02], (count, 2))) for count in (4, 12, 40)]
    indexes = [build_area_index(as_wkb(tiles)) for tiles in layers] + [build_area_index(as_wkb([shapely.Polygon()]))]
    corners = shapely.get_coordinates(layers[2])
    points = np.vstack([corners, rng.uniform([-71.001, 41.999], [-70.979, 42.021], (2000, 2)), [[np.nan, 42.0]]])
    lon, lat = points[:, 0].copy(), points[:, 1].copy()
    orders = [[0], [1], [2, 0], [], [3, 1, 2], [1, 1]]
    kind = rng.integers(-1, len(orders), len(lon))
    layer, area = join_layers(indexes).locate(lon, lat, kind, orders)
    for i, (x, y) in enumerate(points.tolist()):
        asked = [] if kind[i] < 0 else [(number, indexes[number].locate_one(x, y)) for number in orders[kind[i]]]
        assert (layer[i], area[i]) == next((answer for answer in asked if answer[1] >= 0), (-1, -1))
    assert (layer >= 0).any()
    assert len(np.unique(layer)) == 4  # none, and each that holds anything


def test_a_kind_or_a_layer_that_is_not_there_is_refused() -> None:
    """A kind without an order, an order of an unknown layer, and no layers at all are errors, not wild reads."""
    layers = join_layers([build_area_index(as_wkb([shapely.box(0, 0, 1, 1)]))])
    with pytest.raises(GeoError, match="one of 1"):
        layers.locate([0.5], [0.5], [1], [[0]])
    with pytest.raises(GeoError, match="1 points needs a kind"):
        layers.locate([0.5], [0.5], [0, 0], [[0]])
    with pytest.raises(GeoError, match="There are 1 layers"):
        layers.locate([0.5], [0.5], [0], [[1]])
    with pytest.raises(GeoError, match="no layer"):
        join_layers([])
    assert layers.locate([], [], [], [])[0].tolist() == []


def test_one_point_as_many() -> None:
    """The way for a single point answers as the one for many, whole numbers and missing ones too."""
    index = build_area_index(as_wkb([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 3, 1)]))
    places = [(0.5, 0.5), (1, 0), (2, 0.5), (3, 0.5), (-1, 0.5), (float("nan"), 0.5), (np.float32(0.5), 0)]
    lon, lat = zip(*places, strict=True)
    assert [index.locate_one(*place) for place in places] == index.locate(lon, lat).tolist() == [0, 1, 1, -1, -1, -1, 0]


def test_nearest_area_and_its_distance() -> None:
    """Outside, the nearest area is named with the metres the ellipsoid says; inside, it is 0 m; no point has none."""
    index = build_area_index(as_wkb([shapely.box(-71.2, 42.3, -71.1, 42.4), shapely.box(-70.9, 42.3, -70.8, 42.4)]))
    area, distance_m = index.nearest([-71.05, -70.85, np.nan], [42.35, 42.35, 42.35])
    _, _, expected_m = Geod(ellps="WGS84").inv(-71.05, 42.35, -71.1, 42.35)
    assert area.tolist() == [0, 1, -1]
    assert distance_m[0] == pytest.approx(expected_m, rel=1e-4)
    assert distance_m[1] == 0.0
    assert np.isnan(distance_m[2])


def test_no_point_and_an_empty_area_are_nowhere() -> None:
    """Missing and infinite coordinates are in no area, and an empty area holds nothing."""
    index = build_area_index(as_wkb([shapely.Polygon(), shapely.box(0, 0, 1, 1)]))
    assert index.locate([np.nan, 0.5, np.inf, -np.inf, 0.5], [0.5, np.nan, 0.5, 0.5, 0.5]).tolist() == [-1] * 4 + [1]
    assert build_area_index(as_wkb([shapely.Polygon()])).locate([0.5], [0.5]).tolist() == [-1]


def test_what_is_no_area_is_named() -> None:
    """Lines, points, broken coordinates and unreadable bytes are refused, each by its place in the layer."""
    broken = shapely.Polygon([(0, 0), (1, 0), (np.inf, 1)])
    with pytest.raises(GeoError, match=r"geometry 0 is a Point; geometry 2 has a coordinate"):
        build_area_index(as_wkb([shapely.Point(0, 0), shapely.box(0, 0, 1, 1), broken]))
    with pytest.raises(GeoError, match="Geometry 0 cannot be read"):
        build_area_index([b"no geometry"])
    with pytest.raises(GeoError, match="no area"):
        build_area_index([])


def test_import_compiles_nothing() -> None:
    """Importing the module loads neither numba nor shapely: a start without areas does not pay for them."""
    code = "import sys, geo.service_areas; sys.exit('numba' in sys.modules or 'shapely' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
