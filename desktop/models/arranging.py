"""Rows of the request table in order and in groups: positions in the snapshot, computed in one call in any thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as day_time
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from data.records import Status
from desktop.domain.attention import MISSING_MS, Moment, overdue
from desktop.models.fields import TEXTS, TIMES, Field, Grouping

if TYPE_CHECKING:
    from data.columns import Columns

Positions = NDArray[np.int32]
Keys = NDArray[np.int64]
NOTHING: Keys = np.empty(0, dtype=np.int64)
NO_KEY = -1  # of the group of rows that have no department or incident


@dataclass(frozen=True, slots=True)
class Names:
    """What ids are called."""

    services: Mapping[int, str]
    agencies: Mapping[int, str]
    icons: Mapping[int, str]
    sources: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class TextOrder:
    """Ids in the order of a text that the store alone knows; those without a text are the last `absent`."""

    sequence: int  # the last event that the reading knew
    ids: Keys
    absent: int


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """What is to be arranged, and how."""

    columns: Columns
    names: Names
    reports: Keys  # of each request's incident
    mask: NDArray[np.bool_] | None = None  # None: every row
    field: Field = Field.OPENED
    descending: bool = True
    grouping: Grouping | None = None
    text: TextOrder | None = None  # of the field, where the field is a text
    now_ms: int = 0
    zone: str = "UTC"
    statuses: NDArray[np.uint8] | None = None  # of an earlier moment; None: those of the columns

    @property
    def status(self) -> NDArray[np.uint8]:
        """The statuses on show."""
        return self.columns.status if self.statuses is None else self.statuses


@dataclass(frozen=True, slots=True, eq=False)
class Arrangement:
    """Positions in the snapshot in the order shown. Group g holds order[starts[g]:starts[g + 1]]."""

    content: Content
    order: Positions
    starts: Keys  # empty without groups
    keys: Keys  # what each group has in common: an id, a status code, a day's ordinal
    late: Keys  # overdue requests of each group


def arrange(content: Content) -> Arrangement:
    """Filter, order and group."""
    order = _ordered(content)
    if content.grouping is None:
        return Arrangement(content, order, NOTHING, NOTHING, NOTHING)
    keys, ranks = _group_ranks(content, content.grouping, order)
    order = order[sorted_by(ranks)]
    ranks = np.sort(ranks, kind="stable")
    first = np.flatnonzero(np.diff(ranks, prepend=-1)) if len(ranks) else NOTHING
    starts = np.append(first, len(order)).astype(np.int64)
    late = overdue(content.columns, Moment(content.now_ms, content.now_ms, content.now_ms))[order]
    sums = np.add.reduceat(late.astype(np.int64), first) if len(first) else NOTHING
    return Arrangement(content, order, starts, keys[ranks[first]], sums)


def sorted_by(
    keys: NDArray[Any], *, descending: bool = False, absent: NDArray[np.bool_] | None = None
) -> NDArray[np.int64]:
    """The positions of whole numbers in ascending or descending order, equal ones as they come, absent ones last.

    Few different keys are sorted by radix. Else key and place share one 64-bit number where they fit: numpy sorts
    numbers much faster than it orders places.
    """
    if not len(keys):
        return NOTHING
    wide = keys.astype(np.int64)
    there: Any = True if absent is None else ~absent
    low = int(wide.min(where=there, initial=_LARGEST))
    high = int(wide.max(where=there, initial=-_LARGEST))
    span, bits = high - low + 1, max(1, (len(keys) - 1).bit_length())  # one more stands for absent
    if span < 2**16 or span.bit_length() + bits <= 62:
        ranked = high - wide if descending else wide - low
        if absent is not None:
            ranked[absent] = max(span, 0)
        if span < 2**16:
            return np.asarray(np.argsort(ranked.astype(np.uint16), kind="stable"))
        ranked <<= bits
        ranked |= np.arange(len(keys))
        ranked.sort()
        return ranked & ((1 << bits) - 1)
    order = np.asarray(np.argsort(~wide if descending else wide, kind="stable"))
    return order if absent is None else np.concatenate([order[~absent[order]], np.flatnonzero(absent)])


_LARGEST = 2**63 - 1


def _ordered(content: Content) -> Positions:
    """Positions of the rows that fit, in order; rows without a value come last either way."""
    mask = content.mask
    if content.field in TEXTS:
        return _by_text(content, mask)
    count = len(content.columns.id)
    at = np.arange(count, dtype=np.int32) if mask is None else np.flatnonzero(mask).astype(np.int32)
    keys, absent = _keys(content, at)
    return at[sorted_by(keys, descending=content.descending, absent=absent)]


def _by_text(content: Content, mask: NDArray[np.bool_] | None) -> Positions:
    """As the store ordered the text; requests that came since stand at the end, as all do before it was read."""
    if content.text is None:
        order = np.arange(len(content.columns.id), dtype=np.int32)
    else:
        order, absent = _standing(content.text, content.columns)
        if content.descending:
            split = len(order) - absent
            order = np.concatenate([order[:split][::-1], order[split:]])
    return order if mask is None else order[mask[order]]


@lru_cache(maxsize=1)  # looking ids up takes longer than all the rest
def _standing(text: TextOrder, columns: Columns) -> tuple[Positions, int]:
    """Positions in the order of a text, and how many at the end have none or are not known yet."""
    found = columns.positions(text.ids)
    absent = int((found[len(found) - text.absent :] >= 0).sum())
    found = found[found >= 0]
    new = np.ones(len(columns.id), dtype=bool)
    new[found] = False
    late = np.flatnonzero(new)
    return np.concatenate([found, late]).astype(np.int32), absent + len(late)


def _keys(content: Content, at: Positions) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
    """Sort keys of rows, and which rows have no value."""
    columns, names = content.columns, content.names
    wanted = content.field
    if wanted is Field.STATUS:
        return content.status[at], None
    if wanted is Field.SERVICE:
        return ranks_of(columns.service_id[at], names.services), None
    if wanted is Field.DEPARTMENT:
        agency = columns.agency_id[at]
        return ranks_of(agency, names.agencies), agency < 0
    if wanted is Field.TIME_LEFT or wanted in TIMES:
        times = columns.due_ms[at] if wanted is Field.TIME_LEFT else getattr(columns, TIMES[wanted])[at]
        return times, times == MISSING_MS
    if wanted is Field.PRIORITY:
        return columns.priority[at], None
    if wanted is Field.REPORTS:
        return content.reports[at], None
    if wanted is Field.PLACEMENT:
        return columns.placement[at], None
    return columns.id[at], None


def _group_ranks(content: Content, grouping: Grouping, order: Positions) -> tuple[Keys, NDArray[np.int64]]:
    """The keys of all groups in the order in which groups stand, and of each row the place of its group among them."""
    columns, names = content.columns, content.names
    if grouping is Grouping.STATUS:
        return np.arange(len(Status), dtype=np.int64), content.status[order].astype(np.int64)
    if grouping is Grouping.DAY:
        return _days(columns.requested_ms[order], content.zone)
    if grouping is Grouping.INCIDENT:
        return _incidents(columns.incident_id[order])
    ids, known = {
        Grouping.SERVICE: (columns.service_id, names.services),
        Grouping.DEPARTMENT: (columns.agency_id, names.agencies),
    }[grouping]
    keys = [*_alphabetical(known), NO_KEY]
    return np.array(keys, dtype=np.int64), ranks_of(ids[order], known).astype(np.int64)


def _incidents(ids: Keys) -> tuple[Keys, NDArray[np.int64]]:
    """Those with most reports first; requests without an incident last."""
    keys, which, counts = np.unique(ids, return_inverse=True, return_counts=True)
    weight = np.where(keys < 0, -1, counts)
    standing = sorted_by(weight, descending=True)
    place = np.empty(len(keys), dtype=np.int64)
    place[standing] = np.arange(len(keys))
    return keys[standing].astype(np.int64), place[which]


def _days(moments_ms: Keys, zone: str) -> tuple[Keys, NDArray[np.int64]]:
    """The city's days, newest first."""
    if not len(moments_ms):
        return NOTHING, NOTHING
    first, starts = midnights(int(moments_ms.min()), int(moments_ms.max()), zone)
    day = np.searchsorted(starts, moments_ms, side="right") - 1
    keys = first + np.arange(len(starts))[::-1]
    return keys.astype(np.int64), (len(starts) - 1 - day).astype(np.int64)


