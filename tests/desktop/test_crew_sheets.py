"""Sheets in the window: which files for which crew, printed in the worker; a hand-back read, shown and recorded."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop.app import Application
from desktop.controllers.crew_sheets import CrewSheets
from desktop.controllers.crews import CrewsController
from desktop.domain.hand_back import HandBack, HandedStop, StopState, sheet_mark, write_code
from desktop.views.hand_back_dialog import HandBackDialog
from desktop.views.sheets_popover import SheetsPopover
from tests.demo import MOMENT
from tests.desktop.test_city import WAIT_MS, show

pytestmark = [pytest.mark.slow, pytest.mark.stalls]


@pytest.fixture
def app(open_city: Callable[[str, datetime], Application], planned_city: Path, tmp_path: Path) -> Application:
    """The whole window on a copy of the planned city."""
    return open_city(str(shutil.copy(planned_city, tmp_path / "city.opsmap")), MOMENT)


@pytest.fixture
def sheets(qtbot: QtBot, app: Application) -> CrewSheets:
    """Crews on show with the day's plan, and what its Sheets button opens."""
    show(qtbot, app, "crews")
    crews: CrewsController = app.window.current().findChild(CrewsController)
    qtbot.waitUntil(lambda: crews.bar.sheets.isEnabled(), timeout=WAIT_MS)
    crews.bar.sheets.click()
    assert app.content is not None
    return app.content.sheets


def popover_of(sheets: CrewSheets) -> SheetsPopover:
    """The choice on show."""
    assert sheets.popover is not None
    assert sheets.popover.isVisible()
    return sheets.popover


def choose_again(app: Application, sheets: CrewSheets) -> None:
    """The choice opens anew, however it was left."""
    for popover in app.window.findChildren(SheetsPopover):
        popover.accept()
    crews: CrewsController = app.window.current().findChild(CrewsController)
    crews.bar.sheets.click()


def plan_of(app: Application) -> tuple[int, dict[str, Any], str]:
    """Number and content of the plan on show, and the city."""
    with app.content.session.store.read() as unit:  # type: ignore[union-attr]
        (plan,) = unit.plans.all()
        city = unit.city.get()
    assert city is not None
    return int(plan.id), dict(plan.content), city.name


def files_of_one_crew_go_to_a_folder(
    qtbot: QtBot, app: Application, sheets: CrewSheets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only crews with stops are offered; pages and GPX of one are written where the person says, nothing else."""
    popover, out = popover_of(sheets), tmp_path / "out"
    out.mkdir()
    _, content, _ = plan_of(app)
    busy = [crew["crew"] for crew in content["crews"] if crew["stops"]]
    assert [popover.crew.itemText(at) for at in range(1, popover.crew.count())] == busy
    popover.crew.setCurrentIndex(1)
    for kind in ("sheets", "pages", "gpx"):
        popover.kinds[kind].setChecked(kind != "sheets")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(out))
    popover.write.click()
    qtbot.waitUntil(lambda: {path.suffix for path in out.iterdir()} == {".html", ".gpx"}, timeout=WAIT_MS)


def sheets_are_printed_and_the_plan_says_so(
    qtbot: QtBot, app: Application, sheets: CrewSheets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sheets alone are one PDF; once it is there the choice tells when it was printed; with nothing ticked it asks."""
    popover, path = popover_of(sheets), tmp_path / "sheets.pdf"
    popover.kinds["sheets"].setChecked(False)
    popover.write.click()
    assert popover.isVisible()
    popover.kinds["sheets"].setChecked(True)
    popover.crew.setCurrentIndex(1)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), "PDF (*.pdf)"))
    with qtbot.waitSignal(app.runner.job_ended, timeout=4 * WAIT_MS):
        popover.write.click()
    qtbot.waitUntil(lambda: "printed_at" in plan_of(app)[1], timeout=WAIT_MS)
    assert path.read_bytes().startswith(b"%PDF")
    crews: CrewsController = app.window.current().findChild(CrewsController)

    def told_again() -> bool:
        crews.bar.sheets.click()
        told: str = popover_of(sheets).text.text()
        popover_of(sheets).accept()
        return told.startswith("Printed last: ")

    qtbot.waitUntil(told_again, timeout=WAIT_MS)


def a_hand_back_is_shown_before_it_is_recorded(qtbot: QtBot, app: Application, sheets: CrewSheets) -> None:
    """Wrong letters are told; the right ones list each stop; Record closes its reports, then nothing is new."""
    plan, content, city = plan_of(app)
    busy = [at for at, crew in enumerate(content["crews"], 1) if crew["stops"]]
    number = next(at for at in busy if content["crews"][at - 1]["stops"][0]["request_ids"])
    count = len(content["crews"][number - 1]["stops"])
    states = [StopState.DONE, *[StopState.OPEN] * (count - 1)]
    stops = tuple(HandedStop(at, state) for at, state in enumerate(states, 1))
    code = write_code(HandBack(sheet_mark(city, plan, number, content), stops))
    popover_of(sheets).back.click()
    dialog = sheets.dialog
    assert dialog is not None
    dialog.code.setPlainText(code[:-1] + ("0" if code[-1] != "0" else "1"))
    qtbot.waitUntil(lambda: dialog._field.has_fault(), timeout=WAIT_MS)
    assert not dialog.record.isEnabled()
    dialog.code.setPlainText(code)
    qtbot.waitUntil(lambda: dialog.record.isEnabled(), timeout=WAIT_MS)
    assert dialog.lines.rowCount() == count
    assert dialog.lines.item(0, 4).text().startswith("closes ")
    dialog.record.click()
    qtbot.waitUntil(lambda: events(app, plan) == ["done"], timeout=WAIT_MS)
    again = sheets.take_in()
    again.read(code)
    qtbot.waitUntil(lambda: again.told.text().endswith("nothing new."), timeout=WAIT_MS)
    assert not again.record.isEnabled()
    again.accept()


def events(app: Application, plan: int) -> list[str]:
    """What happened at the stops of the plan."""
    with app.content.session.store.read() as unit:  # type: ignore[union-attr]
        return [one.kind for one in unit.stop_events.of_plan(plan)]


def a_file_that_is_none_is_told(qtbot: QtBot, app: Application, sheets: CrewSheets, tmp_path: Path) -> None:
    """A file of something else leaves a sentence in the dialog and no button to press."""
    popover_of(sheets).accept()
    dialog: HandBackDialog = sheets.take_in()
    dialog.read(json.dumps({"opsmap": "else"}))
    qtbot.waitUntil(lambda: dialog._field.has_fault(), timeout=WAIT_MS)
    assert not dialog.record.isEnabled()
    dialog.accept()


# A window takes long to open: what does not disturb each other is gone through in one.


def test_a_plan_goes_out_on_sheets_and_comes_back(
    qtbot: QtBot, app: Application, sheets: CrewSheets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is none, a hand-back recorded, files for one crew and sheets printed; each step proves its own."""
    a_file_that_is_none_is_told(qtbot, app, sheets, tmp_path)
    choose_again(app, sheets)
    a_hand_back_is_shown_before_it_is_recorded(qtbot, app, sheets)
    choose_again(app, sheets)
    files_of_one_crew_go_to_a_folder(qtbot, app, sheets, tmp_path, monkeypatch)
    choose_again(app, sheets)
    sheets_are_printed_and_the_plan_says_so(qtbot, app, sheets, tmp_path, monkeypatch)
