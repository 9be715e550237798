"""How far reports come in bursts: told of planted ones, as scipy has it, and not where nobody can know."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2_contingency

from geo.bursts import PARTS, burst_dispersion

ZONES, DAYS = 40, 100


def reports(rng: np.random.Generator, size: int, events: float = 60.0) -> tuple[np.ndarray, np.ndarray]:
    """Zone and hour of reports: events at any time, more in some zones, each told `size` times within an hour."""
    count = rng.poisson(events * rng.uniform(0.5, 1.5, ZONES))
    zone = np.repeat(np.arange(ZONES), count)
    return np.repeat(zone, size), np.repeat(rng.integers(0, DAYS * 24, len(zone)), size)


def test_planted_bursts_are_told() -> None:
    """Single reports have a dispersion of 1, each told thrice of 3, whatever zones hold; those outside do not count."""
    rng = np.random.default_rng(1)
    for size in (1, 3):
        told = [burst_dispersion(*reports(rng, size), ZONES) for _ in range(20)]
        assert np.mean(told) == pytest.approx(size, rel=0.06)
    zone, hour = reports(rng, 3)
    whole = burst_dispersion(zone, hour, ZONES)
    assert burst_dispersion(np.append(zone, [-1] * 500), np.append(hour, [5] * 500), ZONES) == whole


def test_it_is_scipys_chi_square() -> None:
    """Of zones that all hold enough it is scipy's chi-square of zones by parts, per degree of freedom."""
    zone, hour = reports(np.random.default_rng(4), 2)
    table = np.zeros((ZONES, PARTS))
    for one, at in zip(zone.tolist(), ((hour - hour.min()) * PARTS // (np.ptp(hour) + 1)).tolist(), strict=True):
        table[one, at] += 1
    theirs = chi2_contingency(table, correction=False)
    assert burst_dispersion(zone, hour, ZONES) == pytest.approx(theirs.statistic / theirs.dof)


def test_too_little_tells_nothing() -> None:
    """No reports, all at once, or few in each zone: not known."""
    none = np.zeros(0, dtype=np.int64)
    for zone, hour in ((none, none), (np.zeros(9, dtype=int), np.full(9, 7)), (np.arange(40) % 20, np.arange(40))):
        assert np.isnan(burst_dispersion(zone, hour, ZONES))
