"""Where a job would fit best: the cheapest place in each crew's order, by what it breaks and by its way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from geo.vrp_problem import Problem
from geo.vrp_soft import Begun, Breach, Order, SoftRoute, soft_route

TRIED = 3  # places of a crew, those with the least extra way, of which the clock is run


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a crew's order. `breaches` are those that the route would have and has not without the job."""

    crew: int
    at: int
    more_s: float
    route: SoftRoute
    breaches: tuple[Breach, ...]


def best_places(
    problem: Problem,
    orders: Sequence[Order],
    job: int,
    first: Sequence[int] | None = None,
    begun: Mapping[int, Begun] | None = None,
) -> list[Place | None]:
    """The best place in each crew's order, which must not hold the job; of each, `first` stops are locked."""
    over = begun or {}
    return [
        best_place(problem, crew, order, job, 0 if first is None else first[crew], over.get(crew))
        for crew, order in enumerate(orders)
    ]


def best_place(
    problem: Problem, crew: int, order: Order, job: int, first: int = 0, begun: Begun | None = None
) -> Place | None:
    """The best place of one crew: fewest rules broken, least late, then least driven. None where a way is missing."""
    extra = extra_drive_s(problem, crew, order, job)[first:]
    nearest = np.argsort(extra, kind="stable")[:TRIED] + first
    before = soft_route(problem, crew, order, None, begun)
    found = [
        _place(problem, crew, order, job, int(at), before, begun) for at in nearest if np.isfinite(extra[at - first])
    ]
    return min(found, key=_worth, default=None)


def extra_drive_s(problem: Problem, crew: int, order: Order, job: int) -> np.ndarray:
    """Seconds more driven with the job in each gap of an order, [len(order) + 1]."""
    team, goal = problem.crews[crew], problem.jobs[job].location
    drive = problem.travel_of(team).duration_s
    stops = [problem.jobs[stop].location if stop >= 0 else team.reloads[-1 - stop] for stop in order]
    places = np.array([team.start, *stops, team.end])
    with np.errstate(invalid="ignore"):
        extra = drive[places[:-1], goal].astype(float) + drive[goal, places[1:]] - drive[places[:-1], places[1:]]
    return np.where(np.isnan(extra), np.inf, extra)


def _place(
    problem: Problem, crew: int, order: Order, job: int, at: int, before: SoftRoute, begun: Begun | None
) -> Place:
    made = soft_route(problem, crew, [*order[:at], job, *order[at:]], None, begun)
    known = {(breach.kind, breach.job) for breach in before.breaches}
    new = tuple(breach for breach in made.breaches if (breach.kind, breach.job) not in known)
    return Place(crew, at, made.route.drive_s - before.route.drive_s, made, new)


def _worth(place: Place) -> tuple[float, float, float]:
    return len(place.breaches), sum(breach.amount for breach in place.breaches), place.more_s
