"""Areas as the page draws them: simplified together, in steps of a fine grid, each with the place of its name.

Called in threads; shapely lets go of the interpreter while it works.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from desktop.map.messages import mercator

GRID = 2**28  # steps across the world, 15 cm at the equator; the page counts the same
TOLERANCE_M = 1.5  # a vertex that makes less of a corner is left out, on both sides of a shared border alike
EARTH_M = 40_075_016.686  # around the equator
_NAME_STEPS = 64  # how finely the place of a name is sought, of the area's larger side


def area_layer_json(
    key: str, wkbs: Sequence[bytes], names: Sequence[str], on_map: Mapping[str, tuple[int, int]] | None = None
) -> str:
    """A layer as JSON for the page: rings as steps x, y from vertex to vertex, and where each name has most room.

    `on_map`: at which zooms the base map itself says a name; then it is not said twice.
    """
    shapes = _simplified([_on_grid(shape) for shape in shapely.from_wkb(list(wkbs))])
    places = [_roomiest(shape) for shape in shapes]
    return json.dumps(
        {
            "key": key,
            "rings": [_rings(shape) for shape in shapes],
            "names": [str(name) for name in names],
            "on_map": [(on_map or {}).get(str(name)) for name in names],
            "x": [round(x / GRID, 10) for x, _, _ in places],
            "y": [round(y / GRID, 10) for _, y, _ in places],
            "room": [round(radius / GRID, 12) for _, _, radius in places],
        },
        separators=(",", ":"),
    )


def _on_grid(shape: Any) -> Any:
    return shapely.transform(shape, _steps)


def _steps(lon_lat: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack(mercator(lon_lat[:, 0], lon_lat[:, 1])) * GRID


def _simplified(shapes: Sequence[Any]) -> list[Any]:
    """With fewer vertices; what two areas share stays shared, and none vanishes."""
    if not shapes:
        return []
    middle = 0.5 - float(np.mean([shapely.get_y(shapely.centroid(shape)) for shape in shapes])) / GRID
    shrunk = 1.0 / math.cosh(2 * math.pi * middle)  # metres of ground in a metre of the map
    tolerance = TOLERANCE_M / EARTH_M / shrunk * GRID
    try:
        simple = shapely.coverage_simplify(list(shapes), tolerance)
    except shapely.errors.GEOSException:  # areas that overlap have no borders in common
        simple = shapely.simplify(list(shapes), tolerance)
    return [shape if some.is_empty else some for shape, some in zip(shapes, simple, strict=True)]


def _rings(shape: Any) -> list[list[int]]:
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return [_packed(ring) for part in parts for ring in (part.exterior, *part.interiors)]


def _packed(ring: Any) -> list[int]:
    """x, y of the first vertex, then the way to each next one; the last, which repeats the first, is left out."""
    points = np.rint(shapely.get_coordinates(ring)[:-1]).astype(np.int64)
    steps: list[int] = np.diff(points, axis=0, prepend=0).ravel().tolist()
    return steps


def _roomiest(shape: Any) -> tuple[float, float, float]:
    """The middle of the largest circle within the largest part of an area, and its radius; in steps."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and part.area > 0]
    if not parts:
        return 0.0, 0.0, 0.0
    largest = max(parts, key=lambda part: part.area)
    west, south, east, north = largest.bounds
    radius = shapely.maximum_inscribed_circle(largest, max(east - west, north - south) / _NAME_STEPS)
    (x, y), _ = shapely.get_coordinates(radius)
    return float(x), float(y), float(radius.length)
