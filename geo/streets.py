"""The drivable street network: stretches between junctions, what can be reached, and its arcs for travel times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.crs import to_metres
from geo.errors import GeoError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Mean driving speeds in towns by OSM class, km/h, signals and turning included; a stated limit is taken times
# LIMIT_SHARE, as routing engines do for the same reason.
SPEED_KMH: Mapping[str, float] = {
    "motorway": 90,
    "motorway_link": 50,
    "trunk": 70,
    "trunk_link": 45,
    "primary": 45,
    "primary_link": 35,
    "secondary": 40,
    "secondary_link": 35,
    "tertiary": 35,
    "tertiary_link": 30,
    "unclassified": 30,
    "residential": 27,
    "road": 27,
    "living_street": 12,
}
LIMIT_SHARE = 0.8
LEAST_S = 0.1  # two junctions may lie on one point; a weight of zero would vanish from a sparse graph


@dataclass(frozen=True, slots=True)
class Arcs:
    """The directed graph in compressed rows: the arcs that leave node n are first[n] to first[n + 1]."""

    first: Ints
    head: Ints
    time_s: Floats
    length_m: Floats
    edge: Ints
    forward: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class StreetNetwork:
    """Edges between junctions. Points of edge e are point_lon/lat[edge_first[e] : edge_last[e] + 1].

    forward and backward say in which directions an edge may be driven; reachable marks the edges whose ends both
    lie in the largest strongly connected part, the only ones that places are snapped to.
    """

    crs_epsg: int
    point_lon: Floats
    point_lat: Floats
    edge_first: Ints
    edge_last: Ints
    edge_start: Ints
    edge_end: Ints
    edge_length_m: Floats
    edge_speed_kmh: Floats
    forward: NDArray[np.bool_]
    backward: NDArray[np.bool_]
    reachable: NDArray[np.bool_]
    edge_name: tuple[str, ...]
    node_count: int
    component_count: int

    @property
    def edge_count(self) -> int:
        """Stretches between junctions."""
        return len(self.edge_length_m)

    @property
    def km(self) -> float:
        """Length of all drivable streets, km."""
        return float(self.edge_length_m.sum() / 1000)

    @property
    def oneway_km(self) -> float:
        """Length of streets that go one way only, km."""
        return float(self.edge_length_m[self.forward != self.backward].sum() / 1000)

    @property
    def unreachable_km(self) -> float:
        """Length of streets outside the largest strongly connected part, km."""
        return float(self.edge_length_m[~self.reachable].sum() / 1000)

    @cached_property
    def arcs(self) -> Arcs:
        """The graph; of parallel arcs only the quickest is kept."""
        return _arcs(self)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Plain arrays for a store; from_arrays gives the network back."""
        names = [name.encode("utf-8", "replace") for name in self.edge_name]
        plain = {name: getattr(self, name) for name in _ARRAYS}
        return {
            **plain,
            "name_blob": np.frombuffer(b"".join(names), dtype=np.uint8),
            "name_ends": np.cumsum([len(name) for name in names], dtype=np.int64),
            "whole": np.array([self.crs_epsg, self.node_count, self.component_count], dtype=np.int64),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> StreetNetwork:
        """The network from what to_arrays gave."""
        blob, ends = arrays["name_blob"].tobytes(), arrays["name_ends"].tolist()
        names = tuple(blob[a:b].decode("utf-8") for a, b in zip([0, *ends], ends, strict=False))
        epsg, nodes, components = arrays["whole"].tolist()
        plain = {name: arrays[name] for name in _ARRAYS}
        return cls(crs_epsg=epsg, edge_name=names, node_count=nodes, component_count=components, **plain)


_ARRAYS = (
    "point_lon", "point_lat", "edge_first", "edge_last", "edge_start", "edge_end", "edge_length_m",
    "edge_speed_kmh", "forward", "backward", "reachable",
)  # fmt: skip


def build_network(
    lon: Floats,
    lat: Floats,
    offsets: Ints,
    node_id: Ints,
    name: Sequence[str],
    highway: Sequence[str],
    oneway: NDArray[np.int8],
    speed_kmh: NDArray[np.float32],
    *,
    crs_epsg: int,
) -> StreetNetwork:
    """The network of street lines given as arrays: points, line offsets, and one value a line for the rest.

    Equal node ids are one point; a line is cut where another shares a point with it. Lengths are planar in the
    projected CRS. Classes that are not driven are left out. GeoError where nothing remains.
    """
    driven = np.array([kind in SPEED_KMH for kind in highway], dtype=bool)
    if not driven.any():
        raise GeoError("None of the lines is a street that can be driven; choose another layer or extract.")
    lines = np.flatnonzero(driven)
    points, line_of, place_in_line = _points_of(lines, np.asarray(offsets, dtype=np.int64))
    lon, lat = np.asarray(lon, dtype=np.float64)[points], np.asarray(lat, dtype=np.float64)[points]
    ids, node = np.unique(np.asarray(node_id)[points], return_inverse=True)
    first, last = _cut(node, line_of, place_in_line, len(ids))
    junctions, ends = np.unique(np.concatenate([node[first], node[last]]), return_inverse=True)
    start, end = ends[: len(first)].astype(np.int64), ends[len(first) :].astype(np.int64)
    length_m = _lengths_m(lon, lat, crs_epsg, first, last)
    of_line = lines[line_of[first]]
    direction = np.asarray(oneway)[of_line]
    forward, backward = direction >= 0, direction <= 0
    reachable, components = _connected(start, end, forward, backward, length_m, len(junctions))
    return StreetNetwork(
        crs_epsg=crs_epsg,
        point_lon=lon,
        point_lat=lat,
        edge_first=first,
        edge_last=last,
        edge_start=start,
        edge_end=end,
        edge_length_m=length_m,
        edge_speed_kmh=_speeds_kmh(highway, np.asarray(speed_kmh, dtype=np.float64), of_line),
        forward=forward,
        backward=backward,
        reachable=reachable,
        edge_name=tuple(name[line] for line in of_line.tolist()),
        node_count=len(junctions),
        component_count=components,
    )


def _points_of(lines: Ints, offsets: Ints) -> tuple[Ints, Ints, Ints]:
    """The points of the chosen lines, one after another; for each its line (counted anew) and its place in it."""
    counts = offsets[lines + 1] - offsets[lines]
    line_of = np.repeat(np.arange(len(lines)), counts)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    place = np.arange(counts.sum()) - starts[line_of]
    return offsets[lines][line_of] + place, line_of, place


def _cut(node: Ints, line_of: Ints, place: Ints, node_count: int) -> tuple[Ints, Ints]:
    """First and last point of every edge: lines are cut at their ends and where a node occurs twice."""
    is_end = np.ones(len(node), dtype=bool)
    inner = (place[:-1] > 0) & (line_of[:-1] == line_of[1:])
    is_end[:-1][inner] = False
    shared = np.bincount(node, minlength=node_count) > 1
    cut = np.flatnonzero(is_end | shared[node])
    within = line_of[cut[:-1]] == line_of[cut[1:]]
    return cut[:-1][within], cut[1:][within]


def _lengths_m(lon: Floats, lat: Floats, crs_epsg: int, first: Ints, last: Ints) -> Floats:
    x_m, y_m = to_metres(lon, lat, crs_epsg)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x_m), np.diff(y_m)))])
    return np.asarray(along[last] - along[first])


