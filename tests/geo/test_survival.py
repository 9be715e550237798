"""Times to an event: equal to scipy's, to hand-worked instances, and to plain counting where nothing is censored."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from geo.errors import GeoError
from geo.survival import NEVER, kaplan_meier, log_rank_against_rest, mean_difference, restricted_mean
from tests.soak import examples

CASES = st.lists(st.tuples(st.integers(0, 30), st.booleans(), st.integers(0, 3)), min_size=1, max_size=60)


def columns(cases: list[tuple[int, bool, int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    times, observed, group = (np.array(part) for part in zip(*cases, strict=True))
    return times, observed, group


def scipy_curve(times: np.ndarray, observed: np.ndarray) -> stats.CensoredData:
    return stats.CensoredData(uncensored=times[observed], right=times[~observed])


@settings(max_examples=examples(60))
@given(CASES)
def test_curves_are_scipys(cases: list[tuple[int, bool, int]]) -> None:
    """Survival and log-log limits of every group equal scipy.stats.ecdf's; where nobody is followed, nothing."""
    times, observed, group = columns(cases)
    curves = kaplan_meier(times, observed, group, 4)
    for key in np.unique(group):
        mine = group == key
        theirs = stats.ecdf(scipy_curve(times[mine], observed[mine])).sf
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of limits that do not exist at 0 and 1
            band = theirs.confidence_interval(method="log-log")
        for at in range(31):
            still = curves.still(at)
            if at >= times[mine].max() and theirs.evaluate(at) > 1e-12:
                assert np.isnan(still.value[key])  # nobody was followed for so long
                continue
            assert still.value[key] == pytest.approx(float(theirs.evaluate(at)), abs=1e-12)
            if 0 < still.value[key] < 1:
                assert still.low[key] == pytest.approx(float(band.low.evaluate(at)), abs=1e-9)
                assert still.high[key] == pytest.approx(float(band.high.evaluate(at)), abs=1e-9)


