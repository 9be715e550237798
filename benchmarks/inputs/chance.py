"""Cities of pure chance, and cities with planted hotspots: how often each statistic finds what is not, and what is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchmarks.report import Row
from geo.emerging import emerging
from geo.grids import make_grid
from geo.hotspots import COUNT, EXCESS, HotspotSettings, zone_hotspots
from geo.local_moran import local_moran
from geo.neighbours import neighbour_sums
from geo.period_comparison import compare_periods
from geo.significance import false_discovery, two_sided
from geo.zones import Zones, grid_zones

Floats = NDArray[np.float64]
EPSG = 32617
PLANTED = 5  # hot corners in a city, each a cell and its neighbours


def town() -> Zones:
    """Some 1,400 hexagons."""
    at = np.arange(500.0, 32_000.0, 250.0)
    x, y = (values.ravel() for values in np.meshgrid(at, at))
    return grid_zones(make_grid(x, y, kind="hexagon", cell_m=1_000.0, crs_epsg=EPSG, boundary_wkb=None), EPSG)


def chance_rows(cities: int) -> list[Row]:
    """The share of purely random cities in which any zone is called a finding at a false discovery rate of 5 %."""
    zones, limit = town(), 0.05 + 2 * np.sqrt(0.05 * 0.95 / cities)
    size = f"{cities} random cities of {zones.zone_count:,} hexagons"
    rows = []
    for what, finds, peer in _statistics(zones):
        own, theirs = 0, 0
        for seed in range(cities):
            found, by_peer = finds(np.random.default_rng(seed))
            own, theirs = own + found, theirs + by_peer
        row = Row(f"cities with a false discovery: {what}", size, own / cities, "share", goal=f"<= {limit:.3f}")
        # A peer's share is for the reader; the goal is held against the value.
        rows.append(row if not peer else _beside(row, peer, theirs / cities))
    return rows


def power_rows(cities: int) -> list[Row]:
    """The share of planted hot cells that are called hot, by how many times as many requests they hold."""
    zones, rows = town(), []
    for average in (2.0, 20.0):
        for times in (1.5, 2.0, 3.0):
            found = np.array([_planted(zones, average, times, seed) for seed in range(cities)])
            size = f"{average:g} a cell, {PLANTED} corners of 7 cells, {times:g} times"
            rows.append(Row("planted cells found", size, float(found[:, 0].mean()), "share"))
            rows.append(Row("of cells called hot, planted or beside", size, float(np.nanmean(found[:, 1])), "share"))
    return rows


def _beside(row: Row, peer: str, value: float) -> Row:
    return Row(row.what, row.size, row.value, row.unit, peer, value, None, row.goal)


def _statistics(zones: Zones) -> list[tuple[str, Callable[[np.random.Generator], tuple[bool, bool]], str]]:
    n, wave = zones.zone_count, np.random.default_rng(0).normal(size=zones.zone_count)
    for _ in range(2):
        wave = (neighbour_sums(wave, zones.starts, zones.members) + wave) / 7
    exposure = np.exp(1.5 * wave / wave.std())

    def by_count(average: float) -> Callable[[np.random.Generator], tuple[bool, bool]]:
        def finds(rng: np.random.Generator) -> tuple[bool, bool]:
            tested = zone_hotspots(zones, rng.poisson(average, n), None, HotspotSettings(permutations=0))
            usual = false_discovery(two_sided(tested.tested.gi_z)) <= 0.05
            return bool(tested.significant_fdr.any()), bool(usual.any())

        return finds

    def by_excess(rng: np.random.Generator) -> tuple[bool, bool]:
        count = rng.poisson(exposure / exposure.mean() * 20.0)
        excess = zone_hotspots(zones, count, exposure, HotspotSettings(permutations=0, measure=EXCESS))
        crowded = zone_hotspots(zones, count, None, HotspotSettings(permutations=0, measure=COUNT))
        return bool(excess.significant_fdr.any()), bool(crowded.significant_fdr.any())

    def moran(rng: np.random.Generator) -> tuple[bool, bool]:
        count = rng.poisson(20.0, n).astype(float)
        return bool(local_moran(count, zones.starts, zones.members, 0).significant_fdr.any()), False

    def pattern(rng: np.random.Generator) -> tuple[bool, bool]:
        cube = rng.poisson(1.0, (n, 20)).astype(float)
        return bool((emerging(cube, zones.starts, zones.members).pattern != 0).any()), False

    def change(rng: np.random.Generator) -> tuple[bool, bool]:
        return bool((compare_periods(rng.poisson(10.0, n), rng.poisson(20.0, n), 30, 60).side != 0).any()), False

    return [
        ("Gi*, 20 a cell", by_count(20.0), "by the normal distribution"),
        ("Gi*, 2 a cell", by_count(2.0), "by the normal distribution"),
        ("excess at a clustered exposure", by_excess, "counts without the exposure"),
        ("local Moran", moran, ""),
        ("emerging hot spots", pattern, ""),
        ("two periods", change, ""),
    ]


def _planted(zones: Zones, average: float, times: float, seed: int) -> tuple[float, float]:
    """Of one city: the share of planted cells called hot, and of hot cells those planted or next to one."""
    rng = np.random.default_rng(1_000 + seed)
    inner = np.flatnonzero(np.diff(zones.starts) == 6)
    hot = np.zeros(zones.zone_count, dtype=bool)
    for corner in rng.choice(inner, PLANTED, replace=False):
        hot[zones.members[zones.starts[corner] : zones.starts[corner + 1]]] = hot[corner] = True
    count = rng.poisson(np.where(hot, average * times, average))
    called = zone_hotspots(zones, count, None, HotspotSettings(permutations=999)).level >= 2
    near = hot | (neighbour_sums(hot.astype(float), zones.starts, zones.members) > 0)
    return float(called[hot].mean()), float(near[called].mean()) if called.any() else float("nan")
