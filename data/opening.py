"""Making, recognising and upgrading stores."""

from __future__ import annotations

import glob
import os
import sqlite3
import struct
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, Engine, inspect, text

from data.errors import NoStore, RefusedInput, StoreFailure
from data.faults import RESTORE, telling, telling_database
from data.migrations import HEAD, REVISIONS, upgrade

APPLICATION_ID = 0x4F50534D  # "OPSM", in the header of every SQLite store
_GROWING = "-new-"  # and the number of the process that makes it
EngineFor = Callable[[Path], Engine]
File = tuple[int, int]  # device and inode


def own_version() -> str:
    """The version of Opsmap that runs."""
    try:
        return version("opsmap")
    except PackageNotFoundError:
        return "unknown"


# The files of the stores that this process has open. Where a process closes any handle of a file, POSIX drops all locks
# it has on it; SQLite takes care of its own handles, but another process would find the store unlocked and could take
# away the log that holds the newest acts (sqlite.org/howtocorrupt.html, 2.2). So such a file is read by SQLite alone.
_held: Counter[File] = Counter()
_holding = Lock()


def _file_of(path: Path) -> File:
    found = path.stat()
    return found.st_dev, found.st_ino


def hold(path: Path) -> File | None:
    """Note that a store is about to be opened; None for a file that is not there."""
    with _holding:
        if not path.exists():
            return None
        _held[_file_of(path)] += 1
        return _file_of(path)


def let_go(file: File | None) -> None:
    """Note that the store of a file was closed."""
    with _holding:
        if file is not None:
            _held[file] -= 1


def prepare_file(path: Path, *, create: bool, engine_for: EngineFor, shown: str | None = None) -> None:
    """Make sure that a store of the present schema is at `path`; RefusedInput where that cannot be.

    `shown` is how people know the file, where it is not by its path.
    """
    where = shown or str(path)
    if path.is_dir():
        raise RefusedInput(f"{where} is a folder, not a store; name a file in it.")
    if not path.exists():
        if not create:
            raise NoStore(f"There is no store {where}; make one with 'opsmap init NAME' or 'opsmap demo'.")
        _make_file(path, engine_for)
    in_wal = _check_header(path, where)
    revision, made_by = _peek(path, where)
    _refuse_newer(revision, made_by, where)
    with telling(where):
        if revision != HEAD:
            _upgrade_file(path, engine_for)
        elif not in_wal:  # as a backup is
            _keep_wal(path)


def _make_file(path: Path, engine_for: EngineFor) -> None:
    """A new store appears whole or not at all. One that somebody else made meanwhile is left as it is."""
    with growing_file(path) as growing, telling(str(path)):
        _upgrade_file(growing, engine_for)
        with suppress(FileExistsError):
            put_in_place(growing, path)


@contextmanager
def growing_file(path: Path) -> Iterator[Path]:
    """A name beside `path` for a file on its way there; what still bears it at the end is removed.

    RefusedInput where there is no such folder. What a killed command left under such a name goes too.
    """
    if not path.parent.is_dir():
        raise RefusedInput(f"The folder {path.parent} is not there; make it or name another file.")
    growing = path.with_name(f"{path.name}{_GROWING}{os.getpid()}")
    with telling(str(path)):
        _remove_orphans(path)
        remove_files(growing)
    try:
        yield growing
    finally:
        with suppress(OSError):
            remove_files(growing)


