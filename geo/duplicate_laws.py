"""How reports of one incident lie in space and time, learned from a city's reports alone, without any label.

Near reports come in pairs that have nothing to do with each other, at a rate that does not depend on the delay between
them, and in pairs about one thing, which come soon. So pairs whose delay is longer than the window show how many of the
shorter ones are chance, and what is more than that shows how far apart, how late and after how many closings the
reports of one incident are made: the nonparametric declustering of Marsan and Lengline (2008, "Extending earthquakes'
reach through cascading", Science 319) with the two rates told apart by the delay, as there are no magnitudes.
Little data leaves what is known of other cities: the tables of `DEFAULT`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.report_order import HOUR_S, Floats, Ints32, OrderedReports

DISTANCE_M = np.array([0.0, 5, 10, 15, 20, 25, 30, 40, 50, 60, 80, 100, 130, 160, 200])
DELAY_S = np.array([0.0, 2, 4, 8, 16, 24, 48, 96, 168, 336, 504, 720, 1080]) * HOUR_S
LATELY_S = 48 * HOUR_S  # what was closed within that time was closed lately
OPEN, LATELY, LONG_AGO = range(3)
BANDWIDTH_M = 14.0  # of the kernel that counts other reports at a place

_SCATTER_M, _MEAN_DELAY_S, _CLOSED, _REPEATS = 14.0, 72 * HOUR_S, 0.05, 0.5  # other cities
_PRIOR_PAIRS, _PRIOR_REPORTS = 100.0, 50.0  # how much those count
_ENOUGH = 60_000  # reports; of more a part is looked at, for tables are no better for ten times as many pairs
_PRIOR_CHANCE = 100.0
_UNSEEN = 0.1  # reports at a place where there were none
_MOST_CLOSED = 0.1  # a thing that was seen to is seldom reported as the same thing, however busy the street
_NEAR_M, _SOON_S = 25.0, 96 * HOUR_S  # where services that go together show
_FEWEST_REPORTS, _FEWEST_PAIRS, _LEAST_AFFINITY = 50, 5, 0.01
_FLOOR = 1e-12
_ROOTS = 256


@dataclass(frozen=True, slots=True, eq=False)
class DuplicateLaws:
    """Tables by which a pair is judged; densities as natural logarithms.

    `distance` [bins of DISTANCE_M]: per square metre. `chance` [bins of DISTANCE_M]: pairs that come by chance against
    those that the counts at their places lead to expect: many at no distance at all where addresses are places. `delay`
    [bins of DELAY_S]: per second. `closed` [3]: odds where the earlier report was open, closed lately or long ago.
    `repeats` [services]: pairs that a report has with later ones about the same thing. `affinity` [services, services]:
    how readily one thing is reported under both. `pairs`: what all rests on.
    """

    distance: Floats
    chance: Floats
    delay: Floats
    closed: Floats
    repeats: Floats
    affinity: Floats
    pairs: float = 0.0


def log_rates(seen: Floats, span_s: float) -> Floats:
    """Reports per square metre and second (logarithm) at places where so many others were seen in a span."""
    return np.asarray(np.log((seen + _UNSEEN) / (4.0 * np.pi * BANDWIDTH_M**2 * span_s)))


class Lookup(NamedTuple):
    """The laws as a kernel reads them: log densities by whole metres and by steps of the root of the delay."""

    by_distance: Floats
    by_delay: Floats
    delay_steps: float  # a root second
    by_state: Floats
    by_services: Floats  # of the earlier report, of the later


def lookup(laws: DuplicateLaws) -> Lookup:
    """Tables that need no search, chance taken off; between the middles of bins the densities are straight lines."""
    metres = np.arange(DISTANCE_M[-1]) + 0.5
    roots = (np.arange(_ROOTS) + 0.5) * (np.sqrt(DELAY_S[-1]) / _ROOTS)
    at = np.sqrt((DELAY_S[1:] + DELAY_S[:-1]) / 2.0)
    with np.errstate(divide="ignore"):  # services that never go together
        affinity = np.log(laws.affinity)
    return Lookup(
        np.interp(metres, (DISTANCE_M[1:] + DISTANCE_M[:-1]) / 2.0, laws.distance - laws.chance),
        np.interp(roots, at, laws.delay),
        _ROOTS / float(np.sqrt(DELAY_S[-1])),
        laws.closed,
        laws.repeats[:, None] + affinity,
    )


@dataclass(frozen=True, slots=True)
class NearPairs:
    """Pairs: of reports in the order of `OrderedReports`, and what lies between them."""

    earlier: Ints32
    later: Ints32
    apart_m: Floats
    delay_s: Floats

    def of(self, chosen: NDArray[np.bool_]) -> NearPairs:
        return NearPairs(self.earlier[chosen], self.later[chosen], self.apart_m[chosen], self.delay_s[chosen])


def learn_laws(reports: OrderedReports, radius_m: float, window_s: float) -> DuplicateLaws:
    """The laws of these reports, as far as they tell; pairs within the radius and twice the window are looked at."""
    one_in = max(1, len(reports.x) // _ENOUGH)
    same = same_service_pairs(reports, radius_m, 2.0 * window_s, one_in)
    soon, control = same.of(same.delay_s <= window_s), same.of(same.delay_s > window_s)
    excess, state_by_chance = _excess(reports, soon, control, window_s)
    known = DEFAULT_EXCESS * _PRIOR_PAIRS
    distance = np.maximum(excess.sum(axis=(1, 2)), 0.0) + known.sum(axis=1)
    delay = np.maximum(excess.sum(axis=(0, 2)), 0.0) + known.sum(axis=0)
    area_m2 = np.pi * np.diff(DISTANCE_M**2)
    return DuplicateLaws(
        distance=_log_falling(distance / distance.sum(), area_m2),
        chance=np.log(_chance(reports, control, window_s, one_in)),
        delay=_log_falling(delay / delay.sum(), np.diff(DELAY_S)),
        closed=np.log(_closed_odds(excess, state_by_chance)),
        repeats=np.log(_repeats(reports, soon, control, one_in)),
        affinity=_affinity(reports, soon, control, window_s, one_in),
        pairs=max(float(excess.sum()), 0.0) * one_in,
    )


def same_service_pairs(reports: OrderedReports, radius_m: float, window_s: float, one_in: int = 1) -> NearPairs:
    """Pairs of one service; none of which both reports are the city's own people's."""
    return _pairs(reports, radius_m, window_s, np.eye(len(reports.services)), one_in)


def _pairs(reports: OrderedReports, radius_m: float, window_s: float, together: Floats, one_in: int) -> NearPairs:
    from geo.duplicate_kernels import near_pairs

    r = reports
    reach = np.array([radius_m, window_s])
    earlier, later = near_pairs(r.x, r.y, r.t, r.block_service, r.starts, r.ahead, reach, together, one_in)
    found = NearPairs(
        earlier, later, np.hypot(r.x[earlier] - r.x[later], r.y[earlier] - r.y[later]), r.t[later] - r.t[earlier]
    )
    return found if r.staff is None else found.of(~(r.staff[earlier] & r.staff[later]))


def _excess(reports: OrderedReports, soon: NearPairs, control: NearPairs, window_s: float) -> tuple[Floats, Floats]:
    """Pairs beyond chance [distance, delay, state of the earlier], and the states by chance [delay, state]."""
    closed_for_s = reports.t[soon.later] - reports.closed[soon.earlier]
    state = np.where(closed_for_s <= 0.0, OPEN, np.where(closed_for_s <= LATELY_S, LATELY, LONG_AGO))
    shape = len(DISTANCE_M) - 1, len(DELAY_S) - 1, 3
    at = np.ravel_multi_index((_bin(DISTANCE_M, soon.apart_m), _bin(DELAY_S, soon.delay_s), state), shape)
    seen = np.bincount(at, minlength=int(np.prod(shape))).reshape(shape)
    a_second = np.bincount(_bin(DISTANCE_M, control.apart_m), minlength=shape[0]) / window_s
    width_s = np.diff(np.minimum(DELAY_S, window_s))
    by_chance = _states_by_chance(reports)
    return seen - a_second[:, None, None] * width_s[None, :, None] * by_chance[None], by_chance


def _bin(edges: Floats, values: Floats) -> NDArray[np.int64]:
    return np.minimum(np.searchsorted(edges, values, side="right") - 1, len(edges) - 2)


def _states_by_chance(reports: OrderedReports) -> Floats:
    """How often any report would be open, closed lately or long ago, so much time after it was made."""
    taken = np.sort(reports.closed - reports.t)
    middle = (DELAY_S[1:] + DELAY_S[:-1]) / 2.0
    closed, before = (np.searchsorted(taken, at) / max(len(taken), 1) for at in (middle, middle - LATELY_S))
    return np.stack([1.0 - closed, closed - before, before], axis=1)


def _closed_odds(excess: Floats, state_by_chance: Floats) -> Floats:
    """Odds of each state for pairs about one thing against others; never above what can be believed."""
    by_delay = np.maximum(excess.sum(axis=(0, 2)), 0.0)
    expected = (by_delay[:, None] * state_by_chance).sum(axis=0)
    known = np.array([1.0, _CLOSED, _CLOSED])
    odds = (np.maximum(excess.sum(axis=(0, 1)), 0.0) + _PRIOR_PAIRS * known) / (expected + _PRIOR_PAIRS)
    return np.asarray(np.minimum(odds / max(odds[OPEN], _FLOOR), [1.0, _MOST_CLOSED, _MOST_CLOSED]))


def _repeats(reports: OrderedReports, soon: NearPairs, control: NearPairs, one_in: int) -> Floats:
    """Pairs beyond chance that a report of each service has, drawn to the mean of all where there are few."""
    count = np.bincount(reports.service, minlength=len(reports.services))
    beyond = one_in * np.maximum(_by_service(reports, soon) - _by_service(reports, control), 0.0)
    mean = (beyond.sum() + _PRIOR_PAIRS * _REPEATS) / (count.sum() + _PRIOR_PAIRS)
    return np.asarray((beyond + _PRIOR_REPORTS * mean) / (count + _PRIOR_REPORTS))


def _by_service(reports: OrderedReports, pairs: NearPairs) -> Floats:
    return np.bincount(reports.service[pairs.earlier], minlength=len(reports.services)).astype(np.float64)


def _chance(reports: OrderedReports, control: NearPairs, window_s: float, one_in: int) -> Floats:
    rate = float(np.exp(log_rates(reports.background, reports.span_s)).sum())
    expected = rate * np.pi * np.diff(DISTANCE_M**2) * window_s / one_in
    seen = np.bincount(_bin(DISTANCE_M, control.apart_m), minlength=len(expected))
    return np.asarray((seen + _PRIOR_CHANCE) / (expected + _PRIOR_CHANCE))


def _affinity(reports: OrderedReports, soon: NearPairs, control: NearPairs, window_s: float, one_in: int) -> Floats:
    """How much more often two services meet soon and near than by chance, against each of them with itself."""
    services = len(reports.services)
    table = np.eye(services)
    many = np.bincount(reports.service, minlength=services) >= _FEWEST_REPORTS
    together = np.outer(many, many) & ~np.eye(services, dtype=bool)
    if not together.any():
        return table
    mixed = _pairs(reports, _NEAR_M, window_s, together.astype(np.float64), one_in)
    early = mixed.delay_s <= _SOON_S
    cell = reports.service[mixed.earlier].astype(np.int64) * services + reports.service[mixed.later]
    seen, late = (np.bincount(cell[part], minlength=services**2).reshape(services, -1) for part in (early, ~early))
    by_chance = late * (_SOON_S / max(window_s - _SOON_S, _SOON_S))
    beyond, seen = seen - by_chance + (seen - by_chance).T, seen + seen.T
    near = soon.of((soon.apart_m <= _NEAR_M) & (soon.delay_s <= _SOON_S))
    by_chance_alone = _by_service(reports, control.of(control.apart_m <= _NEAR_M)) * (_SOON_S / window_s)
    alone = np.maximum(_by_service(reports, near) - by_chance_alone, 1.0)
    share = beyond / (alone[:, None] + alone[None, :])
    sure = beyond > 3.0 * np.sqrt(np.maximum(seen, 1.0)) + _FEWEST_PAIRS
    return np.where(sure & (share >= _LEAST_AFFINITY), np.minimum(share, 1.0), 0.0) + table


def _log_falling(share: Floats, width: Floats) -> Floats:
    """Log density of shares in bins of a width, falling from bin to bin (isotonic regression, Barlow 1972)."""
    from scipy.optimize import isotonic_regression

    fitted = isotonic_regression(share / width, weights=width, increasing=False).x
    return np.asarray(np.log(np.maximum(fitted, _FLOOR)))


def _default_excess() -> Floats:
    """Shares by distance and delay where each report scatters normally about the thing and comes exponentially late."""
    far, late = np.exp(-(DISTANCE_M**2) / (4.0 * _SCATTER_M**2)), np.exp(-DELAY_S / _MEAN_DELAY_S)
    return np.outer(-np.diff(far), -np.diff(late))


DEFAULT_EXCESS = _default_excess()
