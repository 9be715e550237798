"""A replan of a day with rules between jobs: the planner itself, most jobs bound to the crews they have.

At most so many jobs may go elsewhere as may change crew, chosen before: those that their crew can no longer hold, then
those that lie nearest to another crew's stops. So the bound holds whatever the planner finds.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from geo.progress import Progress, ShouldStop
from geo.vrp import plan_day
from geo.vrp_plan import PlannedDay
from geo.vrp_problem import Job
from geo.vrp_replan_start import possible
from geo.vrp_rest import Rest

FAR_S = 1e7
GAINS_MOST_S = 1e6


def replan_ruled(
    rest: Rest,
    allowed: int,
    seconds: float | None,
    iterations: int | None,
    seed: int,
    progress: Progress,
    should_stop: ShouldStop,
) -> tuple[PlannedDay, frozenset[int]]:
    """The rest of the day, and the jobs that were bound to their crews."""
    bound = rest.untouched - frozenset(_movable(rest)[:allowed])
    jobs = tuple(_bound(rest, at, job) if at in bound else job for at, job in enumerate(rest.problem.jobs))
    whole = replace(rest.problem, jobs=jobs)
    begin = [[stop for stop in order if stop >= 0] for order in rest.orders]
    plan = plan_day(
        whole,
        seconds=seconds,
        iterations=iterations,
        seed=seed,
        progress=progress,
        should_stop=should_stop,
        begin=begin,
    )
    return plan, bound


def _bound(rest: Rest, number: int, job: Job) -> Job:
    """The job, only for the crews that have it."""
    crews = frozenset(crew for crew, order in enumerate(rest.orders) if number in order)
    return replace(job, allowed_crews=crews - job.forbidden_crews or crews, forbidden_crews=frozenset())


def _movable(rest: Rest) -> list[int]:
    """The untouched jobs of one crew, those first that gain most by another."""
    problem = rest.problem
    drive = np.minimum(problem.travels[0].duration_s, FAR_S)
    stops = [np.array([problem.jobs[job].location for job in order if job >= 0]) for order in rest.orders]
    late = {n for n, order in enumerate(rest.orders) if not possible(problem, n, order)}
    gain: dict[int, float] = {}
    for job in rest.untouched:
        if problem.jobs[job].crews_needed > 1:
            continue
        here, home = problem.jobs[job].location, rest.home[job]
        others = [drive[here, at].min() for n, at in enumerate(stops) if n != home and len(at)]
        own = drive[here, stops[home]]
        nearest = float(np.sort(own)[1]) if len(own) > 1 else GAINS_MOST_S
        gain[job] = nearest - min(others, default=GAINS_MOST_S) + (GAINS_MOST_S if home in late else 0.0)
    return sorted(gain, key=lambda job: (-gain[job], job))
