"""A slow planner of one crew's day that tries everything; it shares no code with the planner or the checker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations, product

from geo.vrp import Crew, PlannedDay, Problem

Pins = Mapping[int, tuple[float, float]]  # narrower starts of jobs


def day_costs(problem: Problem, number: int, jobs: Sequence[int], pins: Pins) -> Iterator[float]:
    """The cost of every way a crew can do jobs in this order, breaks and reloads anywhere."""
    crew = problem.crews[number]
    if crew.max_stops is not None and len(jobs) > crew.max_stops:
        return
    rested = crew.break_s == 0
    yield from _go_on(problem, crew, tuple(jobs), pins, (crew.start, float(crew.shift_start_s), 0.0, rested, 0, 0.0))


State = tuple[int, float, float, bool, int, float]  # place, clock, load, rested, reloads, driven


def _go_on(problem: Problem, crew: Crew, jobs: tuple[int, ...], pins: Pins, state: State) -> Iterator[float]:
    drive = problem.travels[crew.travel].duration_s
    place, clock, load, rested, reloads, driven = state
    if clock > crew.shift_end_s + crew.overtime_s:
        return
    if not jobs:
        yield from _back(problem, crew, state)
    else:
        job = problem.jobs[jobs[0]]
        leg = float(drive[place, job.location])
        arrivals = [(clock + leg, rested)]
        if not rested and crew.break_place is None:
            arrivals += [(end, True) for end in _paused(crew, clock + leg)]
        room = crew.capacity is None or load + job.load <= crew.capacity + 1e-9
        for ready, now_rested in arrivals if room else ():
            for start in _starts(problem, jobs[0], ready, pins):
                gone = (job.location, start + job.service_s, load + job.load, now_rested, reloads, driven + leg)
                yield from _go_on(problem, crew, jobs[1:], pins, gone)
        if load > 0 and (crew.max_reloads is None or reloads < crew.max_reloads):
            for dump in crew.reloads:
                leg = float(drive[place, dump])
                gone = (dump, clock + leg + crew.reload_s, 0.0, rested, reloads + 1, driven + leg)
                yield from _go_on(problem, crew, jobs, pins, gone)
    if not rested:
        halt = place if crew.break_place is None else crew.break_place
        leg = 0.0 if crew.break_place is None else float(drive[place, halt])
        for end in _paused(crew, clock + leg):
            yield from _go_on(problem, crew, jobs, pins, (halt, end, load, True, reloads, driven + leg))


def _paused(crew: Crew, ready: float) -> Iterator[float]:
    opens = crew.shift_start_s if crew.break_start_s is None else crew.break_start_s
    closes = crew.shift_end_s + crew.overtime_s if crew.break_end_s is None else crew.break_end_s
    end = max(ready, opens) + crew.break_s
    if end <= closes:
        yield end


def _starts(problem: Problem, n: int, ready: float, pins: Pins) -> Iterator[float]:
    job = problem.jobs[n]
    low, high = pins.get(n, (0.0, 1e9))
    if job.locked_start_s is not None:
        low, high = max(low, job.locked_start_s), min(high, job.locked_start_s)
    one = (-1 if job.earliest_s is None else job.earliest_s, 10**9 if job.latest_s is None else job.latest_s)
    fits = [
        max(ready, opens, low) for opens, closes in job.windows or (one,) if max(ready, opens, low) <= min(closes, high)
    ]
    if fits:
        yield min(fits)


def _back(problem: Problem, crew: Crew, state: State) -> Iterator[float]:
    place, clock, _, rested, _, driven = state
    leg = float(problem.travels[crew.travel].duration_s[place, crew.end])
    ends = [clock + leg] if rested else []
    if not rested and crew.break_place in (None, crew.end):
        ends += _paused(crew, clock + leg)
    for done in ends:
        if done <= crew.shift_end_s + crew.overtime_s:
            yield driven + leg + max(0.0, done - crew.shift_end_s) * crew.overtime_price


def least_cost(problem: Problem, number: int, jobs: Sequence[int], pins: Pins) -> float | None:
    """The least cost of a crew's day in this order, or None when it cannot be done."""
    return min(day_costs(problem, number, jobs, pins), default=None)


