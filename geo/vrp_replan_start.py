"""Where a replan begins: what still holds of the running plan, its locks first, jobs of one address as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from geo.vrp_address import Together, together
from geo.vrp_draft import fits_stops
from geo.vrp_insert import fits_load
from geo.vrp_locks import settle, skeleton
from geo.vrp_plan import Apart, BrokenLock
from geo.vrp_problem import Crew, Job, Problem
from geo.vrp_rest import NOBODY, Rest
from geo.vrp_schedule import timed

Orders = list[list[int]]


@dataclass(frozen=True, slots=True)
class Start:
    """The problem that is searched, its jobs perhaps several of one address, and orders in it that hold.

    home is the crew that had each job, counts how many untouched jobs it stands for; no search touches frozen crews or
    gives away tied jobs; gone are tied jobs that no longer hold, with all that hangs on them.
    """

    problem: Problem
    merged: Together
    orders: Orders
    home: tuple[int, ...]
    counts: tuple[int, ...]
    tied: frozenset[int]
    frozen: frozenset[int]
    gone: frozenset[int]
    broken: tuple[BrokenLock, ...]
    apart: tuple[Apart, ...]

    def firm(self, job: int) -> bool:
        """Whether a person has locked the job, or others hang on it."""
        return job in self.tied or _firm(self.problem, job)


def begin(rest: Rest) -> Start:
    """Settle the locks, join addresses, and keep of the running plan what holds."""
    settled = settle(rest.problem)
    broken = tuple(lock for lock in settled.broken if _locked_by_a_person(rest, lock))
    whole, apart = _divided(settled.problem, rest)
    merged = together(whole)
    new = {old: at for at, members in enumerate(merged.members) for old in members}
    tied = frozenset(new[job] for job in rest.tied)
    wanted = [list(dict.fromkeys(new[stop] if stop >= 0 else stop for stop in order)) for order in rest.orders]
    orders = _held(merged.problem, wanted)
    kept = {job for order in orders for job in order}
    gone = _hangs_on(merged.problem, {job for job in tied if job not in kept})
    homes = [{rest.home[old] for old in members} - {NOBODY} for members in merged.members]
    return Start(
        problem=merged.problem,
        merged=merged,
        orders=[[stop for stop in order if stop not in gone] for order in orders],
        home=tuple(min(home, default=NOBODY) for home in homes),
        counts=tuple(sum(rest.home[old] != NOBODY for old in members) for members in merged.members),
        tied=tied,
        frozen=frozenset(n for n, crew in enumerate(rest.problem.crews) if _frozen(crew, merged.problem, orders[n])),
        gone=gone,
        broken=broken,
        apart=(*merged.apart, *apart),
    )


def _locked_by_a_person(rest: Rest, lock: BrokenLock) -> bool:
    """Not by us, who keep the time of tied jobs."""
    return lock.kind != "time" or lock.job not in rest.tied


def _divided(problem: Problem, rest: Rest) -> tuple[Problem, list[Apart]]:
    """Jobs of an address that several crews have already stay as they are."""
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


def _firm(problem: Problem, job: int) -> bool:
    known = problem.jobs[job]
    locked = known.locked_crew is not None or known.locked_start_s is not None
    return locked or any(job in crew.locked_jobs for crew in problem.crews)


def _held(problem: Problem, wanted: Sequence[Sequence[int]]) -> Orders:
    """The wanted orders with the locked ones in front, without what no longer holds, the least worth going first.

    Where that loses a lock, the orders are those of the locks alone.
    """
    whose = {job: number for number, crew in enumerate(problem.crews) for job in crew.locked_jobs}
    orders: Orders = []
    for number, crew in enumerate(problem.crews):
        free = [stop for stop in wanted[number] if stop < 0 or _stays(problem.jobs[stop], number, whose.get(stop))]
        orders.append(_shortened(problem, number, [] if crew.locked_whole else free))
    locks = skeleton(problem).orders
    kept = {job for order in orders for job in order}
    return orders if all(job in kept for order in locks for job in order) else [list(order) for order in locks]


def _stays(job: Job, number: int, locked_to: int | None) -> bool:
    return locked_to is None and job.locked_crew in (None, number)


def _shortened(problem: Problem, number: int, free: list[int]) -> list[int]:
    """One crew's locked order and as much of the free one as the clock holds."""
    crew = problem.crews[number]
    locked = list(crew.locked_jobs)
    while free and not possible(problem, crew, [*locked, *free]):
        jobs = [at for at, stop in enumerate(free) if stop >= 0]
        free.pop(_gives_way(problem, crew, locked, free) if jobs else 0)
    return [*locked, *free]


def possible(problem: Problem, crew: Crew, order: Sequence[int]) -> bool:
    """Whether a crew can make these stops in this order: what it may do, what it may carry, and the clock."""
    number = problem.crews.index(crew)
    if any(not problem.may_do(number, problem.jobs[stop]) for stop in order if stop >= 0):
        return False
    return fits_stops(crew, order) and fits_load(problem, crew, order) and timed(problem, crew, order) is not None


def _gives_way(problem: Problem, crew: Crew, locked: list[int], free: list[int]) -> int:
    """The place of the job that goes: the least worth of those without which the order holds, else the least worth."""
    worth = sorted((_firm(problem, stop), problem.jobs[stop].prize_s, at) for at, stop in enumerate(free) if stop >= 0)
    for _, _, at in worth:
        if possible(problem, crew, [*locked, *free[:at], *free[at + 1 :]]):
            return at
    return worth[0][2]


def _frozen(crew: Crew, problem: Problem, order: Sequence[int]) -> bool:
    """Whether the search leaves a crew as it is: it goes to unload, has its break at a place, or works with another."""
    apart = any(stop < 0 or problem.jobs[stop].crews_needed > 1 for stop in order)
    return apart or (crew.break_s > 0 and crew.break_place is not None)


def _hangs_on(problem: Problem, fell: set[int]) -> frozenset[int]:
    """Tied jobs that fell, and every job tied to them."""
    gone = set(fell)
    while True:
        more = {at for at, job in enumerate(problem.jobs) if at not in gone and {*job.after, job.with_job} & gone}
        partners = [problem.jobs[at].with_job for at in gone]
        more |= {job for job in partners if job is not None} - gone
        if not more:
            return frozenset(gone)
        gone |= more
