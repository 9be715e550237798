"""The search of a replan in compiled code: strings of stops come out and go back where they cost least.

Ruin and recreate after Christiaens and Vanden Berghe 2020 (SISR, doi 10.1287/trsc.2019.0914); one insertion is three
additions by forward and backward times (Savelsbergh 1992, doi 10.1287/ijoc.4.2.146), each kept twice: with the break
still to come (0) and behind (1), for a break may lie on either new leg. The number of jobs that may be with another
crew than before is never exceeded, not even on the way.

Rows are copied entry by entry: compiled, an assignment of slices takes seconds on a fresh machine, a loop none.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np

NEVER = np.inf
BLINK = 0.01  # share of places that an insertion overlooks, so that it is not greedy
STRING = 10.0  # longest string of stops that is taken out of one route
MEAN_REMOVED = 12.0
LEFT_OUT_TRIED = 40  # jobs that nobody has, tried again in one round
LOAD_SLACK = 1e-9
ROUNDING_S = 1e-6  # sums from the front and from the back differ in their last digits
SLACK_S = 60.0  # travel times of streets may break the triangle by seconds


class Work(NamedTuple):
    """What is fixed: travel of each kind of vehicle [t, n, n], then one entry a job, then one a crew."""

    drive: Any
    place: Any
    service: Any
    opens: Any  # [job, window]
    closes: Any
    load: Any
    worth: Any
    home: Any  # the crew that had the job; -1 where any crew may take it without a change
    counts: Any  # how many jobs that are counted it stands for
    near: Any  # [job, k] the nearest jobs
    travel: Any
    start: Any
    end: Any
    begins: Any
    shift_end: Any
    over: Any  # the end of the shift with all overtime
    overtime_price: Any
    pause: Any  # [crew, 3] opens, closes, lasts
    most_load: Any
    most_stops: Any
    locked: Any  # how many first stops stay where they are
    allowed: Any  # [crew, job]


class State(NamedTuple):
    """Routes and their times: leaves and due are [crew, gap, break to come or behind]."""

    order: Any
    count: Any
    leaves: Any
    due: Any
    priced: Any  # seconds driven by each crew, and its overtime at its price
    carried: Any
    slack: Any  # [crew, gap] the longest work that could fit there at all
    most_slack: Any  # the same over the gaps of a route
    crew_of: Any
    figures: Any  # cost now, best cost, jobs that changed crew, how many may


class Journal(NamedTuple):
    """What a round takes out and how to undo it."""

    touched: Any
    kept: Any
    kept_count: Any
    pool: Any
    pooled: Any
    was_served: Any
    everybody: Any  # the number of every crew
    sizes: Any  # routes touched, jobs in the pool


@numba.njit(cache=True, nogil=True)
def first_start(opens: Any, closes: Any, job: int, ready: float) -> Any:
    """The first moment from ready on at which a job may start; infinity when all its windows have closed."""
    for w in range(opens.shape[1]):
        if ready <= closes[job, w]:
            return max(ready, opens[job, w])
    return NEVER


@numba.njit(cache=True, nogil=True)
def last_start(opens: Any, closes: Any, job: int, by: float) -> Any:
    """The last moment up to by at which a job may start; minus infinity when its windows open later."""
    best = -NEVER
    for w in range(opens.shape[1]):
        if opens[job, w] <= by:
            best = max(best, min(closes[job, w], by))
    return best


@numba.njit(cache=True, nogil=True)
def through_break(pause: Any, leaves: float, leg: float) -> Any:
    """When a crew is ready at the next stop with its break after the drive, or before it when that is too late."""
    opens, closes, lasts = pause[0], pause[1], pause[2]
    if lasts <= 0 or leaves == NEVER:
        return NEVER
    start = max(leaves + leg, opens)
    if start + lasts <= closes:
        return start + lasts
    start = max(leaves, opens)
    return start + lasts + leg if start + lasts <= closes else NEVER


@numba.njit(cache=True, nogil=True)
def leaves_for_break(pause: Any, ready_by: float, leg: float) -> Any:
    """The latest departure that reaches the next stop by ready_by with the break on the way."""
    opens, closes, lasts = pause[0], pause[1], pause[2]
    if lasts <= 0:
        return -NEVER
    over = min(closes, ready_by)
    after = over - lasts - leg if opens + lasts <= over else -NEVER
    over = min(closes, ready_by - leg)
    before = over - lasts if opens + lasts <= over else -NEVER
    return max(after, before)


@numba.njit(cache=True, nogil=True)
def reckon(crew: int, work: Work, state: State) -> None:
    """Fill the forward and backward times, drive and load of one route."""
    drive, n, pause = work.drive[work.travel[crew]], state.count[crew], work.pause[crew]
    before, behind = (work.begins[crew], NEVER) if pause[2] > 0 else (NEVER, work.begins[crew])
    state.leaves[crew, 0, 0], state.leaves[crew, 0, 1] = before, behind
    at, whole, weight = work.start[crew], 0.0, 0.0
    for i in range(n):
        job = state.order[crew, i]
        leg = drive[at, work.place[job]]
        ready = min(behind + leg, through_break(pause, before, leg))
        behind = first_start(work.opens, work.closes, job, ready) + work.service[job]
        before = first_start(work.opens, work.closes, job, before + leg) + work.service[job]
        state.leaves[crew, i + 1, 0], state.leaves[crew, i + 1, 1] = before, behind
        at, whole, weight = work.place[job], whole + leg, weight + work.load[job]
    last = drive[at, work.end[crew]]
    state.priced[crew] = whole + last + _overtime(crew, (before, behind), last, work) if n else 0.0
    state.carried[crew] = weight
    _reckon_back(crew, work, state)


@numba.njit(cache=True, nogil=True)
def _overtime(crew: int, leaves: Any, last: float, work: Work) -> Any:
    """The price of the overtime of a day whose last stop is left at these moments, with the break to come or behind."""
    over = min(leaves[1] + last, through_break(work.pause[crew], leaves[0], last)) - work.shift_end[crew]
    return work.overtime_price[crew] * over if over > 0.0 else 0.0


@numba.njit(cache=True, nogil=True)
def _overtime_with(crew: int, gap: int, job: int, work: Work, state: State) -> Any:
    """The price of a crew's overtime with one more job in its day; walked through, for windows may take it up."""
    drive, n, pause = work.drive[work.travel[crew]], state.count[crew], work.pause[crew]
    before, behind = state.leaves[crew, gap, 0], state.leaves[crew, gap, 1]
    at = work.start[crew] if gap == 0 else work.place[state.order[crew, gap - 1]]
    for i in range(gap - 1, n):
        stop = job if i < gap else state.order[crew, i]
        leg = drive[at, work.place[stop]]
        ready = min(behind + leg, through_break(pause, before, leg))
        behind = first_start(work.opens, work.closes, stop, ready) + work.service[stop]
        before = first_start(work.opens, work.closes, stop, before + leg) + work.service[stop]
        at = work.place[stop]
    return _overtime(crew, (before, behind), drive[at, work.end[crew]], work)


