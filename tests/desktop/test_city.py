"""A city in the window: four workspaces fill, share one selection, and every act runs as a job that tells its end."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from data.store import Store, open_store
from desktop.app import Application
from desktop.controllers.crews import CrewsController
from desktop.controllers.neighbourhoods import NeighbourhoodsController
from desktop.controllers.operations import OperationsController
from desktop.controllers.plan_reads import plans_of
from desktop.controllers.services import ServicesController
from desktop.domain import attention
from desktop.domain.clock import FixedClock
from desktop.jobs import JobHandle
from desktop.operations.import_requests import RequestImport, import_requests
from desktop.operations.work import Work
from tests.demo import MOMENT, REQUESTS
from tests.desktop.waiting import WAIT_MS, wait_until_ready

# Chromium starts with the first map of the process, on the thread of the window.
pytestmark = [pytest.mark.slow, pytest.mark.stalls]


@pytest.fixture
def app(open_city: Callable[[str, datetime], Application], location: str) -> Application:
    """The window on the city, Operations filled."""
    return open_city(location, MOMENT)


def show(qtbot: QtBot, app: Application, key: str) -> None:
    """Go to a workspace and wait until it is filled."""
    app.window.show_workspace(key)
    wait_until_ready(qtbot, app)


def finish(qtbot: QtBot, app: Application, command: str) -> JobHandle:
    """Ask for a command of the window and wait for the job's end."""
    with qtbot.waitSignal(app.runner.job_ended, timeout=WAIT_MS) as ended:
        app.window.run(command)
    handle: JobHandle = ended.args[0]
    return handle


def operations(app: Application) -> OperationsController:
    """The controller of the first workspace."""
    found: OperationsController = app.window.workspaces["operations"].findChild(OperationsController)
    return found


def known(app: Application) -> int:
    """How many requests the store holds."""
    assert app.content is not None
    with app.content.session.store.read() as unit:
        return int(unit.requests.count())


def read(location: str) -> Store:
    """A second connection, as another program would have it."""
    return open_store(location)


def operations_shows_the_city(qtbot: QtBot, app: Application) -> None:
    """Table, queue, badge and map agree with the store's own figures."""
    assert app.content is not None
    snapshot = app.content.session.snapshot
    assert snapshot is not None
    desk = operations(app)
    assert len(snapshot.columns) == REQUESTS
    opened = int(attention.is_open(snapshot.columns).sum())
    assert desk.model.rowCount() == opened > 0
    assert app.window.workspaces["operations"].badge == int(attention.unacknowledged(snapshot.columns).sum())
    desk.choose_filter("all")
    assert desk.model.rowCount() == REQUESTS


def one_selection_for_map_table_and_detail(qtbot: QtBot, app: Application) -> None:
    """A request clicked on the map is the chosen row and the page of the detail; the next row follows the keyboard."""
    desk = operations(app)
    wanted = desk.model.id_at(5)
    app.content.maps["operations"].request_clicked.emit(wanted)  # type: ignore[union-attr]
    qtbot.waitUntil(desk.detail.shows_request, timeout=WAIT_MS)
    assert desk.rows.table.currentIndex().row() == 5
    with qtbot.waitSignal(desk.rows.table.chosen, timeout=WAIT_MS) as chosen:
        QTest.keyClick(desk.rows.table, Qt.Key.Key_Down)
    assert chosen.args == [desk.model.id_at(6)]


def search_by_number_finds_one(qtbot: QtBot, app: Application, location: str) -> None:
    """The number a resident was given leads to that one request."""
    desk = operations(app)
    store = read(location)
    with store.read() as unit:
        number = unit.requests.many([desk.model.id_at(3)])[0].service_request_id
    store.close()
    desk.search(number)
    qtbot.waitUntil(lambda: desk.model.rowCount() == 1, timeout=WAIT_MS)


