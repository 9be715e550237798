"""A storm: a service of which far more requests arrive than at the same hours of the weeks before, and where.

The count of the last hours is compared with the counts of the same hours, one to eight weeks earlier. If all came at
one rate, the latest count given the sum of all is binomial with share 1 / (weeks + 1): the exact test of two Poisson
rates (Przyborowski and Wilenski, 1940, Biometrika 31). Requests come in bunches, so counts are first divided by the
dispersion of the earlier weeks, pooled over all that is compared (quasi-Poisson).

Two families are tested, each service in the whole city and each service in each area, with half of FALSE_ALARMS for
each family: one look at an ordinary city finds a storm at most in FALSE_ALARMS of all looks. Bonferroni's correction
counts only what could be found at all (Tarone, 1990, Biometrics 46), for a sum below FEWEST never can; the sums are
what the test takes as given. A storm is told of an area when the rest of the city is as usual without it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

HOURS = 2
WEEKS = 8
FALSE_ALARMS = 0.001
FEWEST = 5  # requests; fewer are no storm, however unusual
NOWHERE = -1  # as an area: none, or all of the city

Ints = NDArray[np.int64]
AreasOf = Callable[[Ints], Ints]  # the areas of requests that stand at places of the columns; NOWHERE outside of all


class Arrivals(Protocol):
    """The columns that tell what arrived when."""

    @property
    def id(self) -> NDArray[np.int64]: ...
    @property
    def service_id(self) -> NDArray[np.int32]: ...
    @property
    def requested_ms(self) -> NDArray[np.int64]: ...


@dataclass(frozen=True, slots=True)
class Storm:
    """An unusual rate of one service."""

    service_id: int
    area_id: int  # where it concentrates; NOWHERE for one all over the city
    usual: float  # mean of the same hours of the weeks before
    since_ms: int  # the last hours begin after this
    p: float  # of so many or more at the usual rate, before correction
    request_ids: tuple[int, ...]  # of the last hours

    @property
    def count(self) -> int:
        """How many came in the last hours."""
        return len(self.request_ids)


def same_hours(now: datetime, timezone: str) -> tuple[int, ...]:
    """The same time of day, one to eight weeks ago, on the clocks of the city."""
    zone = ZoneInfo(timezone)
    there = now.astimezone(zone).replace(tzinfo=None)
    earlier = (there - timedelta(weeks=week) for week in range(1, WEEKS + 1))
    return tuple(round(moment.replace(tzinfo=zone).timestamp() * 1000) for moment in earlier)


def nowhere(at: Ints) -> Ints:
    """For a city without areas."""
    return np.full(len(at), NOWHERE, dtype=np.int64)


def find_storms(
    arrivals: Arrivals, now_ms: int, same_hours_ms: Sequence[int], areas_of: AreasOf = nowhere, hours: int = HOURS
) -> tuple[Storm, ...]:
    """Services with an unusual rate, the least likely first.

    `same_hours_ms` are the same time of day on the same weekday of earlier weeks, which the city's zone tells.
    """
    starts = np.array([now_ms, *same_hours_ms], dtype=np.int64) - hours * 3_600_000
    if len(starts) < 2:
        return ()
    seen = _seen(arrivals, starts, hours * 3_600_000, areas_of)
    city, parts = _Family.of(seen, nowhere(seen.area)), _Family.of(seen, seen.area, seen.area != NOWHERE)
    alarms = FALSE_ALARMS / max(1, bool(len(city.keys)) + bool(len(parts.keys)))
    wide, local = city.unusual(alarms), parts.unusual(alarms)
    found = []
    for service in sorted({key[0] for key in (*wide, *local)}):
        everywhere = (service, NOWHERE)
        peaks = sorted((p, key) for key, p in local.items() if key[0] == service)
        rest = city.counts_of(everywhere) - (parts.counts_of(peaks[0][1]) if peaks else 0)
        if everywhere in wide and city.is_unusual(rest, alarms):
            found.append(_storm(seen, city, everywhere, wide[everywhere], int(starts[0])))
        else:
            found += [_storm(seen, parts, key, p, int(starts[0])) for p, key in peaks]
    return tuple(sorted(found, key=lambda storm: (storm.p, storm.service_id, storm.area_id)))


def _storm(seen: _Seen, family: _Family, key: tuple[int, int], p: float, since_ms: int) -> Storm:
    service, area = key
    of = (seen.window == 0) & (seen.service == service) & ((area == NOWHERE) | (seen.area == area))
    usual = float(family.counts_of(key)[1:].mean())
    return Storm(service, area, usual, since_ms, p, tuple(seen.id[of].tolist()))


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """What arrived in any of the windows; window 0 is the present one."""

    id: Ints
    window: Ints
    windows: int
    service: Ints
    area: Ints


def _seen(arrivals: Arrivals, starts: Ints, length_ms: int, areas_of: AreasOf) -> _Seen:
    requested = arrivals.requested_ms
    recent = np.flatnonzero((requested > starts.min()) & (requested <= starts.max() + length_ms))
    window = np.full(len(recent), -1, dtype=np.int64)
    times = requested[recent]
    for number, start in enumerate(starts.tolist()):
        window[(times > start) & (times <= start + length_ms)] = number
    rows = recent[window >= 0]
    service = arrivals.service_id[rows].astype(np.int64)
    return _Seen(arrivals.id[rows], window[window >= 0], len(starts), service, areas_of(rows))


@dataclass(frozen=True, slots=True, eq=False)
class _Family:
    """What is compared with each other: service and area, and how many came in each window."""

    keys: tuple[tuple[int, int], ...]
    counts: Ints  # [keys, windows]
    spread: float
    tests: int  # how many of the keys could be found at all

    @classmethod
    def of(cls, seen: _Seen, area: Ints, among: NDArray[np.bool_] | None = None) -> _Family:
        """Counts by service and area of those `among` all that were seen."""
        pairs = np.stack([seen.service, area], axis=1)
        window = seen.window
        if among is not None:
            pairs, window = pairs[among], window[among]
        keys, which = np.unique(pairs, axis=0, return_inverse=True)
        flat = np.bincount(which.ravel() * seen.windows + window, minlength=len(keys) * seen.windows)
        counts = flat.reshape(len(keys), seen.windows).astype(np.int64)
        named = tuple((int(kind), int(place)) for kind, place in keys.tolist())
        return cls(named, counts, dispersion(counts[:, 1:]), int((counts.sum(axis=1) >= FEWEST).sum()))

    def counts_of(self, key: tuple[int, int]) -> Ints:
        """The counts of one service and area."""
        found: Ints = self.counts[self.keys.index(key)]
        return found

    def unusual(self, alarms: float) -> dict[tuple[int, int], float]:
        """Which rates are unusual, with how likely they are."""
        many = np.flatnonzero(self.counts[:, 0] >= FEWEST).tolist()
        return {self.keys[at]: self._chance(self.counts[at]) for at in many if self.is_unusual(self.counts[at], alarms)}

    def is_unusual(self, counts: Ints, alarms: float) -> bool:
        """Whether the first of some counts is out of the ordinary."""
        return self._chance(counts) <= alarms / max(1, self.tests)

    def _chance(self, counts: Ints) -> float:
        latest, before = int(counts[0]), counts[1:]
        if latest < FEWEST or latest <= before.mean():
            return 1.0
        return tail(latest / self.spread, int(before.sum()) / self.spread, len(before))


def dispersion(before: Ints) -> float:
    """Variance over mean of the earlier counts, pooled over rows; at least 1, that of a Poisson process.

    A ratio of sums: rows of which little is known would hide the bunches if each ratio weighed the same.
    """
    total = float(before.mean(axis=1).sum())
    if not total or before.shape[1] < 2:
        return 1.0
    return float(max(1.0, before.var(axis=1, ddof=1).sum() / total))


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
