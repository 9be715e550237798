"""Radius and window of each service, learned where there is enough to learn from; what a city sets rules over these.

From staff: no nearer than the farthest and no shorter than the longest of what they confirmed, and a quarter more. Of
so many pairs the farthest leaves, 19 times in 20, less than a twentieth of all beyond it (Wilks 1941, "Determination of
sample sizes for setting tolerance limits"). From the reports alone: where surely next to none of the pairs beyond
chance (see `duplicate_laws`) are farther or later.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from geo.duplicate_index import CandidateIndex
from geo.duplicate_laws import DELAY_S, DISTANCE_M, same_service_pairs
from geo.duplicate_model import is_among
from geo.duplicate_settings import LearnedBounds
from geo.report_order import HOUR_S, Floats, Ints

FEWEST_CONFIRMED = 59  # Wilks: 0.95 ** 59 < 0.05
FEWEST_BEYOND_CHANCE = 200.0  # pairs of a service
_ROOM = 1.25
_NEAREST_M, _SHORTEST_H = 10.0, 24.0  # no bound is closer: positions err, and people come back from work
_LOST = 0.02  # of the pairs beyond chance at most, surely
_SURELY = 2.0  # standard deviations


def learn_bounds(index: CandidateIndex, confirmed: ArrayLike | None = None) -> dict[int, LearnedBounds]:
    """Bounds by service (the caller's numbers), of those where either staff or the reports tell narrower ones.

    `confirmed` [links, 2]: rows that staff confirmed; of a service with FEWEST_CONFIRMED of them these tell alone.
    """
    staff = _of_staff(index, confirmed)
    found = {**_of_reports(index), **staff}
    rule = index.settings
    return {
        service: one for service, one in sorted(found.items())
        if one.radius_m < rule.radius_m or one.window_h < rule.window_h
    }  # fmt: skip


def _of_staff(index: CandidateIndex, confirmed: ArrayLike | None) -> dict[int, LearnedBounds]:
    if confirmed is None or np.size(confirmed) < 2 * FEWEST_CONFIRMED:
        return {}
    r, rule = index.reports, index.settings
    earlier, later = index.near_pairs()
    same = is_among(index, earlier, later, confirmed)
    earlier, later = earlier[same], later[same]
    apart_m, delay_h = np.hypot(r.x[earlier] - r.x[later], r.y[earlier] - r.y[later]), r.t[later] - r.t[earlier]
    delay_h = delay_h / HOUR_S
    found = {}
    for place, service in enumerate(r.services.tolist()):
        own = (r.service[earlier] == place) | (r.service[later] == place)
        count = int(own.sum())
        if count >= FEWEST_CONFIRMED:
            radius_m = min(max(_ROOM * float(apart_m[own].max()), _NEAREST_M), rule.radius_m)
            window_h = min(max(_ROOM * float(delay_h[own].max()), _SHORTEST_H), rule.window_h)
            found[service] = LearnedBounds(radius_m, window_h, count, by_staff=True)
    return found


def _of_reports(index: CandidateIndex) -> dict[int, LearnedBounds]:
    """Where next to no pairs beyond chance are farther or later, service by service."""
    r, rule = index.reports, index.settings
    window_s = rule.window_h * HOUR_S
    pairs = same_service_pairs(r, rule.radius_m, 2.0 * window_s)
    soon = pairs.delay_s <= window_s
    kind, shape = r.service[pairs.earlier].astype(np.int64), len(r.services)
    steps = [edges[edges < most] for edges, most in ((DISTANCE_M, rule.radius_m), (DELAY_S, window_s))]
    by_distance = [_table(kind, pairs.apart_m, part, steps[0], shape) for part in (soon, ~soon)]
    by_delay = _table(kind, pairs.delay_s, soon, steps[1], shape)
    share = np.diff(np.append(steps[1], window_s)) / window_s
    found = {}
    for place, service in enumerate(r.services.tolist()):
        seen, chance = (table[place] for table in by_distance)
        beyond = float(seen.sum() - chance.sum())
        if beyond - _SURELY * np.sqrt(seen.sum() + chance.sum()) < FEWEST_BEYOND_CHANCE:
            continue
        radius_m = _enough(steps[0], rule.radius_m, seen, chance, chance, beyond)
        expected = chance.sum() * share
        window_s_own = _enough(steps[1], window_s, by_delay[place], expected, expected * share, beyond)
        radius_m, window_h = max(radius_m, _NEAREST_M), max(window_s_own / HOUR_S, _SHORTEST_H)
        found[service] = LearnedBounds(radius_m, window_h, round(beyond), by_staff=False)
    return found


def _table(kind: Ints, value: Floats, part: np.ndarray, begins: Floats, services: int) -> Floats:
    """Pairs of a part by service and by step of a value, [services, steps]."""
    step = np.searchsorted(begins, value[part], side="right") - 1
    at = kind[part] * len(begins) + step
    return np.bincount(at, minlength=services * len(begins)).reshape(services, -1).astype(np.float64)


def _enough(begins: Floats, most: float, seen: Floats, chance: Floats, variance: Floats, beyond: float) -> float:
    """The least begin of a step from which on surely no more than _LOST of the pairs beyond chance lie, else `most`."""
    after = np.cumsum((seen - chance)[::-1])[::-1]
    error = np.sqrt(np.cumsum((seen + variance)[::-1])[::-1])
    surely = after + _SURELY * np.maximum(error, 1.0) <= _LOST * beyond
    last = np.flatnonzero(~surely)[-1] + 1 if (~surely).any() else 0  # from there on every step is sure
    return float(begins[last]) if last < len(begins) else most
