"""A kept plan read back as routes, and a replan written as the same versioned JSON with what changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from desktop.operations.day_jobs import DayJob
from desktop.operations.plan_rows import Moments, way_through

if TYPE_CHECKING:
    from geo.vrp import Crew, Job, LeftOut, PlannedDay, Problem, Route, Visit
    from geo.vrp_replan import Replanned
    from geo.vrp_replan_diff import CrewChange, Difference, JobChange
    from geo.vrp_rest import CrewNow

Line = Callable[[int, int, int], list[list[float]]]  # by which travel, from and to which place
Content = Mapping[str, Any]
Places = Sequence[Sequence[float]]
NO_JOB = -1


def read_plan(content: Content, crews: Sequence[Crew], jobs: Sequence[Job], midnight: datetime) -> PlannedDay:
    """The routes of a plan's content, its times as seconds of the day."""
    from geo.vrp import LeftOut, PlannedDay

    number = {job.name: n for n, job in enumerate(jobs)}
    rows = {row["crew"]: row for row in content["crews"]}
    places: Places = content["problem"]["places"]
    routes = tuple(_route(rows[crew.name], crew, jobs, number, places, midnight) for crew in crews)
    left = tuple(LeftOut(number[row["job"]], row["reason"], row["detail"]) for row in content["unassigned"])
    return PlannedDay(routes, left, content["solver"]["cost"], 0, 0.0)


def _route(
    row: Content, crew: Crew, jobs: Sequence[Job], number: Mapping[str, int], places: Places, midnight: datetime
) -> Route:
    from geo.vrp import Route, Visit

    def seconds(told: str) -> float:
        return datetime.fromisoformat(told).timestamp() - midnight.timestamp()

    stops: list[Visit] = []
    left_s = float(crew.shift_start_s)
    for stop in _in_order(row):
        arrives, leaves = seconds(stop["arrival"]), seconds(stop["departure"])
        leg_s = max(0.0, min(stop.get("leg_drive_s", arrives - left_s), arrives - left_s))
        job = number[stop["job"]] if "job" in stop else NO_JOB
        place = jobs[job].location if job != NO_JOB else _halt_place(stop, crew, places)
        starts = seconds(stop["service_start"] if "job" in stop else stop["start"])
        kind = stop.get("kind", "job")
        stops.append(Visit(job, arrives, starts, leaves, leg_s, stop.get("leg_distance_m", 0.0), kind, place))
        left_s = leaves
    pause = None if row["break"] is None else seconds(row["break"]["start"])
    return Route(tuple(stops), pause, seconds(row["return_at"]), row["drive_s"], row["wait_s"], row["distance_m"])


def _in_order(row: Content) -> Iterator[Content]:
    """Stops and the halts between them, as they are made."""
    for stop in row["stops"]:
        yield from (halt for halt in row.get("halts", ()) if halt["before"] == stop["sequence"])
        yield stop
    yield from (halt for halt in row.get("halts", ()) if halt["before"] > len(row["stops"]))


def _halt_place(halt: Content, crew: Crew, places: Places) -> int:
    """The crew's own place that a halt lies at."""
    known = crew.reloads if halt["kind"] == "reload" else (crew.break_place,)
    own = [place for place in known if place is not None]
    return min(own, key=lambda at: abs(places[at][0] - halt["long"]) + abs(places[at][1] - halt["lat"]))


