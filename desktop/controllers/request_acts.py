"""The acts on requests in the window: on the chosen one or on all that are ticked, by key, button, menu or palette."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit

from data.records import RequestId, Status
from desktop.controllers.act_facts import read_reporter, read_sheet
from desktop.controllers.operations import OperationsController
from desktop.controllers.session import Ended, Session
from desktop.controllers.sheets import Sheets
from desktop.controllers.shell import ShellController
from desktop.domain.lifecycle import TRANSITIONS, Verb, refusal
from desktop.main_window import MainWindow
from desktop.operations.changes import Changes
from desktop.operations.undo import UNDO
from desktop.views.act_bar import act_choices, incident_choices
from desktop.views.act_sheet import WHOLE, SheetState
from desktop.views.commands import incident_commands, message_commands, request_commands
from desktop.views.composer import ANSWER, INTERNAL
from desktop.views.kit import Button, Toast
from desktop.views.request_acts import (
    Act,
    Offered,
    act_of,
    every_act,
    offered,
    offered_for_many,
    title_of,
    under_way,
    verb_of,
)
from desktop.views.table_menus import open_menu
from desktop.views.workspace import Workspace
from desktop.worker import Failed

OPERATIONS = {
    Verb.ACKNOWLEDGE: "acknowledge",
    Verb.START: "start_work",
    Verb.SCHEDULE: "schedule",
    Verb.RECATEGORISE: "recategorise",
    Verb.ASSIGN: "assign_to",
    Verb.CLOSE: "close",
    Verb.DUPLICATE: "mark_duplicate",
    Verb.REFER: "refer",
    Verb.REOPEN: "reopen",
    Verb.ANSWER: "comment",
    Verb.COMMENT: "comment",
}
_KINDS = {Verb.ANSWER: ANSWER, Verb.COMMENT: INTERNAL}
_STATUSES = tuple(Status)
_WRITING = (QLineEdit, QPlainTextEdit, QTextEdit)


class RequestActs(QObject):
    """Turns what a person asks for into an operation. Many requests, or an act that needs more, get a sheet first."""

    def __init__(
        self,
        desk: OperationsController,
        place: Workspace,
        window: MainWindow,
        session: Session,
        shell: ShellController,
    ) -> None:
        super().__init__(desk)
        self._desk, self._place, self._window, self._session, self._shell = desk, place, window, session, shell
        self._acted: dict[int, int] = {}  # versions on which an act of ours is under way or not on show yet
        self._sheets = Sheets(window, session, shell, self._send)
        self._waiting: tuple[Verb, list[int]] | None = None  # whose sheet is being read
        self._composed: dict[int, str] = {}  # answers under way, by request
        self._letters = [self._shortcut(act) for act in every_act() if act.keys]
        commands = (*request_commands(), *incident_commands(), *message_commands())
        place.set_commands(commands, keys=False)  # letters act in lists, on the map and on the page only
        self._fill_bar()
        self._connect()

    def _connect(self) -> None:
        desk = self._desk
        self._place.command_asked.connect(self.carry_out)
        desk.detail.act_wanted.connect(self._on_shown)
        desk.detail.composer.sent.connect(self._compose)
        desk.detail.reporter_wanted.connect(self._read_reporter)
        desk.model.selection_changed.connect(self._ticks_changed)
        desk.tools.act_wanted.connect(self._from_menu)
        self._session.bus.changed.connect(self._changed)
        self._session.act_failed.connect(self._forget_acted)
        self._sheets.look_wanted.connect(desk.open_detail)

    def _shortcut(self, act: Act) -> QShortcut:
        """A letter that acts while something of the workspace has the focus; text fields keep it for themselves."""
        made = QShortcut(QKeySequence(act.keys), self._place, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        made.setObjectName(act.id)
        made.activated.connect(self._letter)
        return made

    def set_letters(self, on: bool) -> None:
        """Whether single letters act."""
        for shortcut in self._letters:
            shortcut.setEnabled(on)

    def _letter(self) -> None:
        if not isinstance(QApplication.focusWidget(), _WRITING):
            self.carry_out(self.sender().objectName())

    # which requests

    def carry_out(self, command_id: str) -> None:
        """Do a command on all that are ticked, or on the chosen request."""
        verb = verb_of(command_id)
        if verb is None:
            return
        ticked = self._desk.model.selected_ids()
        chosen = self._desk.chosen()
        if len(ticked):
            self.begin(verb, [int(key) for key in ticked])
        elif chosen is not None:
            self.begin(verb, [chosen])
        else:
            self._tell(self.tr("No request is chosen; choose one in the table or on the map."))

    def _on_shown(self, command_id: str) -> None:
        shown, verb = self._desk.detail.shown(), verb_of(command_id)
        if shown is not None and verb is not None:
            self.begin(verb, [shown.request_id])

    def _from_menu(self, command_id: str, request_id: int) -> None:
        """The menu of a ticked row is about all that are ticked."""
        verb, ticked = verb_of(command_id), self._desk.model.selected_ids()
        if verb is not None:
            many = request_id in set(ticked.tolist()) if len(ticked) else False
            self.begin(verb, [int(key) for key in ticked] if many else [request_id])

    def statuses(self, ids: Sequence[int] | np.ndarray) -> set[Status]:
        """In which statuses some requests are, as far as the window knows."""
        snapshot = self._session.snapshot
        if snapshot is None:
            return set()
        at = snapshot.columns.positions(ids)
        return {_STATUSES[int(code)] for code in np.unique(snapshot.columns.status[at[at >= 0]])}

    # from the wish to the operation

    def begin(self, verb: Verb, ids: list[int]) -> None:
        """Act at once, or open the sheet; say why where it is not allowed for any."""
        statuses = self.statuses(ids)
        if not TRANSITIONS[verb].allowed & statuses:
            self._tell(self._refusal(verb, ids, statuses))
        elif len(ids) == 1 and not act_of(verb).asks:
            self.act(verb, ids, {"include_incident": True} if verb in WHOLE else {})
        elif not self._sheets.wanted(verb, ids):
            self._waiting = (verb, ids)
            session = self._session
            session.runner.run_read(
                read_sheet, session.store, session.snapshot, ids, verb, session.clock, on_result=self._open_sheet
            )

    def _refusal(self, verb: Verb, ids: Sequence[int], statuses: set[Status]) -> str:
        reason = refusal(verb, min(statuses, key=_STATUSES.index)) if statuses else self.tr("is no longer there")
        if len(ids) == 1:
            return self.tr("Nothing was done: the request {0}.").format(reason)
        return self.tr("Nothing was done for {0} requests: the first one {1}.").format(len(ids), reason)

    def _open_sheet(self, state: SheetState | None) -> None:
        if self._waiting is None or (state is not None and state.verb is not self._waiting[0]):
            return
        (verb, ids), self._waiting = self._waiting, None
        if state is None:
            self._tell(self._refusal(verb, ids, self.statuses(ids)))
            return
        self._sheets.open(verb, ids, state)

    def act(self, verb: Verb, ids: Sequence[int], values: Mapping[str, Any], *, ended: Ended | None = None) -> None:
        """Run the operation; one request only in the version that is on show."""
        expected = self._expected(ids[0]) if len(ids) == 1 else None
        self._run(verb, ids, values, expected, ended)

    def _send(
        self, verb: Verb, ids: Sequence[int], values: Mapping[str, Any], version: int | None, ended: Ended
    ) -> None:
        """Run it from a sheet: one request only in the version that the sheet was opened on."""
        expected = None if version is None else {RequestId(ids[0]): version}
        if len(ids) == 1:
            self._expected(ids[0])  # what comes next does not wait for the page to be read anew
        self._run(verb, ids, values, expected, ended)

    def _run(
        self,
        verb: Verb,
        ids: Sequence[int],
        values: Mapping[str, Any],
        expected: dict[RequestId, int] | None,
        ended: Ended | None,
    ) -> None:
        arguments = {"request_ids": [RequestId(key) for key in ids], **values}
        if verb in _KINDS:
            arguments |= {"text": arguments.pop("comment"), "kind": _KINDS[verb]}
        if len(ids) == 1:
            arguments["expected"] = expected
        title = under_way(verb) if len(ids) == 1 else title_of(verb, len(ids))
        self._session.act(OPERATIONS[verb], title, arguments, ended=ended)

    def _expected(self, request_id: int) -> dict[RequestId, int] | None:
        """The version that the person saw; none while an act of their own is not on show yet."""
        shown = self._desk.detail.shown()
        if shown is None or shown.request_id != request_id:
            return None
        if self._acted.get(request_id) == shown.version:
            return None
        self._acted = {request_id: shown.version}
        return {RequestId(request_id): shown.version}

    # answers and notes

    def _compose(self, kind: str, text: str) -> None:
        shown = self._desk.detail.shown()
        if shown is None:
            return
        verb = Verb.ANSWER if kind == ANSWER else Verb.COMMENT
        self._composed[shown.request_id] = kind
        wide = {"include_incident": True} if verb is Verb.ANSWER and shown.reports else {}
        request_id = shown.request_id
        self.act(
            verb,
            [request_id],
            {"comment": text, **wide},
            ended=lambda outcome: self._composed_ended(request_id, outcome),
        )

    def _composed_ended(self, request_id: int, outcome: Changes | Failed | None) -> None:
        """What was not sent stays in the composer with the reason; on another page a toast leads back to it."""
        if isinstance(outcome, Changes) and outcome.act_id is not None:
            return
        self._composed.pop(request_id, None)
        self._forget_acted()
        told = self.tr("It was not finished, and nothing was done. What is written here can be sent again.")
        sentence = told if outcome is None else self._shell.in_words(outcome.sentence)
        if not self._desk.detail.composer.set_fault(request_id, sentence):
            self._shell.tell_failure(sentence, request_id)

    def _changed(self, changes: Any, _initiator: object) -> None:
        """What was sent is no draft any more; one that could not be sent stays."""
        if changes.verb in (Verb.ANSWER.value, Verb.COMMENT.value) and changes.act_id is not None:
            for key in changes.request_ids or ():
                if self._composed.pop(int(key), None) is not None:
                    self._desk.detail.composer.clear(int(key))
        self._sheets.changed(changes.request_ids or ())
        if changes.verb == UNDO:
            self._forget_acted()

    def _forget_acted(self) -> None:
        """No newer version is to be waited for: acts are for the one on show again."""
        self._acted.clear()

    def _read_reporter(self, request_id: int) -> None:
        session = self._session
        session.runner.run_read(read_reporter, session.store, request_id, on_result=self._desk.detail.show_reporter)

    # all that are ticked

    def _fill_bar(self) -> None:
        bar = self._desk.rows.selection_bar
        self.acknowledge = Button(self.tr("Acknowledge"), kind="primary", keys="A", small=True)
        self.close_many = Button(self.tr("Close…"), keys="C", small=True)
        self.more = Button(self.tr("More…"), small=True)
        for button, verb in ((self.acknowledge, Verb.ACKNOWLEDGE), (self.close_many, Verb.CLOSE)):
            button.setProperty("command", act_of(verb).id)
            button.clicked.connect(self._bar_pressed)
            bar.add_act(button)
        self.more.clicked.connect(self._open_more)
        bar.add_act(self.more)

    def _bar_pressed(self) -> None:
        self.carry_out(str(self.sender().property("command")))

    def _ticked(self) -> Offered:
        return offered_for_many(self.statuses(self._desk.model.selected_ids()))

    def _ticks_changed(self, count: int) -> None:
        if count:
            verbs = {act.verb for act in self._ticked().shown}
            self.acknowledge.setEnabled(Verb.ACKNOWLEDGE in verbs)
            self.close_many.setEnabled(Verb.CLOSE in verbs)

    def _open_more(self) -> None:
        at = self.more.mapToGlobal(QPoint(0, self.more.height() + 4))
        count = self._desk.model.selected_count
        choices = (*act_choices(self._ticked().more, count), None, *incident_choices(count))
        open_menu(choices, self.more, at, self._place.command_asked.emit)

    # on the map

    def open_map_menu(self, request_id: int, at: QPoint) -> None:
        """The acts on a symbol of the map; it is chosen first, so that it is seen what they are about."""
        self._desk.choose(request_id)
        choices = offered_choices(self.statuses([request_id]))
        open_menu(choices, self._window, at, lambda command: self._from_map(command, request_id))

    def _from_map(self, command_id: str, request_id: int) -> None:
        verb = verb_of(command_id)
        if verb is not None:
            self.begin(verb, [request_id])

    def _tell(self, sentence: str) -> None:
        self._window.tell(Toast(sentence, tone="info"))


def offered_choices(statuses: set[Status]) -> tuple[Any, ...]:
    """The acts on one request as lines of a menu."""
    if not statuses:
        return ()
    found = offered(next(iter(statuses)))
    return act_choices((*found.shown, *found.more))
