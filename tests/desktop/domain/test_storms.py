"""Storms: found when they rage, and seldom seen in fair weather."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike
from scipy.stats import binom

from desktop.domain.storms import (
    FALSE_ALARMS,
    HOURS,
    NOWHERE,
    WEEKS,
    Storm,
    dispersion,
    find_storms,
    same_hours,
    tail,
)
from tests.soak import rounds

HOUR_MS, WEEK_MS = 3_600_000, 7 * 24 * 3_600_000
NOW = 1_800_000_000_000
SAME = [NOW - week * WEEK_MS for week in range(1, WEEKS + 1)]


AREAS = 40


def arrivals_of(services: ArrayLike, times: ArrayLike, areas: ArrayLike | None = None) -> SimpleNamespace:
    """Columns with areas beside them."""
    return SimpleNamespace(
        id=np.arange(np.size(times)) + 100,
        service_id=np.array(services, dtype=np.int32),
        requested_ms=np.array(times, dtype=np.int64),
        area=np.array([NOWHERE] * np.size(times) if areas is None else areas, dtype=np.int64),
    )


def city(
    rng: np.random.Generator, rates: np.ndarray, storm: float = 0.0, bunch: tuple[int, ...] = (1,), at: int = NOWHERE
) -> SimpleNamespace:
    """Arrivals of services at rates an hour in every window, in bunches that each keep to one of AREAS.

    The first service `storm` more an hour in the last window, in one area or everywhere.
    """
    services, times, areas = [], [], []
    for end, extra in ((NOW, storm), *((moment, 0.0) for moment in SAME)):
        ordinary = np.repeat(np.arange(len(rates)), rng.poisson(rates * HOURS / np.mean(bunch)))
        more = np.zeros(rng.poisson(extra * HOURS), dtype=np.int64)
        sizes = np.append(rng.choice(bunch, len(ordinary)), np.ones(len(more), dtype=np.int64))
        places = rng.integers(AREAS, size=len(sizes))
        if at != NOWHERE:
            places[len(ordinary) :] = at
        services.append(np.repeat(np.append(ordinary, more), sizes))
        areas.append(np.repeat(places, sizes))
        times.append(end - rng.integers(0, HOURS * HOUR_MS, sizes.sum()))
    return arrivals_of(np.concatenate(services), np.concatenate(times), np.concatenate(areas))


def storms_of(arrivals: SimpleNamespace) -> tuple[Storm, ...]:
    """What is noticed as of NOW, the areas known."""
    return find_storms(arrivals, NOW, SAME, lambda rows: arrivals.area[rows])


@given(st.integers(0, 60), st.integers(0, 200), st.integers(1, 12))
def test_the_tail_is_binomial(latest: int, before: int, weeks: int) -> None:
    """The chance of so many or more is that of scipy's binomial."""
    oracle = binom.sf(latest - 1, latest + before, 1 / (weeks + 1))
    if latest / (latest + before or 1) >= 1 / (weeks + 1):  # it is asked of counts above the usual only
        assert tail(latest, before, weeks) == pytest.approx(oracle, rel=1e-6)


@pytest.mark.parametrize("bunch", [(1,), (3,), (1, 1, 1, 4)], ids=["alone", "threes", "mixed"])
def test_fair_weather_is_seldom_called_a_storm(bunch: tuple[int, ...]) -> None:
    """In ordinary cities of 30 services and 40 areas, no more looks than stated find a storm, also in bunches."""
    rng = np.random.default_rng(7)
    rates = rng.gamma(1.0, 1.5, 30)
    looks = len(rounds(350, 10_000))
    alarms = sum(bool(storms_of(city(rng, rates, bunch=bunch))) for _ in range(looks))
    assert alarms <= looks * FALSE_ALARMS + 3 * np.sqrt(looks * FALSE_ALARMS)


def test_a_storm_all_over_the_city_names_no_area() -> None:
    """Nineteen an hour of what usually comes one or two in two hours: found, first, with its figures and requests."""
    arrivals = city(np.random.default_rng(3), np.array([0.8, 4.0, 2.0]), storm=19.0)
    storms = storms_of(arrivals)
    assert [(storm.service_id, storm.area_id) for storm in storms] == [(0, NOWHERE)]
    last = (arrivals.service_id == 0) & (arrivals.requested_ms > NOW - HOURS * HOUR_MS)
    assert storms[0].request_ids == tuple(arrivals.id[last].tolist())
    assert storms[0].usual == pytest.approx(((arrivals.service_id == 0).sum() - last.sum()) / WEEKS)
    assert storms[0].p < FALSE_ALARMS / 3


def test_a_storm_names_the_area_where_it_concentrates() -> None:
    """The same flood in one neighbourhood is told of that neighbourhood, and holds its requests only."""
    arrivals = city(np.random.default_rng(3), np.array([0.8, 4.0, 2.0]), storm=19.0, at=7)
    (storm,) = storms_of(arrivals)
    assert (storm.service_id, storm.area_id) == (0, 7)
    of = (arrivals.service_id == 0) & (arrivals.area == 7)
    last = of & (arrivals.requested_ms > NOW - HOURS * HOUR_MS)
    assert storm.request_ids == tuple(arrivals.id[last].tolist())
    assert storm.usual == pytest.approx((of.sum() - last.sum()) / WEEKS)


def test_one_neighbourhood_is_noticed_where_the_city_is_as_usual() -> None:
    """Nine in a place that sees none, of a service that comes thirty times in two hours: unusual there, not in all."""
    services, times, areas = [], [], []
    for end in (NOW, *SAME):
        for number in range(30):
            services.append(1)
            times.append(end - number * 60_000)
            areas.append(9 if end == NOW and number < 9 else number % 4)
    (storm,) = storms_of(arrivals_of(services, times, areas))
    assert (storm.area_id, storm.count, storm.usual) == (9, 9, 0.0)
    assert find_storms(arrivals_of(services, times), NOW, SAME) == ()


def test_what_lies_in_no_area_counts_for_the_city_alone() -> None:
    """A flood of requests without a place is a storm of the city."""
    (storm,) = storms_of(arrivals_of([3] * 40, [NOW - HOUR_MS] * 40))
    assert (storm.area_id, storm.count) == (NOWHERE, 40)


def test_few_or_none_are_no_storm() -> None:
    """Four of what never came before are too few; a city without requests has no weather."""
    assert storms_of(arrivals_of([0] * 4, [NOW - HOUR_MS] * 4, [2] * 4)) == ()
    assert storms_of(arrivals_of([], [])) == ()


def test_the_same_hours_are_those_of_the_citys_clocks() -> None:
    """Where clocks were turned back between, nine in the morning stays nine in the morning."""
    now = datetime(2026, 11, 3, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    first = datetime.fromtimestamp(same_hours(now, "Europe/Berlin")[1] / 1000, ZoneInfo("Europe/Berlin"))
    assert (first.hour, first.day, first.month) == (9, 20, 10)
    assert len(same_hours(now, "Europe/Berlin")) == WEEKS


def test_dispersion_is_one_for_poisson_and_more_for_bunches() -> None:
    """Counts that vary more than chance weigh less."""
    rng = np.random.default_rng(5)
    assert dispersion(rng.poisson(4.0, (40, WEEKS))) == pytest.approx(1.0, abs=0.2)
    assert dispersion(3 * rng.poisson(4.0, (40, WEEKS))) == pytest.approx(3.0, abs=0.6)
