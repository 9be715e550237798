"""Cells over a city: hexagons or squares in its projected CRS, who touches whom, and which cell a point is in.

The lattice is anchored at the origin of the CRS, so the same width gives the same cells in every run. Cells are those
that intersect the boundary, whole and not cut, and any further cell that holds a point: no request is lost, and a cell
without requests is a cell too. Without a boundary they are the cells that hold a point and the ring around each.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geo.choices import GIVEN, Chosen
from geo.crs import shape_to_metres, to_degrees
from geo.errors import GeoError

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

HEXAGON, SQUARE = "hexagon", "square"

REQUESTS_A_CELL = 20.0  # on average: fewer, and a normal approximation of counts is poor
MOST_CELLS_BY_DEFAULT = 5_000  # more cannot be told apart on a screen
MOST_CELLS = 100_000  # more take a map minutes to read and draw
NARROWEST_M, WIDEST_M = 100.0, 2_000.0
_MOST_OVER = 1_000_000

_EDGE_STEPS = {
    HEXAGON: ((1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1), (1, -1)),
    SQUARE: ((1, 0), (0, 1), (-1, 0), (0, -1)),
}
# Corners as steps of half a width and half a side (hexagon, point up) or half a width (square) from the middle.
_CORNERS = {
    HEXAGON: ((1, -1), (1, 1), (0, 2), (-1, 1), (-1, -1), (0, -2)),
    SQUARE: ((1, -1), (1, 1), (-1, 1), (-1, -1)),
}


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Cells in rising order of row, then column; `cell_m` is the width from side to opposite side."""

    kind: str
    cell_m: float
    column: Ints  # [cells] hexagons: axial coordinates, a row up shifts half a width east
    row: Ints  # [cells]

    @property
    def cell_count(self) -> int:
        """How many cells there are."""
        return len(self.row)

    @property
    def cell_km2(self) -> float:
        """Area of one cell."""
        return _cell_m2(self.kind, self.cell_m) / 1e6

    def middles(self) -> tuple[Floats, Floats]:
        """Metres of the middle of each cell."""
        half_x, half_y = _half_steps(self.kind, self.column, self.row)
        return np.asarray(half_x * (self.cell_m / 2.0)), np.asarray(half_y * self._half_y_m)

    def assign(self, x_m: Floats, y_m: Floats) -> Ints:
        """The cell of each point in metres, -1 for a point in none. Linear in the points but for a search of cells."""
        return self.find(*cells_of(self.kind, self.cell_m, x_m, y_m))

    def find(self, column: Ints, row: Ints) -> Ints:
        """Cells by their lattice coordinates, -1 where the grid has none."""
        keys = _keys(self.column, self.row)
        wanted = _keys(column, row)
        at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        return np.where(keys[at] == wanted, at, -1)

    def neighbours(self, rings: int = 1) -> tuple[Ints, Ints]:
        """Cells within `rings` steps over shared edges, the cell itself left out: starts [cells + 1] and members."""
        steps = [step for step in _reach(self.kind, rings) if step != (0, 0)]
        found = np.stack([self.find(self.column + dc, self.row + dr) for dc, dr in steps], axis=1)
        there = found >= 0
        starts = np.concatenate([[0], np.cumsum(there.sum(axis=1))]).astype(np.int64)
        return starts, found[there]

    def polygons_wkb(self, crs_epsg: int) -> list[bytes]:
        """The cells as polygons in degrees; cells that touch share their corners exactly."""
        import shapely

        half_x, half_y = _half_steps(self.kind, self.column, self.row)
        steps = np.array(_CORNERS[self.kind])
        corners = np.stack([half_x[:, None] + steps[:, 0], half_y[:, None] + steps[:, 1]], axis=2)
        unique, which = np.unique(corners.reshape(-1, 2), axis=0, return_inverse=True)
        lon, lat = to_degrees(unique[:, 0] * (self.cell_m / 2.0), unique[:, 1] * self._half_y_m, crs_epsg)
        rings = np.column_stack([lon, lat])[which.reshape(len(corners), -1)]
        return [bytes(wkb) for wkb in shapely.to_wkb(shapely.polygons(rings))]

    @property
    def _half_y_m(self) -> float:
        return _half_y_m(self.kind, self.cell_m)


