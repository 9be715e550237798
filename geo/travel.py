"""Travel times, distances and ways between places, along the streets from the point where each place meets them."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.crs import to_degrees, to_metres
from geo.errors import GeoError
from geo.progress import Progress, ShouldStop, breathe, never, silent
from geo.snapping import RIGHT, SNAP_CAP_M, Snaps, Unreached, snap, unreached
from geo.street_graph import StreetGraph
from geo.streets import Floats, Ints, StreetNetwork
from geo.travel_profiles import CAR, TravelProfile

__all__ = [
    "SNAP_CAP_M", "Snaps", "Unreached", "Way", "Ways", "matrix", "path", "snap", "straight_line_matrix",
    "unreached", "way",
]  # fmt: skip

Ids = NDArray[np.int32]
Pieces = list[tuple[int, float, float]]  # arc, and the shares of it between which it is driven

DETOUR = 1.3  # streets are about 1.3 times the straight line in grid and radial cities alike
STRAIGHT_SPEED_KMH = 28.0
ASK_EVERY_S = 0.06  # how often a person's wish to stop is looked for


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """A way in driving order: arcs (see street_graph), and the shares of each between which it is driven.

    Seconds and metres are those of the matrix, to the last bit. turned marks arcs before which the vehicle turns round.
    """

    arc: Ints
    enter: Floats
    leave: Floats
    turned: NDArray[np.bool_]
    seconds: float
    metres: float


def matrix(
    network: StreetNetwork,
    snaps: Snaps,
    *,
    profile: TravelProfile = CAR,
    sources: Ints | None = None,
    targets: Ints | None = None,
    progress: Progress = silent,
    should_stop: ShouldStop = never,
) -> tuple[Floats, Floats]:
    """Seconds and metres from places to places, [sources, targets], along the quickest way; infinity where none leads.

    All places to all unless told which. Stopped when `should_stop` says so; it is asked some twenty times a second.
    """
    from geo.travel_kernels import cores, fill_rows, fresh

    every = np.arange(len(snaps.edge))
    sources, targets = every if sources is None else sources, every if targets is None else targets
    graph, places = _search(network, snaps, profile)
    wanted, _ = _want(_nothing_wanted(network), places, targets, profile)
    shape = (len(sources), len(targets))
    duration_s, distance_m = np.full(shape, np.inf), np.full(shape, np.inf)
    hands = cores()
    tables = [fresh(graph) for _ in range(hands)]
    first, count = 0, hands
    with ThreadPoolExecutor(hands) as threads:
        while first < len(sources):
            done = f"Travel times, {first:,} of {len(sources):,} places"
            breathe(progress, should_stop, first / len(sources), done)
            rows, began = slice(first, first + count), time.perf_counter()
            fixed = graph, places, wanted, (sources[rows], targets), (duration_s[rows], distance_m[rows])
            working = [threads.submit(fill_rows, *fixed, *tables[hand], hand, hands) for hand in range(hands)]
            for work in working:
                work.result()
            first += count
            count = max(hands, min(2 * count, int(count * ASK_EVERY_S / max(1e-6, time.perf_counter() - began))))
    same = sources[:, None] == targets[None, :]
    duration_s[same] = distance_m[same] = 0.0
    return duration_s, distance_m


def _search(network: StreetNetwork, snaps: Snaps, profile: TravelProfile) -> tuple[Any, Any]:
    """The graph and the places as the kernels take them."""
    graph = network.graph(profile)
    edge = np.maximum(snaps.edge, 0)
    length_m = network.edge_length_m[edge]
    share = np.divide(snaps.along_m, length_m, out=np.zeros(len(edge)), where=length_m > 0)
    node = np.where(share <= 0, network.edge_start[edge], np.where(share >= 1, network.edge_end[edge], -1))
    driven = graph.open.reshape(-1, 2)[edge] & (snaps.edge >= 0)[:, None]
    if profile.own_side:
        driven &= _own_side(graph.within.reshape(-1, 2)[edge], snaps.side, profile)
    return _links(graph), (snaps.edge, share, node, driven, driven.copy())


@lru_cache(maxsize=8)
def _links(graph: StreetGraph) -> Any:
    """The graph as the kernels take it; whole numbers of half the size are half the memory to walk through."""
    from geo.travel_kernels import steps_of

    firsts = (graph.tail, graph.head, graph.out_first, graph.turn_first + len(graph.out))
    tail, head, node_first, arc_first = (values.astype(np.int32) for values in firsts)
    follow = np.concatenate([graph.out, graph.turn]).astype(np.int32)
    return (
        tail, head, graph.time_s, graph.length_m, node_first, arc_first, follow, graph.plain, float(graph.u_turn_s),
        steps_of(graph.time_s, graph.u_turn_s),
    )  # fmt: skip


def _own_side(within: NDArray[np.bool_], side: NDArray[np.int8], profile: TravelProfile) -> NDArray[np.bool_]:
    """In which directions a place lies on the vehicle's own side; both on the line itself or where one is driven."""
    forward = (side == RIGHT) != profile.drives_left
    free = (side == 0) | ~within.all(axis=1)
    return np.asarray(np.column_stack([forward | free, ~forward | free]))


