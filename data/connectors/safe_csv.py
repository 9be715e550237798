"""CSV files that no spreadsheet will run as formulas, written whole or not at all."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from data.errors import StoreFailure

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a UTF-8 CSV; the file appears complete or not at all. StoreFailure when it cannot be written."""
    with whole_file(path) as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([safe_cell(cell) for cell in row] for row in rows)


def safe_cell(value: object) -> object:
    """A cell that stays text: what would be a formula gets an apostrophe; numbers stay numbers, None is empty."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return value
    return f"'{value}" if value.startswith(_FORMULA) and not _is_number(value) else value


def unsafe_text(cell: str) -> str:
    """What safe_cell made safe, as it was."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@contextmanager
def whole_file(path: Path, mode: str = "w") -> Iterator[IO[str]]:
    """A text file written beside its place and put there when it is complete."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as fault:
        raise StoreFailure(f"{path} cannot be written ({fault.strerror}); choose another folder.") from fault
    beside = Path(name)
    try:
        with os.fdopen(handle, mode, encoding="utf-8", newline="") as stream:
            yield stream
        beside.chmod(0o644)
        beside.replace(path)
    except OSError as fault:
        raise StoreFailure(
            f"{path} could not be written ({fault.strerror}); make room or choose another folder."
        ) from fault
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()
