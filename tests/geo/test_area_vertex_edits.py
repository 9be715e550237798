"""Tests of moving, inserting and removing vertices of a layer of areas."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.area_layer import AreaEdit, AreaEditRefused, LayerOfAreas, layer_of_areas
from geo.area_snapping import snap
from geo.area_topology import topology
from geo.area_vertex_edits import insert_vertex, move_edge, move_vertex, remove_vertex
from geo.errors import GeoError
from tests.geo.area_sessions import inner_vertices
from tests.geo.tilings import (
    SIZE,
    as_layer,
    bits,
    faults_of_tiling,
    real_layer,
    shapes,
    union_degrees2,
    voronoi,
)
from tests.soak import examples

E = 0.01  # side of the squares in degrees: some eight hundred metres
SEEDS = st.integers(0, 2**32 - 1)


def squares() -> LayerOfAreas:
    """Four squares around (0.01, 0.01): A1 south-west, A2 south-east, A3 north-west, A4 north-east."""
    return as_layer([shapely.box(x * E, y * E, (x + 1) * E, (y + 1) * E) for y in (0, 1) for x in (0, 1)], 32631)


def corners(layer: LayerOfAreas, area_id: int) -> set[tuple[float, ...]]:
    """The vertices of an area."""
    return {tuple(point) for point in layer.area(area_id).xy.tolist()}


@settings(max_examples=examples(60))
@given(SEEDS, st.floats(0, 2 * np.pi), st.floats(0, 0.3))
def test_a_shared_vertex_moves_in_all_areas_or_not_at_all(seed: int, turn: float, far: float) -> None:
    """A moved inner vertex leaves one tiling of the same ground with the same count of vertices, or is refused."""
    before = voronoi(seed)
    inner = inner_vertices(before)
    at = inner[seed % len(inner)]
    to = (at[0] + SIZE * far * np.cos(turn), at[1] + SIZE * far * np.sin(turn))
    kept = bits(before)
    try:
        edit = move_vertex(before, at, to)
    except AreaEditRefused:
        assert bits(before) == kept
        return
    assert faults_of_tiling(edit.layer) == []
    assert union_degrees2(edit.layer) == pytest.approx(union_degrees2(before), abs=1e-14)
    assert edit.changed == (topology(before).areas_at(at) if to != at else ())
    assert topology(edit.layer).areas_at(to) == topology(before).areas_at(at)
    assert (edit.uncovered_m2, edit.covered_m2) == (pytest.approx(0, abs=1e-3), pytest.approx(0, abs=1e-3))
    assert bits(before) == kept


@settings(max_examples=examples(60))
@given(SEEDS, st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_a_vertex_stays_within_what_its_areas_have_together(seed: int, right: float, up: float) -> None:
    """A move out of the ground that a vertex's areas have together is refused wherever it would end."""
    before = voronoi(seed)
    inner = inner_vertices(before)
    at = inner[seed % len(inner)]
    west, south, east, north = shapely.union_all(shapes(before)).bounds
    to = (west + right * (east - west), south + up * (north - south))
    own = shapely.union_all([before.area(area_id).shape for area_id in topology(before).areas_at(at)])
    if not own.buffer(1e-9).contains(shapely.Point(to)):
        with pytest.raises(AreaEditRefused, match=r"move it less far, or move what is in the way first\.$"):
            move_vertex(before, at, to)


def test_a_vertex_does_not_cross_the_opposite_edge() -> None:
    """Across the opposite edge a triangle would turn inside out and a square cross itself: refused, told where."""
    triangle = as_layer([shapely.Polygon([(0, 0), (E, 0), (0, E)])], 32631)
    with pytest.raises(AreaEditRefused, match=r"“A1” would turn inside out at 0\.009000, 0\.009000; move it less far"):
        move_vertex(triangle, (0, 0), (0.009, 0.009))
    with pytest.raises(AreaEditRefused, match=r"The border of “A1” would cross itself at 0\.01\d+, 0\.00\d+; move"):
        move_vertex(as_layer([shapely.box(0, 0, E, E)], 32631), (0, 0), (0.5 * E, 1.2 * E))
    with pytest.raises(AreaEditRefused, match="would turn inside out"):
        move_vertex(triangle, (0, 0), (0.5 * E, 0.5 * E))


