"""Compiled kernels of the statistics over zones. Imported on first use only."""

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
def exceedances(
    value: Floats, scale: Floats, starts: Ints, members: Ints, drawn: Ints, first: int, last: int
) -> tuple[Ints, Ints]:
    """For cells first to last: how many permutations give neighbours summing to at least, and at most, what is seen.

    The cell keeps its own value (conditional permutation, Anselin 1995, section 3); `drawn`: places among others. What
    comes to a cell counts by that cell's `scale` (ones for a plain sum).
    """
    above, below = np.zeros(last - first, dtype=np.int64), np.zeros(last - first, dtype=np.int64)
    for cell in range(first, last):
        count = starts[cell + 1] - starts[cell]
        seen = 0.0
        for k in range(starts[cell], starts[cell + 1]):
            seen += scale[members[k]] * value[members[k]]
        weight = scale[members[starts[cell] : starts[cell + 1]]]
        for row in range(drawn.shape[0]):
            total = 0.0
            for k in range(count):
                other = drawn[row, k]
                total += weight[k] * value[other + 1 if other >= cell else other]
            above[cell - first] += total >= seen
            below[cell - first] += total <= seen
    return above, below


@njit(cache=True, nogil=True)
def trend_scores(series: Floats) -> tuple[Ints, Ints, Floats]:
    """Mann-Kendall's score of each series [series, steps], the sum of t(t-1)(2t+5) over its ties, and Sen's slope."""
    count, steps = series.shape
    score, ties, slope = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64), np.zeros(count)
    slopes = np.empty(steps * (steps - 1) // 2)
    for row in range(count):
        one, pair = series[row], 0
        for i in range(steps):
            for j in range(i + 1, steps):
                rise = one[j] - one[i]
                score[row] += (rise > 0.0) - (rise < 0.0)
                slopes[pair] = rise / (j - i)
                pair += 1
        slope[row] = np.median(slopes)
        ties[row] = _ties(np.sort(one))
    return score, ties, slope


@njit(cache=True, nogil=True)
def _ties(ordered: Floats) -> int:
    """The sum of t(t-1)(2t+5) over runs of t equal values."""
    total, run = 0, 1
    for at in range(1, len(ordered) + 1):
        if at < len(ordered) and ordered[at] == ordered[at - 1]:
            run += 1
        else:
            total += run * (run - 1) * (2 * run + 5)
            run = 1
    return total
