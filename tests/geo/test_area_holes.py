"""Tests of holes: cut into areas, moved, and filled again, with shapely as the independent measure."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.area_edits import draw
from geo.area_holes import cut_hole, fill_holes, holes_of
from geo.area_layer import AreaEditRefused
from geo.area_pieces import gaps
from geo.area_topology import topology
from geo.area_vertex_edits import insert_vertex, move_vertex, remove_vertex
from tests.geo.tilings import as_layer, bits, faults_of_tiling, shapes, union_degrees2, voronoi
from tests.soak import examples

E = 0.01  # side of the squares in degrees
RING = [(0.2 * E, 0.2 * E), (0.6 * E, 0.2 * E), (0.6 * E, 0.6 * E), (0.2 * E, 0.6 * E)]


@settings(max_examples=examples(40))
@given(st.integers(0, 2**32 - 1))
def test_a_hole_takes_its_ground_from_one_area_and_gives_it_back(seed: int) -> None:
    """A ring drawn in a cell of a tiling leaves that ground to nobody, told as such; filling it makes one tiling again,
    of the same ground, and no other area changed at any time."""
    rng = np.random.default_rng(seed)
    tiles = voronoi(seed, 7)
    area = tiles.areas[int(rng.integers(len(tiles.areas)))]
    at = shapely.get_point(shapely.maximum_inscribed_circle(area.shape), 0)
    radius = at.distance(area.shape.boundary) * rng.uniform(0.2, 0.9)
    turns = np.sort(rng.uniform(0, 2 * np.pi, int(rng.integers(3, 8))))
    ring = np.array([at.x, at.y]) + radius * np.column_stack([np.cos(turns), np.sin(turns)])
    try:
        cut = cut_hole(tiles, area.id, ring)
    except AreaEditRefused:  # corners that all but lie on a line
        assert shapely.Polygon(ring).area * 9.15e9 < 0.02
        return
    wanted = area.shape.difference(shapely.Polygon(ring))
    assert shapely.symmetric_difference(cut.layer.area(area.id).shape, wanted).area < 1e-14
    assert cut.changed == (area.id,)
    assert cut.uncovered_m2 == pytest.approx(shapely.Polygon(ring).area * 9.15e9, rel=0.01)
    back = fill_holes(cut.layer, area.id)
    assert back.changed == (area.id,)
    assert faults_of_tiling(back.layer) == []
    assert union_degrees2(back.layer) == pytest.approx(union_degrees2(tiles))
    assert gaps(back.layer) == ()


def test_a_hole_that_came_with_the_area_is_edited_like_any_border() -> None:
    """A corner of an imported hole moves, one is put in and taken out; an area that fills the hole has them too."""
    whole = shapely.box(0, 0, E, E)
    inner = shapely.Polygon(RING)
    layer = as_layer([whole.difference(inner), inner], 32631)
    moved = move_vertex(layer, RING[2], (0.7 * E, 0.7 * E)).layer
    assert topology(moved).areas_at((0.7 * E, 0.7 * E)) == (1, 2)
    more = insert_vertex(moved, (0.4 * E, 0.2 * E), within_m=1.0)
    assert more.changed == (1, 2)
    fewer = remove_vertex(more.layer, more.at[0]).layer
    assert shapely.union_all(shapes(fewer)).equals(whole)
    triangle = remove_vertex(fewer, RING[0]).layer
    with pytest.raises(AreaEditRefused, match=r"“A1” would have less than three corners .*fill the hole"):
        remove_vertex(as_layer([triangle.areas[0].shape], 32631), RING[1])


def test_filling_leaves_others_what_they_have_in_the_hole() -> None:
    """Of a hole with an area in it the rest is filled; a hole that others have whole is refused, as is none."""
    layer = as_layer([shapely.box(0, 0, E, E)], 32631)
    cut = cut_hole(layer, 1, RING).layer
    second = cut_hole(cut, 1, [(0.7 * E, 0.7 * E), (0.8 * E, 0.7 * E), (0.8 * E, 0.8 * E)]).layer
    assert len(holes_of(second.areas[0])) == 2
    (number,) = (one for one in holes_of(second.areas[0]) if len(second.areas[0].rings()[one]) == 4)
    filled = fill_holes(second, 1, int(number)).layer.areas[0].shape
    assert shapely.equals_exact(filled.normalize(), cut.areas[0].shape.normalize(), 0.0)
    taken = draw(
        cut, [[(0.2 * E, 0.2 * E), (0.4 * E, 0.2 * E), (0.4 * E, 0.6 * E), (0.2 * E, 0.6 * E)]], "In", 1, takes="gap"
    )
    filled = fill_holes(taken.layer, 1).layer
    assert shapely.union_all(shapes(filled)).equals(shapely.box(0, 0, E, E))
    assert bits(filled)[1][3] == bits(taken.layer)[1][3]
    with pytest.raises(AreaEditRefused, match="Other areas have all the ground in the hole"):
        fill_holes(filled, 1)
    with pytest.raises(AreaEditRefused, match="“A1” has no such hole"):
        fill_holes(layer, 1)


def test_a_ring_that_leaves_the_area_is_no_hole() -> None:
    """A ring across the border is refused with where; one that shares a border is a bite, and one around all is not."""
    layer = as_layer([shapely.box(0, 0, E, E), shapely.box(E, 0, 2 * E, E)], 32631)
    with pytest.raises(AreaEditRefused, match="The ring leaves “A1” at"):
        cut_hole(layer, 1, [(0.5 * E, 0.2 * E), (1.5 * E, 0.2 * E), (1.5 * E, 0.6 * E)])
    with pytest.raises(AreaEditRefused, match="“A1” would have no ground left"):
        cut_hole(layer, 1, [(0, 0), (E, 0), (E, E), (0, E)])
    bite = cut_hole(layer, 1, [(E, 0.2 * E), (E, 0.4 * E), (0.8 * E, 0.3 * E)], snap_m=0.5).layer
    assert len(holes_of(bite.areas[0])) == 0
    assert topology(bite).areas_at((E, 0.2 * E)) == (1, 2)
