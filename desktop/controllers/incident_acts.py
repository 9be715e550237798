"""Incidents by hand in Operations: all that are ticked become one, wherever they lie; a report leaves its own."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from data.records import RequestId
from desktop.controllers.operations import OperationsController
from desktop.controllers.session import Session
from desktop.main_window import MainWindow
from desktop.views import format as words
from desktop.views.kit import Toast
from desktop.views.request_acts import JOIN, LEAVE
from desktop.views.workspace import Workspace


class IncidentActs(QObject):
    """Turns the two commands into operations on the ticked requests, or on the chosen one."""

    def __init__(self, desk: OperationsController, place: Workspace, window: MainWindow, session: Session) -> None:
        super().__init__(desk)
        self._desk, self._window, self._session = desk, window, session
        place.command_asked.connect(self.carry_out)
        desk.detail.act_wanted.connect(self._on_shown)
        desk.tools.act_wanted.connect(self._from_menu)

    def carry_out(self, command_id: str) -> None:
        """Do a command on all that are ticked, or on the chosen request."""
        ticked = [int(key) for key in self._desk.model.selected_ids()]
        chosen = self._desk.chosen()
        if command_id == JOIN:
            self.join(ticked)
        elif command_id == LEAVE:
            self.leave(ticked or ([] if chosen is None else [chosen]))

    def _on_shown(self, command_id: str) -> None:
        shown = self._desk.detail.shown()
        if shown is not None and command_id == LEAVE:
            self.leave([shown.request_id])

    def _from_menu(self, command_id: str, request_id: int) -> None:
        """The menu of a ticked row is about all that are ticked."""
        ticked = [int(key) for key in self._desk.model.selected_ids()]
        if command_id == JOIN:
            self.join(ticked)
        elif command_id == LEAVE:
            self.leave(ticked if request_id in ticked else [request_id])

    def join(self, ids: Sequence[int]) -> None:
        """Make requests one incident; the earliest leads, or that of the standing incident among them."""
        snapshot = self._session.snapshot
        if snapshot is None or len(ids) < 2:
            self._tell(self.tr("Tick at least two requests; they become one incident."))
            return
        at = snapshot.columns.positions(list(ids))
        incident, opened = snapshot.columns.incident_id[at], snapshot.columns.requested_ms[at]
        order = sorted(range(len(ids)), key=lambda row: (incident[row] < 0, opened[row], ids[row]))
        first, *rest = [RequestId(ids[row]) for row in order]
        title = self.tr("Making one incident of {0} requests").format(words.count(len(ids)))
        self._session.act("join_incident", title, {"request_ids": rest, "of": first})

    def leave(self, ids: Sequence[int]) -> None:
        """Take requests out of their incidents."""
        snapshot = self._session.snapshot
        if (
            snapshot is None
            or not ids
            or (snapshot.columns.incident_id[snapshot.columns.positions(list(ids))] < 0).all()
        ):
            self._tell(self.tr("No incident to leave: the request is alone."))
            return
        self._session.act(
            "take_out", self.tr("Taking out of the incident"), {"request_ids": [RequestId(key) for key in ids]}
        )

    def _tell(self, sentence: str) -> None:
        self._window.tell(Toast(sentence, tone="info"))