def make_grid(
    x_m: Floats, y_m: Floats, *, kind: str, cell_m: float | None, crs_epsg: int, boundary_wkb: bytes | None
) -> Grid:
    """The grid over a boundary (WKB in degrees) and points in metres; `cell_m` None chooses a width by `choose_cell_m`.

    GeoError for an unknown kind, a width that is no length, or one so narrow that there are over MOST_CELLS.
    """
    if kind not in _EDGE_STEPS:
        raise GeoError(f"There is no grid '{kind}'; choose {HEXAGON} or {SQUARE}.")
    if cell_m is not None and not (np.isfinite(cell_m) and cell_m > 0.0):
        raise GeoError(f"A cell cannot be {cell_m} m wide; choose a width in metres, or none.")
    town = None if boundary_wkb is None else _boundary(boundary_wkb, crs_epsg)
    area_m2 = _spread_m2(x_m, y_m) if town is None else town.area
    width_m = choose_cell_m(area_m2, len(x_m), kind) if cell_m is None else float(cell_m)
    column, row = _distinct(*cells_of(kind, width_m, x_m, y_m))
    if town is None:
        steps = np.array(_reach(kind, 1))
        column, row = (column[:, None] + steps[:, 0]).ravel(), (row[:, None] + steps[:, 1]).ravel()
    else:
        column, row = (np.concatenate(pair) for pair in zip((column, row), _over(town, kind, width_m), strict=True))
    grid = Grid(kind, width_m, *_distinct(column, row))
    if grid.cell_count > MOST_CELLS:
        raise GeoError(
            f"Cells of {width_m:g} m are too many for this city: {grid.cell_count:,}, and a map shows at most "
            f"{MOST_CELLS:,}; choose a wider cell."
        )
    return grid


def cell_choice(grid: Grid, requests: int, *, given: bool) -> Chosen:
    """Why the cells are as wide as they are; `requests` is the number of points they were laid over."""
    figures = {
        "requests_a_cell": REQUESTS_A_CELL,
        "most_cells": MOST_CELLS_BY_DEFAULT,
        "cells": grid.cell_count,
        "average": round(requests / grid.cell_count, 1),
    }
    if given:
        reason = GIVEN
    elif grid.cell_m in (NARROWEST_M, WIDEST_M):
        reason = "narrowest" if grid.cell_m == NARROWEST_M else "widest"
    else:
        reason = "requests_a_cell" if requests / REQUESTS_A_CELL <= MOST_CELLS_BY_DEFAULT else "most_cells"
    return Chosen("cell_m", grid.cell_m, reason, figures)


def choose_cell_m(area_m2: float, requests: int, kind: str = HEXAGON) -> float:
    """The width of a cell when none is given: 20 requests a cell on average, at most 5,000 cells over the area.

    Between 100 m and 2 km, rounded up to 10 m.
    """
    cells = min(MOST_CELLS_BY_DEFAULT, max(1.0, requests / REQUESTS_A_CELL))
    width_m = sqrt(area_m2 / cells / _cell_m2(kind, 1.0))
    return float(np.clip(np.ceil(width_m / 10.0) * 10.0, NARROWEST_M, WIDEST_M))


def cells_of(kind: str, cell_m: float, x_m: Floats, y_m: Floats) -> tuple[Ints, Ints]:
    """Lattice coordinates (column, row) of the cell of each point in metres."""
    if kind == SQUARE:
        return np.floor(x_m / cell_m).astype(np.int64), np.floor(y_m / cell_m).astype(np.int64)
    # The nearest middle, by rounding cube coordinates that sum to zero: the one rounded most gives way.
    third = np.asarray(y_m, dtype=np.float64) / (3.0 * _half_y_m(kind, cell_m))
    first = np.asarray(x_m, dtype=np.float64) / cell_m - third / 2.0
    column, row, rest = np.rint(first), np.rint(third), np.rint(-first - third)
    off_column, off_row, off_rest = abs(column - first), abs(row - third), abs(rest + first + third)
    by_column = (off_column > off_row) & (off_column > off_rest)
    by_row = ~by_column & (off_row > off_rest)
    return (
        np.where(by_column, -row - rest, column).astype(np.int64),
        np.where(by_row, -column - rest, row).astype(np.int64),
    )


