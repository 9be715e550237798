"""Which area a point lies in, decided apart from the kernel: shapely away from borders, rational arithmetic on them.

The border rule is put differently here: a point is in an area when the place a hair east of it and a far smaller hair
north is inside, by plain even-odd counting. Such a place lies on no border, so nothing is left to a convention.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Coordinates of a city are multiples of 2^-60, so that a point off an edge is off it by far more than either hair.
EAST = Fraction(1, 2**400)
NORTH = EAST * EAST
NEAR_DEG = 1e-9  # 0.1 mm; shapely is asked about what is farther from every border


def first_area(polygons: NDArray[np.object_], lon: Floats, lat: Floats) -> NDArray[np.int64]:
    """The first polygon that holds each point under the half-open rule, -1 for none."""
    edges = [edges_of(polygon) for polygon in polygons]
    near = _near(edges, lon, lat)
    first = np.full(len(lon), -1)
    shapely.prepare(polygons)
    for area in range(len(polygons) - 1, -1, -1):
        inside = shapely.contains_xy(polygons[area], lon, lat)
        for point in near.get(area, ()):
            inside[point] = holds(edges[area], float(lon[point]), float(lat[point]))
        first[inside] = area
    return first


def holds(edges: Floats, lon: float, lat: float) -> bool:
    """Whether an area of these edges [., 4] holds a point, by a ray to the north from beside the point."""
    passed = edges[(edges[:, 0] <= lon) != (edges[:, 2] <= lon)]  # a hair east of the point no end is met
    low, high = np.minimum(passed[:, 1], passed[:, 3]), np.maximum(passed[:, 1], passed[:, 3])
    above = int(np.count_nonzero(low > lat))
    x, y = Fraction(lon) + EAST, Fraction(lat) + NORTH
    for ends in passed[(low <= lat) & (high >= lat)].tolist():
        ax, ay, bx, by = map(Fraction, ends)
        above += ay + (x - ax) * (by - ay) / (bx - ax) > y
    return above % 2 == 1


def edges_of(polygon: shapely.Geometry) -> Floats:
    """The edges of all rings [., 4]."""
    rings = shapely.get_rings(shapely.get_parts(polygon))
    parts = [np.hstack([points[:-1], points[1:]]) for points in map(shapely.get_coordinates, rings)]
    return np.vstack([np.zeros((0, 4)), *parts])


def _near(edges: list[Floats], lon: Floats, lat: Floats) -> dict[int, set[int]]:
    """For each area the points that touch its border or nearly so."""
    area = np.repeat(np.arange(len(edges)), [len(part) for part in edges])
    lines = shapely.linestrings(np.vstack(edges).reshape(-1, 2, 2))
    point, line = shapely.STRtree(lines).query(shapely.points(lon, lat), predicate="dwithin", distance=NEAR_DEG)
    found: dict[int, set[int]] = {}
    for number, which in zip(point.tolist(), area[line].tolist(), strict=True):
        found.setdefault(which, set()).add(number)
    return found


def hard_points(
    polygons: NDArray[np.object_], lines: tuple[Floats, Floats], rng: np.random.Generator, n: int
) -> Floats:
    """Places [., 2] that tempt a kernel to err, about `n` of each sort; `lines` are longitudes and latitudes to hit.

    Vertices and the eight floats around them, middles of edges and the floats around, places along edges, places level
    with vertices, the box around all and the floats beside it, the middles of holes and parts, the lines, and where
    edges meet them.
    """
    edges = np.vstack([edges_of(polygon) for polygon in polygons])
    corners, some = edges[rng.integers(0, len(edges), n), :2], edges[rng.integers(0, len(edges), n)]
    middles = (some[:, :2] + some[:, 2:]) / 2.0
    along = some[:, :2] + rng.random((n, 1)) * (some[:, 2:] - some[:, :2])
    level = np.column_stack([corners[:, 0], rng.permutation(corners[:, 1])])
    rings = shapely.polygons(shapely.get_rings(shapely.get_parts(polygons)))
    rings = rings[rng.permutation(len(rings))[:n]]
    pieces = [corners, middles, along, _on_lines(some, lines, rng)]
    pieces += [hair(part, rng) for part in pieces] + [level, _rim(edges, rng, n)]
    pieces.append(shapely.get_coordinates(shapely.point_on_surface(rings[shapely.area(rings) > 0])))
    crossing = np.column_stack([rng.choice(lines[0], n), rng.choice(lines[1], n)])
    beside = np.column_stack([rng.choice(lines[0], n), rng.permutation(corners[:, 1])])
    pieces += [crossing, hair(crossing, rng), beside]
    return np.vstack(pieces)


def hair(points: Floats, rng: np.random.Generator) -> Floats:
    """The same places moved to a float beside, in one or both coordinates."""
    steps = rng.integers(-1, 2, points.shape)
    return np.where(steps == 0, points, np.nextafter(points, np.where(steps > 0, np.inf, -np.inf)))


def _on_lines(edges: Floats, lines: tuple[Floats, Floats], rng: np.random.Generator) -> Floats:
    """Where edges meet one of the lines, upright or flat ones by chance; their lower ends where they meet none."""
    at = edges[:, :2].copy()
    for number, ends in enumerate(edges):
        axis = int(rng.integers(0, 2))
        start, end = ends[axis], ends[axis + 2]
        met = lines[axis][(lines[axis] > min(start, end)) & (lines[axis] < max(start, end))]
        if len(met):
            at[number, axis] = line = rng.choice(met)
            along = (line - start) / (end - start)
            at[number, 1 - axis] = ends[1 - axis] + along * (ends[3 - axis] - ends[1 - axis])
    return at


def _rim(edges: Floats, rng: np.random.Generator, n: int) -> Floats:
    """Places on the box around all, at its corners, and a float beside it."""
    west, south = edges[:, [0, 2]].min(), edges[:, [1, 3]].min()
    east, north = edges[:, [0, 2]].max(), edges[:, [1, 3]].max()
    at = edges[rng.integers(0, len(edges), n), :2].copy()
    side = rng.integers(0, 2, n)
    for axis, bounds in enumerate(((west, east), (south, north))):
        moved = (side == axis) | (rng.random(n) < 0.1)
        at[moved, axis] = rng.choice(bounds, int(moved.sum()))
    return np.vstack([at, hair(at, rng)])
