"""The plan without optimisation that figures are compared with: by deadline, each to the nearest crew."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geo.vrp_plan import LeftOut, PlannedDay
from geo.vrp_problem import Problem
from geo.vrp_soft_day import SoftDay, cost_of, soft_day

WORDS = "No crew that can do it had room at the end of its day when its turn came."


def naive_day(problem: Problem, turns: Sequence[int]) -> SoftDay:
    """What a dispatcher without a computer does: each job in turn is put at the end of the day of the crew that is

    nearest to it then and can still do it within its rules; nobody's order changes afterwards. Jobs for two crews at
    once, and jobs that only go with another that found no crew, are left out. It breaks no rule.
    """
    day = soft_day(problem, [()] * len(problem.crews))
    for job in turns:
        if problem.jobs[job].crews_needed == 1:
            day = _put(problem, day, job)
    return _only_whole_pairs(day)


def naive_plan(problem: Problem, turns: Sequence[int]) -> PlannedDay:
    """The same as a plan, valid to the checker."""
    day = naive_day(problem, turns)
    served = {job for order in day.orders for job in order}
    left = tuple(LeftOut(job, "price", WORDS) for job in range(len(problem.jobs)) if job not in served)
    routes = tuple(route.route for route in day.routes)
    return PlannedDay(routes, left, cost_of(problem, routes, [one.job for one in left]), 0, 0.0)


def _put(problem: Problem, day: SoftDay, job: int) -> SoftDay:
    place = problem.jobs[job].location
    last = [
        problem.jobs[order[-1]].location if order else crew.start
        for crew, order in zip(problem.crews, day.orders, strict=True)
    ]
    near = [float(problem.travel_of(crew).duration_s[at, place]) for crew, at in zip(problem.crews, last, strict=True)]
    done = {other for order in day.orders for other in order}
    if not set(problem.jobs[job].after) <= done:
        return day
    for crew in np.argsort(near, kind="stable"):
        if not np.isfinite(near[crew]):
            break
        orders = [(*order, job) if at == crew else order for at, order in enumerate(day.orders)]
        tried = day.with_orders(orders)
        if not tried.routes[crew].breaches and not _broken(tried):
            return tried
    return day


def _broken(day: SoftDay) -> bool:
    """Whether a tie is broken that no later turn could mend."""
    return any(breach.kind != "pair" for breach in day.ties) or any(route.breaches for route in day.routes)


def _only_whole_pairs(day: SoftDay) -> SoftDay:
    """Without the jobs of which the other half found no place with the same crew, and what waits for them."""
    while day.breaches:
        gone = {breach.job for breach in day.breaches}
        day = day.with_orders([tuple(job for job in order if job not in gone) for order in day.orders])
    return day
