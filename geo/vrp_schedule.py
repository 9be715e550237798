"""The clock of one route: arrivals, waits, services and the break, or that it cannot be done."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geo.vrp_plan import Route, Visit
from geo.vrp_problem import Crew, Problem


def timed(problem: Problem, crew: Crew, jobs: Sequence[int]) -> Route | None:
    """The route that visits the jobs in this order and is back soonest; None when shift, windows or break forbid it.

    The crew leaves at the start of its shift. The break is tried before each service, before leaving, and before
    the way back, as early as its window allows.
    """
    if not jobs:
        return Route(return_s=float(crew.shift_start_s))
    if not crew.break_s:
        return _walk(problem, crew, jobs, None)
    best: Route | None = None
    for gap in range(len(jobs) + 2):
        route = _walk(problem, crew, jobs, gap)
        if route is not None and (best is None or route.return_s < best.return_s):
            best = route
    return best


def _walk(problem: Problem, crew: Crew, jobs: Sequence[int], gap: int | None) -> Route | None:
    """The clock with the break in a gap: before service `gap`, before the way back, or (the last one) at the depot."""
    clock, place = float(crew.shift_start_s), crew.start
    visits: list[Visit] = []
    pause: float | None = None
    drive = wait = way = 0.0
    for at, job_index in enumerate(jobs):
        job = problem.jobs[job_index]
        leg, metres = (
            float(problem.travel_of(crew).duration_s[place, job.location]),
            float(problem.travel_of(crew).distance_m[place, job.location]),
        )
        arrival = clock + leg
        ready = arrival
        if gap == at:
            pause = _pause_start(crew, arrival)
            if pause is None:
                return None
            ready = pause + crew.break_s
        opens, closes = job.windows_s[0]
        start = max(ready, opens)
        if start > closes or not np.isfinite(start):
            return None
        clock, place = start + job.service_s, job.location
        drive, way = drive + leg, way + metres
        wait += start - arrival - (crew.break_s if gap == at else 0)
        visits.append(Visit(job_index, arrival, start, clock, leg, metres, place=place))
    if gap == len(jobs):
        pause = _pause_start(crew, clock)
        if pause is None:
            return None
        wait, clock = wait + pause - clock, pause + crew.break_s
    leg = float(problem.travel_of(crew).duration_s[place, crew.end])
    back = clock + leg
    if gap == len(jobs) + 1:
        pause = _pause_start(crew, back)
        if pause is None:
            return None
    ends = back if gap != len(jobs) + 1 or pause is None else pause + crew.break_s
    if not ends <= crew.shift_end_s:
        return None
    way += float(problem.travel_of(crew).distance_m[place, crew.end])
    return Route(tuple(visits), pause, back, drive + leg, wait, way)


def _pause_start(crew: Crew, free_s: float) -> float | None:
    """When the break starts at the earliest once the crew is free; None when it no longer fits."""
    opens, closes = crew.break_window()
    start = max(free_s, float(opens))
    return start if start + crew.break_s <= closes else None
