"""At the smallest window every pane can be reached, with the mouse and without."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.app import Application
from desktop.controllers.crews import CrewsController
from desktop.controllers.neighbourhoods import NeighbourhoodsController
from desktop.controllers.operations import OperationsController
from desktop.controllers.services import ServicesController
from desktop.views.kit import FocusRing
from desktop.views.services_view import NAME, NAME_PX
from desktop.views.shell.edge_strip import EdgeStrip
from desktop.views.shell.tab_order import stops_of
from desktop.views.workspace import Workspace
from tests.demo import MOMENT
from tests.desktop.test_city import WAIT_MS, show

pytestmark = [pytest.mark.slow, pytest.mark.stalls]
SMALL = (1024, 640)


@pytest.fixture
def app(open_city: Callable[[str, datetime], Application], planned_city: Path, tmp_path: Path) -> Application:
    """The whole window on a planned city, as small as it gets."""
    opened = open_city(str(shutil.copy(planned_city, tmp_path / "city.opsmap")), MOMENT)
    opened.window.resize(*SMALL)
    return opened


def activate(qtbot: QtBot, app: Application) -> None:
    """Let the window have the focus of the platform."""
    app.window.activateWindow()
    qtbot.waitUntil(app.window.isActiveWindow, timeout=WAIT_MS)


def right_button(place: Workspace) -> QWidget:
    """The button at the right edge of a workspace."""
    strips = [strip for strip in place.findChildren(EdgeStrip) if strip.x() > place.width() // 2]
    return strips[0].button


def enter_on_a_row_opens_the_request(qtbot: QtBot, app: Application) -> None:
    """The detail comes over the map's edge with the focus in it; Esc gives both back."""
    place = app.window.workspaces["operations"]
    desk: OperationsController = place.findChild(OperationsController)
    assert not desk.detail.isVisible()
    activate(qtbot, app)
    desk.rows.table.setFocus()
    desk.rows.table.selectRow(2)
    qtbot.waitUntil(desk.detail.shows_request, timeout=WAIT_MS)
    QTest.keyClick(desk.rows.table, Qt.Key.Key_Return)
    assert desk.detail.isVisible()
    assert desk.detail.isAncestorOf(QApplication.focusWidget())
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert not desk.detail.isVisible()
    assert QApplication.focusWidget() is desk.rows.table


def a_double_click_and_a_click_on_the_map_open_it_too(qtbot: QtBot, app: Application) -> None:
    """Whatever a person asks to see comes into view; the map keeps its width."""
    place = app.window.workspaces["operations"]
    desk: OperationsController = place.findChild(OperationsController)
    wide = app.content.maps["operations"].width()  # type: ignore[union-attr]
    row = desk.rows.table.visualRect(desk.model.index(1, 0)).center()
    for click in (QTest.mouseClick, QTest.mouseDClick):
        click(desk.rows.table.viewport(), Qt.MouseButton.LeftButton, pos=row)
    assert desk.detail.isVisible()
    place.close_pane("right")
    app.content.maps["operations"].request_clicked.emit(desk.model.id_at(4))  # type: ignore[union-attr]
    assert desk.detail.isVisible()
    assert app.content.maps["operations"].width() == wide  # type: ignore[union-attr]


def a_button_at_the_edge_opens_and_shuts_the_drawer(qtbot: QtBot, app: Application, key: str) -> None:
    """It is named after the pane, and says whether the drawer is open."""
    show(qtbot, app, key)
    place = app.window.current()
    button = right_button(place)
    assert place.right is not None
    assert button.accessibleName() == place.right.accessibleName() != ""
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert place.right.isVisible()
    assert button.isChecked()  # type: ignore[attr-defined]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not place.right.isVisible()
    assert not button.isChecked()  # type: ignore[attr-defined]


def f6_reaches_the_folded_pane(qtbot: QtBot, app: Application, key: str) -> None:
    """Going round the panes, the drawer opens and has the focus once."""
    show(qtbot, app, key)
    place = app.window.current()
    activate(qtbot, app)
    assert place.right is not None
    seen = []
    for _ in range(4):
        QTest.keyClick(app.window, Qt.Key.Key_F6)
        focus = QApplication.focusWidget()
        seen.append(focus is not None and place.right.isAncestorOf(focus))
    assert place.right.isVisible()
    assert any(seen)


def the_reasons_of_jobs_left_out_are_reached_by_their_number(qtbot: QtBot, app: Application) -> None:
    """The figure over the map opens the list; the acts of the bar stay in reach beside the drawer."""
    show(qtbot, app, "crews")
    crews: CrewsController = app.window.current().findChild(CrewsController)
    qtbot.waitUntil(lambda: crews.bar.sheets.isEnabled(), timeout=WAIT_MS)
    crews.bar.pane_wanted.emit("right")
    assert crews.left_out.isVisible()
    shut = crews.left_out.mapTo(app.window, crews.left_out.rect().topLeft())
    assert shut.y() >= crews.bar.mapTo(app.window, crews.bar.rect().bottomLeft()).y()


