"""What is left of a day: where each crew stands at a moment, and the problem that begins there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from geo.errors import GeoError
from geo.vrp_plan import PlannedDay, Route, Visit
from geo.vrp_problem import Crew, Job, Problem

NOBODY = -1


@dataclass(frozen=True, slots=True)
class CrewNow:
    """Where a crew stands. `done` are its finished jobs in order; a running stop (at it, or on the way) stays its own.

    It can do something new from free_s on at `place` (a row of the matrices). An absent crew does nothing any more.
    """

    place: int
    free_s: int
    done: tuple[int, ...] = ()
    running: int | None = None
    break_over: bool = False
    load: float = 0.0
    late_s: int = 0
    absent: bool = False

    @property
    def behind(self) -> tuple[int, ...]:
        """The jobs that no replan touches."""
        return self.done if self.running is None else (*self.done, self.running)


@dataclass(frozen=True, slots=True, eq=False)
class Rest:
    """The rest of a day as a problem of its own; `crews` and `jobs` are their numbers in the whole day.

    home is the crew (of the rest) that has each job in the running plan and is still there, else NOBODY; orders are
    what is left of the plan's own orders.
    """

    problem: Problem
    crews: tuple[int, ...]
    jobs: tuple[int, ...]
    home: tuple[int, ...]
    orders: tuple[tuple[int, ...], ...]
    planned: frozenset[int]

    @property
    def untouched(self) -> frozenset[int]:
        """Jobs of the plan whose crew is still there: those whose changes of crew are counted."""
        return frozenset(job for job, crew in enumerate(self.home) if crew != NOBODY)


def standing(
    problem: Problem,
    plan: PlannedDay,
    now_s: int,
    *,
    absent: frozenset[int] = frozenset(),
    late_s: Mapping[int, int] | None = None,
    done: frozenset[int] = frozenset(),
) -> tuple[CrewNow, ...]:
    """Where every crew stands by the clock of the plan, each late by late_s; jobs in `done` are over whatever it says.

    A crew that has left for a stop makes it; an absent crew's running stop is nobody's again.
    """
    late = late_s or {}
    return tuple(
        _stands(problem, crew, plan.routes[n], now_s, late.get(n, 0), n in absent, done)
        for n, crew in enumerate(problem.crews)
    )


def _stands(
    problem: Problem, crew: Crew, route: Route, now_s: int, late_s: int, absent: bool, told: frozenset[int]
) -> CrewNow:
    planned_now = now_s - late_s  # the moment of the plan that the crew has reached
    done: list[int] = []
    running: int | None = None
    place, free = crew.start, max(now_s, crew.shift_start_s + late_s)
    load = 0.0
    for stop in route.stops:
        over = stop.departure_s <= planned_now or stop.job in told
        if not over and (absent or not _left_for(stop, planned_now, crew)):
            break
        place = stop.place
        load = 0.0 if stop.kind == "reload" else load + (problem.jobs[stop.job].load if stop.kind == "job" else 0.0)
        if not over:
            running = stop.job if stop.kind == "job" else None
            free = max(now_s, round(stop.departure_s + late_s + 0.5))
            break
        if stop.kind == "job":
            done.append(stop.job)
    pause = route.break_start_s
    paused = pause is not None and pause <= planned_now
    if pause is not None and paused and running is None:
        free = max(free, round(pause + late_s + crew.break_s))
    if running is not None and pause is not None and not paused:
        paused = pause <= next(stop.service_start_s for stop in route.visits if stop.job == running)
    return CrewNow(place, free, tuple(done), running, paused or not crew.break_s, load, late_s, absent)


def _left_for(stop: Visit, moment: float, crew: Crew) -> bool:
    """Whether a crew has left for a stop; nobody has before the shift begins."""
    return stop.arrival_s - stop.leg_drive_s <= moment and crew.shift_start_s <= moment


def rest_of_day(problem: Problem, plan: PlannedDay, now: Sequence[CrewNow]) -> Rest:
    """The problem that is left: what is done or running is gone, each crew begins where it stands.

    The problem may hold more jobs than the plan knew: they are new. A crew that is absent, or cannot do anything and
    be back in time, is not part of it.
    """
    behind = {job for crew in now for job in crew.behind}
    jobs = tuple(job for job in range(len(problem.jobs)) if job not in behind)
    here = {job: at for at, job in enumerate(jobs)}
    crews = tuple(n for n, crew in enumerate(problem.crews) if _can_go_on(problem, crew, now[n]))
    orders = tuple(tuple(_order_left(problem.crews[n], plan.routes[n], now[n], here)) for n in crews)
    crew_number = {crew: at for at, crew in enumerate(crews)}
    home = _homes(problem, jobs, here, crew_number, orders)
    left = tuple(_job_now(problem.jobs[job], here, crew_number) for job in jobs)
    teams = tuple(_crew_now(problem.crews[n], now[n], here) for n in crews)
    planned = frozenset(here[visit.job] for route in plan.routes for visit in route.visits if visit.job in here)
    whole = Problem(teams, left, problem.travels) if teams else None
    if whole is None:
        raise GeoError("No crew can go on today: all are absent or at the end of their shift.")
    return Rest(whole, crews, jobs, home, orders, planned)


def _order_left(crew: Crew, route: Route, now: CrewNow, here: Mapping[int, int]) -> Iterator[int]:
    """The stops to come, in the numbers of the rest; -1 - r is a reload at the crew's r-th place."""
    for stop in route.stops:
        if stop.kind == "job" and stop.job in here:
            yield here[stop.job]
        elif stop.kind == "reload" and stop.arrival_s + now.late_s >= now.free_s:
            yield -1 - crew.reloads.index(stop.place)