@numba.njit(cache=True, nogil=True)
def _overtime_now(crew: int, work: Work, state: State) -> Any:
    """The price of a crew's overtime as its day is; nothing for one that may work none, or whose overtime is free."""
    n = state.count[crew]
    if n == 0 or work.over[crew] <= work.shift_end[crew] or work.overtime_price[crew] <= 0.0:
        return 0.0
    last = drive_home(crew, work, state)
    return _overtime(crew, (state.leaves[crew, n, 0], state.leaves[crew, n, 1]), last, work)


@numba.njit(cache=True, nogil=True)
def drive_home(crew: int, work: Work, state: State) -> Any:
    """Seconds from a crew's last stop to where its day ends."""
    return work.drive[work.travel[crew], work.place[state.order[crew, state.count[crew] - 1]], work.end[crew]]


@numba.njit(cache=True, nogil=True)
def _reckon_back(crew: int, work: Work, state: State) -> None:
    """The latest moments to be ready at each stop and at the end."""
    drive, n, pause = work.drive[work.travel[crew]], state.count[crew], work.pause[crew]
    rest = min(pause[1], work.over[crew])
    before = rest - pause[2] if pause[2] > 0 and pause[0] + pause[2] <= rest else -NEVER
    behind = work.over[crew]
    state.due[crew, n, 0], state.due[crew, n, 1] = before, behind
    after = work.end[crew]
    for i in range(n - 1, -1, -1):
        job = state.order[crew, i]
        leg, lasts = drive[work.place[job], after], work.service[job]
        latest = max(before - leg, leaves_for_break(pause, behind, leg))
        before = last_start(work.opens, work.closes, job, latest - lasts)
        behind = last_start(work.opens, work.closes, job, behind - leg - lasts)
        state.due[crew, i, 0], state.due[crew, i, 1] = before, behind
        after = work.place[job]
    _reckon_slack(crew, work, state)


