"""The roster changed, each time as one act: entries saved, things taken off, absences cancelled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from data.errors import RefusedInput
from data.roster_records import RosterRows
from data.unit_of_work import WriteUnit
from desktop.domain.clock import today
from desktop.domain.roster_entries import AbsenceEntry, RosterEntries
from desktop.domain.roster_faults import RosterFault, roster_faults
from desktop.operations.changes import Changes
from desktop.operations.roster import calendar_of
from desktop.operations.roster_writing import TABLES, RosterWriter, absence_sentence
from desktop.operations.work import Work

SAVE, REMOVE, CANCEL, FORGET = "save roster", "remove from roster", "cancel absence", "forget member"
ENTITIES = frozenset({"depot", "vehicle", "member", "crew", "crew_shift", "crew_member", "absence", "recurring_round"})
_TOLD = 3


def save_roster(
    work: Work,
    *,
    entries: RosterEntries,
    renamed: Mapping[tuple[str, str], str] | None = None,
    expected: Mapping[tuple[str, str], int] | None = None,
) -> Changes:
    """Keep entries as one act: what they name is changed or made, what they do not name stays.

    `renamed` and `expected` give former names and the versions that were seen, by kind and name. RefusedInput names a
    fault that the roster would have; faults that it had before do not stand in the way. Conflict where somebody else
    changed an entry since.
    """
    city = work.city()
    day, calendar = today(work.clock, city.timezone), calendar_of(city)
    with work.store.write(SAVE, actor=work.actor, at=work.clock.now()) as unit:
        before = roster_faults(unit.roster.rows(), calendar, day)
        writer = RosterWriter(unit, renamed, expected)
        writer.write(entries)
        fresh = _fresh(before, roster_faults(unit.roster.rows(), calendar, day))
        counts = {"entries": len(entries)} | {word: writer.count(word) for word in ("added", "updated", "unchanged")}
        unit.summary.update(counts)
        act_id = unit.commit() if unit.wrote else None
    remarks = "".join(f" {sentence}" for sentence in fresh[:_TOLD])
    sentence = _sentence(entries, writer) + remarks
    told = {"act": act_id, **counts, "remarks": fresh}
    return Changes(act_id, work.actor, SAVE, ENTITIES if act_id else frozenset(), (), told, sentence)


def remove_from_roster(work: Work, *, kind: str, name: str, expected: int | None = None) -> Changes:
    """Take a depot, vehicle, crew or round off; RefusedInput where it is not there or something needs it.

    Members leave (`left_on`), so that past days still know them; `forget_member` lets their data go.
    """
    work.city()
    with work.store.write(REMOVE, actor=work.actor, at=work.clock.now()) as unit:
        if kind == "member":
            raise RefusedInput("A member is not taken off but leaves on a day; enter it (left_on).")
        number = _named(unit, kind, name)
        rows = unit.roster.rows()
        needed = next(_needed_by(rows, kind, number), "")
        if needed:
            raise RefusedInput(f"{name} cannot be taken off: {needed}.")
        if expected is not None:
            unit.change(TABLES[kind][0], {number: {"name": name}}, expect_version={number: expected})
        unit.remove(TABLES[kind][0], [number])
        unit.summary.update(kind=kind, name=name)
        act_id = unit.commit()
    counts = {"act": act_id, "kind": kind, "name": name}
    return Changes(act_id, work.actor, REMOVE, ENTITIES, (), counts, f"{name} is taken off the roster.")


def forget_member(work: Work, *, code: str) -> Changes:
    """Let go of everything about a member: name, phone, crews, absences and why. It cannot be undone."""
    work.city()
    with work.store.write(FORGET, actor=work.actor, at=work.clock.now()) as unit:
        unit.remove("member", [_named(unit, "member", code)])
        unit.summary.update(code=code)
        act_id = unit.commit()
    counts = {"act": act_id, "code": code}
    return Changes(act_id, work.actor, FORGET, ENTITIES, (), counts, f"Member {code} is forgotten.")


def enter_absence(work: Work, *, absence: AbsenceEntry) -> Changes:
    """Say that a member, a crew or a vehicle is not there; the answer tells what will be missing."""
    entries = RosterEntries(absence=(absence,))
    return save_roster(work, entries=entries)


def cancel_absence(work: Work, *, absence_id: int, expected: int | None = None) -> Changes:
    """Say that somebody is there after all. RefusedInput for an absence that is not there or was cancelled."""
    work.city()
    with work.store.write(CANCEL, actor=work.actor, at=work.clock.now()) as unit:
        found = next((one for one in unit.roster.rows().absences if one.id == absence_id), None)
        if found is None or found.cancelled:
            raise RefusedInput("There is no such absence any more; look at the list again.")
        expect = None if expected is None else {absence_id: expected}
        unit.change("absence", {absence_id: {"cancelled": True}}, expect_version=expect)
        act_id = unit.commit()
    words = f"The absence from {found.first_day} to {found.last_day} is cancelled."
    return Changes(act_id, work.actor, CANCEL, ENTITIES, (), {"act": act_id, "absence": absence_id}, words)


def absence_of(rows: RosterRows, name: str, kind: str, day: date) -> int:
    """The absence of somebody on a day; RefusedInput where there is none."""
    part = getattr(rows, TABLES[kind][1])
    ids = {(one.code if kind == "member" else one.name): one.id for one in part}
    for one in rows.absences:
        about = getattr(one, f"{kind}_id")
        if about is not None and about == ids.get(name) and one.first_day <= day <= one.last_day and not one.cancelled:
            return one.id
    raise RefusedInput(f"{name} is not absent on {day}.")


def _fresh(before: list[RosterFault], after: list[RosterFault]) -> list[str]:
    """What is new among the faults that do not refuse; RefusedInput for a new one that does."""
    known = {fault.sentence for fault in before}
    fresh = [fault for fault in after if fault.sentence not in known]
    refusing = [fault.sentence for fault in fresh if fault.refuses]
    if refusing:
        more = f" And {len(refusing) - 1:,} more." if len(refusing) > 1 else ""
        raise RefusedInput(f"{refusing[0]}{more}")
    return [fault.sentence for fault in fresh]


def _sentence(entries: RosterEntries, writer: RosterWriter) -> str:
    if len(entries) == 1 and entries.absence:
        return absence_sentence(entries.absence[0])
    if len(entries) == 1:
        return _of_one(entries, writer)
    added, updated, unchanged = (writer.count(word) for word in ("added", "updated", "unchanged"))
    return f"{added:,} {'entry' if added == 1 else 'entries'} added, {updated:,} updated, {unchanged:,} unchanged."


def _of_one(entries: RosterEntries, writer: RosterWriter) -> str:
    """What became of a single entry, by its name; of a member by the number, for names stay out of the log."""
    kind, entry = next((kind, one) for kind in TABLES for one in getattr(entries, kind))
    became = next(word for word in ("added", "updated", "unchanged") if writer.count(word))
    told = {"added": "is on the roster", "updated": "is changed", "unchanged": "is as it was"}[became]
    return f"{kind.capitalize()} {getattr(entry, 'code', '') or entry.name} {told}."


def _named(unit: WriteUnit, kind: str, name: str) -> int:
    if kind not in TABLES:
        raise RefusedInput(f"There is no kind '{kind}' in a roster; there are {', '.join(TABLES)}.")
    found = RosterWriter(unit).ids(kind)
    if name not in found:
        there_are = ", ".join(sorted(found)[:8]) or "none yet"
        raise RefusedInput(f"There is no {kind} '{name}'; there are: {there_are}.")
    return found[name]


def _needed_by(rows: RosterRows, kind: str, number: int) -> Iterator[str]:
    """What needs it, each with what to do."""
    crews = {crew.id: crew.name for crew in rows.crews}
    if kind == "vehicle":
        yield from (f"{one.name} drives it, give the crew another" for one in rows.crews if one.vehicle_id == number)
    if kind == "depot":
        starts = [one.name for one in rows.crews if number in (one.depot_id, one.end_depot_id)]
        yield from (f"{name} starts or ends there, give the crew another place" for name in starts)
        breaks = [crews[one.crew_id] for one in rows.shifts if one.break_depot_id == number]
        yield from (f"{name} has its break there, give the crew another place" for name in breaks)
