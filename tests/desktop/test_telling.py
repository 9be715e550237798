"""The frame tells the truth: counts that follow, jobs that say how they stopped, settings that act at once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot

from desktop.app import Application
from desktop.controllers.acts import ActsController, with_ending
from desktop.controllers.assistant import Assistant
from desktop.controllers.operations import OperationsController
from desktop.controllers.shell import ShellController
from desktop.domain.clock import FixedClock
from desktop.errors import Faults
from desktop.jobs import Job, JobRunner
from desktop.main_window import MainWindow
from desktop.operations.import_requests import RequestImport
from desktop.settings import Settings, SettingsFile
from desktop.views.commands import DENSITY_PREFIX, THEME_PREFIX
from desktop.views.kit import dress_table
from desktop.views.places import make_workspaces
from desktop.views.theme import Theme, theme
from tests.desktop import job_functions as work
from tests.desktop.test_city import MOMENT, WAIT_MS

pytestmark = [pytest.mark.slow, pytest.mark.stalls]


@pytest.fixture
def shell(qtbot: QtBot, look: Theme, tmp_path: Path) -> Iterator[ShellController]:
    """A window with its controller and a runner of its own."""
    window = MainWindow(Settings())
    window.add_workspaces(make_workspaces())
    window.show()
    runner = JobRunner()
    yield ShellController(window, runner, Faults(tmp_path), SettingsFile(tmp_path), FixedClock(MOMENT))
    runner.shut_down()
    runner.deleteLater()
    window.close()
    window.deleteLater()
    theme().choose_rows("compact")


def told(shell: ShellController) -> list[str]:
    """The toasts on show."""
    return [toast.text.text() for toast in shell._window.toasts.toasts()]


def test_a_note_writes_its_figures_as_the_window_does(shell: ShellController) -> None:
    """What came of an act that changed nothing is told like what came of others."""
    shell.tell_note("38,419 of 41,827 requests assigned, 0 changed.")
    assert told(shell) == ["38\u2009419 of 41\u2009827 requests assigned, 0 changed."]


def test_acts_of_the_window_start_once_and_are_counted(
    qtbot: QtBot, open_city: Callable[[str, datetime], Application], planned_city: Path, tmp_path: Path
) -> None:
    """On one open window: three clicks are one act, and an import shows in every figure; each step proves its own."""
    app = open_city(str(shutil.copy(planned_city, tmp_path / "city.opsmap")), MOMENT)
    three_clicks_start_one_act(qtbot, app)
    the_status_bar_counts_what_came(qtbot, app, tmp_path)


def the_status_bar_counts_what_came(qtbot: QtBot, app: Application, tmp_path: Path) -> None:
    """After an import the bar, the pane and the table say the same number."""
    assert app.content is not None
    path = tmp_path / "few.csv"
    header = "service_request_id,requested_datetime,service_name,lat,long\n"
    path.write_text(header + "".join(f"N-{n},2026-10-13T08:00:00Z,Pothole,,\n" for n in range(20)), encoding="utf-8")
    before = app.window.status_bar.requests.text()
    app.content.session.act("import_requests", "Importing", {"wanted": RequestImport(path)})
    qtbot.waitUntil(lambda: app.window.status_bar.requests.text() != before, timeout=WAIT_MS)
    assert app.window.status_bar.requests.text() == "1\u2009520 requests"
    desk: OperationsController = app.window.current().findChild(OperationsController)
    desk.choose_filter("all")
    qtbot.waitUntil(lambda: desk.model.rowCount() == 1520, timeout=WAIT_MS)


def test_a_stopped_job_says_that_nothing_was_kept(qtbot: QtBot, shell: ShellController, tmp_path: Path) -> None:
    """Once it really is over, for one that ran and for one that only waited."""
    handles = [
        shell._runner.start(Job(title, work.wait_until_stopped, {"path": str(tmp_path / title)}, writes=True))
        for title in ("First", "Second")
    ]
    qtbot.waitUntil(lambda: handles[0].state.name == "RUNNING", timeout=WAIT_MS)
    handles[1].cancel()
    handles[0].cancel()
    qtbot.waitUntil(lambda: len(told(shell)) == 2, timeout=WAIT_MS)
    assert any(words.startswith("Second: stopped. Nothing of it was kept") for words in told(shell))
    assert any(words.startswith("First: ") for words in told(shell))


def test_the_next_start_says_what_the_last_closing_cut_short(
    qtbot: QtBot, shell: ShellController, tmp_path: Path
) -> None:
    """Once, and by name."""
    shell._runner.start(Job("Importing few.csv", work.wait_until_stopped, {"path": str(tmp_path / "x")}, writes=True))
    shell._window.closing.emit()
    again = SettingsFile(tmp_path)
    assert again.settings.stopped_jobs == ["Importing few.csv"]
    window, runner = MainWindow(Settings()), JobRunner()
    window.add_workspaces(make_workspaces())
    later = ShellController(window, runner, Faults(tmp_path), again, FixedClock(MOMENT))
    later.tell_last_time()
    assert "Importing few.csv" in told(later)[0]
    assert "Nothing of it was kept" in told(later)[0]
    assert SettingsFile(tmp_path).settings.stopped_jobs == []
    runner.deleteLater()
    window.deleteLater()


def test_rows_and_letters_follow_the_settings_at_once(qtbot: QtBot, shell: ShellController) -> None:
    """Comfortable rows are 36 px in every dressed table; the key of one letter is off when letters are."""
    table = QTableView()
    qtbot.addWidget(table)
    dress_table(table)
    size = theme().tokens.size
    assert table.verticalHeader().defaultSectionSize() == size.row_compact
    shell.carry_out("density.comfortable")
    assert table.verticalHeader().defaultSectionSize() == size.row_comfortable
    shell.carry_out("density.compact")
    assert table.verticalHeader().defaultSectionSize() == size.row_compact
    keys = shell._window.actions_by_id["keys"]
    shell._choose_letters(False)
    assert keys.shortcut().isEmpty()
    assert not shell._window.actions_by_id["palette"].shortcut().isEmpty()
    shell._choose_letters(True)
    assert keys.shortcut().toString() == "?"


def test_less_motion_reaches_every_map(shell: ShellController) -> None:
    """The choice is said aloud when it is made, not only at the next start."""
    heard: list[bool] = []
    shell.motion_changed.connect(heard.append)
    shell._choose_motion(True)
    assert heard == [True]


def test_the_menu_ticks_the_chosen_look_and_rows(shell: ShellController) -> None:
    """Where a tick can stand no icon does; exactly the chosen theme and density are ticked."""
    menu = shell._window.menu()
    choices = [action for action in shell._window.actions_by_id.values() if action.isCheckable()]
    assert all(action.icon().isNull() for action in choices)
    ticked = {action.objectName() for action in choices if action.isChecked()}
    assert ticked == {THEME_PREFIX + theme().choice, DENSITY_PREFIX + "compact"}
    menu.deleteLater()


def test_messages_write_figures_and_days_as_the_window_does(shell: ShellController) -> None:
    """3,452 and 2026-10-13 of an operation's sentence become the look's figures and the locale's date."""
    shell.tell("3,452 requests until 2026-10-13.")
    assert told(shell) == ["3\u2009452 requests until 13 Oct 2026."]


