"""Tests of finding and mending overlaps and gaps, with shapely's overlay as the independent measure."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.area_edits import remove
from geo.area_layer import AreaEditRefused, LayerOfAreas
from geo.area_pieces import Piece, fill_gap, gaps, give_overlap, overlaps, uncovered
from geo.areas_repair import measure_coverage
from geo.crs import shape_to_metres
from tests.geo.areas import as_wkb, layer
from tests.geo.tilings import as_layer, faults_of_tiling, overlap_degrees2, real_layer, shapes, voronoi
from tests.soak import examples

E = 0.01  # side of the squares in degrees
GRID = 1e-12  # degrees: how finely pieces are told, a ten-thousandth of a millimetre
REAL = [
    ("new_haven_neighborhoods", 32618),
    ("detroit_neighborhoods_partial", 32617),
    ("boston_neighborhoods", 26986),
]


def metres2(shape: shapely.Geometry, crs_epsg: int) -> float:
    """Square metres in the layer's CRS."""
    return float(shape_to_metres(shape, crs_epsg).area)


def jumbled(seed: int) -> LayerOfAreas:
    """A tiling whose cells were each pushed a little and bent: overlaps and gaps everywhere."""
    rng = np.random.default_rng(seed)
    tiles = voronoi(seed, 9)
    cells = []
    for area in tiles.areas:
        corners = area.xy[:-1] + rng.normal(0, 3e-4, (len(area.xy) - 1, 2))
        pushed = shapely.Polygon(corners)
        cells.append(pushed if pushed.is_valid else area.shape)
    return as_layer(cells)


@settings(max_examples=examples(40))
@given(st.integers(0, 2**32 - 1))
def test_overlaps_are_those_of_shapely(seed: int) -> None:
    """Pieces cover exactly what pairs have in common, none twice, and each names just the areas around its place."""
    jumble = jumbled(seed)
    pieces = overlaps(jumble, least_m2=0.0)
    pairs = shapely.union_all([shapely.intersection(a, b) for a, b in combinations(shapes(jumble), 2)])
    united = shapely.union_all([piece.polygon for piece in pieces])
    assert shapely.symmetric_difference(united, pairs).area < GRID * pairs.length
    assert sum(piece.polygon.area for piece in pieces) == pytest.approx(united.area, abs=GRID * pairs.length)
    for piece in pieces:
        if piece.area_m2 > 1:
            around = [area.id for area in jumble.areas if area.shape.contains(shapely.Point(piece.at))]
            assert piece.areas == tuple(around)
            assert piece.polygon.contains(shapely.Point(piece.at))
    assert [piece.area_m2 for piece in pieces] == sorted((piece.area_m2 for piece in pieces), reverse=True)


@settings(max_examples=examples(40))
@given(st.integers(0, 2**32 - 1))
def test_gaps_are_those_of_shapely(seed: int) -> None:
    """Gaps cover exactly what is free in the holes of the union; with what a boundary has and no area encloses they are
    all that no area has of it, and no ground is told twice."""
    jumble = jumbled(seed)
    union = shapely.union_all(shapes(jumble))
    boundary = union.envelope
    holes = [shapely.Polygon(ring) for part in shapely.get_parts(union) for ring in part.interiors]
    enclosed = shapely.difference(shapely.union_all(holes), union)  # an area may lie in a hole of the others
    inside = gaps(jumble, least_m2=0.0)
    both = inside + uncovered(jumble, boundary, least_m2=0.0)
    for pieces, wanted in ((inside, enclosed), (both, shapely.difference(boundary, union))):
        found = shapely.union_all([piece.polygon for piece in pieces])
        assert shapely.symmetric_difference(found, wanted).area <= GRID * wanted.length
        assert sum(piece.polygon.area for piece in pieces) == pytest.approx(found.area, abs=GRID * wanted.length)
        for piece in pieces:
            near = [area.id for area in jumble.areas if area.shape.distance(piece.polygon) < 1e-12]
            assert piece.areas == tuple(near)


