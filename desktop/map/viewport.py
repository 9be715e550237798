"""What the map draws of the requests: at most 2,000 points and grid clusters for a view, from sorted numpy columns.

The cells of all zooms are nested squares, so one order of the rows (Morton, 1966) makes every cell of every zoom a
contiguous run, and a view costs two binary searches a cell however many requests there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from data.records import Placement, Status
from desktop.domain.attention import SOON as DUE_SOON
from desktop.domain.attention import reports_per_request
from desktop.domain.backlog import NOT_YET
from desktop.domain.working_time import NO_SHARE, WorkingTime
from desktop.map.features import (
    CLOSED,
    MISSING,
    OVERDUE,
    PLAIN,
    SOON,
    Answer,
    Bools,
    Clusters,
    Floats,
    Ints,
    Points,
    Statuses,
    together,
)
from desktop.map.morton import morton, unmorton

CELL_PX = 48
CELLS_PER_TILE = 256 / CELL_PX
FINE_ZOOM = 18  # from here on cells are four times finer: only what truly lies together stays together
FINE_STEPS = 2
TOP_LEVEL = 19 + FINE_STEPS
MAX_FEATURES = 2000
# How many open symbols, and closed dots beside them, a cell shows one by one; later pairs where a view holds too much.
GIVING_WAY = ((3, 9), (3, 3), (2, 1), (1, 0), (0, 0))
MAX_SPREAD = 60  # requests of a stack that are shown around it
MERGED_FROM = 3  # crowded cells of a square of four that become one cluster
ROOM_PX, MERGED_ROOM_PX = 6.0, 20.0  # how far the middle of a cluster may lie from the middle of its cell
_NUMBER_BITS = 63  # of a whole number of numpy, its sign apart
DUE_SOON_MS = round(DUE_SOON.total_seconds() * 1000)

_STATUS = tuple(Status)
_CLOSED = tuple(_STATUS.index(status) for status in (Status.CLOSED, Status.ARCHIVED))
_LOCATED = tuple(Placement).index(Placement.LOCATED)


class RequestColumns(Protocol):
    """The arrays of data.columns.Columns that the map reads; one entry a request."""

    @property
    def id(self) -> NDArray[np.int64]: ...
    @property
    def x(self) -> NDArray[np.float64]: ...
    @property
    def y(self) -> NDArray[np.float64]: ...
    @property
    def status(self) -> NDArray[np.uint8]: ...
    @property
    def placement(self) -> NDArray[np.uint8]: ...
    @property
    def service_id(self) -> NDArray[np.int32]: ...
    @property
    def incident_id(self) -> NDArray[np.int64]: ...
    @property
    def requested_ms(self) -> NDArray[np.int64]: ...
    @property
    def due_ms(self) -> NDArray[np.int64]: ...


@dataclass(frozen=True, slots=True)
class View:
    """What a map shows: a box in web mercator (0 to 1, y downwards) at a whole zoom."""

    west_x: float
    north_y: float
    east_x: float
    south_y: float
    zoom: int


class ViewportIndex:
    """Requests that are on the map, in Morton order of the finest cells. Never changes.

    An earlier index saves the sorting where only other columns changed or rows were added at the end.
    """

    def __init__(self, columns: RequestColumns, earlier: ViewportIndex | None = None) -> None:
        self.columns = columns
        known = 0 if earlier is None or not _goes_on(earlier.columns, columns) else len(earlier.columns.id)
        rows, codes = _sorted_rows(columns, known)
        if known and earlier is not None:
            at = np.searchsorted(earlier.codes, codes, side="right")
            rows, codes = np.insert(earlier.rows, at, rows), np.insert(earlier.codes, at, codes)
        self.rows: Ints = rows
        self.codes: Ints = codes

    @cached_property
    def reports(self) -> Ints:
        """How many reports the incident of each row has, unlocated ones too; 1 without an incident."""
        return reports_per_request(self.columns.incident_id)

    def rows_of(self, ids: Ints) -> Ints:
        """Rows of the columns of those ids that are on the map, in the order given."""
        if not len(ids) or not len(self.rows):
            return np.zeros(0, dtype=np.int64)
        order = self._by_id
        known = self.columns.id[order]
        at = np.minimum(np.searchsorted(known, ids), len(order) - 1)
        return np.asarray(order[at[known[at] == ids]])

    def located_in(self, incident: int) -> Ints:
        """Rows on the map that belong to an incident, by id."""
        rows: Ints = self._by_id
        return np.asarray(rows[self.columns.incident_id[rows] == incident])

    @cached_property
    def _by_id(self) -> Ints:
        return self.rows[np.argsort(self.columns.id[self.rows], kind="stable")]


class Content:
    """What of an index is on the map now: a filter, a moment with its statuses, and whether incidents are one symbol.

    Never changes.
    """

    def __init__(
        self,
        index: ViewportIndex,
        mask: Bools | None,
        now_ms: int,
        status: Statuses | None = None,
        folded: bool = True,
        working: WorkingTime | None = None,
    ) -> None:
        columns = index.columns
        kept = slice(None) if mask is None else mask[index.rows]
        self.index, self.columns, self.now_ms, self._mask, self._fold = index, columns, now_ms, mask, folded
        self._working = working
        # What was not opened yet is no symbol, but for the chosen one: it wears what it is now, as its page says.
        then = columns.status if status is None else np.where(status == NOT_YET, columns.status, status)
        self._status, self.status = status, then
        self.rows: Ints = index.rows[kept]
        self.codes: Ints = index.codes[kept]
        self.x: Floats = columns.x[self.rows]
        self.y: Floats = columns.y[self.rows]
        self.deadline = deadline_codes(columns, self.rows, now_ms, self.status)
        self._open = _running(self.deadline != CLOSED)
        self._overdue = _running(self.deadline == OVERDUE)
        self._middle = (float(self.x.mean()), float(self.y.mean())) if len(self.rows) else (0.0, 0.0)
        self._x, self._y = _running(self.x - self._middle[0]), _running(self.y - self._middle[1])

    def query(self, view: View) -> Answer:
        """Points where a cell holds few, clusters where it holds more; together at most MAX_FEATURES."""
        level = level_of(view.zoom)
        for coarser in range(3):
            cells = self._cells(view, level - coarser)
            if len(cells.key) <= MAX_FEATURES:
                break
        for most_open, most_closed in GIVING_WAY:
            alone = self._give_way(cells, most_open, most_closed)
            if int(cells.size[alone].sum()) + int((~alone).sum()) <= MAX_FEATURES:
                break
        runs, crowds = self._crowds(cells, alone)
        at, stands_for = self._folded(_joined(runs))
        alone_at, stacks = self._stacks(at, stands_for)
        total = int(cells.size.sum())
        return Answer(self._points(at[alone_at], stands_for[alone_at]), together(crowds, stacks), total)

    def _crowds(self, cells: _Runs, alone: Bools) -> tuple[_Runs, Clusters]:
        """The cells that are drawn one by one, and clusters of the rest.

        Where three of the four cells of a square are crowded, the square is one cluster: calmer than three.
        """
        single, crowded = cells.pick(alone), cells.pick(~alone)
        square, size = np.unique(crowded.key >> 2, return_counts=True)
        merged = square[size >= MERGED_FROM]
        clusters = self._clusters(crowded.pick(~np.isin(crowded.key >> 2, merged)), ROOM_PX / CELL_PX)
        large = self._runs(merged, cells.level - 1)
        every = together(clusters, self._clusters(large, MERGED_ROOM_PX / (2 * CELL_PX)))
        return single.pick(~np.isin(single.key >> 2, merged)), every

    def made_of(
        self,
        columns: RequestColumns,
        mask: Bools | None,
        now_ms: int,
        status: Statuses | None,
        folded: bool = True,
        working: WorkingTime | None = None,
    ) -> bool:
        """Whether it still says what these say."""
        same = self.columns is columns and self._mask is mask and self._status is status
        return same and self._working is working and self.now_ms == now_ms and self._fold is folded

    def points_of(self, rows: Ints) -> Points:
        """Rows of the columns as points, each by itself."""
        deadline = deadline_codes(self.columns, rows, self.now_ms, self.status)
        return self._points_of(rows, deadline, np.ones(len(rows), dtype=np.int64))

    def members(self, level: int, key: int) -> Points:
        """The requests of one cell, the first MAX_SPREAD of them, each by itself."""
        cell = self._runs(np.array([key]), level)
        at = _joined(cell)[:MAX_SPREAD]
        return self._points(at, np.ones(len(at), dtype=np.int64))

    def bounds_of(self, level: int, key: int) -> tuple[float, float, float, float]:
        """West, north, east, south of the requests of one cell, in web mercator."""
        at = _joined(self._runs(np.array([key]), level))
        if not len(at):
            return (0.0, 0.0, 1.0, 1.0)
        x, y = self.x[at], self.y[at]
        return (float(x.min()), float(y.min()), float(x.max()), float(y.max()))

    def inside(self, view: View) -> Ints:
        """Ids of the requests in the closed box, ascending."""
        at = _joined(self._cells(view, level_of(view.zoom)))
        x, y = self.x[at], self.y[at]
        within = (x >= view.west_x) & (x <= view.east_x) & (y >= view.north_y) & (y <= view.south_y)
        return np.sort(self.columns.id[self.rows[at[within]]])

    def _folded(self, at: Ints) -> tuple[Ints, Ints]:
        """Positions, the open requests of an incident folded into the one that came first, and how many each holds."""
        rows = self.rows[at]
        if not self._fold:
            return at, np.ones(len(at), dtype=np.int64)
        incident = self.columns.incident_id[rows]
        folded = (incident >= 0) & (self.deadline[at] != CLOSED)
        group = np.where(folded, incident, -1 - np.arange(len(at)))
        order = np.lexsort((self.columns.id[rows], self.columns.requested_ms[rows], group))
        starts = np.flatnonzero(np.diff(group[order], prepend=_before(group[order])))
        return at[order[starts]], np.diff(np.append(starts, len(at)))

    def _stacks(self, at: Ints, stands_for: Ints) -> tuple[Bools, Clusters]:
        """Which positions lie by themselves, and the exact points that hold several."""
        code, which, size = np.unique(self.codes[at], return_inverse=True, return_counts=True)
        alone = size[which] == 1
        held = np.flatnonzero(size > 1)
        first = np.searchsorted(self.codes, code[held])
        add = [np.bincount(which, weights=w, minlength=len(code))[held] for w in self._weights(at, stands_for)]
        count, opened, overdue = (values.astype(np.int64) for values in add)
        level = np.full(len(held), TOP_LEVEL, dtype=np.int64)
        stacked = np.ones(len(held), dtype=bool)
        return alone, Clusters(level, code[held], self.x[first], self.y[first], count, opened, overdue, stacked)

    def _weights(self, at: Ints, stands_for: Ints) -> tuple[Ints, Ints, Ints]:
        deadline = self.deadline[at]
        return stands_for, stands_for * (deadline != CLOSED), stands_for * (deadline == OVERDUE)

    def _points(self, at: Ints, stands_for: Ints) -> Points:
        return self._points_of(self.rows[at], self.deadline[at], stands_for)

    def _points_of(self, rows: Ints, deadline: NDArray[np.uint8], stands_for: Ints) -> Points:
        columns = self.columns
        return Points(
            id=columns.id[rows],
            x=columns.x[rows],
            y=columns.y[rows],
            status=self.status[rows],
            deadline=deadline,
            service_id=columns.service_id[rows],
            share_left=self._share_left(rows),
            due_ms=columns.due_ms[rows],
            reports=self.index.reports[rows] if self._fold else np.ones(len(rows), dtype=np.int64),
            stands_for=stands_for.astype(np.int64),
        )

    def _share_left(self, rows: Ints) -> Floats:
        """How much of each promise is left; not told where nobody knows when the city works."""
        if self._working is None:
            return np.full(len(rows), NO_SHARE)
        return self._working.share_left(self.columns.requested_ms[rows], self.columns.due_ms[rows], self.now_ms)

    def _cells(self, view: View, level: int) -> _Runs:
        """Every cell of a level that holds something, of the squares of four that the view touches.

        Cells are looked up one by one unless the view has more of them than there are requests.
        """
        scale = CELLS_PER_TILE * 2.0**level
        west, north, east, south = (
            int(np.floor(min(max(side, 0.0), 1.0 - 1e-12) * scale))
            for side in (view.west_x, view.north_y, view.east_x, view.south_y)
        )
        first_across, last_across, first_down, last_down = west & ~1, east | 1, north & ~1, south | 1
        if (last_across - first_across + 1) * (last_down - first_down + 1) > len(self.codes):
            held = np.unique(self.codes >> 2 * (TOP_LEVEL - level))
            across, down = unmorton(held)
            touched = (across >= first_across) & (across <= last_across) & (down >= first_down) & (down <= last_down)
            return self._runs(held[touched], level)
        across, down = np.arange(first_across, last_across + 1), np.arange(first_down, last_down + 1)
        cells = self._runs(np.sort(morton(np.repeat(across, len(down)), np.tile(down, len(across)))), level)
        return cells.pick(cells.size > 0)

    def _runs(self, key: Ints, level: int) -> _Runs:
        shift = 2 * (TOP_LEVEL - level)
        first, end = (np.searchsorted(self.codes, code << shift) for code in (key, key + 1))
        return _Runs(key, first, end, level)

    def _give_way(self, cells: _Runs, most_open: int, most_closed: int) -> Bools:
        """Which cells are drawn one by one: few closed dots, and few open symbols once incidents are folded."""
        opened = self._open[cells.end] - self._open[cells.first]
        closed = cells.size - opened
        alone: Bools = (opened <= most_open) & (closed <= most_closed)
        doubtful = ~alone & (closed <= most_closed) & (opened <= 4 * most_open)
        if doubtful.any():
            alone[doubtful] = self._symbols(cells.pick(doubtful)) <= most_open
        return alone

    def _symbols(self, cells: _Runs) -> Ints:
        """How many open symbols each cell would show."""
        at = _joined(cells)
        cell = np.repeat(np.arange(len(cells.key)), cells.size)
        opened = self.deadline[at] != CLOSED
        at, cell = at[opened], cell[opened]
        incident = self.columns.incident_id[self.rows[at]]
        group = np.where((incident >= 0) & self._fold, incident, -1 - np.arange(len(at)))
        distinct = np.unique(np.stack([cell, group]), axis=1)[0]
        return np.bincount(distinct, minlength=len(cells.key))

    def _clusters(self, cells: _Runs, room: float) -> Clusters:
        """A cluster for each cell, where its requests are in the mean, within `room` sides of the cell's middle."""
        first, end, count = cells.first, cells.end, np.maximum(cells.size, 1)
        x = self._middle[0] + (self._x[end] - self._x[first]) / count
        y = self._middle[1] + (self._y[end] - self._y[first]) / count
        scale = CELLS_PER_TILE * 2.0**cells.level
        across, down = unmorton(cells.key)
        return Clusters(
            level=np.full(len(first), cells.level, dtype=np.int64),
            key=cells.key,
            x=(across + np.clip(x * scale - across, 0.5 - room, 0.5 + room)) / scale,
            y=(down + np.clip(y * scale - down, 0.5 - room, 0.5 + room)) / scale,
            count=cells.size,
            open=self._open[end] - self._open[first],
            overdue=self._overdue[end] - self._overdue[first],
            # Equal ends of a run in Morton order mean that all lie in one finest cell, about a third of a metre.
            stacked=self.codes[first] == self.codes[end - 1] if len(first) else np.zeros(0, dtype=bool),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Runs:
    """Cells of a level, and the positions of the requests that each holds."""

    key: Ints
    first: Ints
    end: Ints
    level: int

    @property
    def size(self) -> Ints:
        return self.end - self.first

    def pick(self, which: Bools) -> _Runs:
        return _Runs(self.key[which], self.first[which], self.end[which], self.level)


def _sorted_rows(columns: RequestColumns, since: int) -> tuple[Ints, Ints]:
    """Rows from `since` on that are on the map, and the codes of their finest cells, in order of the codes."""
    located = (columns.placement[since:] == _LOCATED) & np.isfinite(columns.x[since:])
    rows = since + np.flatnonzero(located)
    scale = CELLS_PER_TILE * 2.0**TOP_LEVEL
    codes = morton(_cell(columns.x[rows], scale), _cell(columns.y[rows], scale))
    return _in_order(rows, codes)


def _in_order(rows: Ints, codes: Ints) -> tuple[Ints, Ints]:
    """Ascending rows and their codes by code, equal ones by row.

    A city is small: code and place in one number are sorted several times faster than an order of codes is found.
    """
    if not len(codes):
        return rows, codes
    lowest, bits = int(codes.min()), len(codes).bit_length()
    if (int(codes.max()) - lowest).bit_length() + bits > _NUMBER_BITS:
        order = np.argsort(codes, kind="stable")
        return rows[order], codes[order]
    joined = (codes - lowest) << bits | np.arange(len(codes))
    joined.sort()
    return rows[joined & (1 << bits) - 1], (joined >> bits) + lowest


def _goes_on(old: RequestColumns, new: RequestColumns) -> bool:
    """Whether the new columns begin with the same requests at the same places."""
    count = len(old.id)
    return 0 < count <= len(new.id) and all(
        np.array_equal(getattr(old, name), getattr(new, name)[:count], equal_nan=name in ("x", "y"))
        for name in ("id", "placement", "x", "y")
    )


def deadline_codes(columns: RequestColumns, rows: Ints, now_ms: int, status: Statuses) -> NDArray[np.uint8]:
    """PLAIN, SOON, OVERDUE or CLOSED for each of the rows."""
    due = columns.due_ms[rows]
    has_due = due != MISSING
    codes = np.full(len(rows), PLAIN, dtype=np.uint8)
    codes[has_due & (due < now_ms + DUE_SOON_MS)] = SOON
    codes[has_due & (due < now_ms)] = OVERDUE
    codes[np.isin(status[rows], _CLOSED)] = CLOSED
    return codes


def level_of(zoom: int) -> int:
    """The level of the cells at a zoom."""
    return min(TOP_LEVEL, zoom if zoom < FINE_ZOOM else zoom + FINE_STEPS)


def _cell(values: Floats, scale: float) -> Ints:
    return np.floor(np.clip(values, 0.0, 1.0 - 1e-12) * scale).astype(np.int64)


def _running(values: Any) -> Any:
    """Sums of the first 0, 1, 2 ... values."""
    kind = np.float64 if values.dtype.kind == "f" else np.int64
    sums = np.zeros(len(values) + 1, dtype=kind)
    np.cumsum(values, out=sums[1:])
    return sums


def _joined(runs: _Runs) -> Ints:
    """All positions of several runs, in order."""
    length = runs.size
    before = np.cumsum(length) - length
    return np.asarray(np.arange(int(length.sum()), dtype=np.int64) + np.repeat(runs.first - before, length))


def _before(values: Ints) -> int:
    """A value that differs from the first."""
    return int(values[0]) - 1 if len(values) else 0
