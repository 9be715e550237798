"""The acts on requests under a person's hand: keys, sheets, undo, and what somebody else did meanwhile."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from data.outbox import FileSender
from data.records import RequestId, ServiceRequest, Status
from data.store import open_store
from desktop.app import Application
from desktop.controllers.operations import OperationsController
from desktop.controllers.request_acts import RequestActs
from desktop.domain.clock import FixedClock
from desktop.domain.lifecycle import Outcome, Verb
from desktop.operations.handle_requests import close, start_work
from desktop.operations.send_messages import send_messages
from desktop.operations.set_city import set_city
from desktop.operations.work import Work
from desktop.views.act_sheet import ActSheet
from desktop.views.shell.overlay import Dialog, next_dialog
from tests.demo import MOMENT

WAIT_MS = 60_000
# Chromium starts with the first map of the process, on the thread of the window.
pytestmark = [pytest.mark.slow, pytest.mark.stalls]


@pytest.fixture
def app(open_city: Callable[[str, datetime], Application], location: str) -> Application:
    """The window on the city."""
    return open_city(location, MOMENT)


class Desk:
    """The window as a person uses it, and the store as another program sees it."""

    def __init__(self, qtbot: QtBot, app: Application) -> None:
        self.qtbot, self.app = qtbot, app
        place = app.window.workspaces["operations"]
        self.controller = place.findChild(OperationsController) or pytest.fail("no controller")
        self.acts = self.controller.findChild(RequestActs) or pytest.fail("no acts")
        self.table = self.controller.rows.table
        assert app.content is not None
        self.session = app.content.session

    def choose(self, status: Status) -> int:
        """Choose a request that stands so, its page on show."""
        snapshot = self.session.snapshot
        assert snapshot is not None
        wanted = int(snapshot.columns.id[snapshot.columns.status == tuple(Status).index(status)][0])
        self.controller.choose(wanted)
        self.wait(lambda: self.on_show() == wanted)
        self.table.setFocus()
        return wanted

    def start_over(self) -> None:
        """As a person comes to the window: the open requests, nothing ticked, and nothing told of what was before."""
        self.wait(lambda: self.session.snapshot.head == self.session.store.head())  # type: ignore[union-attr]
        self.wait(lambda: not self.app.runner.busy())
        for sheet in self._sheets():
            sheet.accept()
        for toast in self.app.window.toasts.toasts():
            toast.dismissed.emit()
        assert self.told() == []
        self.controller.model.clear_ticks()
        self.controller.choose_filter("open")
        self.app.window.activateWindow()  # without a window server it may have lost the front meanwhile
        self.wait(self.app.window.isActiveWindow)

    def on_show(self) -> int | None:
        """Which request the detail shows."""
        shown = self.controller.detail.shown()
        return None if shown is None else shown.request_id

    def wait(self, condition: Callable[[], bool]) -> None:
        """Until it holds."""
        self.qtbot.waitUntil(condition, timeout=WAIT_MS)

    def stored(self, request_id: int) -> ServiceRequest:
        """A request as it is in the store."""
        with self.session.store.read() as unit:
            found = unit.requests.get(RequestId(request_id))
        assert found is not None
        return found

    def told(self) -> list[str]:
        """The toasts on show."""
        return [toast.text.text() for toast in self.app.window.toasts.toasts()]

    def dialog(self) -> Dialog:
        """The dialog that lies over the window."""
        self.wait(lambda: next_dialog(self.app.window) is not None)
        found = next_dialog(self.app.window)
        assert found is not None
        return found

    def click(self, words: str) -> None:
        """Click what says so, a button or a link."""
        shown = [button for button in self.app.window.findChildren(QAbstractButton) if button.isVisible()]
        QTest.mouseClick(next(button for button in shown if button.text() == words), Qt.MouseButton.LeftButton)

    def messages(self, request_id: int) -> list[tuple[str, str]]:
        """What goes to residents about a request: kind and state."""
        with self.session.store.read() as unit:
            return [(one.kind, one.state) for one in unit.outbox.all() if one.request_id == request_id]

    def sheet(self) -> ActSheet:
        """The sheet that an act opened."""
        self.wait(lambda: bool(self._sheets()))
        return self._sheets()[0]

    def _sheets(self) -> list[ActSheet]:
        return [sheet for sheet in self.app.window.findChildren(ActSheet) if sheet.isVisible()]


@pytest.fixture
def desk(qtbot: QtBot, app: Application) -> Desk:
    """The desk at which somebody sits: keys reach the window that is active."""
    app.window.activateWindow()
    qtbot.waitUntil(app.window.isActiveWindow, timeout=WAIT_MS)
    return Desk(qtbot, app)


def rows_of(location: str) -> dict[str, list[Any]]:
    """What the tables hold that acts write, versions apart: they count on."""
    found = {}
    with closing(sqlite3.connect(location)) as connection:
        connection.row_factory = sqlite3.Row
        for table in ("service_request", "note", "incident"):
            rows = connection.execute(f"SELECT * FROM {table} ORDER BY id").fetchall()
            found[table] = [{key: row[key] for key in row.keys() if key != "version"} for row in rows]  # noqa: SIM118
    return found


def press(widget: QWidget, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    """Press a key."""
    held = Qt.KeyboardModifier.NoModifier
    for one in modifiers:
        held |= one
    QTest.keyClick(widget, key, held)


def a_acknowledges_the_chosen_request(desk: Desk) -> None:
    """One key in the table: the store, the detail and the log agree, and the toast says what undoing would do."""
    wanted = desk.choose(Status.SUBMITTED)
    press(desk.table, Qt.Key.Key_A)
    desk.wait(lambda: desk.stored(wanted).status is Status.ACKNOWLEDGED)
    desk.wait(lambda: any("Acknowledged 1 request." in told and "Undo withdraws" in told for told in desk.told()))
    desk.wait(lambda: desk.controller.detail.shown().stands is Status.ACKNOWLEDGED)  # type: ignore[union-attr]
    assert desk.stored(wanted).acknowledged_by == "person"


def ctrl_z_takes_it_back_and_ctrl_shift_z_does_it_again(desk: Desk) -> None:
    """Undo leads to the status before, redo to the one after, undo once more back again."""
    wanted = desk.choose(Status.SUBMITTED)
    press(desk.table, Qt.Key.Key_A)
    desk.wait(lambda: any("Undo" in told for told in desk.told()))
    press(desk.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    desk.wait(lambda: desk.stored(wanted).status is Status.SUBMITTED)
    desk.wait(lambda: any("Undid" in told for told in desk.told()))
    press(desk.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier)
    desk.wait(lambda: desk.stored(wanted).status is Status.ACKNOWLEDGED)
    desk.wait(lambda: any("Done again" in told for told in desk.told()))
    press(desk.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    desk.wait(lambda: desk.stored(wanted).status is Status.SUBMITTED)


def letters_do_nothing_in_a_text_field(desk: Desk) -> None:
    """Typed into the composer they are words; switched off they are nothing in the table either."""
    wanted = desk.choose(Status.SUBMITTED)
    field = desk.controller.detail.composer.edit
    field.setFocus()
    QTest.keyClicks(field, "was")
    assert field.toPlainText() == "was"
    desk.acts.set_letters(False)
    desk.table.setFocus()
    press(desk.table, Qt.Key.Key_A)
    desk.acts.set_letters(True)
    desk.qtbot.wait(500)
    assert desk.stored(wanted).status is Status.SUBMITTED
    assert not desk._sheets()


def many_are_closed_with_a_template_and_undone(desk: Desk, location: str) -> None:
    """The sheet says how many residents read which answer; undoing leaves the store as before, versions apart."""
    before = rows_of(location)
    desk.controller.choose_filter("open")
    desk.controller.model.tick_rows(0, 11)
    ids = [int(key) for key in desk.controller.model.selected_ids()]
    desk.acts.close_many.click()
    sheet = desk.sheet()
    assert "12 residents get answer D-5. You can undo this for 10 minutes." in sheet.text.text()
    assert sheet.act.text() == "Close 12 requests"
    sheet.act.click()
    desk.wait(lambda: all(desk.stored(key).status is Status.CLOSED for key in ids))
    assert all(desk.stored(key).outcome == Outcome.FIXED for key in ids)
    texts = {desk.stored(key).status_notes for key in ids}
    assert len(texts) > 1  # everybody reads their own address
    assert all("is fixed. Tell us if it is not." in told for told in texts)
    desk.wait(lambda: any("Undo withdraws 12 messages." in told for told in desk.told()))
    press(desk.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    desk.wait(lambda: all(desk.stored(key).status is not Status.CLOSED for key in ids))
    after = rows_of(location)
    assert {name: rows for name, rows in after.items() if rows != before[name]} == {}


def keeping_them_open_changes_nothing(desk: Desk, location: str) -> None:
    """The sheet's other way out leaves store and ticks as they are."""
    before = rows_of(location)
    desk.controller.choose_filter("open")
    desk.controller.model.tick_rows(0, 4)
    desk.acts.carry_out("request.close")
    sheet = desk.sheet()
    press(sheet, Qt.Key.Key_Escape)
    assert desk.controller.model.selected_count == 5
    assert rows_of(location) == before


