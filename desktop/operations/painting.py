"""Has a file painted by a process of its own, for operations load no Qt."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from data.errors import StoreFailure
from desktop.operations.work import Work

PATIENCE_S = 600
LOOK_S = 0.05  # how often the painter is looked after


@dataclass(frozen=True, slots=True)
class Painter:
    """A module that reads an order from its input and tells on its output how many of its parts are done."""

    module: str
    doing: str  # what it does, in words
    parts: str  # of what it tells how many are done
    fewer: str  # what to do where it does not end


def paint(work: Work, painter: Painter, order: Mapping[str, Any], path: Path) -> None:
    """Have the painter write a PDF; StoreFailure when it cannot, Stopped with nothing left behind.

    What to print goes to the other process on its input, so that no password of a store's location shows in a list of
    processes. It tells on its output how far it is.
    """
    whole = json.dumps({"location": work.store.location, "path": str(path), **order})
    with tempfile.TemporaryFile("w+", encoding="utf-8") as told, tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", painter.module],
            stdin=subprocess.PIPE,
            stdout=told,
            stderr=said,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
            text=True,
        )
        try:
            _order(process, whole)
            _look_after(work, painter, process, told)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            if process.returncode != 0:
                with suppress(OSError):
                    path.with_name(f".{path.name}.part").unlink()
        if process.returncode != 0:
            raise StoreFailure(f"{path} could not be printed ({_last_words(said, process.returncode)}).")


def _order(process: subprocess.Popen[str], whole: str) -> None:
    """Hand the order over; a painter that is gone already says why on its own."""
    assert process.stdin is not None
    with suppress(BrokenPipeError):
        process.stdin.write(whole)
        process.stdin.close()


def _look_after(work: Work, painter: Painter, process: subprocess.Popen[str], told: IO[str]) -> None:
    """Wait for the painter, tell how far it is, and let the person stop it."""
    spent = 0.0
    while True:
        try:
            process.wait(LOOK_S)
            return
        except subprocess.TimeoutExpired:
            spent += LOOK_S
        if spent > PATIENCE_S:
            raise StoreFailure(f"{painter.doing} did not end within {PATIENCE_S} s; {painter.fewer}.")
        work.breathe(*_progress(painter, told))


def _progress(painter: Painter, told: IO[str]) -> tuple[float | None, str]:
    told.seek(0)
    lines = told.read().splitlines()
    numbers = lines[-1].split() if lines else []
    if len(numbers) != 2:
        return None, painter.doing
    done, of = (int(number) for number in numbers)
    return done / max(1, of), f"{painter.doing}: {done} of {of} {painter.parts}"


def _last_words(said: IO[str], code: int) -> str:
    said.seek(0)
    lines = said.read().strip().splitlines()
    return lines[-1] if lines else f"code {code}"
