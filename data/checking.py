"""Whether a store is sound: the file, the log, and what is derived from them agree."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from enum import StrEnum
from pathlib import Path

import numpy as np
from sqlalchemy import Connection, func, or_, select, text

from data.columns import build_columns, load_columns
from data.errors import DataError
from data.log import Block
from data.records import Placement, PointVerdict, Status
from data.schema import LOG_TABLES, PRIVATE_TABLES, metadata
from data.store import Store
from data.unit_of_work import ReadUnit

_TOLD = 10  # faults of one kind that are listed
_GREATEST = 1.7976931348623157e308  # more is infinite
_WORDS: tuple[tuple[str, str, type[StrEnum]], ...] = (
    ("service_request", "placement", Placement),
    ("service_request", "status", Status),
    ("suspect_point", "verdict", PointVerdict),
)
_WITHOUT_EVENTS = {*PRIVATE_TABLES, *LOG_TABLES, "artifact", "store_meta"}


def check(store: Store) -> list[str]:
    """Everything wrong with a store, one sentence each; empty when it is sound.

    A file's pages, foreign keys and text index, the continuity of the log, that every row has its creation in the
    log and as many changes as its version says, that incidents hold their parents, and that the snapshot agrees.
    """
    problems: list[str] = []
    with store.read() as unit:
        if store.kind == "sqlite":
            problems += _file_faults(unit.connection)
        if not problems:  # a damaged file gives no trustworthy rows
            problems += _log_faults(unit)
            problems += _incident_faults(unit.connection)
            problems += _word_faults(unit.connection)
    if store.path is not None and not problems:
        problems += _text_faults(store.path)
    return problems or list(_column_faults(store))


def _file_faults(connection: Connection) -> list[str]:
    try:
        pages = connection.exec_driver_sql(f"PRAGMA integrity_check({_TOLD})").scalars().all()
        keys = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(_TOLD)
    except DataError as fault:
        return [str(fault)]
    faults = [f"The file is damaged: {line}." for line in pages if line != "ok"]
    return faults + [f"Row {row[1]} of {row[0]} names a row of {row[2]} that is not there." for row in keys]


def _text_faults(path: Path) -> list[str]:
    """FTS5's own comparison of the index with the texts, on a connection of its own that is rolled back."""
    with closing(sqlite3.connect(path, timeout=15, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.execute("INSERT INTO request_text (request_text, rank) VALUES ('integrity-check', 1)")
        except sqlite3.DatabaseError:
            return ["The text index does not agree with the requests' texts; search may miss some."]
        finally:
            connection.execute("ROLLBACK")
    return []


class _Trail:
    """What the log says of one table: which ids are alive, and how often each has changed."""

    def __init__(self) -> None:
        self.alive: dict[int, int] = {}
        self.strange: list[str] = []

    def follow(self, block: Block) -> None:
        """Take one block; note what cannot have happened."""
        if block.kind == "created":
            again = [number for number in block.ids if number in self.alive]
            self.strange += [f"Event {block.sequence} creates {block.entity} {number} again." for number in again]
            self.alive.update(dict.fromkeys(block.ids, 1))
            return
        for number in block.ids:
            if number not in self.alive:
                self.strange.append(
                    f"Event {block.sequence} tells of {block.entity} {number}, which was never created."
                )
            elif block.kind == "changed":
                self.alive[number] += 1
            elif block.kind == "removed":
                del self.alive[number]


def _log_faults(unit: ReadUnit) -> list[str]:
    trails = {name: _Trail() for name in metadata.tables if name not in _WITHOUT_EVENTS}
    faults: list[str] = []
    expected = 0
    try:
        for block in unit.log.blocks():
            expected += 1
            if block.sequence != expected:
                faults.append(f"The log misses event {expected}.")
                expected = block.sequence
            if block.entity in trails:
                trails[block.entity].follow(block)
    except (ValueError, KeyError, zlib.error) as fault:
        return [*faults, f"Event {expected + 1} of the log cannot be read ({fault})."]
    for name, trail in trails.items():
        faults += trail.strange[:_TOLD]
        faults += _row_faults(unit.connection, name, trail.alive)
    return faults


def _row_faults(connection: Connection, name: str, alive: dict[int, int]) -> Iterator[str]:
    """Rows without a creation, creations without a row, versions that do not fit."""
    table = metadata.tables[name]
    versioned = "version" in table.columns
    query = select(table.c.id, table.c.version) if versioned else select(table.c.id, table.c.id)
    told = 0
    for number, version in connection.execute(query):
        said = alive.pop(number, None)
        if said is None:
            fault = f"{name} {number} has no creation in the log."
        elif versioned and said != version:
            fault = f"{name} {number} has version {version}, the log tells of {said}."
        else:
            continue
        told += 1
        if told <= _TOLD:
            yield fault
    for number in list(alive)[:_TOLD]:
        yield f"The log says {name} {number} exists; it is not there."


def _incident_faults(connection: Connection) -> Iterator[str]:
    strangers = text(
        "SELECT i.id FROM incident AS i LEFT JOIN service_request AS r ON r.id = i.parent_request_id "
        "WHERE r.incident_id IS NULL OR r.incident_id <> i.id ORDER BY i.id LIMIT :limit"
    )
    for (number,) in connection.execute(strangers, {"limit": _TOLD}):
        yield f"The parent of incident {number} is not one of its requests."


def _word_faults(connection: Connection) -> Iterator[str]:
    """Values outside the few that a column may have, and coordinates that are no numbers."""
    for name, column, words in _WORDS:
        table = metadata.tables[name]
        strange = select(table.c.id, table.c[column]).where(table.c[column].not_in([word.value for word in words]))
        for number, value in connection.execute(strange.order_by(table.c.id).limit(_TOLD)):
            yield f"{name} {number} has the {column} '{str(value)[:40]}', which there is not."
    requests = metadata.tables["service_request"]
    beyond = or_(func.abs(requests.c.lat) > _GREATEST, func.abs(requests.c.long) > _GREATEST)
    for (number,) in connection.execute(select(requests.c.id).where(beyond).order_by(requests.c.id).limit(_TOLD)):
        yield f"service_request {number} has a coordinate that is not a number."


def _column_faults(store: Store) -> Iterator[str]:
    """The snapshot that screens read, against the store."""
    kept = load_columns(store)
    with store.read() as unit:
        if unit.log.head() != kept.sequence:
            return  # somebody writes meanwhile; the snapshot follows the log when it is asked for
        fresh = build_columns(unit)
    for name in kept.__slots__:
        if not np.array_equal(getattr(kept, name), getattr(fresh, name), equal_nan=name in ("lon", "lat", "x", "y")):
            yield f"The snapshot in {store.cache_folder} disagrees about {name}; delete that folder."
            return