def what_somebody_else_did_meanwhile_is_told(desk: Desk, location: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The request on show was acted upon elsewhere: a sentence says by whom, and nothing is done over their head."""
    wanted = desk.choose(Status.SUBMITTED)
    monkeypatch.setattr(desk.session, "_look", lambda: None)  # the window has not seen it yet
    monkeypatch.setattr(desk.session, "reload", lambda: None)
    elsewhere = open_store(location)
    start_work(Work(elsewhere, "ben", FixedClock(MOMENT)), request_ids=[RequestId(wanted)])
    elsewhere.close()
    press(desk.table, Qt.Key.Key_W)
    there = f"{MOMENT.astimezone(ZoneInfo(desk.session.snapshot.city.timezone)):%H:%M}"
    desk.wait(lambda: any(f"was changed by ben at {there} (work began) meanwhile" in told for told in desk.told()))
    assert not any("UTC" in told for told in desk.told())
    assert desk.stored(wanted).status is Status.IN_PROGRESS
    with desk.session.store.read() as unit:
        assert unit.log.acts()[0].actor == "ben"
    seen = desk.controller.detail.shown()
    assert seen is not None
    assert seen.stands is Status.SUBMITTED
    other = desk.controller.model.id_at(5)
    desk.controller.choose(other)
    desk.wait(lambda: desk.on_show() == other)
    desk.app.window.show_workspace("services")
    desk.click("Show")
    desk.wait(lambda: desk.on_show() == wanted)
    assert desk.app.window.current().key == "operations"
    now = desk.controller.detail.shown()
    assert now is not None
    assert now.stands is Status.IN_PROGRESS
    assert not [toast for toast in desk.app.window.toasts.toasts() if hasattr(toast, "act")]


def start_elsewhere(desk: Desk, location: str, request_id: int) -> str:
    """Ben starts work on a request from another desk; returns when, on the city's clocks."""
    elsewhere = open_store(location)
    start_work(Work(elsewhere, "ben", FixedClock(MOMENT)), request_ids=[RequestId(request_id)])
    elsewhere.close()
    assert desk.session.snapshot is not None
    return f"{MOMENT.astimezone(ZoneInfo(desk.session.snapshot.city.timezone)):%H:%M}"


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet waits for its act however long that takes: here its process starts with it, which may take seconds."""
    monkeypatch.setattr("desktop.controllers.sheets.PATIENCE_MS", WAIT_MS)


def words_in_a_sheet_outlive_somebody_elses_change(patient: None, desk: Desk, location: str) -> None:
    """Ben starts work while Ana writes why she closes: the sheet stays, names him, keeps her words, and sends again."""
    wanted = desk.choose(Status.ACKNOWLEDGED)
    desk.acts.carry_out("request.close")
    sheet = desk.sheet()
    assert sheet.edit is not None
    sheet.edit.setPlainText("The lid is on again.")
    there = start_elsewhere(desk, location, wanted)
    desk.wait(lambda: desk.controller.detail.shown().stands is Status.IN_PROGRESS)  # type: ignore[union-attr]
    sheet.act.click()
    desk.wait(lambda: bool(sheet.refusal.text()))
    assert f"was changed by ben at {there}" in sheet.refusal.text()
    assert sheet.isVisible()
    assert sheet.edit.toPlainText() == "The lid is on again."
    assert desk.stored(wanted).status is Status.IN_PROGRESS
    assert not any("ben" in told for told in desk.told())  # once is enough
    sheet.act.click()
    desk.wait(lambda: desk.stored(wanted).status is Status.CLOSED)
    desk.wait(lambda: not desk._sheets())
    assert desk.stored(wanted).status_notes == "The lid is on again."


def an_act_that_takes_long_gives_the_window_back_and_keeps_what_was_written(
    desk: Desk, location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sheet whose act waits is put aside; refused then, it is told with the way back to the words."""
    monkeypatch.setattr("desktop.controllers.sheets.PATIENCE_MS", 0)
    wanted = desk.choose(Status.ACKNOWLEDGED)
    desk.acts.carry_out("request.close")
    sheet = desk.sheet()
    assert sheet.edit is not None
    sheet.edit.setPlainText("The lid is on again.")
    start_elsewhere(desk, location, wanted)
    desk.wait(lambda: desk.controller.detail.shown().stands is Status.IN_PROGRESS)  # type: ignore[union-attr]
    sheet.act.click()
    desk.wait(lambda: any("was changed by ben" in told for told in desk.told()))
    assert not sheet.isVisible()
    desk.click("What was written")
    desk.wait(sheet.isVisible)
    assert sheet.edit.toPlainText() == "The lid is on again."
    assert "was changed by ben" in sheet.refusal.text()
    assert desk.stored(wanted).status is Status.IN_PROGRESS


def a_refused_sheet_is_put_aside_to_look_and_comes_back(desk: Desk, location: str) -> None:
    """The link shows the request as it is now; the same act then opens the same sheet with its words."""
    wanted = desk.choose(Status.ACKNOWLEDGED)
    desk.acts.carry_out("request.close")
    sheet = desk.sheet()
    assert sheet.edit is not None
    sheet.edit.setPlainText("The lid is on again.")
    start_elsewhere(desk, location, wanted)
    sheet.act.click()
    desk.wait(lambda: bool(sheet.refusal.text()))
    sheet.look.click()
    assert not sheet.isVisible()
    desk.wait(lambda: desk.controller.detail.shown().stands is Status.IN_PROGRESS)  # type: ignore[union-attr]
    desk.acts.carry_out("request.close")
    assert desk.sheet() is sheet
    assert sheet.edit.toPlainText() == "The lid is on again."
    sheet.accept()
    desk.acts.carry_out("request.close")
    desk.wait(lambda: bool(desk._sheets()))
    assert desk.sheet() is not sheet  # left for good, it is begun anew
    desk.sheet().accept()


def words_of_the_composer_outlive_somebody_elses_change(
    desk: Desk, location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer to what somebody else changed meanwhile stays in its field, with who it was, and no toast beside."""
    wanted = desk.choose(Status.ACKNOWLEDGED)
    monkeypatch.setattr(desk.session, "_look", lambda: None)  # the window has not seen it yet
    composer = desk.controller.detail.composer
    composer.edit.setPlainText("We come on Monday.")
    there = start_elsewhere(desk, location, wanted)
    composer.send()
    desk.wait(lambda: composer.fault.isVisible())
    assert f"was changed by ben at {there}" in composer.fault.text()
    assert composer.edit.toPlainText() == "We come on Monday."
    assert desk.told() == []
    desk.session.reload()
    desk.wait(lambda: desk.controller.detail.shown().stands is Status.IN_PROGRESS)  # type: ignore[union-attr]
    composer.send()
    desk.wait(lambda: desk.stored(wanted).status_notes == "We come on Monday.")
    desk.wait(lambda: composer.edit.toPlainText() == "")
    assert not composer.fault.isVisible()


def a_message_that_left_is_corrected_and_said_so_before(desk: Desk, tmp_path: Path) -> None:
    """A dialog says that residents get a correction; leaving it changes nothing, going on sends exactly those."""
    wanted = desk.choose(Status.SUBMITTED)
    press(desk.table, Qt.Key.Key_A)
    desk.wait(lambda: any("Undo withdraws the message." in told for told in desk.told()))
    later = Work(desk.session.store, "feed", FixedClock(MOMENT + timedelta(minutes=2)))
    assert send_messages(later, sender=FileSender(tmp_path / "out.jsonl")).counts["sent"] == 1
    press(desk.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    dialog = desk.dialog()
    said = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "told already and will get a correction" in said
    desk.click("Leave it done")
    assert desk.messages(wanted) == [("acknowledge", "sent")]
    desk.app.window.activateWindow()  # without a window server it may have lost the front meanwhile
    desk.wait(desk.app.window.isActiveWindow)
    press(desk.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    desk.dialog()
    desk.click("Undo and correct")
    desk.wait(lambda: desk.messages(wanted) == [("acknowledge", "sent"), ("correction", "held")])


def test_those_that_cannot_are_told(desk: Desk, location: str) -> None:
    """Of three, one is closed already: the sheet says so before, the toast after, and two are acknowledged."""
    snapshot = desk.session.snapshot
    assert snapshot is not None
    submitted = snapshot.columns.id[snapshot.columns.status == 0][:2].tolist()
    closed = snapshot.columns.id[snapshot.columns.status == tuple(Status).index(Status.CLOSED)][:1].tolist()
    desk.acts.begin(Verb.ACKNOWLEDGE, [*submitted, *closed])
    sheet = desk.sheet()
    sheet.act.click()
    desk.wait(lambda: any("left out" in told for told in desk.told()))
    assert all(desk.stored(key).status is Status.ACKNOWLEDGED for key in submitted)
    assert desk.stored(closed[0]).status is Status.CLOSED


def an_act_that_is_not_allowed_says_why(desk: Desk) -> None:
    """W on a closed request does nothing and says what to do first."""
    desk.choose(Status.CLOSED)
    desk.acts.carry_out("request.start")
    assert any("is closed; reopen it first" in told for told in desk.told())


def an_answer_is_sent_filled(desk: Desk) -> None:
    """A template chosen in the composer reads filled, Ctrl Enter sends it, and history and field follow."""
    wanted = desk.choose(Status.ACKNOWLEDGED)
    composer = desk.controller.detail.composer
    composer.templates.setCurrentIndex(2)
    composer.templates.activated.emit(2)
    assert "{" not in composer.edit.toPlainText()
    assert desk.stored(wanted).address in composer.edit.toPlainText() or not desk.stored(wanted).address
    said = composer.edit.toPlainText()
    composer.edit.setFocus()
    press(composer.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    desk.wait(lambda: desk.stored(wanted).status_notes == said)
    desk.wait(lambda: composer.edit.toPlainText() == "")
    desk.wait(lambda: any(said in line.who for line in desk.controller.detail.shown().history))  # type: ignore[union-attr]


def a_note_stays_among_staff(desk: Desk) -> None:
    """Internal words make a note, no message, and vanish from the history with the internal lines."""
    wanted = desk.choose(Status.ACKNOWLEDGED)
    composer = desk.controller.detail.composer
    composer.kind.choose("internal")
    composer.edit.setPlainText("Sofa and 6 bags.")
    composer.send()

    def kept() -> bool:
        with desk.session.store.read() as unit:
            return any(note.kind == "internal" and note.text == "Sofa and 6 bags." for note in unit.notes.of(wanted))

    desk.wait(kept)
    desk.wait(lambda: any("Sofa" in line.who and line.internal for line in desk.controller.detail.shown().history))  # type: ignore[union-attr]
    assert desk.stored(wanted).status_notes != "Sofa and 6 bags."


def the_sheet_speaks_in_the_citys_words(desk: Desk, location: str) -> None:
    """The usual words of an act and an outcome stand in the sheet as the city set them, before anybody reads them."""
    elsewhere = open_store(location)
    own = {"words.usual.acknowledge": "Danke für {service}.", "words.outcome.not_found": "Nicht gefunden"}
    set_city(Work(elsewhere, "ben", FixedClock(MOMENT)), values=own)
    elsewhere.close()
    desk.wait(lambda: bool(desk.session.snapshot.settings.words))
    desk.controller.choose_filter("unacknowledged")
    desk.controller.model.tick_rows(0, 4)
    desk.acts.carry_out("request.acknowledge")
    sheet = desk.sheet()
    assert sheet.edit is not None
    assert sheet.edit.toPlainText() == "Danke für {service}."
    assert "The first one reads: Danke für " in sheet.preview.text()
    sheet.accept()
    desk.acts.carry_out("request.close")
    sheet = desk.sheet()
    assert sheet.edit is not None
    assert sheet.outcome is not None
    sheet.outcome.setCurrentIndex(sheet.outcome.findData("not_found"))
    sheet.edit.setPlainText("{outcome}.")
    assert sheet.preview.text().endswith(" Nicht gefunden.")
    sheet.accept()


def the_first_report_is_named_by_its_number(desk: Desk) -> None:
    """A number nobody has keeps the sheet open and says so; the right one closes the request as a duplicate."""
    wanted = desk.choose(Status.ACKNOWLEDGED)
    snapshot = desk.session.snapshot
    assert snapshot is not None
    first = desk.stored(int(snapshot.columns.id[snapshot.columns.id != wanted][0]))
    desk.acts.carry_out("request.duplicate")
    sheet = desk.sheet()
    assert sheet.line is not None
    sheet.line.setText("none-such")
    sheet.decide()
    desk.wait(lambda: bool(sheet.line.accessibleDescription()))  # type: ignore[union-attr]
    assert "There is no request none-such" in sheet.line.accessibleDescription()
    sheet.line.setText(first.service_request_id)
    sheet.decide()
    desk.wait(lambda: desk.stored(wanted).outcome == Outcome.DUPLICATE)


def the_reporter_is_read_only_when_asked_for(desk: Desk) -> None:
    """Nothing of the page holds the name before the link is pressed, and another request hides it again."""
    snapshot = desk.session.snapshot
    assert snapshot is not None
    with desk.session.store.read() as unit:
        known = [int(key) for key in snapshot.columns.id[:200] if unit.requests.reporter(int(key)) is not None]
        named = next((key for key in known if unit.requests.reporter(key).name), None)  # type: ignore[union-attr]
        reporter = None if named is None else unit.requests.reporter(named)
    assert named is not None
    assert reporter is not None
    desk.controller.choose(named)
    desk.wait(lambda: desk.on_show() == named)
    assert reporter.name not in repr(desk.controller.detail.shown())
    desk.controller.detail.reporter_link.click()
    labels = [label for label in desk.controller.detail.findChildren(QWidget) if hasattr(label, "text")]
    assert labels
    desk.wait(lambda: not desk.controller.detail.reporter_link.isEnabled())


def the_palette_knows_the_acts_with_their_keys(desk: Desk) -> None:
    """What the table of keys says is what the workspace hears."""
    keys = {command.id: command.keys for command in desk.app.window.commands()}
    assert {keys[f"request.{name}"] for name in ("acknowledge", "start", "schedule", "recategorise", "close")} == set(
        "AWSRC"
    )
    assert (keys["undo"], keys["redo"]) == ("Ctrl+Z", "Ctrl+Shift+Z")


def what_was_changed_since_is_not_undone(desk: Desk, location: str) -> None:
    """A change of somebody else stands in the way of undoing; the sentence names it and nothing is lost."""
    wanted = desk.choose(Status.SUBMITTED)
    press(desk.table, Qt.Key.Key_A)
    desk.wait(lambda: any("Undo" in told for told in desk.told()))
    elsewhere = open_store(location)
    work = Work(elsewhere, "ben", FixedClock(MOMENT))
    close(work, request_ids=[RequestId(wanted)], outcome=Outcome.FIXED, comment="Done.")
    elsewhere.close()
    press(desk.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    there = f"{MOMENT.astimezone(ZoneInfo(desk.session.snapshot.city.timezone)):%H:%M}"
    desk.wait(lambda: any(f"was changed by ben at {there} (closed) since" in told for told in desk.told()))
    assert desk.stored(wanted).status is Status.CLOSED


def the_menus_of_rows_and_symbols_offer_the_acts(desk: Desk) -> None:
    """A right click on a symbol chooses its request and offers what the table allows; a row's menu offers the same."""
    wanted = desk.choose(Status.SUBMITTED)
    assert desk.app.content is not None
    view = desk.app.content.maps["operations"]
    view.request_menu_wanted.emit(wanted, view.mapToGlobal(view.rect().center()))
    menus = [menu for menu in desk.app.window.findChildren(QMenu) if menu.isVisible()]
    on_symbol = [action.objectName() for action in menus[0].actions()]
    menus[0].close()
    facts = desk.controller.tools.row_facts()
    assert facts is not None
    assert on_symbol == [choice.id for choice in facts.acts]
    assert on_symbol[0] == "request.acknowledge"
    desk.controller.tools.carry_out("request.acknowledge")
    desk.wait(lambda: desk.stored(wanted).status is Status.ACKNOWLEDGED)


# A window takes long to open: what does not disturb each other is gone through in one.


def test_a_person_acts_by_keys_and_sheets(desk: Desk) -> None:
    """Acts by keys, menus, templates, notes and numbers, and what they tell; each step proves its own."""
    a_acknowledges_the_chosen_request(desk)
    desk.start_over()
    ctrl_z_takes_it_back_and_ctrl_shift_z_does_it_again(desk)
    desk.start_over()
    letters_do_nothing_in_a_text_field(desk)
    desk.start_over()
    an_act_that_is_not_allowed_says_why(desk)
    desk.start_over()
    an_answer_is_sent_filled(desk)
    desk.start_over()
    a_note_stays_among_staff(desk)
    desk.start_over()
    the_first_report_is_named_by_its_number(desk)
    desk.start_over()
    the_menus_of_rows_and_symbols_offer_the_acts(desk)
    desk.start_over()
    the_reporter_is_read_only_when_asked_for(desk)
    the_palette_knows_the_acts_with_their_keys(desk)


def test_many_residents_are_answered_and_corrected(desk: Desk, tmp_path: Path, location: str) -> None:
    """Messages that left, many answers at once, and sheets left or in the city's words; each step proves its own."""
    a_message_that_left_is_corrected_and_said_so_before(desk, tmp_path)
    desk.start_over()
    many_are_closed_with_a_template_and_undone(desk, location)
    desk.start_over()
    keeping_them_open_changes_nothing(desk, location)
    desk.start_over()
    the_sheet_speaks_in_the_citys_words(desk, location)
    desk.start_over()
    what_was_changed_since_is_not_undone(desk, location)


def test_what_somebody_else_does_meanwhile_loses_no_words(
    patient: None, desk: Desk, location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sheets and composer keep what was written and name who changed the request; each step proves its own."""
    words_in_a_sheet_outlive_somebody_elses_change(patient, desk, location)
    desk.start_over()
    a_refused_sheet_is_put_aside_to_look_and_comes_back(desk, location)
    desk.start_over()
    with monkeypatch.context() as patch:
        words_of_the_composer_outlive_somebody_elses_change(desk, location, patch)
    desk.start_over()
    with monkeypatch.context() as patch:
        an_act_that_takes_long_gives_the_window_back_and_keeps_what_was_written(desk, location, patch)
    desk.start_over()
    what_somebody_else_did_meanwhile_is_told(desk, location, monkeypatch)
