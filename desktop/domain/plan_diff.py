"""What differs between two plans of a day: stops that stay, change crew or time, come or go, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

SAME_TIME_S = 300  # a stop within five minutes of its former arrival counts as untouched
KINDS = ("crew", "time", "new", "out")
Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Where:
    """A stop in a plan: the crew's number and place in its order, both from 0, the crew's name, and the arrival."""

    crew: int
    at: int
    name: str
    arrival: datetime


@dataclass(frozen=True, slots=True)
class Difference:
    """A job that is not where it was. kind: crew, time, new, out.

    `why` is a word for the cause and the job it is about: ("added", job) and ("gone", job) for what changed before it
    on the same crew's way, ("left out", detail) for its reason, ("was left out", detail), ("", "") where unknown.
    """

    job: Mapping[str, Any]
    kind: str
    before: Where | None
    after: Where | None
    why: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class PlanDiff:
    """Everything that differs, in the order of arrival, and how many stops are untouched."""

    untouched: int
    differences: tuple[Difference, ...]

    def count(self, kind: str) -> int:
        """How many differences are of a kind."""
        return Counter(one.kind for one in self.differences)[kind]


def compare(before: Content, after: Content) -> PlanDiff:
    """What `after` changed of `before`. A job of two crews is told once, by its first crew."""
    old, new = _places(before), _places(after)
    left_before = {job["job"]: job["detail"] for job in before["unassigned"]}
    left_after = {job["job"]: job["detail"] for job in after["unassigned"]}
    facts = _facts(before) | _facts(after)
    found, untouched = [], 0
    for job in sorted(old.keys() | new.keys(), key=lambda name: _moment(old, new, name)):
        was, now = old.get(job), new.get(job)
        kind = _kind(was, now)
        if kind is None:
            untouched += 1
            continue
        why = ("", "")
        if kind == "time" and was is not None and now is not None:
            why = _cause(_names(before, was.crew), _names(after, now.crew), job)
        elif kind == "out":
            why = ("left out", left_after.get(job, ""))
        elif kind == "new" and job in left_before:
            why = ("was left out", left_before[job])
        found.append(Difference(facts[job], kind, was, now, why))
    return PlanDiff(untouched, tuple(found))


def _kind(was: Where | None, now: Where | None) -> str | None:
    if was is None or now is None:
        return "new" if was is None else "out"
    if was.name != now.name:
        return "crew"
    return "time" if abs((now.arrival - was.arrival).total_seconds()) >= SAME_TIME_S else None


def _cause(before: Sequence[str], after: Sequence[str], job: str) -> tuple[str, str]:
    """The first stop on the crew's way up to a job that was not there, or that is there no more."""
    ahead_before, ahead_after = before[: before.index(job)], after[: after.index(job)]
    added = next((other for other in ahead_after if other not in ahead_before), None)
    if added is not None:
        return "added", added
    gone = next((other for other in ahead_before if other not in ahead_after), None)
    return ("", "") if gone is None else ("gone", gone)


def _places(content: Content) -> dict[str, Where]:
    found: dict[str, Where] = {}
    for number, crew in enumerate(content["crews"]):
        for at, stop in enumerate(crew["stops"]):
            where = Where(number, at, crew["crew"], datetime.fromisoformat(stop["arrival"]))
            found.setdefault(stop["job"], where)
    return found


def _facts(content: Content) -> dict[str, Mapping[str, Any]]:
    stops = [stop for crew in content["crews"] for stop in crew["stops"]]
    return {job["job"]: job for job in [*content["unassigned"], *stops]}


def _names(content: Content, crew: int) -> list[str]:
    return [stop["job"] for stop in content["crews"][crew]["stops"]]


def _moment(old: Mapping[str, Where], new: Mapping[str, Where], job: str) -> tuple[float, str]:
    where = new.get(job) or old[job]
    return where.arrival.timestamp(), job
