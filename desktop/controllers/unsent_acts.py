"""Answers that could not be sent: sent again or given up, for the chosen request or for all that are ticked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from data.records import RequestId
from desktop.controllers.operations import OperationsController
from desktop.controllers.session import Session
from desktop.main_window import MainWindow
from desktop.views import format as words
from desktop.views.kit import Toast
from desktop.views.request_acts import DO_NOT_SEND, SEND_AGAIN
from desktop.views.workspace import Workspace


class UnsentActs(QObject):
    """Turns the two commands into operations."""

    def __init__(self, desk: OperationsController, place: Workspace, window: MainWindow, session: Session) -> None:
        super().__init__(desk)
        self._desk, self._window, self._session = desk, window, session
        place.command_asked.connect(self.carry_out)
        desk.detail.act_wanted.connect(self._on_shown)

    def carry_out(self, command_id: str) -> None:
        """Do a command on all that are ticked, or on the chosen request."""
        if command_id in (SEND_AGAIN, DO_NOT_SEND):
            ticked = [int(key) for key in self._desk.model.selected_ids()]
            chosen = self._desk.chosen()
            self._act(command_id, ticked or ([] if chosen is None else [chosen]))

    def _on_shown(self, command_id: str) -> None:
        shown = self._desk.detail.shown()
        if shown is not None and command_id in (SEND_AGAIN, DO_NOT_SEND):
            self._act(command_id, [shown.request_id])

    def _act(self, command_id: str, ids: Sequence[int]) -> None:
        snapshot = self._session.snapshot
        unsent = set() if snapshot is None else set(snapshot.unsent)
        about = [RequestId(key) for key in ids if key in unsent]
        if not about:
            self._window.tell(Toast(self.tr("No answer of this request could not be sent."), tone="info"))
        elif command_id == SEND_AGAIN:
            title = self.tr("Sending answers of {0} requests again").format(words.count(len(about)))
            one = self.tr("Sending the answer again")
            self._session.act("send_again", one if len(about) == 1 else title, {"request_ids": about})
        else:
            self._session.act("do_not_send", self.tr("Keeping what was not sent here"), {"request_ids": about})