def may(problem: Problem, number: int, n: int) -> bool:
    """Whether a crew may do a job at all."""
    crew, job = problem.crews[number], problem.jobs[n]
    allowed = job.allowed_crews is None or number in job.allowed_crews
    fit = job.skills <= crew.skills and job.equipment <= crew.equipment
    locked = job.locked_crew in (None, number)
    return allowed and fit and locked and number not in job.forbidden_crews


def pins_of(problem: Problem, plan: PlannedDay) -> dict[int, tuple[float, float]]:
    """What keeps the plan's other routes valid: moments of two crews at once, and orders across crews."""
    starts: dict[int, list[float]] = {}
    crews: dict[int, set[int]] = {}
    for number, route in enumerate(plan.routes):
        for visit in route.visits:
            starts.setdefault(visit.job, []).append(visit.service_start_s)
            crews.setdefault(visit.job, set()).add(number)
    pins: dict[int, tuple[float, float]] = {}
    for n, job in enumerate(problem.jobs):
        low, high = pins.get(n, (0.0, 1e9))
        if n in starts and job.crews_needed > 1:
            low, high = max(low, starts[n][0]), min(high, starts[n][0])
        for other in job.after:
            if other in starts and crews[other] != crews.get(n):
                low = max(low, max(starts[other]) + problem.jobs[other].service_s)
                if n in starts:
                    was = pins.get(other, (0.0, 1e9))
                    pins[other] = was[0], min(was[1], min(starts[n]) - problem.jobs[other].service_s)
        before = pins.get(n, (0.0, 1e9))
        pins[n] = max(low, before[0]), min(high, before[1])
    return pins


def insertion_costs(problem: Problem, plan: PlannedDay, n: int) -> Iterator[tuple[int, float]]:
    """Every crew and cost at which a job that one crew does alone fits into the plan as it is, at any place."""
    pins = pins_of(problem, plan)
    for number, route in enumerate(plan.routes):
        crew = problem.crews[number]
        order = [visit.job for visit in route.visits]
        if not may(problem, number, n) or crew.locked_whole:
            continue
        before = least_cost(problem, number, order, pins) if order else 0.0
        fixed = max((at + 1 for at, stop in enumerate(order) if stop in crew.locked_jobs), default=0)
        for at in range(fixed, len(order) + 1):
            if any(stop in problem.jobs[n].after for stop in order[at:]):
                continue
            cost = least_cost(problem, number, [*order[:at], n, *order[at:]], pins)
            if cost is not None and before is not None:
                yield number, cost - before


def alone(problem: Problem, number: int, n: int) -> bool:
    """Whether a crew could do nothing but this job."""
    return may(problem, number, n) and least_cost(problem, number, [n], {}) is not None


def best_cost(problem: Problem) -> float:
    """The least cost of a tiny problem without ties, by trying every share and every order."""
    best = float("inf")
    crews = range(len(problem.crews))
    memo: dict[tuple[int, frozenset[int]], float] = {}
    for share in product([-1, *crews], repeat=len(problem.jobs)):
        if any(crew >= 0 and not may(problem, crew, n) for n, crew in enumerate(share)):
            continue
        cost = float(sum(problem.jobs[n].prize_s for n, crew in enumerate(share) if crew < 0))
        for crew in crews:
            own = frozenset(n for n, c in enumerate(share) if c == crew)
            if own and (crew, own) not in memo:
                costs = (least_cost(problem, crew, order, {}) for order in permutations(sorted(own)))
                memo[crew, own] = min((c for c in costs if c is not None), default=float("inf"))
            cost += memo[crew, own] if own else 0.0
        best = min(best, cost)
    return best
