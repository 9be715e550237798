"""What a job would cost if another went: every single exchange of a plan, those that give up least first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from geo.vrp_draft import Draft, joined, unloaded
from geo.vrp_insert import Gaps
from geo.vrp_mend import fill
from geo.vrp_problem import Window

MOST_CLOCKS = 40  # exchanges whose clock is run for one job
CHUNK = 3000  # gaps looked at before going on to those that give up more
MOST_TRADES = 12  # exchanges that are carried out, each after the gaps were worked out anew
MOST_MOVES = 250  # jobs taken out and put back; a larger day is left as the search had it
MOST_LOOKS = 12_000_000  # gaps looked at for a whole plan, some five seconds; the same for every run

Rest = tuple[int, int, list[int]]  # place in the order, the job that went, what is left


@dataclass(frozen=True, slots=True)
class Swap:
    """A crew could take a job if `gone` went, driving more_s longer; in all it costs cost_s more, prizes aside."""

    crew: int
    gone: int
    more_s: float
    cost_s: float
    order: list[int]


class Rests:
    """Crews' days without each of their jobs in turn, with the gaps of each; kept while a crew's order stays."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[list[int], list[Rest], Gaps]] = {}
        self._bounds: dict[int, Window] = {}

    def of(self, draft: Draft, number: int) -> tuple[list[Rest], Gaps]:
        """What is left of a crew's day when each job that may go has gone; sources count within it."""
        if self._bounds != draft.bounds:
            self._kept, self._bounds = {}, dict(draft.bounds)
        order = draft.orders[number]
        known = self._kept.get(number)
        if known is None or known[0] != order:
            goes = [at for at, stop in enumerate(order) if stop >= 0 and may_go(draft, number, stop)]
            rests = [(at, order[at], unloaded([*order[:at], *order[at + 1 :]])) for at in goes]
            told = ((n, number, rest, draft.first_free(number, rest)) for n, (_, _, rest) in enumerate(rests))
            known = self._kept[number] = (list(order), rests, draft.insertions.gaps(told))
        return known[1], known[2]


class Exchanges:
    """A draft without each of its jobs in turn; the gaps of all are worked out once."""

    def __init__(self, draft: Draft, breathe: Callable[[], None], rests: Rests | None = None) -> None:
        self._draft, self._breathe = draft, breathe
        self._known = Rests() if rests is None else rests
        self._gaps: Gaps | None = None
        self._rests: list[tuple[int, int, list[int]]] = []  # crew, the job that went, what is left
        self._prize = np.zeros(0)
        self._looks = 0

    @property
    def spent(self) -> bool:
        """Whether no more exchanges are looked at."""
        return self._looks >= MOST_LOOKS

    def cheapest(self, job: int, able: Sequence[int]) -> Swap | None:
        """The exchange that gives up least, then drives least; None where none that was looked at makes room."""
        gaps = self._ready()
        crews = np.zeros(len(self._draft.orders), dtype=bool)
        crews[list(able)] = True
        mine = np.flatnonzero(crews[gaps.crew])
        clocks = MOST_CLOCKS
        for begin in range(0, len(mine), CHUNK):
            rows = mine[begin : begin + CHUNK]
            if self.spent or clocks <= 0:
                return None
            self._looks += len(rows)
            extra = self._draft.insertions.extra_s(job, gaps.some(rows))
            fits = np.flatnonzero(np.isfinite(extra))
            fits = fits[np.lexsort((extra[fits], self._prize[gaps.source[rows[fits]]]))]
            for row in rows[fits][:clocks]:
                swap = self._try(job, gaps, int(row))
                if swap is not None:
                    return swap
            clocks -= len(fits)
        return None

    def _try(self, job: int, gaps: Gaps, row: int) -> Swap | None:
        draft, at = self._draft, int(gaps.at[row])
        number, gone, rest = self._rests[int(gaps.source[row])]
        made = [*rest[:at], job, *rest[at:]]
        if not draft.holds(number, made):
            return None
        before, after = draft.clock(number, draft.orders[number]), draft.clock(number, made)
        assert before is not None
        assert after is not None
        cost = draft.cost_s(number, made) - draft.cost_s(number, draft.orders[number])
        return Swap(number, gone, after.drive_s - before.drive_s, cost, made)

    def _ready(self) -> Gaps:
        """The gaps of all crews, those of the least worth first."""
        if self._gaps is None:
            draft, jobs = self._draft, self._draft.problem.jobs
            tables: list[Gaps] = []
            keys: list[tuple[int, int, int]] = []
            for number in range(len(draft.orders)):
                self._breathe()
                rests, gaps = self._known.of(draft, number)
                tables.append(replace(gaps, source=gaps.source + len(self._rests)))
                keys += [(jobs[gone].prize_s, number, at) for at, gone, _ in rests]
                self._rests += [(number, gone, rest) for _, gone, rest in rests]
            self._prize = np.array([prize for prize, _, _ in keys], dtype=float)
            place = np.empty(len(keys), dtype=np.int64)
            place[sorted(range(len(keys)), key=keys.__getitem__)] = np.arange(len(keys))
            every = joined(tables) if tables else draft.insertions.gaps([])
            self._gaps = every.some(np.argsort(place[every.source], kind="stable"))
        return self._gaps


