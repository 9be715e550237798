"""What planning answers: a timed route a crew, the jobs left out with reasons, the locks that cannot hold."""

from __future__ import annotations

from dataclasses import dataclass, field

NO_JOB = -1


@dataclass(frozen=True, slots=True)
class Visit:
    """A stop of a route: a job, a reload, or a break at its place (job is NO_JOB for these two)."""

    job: int
    arrival_s: float
    service_start_s: float
    departure_s: float
    leg_drive_s: float
    leg_distance_m: float
    kind: str = "job"  # job, reload, break
    place: int = NO_JOB  # row of the matrices


@dataclass(frozen=True, slots=True)
class Route:
    """A crew's timed day; without visits the crew stays at its depot. A break at a place is a stop too."""

    stops: tuple[Visit, ...] = ()
    break_start_s: float | None = None
    return_s: float = 0.0
    drive_s: float = 0.0
    wait_s: float = 0.0
    distance_m: float = 0.0
    overtime_s: float = 0.0

    @property
    def visits(self) -> tuple[Visit, ...]:
        """The stops that are jobs."""
        return tuple(stop for stop in self.stops if stop.kind == "job")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A job no crew takes: the first cause that an insertion proves, and its words.

    For the price, `crew` and `instead_of` name the exchange that was carried out and held: the crew could take it if
    that job went, driving more_s longer.
    """

    job: int
    reason: str  # skill, unreachable, window, capacity, shift, price
    detail: str
    crew: int | None = None
    instead_of: int | None = None
    more_s: float | None = None


@dataclass(frozen=True, slots=True)
class BrokenLock:
    """A lock that cannot hold, and why, in one sentence."""

    crew: int
    job: int
    kind: str  # order, crew, time
    detail: str


@dataclass(frozen=True, slots=True)
class Apart:
    """Jobs of one address that cannot be one stop, and why, in one sentence."""

    jobs: tuple[int, ...]
    detail: str


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """A checked plan: one route a crew, and the jobs left out with reasons.

    The cost is seconds driven, overtime at its price, what was lost by lateness, and the prizes of what was left out.
    """

    routes: tuple[Route, ...]
    left_out: tuple[LeftOut, ...]
    cost: int
    iterations: int
    seconds: float
    improvements: tuple[tuple[float, int], ...] = field(default=())  # (seconds, cost) of each better plan found
    broken_locks: tuple[BrokenLock, ...] = ()
    apart: tuple[Apart, ...] = ()