def _nothing_wanted(network: StreetNetwork) -> tuple[Ids, Ids]:
    """By arc and by node: the group of which a search must meet one, -1 for none."""
    return np.full(2 * network.edge_count, -1, dtype=np.int32), np.full(network.node_count, -1, dtype=np.int32)


def _want(by: tuple[Ids, Ids], places: Any, targets: Ints, profile: TravelProfile) -> tuple[Any, tuple[Ints, Ints]]:
    """What a search to targets must meet, as the kernels take it, and the arcs and nodes that were marked for it.

    Either arc of a street will do, and each junction that is a target; with own sides each arc that serves a target.
    """
    edge, _, node, _, serves = places
    targets = targets[edge[targets] >= 0]
    within, nodes = targets[node[targets] < 0], np.unique(node[targets[node[targets] >= 0]])
    arcs = np.unique(np.concatenate([2 * edge[within[serves[within, d]]] + d for d in (0, 1)]))
    _, group = np.unique(arcs if profile.own_side else arcs >> 1, return_inverse=True)
    count = int(group.max()) + 1 if len(group) else 0
    by[0][arcs], by[1][nodes] = group, count + np.arange(len(nodes))
    return (*by, np.zeros(count + len(nodes), dtype=bool), profile.own_side), (arcs, nodes)


class Ways:
    """Quickest ways on one network, one after the other: what a search needs is built once, and it ends at its target.

    Seconds and metres are those of the matrix, to the last bit.
    """

    def __init__(self, network: StreetNetwork, snaps: Snaps, *, profile: TravelProfile = CAR) -> None:
        from geo.travel_kernels import fresh

        self._network, self._snaps, self._profile = network, snaps, profile
        self._graph, self._places = _search(network, snaps, profile)
        self._labels, self._queue = fresh(self._graph)
        self._wanted = _nothing_wanted(network)

    def way(self, start: int, end: int) -> Way:
        """The quickest way from one place to another; GeoError where none leads."""
        from geo.travel_kernels import forget, gather, seeds_of, spread

        if self._snaps.edge[start] < 0 or self._snaps.edge[end] < 0:
            raise GeoError("No street reaches one of the two places.")
        if start == end:
            return _way([], 0.0, 0.0)
        graph, labels, places = self._graph, self._labels, self._places
        seeds, target = seeds_of(graph, places, start), np.array([end])
        wanted, (arcs, nodes) = _want(self._wanted, places, target, self._profile)
        spread(graph, labels, self._queue, seeds, wanted)
        soonest = (np.empty(1), np.empty(1), np.empty(1, dtype=np.int64))
        gather(graph, labels, places, start, target, soonest)
        seconds, metres, door = (values[0] for values in soonest)
        pieces = _pieces(labels, seeds, places, (start, end), int(door))
        forget(graph, labels, seeds)
        self._wanted[0][arcs] = self._wanted[1][nodes] = -1
        if pieces is None:
            raise GeoError("No street leads from one of the two places to the other.")
        return _way(pieces, float(seconds), float(metres))

    def path(self, start: int, end: int) -> tuple[Floats, Floats]:
        """The quickest way from one place to another as longitudes and latitudes; GeoError where none leads."""
        found, network = self.way(start, end), self._network
        if not len(found.arc):  # from a place to itself
            at = float(self._snaps.along_m[start])
            pieces = [_piece(network, int(self._snaps.edge[start]), at, at)]
        else:
            pieces = [way_piece(network, found, i) for i in range(len(found.arc))]
        lon = np.concatenate([piece[0] for piece in pieces])
        lat = np.concatenate([piece[1] for piece in pieces])
        keep = np.concatenate([[True], (np.diff(lon) != 0) | (np.diff(lat) != 0)])
        return lon[keep], lat[keep]


