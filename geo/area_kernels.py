"""Compiled kernels of the area index: rasterise rings, decide points, measure distances. Imported on first use only."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Ints32 = NDArray[np.int32]

OUTSIDE, BORDER, INSIDE = 0, 1, 2

# Shewchuk 1997, "Adaptive precision floating-point arithmetic", section 4.3: (3 + 16 u) u for u = 2^-53.
_ORIENT_BOUND = 3.3306690738754716e-16
_SPLITTER = 134217729.0  # 2^27 + 1 (Dekker 1971)


@njit(cache=True, inline="always")
def _two_product(a: float, b: float) -> tuple[float, float]:
    """a * b as a rounded product and its exact error (Dekker 1971)."""
    product = a * b
    c = _SPLITTER * a
    a_high = c - (c - a)
    a_low = a - a_high
    c = _SPLITTER * b
    b_high = c - (c - b)
    b_low = b - b_high
    error = a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)
    return product, error


@njit(cache=True)
def _exact_side(x1: float, y1: float, x2: float, y2: float, x: float, y: float) -> float:
    """Sign of the turn from edge to point without any rounding: six products summed as an expansion.

    Shewchuk 1997, sections 2.3 and 2.4 (grow-expansion).
    """
    left = (x1, -x1, -x, -y1, y1, y)
    right = (y2, y, y2, x2, x, x2)
    parts = np.zeros(12)
    used = 0
    for i in range(6):
        high, low = _two_product(left[i], right[i])
        for term in (low, high):
            carry = term
            for k in range(used):
                total = carry + parts[k]
                virtual = total - carry
                parts[k] = (carry - (total - virtual)) + (parts[k] - virtual)
                carry = total
            parts[used] = carry
            used += 1
    for k in range(used - 1, -1, -1):
        if parts[k] != 0.0:
            return float(parts[k])
    return 0.0


@njit(cache=True)
def side(x1: float, y1: float, x2: float, y2: float, x: float, y: float) -> float:
    """Positive where the point lies left of the edge, negative right, zero exactly on its line; never wrong."""
    left = (x1 - x) * (y2 - y)
    right = (y1 - y) * (x2 - x)
    turn = left - right
    if abs(turn) > _ORIENT_BOUND * (abs(left) + abs(right)):
        return turn
    return _exact_side(x1, y1, x2, y2, x, y)


@njit(cache=True)
def _odd_crossings(edges: Floats, start: int, end: int, x: float, y: float) -> bool:
    """Whether the rightward ray from the point meets an odd number of upward edges, the lower end counted.

    An edge through the point is not met: so an area owns its western and southern border.
    """
    odd = False
    for k in range(start, end):
        if edges[k, 1] <= y < edges[k, 3]:
            x1, x2 = edges[k, 0], edges[k, 2]
            wholly_right = x < x1 and x < x2
            if wholly_right or ((x < x1 or x < x2) and side(x1, edges[k, 1], x2, edges[k, 3], x, y) > 0.0):
                odd = not odd
    return odd


@njit(cache=True)
def mark_border(state: NDArray[np.uint8], edges: Floats, frame: Floats, first_row: int, first_col: int) -> None:
    """Mark every cell that an edge may touch; `edges` run upwards, horizontal ones included.

    The margin of a millionth of a cell covers rounding: a cell left unmarked is wholly inside or wholly outside.
    """
    cols = state.shape[1]
    x0, y0, per_x, per_y = frame[0], frame[1], frame[2], frame[3]
    margin_x, margin_y = 1e-6 / per_x, 1e-6 / per_y
    for k in range(len(edges)):
        x1, y1, x2, y2 = edges[k, 0], edges[k, 1], edges[k, 2], edges[k, 3]
        slope = (x2 - x1) / (y2 - y1) if y2 > y1 else 0.0
        for row in range(int((y1 - y0) * per_y), int((y2 - y0) * per_y) + 1):
            low, high = min(x1, x2), max(x1, x2)
            if y2 > y1:
                bottom = max(y1, y0 + row / per_y - margin_y)
                top = min(y2, y0 + (row + 1) / per_y + margin_y)
                at_bottom, at_top = x1 + slope * (bottom - y1), x1 + slope * (top - y1)
                low, high = max(low, min(at_bottom, at_top)), min(high, max(at_bottom, at_top))
            first = max(0, int((low - margin_x - x0) * per_x) - first_col)
            last = min(cols - 1, int((high + margin_x - x0) * per_x) - first_col)
            for col in range(first, last + 1):
                state[row - first_row, col] = BORDER


@njit(cache=True)
def fill_inside(
    state: NDArray[np.uint8], slabs: Floats, pointers: Ints, frame: Floats, first_row: int, first_col: int
) -> None:
    """Decide each run of unmarked cells by one point in it."""
    rows, cols = state.shape
    for row in range(rows):
        y = frame[1] + (first_row + row + 0.5) / frame[3]
        known, inside = False, False
        for col in range(cols):
            if state[row, col] == BORDER:
                known = False
                continue
            if not known:
                x = frame[0] + (first_col + col + 0.5) / frame[2]
                inside = _odd_crossings(slabs, pointers[row], pointers[row + 1], x, y)
                known = True
            if inside:
                state[row, col] = INSIDE


@njit(cache=True)
def assemble(cell: Ints32, area: Ints32, state: NDArray[np.uint8], cell_count: int) -> tuple[Ints32, Ints32, Ints32]:
    """The raster and its candidate lists, from entries (cell, area, state) in declared order of the areas.

    Returns cells [cell_count] (area, -1 for none, or -2 - number of a list), list starts, and the lists: an area to be
    tested, or -1 - area for one that covers the whole cell and so ends its list.
    """
    length = np.zeros(cell_count, dtype=np.int32)
    closed = np.zeros(cell_count, dtype=np.bool_)
    for k in range(len(cell)):
        if not closed[cell[k]]:
            length[cell[k]] += 1
            closed[cell[k]] = state[k] == INSIDE
    cells = np.full(cell_count, -1, dtype=np.int32)
    lists = 0
    for c in range(cell_count):
        if length[c] > 1 or (length[c] == 1 and not closed[c]):
            cells[c] = -2 - lists
            lists += 1
    starts = np.zeros(lists + 1, dtype=np.int32)
    for c in range(cell_count):
        if cells[c] < -1:
            starts[-1 - cells[c]] = length[c]
    for k in range(lists):
        starts[k + 1] += starts[k]
    at = starts[:-1].copy()
    members = np.empty(starts[-1], dtype=np.int32)
    closed[:] = False
    for k in range(len(cell)):
        c = cell[k]
        if closed[c]:
            continue
        closed[c] = state[k] == INSIDE
        if cells[c] < -1:
            members[at[-2 - cells[c]]] = -1 - area[k] if closed[c] else area[k]
            at[-2 - cells[c]] += 1
        else:
            cells[c] = area[k]
    return cells, starts, members


@njit(cache=True, nogil=True)
def locate(
    lon: Floats,
    lat: Floats,
    frame: Floats,
    shape: Ints,
    cells: Ints32,
    list_starts: Ints32,
    list_members: Ints32,
    area_row: Ints32,
    area_slab: Ints,
    pointers: Ints,
    slabs: Floats,
) -> Ints32:
    """The first area around each point, -1 for none."""
    found = np.full(len(lon), -1, dtype=np.int32)
    for i in range(len(lon)):
        x, y = lon[i], lat[i]
        if not (x >= frame[0] and y >= frame[1]):
            continue  # west or south of everything, or nan
        col, row = (x - frame[0]) * frame[2], (y - frame[1]) * frame[3]
        if col >= shape[1] or row >= shape[0]:
            continue
        value = cells[int(row) * shape[1] + int(col)]
        if value >= -1:
            found[i] = value
            continue
        for k in range(list_starts[-2 - value], list_starts[-1 - value]):
            area = list_members[k]
            if area < 0:
                found[i] = -1 - area
                break
            slab = area_slab[area] + int(row) - area_row[area]
            if _odd_crossings(slabs, pointers[slab], pointers[slab + 1], x, y):
                found[i] = area
                break
    return found


@njit(cache=True, nogil=True)
def nearest(
    lon: Floats, lat: Floats, m_per_lon: Floats, m_per_lat: Floats, edges: Floats, starts: Ints
) -> tuple[Ints32, Floats]:
    """The area whose border is nearest to each point and the distance in metres, on the plane tangent at the point."""
    area = np.full(len(lon), -1, dtype=np.int32)
    distance = np.full(len(lon), np.nan)
    for i in range(len(lon)):
        if not (math.isfinite(lon[i]) and math.isfinite(lat[i])):
            continue
        best = np.inf
        for a in range(len(starts) - 1):
            for k in range(starts[a], starts[a + 1]):
                ax, ay = (edges[k, 0] - lon[i]) * m_per_lon[i], (edges[k, 1] - lat[i]) * m_per_lat[i]
                dx, dy = (edges[k, 2] - edges[k, 0]) * m_per_lon[i], (edges[k, 3] - edges[k, 1]) * m_per_lat[i]
                length2 = dx * dx + dy * dy
                along = 0.0 if length2 == 0.0 else min(1.0, max(0.0, -(ax * dx + ay * dy) / length2))
                squared = (ax + along * dx) ** 2 + (ay + along * dy) ** 2
                if squared < best:
                    best = squared
                    area[i] = a
        distance[i] = math.sqrt(best)
    return area, distance
