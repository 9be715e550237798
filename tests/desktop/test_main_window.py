"""The frame: workspaces, panes, palette, toasts, dialogs, help, pictures on paper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QCursor, QEnterEvent, QImage, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.controllers.search import FoundRequests, SearchController
from desktop.controllers.shell import ShellController, StoreSummary
from desktop.domain.clock import FixedClock
from desktop.errors import Faults
from desktop.job import JobHandle, JobState
from desktop.jobs import Job, JobRunner
from desktop.main_window import MainWindow
from desktop.models.arranging import Names
from desktop.settings import Settings, SettingsFile
from desktop.views.kit import Button, FocusRing, LoadingCard, StateCard, Toast
from desktop.views.places import make_workspaces, show_empty, show_opening
from desktop.views.shell.dialogs import JobsPanel, KeySheet, ReportDialog, SettingsDialog
from desktop.views.shell.drawer import STRIP_WIDTHS
from desktop.views.shell.help import GuideBrowser
from desktop.views.shell.overlay import Dialog
from desktop.views.shell.printing import write_pdf
from desktop.views.theme import Theme
from desktop.views.workspace import LEFT_STRIP_BELOW, RIGHT_DRAWER_BELOW, usual_sizes
from desktop.worker import Failed, Succeeded
from tests.desktop import job_functions as work

NOW = datetime(2026, 10, 13, 18, 32, tzinfo=UTC)


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    """The window at 1440 x 900 with its empty workspaces."""
    made = MainWindow(Settings())
    made.add_workspaces(make_workspaces())
    show_empty(made.workspaces.values())
    made.resize(1440, 900)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def shell(window: MainWindow, tmp_path: Path) -> Iterator[ShellController]:
    """The window with its controller."""
    runner = JobRunner()
    made = ShellController(window, runner, Faults(tmp_path), SettingsFile(tmp_path), FixedClock(NOW))
    yield made
    runner.shut_down()
    runner.deleteLater()


def dialogs(window: QWidget) -> list[Dialog]:
    """The dialogs on show."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return [dialog for dialog in window.findChildren(Dialog) if dialog.isVisible()]


def shown_keys(window: MainWindow) -> str:
    """The workspace on show."""
    return window.current().key


def test_ctrl_and_a_number_switch_workspaces(qtbot: QtBot, window: MainWindow) -> None:
    """Stack, rail and top bar follow together."""
    for key, name in ((Qt.Key.Key_2, "duplicates"), (Qt.Key.Key_6, "services"), (Qt.Key.Key_1, "operations")):
        QTest.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
        assert shown_keys(window) == name
        assert window.rail.buttons[name].isChecked()
        assert window.top_bar.title.text() == window.current().title


def test_badge_and_subtitle_are_the_workspace_s(window: MainWindow) -> None:
    """A workspace tells its numbers; the rail speaks them."""
    place = window.workspaces["operations"]
    place.set_badge(1250)
    place.set_subtitle("4 318 open")
    assert window.rail.buttons["operations"].accessibleName() == "Operations, 1\u2009250"
    assert window.top_bar.subtitle.text() == "4 318 open"
    window.show_workspace("crews")
    assert window.top_bar.subtitle.text() == ""


@pytest.mark.parametrize(("width", "left", "right"), [(1024, False, False), (1280, False, True), (1440, True, True)])
def test_panes_fold_away_as_the_window_narrows(window: MainWindow, width: int, left: bool, right: bool) -> None:
    """Under 1360 px the left pane is a strip, under 1200 px the right one a drawer, as the look orders."""
    window.resize(width, 720)
    place = window.workspaces["operations"]
    assert place.left is not None
    assert place.right is not None
    assert place.left.isVisible() is left is (width >= LEFT_STRIP_BELOW)
    assert place.right.isVisible() is right is (width >= RIGHT_DRAWER_BELOW)
    window.resize(1440, 900)
    assert place.left.isVisible()
    assert place.right.isVisible()


def test_a_folded_pane_opens_over_the_map_and_esc_shuts_it(qtbot: QtBot, window: MainWindow) -> None:
    """The drawer lies along the edge; nothing else moves."""
    window.resize(1100, 720)
    place = window.workspaces["operations"]
    assert place.map is not None
    assert place.right is not None
    before = place.map.width()
    place.open_pane("right")
    assert place.right.isVisible()
    assert place.map.width() == before
    drawer = place.right.parentWidget()
    assert drawer is not None
    assert drawer.geometry().right() == place.rect().right() - STRIP_WIDTHS["right"]  # beside what opens it
    QTest.keyClick(drawer, Qt.Key.Key_Escape)
    assert not place.right.isVisible()