def assigning_runs_as_a_job(qtbot: QtBot, app: Application) -> None:
    """The command starts a job; its end shows in the snapshot, the log and a message."""
    handle = finish(qtbot, app, "act.assign")
    assert handle.state.name == "SUCCEEDED"
    assert app.content is not None
    session = app.content.session
    qtbot.waitUntil(
        lambda: session.snapshot is not None and (session.snapshot.columns.agency_id >= 0).mean() > 0.9,
        timeout=WAIT_MS,
    )
    with session.store.read() as unit:
        assert unit.log.acts()[0].actor == "ana"


def grouping_duplicates_runs_as_a_job(qtbot: QtBot, app: Application) -> None:
    """Afterwards the queue knows requests that several people reported."""
    assert finish(qtbot, app, "act.duplicates").state.name == "SUCCEEDED"
    assert app.content is not None
    session = app.content.session
    qtbot.waitUntil(
        lambda: session.snapshot is not None and bool((session.snapshot.columns.incident_id >= 0).any()),
        timeout=WAIT_MS,
    )


def a_day_is_planned_and_drawn(qtbot: QtBot, app: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    """The button plans; bar, timeline and list of what was left out speak of the same jobs."""
    monkeypatch.setattr("desktop.controllers.crews.SOLVE_SECONDS", 1.0)
    show(qtbot, app, "crews")
    crews: CrewsController = app.window.workspaces["crews"].findChild(CrewsController)
    with qtbot.waitSignal(app.runner.job_ended, timeout=WAIT_MS) as ended:
        crews.bar.plan_wanted.emit()
    assert ended.args[0].state.name == "SUCCEEDED", ended.args[0].sentence
    qtbot.waitUntil(lambda: "crews" in app.window.workspaces["crews"].subtitle, timeout=WAIT_MS)
    assert app.content is not None
    assert crews.day is not None
    plans = plans_of(app.content.session.store, crews.day, None)
    plan = plans.newest
    assert plan is not None
    assert plans.newest_day == crews.day
    served = sum(len(crew["stops"]) for crew in plan.content["crews"])
    assert served > 0
    told = f"{len(plan.content['crews'])} crews, {served + len(plan.content['unassigned'])} jobs"
    assert told in app.window.workspaces["crews"].subtitle


def hotspots_are_found_and_drawn(qtbot: QtBot, app: Application) -> None:
    """The question's button leads to cells with a class each, and to the sentence that says what was found."""
    show(qtbot, app, "neighbourhoods")
    place = app.window.workspaces["neighbourhoods"]
    desk: NeighbourhoodsController = place.findChild(NeighbourhoodsController)
    QTest.mouseClick(desk.question.ask, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "choose" not in place.subtitle, timeout=WAIT_MS)
    assert desk.question.answer.result()


def services_lists_the_catalogue(qtbot: QtBot, app: Application) -> None:
    """All 29 services, those with most open work first."""
    show(qtbot, app, "services")
    desk: ServicesController = app.window.workspaces["services"].findChild(ServicesController)
    rows = [desk.view.model.row(at) for at in range(desk.view.model.rowCount())]
    assert len(rows) == 29
    assert [row.open_count for row in rows] == sorted((row.open_count for row in rows), reverse=True)


def bring_in(app: Application, path: Path) -> None:
    """Import a file of requests as the assistant does."""
    assert app.content is not None
    app.content.session.act("import_requests", f"Importing {path.name}", {"wanted": RequestImport(path)})


def an_import_is_cancelled_and_the_store_is_as_it_was(qtbot: QtBot, app: Application, tmp_path: Path) -> None:
    """Cancelled in mid-import: the job ends cancelled and not one request more is there."""
    path = tmp_path / "many.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["service_request_id", "requested_datetime", "service_name", "lat", "long"])
        for number in range(60_000):
            table.writerow([f"N-{number}", "2026-10-01T08:00:00Z", "Pothole", 42.36, -71.06])
    started: list[JobHandle] = []
    app.runner.job_started.connect(started.append)
    with qtbot.waitSignal(app.runner.job_ended, timeout=WAIT_MS) as ended:
        bring_in(app, path)
        qtbot.waitUntil(lambda: bool(started), timeout=WAIT_MS)
        started[0].progressed.connect(lambda *_: started[0].cancel())
    assert ended.args[0].state.name == "CANCELLED"
    assert app.content is not None
    with app.content.session.store.read() as unit:
        assert unit.requests.count() == REQUESTS


def an_import_shows_when_it_is_done(qtbot: QtBot, app: Application, tmp_path: Path) -> None:
    """New requests are in the table without anybody asking."""
    before = known(app)
    path = tmp_path / "few.csv"
    path.write_text(
        "service_request_id,requested_datetime,service_name,lat,long\nN-1,2026-10-13T08:00:00Z,Pothole,,\n",
        encoding="utf-8",
    )
    with qtbot.waitSignal(app.runner.job_ended, timeout=WAIT_MS) as ended:
        bring_in(app, path)
    assert ended.args[0].state.name == "SUCCEEDED", ended.args[0].sentence
    desk = operations(app)
    desk.choose_filter("all")
    qtbot.waitUntil(lambda: desk.model.rowCount() == before + 1, timeout=WAIT_MS)


def what_another_program_does_is_on_show(qtbot: QtBot, app: Application, location: str, tmp_path: Path) -> None:
    """A request that another connection brings in is in the table soon after; rows scrolled to stay where they were."""
    desk = operations(app)
    desk.choose_filter("all")
    before = known(app)
    bar = desk.rows.table.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    held = desk.model.id_at(desk.rows.table.rowAt(0))
    path = tmp_path / "one.csv"
    path.write_text(
        "service_request_id,requested_datetime,service_name,lat,long\nN-9,2026-10-13T09:00:00Z,Pothole,,\n",
        encoding="utf-8",
    )
    elsewhere = read(location)
    import_requests(Work(elsewhere, "ben", FixedClock(MOMENT)), RequestImport(path))
    elsewhere.close()
    qtbot.waitUntil(lambda: desk.model.rowCount() == before + 1, timeout=WAIT_MS)
    assert desk.model.id_at(desk.rows.table.rowAt(0)) == held


def a_broken_file_is_told_in_a_sentence(qtbot: QtBot, app: Application, tmp_path: Path) -> None:
    """A file of another kind fails the job with one sentence that names it; nothing changes."""
    path = tmp_path / "broken.csv"
    path.write_bytes(b"PK\x03\x04 not a table")
    told: list[str] = []
    app.runner.job_started.connect(lambda handle: handle.failed.connect(told.append))
    with qtbot.waitSignal(app.runner.job_ended, timeout=WAIT_MS) as ended:
        bring_in(app, path)
    assert ended.args[0].state.name == "FAILED"
    assert len(told) == 1
    assert "broken.csv" in told[0]


# A window takes long to open: what does not disturb each other is gone through in one.


def test_the_city_is_on_show(qtbot: QtBot, app: Application, location: str) -> None:
    """Its figures, one selection, a number found, and the catalogue; each step proves its own."""
    operations_shows_the_city(qtbot, app)
    one_selection_for_map_table_and_detail(qtbot, app)
    search_by_number_finds_one(qtbot, app, location)
    services_lists_the_catalogue(qtbot, app)


def test_acts_run_as_jobs(qtbot: QtBot, app: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    """Assigning, grouping, planning a day and finding hotspots, one after the other; each step proves its own."""
    assigning_runs_as_a_job(qtbot, app)
    grouping_duplicates_runs_as_a_job(qtbot, app)
    a_day_is_planned_and_drawn(qtbot, app, monkeypatch)
    hotspots_are_found_and_drawn(qtbot, app)


def test_what_comes_in_is_on_show(qtbot: QtBot, app: Application, tmp_path: Path, location: str) -> None:
    """Files that are broken, cancelled and whole, and what another program brings in; each step proves its own."""
    a_broken_file_is_told_in_a_sentence(qtbot, app, tmp_path)
    an_import_is_cancelled_and_the_store_is_as_it_was(qtbot, app, tmp_path)
    an_import_shows_when_it_is_done(qtbot, app, tmp_path)
    what_another_program_does_is_on_show(qtbot, app, location, tmp_path)
