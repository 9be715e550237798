"""Replan the rest of a running day: what is done stays, locks hold exactly, few jobs change crew, and it says who.

The search is our own (geo/vrp_replan_kernels.py), for PyVRP knows no bound on how many clients change vehicle. It
begins with the plan that runs and never leaves the bound.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from geo.progress import Progress, ShouldStop, Stopped, never, silent
from geo.vrp_check import check
from geo.vrp_cost import plan_cost
from geo.vrp_draft import Draft
from geo.vrp_plan import LeftOut, PlannedDay, Route
from geo.vrp_problem import Problem
from geo.vrp_reasons import reasons
from geo.vrp_replan_ruled import replan_ruled
from geo.vrp_replan_search import Search
from geo.vrp_replan_start import Start, begin
from geo.vrp_rest import NOBODY, CrewNow, Rest, rest_of_day
from geo.vrp_schedule import timed

CHANGE_PRICE_S = 120  # what a change of crew must save in driving, however many are allowed
SLICE_S = 0.06  # how often the search looks up
LEAST_SEARCH_SHARE = 0.6  # of the seconds; what is left goes to reasons and checker
CHECK_S, REASON_S = 0.15, 0.005  # what they take: once, and for each job that is left out
RULED_SHARE = 0.9  # of the seconds goes to the planner, which finds its reasons by itself
FIRST_ROUNDS = 200
SEED_STEP = 1_000_003
BOUND_WORDS = "Its own crew cannot keep it, and no more jobs may change crew; allow more changes."
Orders = list[list[int]]
Breathe = Callable[[], None]


class ReplanFault(AssertionError):
    """A replan failed the checker, a lock or its bound: a fault of ours, never shown as a plan."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked: at most max_churn of the untouched jobs change crew, each at price_s seconds of driving.

    `iterations` instead of seconds gives the same plan every time.
    """

    max_churn: float = 0.10
    price_s: float = CHANGE_PRICE_S
    seconds: float = 5.0
    iterations: int | None = None
    seed: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Replanned:
    """The rest of the day, planned anew and checked. Jobs are numbered as in `rest`; changed are those untouched jobs

    that have another crew than before; fell are jobs that their own crew could no longer hold.
    """

    rest: Rest
    plan: PlannedDay
    changed: tuple[int, ...]
    allowed: int
    fell: tuple[int, ...]
    began_cost: int  # of the running plan with only what no longer holds taken out and the new filled in


def replan(
    problem: Problem,
    plan: PlannedDay,
    now: Sequence[CrewNow],
    wish: Wish | None = None,
    *,
    progress: Progress = silent,
    should_stop: ShouldStop = never,
) -> Replanned:
    """Plan the rest of a day. The problem is the whole day with the jobs that came since; `now` says where crews stand.

    Stopped when should_stop says so; ReplanFault when the result fails the checker, a lock or the bound.
    """
    started, wish = time.perf_counter(), wish or Wish()

    def breathe() -> None:
        if should_stop():
            raise Stopped("The replanning was stopped.")

    rest = rest_of_day(problem, plan, now)
    breathe()
    allowed = int(wish.max_churn * len(rest.untouched) + 1e-9)
    start = begin(rest)
    breathe()
    if start is None:
        replanned = _ruled(rest, allowed, wish, progress, should_stop)
    else:
        replanned = _bounded(rest, start, allowed, wish, started, progress, breathe)
    breathe()
    faults = faults_of(replanned)
    if faults:
        raise ReplanFault(f"The replan does not hold: {'; '.join(faults[:5])}")
    return replanned


def _bounded(
    rest: Rest, start: Start, allowed: int, wish: Wish, started: float, progress: Progress, breathe: Breathe
) -> Replanned:
    """By the bounded search."""
    search = Search(start, allowed, wish.price_s)
    breathe()
    search.fill()
    breathe()
    fell = [job for stop in search.homeless() for job in start.merged.members[stop]]
    began = search.cost()
    count, told = _improve(search, wish, started, progress, breathe)
    found = search.best_orders()
    orders = [start.merged.whole(order) for order in found]
    clocks = [timed(start.clocked, crew, order) for crew, order in zip(start.clocked.crews, orders, strict=True)]
    routes = tuple(route if route is not None else Route() for route in clocks)  # an order that fails is a fault
    served = {job for order in orders for job in order}
    left = [job for job in range(len(rest.problem.jobs)) if job not in served]
    cost = plan_cost(rest.problem, routes, left)
    changed = changes(rest, orders)
    breathe()
    why = _reasons(rest, start, found, allowed - len(changed), breathe)
    spent_s = time.perf_counter() - started
    result = PlannedDay(routes, tuple(why), cost, count, spent_s, tuple(told), start.broken, start.apart)
    return Replanned(rest, result, changed, allowed, tuple(fell), round(began))


def _ruled(rest: Rest, allowed: int, wish: Wish, progress: Progress, should_stop: ShouldStop) -> Replanned:
    """By the planner, for a day with rules that the bounded search does not know."""
    seconds = None if wish.iterations is not None else RULED_SHARE * wish.seconds
    plan, bound = replan_ruled(rest, allowed, seconds, wish.iterations, wish.seed, progress, should_stop)
    why = tuple(
        LeftOut(one.job, "price", BOUND_WORDS) if one.job in bound and one.reason in ("price", "skill") else one
        for one in plan.left_out
    )
    plan = replace(plan, left_out=why)
    orders = [[visit.job for visit in route.visits] for route in plan.routes]
    has = {(job, crew) for crew, order in enumerate(orders) for job in order}
    fell = tuple(job for job in sorted(rest.untouched) if (job, rest.home[job]) not in has)
    return Replanned(rest, plan, changes(rest, orders), allowed, fell, plan.cost)


def changes(rest: Rest, orders: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """The untouched jobs that have another crew than in the running plan; a job left out has none."""
    had = {(job, crew) for crew, order in enumerate(rest.orders) for job in order}
    moved = {job for crew, order in enumerate(orders) for job in order if (job, crew) not in had}
    return tuple(sorted(moved & rest.untouched))


def faults_of(replanned: Replanned) -> list[str]:
    """What the checker (locks among it) and the bound find, recomputed from the result alone."""
    rest, plan = replanned.rest, replanned.plan
    faults = check(rest.problem, plan)
    orders = [[visit.job for visit in route.visits] for route in plan.routes]
    moved = changes(rest, orders)
    if len(moved) > replanned.allowed:
        faults.append(f"{len(moved)} jobs change crew where {replanned.allowed} may")
    return faults


def _search_s(search: Search, wish: Wish) -> float:
    """The seconds of the search, so that the reasons are found within what was asked."""
    least = LEAST_SEARCH_SHARE * wish.seconds
    return max(least, wish.seconds - CHECK_S - REASON_S * search.unserved())


def _improve(
    search: Search, wish: Wish, started: float, progress: Progress, breathe: Breathe
) -> tuple[int, list[tuple[float, int]]]:
    """Rounds until the time or the iterations are spent; how many, and when each better plan came."""
    spent, size, told = 0, FIRST_ROUNDS, [(round(time.perf_counter() - started, 3), round(search.best_cost()))]
    part, search_s = 0.0, max(SLICE_S, _search_s(search, wish))
    while part < 1.0:
        breathe()
        before = time.perf_counter()
        whole = wish.iterations
        size = min(size, whole - spent) if whole is not None else size
        ahead = size / whole if whole is not None else SLICE_S / search_s
        search.run(size, part, min(1.0, part + ahead), wish.seed * SEED_STEP + spent)
        spent += size
        now = time.perf_counter()
        if round(search.best_cost()) < told[-1][1]:
            told.append((round(now - started, 3), round(search.best_cost())))
        part = spent / whole if whole is not None else (now - started) / search_s
        if whole is None:
            size = max(FIRST_ROUNDS, int(size * SLICE_S / max(now - before, 1e-4)))
        progress(min(1.0, part), f"Best plan so far costs {search.best_cost():,.0f}")
    return spent, told


def _reasons(rest: Rest, start: Start, orders: Orders, room: int, breathe: Breathe) -> list[LeftOut]:
    """Why each job has no crew; for one whose crew is still there, the bound may be the reason."""
    served = {job for order in orders for job in order}
    left = [job for job in range(len(start.problem.jobs)) if job not in served]
    told = []
    for one in reasons(Draft(start.problem, orders), start.skeleton, left, breathe):
        gone = None if one.instead_of is None else start.merged.members[one.instead_of][0]
        for job in start.merged.members[one.job]:
            bound = one.reason == "price" and rest.home[job] != NOBODY and room < start.counts[one.job]
            told.append(LeftOut(job, "price", BOUND_WORDS) if bound else replace(one, job=job, instead_of=gone))
    return told
