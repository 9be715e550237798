"""How long computations tell where they are and learn that they should end."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float | None, str], None]  # share done from 0 to 1 (None: unknown), and a sentence
ShouldStop = Callable[[], bool]


class Stopped(Exception):
    """should_stop said yes: the computation ended without a result."""


def silent(fraction: float | None, sentence: str) -> None:
    """Progress that no one listens to."""


def never() -> bool:
    """A computation that no one stops."""
    return False


def breathe(progress: Progress, should_stop: ShouldStop, fraction: float | None, sentence: str) -> None:
    """Tell how far the computation is; Stopped when it should end."""
    progress(fraction, sentence)
    if should_stop():
        raise Stopped("The computation was stopped.")
