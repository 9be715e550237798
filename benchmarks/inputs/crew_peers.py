"""Other solvers on the same crew days: the same skills, breaks, windows, loads and prizes, the same clock and checker.

A peer hands over the order of each crew's stops. Our clock times them; where an order does not hold (a peer that lets
a crew pause on the road), the stop worth least is dropped until it does.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib.util import find_spec

import numpy as np

from geo.vrp import plan_day
from geo.vrp_check import check
from geo.vrp_cost import plan_cost
from geo.vrp_plan import LeftOut, PlannedDay, Route
from geo.vrp_problem import Crew, Job, Problem
from geo.vrp_reasons import fits_load
from geo.vrp_schedule import timed

ORTOOLS, VROOM = "OR-Tools GLS", "VROOM"
FAR_S = 4 * 86_400
LOAD_SCALE = 100
Orders = list[list[int]]


@dataclass(frozen=True, slots=True)
class Scored:
    """hours: seconds driven plus 600 a point of unserved priority, over 3600; faults the checker's."""

    hours: float
    unserved: int
    dropped: int
    faults: tuple[str, ...]


def present(peer: str) -> bool:
    """Whether a peer is installed."""
    return find_spec({ORTOOLS: "ortools", VROOM: "vroom"}[peer]) is not None


def ours(problem: Problem, seconds: float, seed: int) -> Scored:
    """The product's own plan."""
    return scored(problem, plan_day(problem, seconds=seconds, seed=seed), 0)


def peer(name: str, problem: Problem, seconds: float) -> Scored:
    """A peer's plan, timed by our clock."""
    solve: Callable[[Problem, float], Orders] = {ORTOOLS: by_ortools, VROOM: by_vroom}[name]
    return settled(problem, solve(problem, seconds))


def scored(problem: Problem, plan: PlannedDay, dropped: int) -> Scored:
    """The score of a plan, recomputed from its routes."""
    served = {visit.job for route in plan.routes for visit in route.visits}
    missed = [job for number, job in enumerate(problem.jobs) if number not in served]
    drive_s = sum(route.drive_s for route in plan.routes)
    hours = (drive_s + sum(job.prize_s for job in missed)) / 3600
    return Scored(hours, len(missed), dropped, tuple(check(problem, plan)))


def settled(problem: Problem, orders: Orders) -> Scored:
    """Orders of stops as a timed plan."""
    routes: list[Route] = []
    dropped = 0
    for crew, order in zip(problem.crews, orders, strict=True):
        route, lost = _held(problem, crew, list(order))
        routes.append(route)
        dropped += lost
    served = {visit.job for route in routes for visit in route.visits}
    left = tuple(LeftOut(job, "price", "") for job in range(len(problem.jobs)) if job not in served)
    cost = plan_cost(problem, routes, [one.job for one in left])
    return scored(problem, PlannedDay(tuple(routes), left, cost, 0, 0.0), dropped)


def _held(problem: Problem, crew: Crew, order: list[int]) -> tuple[Route, int]:
    """The timed order, and how many stops had to go."""
    lost = 0
    while True:
        made = timed(problem, crew, order) if fits_load(problem, crew, order) else None
        if made is not None:
            return made, lost
        worth = sorted((problem.jobs[job].prize_s, at) for at, job in enumerate(order))
        mends = [at for _, at in worth if timed(problem, crew, [*order[:at], *order[at + 1 :]]) is not None]
        order.pop(mends[0] if mends else worth[0][1])
        lost += 1


def _whole_seconds(problem: Problem) -> np.ndarray:
    told = problem.travels[0].duration_s
    drive = np.ceil(np.where(np.isfinite(told), told, FAR_S)).astype(np.int64)
    np.fill_diagonal(drive, 0)
    return drive


def by_vroom(problem: Problem, seconds: float) -> Orders:
    """VROOM at its highest exploration, on all cores, stopped after the seconds."""
    import vroom

    numbers = {skill: n for n, skill in enumerate(sorted({s for job in problem.jobs for s in job.skills}))}
    day = vroom.Input()
    day.set_durations_matrix("car", _whole_seconds(problem).astype(np.uint32))
    most = int(sum(job.load for job in problem.jobs) * LOAD_SCALE)
    for number, crew in enumerate(problem.crews):
        opens, closes = crew.break_window()
        pause = vroom.Break(1, [vroom.TimeWindow(opens, closes - crew.break_s)], crew.break_s)
        day.add_vehicle(
            vroom.Vehicle(
                number,
                start=crew.start,
                end=crew.end,
                capacity=[most if crew.capacity is None else int(crew.capacity * LOAD_SCALE)],
                skills={numbers[skill] for skill in crew.skills if skill in numbers},
                time_window=vroom.TimeWindow(crew.shift_start_s, crew.shift_end_s),
                breaks=[pause] if crew.break_s else [],
            )
        )
    for number, job in enumerate(problem.jobs):
        day.add_job(_vroom_job(vroom, number, job, numbers))
    found = day.solve(exploration_level=5, nb_threads=os.cpu_count() or 1, timeout=timedelta(seconds=seconds)).routes
    orders: Orders = [[] for _ in problem.crews]
    for row in found[found["type"] == "job"].itertuples():
        orders[int(row.vehicle_id)].append(int(row.id))
    return orders


