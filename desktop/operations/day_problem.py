"""A day's crews and jobs as a planning problem: places once each, names as numbers, one address one place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from data.errors import RefusedInput
from desktop.operations.day_jobs import Day
from desktop.operations.day_records import DayCrew, DayJob, Place

if TYPE_CHECKING:
    from geo.vrp import Crew, Job, Problem, Travel

MOST_PLACES = 6000  # the matrices of more would fill the memory of a plain machine
NEAR_DEGREES = 0.001  # reports of one address are pinned a few metres apart


class DayPlaces:
    """Every place of a day once, as a row of so many matrices; RefusedInput for more than a machine can hold."""

    def __init__(self, day: Day, matrices: int = 1) -> None:
        self.day = day
        self._rows: dict[tuple[float, float], int] = {}
        self.addresses: list[str] = []
        self.starts = [self._row(crew.lat, crew.long) for crew in day.crews]
        self.ends = [self._row(*(crew.end or (crew.lat, crew.long))) for crew in day.crews]
        self.reloads = [tuple(dict.fromkeys(self._row(*place) for place in crew.reload_places)) for crew in day.crews]
        self.breaks = [None if crew.break_place is None else self._row(*crew.break_place) for crew in day.crews]
        self.jobs = self._job_rows()
        most = int(MOST_PLACES / sqrt(matrices))
        if len(self._rows) > most:
            raise RefusedInput(
                f"The day has {len(self._rows):,} places and at most {most:,} can be planned at once; "
                "take fewer with --limit, or by service or department."
            )
        self.lat = np.array([lat for lat, _ in self._rows])
        self.lon = np.array([lon for _, lon in self._rows])

    def _row(self, lat: float, lon: float) -> int:
        return self._rows.setdefault((lat, lon), len(self._rows))

    def _job_rows(self) -> list[int]:
        """One row a job; those of one address, a few metres apart, share the first one's."""
        shared, rows = Addresses(), []
        for job in self.day.jobs:
            place, key = shared.of(job)
            self.addresses.append(key)
            rows.append(self._row(*place))
        return rows


class Addresses:
    """Which jobs share an address: those that write the same one and are pinned a few metres apart."""

    def __init__(self, known: Mapping[str, Place] | None = None) -> None:
        self._first: dict[str, Place] = dict(known or {})

    def of(self, job: DayJob) -> tuple[Place, str]:
        """The place of a job and its address; its own place and none where the first job of that name is far."""
        own, key = (job.lat, job.long), " ".join(job.address.casefold().split())
        lat, long = self._first.setdefault(key, own) if key else own
        near = abs(lat - job.lat) <= NEAR_DEGREES and abs(long - job.long) <= NEAR_DEGREES
        return ((lat, long), key) if near else (own, "")


def problem_of(places: DayPlaces, travels: Sequence[Travel], own: Sequence[int] = ()) -> Problem:
    """The planning problem; RefusedInput for a job tied to one that is not there, GeoError for a broken rule.

    `own` is which of the travels each crew drives by; the first without it.
    """
    from geo.vrp import Problem

    day = places.day
    number = {job.name: n for n, job in enumerate(day.jobs)}
    names = [(crew.name, crew.day) for crew in day.crews]
    crews = tuple(_crew(places, n, crew, own[n] if own else 0) for n, crew in enumerate(day.crews))
    jobs = tuple(
        planning_job(job, places.jobs[n], places.addresses[n], names, number) for n, job in enumerate(day.jobs)
    )
    return Problem(crews, jobs, tuple(travels))


def first_day(problem: Problem, day: Day, jobs: Sequence[int]) -> Problem:
    """The problem of the first day alone, with some jobs; what they were tied to on other days binds them no more."""
    from geo.vrp import Problem

    crews = tuple(crew for crew, of in zip(problem.crews, day.crews, strict=True) if of.day == 0)
    number = {job: at for at, job in enumerate(jobs)}
    there = frozenset(range(len(crews)))

    def alone(at: int) -> Job:
        job = problem.jobs[at]
        allowed = None if job.allowed_crews is None or there <= job.allowed_crews else job.allowed_crews & there
        return replace(
            job,
            windows=(),
            earliest_s=day.jobs[at].earliest_s,
            latest_s=day.jobs[at].latest_s,
            after=tuple(number[other] for other in job.after if other in number),
            with_job=number.get(job.with_job) if job.with_job is not None else None,
            allowed_crews=allowed,
            forbidden_crews=job.forbidden_crews & there,
        )

    travels = problem.travels[: 1 + max(crew.travel for crew in crews)]
    return Problem(crews, tuple(alone(at) for at in jobs), travels)