class ReplanContent:
    """Writes a replan: the stops behind as they were, those to come with new times and ways."""

    def __init__(
        self,
        before: Content,
        midnight: datetime,
        problem: Problem,
        now: Sequence[CrewNow],
        new: Sequence[DayJob],
        line: Line,
        told: frozenset[int] = frozenset(),
        pause: Callable[[], None] = lambda: None,
    ) -> None:
        """`pause` is called between crews, whose ways on the map take their time."""
        self.pause = pause
        self.service_s = {job.name: job.service_s for job in problem.jobs}
        self.before, self.midnight, self.problem, self.now, self.line = before, midnight, problem, now, line
        self.moments = Moments(midnight)
        self.degrees: Places = before["problem"]["places"]
        self.told = {problem.jobs[job].name for job in told}  # of which crews said that they are over
        stops = [*(stop for crew in before["crews"] for stop in crew["stops"]), *before["unassigned"]]
        self.places = {stop["job"]: _place(stop) for stop in stops} | {job.name: _new_place(job) for job in new}
        self.stops = {(crew["crew"], stop["job"]): stop for crew in before["crews"] for stop in crew["stops"]}

    def whole(self, found: Replanned, told: Difference) -> dict[str, Any]:
        """The content of the new plan."""
        numbers = {crew: at for at, crew in enumerate(found.rest.crews)}
        crews = [self._crew(n, row, found, numbers.get(n)) for n, row in enumerate(self._rows())]
        return {
            **{name: self.before[name] for name in ("version", "date", "timezone", "straight_line", "streets")},
            **{name: self.before[name] for name in ("missing", "days", "can_wait", "locks") if name in self.before},
            "crews": crews,
            "unassigned": [self._left(found, at) for at in range(len(found.plan.left_out))],
            "broken_locks": [{"kind": lock.kind, "detail": lock.detail} for lock in found.plan.broken_locks],
            "apart": [
                {"jobs": [self.problem.jobs[found.rest.jobs[n]].name for n in one.jobs], "detail": one.detail}
                for one in found.plan.apart
            ],
            "standing": [self._standing(n, row) for n, row in enumerate(self._rows())],
            "replan": {
                "untouched": len(found.rest.untouched),
                "allowed": found.allowed,
                "changed": len(found.changed),
                "jobs": [self._job_change(change) for change in told.jobs],
                "crews": [self._crew_change(change, len(crews[change.crew]["stops"])) for change in told.crews],
            },
        }

    def _rows(self) -> list[Content]:
        rows = {row["crew"]: row for row in self.before["crews"]}
        return [rows[crew.name] for crew in self.problem.crews]

    def _crew(self, number: int, row: Content, found: Replanned, at: int | None) -> dict[str, Any]:
        self.pause()
        crew, state = self.problem.crews[number], self.now[number]
        behind, halted = self._behind(number, row)
        route = found.plan.routes[at] if at is not None else None
        visits = route.visits if route is not None else ()
        ahead, halts, way_back = self._ahead(found, route, crew, state.place, len(behind))
        stops = [dict(stop) for stop in behind] + ahead
        for sequence, stop in enumerate(stops, 1):
            stop["sequence"] = sequence
        home = self._home(crew, state) if behind and not visits else (0.0, 0.0)
        drive = route.drive_s if route is not None and visits else home[0]
        metres = route.distance_m if route is not None and visits else home[1]
        kept_break = row["break"] if state.break_over else None
        pause = kept_break
        if route is not None and route.break_start_s is not None:
            pause = self.moments.pause(route.break_start_s, crew.break_s)
        return {
            **row,
            "break": pause,
            "distance_m": round(float(metres) + sum(stop["leg_distance_m"] for stop in behind)),
            "drive_s": round(float(drive) + sum(stop["leg_drive_s"] for stop in behind)),
            "work_s": round(float(sum(self.service_s[stop["job"]] for stop in stops))),
            "wait_s": round(float(route.wait_s if route is not None else 0.0) + _waits(behind)),
            "return_at": self.moments.at(route.return_s) if visits and route is not None else self._back(number, row),
            "stops": stops,
            "halts": halted + halts,
            "overtime_s": round(float(route.overtime_s)) if route is not None else 0,
            "return_line": way_back if stops else [],
        }

    def _back(self, number: int, row: Content) -> str:
        """When a crew is back that has nothing more to do: as planned where it made its last stop, else from where

        it stands; one that made none never drove out.
        """
        crew, state = self.problem.crews[number], self.now[number]
        behind, _ = self._behind(number, row)
        if not behind:
            return self.moments.at(crew.shift_start_s)
        if len(behind) == len(row["stops"]) and not state.late_s:
            return str(row["return_at"])
        return self.moments.at(state.free_s + self._home(crew, state)[0])

    def _home(self, crew: Crew, state: CrewNow) -> tuple[float, float]:
        """Seconds and metres from where a crew stands to where its day ends."""
        travel, leg = self.problem.travel_of(crew), (state.place, crew.end)
        return float(travel.duration_s[leg]), float(travel.distance_m[leg])

    def _behind(self, number: int, row: Content) -> tuple[list[Content], list[Content]]:
        """The stops and halts that a crew has behind it, or is bound for."""
        crew, state = self.problem.crews[number], self.now[number]
        names = {self.problem.jobs[job].name for job in state.behind}
        over = [self.stops[crew.name, name] for name in names if (crew.name, name) in self.stops]
        stops = [stop for stop in row["stops"] if stop in over and self._reached(stop, state)]
        return stops, [halt for halt in row.get("halts", ()) if self._reached(halt, state)]

    def _standing(self, number: int, row: Content) -> dict[str, Any]:
        """Where a crew stands, so that a draft of this plan goes on from there: stops and halts behind it, its place

        (a row of the problem's places), when it is free, and what it carries.
        """
        state, (stops, halts) = self.now[number], self._behind(number, row)
        return {
            "stops": len(stops),
            "halts": len(halts),
            "place": state.place,
            "free_at": self.moments.at(state.free_s),
            "break_over": state.break_over,
            "load": float(state.load),
        }

    def _reached(self, stop: Content, state: CrewNow) -> bool:
        """Whether the crew was there; a stop closed meanwhile is behind it without having been reached."""
        if stop.get("job") in self.told:
            return True
        return datetime.fromisoformat(stop["arrival"]).timestamp() - self.midnight.timestamp() <= state.free_s

    def _ahead(
        self, found: Replanned, route: Route | None, crew: Crew, place: int, behind: int
    ) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[list[float]]]:
        """The stops to come, each with the whole way from the job before; the halts between; the way back."""
        return way_through(
            route.stops if route is not None else (),
            place,
            crew.end,
            line=lambda start, end: self.line(crew.travel, start, end),
            stop=lambda _, visit: self._stop(found, visit),
            halt=lambda visit, before: self.moments.halt(visit, before, *self.degrees[visit.place]),
            over=behind,
        )

    def _stop(self, found: Replanned, visit: Visit) -> dict[str, Any]:
        job = self.problem.jobs[found.rest.jobs[visit.job]]
        return {
            "kind": "job",
            "sequence": 0,
            "job": job.name,
            **self.places[job.name],
            **self.moments.stop(visit),
            "window": self.moments.window(job),
            "crews": job.crews_needed,
            **({"load": job.load} if job.load else {}),
        }

    def _left(self, found: Replanned, at: int) -> dict[str, Any]:
        left = found.plan.left_out[at]
        job = self.problem.jobs[found.rest.jobs[left.job]]
        place = {name: value for name, value in self.places[job.name].items() if name != "description"}
        return {**place, "job": job.name, "reason": left.reason, "detail": left.detail, **self._exchange(found, left)}

    def _exchange(self, found: Replanned, left: LeftOut) -> dict[str, Any]:
        """The crew that could take a job at a price, and the job that would have to go."""
        if left.crew is None or left.instead_of is None:
            return {}
        crew, gone = (
            self.problem.crews[found.rest.crews[left.crew]],
            self.problem.jobs[found.rest.jobs[left.instead_of]],
        )
        return {"crew": crew.name, "instead_of": gone.name, "more_s": round(left.more_s or 0.0)}

    def _job_change(self, change: JobChange) -> dict[str, Any]:
        crews = self.problem.crews
        return {
            "job": self.problem.jobs[change.job].name,
            "kind": change.kind,
            "crew_before": None if change.crew_before is None else crews[change.crew_before].name,
            "crew_after": None if change.crew_after is None else crews[change.crew_after].name,
            "start_before": None if change.start_before_s is None else self.moments.at(change.start_before_s),
            "start_after": None if change.start_after_s is None else self.moments.at(change.start_after_s),
            "why": change.why,
        }

    def _crew_change(self, change: CrewChange, stops: int) -> dict[str, Any]:
        """What a crew gains and loses; behind it are the stops it made, not those that were closed meanwhile."""
        names = {"gained": change.gained, "lost": change.lost}
        return {
            "crew": self.problem.crews[change.crew].name,
            "behind": stops - change.after,
            "before": change.before,
            "after": change.after,
            **{name: [self.problem.jobs[job].name for job in jobs] for name, jobs in names.items()},
        }


def _place(stop: Content) -> dict[str, Any]:
    names = ("request_ids", "lat", "long", "address", "service")
    return {**{name: stop[name] for name in names}, "description": stop.get("description", "")}


def _new_place(job: DayJob) -> dict[str, Any]:
    place = {"request_ids": list(job.request_ids), "lat": job.lat, "long": job.long}
    return {**place, "address": job.address, "service": job.service, "description": job.description}


def _waits(stops: Sequence[Content]) -> float:
    """Seconds between arrival and service."""
    moments = [(datetime.fromisoformat(s["arrival"]), datetime.fromisoformat(s["service_start"])) for s in stops]
    return sum((start - arrival).total_seconds() for arrival, start in moments)
