"""Why a job was left out: the first cause that trying to insert it proves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from geo.vrp_plan import LeftOut, Route
from geo.vrp_problem import Crew, Job, Problem
from geo.vrp_schedule import timed

Routes = Sequence[Sequence[int]]
MOST_SWAPS = 4000  # single exchanges tried for the price of one job


def best_insertion(problem: Problem, number: int, route: Sequence[int], job: int) -> tuple[Route, list[int]] | None:
    """The insertion of a job into a crew's route that drives least; None when no place holds it."""
    crew = problem.crews[number]
    if not problem.jobs[job].skills <= crew.skills or not fits_load(problem, crew, [*route, job]):
        return None
    best: tuple[Route, list[int]] | None = None
    for at in range(len(route) + 1):
        order = [*route[:at], job, *route[at:]]
        if not _may_fit(problem, crew, order, at):
            continue
        made = timed(problem, crew, order)
        if made is not None and (best is None or made.drive_s < best[0].drive_s):
            best = (made, order)
    return best


def _may_fit(problem: Problem, crew: Crew, order: Sequence[int], at: int) -> bool:
    """A quick look at the time it takes in all, before the clock is run."""
    places = [crew.start, *(problem.jobs[job].location for job in order), crew.end]
    drive = float(problem.travel_of(crew).duration_s[places[:-1], places[1:]].sum())
    work = sum(problem.jobs[job].service_s for job in order)
    return bool(crew.shift_start_s + drive + work + crew.break_s <= crew.shift_end_s)


def fits_load(problem: Problem, crew: Crew, jobs: Sequence[int]) -> bool:
    """Whether the crew can carry all these jobs."""
    return crew.capacity is None or sum(problem.jobs[job].load for job in jobs) <= crew.capacity + 1e-9


def reasons(problem: Problem, routes: Routes, left: Sequence[int]) -> list[LeftOut]:
    """The reason of every job that was left out, each found by insertion."""
    return [_reason(problem, routes, job) for job in left]


def _reason(problem: Problem, routes: Routes, index: int) -> LeftOut:
    job = problem.jobs[index]
    able = [n for n, crew in enumerate(problem.crews) if job.skills <= crew.skills]
    if not able:
        return LeftOut(index, "skill", _skill_words(problem, job))
    near = [n for n in able if np.isfinite(_there_and_back_s(problem, problem.crews[n], job))]
    if not near:
        return LeftOut(index, "unreachable", "No street that crews can reach leads there.")
    in_time = [n for n in near if _alone(problem, n, index, without_window=False) is not None]
    if not in_time and any(_alone(problem, n, index, without_window=True) is not None for n in near):
        return LeftOut(index, "window", _window_words(problem, near, job))
    if not in_time:
        return LeftOut(index, "shift", _shift_words(problem, near, job))
    carries = [n for n in in_time if fits_load(problem, problem.crews[n], [*routes[n], index])]
    if not carries:
        return LeftOut(index, "capacity", _capacity_words(problem, routes, in_time, job))
    return LeftOut(index, "price", _price_words(problem, routes, carries, index))


def _alone(problem: Problem, number: int, index: int, *, without_window: bool) -> Route | None:
    """The day of a crew that does nothing but this job."""
    if not without_window:
        return timed(problem, problem.crews[number], [index])
    jobs = list(problem.jobs)
    jobs[index] = replace(jobs[index], earliest_s=None, latest_s=None)
    return timed(replace(problem, jobs=tuple(jobs)), problem.crews[number], [index])


def _there_and_back_s(problem: Problem, crew: Crew, job: Job) -> float:
    return float(
        problem.travel_of(crew).duration_s[crew.start, job.location]
        + problem.travel_of(crew).duration_s[job.location, crew.end]
    )


def _skill_words(problem: Problem, job: Job) -> str:
    everyone = frozenset[str]().union(*(crew.skills for crew in problem.crews))
    nobody = sorted(job.skills - everyone)
    if nobody:
        return f"No crew today has the skill {_listed(nobody)}."
    return f"No single crew today has {_listed(sorted(job.skills))} together."


