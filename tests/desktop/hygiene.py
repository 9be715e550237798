"""What a test of the window may not leave behind - threads, running timers, windows - and where they began."""

from __future__ import annotations

import gc
import sys
import threading
import time
import traceback
import weakref
from collections.abc import Callable
from typing import Any

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget

THREAD_PATIENCE_S = 2.0
_FRAMES = 6


Place = list[tuple[str, int, str]]


def _place() -> Place:
    """The calls that led here, the last few of our own: file, line and function. Thousands are noted, few are read."""
    place: Place = []
    frame = sys._getframe(2)
    while frame is not None and len(place) < _FRAMES:
        if "site-packages" not in frame.f_code.co_filename:
            place.append((frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name))
        frame = frame.f_back  # type: ignore[assignment]
    return place[::-1]


def _told(place: Place) -> str:
    """A place as a traceback tells it."""
    return "".join(traceback.format_list([traceback.FrameSummary(*call) for call in place])) or "  (place unknown)"


class Ledger:
    """Remembers where threads and timers were started and windows were shown. One for the process."""

    def __init__(self) -> None:
        self._timers: weakref.WeakKeyDictionary[QTimer, Place] = weakref.WeakKeyDictionary()
        self._threads: weakref.WeakKeyDictionary[threading.Thread, Place] = weakref.WeakKeyDictionary()
        self._windows: weakref.WeakKeyDictionary[QWidget, Place] = weakref.WeakKeyDictionary()

    def watch(self) -> None:
        """Take note from now on."""
        _wrap(QTimer, "start", self._timers)
        _wrap(threading.Thread, "start", self._threads)
        for kind, names in ((QWidget, ("show", "setVisible")), (QDialog, ("open", "exec")), (QMenu, ("popup", "exec"))):
            for name in names:
                _wrap(kind, name, self._windows)

    def begin(self) -> tuple[set[int], set[int]]:
        """What is there before a test: threads and windows, by identity.

        What is loaded by then is no garbage of the test's; to search it after each would take a tenth of a second.
        """
        gc.freeze()
        return {id(thread) for thread in threading.enumerate()}, {
            id(window) for window in QApplication.topLevelWidgets()
        }

    def leaks(self, before: tuple[set[int], set[int]]) -> list[str]:
        """What a test left behind, each with where it began."""
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
        threads, windows = before
        return [*self._left_threads(threads), *self._left_timers(), *self._left_windows(windows)]

    def forget(self) -> None:
        """Put an end to what is left, so that the next test is judged for itself."""
        for timer in list(self._timers):
            if shiboken6.isValid(timer):
                timer.stop()
        self._timers.clear()

    def _left_threads(self, before: set[int]) -> list[str]:
        until_s = time.monotonic() + THREAD_PATIENCE_S
        left = _new_threads(before)
        while left and time.monotonic() < until_s:
            time.sleep(0.02)
            left = _new_threads(before)
        return [f"thread {thread.name}, started\n{_told(self._threads.get(thread, []))}" for thread in left]

    def _left_timers(self) -> list[str]:
        active = [timer for timer in self._timers if shiboken6.isValid(timer) and timer.isActive()]
        return [f"timer of {timer.parent()!r}, started\n{_told(self._timers[timer])}" for timer in active]

    def _left_windows(self, before: set[int]) -> list[str]:
        left = [window for window in QApplication.topLevelWidgets() if id(window) not in before]
        return [f"window {window!r}, shown\n{_told(self._windows.get(window, []))}" for window in left]


def _new_threads(before: set[int]) -> list[threading.Thread]:
    return [
        thread
        for thread in threading.enumerate()
        # Threads that Qt made and Python only met are Qt's to end.
        if id(thread) not in before and not isinstance(thread, threading._DummyThread)
    ]


def _wrap(kind: Any, name: str, places: weakref.WeakKeyDictionary[Any, Place]) -> None:
    """Note the place of each call of a method."""
    original: Callable[..., Any] = getattr(kind, name)

    def noting(self: Any, *args: Any, **kwargs: Any) -> Any:
        places[self] = _place()
        return original(self, *args, **kwargs)

    setattr(kind, name, noting)
