"""Editing areas in the map's real page: what the hand does is told, and what the window answers is shown."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Sequence

import pytest
import shapely
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from desktop.controllers.area_edits import pack
from desktop.map.area_editing import Gesture, Mark, gesture_of
from geo.area_layer import LayerOfAreas, area_shape, layer_of_areas
from geo.area_topology import topology
from tests.desktop.map.desk import LAT, LON, WAIT_MS, Desk, place_px
from tests.desktop.map.test_drawing import clicks, double_click, drag, page_of, place_at

pytestmark = [pytest.mark.slow, pytest.mark.stalls]
WEST, MIDDLE, EAST = LON - 0.004, LON, LON + 0.004
NORTH, SOUTH = LAT + 0.003, LAT - 0.003


def two_areas() -> LayerOfAreas:
    """Two rectangles side by side that share the border in the middle of the map."""
    shapes = [shapely.box(WEST, SOUTH, MIDDLE, NORTH), shapely.box(MIDDLE, SOUTH, EAST, NORTH)]
    return layer_of_areas([1, 2], ["West", "East"], [1, 2], shapes, 25832)


class Editor:
    """A map with areas under edit, and what it told."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.view = desk, desk.open("moves")
        self.told: list[Gesture] = []
        self.view.editing.gestured.connect(self.told.append)
        self.layer = two_areas()
        self.view.editing.open(pack(self.layer.areas), 1)
        desk.settle(self.view)

    def hear(self, count: int = 1) -> list[Gesture]:
        """Wait until so many gestures were told."""
        self.desk.qtbot.waitUntil(lambda: len(self.told) >= count, timeout=WAIT_MS)
        return self.told

    def answer(self, layer: LayerOfAreas, version: int = 2, *, done: bool = False) -> None:
        """Answer as the window does: with the areas that changed."""
        known = {id(area) for area in self.layer.areas}
        changed = pack(area for area in layer.areas if id(area) not in known)
        self.view.editing.change(changed, layer.ids, version, done=done)
        self.layer = layer
        self.desk.settle(self.view)

    def at(self, lon: float, lat: float) -> QPoint:
        return place_px(self.view, lon, lat)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(page_of(self.view), key, modifier)

    def focus(self) -> None:
        self.desk.ask(self.view, "document.getElementById('map').focus(); 1")

    def choose(self, lon: float, lat: float) -> None:
        """Choose a corner with a click."""
        drag(self.view, [self.at(lon, lat)] * 2)
        self.desk.settle(self.view)


@pytest.fixture
def editor(desk: Desk) -> Editor:
    """Two areas under edit."""
    return Editor(desk)


def near(point: Sequence[float], lon: float, lat: float) -> bool:
    return abs(point[0] - lon) < 3e-5 and abs(point[1] - lat) < 3e-5


def test_a_dragged_corner_is_told_once_with_where_it_was_and_where_it_went(editor: Editor) -> None:
    """A drag is one gesture: the corner by area, ring and number, and the free place it was let go at; the map under it
    did not move."""
    before = editor.view.bounds
    clicked: list[object] = []
    editor.view.background_clicked.connect(lambda *at: clicked.append(at))
    goal = editor.at(MIDDLE + 0.001, NORTH + 0.0008)
    drag(editor.view, [editor.at(MIDDLE, NORTH), editor.at(MIDDLE + 0.0005, NORTH), goal])
    (gesture,) = editor.hear()
    assert gesture.act == "move"
    assert gesture.version == 1
    start, end = gesture.points
    assert start.corner is not None
    area, _, number = start.corner
    assert tuple(editor.layer.area(area).xy[number]) == (MIDDLE, NORTH)
    assert (end.corner, end.on_edge) == (None, False)
    assert near((end.lon, end.lat), *place_at(editor.view, goal))
    assert editor.view.bounds == before
    editor.desk.settle(editor.view)
    assert (len(editor.told), clicked) == (1, [])  # the click that ends the drag is none


