"""Frozen records that leave the store; rows never do.

Times are timezone-aware UTC, geometry is WKB in EPSG:4326, coordinates are degrees.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NewType

RequestId = NewType("RequestId", int)
ServiceId = NewType("ServiceId", int)
AgencyId = NewType("AgencyId", int)
IncidentId = NewType("IncidentId", int)
LayerId = NewType("LayerId", int)
AreaId = NewType("AreaId", int)
CrewId = NewType("CrewId", int)
MemberId = NewType("MemberId", int)
VehicleId = NewType("VehicleId", int)
PlanId = NewType("PlanId", int)
AssetId = NewType("AssetId", int)
SourceId = NewType("SourceId", int)
ActId = NewType("ActId", int)


class Status(StrEnum):
    """Where a request stands. Overdue is a state of the deadline, not a status."""

    SUBMITTED = "submitted"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    SCHEDULED = "scheduled"
    CLOSED = "closed"
    ARCHIVED = "archived"


class Placement(StrEnum):
    """Whether the coordinates of a request can be believed. Only LOCATED is mapped, grouped or counted by place."""

    LOCATED = "located"
    MISSING = "missing"
    INVALID = "invalid"  # not numbers, or outside the range of latitudes and longitudes
    SWAPPED = "swapped"  # would lie in the city with latitude and longitude exchanged
    OUT_OF_TOWN = "out_of_town"
    PLACEHOLDER = "placeholder"  # a point that holds improbably many records


class PointVerdict(StrEnum):
    """What is thought of a point that holds improbably many records."""

    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"  # staff: it is a placeholder
    CLEARED = "cleared"  # staff: it is a real place (a stadium)


@dataclass(frozen=True, slots=True)
class City:
    name: str
    timezone: str  # IANA name
    crs_epsg: int | None  # projected, metres; None until the first geometry arrives
    boundary_wkb: bytes | None
    settings: Mapping[str, Any] | None = None  # what differs from the usual: working hours, goals, holding time


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Source:
    id: SourceId
    name: str
    kind: str  # csv, geojson, arcgis, seeclickfix, open311, demo, desk
    settings: Mapping[str, Any] | None = None  # where it takes what becomes of its requests (desktop.domain)


@dataclass(frozen=True, slots=True)
class Agency:
    id: AgencyId
    name: str
    closed_on: date | None = None  # the first day on which it takes nothing more


@dataclass(frozen=True, slots=True)
class Depot:
    """Where crews start and end (depot), or where a vehicle empties (dump), which takes `empty_min` there."""

    id: int
    name: str
    lat: float
    long: float
    kind: str = "depot"  # depot, dump
    empty_min: int = 10
    version: int = 1


@dataclass(frozen=True, slots=True)
class Service:
    """An Open311 request type. `mapped` is False for one that only an import has named so far."""

    id: ServiceId
    service_code: str
    service_name: str
    group: str
    description: str
    mapped: bool
    agency_id: AgencyId | None
    icon: str
    deadline_working_h: float | None
    service_duration_s: int
    priority: int  # 0 to 100
    skills: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServiceQuestion:
    id: int
    service_id: ServiceId
    position: int
    code: str
    datatype: str  # Open311: string, number, datetime, text, singlevaluelist, multivaluelist
    question: str
    required: bool
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AreaLayer:
    id: LayerId
    name: str
    position: int  # import order; earlier layers assign first
    assigns: bool  # whether its areas name departments
    service_codes: tuple[str, ...]  # empty: every service


@dataclass(frozen=True, slots=True)
class Area:
    id: AreaId
    layer_id: LayerId
    name: str
    agency_id: AgencyId | None
    geometry_wkb: bytes
    effective_from: date | None = None  # the first day on which it is so; None: since ever
    effective_to: date | None = None  # the first day on which it is so no longer; None: until further notice
    position: int = 0  # where areas of a layer overlap, the first has the point


# Why nobody has a request, or why its department should be looked at; the code of a kind is its place.
ASSIGNED_KINDS = ("", "unlocated", "outside", "gap", "no rule", "unknown service", "fault", "overlap")


@dataclass(frozen=True, slots=True)
class SavedRules:
    """One version of all rules of assignment, as saved; `id` is the number of the set."""

    id: int
    content: Mapping[str, Any]
    note: str
    effective_from: date
    saved_at: datetime
    saved_by: str


@dataclass(frozen=True, slots=True)
class ServiceRequest:
    """One resident's report. `service_request_id` is the source's own id, unique per source only."""

    id: RequestId
    source_id: SourceId
    service_request_id: str
    service_id: ServiceId
    status: Status
    description: str
    address: str
    lat: float | None
    long: float | None
    placement: Placement
    requested_at: datetime
    acknowledged_at: datetime | None
    closed_at: datetime | None
    updated_at: datetime | None
    due_at: datetime | None
    own_due_at: datetime | None  # its own deadline while `due_at` is the earlier one of its incident
    status_notes: str
    agency_id: AgencyId | None
    assigned_area: str
    assigned_rule: str
    assigned_reason: str
    assigned_kind: str  # why nobody has it, or why it should be looked at; empty where all is well
    queue: str  # within its department
    agency_trail: str  # the departments it had before, in order, as ids parted by spaces
    reported_service_id: ServiceId | None  # what it was reported as, once it was recategorised
    incident_id: IncidentId | None
    incident_score: float | None
    priority: int
    media_url: str
    outcome: str  # how a closed request ended; empty while it is open, or where a file did not say
    acknowledged_by: str  # "person" or "machine"; empty where nobody did, or a file did not say
    scheduled_for: date | None
    reopened_count: int
    awaits_answer: bool  # the resident wrote last
    asset_id: AssetId | None
    extras: Mapping[str, str]  # further columns of the file, as text
    version: int


@dataclass(frozen=True, slots=True)
class Reporter:
    """Personal data of one request: kept apart, never in the log."""

    request_id: RequestId
    name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    request_id: RequestId
    code: str
    value: str


@dataclass(frozen=True, slots=True)
class Photo:
    id: int
    request_id: RequestId
    media_type: str
    width_px: int
    height_px: int
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class AssetLayer:
    """A kind of thing that the city owns. `service_codes`: the services whose requests may name one; empty: every."""

    id: int
    name: str
    icon: str
    service_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asset:
    """One thing of a layer: a hydrant, a street light. `asset_code` is the city's own number for it."""

    id: AssetId
    layer_id: int
    asset_code: str
    name: str
    lat: float
    long: float
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Note:
    """Something said about a request: among staff (internal), to the resident (answer), or by them (reporter)."""

    id: int
    request_id: RequestId
    at: datetime
    author: str
    kind: str
    text: str
    by_machine: bool = False  # nobody wrote it


