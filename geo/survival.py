"""Times to an event of which some have not happened yet: Kaplan-Meier, log-rank and restricted means of many groups.

Times are whole numbers (milliseconds in this application), at least 0 and below 2^42. A case that is not observed is
known to have lasted its time and no more; the observed ones of the same time go first. Everything is sorted once,
whatever the number of groups.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import GeoError
from geo.proportions import normal_quantile, two_sided_p, wilson

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
NEVER = -1  # a median that is not reached
_BITS = 42
_MOST_GROUPS = 2**20


@dataclass(frozen=True, slots=True, eq=False)
class Estimates:
    """A value for each group with its interval, nan where the group has no case."""

    value: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """The product-limit estimates of groups: group g has the steps starts[g] to starts[g + 1], one an event time.

    survival: the share still without the event just after `time`. greenwood: the sum of d / (n (n - d)) until there, of
    Greenwood's variance; inf where nobody is left.
    """

    count: Ints  # cases of each group
    events: Ints
    starts: Ints
    time: Ints
    at_risk: Ints
    happened: Ints
    survival: Floats
    greenwood: Floats
    _keys: Ints  # group and time of every case, in order

    @property
    def groups(self) -> int:
        return len(self.count)

    def still(self, time: int, confidence: float = 0.95) -> Estimates:
        """The share of each group without the event after `time`, with the log-log interval (Kalbfleisch and Prentice).

        nan where nobody was followed for longer and somebody was left. The interval does not exist where the share is
        0 or 1. There it is Wilson's: at 1 of those who are known to have lasted longer than `time`, at 0 of those to
        whom it happened.
        """
        groups = np.arange(self.groups)
        at = np.searchsorted(_joined(self._group_of_step(), self.time), _joined(groups, time), side="right") - 1
        begun = at >= self.starts[:-1]
        share = np.where(begun, self.survival[at] if len(self.time) else 1.0, 1.0)
        spread = np.where(begun, self.greenwood[at] if len(self.time) else 0.0, 0.0)
        low, high = _log_log(share, spread, confidence)
        lasting = np.cumsum(self.count) - np.searchsorted(self._keys >> 1, _joined(groups, time), side="right")
        certain = np.where(share > 0, lasting, self.events)
        edge_low, edge_high = wilson(np.where(share > 0, certain, 0), certain, confidence)
        edge = (share <= 0) | (share >= 1)
        low = np.where(edge, np.nan_to_num(edge_low, nan=0.0), low)
        high = np.where(edge, np.nan_to_num(edge_high, nan=1.0), high)
        empty = (self.count == 0) | ((share > 0) & (lasting == 0))
        return Estimates(*(np.where(empty, np.nan, values) for values in (share, low, high)))

    def medians(self, confidence: float = 0.95) -> tuple[Ints, Ints, Ints]:
        """The first time at which half of a group or fewer are without the event, and the ends of its interval.

        NEVER where that is not reached. Brookmeyer and Crowley (1982, Biometrics 38): the times at which the limits of
        the curve come down to a half.
        """
        low, high = _log_log(self.survival, self.greenwood, confidence)
        return self._first_down(self.survival), self._first_down(low), self._first_down(high)

    def step(self, group: int) -> slice:
        """The steps of one group."""
        return slice(int(self.starts[group]), int(self.starts[group + 1]))

    def band(self, group: int, confidence: float = 0.95) -> tuple[Floats, Floats]:
        """The limits of one group's curve at its steps; 0 and 1 where they do not exist."""
        steps = self.step(group)
        low, high = _log_log(self.survival[steps], self.greenwood[steps], confidence)
        return np.nan_to_num(low, nan=0.0), np.nan_to_num(high, nan=1.0)

    def _group_of_step(self) -> Ints:
        return np.repeat(np.arange(self.groups), np.diff(self.starts))

    def _first_down(self, share: Floats) -> Ints:
        """The time of each group's first step at which a share is a half at most; nan is not."""
        down = np.flatnonzero(share <= 0.5 + 1e-12)
        at = np.searchsorted(down, self.starts[:-1])
        found = np.append(down, len(share))[at]
        reached = found < self.starts[1:]
        return np.where(reached, np.append(self.time, NEVER)[found], NEVER)


