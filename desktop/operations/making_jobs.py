"""Jobs made of what is to be done on a day: open requests, incidents, parts of big jobs, places of rounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from data.records import AgencyId, City, RequestId, Service, ServiceRequest, StopEvent
from data.roster_records import RecurringRound
from data.schema import epoch_ms
from data.unit_of_work import ReadUnit
from desktop.domain.city_settings import settings_of
from desktop.domain.crew_status import StopKind
from desktop.domain.deadlines import WorkingCalendar
from desktop.domain.job_parts import Part, longest_work_s, next_part
from desktop.domain.job_priority import urgency
from desktop.domain.rounds import falls_on
from desktop.domain.working_time import WorkingTime
from desktop.operations.day_records import DayCrew, DayJob

USUAL_PRIORITY = 50  # of a request to which nobody gave one: its service's stands


class JobMaking:
    """Makes jobs for the crews of a day that starts at a moment. `departments` count among skills where given."""

    def __init__(
        self,
        unit: ReadUnit,
        city: City,
        at: datetime,
        crews: Sequence[DayCrew],
        departments: Mapping[AgencyId, str],
    ) -> None:
        self.unit, self.at, self.crews, self.departments = unit, at, crews, departments
        self.services = {service.id: service for service in unit.services.all()}
        self.working = WorkingTime(settings_of(city).calendar(city.timezone))
        self.zone = ZoneInfo(city.timezone)

    def requests(self, ids: np.ndarray, in_storm: frozenset[int] = frozenset()) -> list[DayJob]:
        """One job a request, for all reports of its incident where it is of one."""
        requests = self.unit.requests.many([int(key) for key in ids])
        names, members = _unique_names(requests), self._members(requests)
        told = self._told(members)
        left = working_days_left(self.working, self.at, [request.due_at for request in requests])
        return [
            self._job(names[request.id], request, members[request.id], days, told.get(request.id, []), in_storm)
            for request, days in zip(requests, left, strict=True)
        ]

    def rounds(self, day: date) -> list[DayJob]:
        """The places of the rounds that fall on a day."""
        found = (one for one in self.unit.roster.rows().rounds if not one.paused)
        return [job for one in found if falls_on(one.rrule, one.first_day, day) for job in self._round(one)]

    def _members(self, requests: Sequence[ServiceRequest]) -> dict[RequestId, tuple[int, ...]]:
        return {
            request.id: (int(request.id),)
            if request.incident_id is None
            else tuple(self.unit.incidents.members(request.incident_id))
            for request in requests
        }

    def _told(self, members: Mapping[RequestId, Sequence[int]]) -> dict[RequestId, list[StopEvent]]:
        """What happened at earlier stops of the jobs."""
        owner = {number: key for key, numbers in members.items() for number in numbers}
        found: dict[RequestId, list[StopEvent]] = {}
        for event in self.unit.stop_events.of_requests(sorted(owner)):
            if event.request_id is not None:
                found.setdefault(owner[int(event.request_id)], []).append(event)
        return found

    def _job(
        self,
        name: str,
        request: ServiceRequest,
        members: tuple[int, ...],
        days_left: float | None,
        told: Sequence[StopEvent],
        in_storm: frozenset[int],
    ) -> DayJob:
        service = self.services[request.service_id]
        skills = frozenset(service.skills) | self._department(request.agency_id)
        part = self._part(service, skills, told)
        storm = not in_storm.isdisjoint(members)
        assert request.lat is not None
        assert request.long is not None
        return DayJob(
            name=name if part is None else f"{name} part {part.number} of {part.count}",
            lat=request.lat,
            long=request.long,
            service_s=service.service_duration_s if part is None else part.service_s,
            priority=urgency(own_priority(request, service), days_left, len(members), storm=storm).priority,
            skills=skills,
            load=0.0,
            earliest_s=None,
            latest_s=None,
            request_ids=members,
            address=request.address,
            service=service.service_name,
            description=request.description,
            part=None if part is None else (part.number, part.count),
            forbidden_crews=frozenset(one.crew for one in told if one.kind == StopKind.OTHER_CREW),
            due=request.due_at,
            deadline_day=self._deadline_day(request.due_at),
        )

    def _deadline_day(self, due: datetime | None) -> int | None:
        """How many days of the city a deadline is away; one at midnight is of the day that ends then."""
        if due is None:
            return None
        last = (due - timedelta(milliseconds=1)).astimezone(self.zone).date()
        return (last - self.at.astimezone(self.zone).date()).days

    def _department(self, agency_id: AgencyId | None) -> frozenset[str]:
        name = None if agency_id is None else self.departments.get(agency_id)
        return frozenset() if name is None else frozenset({name})

    def _part(self, service: Service, skills: frozenset[str], told: Sequence[StopEvent]) -> Part | None:
        """The part of today of a job that no able crew can do in a shift; None for one that fits."""
        able = [
            (crew.shift_start_s, crew.shift_end_s, crew.break_s) for crew in self.crews if skills <= crew.skills
        ] or [(crew.shift_start_s, crew.shift_end_s, crew.break_s) for crew in self.crews]
        done = [
            (one.part, one.parts)
            for one in told
            if one.kind == StopKind.DONE and one.part is not None and one.parts is not None
        ]
        return next_part(service.service_duration_s, longest_work_s(able), done)

    def _round(self, one: RecurringRound) -> Iterator[DayJob]:
        skills = frozenset(one.skills) | self._department(one.agency_id)
        for number, place in enumerate(one.places, 1):
            yield DayJob(
                name=f"{one.name} {number}",
                lat=float(place["lat"]),
                long=float(place["long"]),
                service_s=round(float(place.get("minutes", 0)) * 60),
                priority=one.priority,
                skills=skills,
                load=float(place.get("load", 0)),
                earliest_s=None if one.earliest_min is None else one.earliest_min * 60,
                latest_s=None if one.latest_min is None else one.latest_min * 60,
                address=str(place["name"]),
                service=one.name,
            )


def own_priority(request: ServiceRequest, service: Service) -> int:
    """The priority that a rule gave a request, else that of its service."""
    return service.priority if request.priority == USUAL_PRIORITY else request.priority


def working_days_left(working: WorkingTime, at: datetime, deadlines: Sequence[datetime | None]) -> list[float | None]:
    """Working days of the city from a moment to deadlines, negative past them; None without one."""
    known = [epoch_ms(at) if due is None else epoch_ms(due) for due in deadlines]
    left_ms = working.between(np.full(len(known), epoch_ms(at)), np.array(known, dtype=np.int64))
    day_ms = _day_length_ms(working.calendar)
    return [None if due is None else float(ms) / day_ms for due, ms in zip(deadlines, left_ms.tolist(), strict=True)]


def _day_length_ms(calendar: WorkingCalendar) -> float:
    opens, closes = (timedelta(hours=t.hour, minutes=t.minute) for t in (calendar.opens, calendar.closes))
    return (closes - opens).total_seconds() * 1000


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
