"""Many rows at once, on either database: columns of stored values in and out, without work per row.

SQLite takes executemany and ids as one JSON array; PostgreSQL takes each column as one array and unnests it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from sqlalchemy import Connection, Table, text

from data.values import kinds_of

CHUNK = 5000


class Bulk(Protocol):
    """What the unit of work needs of a database."""

    def next_ids(self, table: Table, count: int) -> list[int]:
        """Ids never used before in the table, ascending."""

    def insert(self, table: Table, names: Sequence[str], columns: Sequence[Sequence[Any]]) -> None:
        """Insert rows given as columns of stored values."""

    def update(self, table: Table, names: Sequence[str], ids: Sequence[int], columns: Sequence[Sequence[Any]]) -> None:
        """Set columns of the rows with these ids; their version, where they have one, counts up."""

    def delete(self, table: Table, key: str, ids: Sequence[int]) -> None:
        """Delete the rows whose key column is one of the ids."""

    def read(self, table: Table, names: Sequence[str], ids: Sequence[int], *, lock: bool = False) -> list[Any]:
        """Stored values of rows by ascending id; ids that are not there are left out. `lock` holds them to the end."""


def bulk_for(connection: Connection) -> Bulk:
    """The adapter for the database of a connection."""
    return SqliteBulk(connection) if connection.dialect.name == "sqlite" else PostgresBulk(connection)


def quoted(name: str) -> str:
    """An identifier of the schema in quotes (group, values, date are words of SQL)."""
    return f'"{name}"'


def in_chunks(values: Sequence[Any], size: int = CHUNK) -> Iterator[Sequence[Any]]:
    """Consecutive slices."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


