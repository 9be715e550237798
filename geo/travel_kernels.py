"""Shortest paths in compiled code: Dijkstra over arcs, by time, carrying the length along.

The queue has steps of some tenths of a second: what comes later than the step under work lies in lists, unordered, and
only that step is a heap (buckets after Dial 1969, doi 10.1145/363269.363610, in two levels after Denardo and Fox 1979,
doi 10.1287/opre.27.1.161). The order is that of one heap, which would be a hundred times longer.

An arc's label is the time at which it is entered. Where nothing is banned a junction need not be left anew for each
arc that reaches it: the first opens every street but its own, the next one that of the first, the rest come too late.
And the second does so only where the way back could lead anywhere new: to a junction with bans, upstream on the way
that came first (its root), some of whose streets nobody entered yet. So a search over arcs costs about what one over
junctions does. Where a place is served from one direction alone, the way back matters everywhere.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

NOT_SEEN, DONE, FROM_NODE = -3, -2, -1
STEPS = 4096  # of the queue; they come round, so all of them are longer than any arc with its turn
LAST_STEP = STEPS - 1
LEAST_STEP_S = 0.5
NO_DOOR, AT_NODE, DIRECT = -1, 2, 3  # 0 and 1: by the arc along or against the edge; 3 and 4: without leaving it


@numba.njit(cache=True, nogil=True)
def _push(heap_cost: Any, heap_arc: Any, size: int, cost: float, arc: int) -> int:
    at = size
    while at > 0:
        parent = (at - 1) >> 1
        if heap_cost[parent] <= cost:
            break
        heap_cost[at], heap_arc[at] = heap_cost[parent], heap_arc[parent]
        at = parent
    heap_cost[at], heap_arc[at] = cost, arc
    return size + 1


@numba.njit(cache=True, nogil=True)
def _pop(heap_cost: Any, heap_arc: Any, size: int) -> int:
    """Take the least entry off; it must have been read at place 0 before."""
    size -= 1
    cost, arc = heap_cost[size], heap_arc[size]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and heap_cost[child + 1] < heap_cost[child]:
            child += 1
        if heap_cost[child] >= cost:
            break
        heap_cost[at], heap_arc[at] = heap_cost[child], heap_arc[child]
        at = child
    heap_cost[at], heap_arc[at] = cost, arc
    return size


@numba.njit(cache=True, nogil=True)
def _later(queue: Any, waiting: int, step: int, cost: float, arc: int) -> int:
    """Put an arc into the list of its step; the number of those that were ever put."""
    _, _, late_cost, late_arc, late_next, first = queue
    late_cost[waiting], late_arc[waiting] = cost, arc
    late_next[waiting] = first[step & LAST_STEP]
    first[step & LAST_STEP] = waiting
    return waiting + 1


@numba.njit(cache=True, nogil=True)
def _next_step(queue: Any, step: int) -> tuple[int, int]:
    """The next step in which something waits, made a heap, and how much; nothing where the search is through."""
    heap_cost, heap_arc, late_cost, late_arc, late_next, first = queue
    for ahead in range(1, STEPS):
        at = first[(step + ahead) & LAST_STEP]
        if at >= 0:
            first[(step + ahead) & LAST_STEP] = -1
            size = 0
            while at >= 0:
                size = _push(heap_cost, heap_arc, size, late_cost[at], late_arc[at])
                at = late_next[at]
            return step + ahead, size
    return step, 0


@numba.njit(cache=True, nogil=True)
def spread(graph: Any, labels: Any, queue: Any, seeds: Any, wanted: Any) -> None:
    """Fill the labels of arcs and nodes from the doors of one place, until nothing wanted can be reached sooner.

    graph: tail, head, time_s, length_m, node_first, arc_first, follow (arcs that leave a node, arcs that may follow an
    arc), plain, u_turn_s, step_s (see steps_of). labels: by arc entry, entry_m, came_by, settled; by node time, metres,
    came_by, opener, root, left; and the arcs that have a label, with their number: see forget. queue: the heap of the
    step under work (times, arcs), what waits for later ones (times, arcs, the next of the same step), and the first
    that waits by step. seeds: arc (-1: at the node), node, seconds, metres; seed i is known as arc count + i. wanted:
    by arc and by node a group (-1: none) of which one must be met, room to mark those met, and whether direction
    matters at places; it changes when the search ends, never a label.
    Dijkstra 1959, with lazy deletion.
    """
    tail, head, time_s, length_m, node_first, arc_first, follow, plain, u_turn_s, step_s = graph
    entry, entry_m, came_by, settled, node_time, node_m, node_by, opener, root, left, touched, touches = labels
    seed_arc, seed_node, seed_s, seed_m = seeds
    arc_group, node_group, met, every = wanted
    heap_cost, heap_arc, first_late = queue[0], queue[1], queue[5]
    first_late[:] = -1
    count = len(head)
    met[:] = False
    missing, limit = len(met), -np.inf  # what is met is reached by the limit at the latest
    if len(seed_arc) == 2 and not every and arc_group[seed_arc[0]] >= 0:  # without leaving the street, either way
        met[arc_group[seed_arc[0]]] = True
        missing, limit = missing - 1, time_s[seed_arc[0]]
    size, labelled, waiting, step = 0, 0, 0, -1
    for i in range(len(seed_arc)):
        waiting = _later(queue, waiting, int(seed_s[i] / step_s), seed_s[i], count + i)
        node_time[seed_node[i]] = min(node_time[seed_node[i]], seed_s[i])
        root[seed_node[i]] = -1
    while True:
        if size == 0:
            step, size = _next_step(queue, step)
            if size == 0:
                break
        time, at = heap_cost[0], heap_arc[0]
        if missing == 0 and time > limit:
            break
        size = _pop(heap_cost, heap_arc, size)
        if at >= count:
            arc, node, metres = seed_arc[at - count], seed_node[at - count], seed_m[at - count]
        else:
            if settled[at]:
                continue
            settled[at] = True
            if not plain[tail[at]]:
                left[tail[at]] -= 1
            arc, node, metres = at, head[at], entry_m[at] + length_m[at]
        edge = arc >> 1 if arc >= 0 else FROM_NODE
        first = opener[node] == NOT_SEEN
        if first:
            node_time[node], node_m[node], node_by[node] = time, metres, at
            if node_group[node] >= 0:
                missing, limit = missing - 1, max(limit, time)
            left[node] = node_first[node + 1] - node_first[node]
            root[node] = -1
            if at < count:
                root[node] = root[tail[at]] if plain[tail[at]] else tail[at]
        back, easy = opener[node], plain[node]
        again = easy and not first and arc >= 0  # a second arc: it opens the street of the first, where that is of use
        if again:
            if back == edge:
                continue
            opener[node] = DONE
            if back < 0 or not (every or (root[node] >= 0 and left[root[node]] > 0)):
                continue
        elif arc < 0:
            opener[node] = DONE
        elif first:
            opener[node] = edge
        by_node = again or arc < 0
        begin, end = (node_first[node], node_first[node + 1]) if by_node else (arc_first[arc], arc_first[arc + 1])
        for i in range(begin, end):
            other = follow[i]
            if again and other >> 1 != back:
                continue
            # Where the way back is a turn at all, the street ends.
            wait = u_turn_s if not again and other >> 1 == edge else 0.0
            if settled[other] or time + wait >= entry[other]:
                continue
            if entry[other] == np.inf:
                touched[labelled] = other
                labelled += 1
                group = arc_group[other]
                if group >= 0 and not met[group]:
                    met[group] = True
                    missing, limit = missing - 1, max(limit, time + wait + time_s[other])
            entry[other], entry_m[other], came_by[other] = time + wait, metres, at
            ahead = head[other]
            there, over = time + wait + time_s[other], False
            if not plain[ahead]:
                over = wait == 0.0 and opener[ahead] != NOT_SEEN and left[ahead] == 0
            elif there < node_time[ahead]:  # the first so far: if one more comes before it, this is the second
                node_time[ahead], root[ahead] = there, root[node] if easy else node
            elif opener[ahead] == DONE or not every:
                over = wait == 0.0 and (opener[ahead] == DONE or root[ahead] < 0 or left[root[ahead]] == 0)
            if over:  # one more arrival there could open nothing new
                settled[other] = True
                if not easy:
                    left[node] -= 1
            elif int(there / step_s) == step:
                size = _push(heap_cost, heap_arc, size, there, other)
            else:
                waiting = _later(queue, waiting, int(there / step_s), there, other)
    touches[0] = labelled


@numba.njit(cache=True, nogil=True)
def forget(graph: Any, labels: Any, seeds: Any) -> None:
    """Make the labels of one search fit for the next; what no search reached is left alone."""
    tail, head = graph[0], graph[1]
    entry, settled, node_time, opener, touched, touches = (
        labels[0], labels[3], labels[4], labels[7], labels[10], labels[11],
    )  # fmt: skip
    for i in range(touches[0]):
        arc = touched[i]
        entry[arc], settled[arc] = np.inf, False
        for node in (tail[arc], head[arc]):
            node_time[node], opener[node] = np.inf, NOT_SEEN
    for node in seeds[1]:
        node_time[node], opener[node] = np.inf, NOT_SEEN


@numba.njit(cache=True, nogil=True)
def gather(graph: Any, labels: Any, places: Any, start: int, targets: Any, found: Any) -> None:
    """Seconds, metres and the door by which each target is reached soonest; infinity and NO_DOOR where it is not.

    places: edge, share of it before the place, node (-1: none), by direction whether one may drive away, and up to it.
    """
    time_s, length_m = graph[2], graph[3]
    entry, entry_m, node_time, node_m = labels[0], labels[1], labels[4], labels[5]
    edge, share, node, leaves, serves = places
    seconds, metres, door = found
    for i in range(len(targets)):
        end = targets[i]
        best_s, best_m, best = np.inf, np.inf, NO_DOOR
        if edge[end] >= 0 and node[end] >= 0:
            if node_time[node[end]] < best_s:
                best_s, best_m, best = node_time[node[end]], node_m[node[end]], AT_NODE
        elif edge[end] >= 0:
            for d in range(2):
                if not serves[end, d]:
                    continue
                arc = 2 * edge[end] + d
                before = share[end] if d == 0 else 1.0 - share[end]
                up_to = entry[arc] + before * time_s[arc]
                if up_to < best_s:
                    best_s, best_m, best = up_to, entry_m[arc] + before * length_m[arc], d
                if edge[start] == edge[end] and node[start] < 0 and leaves[start, d]:
                    ahead = before - (share[start] if d == 0 else 1.0 - share[start])
                    if ahead >= 0.0 and ahead * time_s[arc] < best_s:
                        best_s, best_m, best = ahead * time_s[arc], ahead * length_m[arc], DIRECT + d
        seconds[i], metres[i], door[i] = best_s, best_m, best


@numba.njit(cache=True, nogil=True)
def seeds_of(graph: Any, places: Any, place: int) -> tuple[Any, Any, Any, Any]:
    """The ways out of a place: arc (-1: at the node), the node they lead to, seconds and metres to it."""
    head, time_s, length_m = graph[1], graph[2], graph[3]
    edge, share, node, leaves, _ = places
    arc, at = np.empty(2, np.int64), np.empty(2, np.int64)
    seconds, metres = np.zeros(2), np.zeros(2)
    count = 0
    if node[place] >= 0:
        arc[0], at[0], count = -1, node[place], 1
    else:
        for d in range(2):
            if leaves[place, d]:
                arc[count] = 2 * edge[place] + d
                rest = 1.0 - share[place] if d == 0 else share[place]
                at[count], seconds[count] = head[arc[count]], rest * time_s[arc[count]]
                metres[count] = rest * length_m[arc[count]]
                count += 1
    return arc[:count], at[:count], seconds[:count], metres[:count]


@numba.njit(cache=True, nogil=True)
def fresh(graph: Any) -> tuple[Any, Any]:
    """Labels and a queue for a graph, to be used again and again."""
    arcs, nodes = len(graph[1]), len(graph[4]) - 1
    labels = (
        np.full(arcs, np.inf), np.empty(arcs), np.empty(arcs, np.int32), np.zeros(arcs, np.bool_),
        np.full(nodes, np.inf), np.empty(nodes), np.empty(nodes, np.int32), np.full(nodes, NOT_SEEN, np.int32),
        np.empty(nodes, np.int32), np.empty(nodes, np.int32), np.empty(arcs, np.int32), np.zeros(1, np.int64),
    )  # fmt: skip
    room = 3 * len(graph[6]) + 8  # pushes: each turn, and arcs that leave a node by a second arc and by seeds
    heap = np.empty(room), np.empty(room, np.int32)
    late = np.empty(room), np.empty(room, np.int32), np.empty(room, np.int32)
    return labels, (*heap, *late, np.empty(STEPS, np.int32))


@numba.njit(cache=True, nogil=True)
def fill_rows(
    graph: Any, places: Any, wanted: Any, ends: Any, found: Any, labels: Any, queue: Any, hand: int, hands: int
) -> None:
    """Every so manieth row for its source, one column for each target; infinity stays where none leads.

    labels and queue are of `fresh`, one of each for every hand: so many may work at once, each in its own thread.
    """
    sources, targets = ends
    duration_s, distance_m = found
    arc_group, node_group, met, every = wanted
    mine = (arc_group, node_group, met.copy(), every)
    door = np.empty(len(targets), np.int64)
    for row in range(hand, len(sources), hands):
        if places[0][sources[row]] >= 0:
            seeds = seeds_of(graph, places, sources[row])
            spread(graph, labels, queue, seeds, mine)
            gather(graph, labels, places, sources[row], targets, (duration_s[row], distance_m[row], door))
            forget(graph, labels, seeds)


def steps_of(time_s: Any, u_turn_s: float) -> float:
    """Seconds of a step of the queue, so that no arc with its turn is longer than all of them together."""
    longest_s = float(np.max(time_s)) if len(time_s) else 0.0
    return max(LEAST_STEP_S, (longest_s + u_turn_s) / (STEPS - 2))


def cores() -> int:
    """Cores that this process may use."""
    return int(numba.config.NUMBA_NUM_THREADS)  # type: ignore[attr-defined]  # set by name when numba is loaded
