"""Plan the crews' day on real streets: travel times, solver, checker, reasons; kept as one plan."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as day_time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from data.records import City
from desktop.domain.plan_draft import DayOrders
from desktop.domain.plan_figures import figures_of
from desktop.operations.changes import Changes
from desktop.operations.day_jobs import Day, DayJob, Selection, read_day
from desktop.operations.day_problem import DayPlaces, first_day, problem_of
from desktop.operations.day_travel import DayWays, numbered, profiles_of
from desktop.operations.import_streets import NETWORK
from desktop.operations.plan_content import PlanWriter
from desktop.operations.plan_problem import keep_travel, problem_content
from desktop.operations.plan_rows import Moments, way_through
from desktop.operations.work import Work

if TYPE_CHECKING:
    from geo.vrp import LeftOut, PlannedDay, Problem, Route, Visit

CATEGORICAL_SLOTS = 12
MOST_DAYS = 14  # more crew-days would leave the search no time for the first one
# Seconds of search at a number of jobs: so that a first plan of 300 is there within 5 s of the click and one of 1,000
# within 20 s, travel times, exchanges and ways included. A plan is bettered by planning again.
SEARCH_S = ((300, 2.0), (1000, 10.0), (5000, 40.0))  # of 5,000 a good part goes to building the model
WHOLE_S = ((300, 5.0), (1000, 20.0), (5000, 120.0))  # of it all
AFTER_S = ((300, 0.6), (1000, 2.5), (5000, 40.0))  # from the search to the plan
LEAST_SEARCH = 0.5  # of the usual seconds, however long the travel times took


@dataclass(frozen=True, slots=True)
class PlanWish:
    """What is asked of the solver. Seconds None: search_seconds of the day's jobs.

    `iterations` instead of seconds makes the plan the same every time.
    """

    day: date
    seconds: float | None = None
    seed: int = 1
    iterations: int | None = None
    selection: Selection = field(default_factory=Selection)
    crews: Path | None = None  # CSV instead of the store's crews
    jobs: Path | None = None  # CSV instead of the store's open requests
    days: int = 1  # so many days are looked at, so that what can wait does; the plan is of the first


def search_seconds(jobs: int, gone_s: float = 0.0) -> float:
    """How long a search for so many jobs takes where nobody says otherwise, gone_s seconds after the click.

    Where travel times took long, on a busy or slow machine, the search is shorter, so that the plan is there in time.
    """
    usual, whole, after = (_by_jobs(table, jobs) for table in (SEARCH_S, WHOLE_S, AFTER_S))
    return max(LEAST_SEARCH * usual, min(usual, whole - after - gone_s))


def _by_jobs(table: Sequence[tuple[int, float]], jobs: int) -> float:
    counts, seconds = zip(*table, strict=True)
    return float(np.interp(jobs, counts, seconds))


def plan_routes(work: Work, wish: PlanWish) -> tuple[Changes, dict[str, Any]]:
    """Plan a day for the store's crews and jobs, or those of CSV files; returns the plan's content too.

    Every plan passed the independent checker. RefusedInput where there is nothing to plan with; GeoError names
    a rule that crews or jobs break.
    """
    started = time.perf_counter()
    city = work.city()
    work.breathe(0.0, "Reading crews and jobs")
    with work.store.read() as unit:
        arrays = unit.artifacts.get(NETWORK)
        work.breathe(0.01, "Reading crews and jobs")
        day = read_day(unit, city, wish.day, wish.selection, wish.crews, wish.jobs, days=wish.days)
    work.breathe(0.04, "Reading crews and jobs")
    planner = _Planner(work, city, wish, day, arrays, started)
    planned = planner.solve()
    content = planner.content(planned)
    content["without_optimisation"] = planner.without_optimisation(content)
    counts = {**_figures(content, day), "wall_seconds": round(time.perf_counter() - started, 2)}
    if planner.problem is not None:
        keep_travel(work.store, content, planner.problem.travels)
    work.breathe(0.98, "Keeping the plan")
    with work.store.write("plan routes", actor=work.actor, at=work.clock.now()) as write:
        row = {"date": wish.day, "created_at": work.clock.now(), "content": content}
        counts["plan"] = write.create("plan", [row])[0]
        write.summary.update(counts)
        act_id = write.commit()
    sentence = (
        f"{counts['served']:,} of {counts['jobs']:,} jobs for {counts['crews']:,} crews, "
        f"{counts['distance_km']:,} km, {counts['unassigned']:,} left out with reasons."
    )
    if wish.days > 1:
        after = "the day after" if wish.days == 2 else f"one of the {wish.days - 1:,} days after"
        sentence += f" {counts['can_wait']:,} can wait for {after}."
    if content["straight_line"]:
        sentence += " No streets are loaded: distances are straight lines times 1.3."
    return Changes(act_id, work.actor, "plan routes", frozenset({"plan"}), (), counts, sentence), content


class _Planner:
    """One day on one network."""

    def __init__(
        self,
        work: Work,
        city: City,
        wish: PlanWish,
        day: Day,
        arrays: dict[str, np.ndarray] | None,
        started: float,
    ) -> None:
        """`started` is when the person asked, by time.perf_counter."""
        self.work, self.city, self.wish, self.day, self.started = work, city, wish, day, started
        self.midnight = datetime.combine(wish.day, day_time(), ZoneInfo(city.timezone))
        self.moments = Moments(self.midnight)
        self.straight = arrays is None
        self.profiles = [None if self.straight else told for told in profiles_of(city, day.crews)]
        told, self.travel = numbered(self.profiles)
        self.places = DayPlaces(day, len(told))
        self.lon, self.lat = self.places.lon, self.places.lat
        self.ways = DayWays(city, arrays, self.lon, self.lat, told)
        self.whole: Problem | None = None  # of all days
        self.problem: Problem | None = None  # of the first day, once it is solved

    def solve(self) -> PlannedDay:
        """Travel times, then the solver; the checker has passed what comes back."""
        from geo.vrp import plan_day

        travels = self.ways.travels(self.work, self._later(0.05, 0.4))
        self.work.breathe(0.4, f"Planning {len(self.day.jobs):,} jobs for {len(self.day.crews):,} crews")
        self.whole = problem_of(self.places, travels, self.travel)
        planned = plan_day(
            self.whole,
            seconds=None if self.wish.iterations else self._seconds(),
            iterations=self.wish.iterations,
            seed=self.wish.seed,
            progress=self._later(0.4, 0.95),
            should_stop=self.work.should_stop,
        )
        gone = {job for job in range(len(self.day.jobs)) if self._of_later(job)} | self._waiting(planned).keys()
        self.problem = first_day(self.whole, self.day, [n for n in range(len(self.day.jobs)) if n not in gone])
        return planned

    def _of_later(self, job: int) -> bool:
        """Whether a job can only be done on a later day."""
        return bool(self.day.jobs[job].day)

    def _waiting(self, planned: PlannedDay) -> dict[int, int]:
        """The jobs that wait, and how many days."""
        routes = zip(self.day.crews, planned.routes, strict=True)
        found = {visit.job: crew.day for crew, route in routes if crew.day for visit in route.visits}
        return {job: day for job, day in found.items() if not self._of_later(job)}

    def without_optimisation(self, content: dict[str, Any]) -> dict[str, Any]:
        """The figures of the plan that each job in turn, by its deadline, to the nearest crew would make."""
        from geo.vrp_naive import naive_day

        assert self.problem is not None
        self._comparing()
        jobs = range(len(self.problem.jobs))
        naive = naive_day(self.problem, jobs, self._comparing)
        self._comparing()
        served = {job for order in naive.orders for job in order}
        orders = DayOrders(naive.orders, tuple(job for job in jobs if job not in served))
        return asdict(figures_of(PlanWriter(content, self.problem).content(orders, naive)))

    def _comparing(self) -> None:
        self.work.breathe(0.96, "Comparing with a plan without optimisation")

    def _seconds(self) -> float:
        wanted = self.wish.seconds
        gone_s = time.perf_counter() - self.started
        return search_seconds(len(self.day.jobs), gone_s) if wanted is None else wanted

    def _later(self, start: float, end: float) -> Callable[[float | None, str], None]:
        """Progress of one part of the whole."""

        def tell(fraction: float | None, words: str) -> None:
            self.work.progress(None if fraction is None else start + (end - start) * fraction, words)

        return tell

    def content(self, planned: PlannedDay) -> dict[str, Any]:
        """The plan as versioned JSON."""
        return {
            "version": 2,
            "date": self.wish.day.isoformat(),
            "timezone": self.city.timezone,
            "straight_line": self.straight,
            "streets": "straight lines times 1.3" if self.straight else f"streets of {self.city.name}",
            "crews": [self._crew(i, planned) for i, crew in enumerate(self.day.crews) if not crew.day],
            "unassigned": [self._left(left) for left in planned.left_out if not self._of_later(left.job)],
            "days": self.wish.days,
            "can_wait": [self._waits(job, day) for job, day in sorted(self._waiting(planned).items())],
            "problem": problem_content(self.problem, self.lon, self.lat) if self.problem else None,
            "missing": list(self.day.missing),
            "broken_locks": [{"kind": lock.kind, "detail": lock.detail} for lock in planned.broken_locks],
            "apart": [
                {"jobs": [self.day.jobs[n].name for n in one.jobs], "detail": one.detail} for one in planned.apart
            ],
            "solver": {
                "seed": self.wish.seed,
                "iterations": planned.iterations,
                "seconds": round(planned.seconds, 2),
                "cost": planned.cost,
            },
        }

    def _left(self, left: LeftOut) -> dict[str, Any]:
        """A job that is left out, and why."""
        job, detail = self.day.jobs[left.job], left.detail
        if left.reason == "unreachable" and self.whole is not None:
            detail = self.ways.why_unreached(self.whole, left.job) or detail
        told = {**self._place(job), "job": job.name, "request_ids": list(job.request_ids)}
        return told | {"reason": left.reason, "detail": detail, **self._exchange(left)}

    def _waits(self, number: int, days: int) -> dict[str, Any]:
        """A job that is meant for a later day, and when it is due."""
        job = self.day.jobs[number]
        due = None if job.due is None else job.due.astimezone(self.midnight.tzinfo).isoformat(timespec="seconds")
        told = {**self._place(job), "job": job.name, "request_ids": list(job.request_ids)}
        return told | {"day": (self.wish.day + timedelta(days=days)).isoformat(), "due": due}

    def _exchange(self, left: LeftOut) -> dict[str, Any]:
        """The crew that could take a job at a price, and the job that would have to go."""
        if left.crew is None:
            return {}
        crew = self.day.crews[left.crew]
        gone = None if left.instead_of is None else self.day.jobs[left.instead_of].name
        found = {"crew": crew.name, "instead_of": gone, "more_s": round(left.more_s or 0.0)}
        return found | ({"day": (self.wish.day + timedelta(days=crew.day)).isoformat()} if crew.day else {})

    def _crew(self, number: int, planned: PlannedDay) -> dict[str, Any]:
        crew, route = self.day.crews[number], planned.routes[number]
        self.work.breathe(0.95 + 0.05 * number / len(self.day.crews), "Finding the ways on the map")
        stops, halts, back = self._told(number, route)
        end = self.places.ends[number]
        return {
            "crew": crew.name,
            "colour_slot": number % CATEGORICAL_SLOTS + 1,
            "depot": {"name": crew.depot_name, "lat": crew.lat, "long": crew.long},
            "end": {"lat": float(self.lat[end]), "long": float(self.lon[end])},
            "shift_start": self.moments.at(crew.shift_start_s),
            "shift_end": self.moments.at(crew.shift_end_s),
            "skills": sorted(crew.skills),
            "capacity": crew.capacity,
            "profile": self.profiles[number],
            "break": self.moments.pause(route.break_start_s, crew.break_s),
            "distance_m": round(float(route.distance_m)),
            "drive_s": round(float(route.drive_s)),
            "work_s": round(float(sum(self.day.jobs[visit.job].service_s for visit in route.visits))),
            "wait_s": round(float(route.wait_s)),
            "overtime_s": round(float(route.overtime_s)),
            "return_at": self.moments.at(route.return_s),
            "stops": stops,
            "halts": halts,
            "return_line": back,
        }

    def _told(self, number: int, route: Route) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[list[float]]]:
        """The stops that are jobs, each with the whole way from the job before; the halts between; the way back."""
        if not route.stops:
            return [], [], []
        travel = self.travel[number]
        return way_through(
            route.stops,
            self.places.starts[number],
            self.places.ends[number],
            line=lambda start, end: self.ways.line(travel, start, end),
            stop=self._stop,
            halt=lambda visit, before: self.moments.halt(visit, before, *self._degrees(visit.place)),
        )

    def _degrees(self, place: int) -> tuple[float, float]:
        return float(self.lon[place]), float(self.lat[place])

    def _stop(self, sequence: int, visit: Visit) -> dict[str, Any]:
        job = self.day.jobs[visit.job]
        return {
            "kind": "job",
            "sequence": sequence,
            "job": job.name,
            "request_ids": list(job.request_ids),
            **self._place(job),
            "description": job.description,
            **self.moments.stop(visit),
            "window": self.moments.window(job),
            "crews": job.crews_needed,
            "part": None if job.part is None else list(job.part),
            **({"load": job.load} if job.load else {}),
        }

    @staticmethod
    def _place(job: DayJob) -> dict[str, Any]:
        return {"lat": job.lat, "long": job.long, "address": job.address, "service": job.service}


def _figures(content: dict[str, Any], day: Day) -> dict[str, Any]:
    crews: Sequence[dict[str, Any]] = content["crews"]
    jobs = sum(not job.day for job in day.jobs)
    return {
        "date": content["date"],
        "crews": len(crews),
        "jobs": jobs,
        "considered": day.considered,
        "served": jobs - len(content["unassigned"]) - len(content["can_wait"]),
        "unassigned": len(content["unassigned"]),
        "can_wait": len(content["can_wait"]),
        "distance_km": round(sum(crew["distance_m"] for crew in crews) / 1000, 1),
        "drive_h": round(sum(crew["drive_s"] for crew in crews) / 3600, 2),
        "work_h": round(sum(crew["work_s"] for crew in crews) / 3600, 2),
        "straight_line": content["straight_line"],
        "solver": content["solver"],
    }
