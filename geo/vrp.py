"""Plan a day: PyVRP searches, our clock places breaks, insertions fill what is left, the checker has the last word.

PyVRP: Wouda, Lan and Kool 2024, doi 10.1287/ijoc.2023.0055.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from geo.progress import Progress, ShouldStop, Stopped, never, silent
from geo.vrp_check import check
from geo.vrp_plan import LeftOut, PlannedDay, Route, Visit
from geo.vrp_problem import Crew, Job, Problem, Travel
from geo.vrp_reasons import best_insertion, fits_load, reasons
from geo.vrp_schedule import timed

__all__ = ["Crew", "Job", "LeftOut", "PlannedDay", "Problem", "Route", "Travel", "Visit", "plan_day"]

# The first penalties of PyVRP are made for metres; with seconds of lateness they freeze the search.
MAX_PENALTY = 1000
HISTORY_LENGTH = 20
FAR_S = 4 * 86_400  # stands for "no way leads there" in whole seconds
LOAD_SCALE = 100


class PlanFault(AssertionError):
    """A plan failed the independent checker: a fault of ours, never shown as a plan."""


def plan_day(
    problem: Problem,
    *,
    seconds: float | None = 10.0,
    iterations: int | None = None,
    seed: int = 1,
    progress: Progress = silent,
    should_stop: ShouldStop = never,
) -> PlannedDay:
    """Plan a day within seconds or iterations; the same seed and iterations give the same plan.

    Stopping ends the search with the best plan so far only when `iterations` and `seconds` are spent; `should_stop`
    raises Stopped. PlanFault when the checker finds a fault.
    """
    started = time.perf_counter()
    search = _Stop(seconds, iterations, should_stop, progress)
    routes, told = _search(problem, search, seed) if problem.jobs else ([[] for _ in problem.crews], ())
    if should_stop():
        raise Stopped("The planning was stopped.")
    routes = _possible(problem, routes)
    routes = _fill(problem, routes)
    served = {job for route in routes for job in route}
    left = [job for job in range(len(problem.jobs)) if job not in served]
    made = tuple(_clock(problem, n, route) for n, route in enumerate(routes))
    cost = round(sum(route.drive_s for route in made)) + sum(problem.jobs[job].prize_s for job in left)
    plan = PlannedDay(
        made, tuple(reasons(problem, routes, left)), cost, search.count, time.perf_counter() - started, tuple(told)
    )
    faults = check(problem, plan)
    if faults:
        raise PlanFault(f"The plan fails its checker: {'; '.join(faults[:5])}")
    return plan


def _clock(problem: Problem, number: int, route: Sequence[int]) -> Route:
    made = timed(problem, problem.crews[number], route)
    assert made is not None, "a route that was kept has a clock"
    return made


class _Stop:
    """PyVRP's stopping criterion: seconds, iterations, or a person."""

    def __init__(
        self, seconds: float | None, iterations: int | None, should_stop: ShouldStop, progress: Progress
    ) -> None:
        self._seconds, self._iterations = seconds, iterations
        self._should_stop, self._progress = should_stop, progress
        self._begin = time.perf_counter()
        self.count = 0
        self.cost = 0

    def elapsed_s(self) -> float:
        """Seconds of search."""
        return time.perf_counter() - self._begin

    def __call__(self, best_cost: float) -> bool:
        self.count += 1
        if self.count % 50 == 0:
            self._tell()
            if self._should_stop():
                return True
        if self._iterations is not None:
            return self.count > self._iterations
        return self._seconds is not None and self.elapsed_s() >= self._seconds

    def _tell(self) -> None:
        whole = self._iterations or self._seconds or 1
        spent = self.count if self._iterations else self.elapsed_s()
        self._progress(min(1.0, spent / whole), f"Best plan so far costs {self.cost:,}")