def _crew(places: DayPlaces, n: int, crew: DayCrew, travel: int) -> Crew:
    from geo.vrp import Crew

    made = Crew(
        name=crew.name,
        start=places.starts[n],
        end=places.ends[n],
        shift_start_s=crew.shift_start_s,
        shift_end_s=crew.shift_end_s,
        skills=crew.skills,
        capacity=crew.capacity,
        break_start_s=crew.break_start_s,
        break_end_s=crew.break_end_s,
        break_s=crew.break_s,
        equipment=crew.equipment,
        break_place=places.breaks[n],
        reloads=places.reloads[n],
        reload_s=crew.reload_s,
        overtime_s=crew.overtime_s,
        overtime_price=crew.overtime_price,
        max_stops=crew.max_stops,
        travel=travel,
    )
    return made.days_later(crew.day, f"{crew.name} (day {crew.day + 1})") if crew.day else made


def planning_job(
    job: DayJob, location: int, address: str, crews: Sequence[tuple[str, int]], number: Mapping[str, int]
) -> Job:
    """A job of the day as the solver knows it. `crews` are names and days, `number` the jobs that it can be tied to.

    RefusedInput for a job tied to one, or locked to a crew, that is not there.
    """
    from geo.vrp import Job

    for other in (*job.after, *([job.with_job] if job.with_job else [])):
        if other not in number:
            raise RefusedInput(f"Job {job.name} is tied to a job {other} that is not planned; correct its name.")
    windows = _windows(job, 1 + max(day for _, day in crews))
    return Job(
        name=job.name,
        location=location,
        service_s=job.service_s,
        priority=job.priority,
        skills=job.skills,
        load=job.load,
        earliest_s=None if windows else job.earliest_s,
        latest_s=None if windows else job.latest_s,
        windows=windows,
        equipment=job.equipment,
        crews_needed=job.crews_needed,
        after=tuple(number[other] for other in job.after),
        with_job=number[job.with_job] if job.with_job else None,
        allowed_crews=_of_its_day(job, crews),
        forbidden_crews=frozenset(n for n, (name, _) in enumerate(crews) if name in job.forbidden_crews),
        address=address,
        deadline_day=job.deadline_day,
        locked_crew=_locked_crew(job, crews),
        locked_start_s=job.locked_start_s,
    )


def _of_its_day(job: DayJob, crews: Sequence[tuple[str, int]]) -> frozenset[int] | None:
    """The crews of the only day on which a job can be done; None where that excludes nobody."""
    found = frozenset(n for n, (_, day) in enumerate(crews) if job.day in (None, day))
    return None if len(found) == len(crews) else found


def _windows(job: DayJob, days: int) -> tuple[tuple[int, int], ...]:
    """The window of a job on each of several days; none for a job of one day, whose window is its own."""
    from geo.vrp_problem import DAY_S

    if days == 1 or (job.earliest_s is None and job.latest_s is None):
        return ()
    opens = 0 if job.earliest_s is None else job.earliest_s
    closes = DAY_S - 1 if job.latest_s is None else job.latest_s
    of = range(days) if job.day is None else (job.day,)
    return tuple((opens + day * DAY_S, closes + day * DAY_S) for day in of)


def _locked_crew(job: DayJob, crews: Sequence[tuple[str, int]]) -> int | None:
    if not job.locked_crew:
        return None
    if (job.locked_crew, 0) not in crews:
        raise RefusedInput(
            f"Job {job.name} is locked to a crew {job.locked_crew} that does not drive out that day; correct its name."
        )
    return crews.index((job.locked_crew, 0))
