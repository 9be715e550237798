"""Drawing and measuring on the map in its real page, with the mouse and with keys alone."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from desktop.map.messages import degrees, mercator
from desktop.map.view import MapView
from tests.desktop.map.desk import LAT, LON, WAIT_MS, ZOOM, Desk, place_px

pytestmark = [pytest.mark.slow, pytest.mark.stalls]
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
MIDDLE = QPoint(320, 300)
Ring = Sequence[tuple[float, float]]


def page_of(view: MapView) -> QWidget:
    """The widget that hears the mouse and the keys."""
    target = view.web.focusProxy() or view.web
    assert isinstance(target, QWidget)
    return target


def place_at(view: MapView, at: QPoint) -> tuple[float, float]:
    """Lon and lat of a px of the widget, by web mercator alone."""
    world_px = 256 * 2.0**ZOOM
    x, y = (float(part[0]) for part in mercator([LON], [LAT]))
    return degrees(x + (at.x() - view.width() / 2) / world_px, y + (at.y() - view.height() / 2) / world_px)


def drag(view: MapView, way: Sequence[QPoint], modifier: Qt.KeyboardModifier = NONE) -> None:
    """Press at the first place, pass the others, let go at the last."""
    target = page_of(view)
    QTest.mouseMove(target, way[0])
    QTest.mousePress(target, LEFT, modifier, way[0])
    for at in way[1:]:
        QTest.mouseMove(target, at)
    QTest.mouseRelease(target, LEFT, modifier, way[-1])


def clicks(desk: Desk, view: MapView, way: Sequence[QPoint]) -> None:
    """Click one place after the other, slowly enough that no two make a double click."""
    for at in way:
        QTest.mouseMove(page_of(view), at)
        QTest.mouseClick(page_of(view), LEFT, NONE, at)
        desk.qtbot.wait(20)


def double_click(view: MapView, at: QPoint) -> None:
    """Two clicks within the time of a double one; QTest keeps its own further apart."""
    kinds = QEvent.Type
    for kind, after_ms in (
        (kinds.MouseButtonPress, 0),
        (kinds.MouseButtonRelease, 20),
        (kinds.MouseButtonDblClick, 90),
        (kinds.MouseButtonRelease, 110),
    ):
        held = Qt.MouseButton.NoButton if kind == kinds.MouseButtonRelease else LEFT
        event = QMouseEvent(kind, QPointF(at), QPointF(page_of(view).mapToGlobal(at)), LEFT, held, NONE)
        event.setTimestamp(10**9 + after_ms)
        QCoreApplication.sendEvent(page_of(view), event)


def take(desk: Desk, view: MapView, letter: Qt.Key, name: str) -> None:
    """Take up a tool by its letter, and see that it is the one that is on."""
    desk.ask(view, "document.getElementById('map').focus(); 1")
    QTest.keyClick(page_of(view), letter)
    desk.qtbot.waitUntil(lambda: tool_on(desk, view) == name, timeout=WAIT_MS)


def tool_on(desk: Desk, view: MapView) -> str:
    """The tool whose button is pressed."""
    return str(desk.ask(view, "opsmap.furniture.tool()"))


def corners(*at: tuple[int, int]) -> list[QPoint]:
    """Px of the widget."""
    return [QPoint(x, y) for x, y in at]


def outline_px(view: MapView, ring: Ring) -> list[tuple[float, float]]:
    """A ring of lon and lat in px of the widget."""
    return [(at.x(), at.y()) for at in (place_px(view, lon, lat) for lon, lat in ring)]


# A page that is busy hears the click that ends a drag long after the button was let go.
BUSY = """const choose = opsmap.furniture.choose; opsmap.furniture.choose = (name) => {
  for (const until = performance.now() + 250; performance.now() < until; );
  choose(name);
}; 1"""


def test_a_box_is_told_as_its_four_corners(desk: Desk) -> None:
    """What is dragged comes back as a ring in degrees to the pixel, once, and the pointer points again; the click that
    ends the drag is none, however late it is heard, and the next one is one.
    """
    view = desk.open()
    drawn: list[Ring] = []
    clicked: list[object] = []
    view.background_clicked.connect(lambda *at: clicked.append(at))
    view.shape_drawn.connect(drawn.append)
    take(desk, view, Qt.Key.Key_B, "box")
    drag(view, corners((200, 120), (260, 200), (400, 310)))
    desk.qtbot.waitUntil(lambda: bool(drawn), timeout=WAIT_MS)
    west, south, east, north = shapely.Polygon(drawn[0]).bounds
    assert (west, north) == pytest.approx(place_at(view, QPoint(200, 120)), abs=3e-5)
    assert (east, south) == pytest.approx(place_at(view, QPoint(400, 310)), abs=3e-5)
    assert len(drawn[0]) == 4
    assert tool_on(desk, view) == "select"
    drag(view, corners((210, 130), (300, 220)), Qt.KeyboardModifier.ShiftModifier)
    desk.qtbot.waitUntil(lambda: len(drawn) == 2, timeout=WAIT_MS)
    desk.ask(view, BUSY)
    take(desk, view, Qt.Key.Key_B, "box")
    drag(view, corners((200, 120), (260, 200), (400, 310)))
    desk.qtbot.waitUntil(lambda: len(drawn) == 3, timeout=WAIT_MS)
    desk.settle(view)
    assert clicked == []
    clicks(desk, view, [MIDDLE])
    desk.qtbot.waitUntil(lambda: len(clicked) == 1, timeout=WAIT_MS)


def test_a_lasso_follows_the_hand_with_few_corners(desk: Desk) -> None:
    """A circle drawn with 240 moves comes back with far fewer corners, within 3 px of the hand's way."""
    view = desk.open()
    take(desk, view, Qt.Key.Key_F, "lasso")
    turns = np.linspace(0, 2 * np.pi, 240)
    way = [QPoint(round(320 + 110 * math.cos(at)), round(300 + 110 * math.sin(at))) for at in turns]
    with desk.qtbot.waitSignal(view.shape_drawn, timeout=WAIT_MS) as drawn:
        drag(view, way)
    ring = drawn.args[0]
    assert 12 < len(ring) <= 200
    told = shapely.Polygon(outline_px(view, ring))
    meant = shapely.Polygon([(at.x(), at.y()) for at in way])
    assert shapely.hausdorff_distance(told.exterior, meant.exterior) <= 3
    assert told.area == pytest.approx(meant.area, rel=0.02)


