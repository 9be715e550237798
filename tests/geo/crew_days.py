"""Random small problems with every rule, and a brute force over them that shares no code with the planner."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from geo.vrp import Crew, Job, PlannedDay, Problem, Travel

H = 3600


def travel(rng: np.random.Generator, places: int, speed: float = 8.0) -> Travel:
    """Places on a plane of 8 by 8 km."""
    spots = rng.uniform(0, 8000, (places, 2))
    metres = np.hypot(*(spots[:, None] - spots[None, :]).transpose(2, 0, 1)) * 1.3
    return Travel(metres / speed, metres)


def ruled_day(seed: int, jobs: int, crews: int) -> Problem:
    """A day in which each rule turns up now and then; without locks."""
    rng = np.random.default_rng(seed)
    shared = travel(rng, jobs + 4)
    slow = Travel(shared.duration_s * 1.4, shared.distance_m)

    def now(chance: float) -> bool:
        return bool(rng.random() < chance)

    teams = []
    for n in range(crews):
        capacity = float(rng.integers(3, 9)) if now(0.6) else None
        teams.append(
            Crew(
                f"Crew {n}",
                n % 2,
                int(rng.integers(0, 2)),
                7 * H,
                int(rng.integers(10, 13)) * H,
                frozenset("ab"[: 1 + n % 2]),
                capacity,
                break_start_s=9 * H if now(0.7) else None,
                break_end_s=11 * H if now(0.5) else None,
                break_s=1200 if now(0.6) else 0,
                break_place=int(rng.integers(0, 3)) if now(0.4) else None,
                equipment=frozenset({"lift"}) if now(0.5) else frozenset(),
                reloads=(2, 3)[: int(rng.integers(0, 3))] if capacity is not None else (),
                reload_s=300,
                max_reloads=int(rng.integers(0, 3)) if now(0.4) else None,
                overtime_s=1800 if now(0.4) else 0,
                max_stops=int(rng.integers(2, 8)) if now(0.3) else None,
                travel=int(now(0.3)),
            )
        )
    work = [_ruled_job(rng, n, jobs, crews) for n in range(jobs)]
    two = {n for n, job in enumerate(work) if job.crews_needed > 1}
    for n, job in enumerate(work):  # one crew and two crews exclude each other
        partner = None if n in two or job.with_job in two else job.with_job
        same = job.after_same_crew and n not in two and not two & set(job.after)
        work[n] = replace(job, with_job=partner, after_same_crew=same)
    return Problem(tuple(teams), tuple(work), (shared, slow))


def _ruled_job(rng: np.random.Generator, n: int, jobs: int, crews: int) -> Job:
    def now(chance: float) -> bool:
        return bool(rng.random() < chance)

    opens = int(rng.integers(6, 12)) * H
    one, several = now(0.25), now(0.15)
    earlier = int(rng.integers(0, n)) if n else None
    return Job(
        f"Job {n}",
        n + 4,
        int(rng.integers(10, 50)) * 60,
        int(rng.integers(0, 101)),
        frozenset({"b"}) if now(0.2) else frozenset({"z"}) if now(0.05) else frozenset(),
        float(rng.integers(0, 4)) if now(0.6) else 0.0,
        earliest_s=opens if one else None,
        latest_s=opens + H if one else None,
        equipment=frozenset({"lift"}) if now(0.15) else frozenset(),
        windows=((7 * H, 8 * H), (10 * H, 10 * H + 1800)) if several and not one else (),
        crews_needed=2 if now(0.12) else 1,
        after=(earlier,) if earlier is not None and now(0.15) else (),
        after_same_crew=now(0.4),
        with_job=int(rng.integers(0, n)) if n and now(0.1) else None,
        forbidden_crews=frozenset({int(rng.integers(0, crews))}) if now(0.1) else frozenset(),
    )


def with_locks(problem: Problem, seed: int) -> Problem:
    """Some locks at random, possible or not."""
    rng = np.random.default_rng(seed)
    jobs, crews = list(problem.jobs), list(problem.crews)
    free = list(rng.permutation(len(jobs)))
    for n, crew in enumerate(crews):
        if rng.random() < 0.4 and len(free) > 2:
            front = tuple(int(free.pop()) for _ in range(int(rng.integers(1, 3))))
            crews[n] = replace(crew, locked_jobs=front, locked_whole=bool(rng.random() < 0.3))
    for job in (int(j) for j in free):
        if rng.random() < 0.2:
            jobs[job] = replace(jobs[job], locked_crew=int(rng.integers(0, len(crews))))
        if rng.random() < 0.15:
            jobs[job] = replace(jobs[job], locked_start_s=int(rng.integers(7 * H, 11 * H)))
    return replace(problem, jobs=tuple(jobs), crews=tuple(crews))


def with_addresses(problem: Problem, seed: int) -> Problem:
    """Some jobs moved to one place and address."""
    rng = np.random.default_rng(seed)
    jobs = list(problem.jobs)
    for n in range(1, len(jobs)):
        if rng.random() < 0.35:
            before = jobs[n - 1]
            jobs[n - 1] = replace(before, address=before.address or f"{n} Elm St")
            jobs[n] = replace(jobs[n], location=before.location, address=jobs[n - 1].address)
    return replace(problem, jobs=tuple(jobs))


def orders_of(plan: PlannedDay) -> list[list[int]]:
    """The jobs of each route."""
    return [[visit.job for visit in route.visits] for route in plan.routes]
