"""What every operation is handed: the store, who acts, the clock, and the two ends of a long act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from data.errors import RefusedInput
from data.records import City
from data.store import Store
from desktop.domain.clock import Clock, SystemClock

Progress = Callable[[float | None, str], None]
ShouldStop = Callable[[], bool]


class Stopped(Exception):
    """The person stopped the act; nothing of it was kept unless the message says so."""


def _silent(fraction: float | None, sentence: str) -> None:
    """No one listens."""


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Work:
    """The circumstances of an act."""

    store: Store
    actor: str
    clock: Clock = field(default_factory=SystemClock)
    progress: Progress = _silent
    should_stop: ShouldStop = _never

    def breathe(self, fraction: float | None, sentence: str) -> None:
        """Tell how far the act is; raise Stopped when it should end."""
        self.progress(fraction, sentence)
        if self.should_stop():
            raise Stopped("Stopped. Nothing of it was kept.")

    def city(self) -> City:
        """The city of the store; RefusedInput where there is none."""
        with self.store.read() as unit:
            city = unit.city.get()
        if city is None:
            raise RefusedInput(
                f"There is no city in {self.store.location}; make one with 'opsmap init NAME' or 'opsmap demo'."
            )
        return city
