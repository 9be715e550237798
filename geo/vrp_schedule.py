"""The clock of a route: arrivals, waits, services, reloads, the break; and how early or late each stop can be.

An order lists jobs by number; -1 - r is a reload at the crew's r-th place to unload. Every function keeps two clocks:
one with the break still to come (0) and one with it behind (1); the earlier of either is always the better.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from geo.vrp_plan import NO_JOB, Route, Visit
from geo.vrp_problem import Crew, Problem, Window

Order = Sequence[int]
Bounds = Mapping[int, Window]  # narrower windows of single jobs, agreed between routes
NEVER = float("inf")


def first_start(windows: Sequence[Window], ready_s: float) -> float:
    """The first moment from ready_s on at which service may start; infinity when every window has closed."""
    return next((max(ready_s, opens) for opens, closes in windows if ready_s <= closes), NEVER)


def last_start(windows: Sequence[Window], by_s: float) -> float:
    """The last moment up to by_s at which service may start; minus infinity when every window opens later."""
    return max((min(closes, by_s) for opens, closes in windows if opens <= by_s), default=-NEVER)


def windows_within(windows: Sequence[Window], bound: Window | None) -> tuple[Window, ...]:
    """The parts of windows inside a bound."""
    if bound is None:
        return tuple(windows)
    cut = ((max(opens, bound[0]), min(closes, bound[1])) for opens, closes in windows)
    return tuple((opens, closes) for opens, closes in cut if opens <= closes)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A route as its stops' places, windows and times of service, between the crew's start and end."""

    places: list[int]  # with the start before and the end after
    windows: list[tuple[Window, ...]]  # one a stop
    service_s: list[int]
    legs_s: list[float]  # one more than stops


def stretch(problem: Problem, crew: Crew, order: Order, bounds: Bounds) -> Stretch:
    """What an order means for a crew."""
    drive = problem.travel_of(crew).duration_s
    places, windows, service = [crew.start], [], []
    for stop in order:
        if stop >= 0:
            job = problem.jobs[stop]
            locked = job.locked_start_s
            held = windows_within(job.windows_s, None if locked is None else (locked, locked))
            windows.append(windows_within(held, bounds.get(stop)))
            places.append(job.location)
            service.append(job.service_s)
        else:
            windows.append(((0, 2**40),))
            places.append(crew.reloads[-1 - stop])
            service.append(crew.reload_s)
    places.append(crew.end)
    legs = [float(drive[a, b]) for a, b in pairwise(places)]
    return Stretch(places, windows, service, legs)


def through_break(
    crew: Crew, leaves_s: float, leg_s: float, detour_s: tuple[float, float] | None
) -> tuple[float, float]:
    """When the crew is ready at the next stop with its break on the way, and when the break starts.

    With a place, detour_s are the legs there and on; without one the break is after the drive, or before it where
    its window would close meanwhile. Infinity where neither fits.
    """
    opens, closes = crew.break_window()
    if detour_s is not None:
        starts = max(leaves_s + detour_s[0], float(opens))
        return (starts + crew.break_s + detour_s[1], starts) if starts + crew.break_s <= closes else (NEVER, NEVER)
    starts = max(leaves_s + leg_s, float(opens))
    if starts + crew.break_s <= closes:
        return starts + crew.break_s, starts
    starts = max(leaves_s, float(opens))
    return (starts + crew.break_s + leg_s, starts) if starts + crew.break_s <= closes else (NEVER, NEVER)


def _detour_s(problem: Problem, crew: Crew, before: int, after: int) -> tuple[float, float] | None:
    if crew.break_place is None:
        return None
    drive = problem.travel_of(crew).duration_s
    return float(drive[before, crew.break_place]), float(drive[crew.break_place, after])


def departures(problem: Problem, crew: Crew, way: Stretch) -> tuple[list[float], list[float], list[bool]]:
    """The earliest departures from the start and each stop, with the break to come and behind.

    The third list tells where the clock behind the break took it on the way to that stop.
    """
    begin = float(crew.shift_start_s)
    before, behind = [begin if crew.break_s else NEVER], [NEVER if crew.break_s else begin]
    taken = [False]
    for at, leg in enumerate(way.legs_s[:-1]):
        windows, service = way.windows[at], way.service_s[at]
        on_way = NEVER
        if before[-1] < NEVER:
            detour = _detour_s(problem, crew, way.places[at], way.places[at + 1])
            on_way, _ = through_break(crew, before[-1], leg, detour)
        ready = behind[-1] + leg
        taken.append(on_way < ready)
        behind.append(first_start(windows, min(ready, on_way)) + service)
        before.append(first_start(windows, before[-1] + leg) + service)
    return before, behind, taken


def arrivals(problem: Problem, crew: Crew, way: Stretch) -> tuple[list[float], list[float]]:
    """The latest moments to be ready at each stop and at the end, with the break to come and behind."""
    last = float(crew.latest_return_s)
    before = [_last_before_break(crew, last, 0.0) if crew.break_place in (None, crew.end) else -NEVER]
    behind = [last]
    for at in range(len(way.service_s) - 1, -1, -1):
        leg = way.legs_s[at + 1]
        detour = _detour_s(problem, crew, way.places[at + 1], way.places[at + 2])
        leaves = max(before[-1] - leg, leaves_for_break(crew, behind[-1], leg, detour))
        before.append(last_start(way.windows[at], leaves - way.service_s[at]))
        behind.append(last_start(way.windows[at], behind[-1] - leg - way.service_s[at]))
    return before[::-1], behind[::-1]


