"""The plan without optimisation that figures are compared with: by deadline, each to the nearest crew."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from geo.vrp_cost import plan_cost
from geo.vrp_plan import LeftOut, PlannedDay
from geo.vrp_problem import Problem
from geo.vrp_schedule import timed
from geo.vrp_soft import rule_breaches
from geo.vrp_soft_day import SoftDay, soft_day

WORDS = "No crew that can do it had room at the end of its day when its turn came."


def naive_day(problem: Problem, turns: Sequence[int], pause: Callable[[], None] = lambda: None) -> SoftDay:
    """What a dispatcher without a computer does: each job in turn is put at the end of the day of the crew that is

    nearest to it then and can still do it within its rules; nobody's order changes afterwards. Jobs for two crews at
    once, and jobs that only go with another that found no crew, are left out. It breaks no rule.
    `pause` is called now and then.
    """
    ends = _Ends(problem)
    for turn, job in enumerate(turns):
        if turn % 100 == 0:
            pause()
        if problem.jobs[job].crews_needed == 1 and set(problem.jobs[job].after) <= ends.done:
            ends.put(job)
    day = soft_day(problem, ends.orders)
    while day.breaches:  # half a pair, or one that the wait for another crew made late
        gone = {breach.job for breach in day.breaches} | {
            ends.orders[breach.crew][-1] for breach in day.breaches if breach.job < 0 and ends.orders[breach.crew]
        }
        ends.orders = [[job for job in order if job not in gone] for order in ends.orders]
        day = soft_day(problem, ends.orders)
    return day


def naive_plan(problem: Problem, turns: Sequence[int]) -> PlannedDay:
    """The same as a plan, valid to the checker."""
    day = naive_day(problem, turns)
    served = {job for order in day.orders for job in order}
    left = tuple(LeftOut(job, "price", WORDS) for job in range(len(problem.jobs)) if job not in served)
    routes = tuple(route.route for route in day.routes)
    return PlannedDay(routes, left, plan_cost(problem, routes, [one.job for one in left]), 0, 0.0)


class _Ends:
    """Where each crew's day ends so far, and from when on the crew is free there."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.orders: list[list[int]] = [[] for _ in problem.crews]
        self.done: set[int] = set()
        self._place = np.array([crew.start for crew in problem.crews])
        self._free_s = np.array([crew.shift_start_s for crew in problem.crews], dtype=float)
        self._end = np.array([crew.end for crew in problem.crews])
        self._latest_s = np.array([crew.latest_return_s for crew in problem.crews], dtype=float)
        self._travel = np.array([crew.travel for crew in problem.crews])

    def put(self, job: int) -> None:
        """Give a job to the nearest crew that can still do it; to nobody where none can."""
        known = self.problem.jobs[job]
        there, home = np.empty(len(self._place)), np.empty(len(self._place))
        for number, travel in enumerate(self.problem.travels):
            mine = self._travel == number
            there[mine] = travel.duration_s[self._place[mine], known.location]
            home[mine] = travel.duration_s[known.location, self._end[mine]]
        opens = known.windows_s[0][0]
        back = np.maximum(self._free_s + there, opens) + known.service_s + home
        for crew in np.argsort(there, kind="stable"):
            if np.isfinite(there[crew]) and back[crew] <= self._latest_s[crew] and self._took(int(crew), job):
                return

    def _took(self, crew: int, job: int) -> bool:
        order, team = [*self.orders[crew], job], self.problem.crews[crew]
        if rule_breaches(self.problem, crew, order):
            return False
        route = timed(self.problem, team, order)
        if route is None:
            return False
        last = route.visits[-1]
        self.orders[crew], self._place[crew] = order, self.problem.jobs[job].location
        self._free_s[crew] = last.departure_s
        self.done.add(job)
        return True
