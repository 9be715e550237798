"""The city's streets as a graph of junctions, cut into named ways: what the OSM file holds and requests stand on."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from data.demo.curves import Bend
from data.demo.frame import Floats
from data.demo.noding import Ints, Sequences, components, node_roads
from data.demo.roads import CARRIAGEWAY_M, PRIMARY, RESIDENTIAL, SIDE_ROAD, STREET, TERTIARY, Roads
from data.demo.terrain import Terrain

SPEED_KMH = (100, 60, 50, 50, 40, 30)  # by highway class, in the order of roads.HIGHWAYS
TOO_CLOSE_M = 18.0  # a street that runs this near to a greater one is not built
PIECES_PER_WAY = 14
ISLAND = "island"

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Network:
    """Straight pieces between nodes. A segment is a run of pieces from one junction to the next.

    x_m, y_m: metres east and north of the centre, per node. Pieces: `a`, `b` nodes in the direction of the line,
    `street` an index into street names, `at_m` the distance along that street at `a`.
    """

    x_m: Floats
    y_m: Floats
    a: Ints
    b: Ints
    line: Ints
    segment: Ints
    highway: Ints
    oneway: Ints
    kind: Ints
    street: Ints
    at_m: Floats
    length_m: Floats
    bridge: Flags
    way: Ints
    street_keys: tuple[str, ...]

    @property
    def segment_count(self) -> int:
        return int(self.segment.max()) + 1 if len(self.segment) else 0


@dataclass(slots=True)
class _Pieces:
    """Working columns, one entry a piece; `edge` counts runs between junctions."""

    a: Ints
    b: Ints
    line: Ints
    edge: Ints
    at_m: Floats
    length_m: Floats
    loose: Flags  # the edge ends where nothing meets

    def only(self, keep: Flags) -> _Pieces:
        return _Pieces(*(getattr(self, name)[keep] for name in self.__slots__))


def build_network(rng: np.random.Generator, roads: Roads, terrain: Terrain, bend: Bend) -> Network:
    """Node the lines, take out what no city would build, keep what hangs together, bend everything."""
    rows = node_roads(roads)
    pieces = _pieces(rows)
    highway = np.asarray(roads.highway)
    x, y = rows.x, rows.y
    pieces = _without_twins(pieces, highway)
    pieces = pieces.only(~_loose_ends(rng, pieces, highway))
    pieces = pieces.only(~_crowded(pieces, highway, x, y))
    pieces = pieces.only(~_missing(rng, pieces, highway))
    pieces = pieces.only(_connected(pieces, roads, len(x)))
    for _ in range(2):
        pieces = pieces.only(~_stubs(pieces, highway, len(x)))
    return _finished(pieces, roads, terrain, bend, x, y)


def _pieces(rows: Sequences) -> _Pieces:
    """Consecutive places of each row; an edge begins at every junction and at every line's first place."""
    together = rows.line[1:] == rows.line[:-1]
    starts = rows.junction[:-1] | np.concatenate([[True], ~together[:-1]])
    edge = np.cumsum(starts) - 1
    loose_piece = (rows.end[:-1] & ~rows.junction[:-1]) | (rows.end[1:] & ~rows.junction[1:])
    loose = np.bincount(edge, weights=(loose_piece & together), minlength=edge[-1] + 1) > 0
    a, b = rows.node[:-1], rows.node[1:]
    length = np.hypot(rows.x[b] - rows.x[a], rows.y[b] - rows.y[a])
    every = _Pieces(a, b, rows.line[:-1], edge, rows.at_m[:-1], length, loose[edge])
    return every.only(together & (a != b))


def _edge_ends(pieces: _Pieces) -> tuple[Ints, Ints, Floats, Ints]:
    """First and last node and length of every edge, and the edge's index of each piece."""
    _, first, index = np.unique(pieces.edge, return_index=True, return_inverse=True)
    last = np.concatenate([first[1:], [len(pieces.edge)]]) - 1
    return pieces.a[first], pieces.b[last], np.bincount(index, pieces.length_m).astype(np.float64), np.asarray(index)


def _without_twins(pieces: _Pieces, highway: Ints) -> _Pieces:
    """One piece between two nodes: that of the greater street."""
    low, high = np.minimum(pieces.a, pieces.b), np.maximum(pieces.a, pieces.b)
    order = np.lexsort((highway[pieces.line], high, low))
    twin = np.zeros(len(low), dtype=bool)
    twin[order[1:]] = (low[order[1:]] == low[order[:-1]]) & (high[order[1:]] == high[order[:-1]])
    return pieces.only(~twin)


def _loose_ends(rng: np.random.Generator, pieces: _Pieces, highway: Ints) -> Flags:
    """Overshoots go; of the longer dead ends half stay, as culs-de-sac do. Freeways end at the border."""
    _, _, length, index = _edge_ends(pieces)
    drop = (length < 45.0) | (rng.random(len(length)) < 0.5)
    return pieces.loose & drop[index] & (highway[pieces.line] >= PRIMARY)


def _crowded(pieces: _Pieces, highway: Ints, x: Floats, y: Floats) -> Flags:
    """Edges that run beside a greater street."""
    first, last, length, index = _edge_ends(pieces)
    mids = np.column_stack([(x[first] + x[last]) / 2, (y[first] + y[last]) / 2])
    rank = np.zeros(len(first), dtype=np.int64)
    rank[index] = highway[pieces.line]
    drop = np.zeros(len(first), dtype=bool)
    for greater in range(PRIMARY, TERTIARY + 1):
        own = np.flatnonzero(highway[pieces.line] == greater)
        ends = np.stack([pieces.a[own], pieces.b[own]], axis=1)
        lines = np.asarray(shapely.linestrings(np.stack([x[ends], y[ends]], axis=2)))
        tree = shapely.STRtree(lines)
        asked = np.flatnonzero((rank > greater) & (length >= 30.0))
        near = tree.query(shapely.points(mids[asked]), predicate="dwithin", distance=TOO_CLOSE_M)[0]
        drop[asked[np.unique(near)]] = True
    return np.asarray(drop[index])


