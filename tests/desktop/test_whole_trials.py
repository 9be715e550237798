"""Trials of the whole window on real files: what a new user does, from the first step to the last."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from data.store import open_store
from desktop.app import Application
from desktop.controllers.assistant import Assistant
from desktop.controllers.operations import OperationsController
from desktop.domain.clock import FixedClock
from desktop.models.fields import Field
from desktop.views.assistant.state import Phase
from tests.demo import MOMENT
from tests.desktop.test_assistant import click, runner, settle, window  # noqa: F401 - fixtures
from tests.shared import shared_file

WAIT_MS = 60_000


def test_a_city_is_founded_from_real_files(qtbot: QtBot, window: Any, runner: Any, tmp_path: Path) -> None:  # noqa: F811
    """Boston's boundary, streets, districts in feet that declare no system, and requests, all by the assistant."""
    assistant = Assistant(window, runner, FixedClock(datetime(2011, 11, 1, 15, tzinfo=UTC)), "ana")
    assistant.open()
    assistant.city.name.setText("Boston")
    assistant.city.zone.setCurrentText("America/New_York")
    assistant.choose_boundary(shared_file("polygons/boston_boundary_invalid.geojson"))
    assistant.choose_place(tmp_path / "boston")
    click(assistant)
    qtbot.waitUntil(lambda: assistant.step is not None or bool(fault(assistant)), timeout=WAIT_MS)
    assert fault(assistant) == ""
    files = (
        "streets/boston_streets.geojson",
        "polygons/boston_police_districts_feet_no_crs.geojson",
        "requests/boston_311_2011_jul_oct.zip",
    )
    for name in files:
        step = assistant.step
        assert step is not None
        step.choose(shared_file(name))
        settle(qtbot, assistant)
        click(assistant)
        settle(qtbot, assistant)
        if "no_crs" in name:
            assert "name it below as EPSG:n" in step.state.fault
            assistant.pages[assistant.steps.index(step)].crs.edit.setText("EPSG:2249")
            click(assistant)
            settle(qtbot, assistant)
        assert step.state.phase is Phase.DONE, step.state
        assert ",5" not in step.state.told  # thousands are parted as everywhere in the window
        if name != files[-1]:
            click(assistant)
    with qtbot.waitSignal(assistant.founded):
        click(assistant)
    store = open_store(str(tmp_path / "boston.opsmap"))
    with store.read() as unit:
        assert unit.requests.count() > 1000
    store.close()


def fault(assistant: Assistant) -> str:
    """What is wrong on the city's own step."""
    return assistant.city.name_field._fault.text() + assistant.city.zone_field._fault.text()


@pytest.fixture
def app(open_city: Callable[[str, datetime], Application], location: str) -> Application:
    """The window on the city."""
    return open_city(location, MOMENT)


@pytest.mark.parametrize("what", ["selected", "shown"])
def test_what_is_shown_is_what_is_exported(
    qtbot: QtBot, app: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """Filtered, sorted, ticked, with columns of its own order: the file has the table's rows in the table's order."""
    desk = app.window.workspaces["operations"].findChild(OperationsController)
    assert desk is not None
    snapshot = app.content.session.snapshot  # type: ignore[union-attr]
    assert snapshot is not None
    desk.filtering.set(service_ids=(int(snapshot.columns.service_id[5]), int(snapshot.columns.service_id[8])))
    table, model = desk.rows.table, desk.model
    table.set_fields((Field.ADDRESS, Field.SERVICE, Field.REQUEST, Field.STATUS, Field.TIME_LEFT))
    table.sortByColumn(Field.ADDRESS, Qt.SortOrder.DescendingOrder)
    qtbot.waitUntil(lambda: 5 < model.rowCount() < len(snapshot.columns.id), timeout=WAIT_MS)
    qtbot.wait(300)
    rows = range(model.rowCount())
    if what == "selected":
        rows = range(1, 5)
        for row in rows:
            model.toggle_row(row)
    with app.content.session.store.read() as unit:  # type: ignore[union-attr]
        requests = unit.requests.many([model.id_at(row) for row in rows])
    by_id = {int(one.id): one for one in requests}
    wanted = [by_id[model.id_at(row)] for row in rows]
    out = tmp_path / "shown.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), "CSV (*.csv)"))
    desk.tools._export(what)
    qtbot.waitUntil(out.exists, timeout=WAIT_MS)
    with out.open(encoding="utf-8-sig", newline="") as stream:
        written = list(csv.DictReader(stream))
    assert [row["service_request_id"] for row in written] == [one.service_request_id for one in wanted]
    assert [row["address"] for row in written] == [one.address for one in wanted]
    assert list(written[0])[:3] == ["address", "service_name", "service_request_id"]
