"""New requests are judged by themselves while the window is open: in the background, together, and without a word."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from desktop.controllers.proposal_desk import ProposalDesk
from desktop.controllers.quiet_jobs import start_quietly
from desktop.controllers.review_reads import Book
from desktop.controllers.session import Session
from desktop.job import JobHandle, JobState
from desktop.jobs import JobRunner
from desktop.operations.changes import Changes
from desktop.operations.judge_arrivals import MOST

SETTLE_MS = 1_500  # requests often come several at a time
EVERY_MS = 10_000  # at most; what came meanwhile is judged together
OPERATION = "judge_arrivals"

State = tuple[int, tuple[int, int]]  # how many wait, and what they would be judged on


class ArrivalWatch(QObject):
    """Starts a judgement when requests came that none has seen. What it found shows where proposals are counted.

    More than the judgement takes at once, or a city without a search, is left to the person: Duplicates says how many.
    """

    failed = Signal(str)  # a sentence to be kept; nobody asked for anything, so nobody is interrupted

    def __init__(self, session: Session, desk: ProposalDesk, runner: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._desk, self._runner = session, desk, runner
        self._running: JobHandle | None = None
        self._let_be: State | tuple[int, int] | None = None  # what was tried in vain
        self._since_last = QElapsedTimer()
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._judge)
        desk.changed.connect(self._heard)

    def _heard(self, _book: Book) -> None:
        if self._running is None and not self._timer.isActive() and self._state() is not None:
            passed = self._since_last.elapsed() if self._since_last.isValid() else EVERY_MS
            self._timer.start(max(SETTLE_MS, EVERY_MS - passed))

    def _state(self) -> State | None:
        """What there is to judge; None for nothing, too much, or what was tried in vain already."""
        book = self._desk.book
        if book is None or book.found is None or not 0 < book.since <= MOST:
            return None
        state = book.since, book.found.versions
        return None if self._let_be in (state, state[1]) else state

    def _judge(self) -> None:
        if self._state() is None:
            return
        self._since_last.start()
        title = self.tr("Judging new requests")
        self._running = start_quietly(self._runner, self._session, OPERATION, title, self)
        self._running.ended.connect(self._ended)

    def _ended(self, handle: JobHandle) -> None:
        state, self._running = self._state(), None
        if state is None:
            return
        if handle.state is not JobState.SUCCEEDED:
            self._let_be = state  # until another comes
        elif isinstance(handle.value, Changes) and handle.value.counts["search_due"]:
            self._let_be = state[1]  # until somebody searches
        if handle.failure is not None:
            self.failed.emit(handle.failure.sentence)
