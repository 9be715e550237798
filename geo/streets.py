"""The drivable street network: stretches between junctions, what can be reached, and what is forbidden where."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.crs import to_metres
from geo.errors import GeoError
from geo.street_graph import StreetGraph, build_graph
from geo.travel_profiles import CAR, CLASSES, SPEED_KMH, VEHICLE_BIT, TravelProfile
from geo.turns import Bans, TurnRestrictions, no_bans, place_restrictions

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_SHUT_TO_ALL = sum(VEHICLE_BIT.values())
LIMIT_SHARE = 0.8  # of a stated limit is driven on average, as routing engines assume too


@dataclass(frozen=True, eq=False)
class StreetNetwork:
    """Edges between junctions. Points of edge e are point_lon/lat[edge_first[e] : edge_last[e] + 1].

    forward and backward say in which directions an edge may be driven; reachable marks the edges of the largest part
    in which a car gets from everywhere to everywhere, turns considered. edge_kind is a place in CLASSES, edge_shut_to a
    mask of vehicles, ban_before and ban_after are arcs (see street_graph). Places snap to reachable edges only.
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
    edge_kind: NDArray[np.uint8]
    edge_shut_to: NDArray[np.uint8]
    roundabout: NDArray[np.bool_]
    ban_before: Ints
    ban_after: Ints
    ban_vehicles: NDArray[np.uint8]
    edge_name: tuple[str, ...]
    node_count: int
    component_count: int
    unplaced_restrictions: int = 0

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
    def _graphs(self) -> dict[TravelProfile, StreetGraph]:
        return {}

    @cached_property
    def trees(self) -> dict[bytes, Any]:
        """What snapping keeps of it, by the edges that count."""
        return {}

    def graph(self, profile: TravelProfile = CAR, pause: Callable[[], None] = lambda: None) -> StreetGraph:
        """What a vehicle's search runs on; made once for each profile. `pause` is called while it is made."""
        if profile not in self._graphs:
            self._graphs[profile] = _graph(self, profile, pause)
        return self._graphs[profile]

    def digest(self, profile: TravelProfile) -> str:
        """A short text that differs wherever two vehicles would take other times here; a cap nobody reaches is none."""
        closed, seconds = _driven(self, profile)
        told = (
            VEHICLE_BIT[profile.vehicle],
            profile.u_turn_s,
            profile.own_side,
            profile.own_side and profile.drives_left,
        )
        digest = blake2b(repr(told).encode(), digest_size=12)
        for values in (closed, seconds):
            digest.update(np.ascontiguousarray(values).tobytes())
        return digest.hexdigest()

    @cached_property
    def fingerprint(self) -> str:
        """A short text that differs for any other streets; names alone may change."""
        digest = blake2b(digest_size=12)
        for key, values in self.to_arrays().items():
            if not key.startswith("name_"):
                digest.update(key.encode())
                digest.update(np.ascontiguousarray(values).tobytes())
        return digest.hexdigest()

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Plain arrays for a store; from_arrays gives the network back."""
        names = [name.encode("utf-8", "replace") for name in self.edge_name]
        plain = {name: getattr(self, name) for name in _ARRAYS}
        return {
            **plain,
            "name_blob": np.frombuffer(b"".join(names), dtype=np.uint8),
            "name_ends": np.cumsum([len(name) for name in names], dtype=np.int64),
            "whole": np.array(
                [self.crs_epsg, self.node_count, self.component_count, self.unplaced_restrictions], dtype=np.int64
            ),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> StreetNetwork:
        """The network from what to_arrays gave, or from what an earlier version did: without classes and bans."""
        blob, ends = arrays["name_blob"].tobytes(), arrays["name_ends"].tolist()
        names = tuple(blob[a:b].decode("utf-8") for a, b in zip([0, *ends], ends, strict=False))
        epsg, nodes, components, *unplaced = arrays["whole"].tolist()
        plain = {name: arrays[name] for name in _ARRAYS if name not in _LATER}
        later = {name: arrays[name] if name in arrays else usual(len(ends)) for name, usual in _LATER.items()}
        return cls(
            crs_epsg=epsg,
            edge_name=names,
            node_count=nodes,
            component_count=components,
            unplaced_restrictions=sum(unplaced),
            **plain,
            **later,
        )


_ARRAYS = (
    "point_lon", "point_lat", "edge_first", "edge_last", "edge_start", "edge_end", "edge_length_m",
    "edge_speed_kmh", "forward", "backward", "reachable", "edge_kind", "edge_shut_to", "roundabout",
    "ban_before", "ban_after", "ban_vehicles",
)  # fmt: skip
_LATER: Mapping[str, Callable[[int], NDArray[Any]]] = {  # and what stands for them in a store of before, by edges
    "edge_kind": lambda count: np.full(count, CLASSES.index("unclassified"), dtype=np.uint8),
    "edge_shut_to": lambda count: np.zeros(count, dtype=np.uint8),
    "roundabout": lambda count: np.zeros(count, dtype=np.bool_),
    "ban_before": lambda count: np.zeros(0, dtype=np.int64),
    "ban_after": lambda count: np.zeros(0, dtype=np.int64),
    "ban_vehicles": lambda count: np.zeros(0, dtype=np.uint8),
}


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
    way_id: Ints | None = None,
    shut_to: NDArray[np.uint8] | None = None,
    roundabout: NDArray[np.bool_] | None = None,
    restrictions: TurnRestrictions | None = None,
) -> StreetNetwork:
    """The network of street lines given as arrays: points, line offsets, and one value a line for the rest.

    Equal node ids are one point; a line is cut where another shares a point with it. Lengths are planar in the
    projected CRS. Classes that are not driven, and lines shut to every vehicle, are left out. Restrictions name lines
    by way_id. GeoError where nothing remains.
    """
    shut = np.zeros(len(name), dtype=np.uint8) if shut_to is None else shut_to
    driven = np.array([kind in SPEED_KMH for kind in highway], dtype=bool) & (shut != _SHUT_TO_ALL)
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
    bans = no_bans()
    if restrictions is not None and way_id is not None:
        opened = np.column_stack([forward, backward]).ravel()
        bans = place_restrictions(restrictions, way_id[of_line], ids[node[first]], ids[node[last]], opened)
    network = StreetNetwork(
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
        reachable=np.ones(len(first), dtype=bool),
        edge_kind=np.array([CLASSES.index(highway[line]) for line in of_line.tolist()], dtype=np.uint8),
        edge_shut_to=shut[of_line],
        roundabout=np.zeros(len(first), dtype=bool) if roundabout is None else roundabout[of_line],
        ban_before=bans.before,
        ban_after=bans.after,
        ban_vehicles=bans.vehicles,
        edge_name=tuple(name[line] for line in of_line.tolist()),
        node_count=len(junctions),
        component_count=_components(start, end, len(junctions)),
        unplaced_restrictions=bans.unplaced,
    )
    return replace(network, reachable=network.graph().reachable)


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


def _components(start: Ints, end: Ints, nodes: int) -> int:
    """How many parts there are that no street joins."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    graph = coo_matrix((np.ones(len(start), dtype=np.int8), (start, end)), shape=(nodes, nodes)).tocsr()
    return int(connected_components(graph, directed=False)[0])


def _driven(network: StreetNetwork, profile: TravelProfile) -> tuple[NDArray[np.bool_], Floats]:
    """Which edges are closed to a vehicle, and the seconds it takes for each."""
    closed = profile.closed(network.edge_kind, network.edge_shut_to)
    speed_kmh = profile.speeds_kmh(network.edge_speed_kmh, network.edge_kind)
    return closed, np.asarray(network.edge_length_m / (speed_kmh / 3.6))


def _graph(network: StreetNetwork, profile: TravelProfile, pause: Callable[[], None]) -> StreetGraph:
    closed, seconds = _driven(network, profile)
    bans = Bans(network.ban_before, network.ban_after, network.ban_vehicles, 0)
    return build_graph(
        network.edge_start,
        network.edge_end,
        seconds,
        network.edge_length_m,
        np.column_stack([network.forward & ~closed, network.backward & ~closed]).ravel(),
        bans.of(VEHICLE_BIT[profile.vehicle]),
        network.node_count,
        profile.u_turn_s,
        pause,
    )
