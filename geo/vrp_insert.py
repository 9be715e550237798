"""Where a job fits: every gap of many routes tried at once, from how early and how late each stop can be.

Forward and backward times make one insertion a matter of three additions (Savelsbergh 1992, doi
10.1287/ijoc.4.2.146); here for windows in plural, a break that may lie on either new leg, and loads by trip.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.vrp_problem import Crew, Problem, Window
from geo.vrp_schedule import Bounds, Order, arrivals, departures, stretch, windows_within

Numbers = NDArray[np.float64]
Indices = NDArray[np.int64]
ROOM_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Gaps:
    """Places in routes where a stop could go, one a row."""

    crew: Indices
    at: Indices  # position in the order
    source: Indices  # what the rows came from, as the caller counts
    prev: Indices
    next: Indices
    leaves: Numbers  # [2, n] earliest departure before the gap: break to come, break behind
    due: Numbers  # [2, n] latest moment to be ready behind the gap
    room: Numbers  # load that the trip still takes
    past: Numbers  # seconds driven through the gap as it is; none in an empty day

    def some(self, rows: Indices | slice) -> Gaps:
        """Some of the rows."""
        return Gaps(
            self.crew[rows],
            self.at[rows],
            self.source[rows],
            self.prev[rows],
            self.next[rows],
            self.leaves[:, rows],
            self.due[:, rows],
            self.room[rows],
            self.past[rows],
        )


def trip_rooms(problem: Problem, crew: Crew, order: Order) -> list[float]:
    """What still fits on the trip that each gap of an order lies in; infinite without a capacity."""
    if crew.capacity is None:
        return [np.inf] * (len(order) + 1)
    trips, loads = [0], [0.0]
    for stop in order:
        if stop < 0:
            loads.append(0.0)
        else:
            loads[-1] += problem.jobs[stop].load
        trips.append(len(loads) - 1)
    return [crew.capacity - loads[trip] for trip in trips]


def fits_load(problem: Problem, crew: Crew, order: Order) -> bool:
    """Whether no trip of an order collects more than the crew can carry."""
    return min(trip_rooms(problem, crew, order)) >= -ROOM_SLACK


class Insertions:
    """Insertion into the routes of one problem."""

    def __init__(self, problem: Problem, bounds: Bounds) -> None:
        self.problem, self.bounds = problem, bounds
        crews = problem.crews
        windows = [crew.break_window() for crew in crews]
        self._opens = np.array([opens for opens, _ in windows], dtype=float)
        self._closes = np.array([closes for _, closes in windows], dtype=float)
        self._pause = np.array([crew.break_s for crew in crews], dtype=float)
        self._halt = np.array([-1 if crew.break_place is None else crew.break_place for crew in crews])
        self._travel = np.array([crew.travel for crew in crews])
        self._overtime = np.array([crew.overtime_s for crew in crews])

    def gaps(self, orders: Iterable[tuple[int, int, Order, int]]) -> Gaps:
        """The gaps of orders, each told as (source, crew, order, first gap that is free)."""
        rows: list[tuple[float, ...]] = []
        for source, number, order, first in orders:
            crew = self.problem.crews[number]
            way = stretch(self.problem, crew, order, self.bounds)
            before, behind, _ = departures(self.problem, crew, way)
            due0, due1 = arrivals(self.problem, crew, way)
            rooms = trip_rooms(self.problem, crew, order)
            for at in range(first, len(rooms)):
                ends = (way.places[at], way.places[at + 1])
                clocks = (before[at], behind[at], due0[at], due1[at])
                rows.append((number, at, source, *ends, *clocks, rooms[at], way.legs_s[at] if order else 0.0))
        table = np.array(rows, dtype=float).reshape(-1, 11)
        whole = table[:, :5].astype(np.int64).T
        return Gaps(
            whole[0],
            whole[1],
            whole[2],
            whole[3],
            whole[4],
            table[:, 5:7].T,
            table[:, 7:9].T,
            table[:, 9],
            table[:, 10],
        )

    def windows(self, job: int) -> tuple[Window, ...]:
        """When a job may start, with its lock and what was agreed between routes."""
        known = self.problem.jobs[job]
        lock = known.locked_start_s
        held = windows_within(known.windows_s, None if lock is None else (lock, lock))
        return windows_within(held, self.bounds.get(job))

    def extra_s(self, job: int, gaps: Gaps, *, any_load: bool = False) -> Numbers:
        """Seconds more driven with the job in each gap; infinity where it cannot be."""
        first, _ = self.starts(job, gaps, self.windows(job))
        there, on = self._legs(job, gaps)
        more = there + on - gaps.past
        fits = np.isfinite(first)
        if not any_load:
            fits &= self.problem.jobs[job].load <= gaps.room + ROOM_SLACK
        return np.where(fits, more, np.inf)

    def starts(self, job: int, gaps: Gaps, windows: Sequence[Window]) -> tuple[Numbers, Numbers]:
        """The first and last moment at which service may start in each gap; infinity where it cannot be."""
        service = self.problem.jobs[job].service_s
        place = np.full(len(gaps.crew), self.problem.jobs[job].location)
        there, on = self._legs(job, gaps)
        early = gaps.leaves + there  # ready with the break to come, and behind
        late = gaps.due - on - service
        pausing = self._through(gaps.crew, gaps.leaves[0], gaps.prev, place, there)
        leaves_by = self._before_pause(gaps.crew, gaps.due[1], place, gaps.next, on) - service
        first = np.full(len(gaps.crew), np.inf)
        last = np.full(len(gaps.crew), -np.inf)
        # The break later on; long behind; on the way here; on the way onward.
        for ready, by in ((early[0], late[0]), (early[1], late[1]), (pausing, late[1]), (early[0], leaves_by)):
            begins, ends = _first(windows, ready), _last(windows, by)
            holds = begins <= by
            first = np.where(holds & (begins < first), begins, first)
            last = np.where(holds & (ends > last), ends, last)
        return first, last

    def _legs(self, job: int, gaps: Gaps) -> tuple[Numbers, Numbers]:
        place = self.problem.jobs[job].location
        there, on = np.empty(len(gaps.crew)), np.empty(len(gaps.crew))
        for number, travel in enumerate(self.problem.travels):
            mine = self._travel[gaps.crew] == number
            there[mine] = travel.duration_s[gaps.prev[mine], place]
            on[mine] = travel.duration_s[place, gaps.next[mine]]
        return there, on

    def _detours(self, crew: Indices, a: Indices, b: Indices) -> tuple[Numbers, Numbers]:
        there, on = np.zeros(len(crew)), np.zeros(len(crew))
        for number, travel in enumerate(self.problem.travels):
            mine = (self._travel[crew] == number) & (self._halt[crew] >= 0)
            halt = self._halt[crew[mine]]
            there[mine], on[mine] = travel.duration_s[a[mine], halt], travel.duration_s[halt, b[mine]]
        return there, on

    def _through(self, crew: Indices, leaves: Numbers, a: Indices, b: Indices, leg: Numbers) -> Numbers:
        """Ready at b with the break on the way from a; infinity where it does not fit."""
        opens, closes, pause = self._opens[crew], self._closes[crew], self._pause[crew]
        there, on = self._detours(crew, a, b)
        halted = np.maximum(leaves + there, opens) + pause
        at_b = np.maximum(leaves + leg, opens) + pause
        at_a = np.maximum(leaves, opens) + pause
        free = np.where(at_b <= closes, at_b, np.where(at_a <= closes, at_a + leg, np.inf))
        ready = np.where(self._halt[crew] >= 0, np.where(halted <= closes, halted + on, np.inf), free)
        return np.where(pause > 0, ready, np.inf)

    def _before_pause(self, crew: Indices, due: Numbers, a: Indices, b: Indices, leg: Numbers) -> Numbers:
        """The latest departure from a that is ready at b by `due` with the break on the way."""
        closes = self._closes[crew]
        there, on = self._detours(crew, a, b)
        halted = self._over(crew, np.minimum(closes, due - on)) - there
        free = np.maximum(
            self._over(crew, np.minimum(closes, due)) - leg, self._over(crew, np.minimum(closes, due - leg))
        )
        leaves = np.where(self._halt[crew] >= 0, halted, free)
        return np.where(self._pause[crew] > 0, leaves, -np.inf)

    def _over(self, crew: Indices, over: Numbers) -> Numbers:
        pause = self._pause[crew]
        return np.where(self._opens[crew] + pause <= over, over - pause, -np.inf)


def _first(windows: Sequence[Window], ready: Numbers) -> Numbers:
    out = np.full(len(ready), np.inf)
    for opens, closes in reversed(windows):
        out = np.where(ready <= closes, np.maximum(ready, opens), out)
    return out


def _last(windows: Sequence[Window], by: Numbers) -> Numbers:
    out = np.full(len(by), -np.inf)
    for opens, closes in windows:
        out = np.where(opens <= by, np.maximum(out, np.minimum(closes, by)), out)
    return out
