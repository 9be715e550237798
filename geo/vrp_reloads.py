"""Where a crew unloads on its way: the least detour by which no trip is too heavy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from geo.vrp_problem import Crew, Problem


def with_reloads(problem: Problem, crew: Crew, jobs: Sequence[int]) -> list[int] | None:
    """The jobs in their order with reloads between them; None when no reloads make the loads fit.

    The shortest way through the splits of the order into trips (Beasley 1983, route first, cluster second).
    """
    capacity = np.inf if crew.capacity is None else crew.capacity + 1e-9
    loads = [problem.jobs[job].load for job in jobs]
    if sum(loads) <= capacity:
        return list(jobs)
    most = len(jobs) if crew.max_reloads is None else min(crew.max_reloads, len(jobs))
    if not crew.reloads or not most or max(loads) > capacity:
        return None
    detours = _detours(problem, crew, jobs)
    # cost[k][i]: the least detour to have i jobs behind and k reloads made, the last of them right there.
    cost = np.full((most + 1, len(jobs) + 1), np.inf)
    came = np.zeros((most + 1, len(jobs) + 1), dtype=int)
    cost[0, 0] = 0.0
    for reload in range(1, most + 1):
        for end in range(1, len(jobs)):
            _extend(cost, came, reload, end, loads, capacity, detours[end - 1][0])
    return _read(jobs, loads, capacity, cost, came, detours)


def unloadings(problem: Problem, crew: Crew, order: Sequence[int], at: int, job: int) -> Iterator[list[int]]:
    """Orders with a job in a gap: all reloads placed anew, or one more anywhere beside those there are."""
    anew = with_reloads(problem, crew, [stop for stop in [*order[:at], job, *order[at:]] if stop >= 0])
    if anew is not None:
        yield anew
    made = [*order[:at], job, *order[at:]]
    for gap in range(1, len(made)):
        if made[gap - 1] >= 0 and made[gap] >= 0:
            yield from ([*made[:gap], -1 - place, *made[gap:]] for place in range(len(crew.reloads)))


def _extend(
    cost: np.ndarray, came: np.ndarray, reload: int, end: int, loads: Sequence[float], capacity: float, detour: float
) -> None:
    load, begin = 0.0, end - 1
    while begin >= 0 and load + loads[begin] <= capacity:
        load += loads[begin]
        if cost[reload - 1, begin] + detour < cost[reload, end]:
            cost[reload, end], came[reload, end] = cost[reload - 1, begin] + detour, begin
        begin -= 1


def _read(
    jobs: Sequence[int],
    loads: Sequence[float],
    capacity: float,
    cost: np.ndarray,
    came: np.ndarray,
    detours: Sequence[tuple[float, int]],
) -> list[int] | None:
    last = [at for at in range(len(jobs)) if sum(loads[at:]) <= capacity]
    ends = [
        (cost[reload, at], reload, at) for reload in range(len(cost)) for at in last if np.isfinite(cost[reload, at])
    ]
    if not ends:
        return None
    _, reload, at = min(ends)
    order = list(jobs)
    while reload:
        order.insert(at, -1 - detours[at - 1][1])
        at, reload = int(came[reload, at]), reload - 1
    return order


def _detours(problem: Problem, crew: Crew, jobs: Sequence[int]) -> list[tuple[float, int]]:
    """For each gap between two jobs the least detour by a place to unload, and which."""
    drive = problem.travel_of(crew).duration_s
    found = []
    for one, other in pairwise(jobs):
        a, b = problem.jobs[one].location, problem.jobs[other].location
        ways = [(float(drive[a, p]) + float(drive[p, b]) - float(drive[a, b]), at) for at, p in enumerate(crew.reloads)]
        found.append(min(ways))
    return found
