"""What needs a person now: masks over the numpy snapshot, one definition for the queue, the rail and the reports."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as day_time
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from data.records import Placement, Status

STATUS_CODES = {status: code for code, status in enumerate(Status)}
PLACEMENT_CODES = {placement: code for code, placement in enumerate(Placement)}
MISSING_MS = -(2**63)
SOON = timedelta(hours=24)  # due within that is due soon, in the queue, on the map and in the table
OPEN_CODES = tuple(
    STATUS_CODES[status] for status in (Status.SUBMITTED, Status.ACKNOWLEDGED, Status.IN_PROGRESS, Status.SCHEDULED)
)

Mask = NDArray[np.bool_]


class Snapshot(Protocol):
    """The columns of data.columns.Columns that the definitions read."""

    @property
    def status(self) -> NDArray[np.uint8]: ...
    @property
    def agency_id(self) -> NDArray[np.int32]: ...
    @property
    def incident_id(self) -> NDArray[np.int64]: ...
    @property
    def requested_ms(self) -> NDArray[np.int64]: ...
    @property
    def acknowledged_ms(self) -> NDArray[np.int64]: ...
    @property
    def closed_ms(self) -> NDArray[np.int64]: ...
    @property
    def due_ms(self) -> NDArray[np.int64]: ...
    @property
    def awaits_answer(self) -> NDArray[np.uint8]: ...
    @property
    def by_machine(self) -> NDArray[np.uint8]: ...


@dataclass(frozen=True, slots=True)
class Moment:
    """Now, and where the city's day begins, in milliseconds since 1970."""

    now_ms: int
    day_start_ms: int
    soon_ms: int  # due before this counts as due soon

    @classmethod
    def at(cls, now: datetime, timezone: str, soon: timedelta = SOON) -> Moment:
        """The moment of an aware datetime in the city's zone."""
        zone = ZoneInfo(timezone)
        midnight = datetime.combine(now.astimezone(zone).date(), day_time(), zone)
        return cls(_ms(now), _ms(midnight), _ms(now + soon))