def test_areas_that_share_nothing_may_not_be_run_over() -> None:
    """A vertex that only one area has is refused on a neighbour's ground, naming both, how much and where."""
    apart = as_layer([shapely.box(0, 0, E, E), shapely.box(1.1 * E, 0, 2 * E, E)], 32631)
    with pytest.raises(AreaEditRefused, match=r"“A1” would overlap “A2” by [\d,.]+ m2 at 0\.00\d+, 0\.01\d+; move it"):
        move_vertex(apart, (E, E), (1.5 * E, 0.5 * E))
    closer = move_vertex(apart, (E, E), (1.05 * E, E))
    assert closer.covered_m2 == pytest.approx(0.5 * (0.05 * E * 111_320) * (E * 110_574), rel=1e-3)


def test_overlaps_that_were_there_do_not_stand_in_the_way() -> None:
    """Areas that overlap already can be edited where that makes the overlap no larger."""
    layer = as_layer([shapely.box(0, 0, E, E), shapely.box(0.9 * E, 0, 2 * E, E)], 32631)
    assert move_vertex(layer, (E, E), (0.95 * E, E)).changed == (1,)
    assert move_vertex(layer, (0, 0), (0.001 * E, 0)).changed == (1,)
    with pytest.raises(AreaEditRefused, match="would overlap"):
        move_vertex(layer, (E, E), (1.2 * E, E))


def test_snapping_joins_a_vertex_to_a_vertex() -> None:
    """A vertex dropped near another one becomes it, in all areas; refused where one is left with two corners."""
    layer = insert_vertex(squares(), (E, 0.5 * E), within_m=1).layer
    edit = move_vertex(layer, (E, 0.5 * E), (E + 1e-6, E - 1e-6), snap_m=5)
    assert edit.at == ((E, E),)
    assert [area.shape.equals(old.shape) for area, old in zip(edit.layer.areas, squares().areas, strict=True)] == [
        True
    ] * 4
    assert len(edit.layer.area(1).xy) == 5
    triangles = as_layer([shapely.Polygon([(0, 0), (E, 0), (0, E)]), shapely.Polygon([(E, 0), (E, E), (0, E)])], 32631)
    with pytest.raises(AreaEditRefused, match=r"“A1” would have less than three corners at .*; keep three"):
        move_vertex(triangles, (0, 0), (1e-7, E), snap_m=5)


def test_snapping_to_an_edge_gives_its_areas_the_vertex() -> None:
    """A vertex dropped near an edge of others lies on it, and they have it too."""
    layer = as_layer([shapely.box(0, 0, E, E), shapely.box(2 * E, 0, 3 * E, E), shapely.box(0, 2 * E, E, 3 * E)], 32631)
    edit = move_vertex(layer, (E, 0), (2 * E - 1e-6, 0.4 * E), snap_m=1)
    assert edit.changed == (1, 2)
    assert edit.at == ((2 * E, pytest.approx(0.4 * E)),)
    assert topology(edit.layer).areas_at(edit.at[0]) == (1, 2)
    assert edit.layer.areas[2] is layer.areas[2]
    unsnapped = move_vertex(layer, (E, 0), (2 * E - 1e-6, 0.4 * E))
    assert unsnapped.at == ((2 * E - 1e-6, 0.4 * E),)


