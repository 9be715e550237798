"""Working time between many moments at once, and the share of it that is left: for table, map and detail alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import ArrayLike, NDArray

from desktop.domain.attention import MISSING_MS
from desktop.domain.deadlines import WorkingCalendar

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
NO_SHARE = -1.0
# A moment of another age is a fault of some file; it must not cost a walk over thousands of years.
_FIRST_YEAR, _LAST_YEAR = 1980, 2099
_LONGEST_REST_MS = 366 * 86_400_000
_EVER_MS = (-(2**63), 2**63 - 1)


@dataclass(frozen=True, slots=True, eq=False)
class _Days:
    """The working days of whole years: when each opens, how long it is, and what was worked before it, in ms."""

    first_year: int
    last_year: int
    first_ms: int  # moments from here to there are surely in these years
    last_ms: int
    opens: Ints
    length: Ints
    before: Ints
    ends: Ints  # the midnight after it


class WorkingTime:
    """A working calendar as running sums, so that a question costs two searches. Years are added when asked about."""

    def __init__(self, calendar: WorkingCalendar) -> None:
        self.calendar = calendar
        self._zone = ZoneInfo(calendar.timezone)
        self._days: _Days | None = None

    def between(self, start_ms: ArrayLike, end_ms: ArrayLike) -> Ints:
        """Milliseconds worked from start to end, elementwise; negative where end comes first."""
        start, end = np.asarray(start_ms, dtype=np.int64), np.asarray(end_ms, dtype=np.int64)
        if not start.size or not end.size:
            return np.zeros(np.broadcast_shapes(start.shape, end.shape), dtype=np.int64)
        days = self._reaching(min(int(start.min()), int(end.min())), max(int(start.max()), int(end.max())))
        return np.asarray(_worked(days, end) - _worked(days, start))

    def share_left(self, opened_ms: ArrayLike, due_ms: ArrayLike, now_ms: int) -> Floats:
        """How much of the working time from opening to deadline is left, 0 to 1; NO_SHARE without a deadline.

        MISSING_MS stands for a time that is not known. Where no working time lies between the two, none is left.
        """
        opened, due = np.asarray(opened_ms, dtype=np.int64), np.asarray(due_ms, dtype=np.int64)
        known = (opened != MISSING_MS) & (due != MISSING_MS)
        opened, due = np.where(known, opened, now_ms), np.where(known, due, now_ms)
        left = self.between(now_ms, due) / np.maximum(self.between(opened, due), 1)
        return np.where(known, np.clip(left, 0.0, 1.0), NO_SHARE)

    def first_days_end(self, moments_ms: ArrayLike) -> Ints:
        """The midnight after the first working day on which something that comes at a moment can be read.

        That is the day itself until its closing hour; at night, on weekends and holidays the next working day.
        """
        moments = np.asarray(moments_ms, dtype=np.int64)
        if not moments.size:
            return np.zeros(moments.shape, dtype=np.int64)
        days = self._reaching(int(moments.min()), int(moments.max()) + _LONGEST_REST_MS)
        at = np.searchsorted(days.opens + days.length, moments, side="right")
        return np.asarray(days.ends[np.minimum(at, len(days.ends) - 1)])

    def rests(self, start_ms: int, end_ms: int) -> list[tuple[int, int]]:
        """The stretches from start to end in which nobody works, in order: nights, weekends and holidays."""
        days = self._reaching(start_ms, end_ms)
        inside = (days.opens + days.length > start_ms) & (days.opens < end_ms) & (days.length > 0)
        opens, closes = days.opens[inside], (days.opens + days.length)[inside]
        begins = [start_ms, *closes.tolist()]
        ends = [*opens.tolist(), end_ms]
        return [(begin, end) for begin, end in zip(begins, ends, strict=True) if end > begin]

    def _reaching(self, first_ms: int, last_ms: int) -> _Days:
        """The working days, around both moments at least."""
        days = self._days
        if days is not None and days.first_ms <= first_ms and last_ms <= days.last_ms:
            return days  # nearly always, and at once
        low, high = self._year(first_ms), self._year(last_ms)
        if days is not None:
            low, high = min(low, days.first_year), max(high, days.last_year)
        days = self._days = self._count(low, high)
        return days

    def _year(self, moment_ms: int) -> int:
        """The city's year, give or take the hours of its zone; of an age that can be believed."""
        bounds = (datetime(_FIRST_YEAR, 1, 3, tzinfo=UTC), datetime(_LAST_YEAR, 12, 29, tzinfo=UTC))
        low, high = (round(bound.timestamp() * 1000) for bound in bounds)
        return datetime.fromtimestamp(min(max(moment_ms, low), high) / 1000, self._zone).year

    def _count(self, first_year: int, last_year: int) -> _Days:
        day, last = date(first_year, 1, 1), date(last_year, 12, 31)
        spans, zone = [(0, 0, 0)], self._zone  # no day at all is a calendar too
        while day <= last:
            if self.calendar.works_on(day):
                midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), zone)
                opens, closes, end = (round(each.timestamp() * 1000) for each in (*self.calendar.span(day), midnight))
                spans.append((opens, max(0, closes - opens), end))
            day += timedelta(days=1)
        table = np.array(spans, dtype=np.int64)
        opens_ms, length, ends = np.ascontiguousarray(table.T)
        first_ms, last_ms = (
            round(datetime(year, 1, 1, tzinfo=self._zone).timestamp() * 1000) for year in (first_year, last_year + 1)
        )
        first_ms = first_ms if first_year > _FIRST_YEAR else _EVER_MS[0]
        last_ms = last_ms - 1 if last_year < _LAST_YEAR else _EVER_MS[1]
        return _Days(first_year, last_year, first_ms, last_ms, opens_ms, length, np.cumsum(length) - length, ends)


def _worked(days: _Days, moments_ms: Ints) -> Ints:
    """What was worked until each moment, since the first day."""
    at = np.maximum(np.searchsorted(days.opens, moments_ms, side="right") - 1, 0)
    since = np.maximum(moments_ms - days.opens[at], 0)
    return np.asarray(days.before[at] + np.minimum(since, days.length[at]))
