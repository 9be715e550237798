"""A replan against the plan that was printed: who gains, loses or moves, what is earlier or later, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geo.vrp_plan import PlannedDay
from geo.vrp_problem import Problem
from geo.vrp_replan import Replanned
from geo.vrp_rest import CrewNow

SHIFTED_S = 300  # less than five minutes is no news to a crew or a resident
KINDS = ("same", "earlier", "later", "moved", "new", "left out", "taken in", "still left out")


@dataclass(frozen=True, slots=True)
class JobChange:
    """One job of the whole day that is not behind: its crew and start before and after, and why that changed.

    kind is one of KINDS: new are jobs that the plan did not know, taken in those that it had left out.
    """

    job: int
    kind: str
    crew_before: int | None
    crew_after: int | None
    start_before_s: float | None
    start_after_s: float | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class CrewChange:
    """A crew's jobs: behind it, to come before and after, gained and lost. before - lost + gained = after."""

    crew: int
    behind: int
    before: int
    after: int
    gained: tuple[int, ...]
    lost: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that changed for the rest of the day."""

    jobs: tuple[JobChange, ...]
    crews: tuple[CrewChange, ...]

    def of_kind(self, kind: str) -> tuple[JobChange, ...]:
        """The jobs of one kind."""
        return tuple(job for job in self.jobs if job.kind == kind)


def difference(problem: Problem, plan: PlannedDay, now: Sequence[CrewNow], replanned: Replanned) -> Difference:
    """What is told to the crews; jobs and crews by their numbers in the whole day."""
    teller = _Teller(problem, plan, now, replanned)
    jobs = tuple(teller.job(job) for job in replanned.rest.jobs)
    crews = tuple(teller.crew(crew) for crew in range(len(problem.crews)))
    return Difference(jobs, crews)


Stop = tuple[int, float]  # crew, start of service


class _Teller:
    def __init__(self, problem: Problem, plan: PlannedDay, now: Sequence[CrewNow], replanned: Replanned) -> None:
        self.problem, self.now = problem, now
        rest = replanned.rest
        behind = {job for crew in now for job in crew.behind}
        had = [
            (visit.job, crew, visit.service_start_s)
            for crew, route in enumerate(plan.routes)
            for visit in route.visits
            if visit.job not in behind
        ]
        has = [
            (rest.jobs[visit.job], rest.crews[crew], visit.service_start_s)
            for crew, route in enumerate(replanned.plan.routes)
            for visit in route.visits
        ]
        self.had, self.has = {stop[:2] for stop in had}, {stop[:2] for stop in has}
        # Of a job that two crews do together, the one that changes is told.
        self.before: dict[int, Stop] = {
            job: (crew, start) for job, crew, start in sorted(had, key=lambda stop: stop[:2] not in self.has)
        }
        self.after: dict[int, Stop] = {
            job: (crew, start) for job, crew, start in sorted(has, key=lambda stop: stop[:2] not in self.had)
        }
        self.known = set(self.before) | {left.job for left in plan.left_out}
        self.fell = {rest.jobs[job] for job in replanned.fell}
        self.out_why = {rest.jobs[left.job]: left.detail for left in replanned.plan.left_out}
        self.working = set(rest.crews)

    def crew(self, number: int) -> CrewChange:
        """What a crew gains and loses."""
        had = {job for job, crew in self.had if crew == number}
        has = {job for job, crew in self.has if crew == number}
        gained, lost = tuple(sorted(has - had)), tuple(sorted(had - has))
        return CrewChange(number, len(self.now[number].behind), len(had), len(has), gained, lost)

    def job(self, number: int) -> JobChange:
        """What becomes of a job."""
        before, after = self.before.get(number), self.after.get(number)
        kind = self._kind(number, before, after)
        crew_before, start_before = before if before is not None else (None, None)
        crew_after, start_after = after if after is not None else (None, None)
        why = self._why(kind, number, before, after)
        return JobChange(number, kind, crew_before, crew_after, start_before, start_after, why)

    def _kind(self, number: int, before: Stop | None, after: Stop | None) -> str:
        if after is None:
            return "still left out" if before is None else "left out"
        if before is None:
            return "taken in" if number in self.known else "new"
        if before[0] != after[0]:
            return "moved"
        shift = after[1] - before[1]
        return "same" if abs(shift) < SHIFTED_S else "later" if shift > 0 else "earlier"

    def _why(self, kind: str, number: int, before: Stop | None, after: Stop | None) -> str:
        if before is None:
            return {"new": "It came in during the day.", "taken in": "There is room for it now."}.get(
                kind, self.out_why.get(number, "")
            )
        if kind in ("moved", "left out"):
            return self._why_gone(kind, number, before[0])
        if kind in ("earlier", "later") and after is not None:
            return self._why_shifted(kind, before, after)
        return ""

    def _why_gone(self, kind: str, number: int, crew: int) -> str:
        name, state = self.problem.crews[crew].name, self.now[crew]
        if state.absent:
            return f"{name} is absent."
        if crew not in self.working:
            return f"{name} is at the end of its shift."
        if number in self.fell:
            late = f"{name} is {round(state.late_s / 60)} min late and" if state.late_s > 0 else name
            return f"{late} can no longer do it in time."
        taken = self._taken_on(crew)
        if taken is not None:
            return f"{name} takes on {self.problem.jobs[taken].name} instead."
        return "All crews together drive less." if kind == "moved" else self.out_why.get(number, "")

    def _why_shifted(self, kind: str, before: Stop, after: Stop) -> str:
        crew = after[0]
        ahead_before = {job for job, (c, start) in self.before.items() if c == crew and start < before[1]}
        ahead_after = {job for job, (c, start) in self.after.items() if c == crew and start < after[1]}
        added, gone = ahead_after - ahead_before, ahead_before - ahead_after
        if kind == "later" and added:
            return f"{self._urgent(added)} comes before it."
        if kind == "earlier" and gone:
            return f"{self._urgent(gone)} no longer comes before it."
        late = self.now[crew].late_s
        if kind == "later" and late > 0:
            return f"{self.problem.crews[crew].name} is {round(late / 60)} min late."
        return "The stops before it are in another order or start at another time."

    def _taken_on(self, crew: int) -> int | None:
        """The most urgent job that a crew did not have before."""
        gained = [job for job, c in self.has - self.had if c == crew]
        return max(gained, key=lambda job: (self.problem.jobs[job].priority, -job), default=None)

    def _urgent(self, jobs: set[int]) -> str:
        return self.problem.jobs[max(jobs, key=lambda job: (self.problem.jobs[job].priority, -job))].name
