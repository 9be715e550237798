"""The proof that finding areas is exact: no point, however placed, for which an independent answer differs."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from geo.service_areas import AreaIndex, build_area_index
from tests.geo.areas import as_wkb, layer, repaired
from tests.geo.half_open import first_area, hair, hard_points
from tests.soak import SOAK, examples, rounds

LAYERS = [
    "boston_police_districts",
    "boston_neighborhoods",
    "boston_zip_codes",
    "detroit_boundary",
    "detroit_zipcodes",
    "detroit_neighborhoods_partial",
    "new_haven_neighborhoods",
]
GRID_DEG = 2.0**-14  # about 6 m
CELL_M = 40.0


def cell_lines(index: AreaIndex) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The longitudes and latitudes at which the raster's cells begin."""
    west, south, per_x, per_y = index.frame.tolist()
    return west + np.arange(index.shape[1] + 1) / per_x, south + np.arange(index.shape[0] + 1) / per_y


@pytest.mark.parametrize("snapped", [False, True], ids=["as stored", "on a grid"])
@pytest.mark.parametrize("name", LAYERS)
def test_no_point_is_placed_otherwise_than_by_exact_arithmetic(name: str, snapped: bool) -> None:
    """On a city's real layer random and adversarial points fall where shapely and rational arithmetic say: all of them.

    On a grid of a power of two the middles of edges are exactly on them, slanted ones too. The soak's rounds over all
    layers are a million points and more.
    """
    polygons = repaired(layer(name))
    if snapped:
        polygons = shapely.set_precision(polygons, GRID_DEG)
    index = build_area_index(as_wkb(polygons))
    west, south, east, north = shapely.total_bounds(polygons)
    for seed in rounds(1, 4):
        rng = np.random.default_rng([seed, int(snapped)])
        many = 1_500 if SOAK else 60
        anywhere = rng.uniform([west - 0.01, south - 0.01], [east + 0.01, north + 0.01], (5 * many, 2))
        points = np.vstack([anywhere, hard_points(polygons, cell_lines(index), rng, many)])
        lon, lat = points[:, 0].copy(), points[:, 1].copy()
        wrong = np.flatnonzero(index.locate(lon, lat) != first_area(polygons, lon, lat))
        assert not len(wrong), f"{len(wrong)} of {len(points)} points, the first {points[wrong[:3]].tolist()}"
        one_by_one = [index.locate_one(x, y) for x, y in points[:: len(points) // 200].tolist()]
        assert one_by_one == index.locate(lon, lat)[:: len(points) // 200].tolist()


@settings(max_examples=examples(40))
@given(st.integers(0, 2**32 - 1), st.sampled_from([1.0, 30.0, 111.0, 400.0, 5000.0]))
def test_small_shapes_on_a_grid_at_every_half_step(seed: int, cell_m: float) -> None:
    """Overlapping shapes with holes, flat and upright edges, vertices on the lines of cells: all agrees."""
    rng = np.random.default_rng(seed)
    polygons = np.array([_shape(rng) for _ in range(3)], dtype=object)
    # A quarter of a step is a binary fraction, the step itself some 109 m: lines of cells and vertices meet.
    placed = shapely.transform(polygons, lambda at: at / 1024.0 + [-71.0, 42.0])
    steps = np.arange(-1, 20) / 2048.0
    lon, lat = (axis.ravel() for axis in np.meshgrid(steps - 71.0, steps + 42.0))
    found = build_area_index(as_wkb(placed), cell_m=cell_m).locate(lon, lat)
    assert found.tolist() == first_area(placed, lon, lat).tolist()


@settings(max_examples=examples(25))
@given(st.integers(0, 2**32 - 1))
def test_vertices_on_the_corners_of_cells_and_a_hair_beside(seed: int) -> None:
    """Edges that reach into a cell by a single float are not overlooked there."""
    rng = np.random.default_rng(seed)
    town = shapely.box(-71.01, 42.0, -71.0, 42.01)
    lon, lat = cell_lines(build_area_index(as_wkb([town]), cell_m=CELL_M))
    corners = hair(np.column_stack([rng.choice(lon[1:-1], 60), rng.choice(lat[1:-1], 60)]), rng)
    shapes = [shapely.Polygon(corners[at : at + 3]) for at in range(0, 60, 3)]
    layer = np.array([*(shape for shape in shapes if shape.area > 0), town], dtype=object)
    points = np.vstack([corners, *(hair(corners, rng) for _ in range(6))])
    x, y = points[:, 0].copy(), points[:, 1].copy()
    index = build_area_index(as_wkb(layer), cell_m=CELL_M)
    assert index.frame.tolist() == build_area_index(as_wkb([town]), cell_m=CELL_M).frame.tolist()
    assert index.locate(x, y).tolist() == first_area(layer, x, y).tolist()


def _shape(rng: np.random.Generator) -> shapely.Geometry:
    """Squares and a star with squares and a star taken out, on whole numbers where lines do not cross between them."""
    squares = shapely.box(*rng.integers(0, 8, (2, 4)), *rng.integers(1, 9, (2, 4)))
    stars = [shapely.Polygon(rng.integers(0, 9, (int(rng.integers(3, 7)), 2))) for _ in range(2)]
    first, second = shapely.make_valid(np.array(stars), method="structure", keep_collapsed=False)
    shape = shapely.union_all([*squares[:3], first]).symmetric_difference(second).difference(squares[3])
    parts = shapely.get_parts(shapely.set_precision(shape, 2.0**-8))
    return shapely.multipolygons(parts[shapely.get_type_id(parts) == 3])