def _half_steps(kind: str, column: Ints, row: Ints) -> tuple[Ints, Ints]:
    """Middles as whole steps of half a width east and half a side (hexagon) or half a width (square) north."""
    return (2 * column + row, 3 * row) if kind == HEXAGON else (2 * column + 1, 2 * row + 1)


def _half_y_m(kind: str, cell_m: float) -> float:
    return cell_m / (2.0 * sqrt(3.0)) if kind == HEXAGON else cell_m / 2.0


def _cell_m2(kind: str, cell_m: float) -> float:
    return cell_m * cell_m * (sqrt(3.0) / 2.0 if kind == HEXAGON else 1.0)


def _keys(column: Ints, row: Ints) -> Ints:
    """One number for a cell, rising by row, then column; lattice coordinates of an earth fit in 31 bits."""
    return row * (1 << 32) + column + (1 << 31)


def _distinct(column: Ints, row: Ints) -> tuple[Ints, Ints]:
    _, first = np.unique(_keys(column, row), return_index=True)
    return column[first], row[first]


def _reach(kind: str, rings: int) -> list[tuple[int, int]]:
    """Lattice steps to all cells within so many steps over edges, the cell itself too."""
    reached = {(0, 0)}
    for _ in range(rings):
        reached |= {(c + dc, r + dr) for c, r in reached for dc, dr in _EDGE_STEPS[kind]}
    return sorted(reached)


def _boundary(boundary_wkb: bytes, crs_epsg: int) -> BaseGeometry:
    import shapely

    from geo.areas_repair import polygons_of

    town = shape_to_metres(polygons_of(shapely.from_wkb(boundary_wkb)), crs_epsg)
    if not np.isfinite(shapely.get_coordinates(town)).all() or town.area == 0.0:
        raise GeoError(f"The city's boundary is no area in EPSG:{crs_epsg}; check the boundary and the CRS.")
    return town


def _spread_m2(x_m: Floats, y_m: Floats) -> float:
    """Extent of the points when nothing bounds them, without the outermost hundredth on each side."""
    west, east = np.quantile(x_m, [0.01, 0.99])
    south, north = np.quantile(y_m, [0.01, 0.99])
    return float(max(east - west, NARROWEST_M) * max(north - south, NARROWEST_M))


def _over(town: BaseGeometry, kind: str, cell_m: float) -> tuple[Ints, Ints]:
    """Lattice coordinates of all cells that intersect the boundary."""
    import shapely

    west, south, east, north = town.bounds
    if (east - west + cell_m) * (north - south + cell_m) / _cell_m2(kind, cell_m) > _MOST_OVER:
        raise GeoError(f"Cells of {cell_m:g} m are too many for this city; choose a wider cell.")
    edge_x, edge_y = np.array([west, east, west, east]), np.array([south, south, north, north])
    column, row = cells_of(kind, cell_m, edge_x, edge_y)
    columns, rows = np.arange(column.min() - 2, column.max() + 3), np.arange(row.min() - 2, row.max() + 3)
    column, row = (values.ravel() for values in np.meshgrid(columns, rows))
    half_x, half_y = _half_steps(kind, column, row)
    in_x = np.abs(half_x * (cell_m / 2.0) - (west + east) / 2.0) <= (east - west) / 2.0 + cell_m
    column, row, half_x, half_y = column[in_x], row[in_x], half_x[in_x], half_y[in_x]
    steps = np.array(_CORNERS[kind])
    x = (half_x[:, None] + steps[:, 0]) * (cell_m / 2.0)
    y = (half_y[:, None] + steps[:, 1]) * _half_y_m(kind, cell_m)
    cells = np.asarray(shapely.polygons(np.stack([x, y], axis=2)))
    touched = shapely.STRtree(cells).query(town, predicate="intersects")
    return column[touched], row[touched]
