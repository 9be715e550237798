"""Many rows at once, on either database: columns of stored values in and out, without work per row.

SQLite takes executemany and ids as one JSON array; PostgreSQL takes a few rows as arrays to unnest, many by COPY.
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
        result = self._connection.exec_driver_sql(sql, (json.dumps(list(ids)),))
        assert result.cursor is not None
        rows = result.cursor.fetchall()  # plain tuples: a row of SQLAlchemy takes several times as long
        result.close()
        booleans = [at for at, name in enumerate(names) if kinds_of(table.name)[name] == "bool"]
        return [_with_booleans(row, booleans) for row in rows] if booleans else list(rows)


def _with_booleans(row: Any, places: Sequence[int]) -> tuple[Any, ...]:
    values = list(row)
    for at in places:
        values[at] = None if values[at] is None else bool(values[at])
    return tuple(values)


_MANY = 100  # rows from which COPY pays

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
    """Arrays unnested by the server for a few rows; COPY, ten times faster, for many."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._staged: dict[tuple[str, ...], str] = {}

    def next_ids(self, table: Table, count: int) -> list[int]:
        sql = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
        found = self._connection.execute(sql, {"name": quoted(table.name), "count": count}).scalars()
        return sorted(int(number) for number in found)

    def insert(self, table: Table, names: Sequence[str], columns: Sequence[Sequence[Any]]) -> None:
        if not columns or not len(columns[0]):
            return
        listed = ",".join(map(quoted, names))
        if len(columns[0]) >= _MANY:
            self._copy(f"{quoted(table.name)} ({listed})", columns)
            return
        source, picked = self._unnested(table, names)
        sql = f"INSERT INTO {quoted(table.name)} ({listed}) SELECT {', '.join(picked)} FROM {source}"  # noqa: S608
        self._connection.exec_driver_sql(sql, tuple(list(column) for column in columns))

    def update(self, table: Table, names: Sequence[str], ids: Sequence[int], columns: Sequence[Sequence[Any]]) -> None:
        if len(ids) >= _MANY:
            stage = self._stage(table, names)
            self._copy(stage, [ids, *columns])
            self._update_from(table, names, stage + " AS v", [f"v.{quoted(name)}" for name in ("id", *names)], ())
            return
        source, picked = self._unnested(table, ["id", *names])
        self._update_from(table, names, source, picked, (list(ids), *(list(column) for column in columns)))

    def _update_from(
        self, table: Table, names: Sequence[str], source: str, picked: Sequence[str], values: tuple[Any, ...]
    ) -> None:
        sets = [f"{quoted(name)} = {value}" for name, value in zip(names, picked[1:], strict=True)]
        if "version" in table.columns:
            sets.append("version = t.version + 1")
        sql = f"UPDATE {quoted(table.name)} AS t SET {', '.join(sets)} FROM {source} WHERE t.id = {picked[0]}"  # noqa: S608
        self._connection.exec_driver_sql(sql, values)

    def _unnested(self, table: Table, names: Sequence[str]) -> tuple[str, list[str]]:
        """The unnested source of rows, and each column taken from it."""
        kinds = [_ARRAYS[kinds_of(table.name)[name]] for name in names]
        arrays = ", ".join(f"%s::{array}" for array, _ in kinds)
        columns = [f"c{at}" for at in range(len(names))]
        picked = [f"v.{column}{cast}" for column, (_, cast) in zip(columns, kinds, strict=True)]
        return f"unnest({arrays}) AS v({', '.join(columns)})", picked

    def _stage(self, table: Table, names: Sequence[str]) -> str:
        """An empty temporary table of these columns; it goes with the transaction."""
        stage = self._staged.get((table.name, *names))
        if stage is not None:
            self._connection.exec_driver_sql(f"TRUNCATE {stage}")
            return stage
        stage = self._staged[(table.name, *names)] = f"opsmap_stage_{len(self._staged)}"
        listed = ", ".join(map(quoted, ("id", *names)))
        sql = f"CREATE TEMP TABLE {stage} ON COMMIT DROP AS SELECT {listed} FROM {quoted(table.name)} LIMIT 0"  # noqa: S608
        self._connection.exec_driver_sql(sql)
        return stage

    def _copy(self, target: str, columns: Sequence[Sequence[Any]]) -> None:
        driver: Any = self._connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
            for row in zip(*columns, strict=True):
                copy.write_row(row)

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
