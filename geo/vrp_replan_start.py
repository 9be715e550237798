"""Where a replan begins: what still holds of the running plan, its locks first, jobs of one address as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from geo.vrp_address import Together, together
from geo.vrp_draft import Draft, fits_stops
from geo.vrp_insert import fits_load
from geo.vrp_locks import Settled, settle
from geo.vrp_plan import Apart, BrokenLock
from geo.vrp_problem import Job, Problem
from geo.vrp_rest import NOBODY, Rest
from geo.vrp_schedule import timed
from geo.vrp_ties import has_ties

Orders = list[list[int]]


@dataclass(frozen=True, slots=True)
class Start:
    """The problem that is searched, its jobs perhaps several of one address, and orders in it that hold.

    `clocked` is the same in the original jobs, without the locks that cannot hold. home is the crew that had each job,
    counts how many untouched jobs it stands for.
    """

    problem: Problem
    clocked: Problem
    merged: Together
    skeleton: Draft
    orders: Orders
    home: tuple[int, ...]
    counts: tuple[int, ...]
    broken: tuple[BrokenLock, ...]
    apart: tuple[Apart, ...]

    def firm(self, job: int) -> bool:
        """Whether a person has locked the job."""
        return _firm(self.problem, job)


def begin(rest: Rest) -> Start | None:
    """Settle the locks, join addresses, and keep of the running plan what holds.

    None for a day whose rules the bounded search does not know, or whose locks take jobs from their crews.
    """
    if ruled(rest.problem):
        return None
    whole, apart = _divided(rest)
    merged = together(whole)
    settled = settle(merged.problem)
    new = {old: at for at, members in enumerate(merged.members) for old in members}
    wanted = [list(dict.fromkeys(new[stop] for stop in order)) for order in rest.orders]
    orders = _held(settled, wanted)
    homes = tuple(min({rest.home[old] for old in members} - {NOBODY}, default=NOBODY) for members in merged.members)
    if any(homes[job] not in (NOBODY, crew) for crew, order in enumerate(orders) for job in order):
        return None
    late = {merged.members[one.job][0] for one in settled.broken if one.kind == "time"}
    return Start(
        problem=settled.problem,
        clocked=_without_times(whole, late),
        merged=merged,
        skeleton=settled.skeleton,
        orders=orders,
        home=homes,
        counts=tuple(sum(rest.home[old] != NOBODY for old in members) for members in merged.members),
        broken=tuple(replace(one, job=merged.members[one.job][0]) for one in settled.broken),
        apart=(*merged.apart, *apart),
    )


def ruled(problem: Problem) -> bool:
    """Whether a day has rules between jobs, or stops that are no jobs: the bounded search knows neither."""
    special = any(crew.reloads or (crew.break_s and crew.break_place is not None) for crew in problem.crews)
    return special or has_ties(problem) or any(job.crews_needed > 1 for job in problem.jobs)


def _divided(rest: Rest) -> tuple[Problem, list[Apart]]:
    """Jobs of an address that several crews have already stay as they are."""
    problem = rest.problem
    crews: dict[str, set[int]] = {}
    for at, job in enumerate(problem.jobs):
        if job.address and rest.home[at] != NOBODY:
            crews.setdefault(job.address, set()).add(rest.home[at])
    divided = {address for address, of in crews.items() if len(of) > 1}
    if not divided:
        return problem, []
    members = {a: tuple(at for at, job in enumerate(problem.jobs) if job.address == a) for a in sorted(divided)}
    jobs = tuple(replace(job, address="") if job.address in divided else job for job in problem.jobs)
    words = "{} is not one stop: several crews have a part of it already."
    return replace(problem, jobs=jobs), [Apart(found, words.format(a)) for a, found in members.items()]


def _without_times(problem: Problem, late: set[int]) -> Problem:
    """The problem without the times that cannot be kept."""
    jobs = tuple(replace(job, locked_start_s=None) if at in late else job for at, job in enumerate(problem.jobs))
    return replace(problem, jobs=jobs)


def _firm(problem: Problem, job: int) -> bool:
    known = problem.jobs[job]
    locked = known.locked_crew is not None or known.locked_start_s is not None
    return locked or any(job in crew.locked_jobs for crew in problem.crews)


def _held(settled: Settled, wanted: Sequence[Sequence[int]]) -> Orders:
    """The wanted orders with the locked ones in front, without what no longer holds, the least worth going first.

    Where that loses a lock, the orders are those of the locks alone.
    """
    problem, locks = settled.problem, settled.skeleton.orders
    whose = {job: number for number, crew in enumerate(problem.crews) for job in crew.locked_jobs}
    orders: Orders = []
    for number, crew in enumerate(problem.crews):
        free = [stop for stop in wanted[number] if _stays(problem.jobs[stop], number, whose.get(stop))]
        orders.append(_shortened(problem, number, [] if crew.locked_whole else free))
    kept = {job for order in orders for job in order}
    return orders if all(job in kept for order in locks for job in order) else [list(order) for order in locks]


def _stays(job: Job, number: int, locked_to: int | None) -> bool:
    return locked_to is None and job.locked_crew in (None, number)


def _shortened(problem: Problem, number: int, free: list[int]) -> list[int]:
    """One crew's locked order and as much of the free one as the clock holds."""
    crew = problem.crews[number]
    locked = list(crew.locked_jobs)
    while free and not possible(problem, number, [*locked, *free]):
        free.pop(_gives_way(problem, number, locked, free))
    return [*locked, *free]


def possible(problem: Problem, number: int, order: Sequence[int]) -> bool:
    """Whether a crew can make these stops in this order: what it may do, what it may carry, and the clock."""
    crew = problem.crews[number]
    if any(not problem.may_do(number, problem.jobs[stop]) for stop in order if stop >= 0):
        return False
    return fits_stops(crew, order) and fits_load(problem, crew, order) and timed(problem, crew, order) is not None


def _gives_way(problem: Problem, number: int, locked: list[int], free: list[int]) -> int:
    """The place of the job that goes: the least worth of those without which the order holds, else the least worth."""
    worth = sorted((_firm(problem, stop), problem.jobs[stop].prize_s, at) for at, stop in enumerate(free))
    for _, _, at in worth:
        if possible(problem, number, [*locked, *free[:at], *free[at + 1 :]]):
            return at
    return worth[0][2]