def kaplan_meier(time: ArrayLike, observed: ArrayLike, group: ArrayLike | None = None, groups: int = 1) -> Curves:
    """The curves of `groups` groups of cases (Kaplan and Meier 1958, JASA 53). O(n log n).

    time: whole numbers; observed: whether the event happened then; group: from 0 up to `groups`. GeoError for a time
    or a group out of range.
    """
    times, group_of = _checked(time, group, groups)
    happened = np.asarray(observed, dtype=bool)
    packed = np.sort((_joined(group_of, times) << 1) | happened)
    keys, events = packed >> 1, packed & 1
    first = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else np.zeros(0, dtype=np.int64)
    deaths = np.add.reduceat(events, first) if len(first) else np.zeros(0, dtype=np.int64)
    first, deaths = first[deaths > 0], deaths[deaths > 0]
    owner = keys[first] >> _BITS
    count = np.bincount(group_of, minlength=groups)
    at_risk = np.cumsum(count)[owner] - first
    starts = np.searchsorted(owner, np.arange(groups + 1))
    survival, greenwood = _products(deaths, at_risk, starts)
    return Curves(
        count=count,
        events=np.bincount(group_of[happened], minlength=groups),
        starts=starts,
        time=keys[first] & (2**_BITS - 1),
        at_risk=at_risk,
        happened=deaths,
        survival=survival,
        greenwood=greenwood,
        _keys=packed,
    )


def _products(deaths: Ints, at_risk: Ints, starts: Ints) -> tuple[Floats, Floats]:
    """Survival and Greenwood's sum along each group; running products, for a difference of sums would lose digits."""
    left = at_risk - deaths
    survival = left / at_risk
    with np.errstate(divide="ignore"):
        greenwood = deaths / (at_risk * left.astype(np.float64))
    for begin, end in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        if end - begin > 1:
            np.multiply.accumulate(survival[begin:end], out=survival[begin:end])
            np.add.accumulate(greenwood[begin:end], out=greenwood[begin:end])
    return survival, greenwood


def _checked(time: ArrayLike, group: ArrayLike | None, groups: int) -> tuple[Ints, Ints]:
    times = np.asarray(time, dtype=np.int64)
    group_of = np.zeros(len(times), dtype=np.int64) if group is None else np.asarray(group, dtype=np.int64)
    if len(times) and (times.min() < 0 or times.max() >= 2**_BITS):
        raise GeoError("Times to an event lie between 0 and 139 years; leave out what ends before it begins.")
    if groups > _MOST_GROUPS or (len(times) and (group_of.min() < 0 or group_of.max() >= groups)):
        raise GeoError(f"Every case belongs to one of {groups:,} groups, of which there are {_MOST_GROUPS:,} at most.")
    return times, group_of


def _joined(group: ArrayLike, time: ArrayLike) -> Ints:
    return (np.asarray(group, dtype=np.int64) << _BITS) | np.asarray(time, dtype=np.int64)


def _log_log(share: Floats, greenwood: Floats, confidence: float) -> tuple[Floats, Floats]:
    """The interval on the scale of log(-log S); nan where S is 0 or 1."""
    z = normal_quantile(confidence)
    inside = (share > 0) & (share < 1)
    safe = np.where(inside, share, 0.5)
    error = np.sqrt(np.where(inside, greenwood, 0.0)) / np.abs(np.log(safe))
    low, high = safe ** np.exp(z * error), safe ** np.exp(-z * error)
    return np.where(inside, low, np.nan), np.where(inside, high, np.nan)


@dataclass(frozen=True, slots=True, eq=False)
class LogRank:
    """Each group against all others: how often the event happened to it and how often it would have at their pace."""

    observed: Floats
    expected: Floats
    z: Floats  # above 0: quicker than the others; nan where nothing can be told
    p: Floats


