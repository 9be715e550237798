"""Getis-Ord Gi*: does a cell with its neighbours hold more than chance explains; binary weights.

Getis and Ord 1992; Ord and Getis 1995, equation 14. Of the two published values of Getis and Ord's example, 1.45078
divides the variance of the values by n and 1.447943 by n-1; here n is the default. `excess` holds counts against what
is expected at each cell's exposure instead of against one mean for all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.errors import GeoError
from geo.neighbours import neighbour_sums
from geo.significance import sum_skewness, tail_p, two_sided

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_CELLS_A_BREATH = 2_000
_FEWEST_FOR_DISPERSION = 30
_BY_CHANCE = 1.0 + 1e-9  # a dispersion of chance alone


def gi_star(value: Floats, starts: Ints, members: Ints, *, variance: str = "n", include_self: bool = True) -> Floats:
    """Standardised Gi* of each cell for binary weights; neighbours as starts [cells + 1] and members, self left out.

    "n-1" as variance gives the other published form. With `include_self` False it is Gi, whose mean and variance leave
    the cell out (Ord and Getis 1995, equation 6). Cells whose sum cannot vary (all cells are neighbours) get 0.
    GeoError for constant values.
    """
    n, size = len(value), np.diff(starts).astype(np.float64)
    local = neighbour_sums(value, starts, members)
    if include_self:
        local, size = local + value, size + 1.0
        mean = np.full(n, value.mean())
        spread2 = np.full(n, value.var(ddof=0 if variance == "n" else 1))
        others = float(n)
    else:
        others = float(n - 1)
        mean = (value.sum() - value) / others
        spread2 = ((value**2).sum() - value**2) / others - mean**2
        if variance != "n":
            spread2 *= others / (others - 1.0)
    if not (spread2 > 0.0).all():
        raise GeoError("All cells hold the same count; there is nothing to compare.")
    scale2 = spread2 * (others * size - size**2) / (others - 1.0)
    varies = scale2 > 0.0
    return np.asarray(np.where(varies, (local - mean * size) / np.sqrt(np.where(varies, scale2, 1.0)), 0.0))


def gi_tail_p(z: Floats, value: Floats, starts: Ints, *, include_self: bool = True) -> Floats:
    """Two-sided p-values of `gi_star` that allow for the skewness of the sums, never below normal ones.

    Where a few hot cells make the sums skew, the lower tail ends so early that ordinary cells next to the city's border
    would all be cold; there the normal distribution is the more careful one.
    """
    size = np.diff(starts) + float(include_self)
    return np.maximum(two_sided(z), tail_p(z, sum_skewness(value, size, without_own=not include_self)))


def permutation_p(
    value: Floats,
    starts: Ints,
    members: Ints,
    permutations: int,
    seed: int,
    tell: Callable[[float], None] | None = None,
    scale: Floats | None = None,
) -> Floats:
    """Two-sided pseudo p-values by conditional permutation: each cell keeps its value, all others are shuffled.

    Twice the smaller tail, (1 + shuffles as extreme) / (1 + shuffles), at most 1. All cells share the shuffles. A value
    that comes to a cell counts by that cell's `scale` (all 1 without). A cell without neighbours gets 1.
    """
    from geo.hotspot_kernels import draw_without_replacement, exceedances

    most = int(np.diff(starts).max(initial=0))
    uniform = np.random.default_rng(seed).random((permutations, most))
    drawn = draw_without_replacement(uniform, len(value) - 1)
    weight = np.ones(len(value)) if scale is None else scale
    p = np.empty(len(value))
    for first in range(0, len(value), _CELLS_A_BREATH):
        last = min(first + _CELLS_A_BREATH, len(value))
        above, below = exceedances(value, weight, starts, members, drawn, first, last)
        p[first:last] = 2.0 * (1.0 + np.minimum(above, below)) / (1.0 + permutations)
        if tell is not None:
            tell(last / len(value))
    return np.minimum(p, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Excess:
    """Counts against what is expected at the exposure; arrays by cell.

    `z` is of each cell with its neighbours, `p` its two-sided p. `residual` is Pearson's, of the cell alone.
    `dispersion`: how many times as much counts vary as those of a Poisson law would, at least 1.
    """

    expected: Floats
    residual: Floats
    z: Floats
    p: Floats
    dispersion: float


def excess(count: Ints, exposure: Floats, starts: Ints, members: Ints) -> Excess:
    """Gi*-like test of the sum over a cell and its neighbours against the sum expected at their exposure.

    Under the null every unit of exposure reports alike: counts share the total by exposure. Reports come in bursts, so
    the variance is that of a Poisson law times Pearson's dispersion (McCullagh and Nelder 1989, section 6.2.3), and
    the tail that of the negative binomial of that mean and variance (binomial where the dispersion is 1); its sums are
    of the same law. All exposures must be positive (leave the others out). GeoError where nothing was counted.
    """
    total = float(count.sum())
    if total == 0.0:
        raise GeoError("Nothing was counted in any zone with an exposure; choose another service or period.")
    expected = exposure * (total / exposure.sum())
    residual = (count - expected) / np.sqrt(expected)
    dispersion = max(1.0, _dispersion(residual, expected))
    seen = neighbour_sums(count.astype(np.float64), starts, members) + count
    due = neighbour_sums(expected, starts, members) + expected
    rest = np.maximum(1.0 - due / total, 0.0)
    varies = rest > 1e-12
    z = np.where(varies, (seen - due) / np.sqrt(dispersion * due * np.where(varies, rest, 1.0)), 0.0)
    p = np.where(varies, _count_tail_p(seen, due, total, dispersion), 1.0)
    return Excess(expected, residual, z, p, dispersion)


def _dispersion(residual: Floats, expected: Floats) -> float:
    """Pearson's chi-square per degree of freedom, of cells where one or more is expected; pooled where few are.

    Where next to nothing is expected a single report would outweigh all other cells.
    """
    enough = expected >= 1.0
    if enough.sum() < _FEWEST_FOR_DISPERSION:
        return float((residual**2 * expected).sum() / expected.sum())
    return float((residual[enough] ** 2).sum() / (enough.sum() - 1))


def _count_tail_p(seen: Floats, due: Floats, total: float, dispersion: float) -> Floats:
    """Twice the smaller exact tail of a count with mean `due`: negative binomial, or binomial of the total."""
    from scipy.special import betainc

    if dispersion > _BY_CHANCE:
        shape, chance = due / (dispersion - 1.0), np.full(len(due), 1.0 / dispersion)
        upper, lower = (shape, 1.0 - chance), (shape, chance)
    else:
        chance = np.minimum(due / total, 1.0)
        upper, lower = (total - seen + 1.0, chance), (np.maximum(total - seen, 1e-300), 1.0 - chance)
    at_least = np.where(seen > 0.0, betainc(np.maximum(seen, 1.0), *upper), 1.0)
    at_most = np.where((seen < total) | (dispersion > _BY_CHANCE), betainc(lower[0], seen + 1.0, lower[1]), 1.0)
    return np.asarray(np.minimum(1.0, 2.0 * np.minimum(at_least, at_most)))
