"""A clock that goes on where a route breaks a rule, and names what is broken: for plans that are edited by hand.

Where the strict clock finds a route, this one tells the same; an order is as in vrp_schedule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite

from geo.vrp_plan import NO_JOB, Route, Visit
from geo.vrp_problem import FOREVER_S, Crew, Problem, Travel, Window
from geo.vrp_schedule import timed

SLACK_S = 1.0
_ANY_TIME: tuple[Window, ...] = ((0, FOREVER_S),)
Order = Sequence[int]
NotBefore = Mapping[int, float]  # job -> second before which its service cannot start, for what other crews do


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that a plan breaks.

    kind: late, shift, break, unreachable, skill, equipment, crew, capacity, stops, reloads, lock, two_crews, after or
    pair.
    `amount` are seconds (late, shift, break, lock, two_crews, after), load that is too much, or stops too many.
    """

    kind: str
    crew: int
    job: int = NO_JOB
    amount: float = 0.0
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SoftRoute:
    """A timed route with what it breaks."""

    route: Route
    breaches: tuple[Breach, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Begun:
    """What of a crew's day is over, as it was, and the crew from where it stands; idle_s is when it is back if it

    makes no other stop, home_s and home_m the way there.
    """

    order: tuple[int, ...]
    stops: tuple[Visit, ...]
    break_start_s: float | None
    crew: Crew
    idle_s: float
    home_s: float = 0.0
    home_m: float = 0.0

    def before(self, rest: Route) -> Route:
        """The whole day with this rest of it; sums are of all of it."""
        return replace(
            rest,
            stops=(*self.stops, *rest.stops),
            break_start_s=self.break_start_s if rest.break_start_s is None else rest.break_start_s,
            return_s=rest.return_s if rest.stops else self.idle_s,
            drive_s=(rest.drive_s if rest.stops else self.home_s) + sum(stop.leg_drive_s for stop in self.stops),
            wait_s=rest.wait_s + sum(stop.service_start_s - stop.arrival_s for stop in self.stops),
            distance_m=(rest.distance_m if rest.stops else self.home_m)
            + sum(stop.leg_distance_m for stop in self.stops),
        )


@dataclass(frozen=True, slots=True)
class _Leg:
    """One stop of the walk: the way there, its windows and its work."""

    stop: int
    place: int
    drive_s: float
    metres: float
    windows: tuple[Window, ...]
    not_before_s: float
    service_s: int


def soft_route(
    problem: Problem, number: int, order: Order, not_before: NotBefore | None = None, begun: Begun | None = None
) -> SoftRoute:
    """The clock of a crew's order with every rule that it breaks, without those that tie routes to each other.

    What has begun keeps its times; the rest follows from where the crew stands.
    """
    waits = not_before or {}
    if begun is None or tuple(order[: len(begun.order)]) != begun.order:
        crew = problem.crews[number]
        route = _clocked(problem, crew, order, waits)
    else:
        crew = begun.crew
        route = begun.before(_clocked(problem, crew, order[len(begun.order) :], waits))
    if not order:
        return SoftRoute(route)
    return SoftRoute(route, (*_time_breaches(problem, number, route, crew), *rule_breaches(problem, number, order)))


def _clocked(problem: Problem, crew: Crew, order: Order, waits: NotBefore) -> Route:
    if not order:
        return Route(return_s=float(crew.shift_start_s))
    strict = None if any(job in waits for job in order) else timed(problem, crew, order)
    return soft_walk(problem, crew, order, waits) if strict is None else strict


def soft_walk(problem: Problem, crew: Crew, order: Order, not_before: NotBefore) -> Route:
    """The walk that is late least, then done soonest, over all places of the break."""
    legs = _legs(problem, crew, order, not_before)
    gaps: Sequence[int | None] = range(len(legs) + 1) if crew.break_s else (None,)
    if crew.break_s and crew.break_place not in (None, crew.end):
        gaps = range(len(legs))
    best = min(gaps, key=lambda gap: _cost(problem, crew, legs, gap))
    return _walk(problem, crew, legs, best)[0]


def _legs(problem: Problem, crew: Crew, order: Order, not_before: NotBefore) -> list[_Leg]:
    """The stops and the way back, which is the last one."""
    travel, place, legs = problem.travel_of(crew), crew.start, []
    for stop in order:
        goal, windows, service = crew.reloads[-1 - stop] if stop < 0 else 0, _ANY_TIME, crew.reload_s
        if stop >= 0:
            job = problem.jobs[stop]
            locked = job.locked_start_s
            windows = job.windows_s if locked is None else ((locked, locked),)
            goal, service = job.location, job.service_s
        legs.append(_Leg(stop, goal, *_way(travel, place, goal), windows, not_before.get(stop, 0.0), service))
        place = goal
    return [*legs, _Leg(NO_JOB, crew.end, *_way(travel, place, crew.end), _ANY_TIME, 0.0, 0)]


def _way(travel: Travel, start: int, end: int) -> tuple[float, float]:
    """Seconds and metres. A way that does not exist takes none: a clock that stands tells nothing of what comes."""
    seconds = float(travel.duration_s[start, end])
    return (seconds, float(travel.distance_m[start, end])) if isfinite(seconds) else (0.0, 0.0)


def _cost(problem: Problem, crew: Crew, legs: Sequence[_Leg], gap: int | None) -> tuple[float, float]:
    route, late_s = _walk(problem, crew, legs, gap)
    over_s = max(0.0, day_ends_s(crew, route) - crew.latest_return_s)
    return late_s + over_s, day_ends_s(crew, route)


def day_ends_s(crew: Crew, route: Route) -> float:
    """The end of the way back, or of a break after it."""
    pause = 0.0 if route.break_start_s is None else route.break_start_s + crew.break_s
    return max(route.return_s, pause)


@dataclass(slots=True)
class _Hand:
    """Where the walk has got to."""

    clock_s: float
    place: int
    drive_s: float = 0.0
    wait_s: float = 0.0
    metres: float = 0.0
    late_s: float = 0.0
    pause_s: float | None = None
    stops: list[Visit] = field(default_factory=list)

    def halt(self, crew: Crew, there: tuple[float, float], place: int) -> None:
        """Drive to where the break is and have it."""
        arrival = self.clock_s + there[0]
        self.pause_s = _pause_start(crew, arrival)
        over = self.pause_s + crew.break_s
        self.stops.append(Visit(NO_JOB, arrival, self.pause_s, over, *there, "break", place))
        self.wait_s += self.pause_s - arrival
        self.late_s += _too_late(crew, self.pause_s)
        self.drive_s, self.metres, self.clock_s, self.place = (
            self.drive_s + there[0],
            self.metres + there[1],
            over,
            place,
        )

    def rest(self, crew: Crew, drive_s: float) -> tuple[float, float]:
        """Have the break behind the drive, or before it; when the crew arrives and when it is ready."""
        arrival = self.clock_s + drive_s
        self.pause_s, ready = _free_pause(crew, self.clock_s, drive_s)
        self.late_s += _too_late(crew, self.pause_s)
        if self.pause_s < arrival:
            self.wait_s += self.pause_s - self.clock_s
            return ready, ready
        self.wait_s += self.pause_s - arrival
        return arrival, ready


def _walk(problem: Problem, crew: Crew, legs: Sequence[_Leg], gap: int | None) -> tuple[Route, float]:
    """The walk with the break on the way to stop `gap` (past the last one: once back), and its seconds of lateness."""
    travel, hand = problem.travel_of(crew), _Hand(float(crew.shift_start_s), crew.start)
    for at, leg in enumerate(legs):
        way = leg.drive_s, leg.metres
        if gap == at and crew.break_place is not None:
            hand.halt(crew, _way(travel, hand.place, crew.break_place), crew.break_place)
            way = _way(travel, crew.break_place, leg.place)
        arrival = ready = hand.clock_s + way[0]
        if gap == at and crew.break_place is None:
            arrival, ready = hand.rest(crew, way[0])
        hand.drive_s, hand.metres, hand.place = hand.drive_s + way[0], hand.metres + way[1], leg.place
        if at == len(legs) - 1:
            hand.clock_s = arrival
            break
        start, late_s = _start(leg, ready)
        hand.late_s += late_s
        hand.wait_s += start - ready
        hand.clock_s = start + leg.service_s
        kind = "job" if leg.stop >= 0 else "reload"
        hand.stops.append(Visit(max(leg.stop, NO_JOB), arrival, start, hand.clock_s, *way, kind, leg.place))
    return _home(crew, hand, once_back=gap == len(legs)), hand.late_s


def _home(crew: Crew, hand: _Hand, *, once_back: bool) -> Route:
    """The route of a walk that is back, with the break still to come or not."""
    back = hand.clock_s
    if once_back:
        hand.pause_s = _pause_start(crew, back)
        hand.late_s += _too_late(crew, hand.pause_s)
        if crew.break_place is not None:
            over = hand.pause_s + crew.break_s
            hand.stops.append(Visit(NO_JOB, back, hand.pause_s, over, 0.0, 0.0, "break", crew.end))
    route = Route(tuple(hand.stops), hand.pause_s, back, hand.drive_s, hand.wait_s, hand.metres)
    return replace(route, overtime_s=max(0.0, day_ends_s(crew, route) - crew.shift_end_s))


def _pause_start(crew: Crew, free_s: float) -> float:
    return max(free_s, float(crew.break_window()[0]))


def _too_late(crew: Crew, pause_s: float) -> float:
    return max(0.0, pause_s + crew.break_s - crew.break_window()[1])


def _free_pause(crew: Crew, leaves_s: float, way_s: float) -> tuple[float, float]:
    """When a break without a place starts and when the crew is ready: after the drive, before it where that is late."""
    after = _pause_start(crew, leaves_s + way_s)
    before = _pause_start(crew, leaves_s)
    if _too_late(crew, after) > 0 and _too_late(crew, before) < _too_late(crew, after):
        return before, before + crew.break_s + way_s
    return after, after + crew.break_s


def _start(leg: _Leg, ready_s: float) -> tuple[float, float]:
    """When service starts, and by how much that is too late: after the last window it starts at once."""
    ready = max(ready_s, leg.not_before_s)
    for opens, closes in leg.windows:
        if ready <= closes:
            return max(ready, float(opens)), 0.0
    return ready, ready - leg.windows[-1][1]


def _time_breaches(problem: Problem, number: int, route: Route, crew: Crew) -> list[Breach]:
    """Lateness, the shift, the break and ways that lead nowhere, as the told route has them."""
    found: list[Breach] = []
    travel, place = problem.travel_of(crew), problem.crews[number].start
    for visit in route.stops:
        if not isfinite(float(travel.duration_s[place, visit.place])):
            found.append(Breach("unreachable", number, visit.job))
        place = visit.place
        if visit.kind != "job":
            continue
        job = problem.jobs[visit.job]
        late = visit.service_start_s - job.windows_s[-1][1]
        inside = any(opens - SLACK_S <= visit.service_start_s <= closes + SLACK_S for opens, closes in job.windows_s)
        if not inside:
            found.append(Breach("late", number, visit.job, max(late, 0.0)))
        if job.locked_start_s is not None and abs(visit.service_start_s - job.locked_start_s) > SLACK_S:
            found.append(Breach("lock", number, visit.job, visit.service_start_s - job.locked_start_s))
    if route.visits and not isfinite(float(travel.duration_s[place, crew.end])):
        found.append(Breach("unreachable", number, route.visits[-1].job))
    over = day_ends_s(crew, route) - crew.latest_return_s
    if over > SLACK_S:
        found.append(Breach("shift", number, amount=over))
    if crew.break_s and route.break_start_s is not None and _too_late(crew, route.break_start_s) > SLACK_S:
        found.append(Breach("break", number, amount=_too_late(crew, route.break_start_s)))
    return found


def rule_breaches(problem: Problem, number: int, order: Order) -> list[Breach]:
    """What a crew lacks for its jobs, whatever the clock says."""
    crew, found = problem.crews[number], list(_load_breaches(problem, number, order))
    for stop in order:
        if stop < 0:
            continue
        job = problem.jobs[stop]
        for kind, needed, own in (("skill", job.skills, crew.skills), ("equipment", job.equipment, crew.equipment)):
            if not needed <= own:
                found.append(Breach(kind, number, stop, names=tuple(sorted(needed - own))))
        kept_off = job.allowed_crews is not None and number not in job.allowed_crews
        elsewhere = job.locked_crew is not None and job.locked_crew != number and job.crews_needed == 1
        if kept_off or elsewhere or number in job.forbidden_crews:
            found.append(Breach("crew", number, stop))
    jobs = sum(stop >= 0 for stop in order)
    if crew.max_stops is not None and jobs > crew.max_stops:
        found.append(Breach("stops", number, amount=jobs - crew.max_stops))
    trips = len(order) - jobs
    if crew.max_reloads is not None and trips > crew.max_reloads:
        found.append(Breach("reloads", number, amount=trips - crew.max_reloads))
    return found


def _load_breaches(problem: Problem, number: int, order: Order) -> Iterator[Breach]:
    """Each trip that collects too much: the job that is the first too many, and by how much the whole trip is over."""
    crew, load, first = problem.crews[number], 0.0, NO_JOB
    if crew.capacity is None:
        return
    for stop in (*order, -1):
        if stop >= 0:
            load += problem.jobs[stop].load
            first = stop if first == NO_JOB and load > crew.capacity + 1e-6 else first
        else:
            if first != NO_JOB:
                yield Breach("capacity", number, first, load - crew.capacity)
            load, first = 0.0, NO_JOB
