"""Compiled kernels of the duplicate search: near pairs from a grid, and average linkage over sparse scores."""

from __future__ import annotations

import heapq
import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Ints32 = NDArray[np.int32]

SAMPLE = 64

# Reports are ordered by cell, service, time. A block is one service in one cell: reports starts[b] to starts[b + 1].
# `ahead` [blocks, 2, 2] are runs of blocks: the rest of the cell and its right neighbour, and the row of cells above;
# so every pair of neighbouring blocks is met once.


@njit(cache=True)
def backgrounds(
    x: Floats,
    y: Floats,
    t: Floats,
    service: Ints32,
    starts: Ints32,
    ahead: Ints32,
    reach: Floats,
    scatter_m: float,
    only_before: bool = False,
) -> Floats:
    """Other reports of the same service at a report's place but not about its time, weighted by nearness; [reports].

    `reach`: radius in metres, window in seconds; `only_before`: none that came later counts. The weight falls off as
    two reports of one thing scatter. Of a block with very many reports only some, evenly spread in time, stand for all.
    """
    found, asked = np.zeros(len(x)), np.ones(0, dtype=np.bool_)  # about all
    for block in range(len(starts) - 1):
        for run in range(2):
            for other in range(ahead[block, run, 0], ahead[block, run, 1]):
                if service[block] != service[other]:
                    continue
                few = max(starts[block + 1] - starts[block], starts[other + 1] - starts[other]) < 2 * SAMPLE
                if few and not only_before:
                    _add_both_ways(found, x, y, t, starts, block, other, reach, scatter_m)
                else:
                    _add_background(found, x, y, t, starts, block, other, reach, scatter_m, only_before, asked)
                    if block != other:
                        _add_background(found, x, y, t, starts, other, block, reach, scatter_m, only_before, asked)
    return found


@njit(cache=True)
def backgrounds_of(
    asked: NDArray[np.bool_],
    x: Floats,
    y: Floats,
    t: Floats,
    service: Ints32,
    starts: Ints32,
    ahead: Ints32,
    reach: Floats,
    scatter_m: float,
    only_before: bool,
) -> Floats:
    """The same of the reports that are `asked` about alone; 0 for the others, which count for these all the same."""
    found, some = np.zeros(len(x)), np.zeros(len(starts) - 1, dtype=np.bool_)
    for block in range(len(some)):
        for i in range(starts[block], starts[block + 1]):
            some[block] |= asked[i]
    for block in range(len(some)):
        for run in range(2):
            for other in range(ahead[block, run, 0], ahead[block, run, 1]):
                if service[block] != service[other]:
                    continue
                if some[block]:
                    _add_background(found, x, y, t, starts, block, other, reach, scatter_m, only_before, asked)
                if some[other] and block != other:
                    _add_background(found, x, y, t, starts, other, block, reach, scatter_m, only_before, asked)
    return found