def leaves_for_break(crew: Crew, ready_by_s: float, leg_s: float, detour_s: tuple[float, float] | None) -> float:
    """The latest departure that reaches the next stop by ready_by_s with the break on the way."""
    if not crew.break_s:
        return -NEVER
    if detour_s is not None:
        return _last_before_break(crew, ready_by_s - detour_s[1], detour_s[0])
    return max(_last_before_break(crew, ready_by_s, leg_s), _last_before_break(crew, ready_by_s - leg_s, 0.0))


def _last_before_break(crew: Crew, over_by_s: float, drive_s: float) -> float:
    """The latest departure before a drive of drive_s and the break, both over by over_by_s."""
    opens, closes = crew.break_window()
    over = min(float(closes), over_by_s)
    return over - crew.break_s - drive_s if opens + crew.break_s <= over else -NEVER


def timed(problem: Problem, crew: Crew, order: Order, bounds: Bounds | None = None) -> Route | None:
    """The route that makes its stops in this order and is back soonest; None when shift, windows or break forbid it.

    The crew leaves at the start of its shift; a crew without stops stays and needs no break.
    """
    if not order:
        return Route(return_s=float(crew.shift_start_s))
    way = stretch(problem, crew, order, bounds or {})
    before, behind, taken = departures(problem, crew, way)
    gap = _ending(problem, crew, way, before[-1], behind[-1], taken)
    return None if gap is None else _told(problem, crew, order, way, gap)


def _ending(
    problem: Problem, crew: Crew, way: Stretch, before_s: float, behind_s: float, taken: Sequence[bool]
) -> int | None:
    """The leg that holds the break so that the day is over soonest: counted from 1, one past the last for a break

    once the crew is back, 0 without a break. None when the day cannot end in time.
    """
    leg, legs = way.legs_s[-1], len(way.legs_s)
    if not crew.break_s:
        return 0 if behind_s + leg <= crew.latest_return_s else None
    ends = [(behind_s + leg, next((at for at in range(len(taken) - 1, 0, -1) if taken[at]), 0))]
    if before_s < NEVER:
        detour = _detour_s(problem, crew, way.places[-2], crew.end)
        ends.append((through_break(crew, before_s, leg, detour)[0], legs))
        if crew.break_place in (None, crew.end):
            opens, closes = crew.break_window()
            over = max(before_s + leg, float(opens)) + crew.break_s
            ends.append((over if over <= closes else NEVER, legs + 1))
    soonest, gap = min(ends)
    return gap if soonest <= crew.latest_return_s else None


def _told(problem: Problem, crew: Crew, order: Order, way: Stretch, gap: int) -> Route:
    """The route in full, with the break on the way to stop `gap`, counted from 1; past the end once back."""
    travel = problem.travel_of(crew)
    clock, place, drive, wait, metres = float(crew.shift_start_s), crew.start, 0.0, 0.0, 0.0
    stops: list[Visit] = []
    pause: float | None = None
    for at, goal in enumerate(way.places[1:], 1):
        leg, far = float(travel.duration_s[place, goal]), float(travel.distance_m[place, goal])
        arrival = ready = clock + leg
        if gap == at:
            ready, pause = through_break(crew, clock, leg, _detour_s(problem, crew, place, goal))
            arrival = ready if crew.break_place is not None or pause < arrival else arrival
            if crew.break_place is not None:
                halt = crew.break_place
                there, on = float(travel.duration_s[place, halt]), float(travel.distance_m[place, halt])
                stops.append(Visit(NO_JOB, clock + there, pause, pause + crew.break_s, there, on, "break", halt))
                wait += pause - clock - there
                drive, metres = drive + there, metres + on
                leg, far = float(travel.duration_s[halt, goal]), float(travel.distance_m[halt, goal])
            else:
                wait += pause - (clock + leg if pause >= clock + leg else clock)
        drive, metres, place = drive + leg, metres + far, goal
        if at <= len(order):
            stop, start = order[at - 1], first_start(way.windows[at - 1], ready)
            wait += start - ready
            clock = start + way.service_s[at - 1]
            kind = "job" if stop >= 0 else "reload"
            stops.append(Visit(max(stop, NO_JOB), arrival, start, clock, leg, far, kind, goal))
        else:
            clock = arrival
    back = ready_end = clock
    if gap == len(order) + 1 and crew.break_place is None and pause is not None:
        ready_end = max(back, pause + crew.break_s)
    if gap == len(order) + 2:
        pause = max(back, float(crew.break_window()[0]))
        ready_end = pause + crew.break_s
        if crew.break_place is not None:
            stops.append(Visit(NO_JOB, back, pause, ready_end, 0.0, 0.0, "break", crew.end))
    overtime = max(0.0, ready_end - crew.shift_end_s)
    return Route(tuple(stops), pause, back, drive, wait, metres, overtime)