@settings(max_examples=examples(60))
@given(CASES)
def test_nothing_censored_is_plain_counting(cases: list[tuple[int, bool, int]]) -> None:
    """Where every case is observed, the share still open is a count, and the median the middle of the sorted times."""
    times, _, group = columns(cases)
    curves = kaplan_meier(times, np.ones(len(times)), group, 4)
    medians = curves.medians()[0]
    for key in range(4):
        mine = np.sort(times[group == key])
        if not len(mine):
            assert np.isnan(curves.still(5).value[key])
            assert medians[key] == NEVER
            continue
        for at in (0, 7, 30):
            assert curves.still(at).value[key] == pytest.approx(np.mean(mine > at))
        assert medians[key] == mine[(len(mine) - 1) // 2]


@settings(max_examples=examples(60))
@given(CASES, st.randoms(use_true_random=False))
def test_order_tells_nothing(cases: list[tuple[int, bool, int]], random: object) -> None:
    """Curves, medians and log-rank do not depend on the order of the cases."""
    shuffled = list(cases)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = (kaplan_meier(*columns(part), 4) for part in (cases, shuffled))
    assert np.array_equal(one.survival, other.survival)
    assert np.array_equal(one.medians()[1], other.medians()[1])
    ranks = [log_rank_against_rest(*columns(part), 4).z for part in (cases, shuffled)]
    assert ranks[0] == pytest.approx(ranks[1], nan_ok=True)


@settings(max_examples=examples(60))
@given(CASES, st.integers(0, 30))
def test_an_open_case_never_makes_the_rest_look_quicker(cases: list[tuple[int, bool, int]], time: int) -> None:
    """One more case that is still open never raises the share that is over at any moment: leaving out would flatter."""
    times, observed, _ = columns(cases)
    before = kaplan_meier(times, observed)
    after = kaplan_meier(np.append(times, time), np.append(observed, False))
    for at in range(31):
        one, other = (curves.still(at).value[0] for curves in (before, after))
        assert np.isnan(one) or np.isnan(other) or other >= one - 1e-12


@settings(max_examples=examples(60))
@given(CASES)
def test_log_rank_is_scipys(cases: list[tuple[int, bool, int]]) -> None:
    """Each group against the rest equals scipy.stats.logrank of the two, in all groups at once."""
    times, observed, group = columns(cases)
    found = log_rank_against_rest(times, observed, group, 4)
    for key in np.unique(group):
        mine = group == key
        if mine.all() or not np.isfinite(found.z[key]):
            continue
        with np.errstate(all="ignore"):
            theirs = stats.logrank(scipy_curve(times[mine], observed[mine]), scipy_curve(times[~mine], observed[~mine]))
        assert found.z[key] == pytest.approx(theirs.statistic, abs=1e-9)
        assert found.p[key] == pytest.approx(theirs.pvalue, abs=1e-9)


def test_known_instances() -> None:
    """Freireich's leukaemia remissions as in textbooks; strata remove what the mix of services alone makes."""
    time = np.array([6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35])
    seen = np.array([1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0])
    curves = kaplan_meier(time, seen)
    assert curves.survival.round(4).tolist() == [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    assert [int(each[0]) for each in curves.medians()] == [23, 13, NEVER]
    placebo = np.array([1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23])
    both = np.r_[time, placebo], np.r_[seen, np.ones(21)], np.r_[np.zeros(21), np.ones(21)]
    assert log_rank_against_rest(*both, 2).z[1] ** 2 == pytest.approx(16.79, abs=0.01)
    quick, slow = np.arange(1, 61), np.arange(1, 61) * 50  # two services, each as quick in both parts of town
    times = np.r_[quick, slow]
    part = np.r_[np.arange(60) % 3 == 0, np.arange(60) % 3 != 0].astype(int)
    service = np.r_[np.zeros(60, int), np.ones(60, int)]
    assert log_rank_against_rest(times, np.ones(120), part, 2).p[1] < 0.01
    assert log_rank_against_rest(times, np.ones(120), part, 2, service).p[1] > 0.5


def test_means_within_a_span() -> None:
    """The restricted mean is the area under the steps, worked by hand; a difference has its interval around it."""
    curves = kaplan_meier([1, 2, 4, 1, 1], [1, 1, 0, 1, 1], [0, 0, 0, 1, 1], 2)
    one = restricted_mean(curves, 0, 3)
    assert one.mean == pytest.approx(1 + 2 / 3 + 1 / 3)
    assert one.error == pytest.approx(np.sqrt(1.0**2 * (1 / 6) + (1 / 3) ** 2 * (1 / 2)))
    other = restricted_mean(curves, 1, 3)
    assert (other.mean, other.error) == (1.0, 0.0)
    value, low, high = mean_difference(one, other)
    assert value == pytest.approx(1.0)
    assert low < value < high


def test_what_cannot_be_counted_is_refused() -> None:
    """Times before 0 and groups that are not there are refused in a sentence; no case at all is no curve."""
    with pytest.raises(GeoError, match="ends before it begins"):
        kaplan_meier([-1], [1])
    with pytest.raises(GeoError, match="one of 1 groups"):
        kaplan_meier([1], [1], [1], 1)
    empty = kaplan_meier([], [], [], 2)
    assert np.isnan(empty.still(3).value).all()
    assert (empty.medians()[0] == NEVER).all()


def test_alike_places_are_seldom_called_different_and_a_slow_one_is_found() -> None:
    """Of 400 places served alike about one in twenty has p below 0.05; one twice as slow has p near 0."""
    rng = np.random.default_rng(7)
    place = rng.integers(0, 400, 40_000)
    service = rng.integers(0, 8, len(place))
    took = rng.exponential(100.0 * (1 + service), len(place))
    followed = rng.uniform(0, 900, len(place))
    times, seen = np.minimum(took, followed).astype(np.int64), took <= followed
    alike = log_rank_against_rest(times, seen, place, 400, service)
    assert 0.02 < np.mean(alike.p < 0.05) < 0.08
    slow = np.where(place == 3, took * 2, took)
    times, seen = np.minimum(slow, followed).astype(np.int64), slow <= followed
    found = log_rank_against_rest(times, seen, place, 400, service)
    assert found.p[3] < 1e-4
    assert found.z[3] < 0
    assert found.observed[3] / found.expected[3] == pytest.approx(0.5, abs=0.2)
