"""Searches for garbage on the thread of the window alone.

Python searches in whichever thread happens to make the object that is one too many, and ends what it finds there. Qt's
models and views must end on the thread of their window: a thread that reads, and finds a closed pane, ends the process.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QElapsedTimer, QObject, QTimer

EVERY_MS = 250
ALL_MS = 60_000  # between two searches of everything, which take the longest


class GarbageSearch(QObject):
    """Stands in for Python's own search, by the same thresholds (gc.get_threshold), while the window lives."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self._search)
        self._timer.start()
        self._all = QElapsedTimer()
        self._all.start()
        gc.disable()

    def stop(self) -> None:
        """Python searches again by itself."""
        self._timer.stop()
        gc.enable()

    def _search(self) -> None:
        """The oldest generation that is due, and with it the younger ones."""
        due = [made > most for made, most in zip(gc.get_count(), gc.get_threshold(), strict=True)]
        due[2] &= self._all.hasExpired(ALL_MS)
        if due[2]:
            self._all.start()
        if True in due:
            gc.collect(max(generation for generation, is_due in enumerate(due) if is_due))
