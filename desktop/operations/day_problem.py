"""A day's crews and jobs as a planning problem: places once each, names as numbers, one address one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data.errors import RefusedInput
from desktop.operations.day_jobs import Day
from desktop.operations.day_records import DayCrew, DayJob

if TYPE_CHECKING:
    from geo.vrp import Crew, Job, Problem

MOST_PLACES = 6000  # the matrices of more would fill the memory of a plain machine
NEAR_DEGREES = 0.001  # reports of one address are pinned a few metres apart


class DayPlaces:
    """Every place of a day once, as a row of the matrices; RefusedInput for more than a machine can hold."""

    def __init__(self, day: Day) -> None:
        self.day = day
        self._rows: dict[tuple[float, float], int] = {}
        self.addresses: list[str] = []
        self.starts = [self._row(crew.lat, crew.long) for crew in day.crews]
        self.ends = [self._row(*(crew.end or (crew.lat, crew.long))) for crew in day.crews]
        self.reloads = [tuple(dict.fromkeys(self._row(*place) for place in crew.reload_places)) for crew in day.crews]
        self.breaks = [None if crew.break_place is None else self._row(*crew.break_place) for crew in day.crews]
        self.jobs = self._job_rows()
        if len(self._rows) > MOST_PLACES:
            raise RefusedInput(
                f"The day has {len(self._rows):,} places and at most {MOST_PLACES:,} can be planned at once; "
                "take fewer with --limit, or by service or department."
            )
        self.lat = np.array([lat for lat, _ in self._rows])
        self.lon = np.array([lon for _, lon in self._rows])

    def _row(self, lat: float, lon: float) -> int:
        return self._rows.setdefault((lat, lon), len(self._rows))

    def _job_rows(self) -> list[int]:
        """One row a job; those of one address, a few metres apart, share the first one's."""
        first: dict[str, DayJob] = {}
        rows = []
        for job in self.day.jobs:
            key = " ".join(job.address.casefold().split())
            known = first.setdefault(key, job) if key else job
            near = abs(known.lat - job.lat) <= NEAR_DEGREES and abs(known.long - job.long) <= NEAR_DEGREES
            self.addresses.append(key if near else "")
            rows.append(self._row(known.lat, known.long) if near else self._row(job.lat, job.long))
        return rows


def problem_of(places: DayPlaces, duration_s: np.ndarray, distance_m: np.ndarray) -> Problem:
    """The planning problem; RefusedInput for a job tied to one that is not there, GeoError for a broken rule."""
    from geo.vrp import Problem, Travel

    day = places.day
    number = {job.name: n for n, job in enumerate(day.jobs)}
    crews = tuple(_crew(places, n, crew) for n, crew in enumerate(day.crews))
    jobs = tuple(_job(places, n, job, number) for n, job in enumerate(day.jobs))
    return Problem(crews, jobs, (Travel(duration_s, distance_m),))


def _crew(places: DayPlaces, n: int, crew: DayCrew) -> Crew:
    from geo.vrp import Crew

    return Crew(
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
    )


def _job(places: DayPlaces, n: int, job: DayJob, number: dict[str, int]) -> Job:
    from geo.vrp import Job

    for other in (*job.after, *([job.with_job] if job.with_job else [])):
        if other not in number:
            raise RefusedInput(f"Job {job.name} is tied to a job {other} that is not planned; correct its name.")
    return Job(
        name=job.name,
        location=places.jobs[n],
        service_s=job.service_s,
        priority=job.priority,
        skills=job.skills,
        load=job.load,
        earliest_s=job.earliest_s,
        latest_s=job.latest_s,
        equipment=job.equipment,
        crews_needed=job.crews_needed,
        after=tuple(number[other] for other in job.after),
        with_job=number[job.with_job] if job.with_job else None,
        forbidden_crews=frozenset(n for n, crew in enumerate(places.day.crews) if crew.name in job.forbidden_crews),
        address=places.addresses[n],
    )