def test_a_long_lasso_keeps_to_the_most_corners(desk: Desk) -> None:
    """A way of a thousand turns is told with 200 corners at most."""
    view = desk.open()
    take(desk, view, Qt.Key.Key_F, "lasso")
    rng = np.random.default_rng(5)
    way = [QPoint(int(x), int(y)) for x, y in rng.integers((230, 60), (560, 460), (1000, 2))]
    with desk.qtbot.waitSignal(view.shape_drawn, timeout=WAIT_MS) as drawn:
        drag(view, way)
    assert 3 <= len(drawn.args[0]) <= 200


@pytest.mark.parametrize("how", ["double click", "enter", "first corner"])
def test_corners_close_in_three_ways(desk: Desk, how: str) -> None:
    """A double click, Enter, and a click on the first corner end in the same ring."""
    view = desk.open()
    wanted = corners((250, 120), (420, 140), (400, 300), (260, 280))
    take(desk, view, Qt.Key.Key_P, "polygon")
    with desk.qtbot.waitSignal(view.shape_drawn, timeout=WAIT_MS) as drawn:
        clicks(desk, view, wanted if how != "double click" else wanted[:-1])
        if how == "enter":
            QTest.keyClick(page_of(view), Qt.Key.Key_Return)
        elif how == "first corner":
            clicks(desk, view, [wanted[0] + QPoint(2, 1)])
        else:
            double_click(view, wanted[-1])
    assert len(drawn.args[0]) == 4
    for (lon, lat), at in zip(drawn.args[0], wanted, strict=True):
        assert (lon, lat) == pytest.approx(place_at(view, at), abs=3e-5)


def test_backspace_takes_a_corner_back_and_esc_all(desk: Desk) -> None:
    """What was taken back is not in the ring; after Esc nothing is told, and a second Esc puts the tool away."""
    view = desk.open()
    drawn: list[Ring] = []
    view.shape_drawn.connect(drawn.append)
    take(desk, view, Qt.Key.Key_P, "polygon")
    clicks(desk, view, corners((250, 120), (420, 140), (600, 440)))
    QTest.keyClick(page_of(view), Qt.Key.Key_Backspace)
    clicks(desk, view, corners((400, 300)))
    QTest.keyClick(page_of(view), Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: len(drawn) == 1, timeout=WAIT_MS)
    assert drawn[0][2] == pytest.approx(place_at(view, QPoint(400, 300)), abs=3e-5)
    take(desk, view, Qt.Key.Key_P, "polygon")
    clicks(desk, view, corners((250, 120), (420, 140), (400, 300)))
    QTest.keyClick(page_of(view), Qt.Key.Key_Escape)
    QTest.keyClick(page_of(view), Qt.Key.Key_Return)
    assert tool_on(desk, view) == "polygon"
    QTest.keyClick(page_of(view), Qt.Key.Key_Escape)
    desk.qtbot.waitUntil(lambda: tool_on(desk, view) == "select", timeout=WAIT_MS)
    assert len(drawn) == 1


