"""Jobs of one address as one job while a plan is searched, and told apart again afterwards."""

from __future__ import annotations

from dataclasses import dataclass, replace

from geo.vrp_draft import fits_stops
from geo.vrp_plan import Apart
from geo.vrp_problem import FOREVER_S, Job, Problem, Window
from geo.vrp_reloads import with_reloads
from geo.vrp_schedule import timed
from geo.vrp_words import listed


@dataclass(frozen=True, slots=True)
class Together:
    """A problem whose jobs may stand for several: members[job] are the original ones, in the order they are done."""

    problem: Problem
    members: tuple[tuple[int, ...], ...]
    apart: tuple[Apart, ...]

    def whole(self, order: list[int]) -> list[int]:
        """An order in the original jobs."""
        return [one for stop in order for one in (self.members[stop] if stop >= 0 else (stop,))]


def together(problem: Problem) -> Together:
    """Jobs of one address are one where some crew could do them in one stop; else the reason is told."""
    by_address: dict[str, list[int]] = {}
    for n, job in enumerate(problem.jobs):
        if job.address:
            by_address.setdefault(job.address, []).append(n)
    first: dict[int, tuple[tuple[int, ...], Job]] = {}
    apart: list[Apart] = []
    tied = _tied(problem)
    for members in by_address.values():
        if len(members) > 1:
            made, why = _one(problem, members, tied)
            if made is not None:
                first[members[0]] = (tuple(members), made)
            else:
                apart.append(Apart(tuple(members), why))
    if not first:
        return Together(problem, tuple((n,) for n in range(len(problem.jobs))), tuple(apart))
    return _renumbered(problem, first, tuple(apart))


def _renumbered(problem: Problem, first: dict[int, tuple[tuple[int, ...], Job]], apart: tuple[Apart, ...]) -> Together:
    inside = {n for members, _ in first.values() for n in members[1:]}
    kept = [n for n in range(len(problem.jobs)) if n not in inside]
    new = {old: at for at, old in enumerate(kept)}
    members = tuple(first[n][0] if n in first else (n,) for n in kept)
    jobs = tuple(
        replace(
            first[n][1] if n in first else problem.jobs[n],
            after=tuple(new[other] for other in problem.jobs[n].after),
            with_job=None if problem.jobs[n].with_job is None else new[problem.jobs[n].with_job or 0],
        )
        for n in kept
    )
    crews = tuple(replace(crew, locked_jobs=tuple(new[job] for job in crew.locked_jobs)) for crew in problem.crews)
    return Together(replace(problem, jobs=jobs, crews=crews), members, apart)


def _one(problem: Problem, members: list[int], tied: frozenset[int]) -> tuple[Job | None, str]:
    """The jobs of an address as one, or why they cannot be."""
    jobs = [problem.jobs[n] for n in members]
    names = listed([job.name for job in jobs])
    if tied.intersection(members):
        return (
            None,
            f"{names} at {jobs[0].address} are not one stop: a lock, another job or a second crew ties one of them.",
        )
    windows = _common(jobs)
    if not windows:
        return None, f"{names} at {jobs[0].address} are not one stop: their time windows never fit together."
    allowed = frozenset(range(len(problem.crews)))
    for n in members:
        allowed &= frozenset(c for c in allowed if problem.may_do(c, problem.jobs[n]))
    made = Job(
        name=jobs[0].name,
        location=jobs[0].location,
        service_s=sum(job.service_s for job in jobs),
        priority=max(job.priority for job in jobs),
        skills=frozenset[str]().union(*(job.skills for job in jobs)),
        equipment=frozenset[str]().union(*(job.equipment for job in jobs)),
        load=sum(job.load for job in jobs),
        windows=windows,
        allowed_crews=allowed,
        deadline_day=min((job.deadline_day for job in jobs if job.deadline_day is not None), default=None),
        worth_s=sum(job.prize_s for job in jobs),
    )
    if not allowed or not _some_crew_can(problem, made):
        return None, f"{names} at {jobs[0].address} are not one stop: no single crew can do all of it in one day."
    return made, ""


def _some_crew_can(problem: Problem, made: Job) -> bool:
    crews = tuple(replace(crew, locked_jobs=(), locked_whole=False) for crew in problem.crews)
    alone = Problem(crews, (replace(made, allowed_crews=None),), problem.travels)
    for number in sorted(made.allowed_crews or ()):
        crew = crews[number]
        order = with_reloads(alone, crew, [0])
        if order is not None and fits_stops(crew, order) and timed(alone, crew, order) is not None:
            return True
    return False


def _tied(problem: Problem) -> frozenset[int]:
    """Jobs that a lock, another job or a second crew holds in a place of their own."""
    found = {job for crew in problem.crews for job in crew.locked_jobs}
    for n, job in enumerate(problem.jobs):
        partners = {*job.after, *(() if job.with_job is None else (job.with_job,))}
        found |= partners | ({n} if partners else set())
        if job.crews_needed > 1 or job.locked_crew is not None or job.locked_start_s is not None:
            found.add(n)
    return frozenset(found)


def _common(jobs: list[Job]) -> tuple[Window, ...]:
    """When the first may start so that each of them, done one after the other, starts inside a window of its own."""
    common: list[Window] = [(0, FOREVER_S)]
    offset = 0
    for job in jobs:
        shifted = [(opens - offset, closes - offset) for opens, closes in job.windows_s]
        common = [
            (max(a, opens), min(b, closes))
            for a, b in common
            for opens, closes in shifted
            if max(a, opens) <= min(b, closes)
        ]
        offset += job.service_s
    return tuple(common)
