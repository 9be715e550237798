"""Who drives out on a day: which crews, with whom, in what, for how long, what they can do, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from data.records import AgencyId, Crew, CrewId, Depot
from data.roster_records import CrewMember, CrewShift, Member, RosterRows, Vehicle
from desktop.domain.deadlines import WorkingCalendar

WEEKDAY_WORDS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
OVERTIME_PRICE = 2


@dataclass(frozen=True, slots=True)
class CrewDay:
    """A crew on a day. `shift` is None where it has none; `why` says why it does not drive out, empty where it does.

    `missing` are sentences about what it is meant to have and has not. Nobody's name and no reason of an absence
    stands in any of them.
    """

    crew: Crew
    why: str
    shift: CrewShift | None
    start: Depot | None
    end: Depot | None
    break_place: Depot | None
    vehicle: Vehicle | None
    present: tuple[Member, ...]
    away: tuple[Member, ...]
    skills: frozenset[str]
    missing: tuple[str, ...]

    @property
    def drives(self) -> bool:
        """Whether it can be planned for."""
        return not self.why


def crews_on(
    rows: RosterRows, day: date, calendar: WorkingCalendar, departments: Mapping[AgencyId, str]
) -> tuple[CrewDay, ...]:
    """Every crew of the roster on a day, in its order; the department of a crew counts among its skills."""
    return tuple(_Day(rows, day, calendar, departments).of(crew) for crew in rows.crews)


def shift_of(rows: RosterRows, crew: Crew, weekday: int, calendar: WorkingCalendar) -> CrewShift | None:
    """What a crew works on a weekday: its shift of that day, or without any shifts its usual hours."""
    own = [shift for shift in rows.shifts if shift.crew_id == crew.id]
    if own:
        return next((shift for shift in own if shift.weekday == weekday), None)
    return usual_shift(crew, weekday) if weekday in calendar.weekdays else None


def usual_shift(crew: Crew, weekday: int) -> CrewShift:
    """The usual hours of a crew as a shift."""
    hours = (crew.shift_start_min, crew.shift_end_min, crew.break_start_min, crew.break_end_min, crew.break_minutes)
    return CrewShift(0, crew.id, weekday, *hours, None, 0, OVERTIME_PRICE, None)


def crew_of_member(rows: RosterRows, member: Member, day: date) -> set[CrewId]:
    """The crews that a member is in on a day: where lent to one, that one alone."""
    holding = [one for one in rows.memberships if one.member_id == member.id and holds(one, day)]
    lent = {one.crew_id for one in holding if one.last_day is not None}
    return lent or {one.crew_id for one in holding}


def holds(membership: CrewMember, day: date) -> bool:
    """Whether somebody is in a crew on a day."""
    began = membership.first_day is None or membership.first_day <= day
    return began and (membership.last_day is None or day <= membership.last_day)


def works_with_us(member: Member, day: date) -> bool:
    """Whether a member has not left by a day."""
    return member.left_on is None or day < member.left_on


class _Day:
    """What all crews of one day share."""

    def __init__(
        self, rows: RosterRows, day: date, calendar: WorkingCalendar, departments: Mapping[AgencyId, str]
    ) -> None:
        self.rows, self.day, self.calendar, self.departments = rows, day, calendar, departments
        self.depots = {depot.id: depot for depot in rows.depots}
        self.vehicles = {vehicle.id: vehicle for vehicle in rows.vehicles}
        away = [one for one in rows.absences if not one.cancelled and one.first_day <= day <= one.last_day]
        self.members_away = {one.member_id for one in away if one.member_id is not None}
        self.crews_away = {one.crew_id for one in away if one.crew_id is not None}
        self.vehicles_away = {one.vehicle_id for one in away if one.vehicle_id is not None}
        self.staffed = {one.crew_id for one in rows.memberships}
        self.members_of: dict[CrewId, list[Member]] = {}
        for member in rows.members:
            if works_with_us(member, day):
                for crew_id in crew_of_member(rows, member, day):
                    self.members_of.setdefault(crew_id, []).append(member)

    def of(self, crew: Crew) -> CrewDay:
        """One crew."""
        members = self.members_of.get(crew.id, [])
        present = tuple(one for one in members if one.id not in self.members_away)
        away = tuple(one for one in members if one.id in self.members_away)
        vehicle = self.vehicles.get(crew.vehicle_id) if crew.vehicle_id is not None else None
        shift = shift_of(self.rows, crew, self.day.weekday(), self.calendar)
        skills = self._skills(crew, present, vehicle)
        why = self._why(crew, shift, present, away, vehicle)
        return CrewDay(
            crew=crew,
            why=why,
            shift=shift,
            start=self.depots.get(crew.depot_id),
            end=self.depots.get(crew.depot_id if crew.end_depot_id is None else crew.end_depot_id),
            break_place=None
            if shift is None or shift.break_depot_id is None
            else self.depots.get(shift.break_depot_id),
            vehicle=vehicle,
            present=present,
            away=away,
            skills=skills | self._department(crew),
            missing=() if why else tuple(self._missing(crew, skills, away)),
        )

    def _skills(self, crew: Crew, present: Iterable[Member], vehicle: Vehicle | None) -> frozenset[str]:
        """What those present can do, with the equipment; a crew that never had members can do what it is meant to."""
        equipment = frozenset(vehicle.equipment) if vehicle is not None else frozenset()
        if crew.id not in self.staffed:
            return frozenset(crew.skills) | equipment
        return frozenset(skill for one in present for skill in one.skills) | equipment

    def _department(self, crew: Crew) -> set[str]:
        name = None if crew.agency_id is None else self.departments.get(crew.agency_id)
        return set() if name is None else {name}

    def _why(
        self,
        crew: Crew,
        shift: CrewShift | None,
        present: tuple[Member, ...],
        away: tuple[Member, ...],
        vehicle: Vehicle | None,
    ) -> str:
        if self.day in self.calendar.holidays and not crew.works_holidays:
            return f"{crew.name} does not work on {self.day}, a holiday."
        if shift is None:
            return f"{crew.name} has no shift on {WEEKDAY_WORDS[self.day.weekday()]}."
        if crew.id in self.crews_away:
            return f"{crew.name} is absent on {self.day}."
        if crew.id in self.staffed and not present:
            absent = f": {len(away)} absent" if away else ""
            return f"{crew.name} has nobody on {self.day}{absent}."
        if vehicle is not None and vehicle.id in self.vehicles_away:
            return f"{crew.name} has no vehicle on {self.day}: {vehicle.name} is absent."
        if crew.depot_id not in self.depots:
            return f"{crew.name} has no depot to start from."
        return ""

    def _missing(self, crew: Crew, skills: frozenset[str], away: tuple[Member, ...]) -> Iterable[str]:
        for skill in crew.skills:
            if skill not in skills:
                absent = sum(skill in one.skills for one in away)
                why = f"{absent} absent" if absent else "nobody of its members ever has it"
                yield f"{crew.name} has nobody with `{skill}` on {self.day}: {why}."
