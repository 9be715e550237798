"""One consistent reading, and the only way to write: every write appends its events in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice, pairwise
from typing import Any

import numpy as np
from sqlalchemy import Connection, Table, delete, insert, select, text

from data import log
from data.bulk import CHUNK, bulk_for, in_chunks
from data.errors import Conflict
from data.photo_looks import look_hash
from data.records import ActId
from data.repositories.artifacts import Artifacts, pack_arrays
from data.repositories.catalogue import Agencies, Cities, Crews, Depots, People, Rules, Services, Sources
from data.repositories.desk import Notes, SavedViews, Templates
from data.repositories.logbook import Logbook
from data.repositories.places import Areas, Assets, Points
from data.repositories.requests import Requests
from data.repositories.roster import Roster, StopEvents
from data.repositories.work import Decisions, Incidents, Outbox, Plans
from data.schema import LOG_TABLES, PRIVATE_TABLES, act, answer_before, artifact, event, metadata
from data.search import TEXT_COLUMNS, text_index
from data.shaping import Row, columns_of, differing, plain_list, sorted_together
from data.values import kinds_of, stored_column, table_of, to_stored

_EVENT_LOCK = 0x0B5A9  # the advisory lock that makes the log's order the order of commits on PostgreSQL


class SearchDesk:
    """Search as an attribute of a unit."""

    def __init__(self, connection: Connection) -> None:
        self._index = text_index(connection)

    def requests(self, question: str, limit: int = 100) -> list[int]:
        """Ids of requests whose texts hold every word of the question, newest first."""
        return self._index.find(question, limit)


class ReadUnit:
    """A consistent picture of the store: repositories that return frozen records."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection  # for data/ only
        self.city = Cities(connection)
        self.people = People(connection)
        self.sources = Sources(connection)
        self.agencies = Agencies(connection)
        self.services = Services(connection)
        self.depots = Depots(connection)
        self.crews = Crews(connection)
        self.roster = Roster(connection)
        self.stop_events = StopEvents(connection)
        self.rules = Rules(connection)
        self.areas = Areas(connection)
        self.points = Points(connection)
        self.assets = Assets(connection)
        self.notes = Notes(connection)
        self.templates = Templates(connection)
        self.saved_views = SavedViews(connection)
        self.requests = Requests(connection)
        self.incidents = Incidents(connection)
        self.decisions = Decisions(connection)
        self.plans = Plans(connection)
        self.outbox = Outbox(connection)
        self.artifacts = Artifacts(connection)
        self.log = Logbook(connection)
        self.search = SearchDesk(connection)


