"""Between the forms of the roster and its entries: what each kind asks for, and what a form says as an entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import QCoreApplication

from data.roster_records import RosterRows
from desktop.domain.roster_entries import RosterEntries, checked
from desktop.domain.roster_lines import (
    SHIFT_HINT,
    lent_lines,
    lent_of,
    place_lines,
    places_of,
    shift_lines,
    shifts_of,
)
from desktop.operations.roster import member_words
from desktop.operations.roster_files import entries_from
from desktop.views import format as words
from desktop.views.roster.state import Asked, EntryLine, KindState

translate = QCoreApplication.translate
CREW, MEMBER, VEHICLE, PLACE, ABSENCE, ROUND = "crew", "member", "vehicle", "depot", "absence", "round"
NAMED = {MEMBER: "code"}  # what an entry is known by, where it is not its name


@dataclass(frozen=True, slots=True)
class RosterBook:
    """The roster as the forms show it."""

    rows: RosterRows
    entries: RosterEntries
    departments: tuple[str, ...]
    today: date
    versions: Mapping[tuple[str, str], int]

    @classmethod
    def of(cls, rows: RosterRows, departments: Mapping[int, str], today: date) -> RosterBook:
        """What was read, as forms need it."""
        versions = {(PLACE, one.name): one.version for one in rows.depots}
        versions |= {(VEHICLE, one.name): one.version for one in rows.vehicles}
        versions |= {(MEMBER, one.code): one.version for one in rows.members}
        versions |= {(CREW, one.name): one.version for one in rows.crews}
        versions |= {(ROUND, one.name): one.version for one in rows.rounds}
        names = tuple(sorted(departments.values()))
        return cls(rows, entries_from(rows, dict(departments)), names, today, versions)

    def state(self, kind: str) -> KindState:
        """All entries of a kind, with its form."""
        values = self._absences() if kind == ABSENCE else self._values(kind)
        lines = tuple(EntryLine(key, *self._words(kind, key, one)) for key, one in values.items())
        fresh = {"first_day": self.today, "last_day": self.today, "from": "07:00", "to": "16:00", "priority": 50}
        return KindState(lines, self._asked(kind), values, fresh, kind in (PLACE, ROUND), kind != MEMBER)

    def _values(self, kind: str) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for entry in getattr(self.entries, kind):
            plain = entry.model_dump(by_alias=True)
            if kind == CREW:
                plain |= _crew_shown(plain)
            elif kind == ROUND:
                plain["places"] = place_lines(plain["places"])
            elif kind == MEMBER:
                plain["left_on"] = "" if plain["left_on"] is None else plain["left_on"].isoformat()
            found[plain[NAMED.get(kind, "name")]] = plain
        return found

    def _absences(self) -> dict[str, dict[str, Any]]:
        """Those that are not over, and the last ones."""
        named: dict[str, dict[Any, str]] = {
            MEMBER: {one.id: one.code for one in self.rows.members},
            CREW: {one.id: one.name for one in self.rows.crews},
            VEHICLE: {one.id: one.name for one in self.rows.vehicles},
        }
        found = {}
        for one in sorted(self.rows.absences, key=lambda absence: absence.last_day, reverse=True):
            for kind, names in named.items():
                about = getattr(one, f"{kind}_id")
                if about is not None and not one.cancelled:
                    who, why = f"{kind}:{names[about]}", (self.rows.reasons or {}).get(one.id, "")
                    found[str(one.id)] = {"who": who, "first_day": one.first_day, "last_day": one.last_day, "why": why}
        return found

    def _words(self, kind: str, key: str, values: Mapping[str, Any]) -> tuple[str, str]:
        if kind == ABSENCE:
            first, last = (words.short_date(values[name]) for name in ("first_day", "last_day"))
            days = first if first == last else f"{first} – {last}"
            return dict(self._who()).get(values["who"], values["who"]), days
        if kind == MEMBER:
            return (f"{values['name']} ({key})" if values["name"] else key), ", ".join(values["skills"])
        if kind == PLACE:
            return key, dict(_place_kinds())[values["kind"]]
        return key, values.get("vehicle") or ", ".join(values.get("equipment") or ()) or values.get("rrule", "")

    def _who(self) -> list[tuple[str, str]]:
        """Whoever can be absent."""
        people = [(f"{MEMBER}:{one.code}", member_words(self.rows, int(one.id), one.code)) for one in self.rows.members]
        crews = [(f"{CREW}:{one.name}", one.name) for one in self.rows.crews]
        return people + crews + [(f"{VEHICLE}:{one.name}", one.name) for one in self.rows.vehicles]

    def _asked(self, kind: str) -> tuple[Asked, ...]:
        asked: dict[str, tuple[Asked, ...]] = {
            CREW: self._crew_asked(),
            MEMBER: _member_asked(),
            VEHICLE: _vehicle_asked(),
            PLACE: _place_asked(),
            ABSENCE: self._absence_asked(),
            ROUND: self._round_asked(),
        }
        return asked[kind]

    def _crew_asked(self) -> tuple[Asked, ...]:
        none = ("", translate("Roster", "none"))
        depots = [(one.name, one.name) for one in self.rows.depots if one.kind == "depot"]
        places = [(one.name, one.name) for one in self.rows.depots]
        same = ("", translate("Roster", "where it starts"))
        members = [(one.code, member_words(self.rows, int(one.id), one.code)) for one in self.rows.members]
        return (
            Asked("name", translate("Roster", "Name")),
            Asked("department", translate("Roster", "Department"), "choice", (none, *_pairs(self.departments))),
            Asked("vehicle", translate("Roster", "Vehicle"), "choice", (none, *_pairs(self._vehicles()))),
            Asked("members", translate("Roster", "Members"), "choices", tuple(members), translate("Roster", "nobody")),
            Asked("lent", translate("Roster", "Lent for some days"), "lines", (), "M104 2026-10-13..2026-10-15"),
            Asked("skills", translate("Roster", "Meant to be able to do"), "skills"),
            Asked("start", translate("Roster", "Starts at"), "choice", tuple(depots)),
            Asked("end", translate("Roster", "Ends at"), "choice", (same, *places)),
            Asked("from", translate("Roster", "Usual hours from")),
            Asked("to", translate("Roster", "Usual hours to")),
            Asked("shifts", translate("Roster", "Shifts that differ by weekday"), "lines", (), SHIFT_HINT),
            Asked("works_holidays", translate("Roster", "Works on holidays"), "flag"),
        )

    def _vehicles(self) -> list[str]:
        return [one.name for one in self.rows.vehicles]

    def _absence_asked(self) -> tuple[Asked, ...]:
        return (
            Asked("who", translate("Roster", "Who or what"), "choice", tuple(self._who())),
            Asked("first_day", translate("Roster", "First day"), "day"),
            Asked("last_day", translate("Roster", "Last day"), "day"),
            Asked("why", translate("Roster", "Why (kept out of the log)")),
        )

    def _round_asked(self) -> tuple[Asked, ...]:
        none = ("", translate("Roster", "none"))
        return (
            Asked("name", translate("Roster", "Name")),
            Asked("rrule", translate("Roster", "Rule (RFC 5545)"), hint="FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH"),
            Asked("first_day", translate("Roster", "Weeks are counted from"), "day"),
            Asked("department", translate("Roster", "Department"), "choice", (none, *_pairs(self.departments))),
            Asked("skills", translate("Roster", "Skills"), "skills"),
            Asked("from", translate("Roster", "Not before"), hint="07:00"),
            Asked("to", translate("Roster", "Not after"), hint="12:00"),
            Asked("priority", translate("Roster", "Priority"), "number", (0, 100, 0)),
            Asked("places", translate("Roster", "Places"), "lines", (), "Bin 4; 42.3601, -71.0589; 10"),
            Asked("paused", translate("Roster", "Paused"), "flag"),
        )


def entries_of_form(book: RosterBook, kind: str, key: str, values: Mapping[str, Any]) -> RosterEntries:
    """What a form says, as entries. ValueError says what cannot be read."""
    plain = {name: value for name, value in values.items() if value is not None}
    if kind == CREW:
        standing = next((one for one in book.entries.crew if one.name == key), None)
        plain |= _crew_written(plain, [] if standing is None else [one.model_dump() for one in standing.members])
        del plain["lent"]
    elif kind == ABSENCE:
        kind_of, _, who = str(plain.pop("who") or "").partition(":")
        plain[kind_of or MEMBER] = who
    elif kind == MEMBER:
        plain["left_on"] = date.fromisoformat(plain["left_on"]) if plain["left_on"] else None
    elif kind == ROUND:
        plain |= {"places": places_of(plain["places"]), "priority": round(plain["priority"])}
        plain |= {name: plain[name] or None for name in ("from", "to")}
    elif kind == PLACE:
        plain["empty_min"] = round(plain["empty_min"])
    else:
        plain |= {name: values[name] for name in ("capacity", "max_speed_kmh")}
    return checked({kind: [plain]}, translate("Roster", "The form"))


def _crew_shown(plain: Mapping[str, Any]) -> dict[str, Any]:
    members = plain["members"]
    return {
        "shifts": shift_lines(plain["shifts"]),
        "members": tuple(one["code"] for one in members if one["last_day"] is None),
        "lent": lent_lines([{**one, "first_day": one["first_day"] or ""} for one in members if one["last_day"]]),
    }


def _crew_written(plain: Mapping[str, Any], standing: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Members keep the day since which they are with the crew."""
    since = {one["code"]: one["first_day"] for one in standing if one["last_day"] is None}
    members = [{"code": code, "first_day": since.get(code)} for code in plain["members"]]
    return {"shifts": shifts_of(plain["shifts"]), "members": [*members, *lent_of(plain["lent"])]}


