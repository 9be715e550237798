"""Published instances solved for pure distance with PyVRP's own parameters, and checked independently."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from geo.progress import ShouldStop, never


class Instance(Protocol):
    """The arrays of an instance, by place; place 0 is the depot. Whole numbers of 1/scale."""

    @property
    def name(self) -> str: ...
    @property
    def vehicles(self) -> int | None: ...
    @property
    def capacity(self) -> int: ...
    @property
    def customer(self) -> NDArray[np.int64]: ...
    @property
    def demand(self) -> NDArray[np.int64]: ...
    @property
    def earliest(self) -> NDArray[np.int64]: ...
    @property
    def latest(self) -> NDArray[np.int64]: ...
    @property
    def service(self) -> NDArray[np.int64]: ...
    @property
    def prize(self) -> NDArray[np.int64]: ...
    @property
    def distance(self) -> NDArray[np.int64]: ...
    @property
    def scale(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Solved:
    """An answer: cost is the sum of scaled distances over the scale, routes are the file's own customer numbers."""

    name: str
    cost: float
    routes: list[list[int]]
    feasible: bool
    seconds: float
    iterations: int


def solve_instance(
    instance: Instance,
    *,
    seconds: float | None = 10.0,
    iterations: int | None = None,
    seed: int = 1,
    should_stop: ShouldStop = never,
) -> Solved:
    """Solve an instance for distance; uncollected prizes count into the cost where it has prizes.

    The seconds are the search's own, as a solver on its own would count them.
    """
    import pyvrp

    data = _data(pyvrp, instance)
    begun = time.perf_counter()
    started: float | None = None  # as PyVRP's own stopping criterion counts: from its first question on
    count = 0

    def stop(best_cost: float) -> bool:
        nonlocal count, started
        count += 1
        started = time.perf_counter() if started is None else started
        if should_stop():
            return True
        if iterations is not None:
            return count > iterations
        return seconds is not None and time.perf_counter() - started >= seconds

    result = pyvrp.solve(data, stop=stop, seed=seed, collect_stats=False, display=False)
    places = [[act.idx + 1 for act in route.schedule() if act.is_client()] for route in result.best.routes()]
    missed = set(range(1, len(instance.demand))) - {place for route in places for place in route}
    cost = distance_of(instance, places) + int(instance.prize[list(missed)].sum() if missed else 0)
    return Solved(
        name=instance.name,
        cost=cost / instance.scale,
        routes=[[int(instance.customer[place]) for place in route] for route in places],
        feasible=not faults_of(instance, places),
        seconds=time.perf_counter() - begun,
        iterations=count,
    )


def _data(pyvrp: Any, instance: Instance) -> Any:
    prizes = bool(instance.prize.any())
    # Loads in the finer units of distances, as PyVRP's own reader has them: first penalties of overloads follow them.
    load, capacity = instance.demand * instance.scale, instance.capacity * instance.scale
    clients = [
        pyvrp.Client(
            place,
            delivery=[int(load[place])],
            service_duration=int(instance.service[place]),
            tw_early=int(instance.earliest[place]),
            tw_late=int(instance.latest[place]),
            prize=int(instance.prize[place]),
            required=not prizes,
        )
        for place in range(1, len(instance.demand))
    ]
    vehicle = pyvrp.VehicleType(
        instance.vehicles or len(clients),
        capacity=[capacity],
        tw_early=int(instance.earliest[0]),
        tw_late=int(instance.latest[0]),
    )
    places = [pyvrp.Location(0, 0) for _ in range(len(instance.demand))]
    return pyvrp.ProblemData(places, clients, [pyvrp.Depot(0)], [vehicle], [instance.distance], [instance.distance])


def distance_of(instance: Instance, routes: Sequence[Sequence[int]]) -> int:
    """The scaled distance of routes given as places."""
    return sum(int(instance.distance[[0, *route], [*route, 0]].sum()) for route in routes)


def faults_of(instance: Instance, routes: Sequence[Sequence[int]]) -> list[str]:
    """What is wrong with routes given as places, recomputed from the instance alone."""
    faults: list[str] = []
    visited = sorted(place for route in routes for place in route)
    if len(visited) != len(set(visited)):
        faults.append("a customer is served twice")
    if not instance.prize.any() and visited != list(range(1, len(instance.demand))):
        faults.append("a customer is not served")
    if instance.vehicles is not None and len(routes) > instance.vehicles:
        faults.append("more vehicles than there are")
    for route in routes:
        if int(instance.demand[list(route)].sum()) > instance.capacity:
            faults.append("a vehicle carries too much")
        clock, at = int(instance.earliest[0]), 0
        for place in [*route, 0]:
            clock = max(clock + int(instance.distance[at, place]), int(instance.earliest[place]))
            if clock > instance.latest[place]:
                faults.append(f"place {place} is reached too late")
            clock, at = clock + int(instance.service[place]), place
    return faults
