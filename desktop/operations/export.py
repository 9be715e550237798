"""Take requests and maps along: files that others open without Opsmap."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from data.errors import RefusedInput
from data.records import Placement, Status
from data.unit_of_work import ReadUnit
from desktop.domain.language import Language
from desktop.domain.translatable import QT_TRANSLATE_NOOP
from desktop.operations.changes import Changes
from desktop.operations.hotspots import period_ms
from desktop.operations.import_streets import STREETS, streets_credit
from desktop.operations.outputs import check_output
from desktop.operations.translating import user_language
from desktop.operations.work import Work

if TYPE_CHECKING:
    from desktop.reports.folium_page import Streets

CHUNK = 5000
COLUMNS = (
    "service_request_id",
    "status",
    "status_notes",
    "service_code",
    "service_name",
    "description",
    "agency_responsible",
    "address",
    "lat",
    "long",
    "placement",
    "requested_datetime",
    "acknowledged_at",
    "updated_datetime",
    "closed_at",
    "expected_datetime",
    "media_url",
    "source",
    "incident_id",
    "assigned_area",
    "assigned_reason",
    "asset_code",
)
_LOCATED = (
    QT_TRANSLATE_NOOP("MapPage", "1 located request, as of {1}."),
    QT_TRANSLATE_NOOP("MapPage", "{0} located requests, as of {1}."),
)
_TOO_MANY = QT_TRANSLATE_NOOP("MapPage", "They are too many to draw one by one and are counted in squares.")
FURTHER = ("priority", "incident_reports")  # written where they are asked for


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """Which requests; empty fields mean all. Days are the city's, both counted."""

    service_code: str | None = None
    agency: str | None = None
    status: str | None = None
    open_only: bool = False
    first: date | None = None
    last: date | None = None


def filtered_ids(unit: ReadUnit, chosen: RequestFilter, timezone: str) -> np.ndarray:
    """Ids of the requests that fit, ascending; RefusedInput for a service, department or status nobody knows."""
    rows = unit.requests.arrays(["id", "service_id", "agency_id", "status", "requested_at"])
    first, last = period_ms(chosen.first, chosen.last, timezone)
    fits = (rows["requested_at"] >= first) & (rows["requested_at"] < last)
    if chosen.service_code is not None:
        service = unit.services.by_code(chosen.service_code)
        if service is None:
            raise RefusedInput(f"No service has the code '{chosen.service_code}'; 'opsmap services list' names them.")
        fits &= rows["service_id"] == service.id
    if chosen.agency is not None:
        agency = next((agency for agency in unit.agencies.all() if agency.name == chosen.agency), None)
        if agency is None:
            raise RefusedInput(f"There is no department '{chosen.agency}'.")
        fits &= rows["agency_id"] == agency.id
    if chosen.status is not None:
        if chosen.status not in tuple(Status):
            raise RefusedInput(f"There is no status '{chosen.status}'; use one of {', '.join(Status)}.")
        fits &= rows["status"] == chosen.status
    if chosen.open_only:
        fits &= ~np.isin(rows["status"], [Status.CLOSED.value, Status.ARCHIVED.value])
    return np.asarray(rows["id"][fits])


def export_requests(
    work: Work,
    path: Path,
    chosen: RequestFilter,
    ids: np.ndarray | None = None,
    columns: Sequence[str] | None = None,
) -> Changes:
    """Write requests as CSV, GeoJSON or GeoPackage: those of `ids` in their order, else every one that fits the filter.

    `columns` of COLUMNS and FURTHER are written in their order, else COLUMNS. Unlocated and closed ones too.
    RefusedInput for a folder that is not there, an ending nobody knows, a column that is none.
    """
    from desktop.reports.request_files import write_requests

    check_output(work.store, path)
    wanted_columns = COLUMNS if columns is None else tuple(dict.fromkeys(columns))
    unknown = set(wanted_columns) - {*COLUMNS, *FURTHER}
    if unknown or not wanted_columns:
        raise RefusedInput(f"There is no column '{min(unknown, default='')}' to export.")
    city = work.city()
    with work.store.read() as unit:
        wanted = filtered_ids(unit, chosen, city.timezone) if ids is None else ids
        reports = _reports(unit) if "incident_reports" in wanted_columns else {}
        count = write_requests(path, wanted_columns, _rows(work, unit, wanted, city.timezone, reports))
    counts = {"requests": count, "file": str(path), "bytes": path.stat().st_size}
    return Changes(None, work.actor, "export requests", frozenset(), (), counts, f"{count:,} requests in {path}.")


def _reports(unit: ReadUnit) -> dict[int, int]:
    """How many reports each incident has."""
    incidents = unit.requests.arrays(["incident_id"])["incident_id"]
    keys, counts = np.unique(incidents[incidents >= 0], return_counts=True)
    return dict(zip(keys.tolist(), counts.tolist(), strict=True))


