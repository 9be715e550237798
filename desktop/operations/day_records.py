"""Crews and jobs of a day as plans are made of them. Times are seconds after local midnight."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

Place = tuple[float, float]  # latitude, longitude


@dataclass(frozen=True, slots=True)
class DayCrew:
    """A crew on the day. Times are seconds after local midnight."""

    name: str
    depot_name: str
    lat: float
    long: float
    shift_start_s: int
    shift_end_s: int
    skills: frozenset[str]
    capacity: float | None
    break_start_s: int | None
    break_end_s: int | None
    break_s: int
    end: Place | None = None  # where the day ends elsewhere
    break_place: Place | None = None  # None: wherever it is
    reload_places: tuple[Place, ...] = ()  # where it may empty its vehicle
    reload_s: int = 0
    overtime_s: int = 0  # how long it may work past its shift
    max_stops: int | None = None
    equipment: frozenset[str] = frozenset()  # stands among the skills too
    overtime_price: int = 2  # seconds of driving that a second of overtime costs
    vehicle_kind: str = ""
    max_speed_kmh: float | None = None
    end_name: str = ""
    reload_names: tuple[str, ...] = ()
    day: int = 0  # how many days after the first one that is planned; its times are of its own day


@dataclass(frozen=True, slots=True)
class DayJob:
    """A stop to be made: one request, all reports of one incident, a part of a big one, or a place of a round.

    Windows bound the start of service.
    """

    name: str
    lat: float
    long: float
    service_s: int
    priority: int
    skills: frozenset[str]
    load: float
    earliest_s: int | None
    latest_s: int | None
    request_ids: tuple[int, ...] = ()
    address: str = ""
    service: str = ""
    description: str = ""
    crews_needed: int = 1
    after: tuple[str, ...] = ()  # names of jobs that are done before
    with_job: str = ""  # name of a job that the same crew does
    equipment: frozenset[str] = frozenset()
    part: tuple[int, int] | None = None  # (2, 3): the second of three, one a day
    forbidden_crews: frozenset[str] = frozenset()  # those that said it needs another one
    due: datetime | None = None
    deadline_day: int | None = None  # how many days after the first one it is due, in the city's zone
    day: int | None = None  # the only day on which it can be done, as places of rounds
    locked_crew: str = ""
    locked_start_s: int | None = None
