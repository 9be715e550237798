"""Tests of shared vertices and edges, of snapping, and of knitting borders."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pyproj import Geod

from geo.area_knitting import knit
from geo.area_layer import AreaEditRefused, LayerOfAreas
from geo.area_noding import borders_of
from geo.area_pieces import gaps, overlaps
from geo.area_snapping import nearest_edge, snap, snap_index
from geo.area_topology import topology
from tests.geo.tilings import SIZE, SOUTH, WEST, as_layer, bits, faults_of_tiling, real_layer, shapes, voronoi
from tests.soak import examples

E = 0.01  # side of the squares in degrees
GEOD = Geod(ellps="WGS84")
SEEDS = st.integers(0, 2**32 - 1)
REAL = [
    ("new_haven_neighborhoods", 32618),
    ("detroit_neighborhoods_partial", 32617),
    ("boston_zip_codes", 26986),
    ("boston_police_districts", 26986),
]


def in_metres(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees around the tilings' corner in metres, to within some parts in a thousand."""
    return (xy - [WEST, SOUTH]) * [np.cos(np.radians(SOUTH)), 1.0] * 111_320


def frayed(seed: int, by_m: float) -> LayerOfAreas:
    """A tiling whose cells were each digitised by somebody else: vertices off by metres, some left out on edges."""
    rng = np.random.default_rng(seed)
    tiles = voronoi(seed, 10)
    off = by_m / 111_320 / np.sqrt(2)
    cells = []
    for area in tiles.areas:
        ring = shapely.get_coordinates(shapely.segmentize(area.shape, SIZE / 8))[:-1]
        corner = (ring[:, None] == area.xy[None]).all(axis=2).any(axis=1)
        ring = ring[corner | (rng.random(len(ring)) < 0.8)]
        cells.append(shapely.Polygon(ring + rng.uniform(-off, off, ring.shape)))
    return as_layer([c if c.is_valid else a.shape for c, a in zip(cells, tiles.areas, strict=True)])


@settings(max_examples=examples(30))
@given(SEEDS)
def test_what_is_shared_is_found_as_in_a_dictionary(seed: int) -> None:
    """Vertices, edges, owners and neighbours are those that a plain dictionary of coordinates gives."""
    layer = voronoi(seed)
    found = topology(layer)
    vertices: dict[tuple[float, ...], set[int]] = {}
    edges: dict[tuple[tuple[float, ...], ...], set[int]] = {}
    for area in layer.areas:
        ring = [tuple(point) for point in shapely.get_coordinates(area.shape).tolist()]
        for a, b in pairwise(ring):
            vertices.setdefault(a, set()).add(area.id)
            edges.setdefault((min(a, b), max(a, b)), set()).add(area.id)
    assert [tuple(vertex) for vertex in found.vertices.tolist()] == sorted(vertices)
    assert all(set(found.areas_at(vertex)) == owners for vertex, owners in vertices.items())
    assert all(set(found.areas_along(b, a)) == owners for (a, b), owners in edges.items())
    assert found.shared_vertices().sum() == sum(len(owners) > 1 for owners in vertices.values())
    assert found.shared_edges().sum() == sum(len(owners) > 1 for owners in edges.values())
    for area in layer.areas:
        beside = {other for owners in edges.values() if area.id in owners for other in owners} - {area.id}
        assert found.neighbours(area.id) == tuple(sorted(beside))
    assert found.areas_at((0.0, 0.0)) == ()
    assert found.areas_along((0.0, 0.0), (1.0, 1.0)) == ()


def test_a_layer_without_ground_has_an_empty_topology() -> None:
    """Empty areas share nothing, snap to nothing, and knit to themselves."""
    layer = as_layer([shapely.Polygon(), shapely.MultiPolygon()], 32631)
    assert len(topology(layer).vertices) == 0
    assert snap(layer, (0, 0), 100) is None
    assert knit(layer, 1.0).changed == ()