@numba.njit(cache=True, nogil=True)
def _reckon_slack(crew: int, work: Work, state: State) -> None:
    """What each gap can take at most, detours not counted: as a detour is never shorter than the way itself."""
    drive, n, pause = work.drive[work.travel[crew]], state.count[crew], work.pause[crew]
    most, past = -NEVER, work.start[crew]
    for gap in range(n + 1):
        goal = work.end[crew] if gap == n else work.place[state.order[crew, gap]]
        leg = drive[past, goal]
        before, behind = state.leaves[crew, gap, 0], state.leaves[crew, gap, 1]
        ready = min(behind + leg, through_break(pause, before, leg))
        slack = max(state.due[crew, gap, 1] - ready, state.due[crew, gap, 0] - before - leg)
        slack = max(slack, leaves_for_break(pause, state.due[crew, gap, 1], leg) - before)
        state.slack[crew, gap], most, past = slack, max(most, slack), goal
    state.most_slack[crew] = most


@numba.njit(cache=True, nogil=True)
def _holds(crew: int, gap: int, job: int, legs: Any, work: Work, state: State) -> Any:
    """Whether a job fits before position gap of a route; legs are the two drives, there and on."""
    pause, leg, on, lasts = work.pause[crew], legs[0], legs[1], work.service[job]
    before, behind = state.leaves[crew, gap, 0], state.leaves[crew, gap, 1]
    ready = min(behind + leg, through_break(pause, before, leg))
    without_by, with_by = state.due[crew, gap, 0] - ROUNDING_S, state.due[crew, gap, 1] - ROUNDING_S
    if first_start(work.opens, work.closes, job, ready) + lasts + on <= with_by:
        return True
    without = first_start(work.opens, work.closes, job, before + leg) + lasts
    return without + on <= without_by or through_break(pause, without, on) <= with_by


@numba.njit(cache=True, nogil=True)
def best_place(job: int, work: Work, state: State, price: float, blink: float, crews: Any) -> Any:
    """Crew, gap and price of the cheapest place of a job in the routes of some crews; crew -1 where it fits nowhere."""
    best, best_crew, best_gap = NEVER, -1, -1
    here, room = work.place[job], state.figures[3] - state.figures[2]
    needs = work.service[job] - SLACK_S
    for crew in crews:
        if needs > state.most_slack[crew]:
            continue
        moves = work.home[job] >= 0 and work.home[job] != crew
        if (
            not work.allowed[crew, job]
            or (moves and room < work.counts[job])
            or state.count[crew] >= work.most_stops[crew]
        ):
            continue
        if state.carried[crew] + work.load[job] > work.most_load[crew] + LOAD_SLACK:
            continue
        n, drive = state.count[crew], work.drive[work.travel[crew]]
        dear = work.overtime_price[crew] > 0.0 and work.over[crew] > work.shift_end[crew]
        paid = _overtime_now(crew, work, state)
        for gap in range(work.locked[crew], n + 1):
            if needs > state.slack[crew, gap]:
                continue
            past = work.start[crew] if gap == 0 else work.place[state.order[crew, gap - 1]]
            goal = work.end[crew] if gap == n else work.place[state.order[crew, gap]]
            leg, on = drive[past, here], drive[here, goal]
            more = leg + on - (drive[past, goal] if n else 0.0) + (price * work.counts[job] if moves else 0.0)
            if more >= best or (blink > 0 and np.random.random() < blink):
                continue
            if _holds(crew, gap, job, (leg, on), work, state):
                if dear:
                    more += _overtime_with(crew, gap, job, work, state) - paid
                    if more >= best:
                        continue
                best, best_crew, best_gap = more, crew, gap
    return best_crew, best_gap, best


