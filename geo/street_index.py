"""The city's streets by name: which lines are one street, where streets cross, and ways along a street."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geo.crs import to_metres
from geo.place_names import spell

if TYPE_CHECKING:
    from shapely import STRtree

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LonLat = tuple[float, float]
Line = tuple[LonLat, ...]
Steps = dict[int, list[tuple[int, float]]]

JOINED_M = (
    300.0  # lines of one name whose ends lie this close are one street: the other side of a square, a gap at works
)
NEARLY_M = 60.0  # streets that share no junction but come this close nearly cross: a roundabout, an offset, a slip road
GAP_COST = 3.0  # over a gap a way costs this much more than along the street
ONE_CROSSING_M = 70.0  # junctions of the same two streets this close are one crossing: carriageways apart


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on a street: on the line from a point to the next one, at a share of its length."""

    point: int
    share: float
    distance_m: float = 0.0  # of what was projected


@dataclass(frozen=True, eq=False)
class StreetIndex:
    """Points of the named lines, one line after another; a street is a group of lines. Metres are of the city's CRS."""

    crs_epsg: int
    lon: Floats
    lat: Floats
    x_m: Floats
    y_m: Floats
    node: Ints  # of each point; equal where lines meet
    line_first: Ints
    line_street: Ints
    name: tuple[str, ...]  # of each street, in its usual spelling
    spelled: tuple[str, ...]
    length_m: Floats  # of each street, all its lines
    by_name: dict[str, list[int]] = field(repr=False)
    walks: dict[int, tuple[Steps, list[tuple[int, int, float]]]] = field(default_factory=dict, repr=False)  # as asked

    def __len__(self) -> int:
        return len(self.name)

    @cached_property
    def line_of(self) -> Ints:
        """The line of each point."""
        return np.repeat(np.arange(len(self.line_street)), np.diff(self.line_first))

    @cached_property
    def _lines_by_street(self) -> tuple[Ints, Ints]:
        order = np.argsort(self.line_street, kind="stable")
        return order, np.searchsorted(self.line_street[order], np.arange(len(self.name) + 1))

    def lines(self, street: int) -> Ints:
        """The lines of a street."""
        order, first = self._lines_by_street
        return order[first[street] : first[street + 1]]

    def points(self, street: int) -> Ints:
        """The points of a street."""
        spans = [np.arange(self.line_first[line], self.line_first[line + 1]) for line in self.lines(street).tolist()]
        return np.concatenate(spans) if spans else np.zeros(0, dtype=np.int64)

    def shape(self, street: int) -> tuple[tuple[LonLat, ...], ...]:
        """The street as lines of longitude and latitude."""
        spans = [(self.line_first[line], self.line_first[line + 1]) for line in self.lines(street).tolist()]
        return tuple(
            tuple(zip(self.lon[a:b].tolist(), self.lat[a:b].tolist(), strict=True)) for a, b in spans
        )  # fmt: skip

    # crossings

    @cached_property
    def _meetings(self) -> tuple[Ints, Ints, Ints]:
        """(node, street) where more than one street is, ordered by node; and where each node begins."""
        streets = max(1, len(self.name))
        codes = np.unique(self.node * streets + self.line_street[self.line_of])
        node, street = codes // streets, codes % streets
        shared = np.bincount(node, minlength=int(node.max(initial=0)) + 1)[node] > 1
        node, street = node[shared], street[shared]
        return node, street, np.searchsorted(node, np.arange(int(self.node.max(initial=-1)) + 2))

    @cached_property
    def _nodes_by_street(self) -> tuple[Ints, Ints]:
        node, street, _ = self._meetings
        order = np.argsort(street, kind="stable")
        return node[order], np.searchsorted(street[order], np.arange(len(self.name) + 1))

    def _shared_nodes(self, street: int) -> Ints:
        """The nodes at which a street meets others."""
        nodes, first = self._nodes_by_street
        return nodes[first[street] : first[street + 1]]

    @cached_property
    def _node_point(self) -> Ints:
        """A point of each node."""
        place = np.zeros(int(self.node.max(initial=-1)) + 1, dtype=np.int64)
        place[self.node[::-1]] = np.arange(len(self.node))[::-1]
        return place

    def at_node(self, node: int) -> LonLat:
        """Longitude and latitude of a node."""
        point = self._node_point[node]
        return float(self.lon[point]), float(self.lat[point])

    def crossed_by(self, node: int) -> list[int]:
        """The streets at a node where more than one is; none elsewhere."""
        _, street, first = self._meetings
        found: list[int] = street[first[node] : first[node + 1]].tolist()
        return found

    def others_at(self, node: int, street: int) -> list[int]:
        """The streets of other names that cross a street at a node."""
        return [other for other in self.crossed_by(node) if self.spelled[other] != self.spelled[street]]

    def crossings(self, a: int, b: int) -> list[list[int]]:
        """The nodes that two streets share, those of one crossing together."""
        common = np.intersect1d(self._shared_nodes(a), self._shared_nodes(b), assume_unique=True)
        if not len(common):
            return []
        point = self._node_point[common]
        return [common[group].tolist() for group in _close_groups(self.x_m[point], self.y_m[point], ONE_CROSSING_M)]

    def meets(self, street: int) -> set[int]:
        """The streets that share a junction with a street."""
        _, others, first = self._meetings
        spans = [others[first[node] : first[node + 1]] for node in self._shared_nodes(street).tolist()]
        return set(np.concatenate(spans).tolist()) - {street} if spans else set()

    def nearly(self, a: int, b: int) -> tuple[int, int] | None:
        """The points of two streets that are nearest to each other, when they nearly cross."""
        from scipy.spatial import cKDTree

        ours, theirs = self.points(a), self.points(b)
        if not len(ours) or not len(theirs):
            return None
        tree = cKDTree(np.column_stack([self.x_m[theirs], self.y_m[theirs]]))
        near = tree.query(np.column_stack([self.x_m[ours], self.y_m[ours]]), distance_upper_bound=NEARLY_M)
        distance, at = (np.atleast_1d(values) for values in near)
        best = int(np.argmin(distance))
        return (int(ours[best]), int(theirs[at[best]])) if distance[best] <= NEARLY_M else None

    # places on a street

    def project(self, street: int, x_m: float, y_m: float) -> Spot | None:
        """The place on a street that is nearest to a point in metres; None for a street without lines."""
        points = self.points(street)
        starts = points[:-1][np.diff(self.line_of[points]) == 0]
        return self._nearest_on(starts, x_m, y_m)

    def _nearest_on(self, starts: Ints, x_m: float, y_m: float) -> Spot | None:
        if not len(starts):
            return None
        dx, dy = self.x_m[starts + 1] - self.x_m[starts], self.y_m[starts + 1] - self.y_m[starts]
        from_x, from_y = x_m - self.x_m[starts], y_m - self.y_m[starts]
        square = dx * dx + dy * dy
        share = np.clip((from_x * dx + from_y * dy) / np.where(square > 0, square, 1.0), 0.0, 1.0)
        away = np.hypot(from_x - share * dx, from_y - share * dy)
        best = int(np.argmin(away))
        return Spot(int(starts[best]), float(share[best]), float(away[best]))

    @cached_property
    def _tree(self) -> STRtree:
        import shapely

        lines = shapely.linestrings(np.column_stack([self.x_m, self.y_m]), indices=self.line_of)
        return shapely.STRtree(np.atleast_1d(np.asarray(lines, dtype=object)))

    def nearest(self, x_m: float, y_m: float) -> tuple[int, Spot] | None:
        """The street nearest to a point in metres, and where on it; None for a city without named streets."""
        import shapely

        if not len(self.line_street):
            return None
        line = int(self._tree.nearest(shapely.Point(x_m, y_m)))
        starts = np.arange(self.line_first[line], self.line_first[line + 1] - 1)
        spot = self._nearest_on(starts, x_m, y_m)
        return None if spot is None else (int(self.line_street[line]), spot)

    def at_spot(self, spot: Spot) -> LonLat:
        """Longitude and latitude of a place on a street."""
        a, b, share = spot.point, spot.point + 1, spot.share
        return (
            float(self.lon[a] + share * (self.lon[b] - self.lon[a])),
            float(self.lat[a] + share * (self.lat[b] - self.lat[a])),
        )

    # ways along a street

    def walk(
        self, street: int, start: Sequence[int] | Spot, end: Sequence[int] | Spot
    ) -> tuple[tuple[Line, ...], float] | None:
        """The shortest way along a street, from any of some nodes or a spot to any other: its lines and their metres.

        Every line lies on the street. Where a square or works part it, the way goes on behind the gap with another
        line; gaps do not count. None where nothing leads from one to the other, and for a way of no length.
        """
        if isinstance(start, Spot) and isinstance(end, Spot) and start.point == end.point:
            parts = [[self.at_spot(start), self.at_spot(end)]]
        else:
            found = self._shortest(street, self._ends(start), self._ends(end))
            if found is None:
                return None
            parts = [[self.at_node(node) for node in part] for part in found]
            if isinstance(start, Spot):
                parts[0].insert(0, self.at_spot(start))
            if isinstance(end, Spot):
                parts[-1].append(self.at_spot(end))
        lines = tuple(line for part in parts if len(line := _without_repeats(part)) > 1)
        length_m = sum(self.metres(line) for line in lines)
        return (lines, length_m) if length_m > 0 else None

    def metres(self, line: Sequence[LonLat]) -> float:
        """Length of a line of longitude and latitude, planar in the city's CRS."""
        if len(line) < 2:
            return 0.0
        degrees = np.array(line)
        x_m, y_m = to_metres(degrees[:, 0], degrees[:, 1], self.crs_epsg)
        return float(np.hypot(np.diff(x_m), np.diff(y_m)).sum())

    def _ends(self, place: Sequence[int] | Spot) -> dict[int, float]:
        """Nodes from which a way may start, with the metres to each."""
        if not isinstance(place, Spot):
            return dict.fromkeys(place, 0.0)
        whole = self._step_m(place.point)
        a, b = int(self.node[place.point]), int(self.node[place.point + 1])
        return {b: (1.0 - place.share) * whole, a: place.share * whole}

    def _step_m(self, point: int) -> float:
        return float(np.hypot(self.x_m[point + 1] - self.x_m[point], self.y_m[point + 1] - self.y_m[point]))

    def _steps(self, street: int) -> Steps:
        """The street's own graph: from each node the next ones with their metres."""
        steps: Steps = {}
        points = self.points(street)
        starts = points[:-1][np.diff(self.line_of[points]) == 0] if len(points) else points
        long = np.hypot(self.x_m[starts + 1] - self.x_m[starts], self.y_m[starts + 1] - self.y_m[starts])
        ends = zip(self.node[starts].tolist(), self.node[starts + 1].tolist(), long.tolist(), strict=True)
        for a, b, metres in ends:
            steps.setdefault(a, []).append((b, metres))
            steps.setdefault(b, []).append((a, metres))
        return steps

    def _gaps(self, street: int) -> list[tuple[int, int, float]]:
        """What joins the parts of a street that share no node: pairs of ends of lines, as short as can be, metres."""
        from scipy.sparse.csgraph import minimum_spanning_tree

        lines = self.lines(street)
        points = np.unique(np.concatenate([self.line_first[lines], self.line_first[lines + 1] - 1]))
        part = _part_of(self._steps(street), self.node[points].tolist())
        if part.max(initial=0) == 0:
            return []
        away = np.hypot(
            self.x_m[points, None] - self.x_m[None, points], self.y_m[points, None] - self.y_m[None, points]
        )
        own = part[:, None] == part[None, :]
        away = np.where(own, 0.0, np.maximum(away, 0.001))
        tree = minimum_spanning_tree(np.where(own, 1e-6, away)).tocoo()
        pairs = zip(tree.row.tolist(), tree.col.tolist(), strict=True)
        between = [(a, b) for a, b in pairs if part[a] != part[b]]
        return [(int(self.node[points[a]]), int(self.node[points[b]]), float(away[a, b])) for a, b in between]

    def _shortest(self, street: int, start: dict[int, float], end: dict[int, float]) -> list[list[int]] | None:
        """Dijkstra over the street's own nodes; a way over gaps comes in parts."""
        if street not in self.walks:
            self.walks[street] = self._steps(street), self._gaps(street)
        steps, gaps = self.walks[street]
        over: Steps = {}
        for a, b, metres in gaps:
            over.setdefault(a, []).append((b, metres * GAP_COST))
            over.setdefault(b, []).append((a, metres * GAP_COST))
        best, before = dict(start), dict[int, int]()
        heap = [(cost, node, False) for node, cost in start.items()]
        heapq.heapify(heap)
        while heap:
            cost, node, arrived = heapq.heappop(heap)
            if arrived:
                jumps = {frozenset(gap[:2]) for gap in gaps}
                return _parted(_way_back(node, before), jumps)
            if cost > best.get(node, np.inf):
                continue
            if node in end:
                heapq.heappush(heap, (cost + end[node], node, True))
            for other, metres in (*steps.get(node, ()), *over.get(node, ())):
                if cost + metres < best.get(other, np.inf):
                    best[other], before[other] = cost + metres, node
                    heapq.heappush(heap, (cost + metres, other, False))
        return None

    def next_crossing(self, street: int, spot: Spot, *, ahead: bool) -> tuple[int, int, float] | None:
        """The first node along the street from a spot that another street crosses: node, that street, metres to it.

        `ahead` goes the way the line is drawn. None where the street ends before.
        """
        a, b = int(self.node[spot.point]), int(self.node[spot.point + 1])
        whole, steps = self._step_m(spot.point), self._steps(street)
        first, shut = (b, a) if ahead else (a, b)
        cost = ((1.0 - spot.share) if ahead else spot.share) * whole
        best, heap = {first: cost}, [(cost, first)]
        while heap:
            cost, node = heapq.heappop(heap)
            others = self.others_at(node, street)
            if others:
                return node, min(others, key=lambda other: (-self.length_m[other], other)), cost
            for other, metres in steps.get(node, ()):
                if {node, other} != {first, shut} and cost + metres < best.get(other, np.inf):
                    best[other] = cost + metres
                    heapq.heappush(heap, (cost + metres, other))
        return None


