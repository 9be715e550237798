"""The one numpy snapshot of all requests: what the map, the table's order and the time slider read.

Kept beside the store in one file, stamped with the last event it knows; patched from the log when few requests
changed since, else read anew.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, case

from data.records import ASSIGNED_KINDS, Placement, Status
from data.repositories.arrays import Arrays, fetch_arrays
from data.schema import service_request
from data.store import Store
from data.unit_of_work import ReadUnit
from data.values import MISSING, kinds_of

__all__ = ["MISSING", "Columns", "build_columns", "load_columns", "refresh_columns"]

_MAGIC = b"opsmap columns 1\n"
_NORTH = 85.0511287798066  # where the web mercator square ends
_PATCHED_AT_MOST = 20_000  # requests, or a tenth of all; beyond, reading anew is quicker
_LOCATED = tuple(Placement).index(Placement.LOCATED)


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Every request in order of id, one read-only array a column. Codes follow the order of the enums.

    lon, lat are degrees as stored, nan where there are none; x, y are web mercator from 0 to 1 (y downwards), nan
    unless the request is located. agency_id and incident_id are -1, times MISSING, where there is none.
    """

    sequence: int  # the last event this picture knows
    id: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    status: NDArray[np.uint8]
    placement: NDArray[np.uint8]
    service_id: NDArray[np.int32]
    agency_id: NDArray[np.int32]
    incident_id: NDArray[np.int64]
    requested_ms: NDArray[np.int64]
    acknowledged_ms: NDArray[np.int64]
    closed_ms: NDArray[np.int64]
    due_ms: NDArray[np.int64]
    priority: NDArray[np.uint8]
    awaits_answer: NDArray[np.uint8]  # 1 where the resident wrote last
    by_machine: NDArray[np.uint8]  # 1 where no person acknowledged it, but a machine did
    assigned_kind: NDArray[np.uint8]  # the place in records.ASSIGNED_KINDS

    def __len__(self) -> int:
        return len(self.id)

    def positions(self, ids: Any) -> NDArray[np.int64]:
        """Where requests stand in the arrays; -1 for those that are not there."""
        wanted = np.asarray(ids, dtype=np.int64)
        if not len(self.id):
            return np.full(wanted.shape, -1, dtype=np.int64)
        at = np.minimum(np.searchsorted(self.id, wanted), len(self.id) - 1)
        return np.where(self.id[at] == wanted, at, -1).astype(np.int64)


_NAMES = tuple(field.name for field in fields(Columns) if field.name != "sequence")
_WHOLE = ("id", "incident_id", "requested_ms", "acknowledged_ms", "closed_ms", "due_ms")
_MADE = ("x", "y", "status", "placement", "by_machine", "assigned_kind")  # not as the table has them
_BYTES = ("status", "placement", "priority", "awaits_answer", "by_machine", "assigned_kind")
_DTYPES: Mapping[str, np.dtype[Any]] = {
    **{name: np.dtype("<i8") for name in _WHOLE},
    **{name: np.dtype("<f8") for name in ("lon", "lat", "x", "y")},
    **{name: np.dtype("<i4") for name in ("service_id", "agency_id")},
    **{
        name: np.dtype("u1")
        for name in ("status", "placement", "priority", "awaits_answer", "by_machine", "assigned_kind")
    },
}


def load_columns(store: Store, *, save_patched: bool = True) -> Columns:
    """The snapshot as of now: from the file beside the store when it is fresh, else patched or read anew, and saved.

    Who looks often and briefly leaves the file as it is where it could be patched: writing takes longest.
    """
    file = store.cache_folder / "columns.bin"
    with store.read() as unit:
        head = unit.log.head()
        kept = _read_file(file, store, unit, head)
        if kept is not None and kept.sequence == head:
            return kept
        patched = kept is not None and _is_patched(unit, kept, head)
        columns = build_columns(unit) if kept is None else _brought_up(unit, kept, head)
        stamp = store.fingerprint(unit, head)
    if save_patched or not patched:
        _save(file, columns, stamp)
    return columns


def refresh_columns(store: Store, columns: Columns) -> Columns:
    """A snapshot in memory brought up to now from the log; the same object when nothing happened.

    The file beside the store stays as it is while patching is cheap; one that was read anew is saved.
    """
    with store.read() as unit:
        head = unit.log.head()
        if head == columns.sequence:
            return columns
        if _is_patched(unit, columns, head):
            return _brought_up(unit, columns, head)
    return load_columns(store)


def build_columns(unit: ReadUnit) -> Columns:
    """The snapshot read anew from the store."""
    return _columns(unit.log.head(), _fetch(unit, None))