def reports_per_request(incident_id: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many reports the incident of each request has, unlocated ones too; 1 without an incident."""
    _, which, counts = np.unique(incident_id, return_inverse=True, return_counts=True)
    reports: NDArray[np.int64] = np.where(incident_id >= 0, counts[which], 1).astype(np.int64)
    return reports


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def is_open(columns: Snapshot) -> Mask:
    """Not closed and not archived."""
    status = columns.status
    opened = status == OPEN_CODES[0]
    for code in OPEN_CODES[1:]:  # compared one by one, several times quicker than looked up or searched
        opened |= status == code
    return np.asarray(opened)


def unacknowledged(columns: Snapshot) -> Mask:
    """Nobody answered yet."""
    return np.asarray(columns.status == STATUS_CODES[Status.SUBMITTED])


def overdue(columns: Snapshot, moment: Moment) -> Mask:
    """Open past its deadline."""
    return np.asarray(is_open(columns) & (columns.due_ms != MISSING_MS) & (columns.due_ms < moment.now_ms))


def due_soon(columns: Snapshot, moment: Moment) -> Mask:
    """Open with a deadline ahead, but not far."""
    ahead = (columns.due_ms >= moment.now_ms) & (columns.due_ms < moment.soon_ms)
    return np.asarray(is_open(columns) & (columns.due_ms != MISSING_MS) & ahead)


def without_department(columns: Snapshot) -> Mask:
    """Open and taken by no department."""
    return np.asarray(is_open(columns) & (columns.agency_id < 0))


def in_incident(columns: Snapshot) -> Mask:
    """Open and one of several reports of one incident."""
    return np.asarray(is_open(columns) & (columns.incident_id >= 0))


def awaiting_answer(columns: Snapshot) -> Mask:
    """Open, and the resident wrote last."""
    return np.asarray(is_open(columns) & (columns.awaits_answer != 0))


def arrived_between(columns: Snapshot, from_ms: int, to_ms: int) -> Mask:
    """Reported in a span of time, both ends counted."""
    return np.asarray((columns.requested_ms >= from_ms) & (columns.requested_ms <= to_ms))


def arrived_today(columns: Snapshot, moment: Moment) -> Mask:
    """Reported since the city's midnight."""
    return arrived_between(columns, moment.day_start_ms, moment.now_ms)


def acknowledged_between(columns: Snapshot, from_ms: int, to_ms: int) -> Mask:
    """First answered in a span of time; a closing answers too."""
    return np.asarray((columns.acknowledged_ms >= from_ms) & (columns.acknowledged_ms <= to_ms))


def closed_between(columns: Snapshot, from_ms: int, to_ms: int) -> Mask:
    """Closed in a span of time and not reopened, archived ones too."""
    closed = columns.status == STATUS_CODES[Status.CLOSED]
    ended = closed | (columns.status == STATUS_CODES[Status.ARCHIVED])
    return np.asarray(ended & (columns.closed_ms >= from_ms) & (columns.closed_ms <= to_ms))


def closed_today(columns: Snapshot, moment: Moment) -> Mask:
    """Closed since the city's midnight."""
    return closed_between(columns, moment.day_start_ms, moment.now_ms)


@dataclass(frozen=True, slots=True)
class SameDay:
    """Same-day acknowledgement: of the requests that arrived today, how many are no longer merely submitted.

    by_machine: of the acknowledged, how many only a machine answered; told apart, for a person has not read them.
    """

    arrived: int
    acknowledged: int
    by_machine: int = 0

    @property
    def share(self) -> float | None:
        """0 to 1; None on a day without arrivals."""
        return self.acknowledged / self.arrived if self.arrived else None

    @property
    def share_by_people(self) -> float | None:
        """The same, of what a person answered."""
        return (self.acknowledged - self.by_machine) / self.arrived if self.arrived else None


def same_day(columns: Snapshot, moment: Moment) -> SameDay:
    """The meter of the day."""
    today = arrived_today(columns, moment)
    waiting = today & unacknowledged(columns)
    answered = today & ~waiting
    machine = answered & (columns.by_machine != 0)
    return SameDay(*(int(np.count_nonzero(mask)) for mask in (today, answered, machine)))


@dataclass(frozen=True, slots=True)
class DayShare:
    """Same-day acknowledgement of one day of the city.

    A request counts as acknowledged that day when its acknowledgement or its closing, for a closing answers too, comes
    before the midnight after the first working day on which it could be read: the day itself until its closing hour,
    the next working day for what comes at night, on weekends and holidays. While that day runs, it counts when it is no
    longer merely submitted. service_figures.same_day judges alike once the day is over. `undated` are those that
    somebody answered, nobody knows when: no acknowledgement time, and not closed by then. They count as not
    acknowledged.
    """

    day: date
    arrived: int
    acknowledged: int
    undated: int

    @property
    def share(self) -> float | None:
        """0 to 1; None on a day without arrivals."""
        return self.acknowledged / self.arrived if self.arrived else None


def same_day_shares(
    columns: Snapshot,
    days: Sequence[date],
    edges_ms: Sequence[int],
    moment: Moment,
    first_days_end: Callable[[NDArray[np.int64]], NDArray[np.int64]],
) -> tuple[DayShare, ...]:
    """The share of each day of arrival; `edges_ms` are the midnights at which the days begin, and the last one's end.

    `first_days_end` is that of domain.working_time.WorkingTime, of the city's hours.
    """
    edges = np.asarray(edges_ms)
    recent = (columns.requested_ms >= edges[0]) & (columns.requested_ms < edges[-1])
    rows = np.flatnonzero(recent & (columns.requested_ms <= moment.now_ms))
    opened, waits = columns.requested_ms[rows], columns.status[rows] == STATUS_CODES[Status.SUBMITTED]
    which = np.searchsorted(edges, opened, side="right") - 1
    end = first_days_end(opened)
    answered, closed = columns.acknowledged_ms[rows], columns.closed_ms[rows]
    done = ~np.isin(columns.status[rows], OPEN_CODES)
    same = ((answered >= opened) & (answered < end)) | (done & (closed >= opened) & (closed < end))
    same = np.where(end > moment.now_ms, ~waits, same)
    undated = ~same & ~waits & (answered == MISSING_MS)
    counts = [np.bincount(which[mask], minlength=len(edges) - 1) for mask in (which >= 0, same, undated)]
    return tuple(DayShare(day, *map(int, row)) for day, row in zip(days, zip(*counts, strict=True), strict=False))


def missing_to(goal: float, today: SameDay) -> int:
    """How many more of today's requests must be acknowledged to reach a goal; 0 when it is reached."""
    return max(0, math.ceil(goal * today.arrived - 1e-9) - today.acknowledged)
