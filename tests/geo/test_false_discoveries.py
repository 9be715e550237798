"""The proof that pure chance is rarely called a finding: each statistic over many random cities, whole in the soak.

In each city nothing is hot: any zone called so is false. A false discovery rate of 5 % then promises that at most 5 %
of cities have any. Of few cities two standard errors more are allowed for.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from geo.emerging import emerging
from geo.grids import make_grid
from geo.hotspots import HotspotSettings, zone_hotspots
from geo.local_moran import local_moran
from geo.neighbours import neighbour_sums
from geo.period_comparison import compare_periods
from geo.rates import rates
from geo.zones import Zones, grid_zones
from tests.soak import rounds

Floats = np.ndarray
PROMISED = 0.05
CITIES = rounds(40, 200)


def town() -> Zones:
    """900 hexagons."""
    at = np.arange(500.0, 25_000.0, 250.0)
    x, y = (values.ravel() for values in np.meshgrid(at, at))
    return grid_zones(make_grid(x, y, kind="hexagon", cell_m=800.0, crs_epsg=32617, boundary_wkb=None), 32617)


TOWN = town()


def clustered_exposure() -> Floats:
    """People by zone, who live close together: some zones have a thousand times as many as others."""
    wave = np.random.default_rng(0).normal(size=TOWN.zone_count)
    for _ in range(2):
        wave = (neighbour_sums(wave, TOWN.starts, TOWN.members) + wave) / 7
    return np.asarray(np.exp(1.5 * wave / wave.std()))


def by_measure(measure: str, average: float, burst: float = 1.0) -> Callable[[np.random.Generator], bool]:
    """Whether a random city of so many a zone, in bursts of so many, has any significant zone."""
    exposure = clustered_exposure() if measure != "count" else np.ones(TOWN.zone_count)
    due = exposure / exposure.mean() * average

    def any_found(rng: np.random.Generator) -> bool:
        count = rng.poisson(due) if burst == 1.0 else rng.negative_binomial(due / (burst - 1.0), 1.0 / burst)
        rule = HotspotSettings(measure=measure, permutations=0)
        if measure == "smoothed" and not rates(count, exposure).differ:
            return False  # refused, and rightly: all smoothed rates are one
        found = zone_hotspots(TOWN, count, None if measure == "count" else exposure, rule)
        return bool(found.significant_fdr.any())

    return any_found


def moran(rng: np.random.Generator) -> bool:
    """Whether local Moran finds anything at two a zone."""
    count = rng.poisson(2.0, TOWN.zone_count).astype(float)
    return bool(local_moran(count, TOWN.starts, TOWN.members, 0).significant_fdr.any())


def pattern(rng: np.random.Generator) -> bool:
    """Whether any zone gets a class of emerging hot spots at half a request a bin."""
    cube = rng.poisson(0.5, (TOWN.zone_count, 16)).astype(float)
    return bool((emerging(cube, TOWN.starts, TOWN.members).pattern != 0).any())


def change(rng: np.random.Generator) -> bool:
    """Whether any zone changed between a month and the two months after it."""
    before, after = rng.poisson(5.0, TOWN.zone_count), rng.poisson(10.0, TOWN.zone_count)
    return bool((compare_periods(before, after, 30, 60).side != 0).any())


def change_in_bursts(rng: np.random.Generator) -> bool:
    """The same of counts that vary three times as much as single reports would."""
    before, after = (rng.negative_binomial(mean / 2.0, 1.0 / 3.0, TOWN.zone_count) for mean in (10.0, 20.0))
    return bool((compare_periods(before, after, 30, 60).side != 0).any())


@pytest.mark.parametrize(
    ("what", "any_found"),
    [
        ("counts, 20 a zone", by_measure("count", 20.0)),
        ("counts, 2 a zone", by_measure("count", 2.0)),
        ("counts, 3 in 10 zones", by_measure("count", 0.3)),
        ("excess", by_measure("excess", 5.0)),
        ("excess, in bursts", by_measure("excess", 5.0, 3.0)),
        ("rates", by_measure("rate", 20.0)),
        ("smoothed rates", by_measure("smoothed", 20.0)),
        ("local Moran", moran),
        ("emerging hot spots", pattern),
        ("two periods", change),
        ("two periods, in bursts", change_in_bursts),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_chance_is_rarely_called_a_finding(what: str, any_found: Callable[[np.random.Generator], bool]) -> None:
    """At most 5 % of random cities, and two standard errors, have any finding."""
    falsely = sum(any_found(np.random.default_rng(seed)) for seed in CITIES) / len(CITIES)
    assert falsely <= PROMISED + 2 * np.sqrt(PROMISED * (1 - PROMISED) / len(CITIES)), f"{what}: {falsely:.1%}"