@pytest.mark.parametrize(
    ("typed", "kind", "written"),
    [
        ("requests", "GeoJSON (*.geojson)", "requests.geojson"),
        ("requests.csv", "GeoPackage (*.gpkg)", "requests.gpkg"),
        ("of 13.10", "CSV (*.csv)", "of 13.10.csv"),
        ("requests.CSV", "CSV (*.csv)", "requests.CSV"),
        ("there", "CSV (*.csv)", "there 2.csv"),
    ],
)
def test_a_file_gets_the_ending_of_the_chosen_type(tmp_path: Path, typed: str, kind: str, written: str) -> None:
    """The type that was chosen is written, and no file is written over that nobody was asked about."""
    (tmp_path / "there.csv").touch()
    kinds = "CSV (*.csv);;GeoJSON (*.geojson);;GeoPackage (*.gpkg)"
    assert with_ending(tmp_path / typed, kind, kinds) == tmp_path / written


def three_clicks_start_one_act(qtbot: QtBot, app: Application) -> None:
    """The same act asked again while it waits or runs is told, not queued."""
    acts: ActsController = app.window.findChild(ActsController)
    with qtbot.waitSignal(app.runner.job_ended, timeout=WAIT_MS):
        for _ in range(3):
            acts.carry_out("act.assign")
        assert len(app.runner.jobs()) == 1
    assert any("already" in toast.text.text() for toast in app.window.toasts.toasts())


def test_the_jobs_panel_shows_its_words_whole(qtbot: QtBot, shell: ShellController) -> None:
    """The card that says that no job runs is as high as its words need."""
    shell.carry_out("jobs")
    panel = shell._panel
    assert panel is not None
    qtbot.wait(50)
    from desktop.views.kit import StateCard

    card = panel.findChild(StateCard)
    assert card is not None
    assert card.height() >= card.heightForWidth(card.width())
    QTest.keyClick(panel, Qt.Key.Key_Escape)


def test_what_is_wrong_with_a_file_is_said_once(shell: ShellController, qtbot: QtBot, tmp_path: Path) -> None:
    """The import's dialog tells it; no toast repeats it, and the list of messages keeps it."""
    bad = tmp_path / "bad.csv"
    bad.write_bytes(b"\x00")
    assistant = Assistant(shell._window, shell._runner, FixedClock(MOMENT), "ana", location="none", kind="requests")
    assistant.open(bad)
    assert assistant.step is not None
    qtbot.waitUntil(lambda: bool(assistant.step.state.fault), timeout=WAIT_MS)  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: not shell._runner.jobs(), timeout=WAIT_MS)
    assert "bad.csv" in assistant.step.state.fault
    assert told(shell) == []
    assert any("bad.csv" in sentence for _, sentence in shell._messages)
    QTest.keyClick(assistant.dialog, Qt.Key.Key_Escape)
