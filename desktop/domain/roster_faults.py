"""What is wrong with a roster: each fault a sentence that says what, where and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from data.records import Crew, Depot, MemberId, Service
from data.roster_records import CrewMember, CrewShift, Member, RecurringRound, RosterRows
from desktop.domain.deadlines import WorkingCalendar
from desktop.domain.roster_day import WEEKDAY_WORDS, shift_of, usual_shift, works_with_us
from desktop.domain.rounds import rule_fault

VEHICLE_KINDS = ("car", "van", "lorry")
DEPOT_KINDS = ("depot", "dump")
_LATEST_MIN = 2 * 24 * 60  # a shift may end on the next day
_MOST_PLACES = 500


@dataclass(frozen=True, slots=True)
class RosterFault:
    """One fault. What does not refuse can be so for a while: people leave, skills go with them."""

    sentence: str
    refuses: bool = True


def roster_faults(
    rows: RosterRows, calendar: WorkingCalendar, today: date, services: Iterable[Service] = ()
) -> list[RosterFault]:
    """Every fault of a roster as it stands; a service whose skills nobody has is told too."""
    found = [*_places(rows), *_vehicles(rows), *_crews(rows), *_doubled_vehicles(rows, calendar)]
    found += [*_members(rows, calendar), *_absences(rows)]
    found += [fault for one in rows.rounds for fault in _round(one)]
    skilled = _skills_there_are(rows, today)
    return [RosterFault(sentence) for sentence in found] + [
        RosterFault(sentence, refuses=False) for sentence in _unskilled(rows, skilled, services)
    ]


def clock_of(minutes: int) -> str:
    """Minutes after midnight as 07:30; those of the next day as 25:00."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _places(rows: RosterRows) -> Iterator[str]:
    for depot in rows.depots:
        if depot.kind not in DEPOT_KINDS:
            yield f"{depot.name} is neither a depot nor a dump but '{depot.kind}'."
        if not (-90 <= depot.lat <= 90 and -180 <= depot.long <= 180):
            yield f"{depot.name} lies at {depot.lat}, {depot.long}, which is no place; give degrees."
        if not 0 <= depot.empty_min <= 240:
            yield f"Emptying at {depot.name} takes {depot.empty_min} min; give 0 to 240."


def _vehicles(rows: RosterRows) -> Iterator[str]:
    for one in rows.vehicles:
        if one.kind not in VEHICLE_KINDS:
            yield f"{one.name} is a '{one.kind}'; a vehicle is one of {', '.join(VEHICLE_KINDS)}."
        if one.capacity is not None and one.capacity < 0:
            yield f"{one.name} has a capacity below zero; leave it empty where there is no limit."
        if one.max_speed_kmh is not None and not 5 <= one.max_speed_kmh <= 200:
            yield f"{one.name} drives at most {one.max_speed_kmh:g} km/h; give 5 to 200, or leave it empty."


def _crews(rows: RosterRows) -> Iterator[str]:
    depots = {depot.id: depot for depot in rows.depots}
    for crew in rows.crews:
        yield from _ends(crew, depots)
        own = [shift for shift in rows.shifts if shift.crew_id == crew.id]
        for shift in own:
            yield from _shift(crew.name, f"on {WEEKDAY_WORDS[shift.weekday % 7]} ", shift)
        if not own:
            yield from _shift(crew.name, "", usual_shift(crew, 0))


def _ends(crew: Crew, depots: Mapping[int, Depot]) -> Iterator[str]:
    start = depots.get(crew.depot_id)
    if start is None:
        yield f"{crew.name} has no depot; say where it starts."
    elif start.kind != "depot":
        yield f"{crew.name} starts at {start.name}, which is a dump; it needs a depot."
    if crew.end_depot_id is not None and crew.end_depot_id not in depots:
        yield f"{crew.name} ends at a place that is not there."


def _shift(name: str, day: str, shift: CrewShift) -> Iterator[str]:
    start, end = shift.start_min, shift.end_min
    if end <= start:
        yield (
            f"{name}: the shift {day}ends at {clock_of(end)}, before it starts at {clock_of(start)}; "
            f"an end after midnight is written as {clock_of(end + 1440)}."
        )
        return
    if start < 0 or end > _LATEST_MIN:
        yield f"{name}: the shift {day}is not within one day and the next."
    if shift.break_minutes < 0 or shift.overtime_min < 0 or shift.overtime_price < 0:
        yield f"{name}: break, overtime and its price {day}cannot be below zero."
    if shift.max_stops is not None and shift.max_stops < 1:
        yield f"{name}: at most {shift.max_stops} stops {day}are none; leave it empty where there is no limit."
    if shift.break_minutes > 0:
        opens = start if shift.break_start_min is None else shift.break_start_min
        closes = end if shift.break_end_min is None else shift.break_end_min
        if closes - opens < shift.break_minutes or opens < start or closes > end + shift.overtime_min:
            yield (
                f"{name}: the break of {shift.break_minutes} min {day}does not fit between {clock_of(opens)} and "
                f"{clock_of(closes)} within the shift."
            )