def may_go(draft: Draft, number: int, job: int) -> bool:
    """Only what nothing else is tied to and nobody locked."""
    known = draft.problem.jobs[job]
    tied = known.crews_needed > 1 or known.with_job is not None or draft.tied.get(job)
    return not tied and job not in draft.locked[number] and known.locked_start_s is None


def trade(draft: Draft, breathe: Callable[[], None]) -> None:
    """Carry out exchanges that gain: urgent work in, less urgent out, and whatever then still fits."""
    jobs = draft.problem.jobs
    partners = {job.with_job for job in jobs if job.with_job is not None}
    rests = Rests()
    for _ in range(MOST_TRADES):
        exchanges = Exchanges(draft, breathe, rests)
        left = (n for n in range(len(jobs)) if n not in draft.served() and n not in partners)
        plain = [n for n in left if not jobs[n].after and jobs[n].with_job is None and jobs[n].crews_needed == 1]
        for job in sorted(plain, key=lambda n: (-jobs[n].prize_s, n)):
            breathe()
            swap = exchanges.cheapest(job, draft.candidates(job))
            if swap is not None and jobs[swap.gone].prize_s + swap.cost_s < jobs[job].prize_s - 1:
                draft.set(swap.crew, swap.order)
                fill(draft, breathe)
                break
        else:
            return


def move(draft: Draft, breathe: Callable[[], None]) -> None:
    """Put single jobs where they cost less by the exact clock: the search knows breaks only as shorter shifts."""
    if not any(crew.break_s for crew in draft.problem.crews):
        return
    tries, gained = 0, True
    while gained and tries < MOST_MOVES and len(draft.problem.jobs) <= MOST_MOVES:
        gained = False
        for job in sorted(draft.served()):
            breathe()
            tries += 1
            gained |= _is_loose(draft, job) and _moved(draft, job)


def _is_loose(draft: Draft, job: int) -> bool:
    known = draft.problem.jobs[job]
    tied = known.crews_needed > 1 or known.with_job is not None or known.after or draft.tied.get(job)
    return not tied and known.locked_start_s is None and not any(job in locked for locked in draft.locked)


def _moved(draft: Draft, job: int) -> bool:
    (number,) = draft.crew_of(job)
    order = draft.orders[number]
    rest = unloaded([stop for stop in order if stop != job])
    if not draft.holds(number, rest):
        return False
    saved = draft.cost_s(number, order) - draft.cost_s(number, rest)
    draft.set(number, rest)
    put = draft.best(job, draft.candidates(job))
    if put is not None and put.cost_s < saved - 1:
        draft.accept(job, put)
        return True
    draft.set(number, order)
    return False
