"""Replan the rest of a day that runs: from the plan on show, where its crews stand by now, kept as a new plan."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from datetime import time as day_time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from data.errors import RefusedInput
from data.records import City, Placement, Plan
from data.schema import epoch_ms
from data.unit_of_work import ReadUnit
from desktop.domain.crew_status import StopKind
from desktop.operations.changes import Changes
from desktop.operations.day_jobs import MISSING_MS, OPEN, DayJob, Selection, file_jobs, read_day
from desktop.operations.day_problem import Addresses, planning_job
from desktop.operations.day_travel import DayWays, kept_profiles
from desktop.operations.import_streets import NETWORK
from desktop.operations.plan_content import PlanWriter
from desktop.operations.plan_edits import with_locks
from desktop.operations.plan_problem import crews_and_jobs, keep_travel, problem_content
from desktop.operations.record_stop import KIND_WORDS
from desktop.operations.replan_content import ReplanContent, read_plan
from desktop.operations.replan_marks import events_by, forbidden, marks_of, where_told, without_elsewhere
from desktop.operations.work import Work

if TYPE_CHECKING:
    from geo.vrp import Problem
    from geo.vrp_replan import Replanned
    from geo.vrp_replan_diff import Difference
    from geo.vrp_rest import CrewNow

TELL_S, TELL_JOB_S = 0.2, 0.0015  # of the seconds asked for: what it takes to write and keep a plan of so many jobs
LEAST_SEARCH = 0.5  # of the seconds asked for, however long the streets and the plan took to read
MOST_NEW = 500  # a storm's worth; what came in beyond that waits for the next plan


@dataclass(frozen=True, slots=True)
class ReplanWish:
    """What is asked. Crews are named as in the plan; minutes late go before what the clock says."""

    day: date
    at: day_time
    seconds: float = 5.0
    max_churn: float = 0.10
    seed: int = 1
    iterations: int | None = None
    absent: tuple[str, ...] = ()
    late_min: Mapping[str, int] = field(default_factory=dict)
    selection: Selection = field(default_factory=Selection)
    crews: Path | None = None  # CSV that the plan was made with instead of the store's crews
    jobs: Path | None = None  # CSV: jobs that the plan does not name are new


def replan_routes(work: Work, wish: ReplanWish) -> tuple[Changes, dict[str, Any]]:
    """Replan the day's newest plan from a moment on and keep the result with its difference; returns its content too.

    What is done is what crews told by that moment; where they told nothing, what the plan's own clock has behind it,
    moved by how late the crew's last mark was. Stops whose requests were closed meanwhile are not driven to.
    RefusedInput without a plan, or for a crew that it does not have.
    """
    started = time.perf_counter()
    city = work.city()
    work.breathe(0.0, "Reading the plan and what came in since")
    with work.store.read() as unit:
        arrays = unit.artifacts.get(NETWORK)
        work.breathe(0.0, "Reading the plan and what came in since")
        plan = unit.plans.latest(wish.day)
        if plan is None:
            raise RefusedInput(f"There is no plan of {wish.day:%Y-%m-%d} yet; plan the day first.")
        day = _RunningDay(city, wish, plan, unit)
        work.breathe(0.0, "Reading the plan and what came in since")
    job = _Replanning(work, day, arrays, started)
    content = job.run()
    work.breathe(0.97, "Keeping the plan")
    keep_travel(work.store, content, job.travels)
    work.breathe(0.98, "Keeping the plan")
    content["origin"] = {"kind": "replan", "by": work.actor, "from": int(plan.id)}
    counts = {**_figures(content), "plan_before": int(plan.id), "wall_seconds": round(time.perf_counter() - started, 2)}
    with work.store.write("replan routes", actor=work.actor, at=work.clock.now()) as write:
        row = {"date": wish.day, "created_at": work.clock.now(), "content": content}
        counts["plan"] = write.create("plan", [row])[0]
        write.summary.update({name: value for name, value in counts.items() if name != "changes"})
        act_id = write.commit()
    return Changes(act_id, work.actor, "replan routes", frozenset({"plan"}), (), counts, _sentence(counts)), content


class _RunningDay:
    """The plan that runs, the jobs that came in since, and which of its stops nobody needs to make any more."""

    def __init__(self, city: City, wish: ReplanWish, plan: Plan, unit: ReadUnit) -> None:
        content = plan.content
        self.city, self.wish, self.content = city, wish, content
        self.midnight = datetime.combine(wish.day, day_time(), ZoneInfo(city.timezone))
        self.now = self.midnight + timedelta(hours=wish.at.hour, minutes=wish.at.minute)
        self.now_s = round(self.now.timestamp() - self.midnight.timestamp())
        self.crews, self.jobs = crews_and_jobs(content)
        self.places = [tuple(place) for place in content["problem"]["places"]]
        self.planned = read_plan(content, self.crews, self.jobs, self.midnight)
        names = [crew.name for crew in self.crews]
        strangers = [name for name in (*wish.absent, *wish.late_min) if name not in names]
        if strangers:
            raise RefusedInput(f"The plan has no crew '{strangers[0]}'; its crews are {', '.join(names[:12])}.")
        self.requests = _requests_of(content)
        events = events_by(unit, wish.day, self.now)
        self.marks = marks_of(events, self.crews, self.jobs, self.planned, (self.midnight, self.now))
        self.jobs = forbidden(self.jobs, self.marks)
        self.planned = without_elsewhere(self.planned, self.marks, self.crews)
        self.new = self._new_jobs(unit)
        self.closed = self._closed(unit) | self.marks.over

    def _new_jobs(self, unit: ReadUnit) -> tuple[DayJob, ...]:
        """Requests that came in from the start of the shifts to the moment; or what a CSV names that is not known."""
        known = {job.name for job in self.jobs}
        if self.wish.jobs is not None:
            return tuple(job for job in file_jobs(self.wish.jobs) if job.name not in known)
        since = self.midnight + timedelta(seconds=min(crew.shift_start_s for crew in self.crews))
        rows = unit.requests.arrays(["id", "placement", "status", "requested_at"])
        came = (rows["requested_at"] > epoch_ms(since)) & (rows["requested_at"] <= epoch_ms(self.now))
        came &= rows["placement"] == Placement.LOCATED.value
        came &= np.isin(rows["status"], [status.value for status in OPEN])
        ids = set(rows["id"][came].tolist())
        if not ids:
            return ()
        every = replace(self.wish.selection, limit=2**31)
        jobs = read_day(unit, self.city, self.wish.day, every, self.wish.crews, None, at=self.now).jobs
        planned = {key for ids_of in self.requests.values() for key in ids_of}
        # Places of rounds are no requests: those of the day are in the plan already.
        fresh = [job for job in jobs if job.request_ids and ids.issuperset(job.request_ids)]
        fresh = [job for job in fresh if not planned & set(job.request_ids)]
        return tuple(job for job in fresh if job.name not in known)[:MOST_NEW]

    def _closed(self, unit: ReadUnit) -> frozenset[int]:
        """Jobs all of whose requests were closed by the moment, and those that an earlier replan knew as closed."""
        rows = unit.requests.arrays(["id", "closed_at"])
        moment = epoch_ms(self.now)
        over = set(rows["id"][(rows["closed_at"] != MISSING_MS) & (rows["closed_at"] <= moment)].tolist())
        known = self.requests
        told = {job.name: job.name not in known or over.issuperset(known[job.name] or {-1}) for job in self.jobs}
        return frozenset(n for n, job in enumerate(self.jobs) if told[job.name])


def _requests_of(content: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    stops = [stop for crew in content["crews"] for stop in crew["stops"]] + list(content["unassigned"])
    return {stop["job"]: tuple(stop["request_ids"]) for stop in stops}


class _Replanning:
    """One replan on one network."""

    def __init__(self, work: Work, day: _RunningDay, arrays: dict[str, np.ndarray] | None, started: float) -> None:
        """`started` is when the person asked, by time.perf_counter."""
        self.work, self.day, self.started = work, day, started
        self.new: list[tuple[int, str]] = []  # where each new job is, and its address
        places: list[tuple[float, float]] = [(long, lat) for long, lat in day.places]
        told = {job.address: places[job.location] for job in day.jobs if job.address}
        shared = Addresses({address: (lat, long) for address, (long, lat) in told.items()})
        for job in day.new:
            (lat, long), address = shared.of(job)
            if (long, lat) not in places:
                places.append((long, lat))
            self.new.append((places.index((long, lat)), address))
        self.lon, self.lat = (np.array([place[axis] for place in places]) for axis in (0, 1))
        profiles = kept_profiles(day.content, [crew.travel for crew in day.crews])
        self.ways = DayWays(day.city, arrays, self.lon, self.lat, profiles)

    def run(self) -> dict[str, Any]:
        """The new plan's content, with the difference."""
        from geo.vrp_replan import Wish, replan
        from geo.vrp_replan_diff import difference

        wish, problem = self.day.wish, self._problem()
        now = self._standing(problem)
        left = len(problem.jobs) - sum(len(crew.behind) for crew in now)
        asked = Wish(wish.max_churn, seconds=self._seconds(left), iterations=wish.iterations, seed=wish.seed)
        self.work.breathe(0.4, "Replanning the rest of the day")
        found = replan(problem, self.day.planned, now, asked, progress=self._later, should_stop=self.work.should_stop)
        self._pause()
        told = difference(problem, self.day.planned, now, found)
        return self._content(problem, now, found, told)

    def _seconds(self, left: int) -> float:
        """What is left of the seconds asked for, once the plan that comes out is written and kept."""
        over = time.perf_counter() - self.started + TELL_S + TELL_JOB_S * left
        return max(LEAST_SEARCH * self.day.wish.seconds, self.day.wish.seconds - over)

    def _pause(self) -> None:
        self.work.breathe(0.95, "Finding the ways on the map")

    def _later(self, fraction: float | None, words: str) -> None:
        self._part(0.4, 0.95, fraction, words)

    def _part(self, start: float, end: float, fraction: float | None, words: str) -> None:
        self.work.progress(None if fraction is None else start + (end - start) * fraction, words)

    def _problem(self) -> Problem:
        """The whole day: the crews and jobs of the plan, and the new jobs by the same rules as a plan's."""
        from geo.vrp import Problem

        day = self.day
        names = [job.name for job in day.jobs] + [job.name for job in day.new]
        number = {name: at for at, name in enumerate(names)}
        crews = [(crew.name, 0) for crew in day.crews]
        new = (planning_job(job, *at, crews, number) for job, at in zip(day.new, self.new, strict=True))
        self.travels = self.ways.travels(self.work, lambda fraction, words: self._part(0.0, 0.4, fraction, words))
        self.plain = Problem(day.crews, (*day.jobs, *new), self.travels)
        return self._locked(self.plain)

    def _locked(self, problem: Problem) -> Problem:
        """With what a person locked when the plan was edited; a job that needs another crew is free."""
        if not self.day.content.get("locks"):
            return problem
        state = PlanWriter(self.day.content, problem).orders()
        free = self.day.marks.elsewhere.keys()
        return with_locks(problem, replace(state, locks=replace(state.locks, crew=state.locks.crew - free)))

    def _standing(self, problem: Problem) -> tuple[CrewNow, ...]:
        """Where crews stand by what they told and the plan's clock; stops whose requests are closed are behind them."""
        from geo.vrp_rest import standing

        wish, marks, numbers = self.day.wish, self.day.marks, {crew.name: n for n, crew in enumerate(problem.crews)}
        late = dict(marks.late_s) | {numbers[name]: minutes * 60 for name, minutes in wish.late_min.items()}
        absent = frozenset(numbers[name] for name in wish.absent)
        now = standing(problem, self.day.planned, self.day.now_s, absent=absent, late_s=late, done=marks.over)
        now = where_told(now, marks, problem.jobs)
        self.by_clock = sum(len(set(crew.behind) - marks.over - marks.started) for crew in now)
        behind = {job for crew in now for job in crew.behind}
        closed = self.day.closed - behind
        mine = [tuple(v.job for v in route.visits if v.job in closed) for route in self.day.planned.routes]
        nobody = tuple(sorted(closed - {job for jobs in mine for job in jobs}))
        mine[0] = (*mine[0], *nobody)
        return tuple(replace(crew, done=(*crew.done, *jobs)) for crew, jobs in zip(now, mine, strict=True))

    def _content(self, problem: Problem, now: Sequence[CrewNow], found: Replanned, told: Difference) -> dict[str, Any]:
        day, wish, marked = self.day, self.day.wish, self.day.marks.counts()
        told_of = day.marks.over | {job for job, _ in day.marks.before_turn.values()}
        writer = ReplanContent(day.content, day.midnight, problem, now, day.new, self.ways.line, told_of, self._pause)
        content = writer.whole(found, told)
        content["problem"] = problem_content(self.plain, self.lon, self.lat)
        content["solver"] = {
            "seed": wish.seed,
            "iterations": found.plan.iterations,
            "seconds": round(found.plan.seconds, 2),
            "cost": found.plan.cost,
        }
        content["replan"] |= {
            "at": day.now.isoformat(timespec="minutes"),
            "done_by": "marks and clock" if any(marked.values()) else "clock",
            "marked": marked,
            "by_clock": self.by_clock,
            "closed_meanwhile": len(day.closed - day.marks.over),
            "max_churn": wish.max_churn,
            "absent": list(wish.absent),
            "late_min": dict(wish.late_min),
        }
        return content


