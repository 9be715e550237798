"""A city's store: one SQLite file, or a PostgreSQL database where several people work."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from data import schema
from data.errors import RefusedInput, StoreFailure
from data.faults import telling, telling_database, told
from data.opening import growing_file, hold, let_go, prepare_file, prepare_server, put_in_place
from data.records import ActId
from data.unit_of_work import ReadUnit, WriteUnit

BUSY_S = 15  # how long a writer waits for another one
_BEGIN = "opsmap_begin"


class Store:
    """An open store. Units of work are its only doors; each belongs to one thread at a time."""

    def __init__(self, url: URL, location: str) -> None:
        self.location = location
        self.kind = "sqlite" if url.get_backend_name() == "sqlite" else "postgresql"
        self._url = url
        self._held = None if self.path is None else hold(self.path)
        self._engine = make_engine(url, location)
        self._reading = self._engine.execution_options(**_options(self.kind, write=False))
        self._writing = self._engine.execution_options(**_options(self.kind, write=True))
        self._identity: str | None = None
        self.kept = 0  # acts committed through this object

    @property
    def path(self) -> Path | None:
        """The file of an SQLite store."""
        return Path(str(self._url.database)) if self.kind == "sqlite" else None

    @property
    def cache_folder(self) -> Path:
        """Where the snapshot and tiles of this store are kept: beside a file, else in the user's cache."""
        if self.path is not None:
            return self.path.with_name(self.path.name + "-cache")
        import platformdirs

        return Path(platformdirs.user_cache_dir("opsmap")) / self.identity

    @property
    def identity(self) -> str:
        """A name no other store has, made when this one was."""
        if self._identity is None:
            with self.read() as unit:
                query = select(schema.store_meta.c.value).where(schema.store_meta.c.key == "identity")
                self._identity = str(unit.connection.execute(query).scalar_one())
        return self._identity

    @contextmanager
    def read(self) -> Iterator[ReadUnit]:
        """One consistent picture of the store, for as long as the block lasts."""
        with self._connected(self._reading) as connection:
            yield ReadUnit(connection)

    @contextmanager
    def write(self, verb: str, *, actor: str, at: datetime, undoes: ActId | None = None) -> Iterator[WriteUnit]:
        """One act: nothing of it stays unless the block calls commit(). ValueError for a time without a zone."""
        schema.epoch_ms(at)
        with self._connected(self._writing) as connection:
            unit = WriteUnit(connection, verb=verb, actor=actor, at=at, undoes=undoes)
            try:
                yield unit
            finally:
                self.kept += unit.committed

    @contextmanager
    def exclusively(self) -> Iterator[Connection]:
        """A bare writing connection, for carrying a whole city in (data/maintenance.py); the caller commits."""
        with self._connected(self._writing) as connection:
            yield connection

    def head(self) -> int:
        """The sequence of the newest event; 0 in an empty log."""
        with self.read() as unit:
            return unit.log.head()

    def fingerprint(self, unit: ReadUnit, sequence: int) -> str:
        """What tells one history from another that happens to be as long: store, event, content."""
        events = schema.event.c
        row = unit.connection.execute(
            select(events.act_id, events.entity, events.payload, schema.act.c.at)
            .join(schema.act, schema.act.c.id == events.act_id)
            .where(events.sequence == sequence)
        ).first()
        content = b"" if row is None else f"{row.act_id}|{row.entity}|{row.at}|".encode() + row.payload
        return f"{self.identity}:{sequence}:{zlib.crc32(content):08x}"

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()
        let_go(self._held)
        self._held = None

    @contextmanager
    def _connected(self, engine: Engine) -> Iterator[Connection]:
        with telling(self.location):
            connection = engine.connect()
        try:
            with telling_database(self.location):
                connection.begin()
                yield connection
        finally:
            _let_go(connection)


def _let_go(connection: Connection) -> None:
    """Roll back what was not committed. A connection that cannot even do that is dropped; the first failure speaks."""
    try:
        connection.close()
    except Exception:  # noqa: BLE001 - any failure here only repeats the one that brought us here
        with suppress(Exception):
            connection.invalidate()


