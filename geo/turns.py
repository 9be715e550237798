"""Turns that are forbidden where streets meet, from relations over whole ways to pairs of arcs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class TurnRestrictions:
    """One row a restriction: from a way over a node to a way; only: every other turn there is forbidden.

    vehicles is a mask of travel_profiles.VEHICLE_BIT. Ways and nodes are named as those of the lines.
    """

    from_way: Ints
    via_node: Ints
    to_way: Ints
    only: NDArray[np.bool_]
    vehicles: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Bans:
    """Pairs of arcs (see street_graph) of which the second may not follow the first, and the vehicles that obey."""

    before: Ints
    after: Ints
    vehicles: NDArray[np.uint8]
    unplaced: int  # restrictions whose ways do not meet at their node, or in more than one place

    def of(self, vehicle_bit: int) -> tuple[Ints, Ints]:
        """The pairs that a vehicle obeys."""
        obeyed = (self.vehicles & vehicle_bit) > 0
        return self.before[obeyed], self.after[obeyed]


def place_restrictions(
    restrictions: TurnRestrictions, way: Ints, start_id: Ints, end_id: Ints, opened: NDArray[np.bool_]
) -> Bans:
    """Restrictions as pairs of arcs. By edge: its way and the ids of its end nodes; opened is by arc.

    What an `only` leaves out is forbidden, the way back too. Where a way meets the node in several places or none, the
    restriction is counted as not placed.
    """
    tail = np.column_stack([start_id, end_id]).ravel()
    head = np.column_stack([end_id, start_id]).ravel()
    ways = np.repeat(way, 2)
    near = np.flatnonzero(opened & (np.isin(head, restrictions.via_node) | np.isin(tail, restrictions.via_node)))
    into: dict[tuple[int, int], list[int]] = {}
    out: dict[tuple[int, int], list[int]] = {}
    leaving: dict[int, list[int]] = {}
    for arc in near.tolist():
        into.setdefault((int(ways[arc]), int(head[arc])), []).append(arc)
        out.setdefault((int(ways[arc]), int(tail[arc])), []).append(arc)
        leaving.setdefault(int(tail[arc]), []).append(arc)
    forbidden: dict[tuple[int, int], int] = {}
    allowed: dict[tuple[int, int], set[int]] = {}
    unplaced = 0
    rows = (restrictions.from_way, restrictions.via_node, restrictions.to_way, restrictions.only, restrictions.vehicles)
    for a, via, b, only, vehicles in zip(*(row.tolist() for row in rows), strict=True):
        before, after = into.get((a, via), []), out.get((b, via), [])
        if len(before) != 1 or len(after) != 1:
            unplaced += 1
        elif only:
            allowed.setdefault((before[0], vehicles), set()).add(after[0])
        else:
            pair = (before[0], after[0])
            forbidden[pair] = forbidden.get(pair, 0) | vehicles
    for (arc, vehicles), after_only in allowed.items():
        for other in leaving[int(head[arc])]:
            if other not in after_only:
                forbidden[arc, other] = forbidden.get((arc, other), 0) | vehicles
    pairs = np.array(sorted(forbidden), dtype=np.int64).reshape(-1, 2)
    masks = np.array([forbidden[a, b] for a, b in pairs.tolist()], dtype=np.uint8)
    return Bans(pairs[:, 0].copy(), pairs[:, 1].copy(), masks, unplaced)


def no_bans() -> Bans:
    """Every turn is free."""
    none = np.zeros(0, dtype=np.int64)
    return Bans(none, none, np.zeros(0, dtype=np.uint8), 0)