def log_rank_against_rest(
    time: ArrayLike, observed: ArrayLike, group: ArrayLike, groups: int, stratum: ArrayLike | None = None
) -> LogRank:
    """The log-rank test of each group against all other cases, within strata (Mantel 1966; Peto and Peto 1972).

    stratum: whole numbers from 0; cases are compared within theirs alone, so that who has more of what is slow by
    nature is not slow for it. The hypergeometric variance at each time; all groups from one sorting.
    """
    times, group_of = _checked(time, group, groups)
    happened = np.asarray(observed, dtype=bool)
    pool = np.zeros(len(times), dtype=np.int64) if stratum is None else np.asarray(stratum, dtype=np.int64)
    if not len(times):
        none = np.full(groups, np.nan)
        return LogRank(np.zeros(groups), np.zeros(groups), none, none)
    pace = _pace(times, happened, pool)
    seen = np.bincount(group_of[happened], minlength=groups).astype(np.float64)
    expected = np.bincount(group_of, weights=pace.hazard, minlength=groups).astype(np.float64)
    variance = np.bincount(group_of, weights=pace.linear, minlength=groups) - _squares(
        times, group_of, pool, pace.square, groups
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(variance > 1e-9, (seen - expected) / np.sqrt(variance), np.nan)
    return LogRank(seen, expected, z, two_sided_p(z))


@dataclass(frozen=True, slots=True, eq=False)
class _Pace:
    """For each case what its pool had summed up until its own time."""

    hazard: Floats  # d / n
    linear: Floats  # d (n - d) / (n (n - 1))
    square: Floats  # the same divided by n once more


def _pace(times: Ints, happened: NDArray[np.bool_], pool: Ints) -> _Pace:
    joined = _joined(pool, times)
    order = np.argsort(joined)  # ties may stand in any order
    keys = joined[order]
    first = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
    d = np.add.reduceat(happened[order].astype(np.float64), first)
    owner = keys[first] >> _BITS
    ends = np.searchsorted(owner, np.arange(int(pool.max()) + 2))
    pool_end = np.cumsum(np.bincount(pool, minlength=int(pool.max()) + 1))[owner]
    n = (pool_end - first).astype(np.float64)
    linear = d * (n - d) / (n * np.maximum(n - 1, 1))
    step = np.empty(len(times), dtype=np.int64)
    step[order] = np.repeat(np.arange(len(first)), np.diff(np.r_[first, len(times)]))
    sums = []
    for values in (d / n, linear, linear / n):
        for begin, end in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True):
            np.add.accumulate(values[begin:end], out=values[begin:end])
        sums.append(values[step])
    return _Pace(*sums)


def _squares(times: Ints, group_of: Ints, pool: Ints, square: Floats, groups: int) -> Floats:
    """The sum over time of c(t) n_g(t)^2 within pools: n_g is constant between the times of the group's own cases."""
    cell = pool * groups + group_of
    most = int(cell.max()) + 1
    order = np.argsort(_joined(cell, times)) if most <= _MOST_GROUPS else np.lexsort((times, cell))
    sorted_cell, summed = cell[order], square[order]
    new = np.r_[True, sorted_cell[1:] != sorted_cell[:-1]]
    begins = np.flatnonzero(new)
    size = np.diff(np.r_[begins, len(order)])
    remaining = np.repeat(begins + size, size) - np.arange(len(order))
    before = np.r_[0.0, summed[:-1]]
    before[new] = 0.0
    lost = remaining.astype(np.float64) ** 2 * (summed - before)
    return np.asarray(np.bincount(group_of[order], weights=lost, minlength=groups), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class MeanTime:
    """The mean time without the event, up to `until`, with its standard error."""

    mean: float
    error: float
    until: float


def restricted_mean(curves: Curves, group: int, until: int) -> MeanTime:
    """The area under one group's curve up to `until`, with Greenwood's variance (Klein and Moeschberger 2003, 4.5)."""
    steps = curves.step(group)
    inside = curves.time[steps] <= until
    time = curves.time[steps][inside].astype(np.float64)
    share, n, d = (values[steps][inside] for values in (curves.survival, curves.at_risk, curves.happened))
    areas = np.diff(np.r_[0.0, time, float(until)]) * np.r_[1.0, share]
    rest = np.cumsum(areas[::-1])[::-1][1:]
    left = n - d
    spread = np.where(left > 0, rest**2 * d / np.maximum(n * left.astype(np.float64), 1.0), 0.0)
    return MeanTime(float(areas.sum()), float(np.sqrt(spread.sum())), float(until))


def mean_difference(one: MeanTime, other: MeanTime, confidence: float = 0.95) -> tuple[float, float, float]:
    """One restricted mean less another of the same span, and the ends of the interval; independent cases."""
    if one.until != other.until:
        raise ValueError("means up to different times are not compared")
    half = normal_quantile(confidence) * float(np.hypot(one.error, other.error))
    value = one.mean - other.mean
    return value, value - half, value + half