@dataclass(frozen=True, slots=True)
class AnswerTemplate:
    """A text for residents with {placeholders}. `service_id` None: every service; `verb` empty: any act."""

    id: int
    code: str
    name: str
    service_id: ServiceId | None
    verb: str
    text: str
    version: int


@dataclass(frozen=True, slots=True)
class SavedView:
    """A filter of the table, a bookmark of the map, or a question about places, that somebody gave a name."""

    id: int
    kind: str  # filter, bookmark, question
    name: str
    owner: str
    shared: bool
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Incident:
    id: IncidentId
    parent_request_id: RequestId
    accepted_by: str  # "policy" or the person
    score: float
    request_count: int


@dataclass(frozen=True, slots=True)
class DuplicateDecision:
    id: int
    child_request_id: RequestId
    parent_request_id: RequestId
    same: bool
    score: float | None  # the probability that was on show; None where nothing was proposed


@dataclass(frozen=True, slots=True)
class SuspectPoint:
    id: int
    lat: float
    long: float
    request_count: int
    verdict: PointVerdict


@dataclass(frozen=True, slots=True)
class Crew:
    """A crew and its usual day, which stands where it has no shifts by weekday. Minutes after local midnight.

    `skills` are what it is meant to be able to do; a crew without members in the roster can do just these.
    """

    id: CrewId
    name: str
    depot_id: int
    agency_id: AgencyId | None
    shift_start_min: int
    shift_end_min: int
    skills: tuple[str, ...]
    capacity: float | None
    break_start_min: int | None
    break_end_min: int | None
    break_minutes: int
    vehicle_id: VehicleId | None = None
    end_depot_id: int | None = None  # None: it ends where it starts
    works_holidays: bool = False
    version: int = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """A day's plan. `content` is the versioned JSON of plan.json (see docs/guide), stops and reasons inside."""

    id: PlanId
    date: date
    created_at: datetime
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StopEvent:
    """What happened at a stop of a plan, or with a whole crew, of which `job` is empty."""

    id: int
    plan_id: PlanId
    crew: str
    job: str
    sequence: int | None
    request_id: RequestId | None
    part: int | None  # of a job that is split over days
    parts: int | None
    at: datetime
    kind: str
    by: str
    note: str


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """One of the plans of a day, without its content. `origin` says how it came to be; nothing for a solved one."""

    id: PlanId
    created_at: datetime
    origin: Mapping[str, Any]
    printed_at: str | None


@dataclass(frozen=True, slots=True)
class Act:
    """One thing somebody did; its events carry what changed."""

    id: ActId
    verb: str
    actor: str
    at: datetime
    summary: Mapping[str, Any]
    undoes: ActId | None


@dataclass(frozen=True, slots=True)
class Event:
    """What one act did to one entity: the columns that changed, before and after."""

    sequence: int
    act_id: ActId
    actor: str
    at: datetime
    verb: str
    entity: str
    entity_id: int
    before: Mapping[str, Any]
    after: Mapping[str, Any]