def _vroom_job(vroom: object, number: int, job: Job, numbers: dict[str, int]) -> object:
    windows = [] if job.latest_s is None else [vroom.TimeWindow(*job.windows_s[0])]  # type: ignore[attr-defined]
    return vroom.Job(  # type: ignore[attr-defined]
        number,
        location=job.location,
        default_service=job.service_s,
        delivery=[int(job.load * LOAD_SCALE)],
        skills={numbers[skill] for skill in job.skills},
        priority=job.priority,
        time_windows=windows,
    )


def by_ortools(problem: Problem, seconds: float) -> Orders:
    """OR-Tools' routing with guided local search from parallel cheapest insertion; breaks as its own intervals."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    crews, jobs = problem.crews, problem.jobs
    places = [*(job.location for job in jobs), *(c.start for c in crews), *(c.end for c in crews)]
    starts = [len(jobs) + n for n in range(len(crews))]
    ends = [len(jobs) + len(crews) + n for n in range(len(crews))]
    manager = pywrapcp.RoutingIndexManager(len(places), len(crews), starts, ends)
    routing = pywrapcp.RoutingModel(manager)
    drive = _whole_seconds(problem)[np.ix_(places, places)]
    service = np.array([job.service_s for job in jobs] + [0] * (2 * len(crews)))
    routing.SetArcCostEvaluatorOfAllVehicles(routing.RegisterTransitMatrix(drive.tolist()))
    lasting = routing.RegisterTransitMatrix((drive + service[:, None]).tolist())
    routing.AddDimension(lasting, 86_400, 2 * 86_400, False, "time")
    clock = routing.GetDimensionOrDie("time")
    loads = [int(job.load * LOAD_SCALE) for job in jobs] + [0] * (2 * len(crews))
    most = sum(loads)
    limits = [most if crew.capacity is None else int(crew.capacity * LOAD_SCALE) for crew in crews]
    routing.AddDimensionWithVehicleCapacity(routing.RegisterUnaryTransitVector(loads), 0, limits, True, "load")
    for number, job in enumerate(jobs):
        index = manager.NodeToIndex(number)
        routing.AddDisjunction([index], job.prize_s)
        unable = [n for n, crew in enumerate(crews) if not job.skills <= crew.skills]
        if unable:
            routing.VehicleVar(index).RemoveValues(unable)
        if job.latest_s is not None:
            clock.CumulVar(index).SetRange(*job.windows_s[0])
    _ortools_crews(routing, clock, crews, service)
    search = pywrapcp.DefaultRoutingSearchParameters()
    search.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    search.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    search.time_limit.FromMilliseconds(int(seconds * 1000))
    found = routing.SolveWithParameters(search)
    if found is None:
        return [[] for _ in crews]
    return [_ortools_order(routing, manager, found, n) for n in range(len(crews))]


def _ortools_crews(routing, clock, crews: Sequence[Crew], service: np.ndarray) -> None:  # type: ignore[no-untyped-def]
    for number, crew in enumerate(crews):
        clock.CumulVar(routing.Start(number)).SetRange(crew.shift_start_s, crew.shift_end_s)
        clock.CumulVar(routing.End(number)).SetRange(crew.shift_start_s, crew.shift_end_s)
        if crew.break_s:
            opens, closes = crew.break_window()
            pause = routing.solver().FixedDurationIntervalVar(
                opens, closes - crew.break_s, crew.break_s, False, f"break {number}"
            )
            clock.SetBreakIntervalsOfVehicle([pause], number, service.tolist())


def _ortools_order(routing, manager, found, number: int) -> list[int]:  # type: ignore[no-untyped-def]
    order = []
    at = found.Value(routing.NextVar(routing.Start(number)))
    while not routing.IsEnd(at):
        order.append(manager.IndexToNode(at))
        at = found.Value(routing.NextVar(at))
    return order
