"""The planning board in the real window: what the hand does to a draft, and how it is compared, kept and saved."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app import Application
from desktop.controllers.crews import CrewsController
from desktop.controllers.plan_draft import PlanDrafting
from desktop.domain.plan_draft import DayOrders
from desktop.views.crew_timeline import JOB_MIME
from desktop.views.plan_bar import COMPARE, DRAFT, REFERENCE
from tests.demo import MOMENT
from tests.desktop.test_city import WAIT_MS, show

pytestmark = [pytest.mark.slow, pytest.mark.stalls]
DAY = date(2026, 10, 13)
LEFT = Qt.MouseButton.LeftButton
CTRL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


@pytest.fixture
def place(planned_city: Path, tmp_path: Path) -> str:
    """A copy of the planned city."""
    return str(shutil.copy(planned_city, tmp_path / "city.opsmap"))


def board(qtbot: QtBot, app: Application) -> CrewsController:
    """Crews on show with a plan that can be edited."""
    show(qtbot, app, "crews")
    made: CrewsController = app.window.current().findChild(CrewsController)
    qtbot.waitUntil(lambda: made.screen.editable, timeout=WAIT_MS)
    return made


def state(crews: CrewsController) -> DayOrders:
    """The draft as it is."""
    return crews.drafting.timed.state


def middle(crews: CrewsController, crew: int, at: int) -> QPoint:
    """The middle of a block, in the timeline."""
    return crews.timeline.timeline.frame.stop_block(crew, at).center().toPoint()


def drag(crews: CrewsController, start: QPoint, end: QPoint, *, drop: bool = True) -> None:
    """Press, move by way of the middle, and perhaps let go."""
    timeline = crews.timeline.timeline
    QTest.mousePress(timeline, LEFT, pos=start)
    for point in (start + QPoint(QApplication.startDragDistance() + 2, 0), (start + end) / 2, end):
        QTest.mouseMove(timeline, point)
    if drop:
        QTest.mouseRelease(timeline, LEFT, pos=end)


def busy(crews: CrewsController) -> list[int]:
    """Crews with two stops and more."""
    return [number for number, order in enumerate(state(crews).orders) if len(order) > 1]


def test_the_hand_moves_locks_and_takes_out(
    qtbot: QtBot, open_city: Callable[[str, datetime], Application], place: str
) -> None:
    """Dragging to another crew, by key to another place, taking out and in again, locks that hold with a sentence,

    and every step goes back and forth; figures, list and map follow each.
    """
    crews = board(qtbot, open_city(place, MOMENT))
    timeline, bar, start = crews.timeline.timeline, crews.bar, state(crews)
    one, two = busy(crews)[:2]
    job = start.orders[one][0]
    figures = [figure.value.text() for figure in bar.figures.shown]
    best: list[object] = []
    crews.drafting.best_found.connect(best.append)

    # a stop in the hand: the rows are tried, nothing is changed until it is let go
    target = middle(crews, two, 0) - QPoint(30, 0)
    drag(crews, middle(crews, one, 0), target, drop=False)
    assert timeline._mark is not None
    assert timeline._mark.words
    assert [len(row.stops) for row in timeline.frame.rows][two] == len(start.orders[two]) + 1
    assert state(crews) == start
    qtbot.waitUntil(lambda: bool(best), timeout=WAIT_MS)
    assert timeline._best
    QTest.keyClick(timeline, Qt.Key.Key_Escape)
    assert state(crews) == start
    assert [figure.value.text() for figure in bar.figures.shown] == figures
    QTest.mouseRelease(timeline, LEFT, pos=target)
    drag(crews, middle(crews, one, 0), target)
    assert state(crews).orders[two][0] == job
    assert timeline.chosen == (two, 0)
    assert [figure.value.text() for figure in bar.figures.shown] != figures
    assert bar.undo.isEnabled()

    # keys
    timeline.setFocus()
    QTest.keyClick(timeline, Qt.Key.Key_Right, ALT)
    assert state(crews).orders[two][1] == job
    QTest.keyClick(timeline, Qt.Key.Key_L)
    assert state(crews).locked(two, 1) == {"crew"}
    assert timeline._rows[two].stops[1].locked == {"crew"}
    before = state(crews)
    QTest.keyClick(timeline, Qt.Key.Key_Down, ALT)
    assert state(crews) == before
    assert crews.timeline.banner.isVisible()
    assert "locked" in crews.timeline.banner.text.text()
    QTest.keyClick(timeline, Qt.Key.Key_L)
    assert not state(crews).locked(two, 1)
    assert not crews.timeline.banner.isVisible()
    QTest.keyClick(timeline, Qt.Key.Key_L, SHIFT)
    before = state(crews)
    QTest.keyClick(timeline, Qt.Key.Key_Right, ALT)
    assert state(crews) == before
    assert "time" in crews.timeline.banner.text.text()
    QTest.keyClick(timeline, Qt.Key.Key_L, SHIFT)
    assert not state(crews).locked(two, 1)
    left = crews.left_out.list.model().rowCount()
    QTest.keyClick(timeline, Qt.Key.Key_Delete)
    assert state(crews).left_out[-1] == job
    assert crews.left_out.list.model().rowCount() == left + 1
    crews.choose_left_out(left + 1)
    QTest.keyClick(crews.left_out.list, Qt.Key.Key_Insert)
    assert job not in state(crews).left_out

    # from the list onto a row
    number = 1
    wanted = state(crews).left_out[number - 1]
    data = QMimeData()
    data.setData(JOB_MIME, b"1")
    spot = middle(crews, one, 0)
    moves = Qt.DropAction.MoveAction
    nothing = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(timeline, QDragEnterEvent(spot, moves, data, LEFT, nothing))
    QApplication.sendEvent(timeline, QDragMoveEvent(spot, moves, data, LEFT, nothing))
    QApplication.sendEvent(timeline, QDropEvent(QPointF(spot), moves, data, LEFT, nothing))
    assert wanted in state(crews).orders[one]

    # a whole crew, by its menu
    menu = crews.hand.menu(two, -1)
    assert menu is not None
    next(action for action in menu.actions() if "whole day" in action.text()).trigger()
    assert two in state(crews).locks.whole
    assert timeline._rows[two].locked
    menu.deleteLater()

    # back to the beginning, and forth again
    end = state(crews)
    while crews.drafting.steps is not None and crews.drafting.steps.undone is not None:
        QTest.keyClick(timeline, Qt.Key.Key_Z, CTRL)
    assert state(crews) == start
    assert not bar.undo.isEnabled()
    while crews.drafting.steps is not None and crews.drafting.steps.redone is not None:
        QTest.keyClick(timeline, Qt.Key.Key_Z, CTRL | SHIFT)
    assert state(crews) == end


def test_a_draft_is_compared_outlives_the_window_and_becomes_a_plan(
    qtbot: QtBot, open_city: Callable[[str, datetime], Application], place: str
) -> None:
    """The right pane tells what changed; the plan before can be looked at and set beside it; taken up anew

    the draft is there; saved it is the newest plan of the day, and solving around its locks keeps them.
    """
    app = open_city(place, MOMENT)
    crews = board(qtbot, app)
    problem = crews.drafting.timed.day.problem
    one, two, job = next(
        (one, two, state(crews).orders[one][0])
        for one in busy(crews)
        for two in busy(crews)
        if one != two and problem.jobs[state(crews).orders[one][0]].skills <= problem.crews[two].skills
    )
    crews.hand.move(one, 0, two, 0)
    crews.hand.lock(two, 0, "crew")
    assert crews.right.compare.isVisible()
    changes = crews.right.compare._model.stops
    moved = crews.drafting.timed.content["crews"][two]["stops"][0]["job"]
    assert any(stop.job == moved and stop.kind == "crew" for stop in changes)
    assert crews.right.compare.foot.isVisible()
    crews.choose_job(moved)
    assert crews.timeline.timeline.chosen == (two, 0)
    crews.right.compare.on_map.click()
    assert app.content is not None
    route = next(route for route in app.content.maps["crews"]._kept["routes"] if route["crew"] == two)
    assert route["stops"][0]["changed"] == "crew"
    assert route["stops"][0]["locked"]

    crews.bar.modes._segments[REFERENCE].click()
    assert not crews.screen.editable
    assert crews.screen.find(moved)[0] == one
    crews.bar.modes._segments[COMPARE].click()
    assert len(crews.timeline.timeline._rows) == 2 * len(state(crews).orders)
    crews.choose_job(moved)
    assert crews.timeline.timeline.chosen == (2 * two + 1, 0)
    crews.bar.modes._segments[DRAFT].click()
    edited = state(crews)
    again = PlanDrafting(crews, app.content.session, crews._files)
    assert crews.screen.plans is not None
    again.begin(crews.screen.plans.newest)
    qtbot.waitUntil(lambda: again.is_open, timeout=WAIT_MS)
    assert again.timed.state == edited
    assert again.is_changed
    with qtbot.waitSignal(crews.drafting.saved, timeout=WAIT_MS):
        crews.right.compare.save.click()
    qtbot.waitUntil(lambda: crews.screen.editable and not crews.drafting.is_changed, timeout=WAIT_MS)
    assert state(crews) == edited
    assert crews.screen.plans.versions == 2
    assert crews.right.compare.isVisible()
    assert not crews.right.compare.foot.isVisible()

    with qtbot.waitSignal(app.runner.job_ended, timeout=WAIT_MS) as ended:
        crews.drafting.solve(1.0)
    assert ended.args[0].state.name == "SUCCEEDED", ended.args[0].sentence
    qtbot.waitUntil(lambda: crews.drafting.is_changed, timeout=WAIT_MS)
    assert job in state(crews).orders[two]
    crews.drafting.undo()
    assert state(crews) == edited