def test_the_usual_sizes_are_the_look_s(window: MainWindow) -> None:
    """256, 760 and 376 px at 1440; more room at 2560."""
    place = window.workspaces["operations"]
    assert place.left is not None
    assert place.right is not None
    assert (place.left.width(), place.right.width()) == (256, 376)
    assert place.map is not None
    assert place.map.width() == 1440 - 48 - 256 - 376 - 2
    assert usual_sizes(2560).left == 304
    assert usual_sizes(1280).right == 344


def test_sizes_are_kept_for_each_workspace_and_reset(qtbot: QtBot, window: MainWindow) -> None:
    """What was dragged comes back in the next run; a reset forgets it."""
    place = window.workspaces["operations"]
    place._across.setSizes([320, 700, 370])
    place._across.splitterMoved.emit(320, 1)
    window.keep(window.settings)
    assert window.settings.panes["operations"]["left"] == place.sizes()["left"] == place.left.width()  # type: ignore[union-attr]
    assert "crews" not in window.settings.panes
    again = MainWindow(window.settings)
    again.add_workspaces(make_workspaces())
    again.resize(1440, 900)
    again.show()
    other = again.workspaces["operations"]
    assert other.left is not None
    assert abs(other.left.width() - window.settings.panes["operations"]["left"]) <= 1
    other.reset_sizes()
    assert other.left.width() == 256
    again.close()
    again.deleteLater()


def test_the_palette_runs_a_command_by_keyboard_alone(qtbot: QtBot, window: MainWindow) -> None:
    """Ctrl K, a few letters, Enter."""
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert window.palette_list.isVisible()
    assert len(window.palette_list.entries()) == len(window.commands())
    edit = window.top_bar.search.edit
    QTest.keyClicks(edit, "neighb")
    assert window.palette_list.entries()[0].id == "workspace.neighbourhoods"
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert shown_keys(window) == "neighbourhoods"
    assert not window.palette_list.isVisible()
    assert edit.text() == ""


def test_typing_asks_the_search_after_a_pause(qtbot: QtBot, window: MainWindow) -> None:
    """One question for a word, not one a letter; answers to an older text are thrown away."""
    from desktop.views.shell.palette import Entry

    edit = window.top_bar.search.edit
    with qtbot.waitSignal(window.search_asked) as asked:
        QTest.keyClicks(edit, "sofa")
    assert asked.args == ["sofa"]
    window.palette_list.set_found("so", [Entry("request.1", "an older answer")])
    assert "request.1" not in [entry.id for entry in window.palette_list.entries()]
    window.palette_list.set_found("sofa", [Entry("request.2", "27 Windmill Lane")])
    assert window.palette_list.entries()[0].id == "request.2"
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    assert not window.palette_list.isVisible()


def test_the_search_says_that_it_looks_until_every_source_has_answered(qtbot: QtBot, window: MainWindow) -> None:
    """“Nothing fits” is said only when nothing can come any more; a source that fails has answered too."""
    handles: list[tuple[JobHandle, Any]] = []

    def run_read(_function: object, *_args: object, on_result: Any) -> JobHandle:
        handle = JobHandle("read", None, window)
        handle.succeeded.connect(on_result)
        handle.state = JobState.RUNNING
        handles.append((handle, on_result))
        return handle

    names = Names({}, {}, {})
    session = SimpleNamespace(
        snapshot=SimpleNamespace(names=names),
        store=None,
        places=SimpleNamespace(ready=False),
        runner=SimpleNamespace(run_read=run_read),
    )
    search = SearchController(window, session)  # type: ignore[arg-type]
    palette, edit = window.palette_list, window.top_bar.search.edit
    with qtbot.waitSignal(window.search_asked):
        QTest.keyClicks(edit, "sofa")
        assert (palette.nothing.isVisible(), palette.nothing.text()) == (True, "Looking for “sofa”…")
    requests, places = (handle for handle, _ in handles)
    requests.deliver(Succeeded(FoundRequests("sofa", (), 0, False)))
    assert palette.nothing.text() == "Looking for “sofa”…"
    places.deliver(Failed("OSError", "The streets cannot be read."))
    assert (palette.nothing.isVisible(), palette.nothing.text()) == (
        True,
        "Nothing fits “sofa”. Fewer letters find more.",
    )
    search.deleteLater()


