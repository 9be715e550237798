"""How the backlog came about: requests opened and closed over time, how many were open at a moment, and how each stood.

A request is opened at its `requested_ms`. It leaves the backlog at its `closed_ms` when it is closed or archived today;
where that moment is missing or earlier than the opening, at its opening, so that it counts as opened and as closed and
never as open. A request that is open today is taken to have been open ever since it was opened: when it was closed and
reopened in between, only its history tells. A moment belongs to what comes after it: at `t` a request is open when it
was opened before `t` and left at `t` or later. So the backlog at the end of a span is the one at its beginning, plus
what was opened, less what was closed in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as day_time
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from data.records import Status
from desktop.domain.attention import MISSING_MS, STATUS_CODES, Mask, is_open

Moments = NDArray[np.int64]
NEVER_MS = 2**63 - 1
NOT_YET = 255  # as a status: not opened yet
BARS = 120  # of a window; more than the history has are not shown, but
FEWEST_BARS = 30


class Times(Protocol):
    """The columns that say when requests came and went."""

    @property
    def status(self) -> NDArray[np.uint8]: ...
    @property
    def requested_ms(self) -> NDArray[np.int64]: ...
    @property
    def acknowledged_ms(self) -> NDArray[np.int64]: ...
    @property
    def closed_ms(self) -> NDArray[np.int64]: ...


def left_ms(columns: Times) -> Moments:
    """When each request left the backlog; NEVER_MS for those that are open."""
    left = np.maximum(columns.closed_ms, columns.requested_ms)  # MISSING_MS is before every opening
    return np.where(_is_open(columns), NEVER_MS, left)


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """What the times of a snapshot tell about every request: made once, then asked about any moment."""

    requested_ms: Moments
    left_ms: Moments
    answered_ms: Moments  # NEVER_MS where no acknowledgement is known
    status: NDArray[np.uint8]  # today
    waiting: NDArray[np.uint8]  # the status of each before it was acknowledged

    @classmethod
    def of(cls, columns: Times) -> History:
        """The history of a snapshot."""
        timed = columns.acknowledged_ms != MISSING_MS
        answered = np.where(timed, columns.acknowledged_ms, NEVER_MS)
        submitted = np.uint8(STATUS_CODES[Status.SUBMITTED])
        waiting = np.where(timed | ~_is_open(columns), submitted, columns.status)
        return cls(columns.requested_ms, left_ms(columns), answered, columns.status, waiting)

    def open_at(self, moment_ms: int) -> Mask:
        """Opened before the moment, and not gone before it."""
        return np.asarray((self.requested_ms < moment_ms) & (self.left_ms >= moment_ms))

    def status_at(self, moment_ms: int) -> NDArray[np.uint8]:
        """The status of each request at a moment, as far as its times tell; NOT_YET where it was not opened.

        One that left by then stands as it does today. Before, it is submitted until it was acknowledged and
        acknowledged from then on, for when work began is not among the times. One that is open today and has no time of
        acknowledgement stands as it does today.
        """
        then = np.where(self.answered_ms < moment_ms, np.uint8(STATUS_CODES[Status.ACKNOWLEDGED]), self.waiting)
        then = np.where(self.left_ms < moment_ms, self.status, then)
        then[self.requested_ms >= moment_ms] = NOT_YET
        return then


def _is_open(columns: Times) -> Mask:
    return is_open(columns)  # type: ignore[arg-type] # reads the status alone


@dataclass(frozen=True, slots=True, eq=False)
class Backlog:
    """Openings and leavings in order of time: sorted once, then every count is a binary search."""

    opened_ms: Moments
    left_ms: Moments  # of those that left
    undated: int  # closed requests whose closing time is missing or earlier than their opening

    @classmethod
    def of(cls, columns: Times) -> Backlog:
        """The backlog of a snapshot; O(n log n)."""
        gone = ~_is_open(columns)
        opened, closed = columns.requested_ms, columns.closed_ms
        undated = int((gone & (closed < opened)).sum())
        return cls(np.sort(opened), np.sort(np.maximum(opened, closed)[gone]), undated)

    @property
    def first_ms(self) -> int | None:
        """The first opening; None without any request."""
        return int(self.opened_ms[0]) if len(self.opened_ms) else None

    def opened(self, edges_ms: Moments) -> Moments:
        """How many were opened between each edge, counted, and the next, not counted."""
        return np.diff(np.searchsorted(self.opened_ms, edges_ms))

    def closed(self, edges_ms: Moments) -> Moments:
        """How many left between each edge and the next."""
        return np.diff(np.searchsorted(self.left_ms, edges_ms))

    def at(self, moments_ms: Moments | int) -> Moments:
        """How many were open at each moment."""
        came, went = (np.searchsorted(times, moments_ms) for times in (self.opened_ms, self.left_ms))
        return np.asarray(came - went)


class Step(StrEnum):
    """What one bar stands for."""

    DAY = "day"
    WEEK = "week"  # from Monday
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Bins:
    """Bars side by side: calendar days, weeks or months of the city."""

    step: Step
    days: tuple[date, ...]  # the first day of each bar, and the one after the last
    edges_ms: tuple[int, ...]  # their midnights

    @classmethod
    def ending(cls, step: Step, last: date, count: int, zone: str) -> Bins:
        """`count` bars, the last of which holds a day."""
        end = shifted(step, floor(step, last), 1)
        days = tuple(shifted(step, end, back) for back in range(-count, 1))
        return cls(step, days, midnights(days, zone))

    def __len__(self) -> int:
        return len(self.days) - 1


def floor(step: Step, day: date) -> date:
    """The first day of the bar that holds a day."""
    if step is Step.MONTH:
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if step is Step.WEEK else day


def shifted(step: Step, day: date, bars: int) -> date:
    """The first day of a bar, some bars later or earlier."""
    if step is not Step.MONTH:
        return day + timedelta(days=bars * (7 if step is Step.WEEK else 1))
    months = day.year * 12 + day.month - 1 + bars
    return date(months // 12, months % 12 + 1, 1)


def midnights(days: Sequence[date], zone: str) -> tuple[int, ...]:
    """When days begin in a zone, in ms; where clocks skip midnight, the first moment after the gap."""
    there = ZoneInfo(zone)
    return tuple(round(datetime.combine(day, day_time(), there).timestamp() * 1000) for day in days)


def day_of(moment_ms: int, zone: str) -> date:
    """The day of the city that holds a moment."""
    return datetime.fromtimestamp(moment_ms / 1000, UTC).astimezone(ZoneInfo(zone)).date()


def bars_since(step: Step, first: date, last: date) -> int:
    """How many bars hold all days from one to another."""
    if step is Step.MONTH:
        return (last.year - first.year) * 12 + last.month - first.month + 1
    return (floor(step, last) - floor(step, first)).days // (7 if step is Step.WEEK else 1) + 1


def steps_for(first: date, last: date) -> tuple[Step, ...]:
    """The steps worth offering: longer bars only where shorter ones do not show the whole history."""
    offered = [Step.DAY]
    for step, longer in ((Step.DAY, Step.WEEK), (Step.WEEK, Step.MONTH)):
        if bars_since(step, first, last) > BARS:
            offered.append(longer)
    return tuple(offered)


def bars_for(step: Step, first: date, last: date) -> int:
    """How many bars a window has: the history's where it is short."""
    return max(FEWEST_BARS, min(BARS, bars_since(step, first, last)))
