"""Ctrl-C, from the first line of the command to its last."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

INTERRUPTED = 130
STARTING, IDLE, ACTING, SETTLED = range(4)
NOTHING_KEPT = "Interrupted. Nothing was kept; the store is as it was."


class Interrupted(KeyboardInterrupt):
    """Ctrl-C. Not KeyboardInterrupt itself: CPython remembers one raised within `exec`, caught or not, and a program
    begun with `python -m` then kills itself at its end instead of giving its exit code."""


class Interrupt:
    """What Ctrl-C does, by what is under way.

    While the program is still being loaded it ends at once. Before an act it ends the command with KeyboardInterrupt.
    An act is asked to stop cleanly; a second time ends it at once. When the act is done it is too late.
    """

    def __init__(self, stage: int = IDLE) -> None:
        self.asked = False
        self.stage = stage

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if self.stage == STARTING:
            say(NOTHING_KEPT)  # a half-loaded module could swallow an exception
            os._exit(INTERRUPTED)
        if self.stage == IDLE or (self.stage == ACTING and self.asked):
            raise Interrupted
        self.asked = True
        if self.stage == ACTING:
            say("Stopping; once more ends it at once.")

    def should_stop(self) -> bool:
        return self.asked

    @property
    def too_late(self) -> bool:
        """Whether it came when the act could not be stopped any more."""
        return self.asked and self.stage == SETTLED

    @contextmanager
    def acting(self) -> Iterator[None]:
        """An act is under way; one that ends well is settled, and nothing that comes later takes it back."""
        before = signal.signal(signal.SIGINT, self)
        self.stage = ACTING
        try:
            yield
            self.stage = SETTLED
        finally:
            if self.stage == ACTING:
                self.stage = IDLE
            if before is not self:
                signal.signal(signal.SIGINT, before)


def present_interrupt() -> Interrupt:
    """The one that is installed, or a new one."""
    handler = signal.getsignal(signal.SIGINT)
    return handler if isinstance(handler, Interrupt) else Interrupt()


def say(words: str) -> None:
    """A line on stderr from inside a signal handler, where the streams of Python may be in use."""
    start = b"\n" if os.isatty(2) else b""
    os.write(2, start + words.encode() + b"\n")
