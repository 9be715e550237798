"""The bounded search of a replan: from the problem to arrays, rounds in slices of time, and back to orders."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geo.vrp_problem import Crew
from geo.vrp_replan_kernels import State, Work, best_place, put, reckon, rounds
from geo.vrp_replan_start import Start

NEAREST = 120
LOCKED_WORTH_S = 1e8  # nothing is worth more than what a person has locked
ROOM_FOR_STOPS = 40  # a route may grow by so many
FAR_S = 1e7
HOT_S, COLD_S = 60.0, 2.0  # what a round may cost more at the beginning and at the end


class Search:
    """One rest of a day in arrays; every order it holds keeps clock, locks and bound."""

    def __init__(self, start: Start, allowed: int, price_s: float) -> None:
        self.price_s = float(price_s)
        self._jobs = len(start.problem.jobs)
        width = ROOM_FOR_STOPS + max((len(order) for order in start.orders), default=0)
        self._work = _work(start, width)
        self._state = _state(start, self._work, width, allowed)
        self._best_order, self._best_count = self._state.order.copy(), self._state.count.copy()

    def cost(self) -> float:
        """What the routes cost now: driving, overtime, prizes left, changes of crew."""
        return float(self._state.figures[0])

    def best_cost(self) -> float:
        """The least cost so far."""
        return float(self._state.figures[1])

    def unserved(self) -> int:
        """How many jobs nobody has now."""
        return int((self._state.crew_of < 0).sum())

    def fill(self) -> None:
        """Insert what nobody has where it costs least, the most urgent first; into its own crew's day if that holds."""
        for own in (True, False):
            self._insert(own)
        self._state.figures[1] = self._state.figures[0]
        self._best_order[:], self._best_count[:] = self._state.order, self._state.count

    def _insert(self, own: bool) -> None:
        crew_of, worth, home = self._state.crew_of, self._work.worth, self._work.home
        everybody = np.arange(len(self._state.count))
        for job in sorted(np.flatnonzero(crew_of < 0).tolist(), key=lambda job: (-worth[job], job)):
            if own and home[job] < 0:
                continue
            where = home[job : job + 1] if own else everybody
            crew, gap, more = best_place(job, self._work, self._state, self.price_s, 0.0, where)
            if crew >= 0 and more <= worth[job]:
                put(crew, gap, job, self._work, self._state, self.price_s)

    def homeless(self) -> list[int]:
        """The jobs that their own crew does not have now."""
        had, has = self._work.home, self._state.crew_of
        return np.flatnonzero((had >= 0) & (had != has)).tolist()

    def run(self, count: int, begin: float, end: float, seed: int) -> None:
        """Rounds of the part of the whole from begin to end, as shares."""
        if self._jobs:
            heats = HOT_S * (COLD_S / HOT_S) ** np.linspace(begin, end, count)
            rounds(heats, self.price_s, seed, self._work, self._state, self._best_order, self._best_count)

    def best_orders(self) -> list[list[int]]:
        """The best orders found."""
        return [self._best_order[n, : self._best_count[n]].tolist() for n in range(len(self._best_count))]