@numba.njit(cache=True, nogil=True)
def put(crew: int, gap: int, job: int, work: Work, state: State, price: float) -> None:
    """Insert a job; times and figures follow."""
    for i in range(state.count[crew], gap, -1):
        state.order[crew, i] = state.order[crew, i - 1]
    state.order[crew, gap] = job
    state.count[crew] += 1
    state.crew_of[job] = crew
    state.figures[0] -= state.priced[crew] + work.worth[job]
    reckon(crew, work, state)
    state.figures[0] += state.priced[crew]
    if work.home[job] >= 0 and work.home[job] != crew:
        state.figures[2] += work.counts[job]
        state.figures[0] += price * work.counts[job]


@numba.njit(cache=True, nogil=True)
def take(crew: int, first: int, length: int, work: Work, state: State, price: float) -> None:
    """Take a string of stops out; times and figures follow."""
    n = state.count[crew]
    for i in range(first, first + length):
        job = state.order[crew, i]
        state.crew_of[job] = -1
        state.figures[0] += work.worth[job]
        if work.home[job] >= 0 and work.home[job] != crew:
            state.figures[2] -= work.counts[job]
            state.figures[0] -= price * work.counts[job]
    for i in range(first, n - length):
        state.order[crew, i] = state.order[crew, i + length]
    state.count[crew] = n - length
    state.figures[0] -= state.priced[crew]
    reckon(crew, work, state)
    state.figures[0] += state.priced[crew]


@numba.njit(cache=True, nogil=True)
def _keep(crew: int, state: State, journal: Journal) -> bool:
    """Remember a route before it is changed for the first time in a round; whether this was the first."""
    known = journal.sizes[0]
    for i in range(known):
        if journal.touched[i] == crew:
            return False
    journal.touched[known] = crew
    journal.kept_count[known] = state.count[crew]
    for i in range(state.count[crew]):
        journal.kept[known, i] = state.order[crew, i]
    journal.sizes[0] += 1
    return True


@numba.njit(cache=True, nogil=True)
def _undo(work: Work, state: State, journal: Journal) -> None:
    """Every touched route as it was."""
    for t in range(journal.sizes[0]):
        crew = journal.touched[t]
        for i in range(state.count[crew]):
            state.crew_of[state.order[crew, i]] = -1
    for t in range(journal.sizes[0]):
        crew = journal.touched[t]
        state.count[crew] = journal.kept_count[t]
        for i in range(state.count[crew]):
            job = state.order[crew, i] = journal.kept[t, i]
            state.crew_of[job] = crew
        reckon(crew, work, state)


@numba.njit(cache=True, nogil=True)
def _pool(job: int, journal: Journal) -> None:
    if not journal.pooled[job]:
        journal.pool[journal.sizes[1]], journal.pooled[job] = job, True
        journal.sizes[1] += 1


