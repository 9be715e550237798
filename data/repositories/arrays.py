"""Whole columns as numpy arrays, read in bounded pieces."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Connection, Select, func, literal_column, select, type_coerce
from sqlalchemy.types import BigInteger

from data.values import MISSING

Arrays = dict[str, np.ndarray]
_FETCH = 10_000  # rows that are turned into columns at a time: while they are, no other thread runs
_IN_LIST = 5000
_DTYPES: dict[str, Any] = {"int": np.int64, "time": np.int64, "float": np.float64, "bool": np.bool_}


def fetch_arrays(
    connection: Connection,
    columns: Mapping[str, tuple[ColumnElement[Any], str]],
    key: ColumnElement[int],
    *,
    ids: Sequence[int] | np.ndarray | None = None,
    where: Sequence[ColumnElement[bool]] = (),
) -> Arrays:
    """Columns (name to expression and kind) in order of `key`; with `ids`, only the rows whose key is one of them.

    Whole numbers and times come as int64 with MISSING where there is none, floats as float64 with nan, other kinds as
    arrays of objects.
    """
    expressions = [_raw(item, kind) for item, kind in columns.values()]
    query = select(*expressions).where(*where).order_by(key)
    queries = [query] if ids is None else [query.where(part) for part in _parts(key, ids)]
    return _read(connection, queries, {name: kind for name, (_, kind) in columns.items()})


def _parts(key: ColumnElement[int], ids: Sequence[int] | np.ndarray) -> Iterable[ColumnElement[bool]]:
    wanted = np.unique(np.asarray(ids, dtype=np.int64)).tolist()
    return (key.in_(wanted[start : start + _IN_LIST]) for start in range(0, len(wanted), _IN_LIST))


def _raw(item: ColumnElement[Any], kind: str) -> ColumnElement[Any]:
    """A column without the work of decoding each value."""
    if kind in ("int", "time"):
        return func.coalesce(type_coerce(item, BigInteger), literal_column(str(MISSING)))
    return item


def _read(connection: Connection, queries: Iterable[Select[Any]], kinds: Mapping[str, str]) -> Arrays:
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
