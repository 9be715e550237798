"""Service requests: single records, whole columns, and what hangs on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection, Select, func, literal_column, select, type_coerce
from sqlalchemy.types import BigInteger

from data import schema
from data.records import Answer, Event, Photo, Placement, Reporter, ServiceRequest, Status
from data.repositories.base import Reader
from data.repositories.logbook import Logbook
from data.values import MISSING, kinds_of

Arrays = dict[str, np.ndarray]
_FETCH = 50_000
_DTYPES: dict[str, Any] = {"int": np.int64, "time": np.int64, "float": np.float64, "bool": np.bool_}


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
        return {key: (number, digest) for key, number, digest in self._connection.execute(query)}

    def answers(self, request_id: int) -> list[Answer]:
        """Answers to the service's questions."""
        return self._answers.of(request_id)

    def photos(self, request_id: int) -> list[Photo]:
        """Photos, the first attached first."""
        return self._photos.of(request_id)

    def photo_ids(self) -> np.ndarray:
        """Ids of the requests that have photos, ascending."""
        query = select(schema.photo.c.request_id).distinct().order_by(schema.photo.c.request_id)
        return np.array(self._connection.execute(query).scalars().all(), dtype=np.int64)

    def reporter(self, request_id: int) -> Reporter | None:
        """Who reported it, where that is known."""
        return self._reporters.of(request_id)

    def history(self, request_id: int) -> list[Event]:
        """Everything that happened to a request, oldest first; its creation shows the first state."""
        return self._log.history("service_request", request_id)

    def arrays(
        self, columns: Sequence[str], *, ids: Sequence[int] | np.ndarray | None = None, source_id: int | None = None
    ) -> Arrays:
        """Whole columns as numpy arrays in order of id.

        Numbers, times (epoch ms) and keys are int64 with MISSING where there is none, floats float64 with nan, texts
        arrays of str objects. `ids` that are not there are left out.
        """
        kinds = kinds_of(self.table.name)
        unknown = [name for name in columns if name not in kinds]
        if unknown:
            raise ValueError(f"service_request has no column {', '.join(unknown)}")
        query = select(*(_raw(self.table.c[name], kinds[name]) for name in columns)).order_by(self.table.c.id)
        if source_id is not None:
            query = query.where(self.table.c.source_id == source_id)
        queries = [query] if ids is None else [query.where(part) for part in self._parts(ids)]
        return _arrays(self._connection, queries, {name: kinds[name] for name in columns})

    def _parts(self, ids: Sequence[int] | np.ndarray) -> Iterable[Any]:
        wanted = np.unique(np.asarray(ids, dtype=np.int64)).tolist()
        for start in range(0, len(wanted), 5000):
            yield self.table.c.id.in_(wanted[start : start + 5000])


def _raw(item: Any, kind: str) -> Any:
    """A column without the work of decoding each value."""
    if kind in ("int", "time"):
        return func.coalesce(type_coerce(item, BigInteger), literal_column(str(MISSING)))
    return item


def _arrays(connection: Connection, queries: Iterable[Select[Any]], kinds: dict[str, str]) -> Arrays:
    parts: list[list[np.ndarray]] = [[] for _ in kinds]
    for query in queries:
        for rows in connection.execute(query.execution_options(yield_per=_FETCH)).partitions(_FETCH):
            for part, cells, kind in zip(parts, zip(*rows, strict=True), kinds.values(), strict=True):
                part.append(_array(cells, kind))
    return {
        name: np.concatenate(part) if part else _array((), kind)
        for (name, kind), part in zip(kinds.items(), parts, strict=True)
    }


def _array(cells: Sequence[Any], kind: str) -> np.ndarray:
    if kind in _DTYPES:
        return np.array(cells, dtype=_DTYPES[kind])
    array = np.empty(len(cells), dtype=object)
    array[:] = cells
    return array


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