def test_the_menu_is_the_data_and_ticks_the_present_look(window: MainWindow, look: Theme) -> None:
    """Every entry of the data is there; exactly one theme and one density are ticked."""
    menu = window.menu()
    ticked = [action.objectName() for action in window.actions_by_id.values() if action.isChecked()]
    assert sorted(ticked) == ["density.compact", "theme.light"]
    assert menu.actions()[0].objectName() == "store.open"
    menu.deleteLater()


def test_the_act_of_an_empty_pane_reaches_the_window(qtbot: QtBot, window: MainWindow) -> None:
    """What a card offers is a command of the window."""
    asked: list[str] = []
    window.asked.connect(asked.append)
    cards = [card for card in window.current().findChildren(StateCard) if card.objectName()]
    assert [card.objectName() for card in cards] == ["city.new"]
    for button in cards[0].findChildren(Button):
        button.click()
    assert asked == ["city.new", "city.demo", "store.open"]


def test_while_a_store_opens_every_workspace_says_so(window: MainWindow) -> None:
    """After the wait has become long, the name of the store stands in the middle."""
    show_opening(window.workspaces.values(), "rivermouth.opsmap")
    for place in window.workspaces.values():
        assert place.map is not None
        (card,) = place.map.findChildren(LoadingCard)
        assert "rivermouth.opsmap" in card.title.text()


def test_f6_goes_from_pane_to_pane(qtbot: QtBot, window: MainWindow) -> None:
    """The focus moves to something that can have it in the next pane, and round again."""
    place = window.workspaces["operations"]
    fields = {}
    for side in ("left", "right"):
        pane, field = QWidget(), QLineEdit()
        field.setParent(pane)
        fields[side] = field
        getattr(place, f"set_{side}")(pane)
    window.activateWindow()
    fields["left"].setFocus()
    QTest.keyClick(window, Qt.Key.Key_F6)
    QTest.keyClick(window, Qt.Key.Key_F6)
    QTest.keyClick(window, Qt.Key.Key_F6)
    focused = QApplication.focusWidget()
    assert focused is not None


def test_toasts_stand_at_the_foot_three_at_most(qtbot: QtBot, window: MainWindow) -> None:
    """The oldest gives way; an act dismisses its toast; an error stays until it is dismissed."""
    acted: list[bool] = []
    for number in range(4):
        window.tell(Toast(f"Closed {number} requests", act="Undo", keys="Ctrl+Z"))
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    toasts = window.toasts.toasts()
    assert [toast.text.text() for toast in toasts] == [f"Closed {number} requests" for number in (1, 2, 3)]
    assert window.rect().contains(window.toasts.geometry())
    toasts[0].acted.connect(lambda: acted.append(True))
    toasts[0].act.click()
    assert acted == [True]
    assert len(window.toasts.toasts()) == 2
    error = window.tell(Toast("Feed not read since 13:05. Your work is saved.", tone="danger"))
    assert not error._timer.isActive()
    window.tell(Toast("Wrote one.csv."))
    window.tell(Toast("Wrote two.csv."))  # nothing can be done about what was written: one of them is enough
    said = [toast.text.text() for toast in window.toasts.toasts()]
    assert said == ["Closed 3 requests", "Feed not read since 13:05. Your work is saved.", "Wrote two.csv."]
    for toast in window.toasts.toasts():
        toast.dismissed.emit()
    assert not window.toasts.isVisible()


def test_toasts_stand_over_the_acts_of_a_workspace(qtbot: QtBot, window: MainWindow) -> None:
    """A workspace with a row of acts along its foot keeps it free; in another one toasts stand at the foot again."""
    first, second = list(window.workspaces.values())[:2]
    window.show_workspace(first.key)
    toast = window.tell(Toast("Accepted 1 incident, 4 reports."))
    low = window.toasts.geometry().bottom()
    first.set_foot(52)
    assert window.toasts.geometry().bottom() == low - 52
    window.show_workspace(second.key)
    assert window.toasts.geometry().bottom() == low
    window.show_workspace(first.key)
    assert window.toasts.geometry().bottom() == low - 52
    toast.dismissed.emit()


def test_a_toast_leaves_by_itself_but_not_under_the_pointer(qtbot: QtBot, window: MainWindow) -> None:
    """Its time stands still while somebody reads it."""
    QCursor.setPos(window.mapToGlobal(QPoint(5, 5)))
    toast = window.tell(Toast("Closed 12 requests"))
    assert toast._timer.isActive()
    QApplication.sendEvent(toast, QEnterEvent(QPointF(1, 1), QPointF(1, 1), QPointF(1, 1)))
    assert not toast._timer.isActive()
    QApplication.sendEvent(toast, QEvent(QEvent.Type.Leave))
    assert toast._timer.isActive()
    toast._timer.timeout.emit()
    assert window.toasts.toasts() == []


