"""Failures of databases told as sentences: what happened, where, what to do."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from data.errors import Conflict, DataError, RefusedInput, StoreFailure

_LATER = "nothing of this act was kept"
RESTORE = "restore a backup into a new store ('opsmap --store NEW restore BACKUP')"
# SQLite's own words (also where Python knows no code), and what they mean to a person.
_SQLITE = (
    ("database or disk is full", "The disk is full: {where} could not grow and " + _LATER + "; free some space."),
    (
        "disk i/o error",
        "{where} could not be read or written (is the disk failing?) and " + _LATER + "; check the disk and try again.",
    ),
    ("database is locked", "Someone else is writing to {where}; wait until they are done and try again."),
    ("readonly database", "{where} is read-only; make the file and its folder writable."),
    ("unable to open", "{where} cannot be opened; check that its folder exists and may be written."),
    ("malformed", "{where} is damaged; " + RESTORE + "."),
    ("not a database", "{where} is not a store of Opsmap; name another file."),
)
# Words behind which the state of the disk may stand: even reading a store needs some room and rights beside it.
_OF_THE_DISK = ("disk i/o error", "unable to open", "readonly database")
_ROOM_BYTES = 256 * 1024
_POSTGRES = {
    "53100": "The server's disk is full: {where} could not grow and " + _LATER + "; free some space there.",
    "53300": "The server of {where} takes no more connections; close one and try again.",
    "42501": "The account may not do this in {where}; ask its administrator for the rights.",
    "25006": "{where} is read-only.",
    "28P01": "The server refused the password for {where}; correct the address.",
    "28000": "The server refused the account for {where}; correct the address.",
    "3D000": "The database {where} is not there; make it with createdb or name another.",
    "57P01": "The server of {where} is shutting down; try again when it is back.",
}
_OVERTAKEN = {"40001", "40P01", "55P03"}  # serialization, deadlock, lock timeout
_UNIQUE = {"23505"}
_TOO_LONG = {"22001"}


def told(fault: BaseException, where: str) -> DataError | None:
    """The known failure behind an exception of the database, or None for a fault of ours."""
    origin = getattr(fault, "orig", fault)
    state = getattr(origin, "sqlstate", None)
    if isinstance(fault, IntegrityError) or isinstance(origin, sqlite3.IntegrityError):
        return _integrity(origin, state, where)
    if state in _OVERTAKEN:
        return Conflict(f"Someone else changed the same thing in {where} first; look at it again and repeat.")
    if state in _TOO_LONG:
        return RefusedInput("A name or id is longer than 200 characters; shorten it.")
    if 'extension "postgis"' in str(origin):
        return StoreFailure(f"The server of {where} lacks PostGIS; install it there (Debian: postgresql-15-postgis-3).")
    if state is not None and state in _POSTGRES:
        return StoreFailure(_POSTGRES[state].format(where=where))
    return _by_words(fault, origin, where)


def _by_words(fault: BaseException, origin: Any, where: str) -> DataError | None:
    words = str(origin).lower()
    if isinstance(origin, sqlite3.Error):
        if any(clue in words for clue in _OF_THE_DISK) and (state := _state_of_disk(Path(where))):
            return StoreFailure(state)
        for clue, sentence in _SQLITE:
            if clue in words:
                return StoreFailure(sentence.format(where=where))
    if isinstance(fault, DBAPIError) and fault.connection_invalidated:
        return StoreFailure(f"The connection to {where} was lost and {_LATER}; try again when the server is back.")
    if type(origin).__module__.startswith("psycopg") and type(origin).__name__ == "OperationalError":
        if "does not exist" in words:
            return RefusedInput(_POSTGRES["3D000"].format(where=where))
        return StoreFailure(f"The server of {where} does not answer; check the address and that it runs.")
    return None


def _state_of_disk(path: Path) -> str | None:
    """What keeps a store's file from being used where it lies: no room, no right to write; None for neither."""
    folder = path.parent
    try:
        if not folder.is_dir():
            return None
        if shutil.disk_usage(folder).free < _ROOM_BYTES:
            return f"The disk is full: {path} needs some room to be used; free some space. Nothing in it is lost."
        if os.statvfs(folder).f_flag & os.ST_RDONLY or not os.access(folder, os.W_OK):
            return (
                f"The folder {folder} is read-only, and {path.name} needs files of its own beside it; make the folder "
                "writable or copy the store to another one. Nothing in it is lost."
            )
        if path.exists() and not os.access(path, os.W_OK):
            return f"{path} is read-only; make it writable or copy it to another folder. Nothing in it is lost."
    except OSError:
        return None
    return None


def _integrity(origin: Any, state: str | None, where: str) -> DataError | None:
    """Two rows that claim the same name: someone else may have been first. Other breaches are ours."""
    if state in _UNIQUE or "UNIQUE constraint failed" in str(origin):
        return Conflict(f"{where} already holds an entry of the same name or id; look at the list again.")
    return None


@contextmanager
def telling_database(where: str) -> Iterator[None]:
    """Failures of the database inside leave as known failures; faults of ours, and of other files, stay as they are."""
    try:
        yield
    except Exception as fault:
        known = told(fault, where) if _of_database(fault) else None
        if known is None:
            raise
        raise known from fault


def _of_database(fault: Exception) -> bool:
    return isinstance(fault, SQLAlchemyError | sqlite3.Error) or type(fault).__module__.startswith("psycopg")


@contextmanager
def telling(where: str) -> Iterator[None]:
    """As telling_database, and failures of the store's own files too."""
    try:
        with telling_database(where):
            yield
    except FileNotFoundError as fault:
        raise StoreFailure(f"{fault.filename or where} is not there.") from fault
    except PermissionError as fault:
        raise StoreFailure(f"{fault.filename or where} may not be written; change its rights.") from fault
    except OSError as fault:
        raise StoreFailure(f"{where} could not be written: {fault.strerror or fault}; {_LATER}.") from fault
