"""Pictures of every workspace without a display, taken when its content is on show."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.main_window import MainWindow
from desktop.views.theme import Choice, Theme

WIDTH, HEIGHT = 1440, 900
SETTLE_MS = 500  # after the content is there: fonts, tiles and the last rows
PATIENCE_MS = 90_000
THEMES: tuple[Choice, ...] = ("light", "dark")


class PictureTaker(QObject):
    """Grabs each workspace in both themes. `done` carries the exit code: 1 when one was not ready in time."""

    done = Signal(int)

    def __init__(self, window: MainWindow, theme: Theme, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window, self._theme, self._folder = window, theme, folder
        self._left = [(choice, key) for choice in THEMES for key in window.workspaces]
        self._code = 0
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._take)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self._give_up)

    def start(self) -> None:
        """Begin with the first one."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._window.resize(WIDTH, HEIGHT)
        for place in self._window.workspaces.values():
            place.ready_changed.connect(self._look)
        self._next()

    def fail(self, report: str) -> None:
        """A fault of ours: no picture of it, and the exit code says so."""
        sys.stderr.write(f"{report}\n")
        self.done.emit(1)

    def _next(self) -> None:
        if not self._left:
            self.done.emit(self._code)
            return
        choice, key = self._left[0]
        self._theme.choose(choice)
        self._window.show_workspace(key)
        self._patience.start()
        self._look()

    def _look(self) -> None:
        if self._left and self._window.current().ready:
            self._settle.start()
        else:
            self._settle.stop()

    def _take(self) -> None:
        self._patience.stop()
        choice, key = self._left.pop(0)
        path = self._folder / f"{key}-{choice}.png"
        if not self._window.grab().save(str(path)):
            sys.stderr.write(f"{path} cannot be written.\n")
            self._code = 1
        self._next()

    def _give_up(self) -> None:
        choice, key = self._left[0]
        sys.stderr.write(f"The {key} workspace ({choice}) was not ready after {PATIENCE_MS // 1000} s.\n")
        self._code = 1
        self._take()