@numba.njit(cache=True, nogil=True)
def ruin(work: Work, state: State, journal: Journal, price: float) -> None:
    """Take strings of stops around a random job out of the routes near it, and the jobs there that nobody has."""
    jobs, crews = len(work.place), len(state.count)
    longest = max(1.0, min(STRING, jobs / crews))
    strings = int(np.random.random() * (4.0 * MEAN_REMOVED / (1.0 + longest) - 1.0)) + 1
    seed, tried = np.random.randint(jobs), 0
    for k in range(work.near.shape[1]):
        job = work.near[seed, k]
        crew = state.crew_of[job]
        if crew < 0:
            if not journal.pooled[job] and tried < LEFT_OUT_TRIED:
                tried += 1
                _pool(job, journal)
            continue
        first, n = work.locked[crew], state.count[crew]
        at = first
        while at < n and state.order[crew, at] != job:
            at += 1
        if journal.sizes[0] >= strings or at == n or not _keep(crew, state, journal):
            continue
        length = int(np.random.random() * min(longest, n - first)) + 1
        low, high = max(first, at - length + 1), min(at, n - length)
        begin = low + int(np.random.random() * (high - low + 1))
        for i in range(begin, begin + length):
            _pool(state.order[crew, i], journal)
            journal.was_served[state.order[crew, i]] = True
        take(crew, begin, length, work, state, price)


@numba.njit(cache=True, nogil=True)
def _sort(weight: Any, pool: Any) -> None:
    """Put the pool in order of weight, in place; some dozens, for which insertion is quick to run and to compile."""
    for i in range(1, len(weight)):
        least, job, at = weight[i], pool[i], i
        while at > 0 and weight[at - 1] > least:
            weight[at], pool[at] = weight[at - 1], pool[at - 1]
            at -= 1
        weight[at], pool[at] = least, job


@numba.njit(cache=True, nogil=True)
def recreate(work: Work, state: State, journal: Journal, price: float) -> None:
    """Put the pool back in one of four orders, each job where it costs least, unless it is worth less."""
    size, kind = journal.sizes[1], np.random.randint(4)
    weight = np.random.random(size)
    for i in range(size):
        job = journal.pool[i]
        journal.pooled[job] = False
        if kind == 1:
            weight[i] = -work.worth[job] * (0.8 + 0.4 * weight[i])
        elif kind == 2:
            weight[i] = -work.service[job] * (0.8 + 0.4 * weight[i])
        elif kind == 3:
            weight[i] += work.closes[job, -1] - work.opens[job, 0]
    _sort(weight, journal.pool)
    for i in range(size):
        job = journal.pool[i]
        # What nobody had before this round can only fit where the round has made room.
        where = journal.everybody if journal.was_served[job] else journal.touched[: journal.sizes[0]]
        journal.was_served[job] = False
        crew, gap, more = best_place(job, work, state, price, BLINK, where)
        if crew >= 0 and more <= work.worth[job]:
            _keep(crew, state, journal)
            put(crew, gap, job, work, state, price)


@numba.njit(cache=True, nogil=True)
def rounds(heats: Any, price: float, seed: int, work: Work, state: State, best_order: Any, best_count: Any) -> None:
    """A round a heat: ruin, recreate, and undo what is not better by more than chance allows."""
    np.random.seed(seed)
    crews, jobs = len(state.count), len(work.place)
    journal = Journal(
        np.empty(crews, np.int64),
        np.empty((crews, state.order.shape[1]), np.int64),
        np.empty(crews, np.int64),
        np.empty(jobs, np.int64),
        np.zeros(jobs, np.bool_),
        np.zeros(jobs, np.bool_),
        np.arange(crews),
        np.zeros(2, np.int64),
    )
    for heat in heats:
        cost, changed = state.figures[0], state.figures[2]
        journal.sizes[0] = journal.sizes[1] = 0
        ruin(work, state, journal, price)
        recreate(work, state, journal, price)
        if state.figures[0] >= cost - heat * np.log(1.0 - np.random.random()):
            _undo(work, state, journal)
            state.figures[0], state.figures[2] = cost, changed
        elif state.figures[0] < state.figures[1] - 1e-6:
            state.figures[1] = state.figures[0]
            for crew in range(crews):
                best_count[crew] = state.count[crew]
                for i in range(state.count[crew]):
                    best_order[crew, i] = state.order[crew, i]
