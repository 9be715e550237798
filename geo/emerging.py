"""Emerging hot spots: how each zone became what it is, in 17 classes, from Gi* in space and time and its trend.

The classes are those of Esri's "How Emerging Hot Spot Analysis works": eight of hot spots, eight of cold spots, and no
pattern. A bin is a zone in a step of time. Its Gi* takes in the neighbours, and the zone itself, in this step and in
`lags` steps before (Getis-Ord, see gi_star), against the mean and variance of the whole cube, or of its own step. The
false discovery rate is held over all bins on p-values that allow for skew counts, so that shuffles are not needed.
The trend is Mann-Kendall's of each zone's Gi*. Lags make neighbouring steps alike, which makes that test somewhat too
ready to see a trend; it only decides between intensifying, persistent and diminishing.

Where published definitions overlap, the earlier in this list is given, and what a zone is now before what it was: a
spot that was never hot before its last run but cold once is new or consecutive, not oscillating; one that was hot for
90 % of the time and turned cold at last is a cold spot, not a historical hot one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.errors import GeoError
from geo.mann_kendall import Trends, mann_kendall
from geo.neighbours import neighbour_sums
from geo.progress import Progress, ShouldStop, breathe, never, silent
from geo.significance import SIGNIFICANT, false_discovery, sum_skewness, tail_p, two_sided

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NONE, NEW, CONSECUTIVE, INTENSIFYING, PERSISTENT, DIMINISHING, SPORADIC, OSCILLATING, HISTORICAL = range(9)
PATTERNS = (
    "no pattern",
    "new",
    "consecutive",
    "intensifying",
    "persistent",
    "diminishing",
    "sporadic",
    "oscillating",
    "historical",
)
MOSTLY = 0.9  # of the steps
CUBE, STEP = "cube", "step"
FEWEST_ZONES = 30


@dataclass(frozen=True, slots=True)
class EmergingSettings:
    """`lags`: steps before that belong to a bin's neighbourhood. `window`: what it is compared with, "cube" or "step".

    `level`: of the false discovery rate over bins, and of the trend.
    """

    lags: int = 1
    window: str = CUBE
    level: float = SIGNIFICANT

    def __post_init__(self) -> None:
        if self.window not in (CUBE, STEP):
            raise GeoError(f"Bins cannot be compared with '{self.window}'; choose {CUBE} or {STEP}.")
        if self.lags < 0:
            raise GeoError("The steps before that belong to a neighbourhood cannot be negative.")


@dataclass(frozen=True, slots=True, eq=False)
class Emerging:
    """By zone `pattern` (1 to 8 hot, -1 to -8 cold, 0 none) and `trend`; by bin [zones, steps] the rest."""

    pattern: Ints
    trend: Trends
    gi_z: Floats
    q_fdr: Floats
    side: Ints  # 1 hot, -1 cold, 0 not significant

    def classes(self) -> list[str]:
        """Each zone's class in words, such as "new hot spot"."""
        return [pattern_name(code) for code in self.pattern.tolist()]


def emerging(
    values: Floats,
    starts: Ints,
    members: Ints,
    settings: EmergingSettings | None = None,
    *,
    progress: Progress = silent,
    should_stop: ShouldStop = never,
) -> Emerging:
    """Classify zones by their values [zones, steps]. GeoError for fewer than 30 zones, few steps or constant values."""
    rule = settings or EmergingSettings()
    if len(values) < FEWEST_ZONES:
        raise GeoError(f"{len(values)} zones are too few to test (at least {FEWEST_ZONES}); choose smaller ones.")
    breathe(progress, should_stop, 0.1, f"Testing {values.size:,} bins")
    z, p = cube_gi_star(values, starts, members, rule.lags, rule.window)
    q = false_discovery(p.ravel()).reshape(p.shape)
    side = np.where(q <= rule.level, np.sign(z), 0.0).astype(np.int64)
    breathe(progress, should_stop, 0.7, "Looking for trends")
    trend = mann_kendall(z)
    direction = np.where(trend.p <= rule.level, np.sign(trend.z), 0.0).astype(np.int64)
    return Emerging(patterns(side, direction), trend, z, q, side)


def cube_gi_star(
    values: Floats, starts: Ints, members: Ints, lags: int = 1, window: str = CUBE
) -> tuple[Floats, Floats]:
    """Gi* of each bin and its two-sided p-value, both [zones, steps]. GeoError for values that are all the same.

    The first steps have fewer bins before them, and so smaller neighbourhoods. Compared with its own step ("step") the
    sum over all lags is held against that step's mean and variance, as sfdep does.
    """
    if (values == values.flat[0]).all():
        raise GeoError("All zones hold the same in all steps; there is nothing to compare.")
    zones, steps = values.shape
    here = neighbour_sums(values, starts, members) + values
    local = here.copy()
    for lag in range(1, lags + 1):
        local[:, lag:] += here[:, :-lag]
    deep = np.minimum(np.arange(steps), lags) + 1.0
    size = np.minimum((np.diff(starts) + 1.0)[:, None] * deep, zones * steps if window == CUBE else zones)
    if window == CUBE:
        return _standardised(local, size, values.ravel())
    pairs = [_standardised(local[:, at], size[:, at], values[:, at]) for at in range(steps)]
    z, p = (np.column_stack([pair[which] for pair in pairs]) for which in (0, 1))
    return z, p


def _standardised(local: Floats, size: Floats, population: Floats) -> tuple[Floats, Floats]:
    """z and p of sums of `size` values of the population; 0 and 1 where they cannot vary."""
    n = float(len(population))
    spread = population.var() * (n * size - size**2) / (n - 1.0)
    varies = spread > 0.0
    z = np.where(varies, (local - population.mean() * size) / np.sqrt(np.where(varies, spread, 1.0)), 0.0)
    skewness = sum_skewness(population, size)
    return z, np.where(varies, np.maximum(two_sided(z), tail_p(z, skewness)), 1.0)


def patterns(side: Ints, direction: Ints) -> Ints:
    """The class of each zone from its bins' sides [zones, steps] and the direction of its trend (1 up, -1 down, 0)."""
    hot, cold = _pattern_of(side > 0, side < 0, direction), _pattern_of(side < 0, side > 0, -direction)
    ended_cold = side[:, -1] < 0
    return np.where(ended_cold, -cold, np.where(hot != NONE, hot, -cold))


def _pattern_of(on: Bools, other: Bools, direction: Ints) -> Ints:
    """The class of one side: bins that are on it, and those on the other; `direction` 1 where it grows stronger."""
    steps, times, now = on.shape[1], on.sum(axis=1), on[:, -1]
    mostly = times >= MOSTLY * steps - 1e-9
    off_last = np.where(on.all(axis=1), steps, (~on[:, ::-1]).argmax(axis=1))  # length of the last run
    return np.select(
        [
            mostly & now & (direction > 0),
            mostly & now & (direction < 0),
            mostly & now,
            mostly,
            now & (times == 1),
            now & (times == off_last),
            now & other.any(axis=1),
            now,
        ],
        [INTENSIFYING, DIMINISHING, PERSISTENT, HISTORICAL, NEW, CONSECUTIVE, OSCILLATING, SPORADIC],
        NONE,
    )


def pattern_name(code: int) -> str:
    """A class in words: "new hot spot", "historical cold spot", "no pattern"."""
    if code == NONE:
        return PATTERNS[NONE]
    return f"{PATTERNS[abs(code)]} {'hot' if code > 0 else 'cold'} spot"