def put_in_place(growing: Path, path: Path) -> None:
    """Give a finished file its name; FileExistsError where the name is taken, for nothing is ever replaced."""
    try:
        os.link(growing, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if path.exists():
            raise FileExistsError(path) from None
        os.rename(growing, path)


def _remove_orphans(path: Path) -> None:
    """Remove what commands that no longer run left behind when they were killed."""
    for left in path.parent.glob(f"{glob.escape(path.name)}{_GROWING}*"):
        number = left.name.rpartition(_GROWING)[2]
        if number.isdigit() and not _runs(int(number)):
            remove_files(left)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _upgrade_file(path: Path, engine_for: EngineFor) -> None:
    engine = engine_for(path)
    try:
        with engine.begin() as connection:
            _upgrade(connection)
            connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.exec_driver_sql(f"PRAGMA user_version = {len(REVISIONS)}")
    finally:
        engine.dispose()
    _keep_wal(path)


def _keep_wal(path: Path) -> None:
    """Readers and one writer at a time; the mode stays with the file. Closing leaves everything in the file itself."""
    with closing(sqlite3.connect(path, timeout=15)) as raw:
        raw.execute("PRAGMA journal_mode = WAL").fetchall()


def remove_files(path: Path) -> None:
    """Remove a file store with what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _check_header(path: Path, where: str) -> bool:
    """RefusedInput unless the file's header says it is a store; returns whether it is in WAL mode.

    Reads 100 bytes and touches nothing. A store that this process has open was looked at when it was opened.
    """
    try:
        with _holding:
            if _held[_file_of(path)]:
                return True
            with path.open("rb") as stream:
                header = stream.read(100)
    except OSError as fault:
        raise StoreFailure(f"{where} cannot be read: {fault.strerror}.") from fault
    if not header.startswith(b"SQLite format 3\0") or len(header) < 100:
        raise RefusedInput(f"{where} is not a store of Opsmap; name another file.")
    user_version, application_id = struct.unpack(">I4xI", header[60:72])
    if application_id != APPLICATION_ID:
        raise RefusedInput(f"{where} is a database of another program, not a store of Opsmap; name another file.")
    if user_version > len(REVISIONS):
        _refuse_newer("newer", _peek(path, where)[1], where)
    return header[18] == 2


def _peek(path: Path, where: str) -> tuple[str, str]:
    """Revision and the version of Opsmap that last shaped the store, read without writing."""
    try:
        with telling_database(where), closing(sqlite3.connect(path, timeout=5)) as connection:
            connection.execute("PRAGMA query_only = ON")
            revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            made_by = connection.execute("SELECT value FROM store_meta WHERE key = 'shaped_by'").fetchone()
    except sqlite3.DatabaseError as fault:
        raise StoreFailure(f"{where} is damaged ({fault}); {RESTORE}.") from fault
    return (revision[0] if revision else ""), (made_by[0] if made_by else "unknown")


def _refuse_newer(revision: str, made_by: str, where: str) -> None:
    if revision not in REVISIONS:
        raise RefusedInput(
            f"{where} was made by Opsmap {made_by}, which is newer than this one ({own_version()}); "
            "update Opsmap to open it. It was not touched."
        )


def prepare_server(engine: Engine, where: str, *, create: bool) -> None:
    """Make sure that a store of the present schema is in the database; RefusedInput where that cannot be."""
    with telling(where), engine.connect() as connection, connection.begin():
        tables = set(inspect(connection).get_table_names())
        if "alembic_version" in tables and "store_meta" in tables:
            revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""
            made_by = connection.execute(text("SELECT value FROM store_meta WHERE key = 'shaped_by'")).scalar()
            _refuse_newer(revision, made_by or "unknown", where)
            if revision == HEAD:
                return
        elif tables - {"spatial_ref_sys"}:
            raise RefusedInput(f"{where} holds tables of another program; name an empty database.")
        elif not create:
            raise NoStore(f"There is no store in {where}; make one with 'opsmap init NAME' or 'opsmap demo'.")
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": APPLICATION_ID})
        _upgrade(connection)


def _upgrade(connection: Connection) -> None:
    upgrade(connection)
    put = text(
        "INSERT INTO store_meta (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = :value"
    )
    connection.execute(put, {"key": "shaped_by", "value": own_version()})
    identity = connection.execute(text("SELECT count(*) FROM store_meta WHERE key = 'identity'")).scalar()
    if not identity:
        connection.execute(put, {"key": "identity", "value": uuid.uuid4().hex})
        connection.execute(put, {"key": "made_by", "value": own_version()})
