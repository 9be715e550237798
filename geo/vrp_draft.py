"""Routes under work: what may be put in or taken out, with ties between jobs, locks, reloads and overtime kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from geo.vrp_insert import Gaps, Insertions, fits_load
from geo.vrp_plan import Route
from geo.vrp_problem import Crew, Problem, Window
from geo.vrp_reloads import unloadings
from geo.vrp_schedule import Bounds, Order, timed

MOST_TRIES = 12  # gaps whose clock is run for one job, the nearest first
MOST_UNLOADINGS = 60  # gaps for which reloads are placed anew
MOST_PAIRS = 400  # gaps looked at for two crews at once


@dataclass(frozen=True, slots=True)
class Put:
    """Orders with a job put in, what that costs, and when two crews agreed to start."""

    cost_s: float
    orders: dict[int, list[int]]
    start_s: int | None = None
    bounds: dict[int, Window] | None = None  # all that was agreed, where an insertion changed it


Snapshot = tuple[list[list[int]], dict[int, Window]]


class Draft:
    """One order a crew; `bounds` are windows agreed between routes."""

    def __init__(self, problem: Problem, orders: Sequence[Order], bounds: Bounds | None = None) -> None:
        self.problem = problem
        self.orders = [list(order) for order in orders]
        self.bounds: dict[int, Window] = dict(bounds or {})
        self.insertions = Insertions(problem, self.bounds)
        jobs, crews = range(len(problem.jobs)), range(len(problem.crews))
        self.able = np.array([[problem.may_do(n, problem.jobs[j]) for j in jobs] for n in crews], dtype=bool)
        self.able = self.able.reshape(len(problem.crews), len(problem.jobs))
        self.locked = [locked_jobs(problem, n) for n in crews]
        self.tied = _tied(problem)
        self.followers: dict[int, list[int]] = {}
        for n, job in enumerate(problem.jobs):
            for other in job.after:
                self.followers.setdefault(other, []).append(n)
        self.ties = any(job.crews_needed > 1 or job.after or job.with_job is not None for job in problem.jobs)
        self._times: dict[tuple[int, tuple[int, ...]], Route | None] = {}
        self._gaps: dict[int, Gaps] = {}
        self._tables: dict[tuple[int, ...], Gaps] = {}
        self._served: set[int] | None = None

    def clock(self, number: int, order: Order) -> Route | None:
        """The crew's timed route; None when it cannot be."""
        key = (number, tuple(order))
        if key not in self._times:
            self._times[key] = timed(self.problem, self.problem.crews[number], order, self.bounds)
        return self._times[key]

    def holds(self, number: int, order: Order) -> bool:
        """Whether the crew can do the order: time, loads, reloads, number of stops."""
        crew = self.problem.crews[number]
        return (
            fits_stops(crew, order) and fits_load(self.problem, crew, order) and self.clock(number, order) is not None
        )

    def cost_s(self, number: int, order: Order) -> float:
        """Driving, overtime at its price, and what the jobs lose by waiting for the crew's day."""
        crew, route = self.problem.crews[number], self.clock(number, order)
        assert route is not None, "only orders that hold are priced"
        lost = sum(self.problem.jobs[stop].lost_s(crew.day) for stop in order if stop >= 0) if crew.day else 0
        return route.drive_s + route.overtime_s * crew.overtime_price + lost

    def served(self) -> set[int]:
        """The jobs that every crew they need does."""
        if self._served is None:
            count = Counter(stop for order in self.orders for stop in order if stop >= 0)
            jobs = self.problem.jobs
            self._served = {job for job, times in count.items() if times == jobs[job].crews_needed}
        return self._served

    def crew_of(self, job: int) -> list[int]:
        """The crews that do a job."""
        return [n for n, order in enumerate(self.orders) if job in order]

    def agree(self, job: int, window: tuple[int, int]) -> None:
        """Narrow when a job may start; all clocks run anew."""
        self.bounds[job] = window
        self.forget()

    def forget(self) -> None:
        """Run all clocks anew."""
        self._times.clear()
        self._gaps.clear()
        self._tables.clear()

    def starts_s(self, job: int) -> list[float]:
        """When each of a job's crews starts it."""
        found = []
        for number in self.crew_of(job):
            route = self.clock(number, self.orders[number])
            found += [visit.service_start_s for visit in (route.visits if route else ()) if visit.job == job]
        return found

    def set(self, number: int, order: Order) -> None:
        """Give a crew another order."""
        self.orders[number] = list(order)
        self._gaps.pop(number, None)
        self._tables.clear()
        self._served = None

    def gaps(self, crews: Sequence[int]) -> Gaps:
        """The free gaps of some crews' orders, in one table."""
        key = tuple(crews)
        if key not in self._tables:
            for number in crews:
                if number not in self._gaps:
                    order, first = self.orders[number], self.first_free(number, self.orders[number])
                    self._gaps[number] = self.insertions.gaps([(number, number, order, first)])
            parts = [self._gaps[number] for number in crews]
            self._tables[key] = joined(parts) if parts else self.insertions.gaps([])
        return self._tables[key]

    def first_free(self, number: int, order: Order) -> int:
        """The first gap behind a crew's locked order; past the end when all of its day is locked."""
        crew = self.problem.crews[number]
        if crew.locked_whole:
            return len(order) + 1
        return max((at + 1 for at, stop in enumerate(order) if stop in crew.locked_jobs), default=0)

    def candidates(self, job: int, without: frozenset[int] = frozenset()) -> list[int]:
        """The crews that may do a job, its lock counted."""
        locked = self.problem.jobs[job].locked_crew
        only = locked is not None and self.problem.jobs[job].crews_needed == 1
        return [
            int(n)
            for n in np.flatnonzero(self.able[:, job])
            if n not in without and (not only or n == locked) and job not in self.orders[n]
        ]

    def best(self, job: int, crews: Sequence[int]) -> Put | None:
        """The cheapest way found to put a job into one crew's day."""
        crews = self._with_stops_left(crews)
        gaps = self.gaps(crews)
        extra = self.insertions.extra_s(job, gaps)
        found: Put | None = None
        plain = all(
            c.break_place is None and not (c.overtime_s or c.day) for c in map(self.problem.crews.__getitem__, crews)
        )
        for row in np.argsort(extra, kind="stable")[:MOST_TRIES]:
            if not np.isfinite(extra[row]):
                break
            put = self._put(job, int(gaps.crew[row]), int(gaps.at[row]))
            if put is not None and (found is None or put.cost_s < found.cost_s):
                found = put
                if plain:
                    break
        return found or self._unloading(job, crews, gaps)

    def _with_stops_left(self, crews: Sequence[int]) -> list[int]:
        return [n for n in crews if fits_stops(self.problem.crews[n], [*self.orders[n], 0])]

    def _put(self, job: int, number: int, at: int) -> Put | None:
        order = self.orders[number]
        made = [*order[:at], job, *order[at:]]
        if not self.holds(number, made):
            return None
        return Put(self.cost_s(number, made) - self.cost_s(number, order), {number: made})

    def _unloading(self, job: int, crews: Sequence[int], gaps: Gaps) -> Put | None:
        """The same where the vehicle would be full: with its reloads placed anew."""
        if not any(self.problem.crews[n].reloads for n in crews) or not self.problem.jobs[job].load:
            return None
        extra = self.insertions.extra_s(job, gaps, any_load=True)
        rows = [int(row) for row in np.argsort(extra, kind="stable") if np.isfinite(extra[row])]
        unloads = [row for row in rows if self.problem.crews[int(gaps.crew[row])].reloads]
        for row in unloads[:MOST_UNLOADINGS]:
            number, at = int(gaps.crew[row]), int(gaps.at[row])
            order = self.orders[number]
            for made in unloadings(self.problem, self.problem.crews[number], order, at, job):
                if (
                    self.holds(number, made)
                    and made[: self.first_free(number, order)] == order[: self.first_free(number, order)]
                ):
                    return Put(self.cost_s(number, made) - self.cost_s(number, order), {number: made})
        return None

    def best_two(self, job: int, crews: Sequence[int]) -> Put | None:
        """The cheapest start found at which two of the crews can be there at once."""
        gaps = self.gaps(self._with_stops_left(crews))
        extra = self.insertions.extra_s(job, gaps)
        near = [int(row) for row in np.argsort(extra, kind="stable")[:MOST_PAIRS] if np.isfinite(extra[row])]
        windows = self.insertions.windows(job)
        first, last = self.insertions.starts(job, gaps, windows)
        pairs = sorted(
            (extra[a] + extra[b], a, b)
            for at, a in enumerate(near)
            for b in near[at + 1 :]
            if gaps.crew[a] != gaps.crew[b] and max(first[a], first[b]) <= min(last[a], last[b])
        )
        held = self.bounds.get(job)
        for _, a, b in pairs[:MOST_TRIES]:
            start = int(np.ceil(max(first[a], first[b])))
            if not any(opens <= start <= closes for opens, closes in windows):
                continue
            self.agree(job, (start, start))
            one, other = (self._put(job, int(gaps.crew[row]), int(gaps.at[row])) for row in (a, b))
            self._restore(job, held)
            if one is not None and other is not None:
                return Put(one.cost_s + other.cost_s, {**one.orders, **other.orders}, start)
        return None

    def _restore(self, job: int, held: tuple[int, int] | None) -> None:
        if held is None:
            self.bounds.pop(job, None)
            self.forget()
        else:
            self.agree(job, held)

    def snapshot(self) -> Snapshot:
        """Orders and agreements, to come back to."""
        return [list(order) for order in self.orders], dict(self.bounds)

    def restore(self, kept: Snapshot) -> None:
        """Come back to a snapshot."""
        orders, bounds = kept
        self.orders = [list(order) for order in orders]
        self._served = None
        if bounds != self.bounds:
            self.bounds.clear()
            self.bounds.update(bounds)
            self._times.clear()
        self._gaps.clear()
        self._tables.clear()

    def accept(self, job: int, put: Put) -> None:
        """Carry an insertion out."""
        if put.bounds is not None:
            self.restore((self.orders, put.bounds))
        if put.start_s is not None:
            self.agree(job, (put.start_s, put.start_s))
        for number, order in put.orders.items():
            self.set(number, order)

    def remove(self, jobs: Iterable[int]) -> None:
        """Take jobs out, and with them what is tied to them."""
        gone: set[int] = set()
        ahead = list(jobs)
        while ahead:
            job = ahead.pop()
            if job not in gone:
                gone.add(job)
                ahead += self.tied.get(job, ())
        for number, order in enumerate(self.orders):
            if gone & set(order):
                self.set(number, unloaded([stop for stop in order if stop not in gone]))