def open_store(location: str | Path, *, create: bool = False) -> Store:
    """Open a store by its file or SQLAlchemy URL, bringing its schema up to date.

    RefusedInput when there is none and `create` is not asked for, when it is something else, or when a newer version
    of Opsmap made it; in all these cases nothing is touched.
    """
    url, shown = locate(str(location))
    if url.get_backend_name() == "sqlite":
        _prepare(Path(str(url.database)), shown, create=create)
        return Store(url, shown)
    store = Store(url, shown)
    try:
        prepare_server(store._writing, shown, create=create)
    except BaseException:
        store.close()
        raise
    return store


def _prepare(path: Path, shown: str, *, create: bool) -> None:
    prepare_file(path, create=create, engine_for=lambda file: make_engine(_file_url(file), shown), shown=shown)


@contextmanager
def new_store(location: str | Path) -> Iterator[Store]:
    """A store to be filled: a file appears at its place when the block ends well, whole, else not at all.

    Where a store is already, it is opened as it is. RefusedInput when somebody else put one there meanwhile.
    """
    url, shown = locate(str(location))
    path = Path(str(url.database)) if url.get_backend_name() == "sqlite" else None
    if path is None or path.exists():
        store = open_store(location, create=True)
        try:
            yield store
        finally:
            store.close()
        return
    with growing_file(path) as growing:
        _prepare(growing, shown, create=True)
        store = Store(_file_url(growing), shown)
        try:
            yield store
        finally:
            store.close()
        _publish(growing, path, shown)


def _publish(growing: Path, path: Path, shown: str) -> None:
    """Put a filled store in its place, once everything that was written is in the file itself."""
    with telling(shown):
        with closing(sqlite3.connect(growing, timeout=BUSY_S)) as raw:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        if growing.with_name(f"{growing.name}-wal").exists():
            raise StoreFailure(f"{shown} could not be finished, is the disk full? Nothing was kept; free some space.")
        try:
            put_in_place(growing, path)
        except FileExistsError as fault:
            raise RefusedInput(f"Somebody else made {shown} meanwhile; it was left as it is.") from fault


def locate(location: str) -> tuple[URL, str]:
    """The URL of a location, and how to show it to people (never with a password)."""
    if "://" not in location:
        path = Path(location).expanduser()
        return _file_url(path), str(path)
    try:
        url = make_url(location)
    except (ArgumentError, ValueError) as fault:
        raise RefusedInput("The store's address cannot be read; write a file or postgresql+psycopg://...") from fault
    if url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:"):
        return _file_url(Path(str(url.database))), str(url.database)
    if url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
        return url, url.render_as_string(hide_password=True)
    raise RefusedInput(f"A store is a file or a PostgreSQL database, not {url.drivername}.")


def _file_url(path: Path) -> URL:
    return URL.create("sqlite+pysqlite", database=str(path))


def _options(kind: str, *, write: bool) -> dict[str, Any]:
    if kind == "sqlite":
        return {_BEGIN: "BEGIN IMMEDIATE" if write else "BEGIN"}
    if write:
        return {"isolation_level": "READ COMMITTED"}
    return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def make_engine(url: URL, location: str) -> Engine:
    """An engine whose failures are told as sentences about `location`."""
    # Parameters may be personal: no fault report shows them.
    engine = create_engine(url, pool_pre_ping=url.get_backend_name() != "sqlite", hide_parameters=True)
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _on_sqlite_connect)
        event.listen(engine, "begin", _on_sqlite_begin)

    @event.listens_for(engine, "handle_error")
    def tell(context: Any) -> None:
        known = told(context.sqlalchemy_exception or context.original_exception, location)
        if known is not None:
            raise known from context.original_exception

    return engine


def _on_sqlite_connect(connection: Any, record: Any) -> None:
    """Foreign keys, patience with another writer, room for a bulk write; transactions are begun by us alone."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {BUSY_S * 1000}",
        "foreign_keys = ON",
        "synchronous = FULL",
        "temp_store = MEMORY",
        "cache_size = -65536",
        "journal_size_limit = 67108864",
        "secure_delete = ON",  # personal rows that are deleted are gone from the file too
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_sqlite_begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN IMMEDIATE"))
