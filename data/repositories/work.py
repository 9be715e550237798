"""Incidents, decisions about duplicates, plans, and messages waiting to leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from data import schema
from data.records import DuplicateDecision, Incident, Plan, PlanVersion
from data.repositories.base import IN_LIST, Reader

TROUBLED = 3  # attempts after which a person should know that a message does not arrive
_WAITING = ("held", "sending", "failed")


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """What is to be told to another system, held for a while so that it can be withdrawn."""

    id: int
    act_id: int
    source_id: int | None
    request_id: int | None
    kind: str
    payload: Mapping[str, Any]
    state: str  # held, sending, sent, withdrawn, failed
    hold_until: datetime  # while it is being sent: until when whoever sends it has it for themselves
    attempts: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that has neither left nor been withdrawn, without its words."""

    id: int
    source_id: int | None
    request_id: int | None
    state: str
    hold_until: datetime


class Incidents(Reader[Incident]):
    """Incidents."""

    table, record = schema.incident, Incident

    def all(self) -> list[Incident]:
        """Every incident, in order of id."""
        return self._read(self._select().order_by(self.table.c.id))

    def get(self, incident_id: int) -> Incident | None:
        """One incident, or None."""
        return self._one(self._select().where(self.table.c.id == incident_id))

    def many(self, ids: Sequence[int]) -> list[Incident]:
        """Incidents of these ids in this order; those that are not there are left out."""
        return self._by_ids(ids)

    def members(self, incident_id: int) -> list[int]:
        """Ids of the requests of an incident, ascending."""
        request = schema.service_request
        query = select(request.c.id).where(request.c.incident_id == incident_id).order_by(request.c.id)
        return list(self._connection.execute(query).scalars())

    def members_of(self, incident_ids: Sequence[int]) -> list[int]:
        """Ids of the requests of these incidents, ascending."""
        request, found = schema.service_request, list[int]()
        for start in range(0, len(incident_ids), IN_LIST):
            part = [int(number) for number in incident_ids[start : start + IN_LIST]]
            found += self._connection.execute(select(request.c.id).where(request.c.incident_id.in_(part))).scalars()
        return sorted(found)


class Decisions(Reader[DuplicateDecision]):
    """What staff said about pairs of requests."""

    table, record = schema.duplicate_decision, DuplicateDecision

    def all(self) -> list[DuplicateDecision]:
        """Every decision, in order of id."""
        return self._read(self._select().order_by(self.table.c.id))

    def of(self, request_ids: Sequence[int]) -> list[DuplicateDecision]:
        """The decisions about any of these requests, in order of id."""
        found: dict[int, DuplicateDecision] = {}
        for start in range(0, len(request_ids), IN_LIST):
            part = [int(number) for number in request_ids[start : start + IN_LIST]]
            about = self.table.c.child_request_id.in_(part) | self.table.c.parent_request_id.in_(part)
            found.update((one.id, one) for one in self._read(self._select().where(about)))
        return [found[key] for key in sorted(found)]


class Plans(Reader[Plan]):
    """Plans of crews' days."""

    table, record = schema.plan, Plan

    def all(self) -> list[Plan]:
        """Every plan, in order of id."""
        return self._read(self._select().order_by(self.table.c.id))

    def get(self, plan_id: int) -> Plan | None:
        """One plan, or None."""
        return self._one(self._select().where(self.table.c.id == int(plan_id)))

    def latest(self, day: date) -> Plan | None:
        """The newest plan of a day, or None."""
        newest = (self.table.c.created_at.desc(), self.table.c.id.desc())
        return self._one(self._select().where(self.table.c.date == day).order_by(*newest).limit(1))

    def versions(self, day: date) -> list[PlanVersion]:
        """The plans of a day without their content, the oldest first."""
        columns = self.table.c
        query = select(columns.id, columns.created_at, columns.content["origin"], columns.content["printed_at"])
        rows = self._connection.execute(query.where(columns.date == day).order_by(columns.created_at, columns.id))
        return [PlanVersion(row[0], row[1], row[2] or {}, row[3]) for row in rows]

    def latest_before(self, day: date) -> Plan | None:
        """The newest plan of the last day before this one that has any; None without one."""
        newest = (self.table.c.date.desc(), self.table.c.created_at.desc(), self.table.c.id.desc())
        return self._one(self._select().where(self.table.c.date < day).order_by(*newest).limit(1))

    def newest_day(self) -> date | None:
        """The day of the plan that was made last; None without any plan."""
        newest = (self.table.c.created_at.desc(), self.table.c.id.desc())
        return self._connection.execute(select(self.table.c.date).order_by(*newest).limit(1)).scalar()


