"""Tests of drawing, splitting, merging, reshaping and removing areas, and of whole sessions of edits."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.area_cuts import reshape, split
from geo.area_edits import draw, merge, remove
from geo.area_history import held_bytes, history_of
from geo.area_layer import AreaEditRefused, LayerOfAreas
from geo.area_topology import topology
from geo.errors import GeoError
from tests.geo.area_sessions import EDITS
from tests.geo.tilings import (
    ROUNDING,
    as_layer,
    bits,
    faults_of_tiling,
    real_layer,
    shapes,
    union_degrees2,
    voronoi,
)
from tests.soak import examples

E = 0.01  # side of the squares in degrees
SEEDS = st.integers(0, 2**32 - 1)


def squares() -> LayerOfAreas:
    """Four squares around (0.01, 0.01): A1 south-west, A2 south-east, A3 north-west, A4 north-east."""
    return as_layer([shapely.box(x * E, y * E, (x + 1) * E, (y + 1) * E) for y in (0, 1) for x in (0, 1)], 32631)


def ground(layer: LayerOfAreas, area_id: int) -> float:
    """The area of one area in squares."""
    return float(layer.area(area_id).shape.area) / E**2


def apart(one: shapely.Geometry, other: shapely.Geometry) -> float:
    """How much of two geometries is not in both, in square degrees."""
    return float(shapely.symmetric_difference(one, other).area)


def changed_ids(before: LayerOfAreas, after: LayerOfAreas) -> tuple[int, ...]:
    """Ids of the areas in both layers whose geometry differs, by their bytes."""
    known = {area.id: shapely.to_wkb(area.shape) for area in before.areas}
    return tuple(a.id for a in after.areas if a.id in known and shapely.to_wkb(a.shape) != known[a.id])


@settings(max_examples=examples(30))
@given(SEEDS, st.lists(st.sampled_from(EDITS), min_size=1, max_size=12))
def test_a_session_of_edits_keeps_one_tiling_and_can_be_undone(seed: int, edits: list) -> None:
    """Whatever is edited, areas tile with bit-equal edges, what changed is told, undo gives the same bits."""
    rng = np.random.default_rng(seed)
    history = history_of(voronoi(seed, int(rng.integers(3, 16))))
    versions = [bits(history.layer)]
    for edit in edits:
        before = history.layer
        try:
            done = edit(before, rng)
        except AreaEditRefused:
            assert bits(before) == versions[-1]
            continue
        assert faults_of_tiling(done.layer) == []
        was, now = (shapely.union_all(shapes(layer)) for layer in (before, done.layer))
        per_degree2 = 9.15e9  # square metres at 42.3 degrees north
        assert done.uncovered_m2 == pytest.approx(shapely.difference(was, now).area * per_degree2, rel=0.01, abs=1e-3)
        assert done.covered_m2 == pytest.approx(shapely.difference(now, was).area * per_degree2, rel=0.01, abs=1e-3)
        assert done.changed == changed_ids(before, done.layer)
        assert {*done.layer.ids} == {*before.ids, *done.added} - {*done.removed}
        if done.uncovered_m2 > 1e-3 or done.covered_m2 > 1e-3:
            continue  # a rim led elsewhere may later close a bay, which is no gap that an edit made
        history = history.did(edit.__name__, done.layer)
        versions.append(bits(done.layer))
    for version in versions[-2::-1]:
        history = history.undo()
        assert bits(history.layer) == version
    for version in versions[1:]:
        history = history.redo()
        assert bits(history.layer) == version


@settings(max_examples=examples(60))
@given(SEEDS, st.integers(2, 4))
def test_a_split_area_merged_again_is_the_same(seed: int, points: int) -> None:
    """A line parts an area, and the pieces merge to it again, exactly where shapely's overlay parts it."""
    rng = np.random.default_rng(seed)
    before = voronoi(seed)
    area = before.areas[seed % len(before.areas)]
    west, south, east, north = area.shape.bounds
    line = rng.uniform([west, south], [east, north], (points, 2))
    if not shapely.LineString(line).is_simple:
        with pytest.raises(AreaEditRefused, match="crosses itself"):
            split(before, area.id, line)
        return
    parted = shapely.get_parts(shapely.polygonize([shapely.union_all([area.shape.boundary, shapely.LineString(line)])]))
    inside = [face for face in parted if area.shape.contains(face.representative_point())]
    if len(inside) < 2:
        with pytest.raises(AreaEditRefused, match=r"does not cut “A\d+” in two; begin and end it outside the"):
            split(before, area.id, line)
        return
    edit = split(before, area.id, line)
    pieces = [edit.layer.area(area_id).shape for area_id in (area.id, *edit.added)]
    assert sorted(piece.area for piece in pieces) == pytest.approx(sorted(face.area for face in inside), rel=1e-9)
    again = merge(edit.layer, [area.id, *edit.added])
    assert again.removed == edit.added
    assert apart(again.layer.area(area.id).shape, area.shape) < ROUNDING
    assert faults_of_tiling(again.layer) == []


