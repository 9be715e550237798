"""Reports in an order by place, service and time that depends on what they say and not on their rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.errors import GeoError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Ints32 = NDArray[np.int32]
Flags = NDArray[np.bool_]
Texts = Callable[[Ints], Sequence[str]]  # reads what some rows of the caller's say

HOUR_S = 3600.0
_MAX_CELLS_A_SIDE = 1 << 30
_MOST_KEY = 2**62
_MOST_COUNTED = 1 << 16


@dataclass(frozen=True, slots=True, eq=False)
class OrderedReports:
    """Located reports by cell, service, time, ...; arrays are [reports] but for the last ones, which hold the grid.

    Built by `order_reports`.
    """

    row: Ints  # where the report stands in the caller's columns
    row_count: int
    span_s: float  # time covered by the reports, the window at least
    x: Floats
    y: Floats
    t: Floats
    closed: Floats  # infinity while open
    service: Ints32  # index into `services`
    services: Ints  # the distinct services
    background: Floats  # other reports of the service at the place, not about the time
    text: Texts | None
    address: Texts | None
    asset: Ints | None  # what each names, -1 for nothing
    asset_layer: Ints | None  # the layer of that
    staff: Flags | None  # made by the city's own people
    reporter: Ints | None  # a number for whoever made each, -1 unknown
    reported_before: Ints | None  # reports that whoever made each had made before
    photo: Ints | None  # [reports, photos] 64 bits of how each looks, -1 for none
    origin: tuple[float, float, int]  # corner of the grid, keys in a row of cells
    keys: Ints  # [cells] rising
    cell_blocks: Ints32  # [cells + 1] where each cell's blocks begin
    starts: Ints32  # [blocks + 1] where each block's reports begin
    block_service: Ints32  # [blocks]
    ahead: Ints32  # [blocks, 2, 2], see duplicate_kernels


@dataclass(frozen=True, slots=True, eq=False)
class ReportColumns:
    """What the caller tells of each report, checked: all of shape [reports]."""

    x: Floats
    y: Floats
    t: Floats
    closed: Floats
    service: Ints
    text: Texts | None = None
    address: Texts | None = None
    asset: Ints | None = None
    asset_layer: Ints | None = None
    staff: Flags | None = None
    reporter: Ints | None = None
    photo: Ints | None = None  # [reports, photos]

    def __post_init__(self) -> None:
        optional = [one for one in (self.staff, self.reporter, self.photo) if one is not None]
        lengths = {len(values) for values in (self.x, self.y, self.t, self.closed, self.service, *optional)}
        if len(lengths) != 1 or self.x.ndim != 1:
            raise GeoError(f"The columns of the reports differ in length: {', '.join(map(str, sorted(lengths)))}.")


def order_reports(
    told: ReportColumns, cell_m: float, window_s: float, bandwidth_m: float, asked: Flags | None = None
) -> OrderedReports:
    """Order reports by cells of a grid. A report without place or time is left out.

    The background of a report counts the others of its service within `cell_m` and not within `window_s`, weighted by a
    normal kernel of two scatters of `bandwidth_m`; where some are `asked` about [rows], that of these alone.
    """
    from geo.duplicate_particulars import reported_before, telling_photos

    row = np.flatnonzero(np.isfinite(told.x) & np.isfinite(told.y) & np.isfinite(told.t))
    services, place = _distinct(told.service[row])
    keys, origin = _cells(told.x[row], told.y[row], cell_m)
    order = _order(told, row, keys * max(len(services), 1) + place)
    row, own, keys = row[order], place[order].astype(np.int32), keys[order]
    x, y, t = told.x[row], told.y[row], told.t[row]
    closed = np.where(
        np.isnan(told.closed[row]), np.inf, np.maximum(told.closed[row], t)
    )  # before: a slip of the clock
    cells, cell_blocks, starts, ahead = _blocks(keys, own, origin[2])
    block_service = own[starts[:-1]]
    asked = None if asked is None else asked[row]
    named = told.asset is not None and bool((told.asset >= 0).any())  # where nobody names one, nothing is weighed
    return OrderedReports(
        row=row,
        row_count=len(told.x),
        span_s=_covered_s(t, window_s),
        x=x,
        y=y,
        t=t,
        closed=closed,
        service=own,
        services=services,
        background=seen_around((x, y, t, block_service, starts, ahead), (cell_m, window_s), bandwidth_m, asked, False),
        text=told.text,
        address=told.address,
        asset=told.asset[row] if named and told.asset is not None else None,
        asset_layer=told.asset_layer[row] if named and told.asset_layer is not None else None,
        staff=None if told.staff is None else told.staff[row],
        reporter=None if told.reporter is None else told.reporter[row],
        reported_before=None if told.reporter is None else reported_before(told.reporter[row], t),
        photo=None if told.photo is None else telling_photos(told.photo[row]),
        origin=origin,
        keys=cells,
        cell_blocks=cell_blocks,
        starts=starts,
        block_service=block_service,
        ahead=ahead,
    )


def seen_around(
    blocks: tuple[Floats, Floats, Floats, Ints32, Ints32, Ints32],
    reach: tuple[float, float],
    bandwidth_m: float,
    asked: Flags | None,
    only_before: bool,
) -> Floats:
    """Backgrounds of reports in blocks (x, y, t, and the blocks of the kernels), or of those that are asked about."""
    from geo.duplicate_kernels import backgrounds, backgrounds_of

    if asked is None:
        return np.asarray(backgrounds(*blocks, np.array(reach), bandwidth_m, only_before))
    return np.asarray(backgrounds_of(asked, *blocks, np.array(reach), bandwidth_m, only_before))


def _distinct(values: Ints) -> tuple[Ints, Ints]:
    """The distinct values and the place of each among them; numbers close together are counted, not sorted."""
    if len(values) and int(values.max()) - int(values.min()) < _MOST_COUNTED:
        low = int(values.min())
        seen = np.bincount(values - low) > 0
        return np.flatnonzero(seen) + low, (np.cumsum(seen) - 1)[values - low]
    found, place = np.unique(values, return_inverse=True)
    return found, place


def _order(told: ReportColumns, row: Ints, block: Ints) -> Ints:
    """By block and time; what is equal in both by all else that it says, so that rows never matter."""
    t = told.t[row]
    order = _by_block_and_time(block, t)
    tied = np.zeros(len(row) + 1, dtype=bool)
    tied[1:-1] = (np.diff(block[order]) == 0) & (np.diff(t[order]) == 0)
    places = np.flatnonzero(tied[1:] | tied[:-1])
    if len(places):
        some = order[places]
        order[places] = some[np.lexsort((*_rest(told, row[some]), t[some], block[some]))]
    return order


def _by_block_and_time(block: Ints, t: Floats) -> Ints:
    """By block, then by time; what is equal in both comes in any order. One sort of whole numbers if they hold it."""
    by_time = np.argsort(t)
    if not len(t) or int(block.max()) >= _MOST_KEY // len(t):
        return np.asarray(by_time[np.argsort(block[by_time], kind="stable")])
    rank = np.empty(len(t), dtype=np.int64)
    rank[by_time] = np.arange(len(t))
    return np.argsort(block * len(t) + rank)


def _rest(told: ReportColumns, row: Ints) -> list[NDArray[np.generic]]:
    """What else tells reports apart, the least important first."""
    found: list[NDArray[np.generic]] = [
        np.array(texts(row), dtype=np.str_) for texts in (told.address, told.text) if texts is not None
    ]
    if told.photo is not None:
        found += list(told.photo[row].T)
    found += [values[row] for values in (told.reporter, told.staff, told.asset) if values is not None]
    return [*found, told.closed[row], told.y[row], told.x[row]]


def _covered_s(t: Floats, window_s: float) -> float:
    """Seconds that the reports cover, `window_s` at least. Silence counts up to a window: no stray date rules."""
    if not len(t):
        return window_s
    return max(float(np.minimum(np.diff(np.sort(t)), window_s).sum()), window_s)


def _cells(x: Floats, y: Floats, cell_m: float) -> tuple[Ints, tuple[float, float, int]]:
    """The key of each report's cell (row by row, one empty column between rows), and the grid's origin."""
    if not len(x):
        return np.zeros(0, dtype=np.int64), (0.0, 0.0, 2)
    west, south = float(x.min()), float(y.min())
    col, line = (x - west) // cell_m, (y - south) // cell_m
    if max(col.max(), line.max()) > _MAX_CELLS_A_SIDE:
        raise GeoError("The reports lie too far apart to be on one earth; check the city's CRS.")
    row_keys = int(col.max()) + 3
    return (line * row_keys + col).astype(np.int64), (west, south, row_keys)


def _blocks(keys: Ints, own: Ints32, row_keys: int) -> tuple[Ints, Ints32, Ints32, Ints32]:
    """Cells, where each one's blocks begin, where each block's reports begin, and the blocks ahead of each block."""
    fresh = np.ones(len(keys), dtype=bool)
    fresh[1:] = (keys[1:] != keys[:-1]) | (own[1:] != own[:-1])
    starts = np.append(np.flatnonzero(fresh), len(keys)).astype(np.int32)
    cell_of_block = keys[starts[:-1]]
    cells = np.unique(cell_of_block)
    cell_blocks = np.append(np.searchsorted(cell_of_block, cells), len(cell_of_block)).astype(np.int32)
    ahead = np.empty((len(cell_of_block), 2, 2), dtype=np.int32)
    ahead[:, 0, 0] = np.arange(len(cell_of_block))
    ahead[:, 0, 1] = np.searchsorted(cell_of_block, cell_of_block + 1, side="right")
    ahead[:, 1, 0] = np.searchsorted(cell_of_block, cell_of_block + row_keys - 1, side="left")
    ahead[:, 1, 1] = np.searchsorted(cell_of_block, cell_of_block + row_keys + 1, side="right")
    return cells, cell_blocks, starts, ahead
