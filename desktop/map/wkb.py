"""Rings of polygons from WKB, without geometry libraries: enough for drawing."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Ring = NDArray[np.float64]
_POLYGON, _MULTIPOLYGON, _COLLECTION = 3, 6, 7


def rings_of(content: bytes) -> list[Ring]:
    """Every ring, outer and inner, as an array of x and y. ValueError for what is no polygon or is cut off."""
    rings: list[Ring] = []
    try:
        _read(content, 0, rings)
    except (struct.error, IndexError) as fault:
        raise ValueError("the geometry is cut off") from fault
    return rings


def rings_of_any(shape: bytes | Sequence[Sequence[float]] | Sequence[Sequence[Sequence[float]]]) -> list[Ring]:
    """The rings of a shape given as WKB, as one ring of points, or as several rings."""
    if isinstance(shape, bytes | bytearray | memoryview):
        return rings_of(bytes(shape))
    if not len(shape):
        return []
    first = shape[0]
    several = len(first) > 0 and isinstance(first[0], Sequence | np.ndarray)
    rings = shape if several else [shape]
    return [np.asarray(ring, dtype=np.float64).reshape(-1, 2) for ring in rings]


def _read(content: bytes, at: int, rings: list[Ring]) -> int:
    """One geometry from a position on; the position after it."""
    order = "<" if content[at] == 1 else ">"
    (code,) = struct.unpack_from(f"{order}I", content, at + 1)
    at += 5
    if code & 0x20000000:  # EWKB carries a reference system
        at += 4
    values = 2 + bool(code & 0x80000000) + bool(code & 0x40000000)
    kind = code & 0x0FFFFFFF
    values += {0: 0, 1: 1, 2: 1, 3: 2}[kind // 1000 % 4]
    kind %= 1000
    (count,) = struct.unpack_from(f"{order}I", content, at)
    at += 4
    if kind in (_MULTIPOLYGON, _COLLECTION):
        for _ in range(count):
            at = _read(content, at, rings)
        return at
    if kind != _POLYGON:
        raise ValueError(f"a geometry of kind {kind} has no rings")
    for _ in range(count):
        at = _ring(content, at, order, values, rings)
    return at


def _ring(content: bytes, at: int, order: str, values: int, rings: list[Ring]) -> int:
    (points,) = struct.unpack_from(f"{order}I", content, at)
    at += 4
    end: int = at + 8 * values * points
    if end > len(content):
        raise ValueError("the geometry is cut off")
    rings.append(np.frombuffer(content[at:end], dtype=f"{order}f8").reshape(points, values)[:, :2].astype(np.float64))
    return end