class Outbox(Reader[OutboxMessage]):
    """Messages to other systems."""

    table, record = schema.outbox, OutboxMessage

    def all(self) -> list[OutboxMessage]:
        """Every message, in order of id."""
        return self._read(self._select().order_by(self.table.c.id))

    def of_act(self, act_id: int) -> list[OutboxMessage]:
        """What an act queued, in order of id."""
        return self._read(self._select().where(self.table.c.act_id == int(act_id)).order_by(self.table.c.id))

    def many(self, ids: Sequence[int]) -> list[OutboxMessage]:
        """Messages of these ids in this order."""
        return self._by_ids(ids)

    def due(
        self, now: datetime, limit: int, *, failed: bool = False, without: Sequence[int] = ()
    ) -> list[OutboxMessage]:
        """Messages that may leave at `now`, the oldest first; with `failed`, those that once could not leave too.

        `without`: sources whose messages leave another way.
        """
        states, source = ("held", "failed") if failed else ("held",), self.table.c.source_id
        where = (self.table.c.state.in_(states), self.table.c.hold_until <= now)
        other = source.is_(None) | source.not_in([int(key) for key in without])
        return self._read(self._select().where(*where, other).order_by(self.table.c.id).limit(limit))

    def waiting(self, source_ids: Sequence[int]) -> list[Waiting]:
        """What has not left for these sources, in the order in which it was said."""
        columns = self.table.c
        names = (columns.id, columns.source_id, columns.request_id, columns.state, columns.hold_until)
        where = (columns.state.in_(_WAITING), columns.source_id.in_([int(key) for key in source_ids]))
        return [Waiting(*row) for row in self._connection.execute(select(*names).where(*where).order_by(columns.id))]

    def in_trouble(self, request_ids: Sequence[int]) -> list[OutboxMessage]:
        """Messages of requests that were refused, or that keep failing to arrive, in order of id."""
        return self._about(request_ids, self._trouble())

    def told(self, request_ids: Sequence[int], kind: str) -> list[OutboxMessage]:
        """Messages of a kind about requests that left or may leave, in order of id."""
        return self._about(request_ids, self.table.c.kind == kind, self.table.c.state != "withdrawn")

    def _about(self, request_ids: Sequence[int], *where: ColumnElement[bool]) -> list[OutboxMessage]:
        found: list[OutboxMessage] = []
        for start in range(0, len(request_ids), IN_LIST):
            part = [int(number) for number in request_ids[start : start + IN_LIST]]
            found += self._read(self._select().where(*where, self.table.c.request_id.in_(part)))
        return sorted(found, key=lambda message: message.id)

    def held(self, limit: int) -> list[OutboxMessage]:
        """Messages that have not left, those that leave first first."""
        order = (self.table.c.hold_until, self.table.c.id)
        return self._read(self._select().where(self.table.c.state == "held").order_by(*order).limit(limit))

    def failed_requests(self) -> list[int]:
        """Requests of which a message was refused, or keeps failing to arrive, ascending."""
        columns = self.table.c
        where = (self._trouble(), columns.request_id.is_not(None))
        query = select(columns.request_id).where(*where).distinct().order_by(columns.request_id)
        return [int(number) for number in self._connection.execute(query).scalars()]

    def _trouble(self) -> ColumnElement[bool]:
        columns = self.table.c
        return (columns.state == "failed") | ((columns.state == "held") & (columns.attempts >= TROUBLED))

    def counts(self) -> dict[str, int]:
        """How many messages are in each state."""
        state = self.table.c.state
        rows = self._connection.execute(select(state, func.count()).group_by(state))
        return {str(name): int(count) for name, count in rows}
