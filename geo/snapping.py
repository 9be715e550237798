"""Where places meet the streets: the nearest edge that can be reached, on which side, and what no street reaches."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.crs import to_metres
from geo.errors import GeoError
from geo.progress import ShouldStop, breathe, never, silent
from geo.streets import Floats, Ints, StreetNetwork
from geo.travel_profiles import CAR, TravelProfile

if TYPE_CHECKING:
    from shapely import STRtree

SNAP_CAP_M = 300.0
LINES_AT_ONCE = 10_000  # of a city's streets, between two looks at a person's wish to stop
AT_JUNCTION_M = 0.05
ON_LINE_M = 0.5  # nearer than that a place is on neither side
RIGHT, LEFT = 1, -1  # seen along the edge's points


@dataclass(frozen=True, slots=True)
class Snaps:
    """Where places meet the streets: edge (-1: none within the cap), metres along it, metres to it, side (0: on it)."""

    edge: Ints
    along_m: Floats
    distance_m: Floats
    side: NDArray[np.int8]

    @property
    def unreachable(self) -> Ints:
        """Places that no street reaches."""
        return np.flatnonzero(self.edge < 0)


@dataclass(frozen=True, slots=True)
class Unreached:
    """A place that no street reaches: metres to the nearest street of any kind, and whether that one is an island.

    An island is driven, but not connected with the rest both ways, or closed to the vehicle.
    """

    place: int
    nearest_m: float
    why: Literal["island", "too far"]


def snap(
    network: StreetNetwork,
    lon: ArrayLike,
    lat: ArrayLike,
    *,
    cap_m: float = SNAP_CAP_M,
    profile: TravelProfile = CAR,
    should_stop: ShouldStop = never,
) -> Snaps:
    """The nearest edge of each place (degrees) that the vehicle reaches, no farther than `cap_m`.

    GeoError where no part of the streets can be driven from end to end and back; Stopped when should_stop says so.
    """
    import shapely

    edges = np.flatnonzero(network.graph(profile).reachable)
    if not len(edges):
        raise GeoError("No part of the streets is connected both ways, so nothing can be reached on them.")
    x_m, y_m = to_metres(np.atleast_1d(lon), np.atleast_1d(lat), network.crs_epsg)
    tree = _tree(network, edges, should_stop)
    lines = tree.geometries
    places = np.asarray(shapely.points(x_m, y_m))
    which, found = tree.query_nearest(places, max_distance=cap_m, all_matches=False)
    edge = np.full(len(places), -1, dtype=np.int64)
    along, distance = np.zeros(len(places)), np.full(len(places), np.inf)
    side = np.zeros(len(places), dtype=np.int8)
    length_m = network.edge_length_m[edges[found]]
    edge[which] = edges[found]
    along[which] = _at_ends(shapely.line_locate_point(lines[found], places[which]), length_m)
    distance[which] = shapely.distance(lines[found], places[which])
    side[which] = np.where(distance[which] < ON_LINE_M, 0, _side(lines[found], along[which], places[which]))
    return Snaps(edge, along, distance, side)


def _tree(network: StreetNetwork, edges: Ints, should_stop: ShouldStop) -> STRtree:
    """The lines of some edges in a tree; vehicles that reach the same edges share it."""
    from shapely import STRtree

    key = blake2b(edges.tobytes(), digest_size=12).digest()
    if key not in network.trees:
        parts = []
        for first in range(0, len(edges), LINES_AT_ONCE):
            breathe(silent, should_stop, None, "Finding the streets of all places")
            parts.append(edge_lines(network, edges[first : first + LINES_AT_ONCE]))
        lines = np.concatenate(parts)
        breathe(silent, should_stop, None, "Finding the streets of all places")
        network.trees[key] = STRtree(lines)
        breathe(silent, should_stop, None, "Finding the streets of all places")
    tree: STRtree = network.trees[key]
    return tree


def unreached(
    network: StreetNetwork, snaps: Snaps, lon: ArrayLike, lat: ArrayLike, *, cap_m: float = SNAP_CAP_M
) -> tuple[Unreached, ...]:
    """What of the places (degrees) no street reaches, and why."""
    import shapely

    left = snaps.unreachable
    if not len(left):
        return ()
    x_m, y_m = to_metres(np.atleast_1d(lon)[left], np.atleast_1d(lat)[left], network.crs_epsg)
    places = np.asarray(shapely.points(x_m, y_m))
    nearest_m = np.full(len(left), np.inf)
    every = _tree(network, np.arange(network.edge_count), never)
    (which, _), metres = every.query_nearest(places, return_distance=True, all_matches=False)
    nearest_m[which] = metres
    return tuple(
        Unreached(int(place), float(metres), "island" if metres <= cap_m else "too far")
        for place, metres in zip(left, nearest_m, strict=True)
    )


def edge_lines(network: StreetNetwork, edges: Ints) -> NDArray[np.object_]:
    """Edges as lines in metres."""
    import shapely

    first, last = network.edge_first[edges], network.edge_last[edges]
    counts = last - first + 1
    of = np.repeat(np.arange(len(edges)), counts)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    points = first[of] + np.arange(counts.sum()) - starts[of]
    x_m, y_m = to_metres(network.point_lon[points], network.point_lat[points], network.crs_epsg)
    return np.asarray(shapely.linestrings(np.column_stack([x_m, y_m]), indices=of))


def _at_ends(along_m: Floats, length_m: Floats) -> Floats:
    """Places at an end are exactly there: they belong to the junction, and may be left by any street of it."""
    along = np.where(along_m < AT_JUNCTION_M, 0.0, along_m)
    return np.asarray(np.where(length_m - along < AT_JUNCTION_M, length_m, along))


def _side(lines: NDArray[np.object_], along_m: Floats, places: NDArray[np.object_]) -> NDArray[np.int8]:
    """Right or left of the line, by the piece of it around the point where each place meets it."""
    import shapely

    before = shapely.line_interpolate_point(lines, np.maximum(along_m - ON_LINE_M, 0.0))
    after = shapely.line_interpolate_point(lines, along_m + ON_LINE_M)
    run_x, run_y = shapely.get_x(after) - shapely.get_x(before), shapely.get_y(after) - shapely.get_y(before)
    to_x, to_y = shapely.get_x(places) - shapely.get_x(before), shapely.get_y(places) - shapely.get_y(before)
    cross = run_x * to_y - run_y * to_x
    return np.where(cross < 0, RIGHT, np.where(cross > 0, LEFT, 0)).astype(np.int8)