def _figures(content: Mapping[str, Any]) -> dict[str, Any]:
    told = content["replan"]
    kinds: dict[str, int] = {}
    for job in told["jobs"]:
        kinds[job["kind"].replace(" ", "_")] = kinds.get(job["kind"].replace(" ", "_"), 0) + 1
    return {
        "date": content["date"],
        "at": told["at"],
        "done_by": told["done_by"],
        "marked": told["marked"],
        "by_clock": told["by_clock"],
        "done": sum(crew["behind"] for crew in told["crews"]),
        "closed_meanwhile": told["closed_meanwhile"],
        "untouched": told["untouched"],
        "allowed": told["allowed"],
        "changed_crew": told["changed"],
        **{kind: kinds.get(kind, 0) for kind in ("moved", "new", "taken_in", "left_out", "earlier", "later", "same")},
        "unassigned": len(content["unassigned"]),
        "solver": content["solver"],
        "changes": [job for job in told["jobs"] if job["kind"] not in ("same", "still left out")],
    }


def _sentence(counts: Mapping[str, Any]) -> str:
    return (
        f"{_told(counts['marked'])}{counts['by_clock']:,} are done or begun by the plan's clock. "
        f"{counts['changed_crew']:,} of {counts['untouched']:,} "
        f"jobs change crew (at most {counts['allowed']:,}), {counts['moved']:,} move in all, "
        f"{counts['new']:,} are new, "
        f"{counts['left_out']:,} are left out; {counts['earlier']:,} earlier, {counts['later']:,} later."
    )


def _told(marked: Mapping[str, int]) -> str:
    """What crews told of stops, in words."""
    words = [f"{count:,} {KIND_WORDS[StopKind(kind)]}" for kind, count in marked.items() if count]
    return f"Told by crews: {', '.join(words)}. Of the other stops " if words else "Of the stops "
