"""What follows each edit of areas: overlaps and gaps are looked for, then the last days are replayed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.controllers.area_draft import AreaDraft
from desktop.controllers.area_faults import Pieces
from desktop.controllers.area_reads import pieces_of, replay_of
from desktop.controllers.session import Session
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
        self._serial = 0  # of the replay that is wanted
        self._soon = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._soon.timeout.connect(self._check)

    def take(self, draft: AreaDraft) -> None:
        """Try a draft soon; what was found out about another one holds no longer."""
        self._draft, self.replay = draft, None
        self._serial += 1
        self._soon.start()

    def forget(self) -> None:
        """Another layer: nothing is known of it."""
        self.pieces, self.checked = None, None

    def again(self) -> None:
        """Tell what is known, and find out the rest."""
        self._soon.start()

    def other_days(self) -> None:
        """Over other days other requests would move: what was found out was not these."""
        self.replay = None
        self._serial += 1
        self._soon.start()

    def stop(self) -> None:
        """Nobody looks any more."""
        self._serial += 1
        self._soon.stop()

    def _check(self) -> None:
        if self._draft is None:
            return
        layer = self._draft.present
        if self.checked is layer:
            self._run()
            return
        handle = self._session.runner.run_read(pieces_of, self._draft)
        handle.succeeded.connect(self._found)
        handle.failed.connect(self.failed)

    def _found(self, answer: tuple[LayerOfAreas, Pieces]) -> None:
        layer, found = answer
        if self._draft is not None and layer is self._draft.present:
            self.checked, self.pieces = layer, found
            self.found.emit()
            self._run()

    def _run(self) -> None:
        """Replay the draft; a replay that is under way stops by itself."""
        assert self._draft is not None
        if self.replay is not None:
            self.replayed.emit(self.replay, "", False)
            return
        if not self._draft.is_changed:
            self.replayed.emit(None, self.tr("The draft is as it stands: nothing would move."), False)
            return
        self._serial += 1
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
        self.replayed.emit(None, "", True)

    def _replayed(self, answer: tuple[AreaDraft, int, Replay]) -> None:
        draft, days, replay = answer
        if self._draft is draft and days == self._days():
            self.replay = replay
            self.replayed.emit(replay, "", False)

    def _not_replayed(self, serial: int, sentence: str) -> None:
        if serial == self._serial:
            self.replayed.emit(None, sentence, False)
