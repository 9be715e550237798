"""All requests of the demo city as columns: incidents, their reports, places, times and where each stands now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from data.demo.catalogue import SERVICES
from data.demo.city_time import DAY_S, EPOCH, Ints, WallClock, WorkingTime, day_number
from data.demo.frame import TIMEZONE, Floats, Streams
from data.demo.incidents import (
    REPEAT_SHARE,
    Incidents,
    Reports,
    acknowledged,
    draw_closings,
    draw_reports,
    draw_services,
    draw_times,
)
from data.demo.photos import photo_index
from data.demo.places import Fabric, place_incidents
from data.demo.plan import DemoPlan
from data.demo.positions import LOCATED, Positions, report_positions
from data.demo.rhythm import make_rhythm, span_days
from data.demo.texts import APP, SHARED, WEB
from data.records import Status

FIRST_ID = 100_001
PHOTOS = 400  # at most, on the latest open requests
_HISTORY_DAYS, _AHEAD_DAYS = 30, 800  # around the span: working time before the first request and after the last
STATUSES = (Status.SUBMITTED, Status.ACKNOWLEDGED, Status.IN_PROGRESS, Status.SCHEDULED, Status.CLOSED)
SUBMITTED, ACKNOWLEDGED, IN_PROGRESS, SCHEDULED, CLOSED = range(5)


@dataclass(frozen=True, slots=True)
class RequestColumns:
    """Numbers of all requests, in the order of their times. Times are UTC milliseconds, -1 for none."""

    incident: Ints  # true incident, numbered from 1 in the order of first reports
    service: Ints  # index into the services
    status: NDArray[np.uint8]
    requested_ms: Ints
    acknowledged_ms: Ints
    closed_ms: Ints
    updated_ms: Ints
    due_ms: Ints
    requested_day: Ints
    positions: Positions
    incidents: Incidents
    reports: Reports
    photo: Ints  # index into the bank, -1 for none
    shared: Floats  # [incidents, 4] numbers that the reports of an incident share

    def __len__(self) -> int:
        return len(self.incident)

    def service_request_ids(self) -> Ints:
        """Ids, counted up by time."""
        return FIRST_ID + np.arange(len(self))


def draw_requests(
    random: Streams, plan: DemoPlan, fabric: Fabric, requests: int, until: date, told_s: int
) -> RequestColumns:
    """All requests up to `until`, so many seconds after its midnight in the city's zone, the last on that day."""
    last_day, days = day_number(until), span_days(requests)
    now_s = last_day * DAY_S + told_s
    rhythm = make_rhythm(random.rates, last_day, days, told_s)
    working = WorkingTime.over(rhythm.first_day - _HISTORY_DAYS, days + _HISTORY_DAYS + _AHEAD_DAYS)
    count = requests - round(REPEAT_SHARE * requests)
    service = draw_services(random.incidents, count)
    began = draw_times(random.times, rhythm, service, last_day)
    closed = draw_closings(random.times, working, service, began)
    incidents = Incidents(service, began, closed, place_incidents(random.places, plan, fabric, service))
    reports = draw_reports(random.incidents, incidents, requests, now_s, plan, fabric)
    positions = report_positions(random.places, plan, fabric, incidents, reports)
    shared = random.texts.random((count, SHARED + 1))
    return columns_of(random.times, incidents, reports, positions, shared, working, now_s)


def columns_of(
    rng: np.random.Generator, incidents: Incidents, reports: Reports, positions: Positions, shared: Floats,
    working: WorkingTime, now_s: int,
) -> RequestColumns:  # fmt: skip
    """Deadlines, answers and standing of reports at a moment of wall time."""
    at, requested = reports.incident, reports.requested_s
    closed = np.maximum(incidents.closed_s[at], requested + 60)
    answered = acknowledged(rng, requested, closed)
    deadline_s = np.array([service.deadline_working_h * 3600 for service in SERVICES])[incidents.service[at]]
    due = working.wall_at(working.worked_s(requested) + deadline_s)
    status = _statuses(rng, incidents, at, answered, closed, working, now_s)
    _, number = np.unique(_first_seen(at), return_inverse=True)
    clock = _clock_of(requested)
    is_closed, is_answered = status == CLOSED, status != SUBMITTED
    return RequestColumns(
        incident=number + 1,
        service=incidents.service[at],
        status=status,
        requested_ms=clock.utc_ms(requested),
        acknowledged_ms=np.where(is_answered, clock.utc_ms(answered), -1),
        closed_ms=np.where(is_closed, clock.utc_ms(closed), -1),
        updated_ms=clock.utc_ms(np.where(is_closed, closed, np.where(is_answered, answered, requested))),
        due_ms=clock.utc_ms(due),
        requested_day=requested // DAY_S,
        positions=positions,
        incidents=incidents,
        reports=reports,
        photo=_photos(incidents, reports, status),
        shared=shared,
    )


def _clock_of(requested_s: Ints) -> WallClock:
    first = EPOCH + timedelta(days=int(requested_s.min() // DAY_S) - 2)
    last = EPOCH + timedelta(days=int(requested_s.max() // DAY_S) + _AHEAD_DAYS + 2)
    return WallClock.of(TIMEZONE, first, last)


def _first_seen(incident: Ints) -> Ints:
    """For each report, the place in time of the first report of its incident."""
    first = np.full(int(incident.max()) + 1, len(incident), dtype=np.int64)
    np.minimum.at(first, incident, np.arange(len(incident)))
    return np.asarray(first[incident])


def _statuses(
    rng: np.random.Generator, incidents: Incidents, at: Ints, answered_s: Ints, closed_s: Ints, working: WorkingTime,
    now_s: int,
) -> NDArray[np.uint8]:  # fmt: skip
    """Where each request stands now. What is open moves on as its share of the work time passes."""
    done = closed_s <= now_s
    begun, end = working.worked_s(incidents.began_s), working.worked_s(incidents.closed_s)
    passed = (working.worked_s(np.array([now_s]))[0] - begun) / np.maximum(end - begun, 1.0)
    mood = rng.uniform(-0.15, 0.15, len(passed))
    heavy = np.array([service.minutes >= 25 for service in SERVICES])[incidents.service]
    stage = np.where(
        passed + mood > 0.78, IN_PROGRESS, np.where((passed + mood > 0.4) & heavy, SCHEDULED, ACKNOWLEDGED)
    )
    status = np.where(answered_s > now_s, SUBMITTED, stage[at])
    return np.where(done, CLOSED, status).astype(np.uint8)


def _photos(incidents: Incidents, reports: Reports, status: NDArray[np.uint8]) -> Ints:
    """Photos for some of the latest open requests; reports of one incident show one scene from different sides."""
    photo = np.full(len(status), -1, dtype=np.int64)
    sent = (
        (status != CLOSED) & np.isin(reports.channel, (APP, WEB)) & ((reports.incident * 7 + reports.turn * 3) % 10 < 7)
    )
    for at in np.flatnonzero(sent)[-PHOTOS:].tolist():
        incident = int(reports.incident[at])
        scene, view = incident * 13 // 4, int(reports.turn[at]) + incident
        photo[at] = photo_index(int(incidents.service[incident]), scene, view)
    return photo


def is_located(columns: RequestColumns) -> NDArray[np.bool_]:
    """Which requests have a point that can be believed."""
    return np.asarray(columns.positions.placement == LOCATED)
