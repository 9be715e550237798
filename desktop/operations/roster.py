"""The roster of a day: the crews that drive out, and what is missing; of a past day as it was then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as day_time
from typing import Any
from zoneinfo import ZoneInfo

from data.errors import RefusedInput
from data.records import AgencyId, City
from data.roster_records import RosterRows
from data.unit_of_work import ReadUnit
from desktop.domain.city_settings import settings_of
from desktop.domain.deadlines import WorkingCalendar
from desktop.domain.roster_day import CrewDay, crews_on
from desktop.domain.roster_faults import clock_of, roster_faults
from desktop.domain.rounds import falls_on


@dataclass(frozen=True, slots=True)
class DayRoster:
    """All crews on a day, those too that do not drive out."""

    day: date
    crews: tuple[CrewDay, ...]
    rows: RosterRows

    @property
    def driving(self) -> tuple[CrewDay, ...]:
        """The crews that can be planned for."""
        return tuple(crew for crew in self.crews if crew.drives)

    @property
    def missing(self) -> tuple[str, ...]:
        """Everything that is not as it is meant to be, a sentence each."""
        return tuple(words for crew in self.crews for words in ((crew.why,) if crew.why else crew.missing))


def roster_of_day(unit: ReadUnit, city: City, day: date) -> DayRoster:
    """The crews of a day. A past day shows the roster as it stood at its end: later changes do not reach it."""
    rows = rows_of_day(unit, city, day)
    return DayRoster(day, crews_on(rows, day, calendar_of(city), departments_of(unit)), rows)


def rows_of_day(unit: ReadUnit, city: City, day: date) -> RosterRows:
    """The roster as it stood at the end of a day; of a day before there was any, as it was first."""
    began = unit.roster.began()
    if began is None:
        return unit.roster.rows()
    zone = ZoneInfo(city.timezone)
    ends = _end_of(max(day, began.astimezone(zone).date()), zone)
    return unit.roster.rows_at(ends)


def calendar_of(city: City) -> WorkingCalendar:
    """The city's working days and holidays."""
    return settings_of(city).calendar(city.timezone)


def departments_of(unit: ReadUnit) -> dict[AgencyId, str]:
    """The names of the departments."""
    return {agency.id: agency.name for agency in unit.agencies.all()}


def standing_faults(unit: ReadUnit, city: City, today: date) -> list[str]:
    """What is wrong with the roster as it stands, services whose skills nobody has among it."""
    found = roster_faults(unit.roster.rows(), calendar_of(city), today, unit.services.all())
    return [fault.sentence for fault in found]


def roster_told(unit: ReadUnit, city: City, day: date, *, names: bool = True) -> dict[str, Any]:
    """The roster of a day as plain values. `names`: with those of members, which are personal."""
    roster = roster_of_day(unit, city, day)
    holiday = day in calendar_of(city).holidays
    return {
        "day": day.isoformat(),
        "holiday": holiday,
        "crews": [_crew_told(crew, roster.rows, names=names) for crew in roster.crews],
        "rounds": [
            one.name for one in roster.rows.rounds if not one.paused and falls_on(one.rrule, one.first_day, day)
        ],
        "missing": list(roster.missing),
        "faults": standing_faults(unit, city, day),
    }


def _crew_told(crew: CrewDay, rows: RosterRows, *, names: bool) -> dict[str, Any]:
    shift = crew.shift
    return {
        "crew": crew.crew.name,
        "drives": crew.drives,
        "why": crew.why,
        "shift": None if shift is None else [clock_of(shift.start_min), clock_of(shift.end_min)],
        "overtime_min": 0 if shift is None else shift.overtime_min,
        "max_stops": None if shift is None else shift.max_stops,
        "start": "" if crew.start is None else crew.start.name,
        "end": "" if crew.end is None else crew.end.name,
        "vehicle": "" if crew.vehicle is None else crew.vehicle.name,
        "present": [member_words(rows, one.id, one.code, names=names) for one in crew.present],
        "absent": [member_words(rows, one.id, one.code, names=names) for one in crew.away],
        "skills": sorted(crew.skills),
        "missing": list(crew.missing),
    }


def member_words(rows: RosterRows, member_id: int, code: str, *, names: bool = True) -> str:
    """What a member is called: by name where one is known, else by number."""
    person = (rows.people or {}).get(int(member_id))
    return f"{person.name} ({code})" if names and person is not None and person.name else code


def crew_names(rows: RosterRows) -> Mapping[str, int]:
    """The ids of the crews by name."""
    return {crew.name: int(crew.id) for crew in rows.crews}


def named_crew(rows: RosterRows, name: str) -> int:
    """The id of a crew; RefusedInput names some of those there are."""
    names = crew_names(rows)
    if name not in names:
        there_are = ", ".join(sorted(names)[:8]) or "none yet"
        raise RefusedInput(f"There is no crew '{name}'; the crews are: {there_are}.")
    return names[name]


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), day_time(), zone) - timedelta(milliseconds=1)
