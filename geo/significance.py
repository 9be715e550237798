"""P-values of sums over neighbourhoods, and the false discovery rate over all of them.

A sum over a few cells of counts is skew, and the normal distribution then calls far too much hot: at two requests a
cell a fifth of purely random cities get a hotspot at a false discovery rate of 5 %. `tail_p` therefore uses the Pearson
type III distribution with the skewness that the sum has when all cells are shuffled, which is known exactly (sampling
without replacement: Sukhatme 1944; the same use in permutation tests: Mielke and Berry 2007, chapter 2).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

LEVELS = (0.01, 0.05, 0.10)  # of q, strictest first
SIGNIFICANT = 0.05
NOT_SIGNIFICANT = "not significant"
NOT_TESTED = "not tested"  # nothing is expected there, and so nothing can be more or less
_HARDLY_SKEW = 1e-4


def to_all(part: NDArray[Any], keep: Bools, nothing: float = np.nan) -> NDArray[Any]:
    """Values of the zones that were kept, [kept], back among all, [zones]; `nothing` for those that were left out."""
    whole = np.full(len(keep), nothing, dtype=part.dtype)
    whole[keep] = part
    return whole


def two_sided(z: Floats) -> Floats:
    """Two-sided p-values of standard normal scores."""
    from scipy.special import ndtr

    return np.asarray(2.0 * ndtr(-np.abs(z)))


def tail_p(z: Floats, skewness: Floats) -> Floats:
    """Twice the smaller tail of a Pearson type III distribution at standard scores z; normal where hardly skew."""
    from scipy.special import gammainc, gammaincc

    skew = np.broadcast_to(np.asarray(skewness, dtype=np.float64), z.shape)
    plain = np.abs(skew) < _HARDLY_SKEW
    shape = 4.0 / np.where(plain, 1.0, skew) ** 2
    at = np.maximum(shape + np.sign(skew) * z * np.sqrt(shape), 0.0)
    p = np.minimum(1.0, 2.0 * np.minimum(gammainc(shape, at), gammaincc(shape, at)))
    told: Floats = np.where(plain, two_sided(z), p)
    return told


def sum_skewness(value: Floats, size: Floats, *, without_own: bool = False) -> Floats:
    """Skewness of the sum of `size` values drawn without replacement from all, or from all but the cell's own.

    With population moments m2 and m3, a sum of k of n has variance k(n-k) / (n-1) m2 and third moment
    k(n-k)(n-2k) / ((n-1)(n-2)) m3 (Sukhatme 1944). 0 where the sum cannot vary.
    """
    off = value - value.mean()
    n = float(len(value) - int(without_own))
    own = off if without_own else np.zeros(1)
    first, second, third = (((off**power).sum() - own**power) / n for power in (1, 2, 3))
    m2, m3 = second - first**2, third - 3.0 * first * second + 2.0 * first**3
    spread = size * (n - size) / (n - 1.0) * m2
    varies = spread > 0.0
    moment = size * (n - size) * (n - 2.0 * size) / ((n - 1.0) * max(n - 2.0, 1.0)) * m3
    skewness: Floats = np.where(varies, moment / np.where(varies, spread, 1.0) ** 1.5, 0.0)
    return skewness


def false_discovery(p: Floats) -> Floats:
    """q-values: the false discovery rate at which each p-value is just significant (Benjamini and Hochberg 1995).

    What was not tested (nan) stays out of the count and stays nan.
    """
    known = np.flatnonzero(~np.isnan(p))
    n = len(known)
    order = known[np.argsort(p[known], kind="stable")]
    q = np.full(len(p), np.nan)
    q[order] = np.minimum.accumulate((p[order] * n / np.arange(1, n + 1))[::-1])[::-1]
    return np.asarray(np.minimum(q, 1.0))


def classify(z: Floats, q: Floats, p_sim: Floats) -> Ints:
    """3, 2, 1 for hot at q of .01, .05, .10, negative for cold, 0 otherwise; shuffles, where made, must bear it out."""
    level = np.zeros(len(z), dtype=np.int64)
    for strength, limit in zip((1, 2, 3), reversed(LEVELS), strict=True):
        level[(q <= limit) & (np.isnan(p_sim) | (p_sim <= limit))] = strength
    return np.asarray(level * np.nan_to_num(np.sign(z)).astype(np.int64))


def class_name(level: int) -> str:
    """A class in words: "hot q<=0.01" and so on, or "not significant"."""
    if level == 0:
        return NOT_SIGNIFICANT
    return f"{'hot' if level > 0 else 'cold'} q<={LEVELS[3 - abs(level)]:.2f}"
