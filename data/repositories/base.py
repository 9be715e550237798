"""What the readers share: a row of a table as a frozen record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Select, Table, select

Record = TypeVar("Record")
IN_LIST = 500  # ids a statement names at once


class Reader(Generic[Record]):
    """Reads one table into one kind of record. Subclasses name both."""

    table: Table
    record: Callable[..., Record]
    converted: Sequence[tuple[str, Callable[[Any], Any]]] = ()

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._names = [field.name for field in fields(self.record)]  # type: ignore[arg-type]
        self._converters = [(self._names.index(name), convert) for name, convert in self.converted]

    def _select(self) -> Select[Any]:
        return select(*(self.table.c[name] for name in self._names))

    def _made(self, row: Sequence[Any]) -> Record:
        values = list(row)
        for at, convert in self._converters:
            values[at] = convert(values[at])
        return self.record(*values)

    def _read(self, query: Select[Any]) -> list[Record]:
        return [self._made(row) for row in self._connection.execute(query)]

    def _one(self, query: Select[Any]) -> Record | None:
        row = self._connection.execute(query).first()
        return None if row is None else self._made(row)

    def _by_ids(self, ids: Sequence[int]) -> list[Record]:
        """Records of these ids in this order; ids that are not there are left out."""
        found: dict[int, Record] = {}
        at = self._names.index("id")
        for start in range(0, len(ids), IN_LIST):
            part = [int(number) for number in ids[start : start + IN_LIST]]
            for row in self._connection.execute(self._select().where(self.table.c.id.in_(part))):
                found[row[at]] = self._made(row)
        return [found[number] for number in map(int, ids) if number in found]
