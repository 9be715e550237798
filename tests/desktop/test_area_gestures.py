"""What gestures and buttons make of a draft of areas, without a window."""

from __future__ import annotations

import pytest
import shapely

from data.records import AreaLayer, LayerId
from desktop.controllers.area_draft import AreaDraft
from desktop.controllers.area_edits import fill, gesture_edit, rename
from desktop.map.area_editing import Act, Gesture, Spot, gesture_of
from geo.area_history import history_of
from geo.area_layer import AreaEditRefused, LayerOfAreas, layer_of_areas
from geo.area_topology import topology

E = 0.01  # side of the squares in degrees
RING = [(0.2 * E, 0.2 * E), (0.6 * E, 0.2 * E), (0.6 * E, 0.6 * E)]


def layer() -> LayerOfAreas:
    """Two squares side by side; the western one has a hole that a third area fills."""
    hole = shapely.box(0.7 * E, 0.7 * E, 0.9 * E, 0.9 * E)
    shapes = [shapely.box(0, 0, E, E).difference(hole), shapely.box(E, 0, 2 * E, E), hole]
    return layer_of_areas([1, 2, 3], ["West", "East", "Inner"], [1, 2, 1], shapes, 32631)


def draft() -> AreaDraft:
    """A draft of these areas as it begins."""
    areas = layer()
    stored = {area.id: bytes(shapely.to_wkb(area.shape)) for area in areas.areas}
    return AreaDraft(AreaLayer(LayerId(1), "Works", 1, True, ()), areas, stored, (0, 0), history_of(areas))


def after(before: AreaDraft, act: Act, *points: Spot, ids: tuple[int, ...] = ()) -> AreaDraft:
    """The draft after a gesture."""
    gesture = Gesture(act, 1, points, ids, (0.0, 0.0))
    return gesture_edit(gesture, takes="ground", agency_id=None)(before).draft


def spot(before: AreaDraft, area_id: int, ring: int, number: int) -> Spot:
    """A corner as the page tells it."""
    area = before.present.area(area_id)
    lon, lat = area.rings()[ring][number]
    return Spot(float(lon), float(lat), (area_id, ring, number))


def test_an_edge_moves_in_both_areas_the_way_of_the_hand_or_of_the_keys() -> None:
    """The border of two areas goes along with the hand, or by metres, and stays one border; less than both ends is no
    gesture, and ends that no edge joins are refused."""
    first = draft()
    corners = [tuple(xy) for xy in first.present.area(2).rings()[0][:-1]]
    ends = [spot(first, 2, 0, corners.index(place)) for place in ((E, 0.0), (E, E))]
    dragged = after(first, "edge", *ends, Spot(E, 0.5 * E), Spot(0.95 * E, 0.5 * E))
    assert dragged.changed() == {1, 2}
    moved = shapely.box(0.95 * E, 0, 2 * E, E)
    assert shapely.symmetric_difference(dragged.present.area(2).shape, moved).area < 1e-15
    assert dragged.present.area(1).shape.area == pytest.approx(first.present.area(1).shape.area - 0.05 * E * E)
    moved_ends = [tuple(xy) for xy in dragged.present.area(2).rings()[0] if xy[0] < E]
    assert topology(dragged.present).areas_along(*moved_ends[:2]) == (1, 2)
    assert dragged.history.undo_label == "Move an edge"
    east = Gesture("edge", 1, tuple(ends), (), (10.0, 0.0))
    nudged = gesture_edit(east, takes="ground", agency_id=None)(first).draft
    west_end = nudged.present.area(2).shape.bounds[0]
    assert (west_end - E) * 111_320 == pytest.approx(10.0, rel=0.01)
    with pytest.raises(AreaEditRefused, match="No border has an edge"):
        after(first, "edge", ends[0], spot(first, 1, 1, 0), Spot(0, 0), Spot(0, E))
    told = {"act": "edge", "version": 1, "points": [], "ids": [], "metres": [0, 0]}
    with pytest.raises(ValueError, match="two ends"):
        gesture_of(told)


def test_an_undo_behind_the_last_step_of_the_draft_takes_nothing_and_says_what_the_next_one_means() -> None:
    """Two that were pressed while an edit ran, and only one step: the second does not reach what was saved unseen."""
    with pytest.raises(AreaEditRefused, match="once more takes back what was saved last"):
        after(draft(), "undo")


def test_a_hole_is_drawn_in_the_chosen_area_filled_from_its_corner_and_both_are_undone() -> None:
    """The ring leaves the chosen area as a hole; a corner that the hole shares with the area in it means the hole."""
    first = draft()
    cut = after(first, "hole", *(Spot(*place) for place in RING), ids=(1,))
    assert cut.present.area(1).shape.equals(first.present.area(1).shape.difference(shapely.Polygon(RING)))
    gesture = Gesture("hole", 1, tuple(Spot(*place) for place in RING), (1,), (0.0, 0.0))
    assert gesture_edit(gesture, takes="ground", agency_id=None)(first).told.startswith("About 98")  # thousand m²
    assert cut.history.undo_label == "Hole in “West”"
    number = next(n for n, ring in enumerate(cut.present.area(1).rings()) if len(ring) == 4)
    filled = after(cut, "fill", Spot(5.0, 5.0), spot(cut, 1, number, 0))
    assert filled.present.area(1).shape.equals(first.present.area(1).shape)
    assert filled.history.undo().undo().layer is first.present
    with pytest.raises(AreaEditRefused, match="Other areas have all the ground"):
        after(first, "fill", spot(first, 3, 0, 0), spot(first, 1, 1, 0))
    with pytest.raises(AreaEditRefused, match="of no hole"):
        after(first, "fill", spot(first, 2, 0, 0))
    with pytest.raises(AreaEditRefused, match="Choose the one area"):
        after(first, "hole", *(Spot(*place) for place in RING))
    assert fill(1)(cut).draft.present.area(1).shape.equals(first.present.area(1).shape)


def test_a_name_that_another_area_has_is_told_and_one_that_is_too_long_refused() -> None:
    """Two areas may share a name, and the one who writes it hears what rules make of that; 200 letters are the most."""
    first = draft()
    other = first.present.areas[1].name
    assert f"Another area is called “{other}” too" in rename(1, other)(first).told
    assert rename(1, "x" * 200)(first).told == ""
    with pytest.raises(AreaEditRefused, match="at most 200 letters"):
        rename(1, "x" * 201)(first)
