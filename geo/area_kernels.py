"""Compiled kernels of the area index: decide points exactly, measure distances. Imported on first use only."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Ints32 = NDArray[np.int32]

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
def _holds(edges: Floats, near: Ints32, first: int, last: int, odd: bool, x: float, y: float) -> bool:
    """Whether the rightward ray from a point of a cell meets an odd number of edges, lower ends counted.

    Only the edges `near` that touch the cell are looked at. Those to the left are never met. Those to the right form
    chains, and a chain is met an odd number of times where one of its ends lies above the ray and one does not. An
    end below the row counts for every point (that is `odd`), one above the row for none, and an end within the row is
    the end of a near edge, marked there (1 its lower end, 2 its upper end). An edge through the point is not met: so
    an area owns its western and southern border.
    """
    for k in range(first, last):
        edge, mark = near[k] >> 2, near[k] & 3
        low, high = edges[edge, 1] <= y, edges[edge, 3] <= y
        if low and not high:
            x1, x2 = edges[edge, 0], edges[edge, 2]
            wholly_right = x < x1 and x < x2
            if wholly_right or ((x < x1 or x < x2) and side(x1, edges[edge, 1], x2, edges[edge, 3], x, y) > 0.0):
                odd = not odd
        if (mark & 1) and low:
            odd = not odd
        if (mark & 2) and high:
            odd = not odd
    return odd


@njit(cache=True, inline="always")
def _first_of_list(
    number: int, x: float, y: float, list_starts: Ints32, members: Ints32, near: Ints32, edges: Floats
) -> int:
    """The first area around a point of a cell that a border crosses, -1 for none."""
    found = -1
    for k in range(list_starts[number], list_starts[number + 1]):
        code = members[k, 0]
        if code < 0:
            found = -1 - code
            break
        if _holds(edges, near, members[k, 1], members[k + 1, 1], code & 1 == 1, x, y):
            found = code >> 1
            break
    return found


@njit(cache=True, nogil=True)
def locate(
    lon: Floats,
    lat: Floats,
    frame: Floats,
    shape: Ints,
    cells: Ints32,
    list_starts: Ints32,
    members: Ints32,
    near: Ints32,
    edges: Floats,
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
        else:
            found[i] = _first_of_list(-2 - value, x, y, list_starts, members, near, edges)
    return found


@njit(cache=True, nogil=True)
def locate_in_layers(
    lon: Floats,
    lat: Floats,
    kind: Ints32,
    order_starts: Ints32,
    order: Ints32,
    frames: Floats,
    shapes: Ints,
    cell_starts: Ints,
    cells: Ints32,
    list_starts: Ints32,
    members: Ints32,
    near: Ints32,
    edges: Floats,
) -> tuple[Ints32, Ints32]:
    """The first of the layers that a point's kind asks in which has an area around it, and that area; -1 for none."""
    layers = np.full(len(lon), -1, dtype=np.int32)
    found = np.full(len(lon), -1, dtype=np.int32)
    for i in range(len(lon)):
        x, y = lon[i], lat[i]
        if kind[i] < 0:
            continue
        for k in range(order_starts[kind[i]], order_starts[kind[i] + 1]):
            layer = order[k]
            if not (x >= frames[layer, 0] and y >= frames[layer, 1]):
                continue
            col, row = (x - frames[layer, 0]) * frames[layer, 2], (y - frames[layer, 1]) * frames[layer, 3]
            if col >= shapes[layer, 1] or row >= shapes[layer, 0]:
                continue
            area = cells[cell_starts[layer] + int(row) * shapes[layer, 1] + int(col)]
            if area < -1:
                area = _first_of_list(-2 - area, x, y, list_starts, members, near, edges)
            if area >= 0:
                layers[i], found[i] = layer, area
                break
    return layers, found


@njit(cache=True, nogil=True)
def locate_one(
    x: float,
    y: float,
    frame: Floats,
    shape: Ints,
    cells: Ints32,
    list_starts: Ints32,
    members: Ints32,
    near: Ints32,
    edges: Floats,
) -> int:
    """The first area around a single point, -1 for none."""
    lon, lat = np.full(1, x), np.full(1, y)
    return int(locate(lon, lat, frame, shape, cells, list_starts, members, near, edges)[0])


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
