"""New requests are assigned by themselves while the window is open: in the background, together, without a word."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.controllers.quiet_jobs import start_quietly
from desktop.controllers.session import Session, Snapshot
from desktop.job import JobHandle, JobState
from desktop.jobs import JobRunner
from desktop.operations.assign_arrivals import MOST, arrivals

SETTLE_MS = 1_000  # requests often come several at a time
OPERATION = "assign_arrivals"


class AssignWatch(QObject):
    """Starts an assignment when requests came that nothing was asked about. More than it takes is left to a person."""

    failed = Signal(str)  # a sentence to be kept; nobody asked for anything, so nobody is interrupted

    def __init__(self, session: Session, runner: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._runner = session, runner
        self._running: JobHandle | None = None
        self._in_vain = 0  # the newest request that was tried and could not be assigned
        self._timer = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._timer.timeout.connect(self._assign)
        session.watch(self._heard)

    def _heard(self, snapshot: Snapshot) -> None:
        if self._running is None and not self._timer.isActive() and self._newest(snapshot) > self._in_vain:
            self._timer.start()

    def _newest(self, snapshot: Snapshot | None) -> int:
        """The newest of those that wait; 0 for none, or too many."""
        if snapshot is None:
            return 0
        waiting = arrivals(snapshot.columns)
        return int(waiting[-1]) if 0 < len(waiting) <= MOST else 0

    def _assign(self) -> None:
        newest = self._newest(self._session.snapshot)
        if newest <= self._in_vain:
            return
        title = self.tr("Assigning new requests")
        self._running = start_quietly(self._runner, self._session, OPERATION, title, self)
        self._running.ended.connect(lambda handle: self._ended(handle, newest))

    def _ended(self, handle: JobHandle, newest: int) -> None:
        self._running = None
        if handle.state is not JobState.SUCCEEDED:
            self._in_vain = newest  # until another comes
        if handle.failure is not None:
            self.failed.emit(handle.failure.sentence)