def test_what_a_boundary_has_apart_from_all_areas_is_told_and_can_be_filled() -> None:
    """An island of the boundary borders no area, a hole of it is nobody's to cover, a strip along an area is a sliver;
    each can be given to an area, a layer without areas covers nothing."""
    one = as_layer([shapely.box(0, 0, E, E)], 32631)
    hair = 1e-5  # about a metre
    town = shapely.MultiPolygon([shapely.box(0, 0, E, E + hair), shapely.box(2 * E, 0, 3 * E, E)])
    hole = shapely.box(2.4 * E, 0.4 * E, 2.6 * E, 0.6 * E)
    island, strip = uncovered(one, town.difference(hole))
    assert (island.areas, island.sliver) == ((), False)
    assert not island.polygon.contains(hole.centroid)
    assert (strip.areas, strip.sliver) == ((1,), True)
    filled = fill_gap(fill_gap(one, island, 1).layer, strip, 1).layer
    assert uncovered(filled, town.difference(hole)) == ()
    assert shapely.symmetric_difference(filled.areas[0].shape, town.difference(hole)).area < 1e-13
    (all_of_it,) = uncovered(as_layer([], 32631), shapely.box(0, 0, E, E))
    assert all_of_it.areas == ()


@settings(max_examples=examples(12))
@given(st.integers(0, 2**32 - 1))
def test_all_pieces_can_be_mended_one_after_the_other(seed: int) -> None:
    """All overlaps given and all gaps filled leave one tiling with bit-equal edges, and the same ground.

    Only where a piece is left that is too small to be told may edges differ.
    """
    jumble = jumbled(seed)
    union = shapely.union_all(shapes(jumble))
    for piece in overlaps(jumble):
        edit = give_overlap(jumble, piece, piece.areas[seed % len(piece.areas)])
        assert edit.uncovered_m2 < 0.01
        assert set(edit.changed) <= {area.id for area in jumble.areas}
        jumble = edit.layer
    for piece in gaps(jumble):
        edit = fill_gap(jumble, piece, piece.areas[0])
        assert edit.covered_m2 == pytest.approx(piece.area_m2, rel=0.01, abs=0.01)
        jumble = edit.layer
    assert overlaps(jumble) == gaps(jumble) == ()
    filled = shapely.union_all([shapely.Polygon(part.exterior) for part in shapely.get_parts(union)])
    assert shapely.symmetric_difference(shapely.union_all(shapes(jumble)), filled).area < 1e-11
    untold = overlaps(jumble, least_m2=0.0) + gaps(jumble, least_m2=0.0)
    assert untold or faults_of_tiling(jumble) == []


def test_ground_of_three_areas_is_one_piece() -> None:
    """Where three areas overlap there is one piece of three, and pieces of two around it, all told largest first."""
    three = as_layer(
        [shapely.box(0, 0, 2 * E, 2 * E), shapely.box(E, 0, 3 * E, 2 * E), shapely.box(0, E, 3 * E, 3 * E)], 32631
    )
    pieces = overlaps(three)
    assert {piece.areas: round(piece.polygon.area / E**2, 9) for piece in pieces} == {
        (1, 2): 1.0,
        (1, 3): 1.0,
        (2, 3): 1.0,
        (1, 2, 3): 1.0,
    }
    inner = next(piece for piece in pieces if len(piece.areas) == 3)
    edit = give_overlap(three, inner, 3)
    assert edit.changed == (1, 2, 3)  # 3 gets the piece's corners on its border
    assert overlap_degrees2(edit.layer) == pytest.approx(3 * E**2)


def test_slivers_are_told_by_their_width() -> None:
    """A strip of 0.9 m is a sliver of about that width; a square of 80 m is none; the limit can be set."""
    metre = 1 / 111_320
    strip = as_layer([shapely.box(0, 0, E, E), shapely.box(E - 0.9 * metre, 0, 2 * E, E)], 32631)
    (piece,) = overlaps(strip)
    assert piece.sliver
    assert piece.width_m == pytest.approx(0.9, rel=0.01)
    assert piece.area_m2 == pytest.approx(0.9 * E * 110_574, rel=0.01)
    assert not overlaps(strip, sliver_m=0.5)[0].sliver
    block = as_layer([shapely.box(0, 0, E, E), shapely.box(E - 80 * metre, E - 80 * metre, 2 * E, 2 * E)], 32631)
    assert [piece.sliver for piece in overlaps(block)] == [False]
    assert overlaps(block, least_m2=7000) == ()


@pytest.mark.parametrize(("name", "crs"), REAL)
def test_pieces_of_real_layers_add_up_to_their_coverage(name: str, crs: int) -> None:
    """The pieces of real layers have the size that the overlay in metres measures, within one part in a hundred."""
    real = real_layer(name, crs)
    pieces = overlaps(real)
    measured = measure_coverage(as_wkb(shapes(real)), None, crs).overlaps
    by_pair = sum(piece.area_m2 * len(piece.areas) * (len(piece.areas) - 1) / 2 for piece in pieces)
    assert by_pair == pytest.approx(sum(km2 for _, _, km2 in measured) * 1e6, rel=0.01, abs=0.5)
    assert sum(metres2(piece.polygon, crs) for piece in pieces) == pytest.approx(sum(p.area_m2 for p in pieces))