def unloaded(order: list[int]) -> list[int]:
    """The order without reloads that unload nothing."""
    kept: list[int] = []
    for stop in order:
        if stop >= 0 or (kept and kept[-1] >= 0):
            kept.append(stop)
    while kept and kept[-1] < 0:
        kept.pop()
    return kept


def fits_stops(crew: Crew, order: Order) -> bool:
    """Whether the crew makes no more stops, reloads aside, and no more reloads than it may."""
    reloads = sum(stop < 0 for stop in order)
    return (crew.max_stops is None or len(order) - reloads <= crew.max_stops) and (
        crew.max_reloads is None or reloads <= crew.max_reloads
    )


def locked_jobs(problem: Problem, number: int) -> frozenset[int]:
    """The jobs that a lock keeps on a crew."""
    own = (n for n, job in enumerate(problem.jobs) if job.locked_crew == number)
    return frozenset((*problem.crews[number].locked_jobs, *own))


def joined(tables: Sequence[Gaps]) -> Gaps:
    """Several tables of gaps as one."""
    if len(tables) == 1:
        return tables[0]
    return Gaps(
        crew=np.concatenate([t.crew for t in tables]),
        at=np.concatenate([t.at for t in tables]),
        source=np.concatenate([t.source for t in tables]),
        prev=np.concatenate([t.prev for t in tables]),
        next=np.concatenate([t.next for t in tables]),
        leaves=np.concatenate([t.leaves for t in tables], axis=1),
        due=np.concatenate([t.due for t in tables], axis=1),
        room=np.concatenate([t.room for t in tables]),
        past=np.concatenate([t.past for t in tables]),
    )


def _tied(problem: Problem) -> dict[int, set[int]]:
    """For each job those that cannot stay without it: the ones that wait for it, and its partners."""
    found: dict[int, set[int]] = {}
    for n, job in enumerate(problem.jobs):
        for other in job.after:
            found.setdefault(other, set()).add(n)
        if job.with_job is not None:
            found.setdefault(job.with_job, set()).add(n)
            found.setdefault(n, set()).add(job.with_job)
    return found