@njit(cache=True)
def _add_both_ways(
    found: Floats, x: Floats, y: Floats, t: Floats, starts: Ints32, block: int, other: int, reach: Floats,
    scatter_m: float,
) -> None:  # fmt: skip
    """What reports of two blocks without very many add to the backgrounds of each other, each pair met once."""
    radius2, window_s, falloff = reach[0] ** 2, reach[1], 1.0 / (4.0 * scatter_m * scatter_m)
    for i in range(starts[block], starts[block + 1]):
        total = 0.0
        for j in range(i + 1 if other == block else starts[other], starts[other + 1]):
            squared = (x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2
            if squared <= radius2 and abs(t[i] - t[j]) > window_s:
                weight = math.exp(-squared * falloff)
                total += weight
                found[j] += weight
        found[i] += total


@njit(cache=True)
def _add_background(
    found: Floats,
    x: Floats,
    y: Floats,
    t: Floats,
    starts: Ints32,
    block: int,
    other: int,
    reach: Floats,
    scatter_m: float,
    only_before: bool,
    asked: NDArray[np.bool_],
) -> None:
    """What the reports of `other` add to the background of those of `block` that are asked about; none named is all."""
    radius2, window_s, falloff = reach[0] ** 2, reach[1], 1.0 / (4.0 * scatter_m * scatter_m)
    stride = max(1, (starts[other + 1] - starts[other]) // SAMPLE)
    for i in range(starts[block], starts[block + 1]):
        if len(asked) and not asked[i]:
            continue
        total = 0.0
        for j in range(starts[other] + i % stride, starts[other + 1], stride):
            squared = (x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2
            if squared <= radius2 and (t[i] - t[j] if only_before else abs(t[i] - t[j])) > window_s:
                total += math.exp(-squared * falloff)
        found[i] += stride * total


@njit(cache=True)
def near_pairs(
    x: Floats,
    y: Floats,
    t: Floats,
    service: Ints32,
    starts: Ints32,
    ahead: Ints32,
    reach: Floats,
    affinity: Floats,
    one_in: int = 1,
) -> tuple[Ints32, Ints32]:
    """All pairs within the radius and the window whose services go together: the earlier reports, the later ones.

    With `one_in` only those of some of the blocks, spread over all, so that about one pair in so many is found.
    """
    radius2, window_s = reach[0] ** 2, reach[1]
    earlier, later = np.empty(1024, dtype=np.int32), np.empty(1024, dtype=np.int32)
    count = 0
    for block in range(len(starts) - 1):
        if one_in > 1 and (block * 2654435761 >> 15) % one_in:  # Knuth's multiplicative hash
            continue
        for run in range(2):
            for other in range(ahead[block, run, 0], ahead[block, run, 1]):
                if affinity[service[block], service[other]] <= 0.0:
                    continue
                begin = starts[other]
                for i in range(starts[block], starts[block + 1]):
                    while begin < starts[other + 1] and t[begin] < t[i] - window_s:
                        begin += 1
                    for j in range(max(begin, i + 1) if other == block else begin, starts[other + 1]):
                        if t[j] > t[i] + window_s:
                            break
                        if (x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2 > radius2:
                            continue
                        if count == len(earlier):
                            earlier = np.concatenate((earlier, np.empty_like(earlier)))
                            later = np.concatenate((later, np.empty_like(later)))
                        swap = t[j] < t[i]
                        earlier[count] = j if swap else i
                        later[count] = i if swap else j
                        count += 1
    return earlier[:count].copy(), later[:count].copy()


@njit(cache=True)
def near_point(
    at: Floats,
    own: int,
    keys: Ints,
    cell_blocks: Ints32,
    corner: Ints,
    x: Floats,
    y: Floats,
    t: Floats,
    service: Ints32,
    starts: Ints32,
    reach: Floats,
    scatter_m: float,
    affinity: Floats,
) -> tuple[Ints, float, float]:
    """Reports that a new one may repeat, the background of its place, and that of before it alone.

    `at`: x, y, t; `own`: its service or -1. `corner` is the key of its cell and the number of keys in a row of cells.
    """
    radius2, window_s, falloff = reach[0] ** 2, reach[1], 1.0 / (4.0 * scatter_m * scatter_m)
    found = np.empty(16, dtype=np.int64)
    count, background, before = 0, 0.0, 0.0
    for row in range(-1, 2):
        wanted = corner[0] + row * corner[1] - 1
        low, high = 0, len(keys)
        while low < high:
            middle = (low + high) // 2
            if keys[middle] < wanted:
                low = middle + 1
            else:
                high = middle
        while low < len(keys) and keys[low] <= wanted + 2:
            for block in range(cell_blocks[low], cell_blocks[low + 1]):
                same = service[block] == own
                if not same and (own < 0 or affinity[own, service[block]] <= 0.0):
                    continue
                for i in range(starts[block], starts[block + 1]):
                    squared = (x[i] - at[0]) ** 2 + (y[i] - at[1]) ** 2
                    if squared > radius2:
                        continue
                    if abs(t[i] - at[2]) > window_s:
                        weight = math.exp(-squared * falloff) if same else 0.0
                        background += weight
                        before += weight if t[i] < at[2] else 0.0
                        continue
                    if count == len(found):
                        found = np.concatenate((found, np.empty_like(found)))
                    found[count] = i
                    count += 1
            low += 1
    return found[:count].copy(), background, before


@njit(cache=True)
def average_link(
    u: Ints, v: Ints, weight: Floats, box: Floats, size: Ints, threshold: float, extent_m: float, span_s: float
) -> Ints:
    """Cluster label of each node by average linkage over sparse scores; a pair without an edge scores nothing.

    `box` [nodes, 6] is each node's own extent (x, y, t low, then high), `size` [nodes] how many reports it stands for.
    Two clusters merge, best average first, while the average score between their members is at least `threshold` and
    all members stay within `extent_m` of each other (diagonal of their box) and `span_s`; nodes that are wider from
    the start may take in what is within their own bounds. Equal averages merge in order of the nodes. An edge is met
    once, and a weight of minus infinity keeps two apart. All but the bounds are spent.
    """
    nodes = len(box)
    u, v, weight = _within_reach(u, v, weight, nodes, threshold)
    edges = len(u)
    first, following, degree = _edge_lists(u, v, nodes)
    version, dead = np.zeros(edges, dtype=np.int64), np.zeros(edges, dtype=np.bool_)
    label, mark = np.arange(nodes), np.full(nodes, -1)
    order, begins = _by_component(u, v, nodes)
    for part in range(len(begins) - 1):
        heap = [(0.0, 0, 0, 0, 0) for _ in range(0)]  # a small heap for each component is quicker than one for all
        for k in range(begins[part], begins[part + 1]):
            e = order[k]
            if weight[e] >= threshold:
                heap.append((-weight[e], min(u[e], v[e]), max(u[e], v[e]), e, 0))
        heapq.heapify(heap)
        while len(heap):
            _, keep, gone, e, at_version = heapq.heappop(heap)
            # A merge that breaks the bounds is let go; where either grows by another merge, their edge comes anew.
            if dead[e] or version[e] != at_version or not _join_boxes(box, keep, gone, extent_m, span_s):
                continue
            if degree[gone] > degree[keep]:
                keep, gone = gone, keep
                box[keep] = box[gone]
            size[keep] += size[gone]
            label[gone] = keep
            _adopt_edges(keep, gone, u, v, weight, dead, first, following, degree, mark)
            half, before = first[keep], -1
            while half >= 0:
                onward, edge = following[half], half >> 1
                if dead[edge]:
                    if before < 0:
                        first[keep] = onward
                    else:
                        following[before] = onward
                    degree[keep] -= 1
                else:
                    before = half
                    other = u[edge] + v[edge] - keep
                    version[edge] += 1
                    average = weight[edge] / (size[keep] * size[other])
                    if average >= threshold:
                        heapq.heappush(heap, (-average, min(keep, other), max(keep, other), edge, version[edge]))
                half = onward
    for node in range(nodes):
        root = node
        while label[root] != root:
            root = label[root]
        label[node] = root
    return label


@njit(cache=True)
def _within_reach(u: Ints, v: Ints, weight: Floats, nodes: int, threshold: float) -> tuple[Ints, Ints, Floats]:
    """The edges between nodes that edges of `threshold` connect: no average reaches it over weaker ones alone."""
    strong = weight >= threshold
    root = _roots(u[strong], v[strong], nodes)
    kept = root[u] == root[v]
    return u[kept], v[kept], weight[kept]


@njit(cache=True)
def _roots(u: Ints, v: Ints, nodes: int) -> Ints:
    """For each node the first one of its component of the graph."""
    root = np.arange(nodes)
    for e in range(len(u)):
        one, other = u[e], v[e]
        while root[one] != one:
            root[one] = root[root[one]]
            one = root[one]
        while root[other] != other:
            root[other] = root[root[other]]
            other = root[other]
        root[max(one, other)] = min(one, other)
    for node in range(nodes):  # a root stands before all that lead to it
        root[node] = root[root[node]]
    return root


@njit(cache=True)
def _by_component(u: Ints, v: Ints, nodes: int) -> tuple[Ints, Ints]:
    """Edges by the component of the graph that they are in, each component's in their order, and where each begins."""
    root = _roots(u, v, nodes)
    place, count = np.full(nodes, -1), 0
    part = np.empty(len(u), dtype=np.int64)
    for e in range(len(u)):
        node = root[u[e]]
        if place[node] < 0:
            place[node] = count
            count += 1
        part[e] = place[node]
    begins = np.zeros(count + 1, dtype=np.int64)
    for e in range(len(u)):
        begins[part[e] + 1] += 1
    begins = np.cumsum(begins)
    order, at = np.empty(len(u), dtype=np.int64), begins[:-1].copy()
    for e in range(len(u)):
        order[at[part[e]]] = e
        at[part[e]] += 1
    return order, begins


@njit(cache=True)
def _edge_lists(u: Ints, v: Ints, nodes: int) -> tuple[Ints, Ints, Ints]:
    """Each node's edges as a linked list of half edges (2 e at u, 2 e + 1 at v): first, following, and how many."""
    first, following, degree = np.full(nodes, -1), np.empty(2 * len(u), dtype=np.int64), np.zeros(nodes, dtype=np.int64)
    for e in range(len(u)):
        for half, node in ((2 * e, u[e]), (2 * e + 1, v[e])):
            following[half] = first[node]
            first[node] = half
            degree[node] += 1
    return first, following, degree


@njit(cache=True)
def _extent(box: Floats) -> tuple[float, float]:
    """Diagonal in metres and length in seconds of one box."""
    return math.hypot(box[3] - box[0], box[4] - box[1]), box[5] - box[2]


@njit(cache=True)
def _join_boxes(box: Floats, keep: int, gone: int, extent_m: float, span_s: float) -> bool:
    """Widen the box of `keep` by that of `gone`, unless together they break the bounds and those that either has."""
    joint = np.empty(6)
    for k in range(3):
        joint[k] = min(box[keep, k], box[gone, k])
        joint[k + 3] = max(box[keep, k + 3], box[gone, k + 3])
    wide, long = _extent(joint)
    if wide > extent_m or long > span_s:
        wide_one, long_one = _extent(box[keep])
        wide_other, long_other = _extent(box[gone])
        if wide > max(extent_m, wide_one, wide_other) or long > max(span_s, long_one, long_other):
            return False
    box[keep] = joint
    return True


@njit(cache=True)
def _adopt_edges(
    keep: int,
    gone: int,
    u: Ints,
    v: Ints,
    weight: Floats,
    dead: NDArray[np.bool_],
    first: Ints,
    following: Ints,
    degree: Ints,
    mark: Ints,
) -> None:
    """Give the edges of `gone` to `keep`, adding the weights of edges that lead to the same cluster."""
    half = first[keep]
    while half >= 0:
        if not dead[half >> 1]:
            mark[u[half >> 1] + v[half >> 1] - keep] = half >> 1
        half = following[half]
    half = first[gone]
    while half >= 0:
        onward, edge = following[half], half >> 1
        other = u[edge] + v[edge] - gone
        if not dead[edge] and other != keep and mark[other] < 0:
            if half & 1:
                v[edge] = keep
            else:
                u[edge] = keep
            following[half] = first[keep]
            first[keep] = half
            degree[keep] += 1
        elif not dead[edge]:
            if other != keep:
                weight[mark[other]] += weight[edge]
            dead[edge] = True
        half = onward
    half = first[keep]
    while half >= 0:
        mark[u[half >> 1] + v[half >> 1] - keep] = -1
        half = following[half]
    mark[gone] = -1
