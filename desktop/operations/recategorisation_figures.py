"""The figures of recategorisation for a period, read from the store; pure rules are in the domain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from data.errors import RefusedInput
from data.unit_of_work import ReadUnit
from data.values import MISSING
from desktop.domain.clock import today
from desktop.domain.recategorisation import Rate, Ways, by_department, by_service, whole
from desktop.domain.request_filter import MOVED, RECATEGORISED, RETURNED, WAYS
from desktop.operations.work import Work

DAYS = 90  # where nobody names a period
_READ = ("id", "service_id", "reported_service_id", "agency_id", "agency_trail")


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """The rates of a period: of the city, by service id and by department id. The last day counts."""

    first: date
    last: date
    city: Rate
    services: Mapping[int, Rate]
    departments: Mapping[int, Rate]


def recategorisation_figures(work: Work, *, first: date | None = None, last: date | None = None) -> Figures:
    """The rates of requests reported from the first to the last day, in the city's zone; the last 90 days by default.

    RefusedInput for a period that ends before it begins.
    """
    city = work.city()
    last = last or today(work.clock, city.timezone)
    first = first or last - timedelta(days=DAYS - 1)
    if last < first:
        raise RefusedInput(f"The period ends on {last.isoformat()}, before it begins on {first.isoformat()}.")
    since_ms, until_ms = midnight_ms(first, city.timezone), midnight_ms(last + timedelta(days=1), city.timezone)
    with work.store.read() as unit:
        rows = unit.requests.arrays(["id", "requested_at"])
        inside = (rows["requested_at"] >= since_ms) & (rows["requested_at"] < until_ms)
        ways = ways_of(unit, rows["id"][inside])
    return Figures(first, last, whole(ways), by_service(ways), by_department(ways, MISSING))


def midnight_ms(day: date, zone: str) -> int:
    """When a day begins in a zone, in milliseconds since 1970."""
    return round(datetime.combine(day, time(), ZoneInfo(zone)).timestamp() * 1000)


def ways_of(unit: ReadUnit, ids: NDArray[np.int64]) -> Ways:
    """How requests went about."""
    return Ways.of(unit.requests.arrays(_READ, ids=ids), MISSING)


def ways_among(
    unit: ReadUnit, ids: NDArray[np.int64], service_ids: NDArray[np.int32], agency_ids: NDArray[np.int32]
) -> Ways:
    """How requests went about whose services and departments (negative: none) a snapshot knows; `ids` ascend.

    The store is asked for those alone that went anywhere, and knows of them better.
    """
    went = unit.requests.went_about(_READ)
    rows: dict[str, NDArray[np.generic]] = {
        "id": ids.astype(np.int64),
        "service_id": service_ids.astype(np.int64),
        "reported_service_id": np.full(len(ids), MISSING, dtype=np.int64),
        "agency_id": np.where(agency_ids < 0, MISSING, agency_ids.astype(np.int64)),
        "agency_trail": np.full(len(ids), "", dtype=object),
    }
    at = np.searchsorted(ids, went["id"])
    known = np.flatnonzero(at < len(ids))
    known = known[ids[at[known]] == went["id"][known]]
    for name in _READ[1:]:
        rows[name][at[known]] = went[name][known]
    return Ways.of(rows, MISSING)


def requests_by_way(unit: ReadUnit, way: str, reported_as: tuple[int, ...]) -> NDArray[np.int64]:
    """Ids of the requests behind a figure, ascending: that went a way (empty: any), reported as one of some services.

    ValueError for a way that nobody goes.
    """
    if way not in ("", *WAYS):
        raise ValueError(f"requests do not go {way!r}")
    ways = Ways.of(unit.requests.went_about(_READ) if way else unit.requests.reported_as(_READ, reported_as), MISSING)
    mask = {
        "": np.ones(len(ways.id), dtype=bool),
        RECATEGORISED: ways.recategorised,
        MOVED: ways.moves > 0,
        RETURNED: ways.returns > 0,
    }[way]
    if way and reported_as:
        mask = mask & np.isin(ways.reported_as, reported_as)
    found: NDArray[np.int64] = ways.id[mask]
    return found


def as_values(work: Work, figures: Figures) -> dict[str, Any]:
    """Plain values for other programs, with the requests behind each number by their id in the store."""
    with work.store.read() as unit:
        services = {int(one.id): one for one in unit.services.all()}
        agencies = {int(one.id): one.name for one in unit.agencies.all()}

    def told(rate: Rate) -> dict[str, Any]:
        return {
            "reported": len(rate.reported),
            **_part("recategorised", rate.recategorised, rate.share),
            **_part("moved", rate.moved, rate.moved_share),
            **_part("returned", rate.returned, rate.returned_share),
            "to": [{"service_code": services[key].service_code, "requests": count} for key, count in rate.to],
        }

    return {
        "from": figures.first.isoformat(),
        "to": figures.last.isoformat(),
        "city": told(figures.city),
        "services": [
            {"service_code": services[key].service_code, "service_name": services[key].service_name, **told(rate)}
            for key, rate in figures.services.items()
        ],
        "departments": [
            {"agency_responsible": agencies[key], **told(rate)} for key, rate in figures.departments.items()
        ],
    }


def _part(name: str, ids: NDArray[np.int64], share: float | None) -> dict[str, Any]:
    return {name: len(ids), f"{name}_share": share, f"{name}_ids": ids.tolist()}
