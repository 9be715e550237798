"""Storms: found when they rage, and seldom seen in fair weather."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from desktop.domain.storms import FALSE_ALARMS, HOURS, WEEKS, dispersion, find_storms, tail

HOUR_MS, WEEK_MS = 3_600_000, 7 * 24 * 3_600_000
NOW = 1_800_000_000_000
SAME = [NOW - week * WEEK_MS for week in range(1, WEEKS + 1)]


def city(rng: np.random.Generator, rates: np.ndarray, storm: float = 0.0, bunch: int = 1) -> SimpleNamespace:
    """Arrivals of services at rates an hour in every window; the first service `storm` more an hour in the last."""
    services, times = [], []
    for end, extra in ((NOW, storm), *((moment, 0.0) for moment in SAME)):
        for service, rate in enumerate(rates.tolist()):
            count = rng.poisson((rate + (extra if service == 0 else 0.0)) * HOURS / bunch) * bunch
            services += [service] * count
            times += (end - rng.integers(0, HOURS * HOUR_MS, count)).tolist()
    return SimpleNamespace(service_id=np.array(services, dtype=np.int32), requested_ms=np.array(times, dtype=np.int64))


@given(st.integers(0, 60), st.integers(0, 200), st.integers(1, 12))
def test_the_tail_is_binomial(latest: int, before: int, weeks: int) -> None:
    """The chance of so many or more is that of scipy's binomial."""
    oracle = binom.sf(latest - 1, latest + before, 1 / (weeks + 1))
    if latest / (latest + before or 1) >= 1 / (weeks + 1):  # it is asked of counts above the usual only
        assert tail(latest, before, weeks) == pytest.approx(oracle, rel=1e-6)


@pytest.mark.parametrize("bunch", [1, 3])
def test_fair_weather_is_seldom_called_a_storm(bunch: int) -> None:
    """In 2,000 ordinary cities of 30 services, no more looks than stated find a storm, also where requests bunch."""
    rng = np.random.default_rng(7)
    rates = rng.gamma(1.0, 1.5, 30)
    looks = 2000 if bunch == 1 else 600
    alarms = sum(bool(find_storms(city(rng, rates, bunch=bunch), NOW, SAME)) for _ in range(looks))
    assert alarms <= looks * FALSE_ALARMS + 3 * np.sqrt(looks * FALSE_ALARMS)


def test_a_storm_is_found_and_told() -> None:
    """Nineteen an hour of what usually comes one or two in two hours: found, first, with its figures."""
    arrivals = city(np.random.default_rng(3), np.array([0.8, 4.0, 2.0]), storm=19.0)
    storms = find_storms(arrivals, NOW, SAME)
    assert [storm.service_id for storm in storms] == [0]
    last = (arrivals.service_id == 0) & (arrivals.requested_ms > NOW - HOURS * HOUR_MS)
    assert storms[0].count == int(last.sum())
    assert storms[0].usual == pytest.approx(((arrivals.service_id == 0).sum() - last.sum()) / WEEKS)
    assert storms[0].p < FALSE_ALARMS / 3


def test_few_or_none_are_no_storm() -> None:
    """Four of what never came before are too few; a city without requests has no weather."""
    four = SimpleNamespace(service_id=np.zeros(4, dtype=np.int32), requested_ms=np.full(4, NOW - HOUR_MS))
    assert find_storms(four, NOW, SAME) == ()
    none = SimpleNamespace(service_id=np.zeros(0, dtype=np.int32), requested_ms=np.zeros(0, dtype=np.int64))
    assert find_storms(none, NOW, SAME) == ()


def test_dispersion_is_one_for_poisson_and_more_for_bunches() -> None:
    """Counts that vary more than chance weigh less."""
    rng = np.random.default_rng(5)
    assert dispersion(rng.poisson(4.0, (40, WEEKS))) == pytest.approx(1.0, abs=0.2)
    assert dispersion(3 * rng.poisson(4.0, (40, WEEKS))) == pytest.approx(3.0, abs=0.6)