def _speeds_kmh(highway: Sequence[str], limit_kmh: Floats, of_line: Ints) -> Floats:
    usual = np.array([SPEED_KMH.get(kind, np.nan) for kind in highway])
    limit = limit_kmh * LIMIT_SHARE
    return np.where(np.isfinite(limit) & (limit > 0), limit, usual)[of_line]


def _connected(
    start: Ints, end: Ints, forward: NDArray[np.bool_], backward: NDArray[np.bool_], length_m: Floats, nodes: int
) -> tuple[NDArray[np.bool_], int]:
    """Edges of the largest strongly connected part, by length, and how many weakly connected parts there are."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    tail = np.concatenate([start[forward], end[backward]])
    head = np.concatenate([end[forward], start[backward]])
    graph = coo_matrix((np.ones(len(tail)), (tail, head)), shape=(nodes, nodes)).tocsr()
    parts, strong = connected_components(graph, directed=True, connection="strong")
    weak, _ = connected_components(graph, directed=False)
    inside = strong[start] == strong[end]
    length = np.bincount(strong[start][inside], weights=length_m[inside], minlength=parts)
    return inside & (strong[start] == int(np.argmax(length))), int(weak)


def _arcs(network: StreetNetwork) -> Arcs:
    """Forward and backward arcs of all edges, the quickest of each pair of nodes, ordered by tail."""
    edges = np.arange(network.edge_count)
    ahead, back = edges[network.forward], edges[network.backward]
    edge = np.concatenate([ahead, back])
    tail = np.concatenate([network.edge_start[ahead], network.edge_end[back]])
    head = np.concatenate([network.edge_end[ahead], network.edge_start[back]])
    forward = np.concatenate([np.ones(len(ahead), dtype=bool), np.zeros(len(back), dtype=bool)])
    time_s = np.maximum(LEAST_S, edge_time_s(network)[edge])
    order = np.lexsort((time_s, head, tail))
    tail, head, edge, forward, time_s = (values[order] for values in (tail, head, edge, forward, time_s))
    keep = np.ones(len(tail), dtype=bool)
    keep[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    keep &= tail != head
    tail, head, edge, forward, time_s = (values[keep] for values in (tail, head, edge, forward, time_s))
    first = np.searchsorted(tail, np.arange(network.node_count + 1)).astype(np.int64)
    return Arcs(first, head.astype(np.int64), time_s, network.edge_length_m[edge], edge.astype(np.int64), forward)


def edge_time_s(network: StreetNetwork) -> Floats:
    """Driving time along each edge, s."""
    return np.asarray(network.edge_length_m / (network.edge_speed_kmh / 3.6))
