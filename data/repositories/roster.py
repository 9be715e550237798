"""The roster: members, vehicles, shifts, absences and rounds, as they stand and as they stood."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, func, select

from data import schema
from data.records import Crew, Depot, StopEvent
from data.repositories.base import IN_LIST, Reader
from data.repositories.logbook import Logbook
from data.roster_records import (
    Absence,
    CrewMember,
    CrewShift,
    Member,
    MemberPerson,
    RecurringRound,
    RosterRows,
    Vehicle,
)
from data.values import from_stored, kinds_of

# Each part of the roster: its table, its record, and the columns that hold lists.
PARTS: Mapping[str, tuple[Table, Callable[..., Any], tuple[str, ...]]] = {
    "depots": (schema.depot, Depot, ()),
    "vehicles": (schema.vehicle, Vehicle, ("equipment",)),
    "crews": (schema.crew, Crew, ("skills",)),
    "shifts": (schema.crew_shift, CrewShift, ()),
    "members": (schema.member, Member, ("skills",)),
    "memberships": (schema.crew_member, CrewMember, ()),
    "absences": (schema.absence, Absence, ()),
    "rounds": (schema.recurring_round, RecurringRound, ("skills", "places")),
}


class Roster:
    """Reads the whole roster at once: it is small."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._log = Logbook(connection)

    def rows(self) -> RosterRows:
        """The roster as it stands."""
        found = {name: self._present(*part) for name, part in PARTS.items()}
        return RosterRows(**found, people=self._people(), reasons=self._reasons())

    def rows_at(self, moment: datetime) -> RosterRows:
        """The roster as it stood at a moment, of which the log tells; names and reasons are those of now."""
        event, act = schema.event, schema.act
        query = select(func.max(event.c.sequence)).join(act, act.c.id == event.c.act_id).where(act.c.at <= moment)
        sequence = int(self._connection.execute(query).scalar() or 0)
        found = {name: self._former(sequence, *part) for name, part in PARTS.items()}
        return RosterRows(**found, people=self._people(), reasons=self._reasons())

    def began(self) -> datetime | None:
        """When the first crew was entered; None without any."""
        event, act = schema.event, schema.act
        query = select(func.min(act.c.at)).join(event, act.c.id == event.c.act_id)
        found = self._connection.execute(query.where(event.c.entity == "crew", event.c.kind == "created")).scalar()
        return found if isinstance(found, datetime) or found is None else schema.from_epoch_ms(found)

    def _present(self, table: Table, record: Callable[..., Any], lists: tuple[str, ...]) -> tuple[Any, ...]:
        names = [field.name for field in fields(record)]  # type: ignore[arg-type]
        query = select(*(table.c[name] for name in names)).order_by(table.c.id)
        rows = (dict(zip(names, row, strict=True)) for row in self._connection.execute(query))
        return tuple(record(**_listed(row, lists)) for row in rows)

    def _former(
        self, sequence: int, table: Table, record: Callable[..., Any], lists: tuple[str, ...]
    ) -> tuple[Any, ...]:
        here = set(self._connection.execute(select(table.c.id)).scalars())
        touched = self._log.touched(table.name, sequence)
        if not touched:
            return self._present(table, record, lists)
        state = self._log.state_at(table.name, sorted(here | touched), sequence)
        names = [field.name for field in fields(record)]  # type: ignore[arg-type]
        rows = (row for _, row in sorted(state.items()) if row is not None)
        return tuple(record(**_listed(_shown(table.name, names, row), lists)) for row in rows)

    def _people(self) -> dict[int, MemberPerson]:
        columns = schema.member_person.c
        query = select(columns.member_id, columns.name, columns.phone)
        return {row[0]: MemberPerson(*row) for row in self._connection.execute(query)}

    def _reasons(self) -> dict[int, str]:
        columns = schema.absence_reason.c
        rows = self._connection.execute(select(columns.absence_id, columns.why)).all()
        return {row.absence_id: row.why for row in rows}


def _shown(entity: str, names: Sequence[str], stored: Mapping[str, Any]) -> dict[str, Any]:
    """Stored values as a record shows them; what an older version of the store did not have stays at its default."""
    kinds = kinds_of(entity)
    row = {name: from_stored(kinds[name], stored[name]) for name in names if name in stored}
    return {name: bool(value) if kinds[name] == "bool" else value for name, value in row.items()}


def _listed(row: dict[str, Any], lists: tuple[str, ...]) -> dict[str, Any]:
    return row | {name: tuple(row[name]) for name in lists}


class StopEvents(Reader[StopEvent]):
    """What happened at the stops of plans."""

    table, record = schema.stop_event, StopEvent

    def of_plan(self, plan_id: int) -> list[StopEvent]:
        """Everything that happened in a plan, in order of time."""
        where = self.table.c.plan_id == int(plan_id)
        return self._read(self._select().where(where).order_by(self.table.c.at, self.table.c.id))

    def of_requests(self, request_ids: Sequence[int]) -> list[StopEvent]:
        """Everything that happened at stops of these requests, in order of time."""
        found: list[StopEvent] = []
        for start in range(0, len(request_ids), IN_LIST):
            part = [int(number) for number in request_ids[start : start + IN_LIST]]
            found += self._read(self._select().where(self.table.c.request_id.in_(part)))
        return sorted(found, key=lambda event: (event.at, event.id))

    def measured(self) -> list[StopEvent]:
        """All that tells how long work took: when it began and when it was done, in order of time."""
        where = self.table.c.kind.in_(("started", "done"))
        return self._read(self._select().where(where).order_by(self.table.c.at, self.table.c.id))
