"""Plan crews' days: PyVRP searches, our clock places breaks, insertions fill what is left, the checker decides.

What PyVRP does not know - locks, two crews at once, an order between jobs, one address - is settled before, agreed
after a first search and searched again, and mended at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from geo.progress import Progress, ShouldStop, never, silent
from geo.vrp_address import Together, together
from geo.vrp_check import check
from geo.vrp_cost import plan_cost
from geo.vrp_draft import Draft
from geo.vrp_exchange import move, trade
from geo.vrp_locks import Settled, settle
from geo.vrp_mend import fill, keep_locks, mend
from geo.vrp_model import Model
from geo.vrp_plan import Apart, BrokenLock, LeftOut, PlannedDay, Route, Visit
from geo.vrp_problem import Crew, Job, Problem, Travel
from geo.vrp_reasons import reasons
from geo.vrp_schedule import Order, timed
from geo.vrp_search import Spent, search
from geo.vrp_ties import agree, has_ties, loosen

__all__ = [
    "Apart",
    "BrokenLock",
    "Crew",
    "Job",
    "LeftOut",
    "PlannedDay",
    "Problem",
    "Route",
    "Travel",
    "Visit",
    "plan_day",
]

FIRST_SHARE = 0.4  # of the time goes to the search that ignores ties
MANY_JOBS = 600  # from here on the search starts from a day built by insertion


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
    begin: Sequence[Sequence[int]] | None = None,
) -> PlannedDay:
    """Plan within seconds or iterations; the same seed and iterations give the same plan.

    `begin` are jobs in order, one list a crew, to start the search from. `should_stop` raises Stopped; PlanFault when
    the checker finds a fault.
    """
    spent = Spent(seconds, iterations, should_stop, progress)
    merged = together(problem)
    settled = settle(merged.problem, spent.breathe)
    spent.breathe()
    draft = _draft(settled, spent, seed, _merged_orders(merged, begin))
    left = [job for job in range(len(merged.problem.jobs)) if job not in draft.served()]
    spent.say(f"Finding why {len(left):,} jobs are left out" if left else "Checking the plan")
    told = reasons(draft, settled.skeleton, left, spent.breathe)
    spent.breathe()
    plan = _plan(problem, merged, draft, told, spent, settled.broken)
    spent.say("Checking the plan")
    faults = check(problem, plan)
    if faults:
        raise PlanFault(f"The plan fails its checker: {'; '.join(faults[:5])}")
    return plan


def _draft(settled: Settled, spent: Spent, seed: int, begin: Sequence[Order] | None) -> Draft:
    """Orders that hold, near the best that the searches found."""
    problem, locks = settled.problem, settled.skeleton
    heads = [_head(order, crew) for order, crew in zip(locks.orders, problem.crews, strict=True)]
    ties = has_ties(problem)
    model = Model(problem, locks.bounds, {}, heads, spent.breathe)
    if begin is None and len(problem.jobs) >= MANY_JOBS:
        begin = _inserted(locks, spent)
    first = search(model, spent.until(FIRST_SHARE if ties else 1.0), seed, begin)
    draft = Draft(problem, first, locks.bounds)
    mend(draft, ties=False)
    if ties:
        bounds, held = agree(draft, locks.bounds)
        again = Model(problem, bounds, held, heads, spent.breathe)
        draft = Draft(problem, search(again, spent.until(1.0), seed, draft.orders), bounds)
    spent.say("Fitting in what is left")
    mend(draft)
    spent.breathe()
    keep_locks(draft, locks)
    spent.breathe()
    for _ in range(2 if ties else 1):
        loosen(draft)
        fill(draft, spent.breathe)
    loosen(draft)
    trade(draft, spent.breathe)
    move(draft, spent.breathe)
    fill(draft, spent.breathe)
    loosen(draft)
    return draft


def _inserted(locks: Draft, spent: Spent) -> list[list[int]]:
    """A day built by insertion: for many jobs sooner there, and better, than where PyVRP begins by itself."""
    draft = Draft(locks.problem, locks.orders, locks.bounds)
    fill(draft, spent.breathe)
    return draft.orders


def _head(order: list[int], crew: Crew) -> list[int]:
    """The part of a skeleton's order that is locked as an order."""
    last = max((at for at, stop in enumerate(order) if stop in crew.locked_jobs), default=-1)
    return order[: last + 1]


def _merged_orders(merged: Together, begin: Sequence[Sequence[int]] | None) -> list[list[int]] | None:
    if begin is None:
        return None
    new = {old: at for at, members in enumerate(merged.members) for old in members}
    return [list(dict.fromkeys(new[job] for job in order)) for order in begin]


def _plan(
    problem: Problem,
    merged: Together,
    draft: Draft,
    told: Sequence[LeftOut],
    spent: Spent,
    broken: tuple[BrokenLock, ...],
) -> PlannedDay:
    bounds = {merged.members[job][0]: window for job, window in draft.bounds.items()}
    broken = tuple(replace(one, job=merged.members[one.job][0]) for one in broken)
    problem = _without(problem, broken)
    routes = tuple(
        _clock(problem, crew, merged.whole(order), bounds)
        for crew, order in zip(problem.crews, draft.orders, strict=True)
    )
    left = [_original(merged, one, job) for one in told for job in merged.members[one.job]]
    cost = plan_cost(problem, routes, [one.job for one in left])
    seconds = spent.elapsed_s()
    return PlannedDay(routes, tuple(left), cost, spent.count, seconds, tuple(spent.improvements), broken, merged.apart)


def _without(problem: Problem, broken: tuple[BrokenLock, ...]) -> Problem:
    """The problem without the times that cannot be kept; the clock knows no other lock."""
    late = {one.job for one in broken if one.kind == "time"}
    if not late:
        return problem
    return replace(
        problem,
        jobs=tuple(replace(job, locked_start_s=None) if n in late else job for n, job in enumerate(problem.jobs)),
    )


def _original(merged: Together, left: LeftOut, job: int) -> LeftOut:
    gone = None if left.instead_of is None else merged.members[left.instead_of][0]
    return LeftOut(job, left.reason, left.detail, left.crew, gone, left.more_s)


def _clock(problem: Problem, crew: Crew, order: Order, bounds: dict[int, tuple[int, int]]) -> Route:
    made = timed(problem, crew, order, bounds)
    assert made is not None, "a route that was kept has a clock"
    return made
