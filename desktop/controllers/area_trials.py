"""What follows each edit of areas: overlaps and gaps are looked for, then the last days are replayed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.controllers.area_draft import AreaDraft
from desktop.controllers.area_faults import Pieces
from desktop.controllers.area_reads import pieces_of, replay_of
from desktop.controllers.session import Session
from desktop.jobs import JobHandle
from desktop.operations.replay_rules import Replay
from geo.area_layer import LayerOfAreas

SETTLE_MS = 400  # after the last edit


class AreaTrials(QObject):
    """Tries the present draft. Never both at once: an edit finds a thread that is free."""

    found = Signal()  # other overlaps and gaps
    replayed = Signal(object, str, bool)  # Replay or None, why there is none, whether it runs
    failed = Signal(str)

    def __init__(self, session: Session, days: Callable[[], int], parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._days = session, days
        self._draft: AreaDraft | None = None
        self.replay: Replay | None = None
        self.pieces: Pieces | None = None
        self.checked: LayerOfAreas | None = None  # what the pieces are of
        self.whole = False  # what a layer leaves of the city is asked for, though it is not meant for all of it
        self._serial = 0  # of the replay that is wanted
        self._running: JobHandle | None = None  # the replay that is under way
        self._soon = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._soon.timeout.connect(self._check)

    def take(self, draft: AreaDraft) -> None:
        """Try a draft soon; what was found out about another one holds no longer."""
        self._draft, self.replay = draft, None
        self._supersede()
        self._soon.start()

    def forget(self) -> None:
        """Another layer: nothing is known of it."""
        self.pieces, self.checked, self.whole = None, None, False

    def look_around(self, whole: bool) -> None:
        """List what the layer leaves of the city, or, where it is not meant for it, do so no longer."""
        self.whole, self.checked = whole, None
        self._check()

    def again(self) -> None:
        """Tell what is known, and find out the rest."""
        self._soon.start()

    def other_days(self) -> None:
        """Over other days other requests would move: what was found out was not these."""
        self.replay = None
        self._supersede()
        self._soon.start()

    def stop(self) -> None:
        """Nobody looks any more."""
        self._supersede()
        self._soon.stop()

    def _supersede(self) -> None:
        """A replay that is under way is of no use any more: it ends by itself, and nobody hears how."""
        self._serial += 1
        running, self._running = self._running, None
        if running is not None:
            running.cancel()

    def _check(self) -> None:
        if self._draft is None:
            return
        layer = self._draft.present
        if self.checked is layer:
            self._run()
            return
        handle = self._session.runner.run_read(pieces_of, self._draft, self.whole)
        handle.succeeded.connect(self._found)
        handle.failed.connect(self.failed)

    def _found(self, answer: tuple[LayerOfAreas, bool, Pieces]) -> None:
        layer, whole, found = answer
        if self._draft is not None and layer is self._draft.present and whole is self.whole:
            self.checked, self.pieces = layer, found
            self.found.emit()
            self._run()

    def _run(self) -> None:
        """Replay the draft."""
        assert self._draft is not None
        if self.replay is not None:
            self.replayed.emit(self.replay, "", False)
            return
        if not self._draft.is_changed:
            self.replayed.emit(None, self.tr("The draft is as it stands: nothing would move."), False)
            return
        self._supersede()
        serial = self._serial
        handle = self._session.runner.run_read(
            replay_of,
            self._session.store,
            self._session.clock,
            self._draft,
            lambda: serial != self._serial,
            self._days(),
        )
        handle.succeeded.connect(self._replayed)
        handle.failed.connect(lambda sentence: self._not_replayed(serial, sentence))
        self._running = handle
        self.replayed.emit(None, "", True)

    def _replayed(self, answer: tuple[AreaDraft, int, Replay]) -> None:
        self._running = None
        draft, days, replay = answer
        if self._draft is draft and days == self._days():
            self.replay = replay
            self.replayed.emit(replay, "", False)

    def _not_replayed(self, serial: int, sentence: str) -> None:
        if serial == self._serial:
            self._running = None
            self.replayed.emit(None, sentence, False)
