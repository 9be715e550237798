"""A day's planning problem and its answer: crews, jobs, travel between places; times are seconds after midnight."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from geo.errors import GeoError

Floats = NDArray[np.float64]
SECONDS_A_PRIORITY = 600  # what a point of priority is worth: ten minutes of driving
DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Crew:
    """A crew's day. start and end are rows of the matrices; no capacity means no limit.

    A break of break_s lies inside break_start_s to break_end_s, at a stop or a depot.
    """

    name: str
    start: int
    end: int
    shift_start_s: int
    shift_end_s: int
    skills: frozenset[str] = frozenset()
    capacity: float | None = None
    break_start_s: int | None = None
    break_end_s: int | None = None
    break_s: int = 0

    def faults(self) -> Iterator[str]:
        """The rules that this crew breaks, in words."""
        if self.shift_end_s <= self.shift_start_s:
            yield f"crew {self.name}: the shift ends before it starts"
        if self.capacity is not None and self.capacity < 0:
            yield f"crew {self.name}: the capacity is negative"
        if self.break_s > 0:
            opens, closes = self.break_window()
            if closes - opens < self.break_s:
                yield f"crew {self.name}: the break of {self.break_s // 60} min does not fit its window"

    def break_window(self) -> tuple[int, int]:
        """When the break may lie; the shift where the crew names no window."""
        opens = self.shift_start_s if self.break_start_s is None else self.break_start_s
        closes = self.shift_end_s if self.break_end_s is None else self.break_end_s
        return opens, closes


@dataclass(frozen=True, slots=True)
class Job:
    """A stop to make. The window bounds the start of service; without one it is any time in the shift."""

    name: str
    location: int
    service_s: int
    priority: int = 50
    skills: frozenset[str] = frozenset()
    load: float = 0.0
    earliest_s: int | None = None
    latest_s: int | None = None

    def faults(self) -> Iterator[str]:
        """The rules that this job breaks, in words."""
        if self.service_s < 0 or self.load < 0:
            yield f"job {self.name}: service time and load cannot be negative"
        if not 0 <= self.priority <= 100:
            yield f"job {self.name}: the priority {self.priority} is not between 0 and 100"
        if self.earliest_s is not None and self.latest_s is not None and self.latest_s < self.earliest_s:
            yield f"job {self.name}: the window closes before it opens"

    @property
    def window_s(self) -> tuple[int, int]:
        """The window as two numbers."""
        return (
            0 if self.earliest_s is None else self.earliest_s,
            2 * DAY_S if self.latest_s is None else self.latest_s,
        )

    @property
    def prize_s(self) -> int:
        """Seconds of driving that serving it is worth; a job of priority 0 is still worth a little."""
        return max(1, self.priority) * SECONDS_A_PRIORITY


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Crews, jobs, and seconds and metres between all places, [n, n]; infinity where no way leads."""

    crews: tuple[Crew, ...]
    jobs: tuple[Job, ...]
    duration_s: Floats
    distance_m: Floats

    def __post_init__(self) -> None:
        faults = [fault for crew in self.crews for fault in crew.faults()]
        faults += [fault for job in self.jobs for fault in job.faults()]
        if not self.crews:
            faults.append("there is no crew to plan for")
        names = [crew.name for crew in self.crews]
        faults += [f"two crews are called {name}" for name in sorted({n for n in names if names.count(n) > 1})]
        size = self.duration_s.shape
        if len(size) != 2 or size[0] != size[1] or self.distance_m.shape != size:
            faults.append("the matrices of seconds and metres are not square and alike")
        elif any(not 0 <= place < size[0] for place in self._places()):
            faults.append("a crew or job names a place outside the matrices")
        if faults:
            raise GeoError(f"The day cannot be planned: {'; '.join(faults)}.")

    def _places(self) -> Iterator[int]:
        for crew in self.crews:
            yield from (crew.start, crew.end)
        for job in self.jobs:
            yield job.location


@dataclass(frozen=True, slots=True)
class Visit:
    """A job in a route."""

    job: int
    arrival_s: float
    service_start_s: float
    departure_s: float
    leg_drive_s: float
    leg_distance_m: float


@dataclass(frozen=True, slots=True)
class Route:
    """A crew's timed day; without visits the crew stays at its depot."""

    visits: tuple[Visit, ...] = ()
    break_start_s: float | None = None
    return_s: float = 0.0
    drive_s: float = 0.0
    wait_s: float = 0.0
    distance_m: float = 0.0


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A job no crew takes: the first cause that an insertion proves, and its words."""

    job: int
    reason: str  # skill, unreachable, window, capacity, shift, price
    detail: str


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """A checked plan: one route a crew, and the jobs left out with reasons."""

    routes: tuple[Route, ...]
    left_out: tuple[LeftOut, ...]
    cost: int  # seconds driven plus the prizes of what was left out
    iterations: int
    seconds: float
    improvements: tuple[tuple[float, int], ...] = field(default=())  # (seconds, cost) of each better plan found