def test_the_focus_ring_follows_the_focus(qtbot: QtBot, window: MainWindow) -> None:
    """2 px, 1 px away, around whatever has the focus."""
    window.activateWindow()
    button = window.rail.buttons["crews"]
    button.setFocus(Qt.FocusReason.TabFocusReason)
    ring = window.findChild(FocusRing)
    assert ring is not None
    assert ring.isVisible()
    corner = button.mapTo(window, QPoint(0, 0))
    assert ring.geometry().topLeft() == corner - QPoint(3, 3)
    window.top_bar.search.edit.setFocus()
    assert ring.width() == window.top_bar.search.width() + 6


def test_what_residents_wrote_is_never_markup(qtbot: QtBot, window: MainWindow) -> None:
    """Labels show tags as text, and load nothing."""
    toast = window.tell(Toast("<b>bold</b><img src=x>"))
    assert toast.text.textFormat() == Qt.TextFormat.PlainText
    toast.dismissed.emit()


def test_every_control_of_the_frame_has_a_name(window: MainWindow) -> None:
    """A screen reader can name whatever takes the focus."""
    nameless = [
        widget
        for widget in window.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible() and not widget.accessibleName()
    ]
    assert nameless == []


def test_the_frame_tells_store_city_and_time(window: MainWindow, shell: ShellController) -> None:
    """Status bar, title and clock speak of the open city, in its zone."""
    shell.show_store(StoreSummary("rivermouth.opsmap", "Rivermouth", "America/Detroit", 26917, 753214))
    assert window.windowTitle() == "Rivermouth – Opsmap"
    assert window.status_bar.requests.text() == "753\u2009214 requests"
    assert window.status_bar.crs.text() == "EPSG:26917"
    assert window.top_bar.time.text() == "14:32"


def test_a_job_shows_in_the_status_bar_and_can_be_cancelled(
    qtbot: QtBot, window: MainWindow, shell: ShellController, tmp_path: Path
) -> None:
    """Title, share and Cancel in the panel; after it nothing is left."""
    begun = tmp_path / "begun"
    shell._runner.start(Job("Import requests.csv", work.wait_until_stopped, {"path": str(begun)}, writes=True))
    assert window.status_bar.job.isVisible()
    assert "Import requests.csv" in window.status_bar.job.words.text()
    window.run("jobs")
    panel = window.findChild(JobsPanel)
    assert panel is not None
    panel.cancel_asked.emit(0)
    assert not window.status_bar.job.isVisible()
    assert shell._runner.jobs() == []
    panel.accept()


def test_a_failed_job_is_told_in_a_toast(qtbot: QtBot, window: MainWindow, shell: ShellController) -> None:
    """The sentence of a known failure is on the screen."""
    shell._runner.start(Job("Import", work.refuse, writes=True))
    qtbot.waitUntil(lambda: bool(window.toasts.toasts()), timeout=20_000)
    assert "wrong.csv has no column of dates" in window.toasts.toasts()[0].text.text()
    window.toasts.toasts()[0].dismissed.emit()


def test_dialogs_open_and_close(qtbot: QtBot, window: MainWindow, shell: ShellController) -> None:
    """Settings, keys, jobs, about and help open by their commands and leave nothing."""
    for command in ("settings", "keys", "jobs", "about", "help", "print"):
        window.run(command)
        (dialog,) = dialogs(window)
        assert dialog.windowTitle()
        dialog.accept()
        assert dialogs(window) == []


def test_an_open_dialog_keeps_keys_and_focus_to_itself(
    qtbot: QtBot, window: MainWindow, shell: ShellController
) -> None:
    """Nothing beneath acts on a key or takes the focus; Esc closes, and the focus goes back."""
    window.activateWindow()
    window.rail.buttons["crews"].setFocus()
    window.run("keys")
    (dialog,) = dialogs(window)
    QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert shown_keys(window) == "operations"
    for _ in range(4):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None
        assert dialog.isAncestorOf(focused)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert dialogs(window) == []
    assert window.rail.buttons["crews"].hasFocus()


