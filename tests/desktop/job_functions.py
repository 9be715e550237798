"""Functions that jobs run in the tests: at the top of a module, plain arguments, nothing heavy."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from data.errors import RefusedInput
from geo.errors import GeoError

Progress = Callable[[float | None, str], None]
ShouldStop = Callable[[], bool]


def add(*, left: int, right: int, progress: Progress, should_stop: ShouldStop) -> tuple[int, int]:
    """The sum, and the process that made it."""
    progress(0.5, "half")
    return left + right, os.getpid()


def refuse(*, progress: Progress, should_stop: ShouldStop) -> None:
    """The world fails."""
    raise RefusedInput("wrong.csv has no column of dates; name it with --column requested_at=NAME.")


def cannot_compute(*, progress: Progress, should_stop: ShouldStop) -> None:
    """The world fails in a computation."""
    raise GeoError("The layer has no coordinate system; say which with --crs.")


def stumble(*, progress: Progress, should_stop: ShouldStop) -> None:
    """A fault of ours."""
    raise ZeroDivisionError("a fault of ours")


def return_a_file(*, progress: Progress, should_stop: ShouldStop) -> Any:
    """A result that cannot travel between processes."""
    return open(os.devnull)


def die(*, progress: Progress, should_stop: ShouldStop) -> None:
    """The process is ended from outside, as when memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)


def note_order(*, path: str, word: str, progress: Progress, should_stop: ShouldStop) -> str:
    """Write the beginning and the end of the work to a file."""
    for part in ("begin", "end"):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(f"{word} {part}\n")
        time.sleep(0.02)
    return word


def wait_until_stopped(*, path: str, progress: Progress, should_stop: ShouldStop) -> str:
    """Work until asked to stop, then return as if it were done."""
    Path(path).touch()
    while not should_stop():
        progress(None, "working")
        time.sleep(0.01)
    return "late"


def never_stop(*, path: str, progress: Progress, should_stop: ShouldStop) -> None:
    """Deaf to should_stop."""
    Path(path).write_text(str(os.getpid()), encoding="utf-8")
    while True:
        time.sleep(0.05)


def loaded_modules(*, progress: Progress, should_stop: ShouldStop) -> list[str]:
    """What the worker has imported."""
    import sys

    return sorted(sys.modules)
