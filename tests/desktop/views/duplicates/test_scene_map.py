"""The small map of a proposal."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from scipy.sparse.csgraph import connected_components

from desktop.views.duplicates.scene_map import SceneMap
from desktop.views.duplicates.scene_painting import APART, SCALE_PX, TOUCH, _groups, scale_length, spread
from desktop.views.duplicates.state import Scene, SceneReport
from tests.desktop.views.duplicates.made_up import SCENE

RED = QColor("#FF0000")


def marked(x_px: int, y_px: int) -> QImage:
    """A picture with one red pixel."""
    image = QImage(400, 400, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    for dx in range(-1, 2):
        for dy in range(-1, 2):
            image.setPixelColor(x_px + dx, y_px + dy, RED)
    return image


def map_in(qtbot: QtBot, scene: Scene | None = SCENE, size: tuple[int, int] = (520, 304)) -> SceneMap:
    """The map in a window that does not grow."""
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(*size)
    made = SceneMap(host)
    made.resize(*size)
    made.set_scene(scene)
    host.show()
    qtbot.keeper = host  # type: ignore[attr-defined]
    return made


def covered(made: SceneMap) -> bool:
    """Whether the picture reaches every edge."""
    return made.ground.rect().adjusted(-0.5, -0.5, 0.5, 0.5).contains(QRectF(made.rect()))


@pytest.mark.parametrize("size", [(520, 304), (300, 700), (1000, 208)])
def test_all_that_matters_is_in_sight_and_no_side_is_empty(qtbot: QtBot, look: object, size: tuple[int, int]) -> None:
    """At first every report with its error and the whole circle are seen, the picture from edge to edge."""
    made = map_in(qtbot, size=size)
    view = QRectF(made.rect())
    for one in SCENE.reports:
        reach = one.error_m * made.px_per_metre()
        place = made.place_of(one.x_m, one.y_m)
        assert view.contains(QRectF(place.x() - reach, place.y() - reach, 2 * reach, 2 * reach))
    assert covered(made)


def test_places_lie_on_their_pixels(qtbot: QtBot, look: object) -> None:
    """A mark in the picture is painted where its metres are said to be: north is up, the corner is the upper left."""
    scene = replace(
        SCENE,
        image=marked(250, 100),
        west_m=1000.0,
        north_m=5000.0,
        metres_per_px=0.5,
        reports=(SceneReport(1, 1100.0, 4900.0, 1.0, kept=True, focused=False),),
        radius_m=30.0,
    )
    made = map_in(qtbot, scene)
    place = made.place_of(1000.0 + 250.5 * 0.5, 5000.0 - 100.5 * 0.5)
    picture = made.grab().toImage()
    reds = [
        (x, y)
        for x in range(picture.width())
        for y in range(picture.height())
        if picture.pixelColor(x, y).red() > 200 and picture.pixelColor(x, y).green() < 60
    ]
    assert reds
    ratio = picture.devicePixelRatio()
    middle = (sum(x for x, _ in reds) / len(reds) / ratio, sum(y for _, y in reds) / len(reds) / ratio)
    assert math.dist(middle, (place.x(), place.y())) < 1.5


def test_the_hand_moves_it_within_its_picture(qtbot: QtBot, look: object) -> None:
    """Wheel, drag and keys zoom and pan, never past an edge; 0 brings all reports back."""
    made = map_in(qtbot)
    first = (made.px_per_metre(), made.place_of(500, 500))
    for key in (Qt.Key.Key_Plus, Qt.Key.Key_Left, Qt.Key.Key_Up):
        QTest.keyClick(made, key)
        assert covered(made)
    assert made.px_per_metre() > first[0]
    for key in (Qt.Key.Key_Minus,) * 40 + (Qt.Key.Key_Right,) * 40:
        QTest.keyClick(made, key)
    assert covered(made)
    QTest.keyClick(made, Qt.Key.Key_0)
    assert (made.px_per_metre(), made.place_of(500, 500)) == first
    QTest.mousePress(made, Qt.MouseButton.LeftButton, pos=QPoint(20, 250))
    QTest.mouseMove(made, QPoint(40, 250))
    QTest.mouseRelease(made, Qt.MouseButton.LeftButton, pos=QPoint(40, 250))
    assert made.place_of(500, 500).x() == pytest.approx(first[1].x() + 20)
    turn(made, QPointF(100, 100), 120)
    assert made.px_per_metre() > first[0]


def turn(made: SceneMap, at: QPointF, angle: int) -> None:
    """The wheel, turned once."""
    event = QWheelEvent(
        at,
        made.mapToGlobal(at),
        QPoint(),
        QPoint(0, angle),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(made, event)


def test_another_focus_moves_nothing(qtbot: QtBot, look: object) -> None:
    """Where a person went stays while reports are taken out or focused; another proposal is seen whole again."""
    made = map_in(qtbot)
    for _ in range(3):
        QTest.keyClick(made, Qt.Key.Key_Plus)
    gone = made.px_per_metre()
    other = tuple(replace(one, focused=one.number == 1, kept=one.number != 4) for one in SCENE.reports)
    made.set_scene(replace(SCENE, reports=other))
    assert made.px_per_metre() == gone
    made.set_scene(replace(SCENE, reports=SCENE.reports[:2]))
    assert made.px_per_metre() != gone


def test_a_disc_that_is_pressed_is_meant(qtbot: QtBot, look: object) -> None:
    """Each number answers for its own report, also where two reports lie at one place."""
    together = tuple(replace(one, x_m=500.0, y_m=500.0) for one in SCENE.reports)
    for scene in (SCENE, replace(SCENE, reports=together)):
        made = map_in(qtbot, scene)
        asked: list[int] = []
        made.focus_asked.connect(asked.append)
        for number, place in sorted(made.discs().items()):
            QTest.mouseClick(made, Qt.MouseButton.LeftButton, pos=place.toPoint())
            assert asked[-1] == number - 1


@given(st.lists(st.tuples(st.floats(0, 60), st.floats(0, 60)), min_size=1, max_size=2))
def test_two_discs_never_lie_on_each_other(places: list[tuple[float, float]]) -> None:
    """However near two reports are, their numbers can be read."""
    discs = spread({number: QPointF(*place) for number, place in enumerate(places, start=1)})
    for one, other in combinations(discs.values(), 2):
        assert math.hypot(one.x() - other.x(), one.y() - other.y()) >= APART * 0.75 - 1e-6


@pytest.mark.parametrize("number", [2, 3, 5, 9])
def test_reports_at_one_place_stand_in_a_ring(number: int) -> None:
    """All are apart, around the place itself."""
    discs = spread({at: QPointF(100, 100) for at in range(number)})
    nearest = min(
        math.hypot(one.x() - other.x(), one.y() - other.y()) for one, other in combinations(discs.values(), 2)
    )
    assert nearest >= APART - 1e-6
    assert sum(disc.x() for disc in discs.values()) / number == pytest.approx(100)


@pytest.mark.parametrize("number", [13, 60, 600])
def test_many_reports_at_one_place_lie_close_together(number: int) -> None:
    """All are apart, and sixty need no more room than a low map has; the first ones are in the middle."""
    discs = spread({at: QPointF(100, 100) for at in range(number)})
    away = [math.hypot(disc.x() - 100, disc.y() - 100) for disc in discs.values()]
    nearest = min(
        math.hypot(one.x() - other.x(), one.y() - other.y()) for one, other in combinations(discs.values(), 2)
    )
    assert nearest >= APART - 1e-6
    assert away[0] == 0
    assert max(away[:60]) <= 4 * APART + 1e-6
    assert max(away) <= APART * (math.sqrt(number / 3) + 1)


@given(st.lists(st.tuples(st.floats(-90, 90), st.floats(-90, 90)), max_size=40))
def test_discs_that_touch_are_one_group(places: list[tuple[float, float]]) -> None:
    """The groups are those of an independent search over all pairs."""
    points = {number: QPointF(*place) for number, place in enumerate(places)}
    touching = np.array([[math.dist(one, other) < TOUCH for other in places] for one in places], dtype=bool)
    count, labels = connected_components(touching.reshape(len(places), len(places)))
    wanted = [np.flatnonzero(labels == label).tolist() for label in range(count)]
    assert sorted(_groups(points)) == sorted(wanted)


@given(st.floats(0.001, 1000))
def test_the_scale_is_round_and_long_enough(px_per_metre: float) -> None:
    """1, 2 or 5 times a power of ten, between its least length and two and a half times that."""
    metres = scale_length(px_per_metre)
    figure = metres / 10 ** math.floor(math.log10(metres) + 1e-9)
    assert min(abs(figure - step) for step in (1, 2, 5)) < 1e-6
    assert SCALE_PX * (1 - 1e-6) <= metres * px_per_metre <= SCALE_PX * 2.5 * (1 + 1e-6)


def test_it_stands_without_a_picture_and_without_reports(qtbot: QtBot, look: object) -> None:
    """Before the base map is drawn the reports stand on plain land; an empty scene or none is plain land."""
    for scene in (replace(SCENE, image=None), replace(SCENE, image=QImage()), replace(SCENE, reports=()), None):
        made = map_in(qtbot, scene)
        assert not made.grab().isNull()
        QTest.keyClick(made, Qt.Key.Key_Plus)


def test_it_is_spoken(qtbot: QtBot, look: object) -> None:
    """Each report with the error of its position, and that it was taken out."""
    out = (*SCENE.reports[:3], replace(SCENE.reports[3], kept=False))
    told = map_in(qtbot, replace(SCENE, reports=out)).accessibleDescription()
    assert told.startswith("Report 1: position good to 9\u202fm. Report 2")
    assert told.endswith("Report 4: position good to 8\u202fm, taken out")