@settings(max_examples=examples(60))
@given(SEEDS, st.floats(0, 1), st.floats(0, 1), st.sampled_from([0.0, 5.0, 50.0, 500.0, 5000.0]))
def test_snapping_finds_what_a_search_of_everything_finds(seed: int, right: float, up: float, within_m: float) -> None:
    """The nearest vertex within metres, else the nearest edge, as the geodesic lengths to all of them tell."""
    layer = voronoi(seed)
    point = (WEST + right * SIZE, SOUTH + up * SIZE)
    vertices = topology(layer).vertices
    lon, lat = np.full(len(vertices), point[0]), np.full(len(vertices), point[1])
    away_m = GEOD.inv(lon, lat, vertices[:, 0], vertices[:, 1])[2]
    hit = snap(snap_index(layer), point, within_m)
    close = abs(away_m.min() - within_m) <= 0.002 * within_m
    if away_m.min() < within_m and not close:
        assert hit is not None
        assert hit.kind == "vertex"
        assert hit.distance_m == pytest.approx(away_m.min(), rel=2e-3, abs=1e-6)
        assert topology(layer).areas_at(hit.at) == tuple(sorted(hit.areas))
        assert hit.edge is None
    elif not close:
        scale = np.array([np.cos(np.radians(point[1])), 1.0]) * 111_320
        lines = [shapely.LineString((edge.reshape(2, 2) - point) * scale) for edge in borders_of(layer.areas)]
        nearest = min(line.distance(shapely.Point(0, 0)) for line in lines)
        assert (hit is not None) == (nearest <= within_m) or abs(nearest - within_m) < 0.01 * within_m + 1e-9
        if hit is not None:
            assert hit.kind == "edge"
            assert hit.edge is not None
            assert hit.distance_m == pytest.approx(nearest, rel=0.01, abs=1e-6)
            assert topology(layer).areas_along(*hit.edge) == tuple(sorted(hit.areas))
            assert shapely.LineString(hit.edge).distance(shapely.Point(hit.at)) < 1e-13


def test_what_is_dragged_is_not_snapped_to() -> None:
    """A vertex left out, and the edges that end in it, are no target; the next nearest is."""
    layer = as_layer([shapely.box(0, 0, E, E), shapely.box(E, 0, 2 * E, E)], 32631)
    assert snap(layer, (1e-6, 1e-6), 5) is not None
    assert snap(layer, (1e-6, 1e-6), 5, without=[(0.0, 0.0)]) is None
    hit = snap(layer, (0.5 * E, 1e-5), 5)
    assert hit is not None
    assert (hit.kind, hit.at, hit.areas) == ("edge", (0.5 * E, 0.0), (1,))
    common = nearest_edge(snap_index(layer), (E + 1e-6, 0.5 * E), 5)
    assert common is not None
    assert common.areas == (1, 2)
    for within in (-1.0, float("nan")):
        with pytest.raises(AreaEditRefused, match="is no distance to snap within"):
            snap(layer, (0, 0), within)


@pytest.mark.parametrize(("name", "crs"), REAL)
def test_snapping_on_real_layers_is_that_of_all_vertices(name: str, crs: int) -> None:
    """At five hundred places on real borders the snapped vertex is the nearest of all vertices."""
    layer = real_layer(name, crs)
    vertices, index = topology(layer).vertices, snap_index(layer)
    for at in np.random.default_rng(3).choice(vertices, 500) + 2e-5:
        scale = np.array([np.cos(np.radians(at[1])), 1.0])
        away = np.hypot(*((vertices - at) * scale).T)
        hit = snap(index, at, 30)
        assert hit is not None
        assert np.hypot(*((np.array(hit.at) - at) * scale)) == pytest.approx(away.min(), rel=1e-2)


