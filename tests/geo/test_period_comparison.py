"""Tests of comparing two periods."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, binomtest, false_discovery_control

from geo.errors import GeoError
from geo.period_comparison import compare_periods
from tests.soak import examples, rounds

COUNTS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=8)


@settings(max_examples=examples(60))
@given(COUNTS.filter(lambda pairs: all(map(sum, zip(*pairs, strict=True)))), st.integers(1, 90), st.integers(1, 90))
def test_it_is_scipys_exact_test(pairs: list[tuple[int, int]], before_days: int, after_days: int) -> None:
    """p is twice the smaller tail of scipy's binomial test, q scipy's, the ratio's interval Clopper and Pearson's."""
    before, after = (np.array(column) for column in zip(*pairs, strict=True))
    found = compare_periods(before, after, before_days, after_days)
    share = after_days / (before_days + after_days)
    for zone, (one, other) in enumerate(pairs):
        if one + other == 0:
            assert np.isnan([found.p[zone], found.ratio[zone], found.q_fdr[zone]]).all()
            continue
        tails = [binomtest(other, one + other, share, alternative=side).pvalue for side in ("less", "greater")]
        assert found.p[zone] == pytest.approx(min(1.0, 2 * min(tails)), rel=1e-9)
        held = binomtest(other, one + other).proportion_ci(method="exact")
        scale = before_days / after_days
        assert found.ratio_low[zone] == pytest.approx(held.low / (1 - held.low) * scale, rel=1e-8)
        assert found.ratio_high[zone] == (
            pytest.approx(held.high / (1 - held.high) * scale, rel=1e-8) if one else np.inf
        )
    known = ~np.isnan(found.p)
    assert found.q_fdr[known] == pytest.approx(false_discovery_control(found.p[known]))


def test_planted_changes_are_found_and_the_citys_own_is_set_aside() -> None:
    """A tripled zone is "more"; where the whole city doubled all are, unless the city's own change is what counts."""
    rng = np.random.default_rng(1)
    before, after = rng.poisson(80.0, 60), rng.poisson(320.0, 60)
    before[7], after[7] = 80, 960
    alone, city = (compare_periods(before, after, 30, 60, against) for against in ("itself", "city"))
    assert set(alone.classes()) == {"more"}
    assert (city.side != 0).sum() <= 4
    assert city.classes()[7] == "more"
    assert alone.ratio[7] == 6.0
    assert alone.ratio_low[7] > 4.0
    assert city.null_ratio == pytest.approx(2.0, rel=0.1)


def test_intervals_hold_the_true_ratio() -> None:
    """Of many zones with few counts at least 95 % of the intervals hold the true ratio; dispersion is 1 by chance."""
    held, spread = [], []
    for seed in rounds(10, 200):
        rng = np.random.default_rng(seed)
        found = compare_periods(rng.poisson(8.0, 400), rng.poisson(8.0 * 1.5 * 2, 400), 30, 60)
        held.append(((found.ratio_low <= 1.5) & (found.ratio_high >= 1.5)).mean())
        even = compare_periods(rng.poisson(20.0, 400), rng.poisson(40.0, 400), 30, 60)
        spread.append(even.dispersion)
    assert np.mean(held) >= 0.95
    assert np.mean(spread) == pytest.approx(1.0, abs=0.05)


def bursts(rng: np.random.Generator, mean: float, zones: int) -> np.ndarray:
    """Counts that vary three times as much as single reports would."""
    return rng.negative_binomial(mean / 2.0, 1.0 / 3.0, zones)


def test_bursts_widen_what_is_told() -> None:
    """Of counts in bursts of three the dispersion is found, also where zones changed; intervals hold all the same."""
    held, told, changed = [], [], []
    for seed in rounds(8, 100):
        rng = np.random.default_rng(seed)
        found = compare_periods(bursts(rng, 40.0, 400), bursts(rng, 80.0, 400), 30, 60)
        held.append(((found.ratio_low <= 1.0) & (found.ratio_high >= 1.0)).mean())
        told.append(found.dispersion)
        after = bursts(rng, 80.0, 400) * np.where(np.arange(400) < 40, 4, 1)
        changed.append(compare_periods(bursts(rng, 40.0, 400), after, 30, 60).dispersion)
    assert np.mean(held) >= 0.94
    assert np.mean(told) == pytest.approx(3.0, rel=0.12)
    assert 3.0 < np.mean(changed) < 5.0  # a plain mean is 10, and hides what changed
    none_left = np.r_[np.zeros(29, dtype=int), 9]  # in the middle zone too
    assert np.isfinite(compare_periods(np.arange(30), none_left, 30, 30).dispersion)


def test_counts_in_bursts_have_the_betas_tails() -> None:
    """p and interval are those of scipy's beta distribution, of counts divided by what is allowed for."""
    rng = np.random.default_rng(2)
    before, after = bursts(rng, 20.0, 50), bursts(rng, 30.0, 50)
    found = compare_periods(before, after, 30, 30)
    assert found.allowed == pytest.approx(found.dispersion * (1 + 50**-0.5))
    a, b = after / found.allowed, before / found.allowed
    tails = [beta(a, b + 1).cdf(0.5), beta(b, a + 1).cdf(0.5)]
    assert found.dispersion > 2.0
    assert found.p == pytest.approx(np.minimum(1.0, 2 * np.minimum(*tails)))
    low, high = beta(a, b + 1).ppf(0.025), beta(a + 1, b).ppf(0.975)
    assert found.ratio_low == pytest.approx(low / (1 - low))
    assert found.ratio_high == pytest.approx(high / (1 - high))


def test_a_period_without_data_is_said() -> None:
    """A period in which nothing was counted, without days or of other zones is refused in a sentence."""
    some, none = np.array([3, 4]), np.zeros(2, dtype=int)
    for ask, said in (
        ((none, some, 30, 30), "in the earlier period.*existed in both"),
        ((some, none, 30, 30), "in the later period"),
        ((some, some, 0, 30), "at least a day"),
        ((some, some[:1], 30, 30), "2 and 1 zones"),
        ((some, some, 30, 30, "the moon"), "against 'the moon'"),
    ):
        with pytest.raises(GeoError, match=said):
            compare_periods(*ask)  # type: ignore[arg-type]
    assert np.isnan(compare_periods(some, some, 30, 30).dispersion)
