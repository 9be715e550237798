"""Requests of an invented city with known truth, for benchmarks of duplicates and hotspots.

A square of 370 km2 over ten years, 29 services of unequal popularity. About 23 % of the requests repeat an earlier
one, and 20 % of the incidents lie on hot corners, where the same thing happens again and again. Reports of one incident
scatter and come while it is open, a few after it was closed; some name another service. Staff close the reports of an
incident together.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.inputs.planted import PlantedRequests

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SIDE_M = 19_235.0
YEARS = 10
DAY_S = 86_400.0
SERVICES = 29
HOT_SHARE, HOT_CORNERS, USUAL = 0.20, 80, 3
REPEAT_SHARE = 0.23
SCATTER_M = 12.0  # standard deviation along each axis
WRONG_SERVICE = 0.03


def make_requests(count: int, seed: int) -> PlantedRequests:
    """About `count` requests (exactly that many rows); the same count and seed, the same rows."""
    rng = np.random.default_rng([count, seed])
    incidents = int(count * (1.0 - REPEAT_SHARE))
    x, y, service = _places(rng, incidents)
    start = rng.uniform(0.0, YEARS * 365.25 * DAY_S, incidents)
    pace_d = rng.lognormal(np.log(4.0), 0.6, SERVICES)[service]
    open_s = pace_d * rng.lognormal(0.0, 0.7, incidents) * DAY_S
    repeats = _repeats(rng, open_s, count - incidents)
    member = np.concatenate([np.arange(incidents), repeats])
    later = np.concatenate([np.zeros(incidents), _delays(rng, open_s[repeats])])
    wrong = (rng.random(count) < WRONG_SERVICE) & (later > 0)
    own = np.where(wrong, rng.integers(0, SERVICES, count), service[member])
    requested = start[member] + later
    closed = start[member] + open_s[member]
    closed = np.where(closed <= requested, requested + 0.5 * DAY_S, closed)
    closed[rng.random(incidents)[member] < 0.03] = np.nan
    order = np.argsort(requested, kind="stable")
    at_x = x[member] + rng.normal(0.0, SCATTER_M, count)
    at_y = y[member] + rng.normal(0.0, SCATTER_M, count)
    return PlantedRequests(
        at_x[order], at_y[order], requested[order], closed[order], own[order].astype(np.int64), member[order]
    )


def _places(rng: np.random.Generator, incidents: int) -> tuple[Floats, Floats, Ints]:
    """Where the incidents are and of what service: 200 neighbourhoods of unequal weight, and the hot corners."""
    weight = rng.pareto(1.5, 200) + 0.3
    middle = rng.uniform(0.0, SIDE_M, (200, 2))
    near = rng.choice(200, incidents, p=weight / weight.sum())
    at = np.mod(middle[near] + rng.normal(0.0, 700.0, (incidents, 2)), SIDE_M)
    popularity = 1.0 / np.arange(1, SERVICES + 1)
    service = rng.choice(SERVICES, incidents, p=popularity / popularity.sum())
    hot = rng.random(incidents) < HOT_SHARE
    corner_weight = rng.lognormal(0.0, 0.8, HOT_CORNERS)
    corner = rng.choice(HOT_CORNERS, int(hot.sum()), p=corner_weight / corner_weight.sum())
    at[hot] = rng.uniform(0.0, SIDE_M, (HOT_CORNERS, 2))[corner]
    usual = rng.choice(SERVICES, (HOT_CORNERS, USUAL), p=popularity / popularity.sum())
    service[hot] = usual[corner, rng.integers(0, USUAL, len(corner))]
    return at[:, 0], at[:, 1], service


def _repeats(rng: np.random.Generator, open_s: Floats, count: int) -> Ints:
    """Which incident each repeat is about: a few draw many, those open longer more."""
    weight = rng.gamma(0.35, 1.0, len(open_s)) * np.sqrt(np.minimum(open_s, 20 * DAY_S))
    return rng.choice(len(open_s), count, p=weight / weight.sum())


def _delays(rng: np.random.Generator, open_s: Floats) -> Floats:
    """Seconds from the incident's start to each repeat: mostly soon, a few after it was closed."""
    delay = np.minimum(rng.exponential(0.35, len(open_s)), 1.0) * open_s
    late = rng.random(len(open_s)) < 0.03
    return np.where(late, open_s + rng.exponential(1.5 * DAY_S, len(open_s)), np.maximum(delay, 60.0))
