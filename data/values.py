"""How a value is written: as a record shows it, as the database keeps it, and as the log spells it.

Stored values are what both databases keep alike: whole milliseconds for times, canonical JSON text, ISO dates, bytes.
The log spells bytes as base64; everything else is JSON already.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from typing import Any

from sqlalchemy import Boolean, Column, Date, Float, Integer, LargeBinary, Table
from sqlalchemy.types import JSON

from data.errors import RefusedInput
from data.schema import UtcTime, epoch_ms, from_epoch_ms, metadata

MISSING = -(2**63)  # an absent time or key in a column of whole numbers


def kind_of(column: Column[Any]) -> str:
    """int, float, bool, time, date, json, bytes or text."""
    for base, kind in _KINDS:
        if isinstance(column.type, base):
            return kind
    return "text"


_KINDS: tuple[tuple[type, str], ...] = (
    (UtcTime, "time"),
    (Boolean, "bool"),
    (Integer, "int"),
    (Float, "float"),
    (Date, "date"),
    (JSON, "json"),
    (LargeBinary, "bytes"),
)


def table_of(entity: str) -> Table:
    """The table of an entity; ValueError for a name the schema does not have."""
    try:
        return metadata.tables[entity]
    except KeyError:
        raise ValueError(f"the schema has no table {entity}") from None


@lru_cache(maxsize=64)
def kinds_of(entity: str) -> dict[str, str]:
    """The kind of every column of a table."""
    return {column.name: kind_of(column) for column in table_of(entity).columns}


@lru_cache(maxsize=64)
def _longest(entity: str) -> dict[str, int]:
    """How many characters the names and ids of a table may have."""
    lengths = {column.name: getattr(column.type, "length", None) for column in table_of(entity).columns}
    return {name: length for name, length in lengths.items() if length and kinds_of(entity)[name] == "text"}


def stored_column(entity: str, name: str, values: Sequence[Any]) -> list[Any]:
    """A column of a table as the database keeps it; RefusedInput for a name or id that is too long for it."""
    stored = to_stored(kinds_of(entity)[name], values)
    most = _longest(entity).get(name)
    if most is not None and max(map(len, filter(None, stored)), default=0) > most:
        text = next(value for value in stored if value and len(value) > most)
        raise RefusedInput(f"The {name} '{text[:40]}...' has {len(text)} characters; shorten it to {most}.")
    return stored


def defaults_of(table: Table) -> dict[str, Any]:
    """What a column that a row leaves out gets; columns without a default and not nullable are missing."""
    found: dict[str, Any] = {}
    for column in table.columns:
        if column.default is not None:
            found[column.name] = column.default.arg  # type: ignore[attr-defined]
        elif column.nullable:
            found[column.name] = None
        elif kind_of(column) == "json" and column.name == "extras":
            found[column.name] = {}
    return found


def to_stored(kind: str, values: Sequence[Any]) -> list[Any]:
    """A column of values as people write them, as the database keeps them. None stays None."""
    return _TO_STORED[kind](values)


def from_stored(kind: str, value: Any) -> Any:
    """One stored value as a record shows it."""
    if value is None:
        return None
    if kind == "time":
        return from_epoch_ms(value)
    if kind == "json":
        return json.loads(value)
    if kind == "date":
        return date.fromisoformat(value)
    return value


def to_logged(kind: str, values: Sequence[Any]) -> list[Any]:
    """Stored values as the log spells them."""
    if kind == "bytes":
        return [None if v is None else base64.b64encode(v).decode("ascii") for v in values]
    return list(values)


def from_logged(kind: str, values: Sequence[Any]) -> list[Any]:
    """The log's spelling as stored values."""
    if kind == "bytes":
        return [None if v is None else base64.b64decode(v) for v in values]
    return list(values)


def dump_json(value: Any) -> str:
    """Canonical JSON text: the same content, the same text."""
    return _ENCODER.encode(value)


def _plain(value: Any) -> Any:
    """What json cannot spell itself: numpy numbers, dates, sets of records."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, Enum):
        return value.value
    raise TypeError(f"{type(value).__name__} cannot be stored as JSON")


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain)  # one for all: half the time


def _texts(values: Sequence[Any]) -> list[Any]:
    texts = [v if type(v) is str or v is None else _text(v) for v in values]
    joined = "".join(filter(None, texts))
    if "\0" in joined or not _encodes(joined):
        return [None if v is None else _clean(v) for v in texts]
    return texts


def _text(value: Any) -> str:
    return str(value.value) if isinstance(value, Enum) else str(value)


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _clean(text: str) -> str:
    """Without what no database keeps as text: NUL, and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _integers(values: Sequence[Any]) -> list[Any]:
    return [v if type(v) is int or v is None else int(v) for v in values]


def _floats(values: Sequence[Any]) -> list[Any]:
    """Not-a-number is stored as nothing on both databases."""
    return [None if v is None or v != v else float(v) for v in values]


def _booleans(values: Sequence[Any]) -> list[Any]:
    return [None if v is None else bool(v) for v in values]


def _times(values: Sequence[Any]) -> list[Any]:
    return [None if v is None else epoch_ms(v) if isinstance(v, datetime) else int(v) for v in values]


def _dates(values: Sequence[Any]) -> list[Any]:
    return [v if v is None or type(v) is str else v.isoformat() for v in values]


def _jsons(values: Sequence[Any]) -> list[Any]:
    return [None if v is None else _json(v) for v in values]


def _json(value: Any) -> str:
    if not value and isinstance(value, dict):
        return "{}"
    return dump_json(value if isinstance(value, dict | list | tuple | str | int | float) else dict(value))


def _bytes(values: Sequence[Any]) -> list[Any]:
    return [v if type(v) is bytes or v is None else bytes(v) for v in values]


_TO_STORED: dict[str, Callable[[Sequence[Any]], list[Any]]] = {
    "text": _texts,
    "int": _integers,
    "float": _floats,
    "bool": _booleans,
    "time": _times,
    "date": _dates,
    "json": _jsons,
    "bytes": _bytes,
}
