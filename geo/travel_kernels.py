"""Shortest paths in compiled code: Dijkstra with a binary heap, by time, carrying the length along."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np


@numba.njit(cache=True, nogil=True)
def _push(heap_cost: Any, heap_node: Any, size: int, cost: float, node: int) -> int:
    at = size
    while at > 0:
        parent = (at - 1) >> 1
        if heap_cost[parent] <= cost:
            break
        heap_cost[at], heap_node[at] = heap_cost[parent], heap_node[parent]
        at = parent
    heap_cost[at], heap_node[at] = cost, node
    return size + 1


@numba.njit(cache=True, nogil=True)
def _pop(heap_cost: Any, heap_node: Any, size: int) -> int:
    """Take the least entry off; it must have been read at place 0 before."""
    size -= 1
    cost, node = heap_cost[size], heap_node[size]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and heap_cost[child + 1] < heap_cost[child]:
            child += 1
        if heap_cost[child] >= cost:
            break
        heap_cost[at], heap_node[at] = heap_cost[child], heap_node[child]
        at = child
    heap_cost[at], heap_node[at] = cost, node
    return size


@numba.njit(cache=True, nogil=True)
def spread(
    first: Any,
    head: Any,
    time_s: Any,
    length_m: Any,
    seeds: Any,
    seed_time_s: Any,
    seed_length_m: Any,
    wanted: Any,
    wanted_count: int,
    time: Any,
    length: Any,
    came_by: Any,
) -> None:
    """Fill time, length and the arc each node was reached by, from some seeds, until all wanted nodes are settled.

    Dijkstra 1959, with lazy deletion. Arrays are by node and are overwritten; nodes not reached keep infinity.
    """
    time[:] = np.inf
    length[:] = np.inf
    came_by[:] = -1
    heap_cost = np.empty(len(head) + len(seeds) + 1)
    heap_node = np.empty(len(head) + len(seeds) + 1, np.int64)
    settled = np.zeros(len(time), np.bool_)
    size = 0
    for i in range(len(seeds)):
        if seed_time_s[i] < time[seeds[i]]:
            time[seeds[i]] = seed_time_s[i]
            length[seeds[i]] = seed_length_m[i]
            size = _push(heap_cost, heap_node, size, seed_time_s[i], seeds[i])
    left = wanted_count
    while size > 0 and left > 0:
        node = heap_node[0]
        size = _pop(heap_cost, heap_node, size)
        if settled[node]:
            continue
        settled[node] = True
        if wanted[node]:
            left -= 1
        for arc in range(first[node], first[node + 1]):
            reached = time[node] + time_s[arc]
            if reached < time[head[arc]]:
                time[head[arc]] = reached
                length[head[arc]] = length[node] + length_m[arc]
                came_by[head[arc]] = arc
                size = _push(heap_cost, heap_node, size, reached, head[arc])