def test_corners_by_keys_alone(desk: Desk) -> None:
    """Space puts a corner at the middle of the map, arrows move the map beneath it, Enter closes."""
    view = desk.open()
    take(desk, view, Qt.Key.Key_P, "polygon")
    with desk.qtbot.waitSignal(view.shape_drawn, timeout=WAIT_MS) as drawn:
        QTest.keyClick(page_of(view), Qt.Key.Key_Space)
        for key, side in ((Qt.Key.Key_Right, 0), (Qt.Key.Key_Down, 1)):
            before = view.bounds
            QTest.keyClick(page_of(view), key)
            desk.qtbot.waitUntil(lambda before=before, side=side: view.bounds[side] != before[side], timeout=WAIT_MS)
            QTest.keyClick(page_of(view), Qt.Key.Key_Space)
        QTest.keyClick(page_of(view), Qt.Key.Key_Return)
    (lon, lat), (lon_right, lat_right), (_, lat_low) = drawn.args[0]
    assert (lon, lat) == pytest.approx((LON, LAT), abs=3e-5)
    assert lon_right > lon
    assert lat_right == pytest.approx(lat, abs=1e-6)
    assert lat_low < lat


def test_letters_can_be_switched_off(desk: Desk) -> None:
    """Without single letters a letter takes up no tool; a button still does, and says that it is pressed."""
    view = desk.open()
    view.set_letters(False)
    desk.ask(view, "document.getElementById('map').focus(); 1")
    QTest.keyClick(page_of(view), Qt.Key.Key_P)
    assert tool_on(desk, view) == "select"
    pressed = "[...document.querySelectorAll('.tool[aria-pressed=true]')].map((made) => made.title).join()"
    assert "Point" in desk.ask(view, pressed)
    desk.ask(view, "document.querySelector('.tool[title*=\"Measure\"]').click(); 1")
    assert "Measure" in desk.ask(view, pressed)


def test_tools_are_reached_with_tab(desk: Desk) -> None:
    """Every button of the tools takes the focus in turn, and has a name."""
    view = desk.open()
    buttons = "[...document.querySelectorAll('.tools button')].filter((b) => b.tabIndex === 0)"
    names = json.loads(desk.ask(view, f"JSON.stringify({buttons}.map((b) => b.getAttribute('aria-label')))"))
    assert len(names) == 11
    assert all(names)
    assert len(set(names)) == 11


def test_a_drawn_shape_stays_until_the_window_takes_it_off(desk: Desk) -> None:
    """The outline colours its edge while it is set, outlives the page's look, and leaves no trace afterwards."""
    view = desk.open()
    ring = [place_at(view, at) for at in corners((250, 150), (450, 150), (450, 350), (250, 350))]
    edge, plain = QPoint(350, 150), view.grab().toImage()

    def marked() -> bool:
        return bool(view.grab().toImage().pixelColor(edge) != plain.pixelColor(edge))

    view.set_shape(ring)
    desk.qtbot.waitUntil(marked, timeout=WAIT_MS)
    view.set_shape(None)
    desk.qtbot.waitUntil(lambda: not marked(), timeout=WAIT_MS)


