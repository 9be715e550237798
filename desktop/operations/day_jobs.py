"""What a day's plan is made of: the crews and jobs of the store, or of two CSV files, in one form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from datetime import time as day_time
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from data.errors import RefusedInput
from data.records import City, Depot, Placement, Status
from data.schema import epoch_ms, from_epoch_ms
from data.unit_of_work import ReadUnit
from desktop.domain.roster_day import CrewDay
from desktop.domain.storms import find_storms, same_hours
from desktop.operations.day_records import DayCrew, DayJob, Place
from desktop.operations.making_jobs import JobMaking
from desktop.operations.roster import DayRoster, roster_of_day

__all__ = ["Day", "DayCrew", "DayJob", "Selection", "read_day"]

JOBS_PER_CREW = 25  # what a crew can at best get through; the rest waits for its deadline
MISSING_MS = -(2**63)
OPEN = (Status.SUBMITTED, Status.ACKNOWLEDGED, Status.IN_PROGRESS, Status.SCHEDULED)
READ = (
    "id", "service_id", "agency_id", "placement", "status", "requested_at", "closed_at", "due_at", "incident_id",
)  # fmt: skip
Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True, slots=True)
class Day:
    """Everything that is planned, and how many open requests were considered."""

    crews: tuple[DayCrew, ...]
    jobs: tuple[DayJob, ...]
    considered: int
    missing: tuple[str, ...] = ()  # what the roster of the day lacks, a sentence each; names nobody


@dataclass(frozen=True, slots=True)
class Selection:
    """Which open requests may become jobs."""

    service_codes: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    limit: int | None = None
    request_ids: tuple[int, ...] = ()  # these and no others
    due_by: date | None = None  # with a deadline on this day or before

    @property
    def narrow(self) -> bool:
        """Whether only some services, departments or requests are meant: then rounds stay out."""
        return bool(self.service_codes or self.agencies or self.request_ids)


def read_day(
    unit: ReadUnit,
    city: City,
    day: date,
    selection: Selection,
    crews_csv: Path | None,
    jobs_csv: Path | None,
    at: datetime | None = None,
    days: int = 1,
) -> Day:
    """The crews and jobs of a day, each from its CSV or from the store; RefusedInput when there are none of either.

    Requests are those open at a moment; at the start of the earliest shift without one. With several days the crews
    of the next ones follow, each from the roster of its day; those of a file drive out every day.
    """
    crews, missing = _crews_of_days(unit, city, day, days, crews_csv)
    if jobs_csv:
        jobs = file_jobs(jobs_csv)
        return Day(tuple(crews), tuple(jobs), len(jobs), missing)
    start = datetime.combine(day, day_time(), ZoneInfo(city.timezone)) + timedelta(
        seconds=min(crew.shift_start_s for crew in crews if not crew.day)
    )
    start = at or start
    departments = {agency.id: agency.name for agency in unit.agencies.all()}
    with_department = any(skill in departments.values() for crew in crews for skill in crew.skills)
    making = JobMaking(unit, city, start, crews, departments if with_department else {})
    rounds = [] if selection.narrow else _rounds(making, day, crews)
    rows = unit.requests.arrays(READ)
    ids = open_request_ids(unit, rows, start, selection)
    if not len(ids) and not rounds:
        raise RefusedInput(f"No located request is open on {day:%Y-%m-%d} with these filters; nothing to plan.")
    limit = selection.limit or JOBS_PER_CREW * len(crews)
    in_storm = storm_requests(rows, start, city.timezone)
    rounds = rounds[: selection.limit]  # they are due on their day, so they come first
    jobs = [*making.requests(ids[: max(0, limit - len(rounds))], in_storm), *rounds]
    return Day(tuple(crews), tuple(jobs), len(ids), missing)


def _crews_of_days(
    unit: ReadUnit, city: City, day: date, days: int, file: Path | None
) -> tuple[list[DayCrew], tuple[str, ...]]:
    """The crews of each day, the first day's first, and what the roster of the first one lacks."""
    if file is not None:
        every = file_crews(file)
        return [replace(crew, day=later) for later in range(days) for crew in every], ()
    roster = roster_of_day(unit, city, day)
    crews = day_crews(roster)
    for later in range(1, days):
        ahead = roster_of_day(unit, city, day + timedelta(days=later))
        if ahead.driving:
            crews += [replace(crew, day=later) for crew in day_crews(ahead)]
    return crews, roster.missing


def _rounds(making: JobMaking, day: date, crews: Sequence[DayCrew]) -> list[DayJob]:
    """The places of the rounds of each day on which crews drive out; those of later days take up their crews' time."""
    days = sorted({crew.day for crew in crews})
    return [
        replace(job, day=later, name=f"{job.name} (day {later + 1})" if later else job.name)
        for later in days
        for job in making.rounds(day + timedelta(days=later))
    ]


