"""The independent checker: recomputes a plan from the problem alone, sharing no code with what made it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from geo.vrp_check_rules import address_faults, lock_faults, tie_faults
from geo.vrp_plan import PlannedDay, Route, Visit
from geo.vrp_problem import Crew, Problem

SLACK_S = 1.0
REASONS = frozenset(
    {"skill", "unreachable", "window", "capacity", "shift", "price", "hand"}
)  # hand: a person took it out


def check(problem: Problem, plan: PlannedDay) -> list[str]:
    """Every fault of a plan in a sentence; an empty list for a plan that holds."""
    if len(plan.routes) != len(problem.crews):
        return [f"there are {len(plan.routes)} routes for {len(problem.crews)} crews"]
    faults = list(_told_faults(problem, plan))
    for crew, route in zip(problem.crews, plan.routes, strict=True):
        if route.stops:
            faults += _RouteCheck(problem, plan, crew, route).faults()
        elif route.drive_s or route.distance_m or route.overtime_s:
            faults.append(f"{crew.name} makes no stop and drives all the same")
    faults += tie_faults(problem, plan)
    faults += lock_faults(problem, plan)
    faults += address_faults(problem, plan)
    return faults + list(_cost_faults(problem, plan))


def _told_faults(problem: Problem, plan: PlannedDay) -> Iterator[str]:
    """Each job is done by as many crews as it needs, or left out once with a reason."""
    visits = Counter(visit.job for route in plan.routes for visit in route.stops if visit.kind == "job")
    left = Counter(one.job for one in plan.left_out)
    for job, known in enumerate(problem.jobs):
        whole = (visits[job], left[job]) in ((known.crews_needed, 0), (0, 1))
        if not whole:
            yield f"job {known.name} is told {visits[job] + left[job]} times"
    for one in plan.left_out:
        if one.reason not in REASONS:
            yield f"job {problem.jobs[one.job].name} is left out for no known reason"


def _cost_faults(problem: Problem, plan: PlannedDay) -> Iterator[str]:
    cost = float(sum(problem.jobs[one.job].prize_s for one in plan.left_out))
    for crew, route in zip(problem.crews, plan.routes, strict=True):
        cost += route.drive_s + crew.overtime_price * route.overtime_s
        for stop in route.stops:
            if stop.kind == "job":
                cost += problem.jobs[stop.job].lost_s(crew.shift_start_s // 86_400)
    if abs(cost - plan.cost) > SLACK_S:
        yield f"the plan costs {cost:.0f} and says {plan.cost}"


class _RouteCheck:
    """One crew's route walked from stop to stop."""

    def __init__(self, problem: Problem, plan: PlannedDay, crew: Crew, route: Route) -> None:
        self._problem, self._plan, self._crew, self._route = problem, plan, crew, route
        self._number = problem.crews.index(crew)
        self._drive = problem.travels[crew.travel].duration_s
        self._far = problem.travels[crew.travel].distance_m

    def faults(self) -> list[str]:
        """Everything wrong with the route."""
        return [*self._walk(), *self._carried(), *self._counts(), *self._pause(), *self._ending()]

    def _pairs(self) -> Iterator[tuple[int, float, Visit]]:
        """Each stop with the place and moment it is left for."""
        place, clock = self._crew.start, float(self._crew.shift_start_s)
        for stop in self._route.stops:
            yield place, clock, stop
            place, clock = stop.place, stop.departure_s

    def _walk(self) -> Iterator[str]:
        crew = self._crew
        for place, left, stop in self._pairs():
            what = self._name(stop)
            leg = float(self._drive[place, stop.place])
            if not stop.arrival_s >= left + leg - SLACK_S:
                yield f"{crew.name} is at {what} before it can be"
            far = float(self._far[place, stop.place])
            if not (abs(stop.leg_drive_s - leg) <= SLACK_S and abs(stop.leg_distance_m - far) <= SLACK_S):
                yield f"{crew.name}'s way to {what} is not that of the streets"
            if stop.service_start_s < stop.arrival_s - SLACK_S:
                yield f"{crew.name} serves {what} before arriving"
            yield from self._job(stop) if stop.kind == "job" else self._other(stop)

    def _name(self, stop: Visit) -> str:
        return self._problem.jobs[stop.job].name if stop.kind == "job" else f"its {stop.kind}"

    def _job(self, stop: Visit) -> Iterator[str]:
        crew, job = self._crew, self._problem.jobs[stop.job]
        if stop.place != job.location:
            yield f"{crew.name} does {job.name} at another place"
        one = (-1 if job.earliest_s is None else job.earliest_s, 10**9 if job.latest_s is None else job.latest_s)
        opens, closes = zip(*(job.windows or (one,)), strict=True)
        start = stop.service_start_s
        if start < min(opens) - SLACK_S:
            yield f"{job.name} is served before its window opens"
        elif start > max(closes) + SLACK_S:
            yield f"{job.name} is served after its window closes"
        elif not any(a - SLACK_S <= start <= b + SLACK_S for a, b in zip(opens, closes, strict=True)):
            yield f"{job.name} is served between its windows"
        if stop.departure_s < start + job.service_s - SLACK_S:
            yield f"{crew.name} leaves {job.name} before the work is done"
        if not job.skills <= crew.skills:
            yield f"{crew.name} lacks {', '.join(sorted(job.skills - crew.skills))} for {job.name}"
        if not job.equipment <= crew.equipment:
            yield f"{crew.name} has no {', '.join(sorted(job.equipment - crew.equipment))} for {job.name}"
        barred = job.allowed_crews is not None and self._number not in job.allowed_crews
        if barred or self._number in job.forbidden_crews:
            yield f"{crew.name} may not do {job.name}"

    def _other(self, stop: Visit) -> Iterator[str]:
        crew, takes = self._crew, stop.departure_s - stop.service_start_s
        if stop.kind == "reload":
            if stop.place not in crew.reloads:
                yield f"{crew.name} reloads where it cannot"
            if takes < crew.reload_s - SLACK_S:
                yield f"{crew.name} reloads too fast"
        elif stop.kind == "break":
            if stop.place != crew.break_place:
                yield f"{crew.name}'s break is at another place than its own"
            told = -1.0 if self._route.break_start_s is None else self._route.break_start_s
            if takes < crew.break_s - SLACK_S or abs(stop.service_start_s - told) > SLACK_S:
                yield f"{crew.name}'s break is too short, or not when it is told"
        else:
            yield f"{crew.name} makes a stop of no known kind"

    def _carried(self) -> Iterator[str]:
        load, most = 0.0, self._crew.capacity
        for stop in self._route.stops:
            if stop.kind == "reload":
                load = 0.0
            elif stop.kind == "job":
                load += self._problem.jobs[stop.job].load
                if most is not None and load > most + 1e-6:
                    yield f"{self._crew.name} carries {load:g} where {most:g} fit"
                    return

    def _counts(self) -> Iterator[str]:
        crew, apart = self._crew, {job for one in self._plan.apart for job in one.jobs}
        stops, before = 0, ""
        for stop in self._route.stops:
            if stop.kind == "job":
                address = "" if stop.job in apart else self._problem.jobs[stop.job].address
                stops += not (address and address == before)
                before = address
        if crew.max_stops is not None and stops > crew.max_stops:
            yield f"{crew.name} makes {stops} stops where {crew.max_stops} are allowed"
        reloads = sum(stop.kind == "reload" for stop in self._route.stops)
        if crew.max_reloads is not None and reloads > crew.max_reloads:
            yield f"{crew.name} reloads {reloads} times where {crew.max_reloads} are allowed"

    def _pause(self) -> Iterator[str]:
        """The break: there, once, at its place, inside its window, and neither while driving nor working."""
        crew, start = self._crew, self._route.break_start_s
        halts = sum(stop.kind == "break" for stop in self._route.stops)
        if crew.break_s <= 0:
            if halts or start is not None:
                yield f"{crew.name} has a break that it has no right to"
            return
        if start is None:
            yield f"{crew.name} has no break"
            return
        if halts != (0 if crew.break_place is None else 1):
            yield f"{crew.name} has {halts} breaks at a place"
        end = start + crew.break_s
        opens = crew.shift_start_s if crew.break_start_s is None else crew.break_start_s
        closes = crew.shift_end_s + crew.overtime_s if crew.break_end_s is None else crew.break_end_s
        if start < opens - SLACK_S or end > closes + SLACK_S:
            yield f"{crew.name}'s break lies outside its window"
        if crew.break_place is None:
            yield from self._roadside(start, end)

    def _roadside(self, start: float, end: float) -> Iterator[str]:
        for place, left, stop in self._pairs():
            if stop.kind != "break" and start < stop.departure_s - SLACK_S and end > stop.service_start_s + SLACK_S:
                yield f"{self._crew.name} works at {self._name(stop)} during the break"
            if self._on_the_way(start, end, left, stop.arrival_s, float(self._drive[place, stop.place])):
                yield f"{self._crew.name}'s break overlaps the drive to {self._name(stop)}"
        last = self._route.stops[-1]
        leg = float(self._drive[last.place, self._crew.end])
        if self._on_the_way(start, end, last.departure_s, self._route.return_s, leg):
            yield f"{self._crew.name}'s break overlaps the drive back"

    @staticmethod
    def _on_the_way(start: float, end: float, left: float, arrives: float, leg: float) -> bool:
        """Whether too little time is left outside the break, between leaving and arriving, to drive the leg."""
        inside = max(0.0, min(end, arrives) - max(start, left))
        return arrives - left - inside < leg - SLACK_S

    def _ending(self) -> Iterator[str]:
        crew, route, last = self._crew, self._route, self._route.stops[-1]
        leg = float(self._drive[last.place, crew.end])
        if not route.return_s >= last.departure_s + leg - SLACK_S:
            yield f"{crew.name} is back before it can be"
        pause = route.break_start_s
        done = max(route.return_s, 0.0 if pause is None else pause + crew.break_s)
        if not done <= crew.shift_end_s + crew.overtime_s + SLACK_S:
            yield f"{crew.name} is back after the shift ends"
        if abs(route.overtime_s - max(0.0, done - crew.shift_end_s)) > SLACK_S:
            yield f"{crew.name}'s overtime is not what it works past the shift"
        places = [crew.start, *(stop.place for stop in route.stops), crew.end]
        legs = list(pairwise(places))
        if not abs(route.drive_s - sum(float(self._drive[a, b]) for a, b in legs)) <= SLACK_S:
            yield f"{crew.name}'s driving time is not the sum of its legs"
        if not abs(route.distance_m - sum(float(self._far[a, b]) for a, b in legs)) <= SLACK_S:
            yield f"{crew.name}'s distance is not the sum of its legs"
