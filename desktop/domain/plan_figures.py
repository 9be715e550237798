"""The figures of a day's plan, from its content alone: defined once for the window, the command and comparisons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """Sums over all crews of a plan.

    `late` are stops whose service starts after their last window, `late_s` by how much in all. `due` are jobs whose
    deadline falls on the day or before, None where the plan knows no deadlines. `waits` are jobs that are meant for a
    later day: among the jobs, and neither served nor left out. `balance` is 1 where all crews are
    equally busy: 1 less the mean difference from the mean of what share of its shift a crew drives and works, over
    this mean; crews without a stop count.
    """

    jobs: int
    served: int
    drive_s: float
    work_s: float
    wait_s: float
    distance_m: float
    late: int
    late_s: float
    due: int | None
    due_served: int
    balance: float
    broken: int
    waits: int = 0

    @property
    def left_out(self) -> int:
        """Jobs without a crew, those that wait for a later day apart."""
        return self.jobs - self.served - self.waits


def figures_of(content: Content) -> PlanFigures:
    """The figures of a plan."""
    crews = content["crews"]
    served = {stop["job"] for crew in crews for stop in crew["stops"]}
    late = [seconds for crew in crews for stop in crew["stops"] if (seconds := late_s(stop)) > 0]
    due, waits = due_jobs(content), len(content.get("can_wait", ()))
    return PlanFigures(
        jobs=len(served) + len(content["unassigned"]) + waits,
        served=len(served),
        drive_s=sum(crew["drive_s"] for crew in crews),
        work_s=sum(crew["work_s"] for crew in crews),
        wait_s=sum(crew["wait_s"] for crew in crews),
        distance_m=sum(crew["distance_m"] for crew in crews),
        late=len(late),
        late_s=sum(late),
        due=None if due is None else len(due),
        due_served=0 if due is None else len(due & served),
        balance=balance_of(content),
        broken=sum(1 for _ in faults_of(content)),
        waits=waits,
    )


def late_s(stop: Mapping[str, Any]) -> float:
    """By how many seconds the service at a stop starts after its window; 0 for in time or without one."""
    told = [fault["amount"] for fault in stop.get("faults", ()) if fault["kind"] == "late"]
    if told or not stop["window"] or stop["window"][1] is None:
        return float(sum(told))
    return max(0.0, (_moment(stop["service_start"]) - _moment(stop["window"][1])).total_seconds())


def faults_of(content: Content) -> Iterator[Mapping[str, Any]]:
    """Every rule that a plan breaks, of crews and stops."""
    for crew in content["crews"]:
        yield from crew.get("faults", ())
        for stop in crew["stops"]:
            yield from stop.get("faults", ())


def due_jobs(content: Content) -> set[str] | None:
    """Names of the jobs whose deadline falls on the plan's day or before; None where no job has a deadline.

    Only jobs that the plan tells of count: one that was closed meanwhile is neither served nor missed by this plan.
    """
    told = content.get("problem") or {}
    deadlines = {job["name"]: job.get("deadline_day") for job in told.get("jobs", ())}
    waits = {job["job"]: job["due"] for job in content.get("can_wait", ())}
    if all(day is None for day in (*deadlines.values(), *waits.values())):
        return None
    known = {stop["job"] for crew in content["crews"] for stop in crew["stops"]}
    known |= {left["job"] for left in content["unassigned"]}
    due = {name for name, day in deadlines.items() if day is not None and day <= 0 and name in known}
    return due | {name for name, moment in waits.items() if moment is not None and _day_of(moment) <= content["date"]}


def _day_of(moment: str) -> str:
    """The day that a deadline is of; one at midnight is of the day that ends then."""
    return (_moment(moment) - timedelta(milliseconds=1)).date().isoformat()


def balance_of(content: Content) -> float:
    """How evenly the crews are busy, from 0 to 1; 1 for a plan without work."""
    shares: list[float] = []
    for crew in content["crews"]:
        shift_s = (_moment(crew["shift_end"]) - _moment(crew["shift_start"])).total_seconds()
        shares.append((crew["drive_s"] + crew["work_s"]) / max(1.0, shift_s))
    mean = sum(shares) / len(shares) if shares else 0.0
    if not mean:
        return 1.0
    return max(0.0, 1 - float(sum(abs(share - mean) for share in shares)) / len(shares) / mean)


def _moment(told: str) -> datetime:
    return datetime.fromisoformat(told)
