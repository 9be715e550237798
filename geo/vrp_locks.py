"""What a person locked: kept exactly, or named with the reason why it cannot be.

Locks are settled before anything is searched, on a day that holds nothing but them: first each crew's order, then
jobs locked to a crew, then jobs locked to a time, the most urgent first. What fits there is a skeleton to fall back on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import permutations

from geo.vrp_draft import Draft, locked_jobs, unloaded
from geo.vrp_plan import BrokenLock
from geo.vrp_problem import Job, Problem
from geo.vrp_reloads import with_reloads
from geo.vrp_schedule import first_start
from geo.vrp_tie_in import tie_in
from geo.vrp_ties import has_ties, in_order, untied
from geo.vrp_words import clock

MOST_ORDERED = 6  # locked jobs of one crew of which every order is tried


@dataclass(frozen=True, slots=True)
class Settled:
    """The problem with the locks that hold, those that do not, and a draft of nothing but what is locked.

    The draft also holds what locked jobs cannot be without: those they wait for, partners, a second crew.
    """

    problem: Problem
    broken: tuple[BrokenLock, ...]
    skeleton: Draft


def settle(problem: Problem, breathe: Callable[[], None] = lambda: None) -> Settled:
    """Drop the locks that cannot hold, each with its reason. `breathe` is called between them."""
    work = _Settling(problem, breathe)
    if _has_locks(problem):
        work.all()
    return Settled(work.problem, tuple(work.broken), work.draft)


def _has_locks(problem: Problem) -> bool:
    return any(crew.locked_jobs or crew.locked_whole for crew in problem.crews) or any(
        job.locked_crew is not None or job.locked_start_s is not None for job in problem.jobs
    )


class _Settling:
    def __init__(self, problem: Problem, breathe: Callable[[], None]) -> None:
        self.problem, self._breathe = problem, breathe
        self.draft = Draft(problem, [[] for _ in problem.crews])
        self.broken: list[BrokenLock] = []

    def all(self) -> None:
        """Settle every lock, the hardest first, then what they are tied to."""
        self.orders()
        self.crews()
        self.times()
        if has_ties(self.problem):
            self.ties()

    def ties(self) -> None:
        """Add what locked jobs wait for or go with; where that cannot be, the lock cannot hold."""
        for job in in_order(self.problem):
            self._breathe()
            if any(job in order for order in self.draft.orders):
                kept = self.draft.snapshot()
                why = tie_in(self.draft, job)
                if why:
                    self.draft.restore(kept)
                    self._break(job, why)
        while bad := untied(self.draft):
            self._break(min(bad), "what it is tied to cannot be kept with the other locks.")

    def _break(self, job: int, why: str) -> None:
        """Give up every lock of a job and take it out."""
        known, words = self.problem.jobs[job], f"Job {self.problem.jobs[job].name} cannot be locked: {why}"
        for number, crew in enumerate(self.problem.crews):
            if job in crew.locked_jobs:
                self.broken.append(BrokenLock(number, job, "order", words))
                front = crew.locked_jobs[: crew.locked_jobs.index(job)]
                tail = set(crew.locked_jobs[len(front) :]) - {
                    n for n in crew.locked_jobs if self._holds_alone(n, number)
                }
                self.draft.set(number, unloaded([stop for stop in self.draft.orders[number] if stop not in tail]))
                self._change(_with_crew(self.problem, number, replace(crew, locked_jobs=front, locked_whole=False)))
        if known.locked_crew is not None:
            self.broken.append(BrokenLock(known.locked_crew, job, "crew", words))
        if known.locked_start_s is not None:
            self.broken.append(BrokenLock(-1, job, "time", words))
        self._change(_with_job(self.problem, job, replace(known, locked_crew=None, locked_start_s=None)))
        for number, order in enumerate(self.draft.orders):
            if job in order:
                self.draft.set(number, unloaded([stop for stop in order if stop != job]))

    def _holds_alone(self, job: int, number: int) -> bool:
        """Whether a lock of its own keeps a job on a crew whose locked order was cut."""
        known = self.problem.jobs[job]
        return known.locked_crew == number or known.locked_start_s is not None

    def _change(self, problem: Problem) -> None:
        self.problem = problem
        self.draft = Draft(problem, self.draft.orders, self.draft.bounds)

    def orders(self) -> None:
        """Keep the longest front of each locked order that can be done."""
        for number, crew in enumerate(self.problem.crews):
            self._breathe()
            kept: list[int] = []
            for job in crew.locked_jobs:
                why = self._why_not(number, kept, job)
                if why:
                    self.broken.append(BrokenLock(number, job, "order", why))
                    break
                kept.append(job)
            if len(kept) < len(crew.locked_jobs):
                held = replace(crew, locked_jobs=tuple(kept), locked_whole=False)
                self._change(_with_crew(self.problem, number, held))
            self.draft.set(number, with_reloads(self.problem, crew, kept) or kept)

    def _why_not(self, number: int, kept: list[int], job: int) -> str:
        crew, wanted = self.problem.crews[number], self.problem.jobs[job]
        start = f"{crew.name}'s locked order cannot hold at job {wanted.name}: "
        if not self.problem.may_do(number, wanted):
            return start + "the crew may not do it or lacks the skill or equipment."
        if wanted.locked_crew not in (None, number) and wanted.crews_needed == 1:
            return start + f"the job is locked to {self.problem.crews[wanted.locked_crew].name}."
        early = [other for other in crew.locked_jobs if other in wanted.after and other not in kept]
        if early:
            return start + f"it waits for job {self.problem.jobs[early[0]].name}, which comes later."
        order = with_reloads(self.problem, crew, [*kept, job])
        if order is None:
            return start + "the vehicle would be too full."
        if self.draft.holds(number, order):
            return ""
        return start + self._late_words(number, [*kept, job])

    def _late_words(self, number: int, order: list[int]) -> str:
        crew, job = self.problem.crews[number], self.problem.jobs[order[-1]]
        before = self.draft.clock(number, order[:-1])
        if crew.max_stops is not None and len(order) > crew.max_stops:
            return f"the crew makes at most {crew.max_stops} stops."
        free = before.stops[-1].departure_s if before is not None and before.stops else float(crew.shift_start_s)
        drive = self.problem.travel_of(crew).duration_s
        place = self.problem.jobs[order[-2]].location if len(order) > 1 else crew.start
        reached = free + float(drive[place, job.location])
        if first_start(job.windows_s, reached) == float("inf"):
            return (
                f"it is reached at {clock(reached)} and its window has closed."
                if reached < 1e9
                else "no way leads there."
            )
        return "the crew would not be back by the end of its shift, the break counted."

    def crews(self) -> None:
        """Keep the jobs locked to a crew that fit beside its locked order."""
        for job in _urgent(self.problem, [n for n, one in enumerate(self.problem.jobs) if one.locked_crew is not None]):
            self._breathe()
            known = self.problem.jobs[job]
            number = known.locked_crew
            assert number is not None
            if job in self.draft.orders[number] or self._insert(number, job):
                continue
            if known.locked_start_s is not None:
                self._change(_with_job(self.problem, job, replace(known, locked_start_s=None)))
                if self._insert(number, job):
                    self.broken.append(BrokenLock(number, job, "time", self._time_words(known, number)))
                    continue
                self._change(_with_job(self.problem, job, known))
            self.broken.append(BrokenLock(number, job, "crew", self._crew_words(known, number)))
            self._change(_with_job(self.problem, job, replace(known, locked_crew=None)))

    def times(self) -> None:
        """Keep the jobs locked to a time for which some crew is free."""
        for job in _urgent(
            self.problem, [n for n, one in enumerate(self.problem.jobs) if one.locked_start_s is not None]
        ):
            self._breathe()
            known = self.problem.jobs[job]
            if any(job in order for order in self.draft.orders):
                continue
            if any(self._insert(number, job) for number in self.draft.candidates(job)):
                continue
            self.broken.append(BrokenLock(-1, job, "time", self._time_words(known, None)))
            self._change(_with_job(self.problem, job, replace(known, locked_start_s=None)))

    def _insert(self, number: int, job: int) -> bool:
        """Put a job into a crew's skeleton, every order tried where there are few."""
        crew, known = self.problem.crews[number], self.problem.jobs[job]
        if crew.locked_whole or not self.problem.may_do(number, known):
            return False
        put = self.draft.best(job, [number])
        if put is not None:
            self.draft.accept(job, put)
            return True
        front = list(crew.locked_jobs)
        free = [stop for stop in self.draft.orders[number] if stop >= 0 and stop not in front] + [job]
        if len(free) > MOST_ORDERED:
            return False
        for rest in permutations(free):
            order = with_reloads(self.problem, crew, [*front, *rest])
            if order is not None and self.draft.holds(number, order):
                self.draft.set(number, order)
                return True
        return False

    def _crew_words(self, job: Job, number: int) -> str:
        crew = self.problem.crews[number]
        start = f"Job {job.name} cannot be locked to {crew.name}: "
        if not self.problem.may_do(number, job):
            return start + "the crew may not do it or lacks the skill or equipment."
        if crew.locked_whole:
            return start + "the crew's whole day is locked without it."
        others = len(locked_jobs(self.problem, number)) - 1
        return start + ("it does not fit beside the other locks." if others > 0 else "it does not fit the crew's day.")

    def _time_words(self, job: Job, number: int | None) -> str:
        assert job.locked_start_s is not None
        who = "no crew" if number is None else self.problem.crews[number].name + " cannot be, or no crew"
        inside = any(opens <= job.locked_start_s <= closes for opens, closes in job.windows_s)
        why = f"{who} that may do it can be there then." if inside else "that is outside its window."
        if inside and number is not None:
            why = f"{self.problem.crews[number].name} cannot be there then."
        return f"Job {job.name} cannot start at {clock(job.locked_start_s)}: {why}"


def _urgent(problem: Problem, jobs: list[int]) -> list[int]:
    return sorted(jobs, key=lambda job: (-problem.jobs[job].prize_s, job))


def _with_crew(problem: Problem, number: int, crew: object) -> Problem:
    crews = [crew if n == number else other for n, other in enumerate(problem.crews)]
    return replace(problem, crews=tuple(crews))  # type: ignore[arg-type]


def _with_job(problem: Problem, number: int, job: Job) -> Problem:
    return replace(problem, jobs=tuple(job if n == number else other for n, other in enumerate(problem.jobs)))
