"""Shares and differences of shares against scipy, statsmodels and the published examples."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from geo.proportions import funnel_limits, newcombe, wilson
from tests.soak import examples


@settings(max_examples=examples(60))
@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_is_scipys(case: tuple[int, int]) -> None:
    """The interval of a share equals scipy's, and lies within 0 to 1 around the share."""
    some, of = case
    theirs = stats.binomtest(some, of).proportion_ci(method="wilson")
    low, high = wilson([some], [of])
    assert (low[0], high[0]) == pytest.approx((theirs.low, theirs.high), abs=1e-12)
    assert 0 <= low[0] <= some / of <= high[0] <= 1


def test_newcombes_published_examples() -> None:
    """Method 10 on the table of Newcombe (1998); nothing of nothing is nan; p is the chi-square test's."""
    found = newcombe([56, 9, 10, 0], [70, 10, 10, 0], [48, 3, 0, 1], [80, 10, 20, 5])
    assert found.low[:3].round(4).tolist() == [0.0524, 0.1705, 0.6791]
    assert found.high[:3].round(4).tolist() == [0.3339, 0.8090, 1.0]
    assert np.isnan([found.low[3], found.p[3]]).all()
    theirs = stats.chi2_contingency([[56, 14], [48, 32]], correction=False).pvalue
    assert found.p[0] == pytest.approx(theirs)


def test_a_funnel_holds_what_chance_makes() -> None:
    """About 95 of 100 places that are all alike lie within the funnel, small and large ones."""
    rng = np.random.default_rng(1)
    for size in (50, 2000):
        low, high = funnel_limits(0.7, size)
        shares = rng.binomial(size, 0.7, 4000) / size
        assert 0.93 < np.mean((shares >= low) & (shares <= high)) < 0.97
