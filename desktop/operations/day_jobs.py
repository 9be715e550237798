"""What a day's plan is made of: the crews and jobs of the store, or of two CSV files, in one form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as day_time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from data.errors import RefusedInput
from data.records import City, Crew, Depot, Placement, Service, ServiceRequest, Status
from data.schema import epoch_ms
from data.unit_of_work import ReadUnit

JOBS_PER_CREW = 25  # what a crew can at best get through; the rest waits for its deadline
MISSING_MS = -(2**63)
OPEN = (Status.SUBMITTED, Status.ACKNOWLEDGED, Status.IN_PROGRESS, Status.SCHEDULED)


@dataclass(frozen=True, slots=True)
class DayCrew:
    """A crew on the day. Times are seconds after local midnight."""

    name: str
    depot_name: str
    lat: float
    long: float
    shift_start_s: int
    shift_end_s: int
    skills: frozenset[str]
    capacity: float | None
    break_start_s: int | None
    break_end_s: int | None
    break_s: int
    end: tuple[float, float] | None = None  # lat, long, where the day ends elsewhere
    break_place: tuple[float, float] | None = None
    reload_places: tuple[tuple[float, float], ...] = ()
    reload_s: int = 0
    overtime_s: int = 0
    max_stops: int | None = None
    equipment: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DayJob:
    """A stop to be made: one request, or all reports of one incident. Windows bound the start of service."""

    name: str
    lat: float
    long: float
    service_s: int
    priority: int
    skills: frozenset[str]
    load: float
    earliest_s: int | None
    latest_s: int | None
    request_ids: tuple[int, ...] = ()
    address: str = ""
    service: str = ""
    description: str = ""
    crews_needed: int = 1
    after: tuple[str, ...] = ()  # names of jobs that are done before
    with_job: str = ""  # name of a job that the same crew does
    equipment: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Day:
    """Everything that is planned, and how many open requests were considered."""

    crews: tuple[DayCrew, ...]
    jobs: tuple[DayJob, ...]
    considered: int


@dataclass(frozen=True, slots=True)
class Selection:
    """Which open requests may become jobs."""

    service_codes: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    limit: int | None = None


def read_day(
    unit: ReadUnit,
    city: City,
    day: date,
    selection: Selection,
    crews_csv: Path | None,
    jobs_csv: Path | None,
    at: datetime | None = None,
) -> Day:
    """The crews and jobs of a day, each from its CSV or from the store; RefusedInput when there are none of either.

    Requests are those open at a moment; at the start of the earliest shift without one.
    """
    crews = file_crews(crews_csv) if crews_csv else store_crews(unit)
    if jobs_csv:
        jobs = file_jobs(jobs_csv)
        return Day(tuple(crews), tuple(jobs), len(jobs))
    start = datetime.combine(day, day_time(), ZoneInfo(city.timezone)) + timedelta(
        seconds=min(crew.shift_start_s for crew in crews)
    )
    start = at or start
    ids = open_request_ids(unit, start, selection)
    if not len(ids):
        raise RefusedInput(f"No located request is open on {day:%Y-%m-%d} with these filters; nothing to plan.")
    limit = selection.limit or JOBS_PER_CREW * len(crews)
    departments = {agency.id: agency.name for agency in unit.agencies.all()}
    with_department = any(skill in departments.values() for crew in crews for skill in crew.skills)
    jobs = _as_jobs(unit, ids[:limit], departments if with_department else {}, start)
    return Day(tuple(crews), tuple(jobs), len(ids))


def store_crews(unit: ReadUnit) -> list[DayCrew]:
    """The crews of the store; a crew's department counts as one of its skills."""
    depots = {depot.id: depot for depot in unit.depots.all()}
    departments = {agency.id: agency.name for agency in unit.agencies.all()}
    found = unit.crews.all()
    if not found:
        raise RefusedInput("The city has no crews; name some with --crews FILE.csv.")
    return [_crew(crew, depots[crew.depot_id], departments) for crew in found]


def _crew(crew: Crew, depot: Depot, departments: Mapping[Any, str]) -> DayCrew:
    own = {departments[crew.agency_id]} if crew.agency_id is not None else set()
    return DayCrew(
        name=crew.name,
        depot_name=depot.name,
        lat=depot.lat,
        long=depot.long,
        shift_start_s=crew.shift_start_min * 60,
        shift_end_s=crew.shift_end_min * 60,
        skills=frozenset(crew.skills) | own,
        capacity=crew.capacity,
        break_start_s=None if crew.break_start_min is None else crew.break_start_min * 60,
        break_end_s=None if crew.break_end_min is None else crew.break_end_min * 60,
        break_s=crew.break_minutes * 60,
    )


def open_request_ids(unit: ReadUnit, at: datetime, selection: Selection) -> np.ndarray:
    """Ids of the located requests open at a moment, the nearest deadline first, one a known incident."""
    names = [
        "id",
        "service_id",
        "agency_id",
        "placement",
        "status",
        "requested_at",
        "closed_at",
        "due_at",
        "incident_id",
    ]
    rows = unit.requests.arrays(names)
    moment = epoch_ms(at)
    fits = rows["placement"] == Placement.LOCATED.value
    fits &= rows["requested_at"] <= moment
    closed = rows["closed_at"] != MISSING_MS
    fits &= np.where(closed, rows["closed_at"] > moment, np.isin(rows["status"], [status.value for status in OPEN]))
    fits &= _selected(unit, rows, selection)
    due = np.where(rows["due_at"] == MISSING_MS, 2**62, rows["due_at"])
    at_rows = np.flatnonzero(fits)
    at_rows = at_rows[np.lexsort((rows["requested_at"][at_rows], due[at_rows]))]
    incident = rows["incident_id"][at_rows]
    alone = incident < 0
    _, first = np.unique(np.where(alone, -rows["id"][at_rows] - 2, incident), return_index=True)
    return np.asarray(rows["id"][at_rows[np.sort(first)]])