def test_a_split_gives_its_ends_to_the_neighbours() -> None:
    """The cut's ends become vertices of the areas beside; the largest piece keeps id and the others get the names."""
    edit = split(squares(), 1, [(0.7 * E, -E), (0.7 * E, 0.5 * E), (1.5 * E, 0.5 * E)], names=["corner"])
    assert (edit.changed, edit.added) == ((1, 2), (-1,))
    corner = edit.layer.area(-1)
    assert (corner.name, corner.agency_id) == ("corner", squares().area(1).agency_id)
    assert ground(edit.layer, -1) == pytest.approx(0.15)
    assert ground(edit.layer, 1) == pytest.approx(0.85)
    assert topology(edit.layer).areas_at((E, 0.5 * E)) == (1, 2, -1)
    assert edit.layer.areas[3] is edit.layer.area(4)
    assert faults_of_tiling(edit.layer) == []
    across = split(squares(), 1, [(-E, 0.2 * E), (1.5 * E, 0.2 * E), (1.5 * E, 0.6 * E), (-E, 0.6 * E)])
    assert [area.name for area in across.layer.areas[4:]] == ["A1 (2)", "A1 (3)"]
    assert [ground(across.layer, i) for i in (1, -1, -2)] == pytest.approx([0.4, 0.4, 0.2])


def test_a_line_that_does_not_cross_twice_splits_nothing() -> None:
    """Lines that end inside, pass by, touch a corner, follow the border or have one point are refused."""
    layer = squares()
    for line in (
        [(-E, 0.5 * E), (0.5 * E, 0.5 * E)],
        [(0.2 * E, 0.5 * E), (0.8 * E, 0.5 * E)],
        [(-E, -E), (3 * E, -E)],
        [(-0.5 * E, 0.5 * E), (0.5 * E, -0.5 * E)],
        [(0, 0), (E, 0), (E, E)],
    ):
        with pytest.raises(AreaEditRefused, match="does not cut “A1” in two"):
            split(layer, 1, line)
    with pytest.raises(AreaEditRefused, match="A line needs two points"):
        split(layer, 1, [(0, 0), (1e-12, 0)])
    with pytest.raises(AreaEditRefused, match="A line needs two points"):
        split(layer, 1, [])


def test_a_split_leaves_holes_islands_and_other_parts_alone() -> None:
    """A cut through a hole gives the island in it the ends; a part that is not cut stays with the largest piece."""
    island = shapely.box(0.4 * E, 0.4 * E, 0.6 * E, 0.6 * E)
    far = shapely.box(3 * E, 0, 4 * E, E)
    ring = shapely.MultiPolygon([shapely.box(0, 0, E, E).difference(island), far])
    layer = as_layer([ring, island], 32631)
    edit = split(layer, 1, [(-E, 0.45 * E), (2 * E, 0.45 * E)])
    assert edit.changed == (1, 2)
    assert len(edit.layer.area(2).xy) == 7
    assert ground(edit.layer, -1) == pytest.approx(0.45 - 0.2 * 0.05)
    assert far.within(edit.layer.area(1).shape)
    assert faults_of_tiling(edit.layer) == []
    with pytest.raises(AreaEditRefused, match="does not cut"):
        split(layer, 1, [(-E, 0.5 * E), (0.5 * E, 0.5 * E)])
    hole = split(squares(), 1, [(0.2 * E, 0.2 * E), (0.4 * E, 0.2 * E), (0.3 * E, 0.4 * E), (0.2 * E, 0.2 * E)])
    assert [ground(hole.layer, i) for i in (1, -1)] == pytest.approx([0.98, 0.02])