@lru_cache(maxsize=8)
def midnights(first_ms: int, last_ms: int, zone: str) -> tuple[int, Keys]:
    """The ordinal of the day of the first moment, and when each day begins up to that of the last, in milliseconds."""
    place = ZoneInfo(zone)
    first, last = (datetime.fromtimestamp(ms / 1000, tz=UTC).astimezone(place).date() for ms in (first_ms, last_ms))
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return first.toordinal(), np.array([day_start_ms(day, place) for day in days], dtype=np.int64)


def day_start_ms(day: date, zone: ZoneInfo) -> int:
    """When a day begins in the city."""
    return round(datetime.combine(day, day_time(), zone).timestamp() * 1000)


def _alphabetical(names: Mapping[int, str]) -> list[int]:
    return sorted(names, key=lambda key: (names[key].casefold(), key))


def ranks_of(ids: NDArray[np.int32], names: Mapping[int, str]) -> NDArray[np.int16]:
    """The alphabetical place of each id's name; the last is for ids that nobody named, as -1."""
    ranks = np.full(max(names, default=-1) + 2, len(names), dtype=np.int16)
    for rank, key in enumerate(_alphabetical(names)):
        ranks[key] = rank
    return ranks[np.where((ids >= 0) & (ids < len(ranks) - 1), ids, len(ranks) - 1)]
