"""The city's wall clock and its working hours, for many moments at once.

Wall time is whole seconds since 1970-01-01 00:00 on the city's clocks; day 0 is 1970-01-01.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from data.demo.catalogue import WORKDAY_CLOSES_H, WORKDAY_OPENS_H

Ints = NDArray[np.int64]
DAY_S = 86_400
EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def weekday(day: Ints) -> Ints:
    """0 for Monday, of day numbers."""
    return np.asarray((day + 3) % 7, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class WallClock:
    """Offsets of a time zone over a span of years."""

    changes_s: Ints  # UTC seconds at which the offset changes
    offsets_s: Ints  # before the first change, then after each

    @classmethod
    def of(cls, timezone: str, first: date, last: date) -> WallClock:
        """The offsets of an IANA zone between two days."""
        zone = ZoneInfo(timezone)
        now, end = _midnight(first), _midnight(last + timedelta(days=1))
        changes, offsets = list[int](), [_offset(zone, now)]
        while now < end:
            later = min(now + 7 * DAY_S, end)
            if _offset(zone, later) != offsets[-1]:
                changes.append(_change_between(zone, now, later))
                offsets.append(_offset(zone, later))
            now = later
        return cls(np.array(changes, dtype=np.int64), np.array(offsets, dtype=np.int64))

    def utc_ms(self, wall_s: Ints) -> Ints:
        """UTC milliseconds of wall times; the first of two equal ones in autumn."""
        at = np.searchsorted(self.changes_s + self.offsets_s[:-1], wall_s, side="right")
        return np.asarray((wall_s - self.offsets_s[at]) * 1000)

    def wall_s(self, utc_ms: Ints) -> Ints:
        """Wall seconds of UTC milliseconds."""
        seconds = utc_ms // 1000
        return np.asarray(seconds + self.offsets_s[np.searchsorted(self.changes_s, seconds, side="right")])


def _midnight(day: date) -> int:
    return day_number(day) * DAY_S


def _offset(zone: ZoneInfo, utc_s: int) -> int:
    offset = datetime.fromtimestamp(utc_s, tz=UTC).astimezone(zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())


def _change_between(zone: ZoneInfo, low: int, high: int) -> int:
    before = _offset(zone, low)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
    return high


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """Working seconds counted from a day on: Monday to Friday, the same hours, no holidays."""

    first_day: int
    before_s: NDArray[np.float64]  # working seconds before each day

    @classmethod
    def over(cls, first_day: int, days: int) -> WorkingTime:
        works = weekday(first_day + np.arange(days)) < 5
        per_day = works * (WORKDAY_CLOSES_H - WORKDAY_OPENS_H) * 3600.0
        return cls(first_day, np.concatenate([[0.0], np.cumsum(per_day)]))

    def worked_s(self, wall_s: Ints) -> NDArray[np.float64]:
        """Working seconds up to moments of the span."""
        day = wall_s // DAY_S - self.first_day
        open_s = np.clip(wall_s % DAY_S - WORKDAY_OPENS_H * 3600, 0, (WORKDAY_CLOSES_H - WORKDAY_OPENS_H) * 3600)
        full = self.before_s[day + 1] - self.before_s[day]
        return np.asarray(self.before_s[day] + np.where(full > 0, open_s, 0))

    def wall_at(self, worked_s: NDArray[np.float64]) -> Ints:
        """The first moment at which so many working seconds have passed: a full day ends when it closes."""
        day = np.searchsorted(self.before_s, worked_s, side="left") - 1
        day = np.maximum(day, 0)
        into = worked_s - self.before_s[day]
        return np.asarray((self.first_day + day) * DAY_S + WORKDAY_OPENS_H * 3600 + into.astype(np.int64))
