"""A plan's content from orders and their clock: the same JSON as a solved plan's, with every rule that is broken."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from datetime import time as day_time
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from desktop.domain.plan_draft import DayOrders, from_kept, kept_form
from desktop.operations.plan_begun import begun_of
from desktop.operations.plan_problem import told_problem
from desktop.operations.plan_rows import Moments, way_through

if TYPE_CHECKING:
    from geo.vrp import Problem, Visit
    from geo.vrp_soft import Breach
    from geo.vrp_soft_day import SoftDay

Content = Mapping[str, Any]
Line = list[list[float]]
Lines = dict[tuple[int, int], Line]  # by places of the matrices
_TIMES = frozenset(
    {"sequence", "arrival", "service_start", "departure", "leg_distance_m", "leg_drive_s", "leg_line", "faults"}
)
_WHY = frozenset({"reason", "detail", "crew", "instead_of", "more_s", "day"})
PRINTED = "printed_at"  # says it of one version alone
BY_HAND = {"reason": "hand", "detail": "Taken out by hand."}


class PlanWriter:
    """Writes the content of one plan anew as its orders change; crews that did not change are kept as they are."""

    def __init__(self, content: Content, problem: Problem) -> None:
        self.base, self.problem = content, problem
        told = told_problem(content)
        self.places: list[list[float]] = told["places"]
        midnight = datetime.combine(
            datetime.fromisoformat(content["date"]).date(), day_time(), ZoneInfo(content["timezone"])
        )
        self.moments = Moments(midnight)
        self.begun = begun_of(content, problem, midnight)  # by crew, on a day that runs
        self._number = {job.name: at for at, job in enumerate(problem.jobs)}
        self.facts: dict[int, dict[str, Any]] = {}  # of each job: where and what it is
        self._why: dict[int, dict[str, Any]] = {}
        self.lines: Lines = {}
        self._read()

    def _read(self) -> None:
        for number, (crew, told) in enumerate(zip(self.problem.crews, self.base["crews"], strict=True)):
            place, halted = crew.start, {halt["before"] for halt in told.get("halts", ())}
            for at, stop in enumerate(told["stops"], 1):
                place = self._stands(number, at, place)
                job = self._number[stop["job"]]
                self.facts[job] = {key: value for key, value in stop.items() if key not in _TIMES}
                goal = self.problem.jobs[job].location
                if at not in halted:  # else the line goes by way of the halt
                    self.lines[place, goal] = stop["leg_line"]
                place = goal
            place = self._stands(number, len(told["stops"]) + 1, place)
            if len(told["stops"]) + 1 not in halted:
                self.lines[place, crew.end] = told["return_line"]
        for left in self.base["unassigned"]:
            job = self._number[left["job"]]
            self.facts[job] = {key: value for key, value in left.items() if key not in _WHY}
            self._why[job] = {key: left[key] for key in _WHY if key in left}

    def _stands(self, number: int, stop: int, place: int) -> int:
        """From where a crew goes to its n-th stop: where it stands, for the first one that is not over."""
        begun = self.begun.get(number)
        over = -1 if begun is None else sum(visit.kind == "job" for visit in begun.stops)
        return begun.crew.start if begun is not None and stop == over + 1 else place

    def orders(self) -> DayOrders:
        """The orders and locks that the content tells."""
        served = tuple(self._order(number, crew) for number, crew in enumerate(self.base["crews"]))
        left = tuple(self._number[job["job"]] for job in self.base["unassigned"])
        locks = self.base.get("locks")
        plain = kept_form(DayOrders(served, left))
        behind = [[number, len(begun.order)] for number, begun in self.begun.items()]
        return from_kept(plain | {"behind": behind} | ({"locks": locks} if locks else {}))

    def _order(self, number: int, told: Mapping[str, Any]) -> tuple[int, ...]:
        """A crew's jobs, with its trips to unload before those that they come before."""
        trips = [halt for halt in told.get("halts", ()) if halt["kind"] == "reload"]
        order: list[int] = []
        for at in range(1, len(told["stops"]) + 2):
            order += [-1 - self._reload(number, halt) for halt in trips if halt["before"] == at]
            order += [self._number[stop["job"]] for stop in told["stops"][at - 1 : at]]
        return tuple(order)

    def _reload(self, number: int, halt: Mapping[str, Any]) -> int:
        """Which of a crew's places to unload a halt is at: the nearest."""
        places = [self.places[place] for place in self.problem.crews[number].reloads]
        far = [abs(lon - halt["long"]) + abs(lat - halt["lat"]) for lon, lat in places]
        return far.index(min(far))

    def second(self, moment: str) -> int:
        """The second of the day of a moment that the content tells."""
        return round(datetime.fromisoformat(moment).timestamp() - self.moments.midnight_s)

    def content(
        self,
        state: DayOrders,
        day: SoftDay,
        before: tuple[SoftDay, Content] | None = None,
        anew: Collection[int] = (),
    ) -> dict[str, Any]:
        """The plan of these orders. What `before` told of a crew is taken over where its route is the same, unless

        it is to be told anew.
        """
        known = {} if before is None else dict(enumerate(zip(before[0].routes, before[1]["crews"], strict=True)))
        faults: dict[int, list[Breach]] = {}
        for breach in day.breaches:
            faults.setdefault(breach.crew, []).append(breach)
        crews = []
        for number, route in enumerate(day.routes):
            same = number in known and known[number][0] is route and number not in anew
            same = same and before is not None and day.ties == before[0].ties
            crews.append(known[number][1] if same else self._crew(number, day, faults.get(number, ())))
        return {
            **{key: told for key, told in self.base.items() if key != PRINTED},
            "crews": crews,
            "unassigned": [self._left(job) for job in state.left_out],
            "locks": kept_form(state)["locks"],
        }

    def missing_lines(self, day: SoftDay) -> set[tuple[int, int]]:
        """The legs of a day of which no line is known."""
        return {leg for number in range(len(day.routes)) for leg in self.legs(number, day)} - self.lines.keys()

    def legs(self, number: int, day: SoftDay) -> set[tuple[int, int]]:
        """The legs of a crew's day, by places."""
        crew, stops, begun = self.problem.crews[number], day.routes[number].route.stops, self.begun.get(number)
        start, ahead = (crew.start, stops) if begun is None else (begun.crew.start, stops[len(begun.stops) :])
        places = [start, *(visit.place for visit in ahead), crew.end]
        return set(pairwise(places)) if stops else set()

    def _line(self, start: int, end: int) -> Line:
        """The known way, else the two ends."""
        return self.lines.get((start, end)) or [self.places[start], self.places[end]]

    def _crew(self, number: int, day: SoftDay, faults: Collection[Breach]) -> dict[str, Any]:
        crew, told, route = self.problem.crews[number], self.base["crews"][number], day.routes[number].route
        stops, halts, back = self._way(number, day, faults)
        return {
            **told,
            "break": self.moments.pause(route.break_start_s, crew.break_s),
            "distance_m": round(route.distance_m),
            "drive_s": round(route.drive_s),
            "work_s": sum(self.problem.jobs[visit.job].service_s for visit in route.visits),
            "wait_s": round(route.wait_s),
            "overtime_s": round(route.overtime_s),
            "return_at": self.moments.at(route.return_s),
            "stops": stops,
            "halts": halts,
            "return_line": back,
            "faults": [_fault(one) for one in faults if one.job < 0],
        }

    def _way(
        self, number: int, day: SoftDay, faults: Collection[Breach]
    ) -> tuple[list[dict[str, Any]], list[dict[str, Any]], Line]:
        """The stops that are jobs, each with the whole way from the job before; the halts between; the way back."""
        crew, route, begun = self.problem.crews[number], day.routes[number].route, self.begun.get(number)
        over, halts = self._over(number, faults)
        if not route.stops:
            return over, halts, []
        stops, more, back = way_through(
            route.stops[0 if begun is None else len(begun.stops) :],
            crew.start if begun is None else begun.crew.start,
            crew.end,
            line=self._line,
            stop=lambda sequence, visit: self._stop(sequence, visit, [one for one in faults if one.job == visit.job]),
            halt=lambda visit, before: self.moments.halt(visit, before, *self.places[visit.place]),
            over=len(over),
        )
        return over + stops, halts + more, back

    def _over(self, number: int, faults: Collection[Breach]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """The stops and halts that are over, as they were told."""
        if number not in self.begun:
            return [], []
        told, stops = self.base["crews"][number], self.begun[number].stops
        jobs = [visit.job for visit in stops if visit.kind == "job"]
        about = [[_fault(one) for one in faults if one.job == job] for job in jobs]
        return (
            [{**stop, "faults": mine} for stop, mine in zip(told["stops"], about, strict=False)],
            [dict(halt) for halt in told.get("halts", ())[: len(stops) - len(jobs)]],
        )

    def _stop(self, sequence: int, visit: Visit, faults: Sequence[Breach]) -> dict[str, Any]:
        job = self.problem.jobs[visit.job]
        return {
            "window": self.moments.window(job),
            **({"load": job.load} if job.load else {}),
            **self.facts[visit.job],
            "sequence": sequence,
            **self.moments.stop(visit),
            "faults": [_fault(one) for one in faults],
        }

    def _left(self, job: int) -> dict[str, Any]:
        told = {key: value for key, value in self.facts[job].items() if key not in ("window", "description", "load")}
        return told | self._why.get(job, BY_HAND)


def _fault(breach: Breach) -> dict[str, Any]:
    return {"kind": breach.kind, "amount": round(breach.amount, 2), "names": list(breach.names)}