@settings(max_examples=examples(30))
@given(SEEDS, st.sampled_from([0.05, 0.5, 2.0]))
def test_knitting_joins_what_was_drawn_apart(seed: int, by_m: float) -> None:
    """Borders drawn apart by less than the tolerance become common; nothing moves farther, and every move is told."""
    before = frayed(seed, by_m)
    kept = bits(before)
    tolerance_m = 2.5 * by_m
    done = knit(before, tolerance_m)
    assert bits(before) == kept
    assert done.largest_m <= tolerance_m
    assert shapely.is_valid(shapes(done.layer)).all()
    old, new = topology(before), topology(done.layer)
    assert {*map(tuple, new.vertices.tolist())} <= {*map(tuple, old.vertices.tolist())}
    moved = {move.at for move in done.moves} | {step.at for step in done.insertions}
    for area, was in zip(done.layer.areas, before.areas, strict=True):
        held = {*map(tuple, was.xy.tolist())}
        targets = {move.to for move in done.moves if area.id in move.areas}
        assert {*map(tuple, area.xy.tolist())} <= held | targets | moved
        assert (area is was) == (area.id not in done.changed)
        one, other = (shapely.transform(shape, in_metres) for shape in (area.shape, was.shape))
        assert shapely.hausdorff_distance(one.boundary, other.boundary, 0.1) <= tolerance_m * 1.02 + 1e-6
    if not done.left:
        assert (
            sum(piece.area_m2 for piece in overlaps(done.layer)) <= 0.2 * sum(p.area_m2 for p in overlaps(before)) + 1
        )


@settings(max_examples=examples(20))
@given(SEEDS)
def test_knitting_leaves_a_tiling_as_it_is(seed: int) -> None:
    """Where borders are common already they stay so, though the tolerance be large beside the shortest edges."""
    layer = voronoi(seed)
    done = knit(layer, 1.0)
    assert faults_of_tiling(done.layer) == []
    assert shapely.union_all(shapes(done.layer)).area == pytest.approx(shapely.union_all(shapes(layer)).area, rel=1e-6)


@pytest.mark.parametrize(("name", "crs"), REAL)
@pytest.mark.parametrize("tolerance_m", [0.5, 2.0])
def test_real_layers_share_more_once_they_are_knit(name: str, crs: int, tolerance_m: float) -> None:
    """Knit real layers are valid, overlap and gape no more than before, share at least as many edges, and stay so."""
    layer = real_layer(name, crs)
    done = knit(layer, tolerance_m)
    assert shapely.is_valid(shapes(done.layer)).all()
    assert done.largest_m <= tolerance_m
    assert topology(done.layer).shared_edges().sum() >= topology(layer).shared_edges().sum()
    for find in (overlaps, gaps):
        assert sum(p.area_m2 for p in find(done.layer)) <= sum(p.area_m2 for p in find(layer)) + 0.01
    if name == "new_haven_neighborhoods":
        assert topology(done.layer).shared_edges().sum() > 1.5 * topology(layer).shared_edges().sum()
    again = knit(done.layer, tolerance_m)
    assert len(again.moves) + len(again.insertions) < 0.1 * (len(done.moves) + len(done.insertions)) + 1


def test_a_border_that_would_cross_itself_is_left_alone_and_told() -> None:
    """Knitting a narrow strip wider than it would fold it up: the place is told and the rest is knit all the same."""
    metre = 1 / 111_320
    strip = shapely.Polygon([(0, 0), (E, 0), (E, 0.4 * metre), (0, 0.4 * metre)])
    above = shapely.Polygon([(0, 0.4 * metre), (0.5 * E, 0.5 * metre), (E, 0.4 * metre), (E, E), (0, E)])
    far = [shapely.box(3 * E, 0, 4 * E, E), shapely.box(4 * E + 0.3 * metre, 0, 5 * E, E)]
    below = shapely.Polygon([(0, -E), (E, -E), (E, 0), (0.5 * E, -0.1 * metre), (0, 0)])
    layer = as_layer([strip, above, below, *far], 32631)
    done = knit(layer, 1.0)
    assert shapely.is_valid(shapes(done.layer)).all()
    assert {move.areas for move in done.moves} == {(5,)}
    assert done.layer.area(5).shape.bounds[0] == 4 * E


def test_a_tolerance_that_joins_nothing_is_refused() -> None:
    """Zero, negative and endless tolerances are refused."""
    for tolerance in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(AreaEditRefused, match="give metres above 0"):
            knit(voronoi(1), tolerance)
