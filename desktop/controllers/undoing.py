"""Undo and redo in the window: what each will do is said beforehand, and residents are corrected only when asked."""

from __future__ import annotations

from PySide6.QtCore import QObject

from data.records import ActId
from data.store import Store
from desktop.controllers.session import Session
from desktop.controllers.shell import ShellController
from desktop.domain.clock import Clock
from desktop.main_window import MainWindow
from desktop.operations.changes import Changes
from desktop.operations.undo import IMPORTS, UNDO, UNDOABLE, UndoPlan, describe_undo, last_undoable
from desktop.operations.work import Work
from desktop.views import format as words
from desktop.views.kit import Button, Toast
from desktop.views.shell.overlay import Dialog


class Undoing(QObject):
    """Tells how acts ended, with the way back; `Ctrl Z` takes back the last act of the person."""

    def __init__(self, window: MainWindow, session: Session, shell: ShellController) -> None:
        super().__init__(window)
        self._window, self._session, self._shell = window, session, shell
        self._undone: list[ActId] = []  # undos of this window that nothing was done after
        self._undos: set[ActId] = set()
        window.asked.connect(self.carry_out)

    def carry_out(self, command_id: str) -> None:
        """Undo or redo; other commands are not for us."""
        if command_id == "undo":
            self._plan(None)
        elif command_id == "redo":
            self.redo()

    def tell(self, changes: Changes) -> None:
        """Say what was done, and what undoing it would do."""
        if changes.act_id is None:
            self._shell.tell_note(changes.sentence)
        elif changes.verb == UNDO:
            self._tell_undo(changes)
        elif changes.verb in UNDOABLE:
            self._undone.clear()
            self._offer(changes.act_id, changes.sentence)
        else:
            self._shell.tell(changes.sentence)

    def redo(self) -> None:
        """Do again what was undone last."""
        if self._undone:
            title = self.tr("Doing it again")
            self._session.act("undo", title, {"act_id": self._undone.pop()})
        else:
            self._window.tell(Toast(self.tr("There is nothing to do again."), tone="info"))

    # inside

    def _tell_undo(self, changes: Changes) -> None:
        assert changes.act_id is not None
        if changes.counts["undone"] in self._undos:
            count = int(changes.counts["requests"])
            told = {0: self.tr("Done again."), 1: self.tr("Done again for one request.")}  # a note changes no request
            self._offer(None, told.get(count, self.tr("Done again for {0} requests.")).format(words.count(count)))
            return
        self._undone.append(changes.act_id)
        self._undos.add(changes.act_id)
        self._shell.tell(changes.sentence, act=self.tr("Redo"), keys="Ctrl+Shift+Z", then=self.redo)

    def _offer(self, act_id: ActId | None, sentence: str) -> None:
        session = self._session
        session.runner.run_read(
            _described, session.store, session.actor, session.clock, act_id, sentence, on_result=self._offered
        )

    def _offered(self, answer: tuple[UndoPlan | None, str]) -> None:
        plan, sentence = answer
        if plan is None or not plan.allowed:
            self._shell.tell(sentence)
            return
        act_id = plan.act_id
        beforehand = self._beforehand(plan)
        told = f"{sentence} {beforehand}" if beforehand else sentence
        self._shell.tell(told, act=self.tr("Undo"), keys="Ctrl+Z", then=lambda: self._plan(act_id))

    def _beforehand(self, plan: UndoPlan) -> str:
        said = []
        if plan.withdrawn:
            one, many = self.tr("Undo withdraws the message."), self.tr("Undo withdraws {0} messages.")
            said.append(one if plan.withdrawn == 1 else many.format(words.count(plan.withdrawn)))
        if plan.residents:
            one, many = self.tr("Undo sends a correction."), self.tr("Undo sends {0} residents a correction.")
            said.append(one if plan.residents == 1 else many.format(words.count(plan.residents)))
        return " ".join(said)

    def _plan(self, act_id: ActId | None) -> None:
        session = self._session
        session.runner.run_read(
            _described, session.store, session.actor, session.clock, act_id, "", on_result=self._decide
        )

    def _decide(self, answer: tuple[UndoPlan | None, str]) -> None:
        plan = answer[0]
        if plan is None:
            self._window.tell(Toast(self.tr("There is nothing to undo."), tone="info"))
        elif not plan.allowed:
            self._refuse(plan)
        elif plan.residents or plan.verb in IMPORTS:
            self._ask(plan)
        else:
            self._undo(plan.act_id)

    def _refuse(self, plan: UndoPlan) -> None:
        """It cannot be undone; where a request stands in the way, that one is shown."""
        if plan.about is None:
            self._window.tell(Toast(self._shell.in_words(plan.sentence), tone="warning"))
        else:
            self._shell.tell_failure(plan.sentence, plan.about)

    def _ask(self, plan: UndoPlan) -> None:
        """Residents get a message, or many requests go: said before it is done."""
        dialog = Dialog(self.tr("Undo the last act"), self._shell.in_words(plan.sentence), parent=self._window)
        dialog.add_close(self.tr("Leave it done"))
        act = dialog.add_act(Button(self.tr("Undo and correct") if plan.residents else self.tr("Undo"), kind="primary"))
        act.clicked.connect(dialog.accept)
        act.clicked.connect(lambda: self._undo(plan.act_id))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _undo(self, act_id: ActId) -> None:
        self._session.act("undo", self.tr("Undoing"), {"act_id": act_id})


def _described(
    store: Store, actor: str, clock: Clock, act_id: ActId | None, sentence: str
) -> tuple[UndoPlan | None, str]:
    """What undoing an act, or the person's last one, would do."""
    work = Work(store, actor, clock)
    found = last_undoable(work) if act_id is None else act_id
    return None if found is None else describe_undo(work, found), sentence
