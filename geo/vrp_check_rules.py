"""The checker's rules between routes: two crews at once, order, pairs, locks, addresses; from the problem alone."""

from __future__ import annotations

from collections.abc import Iterator

from geo.vrp_plan import PlannedDay
from geo.vrp_problem import Problem

SLACK_S = 1.0
Done = dict[int, list[tuple[int, float, float]]]  # of each job: crew, start of service, departure


def _done(plan: PlannedDay) -> Done:
    found: Done = {}
    for number, route in enumerate(plan.routes):
        for stop in route.stops:
            if stop.kind == "job":
                found.setdefault(stop.job, []).append((number, stop.service_start_s, stop.departure_s))
    return found


def tie_faults(problem: Problem, plan: PlannedDay) -> Iterator[str]:
    """Two crews at once, jobs that wait for others, and jobs of one crew."""
    done = _done(plan)
    for n, visits in done.items():
        job = problem.jobs[n]
        crews = {crew for crew, _, _ in visits}
        starts = [start for _, start, _ in visits]
        if job.crews_needed > 1 and len(crews) < job.crews_needed:
            yield f"job {job.name} needs {job.crews_needed} crews and {len(crews)} come"
        if max(starts) - min(starts) > SLACK_S:
            yield f"the crews of job {job.name} do not start at once"
        for other in job.after:
            name = problem.jobs[other].name
            if other not in done:
                yield f"job {job.name} is done though it waits for {name}, which is not"
            elif max(left for _, _, left in done[other]) > min(starts) + SLACK_S:
                yield f"job {job.name} starts before {name} is done"
            elif job.after_same_crew and {crew for crew, _, _ in done[other]} != crews:
                yield f"jobs {name} and {job.name} are not done by the same crew"
        if job.with_job is not None and {crew for crew, _, _ in done.get(job.with_job, [])} != crews:
            yield f"jobs {problem.jobs[job.with_job].name} and {job.name} are not done by the same crew"
    for n, job in enumerate(problem.jobs):
        if job.with_job in done and n not in done:
            yield f"job {job.name} is left out though its partner is not"


def lock_faults(problem: Problem, plan: PlannedDay) -> Iterator[str]:
    """Every lock holds exactly, or the plan names it."""
    told = {(one.kind, one.job) for one in plan.broken_locks}
    done = _done(plan)
    for number, crew in enumerate(problem.crews):
        order = [stop.job for stop in plan.routes[number].stops if stop.kind == "job"]
        wanted = list(crew.locked_jobs)
        cut = next((at for at, job in enumerate(wanted) if _told_order(plan, number, job)), None)
        front = wanted if cut is None else wanted[:cut]
        if order[: len(front)] != front:
            yield f"{crew.name}'s locked order does not hold"
        if crew.locked_whole and cut is None and len(order) != len(wanted):
            yield f"{crew.name}'s whole day is locked and holds other work"
    for n, job in enumerate(problem.jobs):
        visits = done.get(n, [])
        if job.locked_crew is not None and ("crew", n) not in told and job.locked_crew not in {c for c, _, _ in visits}:
            yield f"job {job.name} is locked to {problem.crews[job.locked_crew].name} and not done by it"
        if job.locked_start_s is not None and ("time", n) not in told:
            if not visits:
                yield f"job {job.name} is locked to a time and left out"
            elif any(abs(start - job.locked_start_s) > SLACK_S for _, start, _ in visits):
                yield f"job {job.name} does not start when it is locked to"
    for one in plan.broken_locks:
        if not _is_lock(problem, one.kind, one.crew, one.job):
            yield f"a lock on job {problem.jobs[one.job].name} is told that is not there"


def _told_order(plan: PlannedDay, number: int, job: int) -> bool:
    return any(one.kind == "order" and one.crew == number and one.job == job for one in plan.broken_locks)


def _is_lock(problem: Problem, kind: str, crew: int, job: int) -> bool:
    known = problem.jobs[job]
    if kind == "order":
        return job in problem.crews[crew].locked_jobs
    return known.locked_crew == crew if kind == "crew" else known.locked_start_s is not None


def address_faults(problem: Problem, plan: PlannedDay) -> Iterator[str]:
    """The jobs of one address are one stop of one crew, or all left out, unless the plan says why not."""
    apart = {frozenset(one.jobs) for one in plan.apart}
    groups: dict[str, set[int]] = {}
    for n, job in enumerate(problem.jobs):
        if job.address:
            groups.setdefault(job.address, set()).add(n)
    left = {one.job for one in plan.left_out}
    orders = [[stop.job for stop in route.stops if stop.kind == "job"] for route in plan.routes]
    runs = [run for order in orders for run in _runs(problem, order)]
    for address, members in groups.items():
        if len(members) > 1 and frozenset(members) not in apart:
            together = any(set(run) >= members for run in runs)
            if not together and not members <= left:
                yield f"the jobs at {address} are not one stop"


def _runs(problem: Problem, order: list[int]) -> Iterator[list[int]]:
    """An order cut where the address changes."""
    run: list[int] = []
    for job in order:
        if run and problem.jobs[run[-1]].address != problem.jobs[job].address:
            yield run
            run = []
        run.append(job)
    if run:
        yield run