def test_merging_takes_the_common_border_away() -> None:
    """Merged areas are one under the first id; apart they are parts of one; one alone is refused."""
    edit = merge(squares(), [2, 1])
    assert (edit.changed, edit.removed, edit.uncovered_m2) == ((2,), (1,), 0.0)
    assert edit.layer.area(2).name == "A2"
    assert apart(edit.layer.area(2).shape, shapely.box(0, 0, 2 * E, E)) == 0.0
    assert topology(edit.layer).areas_at((E, E)) == (2, 3, 4)
    diagonal = merge(squares(), [1, 4])
    assert diagonal.layer.area(1).shape.geom_type == "MultiPolygon"
    for ids in ([1], [1, 1], []):
        with pytest.raises(AreaEditRefused, match="Merging needs two areas or more"):
            merge(squares(), ids)


def test_a_drawn_area_is_cut_out_or_fills_what_is_free() -> None:
    """The same ring takes ground of all areas there, or only what none has; either way nothing overlaps."""
    layer = as_layer([shapely.box(0, 0, E, E), shapely.box(E, 0, 2 * E, E)], 32631)
    ring = [(0.5 * E, 0.5 * E), (1.5 * E, 0.5 * E), (1.5 * E, 1.5 * E), (0.5 * E, 1.5 * E)]
    cut = draw(layer, [ring], "park", 7, takes="ground")
    assert (cut.changed, cut.added) == ((1, 2), (-1,))
    park = cut.layer.area(-1)
    assert (park.name, park.agency_id) == ("park", 7)
    assert [ground(cut.layer, i) for i in (1, 2, -1)] == pytest.approx([0.75, 0.75, 1.0])
    assert faults_of_tiling(cut.layer) == []
    gap = draw(layer, [ring], "park", 7, takes="gap")
    assert [ground(gap.layer, i) for i in (1, 2, -1)] == pytest.approx([1.0, 1.0, 0.5])
    assert faults_of_tiling(gap.layer) == []
    assert gap.covered_m2 == pytest.approx(0.5 * E * E * 111_320 * 110_574, rel=1e-3)
    with pytest.raises(AreaEditRefused, match=r"Areas have all the ground at .*; draw over a gap"):
        draw(layer, [[(0.1 * E, 0.1 * E), (0.2 * E, 0.1 * E), (0.1 * E, 0.2 * E)]], "x", None, takes="gap")
    with pytest.raises(AreaEditRefused, match="“A1” would have no ground left; remove it first, or draw around it"):
        draw(layer, [[(-E, -E), (E, -E), (E, 2 * E), (-E, 2 * E)]], "x", None, takes="ground")


def test_the_first_area_of_a_layer_can_be_drawn() -> None:
    """A layer without areas gets its first one by drawing, and loses it again."""
    empty = as_layer([], 32631)
    for takes in ("ground", "gap"):
        edit = draw(empty, [[(0, 0), (E, 0), (0, E)]], "first", None, takes=takes)
        assert (edit.added, edit.changed) == ((-1,), ())
        assert edit.covered_m2 == pytest.approx(0.5 * E * E * 111_320 * 110_574, rel=1e-3)
        assert remove(edit.layer, -1).layer.areas == ()


def test_drawn_rings_snap_and_make_holes_and_parts() -> None:
    """Vertices near a corner or border lie on it bit by bit; a ring inside is a hole, one beside it a part."""
    layer = squares()
    near = [(1e-6, 1e-6), (E + 1e-6, -1e-6), (E - 1e-6, 0.5 * E), (-1e-6, 0.5 * E)]
    edit = draw(layer, [near], "low", None, takes="ground", snap_m=1)
    assert ground(edit.layer, -1) == pytest.approx(0.5, rel=1e-9)
    assert edit.covered_m2 == 0.0
    assert set(topology(edit.layer).areas_at((E, 0.5 * E))) == {1, 2, -1}
    rings = [
        [(0.1 * E, 0.1 * E), (0.9 * E, 0.1 * E), (0.9 * E, 0.9 * E), (0.1 * E, 0.9 * E)],
        [(0.3 * E, 0.3 * E), (0.7 * E, 0.3 * E), (0.7 * E, 0.7 * E), (0.3 * E, 0.7 * E)],
        [(3 * E, 0), (4 * E, 0), (4 * E, E), (3 * E, E)],
    ]
    drawn = draw(layer, rings, "ring", None, takes="ground")
    assert ground(drawn.layer, -1) == pytest.approx(0.64 - 0.16 + 1)
    assert ground(drawn.layer, 1) == pytest.approx(0.36 + 0.16)
    assert len(drawn.layer.area(-1).rings()) == 3
    assert faults_of_tiling(drawn.layer) == []


