"""Crews: one choice for map, timeline and list; a plan for any day; controls that act; acts that run once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.app import Application
from desktop.controllers.crews import CrewsController
from desktop.controllers.operations import OperationsController
from desktop.map.view import MapView
from desktop.views.kit.buttons import Link
from tests.demo import MOMENT
from tests.desktop.test_city import WAIT_MS, show

pytestmark = [pytest.mark.slow, pytest.mark.stalls]
DAY = date(2026, 10, 13)


@pytest.fixture
def app(open_city: Callable[[str, datetime], Application], planned_city: Path, tmp_path: Path) -> Application:
    """The whole window on a copy of the planned city."""
    return open_city(str(shutil.copy(planned_city, tmp_path / "city.opsmap")), MOMENT)


@pytest.fixture
def crews(qtbot: QtBot, app: Application) -> CrewsController:
    """Crews on show with the day's plan."""
    show(qtbot, app, "crews")
    made: CrewsController = app.window.current().findChild(CrewsController)
    qtbot.waitUntil(lambda: made.bar.sheets.isEnabled(), timeout=WAIT_MS)
    return made


def page(app: Application) -> MapView:
    """The map of Crews."""
    assert app.content is not None
    return app.content.maps["crews"]


def chosen_on(view: MapView) -> dict[str, Any]:
    """What the page was told to ring."""
    told: dict[str, Any] = view._kept["chosen_stop"]
    return told


def content_of(crews: CrewsController) -> dict[str, Any]:
    """The plan on show."""
    assert crews._content is not None
    return dict(crews._content)


def last_busy_crew(crews: CrewsController) -> int:
    """The lowest row of the timeline that has a stop."""
    rows = content_of(crews)["crews"]
    return max(number for number, crew in enumerate(rows) if crew["stops"])


def a_stop_of_the_timeline_is_ringed_on_the_map(qtbot: QtBot, app: Application, crews: CrewsController) -> None:
    """A click on its block rings it, brings its crew's way to the front, and the map shows the place."""
    timeline = crews.timeline.timeline
    crew = next(number for number, row in enumerate(content_of(crews)["crews"]) if row["stops"])
    stop = timeline._rows[crew].stops[0]
    block = timeline._block(crew, stop.service_start, stop.departure)
    with qtbot.waitSignal(page(app).viewport_changed, timeout=WAIT_MS):
        QTest.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=block.center().toPoint())
    assert chosen_on(page(app)) == {"crew": crew, "stop": 0, "left_out": None}
    place = content_of(crews)["crews"][crew]["stops"][0]
    west, south, east, north = page(app).bounds or (0, 0, 0, 0)
    assert west < place["long"] < east
    assert south < place["lat"] < north


def a_stop_of_the_map_comes_into_view_on_the_timeline(app: Application, crews: CrewsController) -> None:
    """The last crew's row, far below, scrolls into view; the hours over the rows stay where they are."""
    crew = last_busy_crew(crews)
    hours = crews.timeline.head.geometry()
    page(app).stop_clicked.emit(crew, 0)
    top = crews.timeline.timeline.row_rect(crew).center() - QPointF(0, crews.timeline.area.verticalScrollBar().value())
    assert 0 < top.y() < crews.timeline.area.viewport().height()
    assert crews.timeline.timeline._chosen == (crew, 0)
    assert crews.timeline.head.geometry() == hours
    assert crews.timeline.head.isVisible()


def a_job_left_out_is_one_choice_too(qtbot: QtBot, app: Application, crews: CrewsController) -> None:
    """A line of the list is ringed on the map; a mark of the map is the chosen line, in view; no stop stays chosen."""
    left, jobs = crews.left_out.list, content_of(crews)["unassigned"]
    assert left.model().rowCount() == len(jobs) > 3
    crews.choose(last_busy_crew(crews), 0)
    left.setFocus()
    left.setCurrentIndex(left.model().index(1, 0))
    assert chosen_on(page(app)) == {"crew": None, "stop": -1, "left_out": 2}
    assert crews.timeline.timeline._chosen is None
    page(app).left_out_clicked.emit(len(jobs))
    assert left.currentIndex().row() == len(jobs) - 1
    assert left.viewport().rect().intersects(left.visualRect(left.currentIndex()))


def cards_of_the_map_name_place_and_reason(app: Application, crews: CrewsController) -> None:
    """The page is told where and what a stop is, and why a job has no crew."""
    job = content_of(crews)["unassigned"][0]
    kept = page(app)._kept["left_out"][0]
    assert kept["lines"][0].startswith(job["address"] or job["job"])
    assert kept["lines"][1].endswith(crews.left_out.list.model().jobs[0].detail)
    stop = page(app)._kept["routes"][0]["stops"][0]
    assert stop["what"]
    assert "–" in stop["time"]