def day_crews(roster: DayRoster | None) -> list[DayCrew]:
    """The crews of the store that drive out; RefusedInput says why none does."""
    if roster is None or not roster.crews:
        raise RefusedInput("The city has no crews; enter some in the roster, or name some with --crews FILE.csv.")
    if not roster.driving:
        more = f" And {len(roster.crews) - 1:,} more." if len(roster.crews) > 1 else ""
        raise RefusedInput(f"No crew drives out on {roster.day}: {roster.crews[0].why}{more}")
    dumps = tuple(depot for depot in roster.rows.depots if depot.kind == "dump")
    return [_crew(crew, dumps) for crew in roster.driving]


def _crew(of: CrewDay, dumps: Sequence[Depot]) -> DayCrew:
    crew, shift, vehicle = of.crew, of.shift, of.vehicle
    assert shift is not None
    assert of.start is not None
    capacity = crew.capacity if vehicle is None or vehicle.capacity is None else vehicle.capacity
    elsewhere = of.end if of.end is not None and of.end.id != of.start.id else None
    reloads = dumps if capacity is not None else ()  # what never fills up need not be emptied
    return DayCrew(
        name=crew.name,
        depot_name=of.start.name,
        lat=of.start.lat,
        long=of.start.long,
        shift_start_s=shift.start_min * 60,
        shift_end_s=shift.end_min * 60,
        skills=of.skills,
        capacity=capacity,
        break_start_s=None if shift.break_start_min is None else shift.break_start_min * 60,
        break_end_s=None if shift.break_end_min is None else shift.break_end_min * 60,
        break_s=shift.break_minutes * 60,
        end=None if elsewhere is None else _place(elsewhere),
        break_place=None if of.break_place is None else _place(of.break_place),
        reload_places=tuple(_place(dump) for dump in reloads),
        reload_s=max((dump.empty_min for dump in reloads), default=0) * 60,
        overtime_s=shift.overtime_min * 60,
        max_stops=shift.max_stops,
        equipment=frozenset() if vehicle is None else frozenset(vehicle.equipment),
        overtime_price=shift.overtime_price,
        vehicle_kind="" if vehicle is None else vehicle.kind,
        max_speed_kmh=None if vehicle is None else vehicle.max_speed_kmh,
        end_name="" if elsewhere is None else elsewhere.name,
        reload_names=tuple(dump.name for dump in reloads),
    )


def _place(depot: Depot) -> Place:
    return depot.lat, depot.long


def open_request_ids(unit: ReadUnit, rows: Arrays, at: datetime, selection: Selection) -> np.ndarray:
    """Ids of the located requests open at a moment, the nearest deadline first, one a known incident.

    `rows` are all requests, with the columns of READ.
    """
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


@dataclass(frozen=True, slots=True, eq=False)
class _Arrivals:
    """When requests came, as storms are found in it."""

    id: np.ndarray
    service_id: np.ndarray
    requested_ms: np.ndarray


def storm_requests(rows: Arrays, at: datetime, timezone: str) -> frozenset[int]:
    """The requests of services that came at an unusual rate when the last ones before a moment came."""
    came = rows["requested_at"][rows["requested_at"] <= epoch_ms(at)]
    if not len(came):
        return frozenset()
    last = from_epoch_ms(int(came.max()))
    arrivals = _Arrivals(rows["id"], rows["service_id"], rows["requested_at"])
    storms = find_storms(arrivals, epoch_ms(last), same_hours(last, timezone))
    return frozenset(number for storm in storms for number in storm.request_ids)


def _selected(unit: ReadUnit, rows: Arrays, selection: Selection) -> np.ndarray:
    fits = np.ones(len(rows["id"]), dtype=bool)
    if selection.service_codes:
        services = {service.service_code: service.id for service in unit.services.all()}
        fits &= np.isin(rows["service_id"], _known(services, selection.service_codes, "service"))
    if selection.agencies:
        agencies = {agency.name: agency.id for agency in unit.agencies.all()}
        fits &= np.isin(rows["agency_id"], _known(agencies, selection.agencies, "department"))
    if selection.request_ids:
        fits &= np.isin(rows["id"], selection.request_ids)
    if selection.due_by is not None:
        city = unit.city.get()
        zone = ZoneInfo(city.timezone if city is not None else "UTC")
        end = epoch_ms(datetime.combine(selection.due_by + timedelta(days=1), day_time(), zone))
        fits &= (rows["due_at"] != MISSING_MS) & (rows["due_at"] < end)
    return fits


def _known(names: Mapping[str, int], wanted: Sequence[str], kind: str) -> list[int]:
    strangers = [name for name in wanted if name not in names]
    if strangers:
        raise RefusedInput(
            f"There is no {kind} '{strangers[0]}' in this city; known are {', '.join(sorted(names)[:8])}."
        )
    return [names[name] for name in wanted]


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
            vehicle_kind=row.vehicle,
            max_speed_kmh=row.max_speed_kmh,
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
            locked_crew=row.locked_crew,
            locked_start_s=row.locked_start_s,
        )
        for row in read_jobs_csv(path)
    ]