class WriteUnit(ReadUnit):
    """One act. Nothing stays unless commit() is called; `summary` is stored with the act."""

    def __init__(
        self, connection: Connection, *, verb: str, actor: str, at: datetime, undoes: ActId | None = None
    ) -> None:
        super().__init__(connection)
        self.summary: dict[str, Any] = {}
        self._act = {"verb": verb, "actor": actor, "at": at, "undoes": undoes}
        self._bulk = bulk_for(connection)
        self._text = text_index(connection)
        self._events: list[dict[str, Any]] = []
        self._act_id: ActId | None = None
        self._done = False

    @property
    def act_id(self) -> ActId:
        """The id this act has once it is committed."""
        if self._act_id is None:
            self._act_id = ActId(self._next_act_id())
        return self._act_id

    @property
    def wrote(self) -> bool:
        """Whether this act has written anything yet."""
        return bool(self._events)

    @property
    def committed(self) -> bool:
        """Whether this act lasts."""
        return self._done

    def create(self, entity: str, rows: Iterable[Row]) -> list[int]:
        """Insert rows of a table, in chunks, and return their ids in order.

        Columns a row leaves out get their defaults; ids are assigned unless a row brings its own. ValueError for a
        column the table does not have, or a missing one.
        """
        table = self._domain_table(entity)
        stream, made = iter(rows), list[int]()
        while chunk := list(islice(stream, CHUNK)):
            made += self._create_chunk(table, chunk)
        return made

    def change(
        self, entity: str, changes: Mapping[int, Row], *, expect_version: Mapping[int, int] | None = None
    ) -> int:
        """Set columns of single rows by id; returns how many really differed.

        Conflict when a row is gone, or its version is not the expected one.
        """
        table = self._domain_table(entity)
        changed = 0
        for ids in in_chunks(sorted(changes)):
            by_columns: dict[tuple[str, ...], list[int]] = {}
            for entity_id in ids:
                by_columns.setdefault(tuple(changes[entity_id]), []).append(entity_id)
            for names, members in by_columns.items():
                values = [[changes[member][name] for member in members] for name in names]
                changed += self._apply(table, members, names, values, expect_version)
        return changed

    def change_columns(
        self,
        entity: str,
        ids: Sequence[int],
        columns: Mapping[str, Sequence[object]],
        *,
        expect_version: Mapping[int, int] | None = None,
    ) -> int:
        """Set whole columns, each aligned with `ids`; returns how many rows really differed.

        Conflict when a row is gone, or its version is not the expected one.
        """
        table = self._domain_table(entity)
        keys = plain_list(ids)
        values = [plain_list(column) for column in columns.values()]
        if any(len(column) != len(keys) for column in values):
            raise ValueError(f"columns of {entity} are not as long as its ids")
        if any(after <= before for before, after in pairwise(keys)):
            keys, values = sorted_together(keys, values)
        changed = 0
        for start in range(0, len(keys), CHUNK):
            part = slice(start, start + CHUNK)
            changed += self._apply(
                table, keys[part], tuple(columns), [column[part] for column in values], expect_version
            )
        return changed

    def remove(self, entity: str, ids: Sequence[int]) -> None:
        """Delete rows, what depends on them first; their last state stays in the log, personal rows are gone."""
        table = self._domain_table(entity)
        for part in in_chunks(sorted(set(plain_list(ids)))):
            self._remove_dependents(table, part)
            names = [column.name for column in table.columns]
            rows = self._bulk.read(table, names, part, lock=True)
            if not rows:
                continue
            columns = list(zip(*rows, strict=True))
            found = list(columns[names.index("id")])
            self._log(entity, "removed", found, {n: (c, ()) for n, c in zip(names, columns, strict=True)})
            if entity == "service_request":
                self._text.leaving(found)
            self._bulk.delete(table, "id", found)

    def put_artifact(self, name: str, arrays: Mapping[str, np.ndarray]) -> None:
        """Store arrays under a name, in place of those that had it. The log keeps the name and size, not the arrays."""
        content = pack_arrays(arrays)
        self._writing()
        standing = self.connection.execute(
            select(artifact.c.content, artifact.c.version).where(artifact.c.name == name)
        ).one_or_none()
        if standing is not None and standing.content == content:
            return
        note = {"name": name, "bytes": len(content)}
        self._log("artifact", "created" if standing is None else "changed", [0], note=note)
        values = {"name": name, "format": "npz", "content": content}
        if standing is None:
            self.connection.execute(insert(artifact), values)
        else:
            where = artifact.c.name == name
            self.connection.execute(artifact.update().where(where), {**values, "version": standing.version + 1})

    def attach_reporters(self, rows: Iterable[Row]) -> None:
        """Set who reported requests: request_id, name, email, phone. The log names the requests only."""
        self._attach("reporter", rows)

    def attach_answers(self, rows: Iterable[Row]) -> None:
        """Set the answers of requests: request_id, code, value. A request's answers are replaced together."""
        self._attach("answer", rows)

    def attach_people(self, rows: Iterable[Row]) -> None:
        """Set who members of the roster are: member_id, name, phone. The log names the members only."""
        self._attach("member_person", rows, "member")

    def attach_reasons(self, rows: Iterable[Row]) -> None:
        """Set why absences are: absence_id, why. The log names the absences only."""
        self._attach("absence_reason", rows, "absence")

    def replace_answers(self, answers: Mapping[int, Mapping[str, str]]) -> None:
        """Set the answers (code to value) of requests, once an act; those before are kept, so that undo finds them.

        They are kept apart from the log, which holds nothing personal: it names the requests and how many there were.
        """
        for ids in in_chunks(sorted(answers)):
            former = self.requests.answers_of(ids)
            kept = [(self.act_id, key, code, value) for key in ids for code, value in former.get(key, {}).items()]
            self._log("service_request", "attached", ids, note={"what": "answer", "kept": len(kept)})
            if kept:
                names = ("act_id", "request_id", "code", "value")
                self._bulk.insert(answer_before, names, list(zip(*kept, strict=True)))
            self._bulk.delete(table_of("answer"), "request_id", ids)
            rows = [
                {"request_id": key, "code": code, "value": value} for key in ids for code, value in answers[key].items()
            ]
            if rows:
                listed, columns = columns_of(table_of("answer"), rows)
                self._bulk.insert(table_of("answer"), listed, columns)

    def forget_answers_before(self, moment: datetime) -> None:
        """Let go of what acts before a moment replaced: they cannot be taken back any more."""
        self._writing()
        old = select(act.c.id).where(act.c.at < moment)
        self.connection.execute(delete(answer_before).where(answer_before.c.act_id.in_(old)))

    def attach_photos(self, rows: Iterable[Row]) -> None:
        """Add photos: request_id, media_type, width_px, height_px, content. How each looks is worked out here."""
        looks: dict[bytes, int | None] = {}  # one picture often comes many times

        def looked_at(row: Row) -> Row:
            content = row["content"]
            if not isinstance(content, bytes):
                raise TypeError("a photo is kept as bytes")
            if content not in looks:
                looks[content] = look_hash(content)
            return {**row, "look_hash": looks[content]}

        self._attach("photo", (looked_at(row) for row in rows))

    def detach(self, what: str, request_ids: Sequence[int]) -> None:
        """Forget the reporters, answers or photos (the table's name) of requests."""
        table = _private_table(what)
        for part in in_chunks(sorted(set(plain_list(request_ids)))):
            self._log("service_request", "attached", part, note={"what": what, "gone": True})
            self._bulk.delete(table, "request_id", part)

    def commit(self) -> ActId:
        """Write the act and its events, and make everything last."""
        self._writing()
        act_id = self.act_id
        self.connection.execute(insert(act), {"id": act_id, **self._act, "summary": self.summary})
        if self._events:
            self._number_events(act_id)
            self.connection.execute(insert(event), self._events)
        self.connection.commit()
        self._done = True
        return act_id

    # inside

    def _writing(self) -> None:
        if self._done:
            raise RuntimeError("this act is committed; write in a new one")

    def _domain_table(self, entity: str) -> Table:
        self._writing()
        table = table_of(entity)
        if entity in (*PRIVATE_TABLES, *LOG_TABLES, "artifact", "store_meta"):
            raise ValueError(f"{entity} is not written this way")
        return table

    def _next_act_id(self) -> int:
        if self.connection.dialect.name == "postgresql":
            return self._bulk.next_ids(act, 1)[0]
        return 1 + int(self.connection.exec_driver_sql("SELECT coalesce(max(id), 0) FROM act").scalar_one())

    def _number_events(self, act_id: int) -> None:
        """Give the events their places at the end of the log; on PostgreSQL no other commit comes between."""
        if self.connection.dialect.name == "postgresql":
            self.connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _EVENT_LOCK})
        head = self.connection.exec_driver_sql("SELECT coalesce(max(sequence), 0) FROM event").scalar_one()
        for sequence, row in enumerate(self._events, int(head) + 1):
            row.update(sequence=sequence, act_id=act_id)

    def _log(
        self,
        entity: str,
        kind: str,
        ids: Sequence[int],
        columns: Mapping[str, log.Pair] | None = None,
        note: Mapping[str, Any] | None = None,
    ) -> None:
        self._events.append(log.encode(entity, kind, ids, columns, note))

    def _create_chunk(self, table: Table, rows: list[Row]) -> list[int]:
        if table.name == "outbox":
            rows = [{"act_id": self.act_id, **row} for row in rows]
        ids = self._ids_for(table, rows)
        names, columns = columns_of(table, rows)
        self._log(table.name, "created", sorted(ids))
        self._bulk.insert(table, ["id", *names], [ids, *columns])
        if table.name == "service_request":
            self._text.added(ids)
        return ids

    def _ids_for(self, table: Table, rows: list[Row]) -> list[int]:
        own = ["id" in row for row in rows]
        if not any(own):
            if table.name == "city":
                return [1]  # the only one
            return self._bulk.next_ids(table, len(rows))
        if not all(own):
            raise ValueError(f"some rows of {table.name} bring ids and some do not")
        return to_stored("int", [row["id"] for row in rows])

    def _apply(
        self,
        table: Table,
        ids: Sequence[int],
        names: Sequence[str],
        values: Sequence[Sequence[Any]],
        expect_version: Mapping[int, int] | None,
    ) -> int:
        """Set columns of up to CHUNK rows with ascending ids; only those that differ, grouped by what differs."""
        kinds = kinds_of(table.name)
        for name in names:
            if name not in kinds or name in ("id", "version"):
                raise ValueError(f"{table.name} has no column {name} to change")
        after = [stored_column(table.name, name, column) for name, column in zip(names, values, strict=True)]
        before = self._before(table, ids, names, expect_version)
        changed = 0
        for which, rows in differing(before, after).items():
            members = [ids[at] for at in rows]
            picked = {names[c]: ([before[c][at] for at in rows], [after[c][at] for at in rows]) for c in which}
            self._log(table.name, "changed", members, picked)
            texts = table.name == "service_request" and any(name in TEXT_COLUMNS for name in picked)
            if texts:
                self._text.leaving(members)
            self._bulk.update(table, list(picked), members, [pair[1] for pair in picked.values()])
            if texts:
                self._text.added(members)
            changed += len(members)
        return changed

    def _before(
        self, table: Table, ids: Sequence[int], names: Sequence[str], expect_version: Mapping[int, int] | None
    ) -> list[Sequence[Any]]:
        """The present columns; Conflict for rows that are gone or newer than expected."""
        versioned = "version" in table.columns
        rows = self._bulk.read(table, ["id", *(("version",) if versioned else ()), *names], ids, lock=True)
        if len(rows) != len(ids):
            gone = sorted(set(ids) - {row[0] for row in rows})
            raise Conflict(f"{_title(table.name)} {gone[0]} is no longer there; look at the list again.")
        if expect_version:
            for row in rows:
                if expect_version.get(row[0], row[1]) != row[1]:
                    about = row[0] if table.name == "service_request" else None
                    raise Conflict(self._who_changed(table.name, row[0]), about)
        columns = list(zip(*rows, strict=True)) if rows else [()] * (len(names) + 2)
        return list(columns[2 if versioned else 1 :])

    def _who_changed(self, entity: str, entity_id: int) -> str:
        last = self.log.last_touch(entity, entity_id)
        by = f" by {last.actor} at {last.at:%Y-%m-%d %H:%M} UTC" if last else ""
        return f"{_title(entity)} {entity_id} was changed{by} meanwhile; look at it again and repeat your change."

    def _remove_dependents(self, table: Table, ids: Sequence[int]) -> None:
        """Rows that the database would delete in silence are removed with an event of their own."""
        for child in metadata.sorted_tables:
            for column in child.columns:
                if any(k.column.table is table and k.ondelete == "CASCADE" for k in column.foreign_keys):
                    self._remove_children(child, column.name, ids)

    def _remove_children(self, child: Table, key: str, ids: Sequence[int]) -> None:
        if child.name in PRIVATE_TABLES:
            self._bulk.delete(child, key, ids)
            return
        found: list[int] = []
        for part in in_chunks(ids, 500):
            found += self.connection.execute(select(child.c.id).where(child.c[key].in_(list(part)))).scalars()
        if found:
            self.remove(child.name, found)

    def _attach(self, what: str, rows: Iterable[Row], about: str = "service_request") -> None:
        table, stream = _private_table(what), iter(rows)
        key = "request_id" if about == "service_request" else f"{about}_id"
        while chunk := list(islice(stream, CHUNK)):
            owners = sorted({int(row[key]) for row in chunk})  # type: ignore[call-overload]
            self._log(about, "attached", owners, note={"what": what})
            names, columns = columns_of(table, chunk)
            if what == "photo":
                names, columns = ["id", *names], [self._bulk.next_ids(table, len(chunk)), *columns]
            else:
                self._bulk.delete(table, key, owners)
            self._bulk.insert(table, names, columns)


def _private_table(what: str) -> Table:
    if what not in PRIVATE_TABLES:
        raise ValueError(f"{what} is not one of {', '.join(PRIVATE_TABLES)}")
    return table_of(what)


def _title(entity: str) -> str:
    return entity.replace("_", " ").capitalize()
