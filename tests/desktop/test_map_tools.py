"""The tools of the live map in the whole window: drawn areas filter, views are gone back to, bookmarks are kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from data.records import Placement
from desktop.app import Application
from desktop.map.view import MapView
from desktop.map.view_history import MapPlace
from desktop.views.shell.base_map_settings import BaseMapSettings
from desktop.views.shell.dialogs import SettingsDialog
from desktop.views.shell.name_dialog import NameDialog
from tests.demo import MOMENT, REQUESTS
from tests.desktop.test_city import WAIT_MS, operations

pytestmark = [pytest.mark.slow, pytest.mark.stalls]
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
Ring = tuple[tuple[float, float], ...]


@pytest.fixture
def app(open_city: Callable[[str, datetime], Application], location: str) -> Application:
    """The window on the city, Operations filled."""
    return open_city(location, MOMENT)


def the_map(app: Application) -> MapView:
    """The map of Operations."""
    assert app.content is not None
    return app.content.maps["operations"]


def page_of(view: MapView) -> QWidget:
    """What hears mouse and keys."""
    target = view.web.focusProxy() or view.web
    assert isinstance(target, QWidget)
    return target


def inside(app: Application, ring: Ring) -> set[int]:
    """The located requests within a ring, by shapely, one by one over the whole city."""
    assert app.content is not None
    snapshot = app.content.session.snapshot
    assert snapshot is not None
    columns, area = snapshot.columns, shapely.Polygon(ring)
    located = columns.placement == tuple(Placement).index(Placement.LOCATED)
    hit = [area.intersects(shapely.Point(*at)) for at in zip(columns.lon, columns.lat, strict=True)]
    return set(columns.id[located & np.array(hit)].tolist())


def settle(qtbot: QtBot, view: MapView) -> None:
    """Wait until the city fills the map; a window still growing shows it from far away."""
    qtbot.waitUntil(lambda: view._view["zoom"] >= 10, timeout=WAIT_MS)


TOOLS = {Qt.Key.Key_B: "box", Qt.Key.Key_F: "lasso", Qt.Key.Key_P: "polygon"}


def in_hand(qtbot: QtBot, view: MapView) -> object:
    """The tool that the page has taken up: until then a hand would only move the map."""
    told: list[object] = []
    view.page.runJavaScript("opsmap.furniture.tool()", 1, told.append)
    qtbot.waitUntil(lambda: bool(told), timeout=WAIT_MS)
    return told[0]


def draw(qtbot: QtBot, view: MapView, letter: Qt.Key, way: list[QPoint], *, corners: bool) -> Ring:
    """Draw with the tool of a letter; the ring that came of it."""
    settle(qtbot, view)
    answers: list[object] = []
    view.page.runJavaScript("document.getElementById('map').focus(); 1", 1, answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=WAIT_MS)
    target = page_of(view)
    QTest.keyClick(target, letter)
    qtbot.waitUntil(lambda: in_hand(qtbot, view) == TOOLS[letter], timeout=WAIT_MS)
    with qtbot.waitSignal(view.shape_drawn, timeout=WAIT_MS) as drawn:
        QTest.mouseMove(target, way[0])
        if corners:
            for at in way:
                QTest.mouseClick(target, LEFT, NONE, at)
            QTest.keyClick(target, Qt.Key.Key_Return)
        else:
            QTest.mousePress(target, LEFT, NONE, way[0])
            for at in way[1:]:
                QTest.mouseMove(target, at)
            QTest.mouseRelease(target, LEFT, NONE, way[-1])
    ring: Ring = drawn.args[0]
    return ring


WAYS = {
    "box": (Qt.Key.Key_B, [QPoint(260, 100), QPoint(520, 340)], False),
    "lasso": (
        Qt.Key.Key_F,
        [QPoint(round(400 + 130 * np.cos(at)), round(220 + 110 * np.sin(at))) for at in np.linspace(0, 6.2, 60)],
        False,
    ),
    "crossing lasso": (Qt.Key.Key_F, [QPoint(260, 100), QPoint(520, 340), QPoint(520, 100), QPoint(260, 340)], False),
    "corners": (Qt.Key.Key_P, [QPoint(260, 120), QPoint(540, 100), QPoint(400, 220), QPoint(520, 360)], True),
}


def the_table_holds_what_shapely_finds_inside(qtbot: QtBot, app: Application, how: str) -> None:
    """Box, lasso and corners each leave in the table exactly the requests within the ring, and one chip."""
    desk, view = operations(app), the_map(app)
    desk.choose_filter("all")
    letter, way, corners = WAYS[how]
    ring = draw(qtbot, view, letter, way, corners=corners)
    wanted = inside(app, ring)
    assert 20 < len(wanted) < REQUESTS
    qtbot.waitUntil(lambda: desk.model.rowCount() == len(wanted), timeout=WAIT_MS)
    assert set(desk.model.shown_ids().tolist()) == wanted
    snapshot = app.content.session.snapshot  # type: ignore[union-attr]
    assert snapshot is not None
    assert ("shape", "In the drawn area") in desk.filtering.chips(snapshot)
    assert desk.rows.table.selectionModel().selectedRows() == []  # a filter, never a selection


def dropping_the_chip_takes_the_outline_off(qtbot: QtBot, app: Application) -> None:
    """The ring is on the page while its chip is on, and gone with it; the table is whole again."""
    desk, view = operations(app), the_map(app)
    desk.choose_filter("all")
    shapes: list[object] = []
    view.bridge.told.connect(lambda name, content: shapes.append(content) if name == "shape" else None)
    draw(qtbot, view, *WAYS["box"][:2], corners=False)
    qtbot.waitUntil(lambda: desk.model.rowCount() < REQUESTS, timeout=WAIT_MS)
    assert len(shapes) == 1
    desk.rows.filter_dropped.emit("shape")
    qtbot.waitUntil(lambda: desk.model.rowCount() == REQUESTS, timeout=WAIT_MS)
    assert shapes[1:] == ['{"ring": []}']


def near(place: MapPlace | None, wanted: MapPlace) -> bool:
    """Whether a place is the wanted one, within a pixel or two."""
    return place is not None and place.apart_px(wanted) < 3


def alt_left_leads_back_and_alt_right_forward(qtbot: QtBot, app: Application) -> None:
    """Through three places and back to the city as it was first shown; a hasty hand arrives where it wanted."""
    view, history = the_map(app), app.content.map_views.history("operations")  # type: ignore[union-attr]
    settle(qtbot, view)
    first = history.here
    assert first is not None
    places = [MapPlace(first.lon + 0.01, first.lat, 16), MapPlace(first.lon - 0.01, first.lat, 17)]
    for place in places:
        view.set_view(place.lon, place.lat, place.zoom)
        qtbot.waitUntil(lambda place=place: near(history.here, place), timeout=WAIT_MS)
    assert len(history) == 3
    view.setFocus()
    qtbot.waitUntil(lambda: page_of(view).hasFocus(), timeout=WAIT_MS)
    for _ in range(2):
        QTest.keyClick(page_of(view), Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: not history.can_go_back, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: near(MapPlace(**view._view), first), timeout=WAIT_MS)
    assert len(history) == 3
    QTest.keyClick(page_of(view), Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: near(MapPlace(**view._view), places[0]), timeout=WAIT_MS)
    assert history.can_go_back
    assert history.can_go_forward


def a_bookmark_is_kept_found_and_removed(qtbot: QtBot, app: Application) -> None:
    """Saved with its name from the dialog, it stands in the menu, leads back to its place, and can go again."""
    view, views = the_map(app), app.content.map_views  # type: ignore[union-attr]
    history = views.history("operations")
    settle(qtbot, view)
    app.window.run("map.bookmark")
    qtbot.waitUntil(lambda: bool(app.window.findChildren(NameDialog)), timeout=WAIT_MS)
    dialog = app.window.findChildren(NameDialog)[0]
    QTest.keyClicks(dialog.edit, "Whole city")
    with qtbot.waitSignal(app.runner.job_ended, timeout=WAIT_MS) as ended:
        QTest.keyClick(dialog.edit, Qt.Key.Key_Return)
    assert ended.args[0].state.name == "SUCCEEDED", ended.args[0].sentence
    with app.content.session.store.read() as unit:  # type: ignore[union-attr]
        kept = MapPlace(**unit.saved_views.of("ana", "bookmark")[0].content)
    assert near(history.here, kept)
    view.set_view(kept.lon + 0.02, kept.lat, 17)
    qtbot.waitUntil(lambda: near(history.here, MapPlace(kept.lon + 0.02, kept.lat, 17)), timeout=WAIT_MS)
    actions = {action.objectName(): action for action in bookmarks(qtbot, app)}
    actions["bookmark.go:1"].trigger()
    qtbot.waitUntil(lambda: near(history.here, kept), timeout=WAIT_MS)
    views.menu.close()
    with qtbot.waitSignal(app.runner.job_ended, timeout=WAIT_MS) as ended:
        app.content.map_views.carry_out("bookmark.remove:1")  # type: ignore[union-attr]
    assert ended.args[0].state.name == "SUCCEEDED"
    assert [action.objectName() for action in bookmarks(qtbot, app)] == ["map.bookmark"]
    views.menu.close()


def bookmarks(qtbot: QtBot, app: Application) -> list[QAction]:
    """The entries of the menu of bookmarks, opened with its button on the map."""
    assert app.content is not None
    views = app.content.map_views
    views.menu = None
    script = "[...document.querySelectorAll('.tool')].find((made) => made.title === 'Bookmarks').click(); 1"
    the_map(app).page.runJavaScript(script, 1, lambda _answer: None)
    qtbot.waitUntil(lambda: views.menu is not None, timeout=WAIT_MS)
    return list(views.menu.actions())  # type: ignore[union-attr]


def the_menu_of_a_place_copies_and_asks(qtbot: QtBot, app: Application) -> None:
    """A right click offers the place; copying leaves it on the clipboard, asking says lon and lat to who listens."""
    view, views = the_map(app), app.content.map_views  # type: ignore[union-attr]
    asked: list[tuple[float, float]] = []
    views.menu = None
    views.what_is_here.connect(lambda lon, lat: asked.append((lon, lat)))
    QTest.mouseClick(page_of(view), Qt.MouseButton.RightButton, NONE, QPoint(380, 200))
    qtbot.waitUntil(lambda: views.menu is not None, timeout=WAIT_MS)
    actions = {action.objectName(): action for action in views.menu.actions()}
    actions["map.copy"].trigger()
    actions["map.here"].trigger()
    (lon, lat), bounds = asked[0], view.bounds
    assert bounds is not None
    assert bounds[0] < lon < bounds[2]
    assert bounds[1] < lat < bounds[3]
    assert QGuiApplication.clipboard().text() == f"{lat:.6f}, {lon:.6f}"
    views.menu.close()


def a_base_map_from_elsewhere_is_off_until_it_makes_sense(qtbot: QtBot, app: Application) -> None:
    """A wrong address is told beneath its field and nothing is kept; a right one is named on the map; off is off."""
    view, kept = the_map(app), app.settings.settings
    app.window.run("settings")
    part = app.window.findChildren(BaseMapSettings)[0]
    words: list[str] = []
    view.bridge.told.connect(lambda name, content: words.append(content) if name == "attribution" else None)
    part.on.click()
    part.address.setText("http://tiles.example.org/{z}/{x}/{y}.png")
    part.attribution.setText("© Somebody")
    part.address.editingFinished.emit()
    assert "https" in part.address.accessibleDescription()
    assert not kept.base_map_on
    assert words == []
    part.address.setText("http://127.0.0.1:9/{z}/{x}/{y}.png")
    part.address.editingFinished.emit()
    assert part.address.accessibleDescription() == ""
    assert kept.base_map_on
    assert "Somebody" in words[-1]
    part.on.click()
    assert "Somebody" not in words[-1]
    assert not kept.base_map_on
    QTest.keyClick(app.window.findChildren(SettingsDialog)[0], Qt.Key.Key_Escape)


# A window takes long to open: what does not disturb each other is gone through in one.


def test_areas_are_drawn_on_the_map(qtbot: QtBot, app: Application) -> None:
    """Box, lasso, crossing lasso and corners one after the other, and the chip that takes them off."""
    for how in WAYS:
        the_table_holds_what_shapely_finds_inside(qtbot, app, how)
        operations(app).rows.filter_dropped.emit("shape")
        qtbot.waitUntil(lambda: operations(app).model.rowCount() == REQUESTS, timeout=WAIT_MS)
    dropping_the_chip_takes_the_outline_off(qtbot, app)


def test_places_of_the_map_are_gone_to_and_kept(qtbot: QtBot, app: Application) -> None:
    """Back and forward, bookmarks, the menu of a place and another base map; each step proves its own."""
    alt_left_leads_back_and_alt_right_forward(qtbot, app)
    a_bookmark_is_kept_found_and_removed(qtbot, app)
    the_menu_of_a_place_copies_and_asks(qtbot, app)
    a_base_map_from_elsewhere_is_off_until_it_makes_sense(qtbot, app)