def _is_patched(unit: ReadUnit, columns: Columns, head: int) -> bool:
    """Whether so little happened since that patching is quicker than reading anew."""
    touched = unit.log.touched_count("service_request", columns.sequence)
    return head >= columns.sequence and touched <= max(_PATCHED_AT_MOST, len(columns) // 10)


def _brought_up(unit: ReadUnit, columns: Columns, head: int) -> Columns:
    """The snapshot patched where events since touched it, or read anew where patching would cost more."""
    if not _is_patched(unit, columns, head):
        return build_columns(unit)
    ids = np.array(sorted(unit.log.touched("service_request", columns.sequence)), dtype=np.int64)
    fresh = _fetch(unit, ids)
    at = columns.positions(ids)
    known = at >= 0
    gone = len(fresh["id"]) < len(ids)
    newest = int(columns.id[-1]) if len(columns) else 0
    if not gone and not (ids[~known] <= newest).any():
        return _columns(head, _overwritten(columns, fresh, at[known], int(known.sum())))
    keep = np.ones(len(columns), dtype=bool)
    keep[at[at >= 0]] = False
    merged = {name: np.concatenate([getattr(columns, name)[keep], fresh[name]]) for name in _NAMES}
    order = np.argsort(merged["id"], kind="stable")
    return _columns(head, {name: values[order] for name, values in merged.items()})


def _overwritten(columns: Columns, fresh: Arrays, at: NDArray[np.int64], known: int) -> Arrays:
    """The usual case, and the quickest: the first `known` fresh rows stand at places, the rest come after the last."""
    patched: Arrays = {}
    for name in _NAMES:
        old, new = getattr(columns, name), fresh[name]
        if known == len(new) and np.array_equal(old[at], new, equal_nan=new.dtype.kind == "f"):
            patched[name] = old  # unchanged, and shared
            continue
        patched[name] = np.concatenate([old, new[known:]])
        patched[name][at] = new[:known]
    return patched


def _fetch(unit: ReadUnit, ids: NDArray[np.int64] | None) -> Arrays:
    """The arrays of all requests, or of these."""
    table = service_request.c
    kinds = kinds_of("service_request")
    plain = {"lon": "long"} | {f"{what}_ms": f"{what}_at" for what in ("requested", "acknowledged", "closed", "due")}
    names = {name: plain.get(name, name) for name in _NAMES if name not in _MADE}
    wanted: dict[str, tuple[ColumnElement[Any], str]] = {n: (table[c], kinds[c]) for n, c in names.items()}
    wanted["by_machine"] = (case((table.acknowledged_by == "machine", 1), else_=0), "int")
    kinds_of_assignment = {kind: code for code, kind in enumerate(ASSIGNED_KINDS)}
    wanted["assigned_kind"] = (case(kinds_of_assignment, value=table.assigned_kind, else_=0), "int")
    wanted["status"] = (_coded(table.status, tuple(Status)), "int")
    wanted["placement"] = (_coded(table.placement, tuple(Placement)), "int")
    arrays = fetch_arrays(unit.connection, wanted, table.id, ids=ids)
    arrays["x"], arrays["y"] = _mercator(arrays["lon"], arrays["lat"], arrays["placement"] == _LOCATED)
    for name in ("agency_id", "incident_id"):
        arrays[name] = np.where(arrays[name] == MISSING, -1, arrays[name])
    arrays["priority"] = np.clip(arrays["priority"], 0, 255)
    return {name: arrays[name].astype(_DTYPES[name]) for name in _NAMES}


def _coded(column: ColumnElement[Any], values: tuple[Any, ...]) -> ColumnElement[int]:
    """An enumerated text as its place in the order of the enum."""
    return case({value.value: code for code, value in enumerate(values)}, value=column)


def _mercator(
    lon: NDArray[np.float64], lat: NDArray[np.float64], located: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x = np.where(located, (lon + 180.0) / 360.0, np.nan)
    sine = np.sin(np.radians(np.clip(lat, -_NORTH, _NORTH)))
    y = np.where(located, 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi), np.nan)
    return x, y


def _columns(sequence: int, arrays: Arrays) -> Columns:
    for values in arrays.values():
        values.flags.writeable = False
    return Columns(sequence, **arrays)


def _read_file(file: Path, store: Store, unit: ReadUnit, head: int) -> Columns | None:
    """The snapshot in the file; None when it is absent, damaged, of another history or of another form."""
    try:
        content = np.fromfile(file, dtype=np.uint8)
        header, start = _header(content)
        arrays = _unpack(content[start:], header)
    except (OSError, ValueError, KeyError, TypeError):
        return None  # a cache that cannot be read is made anew
    sequence = int(header["sequence"])
    if sequence > head or header["stamp"] != store.fingerprint(unit, sequence):
        return None
    return _columns(sequence, arrays)


def _header(content: NDArray[np.uint8]) -> tuple[dict[str, Any], int]:
    size = len(_MAGIC)
    if content[:size].tobytes() != _MAGIC:
        raise ValueError("not a file of columns")
    length = int.from_bytes(content[size : size + 4].tobytes(), "little")
    start = size + 4 + length
    return json.loads(content[size + 4 : start].tobytes()), start + (-start) % 8


def _unpack(body: NDArray[np.uint8], header: Mapping[str, Any]) -> Arrays:
    count, at, arrays = int(header["count"]), 0, {}
    if header["crc"] != zlib.crc32(body.data) or header["names"] != list(_NAMES):
        raise ValueError("the file of columns is damaged or of another form")
    for name in _NAMES:
        size = count * _DTYPES[name].itemsize
        arrays[name] = body[at : at + size].view(_DTYPES[name])
        at += size + (-size) % 8
    return arrays


def _save(file: Path, columns: Columns, stamp: str) -> None:
    """Replace the file in one step. A cache that cannot be written costs time, never the work at hand."""
    pieces = []
    for name in _NAMES:
        piece = getattr(columns, name).tobytes()
        pieces += [piece, b"\0" * (-len(piece) % 8)]
    body = b"".join(pieces)
    header = {"sequence": columns.sequence, "stamp": stamp, "count": len(columns), "names": list(_NAMES)}
    text = json.dumps({**header, "crc": zlib.crc32(body)}).encode()
    start = len(_MAGIC) + 4 + len(text)
    growing = file.with_name(f"{file.name}-{os.getpid()}")
    with suppress(OSError):
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            growing.write_bytes(_MAGIC + len(text).to_bytes(4, "little") + text + b"\0" * (-start % 8) + body)
            os.replace(growing, file)
        finally:
            growing.unlink(missing_ok=True)
