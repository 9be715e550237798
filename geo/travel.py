"""Travel times, distances and ways between places, along the streets from the point where each place meets them."""

from __future__ import annotations

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
    "SNAP_CAP_M", "Snaps", "Unreached", "Way", "matrix", "path", "snap", "straight_line_matrix", "unreached", "way",
]  # fmt: skip

DETOUR = 1.3  # streets are about 1.3 times the straight line in grid and radial cities alike
STRAIGHT_SPEED_KMH = 28.0
CHUNK = 100


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

    All places to all unless told which. Stopped when `should_stop` says so; it is asked every 100 sources.
    """
    from geo.travel_kernels import fill_rows

    every = np.arange(len(snaps.edge))
    sources, targets = every if sources is None else sources, every if targets is None else targets
    graph, places = _search(network, snaps, profile)
    wanted = _wanted(network, places, targets, profile)
    shape = (len(sources), len(targets))
    duration_s, distance_m = np.full(shape, np.inf), np.full(shape, np.inf)
    for first in range(0, len(sources), CHUNK):
        done = f"Travel times, {first:,} of {len(sources):,} places"
        breathe(progress, should_stop, first / len(sources), done)
        rows = slice(first, first + CHUNK)
        fill_rows(graph, places, wanted, (sources[rows], targets), duration_s[rows], distance_m[rows])
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
    firsts = (graph.tail, graph.head, graph.out_first, graph.turn_first + len(graph.out))
    tail, head, node_first, arc_first = (values.astype(np.int32) for values in firsts)
    follow = np.concatenate([graph.out, graph.turn]).astype(np.int32)
    return (
        tail, head, graph.time_s, graph.length_m, node_first, arc_first, follow, graph.plain, float(graph.u_turn_s),
    )  # fmt: skip


def _own_side(within: NDArray[np.bool_], side: NDArray[np.int8], profile: TravelProfile) -> NDArray[np.bool_]:
    """In which directions a place lies on the vehicle's own side; both on the line itself or where one is driven."""
    forward = (side == RIGHT) != profile.drives_left
    free = (side == 0) | ~within.all(axis=1)
    return np.asarray(np.column_stack([forward | free, ~forward | free]))


def _wanted(network: StreetNetwork, places: Any, targets: Ints, profile: TravelProfile) -> tuple[Any, Any, int, bool]:
    """What a search must have settled: arcs up to the targets, and junctions that are targets."""
    edge, _, node, _, serves = places
    arc, at_node = np.zeros(2 * network.edge_count, dtype=bool), np.zeros(network.node_count, dtype=bool)
    targets = targets[edge[targets] >= 0]
    within = targets[node[targets] < 0]
    for d in (0, 1):
        arc[2 * edge[within[serves[within, d]]] + d] = True
    at_node[node[targets[node[targets] >= 0]]] = True
    return arc, at_node, int(arc.sum() + at_node.sum()), profile.own_side


def way(network: StreetNetwork, snaps: Snaps, start: int, end: int, *, profile: TravelProfile = CAR) -> Way:
    """The quickest way from one place to another; GeoError where none leads."""
    from geo.travel_kernels import DIRECT, NO_DOOR, fresh, gather, seeds_of, spread

    if snaps.edge[start] < 0 or snaps.edge[end] < 0:
        raise GeoError("No street reaches one of the two places.")
    if start == end:
        return _way(network, [], 0.0, 0.0)
    graph, places = _search(network, snaps, profile)
    labels, heap = fresh(graph)
    seeds = seeds_of(graph, places, start)
    spread(graph, labels, heap, seeds, _wanted(network, places, np.array([end]), profile))
    soonest = (np.empty(1), np.empty(1), np.empty(1, dtype=np.int64))
    gather(graph, labels, places, start, np.array([end]), soonest)
    seconds, metres, door = float(soonest[0][0]), float(soonest[1][0]), int(soonest[2][0])
    if door == NO_DOOR:
        raise GeoError("No street leads from one of the two places to the other.")
    share = places[1]
    if door >= DIRECT:
        d = door - DIRECT
        between = (share[start], share[end]) if d == 0 else (1 - share[start], 1 - share[end])
        return _way(network, [(2 * int(snaps.edge[start]) + d, *between)], seconds, metres)
    return _way(network, _traced(labels, seeds, places, (start, end), door), seconds, metres)


def _traced(labels: Any, seeds: Any, places: Any, ends: tuple[int, int], door: int) -> list[tuple[int, float, float]]:
    """Arcs with the shares where they are entered and left, from the end back to the start, in driving order."""
    from geo.travel_kernels import AT_NODE

    came_by, node_by, count = labels[2], labels[6], len(labels[2])
    edge, share, node = places[0], places[1], places[2]
    start, end = ends
    pieces: list[tuple[int, float, float]] = []
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


def _way(network: StreetNetwork, pieces: list[tuple[int, float, float]], seconds: float, metres: float) -> Way:
    arc = np.array([piece[0] for piece in pieces], dtype=np.int64)
    turned = np.zeros(len(arc), dtype=bool)
    turned[1:] = arc[1:] == arc[:-1] ^ 1
    enter, leave = (np.array([piece[at] for piece in pieces], dtype=np.float64) for at in (1, 2))
    return Way(arc, enter, leave, turned, float(seconds), float(metres))


def path(
    network: StreetNetwork, snaps: Snaps, start: int, end: int, *, profile: TravelProfile = CAR
) -> tuple[Floats, Floats]:
    """The quickest way from one place to another as longitudes and latitudes; GeoError where none leads."""
    found = way(network, snaps, start, end, profile=profile)
    if not len(found.arc):  # from a junction to itself
        at = float(snaps.along_m[start])
        pieces = [_piece(network, int(snaps.edge[start]), at, at)]
    else:
        pieces = [way_piece(network, found, i) for i in range(len(found.arc))]
    lon = np.concatenate([piece[0] for piece in pieces])
    lat = np.concatenate([piece[1] for piece in pieces])
    keep = np.concatenate([[True], (np.diff(lon) != 0) | (np.diff(lat) != 0)])
    return lon[keep], lat[keep]


def way_piece(network: StreetNetwork, found: Way, at: int) -> tuple[Floats, Floats]:
    """One piece of a way as longitudes and latitudes in driving order."""
    arc = int(found.arc[at])
    length_m = float(network.edge_length_m[arc >> 1])
    shares = (float(found.enter[at]), float(found.leave[at]))
    from_m, to_m = (length_m * (share if arc % 2 == 0 else 1.0 - share) for share in shares)
    return _piece(network, arc >> 1, from_m, to_m)


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