def _part_of(steps: Steps, nodes: Sequence[int]) -> Ints:
    """Of each node the number of the connected part it is in, from 0."""
    part: dict[int, int] = {}
    for root in nodes:
        if root not in part:
            number, stack = len(set(part.values())), [root]
            part[root] = number
            while stack:
                for other, _ in steps.get(stack.pop(), ()):
                    if other not in part:
                        part[other] = number
                        stack.append(other)
    return np.array([part[node] for node in nodes], dtype=np.int64)


def _parted(way: Sequence[int], jumps: set[frozenset[int]]) -> list[list[int]]:
    """A way of nodes, cut where it jumps over a gap."""
    parts = [[way[0]]]
    for a, b in pairwise(way):
        if frozenset((a, b)) in jumps:
            parts.append([])
        parts[-1].append(b)
    return parts


def _without_repeats(points: Sequence[LonLat]) -> Line:
    return tuple(at for i, at in enumerate(points) if i == 0 or at != points[i - 1])


def _way_back(node: int, before: dict[int, int]) -> list[int]:
    way = [node]
    while way[-1] in before:
        way.append(before[way[-1]])
    return way[::-1]


def build_street_index(
    lon: Floats,
    lat: Floats,
    offsets: Ints,
    node_id: Ints,
    name: Sequence[str],
    *,
    crs_epsg: int,
    more: Iterable[str] = (),
) -> StreetIndex:
    """The named lines of street lines given as arrays (points, line offsets, junction ids, one name a line).

    Lines of one name are one street where they touch or their ends lie within JOINED_M. `more` names streets that have
    no lines. GeoError for an unknown CRS.
    """
    named = np.flatnonzero([bool(text) for text in name]) if len(name) else np.zeros(0, dtype=np.int64)
    counts = np.asarray(offsets)[named + 1] - np.asarray(offsets)[named] if len(named) else np.zeros(0, dtype=np.int64)
    first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    points = np.repeat(np.asarray(offsets)[named] - first[:-1], counts) + np.arange(first[-1])
    lon, lat = np.asarray(lon, dtype=np.float64)[points], np.asarray(lat, dtype=np.float64)[points]
    x_m, y_m = to_metres(lon, lat, crs_epsg)
    node = np.unique(np.asarray(node_id)[points], return_inverse=True)[1].astype(np.int64)
    spellings = {text: spell(text) for text in {name[line] for line in named.tolist()}}
    texts = [name[line] for line in named.tolist()]
    keys = {key: at for at, key in enumerate(dict.fromkeys(spellings[text] for text in texts))}
    key_of = np.array([keys[spellings[text]] for text in texts], dtype=np.int64)
    street_of = _streets(x_m, y_m, node, first, key_of)
    names, spelled = _usual_names(texts, [spellings[text] for text in texts], street_of)
    length_m = np.bincount(street_of, weights=_line_lengths(x_m, y_m, first), minlength=len(names)).astype(np.float64)
    extra = {key: text for text in more if (key := spell(text)) and key not in keys}
    names, spelled = [*names, *extra.values()], [*spelled, *extra]
    by_name: dict[str, list[int]] = {}
    for street, key in enumerate(spelled):
        by_name.setdefault(key, []).append(street)
    length_m = np.concatenate([length_m, np.zeros(len(extra))])
    return StreetIndex(
        crs_epsg, lon, lat, x_m, y_m, node, first, street_of, tuple(names), tuple(spelled), length_m, by_name
    )


