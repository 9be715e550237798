"""Travel times, distances and ways between places, along the streets from the point where each place meets them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.crs import to_degrees, to_metres
from geo.errors import GeoError
from geo.progress import Progress, ShouldStop, breathe, never, silent
from geo.streets import Floats, Ints, StreetNetwork, edge_time_s

SNAP_CAP_M = 300.0
DETOUR = 1.3  # streets are about 1.3 times the straight line in grid and radial cities alike
STRAIGHT_SPEED_KMH = 28.0
CHUNK = 100
AT_JUNCTION_M = 0.05


@dataclass(frozen=True, slots=True)
class Snaps:
    """Where places meet the streets: edge (-1: no street within the cap), metres along it, metres to it."""

    edge: Ints
    along_m: Floats
    distance_m: Floats

    @property
    def unreachable(self) -> Ints:
        """Places that no street reaches."""
        return np.flatnonzero(self.edge < 0)


def snap(network: StreetNetwork, lon: ArrayLike, lat: ArrayLike, *, cap_m: float = SNAP_CAP_M) -> Snaps:
    """The nearest reachable edge of each place (degrees), no farther than `cap_m`."""
    import shapely

    x_m, y_m = to_metres(lon, lat, network.crs_epsg)
    edges = np.flatnonzero(network.reachable)
    if not len(edges):
        raise GeoError("No part of the streets is connected both ways, so nothing can be reached on them.")
    lines = _edge_lines(network, edges)
    places = np.asarray(shapely.points(x_m, y_m))
    tree = shapely.STRtree(lines)
    which, found = tree.query_nearest(places, max_distance=cap_m, all_matches=False)
    edge = np.full(len(places), -1, dtype=np.int64)
    along, distance = np.zeros(len(places)), np.full(len(places), np.inf)
    edge[which] = edges[found]
    along[which] = shapely.line_locate_point(lines[found], places[which])
    distance[which] = shapely.distance(lines[found], places[which])
    return Snaps(edge, np.minimum(along, network.edge_length_m[edge]), distance)


def _edge_lines(network: StreetNetwork, edges: Ints) -> NDArray[np.object_]:
    """Edges as lines in metres."""
    import shapely

    x_m, y_m = to_metres(network.point_lon, network.point_lat, network.crs_epsg)
    first, last = network.edge_first[edges], network.edge_last[edges]
    counts = last - first + 1
    of = np.repeat(np.arange(len(edges)), counts)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    points = first[of] + np.arange(counts.sum()) - starts[of]
    return np.asarray(shapely.linestrings(np.column_stack([x_m[points], y_m[points]]), indices=of))


@dataclass(frozen=True, slots=True)
class _Doors:
    """For each place its two doors to the graph: node, seconds and metres to it. A closed door costs infinity."""

    node: Ints  # [place, 2]: start and end of its edge
    out_s: Floats
    out_m: Floats
    in_s: Floats
    in_m: Floats


def _doors(network: StreetNetwork, snaps: Snaps) -> _Doors:
    edge = np.maximum(snaps.edge, 0)
    length, time = network.edge_length_m[edge], edge_time_s(network)[edge]
    share = np.divide(snaps.along_m, length, out=np.zeros(len(edge)), where=length > 0)
    forward, backward = network.forward[edge], network.backward[edge]
    none = snaps.edge < 0
    to_start, to_end = share, 1 - share

    # A place at a junction may leave by any street there, against the one-way it was snapped to as well.
    at_start, at_end = snaps.along_m < AT_JUNCTION_M, length - snaps.along_m < AT_JUNCTION_M

    def cost(of_start: NDArray[np.bool_], of_end: NDArray[np.bool_], unit: Floats) -> Floats:
        start = np.where((of_start | at_start) & ~none, to_start * unit, np.inf)
        end = np.where((of_end | at_end) & ~none, to_end * unit, np.inf)
        return np.column_stack([start, end])

    node = np.column_stack([network.edge_start[edge], network.edge_end[edge]])
    return _Doors(
        node,
        out_s=cost(backward, forward, time),
        out_m=cost(backward, forward, length),
        in_s=cost(forward, backward, time),
        in_m=cost(forward, backward, length),
    )


def matrix(
    network: StreetNetwork,
    snaps: Snaps,
    *,
    progress: Progress = silent,
    should_stop: ShouldStop = never,
) -> tuple[Floats, Floats]:
    """Seconds and metres from every place to every other, [n, n], along the quickest way; infinity where none leads.

    Stopped when `should_stop` says so; it is asked every 100 places.
    """
    doors, count = _doors(network, snaps), len(snaps.edge)
    duration_s, distance_m = np.full((count, count), np.inf), np.full((count, count), np.inf)
    search = _Search(network, doors)
    for place in range(count):
        if place % CHUNK == 0:
            breathe(progress, should_stop, place / count, f"Travel times, {place:,} of {count:,} places")
        if snaps.edge[place] >= 0:
            search.from_place(place)
            duration_s[place], distance_m[place] = search.to_all()
    _same_edge(network, snaps, duration_s, distance_m)
    np.fill_diagonal(duration_s, 0.0)
    np.fill_diagonal(distance_m, 0.0)
    return duration_s, distance_m


class _Search:
    """One graph, its working arrays, and the doors of all places."""

    def __init__(self, network: StreetNetwork, doors: _Doors) -> None:
        self.arcs, self.doors = network.arcs, doors
        self.time = np.empty(network.node_count)
        self.length = np.empty(network.node_count)
        self.came_by = np.empty(network.node_count, dtype=np.int64)
        self.wanted = np.zeros(network.node_count, dtype=np.bool_)
        self.wanted[doors.node[np.isfinite(doors.in_s)]] = True
        self.wanted_count = int(self.wanted.sum())

    def from_place(self, place: int) -> None:
        """Spread over the graph from the doors of a place."""
        from geo.travel_kernels import spread

        opened = np.isfinite(self.doors.out_s[place])
        spread(
            self.arcs.first,
            self.arcs.head,
            self.arcs.time_s,
            self.arcs.length_m,
            self.doors.node[place][opened],
            self.doors.out_s[place][opened],
            self.doors.out_m[place][opened],
            self.wanted,
            self.wanted_count,
            self.time,
            self.length,
            self.came_by,
        )

    def to_all(self) -> tuple[Floats, Floats]:
        """Seconds and metres to every place."""
        seconds = self.time[self.doors.node] + self.doors.in_s
        better = np.argmin(seconds, axis=1)
        rows = np.arange(len(better))
        metres = self.length[self.doors.node] + self.doors.in_m
        return seconds[rows, better], metres[rows, better]


def _same_edge(network: StreetNetwork, snaps: Snaps, duration_s: Floats, distance_m: Floats) -> None:
    """Two places on one edge may be joined without leaving it."""
    order = np.argsort(snaps.edge, kind="stable")
    order = order[snaps.edge[order] >= 0]
    for group in np.split(order, np.flatnonzero(np.diff(snaps.edge[order])) + 1):
        for a in group:
            for b in group:
                direct_s, direct_m = _along(network, snaps, int(a), int(b))
                if direct_s < duration_s[a, b]:
                    duration_s[a, b], distance_m[a, b] = direct_s, direct_m


def _along(network: StreetNetwork, snaps: Snaps, a: int, b: int) -> tuple[float, float]:
    """Seconds and metres from a to b along their common edge; infinity against a one-way."""
    edge = int(snaps.edge[a])
    way_m = float(snaps.along_m[b] - snaps.along_m[a])
    allowed = network.forward[edge] if way_m >= 0 else network.backward[edge]
    if not allowed:
        return np.inf, np.inf
    return abs(way_m) / (float(network.edge_speed_kmh[edge]) / 3.6), abs(way_m)


def path(network: StreetNetwork, snaps: Snaps, start: int, end: int) -> tuple[Floats, Floats]:
    """The quickest way from one place to another as longitudes and latitudes; GeoError where none leads."""
    if snaps.edge[start] < 0 or snaps.edge[end] < 0:
        raise GeoError("No street reaches one of the two places.")
    doors = _doors(network, snaps)
    search = _Search(network, doors)
    search.from_place(start)
    seconds = search.time[doors.node[end]] + doors.in_s[end]
    door = int(np.argmin(seconds))
    if snaps.edge[start] == snaps.edge[end] and _along(network, snaps, start, end)[0] <= seconds[door]:
        return _piece(network, int(snaps.edge[start]), float(snaps.along_m[start]), float(snaps.along_m[end]))
    if not np.isfinite(seconds[door]):
        raise GeoError("No street leads from one of the two places to the other.")
    pieces = _pieces(network, snaps, search, (start, end), door)
    lon = np.concatenate([piece[0] for piece in pieces])
    lat = np.concatenate([piece[1] for piece in pieces])
    keep = np.concatenate([[True], (np.diff(lon) != 0) | (np.diff(lat) != 0)])
    return lon[keep], lat[keep]


def _pieces(
    network: StreetNetwork, snaps: Snaps, search: _Search, ends: tuple[int, int], door: int
) -> list[tuple[Floats, Floats]]:
    """The way as pieces of edges, in driving order."""
    start, end = ends
    arcs, doors = search.arcs, search.doors
    node = int(doors.node[end, door])
    last = int(snaps.edge[end])
    enter = 0.0 if door == 0 else float(network.edge_length_m[last])
    pieces = [_piece(network, last, enter, float(snaps.along_m[end]))]
    while search.came_by[node] >= 0:
        arc = int(search.came_by[node])
        edge, whole = int(arcs.edge[arc]), float(network.edge_length_m[arcs.edge[arc]])
        pieces.append(_piece(network, edge, 0.0, whole) if arcs.forward[arc] else _piece(network, edge, whole, 0.0))
        node = int(network.edge_start[edge] if arcs.forward[arc] else network.edge_end[edge])
    first = int(snaps.edge[start])
    out = [(float(doors.out_s[start, side]), side) for side in (0, 1) if int(doors.node[start, side]) == node]
    leave = 0.0 if min(out)[1] == 0 else float(network.edge_length_m[first])
    pieces.append(_piece(network, first, float(snaps.along_m[start]), leave))
    return pieces[::-1]


def _piece(network: StreetNetwork, edge: int, from_m: float, to_m: float) -> tuple[Floats, Floats]:
    """Part of an edge between two positions along it, in that direction."""
    points = slice(int(network.edge_first[edge]), int(network.edge_last[edge]) + 1)
    lon, lat = network.point_lon[points], network.point_lat[points]
    x_m, y_m = to_metres(lon, lat, network.crs_epsg)
    at = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x_m), np.diff(y_m)))])
    low, high = min(from_m, to_m), max(from_m, to_m)
    inner = (at > low) & (at < high)
    stops = np.concatenate([[low], at[inner], [high]])
    x, y = np.interp(stops, at, x_m), np.interp(stops, at, y_m)
    piece_lon, piece_lat = to_degrees(x, y, network.crs_epsg)
    ahead = from_m <= to_m
    return (piece_lon, piece_lat) if ahead else (piece_lon[::-1], piece_lat[::-1])


def straight_line_matrix(x_m: ArrayLike, y_m: ArrayLike) -> tuple[Floats, Floats]:
    """Seconds and metres [n, n] without streets: the straight line times 1.3, at 28 km/h."""
    x, y = np.asarray(x_m, dtype=np.float64), np.asarray(y_m, dtype=np.float64)
    distance_m = DETOUR * np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :])
    return distance_m / (STRAIGHT_SPEED_KMH / 3.6), distance_m