def _homes(
    problem: Problem,
    jobs: Sequence[int],
    here: Mapping[int, int],
    crew_number: Mapping[int, int],
    orders: Sequence[Sequence[int]],
) -> tuple[int, ...]:
    """The crew of each job; nobody's where a person has locked it to another one, whose change is not ours."""
    home = [NOBODY] * len(jobs)
    for crew, order in enumerate(orders):
        for job in order:
            if job >= 0:
                home[job] = crew
    locked = {(here[job], at) for n, at in crew_number.items() for job in problem.crews[n].locked_jobs if job in here}
    for at, job in enumerate(jobs):
        whom = problem.jobs[job].locked_crew
        if whom is not None and whom in crew_number:
            locked.add((at, crew_number[whom]))
    for job, crew in locked:
        home[job] = crew if home[job] == crew else NOBODY
    return tuple(home)


def _can_go_on(problem: Problem, crew: Crew, now: CrewNow) -> bool:
    back = now.free_s + float(problem.travel_of(crew).duration_s[now.place, crew.end])
    return not now.absent and back < crew.latest_return_s


def _crew_now(crew: Crew, now: CrewNow, here: Mapping[int, int]) -> Crew:
    """The crew from where it stands; a break whose window would close before it is free comes as soon as it can."""
    locked = tuple(here[job] for job in crew.locked_jobs if job in here)
    rest = 0 if now.break_over else crew.break_s
    opens, closes = crew.break_window()
    return replace(
        crew,
        start=now.place,
        shift_start_s=now.free_s,
        shift_end_s=max(crew.shift_end_s, now.free_s + 1),
        overtime_s=max(0, crew.latest_return_s - max(crew.shift_end_s, now.free_s + 1)),
        capacity=None if crew.capacity is None else max(0.0, crew.capacity - now.load),
        max_stops=None if crew.max_stops is None else max(0, crew.max_stops - len(now.behind)),
        break_s=rest,
        break_start_s=opens if rest else None,
        break_end_s=max(closes, now.free_s + rest) if rest else None,
        locked_jobs=locked,
        locked_whole=crew.locked_whole,
    )


def crew_from(crew: Crew, now: CrewNow) -> Crew:
    """The crew as it is from where it stands, whatever it was locked to."""
    return _crew_now(crew, now, {})


def _job_now(job: Job, here: Mapping[int, int], crew: Mapping[int, int]) -> Job:
    """The job in the numbers of the rest; what it waited for and is done binds it no more."""

    def known(crews: Iterable[int]) -> frozenset[int]:
        return frozenset(crew[n] for n in crews if n in crew)

    allowed = None if job.allowed_crews is None else known(job.allowed_crews)
    nobody_left = allowed is not None and not allowed
    return replace(
        job,
        after=tuple(here[other] for other in job.after if other in here),
        with_job=here.get(job.with_job) if job.with_job is not None else None,
        allowed_crews=None if nobody_left else allowed,
        forbidden_crews=frozenset(crew.values()) if nobody_left else known(job.forbidden_crews),
        locked_crew=crew.get(job.locked_crew) if job.locked_crew is not None else None,
    )