def _streets(x_m: Floats, y_m: Floats, node: Ints, first: Ints, key_of: Ints) -> Ints:
    """The street of each line: lines of one key that share a node, or whose ends lie close."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    lines = len(key_of)
    if not lines:
        return np.zeros(0, dtype=np.int64)
    line_of = np.repeat(np.arange(lines), np.diff(first))
    met = np.unique(node * (int(key_of.max()) + 1) + key_of[line_of], return_inverse=True)[1]
    ends = np.concatenate([first[:-1], first[1:] - 1])
    owner = np.concatenate([np.arange(lines), np.arange(lines)])
    far = 10.0 * JOINED_M  # names are this far apart in the third direction, so that only equal ones are near
    tree = cKDTree(np.column_stack([x_m[ends], y_m[ends], key_of[owner] * far]))
    near = owner[tree.query_pairs(JOINED_M, output_type="ndarray")]
    size = lines + int(met.max()) + 1
    row = np.concatenate([line_of, near[:, 0]])
    column = np.concatenate([lines + met, near[:, 1]])
    graph = coo_matrix((np.ones(len(row)), (row, column)), shape=(size, size))
    parts = connected_components(graph, directed=False)[1][:lines]
    return np.unique(parts, return_inverse=True)[1].astype(np.int64)


def _usual_names(texts: Sequence[str], spelled: Sequence[str], street_of: Ints) -> tuple[list[str], list[str]]:
    """Of each street the name that most of its lines carry, and its spelling."""
    counts: list[Counter[str]] = [Counter() for _ in range(int(street_of.max(initial=-1)) + 1)]
    keys = [""] * len(counts)
    for text, key, street in zip(texts, spelled, street_of.tolist(), strict=True):
        counts[street][text] += 1
        keys[street] = key
    return [min(count, key=lambda text: (-count[text], text)) for count in counts], keys


def _line_lengths(x_m: Floats, y_m: Floats, first: Ints) -> Floats:
    if not len(x_m):
        return np.zeros(0)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x_m), np.diff(y_m)))])
    return np.asarray(along[first[1:] - 1] - along[first[:-1]])


def _close_groups(x_m: Floats, y_m: Floats, within_m: float) -> list[Ints]:
    """Indices of points that hang together within a distance; groups in order of their first point."""
    from scipy.cluster.hierarchy import fcluster, linkage

    if len(x_m) == 1:
        return [np.zeros(1, dtype=np.int64)]
    labels = fcluster(linkage(np.column_stack([x_m, y_m]), "single"), within_m, "distance")
    return [np.flatnonzero(labels == label) for label in dict.fromkeys(labels.tolist())]
