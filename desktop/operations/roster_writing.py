"""Entries of a roster written into an act: found by name, changed where they differ, made where they are new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from data.errors import RefusedInput
from data.roster_records import RosterRows
from data.unit_of_work import WriteUnit
from desktop.domain.roster_entries import (
    WEEKDAYS,
    AbsenceEntry,
    CrewEntry,
    MemberEntry,
    RosterEntries,
    RoundEntry,
    ShiftEntry,
    minutes_of,
)

Columns = dict[str, Any]
# The words of each kind of entry, its table, and its part of the roster.
TABLES: Mapping[str, tuple[str, str]] = {
    "depot": ("depot", "depots"),
    "vehicle": ("vehicle", "vehicles"),
    "member": ("member", "members"),
    "crew": ("crew", "crews"),
    "round": ("recurring_round", "rounds"),
}


class RosterWriter:
    """Writes entries into one act. `renamed` gives the former names of entries, `expected` the versions that were seen,
    both by kind and present name."""

    def __init__(
        self,
        unit: WriteUnit,
        renamed: Mapping[tuple[str, str], str] | None = None,
        expected: Mapping[tuple[str, str], int] | None = None,
    ) -> None:
        self.unit, self.renamed, self.expected = unit, renamed or {}, expected or {}
        self._became: dict[tuple[str, str], str] = {}  # by kind and name: added, updated, unchanged
        self._rows = RosterRows()
        self.refresh()

    def refresh(self) -> None:
        """Read what stands now, also what this act wrote."""
        self._rows = self.unit.roster.rows()

    def write(self, entries: RosterEntries) -> None:
        """Write everything, in the order in which things name each other. RefusedInput for a name that is not there."""
        self._upsert("depot", [(one.name, _given(one, one.model_dump())) for one in entries.depot])
        self._upsert("vehicle", [(one.name, _given(one, one.model_dump())) for one in entries.vehicle])
        self._upsert("member", [(one.code, _given(one, _member(one))) for one in entries.member])
        self._people(entries.member)
        self._upsert("crew", [(one.name, self._crew(one)) for one in entries.crew])
        for crew in entries.crew:
            self._shifts(crew)
            self._memberships(crew)
        self._absences(entries.absence)
        self._upsert("round", [(one.name, _given(one, self._round(one))) for one in entries.round])

    def ids(self, kind: str) -> dict[str, int]:
        """The ids of what there is of a kind, by name."""
        part = getattr(self._rows, TABLES[kind][1])
        return {(one.code if kind == "member" else one.name): int(one.id) for one in part}

    def count(self, became: str) -> int:
        """How many entries were added, updated or unchanged."""
        return sum(one == became for one in self._became.values())

    # one kind after the other

    def _upsert(self, kind: str, wanted: Sequence[tuple[str, Columns]]) -> None:
        table, _ = TABLES[kind]
        twice = _twice(name for name, _ in wanted)
        if twice:
            raise RefusedInput(f"The {kind} '{twice}' stands there twice; join the two.")
        known = self.ids(kind)
        fresh: list[Columns] = []
        for name, columns in wanted:
            former = self.renamed.get((kind, name), name)
            if former != name and name in known:
                raise RefusedInput(f"There is a {kind} '{name}' already; choose another name.")
            if former not in known:
                fresh.append(columns)
                self._became[kind, name] = "added"
                continue
            version = self.expected.get((kind, name))
            expect = None if version is None else {known[former]: version}
            changed = self.unit.change(table, {known[former]: columns}, expect_version=expect)
            self._became[kind, name] = "updated" if changed else "unchanged"
        if fresh:
            self.unit.create(table, [_whole(kind, columns) for columns in fresh])
        self.refresh()

    def _touched(self, kind: str, name: str) -> None:
        """Something that hangs on an entry was changed."""
        if self._became.get((kind, name)) == "unchanged":
            self._became[kind, name] = "updated"

    def _people(self, entries: Iterable[MemberEntry]) -> None:
        known, people = self.ids("member"), self._rows.people or {}
        rows = []
        for one in entries:
            person = people.get(known[one.code])
            former = ("", "") if person is None else (person.name, person.phone)
            given = one.model_fields_set
            told = (one.name if "name" in given else former[0], one.phone if "phone" in given else former[1])
            if told != former:
                rows.append({"member_id": known[one.code], "name": told[0], "phone": told[1]})
                self._touched("member", one.code)
        if rows:
            self.unit.attach_people(rows)
            self.refresh()

    def _crew(self, one: CrewEntry) -> Columns:
        if not one.start and (self.renamed.get(("crew", one.name), one.name) not in self.ids("crew")):
            raise RefusedInput(f"{one.name} has no depot; say where it starts.")
        columns = _given(
            one,
            {
                "name": one.name,
                "start": one.start,
                "end": one.end,
                "department": one.department,
                "vehicle": one.vehicle,
                "skills": list(one.skills),
                "capacity": one.capacity,
                "works_holidays": one.works_holidays,
                "from_": minutes_of(one.from_),
                "to": minutes_of(one.to),
                "break_from": _minutes(one.break_from),
                "break_to": _minutes(one.break_to),
                "break_minutes": one.break_minutes,
            },
        )
        named: tuple[tuple[str, str, Callable[[str], int | None]], ...] = (
            ("start", "depot_id", lambda name: self._named("depot", name, one.name)),
            ("end", "end_depot_id", lambda name: self._named("depot", name, one.name) if name else None),
            ("vehicle", "vehicle_id", lambda name: self._named("vehicle", name, one.name) if name else None),
            ("department", "agency_id", lambda name: self._department(name, one.name) if name else None),
        )
        for field, column, find in named:
            if field in columns:
                columns[column] = find(columns.pop(field))
        for field, column in _HOURS.items():
            if field in columns:
                columns[column] = columns.pop(field)
        return columns

    def _named(self, kind: str, name: str, of: str) -> int:
        found = self.ids(kind)
        if kind == "depot" and not name:
            raise RefusedInput(f"{of} has no depot; say where it starts.")
        if name not in found:
            there_are = ", ".join(sorted(found)[:8]) or "none yet"
            raise RefusedInput(f"{of} names the {kind} '{name}', which is not there; there are: {there_are}.")
        return found[name]

    def _department(self, name: str, of: str) -> int:
        found = {agency.name: int(agency.id) for agency in self.unit.agencies.all()}
        if name not in found:
            there_are = ", ".join(sorted(found)[:8]) or "none yet"
            raise RefusedInput(f"{of} names the department '{name}', which is not there; there are: {there_are}.")
        return found[name]

    def _shifts(self, entry: CrewEntry) -> None:
        if "shifts" not in entry.model_fields_set:
            return
        crew_id = self.ids("crew")[entry.name]
        wanted = self._by_weekday(entry, crew_id)
        standing = {one.weekday: one for one in self._rows.shifts if one.crew_id == crew_id}
        gone = [one.id for weekday, one in standing.items() if weekday not in wanted]
        if gone:
            self.unit.remove("crew_shift", gone)
        both = {standing[day].id: columns for day, columns in wanted.items() if day in standing}
        changed = self.unit.change("crew_shift", both) if both else 0
        fresh = [columns for day, columns in wanted.items() if day not in standing]
        if fresh:
            self.unit.create("crew_shift", fresh)
        if gone or changed or fresh:
            self._touched("crew", entry.name)

    def _by_weekday(self, entry: CrewEntry, crew_id: int) -> dict[int, Columns]:
        found: dict[int, Columns] = {}
        for shift in entry.shifts:
            for word in shift.weekdays:
                weekday = WEEKDAYS.index(word)
                if weekday in found:
                    raise RefusedInput(f"{entry.name} has two shifts on one weekday ({word}); leave one of them.")
                found[weekday] = {"crew_id": crew_id, "weekday": weekday, **self._shift(shift, entry.name)}
        return found

    def _shift(self, shift: ShiftEntry, of: str) -> Columns:
        return {
            "start_min": minutes_of(shift.start),
            "end_min": minutes_of(shift.end),
            "break_start_min": _minutes(shift.break_from),
            "break_end_min": _minutes(shift.break_to),
            "break_minutes": shift.break_minutes,
            "break_depot_id": self._named("depot", shift.break_at, of) if shift.break_at else None,
            "overtime_min": shift.overtime_min,
            "overtime_price": shift.overtime_price,
            "max_stops": shift.max_stops,
        }

    def _memberships(self, entry: CrewEntry) -> None:
        if "members" not in entry.model_fields_set:
            return
        crew_id, members = self.ids("crew")[entry.name], self.ids("member")
        strange = [one.code for one in entry.members if one.code not in members]
        if strange:
            raise RefusedInput(f"{entry.name} names the member '{strange[0]}', who is not there; enter them first.")
        wanted = [(members[one.code], one.first_day, one.last_day) for one in entry.members]
        if len(set(wanted)) < len(wanted):
            raise RefusedInput(f"{entry.name} names a member twice for the same days; leave one of them.")
        standing = {
            (int(one.member_id), one.first_day, one.last_day): one.id
            for one in self._rows.memberships
            if one.crew_id == crew_id
        }
        gone = [key for what, key in standing.items() if what not in set(wanted)]
        if gone:
            self.unit.remove("crew_member", gone)
        names = ("member_id", "first_day", "last_day")
        fresh = [{"crew_id": crew_id, **dict(zip(names, one, strict=True))} for one in wanted if one not in standing]
        if fresh:
            self.unit.create("crew_member", fresh)
        if gone or fresh:
            self._touched("crew", entry.name)

    def _absences(self, entries: Sequence[AbsenceEntry]) -> None:
        self.refresh()
        standing: dict[tuple[object, ...], int] = {
            (one.member_id, one.crew_id, one.vehicle_id, one.first_day, one.last_day): one.id
            for one in self._rows.absences
            if not one.cancelled
        }
        known, reasons = set(standing.values()), self._rows.reasons or {}
        told: list[Columns] = []
        for entry in entries:
            who = self._who(entry)
            key = (*who.values(), entry.first_day, entry.last_day)
            number = standing.get(key)
            if number is None:
                days = {"first_day": entry.first_day, "last_day": entry.last_day}
                (number,) = self.unit.create("absence", [{**who, **days}])
                standing[key] = number
            self._became["absence", str(number)] = "unchanged" if number in known else "added"
            if "why" in entry.model_fields_set and entry.why != reasons.get(number, ""):
                told.append({"absence_id": number, "why": entry.why})
        if told:
            self.unit.attach_reasons(told)

    def _who(self, entry: AbsenceEntry) -> dict[str, int | None]:
        named = {kind: getattr(entry, kind) for kind in ("member", "crew", "vehicle")}
        if sum(map(bool, named.values())) != 1:
            raise RefusedInput("An absence is of one member, one crew or one vehicle; name just one of them.")
        return {f"{kind}_id": self._named(kind, name, "An absence") if name else None for kind, name in named.items()}

    def _round(self, one: RoundEntry) -> Columns:
        return {
            "name": one.name,
            "agency_id": self._department(one.department, one.name) if one.department else None,
            "skills": list(one.skills),
            "rrule": one.rrule.upper().removeprefix("RRULE:"),
            "first_day": one.first_day,
            "earliest_min": _minutes(one.from_),
            "latest_min": _minutes(one.to),
            "priority": one.priority,
            "places": [place.model_dump() for place in one.places],
            "paused": one.paused,
        }


_HOURS = {
    "from_": "shift_start_min", "to": "shift_end_min", "break_from": "break_start_min", "break_to": "break_end_min",
}  # fmt: skip
# A new crew that says nothing of its hours.
_CREW: Columns = {"shift_start_min": 7 * 60, "shift_end_min": 16 * 60, "skills": []}
_USUAL: Mapping[str, Columns] = {"crew": _CREW, "vehicle": {"kind": "van", "equipment": []}, "member": {"skills": []}}
# What an entry calls a column.
_FIELDS: Mapping[str, str] = {"agency_id": "department", "earliest_min": "from_", "latest_min": "to"}


def _given(entry: Any, columns: Columns) -> Columns:
    """The columns that an entry says something of: what it leaves out stays as it is."""
    given = entry.model_fields_set
    return {name: value for name, value in columns.items() if _FIELDS.get(name, name) in given}


def _whole(kind: str, columns: Columns) -> Columns:
    usual = {"skills": [], "places": []} if kind == "round" else _USUAL.get(kind, {})
    return {**usual, **columns}


def _member(one: MemberEntry) -> Columns:
    return {"code": one.code, "skills": list(one.skills), "left_on": one.left_on}


def _minutes(text: str | None) -> int | None:
    return None if text is None else minutes_of(text)


def _twice(names: Iterable[str]) -> str:
    counts = Counter(names)
    return next((name for name, count in counts.items() if count > 1), "")


def absence_sentence(entry: AbsenceEntry) -> str:
    """An absence in words, without why."""
    who = entry.member or entry.crew or entry.vehicle
    return f"{who} is absent {_days(entry.first_day, entry.last_day)}."


def _days(first: date, last: date) -> str:
    return f"on {first}" if first == last else f"from {first} to {last}"
