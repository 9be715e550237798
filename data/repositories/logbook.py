"""Reading the log: acts, events, the history of one thing, and the state at an earlier time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from data import log, schema
from data.bulk import bulk_for, in_chunks
from data.records import Act, Event
from data.repositories.base import IN_LIST, Reader
from data.values import from_stored, kinds_of, table_of

Stored = dict[str, Any]


class Logbook(Reader[Act]):
    """The log of the store."""

    table, record = schema.act, Act

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._events = schema.event

    def head(self) -> int:
        """The sequence of the newest event; 0 in an empty log."""
        return int(self._connection.execute(select(func.max(self._events.c.sequence))).scalar() or 0)

    def entities_after(self, after: int) -> frozenset[str]:
        """The tables that events after a sequence are about."""
        entity, sequence = self._events.c.entity, self._events.c.sequence
        return frozenset(self._connection.execute(select(entity).where(sequence > after).distinct()).scalars())

    def acts(self, limit: int = 100) -> list[Act]:
        """The newest acts, newest first."""
        return self._read(self._select().order_by(self.table.c.id.desc()).limit(limit))

    def act(self, act_id: int) -> Act | None:
        """One act, or None."""
        return self._one(self._select().where(self.table.c.id == act_id))

    def first(self, verb: str) -> Act | None:
        """The oldest act of a verb."""
        return self._one(self._select().where(self.table.c.verb == verb).order_by(self.table.c.id).limit(1))

    def acts_between(self, since: datetime, until: datetime) -> list[Act]:
        """The acts of a span of time, both ends counted, in order of id."""
        at = self.table.c.at
        return self._read(self._select().where(at >= since, at <= until).order_by(self.table.c.id))

    def requests_of(self, act_ids: Sequence[int]) -> dict[int, int]:
        """How many different requests each act wrote to; acts that wrote to none are left out.

        Blocks that lie apart from each other need not be read: their counts add up.
        """
        columns = self._events.c
        blocks: dict[int, list[Any]] = {}
        names = (columns.act_id, columns.first_id, columns.last_id, columns.entity_count)
        for part in in_chunks(sorted(int(key) for key in act_ids), IN_LIST):
            query = select(*names).where(columns.entity == "service_request", columns.act_id.in_(part))
            for row in self._connection.execute(query.order_by(columns.act_id, columns.first_id)):
                blocks.setdefault(row.act_id, []).append(row)
        return {act_id: self._different(rows) for act_id, rows in blocks.items()}

    def undoing(self, act_id: int) -> Act | None:
        """The newest act that undoes this one, or None."""
        return self._one(self._select().where(self.table.c.undoes == act_id).order_by(self.table.c.id.desc()).limit(1))

    def last_by(self, actor: str, verbs: Sequence[str], limit: int = 100) -> list[Act]:
        """The newest acts of a person with one of these verbs, newest first."""
        where = (self.table.c.actor == actor, self.table.c.verb.in_(list(verbs)))
        return self._read(self._select().where(*where).order_by(self.table.c.id.desc()).limit(limit))

    def changed_by(self, entity: str, verbs: Sequence[str]) -> set[int]:
        """Ids of the entities that acts with one of these verbs changed."""
        query = (
            select(self._events.c.payload)
            .join(self.table, self.table.c.id == self._events.c.act_id)
            .where(
                self._events.c.entity == entity, self._events.c.kind == "changed", self.table.c.verb.in_(list(verbs))
            )
        )
        return {number for (payload,) in self._connection.execute(query) for number in log.decode_ids(payload)}

    def events(self, act_id: int) -> list[Event]:
        """What an act did, one event for each entity. A creation names the entity only."""
        act = self.act(act_id)
        if act is None:
            return []
        query = self._blocks_query().where(self._events.c.act_id == act_id)
        return [event for block in self._decoded(query) for event in _events_of(block, act)]

    def blocks(
        self, *, after: int = 0, upto: int | None = None, act_id: int | None = None, entity: str | None = None
    ) -> Iterator[log.Block]:
        """Blocks of the log with after < sequence <= upto, oldest first."""
        query = self._blocks_query().where(self._events.c.sequence > after)
        if upto is not None:
            query = query.where(self._events.c.sequence <= upto)
        if act_id is not None:
            query = query.where(self._events.c.act_id == act_id)
        if entity is not None:
            query = query.where(self._events.c.entity == entity)
        return self._decoded(query)

    def first_values(self, entity: str, column: str, after: int = 0) -> dict[int, Any]:
        """What a column of entities was before an event after a sequence first changed it from something, as stored.

        Blocks that do not name the column are not decoded.
        """
        events = self._events.c
        where = (events.entity == entity, events.kind == "changed", events.sequence > after)
        found: dict[int, Any] = {}
        for row in self._connection.execute(self._blocks_query().where(*where)):
            if not log.names(row.payload, column):
                continue
            block = _block(row)
            before = block.columns[column][0] if column in block.columns else ()
            for key, value in zip(block.ids, before, strict=False):
                if value is not None:
                    found.setdefault(key, value)
        return found

    def touched(self, entity: str, after: int) -> set[int]:
        """Ids of the entities that events after a sequence name."""
        where = (self._events.c.entity == entity, self._events.c.sequence > after)
        rows = self._connection.execute(select(self._events.c.payload).where(*where))
        return {number for (payload,) in rows for number in log.decode_ids(payload)}

    def touched_count(self, entity: str, after: int) -> int:
        """At most this many entities are named by events after a sequence."""
        where = (self._events.c.entity == entity, self._events.c.sequence > after)
        total = self._connection.execute(select(func.sum(self._events.c.entity_count)).where(*where)).scalar()
        return int(total or 0)

    def last_touch(self, entity: str, entity_id: int) -> Act | None:
        """The act that last changed an entity, or None."""
        last: int | None = None
        for block in self._about(entity, entity_id):
            last = block.act_id
        return None if last is None else self.act(last)

    def history(self, entity: str, entity_id: int) -> list[Event]:
        """Everything that happened to an entity, oldest first; a creation shows the first state after it."""
        blocks = list(self._about(entity, entity_id))
        acts: dict[int, Act] = {act.id: act for act in self._by_ids(sorted({block.act_id for block in blocks}))}
        state: dict[int, Stored | None] = {entity_id: self._now(entity, [entity_id]).get(entity_id)}
        events: list[Event] = []
        for block in reversed(blocks):
            act = acts[block.act_id]
            before, after = block.of(entity_id)
            if block.kind == "created":
                after = state[entity_id] or {}
            events.append(_event(block, act, entity_id, before, after))
            log.take_back(state, [block])
        return events[::-1]

    def state_at(self, entity: str, ids: Sequence[int], sequence: int) -> dict[int, Stored | None]:
        """Stored values of entities as they were after the event `sequence`; None for one that was not there."""
        found = self._now(entity, ids)
        state: dict[int, Stored | None] = {number: found.get(number) for number in ids}
        log.take_back(state, reversed(list(self.blocks(after=sequence, entity=entity))))
        return state

    # inside

    def _different(self, rows: Sequence[Any]) -> int:
        if all(one.last_id < other.first_id for one, other in pairwise(rows)):
            return sum(row.entity_count for row in rows)
        query = select(self._events.c.payload).where(self._events.c.act_id == rows[0].act_id)
        payloads = self._connection.execute(query.where(self._events.c.entity == "service_request")).scalars()
        return len({number for payload in payloads for number in log.decode_ids(payload)})

    def _now(self, entity: str, ids: Sequence[int]) -> dict[int, Stored]:
        """The present stored values of entities by id."""
        table, bulk = table_of(entity), bulk_for(self._connection)
        names = [column.name for column in table.columns]
        if "id" not in names:
            return {}
        rows = [row for part in in_chunks(sorted(ids)) for row in bulk.read(table, names, part)]
        return {row[names.index("id")]: dict(zip(names, row, strict=True)) for row in rows}

    def _about(self, entity: str, entity_id: int) -> Iterator[log.Block]:
        columns = self._events.c
        around = (columns.entity == entity, columns.first_id <= entity_id, columns.last_id >= entity_id)
        return (block for block in self._decoded(self._blocks_query().where(*around)) if entity_id in block.ids)

    def _blocks_query(self) -> Select[Any]:
        columns = self._events.c
        names = (columns.sequence, columns.act_id, columns.entity, columns.kind, columns.payload)
        return select(*names).order_by(columns.sequence)

    def _decoded(self, query: Select[Any]) -> Iterator[log.Block]:
        return (_block(row) for row in self._connection.execute(query))


def _block(row: Row[Any]) -> log.Block:
    return log.decode(row.sequence, row.act_id, row.entity, row.kind, row.payload)


def _events_of(block: log.Block, act: Act) -> Iterator[Event]:
    for at, entity_id in enumerate(block.ids):
        before = {name: pair[0][at] for name, pair in block.columns.items() if pair[0]}
        after = {name: pair[1][at] for name, pair in block.columns.items() if pair[1]}
        yield _event(block, act, entity_id, before, after)


def _event(block: log.Block, act: Act, entity_id: int, before: Stored, after: Stored) -> Event:
    shown_before, shown_after = _shown(block.entity, before), _shown(block.entity, after)
    if block.note:
        shown_after |= block.note
    values = (block.entity, entity_id, shown_before, shown_after)
    return Event(block.sequence, act.id, act.actor, act.at, act.verb, *values)


def _shown(entity: str, values: Mapping[str, Any]) -> Stored:
    """Stored values as a record shows them."""
    kinds = kinds_of(entity)
    return {name: from_stored(kinds.get(name, "text"), value) for name, value in values.items()}