def _rows(
    work: Work, unit: ReadUnit, ids: np.ndarray, timezone: str, reports: Mapping[int, int]
) -> Iterator[dict[str, Any]]:
    services = {service.id: service for service in unit.services.all()}
    agencies = {agency.id: agency.name for agency in unit.agencies.all()}
    sources = {source.id: source.name for source in unit.sources.all()}
    zone = ZoneInfo(timezone)
    for start in range(0, len(ids), CHUNK):
        work.breathe(start / len(ids), f"{start:,} of {len(ids):,} requests written")
        requests = unit.requests.many(ids[start : start + CHUNK].tolist())
        named = {request.asset_id for request in requests if request.asset_id is not None}
        codes = {asset.id: asset.asset_code for asset in unit.assets.many(sorted(named))}
        for request in requests:
            service = services[request.service_id]
            yield {
                "service_request_id": request.service_request_id,
                "status": request.status.value,
                "status_notes": request.status_notes,
                "service_code": service.service_code,
                "service_name": service.service_name,
                "description": request.description,
                "agency_responsible": agencies.get(request.agency_id, "") if request.agency_id is not None else "",
                "address": request.address,
                "lat": _finite(request.lat),
                "long": _finite(request.long),
                "placement": request.placement.value,
                "requested_datetime": _local(request.requested_at, zone),
                "acknowledged_at": _local(request.acknowledged_at, zone),
                "updated_datetime": _local(request.updated_at, zone),
                "closed_at": _local(request.closed_at, zone),
                "expected_datetime": _local(request.due_at, zone),
                "media_url": request.media_url,
                "source": sources[request.source_id],
                "incident_id": request.incident_id,
                "assigned_area": request.assigned_area,
                "assigned_reason": request.assigned_reason,
                "asset_code": "" if request.asset_id is None else codes[request.asset_id],
                "priority": request.priority,
                "incident_reports": 1 if request.incident_id is None else reports.get(request.incident_id, 1),
            }


def _local(moment: datetime | None, zone: ZoneInfo) -> str:
    return "" if moment is None else moment.astimezone(zone).isoformat(timespec="seconds")


def _finite(degrees: float | None) -> float | None:
    """A coordinate that a file can hold; earlier versions stored what is no number."""
    return degrees if degrees is not None and math.isfinite(degrees) else None


def export_map(work: Work, path: Path, chosen: RequestFilter) -> Changes:
    """Write one page that opens with no network: the located requests that fit, over the city's streets."""
    from desktop.reports.map_page import CONTEXT, MOST_POINTS, MapPage, write_map_page

    check_output(work.store, path)
    city, language = work.city(), user_language(CONTEXT)
    work.breathe(0.1, "Reading requests and streets")
    with work.store.read() as unit:
        points = _points(unit, filtered_ids(unit, chosen, city.timezone), city.timezone, language)
        streets, credit = streets_beneath(unit), streets_credit(unit)
    count = len(points.lon)
    note = language.many(count, *_LOCATED, language.moment(work.clock.now().astimezone(ZoneInfo(city.timezone))))
    if count > MOST_POINTS:
        note = f"{note} {language.say(_TOO_MANY)}"
    work.breathe(0.5, "Writing the page")
    write_map_page(path, MapPage(city.name, note, points, streets=streets, attribution=credit, language=language))
    counts = {"requests": count, "file": str(path), "bytes": path.stat().st_size}
    return Changes(None, work.actor, "export map", frozenset(), (), counts, f"{count:,} requests on the page {path}.")


def _points(unit: ReadUnit, ids: np.ndarray, timezone: str, language: Language) -> Any:
    from desktop.reports.map_page import Points

    names = ["lon", "lat", "status", "service_id", "requested_at", "service_request_id", "placement"]
    plain = [{"lon": "long"}.get(name, name) for name in names]
    rows = unit.requests.arrays(plain, ids=ids)
    located = rows["placement"] == Placement.LOCATED.value
    services = unit.services.all()
    place = {service.id: at for at, service in enumerate(services)}
    zone = ZoneInfo(timezone)
    days = [
        language.day(datetime.fromtimestamp(ms / 1000, tz=UTC).astimezone(zone).date())
        for ms in rows["requested_at"][located].tolist()
    ]
    return Points(
        lon=rows["long"][located],
        lat=rows["lat"][located],
        status=rows["status"][located].tolist(),
        service=[place[key] for key in rows["service_id"][located].tolist()],
        services=[service.service_name for service in services],
        day=days,
        request_id=rows["service_request_id"][located].tolist(),
    )


def streets_beneath(unit: ReadUnit) -> Streets | None:
    """The city's streets for a page to lie on, if the store has any."""
    arrays = unit.artifacts.get(STREETS)
    if arrays is None:
        return None
    from data.connectors.streets import StreetLines
    from desktop.reports.folium_page import Streets

    lines = StreetLines.from_arrays(arrays)
    return Streets(lines.lon, lines.lat, lines.offsets, lines.highway)
