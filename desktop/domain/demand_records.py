"""Requests expected in the weeks ahead, as a screen or a report shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desktop.domain.service_figures import People


@dataclass(frozen=True, slots=True)
class Week:
    """A week from Monday on, and what came in it; its requests are those opened between the two moments."""

    first: date
    requests: int
    from_ms: int
    to_ms: int  # not counted


@dataclass(frozen=True, slots=True)
class WeekAhead:
    """What a week to come may bring: half of such weeks bring more than `middle`; the ends of the intervals."""

    first: date
    middle: float
    low_80: float
    high_80: float
    low_95: float
    high_95: float


@dataclass(frozen=True, slots=True)
class Judged:
    """How the same way would have foretold weeks that are known by now; errors in requests a week, on average."""

    origins: int
    weeks: int
    error: float
    error_last_week: float  # had the week before been taken for all
    error_last_year: float | None  # had the same week a year before been; None where that is not known
    inside_80: float  # the share of weeks that lay within the interval
    inside_95: float

    @property
    def better(self) -> bool:
        """Whether it beats both of the naive ways that can be compared."""
        naive = [self.error_last_week, *([] if self.error_last_year is None else [self.error_last_year])]
        return self.error < min(naive)


@dataclass(frozen=True, slots=True)
class Demand:
    """What is expected of one service, or of the city (key None). Where nothing is, `why_not` says why."""

    key: int | None
    name: str
    weeks: tuple[Week, ...]
    ahead: tuple[WeekAhead, ...]
    model: str
    widened: float
    judged: Judged | None
    why_not: str


@dataclass(frozen=True, slots=True)
class DemandSet:
    """The city and its services; `last` is the last day of the last whole week."""

    last: date
    people: People
    city: Demand
    services: tuple[Demand, ...]  # the busiest first
