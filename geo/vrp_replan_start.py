"""What still holds of a running plan: its orders with the locks in front, without what the clock no longer allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from geo.vrp_plan import BrokenLock
from geo.vrp_problem import Crew, Job, Problem
from geo.vrp_rest import Rest
from geo.vrp_schedule import timed


@dataclass(slots=True)
class Held:
    """Orders that hold, locks that cannot, jobs that their own crew could not keep, crews that no search touches."""

    orders: list[list[int]] = field(default_factory=list)
    broken: list[BrokenLock] = field(default_factory=list)
    fell: list[int] = field(default_factory=list)
    frozen: frozenset[int] = frozenset()
    gone: frozenset[int] = frozenset()  # tied jobs that fell, with all that hangs on them: not planned again


def held(rest: Rest) -> Held:
    """The orders of the running plan as far as they hold, the least worth going first."""
    start = Held()
    whose = {job: number for number, crew in enumerate(rest.problem.crews) for job in crew.locked_jobs}
    for number, crew in enumerate(rest.problem.crews):
        locked = list(crew.locked_jobs)
        free = [job for job in rest.orders[number] if job < 0 or _stays(rest.problem.jobs[job], number, whose.get(job))]
        _hold(rest.problem, number, locked, [] if crew.locked_whole else free, start)
    start.frozen = frozenset(n for n, crew in enumerate(rest.problem.crews) if _frozen(crew, start.orders[n]))
    start.gone = _hangs_on(rest, {job for job in start.fell if job in rest.tied})
    start.orders = [[job for job in order if job not in start.gone] for order in start.orders]
    return start


def _stays(job: Job, number: int, locked_to: int | None) -> bool:
    return locked_to is None and job.locked_crew in (None, number)


def _frozen(crew: Crew, order: Sequence[int]) -> bool:
    """Whether the search leaves a crew as it is: it goes to unload, or has its break at a place."""
    return any(stop < 0 for stop in order) or (crew.break_s > 0 and crew.break_place is not None)


def _hold(problem: Problem, number: int, locked: list[int], free: list[int], start: Held) -> None:
    """One crew's order, shortened until the clock holds it."""
    crew = problem.crews[number]
    while (locked or free) and not possible(problem, crew, [*locked, *free]):
        if not any(stop >= 0 for stop in free) and locked:
            job = locked.pop()
            detail = f"{crew.name} can no longer do {problem.jobs[job].name} in its locked order."
            start.broken.append(BrokenLock(number, job, "order", detail))
            start.fell.append(job)
            continue
        if not any(stop >= 0 for stop in free):
            free.clear()
            continue
        at = _gives_way(problem, crew, locked, free)
        start.fell.append(free.pop(at))
    start.orders.append([*locked, *free])


def possible(problem: Problem, crew: Crew, order: Sequence[int]) -> bool:
    """Whether a crew can make these stops in this order: what it can do, what it may carry, and the clock."""
    jobs = [problem.jobs[stop] for stop in order if stop >= 0]
    if any(not able(crew, job) for job in jobs):
        return False
    if crew.max_stops is not None and len(jobs) > crew.max_stops:
        return False
    if crew.capacity is not None and not crew.reloads and sum(job.load for job in jobs) > crew.capacity + 1e-9:
        return False
    return timed(problem, crew, order) is not None


def able(crew: Crew, job: Job) -> bool:
    """Whether a crew has what a job needs."""
    return job.skills <= crew.skills and job.equipment <= crew.equipment


def _gives_way(problem: Problem, crew: Crew, locked: list[int], free: list[int]) -> int:
    """The place of the job that goes: the least worth of those without which the order holds, else the least worth."""
    worth = sorted((_worth(problem.jobs[stop]), at) for at, stop in enumerate(free) if stop >= 0)
    for _, at in worth:
        if possible(problem, crew, [*locked, *free[:at], *free[at + 1 :]]):
            return at
    return worth[0][1]


def _worth(job: Job) -> tuple[bool, int]:
    return job.locked_crew is not None or job.locked_start_s is not None, job.prize_s


def _hangs_on(rest: Rest, fell: set[int]) -> frozenset[int]:
    """Tied jobs that fell, and every job tied to them."""
    jobs = rest.problem.jobs
    gone = set(fell)
    while True:
        more = {at for at, job in enumerate(jobs) if at not in gone and {*job.after, job.with_job} & gone}
        more |= {job.with_job for at, job in enumerate(jobs) if at in gone and job.with_job is not None} - gone
        if not more:
            return frozenset(gone)
        gone |= more