def haversine_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The great circle between lon, lat places on a sphere of 6371 km."""
    (lon, lat), (to_lon, to_lat) = (tuple(map(math.radians, place)) for place in (a, b))
    half = math.sin((to_lat - lat) / 2) ** 2 + math.cos(lat) * math.cos(to_lat) * math.sin((to_lon - lon) / 2) ** 2
    return 2 * 6_371_000 * math.asin(math.sqrt(half))


def label_of(desk: Desk, view: MapView) -> list[str]:
    """The lines of the label of the measure; none where it is hidden."""
    script = """(() => {
      const label = document.querySelector('.measure-card');
      return JSON.stringify(label.hidden ? [] : [...label.children].map((line) => line.textContent));
    })()"""
    return list(json.loads(desk.ask(view, script)))


def number(words: str) -> float:
    """The number in a line of the label, in m or m²."""
    digits = "".join(letter for letter in words if letter.isdecimal() or letter == ".")
    return float(digits) * (1e6 if "km²" in words else 1000 if "km" in words else 1)


def test_measuring_adds_legs_up_and_closes_to_an_area(desk: Desk) -> None:
    """Total and last leg are the great circle's; the closed area is the ellipsoid's within 1 %."""
    import pyproj

    view = desk.open()
    take(desk, view, Qt.Key.Key_M, "measure")
    way = corners((250, 150), (450, 160), (440, 350))
    places = [place_at(view, at) for at in way]
    clicks(desk, view, way)
    desk.qtbot.waitUntil(lambda: len(label_of(desk, view)) == 2, timeout=WAIT_MS)
    legs = [haversine_m(places[0], places[1]), haversine_m(places[1], places[2])]
    total, leg = label_of(desk, view)
    assert number(total) == pytest.approx(sum(legs), abs=6)
    assert number(leg) == pytest.approx(legs[1], abs=4)
    clicks(desk, view, [way[0]])
    desk.qtbot.waitUntil(lambda: len(label_of(desk, view)) == 3, timeout=WAIT_MS)
    area, _ = pyproj.Geod(ellps="WGS84").polygon_area_perimeter(*zip(*places, strict=True))
    assert number(label_of(desk, view)[2]) == pytest.approx(abs(area), rel=0.01)
    QTest.keyClick(page_of(view), Qt.Key.Key_Escape)
    desk.qtbot.waitUntil(lambda: label_of(desk, view) == [], timeout=WAIT_MS)


def test_measuring_begins_where_the_window_says(desk: Desk) -> None:
    """To measure from here takes up the tape with its first place set; the second click shows the distance."""
    view = desk.open()
    view.measure_from(LON, LAT)
    desk.qtbot.waitUntil(lambda: tool_on(desk, view) == "measure", timeout=WAIT_MS)
    clicks(desk, view, corners((420, 240)))
    desk.qtbot.waitUntil(lambda: len(label_of(desk, view)) == 1, timeout=WAIT_MS)
    assert number(label_of(desk, view)[0]) == pytest.approx(
        haversine_m((LON, LAT), place_at(view, QPoint(420, 240))), abs=3
    )


def test_a_right_click_names_its_place(desk: Desk) -> None:
    """The window hears lon, lat and the place on the screen, and may open its menu there."""
    view = desk.open()
    with desk.qtbot.waitSignal(view.menu_wanted, timeout=WAIT_MS) as wanted:
        QTest.mouseClick(page_of(view), Qt.MouseButton.RightButton, NONE, MIDDLE)
    lon, lat, at = wanted.args
    assert (lon, lat) == pytest.approx(place_at(view, MIDDLE), abs=3e-5)
    assert at == view.web.mapToGlobal(MIDDLE)


def test_a_ring_that_is_none_is_a_fault(desk: Desk) -> None:
    """Two corners, words and infinities are told as faults of ours and draw nothing."""
    view = desk.open()
    drawn: list[Ring] = []
    view.shape_drawn.connect(drawn.append)
    for content in (
        '{"ring": [[1, 2], [3, 4]]}',
        '{"ring": [[1, 2], [3, 4], ["a", 5]]}',
        '{"ring": [[1, 2], [3, 4], [1, 1e999]]}',
    ):
        view.bridge.say("shape", content)
    assert len(view.console_errors) == 3
    assert drawn == []
    view.console_errors.clear()


def test_a_right_click_on_a_request_asks_for_its_acts(desk: Desk) -> None:
    """On a symbol the window hears which request it is and where, and no menu of the place opens."""
    view = desk.open()
    places: list[object] = []
    view.menu_wanted.connect(lambda *args: places.append(args))
    desk.draw(view, [LON - 0.006, LON + 0.006], [LAT, LAT])
    at = place_px(view, LON + 0.006, LAT)
    with desk.qtbot.waitSignal(view.request_menu_wanted, timeout=WAIT_MS) as wanted:
        QTest.mouseClick(page_of(view), Qt.MouseButton.RightButton, NONE, at)
    request, where = wanted.args
    assert request == 2
    assert where == view.web.mapToGlobal(at)
    assert not places