def the_question_has_a_strip_with_its_counts(qtbot: QtBot, app: Application) -> None:
    """The strip opens the form; a count of it chooses the first cell of its class; why nothing is answered is seen."""
    show(qtbot, app, "neighbourhoods")
    desk: NeighbourhoodsController = app.window.current().findChild(NeighbourhoodsController)
    assert not desk.question.isVisible()
    with qtbot.waitSignal(app.runner.job_ended, timeout=WAIT_MS):
        QTest.mouseClick(desk.strip.ask, Qt.MouseButton.LeftButton)
    rows = desk.cells.cells.model_
    qtbot.waitUntil(lambda: rows.rowCount() > 0, timeout=WAIT_MS)
    desk.cells.show_table("cells")
    desk.strip.kind_chosen.emit(3)
    chosen = desk.cells.cells.currentIndex()
    assert chosen.siblingAtColumn(rows.kind_column()).data() == "Not significant"
    QTest.mouseClick(desk.strip.button, Qt.MouseButton.LeftButton)
    assert desk.question.isVisible()
    assert desk.strip.button.isChecked()
    QTest.mouseClick(desk.strip.button, Qt.MouseButton.LeftButton)
    assert not desk.question.isVisible()
    desk.question.form.cell.setValue(5000)
    QTest.mouseClick(desk.strip.ask, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(desk.question.fault.isVisible, timeout=WAIT_MS)


def names_of_services_are_never_cut_for_other_columns(qtbot: QtBot, app: Application, width: int) -> None:
    """Group, all time, department and deadline give way in this order; the name keeps its room."""
    app.window.resize(width, 720)
    show(qtbot, app, "services")
    desk: ServicesController = app.window.current().findChild(ServicesController)
    qtbot.waitUntil(lambda: desk.view.model.rowCount() > 0, timeout=WAIT_MS)
    assert desk.view.table.columnWidth(NAME) >= NAME_PX


def every_stop_of_the_tab_key_has_a_name(qtbot: QtBot, app: Application, key: str, size: tuple[int, int]) -> None:
    """A screen reader says something wherever the focus can be."""
    app.window.resize(*size)
    show(qtbot, app, key)
    stops = [stop for part in (app.window.rail, app.window.top_bar, *app.window.current().panes(),
                               app.window.status_bar) for stop in stops_of(part)]  # fmt: skip
    page = app.content.maps.get(key) if app.content is not None else None  # the page names its own parts
    nameless = [stop for stop in stops if not stop.accessibleName() and not (page and page.isAncestorOf(stop))]
    assert nameless == []


def tab_goes_rail_left_map_table_detail(qtbot: QtBot, app: Application) -> None:
    """As the look orders: the queue comes before the table and the detail."""
    app.window.resize(1440, 900)
    place = app.window.workspaces["operations"]
    desk: OperationsController = place.findChild(OperationsController)
    desk.choose(desk.model.id_at(0))
    qtbot.waitUntil(desk.detail.shows_request, timeout=WAIT_MS)
    activate(qtbot, app)
    parts = [app.window.rail, app.window.top_bar, *place.panes()]
    order = [part for part in parts if stops_of(part)]
    assert order.index(desk.queue) < order.index(desk.rows) < order.index(desk.detail)
    for before, after in ((app.window.top_bar, desk.queue), (desk.rows, desk.detail)):
        stops_of(before)[-1].setFocus()
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is stops_of(after)[0]
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backtab)
        assert QApplication.focusWidget() is stops_of(before)[-1]


def the_map_has_one_focus_ring(qtbot: QtBot, app: Application) -> None:
    """The page rings what has the focus in it, so the window's own ring keeps away."""
    activate(qtbot, app)
    place = app.window.workspaces["operations"]
    place.enter_pane("map")
    page = app.content.maps["operations"]  # type: ignore[union-attr]
    assert page.isAncestorOf(QApplication.focusWidget())
    assert not app.window.findChild(FocusRing).isVisible()
    place.enter_pane("table")
    assert app.window.findChild(FocusRing).isVisible()


# A window takes long to open: what does not disturb each other is gone through in one.


def test_every_pane_of_the_smallest_window_is_reached(qtbot: QtBot, app: Application) -> None:
    """By rows, the map, buttons at the edge, F6, figures and strips; each step proves its own."""
    enter_on_a_row_opens_the_request(qtbot, app)
    a_double_click_and_a_click_on_the_map_open_it_too(qtbot, app)
    app.window.current().close_pane("right")
    the_map_has_one_focus_ring(qtbot, app)
    for key in ("operations", "crews"):
        a_button_at_the_edge_opens_and_shuts_the_drawer(qtbot, app, key)
    for key in ("operations", "crews"):
        f6_reaches_the_folded_pane(qtbot, app, key)
        app.window.current().close_pane("right")
    the_reasons_of_jobs_left_out_are_reached_by_their_number(qtbot, app)
    the_question_has_a_strip_with_its_counts(qtbot, app)


def test_nothing_is_cut_or_nameless_at_any_size(qtbot: QtBot, app: Application) -> None:
    """In each workspace, small and wide, the names of services and of all that the tab key stops at."""
    for size in (SMALL, (1440, 900)):
        for key in ("operations", "assignment", "crews", "neighbourhoods", "services"):
            every_stop_of_the_tab_key_has_a_name(qtbot, app, key, size)
    for width in (1024, 1280, 1440, 1920):
        names_of_services_are_never_cut_for_other_columns(qtbot, app, width)
    show(qtbot, app, "operations")
    tab_goes_rail_left_map_table_detail(qtbot, app)