class SqliteBulk:
    """executemany for writing, json_each for lists of ids."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._next: dict[str, int] = {}

    def next_ids(self, table: Table, count: int) -> list[int]:
        first = self._next.get(table.name) or self._first_free(table.name)
        self._next[table.name] = first + count
        return list(range(first, first + count))

    def _first_free(self, name: str) -> int:
        """One past every id the table holds or the log has ever named: an id is never used again."""
        sql = (
            f"SELECT max(coalesce((SELECT max(id) FROM {quoted(name)}), 0), "  # noqa: S608
            "coalesce((SELECT max(last_id) FROM event WHERE entity = ?), 0))"
        )
        return 1 + int(self._connection.exec_driver_sql(sql, (name,)).scalar_one())

    def insert(self, table: Table, names: Sequence[str], columns: Sequence[Sequence[Any]]) -> None:
        rows = list(zip(*columns, strict=True))
        if rows:
            marks = ",".join("?" * len(names))
            listed = ",".join(map(quoted, names))
            sql = f"INSERT INTO {quoted(table.name)} ({listed}) VALUES ({marks})"  # noqa: S608
            self._connection.exec_driver_sql(sql, rows)

    def update(self, table: Table, names: Sequence[str], ids: Sequence[int], columns: Sequence[Sequence[Any]]) -> None:
        sets = [f"{quoted(name)} = ?" for name in names]
        if "version" in table.columns:
            sets.append("version = version + 1")
        sql = f"UPDATE {quoted(table.name)} SET {', '.join(sets)} WHERE id = ?"  # noqa: S608
        self._connection.exec_driver_sql(sql, list(zip(*columns, ids, strict=True)))

    def delete(self, table: Table, key: str, ids: Sequence[int]) -> None:
        sql = f"DELETE FROM {quoted(table.name)} WHERE {quoted(key)} IN (SELECT value FROM json_each(?))"  # noqa: S608
        self._connection.exec_driver_sql(sql, (json.dumps(list(ids)),))

    def read(self, table: Table, names: Sequence[str], ids: Sequence[int], *, lock: bool = False) -> list[Any]:
        listed = ",".join(map(quoted, names))
        where = "id IN (SELECT value FROM json_each(?))"
        sql = f"SELECT {listed} FROM {quoted(table.name)} WHERE {where} ORDER BY id"  # noqa: S608
        rows = self._connection.exec_driver_sql(sql, (json.dumps(list(ids)),)).fetchall()
        booleans = [at for at, name in enumerate(names) if kinds_of(table.name)[name] == "bool"]
        return [_with_booleans(row, booleans) for row in rows] if booleans else list(rows)


def _with_booleans(row: Any, places: Sequence[int]) -> tuple[Any, ...]:
    values = list(row)
    for at in places:
        values[at] = None if values[at] is None else bool(values[at])
    return tuple(values)


# How a column of stored values crosses to PostgreSQL: the type of the array, and the cast of one element.
_ARRAYS = {
    "int": ("bigint[]", ""),
    "time": ("bigint[]", ""),
    "float": ("double precision[]", ""),
    "bool": ("boolean[]", ""),
    "text": ("text[]", ""),
    "date": ("text[]", "::date"),
    "json": ("text[]", "::json"),
    "bytes": ("bytea[]", ""),
}


class PostgresBulk:
    """One array a column, unnested by the server."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def next_ids(self, table: Table, count: int) -> list[int]:
        sql = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
        found = self._connection.execute(sql, {"name": quoted(table.name), "count": count}).scalars()
        return sorted(int(number) for number in found)

    def _rows(self, table: Table, names: Sequence[str]) -> tuple[str, list[str]]:
        """The unnested source of rows, and each column taken from it."""
        kinds = [_ARRAYS[kinds_of(table.name)[name]] for name in names]
        arrays = ", ".join(f"%s::{array}" for array, _ in kinds)
        columns = [f"c{at}" for at in range(len(names))]
        picked = [f"v.{column}{cast}" for column, (_, cast) in zip(columns, kinds, strict=True)]
        return f"unnest({arrays}) AS v({', '.join(columns)})", picked

    def insert(self, table: Table, names: Sequence[str], columns: Sequence[Sequence[Any]]) -> None:
        if not columns or not len(columns[0]):
            return
        source, picked = self._rows(table, names)
        listed = ",".join(map(quoted, names))
        sql = f"INSERT INTO {quoted(table.name)} ({listed}) SELECT {', '.join(picked)} FROM {source}"  # noqa: S608
        self._connection.exec_driver_sql(sql, tuple(list(column) for column in columns))

    def update(self, table: Table, names: Sequence[str], ids: Sequence[int], columns: Sequence[Sequence[Any]]) -> None:
        source, picked = self._rows(table, ["id", *names])
        sets = [f"{quoted(name)} = {value}" for name, value in zip(names, picked[1:], strict=True)]
        if "version" in table.columns:
            sets.append("version = t.version + 1")
        sql = f"UPDATE {quoted(table.name)} AS t SET {', '.join(sets)} FROM {source} WHERE t.id = {picked[0]}"  # noqa: S608
        self._connection.exec_driver_sql(sql, (list(ids), *(list(column) for column in columns)))

    def delete(self, table: Table, key: str, ids: Sequence[int]) -> None:
        sql = f"DELETE FROM {quoted(table.name)} WHERE {quoted(key)} = ANY(%s::bigint[])"  # noqa: S608
        self._connection.exec_driver_sql(sql, (list(ids),))

    def read(self, table: Table, names: Sequence[str], ids: Sequence[int], *, lock: bool = False) -> list[Any]:
        listed = ",".join(as_stored(table, name) for name in names)
        hold = " FOR UPDATE" if lock else ""
        sql = f"SELECT {listed} FROM {quoted(table.name)} WHERE id = ANY(%s::bigint[]) ORDER BY id{hold}"  # noqa: S608
        return list(self._connection.exec_driver_sql(sql, (list(ids),)).fetchall())


def as_stored(table: Table, name: str) -> str:
    """How PostgreSQL is asked for a stored value: JSON and dates as their text."""
    return quoted(name) + ("::text" if kinds_of(table.name)[name] in ("json", "date") else "")
