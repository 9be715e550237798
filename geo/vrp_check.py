"""The independent checker: recomputes a plan from the problem alone, sharing no code with model or clock."""

from __future__ import annotations

from collections import Counter

from geo.vrp_plan import PlannedDay, Route, Visit
from geo.vrp_problem import Problem

SLACK_S = 1.0


def check(problem: Problem, plan: PlannedDay) -> list[str]:
    """Every fault of a plan in a sentence; an empty list for a plan that holds."""
    faults: list[str] = []
    if len(plan.routes) != len(problem.crews):
        return [f"there are {len(plan.routes)} routes for {len(problem.crews)} crews"]
    told = Counter(visit.job for route in plan.routes for visit in route.visits)
    told.update(left.job for left in plan.left_out)
    for job in range(len(problem.jobs)):
        if told[job] != 1:
            faults.append(f"job {problem.jobs[job].name} is told {told[job]} times")
    for number in range(len(problem.crews)):
        faults += _route_faults(problem, plan, number)
    return faults


def _route_faults(problem: Problem, plan: PlannedDay, number: int) -> list[str]:
    crew, route = problem.crews[number], plan.routes[number]
    if not route.visits:
        return []
    faults: list[str] = []
    load, clock, place, drive, metres = 0.0, crew.shift_start_s * 1.0, crew.start, 0.0, 0.0
    pause_end = None if route.break_start_s is None else route.break_start_s + crew.break_s
    for visit in route.visits:
        job = problem.jobs[visit.job]
        drive += problem.travels[crew.travel].duration_s[place][job.location]
        metres += problem.travels[crew.travel].distance_m[place][job.location]
        reached = clock + problem.travels[crew.travel].duration_s[place][job.location]
        if visit.arrival_s < reached - SLACK_S:
            faults.append(f"{crew.name} is at {job.name} before it can be")
        if visit.service_start_s < visit.arrival_s - SLACK_S:
            faults.append(f"{crew.name} serves {job.name} before arriving")
        if job.earliest_s is not None and visit.service_start_s < job.earliest_s - SLACK_S:
            faults.append(f"{job.name} is served before its window opens")
        if job.latest_s is not None and visit.service_start_s > job.latest_s + SLACK_S:
            faults.append(f"{job.name} is served after its window closes")
        if visit.departure_s < visit.service_start_s + job.service_s - SLACK_S:
            faults.append(f"{crew.name} leaves {job.name} before the work is done")
        if not job.skills <= crew.skills:
            faults.append(f"{crew.name} lacks {', '.join(sorted(job.skills - crew.skills))} for {job.name}")
        load += job.load
        clock, place = visit.departure_s, job.location
        if pause_end is not None and route.break_start_s is not None:
            working = visit.service_start_s < pause_end - SLACK_S and visit.departure_s > route.break_start_s + SLACK_S
            if working:
                faults.append(f"{crew.name} works at {job.name} during the break")
    faults += _end_faults(problem, plan, number, (clock, place, drive, metres))
    if crew.capacity is not None and load > crew.capacity + 1e-6:
        faults.append(f"{crew.name} carries {load:g} where {crew.capacity:g} fit")
    return faults


def _end_faults(problem: Problem, plan: PlannedDay, number: int, at: tuple[float, int, float, float]) -> list[str]:
    crew, route = problem.crews[number], plan.routes[number]
    clock, place, drive, metres = at
    faults: list[str] = []
    pause = route.break_start_s
    after_work = pause is not None and clock - SLACK_S <= pause < route.return_s - SLACK_S
    ready = pause + crew.break_s if after_work and pause is not None else clock
    home = ready + problem.travels[crew.travel].duration_s[place][crew.end]
    if route.return_s < home - SLACK_S:
        faults.append(f"{crew.name} is back before it can be")
    last = max(route.return_s, pause + crew.break_s if pause is not None else 0.0)
    if last > crew.shift_end_s + SLACK_S:
        faults.append(f"{crew.name} is back after the shift ends")
    if abs(route.drive_s - drive - problem.travels[crew.travel].duration_s[place][crew.end]) > SLACK_S:
        faults.append(f"{crew.name}'s driving time is not the sum of its legs")
    if abs(route.distance_m - metres - problem.travels[crew.travel].distance_m[place][crew.end]) > SLACK_S:
        faults.append(f"{crew.name}'s distance is not the sum of its legs")
    return faults + _pause_faults(problem, plan, number)


def _pause_faults(problem: Problem, plan: PlannedDay, number: int) -> list[str]:
    """The break: there, inside its window, and not while driving."""
    crew, route = problem.crews[number], plan.routes[number]
    if crew.break_s <= 0:
        return []
    if route.break_start_s is None:
        return [f"{crew.name} has no break"]
    start, end = route.break_start_s, route.break_start_s + crew.break_s
    opens = crew.shift_start_s if crew.break_start_s is None else crew.break_start_s
    closes = crew.shift_end_s if crew.break_end_s is None else crew.break_end_s
    faults = []
    if start < opens - SLACK_S or end > closes + SLACK_S:
        faults.append(f"{crew.name}'s break lies outside its window")
    # The pause may only lie where the crew stands: from arrival to service, from departure on if it leaves later.
    left = float(crew.shift_start_s)
    for visit in route.visits:
        drive_s = problem.travels[crew.travel].duration_s[
            crew.start if visit is route.visits[0] else _before(problem, route, visit)
        ][problem.jobs[visit.job].location]
        leaves, arrives = visit.arrival_s - drive_s, visit.arrival_s
        if start < arrives - SLACK_S and end > max(leaves, left) + SLACK_S and drive_s > 2 * SLACK_S:
            faults.append(f"{crew.name}'s break overlaps the drive to {problem.jobs[visit.job].name}")
        left = visit.departure_s
    return faults


def _before(problem: Problem, route: Route, visit: Visit) -> int:
    """The place a visit is reached from, when it is not the first."""
    at = next(i for i, other in enumerate(route.visits) if other is visit)
    return problem.jobs[route.visits[at - 1].job].location
