"""A raster in metres of the city's CRS as one in web mercator, whose rows and columns a web map can lay out.

Each pixel of the new raster takes the value of the cell in which its middle lies (nearest neighbour): values stay as
they were worked out, none is mixed from others. The formulas of spherical web mercator are those of EPSG:3857.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.crs import to_degrees, to_metres

Floats = NDArray[np.float64]

PIXELS_A_CELL = 2.0  # a cell's edges are then off by a quarter of it at most
MOST_PX = 900


@dataclass(frozen=True, slots=True, eq=False)
class WebRaster:
    """Values [rows from north, columns from west], nan for none; the box in degrees, its sides straight in mercator."""

    values: Floats
    west: float
    south: float
    east: float
    north: float


def web_raster(x_m: Floats, y_m: Floats, values: Floats, cell_m: float, crs_epsg: int) -> WebRaster:
    """Resample square cells, given by the metres of their middles; what no cell covers is nan.

    Cells lie on one lattice of width `cell_m`; two at one place: the later one counts.
    """
    west_m, south_m = x_m.min(), y_m.min()
    column = np.round((x_m - west_m) / cell_m).astype(np.int64)
    row = np.round((y_m - south_m) / cell_m).astype(np.int64)
    held = np.full((row.max() + 1, column.max() + 1), np.nan)
    held[row, column] = values
    west_m, south_m = west_m - cell_m / 2.0, south_m - cell_m / 2.0
    left, bottom, right, top = _box(west_m, south_m, held.shape, cell_m, crs_epsg)
    wide, high = right - left, top - bottom
    px = min(MOST_PX, max(2, int(PIXELS_A_CELL * max(held.shape)))) / max(wide, high)
    columns, rows = max(1, round(wide * px)), max(1, round(high * px))
    lon = np.degrees(left + (np.arange(columns) + 0.5) * wide / columns)
    lat = _latitude(top - (np.arange(rows) + 0.5) * high / rows)
    found_x, found_y = to_metres(*np.meshgrid(lon, lat), crs_epsg)
    at_column = np.floor((found_x - west_m) / cell_m)
    at_row = np.floor((found_y - south_m) / cell_m)
    inside = (at_column >= 0) & (at_row >= 0) & (at_column < held.shape[1]) & (at_row < held.shape[0])
    made = np.full((rows, columns), np.nan)
    made[inside] = held[at_row[inside].astype(np.int64), at_column[inside].astype(np.int64)]
    south, north = _latitude(np.array([bottom, top])).tolist()
    return WebRaster(made, float(np.degrees(left)), south, float(np.degrees(right)), north)


def _box(west_m: float, south_m: float, shape: tuple[int, ...], cell_m: float, crs_epsg: int) -> tuple[float, ...]:
    """West, south, east, north of a lattice in mercator radians; its sides bend, so all along them is looked at."""
    east_m, north_m = west_m + shape[1] * cell_m, south_m + shape[0] * cell_m
    along = np.linspace(0.0, 1.0, 33)
    x = np.concatenate([west_m + along * (east_m - west_m)] * 2 + [np.full(33, west_m), np.full(33, east_m)])
    y = np.concatenate([np.full(33, south_m), np.full(33, north_m)] + [south_m + along * (north_m - south_m)] * 2)
    lon, lat = to_degrees(x, y, crs_epsg)
    up = np.log(np.tan(np.pi / 4.0 + np.radians(lat) / 2.0))
    return float(np.radians(lon.min())), float(up.min()), float(np.radians(lon.max())), float(up.max())


def _latitude(up: Floats) -> Floats:
    """Degrees of mercator northings in radians."""
    return np.asarray(np.degrees(2.0 * np.arctan(np.exp(up)) - np.pi / 2.0))
