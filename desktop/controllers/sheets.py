"""The sheet of an act from its opening until the act is done: what was written in it is never lost on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from data.records import RequestId
from desktop.controllers.act_facts import read_numbered, read_sheet
from desktop.controllers.recategorising import read_foreseen
from desktop.controllers.session import Ended, Session
from desktop.controllers.shell import ShellController
from desktop.domain.lifecycle import Verb
from desktop.main_window import MainWindow
from desktop.operations.changes import Changes
from desktop.views.act_sheet import ActSheet, SheetState
from desktop.views.kit import Toast
from desktop.views.recategorise_sheet import RecategoriseSheet
from desktop.worker import Failed

PATIENCE_MS = 1500  # an act that waits longer, behind an import, gives the window back meanwhile
Send = Callable[[Verb, Sequence[int], Mapping[str, Any], int | None, Ended], None]


class Sheets(QObject):
    """One sheet at a time. It closes when its act is done; where nothing was done it says why and keeps its words."""

    look_wanted = Signal(int)  # a request, before its act is sent again

    def __init__(self, window: MainWindow, session: Session, shell: ShellController, send: Send) -> None:
        """`send` runs an act: verb, ids, values, the version that was seen, and who hears how it ended."""
        super().__init__(window)
        self._window, self._session, self._shell, self._send = window, session, shell, send
        self._open: _Sheet | None = None
        self._kept: list[_Sheet] = []  # put aside with what is written in them

    def wanted(self, verb: Verb, ids: Sequence[int]) -> bool:
        """Open the sheet of this act that was put aside; False where there is none."""
        found = next((one for one in self._kept if (one.verb, one.ids) == (verb, list(ids)) and not one.waiting), None)
        if found is not None:
            self._show(found)
        return found is not None

    def open(self, verb: Verb, ids: Sequence[int], state: SheetState) -> None:
        """Open a new one."""
        sheet = RecategoriseSheet(state, self._window) if verb is Verb.RECATEGORISE else ActSheet(state, self._window)
        self._show(_Sheet(verb, list(ids), sheet, self))

    def changed(self, request_ids: Sequence[int]) -> None:
        """Acts of our own, asked for before, changed these: the open sheet was not overtaken by somebody else."""
        if self._open is not None and set(request_ids) & set(self._open.ids):
            self._open.ours = True

    # for the sheets

    def send(self, one: _Sheet, values: Mapping[str, Any]) -> None:
        """Send it."""
        self._send(one.sheet.verb, one.ids, values, None if one.ours else one.sheet.version, one.ended)

    def find(self, number: str, then: Callable[[Any], None]) -> None:
        """Requests by a number."""
        self._session.runner.run_read(read_numbered, self._session.store, number, {}, on_result=then)

    def read(self, one: _Sheet, then: Callable[[SheetState | None], None]) -> None:
        """How things stand by now."""
        session = self._session
        session.runner.run_read(
            read_sheet, session.store, session.snapshot, one.ids, one.verb, session.clock, on_result=then
        )

    def foresee(self, one: _Sheet, service_id: int) -> None:
        """What another service would change."""
        session, sheet = self._session, one.sheet
        assert isinstance(sheet, RecategoriseSheet)
        session.runner.run_read(
            read_foreseen,
            session.store,
            session.snapshot,
            session.actor,
            session.clock,
            list(one.ids),
            service_id,
            on_result=sheet.show_foreseen,
        )

    def words_of(self, outcome: Changes | Failed | None) -> str:
        """Why nothing was done."""
        if outcome is None:
            return self.tr("It was not finished, and nothing was done. What is written here can be sent again.")
        return self._shell.in_words(outcome.sentence)

    def put_aside(self, one: _Sheet) -> None:
        """Give the window back; what is written is kept."""
        if one not in self._kept:
            self._kept.append(one)
        one.sheet.accept()

    def look(self, one: _Sheet) -> None:
        """Show the request that the act is about."""
        self.put_aside(one)
        self.look_wanted.emit(one.ids[0])

    def tell(self, one: _Sheet, sentence: str) -> None:
        """It was put aside and came to nothing: say so, with the way back to what was written."""
        toast = Toast(sentence, tone="danger", act=self.tr("What was written"), stays=True)
        toast.acted.connect(lambda: self._show(one))
        self._window.tell(toast)

    def shut(self, one: _Sheet) -> None:
        """It is not on show any more."""
        if self._open is one:
            self._open = None
        if one not in self._kept:
            one.forget()

    def done(self, one: _Sheet) -> None:
        """Its act is done."""
        if one in self._kept:
            self._kept.remove(one)
        if one.sheet.isVisible():
            one.sheet.accept()
        else:
            one.forget()

    def _show(self, one: _Sheet) -> None:
        if one in self._kept:
            self._kept.remove(one)
        self._open = one
        one.sheet.open()


class _Sheet(QObject):
    """One sheet with its act."""

    def __init__(self, verb: Verb, ids: list[int], sheet: ActSheet, desk: Sheets) -> None:
        super().__init__(desk)
        self.verb, self.ids, self.sheet, self._desk = verb, ids, sheet, desk
        self.ours = False  # what changed since was our own doing
        self.waiting = False  # sent, and not ended yet
        self._over = False
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._takes_long)
        sheet.decided.connect(self._decided)
        sheet.look_wanted.connect(lambda: desk.look(self))
        sheet.finished.connect(lambda: desk.shut(self))
        if isinstance(sheet, RecategoriseSheet):
            sheet.foresee_wanted.connect(lambda service_id: desk.foresee(self, service_id))

    def forget(self) -> None:
        """Nobody needs it any more."""
        self._over = True
        self.sheet.deleteLater()
        self.deleteLater()

    def ended(self, outcome: Changes | Failed | None) -> None:
        """The act ended: done, or not, and then the sheet says why with all that is written still there."""
        self._patience.stop()
        self.waiting = False
        if isinstance(outcome, Changes) and outcome.act_id is not None:
            self.sheet.set_sending(False)
            self._desk.done(self)
            return
        sentence = self._desk.words_of(outcome)
        self._desk.read(self, lambda now: self._refused(sentence, now))

    def _refused(self, sentence: str, now: SheetState | None) -> None:
        self.ours = False
        self.sheet.set_refusal(sentence, now)
        if not self.sheet.isVisible():
            self._desk.tell(self, sentence)

    def _decided(self, values: Mapping[str, Any]) -> None:
        if self.verb is Verb.DUPLICATE:
            self._desk.find(str(values["of"]), lambda answer: self._found(answer, values))
            return
        self._start(values)

    def _start(self, values: Mapping[str, Any]) -> None:
        self.sheet.set_sending(True)
        self.waiting = True
        self._patience.start()
        self._desk.send(self, values)

    def _found(self, answer: tuple[list[int], str, dict[str, object]], values: Mapping[str, Any]) -> None:
        """The first report is named by its number; the sheet stays until there is one."""
        if self._over:
            return
        found, number, _ = answer
        others = [key for key in found if key not in self.ids]
        if others:
            self._start({"of": RequestId(others[0]), "comment": values["comment"]})
            return
        known = self.tr("Request {0} is the one itself; write the number of the first report.")
        unknown = self.tr("There is no request {0}; numbers are written as the table shows them.")
        self.sheet.set_fault((known if found else unknown).format(number))

    def _takes_long(self) -> None:
        self.sheet.set_sending(False)
        self._desk.put_aside(self)
