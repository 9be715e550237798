"""Random tilings with exactly shared vertices, and oracles over whole layers, for the tests of area edits."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import shapely
from numpy.typing import NDArray
from pyogrio.raw import read
from scipy.spatial import Voronoi

from geo.area_layer import LayerOfAreas, layer_of_areas
from geo.areas_repair import repair_polygons
from tests.geo.areas import as_wkb
from tests.shared import shared_file

WEST, SOUTH, SIZE = -71.10, 42.30, 0.04  # some three by four kilometres of Boston
CRS = 26986


def voronoi(seed: int, count: int = 12) -> LayerOfAreas:
    """A rectangle tiled by as many cells; every vertex is the same number in all cells that have it."""
    rng = np.random.default_rng(seed)
    inner = rng.random((count, 2))
    mirrored = [
        inner * [sx, sy] + [tx, ty] for sx, tx, sy, ty in ((-1, 0, 1, 0), (-1, 2, 1, 0), (1, 0, -1, 0), (1, 0, -1, 2))
    ]
    found = Voronoi(np.vstack([inner, *mirrored]))
    corners = found.vertices * SIZE + [WEST, SOUTH]
    cells = [shapely.Polygon(corners[found.regions[found.point_region[i]]]) for i in range(count)]
    return as_layer(cells)


def as_layer(shapes: list[shapely.Geometry] | NDArray[np.object_], crs_epsg: int = CRS) -> LayerOfAreas:
    """A layer of geometries called A1, A2, ..., with ids from 1."""
    ids = list(range(1, len(shapes) + 1))
    return layer_of_areas(ids, [f"A{i}" for i in ids], [i % 3 for i in ids], list(shapes), crs_epsg)


def real_layer(name: str, crs_epsg: int) -> LayerOfAreas:
    """A real layer, repaired; skips where it is absent."""
    _, _, wkb, _ = read(shared_file(f"polygons/{name}.geojson"))
    repaired, _ = repair_polygons(as_wkb(shapely.from_wkb(wkb)))
    return as_layer(shapely.from_wkb(repaired), crs_epsg)


def shapes(layer: LayerOfAreas) -> NDArray[np.object_]:
    """The geometries of a layer."""
    return np.array([area.shape for area in layer.areas], dtype=object)


def union_degrees2(layer: LayerOfAreas) -> float:
    """The area of all ground together, by shapely alone."""
    return float(shapely.union_all(shapes(layer)).area)


def overlap_degrees2(layer: LayerOfAreas) -> float:
    """The area of the overlaps of all pairs, by shapely alone."""
    return sum(float(shapely.intersection(a, b).area) for a, b in combinations(shapes(layer), 2))


def unmatched_edges(layer: LayerOfAreas) -> list[tuple[float, ...]]:
    """Edges of a tiling of the rectangle that only one area has although they are not on its rim, bit by bit."""
    seen: dict[tuple[float, ...], int] = {}
    for area in layer.areas:
        for ring in area.rings():
            for a, b in zip(ring[:-1].tolist(), ring[1:].tolist(), strict=True):
                edge = (*min(a, b), *max(a, b))
                seen[edge] = seen.get(edge, 0) + 1
    rim = shapely.union_all(shapes(layer)).envelope.exterior
    return [
        edge
        for edge, count in seen.items()
        if count != 2 and rim.distance(shapely.Point((edge[0] + edge[2]) / 2, (edge[1] + edge[3]) / 2)) > 1e-9
    ]


def bits(layer: LayerOfAreas) -> list[tuple[int, str, int | None, bytes]]:
    """All that a layer holds, to compare bit by bit."""
    return [(area.id, area.name, area.agency_id, bytes(shapely.to_wkb(area.shape))) for area in layer.areas]
