"""The one source of now: made in the composition root and handed down, so that tests and demo days can set it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(tz=UTC)


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that stands still, for tests and for reproducing a day."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment.astimezone(UTC)


def today(clock: Clock, timezone: str) -> date:
    """The calendar day in the city's zone."""
    return clock.now().astimezone(ZoneInfo(timezone)).date()
