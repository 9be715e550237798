"""Tests of rates by exposure, smoothed and not, and of how far their intervals can be trusted."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2, gamma

from geo.errors import GeoError
from geo.rates import poisson_interval, rates
from tests.geo.plain_esda import Empirical_Bayes, Spatial_Empirical_Bayes, peer, weights
from tests.geo.test_hotspots import lattice
from tests.soak import rounds


def city(seed: int, cells: int, risk: float = 0.2) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Counts, exposures and true rates of zones whose rates differ by half."""
    rng = np.random.default_rng(seed)
    exposure = rng.gamma(2.0, 50.0, cells)
    true = rng.gamma(4.0, risk / 4.0, cells)
    return rng.poisson(true * exposure), exposure, true


def test_smoothed_rates_are_esdas() -> None:
    """Marshall's global and local estimators are esda's to 1e-12 (where esda's own variance is not negative)."""
    starts, members, cells = lattice(300)
    count, exposure, _ = city(1, cells)
    near = weights(starts, members)
    one = peer(Empirical_Bayes, count, exposure).r.ravel()
    other = peer(Spatial_Empirical_Bayes, count, exposure, near).r.ravel()
    assert np.allclose(rates(count, exposure).smoothed, one, atol=1e-12, rtol=0)
    assert np.allclose(rates(count, exposure, (starts, members)).smoothed, other, atol=1e-12, rtol=0)


def test_intervals_are_those_of_the_distributions() -> None:
    """Raw intervals are Garwood's by chi-square; smoothed ones are quantiles of the gamma posterior."""
    count, exposure, _ = city(2, 200)
    low, high = poisson_interval(count, exposure)
    assert np.allclose(low, np.nan_to_num(chi2.ppf(0.025, 2 * count)) / 2 / exposure)
    assert np.allclose(high, chi2.ppf(0.975, 2 * count + 2) / 2 / exposure)
    found = rates(count, exposure)
    mean, variance = found.prior_mean, found.prior_variance
    posterior = gamma(mean**2 / variance + count, scale=1 / (mean / variance + exposure))
    assert np.allclose(found.smoothed, posterior.mean())
    assert np.allclose(found.smoothed_low, posterior.ppf(0.025))
    assert np.allclose(found.smoothed_high, posterior.ppf(0.975))


def test_intervals_hold_what_they_promise() -> None:
    """Of many zones' true rates the 95 % intervals hold 93 to 97 % (smoothed), at least 95 % (raw), 90 % (local)."""
    starts, members, cells = lattice(600)
    held = np.zeros(3)
    seeds = rounds(5, 200)
    for seed in seeds:
        count, exposure, true = city(seed, cells)
        of_all, local = rates(count, exposure), rates(count, exposure, (starts, members))
        held += [
            ((low <= true) & (true <= high)).mean()
            for low, high in (
                (of_all.smoothed_low, of_all.smoothed_high),
                (of_all.low, of_all.high),
                (local.smoothed_low, local.smoothed_high),
            )
        ]
    smoothed, raw, near = held / len(seeds)
    assert 0.93 <= smoothed <= 0.97
    assert raw >= 0.95
    assert near >= 0.90


def test_smoothing_is_nearer_the_truth() -> None:
    """Where little is exposed, smoothed rates miss the true ones by less than half of what raw ones do."""
    rng = np.random.default_rng(5)
    exposure, true = rng.gamma(1.0, 20.0, 500) + 1.0, rng.gamma(9.0, 0.02 / 9.0, 500) * 5
    count = rng.poisson(true * exposure)
    found = rates(count, exposure)
    assert ((found.smoothed - true) ** 2).mean() < 0.25 * ((found.rate - true) ** 2).mean()


def test_chance_alone_makes_all_rates_one() -> None:
    """Where rates differ less than chance makes them, all zones get the mean, with the interval of the total."""
    exposure = np.full(50, 10.0)
    count = np.tile([4, 5], 25)
    found = rates(count, exposure)
    assert not found.differ
    assert found.smoothed == pytest.approx(np.full(50, 0.45))
    assert found.smoothed_low[0] < 0.45 < found.smoothed_high[0] < 0.55
    assert found.expected == pytest.approx(np.full(50, 4.5))


def test_zones_without_exposure_have_no_rate() -> None:
    """An exposure of 0 gives nan and takes no part in the mean; an island is smoothed towards the mean of all."""
    count, exposure = np.array([5, 50, 1, 3, 0]), np.array([10.0, 0.0, 40.0, 5.0, 5.0])
    starts, members = np.array([0, 1, 2, 2, 3, 4]), np.array([1, 0, 4, 3])
    found, local = rates(count, exposure), rates(count, exposure, (starts, members))
    assert np.isnan([found.rate[1], found.smoothed[1], found.low[1], local.smoothed_high[1]]).all()
    assert found.prior_mean[0] == pytest.approx(9 / 60)
    assert local.smoothed[2] == found.smoothed[2]
    assert np.isfinite(local.smoothed[[0, 2, 3, 4]]).all()
    nothing = rates(np.array([0, 9, 0, 1]), np.ones(4), (np.array([0, 1, 1, 2, 2]), np.array([2, 0])))
    assert (nothing.smoothed[0], nothing.smoothed_low[0], nothing.smoothed_high[0]) == (0.0, 0.0, 0.0)
    with pytest.raises(GeoError, match="Nothing was counted"):
        rates(np.array([0, 7, 0, 0, 0]), exposure)
