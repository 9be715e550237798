"""A report moves to the incident of another request, which is named by its number and, where several use it, chosen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from data.records import RequestId, ServiceRequest
from data.store import Store
from desktop.controllers.session import Session
from desktop.domain.plain_text import readable, shortened
from desktop.views import format as words
from desktop.views.shell.number_dialog import NumberDialog

LONGEST_ADDRESS = 60  # letters


class ReportMove(QObject):
    """Asks by a dialog. A number is of one source only: where several sources use it, nobody guesses which is meant."""

    decided = Signal(object)  # the arguments of `join_incident`

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._dialog: NumberDialog | None = None
        self._mover = 0
        self._apart: list[int] = []

    def ask(self, mover: ServiceRequest, apart: Sequence[int], dialog: NumberDialog) -> None:
        """Ask for a report that differs from those `apart`, as they stood when it was asked."""
        self._mover, self._apart, self._dialog = int(mover.id), list(apart), dialog
        dialog.entered.connect(self._find)
        dialog.picked.connect(self._decide)
        dialog.finished.connect(self._closed)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _closed(self) -> None:
        self._dialog = None

    def _find(self, number: str) -> None:
        session = self._session
        assert session.snapshot is not None
        zone = session.snapshot.city.timezone
        session.runner.run_read(
            _numbered, session.store, number, self._mover, session.clock.now(), zone, on_result=self._found
        )

    def _found(self, answer: tuple[list[tuple[int, str]], str, int]) -> None:
        found, number, mover = answer
        if self._dialog is None or mover != self._mover:
            return
        others = [entry for entry in found if entry[0] != mover]
        if not others:
            same = self.tr("Request {0} is the one itself; write the number of another one.")
            unknown = self.tr("There is no request {0}; numbers are written as the table shows them.")
            self._dialog.set_fault((same if found else unknown).format(number))
        elif len(found) == 1:
            self._decide(others[0][0])
        else:
            self._dialog.offer(others)

    def _decide(self, other: int) -> None:
        if self._dialog is not None:
            self._dialog.accept()
        self.decided.emit({"request_ids": [RequestId(self._mover)], "of": RequestId(other), "apart": list(self._apart)})


def _numbered(
    store: Store, number: str, mover: int, now: datetime, zone: str
) -> tuple[list[tuple[int, str]], str, int]:
    """The requests that sources call by a number, each with what tells it from the others; and what was asked."""
    with store.read() as unit:
        found = unit.requests.find(number)
        sources = {one.id: one.name for one in unit.sources.all()}
        services = {one.id: one.service_name for one in unit.services.all()}
    entries = [(int(one.id), _told(one, sources[one.source_id], services[one.service_id], now, zone)) for one in found]
    return entries, number, mover


def _told(request: ServiceRequest, source: str, service: str, now: datetime, zone: str) -> str:
    """Open311 · Mon 10:12 · Pothole · 12 Elm Row; what is longest comes last."""
    address = shortened(" ".join(readable(request.address).split()), LONGEST_ADDRESS)
    parts = (source, words.moment(request.requested_at, now, zone), service, address)
    return " · ".join(part for part in parts if part)
