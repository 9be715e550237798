"""Backup, restore, move and check of a store.

What is copied here is the log with everything it tells of, so these are the writings that append no event.
"""

from __future__ import annotations

import shutil
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import func, select, text

from data import schema
from data.checking import check
from data.copying import Progress, copy_city
from data.errors import RefusedInput, StoreFailure
from data.faults import telling
from data.opening import growing_file, prepare_file, put_in_place
from data.store import Store, locate, make_engine, new_store, open_store

__all__ = ["backup", "check", "move", "restore"]


def backup(store: Store, file: Path) -> None:
    """Write the whole city into one SQLite file, whatever the store is; the file appears whole or not at all.

    RefusedInput when the file is there already.
    """
    file = Path(file)
    if file.exists():
        raise RefusedInput(f"{file} is there already; name another file.")
    with growing_file(file) as growing, telling(str(file)):
        if store.path is not None:
            _vacuum_into(store.path, growing)
        else:
            _copy_into_file(store, growing)
        _put(growing, file)


def restore(file: Path, location: str) -> dict[str, int]:
    """Bring a backup into a store that holds no city, made where there is none; returns the rows by table.

    The backup is read, never changed, also when an older version wrote it. RefusedInput when it is not a backup, or
    the store holds a city.
    """
    file = Path(file)
    if not file.exists():
        raise RefusedInput(f"There is no backup {file}; name another file.")
    url, shown = locate(str(location))
    path = Path(str(url.database)) if url.get_backend_name() == "sqlite" else None
    if path is None or path.exists():
        with _working_copy(file) as copy, _opened_copy(copy, file) as source:
            return move(source, str(location))
    if not path.parent.is_dir():
        raise RefusedInput(f"The folder {path.parent} is not there; make it or name another file.")
    with _working_copy(file, beside=path) as copy:
        _renew_identity(copy, file)
        with _opened_copy(copy, file) as source, source.read() as unit:
            counts = {
                table.name: int(unit.connection.execute(select(func.count()).select_from(table)).scalar_one())
                for table in schema.metadata.sorted_tables
                if table.name != "store_meta"
            }
        with telling(shown):
            _put(copy, path)
    return counts


def _put(finished: Path, place: Path) -> None:
    """Give a finished file its name; RefusedInput where somebody else took it meanwhile."""
    try:
        put_in_place(finished, place)
    except FileExistsError as fault:
        raise RefusedInput(f"{place} is there already; name another file.") from fault


def move(store: Store, target_location: str, *, progress: Progress | None = None) -> dict[str, int]:
    """Carry the whole city, its ids and its log, into another store that holds no city; returns the rows by table.

    The target is made where there is none; when the copy fails it is as it was. The store itself stays as it is.
    """
    with new_store(target_location) as target:
        if target.path is not None and store.path is not None and target.path.samefile(store.path):
            raise RefusedInput(f"{target.location} is the store itself; name another one.")
        return _copy(store, target, progress)


def _copy(store: Store, target: Store, progress: Progress | None) -> dict[str, int]:
    with store.read() as source, target.exclusively() as connection:
        for table in (schema.city, schema.act, schema.service_request):
            if connection.execute(select(func.count()).select_from(table)).scalar_one():
                raise RefusedInput(f"{target.location} holds a city already; name an empty or new store.")
        counts = copy_city(source.connection, connection, progress=progress)
        for table in (schema.service_request, schema.event):
            arrived = connection.execute(select(func.count()).select_from(table)).scalar_one()
            if arrived != counts[table.name]:
                raise StoreFailure(
                    f"Only {arrived} of {counts[table.name]} rows of {table.name} arrived; nothing was kept."
                )
        connection.commit()
    return counts


def _vacuum_into(path: Path, growing: Path) -> None:
    """SQLite's own consistent copy, compact, while others go on writing."""
    with closing(sqlite3.connect(path, timeout=15)) as connection:
        connection.execute("VACUUM INTO ?", (str(growing),))


def _copy_into_file(store: Store, growing: Path) -> None:
    with _opened(str(growing), create=True) as target:
        _copy(store, target, None)


@contextmanager
def _opened(location: str, *, create: bool = False) -> Iterator[Store]:
    store = open_store(location, create=create)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def _opened_copy(copy: Path, file: Path) -> Iterator[Store]:
    """The prepared copy of a backup; what goes wrong is told of the backup, which is what a person knows."""
    store = Store(locate(str(copy))[0], str(file))
    try:
        yield store
    finally:
        store.close()


@contextmanager
def _working_copy(file: Path, beside: Path | None = None) -> Iterator[Path]:
    """A copy of a backup that may be upgraded and renamed, brought to the present schema; removed at the end."""
    import tempfile

    _refuse_live(file)
    folder = Path(tempfile.mkdtemp(prefix="opsmap-restore-", dir=None if beside is None else beside.parent))
    copy = folder / file.name
    try:
        with telling(str(file)):
            shutil.copyfile(file, copy)
        prepare_file(
            copy,
            create=False,
            engine_for=lambda path: make_engine(locate(str(path))[0], str(file)),
            shown=str(file),
        )
        yield copy
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _refuse_live(file: Path) -> None:
    """RefusedInput for a live store offered as a backup: its newest acts may lie in files beside it."""
    if file.with_name(file.name + "-wal").exists():
        raise RefusedInput(f"{file} is a store in use, not a backup; make a backup with 'opsmap backup FILE'.")


def _renew_identity(copy: Path, file: Path) -> None:
    """A restored store is another one: snapshots kept for the old one must not be believed."""
    engine = make_engine(locate(str(copy))[0], str(file))
    try:
        with engine.begin() as connection:
            put = text("UPDATE store_meta SET value = :value WHERE key = 'identity'")
            connection.execute(put, {"value": uuid.uuid4().hex})
    finally:
        engine.dispose()
