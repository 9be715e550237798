"""The roster taken along as a TOML file, and brought back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from data.connectors.safe_csv import whole_file
from data.errors import RefusedInput
from data.records import Crew
from data.roster_records import CrewShift, RosterRows
from desktop.domain.roster_entries import (
    MOST_BYTES,
    WEEKDAYS,
    RosterEntries,
    RosterTextFault,
    checked,
    entries_of,
    text_of,
)
from desktop.domain.roster_faults import clock_of
from desktop.operations.changes import Changes
from desktop.operations.edit_roster import save_roster
from desktop.operations.outputs import check_output
from desktop.operations.roster import departments_of
from desktop.operations.text_files import read_text
from desktop.operations.work import Work


def read_roster(path: Path) -> RosterEntries:
    """The roster in a file; RefusedInput tells every fault, a line each."""
    text = read_text(path, MOST_BYTES, "a roster file")
    try:
        return entries_of(text, path.name)
    except RosterTextFault as fault:
        raise RefusedInput(str(fault)) from fault


def import_roster(work: Work, path: Path) -> Changes:
    """Bring a roster in as one act: what the file names is changed or made, everything else stays."""
    entries = read_roster(path)
    if not len(entries):
        raise RefusedInput(f"{path.name} names nothing of a roster; see what 'opsmap roster export' writes.")
    return save_roster(work, entries=entries)


def export_roster(work: Work, path: Path, *, names: bool = True) -> Changes:
    """Write the whole roster as TOML; without `names` nothing personal: no names, phones, or why somebody is absent."""
    check_output(work.store, path)
    work.city()
    with work.store.read() as unit:
        rows, departments = unit.roster.rows(), departments_of(unit)
    entries = entries_from(rows, {int(key): name for key, name in departments.items()}, names=names)
    with whole_file(path) as stream:
        stream.write(text_of(entries))
    counts = {kind: len(getattr(entries, kind)) for kind in RosterEntries.model_fields} | {"file": str(path)}
    words = f"{len(entries):,} entries of the roster in {path}."
    return Changes(None, work.actor, "export roster", counts=counts, sentence=words)


def entries_from(rows: RosterRows, departments: dict[int, str], *, names: bool = True) -> RosterEntries:
    """A roster as entries; those that import_roster takes again."""
    told = _Telling(rows, departments, names)
    return checked(
        {
            "depot": [_fields(one, "name", "lat", "long", "kind", "empty_min") for one in rows.depots],
            "vehicle": [
                _fields(one, "name", "kind", "capacity", "equipment", "max_speed_kmh") for one in rows.vehicles
            ],
            "member": [told.member(one) for one in rows.members],
            "crew": [told.crew(one) for one in rows.crews],
            "absence": [told.absence(one) for one in rows.absences if not one.cancelled],
            "round": [told.round(one) for one in rows.rounds],
        },
        "the roster",
    )


class _Telling:
    """Records as plain values, with names instead of ids."""

    def __init__(self, rows: RosterRows, departments: dict[int, str], names: bool) -> None:
        self.rows, self.departments, self.names = rows, departments, names
        self.depots = {one.id: one.name for one in rows.depots}
        self.vehicles = {one.id: one.name for one in rows.vehicles}
        self.codes = {one.id: one.code for one in rows.members}
        self.crews = {one.id: one.name for one in rows.crews}

    def member(self, one: Any) -> dict[str, Any]:
        person = (self.rows.people or {}).get(int(one.id)) if self.names else None
        told = {} if person is None else {"name": person.name, "phone": person.phone}
        return _fields(one, "code", "skills", "left_on") | told

    def crew(self, one: Crew) -> dict[str, Any]:
        return {
            **_fields(one, "name", "skills", "capacity", "works_holidays", "break_minutes"),
            "start": self.depots[one.depot_id],
            "end": self.depots.get(one.end_depot_id or 0, ""),
            "department": self.departments.get(int(one.agency_id or 0), ""),
            "vehicle": "" if one.vehicle_id is None else self.vehicles[one.vehicle_id],
            "from": clock_of(one.shift_start_min),
            "to": clock_of(one.shift_end_min),
            **_break(one),
            "shifts": self._shifts(one),
            "members": [
                {"code": self.codes[link.member_id], **_fields(link, "first_day", "last_day")}
                for link in self.rows.memberships
                if link.crew_id == one.id
            ],
        }

    def _shifts(self, crew: Crew) -> list[dict[str, Any]]:
        """Weekdays that are alike together."""
        found: list[dict[str, Any]] = []
        own = sorted((one for one in self.rows.shifts if one.crew_id == crew.id), key=lambda one: one.weekday)
        for shift in own:
            values = self._shift(shift)
            like = next((one for one in found if {**one, "weekdays": None} == {**values, "weekdays": None}), None)
            if like is None:
                found.append({**values, "weekdays": [WEEKDAYS[shift.weekday]]})
            else:
                like["weekdays"].append(WEEKDAYS[shift.weekday])
        return found

    def _shift(self, one: CrewShift) -> dict[str, Any]:
        return {
            "start": clock_of(one.start_min),
            "end": clock_of(one.end_min),
            **_break(one),
            "break_at": self.depots.get(one.break_depot_id or 0, ""),
            **_fields(one, "break_minutes", "overtime_min", "overtime_price", "max_stops"),
        }

    def absence(self, one: Any) -> dict[str, Any]:
        who: dict[str, dict[Any, str]] = {"member": self.codes, "crew": self.crews, "vehicle": self.vehicles}
        named = {kind: ids.get(getattr(one, f"{kind}_id"), "") for kind, ids in who.items()}
        why = (self.rows.reasons or {}).get(one.id, "") if self.names else ""
        return {**named, **_fields(one, "first_day", "last_day"), **({"why": why} if why else {})}

    def round(self, one: Any) -> dict[str, Any]:
        window = {"from": one.earliest_min, "to": one.latest_min}
        return {
            **_fields(one, "name", "skills", "rrule", "first_day", "priority", "places", "paused"),
            "department": self.departments.get(int(one.agency_id or 0), ""),
            **{name: None if minutes is None else clock_of(minutes) for name, minutes in window.items()},
        }


def _fields(record: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(record, name) for name in names}


def _break(one: Crew | CrewShift) -> dict[str, str | None]:
    times = {"break_from": one.break_start_min, "break_to": one.break_end_min}
    return {name: None if minutes is None else clock_of(minutes) for name, minutes in times.items()}
