"""Compiled making of the area index, over all areas at once. Imported on first use only.

For each cell that edges of an area touch, these edges are kept with whatever lies to the right of the cell summed up in
one bit and two marks an edge: then a point needs no other edge of the area (`area_kernels._holds`).
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Ints32 = NDArray[np.int32]


@njit(cache=True, inline="always")
def _step(value: float, origin: float, per_degree: float) -> int:
    """The row or column of a coordinate. The kernels place points by this very arithmetic; it is monotone."""
    return int((value - origin) * per_degree)


@njit(cache=True, nogil=True)
def join(points: Floats, ring_starts: Ints) -> tuple[Floats, Ints32]:
    """The edges of closed rings, pointing north, and the edges that go on at their lower and their upper ends.

    Neighbours have their common edges in one direction, so that the same arithmetic decides for both.
    """
    edges = np.empty((len(points) - len(ring_starts) + 1, 4))
    beside = np.empty((len(edges), 2), dtype=np.int32)
    k = 0
    for ring in range(len(ring_starts) - 1):
        first, count = k, ring_starts[ring + 1] - ring_starts[ring] - 1
        for p in range(ring_starts[ring], ring_starts[ring + 1] - 1):
            before = k - 1 if k > first else first + count - 1
            after = k + 1 if k + 1 < first + count else first
            low, high = p, p + 1
            if points[low, 1] > points[high, 1]:
                low, high, before, after = high, low, after, before
            edges[k, 0], edges[k, 1], edges[k, 2], edges[k, 3] = (
                points[low, 0], points[low, 1], points[high, 0], points[high, 1],
            )  # fmt: skip
            beside[k, 0], beside[k, 1] = before, after
            k += 1
    return edges, beside


@njit(cache=True, nogil=True)
def trace(edges: Floats, frame: Floats, shape: Ints) -> tuple[Ints32, Ints, Ints32]:
    """Which cells each edge may touch.

    Returns the rows of the lower and the upper end [edges, 2], where the spans of each edge begin [edges + 1], and the
    spans: for each row that the edge passes the first and the last column. The margin of a millionth of a cell covers
    rounding: a cell outside the span is not touched by the edge.
    """
    count = len(edges)
    rows = np.empty((count, 2), dtype=np.int32)
    starts = np.zeros(count + 1, dtype=np.int64)
    for k in range(count):
        rows[k, 0] = _step(edges[k, 1], frame[1], frame[3])
        rows[k, 1] = _step(edges[k, 3], frame[1], frame[3])
        starts[k + 1] = starts[k] + rows[k, 1] - rows[k, 0] + 1
    spans = np.empty((starts[count], 2), dtype=np.int32)
    width, height = 1.0 / frame[2], 1.0 / frame[3]
    margin_x, margin_y = 1e-6 * width, 1e-6 * height
    for k in range(count):
        x1, y1, x2, y2 = edges[k, 0], edges[k, 1], edges[k, 2], edges[k, 3]
        left, right = min(x1, x2), max(x1, x2)
        slope = (x2 - x1) / (y2 - y1) if rows[k, 1] > rows[k, 0] else 0.0
        for row in range(rows[k, 0], rows[k, 1] + 1):
            low, high = left, right
            if rows[k, 1] > rows[k, 0]:
                at_bottom = x1 + slope * (max(y1, frame[1] + row * height - margin_y) - y1)
                at_top = x1 + slope * (min(y2, frame[1] + (row + 1) * height + margin_y) - y1)
                low, high = max(left, min(at_bottom, at_top)), min(right, max(at_bottom, at_top))
            at = starts[k] + row - rows[k, 0]
            spans[at, 0] = max(0, _step(low - margin_x, frame[0], frame[2]))
            spans[at, 1] = min(shape[1] - 1, _step(high + margin_x, frame[0], frame[2]))
    return rows, starts, spans


@njit(cache=True, nogil=True)
def rasterise(
    area_starts: Ints, beside: Ints32, rows: Ints32, starts: Ints, spans: Ints32, shape: Ints
) -> tuple[Ints32, Ints32, Ints32]:
    """Lay all areas on the raster in declared order.

    Returns cells [rows * columns] (area, -1 for none, or -2 - its first member), members [., 3] in order of areas
    (what is to be done, where its edges begin in `near`, the cell's next member or -1), a last one where `near` ends,
    and `near`. See `_holds` for how a member is read.
    """
    room = np.int64(0)
    for at in range(len(spans)):
        room += spans[at, 1] - spans[at, 0] + 1
    cells = np.full(shape[0] * shape[1], -1, dtype=np.int32)
    newest = np.empty(shape[0] * shape[1], dtype=np.int32)  # the last member of a cell that has any
    members = np.empty((2 * room + 1, 3), dtype=np.int32)
    near = np.empty(room, dtype=np.int32)
    touching = np.empty(shape[0] * shape[1], dtype=np.int32)
    enters = np.empty(shape[0] * shape[1], dtype=np.uint8)
    made, used = 0, 0
    for area in range(len(area_starts) - 1):
        first, last = area_starts[area], area_starts[area + 1]
        if first == last:
            continue
        box = _extent(first, last, rows, starts, spans)
        _count_edges(touching, enters, first, last, box, rows, starts, spans)
        made, used = _list_cells(area, touching, enters, box, cells, newest, members, made, used, shape[1])
        _note_edges(near, touching, first, last, box, beside, rows, starts, spans)
    members[made, 1] = used
    return cells, members[: made + 1], near[:used]


@njit(cache=True)
def _count_edges(
    touching: Ints32,
    enters: NDArray[np.uint8],
    first: int,
    last: int,
    box: tuple[int, int, int, int],
    rows: Ints32,
    starts: Ints,
    spans: Ints32,
) -> None:
    """How many edges of an area touch each cell of its box, and whether an odd number come in there from below."""
    row0, row1, col0, col1 = box
    wide = col1 - col0 + 1
    touching[: (row1 - row0 + 1) * wide] = 0
    enters[: (row1 - row0 + 1) * wide] = 0
    for k in range(first, last):
        for row in range(rows[k, 0], rows[k, 1] + 1):
            at = starts[k] + row - rows[k, 0]
            here = (row - row0) * wide - col0
            for col in range(spans[at, 0], spans[at, 1] + 1):
                touching[here + col] += 1
            if row > rows[k, 0]:
                enters[here + spans[at, 0]] ^= 1


@njit(cache=True)
def _list_cells(
    area: int,
    touching: Ints32,
    enters: NDArray[np.uint8],
    box: tuple[int, int, int, int],
    cells: Ints32,
    newest: Ints32,
    members: Ints32,
    made: int,
    used: int,
    cols: int,
) -> tuple[int, int]:
    """Enter an area in its cells, from the right to the left of each row: what lies right of a cell decides for it.

    A cell that an earlier area covers wholly is left alone. `touching` then holds where a cell's edges belong in
    `near`, -1 for a cell left alone.
    """
    row0, row1, col0, col1 = box
    here = 0
    for row in range(row0, row1 + 1):
        odd = 0
        for col in range(col1, col0 - 1, -1):
            here, cell = (row - row0) * (col1 - col0 + 1) + col - col0, row * cols + col
            count, known = touching[here], cells[cell]
            if known >= 0 or (known < -1 and members[newest[cell], 0] < 0):
                touching[here] = -1
            elif count == 0 and odd and known == -1:
                cells[cell] = area
            elif count > 0 or odd:
                members[made, 0] = 2 * area + odd if count else -1 - area
                members[made, 1], members[made, 2] = used, -1
                if known == -1:
                    cells[cell] = -2 - made
                else:
                    members[newest[cell], 2] = made
                newest[cell] = made
                touching[here] = used
                used += count
                made += 1
            odd ^= enters[here]
    return made, used


@njit(cache=True)
def _extent(first: int, last: int, rows: Ints32, starts: Ints, spans: Ints32) -> tuple[int, int, int, int]:
    """The first and last row and column that some edges touch."""
    row0, row1, col0, col1 = rows[first, 0], rows[first, 1], spans[starts[first], 0], spans[starts[first], 1]
    for k in range(first, last):
        row0, row1 = min(row0, rows[k, 0]), max(row1, rows[k, 1])
    for at in range(starts[first], starts[last]):
        col0, col1 = min(col0, spans[at, 0]), max(col1, spans[at, 1])
    return row0, row1, col0, col1


@njit(cache=True)
def _note_edges(
    near: Ints32,
    places: Ints32,
    first: int,
    last: int,
    box: tuple[int, int, int, int],
    beside: Ints32,
    rows: Ints32,
    starts: Ints,
    spans: Ints32,
) -> None:
    """Write each edge of an area at every cell it touches, with what of its ends goes on to the right of the cell."""
    row0, _, col0, col1 = box
    wide = col1 - col0 + 1
    for k in range(first, last):
        for row in range(rows[k, 0], rows[k, 1] + 1):
            at = starts[k] + row - rows[k, 0]
            low_on, high_on = -1, -1
            if row == rows[k, 0]:
                low_on = spans[starts[beside[k, 0]] + row - rows[beside[k, 0], 0], 0]
            if row == rows[k, 1]:
                high_on = spans[starts[beside[k, 1]] + row - rows[beside[k, 1], 0], 0]
            here = (row - row0) * wide - col0
            for col in range(spans[at, 0], spans[at, 1] + 1):
                place = places[here + col]
                if place >= 0:
                    near[place] = 4 * k + (1 if low_on > col else 0) + (2 if high_on > col else 0)
                    places[here + col] = place + 1


@njit(cache=True, nogil=True)
def gather(cells: Ints32, members: Ints32, near: Ints32) -> tuple[Ints32, Ints32, Ints32]:
    """Put members and their edges in order of cells, so that one point reads one place of memory.

    Returns the starts of the lists (`cells` then holds -2 - number of the list), members [., 2] and near.
    """
    lists = 0
    for cell in range(len(cells)):
        lists += cells[cell] < -1
    list_starts = np.zeros(lists + 1, dtype=np.int32)
    out = np.empty((len(members), 2), dtype=np.int32)
    near_out = np.empty(len(near), dtype=np.int32)
    made, used, lists = 0, 0, 0
    for cell in range(len(cells)):
        if cells[cell] >= -1:
            continue
        member = -2 - cells[cell]
        cells[cell] = -2 - lists
        while member >= 0:
            out[made, 0], out[made, 1] = members[member, 0], used
            for k in range(members[member, 1], members[member + 1, 1]):
                near_out[used] = near[k]
                used += 1
            made += 1
            member = members[member, 2]
        lists += 1
        list_starts[lists] = made
    out[made, 0], out[made, 1] = 0, used
    return list_starts, out, near_out