def _selected(unit: ReadUnit, rows: dict[str, np.ndarray], selection: Selection) -> np.ndarray:
    fits = np.ones(len(rows["id"]), dtype=bool)
    if selection.service_codes:
        services = {service.service_code: service.id for service in unit.services.all()}
        fits &= np.isin(rows["service_id"], _known(services, selection.service_codes, "service"))
    if selection.agencies:
        agencies = {agency.name: agency.id for agency in unit.agencies.all()}
        fits &= np.isin(rows["agency_id"], _known(agencies, selection.agencies, "department"))
    return fits


def _known(names: Mapping[str, int], wanted: Sequence[str], kind: str) -> list[int]:
    strangers = [name for name in wanted if name not in names]
    if strangers:
        raise RefusedInput(
            f"There is no {kind} '{strangers[0]}' in this city; known are {', '.join(sorted(names)[:8])}."
        )
    return [names[name] for name in wanted]


def _as_jobs(unit: ReadUnit, ids: np.ndarray, departments: Mapping[Any, str], at: datetime) -> list[DayJob]:
    services = {service.id: service for service in unit.services.all()}
    requests = unit.requests.many([int(key) for key in ids])
    names = _unique_names(requests)
    members = {
        request.id: unit.incidents.members(request.incident_id) if request.incident_id is not None else [request.id]
        for request in requests
    }
    return [
        _job(names[request.id], request, services[request.service_id], tuple(members[request.id]), departments, at)
        for request in requests
    ]


def _job(
    name: str,
    request: ServiceRequest,
    service: Service,
    members: tuple[int, ...],
    departments: Mapping[Any, str],
    at: datetime,
) -> DayJob:
    department = departments.get(request.agency_id) if request.agency_id is not None else None
    assert request.lat is not None
    assert request.long is not None
    return DayJob(
        name=name,
        lat=request.lat,
        long=request.long,
        service_s=service.service_duration_s,
        priority=priority_at(request, service, at),
        skills=frozenset(service.skills) | ({department} if department else set()),
        load=0.0,
        earliest_s=None,
        latest_s=None,
        request_ids=tuple(int(key) for key in members),
        address=request.address,
        service=service.service_name,
        description=request.description,
    )


def priority_at(request: ServiceRequest, service: Service, at: datetime) -> int:
    """0 to 100: the service's own priority, raised as the deadline nears and once it has passed."""
    if request.due_at is None:
        return service.priority
    days_left = (request.due_at - at) / timedelta(days=1)
    raised = 30 if days_left < 0 else 20 if days_left < 1 else 10 if days_left < 3 else 0
    return max(0, min(100, service.priority + raised))


def _unique_names(requests: Sequence[ServiceRequest]) -> dict[int, str]:
    """The source's ids as job names; told apart by our own id where two sources share one."""
    count: dict[str, int] = {}
    for request in requests:
        count[request.service_request_id] = count.get(request.service_request_id, 0) + 1
    return {
        request.id: request.service_request_id
        if count[request.service_request_id] == 1
        else f"{request.service_request_id}/{request.id}"
        for request in requests
    }


def file_crews(path: Path) -> list[DayCrew]:
    """The crews of a CSV; RefusedInput names the row and the column that cannot be read."""
    from data.connectors.crews import read_crews_csv

    return [
        DayCrew(
            name=row.crew,
            depot_name=f"{row.depot_lat:.5f}, {row.depot_long:.5f}",
            lat=row.depot_lat,
            long=row.depot_long,
            shift_start_s=row.shift_start_s,
            shift_end_s=row.shift_end_s,
            skills=frozenset(row.skills),
            capacity=row.capacity,
            break_start_s=row.break_start_s,
            break_end_s=row.break_end_s,
            break_s=row.break_s,
            end=row.end,
            break_place=row.break_place,
            reload_places=() if row.reload_place is None else (row.reload_place,),
            reload_s=row.reload_s,
            overtime_s=row.overtime_s,
            max_stops=row.max_stops,
            equipment=frozenset(row.equipment),
        )
        for row in read_crews_csv(path)
    ]


def file_jobs(path: Path) -> list[DayJob]:
    """The jobs of a CSV; RefusedInput names the row and the column that cannot be read."""
    from data.connectors.crews import read_jobs_csv

    return [
        DayJob(
            name=row.job,
            lat=row.lat,
            long=row.long,
            service_s=row.service_s,
            priority=row.priority,
            skills=frozenset(row.skills),
            load=row.load,
            earliest_s=row.earliest_s,
            latest_s=row.latest_s,
            address=row.address,
            crews_needed=row.crews,
            after=row.after,
            with_job=row.with_job,
            equipment=frozenset(row.equipment),
        )
        for row in read_jobs_csv(path)
    ]
