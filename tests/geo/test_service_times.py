"""Service times that are learned: robust, shrunk towards what was stated, silent while too little is known."""

from __future__ import annotations

import numpy as np
import pytest

from geo.service_times import FEWEST, STATED_WEIGHT, learn_service_time


def test_few_stops_teach_nothing() -> None:
    """One less than the fewest, and any number that cannot be believed, give no answer."""
    assert learn_service_time(1800, [600.0] * (FEWEST - 1)) is None
    assert learn_service_time(1800, [600.0] * (FEWEST - 1) + [1.0, 90_000.0, np.nan]) is None


def test_stops_marked_late_do_not_matter() -> None:
    """A quarter of forgotten marks leaves the median where the others have it."""
    found = learn_service_time(1800, [600.0] * 30 + [20_000.0] * 10)
    assert found is not None
    assert (found.median_s, found.count) == (600.0, 40)


@pytest.mark.parametrize("count", [6, 8, 50, 1000])
def test_the_stated_duration_counts_as_so_many_stops(count: int) -> None:
    """With n stops of 600 s and 1800 s stated, the mean of both weighed n to STATED_WEIGHT."""
    found = learn_service_time(1800, [600.0] * count)
    assert found is not None
    assert found.learned_s == pytest.approx((600 * count + 1800 * STATED_WEIGHT) / (count + STATED_WEIGHT))


def test_the_interval_holds_the_median() -> None:
    """Of 400 samples of 12 from a skewed law, at least 95 % of the intervals hold its true median."""
    random = np.random.default_rng(5)
    samples = random.lognormal(np.log(900), 0.6, (400, 12))
    found = [learn_service_time(900, row) for row in samples]
    held = [one is not None and one.low_s <= 900 <= one.high_s for one in found]
    assert np.mean(held) >= 0.95
