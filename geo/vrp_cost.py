"""What a plan costs: seconds driven, overtime at its price, worth lost by waiting, and prizes of what is left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from geo.vrp_plan import Route
from geo.vrp_problem import Problem


def plan_cost(problem: Problem, routes: Sequence[Route], left: Iterable[int]) -> int:
    """Whole seconds; one route a crew, in the order of the crews; `left` are the jobs that nobody does."""
    cost = float(sum(problem.jobs[job].prize_s for job in left))
    for crew, route in zip(problem.crews, routes, strict=True):
        cost += route.drive_s + route.overtime_s * crew.overtime_price
        cost += sum(problem.jobs[visit.job].lost_s(crew.day) for visit in route.visits)
    return round(cost)