def days_have_plans_of_their_own(qtbot: QtBot, app: Application, crews: CrewsController) -> None:
    """The day before has none and says of which day the newest is; today brings the plan back."""
    QTest.mouseClick(crews.bar.before, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not crews.bar.sheets.isEnabled(), timeout=WAIT_MS)
    assert crews.day == DAY - timedelta(days=1)
    assert "13 October" in crews.timeline.card.text.text()
    assert "every job" not in crews.left_out.header.note.text()
    assert crews.left_out.list.model().rowCount() == 0
    assert page(app)._kept["routes"] == []
    QTest.mouseClick(crews.bar.today, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: crews.bar.sheets.isEnabled(), timeout=WAIT_MS)
    assert crews.day == DAY


def ctrl_r_plans_the_day_on_show_once(
    qtbot: QtBot, app: Application, crews: CrewsController, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key on the button acts, for the chosen day; while it runs the button rests and no second plan waits."""
    monkeypatch.setattr("desktop.controllers.crews.SOLVE_SECONDS", 1.0)
    crews.show_day(DAY + timedelta(days=1))
    app.window.activateWindow()
    qtbot.waitUntil(app.window.isActiveWindow, timeout=WAIT_MS)
    with qtbot.waitSignal(app.runner.job_ended, timeout=WAIT_MS) as ended:
        QTest.keyClick(app.window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: len(app.runner.jobs()) == 1, timeout=WAIT_MS)
        assert not crews.bar.plan.isEnabled()
        QTest.keyClick(app.window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
        crews.bar.plan_wanted.emit()
        assert len(app.runner.jobs()) == 1
    assert ended.args[0].state.name == "SUCCEEDED", ended.args[0].sentence
    qtbot.waitUntil(lambda: crews.bar.sheets.isEnabled(), timeout=WAIT_MS)
    assert content_of(crews)["date"] == (DAY + timedelta(days=1)).isoformat()
    assert crews.bar.plan.isEnabled()


def underlined_figures_open_something(qtbot: QtBot, app: Application, crews: CrewsController) -> None:
    """Each link of the bar leads to a pane; sums that stand for no requests are plain words."""
    wanted: list[str] = []
    crews.bar.pane_wanted.connect(wanted.append)
    links = [link for link in crews.bar.findChildren(Link) if link.isVisible()]
    for link in links:
        QTest.mouseClick(link, Qt.MouseButton.LeftButton)
    assert wanted == ["table", "right"]


def a_stop_opens_its_request(qtbot: QtBot, app: Application, crews: CrewsController) -> None:
    """A double click on a block, or Enter, shows the request in Operations."""
    crew = last_busy_crew(crews)
    page(app).stop_clicked.emit(crew, 0)
    QTest.keyClick(crews.timeline.timeline, Qt.Key.Key_Return)
    assert app.window.current().key == "operations"
    desk: OperationsController = app.window.current().findChild(OperationsController)
    qtbot.waitUntil(desk.detail.shows_request, timeout=WAIT_MS)
    assert desk._chosen == content_of(crews)["crews"][crew]["stops"][0]["request_ids"][0]


def arrows_go_from_stop_to_stop(app: Application, crews: CrewsController) -> None:
    """The timeline is walked without a mouse, and each stop is chosen everywhere."""
    timeline = crews.timeline.timeline
    timeline.setFocus()
    busy = [number for number, crew in enumerate(content_of(crews)["crews"]) if len(crew["stops"]) > 1]
    crews.choose(busy[0], 0)
    QTest.keyClick(timeline, Qt.Key.Key_Right)
    assert timeline._chosen == (busy[0], 1)
    assert chosen_on(page(app))["stop"] == 1
    assert timeline.accessibleDescription()
    QTest.keyClick(timeline, Qt.Key.Key_Down)
    assert timeline._chosen is not None
    assert timeline._chosen[0] > busy[0]


def no_break_is_drawn_after_the_way_home(crews: CrewsController) -> None:
    """A crew that is back hours before its break has none on the timeline."""
    timeline = crews.timeline.timeline
    row = next(row for row in timeline._rows if row.stops and row.pause is not None)
    late = (row.back + timedelta(hours=2), row.back + timedelta(hours=2, minutes=30))
    shown = []
    for pause in (late, None):
        timeline.set_state((replace(row, pause=pause),), None)
        shown.append(timeline.grab().toImage())
    assert shown[0] == shown[1]


# A window takes long to open: what does not disturb each other is gone through in one.


def test_stops_and_jobs_are_one_choice_everywhere(
    qtbot: QtBot, app: Application, crews: CrewsController, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the map, the timeline, the list and the bar, by hand and by keys, on any day; each step proves its own."""
    a_stop_of_the_timeline_is_ringed_on_the_map(qtbot, app, crews)
    a_stop_of_the_map_comes_into_view_on_the_timeline(app, crews)
    a_job_left_out_is_one_choice_too(qtbot, app, crews)
    cards_of_the_map_name_place_and_reason(app, crews)
    arrows_go_from_stop_to_stop(app, crews)
    underlined_figures_open_something(qtbot, app, crews)
    no_break_is_drawn_after_the_way_home(crews)
    days_have_plans_of_their_own(qtbot, app, crews)
    a_stop_opens_its_request(qtbot, app, crews)
    show(qtbot, app, "crews")
    ctrl_r_plans_the_day_on_show_once(qtbot, app, crews, monkeypatch)