def test_what_encloses_nothing_is_not_drawn() -> None:
    """Two corners, a loop, a line and no ring at all are refused in one sentence each."""
    layer = squares()
    for ring, words in (
        ([(0, 0), (E, 0)], "A ring needs three corners; draw one more"),
        ([(0, 0), (E, E), (E, 0), (0, E)], "The ring crosses itself near 0.005000, 0.005000; draw it without a loop"),
        ([(0, 0), (E, 0), (2 * E, 0)], "The ring crosses itself near"),
        ([(5 * E, 0), (5 * E + 1e-9, 0), (5 * E, 1e-9)], "The rings enclose no ground|needs three corners"),
    ):
        with pytest.raises(AreaEditRefused, match=words):
            draw(layer, [ring], "x", None, takes="ground")
    with pytest.raises(AreaEditRefused, match="The rings enclose no ground"):
        draw(layer, [], "x", None, takes="ground")


def test_a_border_follows_a_line_for_both_neighbours() -> None:
    """A line into an area gives what it cuts off to the neighbour, one out of it takes; both in one line as well."""
    inwards = reshape(squares(), 1, [(E, 0.2 * E), (0.8 * E, 0.5 * E), (E, 0.8 * E)])
    assert inwards.changed == (1, 2)
    assert [ground(inwards.layer, i) for i in (1, 2)] == pytest.approx([0.94, 1.06])
    outwards = reshape(squares(), 1, [(0.9 * E, 0.2 * E), (1.2 * E, 0.2 * E), (1.2 * E, 0.8 * E), (0.9 * E, 0.8 * E)])
    assert [ground(outwards.layer, i) for i in (1, 2)] == pytest.approx([1.12, 0.88])
    both = reshape(squares(), 1, [(E, 0.1 * E), (0.8 * E, 0.3 * E), (E, 0.5 * E), (1.2 * E, 0.7 * E), (E, 0.9 * E)])
    assert [ground(both.layer, i) for i in (1, 2)] == pytest.approx([1.0, 1.0])
    assert topology(both.layer).areas_along((E, 0.5 * E), (1.2 * E, 0.7 * E)) == (1, 2)
    for edit in (inwards, outwards, both):
        assert faults_of_tiling(edit.layer) == []
        assert edit.uncovered_m2 == edit.covered_m2 == 0.0


def test_a_border_on_the_rim_follows_a_line_too() -> None:
    """On the rim a line inwards leaves ground to nobody and one outwards takes from nobody, and both are told."""
    inwards = reshape(squares(), 1, [(0, 0.2 * E), (0.2 * E, 0.5 * E), (0, 0.8 * E)])
    assert inwards.changed == (1,)
    assert inwards.uncovered_m2 == pytest.approx(0.06 * E * E * 111_320 * 110_574, rel=1e-3)
    outwards = reshape(squares(), 1, [(0, 0.2 * E), (-0.2 * E, 0.5 * E), (0, 0.8 * E)])
    assert outwards.covered_m2 == pytest.approx(0.06 * E * E * 111_320 * 110_574, rel=1e-3)


def test_lines_that_leave_doubt_reshape_nothing() -> None:
    """Refused: less than two meetings, old borders with two neighbours, a ring and its hole, the old course."""
    layer = squares()
    for line, words in (
        ([(0.2 * E, 0.2 * E), (0.8 * E, 0.8 * E)], "meets the border of “A1” nowhere; begin and end it on the border"),
        ([(0.5 * E, 0.5 * E), (1.5 * E, 0.5 * E)], "meets the border of “A1” only once"),
        ([(E, 0.7 * E), (0.7 * E, 0.7 * E), (0.7 * E, E)], "runs along “A2” and “A3”; reshape the border with one"),
        ([(E, 0), (E, E)], "follows this line already"),
        ([(0, 0.5 * E), (E, 0.9 * E), (0.8 * E, 0.1 * E), (0.5 * E, 0.9 * E)], "crosses itself"),
    ):
        with pytest.raises(AreaEditRefused, match=words):
            reshape(layer, 1, line)
    with pytest.raises(AreaEditRefused, match="“A2” would have no ground left; remove it first"):
        reshape(layer, 1, [(E, 0), (E, -E), (3 * E, -E), (3 * E, 2 * E), (E, 2 * E), (E, E)])
    island = shapely.box(0.4 * E, 0.4 * E, 0.6 * E, 0.6 * E)
    ring = as_layer([shapely.box(0, 0, E, E).difference(island), island], 32631)
    with pytest.raises(AreaEditRefused, match="does not join two points of one ring of “A1”"):
        reshape(ring, 1, [(0, 0.5 * E), (0.5 * E, 0.5 * E)])
    hole = reshape(ring, 1, [(0.4 * E, 0.45 * E), (0.3 * E, 0.5 * E), (0.4 * E, 0.55 * E)])
    assert [ground(hole.layer, i) for i in (1, 2)] == pytest.approx([0.955, 0.045])
    assert faults_of_tiling(hole.layer) == []


