"""Where requests concentrate more than chance explains: Getis-Ord Gi* by cell, with the false discovery rate held.

Gi* (Getis and Ord 1992; Ord and Getis 1995, equation 14) compares the sum over a cell and its neighbours with what that
many cells would hold if all cells' counts were shuffled. Both p-values are two-sided, for cold is asked as well as hot:
`p_norm` from the normal distribution of Gi*, `p_sim` from shuffles of all other cells' counts. The false discovery rate
over all cells is held on `p_norm` (Benjamini and Hochberg 1995): a finite number of shuffles cannot tell p-values small
enough for thousands of cells apart. A class must also be borne out by the shuffles: one of q <= 0.01 has p_sim <= 0.01,
so a class that this number of shuffles cannot reach is never given.

Under complete randomness with 20 requests a cell, some cell is called significant in 5 of 100 cities, as promised. With
2 a cell it is 14 (of 1,400 cells) to 33 (of 6,000), for sums so small are too skew for the normal distribution; hence
the default width of `grids.choose_cell_m`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import GeoError
from geo.grids import Grid, make_grid
from geo.progress import Progress, ShouldStop, breathe, never, silent

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEVELS = (0.01, 0.05, 0.10)  # of q, strictest first
SIGNIFICANT = 0.05
FEWEST_CELLS = 30  # Ord and Getis 1995 advise against the normal distribution for fewer
MOST_PERMUTATIONS = 99_999  # more take memory and time, and tell nothing
NOT_SIGNIFICANT = "not significant"
_RINGS = {"edge": 1, "two rings": 2}
_CELLS_A_BREATH = 2_000


@dataclass(frozen=True, slots=True)
class HotspotSettings:
    """How cells are laid and tested.

    `grid`: "hexagon" or "square". `cell_m`: width, None to choose by the number of requests. `weights`: "edge" (cells
    sharing an edge, and the cell itself) or "two rings"; always binary. `variance`: "n" divides by the number of cells,
    "n-1" by one less. `permutations` 0 leaves `p_sim` out.
    """

    cell_m: float | None = None
    permutations: int = 999
    seed: int = 1
    weights: str = "edge"
    grid: str = "hexagon"
    variance: str = "n"

    def __post_init__(self) -> None:
        faults = []
        if self.weights not in _RINGS:
            faults.append(f"there are no weights '{self.weights}' (choose {' or '.join(_RINGS)})")
        if self.variance not in ("n", "n-1"):
            faults.append(f"there is no variance '{self.variance}' (choose n or n-1)")
        if self.permutations < 0:
            faults.append("the number of permutations cannot be negative")
        if self.permutations > MOST_PERMUTATIONS:
            faults.append(f"{self.permutations:,} permutations are too many (at most {MOST_PERMUTATIONS:,})")
        if self.seed < 0:
            faults.append("the seed cannot be negative")
        if faults:
            raise GeoError(f"The hotspots cannot be tested: {'; '.join(faults)}.")


@dataclass(frozen=True, slots=True, eq=False)
class Hotspots:
    """Every cell that took part, zeros too; arrays are by cell, in the order of the grid."""

    grid: Grid
    count: Ints
    gi_z: Floats
    p_norm: Floats
    p_sim: Floats  # nan without permutations
    q_fdr: Floats
    level: Ints  # 3, 2, 1 hot at q of .01, .05, .10; 0 not significant; -1, -2, -3 cold
    polygons_wkb: list[bytes]  # degrees

    @property
    def cell_m(self) -> float:
        """Width of a cell."""
        return self.grid.cell_m

    @property
    def rate(self) -> Floats:
        """Requests per km2 of each cell."""
        return np.asarray(self.count / self.grid.cell_km2)

    @property
    def significant_fdr(self) -> NDArray[np.bool_]:
        """Whether a cell is hot or cold at a false discovery rate of 5 %."""
        return np.asarray(np.abs(self.level) >= 2)

    def columns(self) -> dict[str, NDArray[np.generic]]:
        """The figures as columns, ready for a file."""
        return {
            "cell": np.arange(len(self.count)),
            "count": self.count,
            "rate": np.round(self.rate, 3),
            "gi_z": self.gi_z,
            "p_norm": self.p_norm,
            "p_sim": self.p_sim,
            "q_fdr": self.q_fdr,
            "significant_fdr": self.significant_fdr,
            "class": np.array([class_name(level) for level in self.level.tolist()]),
        }


def hotspots(
    x_m: ArrayLike,
    y_m: ArrayLike,
    crs_epsg: int,
    boundary_wkb: bytes | None,
    settings: HotspotSettings | None = None,
    *,
    progress: Progress = silent,
    should_stop: ShouldStop = never,
) -> Hotspots:
    """Count points (metres in the projected CRS) by cell and test every cell; the same seed, the same answer.

    The grid and its default width are those of `grids.make_grid`. GeoError where there are no points, fewer than 30
    cells, or the same count in all cells; Stopped when should_stop says so.
    """
    rule = settings or HotspotSettings()
    x, y = np.asarray(x_m, dtype=np.float64), np.asarray(y_m, dtype=np.float64)
    known = np.isfinite(x) & np.isfinite(y)
    x, y = x[known], y[known]
    if not len(x):
        raise GeoError("There are no located requests to test; choose another service or period.")
    breathe(progress, should_stop, 0.0, "Laying the cells")
    grid = make_grid(x, y, kind=rule.grid, cell_m=rule.cell_m, crs_epsg=crs_epsg, boundary_wkb=boundary_wkb)
    count = np.bincount(grid.assign(x, y), minlength=grid.cell_count)
    _refuse_untestable(count, grid.cell_m)
    starts, members = grid.neighbours(_RINGS[rule.weights])
    z = gi_star(count.astype(np.float64), starts, members, variance=rule.variance)
    breathe(progress, should_stop, 0.2, f"Shuffling {grid.cell_count:,} cells {rule.permutations:,} times")
    p_sim = _permuted(
        count.astype(np.float64),
        starts,
        members,
        rule,
        lambda share: breathe(progress, should_stop, 0.2 + 0.7 * share, "Shuffling the cells"),
    )
    p_norm = two_sided(z)
    q = false_discovery(p_norm)
    level = classify(z, q, p_sim)
    return Hotspots(grid, count, z, p_norm, p_sim, q, level, grid.polygons_wkb(crs_epsg))


def gi_star(value: Floats, starts: Ints, members: Ints, *, variance: str = "n", include_self: bool = True) -> Floats:
    """Standardised Gi* of each cell for binary weights; neighbours as starts [cells + 1] and members, self left out.

    Ord and Getis 1995, equation 14, whose variance of the values divides by n; "n-1" gives the other published form.
    With `include_self` False it is Gi, whose mean and variance leave the cell out (their equation 6). Cells whose sum
    cannot vary (all cells are neighbours) get 0. GeoError for constant values.
    """
    n, size = len(value), np.diff(starts).astype(np.float64)
    local = np.add.reduceat(np.append(value[members], 0.0), np.minimum(starts[:-1], len(members)))
    local = np.where(size > 0, local, 0.0)
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


def permutation_p(
    value: Floats,
    starts: Ints,
    members: Ints,
    permutations: int,
    seed: int,
    tell: Callable[[float], None] | None = None,
) -> Floats:
    """Two-sided pseudo p-values by conditional permutation: each cell keeps its count, all others are shuffled.

    Twice the smaller tail, (1 + shuffles as extreme) / (1 + shuffles), at most 1. All cells share the shuffles.
    """
    from geo.hotspot_kernels import draw_without_replacement, exceedances

    most = int(np.diff(starts).max(initial=0))
    uniform = np.random.default_rng(seed).random((permutations, most))
    drawn = draw_without_replacement(uniform, len(value) - 1)
    p = np.empty(len(value))
    for first in range(0, len(value), _CELLS_A_BREATH):
        last = min(first + _CELLS_A_BREATH, len(value))
        above, below = exceedances(value, starts, members, drawn, first, last)
        p[first:last] = 2.0 * (1.0 + np.minimum(above, below)) / (1.0 + permutations)
        if tell is not None:
            tell(last / len(value))
    return np.minimum(p, 1.0)


def two_sided(z: Floats) -> Floats:
    """Two-sided p-values of standard normal scores."""
    from scipy.special import ndtr

    return np.asarray(2.0 * ndtr(-np.abs(z)))


def false_discovery(p: Floats) -> Floats:
    """q-values: the false discovery rate at which each p-value is just significant (Benjamini and Hochberg 1995)."""
    n = len(p)
    order = np.argsort(p, kind="stable")
    q = np.empty(n)
    q[order] = np.minimum.accumulate((p[order] * n / np.arange(1, n + 1))[::-1])[::-1]
    return np.minimum(q, 1.0)


def classify(z: Floats, q: Floats, p_sim: Floats) -> Ints:
    """3, 2, 1 for hot at q of .01, .05, .10, negative for cold, 0 otherwise; shuffles, where made, must bear it out."""
    level = np.zeros(len(z), dtype=np.int64)
    for strength, limit in zip((1, 2, 3), reversed(LEVELS), strict=True):
        level[(q <= limit) & (np.isnan(p_sim) | (p_sim <= limit))] = strength
    return np.asarray(level * np.sign(z).astype(np.int64))


def class_name(level: int) -> str:
    """A class in words: "hot q<=0.01" and so on, or "not significant"."""
    if level == 0:
        return NOT_SIGNIFICANT
    return f"{'hot' if level > 0 else 'cold'} q<={LEVELS[3 - abs(level)]:.2f}"


def _permuted(
    value: Floats, starts: Ints, members: Ints, rule: HotspotSettings, tell: Callable[[float], None]
) -> Floats:
    if rule.permutations == 0:
        return np.full(len(value), np.nan)
    return permutation_p(value, starts, members, rule.permutations, rule.seed, tell)


def _refuse_untestable(count: Ints, cell_m: float) -> None:
    if len(count) < FEWEST_CELLS:
        raise GeoError(
            f"{len(count)} cells of {cell_m:g} m are too few to test (at least {FEWEST_CELLS}); choose narrower cells."
        )
    if (count == count[0]).all():
        raise GeoError(f"All {len(count):,} cells hold the same count; there is nothing to compare.")