def _missing(rng: np.random.Generator, pieces: _Pieces, highway: Ints) -> Flags:
    """Some links between local streets were never built."""
    _, _, length, index = _edge_ends(pieces)
    drop = rng.random(len(length)) < 0.035
    return np.asarray(drop[index] & (highway[pieces.line] == RESIDENTIAL))


def _connected(pieces: _Pieces, roads: Roads, nodes: int) -> Flags:
    """Pieces of the largest connected part, and of the island."""
    label = components(nodes, pieces.a, pieces.b)[pieces.a]
    largest = np.bincount(label).argmax()
    island = np.array([street.startswith(ISLAND) for street in roads.street])[pieces.line]
    return np.asarray((label == largest) | island)


def _stubs(pieces: _Pieces, highway: Ints, nodes: int) -> Flags:
    """Short edges that end nowhere."""
    degree = np.bincount(np.concatenate([pieces.a, pieces.b]), minlength=nodes)
    first, last, length, index = _edge_ends(pieces)
    stub = ((degree[first] == 1) | (degree[last] == 1)) & (length < 40.0)
    return np.asarray(stub[index] & (highway[pieces.line] >= PRIMARY))


def _finished(pieces: _Pieces, roads: Roads, terrain: Terrain, bend: Bend, x: Floats, y: Floats) -> Network:
    """Final numbering of nodes, streets, segments and ways; places bent."""
    highway, kind = np.asarray(roads.highway)[pieces.line], np.asarray(roads.kind)[pieces.line]
    oneway = np.asarray(roads.oneway)[pieces.line]
    used, node = np.unique(np.concatenate([pieces.a, pieces.b]), return_inverse=True)
    a, b = node[: len(pieces.a)], node[len(pieces.a) :]
    plan = np.column_stack([x[used], y[used]])
    bridge = _bridges(plan[a], plan[b], kind, terrain)
    places = np.round(bend(plan), 3)
    keys = sorted(set(roads.street))
    street = np.searchsorted(np.array(keys), np.array(roads.street)[pieces.line])
    at_m = pieces.at_m + np.asarray(roads.start_m)[pieces.line]
    nearest = np.full(len(keys), np.inf)
    np.minimum.at(nearest, street, at_m)
    step = places[b] - places[a]
    made = Network(
        places[:, 0], places[:, 1], a, b, pieces.line, np.zeros_like(a), highway, oneway, kind, street,
        at_m - nearest[street], np.hypot(step[:, 0], step[:, 1]), bridge, np.zeros_like(a), tuple(keys),
    )  # fmt: skip
    made = replace(made, oneway=_passable(made), segment=_segments(made))
    return replace(made, way=_ways(made))


def _passable(network: Network) -> Ints:
    """One-way streets that lead nowhere, or that nothing leads to, open both ways; freeways at the border stay."""
    oneway, nodes = network.oneway.copy(), len(network.x_m)
    for _ in range(12):
        both = oneway == 0
        leaves = np.bincount(np.concatenate([network.a, network.b[both]]), minlength=nodes)
        enters = np.bincount(np.concatenate([network.b, network.a[both]]), minlength=nodes)
        stuck = (leaves == 0) | (enters == 0)
        opened = (oneway != 0) & (network.highway >= PRIMARY) & (stuck[network.a] | stuck[network.b])
        if not opened.any():
            break
        oneway[opened] = 0
    return oneway


def _bridges(a: Floats, b: Floats, kind: Ints, terrain: Terrain) -> Flags:
    """Pieces whose middle is over water, or that pass over a freeway."""
    middle = (a + b) / 2
    shapely.prepare(terrain.water)
    over_water = shapely.contains_xy(terrain.water, middle[:, 0], middle[:, 1])
    freeways = shapely.union_all([shapely.LineString(line) for line in terrain.freeways.values()])
    zone = freeways.buffer(CARRIAGEWAY_M)
    shapely.prepare(zone)
    lines = shapely.linestrings(np.stack([a, b], axis=1))
    crossing = np.isin(kind, (STREET, SIDE_ROAD)) & shapely.intersects(zone, lines)
    return np.asarray(over_water | crossing)


def follows(network: Network) -> Flags:
    """Whether a piece goes on where the one before it ends, on the same line."""
    goes_on = (network.line[1:] == network.line[:-1]) & (network.a[1:] == network.b[:-1])
    return np.concatenate([[False], goes_on])


def _segments(network: Network) -> Ints:
    """Runs from junction to junction: a node where two pieces of one line meet and nothing else is no junction."""
    degree = np.bincount(np.concatenate([network.a, network.b]))
    starts = ~follows(network) | (degree[network.a] != 2)
    return np.cumsum(starts) - 1


def _ways(network: Network) -> Ints:
    """Runs of one line with the same name and bridge, none too long."""
    starts = ~follows(network)
    starts[1:] |= network.street[1:] != network.street[:-1]
    starts[1:] |= network.bridge[1:] != network.bridge[:-1]
    starts[1:] |= network.oneway[1:] != network.oneway[:-1]
    run = np.cumsum(starts) - 1
    first = np.flatnonzero(starts)
    place = np.arange(len(run)) - first[run]
    starts |= place % PIECES_PER_WAY == 0
    return np.cumsum(starts) - 1
