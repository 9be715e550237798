"""Where results may be written: never over the store, nor over what they were made from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from data.errors import DataError, RefusedInput, StoreFailure
from data.store import Store
from desktop.operations.changes import Changes

BESIDE = ("", "-wal", "-shm", "-journal")  # a file store, and what SQLite keeps beside it


def check_output(store: Store, path: Path, *inputs: Path | None) -> None:
    """RefusedInput where a file cannot be written at a place, or must not be."""
    if not path.parent.is_dir():
        raise RefusedInput(f"The folder {path.parent} is not there; make it or name another file.")
    if path.is_dir():
        raise RefusedInput(f"{path} is a folder; name a file in it.")
    if store.path is not None:
        place = Path(store.location)  # where a store that is still being made will appear
        own = [file.with_name(file.name + suffix) for file in (store.path, place) for suffix in BESIDE]
        if any(_same(path, file) for file in own):
            raise RefusedInput(f"{path} is the store itself; name another file for the result.")
    if any(given is not None and _same(path, given) for given in inputs):
        raise RefusedInput(f"{path} is what is being read; name another file for the result.")


def _same(one: Path, other: Path) -> bool:
    """Whether two names are one file, through links too."""
    if one.exists() and other.exists():
        return one.samefile(other)
    return one.absolute() == other.absolute()


@contextmanager
def after(changes: Changes) -> Iterator[None]:
    """For what is written once an act is kept: a failure says that the act stands."""
    try:
        yield
    except DataError as fault:
        if changes.act_id is None:
            raise
        raise StoreFailure(f"{fault} The act itself is kept: {changes.sentence}") from fault