def _doubled_vehicles(rows: RosterRows, calendar: WorkingCalendar) -> Iterator[str]:
    names = {vehicle.id: vehicle.name for vehicle in rows.vehicles}
    for a, b in combinations([crew for crew in rows.crews if crew.vehicle_id is not None], 2):
        if a.vehicle_id != b.vehicle_id:
            continue
        for weekday in range(7):
            one, other = (shift_of(rows, crew, weekday, calendar) for crew in (a, b))
            if one and other and _overlap(one, other):
                used = names.get(a.vehicle_id, "Their vehicle") if a.vehicle_id else "Their vehicle"
                day = WEEKDAY_WORDS[weekday]
                yield f"{used} is used twice on {day}, by {a.name} and {b.name}; give one of them another."
                break


def _overlap(one: CrewShift, other: CrewShift) -> bool:
    return one.start_min < other.end_min and other.start_min < one.end_min


def _members(rows: RosterRows, calendar: WorkingCalendar) -> Iterator[str]:
    members = {member.id: member for member in rows.members}
    crews = {crew.id: crew for crew in rows.crews}
    by_member: dict[MemberId, list[CrewMember]] = {}
    for one in rows.memberships:
        by_member.setdefault(one.member_id, []).append(one)
        if one.first_day is not None and one.last_day is not None and one.last_day < one.first_day:
            yield (
                f"Member {members[one.member_id].code} is in {crews[one.crew_id].name} until {one.last_day}, before "
                f"the first day {one.first_day}."
            )
    for member_id, listed in by_member.items():
        for one, other in combinations(listed, 2):
            day = _common_day(one, other, members[member_id])
            if day is None or not _both_work(rows, crews[one.crew_id], crews[other.crew_id], calendar):
                continue
            names = f"{crews[one.crew_id].name} and {crews[other.crew_id].name}"
            when = f" from {day} on" if day != date.min else ""
            yield (
                f"Member {members[member_id].code} is in two crews on one day{when}: {names}; end one of them, or lend "
                "the member with a first and a last day."
            )


def _common_day(one: CrewMember, other: CrewMember, member: Member) -> date | None:
    """The first day on which both hold and neither goes before the other."""
    if (one.last_day is None) != (other.last_day is None) or (
        one.crew_id == other.crew_id and one.last_day is None and one.first_day != other.first_day
    ):
        return None
    first = max(one.first_day or date.min, other.first_day or date.min)
    last = min(one.last_day or date.max, other.last_day or date.max)
    return first if first <= last and works_with_us(member, first) else None


def _both_work(rows: RosterRows, a: Crew, b: Crew, calendar: WorkingCalendar) -> bool:
    return any(shift_of(rows, a, day, calendar) and shift_of(rows, b, day, calendar) for day in range(7))


def _absences(rows: RosterRows) -> Iterator[str]:
    for one in rows.absences:
        if not one.cancelled and one.last_day < one.first_day:
            yield f"An absence ends on {one.last_day}, before its first day {one.first_day}; exchange the two."


def _round(one: RecurringRound) -> Iterator[str]:
    if fault := rule_fault(one.rrule, one.first_day):
        yield f"Round {one.name}: its rule {fault}."
    if not one.places:
        yield f"Round {one.name} has no places; name one at least."
    if len(one.places) > _MOST_PLACES:
        yield f"Round {one.name} has {len(one.places):,} places; {_MOST_PLACES} are the most, split it."
    if one.earliest_min is not None and one.latest_min is not None and one.latest_min < one.earliest_min:
        yield f"Round {one.name}: its window closes before it opens."
    if not 0 <= one.priority <= 100:
        yield f"Round {one.name}: its priority {one.priority} is not between 0 and 100."
    for place in one.places:
        if not (-90 <= place["lat"] <= 90 and -180 <= place["long"] <= 180):
            yield f"Round {one.name}: {place['name']} lies at {place['lat']}, {place['long']}, which is no place."
        if place.get("minutes", 0) < 0 or place.get("load", 0) < 0:
            yield f"Round {one.name}: {place['name']} takes less than no time or load."


def _skills_there_are(rows: RosterRows, today: date) -> set[str]:
    """What members, equipment and crews without members can do."""
    staffed = {one.crew_id for one in rows.memberships}
    return {
        *(skill for one in rows.members if works_with_us(one, today) for skill in one.skills),
        *(skill for one in rows.vehicles for skill in one.equipment),
        *(skill for one in rows.crews if one.id not in staffed for skill in one.skills),
    }


def _unskilled(rows: RosterRows, skilled: set[str], services: Iterable[Service]) -> Iterator[str]:
    for crew in rows.crews:
        for skill in crew.skills:
            if skill not in skilled:
                yield f"{crew.name} is meant for `{skill}`, which nobody has any more."
    for one in rows.rounds:
        for skill in one.skills:
            if skill not in skilled:
                yield f"Round {one.name} needs `{skill}`, which nobody has."
    for service in services:
        for skill in service.skills:
            if skill not in skilled:
                yield f"{service.service_name} needs `{skill}`, which nobody has."
