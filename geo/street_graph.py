"""The graph that a search runs on: directed arcs of edges, and which arc may follow which.

Arc 2e drives edge e along its points, arc 2e + 1 against them. Turning round is for dead ends alone, and bans forbid
single turns; both need to know by which arc a junction was reached, so a search labels arcs and not junctions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

LEAST_S = 0.1  # two junctions may lie on one point; no stretch is free


@dataclass(frozen=True, slots=True, eq=False)
class StreetGraph:
    """All by arc, but for out: the arcs that leave node n are out[out_first[n] : out_first[n + 1]]; turns likewise.

    plain marks nodes without bans: there every arc may be followed by any of another edge. within marks arcs of the
    largest part where all lead to all.
    """

    tail: Ints
    head: Ints
    time_s: Floats
    length_m: Floats
    open: Bools
    out_first: Ints
    out: Ints
    turn_first: Ints
    turn: Ints
    plain: Bools
    u_turn_s: float
    within: Bools

    @property
    def node_count(self) -> int:
        """Junctions and ends."""
        return len(self.out_first) - 1

    @property
    def reachable(self) -> Bools:
        """By edge: whether one of its arcs lies within."""
        return np.asarray(self.within[0::2] | self.within[1::2])


def build_graph(
    start: Ints,
    end: Ints,
    time_s: Floats,
    length_m: Floats,
    opened: Bools,
    bans: tuple[Ints, Ints],
    node_count: int,
    u_turn_s: float,
    pause: Callable[[], None] = lambda: None,
) -> StreetGraph:
    """The graph of edges from start to end; opened is by arc, bans are pairs of arcs (from, to).

    `pause` is called between parts that take some hundredths of a second for a city.
    """
    tail = np.column_stack([start, end]).ravel()
    head = np.column_stack([end, start]).ravel()
    arcs = np.flatnonzero(opened)
    out = arcs[np.argsort(tail[arcs], kind="stable")]
    out_first = np.searchsorted(tail[out], np.arange(node_count + 1)).astype(np.int64)
    pause()
    before, after = _turns(head, out, out_first, arcs, opened, bans)
    pause()
    plain = np.ones(node_count, dtype=bool)
    plain[head[bans[0]]] = False
    turn_first = np.searchsorted(before, np.arange(len(tail) + 1)).astype(np.int64)
    return StreetGraph(
        tail=tail,
        head=head,
        time_s=np.repeat(np.maximum(LEAST_S, time_s), 2),
        length_m=np.repeat(length_m, 2),
        open=opened,
        out_first=out_first,
        out=out,
        turn_first=turn_first,
        turn=after,
        plain=plain,
        u_turn_s=u_turn_s,
        within=_within(before, after, arcs, length_m),
    )


def _turns(
    head: Ints, out: Ints, out_first: Ints, arcs: Ints, opened: Bools, bans: tuple[Ints, Ints]
) -> tuple[Ints, Ints]:
    """Pairs of arcs of which the second may follow the first, ordered by the first."""
    count = len(head)
    degree = out_first[head[arcs] + 1] - out_first[head[arcs]]
    before = np.repeat(arcs, degree)
    starts = np.concatenate([[0], np.cumsum(degree)[:-1]]) if len(arcs) else np.zeros(0, dtype=np.int64)
    after = out[np.repeat(out_first[head[arcs]] - starts, degree) + np.arange(len(before))]
    banned = np.sort(bans[0] * count + bans[1])
    keep = ((before >> 1) != (after >> 1)) & ~_among(before * count + after, banned)
    before, after = before[keep], after[keep]
    # A dead end, or what closed streets and bans make one: the way leads back.
    leads_on = np.zeros(count, dtype=bool)
    leads_on[before] = True
    back = arcs[~leads_on[arcs]]
    back = back[opened[back ^ 1] & ~_among(back * count + (back ^ 1), banned)]
    before, after = np.concatenate([before, back]), np.concatenate([after, back ^ 1])
    order = np.argsort(before, kind="stable")
    return before[order], after[order]


def _among(values: Ints, ordered: Ints) -> Bools:
    """Which values are in an ordered array."""
    if not len(ordered):
        return np.zeros(len(values), dtype=bool)
    at = np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)
    return np.asarray(ordered[at] == values)


def _within(before: Ints, after: Ints, arcs: Ints, length_m: Floats) -> Bools:
    """Arcs of the part, strongly connected by permitted turns, that holds the most kilometres."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    count = 2 * len(length_m)
    links = coo_matrix((np.ones(len(before), dtype=np.int8), (before, after)), shape=(count, count)).tocsr()
    _, part = connected_components(links, directed=True, connection="strong")
    size = np.bincount(part, minlength=1)
    alone = size[part[arcs]] == 1  # an arc by itself leads nowhere and back
    inside = np.zeros(count, dtype=bool)
    if not np.all(alone):
        weight = np.bincount(part[arcs], weights=np.where(alone, 0.0, np.repeat(length_m, 2)[arcs]))
        inside[arcs] = part[arcs] == int(np.argmax(weight))
    return inside
