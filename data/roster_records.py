"""Frozen records of the roster: who drives out, in what, on which days. Days are the city's, both ends counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from data.records import AgencyId, Crew, CrewId, Depot, MemberId, VehicleId


@dataclass(frozen=True, slots=True)
class Vehicle:
    """What a crew drives. Its equipment counts among the crew's skills."""

    id: VehicleId
    name: str
    kind: str  # car, van, lorry
    capacity: float | None
    equipment: tuple[str, ...]
    max_speed_kmh: float | None
    version: int = 1


@dataclass(frozen=True, slots=True)
class CrewShift:
    """What a crew works on a weekday (Monday is 0), in minutes after local midnight.

    There may be `overtime_min` minutes beyond it; a second of them costs `overtime_price` seconds of driving.
    """

    id: int
    crew_id: CrewId
    weekday: int
    start_min: int
    end_min: int
    break_start_min: int | None
    break_end_min: int | None
    break_minutes: int
    break_depot_id: int | None
    overtime_min: int
    overtime_price: int
    max_stops: int | None
    version: int = 1


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who drives out, without a name: that is personal and kept apart."""

    id: MemberId
    code: str
    skills: tuple[str, ...]
    left_on: date | None  # the first day on which they are not with us any more
    version: int = 1


@dataclass(frozen=True, slots=True)
class MemberPerson:
    """Personal data of a member: never in the log."""

    member_id: MemberId
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class CrewMember:
    """That a member is in a crew from day to day; without a last day until further notice."""

    id: int
    crew_id: CrewId
    member_id: MemberId
    first_day: date | None
    last_day: date | None
    version: int = 1


@dataclass(frozen=True, slots=True)
class Absence:
    """That a member, a crew or a vehicle is not there from day to day."""

    id: int
    member_id: MemberId | None
    crew_id: CrewId | None
    vehicle_id: VehicleId | None
    first_day: date
    last_day: date
    cancelled: bool
    version: int = 1


@dataclass(frozen=True, slots=True)
class RecurringRound:
    """Places that are visited on the days of an RFC 5545 rule; each with name, lat, long, minutes and load."""

    id: int
    name: str
    agency_id: AgencyId | None
    skills: tuple[str, ...]
    rrule: str
    first_day: date
    earliest_min: int | None
    latest_min: int | None
    priority: int
    places: tuple[Mapping[str, Any], ...]
    paused: bool
    version: int = 1


@dataclass(frozen=True, slots=True)
class RosterRows:
    """All of the roster as it stands, or stood. Names and reasons are those of now: they have no history."""

    depots: tuple[Depot, ...] = ()
    vehicles: tuple[Vehicle, ...] = ()
    crews: tuple[Crew, ...] = ()
    shifts: tuple[CrewShift, ...] = ()
    members: tuple[Member, ...] = ()
    memberships: tuple[CrewMember, ...] = ()
    absences: tuple[Absence, ...] = ()
    rounds: tuple[RecurringRound, ...] = ()
    people: Mapping[int, MemberPerson] | None = None  # by member
    reasons: Mapping[int, str] | None = None  # by absence
