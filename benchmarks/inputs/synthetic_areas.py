"""Tiling layers of an invented city, with winding borders of many vertices, in degrees."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

WEST, SOUTH, EAST, NORTH = -83.29, 42.25, -83.05, 42.42  # about 20 by 19 km


def make_areas(count: int, seed: int, spacing_deg: float = 0.0004) -> NDArray[np.object_]:
    """`count` polygons that tile the city: Voronoi cells with a vertex every 40 m or so, bent by a smooth field."""
    rng = np.random.default_rng([count, seed])
    middles = shapely.MultiPoint(rng.uniform([WEST, SOUTH], [EAST, NORTH], (count, 2)))
    town = shapely.box(WEST, SOUTH, EAST, NORTH)
    cells = shapely.get_parts(shapely.voronoi_polygons(middles, extend_to=town))
    fine = shapely.segmentize(shapely.intersection(cells, town), spacing_deg)
    return np.asarray(shapely.transform(fine, _bend), dtype=object)


def make_points(count: int, seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Longitudes and latitudes all over the city and a little beyond."""
    rng = np.random.default_rng([count, seed])
    return rng.uniform(WEST - 0.005, EAST + 0.005, count), rng.uniform(SOUTH - 0.005, NORTH + 0.005, count)


def _bend(at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Move every place by the same smooth field, so that neighbours keep their common border."""
    x, y = at[:, 0] * 400.0, at[:, 1] * 400.0
    return at + 0.0008 * np.column_stack([np.sin(x + 0.7 * y) + np.sin(2.3 * y), np.sin(y - 0.4 * x) + np.sin(1.9 * x)])