def test_detroits_gaps_are_more_than_half_of_the_city() -> None:
    """The gaps within Detroit's boundary have the size that the overlay in metres measures."""
    boundary = layer("detroit_boundary")[0]
    real = real_layer("detroit_neighborhoods_partial", 32617)
    pieces = gaps(real, boundary) + uncovered(real, boundary)
    measured = measure_coverage(as_wkb(shapes(real)), as_wkb([boundary])[0], 32617)
    assert measured.gap_km2 is not None
    assert sum(piece.area_m2 for piece in pieces) == pytest.approx(measured.gap_km2 * 1e6, rel=1e-3)
    assert {piece.areas for piece in pieces} != {()}


def test_new_havens_overlaps_and_gaps_are_mended() -> None:
    """Every overlap and every enclosed gap of New Haven's neighbourhoods goes away, in one act each."""
    city = real_layer("new_haven_neighborhoods", 32618)
    before = len(overlaps(city)), len(gaps(city))
    assert min(before) > 100
    for _ in range(3):  # what a mend leaves beside it, of the size of rounding, is told anew
        for piece in overlaps(city):
            city = give_overlap(city, piece, piece.areas[0]).layer
        for piece in gaps(city):
            city = fill_gap(city, piece, piece.areas[0]).layer
    assert (overlaps(city), gaps(city)) == ((), ())


def test_a_hole_in_a_boundary_is_no_gap() -> None:
    """An enclave that a boundary leaves out is no gap, and an invalid boundary is repaired before it is used."""
    layer_ = as_layer([shapely.box(0, 0, E, E)], 32631)
    enclave = shapely.box(1.2 * E, 0.2 * E, 1.8 * E, 0.8 * E)
    (piece,) = uncovered(layer_, shapely.box(0, 0, 2 * E, E).difference(enclave))
    assert piece.polygon.area == pytest.approx(0.64 * E**2)
    assert piece.areas == (1,)
    crossed = shapely.Polygon([(0, 0), (2 * E, 0), (2 * E, E), (0, -E)])
    assert sum(p.polygon.area for p in uncovered(layer_, crossed)) == pytest.approx(
        shapely.make_valid(crossed).difference(shapely.box(0, 0, E, E)).area
    )


def test_pieces_that_are_mended_already_are_refused() -> None:
    """A piece that an edit since has taken away, or an area without part in it, is refused with what to do."""
    metre = 1 / 111_320
    strip = as_layer([shapely.box(0, 0, E, E), shapely.box(E - 5 * metre, 0, 2 * E, E)], 32631)
    (piece,) = overlaps(strip)
    mended = give_overlap(strip, piece, 1).layer
    with pytest.raises(AreaEditRefused, match=r"“A2” does not overlap at .* any more; look for overlaps and gaps anew"):
        give_overlap(mended, piece, 1)
    with pytest.raises(AreaEditRefused, match=r"Area 7 has no part in the overlap at .*; choose one that has"):
        give_overlap(strip, piece, 7)
    with pytest.raises(AreaEditRefused, match=r"“A1” has the ground at .* by now; look for"):
        fill_gap(strip, piece, 1)
    inside = as_layer([shapely.box(0, 0, E, E), shapely.box(0.2 * E, 0.2 * E, 0.4 * E, 0.4 * E)], 32631)
    with pytest.raises(AreaEditRefused, match="“A2” would have no ground left; give the piece to that area"):
        give_overlap(inside, overlaps(inside)[0], 1)
    assert len(give_overlap(inside, overlaps(inside)[0], 2).layer.area(1).rings()) == 2


def test_a_gap_that_a_removal_left_can_go_to_a_neighbour() -> None:
    """The ground of a removed area in the middle is one gap, and filled by a neighbour it is a tiling again."""
    tiles = voronoi(11, 25)
    rim = shapely.union_all(shapes(tiles)).exterior
    inner = next(area for area in tiles.areas if area.shape.distance(rim) > 0)
    left = remove(tiles, inner.id).layer
    (piece,) = gaps(left)
    assert isinstance(piece, Piece)
    assert metres2(inner.shape, tiles.crs_epsg) == pytest.approx(piece.area_m2)
    filled = fill_gap(left, piece, piece.areas[-1])
    assert filled.changed == piece.areas[-1:]
    assert gaps(filled.layer) == overlaps(filled.layer) == ()
