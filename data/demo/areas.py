"""Polygons that tile the city: small faces between great streets, joined into neighbourhoods, districts, service areas.

All borders are made of the same rounded vertices, so that neighbours share them exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from data.demo.curves import Bend
from data.demo.frame import Floats, drawn
from data.demo.noding import Ints, components
from data.demo.terrain import Terrain

NEIGHBOURHOODS, DISTRICTS = 200, 7
SMALLEST_KM2 = 0.42
ACROSS_RIVER = 0.02  # how much of a border in the river counts: areas seldom lie on both banks
GRID_M = 20.0
STEP_M = 110.0  # distance of vertices, so that borders bend with the streets they follow


@dataclass(frozen=True, slots=True)
class Mosaic:
    """Faces that tile the city, in the straight plan, and which of them touch along a line.

    Pairs are given once, with the length of the border they share. Faces are joined in the plan, where they are
    exactly noded; only `bent` takes them to longitude and latitude.
    """

    polygons: np.ndarray  # of shapely polygons
    area_km2: Floats
    one: Ints
    other: Ints
    shared_m: Floats

    def joined(self, group: Ints, count: int) -> np.ndarray:
        """The polygon of each of `count` groups of faces; borders keep every vertex."""
        found = np.empty(count, dtype=object)
        for at in range(count):
            found[at] = shapely.coverage_union_all(self.polygons[group == at])
        return found

    def of_groups(self, group: Ints, count: int) -> Mosaic:
        """The mosaic whose faces are the groups of this one."""
        low, high = np.minimum(group[self.one], group[self.other]), np.maximum(group[self.one], group[self.other])
        pairs, index = np.unique(low * count + high, return_inverse=True)
        shared: Floats = np.bincount(index, self.shared_m).astype(np.float64)
        apart = pairs // count != pairs % count
        area: Floats = np.bincount(group, self.area_km2, count).astype(np.float64)
        return Mosaic(self.joined(group, count), area, pairs[apart] // count, pairs[apart] % count, shared[apart])

    @property
    def middles(self) -> Floats:
        """Centroids in the plan, [n, 2]."""
        return shapely.get_coordinates(shapely.centroid(self.polygons))


def lay_mosaic(terrain: Terrain, borders: Sequence[Floats]) -> Mosaic:
    """Faces between border lines, river, canal and city limits; slivers joined to the neighbour they touch longest.

    Lines are noded on a lattice of GRID_M, so that nothing is thinner than what bending may move.
    """
    lines = [shapely.LineString(line) for line in (*borders, terrain.river_line, terrain.canal_line)]
    limits = shapely.set_precision(terrain.border, GRID_M)
    inner = shapely.intersection(shapely.union_all(lines, grid_size=GRID_M), limits, grid_size=GRID_M)
    noded = shapely.segmentize(shapely.union_all([inner, limits.boundary], grid_size=GRID_M), STEP_M)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    inside = shapely.point_on_surface(faces)
    x, y = shapely.get_x(inside), shapely.get_y(inside)
    order = np.lexsort((x, y))
    faces = faces[order[shapely.contains_xy(limits, x[order], y[order])]]
    river = shapely.LineString(terrain.river_line)
    return _without_slivers(Mosaic(faces, shapely.area(faces) / 1e6, *_touching(faces, river)))


def bent(polygons: np.ndarray, bend: Bend) -> np.ndarray:
    """Polygons of the plan in longitude and latitude; equal vertices stay equal."""

    def moved(points: Floats) -> Floats:
        x_m, y_m = bend(points).T
        return np.column_stack(drawn(x_m, y_m))

    return np.asarray(shapely.transform(polygons, moved), dtype=object)


def _touching(faces: np.ndarray, river: shapely.LineString) -> tuple[Ints, Ints, Floats]:
    """Pairs of faces with a common edge, and how long it is; an edge in the river counts for little."""
    points, owner = shapely.get_coordinates(faces, return_index=True)
    same = owner[1:] == owner[:-1]
    a, b = points[:-1][same], points[1:][same]
    swap = (a[:, 0] > b[:, 0]) | ((a[:, 0] == b[:, 0]) & (a[:, 1] > b[:, 1]))
    low, high = np.where(swap[:, None], b, a), np.where(swap[:, None], a, b)
    _, edge = np.unique(np.column_stack([low, high]), axis=0, return_inverse=True)
    order = np.argsort(edge, kind="stable")
    face, edge = owner[:-1][same][order], edge[order]
    metres = np.hypot(*(high - low)[order].T)
    wet = shapely.dwithin(river, shapely.points((low + high)[order] / 2), 0.8 * GRID_M)
    metres = np.where(wet, metres * ACROSS_RIVER, metres)
    pair = np.flatnonzero((edge[1:] == edge[:-1]) & (face[1:] != face[:-1]))
    one, other = np.minimum(face[pair], face[pair + 1]), np.maximum(face[pair], face[pair + 1])
    keys, index = np.unique(one * len(faces) + other, return_inverse=True)
    return keys // len(faces), keys % len(faces), np.bincount(index, metres[pair]).astype(np.float64)


def _without_slivers(mosaic: Mosaic) -> Mosaic:
    """Faces under a third of a square kilometre join a neighbour."""
    group, count = _merged(mosaic, SMALLEST_KM2 * 0.8, 0)
    return mosaic.of_groups(group, count)


def _merged(mosaic: Mosaic, smallest_km2: float, wanted: int) -> tuple[Ints, int]:
    """Join the smallest faces to the neighbour with the longest common border, until all are large enough (wanted 0)
    or `wanted` are left."""
    neighbours: list[dict[int, float]] = [{} for _ in mosaic.polygons]
    for one, other, shared in zip(mosaic.one.tolist(), mosaic.other.tolist(), mosaic.shared_m.tolist(), strict=True):
        neighbours[one][other] = neighbours[other][one] = shared
    area = dict(enumerate(mosaic.area_km2.tolist()))
    joins: list[tuple[int, int]] = []
    while len(area) > max(wanted, 1):
        small = min(area, key=lambda face: (area[face], face))
        if wanted == 0 and area[small] >= smallest_km2:
            break
        # A small partner is better than a long border with a large one.
        best = max(neighbours[small], key=lambda face: (neighbours[small][face] / (0.4 + area[face]), -face))
        _join(neighbours, area, small, best)
        joins.append((small, best))
    one, other = (np.array(side, dtype=np.int64) for side in zip(*joins, strict=True)) if joins else (_NONE, _NONE)
    _, group = np.unique(components(len(mosaic.polygons), one, other), return_inverse=True)
    return group, int(group.max()) + 1


_NONE = np.zeros(0, dtype=np.int64)


def _join(neighbours: list[dict[int, float]], area: dict[int, float], gone: int, into: int) -> None:
    area[into] += area.pop(gone)
    for face, shared in neighbours[gone].items():
        del neighbours[face][gone]
        if face != into:
            total = neighbours[into].get(face, 0.0) + shared
            neighbours[into][face] = neighbours[face][into] = total
    neighbours[gone] = {}


def neighbourhoods(mosaic: Mosaic) -> Mosaic:
    """About 200 neighbourhoods made of whole faces."""
    if len(mosaic.polygons) <= NEIGHBOURHOODS:
        return mosaic
    return mosaic.of_groups(*_merged(mosaic, 0.0, NEIGHBOURHOODS))


def grown(rng: np.random.Generator, mosaic: Mosaic, count: int) -> Ints:
    """Group of every face: `count` connected regions of like size, grown from seeds far apart, over the river last.

    The region with the smallest area takes next, of the free faces it touches, the one nearest to its seed.
    """
    places = mosaic.middles
    seeds = _far_apart(rng, places, count)
    group = np.full(len(places), -1)
    group[seeds] = np.arange(count)
    for least_m in (60.0, 0.0):
        _grow(group, mosaic, places, seeds, _links(mosaic, least_m))
    return group


def _links(mosaic: Mosaic, least_m: float) -> list[list[int]]:
    links: list[list[int]] = [[] for _ in mosaic.polygons]
    for one, other, shared in zip(mosaic.one.tolist(), mosaic.other.tolist(), mosaic.shared_m.tolist(), strict=True):
        if shared >= least_m:
            links[one].append(other)
            links[other].append(one)
    return links


def _grow(group: Ints, mosaic: Mosaic, places: Floats, seeds: list[int], links: list[list[int]]) -> None:
    """Give free faces to regions until none can grow."""
    count = len(seeds)
    area = np.array([mosaic.area_km2[group == region].sum() for region in range(count)])
    rim = [{far for face in np.flatnonzero(group == region) for far in links[face]} for region in range(count)]
    growing = set(range(count))
    while growing:
        region = min(growing, key=lambda at: (area[at], at))
        free = [face for face in rim[region] if group[face] < 0]
        if not free:
            growing.discard(region)
            continue
        face = min((float(np.hypot(*(places[face] - places[seeds[region]]))), face) for face in free)[1]
        group[face] = region
        area[region] += mosaic.area_km2[face]
        rim[region] = {*free, *links[face]}


def _far_apart(rng: np.random.Generator, places: Floats, count: int) -> list[int]:
    """Faces far from each other: each next one is drawn from the farthest tenth."""
    seeds = [int(rng.integers(len(places)))]
    while len(seeds) < count:
        nearest = np.min([np.hypot(*(places - places[seed]).T) for seed in seeds], axis=0)
        farthest = np.argsort(nearest, kind="stable")[-max(1, len(places) // 12) :]
        seeds.append(int(rng.choice(farthest)))
    return seeds


def in_reading_order(group: Ints, mosaic: Mosaic, count: int) -> Ints:
    """Groups numbered from the middle of the city outwards."""
    area = np.bincount(group, mosaic.area_km2, count)
    x, y = (np.bincount(group, axis * mosaic.area_km2, count) / area for axis in mosaic.middles.T)
    rank = np.empty(count, dtype=np.int64)
    rank[np.argsort(np.hypot(x, y), kind="stable")] = np.arange(count)
    return np.asarray(rank[group])


def wkb(polygons: Iterable[shapely.Geometry]) -> list[bytes]:
    """Little-endian WKB, the same bytes everywhere."""
    return [bytes(shapely.to_wkb(polygon, byte_order=1)) for polygon in polygons]
