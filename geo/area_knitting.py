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
from scipy.spatial import cKDTree

from geo.area_checks import same_rings
from geo.area_layer import (
    AreaEditRefused,
    AreaShape,
    Bools,
    Floats,
    Ints,
    LayerOfAreas,
    Point,
    as_complex,
    metre_scale,
    place_words,
)
from geo.area_noding import along, edge_boxes, edges_of, meeting_boxes, undirected
from geo.area_topology import Topology, topology
from geo.crs import metres_a_degree

_MOST_ROUNDS = 10  # an inserted vertex may bring its edge near to another one; that ends soon
_MOST_TRIALS = 60  # each leaves the surroundings of the places alone where an area became invalid
_LEFT_ALONE = 3.0  # tolerances around such a place


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
    left: tuple[Point, ...]  # around these nothing was moved, for an area would have crossed itself

    @property
    def largest_m(self) -> float:
        """The farthest that a vertex or a border was moved."""
        moves, insertions = (max((s.distance_m for s in steps), default=0.0) for steps in (self.moves, self.insertions))
        return max(moves, insertions)


def knit(layer: LayerOfAreas, tolerance_m: float) -> Knit:
    """Join borders of different areas that run within metres of each other; see the module for how.

    Where that would make an area invalid, the surroundings are left as they were, and told. AreaEditRefused for a
    tolerance that is not positive, or where an area stays invalid all the same.
    """
    if not (math.isfinite(tolerance_m) and tolerance_m > 0.0):
        raise AreaEditRefused(f"A tolerance of {tolerance_m} m joins nothing; give metres above 0.")
    left: list[Point] = []
    for _ in range(_MOST_TRIALS):
        knitted, faults = _tried(layer, tolerance_m, np.array(left, dtype=np.float64).reshape(-1, 2))
        if not faults:
            return knitted
        left += faults
    raise AreaEditRefused(
        f"The borders at {place_words(left[-1])} cannot be knit; take a tolerance under {tolerance_m:g} m."
    )


def _tried(layer: LayerOfAreas, tolerance_m: float, left: Floats) -> tuple[Knit, list[Point]]:
    """The layer knit but around the places in left, and the places where an area became invalid."""
    shared = topology(layer)
    targets, away_m = _targets(shared, tolerance_m, left)
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


def _targets(shared: Topology, tolerance_m: float, left: Floats) -> tuple[Floats, Floats]:
    """Where each vertex goes ([n, 2], its own place for most), and the metres to there."""
    owners = [
        frozenset(shared.vertex_areas[a:b].tolist())
        for a, b in zip(shared.vertex_starts[:-1], shared.vertex_starts[1:], strict=True)
    ]
    one, other, away_m = _near_pairs(shared.vertices, tolerance_m)
    free = ~(_close_to(shared.vertices, left, tolerance_m))
    fits = free[one] & free[other] & (away_m <= tolerance_m)
    clusters = _Clusters(shared.vertices, owners, tolerance_m)
    for k in np.flatnonzero(fits)[np.argsort(away_m[fits], kind="stable")]:
        clusters.join(int(one[k]), int(other[k]))
    targets = shared.vertices[clusters.anchors()]
    return targets, _distances(shared.vertices, targets)


class _Clusters:
    """Vertices that become one: each with the vertex that stays, and no area twice among their owners."""

    def __init__(self, vertices: Floats, owners: list[frozenset[int]], tolerance_m: float) -> None:
        self._vertices, self._tolerance_m = vertices, tolerance_m
        self._own = owners
        self._owners = dict(enumerate(owners))
        self._members = {i: [i] for i in range(len(owners))}
        self._of = list(range(len(owners)))  # the vertex that stays stands for its cluster

    def join(self, one: int, other: int) -> None:
        """Make two vertices' clusters one, where no area is in both and nothing moves too far."""
        a, b = self._of[one], self._of[other]
        if a == b or self._owners[a] & self._owners[b]:
            return
        anchor, goes = (a, b) if self._rank(a) <= self._rank(b) else (b, a)
        members = self._members[goes]
        far = _distances(self._vertices[members], np.repeat(self._vertices[[anchor]], len(members), axis=0))
        if far.max() > self._tolerance_m:
            return
        self._owners[anchor] = self._owners[anchor] | self._owners.pop(goes)
        self._members[anchor] += self._members.pop(goes)
        for member in members:
            self._of[member] = anchor

    def anchors(self) -> Ints:
        """[vertices] the vertex that each one becomes."""
        return np.array(self._of, dtype=np.int64)

    def _rank(self, vertex: int) -> tuple[int, int, int]:
        return -len(self._own[vertex]), min(self._own[vertex]), vertex


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
    near = (away_m <= tolerance_m) & ~_close_to(points, left, tolerance_m)[vertex]
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


def _near_pairs(vertices: Floats, tolerance_m: float) -> tuple[Ints, Ints, Floats]:
    """Pairs of vertices within metres of each other, and a few more, with their distances."""
    if not len(vertices):
        none = np.zeros(0, dtype=np.int64)
        return none, none, np.zeros(0)
    lat = np.abs(vertices[:, 1])
    # The smallest scale of the layer: no pair within the tolerance looks farther apart than it is.
    least = np.array([metre_scale(float(lat.max()))[0], metre_scale(float(lat.min()))[1]])
    pairs = cKDTree(vertices * least).query_pairs(tolerance_m * 1.001, output_type="ndarray")
    one, other = pairs[:, 0].astype(np.int64), pairs[:, 1].astype(np.int64)
    return one, other, _distances(vertices[one], vertices[other])


def _distances(some: Floats, others: Floats) -> Floats:
    """Row by row the metres between places in degrees, by the scale half-way."""
    scale = np.column_stack(metres_a_degree((some[:, 1] + others[:, 1]) / 2.0))
    away: Floats = np.hypot(*((some - others) * scale).T)
    return away


def _close_to(points: Floats, left: Floats, tolerance_m: float) -> Bools:
    """[n] which points lie around one of the places that are left alone."""
    if not len(left) or not len(points):
        return np.zeros(len(points), dtype=bool)
    scale = metre_scale(float(left[:, 1].mean()))
    away_m, _ = cKDTree(left * scale).query(points * scale)
    return np.asarray(away_m <= _LEFT_ALONE * tolerance_m, dtype=bool)


def _fault(area: AreaShape) -> Point | None:
    """Where an area is invalid; None where it is not."""
    if area.shape.is_valid:
        return None
    words = shapely.is_valid_reason(area.shape).partition("[")[2].rstrip("]").split()
    return (float(words[0]), float(words[1])) if len(words) == 2 else _point(area.xy[0])


def _point(xy: Floats) -> Point:
    return float(xy[0]), float(xy[1])
