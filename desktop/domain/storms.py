"""A storm: a service of which far more requests arrive than at the same hours of the weeks before.

The count of the last hours is compared with the counts of the same hours, one to eight weeks earlier. If all came at
one rate, the latest count given the sum of all is binomial with share 1 / (weeks + 1): the exact test of two Poisson
rates (Przyborowski and Wilenski, 1940, Biometrika 31). Requests come in bunches, so counts are first divided by the
dispersion of the earlier weeks, pooled over services (quasi-Poisson). With Bonferroni's correction over all services,
one look at an ordinary city finds a storm at most in FALSE_ALARMS of all looks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

HOURS = 2
WEEKS = 8
FALSE_ALARMS = 0.001
FEWEST = 5  # requests; fewer are no storm, however unusual

Ints = NDArray[np.int64]


class Arrivals(Protocol):
    """The columns that tell what arrived when."""

    @property
    def service_id(self) -> NDArray[np.int32]: ...
    @property
    def requested_ms(self) -> NDArray[np.int64]: ...


@dataclass(frozen=True, slots=True)
class Storm:
    """An unusual rate of one service."""

    service_id: int
    count: int  # in the last hours
    usual: float  # mean of the same hours of the weeks before
    since_ms: int
    p: float  # of so many or more at the usual rate, before correction


def window_starts(now_ms: int, same_hours_ms: Sequence[int], hours: int = HOURS) -> Ints:
    """Where the windows begin: the present one, then the earlier ones that end at the moments given."""
    return np.array([now_ms, *same_hours_ms], dtype=np.int64) - hours * 3_600_000


def find_storms(arrivals: Arrivals, now_ms: int, same_hours_ms: Sequence[int], hours: int = HOURS) -> tuple[Storm, ...]:
    """Services with an unusual rate, the least likely first.

    `same_hours_ms` are the same time of day on the same weekday of earlier weeks, which the city's zone tells.
    """
    starts = window_starts(now_ms, same_hours_ms, hours)
    services, counts = _counted(arrivals, starts, hours * 3_600_000)
    if len(starts) < 2 or not len(services):
        return ()
    latest, before = counts[:, 0], counts[:, 1:]
    spread = dispersion(before)
    usual, level = before.mean(axis=1), FALSE_ALARMS / len(services)
    found = []
    for at in np.flatnonzero((latest >= FEWEST) & (latest > usual)).tolist():
        p = tail(int(latest[at]) / spread, int(before[at].sum()) / spread, before.shape[1])
        if p <= level:
            found.append(Storm(int(services[at]), int(latest[at]), float(usual[at]), int(starts[0]), p))
    return tuple(sorted(found, key=lambda storm: storm.p))


def dispersion(before: Ints) -> float:
    """Variance over mean of the earlier counts, pooled over services; at least 1, that of a Poisson process."""
    mean = before.mean(axis=1, keepdims=True)
    known = mean[:, 0] > 0
    freedom = int(known.sum()) * (before.shape[1] - 1)
    if not freedom:
        return 1.0
    pearson = float((((before - mean) ** 2)[known] / mean[known]).sum())
    return float(max(1.0, pearson / freedom))


def tail(latest: float, before: float, weeks: int) -> float:
    """P(X >= latest) for X binomial of `latest + before` at a share of 1 / (weeks + 1)."""
    total, share = latest + before, 1 / (weeks + 1)
    sum_, count = 0.0, float(latest)
    while count <= total + 1e-9:  # terms fall fast beyond the mean
        chance = _log_choose(total, count) + count * math.log(share) + (total - count) * math.log1p(-share)
        term = math.exp(chance)
        sum_ += term
        if term < sum_ * 1e-12:
            break
        count += 1
    return float(min(1.0, sum_))


def _log_choose(total: float, count: float) -> float:
    return math.lgamma(total + 1) - math.lgamma(count + 1) - math.lgamma(max(0.0, total - count) + 1)


def _counted(arrivals: Arrivals, starts: Ints, length_ms: int) -> tuple[Ints, Ints]:
    """Services that arrived in any window, and how many of each in each window."""
    requested = arrivals.requested_ms
    recent = np.flatnonzero((requested >= starts.min()) & (requested < starts.max() + length_ms + 1))
    times, kinds = requested[recent], arrivals.service_id[recent].astype(np.int64)
    inside = [(times > start) & (times <= start + length_ms) for start in starts.tolist()]
    every = np.unique(kinds[np.logical_or.reduce(inside)]) if inside else np.zeros(0, dtype=np.int64)
    counts = [np.bincount(np.searchsorted(every, kinds[mask]), minlength=len(every)) for mask in inside]
    return every, np.stack(counts, axis=1).astype(np.int64)
