"""A fault of ours becomes a report that can be copied, and lies in a log; what the world did is told in a sentence."""

from __future__ import annotations

import logging
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from importlib.metadata import version
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QObject, QtMsgType, Signal, qInstallMessageHandler, qVersion

from data.errors import DataError
from geo.errors import GeoError

LOG_NAME = "desktop.log"
LOG_BYTES = 1_000_000
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class Faults(QObject):
    """Catches what nobody else did. `broke` carries a report; `failed` a sentence about the world."""

    broke = Signal(str)
    noted = Signal(str)  # what only the log hears of otherwise
    failed = Signal(str)

    def __init__(self, log_folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.log_path = log_folder / LOG_NAME
        self._log = logging.getLogger("desktop")
        self._handler = _handler(self.log_path)
        self._told: set[str] = set()
        self._undo: list[Callable[[], None]] = []

    def install(self) -> None:
        """Take over the hooks of Python and Qt."""
        self._log.addHandler(self._handler)
        self._log.setLevel(logging.INFO)
        before, before_thread = sys.excepthook, threading.excepthook
        sys.excepthook = self.caught
        threading.excepthook = lambda args: self.caught(args.exc_type, args.exc_value, args.exc_traceback)
        before_qt = qInstallMessageHandler(self._qt_said)
        self._undo = [
            lambda: setattr(sys, "excepthook", before),
            lambda: setattr(threading, "excepthook", before_thread),
            lambda: qInstallMessageHandler(before_qt) and None,
        ]

    def uninstall(self) -> None:
        """Give the hooks back."""
        for undo in self._undo:
            undo()
        self._undo.clear()
        self._log.removeHandler(self._handler)
        self._handler.close()

    def caught(self, kind: type[BaseException], value: BaseException | None, trace: TracebackType | None) -> None:
        """An exception that nobody handled: a known failure is told in its sentence, the rest is a fault of ours."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, value or kind(), trace)
            return
        if isinstance(value, DataError | GeoError):
            self._log.warning("%s", value)
            self.failed.emit(str(value))
            return
        self.report("".join(traceback.format_exception(kind, value, trace)))

    def note(self, text: str) -> None:
        """Something to look into later: no dialog, but the log and whoever takes pictures hear of it."""
        self._log.warning("%s", text)
        self.noted.emit(text)

    def report(self, trace: str) -> None:
        """Write a fault of ours to the log and tell it; one that comes with every repaint only the first time."""
        if trace in self._told:
            return
        self._told.add(trace)
        self._log.error("%s", trace)
        sys.stderr.write(trace)
        self.broke.emit(make_report(trace))

    def _qt_said(self, kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        self._log.log(_LEVELS.get(kind, logging.WARNING), "Qt: %s", text)
        if kind in (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg):
            sys.stderr.write(f"Qt: {text}\n")


def make_report(trace: str) -> str:
    """What a maintainer needs to see. No path of a store and nothing of a request is added."""
    versions = f"Opsmap {version('opsmap')}, Python {platform.python_version()}, Qt {qVersion()}, {platform.platform()}"
    return f"{versions}\n\n{trace}"


def _handler(path: Path) -> logging.Handler:
    """The log file; where it cannot be written, the log goes to standard error."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(
            path, maxBytes=LOG_BYTES, backupCount=2, encoding="utf-8", delay=True
        )
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    return handler
