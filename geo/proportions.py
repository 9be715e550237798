"""Shares of counts with intervals that hold for few cases, and differences between shares: vectorised over groups."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def normal_quantile(confidence: float) -> float:
    """How many standard errors a two-sided interval reaches to either side. ValueError outside of 0 to 1."""
    if not 0.0 < confidence < 1.0:
        raise ValueError("confidence lies between 0 and 1")
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def wilson(some: ArrayLike, of: ArrayLike, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """The score interval of a share (Wilson 1927, JASA 22), elementwise; nan where `of` is 0."""
    k, n = np.asarray(some, dtype=np.float64), np.asarray(of, dtype=np.float64)
    z2 = normal_quantile(confidence) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = (k + z2 / 2) / (n + z2)
        half = np.sqrt(z2) / (n + z2) * np.sqrt(k * (n - k) / n + z2 / 4)
        known = n > 0
        low = np.where(k == 0, 0.0, middle - half)  # exactly, where rounding would leave a little
        high = np.where(k == n, 1.0, middle + half)
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """One share less another, elementwise, its interval and p of no difference; nan where one is of nothing."""

    value: Floats
    low: Floats
    high: Floats
    p: Floats


def newcombe(
    some: ArrayLike, of: ArrayLike, other: ArrayLike, other_of: ArrayLike, confidence: float = 0.95
) -> Difference:
    """The difference of two independent shares: hybrid score interval, method 10 of Newcombe (1998, Stat. Med. 17).

    p is of the two-sided score test with the pooled share. Where both shares are 0, or both 1, it is 1.
    """
    a, m, b, n = (np.asarray(each, dtype=np.float64) for each in (some, of, other, other_of))
    with np.errstate(divide="ignore", invalid="ignore"):
        first, second = a / m, b / n
        (low_1, high_1), (low_2, high_2) = wilson(a, m, confidence), wilson(b, n, confidence)
        value = first - second
        low = value - np.hypot(first - low_1, high_2 - second)
        high = value + np.hypot(high_1 - first, second - low_2)
        pooled = (a + b) / (m + n)
        error = np.sqrt(pooled * (1 - pooled) * (1 / m + 1 / n))
        z = np.where(error > 0, value / error, 0.0)
    return Difference(value, low, high, np.where(np.isnan(value), np.nan, two_sided_p(z)))


def two_sided_p(z: ArrayLike) -> Any:
    """How often pure chance is as far from 0 as a standard normal z, elementwise."""
    from scipy.special import ndtr

    return 2.0 * ndtr(-np.abs(np.asarray(z, dtype=np.float64)))


def funnel_limits(share: float, of: ArrayLike, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Within what a share of `of` cases lies, by chance alone, where the true one is `share` (Spiegelhalter 2005).

    The score test turned around: the limits of Stat. Med. 24, 1185 with the normal approximation, kept within 0 to 1.
    """
    n = np.asarray(of, dtype=np.float64)
    half = normal_quantile(confidence) * np.sqrt(share * (1 - share) / n)
    return np.maximum(share - half, 0.0), np.minimum(share + half, 1.0)