def way(network: StreetNetwork, snaps: Snaps, start: int, end: int, *, profile: TravelProfile = CAR) -> Way:
    """One way; for more, build Ways once."""
    return Ways(network, snaps, profile=profile).way(start, end)


def path(
    network: StreetNetwork, snaps: Snaps, start: int, end: int, *, profile: TravelProfile = CAR
) -> tuple[Floats, Floats]:
    """One way as longitudes and latitudes; for more, build Ways once."""
    return Ways(network, snaps, profile=profile).path(start, end)


def _pieces(labels: Any, seeds: Any, places: Any, ends: tuple[int, int], door: int) -> Pieces | None:
    """Arcs with the shares where they are entered and left, in driving order; None where no way was found."""
    from geo.travel_kernels import DIRECT, NO_DOOR

    if door == NO_DOOR:
        return None
    if door < DIRECT:
        return _traced(labels, seeds, places, ends, door)
    (start, end), share, d = ends, places[1], door - DIRECT
    between = (share[start], share[end]) if d == 0 else (1 - share[start], 1 - share[end])
    return [(2 * int(places[0][start]) + d, *between)]


def _traced(labels: Any, seeds: Any, places: Any, ends: tuple[int, int], door: int) -> Pieces:
    """Arcs with the shares where they are entered and left, from the end back to the start, in driving order."""
    from geo.travel_kernels import AT_NODE

    came_by, node_by, count = labels[2], labels[6], len(labels[2])
    edge, share, node = places[0], places[1], places[2]
    start, end = ends
    pieces: Pieces = []
    if door == AT_NODE:
        by = int(node_by[node[end]])
    else:
        arc = 2 * int(edge[end]) + door
        pieces.append((arc, 0.0, float(share[end]) if door == 0 else 1.0 - float(share[end])))
        by = int(came_by[arc])
    while by < count:
        pieces.append((by, 0.0, 1.0))
        by = int(came_by[by])
    first = int(seeds[0][by - count])
    if first >= 0:
        pieces.append((first, float(share[start]) if first % 2 == 0 else 1.0 - float(share[start]), 1.0))
    return pieces[::-1]


def _way(pieces: Pieces, seconds: float, metres: float) -> Way:
    arc = np.array([piece[0] for piece in pieces], dtype=np.int64)
    turned = np.zeros(len(arc), dtype=bool)
    turned[1:] = arc[1:] == arc[:-1] ^ 1
    enter, leave = (np.array([piece[at] for piece in pieces], dtype=np.float64) for at in (1, 2))
    return Way(arc, enter, leave, turned, float(seconds), float(metres))


def way_piece(network: StreetNetwork, found: Way, at: int) -> tuple[Floats, Floats]:
    """One piece of a way as longitudes and latitudes in driving order."""
    arc = int(found.arc[at])
    if found.enter[at] == 0.0 and found.leave[at] == 1.0:
        return _whole(network, arc)
    length_m = float(network.edge_length_m[arc >> 1])
    shares = (float(found.enter[at]), float(found.leave[at]))
    from_m, to_m = (length_m * (share if arc % 2 == 0 else 1.0 - share) for share in shares)
    return _piece(network, arc >> 1, from_m, to_m)


def _whole(network: StreetNetwork, arc: int) -> tuple[Floats, Floats]:
    """An arc's points, in its direction."""
    points = slice(int(network.edge_first[arc >> 1]), int(network.edge_last[arc >> 1]) + 1)
    lon, lat = network.point_lon[points], network.point_lat[points]
    return (lon, lat) if arc % 2 == 0 else (lon[::-1], lat[::-1])


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