def _work(start: Start, width: int) -> Work:
    problem = start.problem
    jobs, crews = problem.jobs, problem.crews
    most = max((len(job.windows_s) for job in jobs), default=1)
    opens = np.full((len(jobs), most), np.inf)
    closes = np.full((len(jobs), most), -np.inf)
    for at, job in enumerate(jobs):
        for w, (first, last) in enumerate(job.windows_s):
            locked = job.locked_start_s
            inside = locked is None or first <= locked <= last
            if inside:
                opens[at, w], closes[at, w] = (first, last) if locked is None else (locked, locked)
    place = np.array([job.location for job in jobs], dtype=np.int64)
    drive = np.stack([np.minimum(travel.duration_s, FAR_S) for travel in problem.travels]).astype(np.float64)
    prizes = [LOCKED_WORTH_S if start.firm(at) else float(job.prize_s) for at, job in enumerate(jobs)]
    return Work(
        drive=drive,
        place=place,
        service=np.array([job.service_s for job in jobs], dtype=np.float64),
        opens=opens,
        closes=closes,
        load=np.array([job.load for job in jobs], dtype=np.float64),
        worth=np.array(prizes),
        home=np.array(start.home, dtype=np.int64),
        counts=np.array(start.counts, dtype=np.float64),
        near=_nearest(drive[0], place),
        travel=np.array([crew.travel for crew in crews], dtype=np.int64),
        start=np.array([crew.start for crew in crews], dtype=np.int64),
        end=np.array([crew.end for crew in crews], dtype=np.int64),
        begins=np.array([crew.shift_start_s for crew in crews], dtype=np.float64),
        shift_end=np.array([crew.shift_end_s for crew in crews], dtype=np.float64),
        overtime_price=np.array([crew.overtime_price for crew in crews], dtype=np.float64),
        over=np.array([crew.latest_return_s for crew in crews], dtype=np.float64),
        pause=np.array([(*crew.break_window(), crew.break_s) for crew in crews], dtype=np.float64),
        most_load=np.array([np.inf if crew.capacity is None else crew.capacity for crew in crews]),
        most_stops=np.array([min(width - 1, width if c.max_stops is None else c.max_stops) for c in crews]),
        locked=np.array([_locked(n, crew, start) for n, crew in enumerate(crews)], dtype=np.int64),
        allowed=_allowed(start),
    )


def _locked(number: int, crew: Crew, start: Start) -> int:
    """How many first stops the search leaves where they are."""
    order = start.orders[number]
    if crew.locked_whole:
        return len(order)
    return next((at for at, job in enumerate(order) if job not in crew.locked_jobs), len(order))


def _allowed(start: Start) -> NDArray[np.bool_]:
    """Which crew the search may give which job."""
    problem = start.problem
    crews = range(len(problem.crews))
    allowed = np.array([[problem.may_do(n, job) for job in problem.jobs] for n in crews], dtype=np.bool_)
    allowed = allowed.reshape(len(crews), len(problem.jobs))
    for at, job in enumerate(problem.jobs):
        if job.locked_crew is not None:
            allowed[[n for n in crews if n != job.locked_crew], at] = False
    for number, crew in enumerate(problem.crews):
        if crew.locked_whole:
            allowed[number] = False
    return allowed


def _nearest(drive: NDArray[np.float64], place: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each job the jobs nearest to it, itself first."""
    between = drive[np.ix_(place, place)]
    between = between + between.T
    np.fill_diagonal(between, -1.0)
    return np.ascontiguousarray(np.argsort(between, axis=1, kind="stable")[:, :NEAREST])


def _state(start: Start, work: Work, width: int, allowed: int) -> State:
    crews, jobs = len(start.problem.crews), len(start.problem.jobs)
    state = State(
        order=np.zeros((crews, width), dtype=np.int64),
        count=np.zeros(crews, dtype=np.int64),
        leaves=np.zeros((crews, width + 1, 2)),
        due=np.zeros((crews, width + 1, 2)),
        priced=np.zeros(crews),
        carried=np.zeros(crews),
        slack=np.zeros((crews, width + 1)),
        most_slack=np.zeros(crews),
        crew_of=np.full(jobs, -1, dtype=np.int64),
        figures=np.array([0.0, 0.0, 0.0, float(allowed)]),
    )
    for number, order in enumerate(start.orders):
        state.order[number, : len(order)] = order
        state.count[number] = len(order)
        state.crew_of[order] = number
        reckon(number, work, state)
    moved = [n for n in range(jobs) if state.crew_of[n] >= 0 and work.home[n] not in (-1, state.crew_of[n])]
    assert not moved, "the running plan has changed no crew"
    state.figures[0] = state.figures[1] = state.priced.sum() + work.worth[state.crew_of < 0].sum()
    return state
