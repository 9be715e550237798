"""What is counted in each zone: requests, or incidents once each, however many people reported them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.errors import GeoError

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NO_INCIDENT = -1  # of a request that belongs to no incident: it is one by itself


@dataclass(frozen=True, slots=True, eq=False)
class ZoneCounts:
    """Counts by zone and what was left out of them; `row` are the requests counted, `zone` where each of them is."""

    count: Ints  # [zones]
    row: Ints  # [counted] places in what was given, rising
    zone: Ints  # [counted]
    requests: int  # given
    repeats: int  # left out, for another report of their incident was counted
    outside: int  # left out, for they are in no zone


def count_by_zone(zone_of: Ints, zone_count: int, incident: Ints | None = None) -> ZoneCounts:
    """Count requests by the zone of each (-1 for none), or with `incident` each incident once, where it was first told.

    `incident` [requests] is any number that reports of one incident share, -1 for none; order requests by time.
    """
    if incident is not None and len(incident) != len(zone_of):
        raise GeoError(f"{len(zone_of)} requests have {len(incident)} incidents; each needs one, or {NO_INCIDENT}.")
    first = np.arange(len(zone_of)) if incident is None else np.flatnonzero(first_reports(incident))
    zone = zone_of[first]
    inside = zone >= 0
    row, zone = first[inside], zone[inside]
    count = np.bincount(zone, minlength=zone_count).astype(np.int64)
    return ZoneCounts(count, row, zone, len(zone_of), len(zone_of) - len(first), int((~inside).sum()))


def first_reports(incident: Ints) -> Bools:
    """Which requests are the first of their incident, in the order given."""
    first = incident == NO_INCIDENT
    told = np.flatnonzero(~first)
    _, at = np.unique(incident[told], return_index=True)
    first[told[at]] = True
    return np.asarray(first)
