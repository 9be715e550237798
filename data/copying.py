"""A whole city carried table by table from one store into another, ids and log included."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Table, text

from data.bulk import as_stored, bulk_for, quoted
from data.schema import metadata
from data.search import text_index
from data.values import kinds_of

# Rows at once, so that large content stays within some megabytes.
_AT_ONCE: Mapping[str, int] = {"photo": 20, "artifact": 1, "area": 200, "plan": 20, "event": 500}
Progress = Callable[[str, int], None]


def copied_tables() -> list[Table]:
    """Every table of the city in an order that foreign keys allow."""
    return [table for table in metadata.sorted_tables if table.name != "store_meta"]


def copy_city(source: Connection, target: Connection, *, progress: Progress | None = None) -> dict[str, int]:
    """Copy every row; returns the number of rows by table. The target is empty, its transaction is the caller's."""
    counts: dict[str, int] = {}
    bulk, index = bulk_for(target), text_index(target)
    for table in copied_tables():
        names = [column.name for column in table.columns]
        counts[table.name] = 0
        for rows in _stored_rows(source, table, names):
            columns = list(zip(*rows, strict=True))
            bulk.insert(table, names, columns)
            if table.name == "service_request":
                index.added(columns[names.index("id")])
            counts[table.name] += len(rows)
            if progress is not None:
                progress(table.name, counts[table.name])
    if target.dialect.name == "postgresql":
        _reset_sequences(target)
    return counts


def _stored_rows(source: Connection, table: Table, names: list[str]) -> Iterator[list[Any]]:
    """Stored values of a table in order of its key, in pieces."""
    size = _AT_ONCE.get(table.name, 5000)
    postgres = source.dialect.name == "postgresql"
    listed = ", ".join(as_stored(table, name) if postgres else quoted(name) for name in names)
    key = ", ".join(quoted(column.name) for column in table.primary_key.columns)
    sql = f"SELECT {listed} FROM {quoted(table.name)} ORDER BY {key}"  # noqa: S608
    booleans = [at for at, name in enumerate(names) if kinds_of(table.name)[name] == "bool"]
    result = source.execution_options(stream_results=True).exec_driver_sql(sql)
    while rows := result.fetchmany(size):
        yield [_booleans(row, booleans) for row in rows] if booleans and not postgres else list(rows)


def _booleans(row: Any, places: list[int]) -> tuple[Any, ...]:
    values = list(row)
    for at in places:
        values[at] = None if values[at] is None else bool(values[at])
    return tuple(values)


def _reset_sequences(target: Connection) -> None:
    """The next ids come after every id the tables hold or the log has named."""
    for table in copied_tables():
        key = "sequence" if table.name == "event" else "id"
        if key not in table.columns:
            continue
        sql = text(
            f"SELECT setval(pg_get_serial_sequence(:quoted, :key), greatest("  # noqa: S608
            f"(SELECT coalesce(max({quoted(key)}), 0) FROM {quoted(table.name)}), "
            "(SELECT coalesce(max(last_id), 0) FROM event WHERE entity = :name)) + 1, false)"
        )
        target.execute(sql, {"quoted": quoted(table.name), "key": key, "name": table.name})