def test_settings_act_at_once_and_are_saved(
    qtbot: QtBot, window: MainWindow, shell: ShellController, look: Theme, tmp_path: Path
) -> None:
    """Choosing dark changes the look and the file; so do the toggles."""
    window.run("settings")
    (dialog,) = dialogs(window)
    assert isinstance(dialog, SettingsDialog)
    try:
        dialog.look._segments["dark"].click()
        dialog.letters.click()
        assert look.tokens.dark
        kept = SettingsFile(tmp_path).settings
        assert kept.theme == "dark"
        assert kept.single_letters is False
    finally:
        look.choose("light")
        dialog.accept()


def test_a_fault_opens_one_report_that_can_be_copied(qtbot: QtBot, window: MainWindow, shell: ShellController) -> None:
    """A second fault does not pile a second dialog on the first."""
    shell.show_report("Opsmap 0\n\nTraceback one")
    shell.show_report("Opsmap 0\n\nTraceback two")
    (dialog,) = dialogs(window)
    assert isinstance(dialog, ReportDialog)
    dialog._copy()
    assert "Traceback one" in QApplication.clipboard().text()
    dialog.accept()


def test_the_key_sheet_lists_every_key(qtbot: QtBot, window: MainWindow) -> None:
    """Each command with a key stands on the sheet."""
    from desktop.views.commands import key_lines

    sheet = KeySheet(window.commands(), key_lines(), window)
    texts = {label.text() for label in sheet.findChildren(QLabel)}
    assert {command.text for command in window.commands() if command.keys} <= texts
    sheet.deleteLater()


def test_help_shows_the_guide_and_leads_nowhere_else(qtbot: QtBot, tmp_path: Path) -> None:
    """Pages of the guide follow each other; the network and other files are neither followed nor loaded nor missed."""
    guide = tmp_path / "guide"
    guide.mkdir()
    (guide / "operations.md").write_text(
        "# Operations\n\n[Crews](crews.md) [out](https://example.org)", encoding="utf-8"
    )
    (guide / "crews.md").write_text("# Crews\n\n![A day](../pictures/crews.png)\n\nThe day.", encoding="utf-8")
    (tmp_path / "secret.md").write_text("# Secret", encoding="utf-8")
    browser = GuideBrowser(guide)
    qtbot.addWidget(browser)
    assert browser.show_page("operations")
    browser.anchorClicked.emit(QUrl("https://example.org/crews.md"))
    browser.anchorClicked.emit(QUrl("../secret.md"))
    browser.anchorClicked.emit(QUrl.fromLocalFile(str(tmp_path / "secret.md")))
    assert browser.toPlainText().startswith("Operations")
    browser.anchorClicked.emit(QUrl("crews.md"))
    assert browser.toPlainText() == "Crews\nThe day."  # no frame where a picture would be
    assert browser.loadResource(2, QUrl("https://example.org/x.png")) is None
    assert not browser.show_page("nothing")


def test_a_picture_goes_to_a_pdf_page(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    """One landscape page; a folder that does not exist is an OSError, not an empty file."""
    path = tmp_path / "picture.pdf"
    write_pdf(window.current().grab(), "Operations", "Tuesday 13 October", path)
    content = path.read_bytes()
    assert content.startswith(b"%PDF")
    assert content.count(b"/Type /Page\n") == 1
    with pytest.raises(FileNotFoundError):
        write_pdf(QPixmap(10, 10), "Operations", "", tmp_path / "none" / "picture.pdf")


def test_saving_a_picture_where_it_cannot_be_is_told(
    qtbot: QtBot, window: MainWindow, shell: ShellController, tmp_path: Path
) -> None:
    """A sentence with what to do, no report."""
    shell.save_picture(tmp_path / "none" / "picture.pdf")
    (toast,) = window.toasts.toasts()
    assert "Choose another folder" in toast.text.text()
    toast.dismissed.emit()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_default_grey_is_on_the_screen(qtbot: QtBot, window: MainWindow, look: Theme, scheme: str) -> None:
    """The large surfaces of a picture are surfaces of the tokens and nothing else."""
    from collections import Counter

    look.choose(scheme)  # type: ignore[arg-type]
    try:
        image: QImage = window.grab().toImage()
        seen = Counter(
            image.pixelColor(x, y).name() for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)
        )
        colour = look.tokens.colour
        surfaces = {colour.surface_app, colour.surface_pane, colour.surface_sunken, colour.surface_raised}
        large = {name for name, number in seen.items() if number > 0.01 * sum(seen.values())}
        assert large <= {surface.lower() for surface in surfaces}
    finally:
        look.choose("light")