def test_all_areas_that_share_a_corner_follow_the_hand(editor: Editor) -> None:
    """While the button is held both areas are drawn with the corner where the hand is; Python was asked nothing."""
    target = page_of(editor.view)
    start, end = editor.at(MIDDLE, NORTH), editor.at(MIDDLE + 0.001, NORTH + 0.001)
    QTest.mouseMove(target, start)
    QTest.mousePress(target, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(target, end)
    ground = editor.at(WEST, NORTH + 0.0015)
    # Inside West and East as they would be, outside of both as they are.
    inside = [editor.at(MIDDLE, NORTH + 0.0004), editor.at(MIDDLE + 0.0015, NORTH + 0.0004)]

    def both_follow() -> bool:
        image = editor.view.grab().toImage()
        return all(image.pixelColor(place) != image.pixelColor(ground) for place in inside)

    editor.desk.qtbot.waitUntil(both_follow, timeout=WAIT_MS)
    assert editor.told == []
    QTest.mouseRelease(target, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)
    editor.hear()


def test_a_corner_snaps_to_a_corner_and_to_a_border_but_not_with_alt(editor: Editor) -> None:
    """Let go near another corner it is on that corner, near a border on the border; Alt leaves it where it is."""
    way = editor.at(EAST, NORTH)
    drag(editor.view, [editor.at(MIDDLE, NORTH), way + QPoint(-20, 20), way + QPoint(3, 3)])
    gesture = editor.hear()[-1]
    assert gesture.points[1].corner is not None
    area, _, number = gesture.points[1].corner
    assert tuple(editor.layer.area(area).xy[number]) == (EAST, NORTH)
    editor.answer(editor.layer, 2)
    way = editor.at(EAST, LAT)
    drag(editor.view, [editor.at(MIDDLE, NORTH), way + QPoint(-20, 0), way + QPoint(4, 0)])
    assert editor.hear(2)[-1].points[1].on_edge
    editor.answer(editor.layer, 3)
    drag(
        editor.view,
        [editor.at(MIDDLE, NORTH), way + QPoint(-20, 0), way + QPoint(4, 0)],
        Qt.KeyboardModifier.AltModifier,
    )
    free = editor.hear(3)[-1].points[1]
    assert (free.corner, free.on_edge) == (None, False)


def test_a_border_takes_a_new_corner_and_a_click_on_ground_chooses_its_area(editor: Editor) -> None:
    """A click on a border is a new corner there; one inside an area chooses it, with Shift a second."""
    clicks(editor.desk, editor.view, [editor.at(MIDDLE, LAT)])
    gesture = editor.hear()[-1]
    assert gesture.act == "insert"
    assert near((gesture.points[0].lon, gesture.points[0].lat), MIDDLE, LAT)
    editor.answer(editor.layer, 2)
    clicks(editor.desk, editor.view, [editor.at(MIDDLE - 0.002, LAT)])
    assert (editor.hear(2)[-1].act, editor.told[-1].ids) == ("select", (1,))
    shift = Qt.KeyboardModifier.ShiftModifier
    QTest.mouseClick(page_of(editor.view), Qt.MouseButton.LeftButton, shift, editor.at(MIDDLE + 0.002, LAT))
    assert editor.hear(3)[-1].ids == (1, 2)


def test_keys_move_take_out_undo_and_go_back(editor: Editor) -> None:
    """A chosen corner moves by a metre, with Shift by ten; Del takes it out, Ctrl+Z undoes, Esc lets go of it."""
    editor.choose(MIDDLE, NORTH)
    editor.key(Qt.Key.Key_Right)
    assert editor.hear()[-1].metres == (1.0, 0.0)
    editor.answer(editor.layer, 2)
    editor.key(Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert editor.hear(2)[-1].metres == (0.0, 10.0)
    editor.answer(editor.layer, 3)
    editor.key(Qt.Key.Key_Delete)
    assert editor.hear(3)[-1].act == "remove"
    editor.answer(editor.layer, 4)
    editor.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert editor.hear(4)[-1].act == "undo"
    editor.answer(editor.layer, 5)
    editor.key(Qt.Key.Key_Escape)
    before = editor.view.bounds
    with editor.desk.qtbot.waitSignal(editor.view.viewport_changed, timeout=WAIT_MS):
        editor.key(Qt.Key.Key_Right)  # no corner is chosen any more: the arrow moves the map
    editor.desk.qtbot.waitUntil(lambda: editor.view.bounds != before, timeout=WAIT_MS)
    assert len(editor.told) == 4


def test_corners_are_walked_with_keys_alone(editor: Editor) -> None:
    """J goes from corner to corner of the chosen area, so that no mouse is needed to move one."""
    editor.view.editing.mark([2], [])
    editor.focus()
    editor.key(Qt.Key.Key_J)
    editor.key(Qt.Key.Key_J)
    editor.key(Qt.Key.Key_Left)
    corner = editor.hear()[-1].points[0].corner
    assert corner is not None
    assert corner[::2] == (2, 1)


def test_an_area_is_drawn_and_a_line_splits(editor: Editor) -> None:
    """D and clicks draw; the first again closes. S and a line with a double click tell the line and the chosen area."""
    editor.focus()
    editor.key(Qt.Key.Key_D)
    way = [
        editor.at(LON + dx, LAT + dy) for dx, dy in ((0.005, 0.001), (0.007, 0.001), (0.007, -0.001), (0.005, 0.001))
    ]
    clicks(editor.desk, editor.view, way)
    gesture = editor.hear()[-1]
    assert (gesture.act, len(gesture.points)) == ("draw", 3)
    editor.view.editing.change({}, editor.layer.ids, 2, done=True)
    editor.view.editing.mark([1], [])
    editor.desk.settle(editor.view)
    editor.focus()
    editor.key(Qt.Key.Key_S)
    clicks(editor.desk, editor.view, [editor.at(WEST - 0.001, LAT)])
    double_click(editor.view, editor.at(MIDDLE, LAT))
    gesture = editor.hear(2)[-1]
    assert (gesture.act, gesture.ids, len(gesture.points)) == ("split", (1,), 2)
    assert gesture.points[1].on_edge


def test_what_was_begun_on_one_layer_is_not_drawn_into_another(editor: Editor) -> None:
    """Another layer is shown while an area is half drawn: its points lay on corners of the first, and are let go."""
    editor.focus()
    editor.key(Qt.Key.Key_D)
    way = [editor.at(MIDDLE, NORTH), editor.at(LON + 0.005, LAT), editor.at(LON + 0.006, LAT - 0.001)]
    clicks(editor.desk, editor.view, way)
    editor.view.editing.open(pack(editor.layer.areas), 7)
    editor.desk.settle(editor.view)
    editor.focus()
    editor.key(Qt.Key.Key_Return)
    corners = ((0.005, 0.001), (0.007, 0.001), (0.007, -0.001), (0.005, 0.001))
    fresh = [editor.at(LON + dx, LAT + dy) for dx, dy in corners]
    clicks(editor.desk, editor.view, fresh)
    gesture = editor.hear()[0]
    assert (gesture.act, gesture.version, len(gesture.points)) == ("draw", 7, 3)


def test_a_whole_edge_follows_the_hand_and_the_keys(editor: Editor) -> None:
    """Dragged with Shift a border tells both its corners and the way; a click with Shift chooses a second area. L takes
    the edge from the chosen corner to the next, arrows move it, L or Esc lead back to the corner."""
    shift = Qt.KeyboardModifier.ShiftModifier
    editor.view.editing.mark([2], [])
    goal = editor.at(MIDDLE - 0.001, LAT)
    drag(editor.view, [editor.at(MIDDLE, LAT), goal], shift)
    gesture = editor.hear()[-1]
    assert gesture.act == "edge"
    corners = {
        tuple(editor.layer.area(spot.corner[0]).xy[spot.corner[2]]) for spot in gesture.points[:2] if spot.corner
    }
    assert corners == {(MIDDLE, NORTH), (MIDDLE, SOUTH)}
    start, end = gesture.points[2:]
    assert near((end.lon - start.lon, end.lat - start.lat), -0.001, 0.0)
    editor.answer(editor.layer, 2)
    QTest.mouseClick(page_of(editor.view), Qt.MouseButton.LeftButton, shift, editor.at(MIDDLE, LAT))
    assert editor.hear(2)[-1].act == "select"
    editor.view.editing.mark([2], [])
    editor.focus()
    editor.key(Qt.Key.Key_J)
    editor.key(Qt.Key.Key_L)
    editor.key(Qt.Key.Key_Left, shift)
    gesture = editor.hear(3)[-1]
    assert (gesture.act, gesture.metres) == ("edge", (-10.0, 0.0))
    one, other = (editor.layer.area(spot.corner[0]).xy[spot.corner[2]] for spot in gesture.points if spot.corner)
    assert topology(editor.layer).areas_along(one, other)  # they are ends of one edge
    editor.answer(editor.layer, 4)
    editor.key(Qt.Key.Key_Right)
    assert editor.hear(4)[-1].act == "edge"
    editor.answer(editor.layer, 5)
    editor.key(Qt.Key.Key_Escape)
    editor.key(Qt.Key.Key_Right)
    assert (editor.hear(5)[-1].act, editor.told[-1].points[0].corner) == ("nudge", gesture.points[0].corner)


def test_a_hole_is_drawn_reached_with_keys_and_filled(editor: Editor) -> None:
    """H and clicks within the chosen area tell a ring; its corners are dragged like any; Shift J goes from the outer
    border to the hole, Shift Del tells the corner with every area that has it."""
    editor.view.editing.mark([1], [])
    editor.focus()
    editor.key(Qt.Key.Key_H)
    ring = [(WEST + dx, LAT + dy) for dx, dy in ((0.001, -0.001), (0.003, -0.001), (0.003, 0.001))]
    clicks(editor.desk, editor.view, [editor.at(*place) for place in (*ring, ring[0])])
    gesture = editor.hear()[-1]
    assert (gesture.act, gesture.ids, len(gesture.points)) == ("hole", (1,), 3)
    whole, hole = editor.layer.areas[0], shapely.Polygon(ring)
    inner = area_shape(3, "Inner", 1, hole)
    holed = editor.layer.replaced({0: whole.with_shape(whole.shape.difference(hole))}, added=[inner])
    editor.answer(holed, 2, done=True)
    goal = editor.at(ring[1][0], ring[1][1] - 0.0005)
    drag(editor.view, [editor.at(*ring[1]), goal])
    start = editor.hear(2)[-1].points[0]
    assert start.corner is not None
    assert near((start.lon, start.lat), *ring[1])
    editor.answer(editor.layer, 3)
    editor.view.editing.mark([1], [])
    editor.key(Qt.Key.Key_J)
    editor.key(Qt.Key.Key_J, Qt.KeyboardModifier.ShiftModifier)
    editor.key(Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    gesture = editor.hear(3)[-1]
    assert gesture.act == "fill"
    assert {spot.corner[:2] for spot in gesture.points if spot.corner is not None} == {(1, 1), (3, 0)}


def test_a_refusal_stands_on_the_map_and_nothing_has_moved(editor: Editor) -> None:
    """What the window refuses is said where the hand was, and the corner is back; the next gesture is heard."""
    drag(editor.view, [editor.at(MIDDLE, NORTH), editor.at(MIDDLE, SOUTH - 0.001)])
    editor.hear()
    editor.view.editing.refuse("“West” would turn inside out.")
    editor.desk.settle(editor.view)
    script = "[...document.querySelectorAll('.edit-note:not([hidden])')].map((note) => note.textContent).join()"
    assert editor.desk.ask(editor.view, script) == "“West” would turn inside out."
    editor.choose(MIDDLE, NORTH)
    editor.key(Qt.Key.Key_Up)
    assert editor.hear(2)[-1].act == "nudge"
    assert editor.desk.ask(editor.view, script) == ""


def test_a_second_gesture_waits_for_the_answer_to_the_first(editor: Editor) -> None:
    """Before its answer came no other gesture is told: its corners may be others by then."""
    drag(editor.view, [editor.at(MIDDLE, NORTH), editor.at(MIDDLE + 0.001, NORTH)])
    editor.hear()
    drag(editor.view, [editor.at(MIDDLE, SOUTH), editor.at(MIDDLE + 0.001, SOUTH)])
    editor.desk.settle(editor.view)
    assert len(editor.told) == 1


def test_a_new_page_shows_the_draft_again(editor: Editor) -> None:
    """A page that dies is followed by one with the same areas, the changed ones among them, and hears the hand."""
    shapes = [shapely.box(WEST, SOUTH, MIDDLE, NORTH), shapely.box(MIDDLE, SOUTH, EAST + 0.001, NORTH)]
    moved = layer_of_areas([1, 2], ["West", "East"], [1, 2], shapes, 25832)
    editor.answer(moved, 7)
    editor.view.editing.mark([2], [Mark((((WEST, SOUTH), (MIDDLE, SOUTH), (MIDDLE, LAT)),), "gap", True)])
    with editor.desk.qtbot.waitSignal(editor.view.ready, timeout=WAIT_MS):
        os.kill(editor.view.page.renderProcessPid(), signal.SIGKILL)
    editor.view.console_errors.clear()
    editor.desk.settle(editor.view)
    editor.choose(EAST + 0.001, NORTH)
    editor.key(Qt.Key.Key_Up)
    gesture = editor.hear()[-1]
    assert (gesture.act, gesture.version) == ("nudge", 7)


def test_a_version_is_only_looked_at(editor: Editor) -> None:
    """Areas that are fixed show no corners and take no edit; a click still chooses one."""
    editor.view.editing.open(pack(editor.layer.areas), 2, fixed=True)
    editor.desk.settle(editor.view)
    drag(editor.view, [editor.at(MIDDLE, NORTH), editor.at(MIDDLE + 0.001, NORTH)])
    editor.desk.qtbot.wait(300)
    clicks(editor.desk, editor.view, [editor.at(MIDDLE - 0.002, LAT)])
    assert editor.hear()[-1].act == "select"
    assert [gesture.act for gesture in editor.told] == ["select"]


def test_closed_the_map_is_as_before(editor: Editor) -> None:
    """Once editing ends a click is a click on the map again."""
    editor.view.editing.close()
    editor.desk.settle(editor.view)
    with editor.desk.qtbot.waitSignal(editor.view.background_clicked, timeout=WAIT_MS):
        clicks(editor.desk, editor.view, [editor.at(MIDDLE, NORTH)])
    assert editor.told == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"act": "explode"},
        {"points": []},
        {"points": [{"lon": "nan", "lat": 1, "on": None}]},
        {"points": [{"lon": 1, "lat": 100, "on": None}]},
        {"points": [{"lon": 1, "lat": 1, "on": [1, 2]}]},
        {"metres": [float("inf"), 0]},
    ],
)
def test_what_is_no_gesture_is_refused(wrong: dict[str, object]) -> None:
    """A message that is not a whole gesture on the earth raises, and so is told as a fault of ours."""
    whole = {"act": "move", "version": 1, "points": [{"lon": 1, "lat": 1, "on": None}], "ids": [], "metres": [0, 0]}
    assert gesture_of(json.loads(json.dumps(whole))).act == "move"
    with pytest.raises((ValueError, TypeError, KeyError)):
        gesture_of(whole | wrong)
