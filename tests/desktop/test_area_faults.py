"""What is listed as wrong with a layer of areas, in the words of its pane; no window is needed for it."""

from __future__ import annotations

import pytest
import shapely

from data.records import AreaLayer, LayerId
from desktop.controllers.area_faults import find_pieces, is_for_the_city
from desktop.controllers.area_words import left_out_words, piece_lines
from geo.area_layer import LayerOfAreas, layer_of_areas

E = 0.01  # side of the squares in degrees
HAIR = 1e-5  # about a metre


def two_of_three() -> LayerOfAreas:
    """The western and the eastern of three squares, which leave the middle one and touch nowhere."""
    return layer_of_areas(
        [1, 2], ["West", "East"], [1, 1], [shapely.box(0, 0, E, E), shapely.box(2 * E, 0, 3 * E, E)], 32631
    )


def test_what_areas_leave_of_the_boundary_is_listed_and_slivers_along_it_are_counted() -> None:
    """The middle of the boundary is a piece with its neighbours; the strip a metre wide along each area is left out,
    which is said with its number; without a boundary that is said, and nothing is listed that no area encloses."""
    layer = two_of_three()
    boundary = shapely.union_all([shapely.box(0, 0, 3 * E, E), shapely.box(0, -HAIR, E / 2, 0)])
    pieces = find_pieces(layer, boundary)
    names = {area.id: area.name for area in layer.areas}
    assert [line.what for line in piece_lines(pieces.found, names)] == ["Uncovered: West · East"]
    assert pieces.left_out == 1
    assert pieces.left_out_m2 == pytest.approx(E / 2 * 111_320 * HAIR * 110_574, rel=0.01)
    assert left_out_words(pieces).startswith("Left out along the city’s boundary: 1 sliver under 2 m wide, 6")
    alone = find_pieces(layer)
    assert alone.found == ()
    assert "no boundary" in left_out_words(alone)
    assert left_out_words(find_pieces(layer, shapely.box(0, 0, 3 * E, E))) == ""


@pytest.mark.parametrize(
    ("assigns", "services", "share", "is_gap"),
    [
        (True, (), 0.1, True),
        (True, ("trash",), 0.6, True),
        (True, ("trash",), 0.4, False),
        (False, (), 0.9, False),
    ],
)
def test_what_a_layer_leaves_is_a_gap_where_it_is_meant_for_the_city(
    assigns: bool, services: tuple[str, ...], share: float, is_gap: bool
) -> None:
    """A layer that assigns every service, or that has half of the city, is; one that assigns nothing, or a few services
    in a part of town, is not, and what it leaves is left out and told to be."""
    boundary = shapely.box(0, 0, 3 * E, E)
    layer = layer_of_areas([1], ["West"], [1], [shapely.box(0, 0, share * 3 * E, E)], 32631)
    record = AreaLayer(LayerId(1), "Parks", 0, assigns, services)
    assert is_for_the_city(record, layer, boundary) is is_gap
    within = find_pieces(layer, boundary, within=not is_gap)
    assert [found.enclosed for found in within.found] == ([False] if is_gap else [])
    assert ("not listed" in left_out_words(within)) is not is_gap


def test_a_gap_around_an_island_is_marked_with_its_hole() -> None:
    """What is uncovered all around an area is drawn as a ring: the area in it keeps its own look."""
    layer = layer_of_areas([1], ["Middle"], [1], [shapely.box(E, E, 2 * E, 2 * E)], 32631)
    (found,) = find_pieces(layer, shapely.box(0, 0, 3 * E, 3 * E)).found
    outer, inner = found.mark(now=True).rings
    assert shapely.Polygon(outer, [inner]).equals(shapely.box(0, 0, 3 * E, 3 * E).difference(layer.areas[0].shape))
    assert not found.enclosed


def test_an_enclave_that_the_boundary_leaves_out_is_no_gap() -> None:
    """A hole that areas have where another town lies is listed only where the city's boundary reaches into it."""
    ring = shapely.box(0, 0, 3 * E, 3 * E).difference(shapely.box(E, E, 2 * E, 2 * E))
    layer = layer_of_areas([1], ["Ring"], [1], [ring], 32631)
    assert find_pieces(layer, ring).found == ()
    assert find_pieces(layer, ring.union(shapely.box(E, E, 2 * E, E + HAIR))).found == ()
    (gap,) = find_pieces(layer, shapely.box(0, 0, 3 * E, 3 * E)).found
    assert gap.enclosed