def test_a_removed_area_leaves_its_ground() -> None:
    """Removing tells the ground that nobody has any more and changes nothing else; an unknown id is refused."""
    layer = squares()
    edit = remove(layer, 3)
    assert (edit.changed, edit.removed, edit.layer.ids) == ((), (3,), (1, 2, 4))
    assert edit.uncovered_m2 == pytest.approx(E * E * 111_320 * 110_574, rel=1e-3)
    assert all(area is layer.area(area.id) for area in edit.layer.areas)
    assert remove(as_layer([shapely.Polygon(), shapely.box(0, 0, E, E)], 32631), 1).uncovered_m2 == 0.0
    with pytest.raises(AreaEditRefused, match="no area 3"):
        remove(edit.layer, 3)


@pytest.mark.parametrize(
    ("name", "crs"),
    [("detroit_zipcodes", 32617), ("boston_zip_codes", 26986), ("boston_police_districts", 26986)],
)
def test_real_areas_are_split_reshaped_and_merged(name: str, crs: int) -> None:
    """On real layers every area cut across and merged again has its ground, and no new overlap appears."""
    layer = real_layer(name, crs)
    total = union_degrees2(layer)
    for area in sorted(layer.areas, key=lambda one: -one.shape.area)[:8]:
        west, _, east, _ = area.shape.bounds
        middle = area.shape.representative_point()
        line = [(west - 0.001, middle.y), (middle.x, middle.y + 1e-4), (east + 0.001, middle.y)]
        edit = split(layer, area.id, line)
        again = merge(edit.layer, [area.id, *edit.added])
        assert apart(again.layer.area(area.id).shape, area.shape) < 1e-12  # ten square centimetres in a whole border
        assert union_degrees2(edit.layer) == pytest.approx(total, rel=1e-9)
        ring = middle.buffer(0.001, cap_style="square").exterior.coords[:-1]
        square = draw(layer, [ring], "new", None, takes="ground")
        assert square.uncovered_m2 < 0.01
        assert square.layer.area(-1).shape.area == pytest.approx(4e-6, rel=1e-6)


def test_a_history_forgets_the_oldest_and_shares_the_rest() -> None:
    """Versions share what did not change; beyond its bounds the oldest goes; both ends say that there is no more."""
    layer = voronoi(5, 30)
    history = history_of(layer, "opened", most_steps=4)
    alone = held_bytes(history.steps)
    for count in range(6):
        corner = layer.area(1).shape.centroid
        ring = [(corner.x - 1e-4, corner.y - 1e-4), (corner.x + 1e-4, corner.y - 1e-4), (corner.x, corner.y + 1e-4)]
        moved = [(x + count * 3e-4 - 6e-4, y) for x, y in ring]
        history = history.did(f"drew {count}", draw(history.layer, [moved], str(count), None, takes="ground").layer)
    assert [step.label for step in history.steps] == ["drew 2", "drew 3", "drew 4", "drew 5"]
    assert held_bytes(history.steps) < 2 * alone
    assert (history.undo_label, history.redo_label) == ("drew 5", None)
    back = history.undo().undo()
    assert (back.undo_label, back.redo_label) == ("drew 3", "drew 4")
    assert back.did("other", layer).redo_label is None
    assert history.undo_label == "drew 5"
    with pytest.raises(GeoError, match="Nothing was undone"):
        history.redo()
    with pytest.raises(GeoError, match="Nothing is left to undo"):
        back.undo().undo()
    small = history_of(layer)
    tight = type(small)(small.steps, most_bytes=alone + 1).did("next", voronoi(6, 30))
    assert [step.label for step in tight.steps] == ["next"]