def test_an_inserted_vertex_is_in_both_neighbours() -> None:
    """A click near a common border puts one vertex on it, in both areas, and no ground changes."""
    edit = insert_vertex(squares(), (E + 3e-6, 0.3 * E), within_m=1)
    assert edit.changed == (1, 2)
    assert topology(edit.layer).areas_at(edit.at[0]) == (1, 2)
    assert faults_of_tiling(edit.layer) == []
    with pytest.raises(AreaEditRefused, match=r"has a corner at 0\.003000, 0\.010000 already; point between"):
        insert_vertex(edit.layer, edit.at[0], within_m=1)
    with pytest.raises(AreaEditRefused, match=r"No border passes within 1 m of 0\.003000, 0\.005000; point at"):
        insert_vertex(squares(), (0.5 * E, 0.3 * E), within_m=1)


def test_a_border_that_ends_on_a_longer_edge_gets_the_vertex_too() -> None:
    """An area whose long edge lies along two others, without their common vertex, gets an inserted vertex with them."""
    layer = as_layer([shapely.box(0, 0, 2 * E, E), shapely.box(0, E, E, 2 * E), shapely.box(E, E, 2 * E, 2 * E)], 32631)
    edit = insert_vertex(layer, (0.5 * E, E), within_m=1)
    assert edit.changed == (1, 2)


def test_a_vertex_between_two_borders_can_be_removed() -> None:
    """A removed vertex is gone from both areas; refused where more borders meet or two corners are left."""
    bent = move_vertex(insert_vertex(squares(), (E, 0.5 * E), within_m=1).layer, (E, 0.5 * E), (1.2 * E, 0.5 * E)).layer
    edit = remove_vertex(bent, (1.2 * E, 0.5 * E))
    assert edit.changed == (1, 2)
    assert [shape.area for shape in shapes(edit.layer)] == pytest.approx([E * E] * 4)
    assert faults_of_tiling(edit.layer) == []
    with pytest.raises(
        AreaEditRefused, match=r"4 borders meet at 0\.010000, 0\.010000 \(“A1”, “A2”, “A3”, “A4”\); move"
    ):
        remove_vertex(bent, (E, E))
    with pytest.raises(AreaEditRefused, match="3 borders meet"):
        remove_vertex(bent, (E, 0))
    with pytest.raises(AreaEditRefused, match="less than three corners"):
        remove_vertex(as_layer([shapely.Polygon([(0, 0), (E, 0), (0, E)])], 32631), (0, 0))


def test_an_edge_moves_with_both_ends() -> None:
    """A common edge moves in both areas and drags what hangs on its ends; what is no edge is refused."""
    layer = squares()
    edit = move_edge(layer, ((E, 0), (E, E)), (0.2 * E, 0))
    assert edit.changed == (1, 2, 3, 4)
    assert edit.layer.area(1).shape.area == pytest.approx(1.2 * E * E)
    assert topology(edit.layer).areas_along((1.2 * E, 0), (1.2 * E, E)) == (1, 2)
    assert faults_of_tiling(edit.layer) == []
    with pytest.raises(AreaEditRefused, match=r"No border has an edge at 0\.000000, 0\.010000; click on a border"):
        move_edge(layer, ((E, 0), (0, E)), (0.2 * E, 0))


def test_a_hole_and_the_island_in_it_move_together() -> None:
    """A vertex that an island shares with the hole around it moves in both, also the one that closes the rings."""
    island = shapely.box(0.4 * E, 0.4 * E, 0.6 * E, 0.6 * E)
    layer = as_layer([shapely.box(0, 0, E, E).difference(island), island], 32631)
    for at in {tuple(point) for point in layer.area(2).xy.tolist()}:
        edit = move_vertex(layer, at, (at[0] * 1.1, at[1]))
        assert edit.changed == (1, 2)
        assert faults_of_tiling(edit.layer) == []
        assert edit.layer.area(1).shape.area + edit.layer.area(2).shape.area == pytest.approx(E * E)


def test_parts_of_one_area_are_edited_each_by_itself() -> None:
    """A vertex of one part of a multipolygon moves without the other; moved over it, the area would cross itself."""
    parts = shapely.MultiPolygon([shapely.box(0, 0, E, E), shapely.box(2 * E, 0, 3 * E, E)])
    layer = as_layer([parts], 32631)
    edit = move_vertex(layer, (E, E), (1.5 * E, E))
    assert edit.layer.area(1).shape.geoms[1].equals_exact(parts.geoms[1], 0)
    with pytest.raises(AreaEditRefused, match="would cross itself"):
        move_vertex(layer, (E, E), (2.5 * E, 0.5 * E))


