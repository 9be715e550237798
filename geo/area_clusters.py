"""Which vertices of a layer become one when its borders are knit: nearest first, never two of one area."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from geo.area_layer import Bools, Floats, Ints, metre_scale
from geo.area_topology import Topology
from geo.crs import metres_a_degree

_LEFT_ALONE = 3.0  # tolerances around a place where knitting failed


def targets_of(shared: Topology, tolerance_m: float, left: Floats) -> tuple[Floats, Floats]:
    """Where each vertex goes ([n, 2], its own place for most), and the metres to there."""
    owners = [
        frozenset(shared.vertex_areas[a:b].tolist())
        for a, b in zip(shared.vertex_starts[:-1], shared.vertex_starts[1:], strict=True)
    ]
    one, other, away_m = _near_pairs(shared.vertices, tolerance_m)
    free = ~(close_to(shared.vertices, left, tolerance_m))
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


def close_to(points: Floats, left: Floats, tolerance_m: float) -> Bools:
    """[n] which points lie around one of the places that are left alone."""
    if not len(left) or not len(points):
        return np.zeros(len(points), dtype=bool)
    scale = metre_scale(float(left[:, 1].mean()))
    away_m, _ = cKDTree(left * scale).query(points * scale)
    return np.asarray(away_m <= _LEFT_ALONE * tolerance_m, dtype=bool)
