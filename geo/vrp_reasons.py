"""Why a job was left out: the first cause that trying to insert it proves.

What is tied or locked is told under the same six names: too few able crews for two at once is a skill, no common moment
a window, the most stops a capacity, a day whose locks leave no room a shift.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from geo.vrp_draft import Draft, fits_stops
from geo.vrp_exchange import Exchanges
from geo.vrp_insert import fits_load
from geo.vrp_mend import insertion, together_on_one
from geo.vrp_plan import LeftOut
from geo.vrp_problem import Crew, Job, Problem
from geo.vrp_reloads import with_reloads
from geo.vrp_schedule import timed
from geo.vrp_ties import has_ties, in_order, one_crew
from geo.vrp_words import clock, listed, minutes, more

NO_EXCHANGE = "no single exchange makes room"


def reasons(draft: Draft, skeleton: Draft, left: Sequence[int], breathe: Callable[[], None]) -> list[LeftOut]:
    """The reason of every job that was left out, each found by insertion."""
    if not left:
        return []
    work = _Reasons(draft, skeleton, set(left), breathe)
    found: dict[int, LeftOut] = {}
    wanted = set(left)
    jobs = draft.problem.jobs
    waiting = has_ties(draft.problem)
    order = in_order(draft.problem) if waiting else sorted(wanted, key=lambda n: (-jobs[n].prize_s, n))
    for job in (n for n in order if n in wanted):
        breathe()
        found[job] = work.of(job, found)
    return [found[job] for job in left]


class _Reasons:
    """Reasons against one draft; what many jobs ask for is worked out once."""

    def __init__(self, draft: Draft, skeleton: Draft, left: set[int], breathe: Callable[[], None]) -> None:
        self.draft, self.problem, self.left = draft, draft.problem, left
        crews = tuple(replace(crew, locked_jobs=(), locked_whole=False) for crew in self.problem.crews)
        self.free = Problem(crews, self.problem.jobs, self.problem.travels)
        self.empty = Draft(self.free, [[] for _ in crews])
        self.locked = skeleton if any(skeleton.orders) else self.empty
        self.exchanges = Exchanges(draft, breathe)
        self.sets = {member: members for members in one_crew(self.problem, partners=True) for member in members}

    def of(self, index: int, found: dict[int, LeftOut]) -> LeftOut:
        """The reason of one job; those it waits for come before it."""
        job = self.problem.jobs[index]
        hard = self._hard(index)
        if hard is not None:
            return hard
        for other in job.after:
            if other in found:
                words = f"Waits for job {self.problem.jobs[other].name}, which is left out too: {found[other].detail}"
                return LeftOut(index, found[other].reason, words)
        for other in self.sets.get(index, ()):
            partner = None if other == index else self._hard(other)
            if partner is not None:
                words = f"Goes with job {self.problem.jobs[other].name} on one crew: {partner.detail}"
                return LeftOut(index, partner.reason, words)
        return self._tied(index) or self._now(index)

    def _hard(self, index: int) -> LeftOut | None:
        """What no plan of the day could change."""
        job = self.problem.jobs[index]
        able = [int(n) for n in np.flatnonzero(self.draft.able[:, index])]
        if len(able) < job.crews_needed:
            return LeftOut(index, "skill", _skill_words(self.problem, job, able))
        near = [n for n in able if np.isfinite(_there_and_back_s(self.problem, self.problem.crews[n], job))]
        if len(near) < job.crews_needed:
            return LeftOut(index, "unreachable", "No street that crews can reach leads there.")
        if job.crews_needed > 1:
            in_time = near if self.empty.best_two(index, near) is not None else []
        else:
            in_time = self._in_time(near, index)
        if in_time:
            return None
        carries = [n for n in near if fits_load(self.free, self.free.crews[n], [index])]
        if not carries:
            return LeftOut(index, "capacity", _too_heavy_words(self.problem, near, job))
        if any(self._alone(n, index, without_window=True) for n in near):
            return LeftOut(index, "window", _window_words(self.problem, near, job))
        return LeftOut(index, "shift", _shift_words(self.problem, near, job))

    def _alone(self, number: int, index: int, *, without_window: bool = False) -> bool:
        """Whether a crew could do nothing but this job."""
        crew = self.free.crews[number]
        if not fits_load(self.free, crew, [index]) or not fits_stops(crew, [index]):
            return False
        if not without_window:
            return self.empty.clock(number, [index]) is not None
        job = replace(self.free.jobs[index], earliest_s=None, latest_s=None, windows=(), locked_start_s=None)
        job = replace(job, after=(), with_job=None, locked_crew=None, allowed_crews=None, forbidden_crews=frozenset())
        return timed(Problem((crew,), (job,), self.free.travels), crew, [0]) is not None

    def _in_time(self, crews: Sequence[int], index: int) -> list[int]:
        """The crews that could do nothing but this job; where none seems to, each clock is run."""
        fits = np.isfinite(self.empty.insertions.extra_s(index, self.empty.gaps(tuple(crews))))
        stops = [n for n, fit in zip(crews, fits, strict=True) if fit and fits_stops(self.free.crews[n], [index])]
        return stops or [n for n in crews if self._alone(n, index)]

    def _tied(self, index: int) -> LeftOut | None:
        """What it is tied to makes impossible even on empty days."""
        job = self.problem.jobs[index]
        members = self.sets.get(index)
        if members is not None:
            able = [n for n in range(len(self.problem.crews)) if self.draft.able[n, members].all()]
            names = listed([self.problem.jobs[m].name for m in members])
            if not able:
                return LeftOut(index, "skill", f"No single crew today may do {names} together.")
            if not self.left >= set(members) and not set(members) - {index} <= self.draft.served():
                return None
            alone = Draft(self.free, [[] for _ in self.problem.crews])
            if together_on_one(alone, _waiting(self.problem, members)) is None:
                return LeftOut(index, "shift", f"No crew can do {names} in one day, even an empty one.")
        if job.after:
            return self._too_late(index)
        return None

    def _too_late(self, index: int) -> LeftOut | None:
        """It waits for jobs that are planned, and nobody can come after them even from an empty day."""
        job = self.problem.jobs[index]
        done = max(max(self.draft.starts_s(o), default=0.0) + self.problem.jobs[o].service_s for o in job.after)
        later = Draft(self.free, [[] for _ in self.problem.crews], {index: (int(np.ceil(done)), 2**40)})
        crews = [int(n) for n in np.flatnonzero(self.draft.able[:, index])]
        put = later.best_two(index, crews) if job.crews_needed > 1 else later.best(index, crews)
        if put is not None:
            return None
        last = self.problem.jobs[job.after[-1]].name
        return LeftOut(index, "window", f"Waits for job {last}; after {clock(done)} no crew can be there in time.")

    def _now(self, index: int) -> LeftOut:
        """What the other work of the day leaves no room for."""
        job = self.problem.jobs[index]
        able = [int(n) for n in np.flatnonzero(self.draft.able[:, index])]
        if job.crews_needed > 1:
            return LeftOut(index, "price", self._pair_words(index))
        in_time = self._in_time(able, index)
        if self.locked is not self.empty and self._locks_leave_none(index, in_time):
            names = listed([self.problem.crews[n].name for n in in_time][:3])
            return LeftOut(index, "shift", f"What is locked leaves no room for it in any able crew's day ({names}).")
        roomy = [n for n in in_time if fits_stops(self.problem.crews[n], [*self.draft.orders[n], index])]
        if not roomy:
            return LeftOut(index, "capacity", self._stops_words(in_time))
        carries = [n for n in roomy if self._carries(n, index)]
        if not carries:
            return LeftOut(index, "capacity", self._room_words(roomy, job))
        return self._price(index, carries)

    def _locks_leave_none(self, index: int, in_time: Sequence[int]) -> bool:
        if self.problem.jobs[index].after or index in self.sets:
            return False
        return self.locked.best(index, [n for n in in_time if not self.problem.crews[n].locked_whole]) is None

    def _carries(self, number: int, index: int) -> bool:
        crew, order = self.problem.crews[number], self.draft.orders[number]
        if crew.capacity is None:
            return True
        if crew.reloads:
            jobs = [stop for stop in order if stop >= 0]
            return any(
                with_reloads(self.problem, crew, [*jobs[:at], index, *jobs[at:]]) is not None
                for at in range(len(jobs) + 1)
            )
        return fits_load(self.problem, crew, [*order, index])

    def _price(self, index: int, able: Sequence[int]) -> LeftOut:
        """What would have to give way."""
        put = None if index in self.sets else insertion(self.draft, index)
        if put is not None:
            number = next(iter(put.orders))
            lost = self.problem.jobs[index].lost_s(self.problem.crews[number].day)
            drive = put.cost_s - lost
            words = f"Fits {self.problem.crews[number].name}, but {more(drive)} is more than it is worth today."
            return LeftOut(index, "price", words, number, None, drive)
        swap = None if index in self.sets else self.exchanges.cheapest(index, able)
        if swap is not None:
            name, gone = self.problem.crews[swap.crew].name, self.problem.jobs[swap.gone].name
            words = f"Fits {name} if job {gone} goes, with {more(swap.more_s)}."
            return LeftOut(index, "price", words, swap.crew, swap.gone, swap.more_s)
        names = listed([self.problem.crews[n].name for n in able][:3])
        tried = "so many are left out that exchanges were not tried for it" if self.exchanges.spent else NO_EXCHANGE
        words = f"Every crew that can do it is full ({names}); {tried}."
        return LeftOut(index, "price", words)

    def _pair_words(self, index: int) -> str:
        put = insertion(self.draft, index)
        if put is not None:
            return f"Two crews could be there at once, but {more(put.cost_s)} is more than it is worth today."
        return "It needs two crews at once; beside their other work no two can be there at the same moment."

    def _stops_words(self, able: Sequence[int]) -> str:
        most = {self.problem.crews[n].name: self.problem.crews[n].max_stops for n in able}
        name, count = next(iter(most.items()))
        return f"Every able crew already makes the most stops it may ({name}: {count})."

    def _room_words(self, able: Sequence[int], job: Job) -> str:
        def room(n: int) -> float:
            capacity = self.problem.crews[n].capacity
            carried = sum(self.problem.jobs[stop].load for stop in self.draft.orders[n] if stop >= 0)
            return (np.inf if capacity is None else capacity) - carried

        best = max(able, key=room)
        name = self.problem.crews[best].name
        if self.problem.crews[best].reloads:
            return f"Needs room for {job.load:g}; every able crew is full even with all its reloads ({name})."
        return f"Needs room for {job.load:g}; the most any able crew has left is {room(best):g} ({name})."


def _waiting(problem: Problem, members: Sequence[int]) -> list[int]:
    wanted = set(members)
    return [n for n in in_order(problem) if n in wanted]


def _there_and_back_s(problem: Problem, crew: Crew, job: Job) -> float:
    drive = problem.travel_of(crew).duration_s
    return float(drive[crew.start, job.location]) + float(drive[job.location, crew.end])


def _skill_words(problem: Problem, job: Job, able: Sequence[int]) -> str:
    if able:
        return f"It needs two crews at once; only {problem.crews[able[0]].name} can do it today."
    everyone = frozenset[str]().union(*(crew.skills for crew in problem.crews))
    gear = frozenset[str]().union(*(crew.equipment for crew in problem.crews))
    if job.skills - everyone:
        return f"No crew today has the skill {listed(sorted(job.skills - everyone))}."
    if job.equipment - gear:
        return f"No crew today has the equipment {listed(sorted(job.equipment - gear))}."
    if any(job.skills <= crew.skills and job.equipment <= crew.equipment for crew in problem.crews):
        return "The crews that may do it lack its skill, or those with the skill may not do it."
    return f"No single crew today has {listed(sorted(job.skills | job.equipment))} together."


def _window_words(problem: Problem, near: Sequence[int], job: Job) -> str:
    opens, closes = job.windows_s[0][0], job.windows_s[-1][1]
    arrivals = [
        problem.crews[n].shift_start_s
        + float(problem.travel_of(problem.crews[n]).duration_s[problem.crews[n].start, job.location])
        for n in near
    ]
    free_start, free_end = not job.windows and job.earliest_s is None, not job.windows and job.latest_s is None
    shown = f"{'start' if free_start else clock(opens)}–{'end' if free_end else clock(closes)}"
    if job.crews_needed > 1:
        return f"Open {shown}. No two crews that can do it can be there at the same moment."
    if min(arrivals) > closes:
        return f"Open {shown}. The earliest any crew gets there is {clock(min(arrivals))}."
    return f"Open {shown}. No crew that can do it works then, breaks and the way back counted."


def _shift_words(problem: Problem, near: Sequence[int], job: Job) -> str:
    need = min(_there_and_back_s(problem, problem.crews[n], job) for n in near) + job.service_s
    longest = max(
        problem.crews[n].latest_return_s - problem.crews[n].shift_start_s - problem.crews[n].break_s for n in near
    )
    return f"Takes {minutes(need)} with the way there and back; the longest shift has {minutes(longest)}."


def _too_heavy_words(problem: Problem, near: Sequence[int], job: Job) -> str:
    best = max(near, key=lambda n: problem.crews[n].capacity or 0.0)
    most = problem.crews[best].capacity or 0.0
    return f"Needs room for {job.load:g}; the most any able crew has left is {most:g} ({problem.crews[best].name})."
