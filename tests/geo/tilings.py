"""Random tilings with exactly shared vertices, and oracles over whole layers, for the tests of area edits."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, pairwise

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
ROUNDING = 1e-14  # square degrees: a tenth of a square millimetre


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


def faults_of_tiling(layer: LayerOfAreas) -> list[str]:
    """What keeps a layer from being one tiling without gaps, by shapely alone and bit by bit.

    Areas overlap nowhere, their union has no hole, and an edge is in exactly two areas or on the union's rim.
    """
    union = shapely.union_all(shapes(layer))
    faults = [f"overlaps of {overlap_degrees2(layer)}"] if overlap_degrees2(layer) > ROUNDING else []
    faults += [f"hole at {ring.centroid.wkt}" for part in shapely.get_parts(union) for ring in part.interiors]
    seen = Counter(edge for area in layer.areas for edge in _edges(area.rings()))
    single = [edge for edge, count in seen.items() if count == 1]
    middles = shapely.points([((a + c) / 2, (b + d) / 2) for a, b, c, d in single])
    off = shapely.distance(middles, union.boundary) > 1e-11
    faults += [f"{edge} is in one area only" for edge, inside in zip(single, off, strict=True) if inside]
    return faults + [f"{edge} is in {count} areas" for edge, count in seen.items() if count > 2]


def _edges(rings: list[NDArray[np.float64]]) -> list[tuple[float, ...]]:
    return [(*min(a, b), *max(a, b)) for ring in rings for a, b in pairwise(map(tuple, ring.tolist()))]


def bits(layer: LayerOfAreas) -> list[tuple[int, str, int | None, bytes]]:
    """All that a layer holds, to compare bit by bit."""
    return [(area.id, area.name, area.agency_id, bytes(shapely.to_wkb(area.shape))) for area in layer.areas]
