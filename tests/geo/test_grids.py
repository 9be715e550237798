"""Tests of the cells laid over a city."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.crs import shape_to_metres, to_metres
from geo.errors import GeoError
from geo.grids import Grid, choose_cell_m, make_grid
from tests.geo.areas import as_wkb, layer
from tests.soak import examples

TOWN = as_wkb([shapely.box(-83.10, 42.30, -83.00, 42.36).difference(shapely.box(-83.06, 42.32, -83.03, 42.34))])[0]
UTM = 32617
KINDS = ["hexagon", "square"]


def town_grid(kind: str, cell_m: float = 300.0) -> Grid:
    """A grid over the town without points of its own."""
    none = np.zeros(0)
    return make_grid(none, none, kind=kind, cell_m=cell_m, crs_epsg=UTM, boundary_wkb=TOWN)


def in_metres(grid: Grid) -> np.ndarray:
    """The cells as shapely polygons in metres, by way of the degrees they are given in."""
    return np.array([shape_to_metres(shape, UTM) for shape in shapely.from_wkb(grid.polygons_wkb(UTM))])


@pytest.mark.parametrize("kind", KINDS)
def test_cells_are_regular_and_tile_the_town(kind: str) -> None:
    """Cells have the stated width and area, do not overlap, cover the town, and none lies outside it."""
    grid, town = town_grid(kind), shape_to_metres(shapely.from_wkb(TOWN), UTM)
    cells = in_metres(grid)
    assert np.allclose(shapely.area(cells) / 1e6, grid.cell_km2)
    assert grid.cell_km2 == pytest.approx(0.09 * (sqrt(3) / 2 if kind == "hexagon" else 1))
    widths = [shapely.bounds(cell)[2] - shapely.bounds(cell)[0] for cell in cells]
    assert np.allclose(widths, 300.0, atol=1e-3)
    assert shapely.union_all(cells).area == pytest.approx(shapely.area(cells).sum(), rel=1e-6)
    assert shapely.difference(town, shapely.union_all(cells)).area < 1.0
    assert shapely.intersects(cells, town).all()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rings", [1, 2])
def test_neighbours_are_the_cells_that_share_an_edge(kind: str, rings: int) -> None:
    """Neighbours are those whose polygons share a line, and for two rings also theirs; never the cell itself."""
    grid = town_grid(kind, 500.0)
    cells = shapely.from_wkb(grid.polygons_wkb(UTM))
    one, other = shapely.STRtree(cells).query(cells, predicate="intersects")
    shared = shapely.length(shapely.intersection(cells[one], cells[other]))
    near = np.zeros((len(cells), len(cells)), dtype=bool)
    near[one, other] = shared > 1e-9
    np.fill_diagonal(near, True)
    expected = np.linalg.matrix_power(near.astype(int), rings) > 0 if rings == 1 else _two_rings(grid, kind)
    starts, members = grid.neighbours(rings)
    found = np.zeros_like(near)
    for cell in range(len(cells)):
        found[cell, members[starts[cell] : starts[cell + 1]]] = True
    assert not found.diagonal().any()
    np.fill_diagonal(found, True)
    assert (found == expected).all()


def _two_rings(grid: Grid, kind: str) -> np.ndarray:
    """Cells at most two steps apart by their lattice coordinates, whether or not the cell between is there."""
    dc = grid.column[:, None] - grid.column
    dr = grid.row[:, None] - grid.row
    return (np.maximum(np.maximum(abs(dc), abs(dr)), abs(dc + dr)) if kind == "hexagon" else abs(dc) + abs(dr)) <= 2


@settings(max_examples=examples(60))
@given(st.sampled_from(KINDS), st.integers(0, 2**32 - 1), st.sampled_from([150.0, 333.3, 1000.0]))
def test_each_point_is_in_the_cell_around_it(kind: str, seed: int, cell_m: float) -> None:
    """Every point, inside the boundary or out, gets the cell whose polygon holds it; nothing is lost."""
    rng = np.random.default_rng(seed)
    x, y = to_metres(rng.uniform(-83.15, -82.95, 50), rng.uniform(42.28, 42.38, 50), UTM)
    grid = make_grid(x, y, kind=kind, cell_m=cell_m, crs_epsg=UTM, boundary_wkb=TOWN)
    cell = grid.assign(x, y)
    assert (cell >= 0).all()
    inside = shapely.distance(in_metres(grid)[cell], shapely.points(x, y))
    assert inside.max() < 1e-3


@pytest.mark.parametrize("kind", KINDS)
def test_without_boundary_cells_are_those_with_points_and_the_ring_around(kind: str) -> None:
    """One point gives its cell and the cells that share an edge with it, far points do not fill the space between."""
    grid = make_grid(
        np.array([0.0, 1e6]), np.array([0.0, 1e6]), kind=kind, cell_m=100.0, crs_epsg=UTM, boundary_wkb=None
    )
    assert grid.cell_count == 2 * (7 if kind == "hexagon" else 5)


def test_default_width_gives_twenty_requests_a_cell() -> None:
    """The width follows the requests: 20 a cell, at most 5,000 cells, from 100 m to 2 km, in tens of metres."""
    for requests, cells in ((20_000, 1_000), (190_000, 5_000), (750_000, 5_000)):
        width_m = choose_cell_m(370e6, requests)
        assert width_m % 10 == 0
        assert 370e6 / (width_m**2 * sqrt(3) / 2) == pytest.approx(cells, rel=0.08)
    assert choose_cell_m(370e6, 10) == 2_000.0
    assert choose_cell_m(1e6, 750_000) == 100.0


def test_detroit_and_boston_are_covered() -> None:
    """Real boundaries, one with holes and one invalid, get about as many cells as their area says."""
    rng = np.random.default_rng(1)
    for name, epsg, km2 in (("detroit_boundary", 32617, 370.2), ("boston_boundary_invalid", 26986, 125.1)):
        boundary = layer(name)[0]
        middle = shapely.point_on_surface(shapely.make_valid(boundary))
        x, y = (at + rng.normal(0, 100, 1000) for at in to_metres([middle.x], [middle.y], epsg))
        grid = make_grid(x, y, kind="hexagon", cell_m=400.0, crs_epsg=epsg, boundary_wkb=as_wkb([boundary])[0])
        assert km2 <= grid.cell_count * grid.cell_km2 <= 1.6 * km2


def test_impossible_grids_are_refused() -> None:
    """An unknown kind, a width that is none, and cells far too many are each refused in a sentence."""
    none = np.zeros(0)
    for kind, cell_m, words in (
        ("triangle", 100.0, "no grid"),
        ("hexagon", -1.0, "wide"),
        ("hexagon", 1.0, "too many"),
    ):
        with pytest.raises(GeoError, match=words):
            make_grid(none, none, kind=kind, cell_m=cell_m, crs_epsg=UTM, boundary_wkb=TOWN)
    for boundary, at in ((TOWN, none), (None, np.arange(20_000) * 1_000.0)):
        with pytest.raises(GeoError, match=r"too many for this city: 1\d\d,\d{3}, and a map shows at most 100,000"):
            make_grid(at, at, kind="hexagon", cell_m=20.0, crs_epsg=UTM, boundary_wkb=boundary)
    line = as_wkb([shapely.LineString([(0, 0), (1, 1)])])[0]
    with pytest.raises(GeoError, match="boundary"):
        make_grid(none, none, kind="hexagon", cell_m=100.0, crs_epsg=UTM, boundary_wkb=line)
