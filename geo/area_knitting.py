"""Borders that were drawn apart, knit into common ones; every move is told. Loads shapely: import on first use only.

First vertices of different areas that lie within a tolerance become one, nearest pairs first: the one that most areas
have stays, then the one of the earliest area. No two vertices of one area ever become one, so nothing is simplified.
Then a vertex within the tolerance of another area's edge becomes a vertex of that edge, until nothing is left to add.
No vertex moves by more than the tolerance, and no border is led farther than that from where it ran.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.area_checks import same_rings
from geo.area_clusters import close_to, targets_of
from geo.area_layer import (
    AreaEditRefused,
    AreaShape,
    Floats,
    Ints,
    LayerOfAreas,
    Point,
    as_complex,
    grown,
    metre_scale,
    place_words,
    polygons_in,
    square_metres,
)
from geo.area_noding import along, edge_boxes, edges_of, meeting_boxes, undirected
from geo.area_pieces import pairs_overlapping
from geo.area_topology import Topology, topology
from geo.areas_repair import LEAST_OVERLAP_M2
from geo.crs import metres_a_degree

_MOST_ROUNDS = 10  # an inserted vertex may bring its edge near to another one; that ends soon
_MOST_TRIALS = 60  # each leaves the surroundings of the places alone where an area became invalid


@dataclass(frozen=True, slots=True)
class VertexMove:
    """A vertex that was put on another one."""

    at: Point
    to: Point
    areas: tuple[int, ...]  # ids
    distance_m: float


@dataclass(frozen=True, slots=True)
class VertexInsertion:
    """A vertex of a neighbour that became one of a border, and how far from it the border ran."""

    at: Point
    area: int  # id
    distance_m: float


@dataclass(frozen=True, slots=True, eq=False)
class Knit:
    """The layer with common borders, and all that was moved for it."""

    layer: LayerOfAreas
    changed: tuple[int, ...]  # ids
    moves: tuple[VertexMove, ...]
    insertions: tuple[VertexInsertion, ...]
    left: tuple[Point, ...]  # around these nothing was moved, for an area would have crossed itself or run over another

    @property
    def largest_m(self) -> float:
        """The farthest that a vertex or a border was moved."""
        moves, insertions = (max((s.distance_m for s in steps), default=0.0) for steps in (self.moves, self.insertions))
        return max(moves, insertions)


def knit(layer: LayerOfAreas, tolerance_m: float) -> Knit:
    """Join borders of different areas that run within metres of each other; see the module for how.

    Where an area would become invalid, or two would overlap that did not, the surroundings are left as they were,
    and told. AreaEditRefused for a tolerance that is not positive, or where such a place remains all the same.
    """
    if not (math.isfinite(tolerance_m) and tolerance_m > 0.0):
        raise AreaEditRefused(f"A tolerance of {tolerance_m} m joins nothing; give metres above 0.")
    left: list[Point] = []
    before = pairs_overlapping(layer)
    for _ in range(_MOST_TRIALS):
        knitted, faults = _tried(layer, tolerance_m, np.array(left, dtype=np.float64).reshape(-1, 2))
        faults = faults or _worse(knitted, before, tolerance_m)
        if not faults:
            return knitted
        left += faults
    raise AreaEditRefused(
        f"The borders at {place_words(left[-1])} cannot be knit; take a tolerance under {tolerance_m:g} m."
    )


def _tried(layer: LayerOfAreas, tolerance_m: float, left: Floats) -> tuple[Knit, list[Point]]:
    """The layer knit but around the places in left, and the places where an area became invalid."""
    shared = topology(layer)
    targets, away_m = targets_of(shared, tolerance_m, left)
    moving = away_m > 0.0
    areas = [_moved(area, shared.vertices[moving], targets[moving]) for area in layer.areas]
    after = layer.replaced({k: area for k, area in enumerate(areas) if area is not layer.areas[k]})
    moves = tuple(
        VertexMove(
            _point(shared.vertices[i]), _point(targets[i]), shared.areas_at(shared.vertices[i]), float(away_m[i])
        )
        for i in np.flatnonzero(moving)
    )
    reach = [_Reach(area) for area in layer.areas]
    insertions: list[VertexInsertion] = []
    for _ in range(_MOST_ROUNDS):
        after, fresh = _insert_round(after, reach, tolerance_m, left)
        insertions += fresh
        if not fresh:
            break
    changed = [area for k, area in enumerate(after.areas) if not same_rings(area, layer.areas[k])]
    faults = [fault for area in changed if (fault := _fault(area))]
    ids = tuple(area.id for area in changed)
    places = tuple(_point(place) for place in left)
    return Knit(after, ids, moves, tuple(insertions), places), faults


def _worse(knitted: Knit, before: dict[tuple[int, int], BaseGeometry], tolerance_m: float) -> list[Point]:
    """Where vertices were put beside ground of pairs of areas that overlap now and did not before."""
    steps = [move.to for move in knitted.moves] + [step.at for step in knitted.insertions]
    places = shapely.points(np.array(steps, dtype=np.float64).reshape(-1, 2))
    found: list[Point] = []
    for pair, ground in pairs_overlapping(knitted.layer).items():
        was = before.get(pair, shapely.MultiPolygon())
        if square_metres(was) <= LEAST_OVERLAP_M2 < square_metres(ground):
            fresh = polygons_in(shapely.difference(ground, was))
            box = fresh.bounds
            near = shapely.dwithin(places, fresh, grown(box, tolerance_m)[3] - box[3])
            found += [steps[i] for i in np.flatnonzero(near)] or [_point(shapely.get_coordinates(fresh)[0])]
    return found


class _Reach:
    """How far points lie from the border that an area had at first, built when it is asked."""

    def __init__(self, area: AreaShape) -> None:
        self._area = area
        self._border: shapely.Geometry | None = None

    def distances_m(self, points: Floats) -> Floats:
        """[n] metres to the first border."""
        scale = metre_scale(float(self._area.xy[:, 1].mean()))
        base = self._area.xy[0]
        if self._border is None:
            rings = [shapely.linestrings((ring - base) * scale) for ring in self._area.rings()]
            self._border = shapely.multilinestrings(rings)
            shapely.prepare(self._border)
        found: Floats = shapely.distance(shapely.points((points - base) * scale), self._border)
        return found


def _insert_round(
    layer: LayerOfAreas, reach: list[_Reach], tolerance_m: float, left: Floats
) -> tuple[LayerOfAreas, list[VertexInsertion]]:
    """Put vertices once into the edges of other areas that they are near to; all that share an edge get them."""
    shared = topology(layer)
    vertex, edge, part = _lying_on(shared, tolerance_m, left)
    pair, place = _owners_of(edge, shared.edge_starts, shared.edge_areas)
    away_m = np.zeros(len(pair))
    for area in np.unique(place):
        own = place == area
        away_m[own] = reach[area].distances_m(shared.vertices[vertex[pair[own]]])
    fits = np.ones(len(vertex), dtype=bool)
    fits[pair[away_m > tolerance_m]] = False
    insertions, changed = [], {}
    for area in np.unique(place[fits[pair]]).tolist():
        own = (place == area) & fits[pair]
        rows = pair[own]
        points = shared.vertices[vertex[rows]]
        changed[area] = _with_inserted(layer.areas[area], points, shared.edges[edge[rows]], part[rows])
        area_id = layer.areas[area].id
        insertions += [
            VertexInsertion(_point(at), area_id, float(m)) for at, m in zip(points, away_m[own], strict=True)
        ]
    return layer.replaced(changed), insertions


def _lying_on(shared: Topology, tolerance_m: float, left: Floats) -> tuple[Ints, Ints, Floats]:
    """Vertices within metres of an edge, between its ends, of areas that do not have them: vertex, edge, where on it.

    No area of the edge may have the vertex, and none of them another edge that is nearer: what is done to a shared edge
    is done for all who share it.
    """
    points = shared.vertices
    vertex, edge = meeting_boxes(edge_boxes(np.hstack([points, points]), tolerance_m), edge_boxes(shared.edges, 0.0))
    ends = shared.edges[edge]
    other = ((points[vertex] != ends[:, :2]).any(axis=1)) & ((points[vertex] != ends[:, 2:]).any(axis=1))
    vertex, edge = vertex[other], edge[other]
    scale = np.column_stack(metres_a_degree(points[vertex, 1]))
    part, away_m = along(points[vertex], shared.edges[edge], scale)
    near = (away_m <= tolerance_m) & ~close_to(points, left, tolerance_m)[vertex]
    vertex, edge, part, away_m = vertex[near], edge[near], part[near], away_m[near]
    pair, area = _owners_of(edge, shared.edge_starts, shared.edge_areas)
    order = np.lexsort((away_m[pair], area, vertex[pair]))
    nearest = np.ones(len(order), dtype=bool)
    nearest[1:] = (np.diff(vertex[pair][order]) != 0) | (np.diff(area[order]) != 0)
    holder, held = _owners_of(vertex, shared.vertex_starts, shared.vertex_areas)
    count = len(shared.ids)
    known = np.isin(pair * count + area, holder * count + held)
    fits = (part > 0.0) & (part < 1.0)
    fits[pair[order[~nearest]]] = False
    fits[pair[known]] = False
    return vertex[fits], edge[fits], part[fits]


def _owners_of(rows: Ints, starts: Ints, owners: Ints) -> tuple[Ints, Ints]:
    """For every row and each of its owners: the place in rows, and the owner."""
    counts = starts[rows + 1] - starts[rows]
    place = np.repeat(np.arange(len(rows)), counts)
    step = np.arange(len(place)) - np.repeat(np.cumsum(counts) - counts, counts)
    return place, owners[starts[rows][place] + step]


def _with_inserted(area: AreaShape, points: Floats, edges: Floats, part: Floats) -> AreaShape:
    """The area with points as vertices of edges that it has, each told from its western end."""
    places, own = area.edge_places(), edges_of(area)
    from_west = undirected(own)
    at = [int(np.flatnonzero((from_west == edge).all(axis=1))[0]) for edge in edges]
    turned = (own[at] != edges).any(axis=1)
    order = np.lexsort((np.where(turned, -part, part), np.array(at)))
    before = places[np.array(at)[order]] + 1
    xy = np.insert(area.xy, before, points[order], axis=0)
    return area.with_xy(xy, area.ring_starts + np.searchsorted(before, area.ring_starts, side="right"))


def _moved(area: AreaShape, old: Floats, new: Floats) -> AreaShape:
    """The area with vertices of the sorted list old where new says."""
    if not len(old) or not len(area.xy):
        return area
    keys, own = as_complex(old), as_complex(area.xy)
    row = np.minimum(np.searchsorted(keys, own), len(keys) - 1)
    hit = keys[row] == own
    if not hit.any():
        return area
    xy = area.xy.copy()
    xy[hit] = new[row[hit]]
    return area.with_xy(xy, area.ring_starts)


def _fault(area: AreaShape) -> Point | None:
    """Where an area is invalid; None where it is not."""
    if area.shape.is_valid:
        return None
    words = shapely.is_valid_reason(area.shape).partition("[")[2].rstrip("]").split()
    return (float(words[0]), float(words[1])) if len(words) == 2 else _point(area.xy[0])


def _point(xy: Floats) -> Point:
    return float(xy[0]), float(xy[1])