def test_ground_that_a_move_leaves_to_nobody_is_told() -> None:
    """Moving a vertex of the rim inwards tells how much ground no area has any more."""
    edit = move_vertex(squares(), (0, 0), (0.1 * E, 0.1 * E))
    assert edit.uncovered_m2 == pytest.approx(0.1 * E * E * 111_320 * 110_574, rel=1e-3)
    assert edit.covered_m2 == 0.0


def test_what_cannot_be_a_vertex_is_refused() -> None:
    """No vertex there, numbers that are no place, and an id that is not there get one sentence each."""
    with pytest.raises(AreaEditRefused, match=r"No border has a corner at 0\.000000, 0\.005000; click on a corner"):
        move_vertex(squares(), (0.5 * E, 0), (0, 0))
    for place in ((np.nan, 0.0), (200.0, 0.0), (0.0, -90.1), (np.inf, 0.0)):
        with pytest.raises(AreaEditRefused, match="outside 180 degrees"):
            move_vertex(squares(), (0, 0), place)
    with pytest.raises(AreaEditRefused, match="needs a longitude and a latitude"):
        move_vertex(squares(), (0, 0), "here")  # type: ignore[arg-type]
    with pytest.raises(AreaEditRefused, match="An edge has two ends"):
        move_edge(squares(), [], (0, 0))
    with pytest.raises(AreaEditRefused, match="needs a longitude and a latitude"):
        move_vertex(squares(), (0, 0), (0, 0, 0))
    with pytest.raises(AreaEditRefused, match="has no area 9; choose one of its 4 areas"):
        squares().area(9)


def test_a_layer_is_checked_at_the_door() -> None:
    """Every fault of a layer is named in one error; an area without ground keeps its place and no edit minds it."""
    crossed = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    with pytest.raises(GeoError, match=r"id 1 is repeated; “b” is no polygon; “c” is invalid \(Self-inter.*Repair its"):
        layer_of_areas(
            [1, 1, 2], ["a", "b", "c"], [None] * 3, [shapely.box(0, 0, 1, 1), shapely.Point(0, 0), crossed], 32631
        )
    with pytest.raises(GeoError, match="must be as many"):
        layer_of_areas([1], ["a", "b"], [None], [shapely.box(0, 0, 1, 1)], 32631)
    with pytest.raises(GeoError, match="is not projected"):
        layer_of_areas([1], ["a"], [None], [shapely.box(0, 0, 1, 1)], 4326)
    layer = as_layer([shapely.Polygon(), shapely.box(0, 0, E, E).wkb], 32631)
    assert move_vertex(layer, (E, E), (1.1 * E, E), snap_m=1).changed == (2,)


@pytest.mark.parametrize(
    ("name", "crs"), [("boston_police_districts", 26986), ("detroit_neighborhoods_partial", 32617)]
)
def test_moves_keep_real_layers_in_one_piece(name: str, crs: int) -> None:
    """In a real layer every vertex moved by a hand's breadth moves in the areas that have it, and no overlap grows."""
    layer = real_layer(name, crs)
    found = topology(layer)
    rows = np.random.default_rng(7).choice(np.flatnonzero(found.shared_vertices()), 40, replace=False)
    for at in found.vertices[rows]:
        hit = snap(layer, at + 1e-7, 0.1)
        assert hit is not None
        edit: AreaEdit = move_vertex(layer, at, (at[0] + 3e-7, at[1] + 2e-7))
        assert edit.changed == found.areas_at(at) == tuple(sorted(hit.areas))
        assert topology(edit.layer).areas_at(edit.at[0]) == edit.changed
        same = [area is old for area, old in zip(edit.layer.areas, layer.areas, strict=True)]
        assert same.count(False) == len(edit.changed)
