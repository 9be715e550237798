"""Service requests: single records, whole columns, and what hangs on them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Boolean, ColumnElement, Connection, Select, Table, func, literal_column, select, type_coerce
from sqlalchemy.types import BigInteger

from data import schema
from data.bulk import in_chunks
from data.records import Answer, Event, Photo, Placement, Reporter, ServiceRequest, Status
from data.repositories.arrays import Arrays, fetch_arrays
from data.repositories.base import IN_LIST, Reader
from data.repositories.logbook import Logbook
from data.values import kinds_of
from data.viewport import located_within

_FETCH = 10_000


class Requests(Reader[ServiceRequest]):
    """Residents' reports."""

    table, record = schema.service_request, ServiceRequest
    converted = (("status", Status), ("placement", Placement))

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._answers, self._photos = _Answers(connection), _Photos(connection)
        self._reporters = _Reporters(connection)
        self._log = Logbook(connection)

    def get(self, request_id: int) -> ServiceRequest | None:
        """One request, or None."""
        return self._one(self._select().where(self.table.c.id == int(request_id)))

    def many(self, ids: Sequence[int]) -> list[ServiceRequest]:
        """Requests of these ids in this order; those that are not there are left out."""
        return self._by_ids(ids)

    def count(self) -> int:
        """How many requests there are."""
        return int(self._connection.execute(select(func.count()).select_from(self.table)).scalar_one())

    def find(self, service_request_id: str) -> list[ServiceRequest]:
        """Requests that a source calls by this id, one for each source at most."""
        mine = self.table.c.source_id.in_(select(schema.source.c.id))
        where = self.table.c.service_request_id == service_request_id
        return self._read(self._select().where(mine, where).order_by(self.table.c.id))

    def ids_by_external(self, source_id: int) -> dict[str, tuple[int, bytes]]:
        """Id and row digest by service_request_id, for one source."""
        names = self.table.c
        query = select(names.service_request_id, names.id, names.row_digest).where(names.source_id == source_id)
        found: dict[str, tuple[int, bytes]] = {}
        for rows in self._connection.execute(query.execution_options(yield_per=50_000)).partitions(50_000):
            keys, ids, digests = zip(*rows, strict=True)
            found.update(zip(keys, zip(ids, digests, strict=True), strict=True))
        return found

    def extra_values(self, headers: Sequence[str]) -> list[str]:
        """What requests say in the first of these further columns of their file that they have; each value once."""
        query = select(self._extra(headers)).distinct()
        return sorted(value for value in self._connection.execute(query).scalars() if value is not None)

    def ids_by_extra(self, headers: Sequence[str], values: Sequence[str]) -> np.ndarray:
        """Ids, ascending, of requests that say one of these values there."""
        query = select(self.table.c.id).where(self._extra(headers).in_(values)).order_by(self.table.c.id)
        return np.array(self._connection.execute(query).scalars().all(), dtype=np.int64)

    def _extra(self, headers: Sequence[str]) -> ColumnElement[Any]:
        return func.coalesce(*(self.table.c.extras[header].as_string() for header in headers), None)

    def located_within(self, west: float, south: float, east: float, north: float) -> list[int]:
        """Ids of located requests in a closed box of degrees, ascending."""
        return located_within(self._connection, west, south, east, north)

    def answers(self, request_id: int) -> list[Answer]:
        """Answers to the service's questions."""
        return self._answers.of(request_id)

    def answers_of(self, ids: Sequence[int] | np.ndarray) -> dict[int, dict[str, str]]:
        """The answers of many requests, by code; requests without any are left out."""
        return self._answers_in(schema.answer, ids)

    def answers_before(self, act_id: int, ids: Sequence[int]) -> dict[int, dict[str, str]]:
        """The answers that an act replaced, where they are still kept; requests without any are left out."""
        return self._answers_in(schema.answer_before, ids, schema.answer_before.c.act_id == act_id)

    def _answers_in(
        self, table: Table, ids: Sequence[int] | np.ndarray, *where: ColumnElement[bool]
    ) -> dict[int, dict[str, str]]:
        found: dict[int, dict[str, str]] = {}
        names, wanted = table.c, np.unique(np.asarray(ids, dtype=np.int64)).tolist()
        for start in range(0, len(wanted), _FETCH):
            part = wanted[start : start + _FETCH]
            query = select(names.request_id, names.code, names.value).where(names.request_id.in_(part), *where)
            for key, code, value in self._connection.execute(query.order_by(names.request_id, names.code)):
                found.setdefault(int(key), {})[code] = value
        return found

    def photos(self, request_id: int) -> list[Photo]:
        """Photos, the first attached first."""
        return self._photos.of(request_id)

    def photo_looks(self, ids: Sequence[int] | None = None) -> list[tuple[int, int]]:
        """Requests and how a photo of each looks (data.photo_looks), in order; photos that tell nothing are not.

        With `ids` only those of some requests.
        """
        columns = schema.photo.c
        query = select(columns.request_id, columns.look_hash).where(columns.look_hash.is_not(None))
        query = query.order_by(columns.request_id, columns.id)
        rows = [row for part in _some(query, columns.request_id, ids) for row in self._connection.execute(part)]
        return [(int(request), int(look)) for request, look in rows]

    def photo_ids(self) -> np.ndarray:
        """Ids of the requests that have photos, ascending."""
        query = select(schema.photo.c.request_id).distinct().order_by(schema.photo.c.request_id)
        return np.array(self._connection.execute(query).scalars().all(), dtype=np.int64)

    def reporter(self, request_id: int) -> Reporter | None:
        """Who reported it, where that is known."""
        return self._reporters.of(request_id)

    def contacts(self, ids: Sequence[int] | None = None) -> Iterator[tuple[int, str, str]]:
        """Request, e-mail and telephone of everybody who left one, a part at a time; with `ids` of some requests."""
        table = schema.reporter
        query = select(table.c.request_id, table.c.email, table.c.phone).order_by(table.c.request_id)
        query = query.where((table.c.email != "") | (table.c.phone != ""))
        for part in _some(query, table.c.request_id, ids):
            for row in self._connection.execute(part.execution_options(yield_per=_FETCH)):
                yield row.request_id, row.email, row.phone

    def contacts_like(self, contacts: Collection[tuple[str, str]]) -> list[tuple[int, str, str]]:
        """The same of all requests whose reporter left one of these e-mails, or one of these telephone numbers."""
        table, found = schema.reporter, dict[int, tuple[int, str, str]]()
        for part in in_chunks(sorted(contacts), IN_LIST):
            emails, phones = ([told for told in side if told] for side in zip(*part, strict=True))
            query = select(table.c.request_id, table.c.email, table.c.phone)
            query = query.where(table.c.email.in_(emails) | table.c.phone.in_(phones))
            found.update(
                (row.request_id, (row.request_id, row.email, row.phone)) for row in self._connection.execute(query)
            )
        return list(found.values())

    def history(self, request_id: int) -> list[Event]:
        """Everything that happened to a request, oldest first; its creation shows the first state."""
        return self._log.history("service_request", request_id)

    def arrays(
        self,
        columns: Sequence[str],
        *,
        ids: Sequence[int] | np.ndarray | None = None,
        source_id: int | None = None,
        service_id: int | None = None,
        reported: tuple[datetime, datetime] | None = None,
    ) -> Arrays:
        """Whole columns as numpy arrays in order of id.

        Numbers, times (epoch ms) and keys are int64 with MISSING where there is none, floats float64 with nan, texts
        arrays of str objects. `ids` that are not there are left out. `reported`: only those reported from one moment
        up to, and not at, another.
        """
        where = [] if source_id is None else [self.table.c.source_id == source_id]
        if service_id is not None:
            where.append(self.table.c.service_id == service_id)
        if reported is not None:
            where += [self.table.c.requested_at >= reported[0], self.table.c.requested_at < reported[1]]
        return fetch_arrays(self._connection, self._wanted(columns), self.table.c.id, ids=ids, where=where)

    def reported_span(
        self, *, service_id: int | None = None, placement: Placement | None = None
    ) -> tuple[int, int] | None:
        """When the first and the last request were reported (epoch ms), of all or of such; None without any."""
        moment = type_coerce(self.table.c.requested_at, BigInteger)
        query = select(func.min(moment), func.max(moment))
        if service_id is not None:
            query = query.where(self.table.c.service_id == service_id)
        if placement is not None:
            query = query.where(self.table.c.placement == placement.value)
        first, last = self._connection.execute(query).one()
        return None if first is None else (int(first), int(last))

    def usual_outcome(self) -> str:
        """The outcome that most requests have; empty for none."""
        query = select(self.table.c.outcome, func.count().label("requests")).group_by(self.table.c.outcome)
        rows = [(int(row.requests), str(row.outcome)) for row in self._connection.execute(query)]
        return max(rows, default=(0, ""))[1]

    def out_of_the_usual(self, outcome: str) -> Arrays:
        """id, outcome, reopened_count, own_due_at of requests that ended otherwise, were reopened, or have the last.

        Few they are, where whole columns of all requests would take seconds.
        """
        names = self.table.c
        unusual = (names.outcome != outcome) | (names.reopened_count > 0) | names.own_due_at.is_not(None)
        wanted = self._wanted(("id", "outcome", "reopened_count", "own_due_at"))
        return fetch_arrays(self._connection, wanted, names.id, where=(unusual,))

    def went_about(self, columns: Sequence[str]) -> Arrays:
        """Whole columns of the requests that were recategorised, or went from one department to another."""
        where = (literal_column(f"({schema.WENT_ABOUT})", Boolean),)  # as the index has it, without a parameter
        return fetch_arrays(self._connection, self._wanted(columns), self.table.c.id, where=where)

    def reported_as(self, columns: Sequence[str], service_ids: Sequence[int]) -> Arrays:
        """Whole columns of the requests that were reported as one of some services, whatever they are now."""
        names = self.table.c
        where = (func.coalesce(names.reported_service_id, names.service_id).in_(list(service_ids)),)
        return fetch_arrays(self._connection, self._wanted(columns), names.id, where=where)

    def _wanted(self, columns: Sequence[str]) -> dict[str, tuple[ColumnElement[Any], str]]:
        kinds = kinds_of(self.table.name)
        unknown = [name for name in columns if name not in kinds]
        if unknown:
            raise ValueError(f"service_request has no column {', '.join(unknown)}")
        return {name: (self.table.c[name], kinds[name]) for name in columns}


def _some(query: Select[Any], key: ColumnElement[int], ids: Sequence[int] | None) -> Iterator[Select[Any]]:
    """A query, or its parts for some ids, in order of these."""
    if ids is None:
        yield query
        return
    for part in in_chunks(sorted({int(number) for number in ids}), IN_LIST):
        yield query.where(key.in_(list(part)))


class _Answers(Reader[Answer]):
    table, record = schema.answer, Answer

    def of(self, request_id: int) -> list[Answer]:
        return self._read(self._select().where(self.table.c.request_id == request_id).order_by(self.table.c.code))


class _Photos(Reader[Photo]):
    table, record = schema.photo, Photo

    def of(self, request_id: int) -> list[Photo]:
        return self._read(self._select().where(self.table.c.request_id == request_id).order_by(self.table.c.id))


class _Reporters(Reader[Reporter]):
    table, record = schema.reporter, Reporter

    def of(self, request_id: int) -> Reporter | None:
        return self._one(self._select().where(self.table.c.request_id == request_id))
