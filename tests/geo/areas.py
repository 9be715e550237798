"""Real layers and small tilings that the tests of areas share."""

from __future__ import annotations

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray
from scipy.spatial import Delaunay

from tests.shared import shared_file


def layer(name: str) -> NDArray[np.object_]:
    """The polygons of a real layer as stored (shapely geometries, degrees); skips where it is absent."""
    _, _, wkb, _ = pyogrio.raw.read(shared_file(f"polygons/{name}.geojson"))
    return np.asarray(shapely.from_wkb(wkb), dtype=object)


def as_wkb(polygons: NDArray[np.object_] | list[shapely.Geometry]) -> list[bytes]:
    """The geometries as WKB."""
    return [bytes(wkb) for wkb in shapely.to_wkb(np.asarray(polygons, dtype=object))]


def triangles(points: NDArray[np.float64]) -> list[shapely.Polygon]:
    """A tiling of the points' hull by triangles with exactly shared vertices, in both ring directions."""
    tiles = Delaunay(points).simplices
    return [shapely.Polygon(points[tile] if i % 2 else points[tile][::-1]) for i, tile in enumerate(tiles)]


def repaired(polygons: NDArray[np.object_]) -> NDArray[np.object_]:
    """Valid forms, by shapely alone."""
    return np.asarray(shapely.make_valid(polygons, method="structure", keep_collapsed=False), dtype=object)
