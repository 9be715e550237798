"""Service figures as a screen, a page or a report shows them; each number with the requests behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from desktop.domain.service_figures import Count, Left, People, ShareName, TimeName

Ids = NDArray[np.int64]


class Verdict(StrEnum):
    """How a group differs from the rest of the city."""

    HIGHER = "higher"  # of a share; of a time: quicker
    LOWER = "lower"
    UNCLEAR = "no clear difference"
    TOO_FEW = "too few to tell"


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with the ends of its interval; None where it cannot be told."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Share:
    """A share with its 95 % interval, the requests behind it, and what was left out of it."""

    name: ShareName
    share: Interval
    some: Ids
    of: Ids
    left_out: Mapping[Left, Ids]
    difference: Interval  # from the rest of the city
    q: float | None  # the false discovery rate at which the difference is just significant
    verdict: Verdict | None  # None: of the city itself


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """The share that is still waiting, after each day at which it sinks; shares from 0 to 1. Starts at 0 days and 1."""

    days: NDArray[np.float64]
    share: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    waiting_days: NDArray[np.float64]  # how long those that still wait have been waiting, ascending


@dataclass(frozen=True, slots=True)
class DaysApart:
    """How much longer, in days, a group waits than the rest of the city: the mean within a span, with its interval."""

    days: Interval
    within_days: float  # shorter than was asked where one of the two was not followed for so long


@dataclass(frozen=True, slots=True, eq=False)
class Times:
    """Time until something happened: the median in days (None: half of them wait still) and the shares within days."""

    name: TimeName
    median_days: Interval
    within: Mapping[int, Interval]  # nan-free: None where none was followed for so long
    within_ids: Mapping[int, Ids]
    of: Ids
    waiting: Ids  # has not happened yet
    left_out: Mapping[Left, Ids]
    pace: float | None  # how often it happened, for once at the pace of the rest: below 1 is slower
    q: float | None
    verdict: Verdict | None  # HIGHER: quicker than the rest of the city, service by service


@dataclass(frozen=True, slots=True, eq=False)
class Backlog:
    """What was open at a moment, whenever it was opened, and for how many days."""

    open: Ids
    median_days: float | None
    ninth_decile_days: float | None
    oldest_days: float | None


@dataclass(frozen=True, slots=True, eq=False)
class GroupFigures:
    """All figures of one service, department, neighbourhood or month, or of the city. `key` is None for the city."""

    key: int | None
    name: str
    opened: Ids  # all reports of the period
    counted: Ids
    left_out: Mapping[Left, Ids]
    staff: Ids  # of the reports of the period
    shares: Mapping[ShareName, Share]
    times: Mapping[TimeName, Times]
    backlog: Backlog


@dataclass(frozen=True, slots=True)
class Asked:
    """What figures are of, so that whoever reads them can work them out again."""

    by: str
    first: date
    last: date
    as_of: str  # ISO, with the offset of the city
    people: People
    count: Count
    services: tuple[str, ...]  # names; empty for all
    layer: str  # of areas; empty where they are not by neighbourhood
    city: str
    requests: int  # in the store
    notes: tuple[str, ...] = field(default=())
