"""What of a layer lies under the pointer: the nearest vertex, else the nearest point of an edge. Shapely-free search.

Edges lie in blocks of 32 in the order of their rings, each block with its box: a look-up compares some thousand boxes
and then some hundred edges, light enough for every move of a mouse, and the index is built anew in milliseconds.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from geo.area_layer import (
    AreaEditRefused,
    Floats,
    Ints,
    LayerOfAreas,
    Point,
    checked_points,
    grown,
    metre_scale,
)
from geo.area_noding import along

_BLOCK = 32


@dataclass(frozen=True, slots=True)
class Snapped:
    """What was hit. `at` are the very coordinates stored for a vertex; an edge is told by its two ends."""

    kind: Literal["vertex", "edge"]
    at: Point
    distance_m: float
    areas: tuple[int, ...]  # ids of all areas that have this vertex or this edge, bit by bit
    edge: tuple[Point, Point] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SnapIndex:
    """All edges of a layer in blocks. Built by `snap_index`."""

    edges: Floats  # [blocks * 32, 4] lon, lat, lon, lat; nan where a block is not full
    area_ids: Ints  # [blocks * 32]
    boxes: Floats  # [blocks, 4]

    def around(self, box: Floats) -> Ints:
        """Places of the edges in blocks that meet a box."""
        b = self.boxes
        hit = (b[:, 0] <= box[2]) & (b[:, 2] >= box[0]) & (b[:, 1] <= box[3]) & (b[:, 3] >= box[1])
        return (np.flatnonzero(hit)[:, None] * _BLOCK + np.arange(_BLOCK)).ravel()


def snap_index(layer: LayerOfAreas, box: Sequence[float] | Floats | None = None) -> SnapIndex:
    """An index of a layer, or only of its areas whose bounds meet a box (degrees)."""
    places = range(len(layer.areas)) if box is None else layer.near(box)
    areas = [layer.areas[place] for place in places]
    leads = [area.edge_places() for area in areas]
    edges = [np.hstack([area.xy[at], area.xy[at + 1]]) for area, at in zip(areas, leads, strict=True)]
    ids = [np.full(len(at), area.id, dtype=np.int64) for area, at in zip(areas, leads, strict=True)]
    count = sum(len(part) for part in edges)
    spare = -count % _BLOCK
    rows = np.vstack([np.zeros((0, 4)), *edges, np.full((spare, 4), np.nan)])
    owner = np.concatenate([*ids, np.zeros(spare, dtype=np.int64)]).astype(np.int64)
    blocks = rows.reshape(-1, _BLOCK, 4)
    if not len(blocks):
        return SnapIndex(rows, owner, np.zeros((0, 4)))
    low = np.fmin.reduce(np.fmin(blocks[..., :2], blocks[..., 2:]), axis=1)
    high = np.fmax.reduce(np.fmax(blocks[..., :2], blocks[..., 2:]), axis=1)
    return SnapIndex(rows, owner, np.hstack([low, high]))


def snap(
    index: SnapIndex | LayerOfAreas, point: Sequence[float], within_m: float, *, without: Collection[Point] = ()
) -> Snapped | None:
    """The nearest vertex within metres of a point in degrees, else the nearest point of an edge, else None.

    Vertices in `without` (those that are being dragged) count for nothing, nor do the edges that end in them. Metres
    are those of the ellipsoid's scale at the point. AreaEditRefused for what is no place on earth.
    """
    if isinstance(index, LayerOfAreas):
        index = snap_index(index, grown([*point, *point], within_m))
    return nearest_vertex(index, point, within_m, without=without) or nearest_edge(
        index, point, within_m, without=without
    )


def nearest_vertex(
    index: SnapIndex, point: Sequence[float], within_m: float, *, without: Collection[Point] = ()
) -> Snapped | None:
    """The nearest vertex within metres of a point in degrees, or None."""
    at, rows = _rows(index, point, within_m, without=())
    vertices = index.edges[rows, :2]  # every vertex begins one edge of each ring that has it
    away_m = np.hypot(*((vertices - at) * metre_scale(at[1])).T)
    for vertex in without:
        away_m[(vertices == vertex).all(axis=1)] = np.nan
    if not (away_m <= within_m).any():
        return None
    best = int(np.nanargmin(away_m))
    same = (vertices == vertices[best]).all(axis=1)
    return Snapped("vertex", _point(vertices[best]), float(away_m[best]), _ids(index, rows[same]))


def nearest_edge(
    index: SnapIndex, point: Sequence[float], within_m: float, *, without: Collection[Point] = ()
) -> Snapped | None:
    """The nearest point of an edge within metres of a point in degrees, or None."""
    at, rows = _rows(index, point, within_m, without)
    edges = index.edges[rows]
    part, away_m = along(np.broadcast_to(at, (len(rows), 2)), edges, metre_scale(at[1]))
    if not (away_m <= within_m).any():
        return None
    best = int(np.nanargmin(away_m))
    one, other = edges[best, :2], edges[best, 2:]
    there = (edges == edges[best]).all(axis=1) | (edges == edges[best][[2, 3, 0, 1]]).all(axis=1)
    # From the western end, so that the place is the same from both sides of a shared edge.
    first, last, share = (one, other, part[best])
    if tuple(one) > tuple(other):
        first, last, share = other, one, 1.0 - part[best]
    place = first + share * (last - first)
    return Snapped("edge", _point(place), float(away_m[best]), _ids(index, rows[there]), (_point(one), _point(other)))


def _rows(index: SnapIndex, point: Sequence[float], within_m: float, without: Collection[Point]) -> tuple[Floats, Ints]:
    """The point as an array, and the edges that may lie within metres of it."""
    at = checked_points([point])[0]
    if not within_m >= 0.0:
        raise AreaEditRefused(f"{within_m} is no distance to snap within; give metres from 0 on.")
    rows = index.around(grown([*at, *at], within_m))
    for vertex in without:
        edges = index.edges[rows]
        rows = rows[~((edges[:, :2] == vertex).all(axis=1) | (edges[:, 2:] == vertex).all(axis=1))]
    return at, rows


def _ids(index: SnapIndex, rows: Ints) -> tuple[int, ...]:
    return tuple(dict.fromkeys(index.area_ids[rows].tolist()))


def _point(xy: Floats) -> Point:
    return float(xy[0]), float(xy[1])
