"""Compiled kernel of the hotspot test: conditional permutations of a local sum. Imported on first use only."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@njit(cache=True)
def draw_without_replacement(uniform: Floats, population: int) -> Ints:
    """The first draws of as many random permutations of range(population) as `uniform` [permutations, draws] has rows.

    A partial Fisher-Yates shuffle for each row, undone afterwards.
    """
    drawn = np.empty(uniform.shape, dtype=np.int64)
    deck = np.arange(population)
    for row in range(uniform.shape[0]):
        for k in range(uniform.shape[1]):
            at = k + int(uniform[row, k] * (population - k))
            deck[k], deck[at] = deck[at], deck[k]
            drawn[row, k] = at
        for k in range(uniform.shape[1] - 1, -1, -1):
            at = drawn[row, k]
            drawn[row, k] = deck[k]
            deck[k], deck[at] = deck[at], deck[k]
    return drawn


@njit(cache=True, nogil=True)
def exceedances(value: Floats, starts: Ints, members: Ints, drawn: Ints, first: int, last: int) -> tuple[Ints, Ints]:
    """For cells first to last: how many permutations give neighbours summing to at least, and at most, what is seen.

    The cell keeps its own value (conditional permutation, Anselin 1995, section 3); `drawn`: places among others.
    """
    above, below = np.zeros(last - first, dtype=np.int64), np.zeros(last - first, dtype=np.int64)
    for cell in range(first, last):
        count = starts[cell + 1] - starts[cell]
        seen = 0.0
        for k in range(starts[cell], starts[cell + 1]):
            seen += value[members[k]]
        for row in range(drawn.shape[0]):
            total = 0.0
            for k in range(count):
                other = drawn[row, k]
                total += value[other + 1 if other >= cell else other]
            above[cell - first] += total >= seen
            below[cell - first] += total <= seen
    return above, below