def _window_words(problem: Problem, near: Sequence[int], job: Job) -> str:
    opens, closes = job.earliest_s, job.latest_s
    arrivals = [
        problem.crews[n].shift_start_s
        + float(problem.travel_of(problem.crews[n]).duration_s[problem.crews[n].start, job.location])
        for n in near
    ]
    shown = f"{clock(opens) if opens is not None else 'start'}–{clock(closes) if closes is not None else 'end'}"
    if closes is not None and min(arrivals) > closes:
        return f"Open {shown}. The earliest any crew gets there is {clock(min(arrivals))}."
    return f"Open {shown}. No crew that can do it works then, breaks and the way back counted."


def _shift_words(problem: Problem, near: Sequence[int], job: Job) -> str:
    need = min(_there_and_back_s(problem, problem.crews[n], job) for n in near) + job.service_s
    longest = max(
        problem.crews[n].shift_end_s - problem.crews[n].shift_start_s - problem.crews[n].break_s for n in near
    )
    return f"Takes {minutes(need)} with the way there and back; the longest shift has {minutes(longest)}."


def _capacity_words(problem: Problem, routes: Routes, in_time: Sequence[int], job: Job) -> str:
    def room(n: int) -> float:
        capacity = problem.crews[n].capacity
        return (capacity if capacity is not None else np.inf) - sum(problem.jobs[j].load for j in routes[n])

    best = max(in_time, key=room)
    return (
        f"Needs room for {job.load:g}; the most any able crew has left is {room(best):g} ({problem.crews[best].name})."
    )


def _price_words(problem: Problem, routes: Routes, able: Sequence[int], index: int) -> str:
    """What would have to give way."""
    for n in able:
        found = best_insertion(problem, n, routes[n], index)
        if found is not None:
            extra = found[0].drive_s - _drive_s(problem, n, routes[n])
            return f"Fits {problem.crews[n].name}, but {_more(extra)} is more than it is worth today."
    swap = _cheapest_swap(problem, routes, able, index)
    if swap is not None:
        crew, gone, extra = swap
        return f"Fits {problem.crews[crew].name} if job {problem.jobs[gone].name} goes, with {_more(extra)}."
    names = _listed([problem.crews[n].name for n in able][:3])
    return f"Every crew that can do it is full with more urgent work ({names}); no single exchange makes room."


def _cheapest_swap(problem: Problem, routes: Routes, able: Sequence[int], index: int) -> tuple[int, int, float] | None:
    """The crew, the job that gives way, and the seconds more that are driven; least worth first."""
    pairs = [(problem.jobs[gone].prize_s, n, at) for n in able for at, gone in enumerate(routes[n])]
    tried = 0
    for _, n, at in sorted(pairs):
        rest = [*routes[n][:at], *routes[n][at + 1 :]]
        tried += len(rest) + 1
        if tried > MOST_SWAPS:
            return None
        found = best_insertion(problem, n, rest, index)
        if found is not None:
            return n, routes[n][at], found[0].drive_s - _drive_s(problem, n, routes[n])
    return None


def _drive_s(problem: Problem, number: int, route: Sequence[int]) -> float:
    made = timed(problem, problem.crews[number], route)
    return made.drive_s if made is not None else 0.0


def clock(second: float) -> str:
    """07:05 of a second of the day."""
    return f"{int(second) // 3600 % 24:02d}:{int(second) % 3600 // 60:02d}"


def minutes(seconds: float) -> str:
    """45 min, or 2 h 05."""
    whole = round(seconds / 60)
    return f"{whole} min" if abs(whole) < 60 else f"{whole // 60} h {whole % 60:02d}"


def _more(seconds: float) -> str:
    """How much more or less is driven, never as nought or minus nought minutes."""
    if abs(seconds) < 30:
        return "less than a minute more driving" if seconds > 0 else "no more driving"
    return f"{minutes(abs(seconds))} {'more' if seconds > 0 else 'less'} driving"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)