def _pairs(names: Sequence[str]) -> list[tuple[str, str]]:
    return [(name, name) for name in names]


def _place_kinds() -> list[tuple[str, str]]:
    return [("depot", translate("Roster", "Depot")), ("dump", translate("Roster", "Dump, where vehicles empty"))]


def _member_asked() -> tuple[Asked, ...]:
    return (
        Asked("code", translate("Roster", "Number")),
        Asked("name", translate("Roster", "Name (kept out of the log)")),
        Asked("phone", translate("Roster", "Telephone (kept out of the log)")),
        Asked("skills", translate("Roster", "Skills"), "skills"),
        Asked("left_on", translate("Roster", "Left on"), hint="2026-11-01"),
    )


def _vehicle_asked() -> tuple[Asked, ...]:
    none = translate("Roster", "no limit")
    kinds = (
        ("car", translate("Roster", "Car")),
        ("van", translate("Roster", "Van")),
        ("lorry", translate("Roster", "Lorry")),
    )
    return (
        Asked("name", translate("Roster", "Name")),
        Asked("kind", translate("Roster", "Kind"), "choice", kinds),
        Asked("capacity", translate("Roster", "Capacity (t)"), "number", (-0.1, 1000, 1, none)),
        Asked("equipment", translate("Roster", "Equipment, counts among the crew's skills"), "skills"),
        Asked("max_speed_kmh", translate("Roster", "At most (km/h)"), "number", (0, 200, 0, none)),
    )


def _place_asked() -> tuple[Asked, ...]:
    return (
        Asked("name", translate("Roster", "Name")),
        Asked("kind", translate("Roster", "Kind"), "choice", tuple(_place_kinds())),
        Asked("lat", translate("Roster", "Latitude"), "number", (-90, 90, 6)),
        Asked("long", translate("Roster", "Longitude"), "number", (-180, 180, 6)),
        Asked("empty_min", translate("Roster", "Emptying takes (min)"), "number", (0, 240, 0)),
    )