def _search(problem: Problem, stop: _Stop, seed: int) -> tuple[list[list[int]], list[tuple[float, int]]]:
    """The routes PyVRP finds, one a crew, and when each better one came."""
    import pyvrp

    told: list[tuple[float, int]] = []

    class Best(pyvrp.IteratedLocalSearchCallbacks):
        def on_best(self, best: Any) -> None:
            stop.cost = int(best.distance_cost()) + int(best.uncollected_prizes())
            told.append((round(stop.elapsed_s(), 3), stop.cost))

    parameters = pyvrp.SolveParams(
        ils=pyvrp.IteratedLocalSearchParams(history_length=HISTORY_LENGTH, callbacks=Best()),
        penalty=pyvrp.PenaltyParams(max_penalty=MAX_PENALTY),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a penalty at its bound is what the bound is for
        result = pyvrp.solve(
            _model(problem), stop=stop, seed=seed, collect_stats=False, display=False, params=parameters
        )
    routes: list[list[int]] = [[] for _ in problem.crews]
    for route in result.best.routes():
        routes[route.vehicle_type()] = [act.idx for act in route.schedule() if act.is_client()]
    return routes, told


def _model(problem: Problem) -> Any:
    """The day in PyVRP's terms: crews are vehicle types, skills forbidden edges, breaks shorter shifts and windows."""
    import pyvrp

    drive = np.ceil(np.where(np.isfinite(problem.travels[0].duration_s), problem.travels[0].duration_s, FAR_S)).astype(
        np.int64
    )
    np.fill_diagonal(drive, 0)
    places = [pyvrp.Location(0, 0) for _ in range(len(drive))]
    depots = sorted({place for crew in problem.crews for place in (crew.start, crew.end)})
    loads = any(job.load for job in problem.jobs)
    clients = [_client(pyvrp, problem, job, loads) for job in problem.jobs]
    profiles: dict[frozenset[int], int] = {}
    crews = [_vehicle(pyvrp, problem, crew, depots, profiles, loads) for crew in problem.crews]
    forbidden_cost = 1 + max((job.prize_s for job in problem.jobs), default=0)
    costs: Any = [_forbid(drive, problem, jobs, forbidden_cost) for jobs in profiles]
    times: Any = [drive] * len(profiles)
    return pyvrp.ProblemData(places, clients, [pyvrp.Depot(place) for place in depots], crews, costs, times)


def _client(pyvrp: Any, problem: Problem, job: Job, loads: bool) -> Any:
    opens, closes = job.windows_s[0]
    shorter = max((crew.break_s for crew in problem.crews if _meets_break(crew, job)), default=0)
    return pyvrp.Client(
        job.location,
        delivery=[_load(job.load)] if loads else [],
        service_duration=job.service_s,
        tw_early=opens,
        tw_late=max(opens, closes - shorter) if job.latest_s is not None else closes,
        prize=job.prize_s,
        required=False,
    )


def _meets_break(crew: Crew, job: Job) -> bool:
    """Whether the break may push this job beyond its window."""
    return crew.break_s > 0 and job.skills <= crew.skills and job.windows_s[-1][1] > crew.break_window()[0]


def _load(amount: float) -> int:
    return int(np.ceil(round(amount * LOAD_SCALE, 6)))


def _vehicle(
    pyvrp: Any,
    problem: Problem,
    crew: Crew,
    depots: Sequence[int],
    profiles: dict[frozenset[int], int],
    loads: bool,
) -> Any:
    unable = frozenset(n for n, job in enumerate(problem.jobs) if not job.skills <= crew.skills)
    most = sum(_load(job.load) for job in problem.jobs)
    return pyvrp.VehicleType(
        1,
        capacity=[most if crew.capacity is None else int(crew.capacity * LOAD_SCALE + 1e-6)] if loads else [],
        start_depot=depots.index(crew.start),
        end_depot=depots.index(crew.end),
        tw_early=crew.shift_start_s,
        tw_late=max(crew.shift_start_s, crew.shift_end_s - crew.break_s),
        profile=profiles.setdefault(unable, len(profiles)),
    )


def _forbid(drive: np.ndarray, problem: Problem, jobs: frozenset[int], cost: int) -> np.ndarray:
    """Driving costs of one profile: what it cannot do costs more to enter than it is worth."""
    costs = drive.copy()
    for job in jobs:
        column = problem.jobs[job].location
        costs[:, column] = drive[:, column] + cost
    np.fill_diagonal(costs, 0)
    return costs


def _possible(problem: Problem, routes: list[list[int]]) -> list[list[int]]:
    """The routes without what the clock, skills or loads forbid, the least worth going first."""
    return [_possible_route(problem, crew, list(route)) for crew, route in zip(problem.crews, routes, strict=True)]


def _possible_route(problem: Problem, crew: Crew, route: list[int]) -> list[int]:
    route = [job for job in route if problem.jobs[job].skills <= crew.skills]
    while route and (not fits_load(problem, crew, route) or timed(problem, crew, route) is None):
        ends = [(problem.jobs[job].prize_s, at) for at, job in enumerate(route)]
        mends = [at for _, at in sorted(ends) if timed(problem, crew, [*route[:at], *route[at + 1 :]]) is not None]
        route.pop(mends[0] if mends else min(ends)[1])
    return route


def _fill(problem: Problem, routes: list[list[int]]) -> list[list[int]]:
    """Insert what still fits and is worth its way, the most urgent first."""
    served = {job for route in routes for job in route}
    left = [job for job in range(len(problem.jobs)) if job not in served]
    for job in sorted(left, key=lambda j: (-problem.jobs[j].prize_s, j)):
        best: tuple[float, int, list[int]] | None = None
        for n, route in enumerate(routes):
            found = best_insertion(problem, n, route, job)
            if found is None:
                continue
            before = timed(problem, problem.crews[n], route)
            extra = found[0].drive_s - (before.drive_s if before is not None else 0.0)
            if extra <= problem.jobs[job].prize_s and (best is None or extra < best[0]):
                best = (extra, n, found[1])
        if best is not None:
            routes[best[1]] = best[2]
    return routes
