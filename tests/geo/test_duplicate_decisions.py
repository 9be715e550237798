"""What staff decided about pairs rules the groups: confirmed pairs are together, rejected ones apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.duplicates import DuplicateSettings, Groups, group_duplicates
from geo.errors import GeoError
from tests.geo.test_duplicates import columns, partition
from tests.soak import examples

REPORT = st.tuples(
    st.sampled_from([0.0, 5.0, 20.0, 59.0, 130.0, 4_000.0, np.nan]),
    st.sampled_from([0.0, 5.0, 100.0]),
    st.sampled_from([0.0, 0.1, 1.0, 3.0, 14.0, 400.0]),
    st.sampled_from([0.0, 5.0]),
    st.sampled_from([7, 9]),
)
REPORTS = st.lists(REPORT, min_size=2, max_size=25)
PAIRS = st.lists(st.tuples(st.integers(0, 24), st.integers(0, 24)), max_size=8)


def among(pairs: Sequence[tuple[int, int]], count: int) -> np.ndarray:
    """The pairs of two of the first rows."""
    return np.array([pair for pair in pairs if max(pair) < count and pair[0] != pair[1]], dtype=int).reshape(-1, 2)


def sets_of(count: int, together: np.ndarray) -> np.ndarray:
    """A label of the confirmed set of each row, by brute force."""
    label = np.arange(count)
    for _ in range(count):
        for one, other in together.tolist():
            label[[one, other]] = min(label[one], label[other])
    return label


def found(reports: list[tuple[float, ...]], together: np.ndarray, apart: np.ndarray, threshold: float) -> Groups:
    """The groups at a threshold."""
    rule = DuplicateSettings(threshold=threshold)
    return group_duplicates(*columns(reports), settings=rule, together=together, apart=apart)


@settings(max_examples=examples(200))
@given(REPORTS, PAIRS, PAIRS, st.sampled_from([0.0, 0.3, 0.9]))
def test_decisions_of_staff_hold(
    reports: list[tuple[float, ...]],
    yes: list[tuple[int, int]],
    no: list[tuple[int, int]],
    threshold: float,
) -> None:
    """Confirmed pairs share a group, wherever they are; rejected ones do not, unless confirmed pairs join them."""
    together, apart = (among(pairs, len(reports)) for pairs in (yes, no))
    groups = found(reports, together, apart, threshold)
    group, confirmed = groups.group, sets_of(len(reports), together)
    for one, other in together.tolist():
        assert group[one] == group[other] >= 0
    for one, other in apart.tolist():
        if confirmed[one] != confirmed[other]:
            assert group[one] != group[other] or group[one] < 0
    pairs = list(zip(groups.pairs.row_one.tolist(), groups.pairs.row_other.tolist(), strict=True))
    assert len({frozenset(pair) for pair in pairs}) == len(pairs)
    assert {frozenset(pair) for pair in together.tolist()} <= {frozenset(pair) for pair in pairs}
    for (one, other), told in zip(pairs, groups.pairs.probability.tolist(), strict=True):
        assert group[one] == group[other] >= 0
        assert told == 1.0 if confirmed[one] == confirmed[other] else 0.0 < told <= 1.0


@settings(max_examples=examples(150))
@given(REPORTS, PAIRS, PAIRS, st.randoms(use_true_random=False))
def test_order_and_direction_do_not_matter(
    reports: list[tuple[float, ...]], yes: list[tuple[int, int]], no: list[tuple[int, int]], random: object
) -> None:
    """Rows shuffled, pairs turned round and told twice in another order: the same groups."""
    together, apart = (among(pairs, len(reports)) for pairs in (yes, no))
    straight = found(reports, together, apart, 0.4)
    order = list(range(len(reports)))
    random.shuffle(order)  # type: ignore[attr-defined]
    place = np.argsort(order)
    turned = [np.tile(place[pairs][::-1, ::-1], (2, 1)) for pairs in (together, apart)]
    distinct = len({repr(report) for report in reports}) == len(reports)  # of equal reports either may be the one
    if distinct:
        shuffled = found([reports[i] for i in order], *turned, 0.4)
        assert {frozenset(order[i] for i in rows) for rows in partition(shuffled.group)} == partition(straight.group)


@settings(max_examples=examples(100))
@given(REPORTS, PAIRS)
def test_bounds_hold_but_for_what_staff_spanned(reports: list[tuple[float, ...]], yes: list[tuple[int, int]]) -> None:
    """A group is no wider and no longer than the bounds, or than the widest and longest confirmed set within it."""
    rule, together = DuplicateSettings(threshold=0.0), among(yes, len(reports))
    x, y, t, closed, service = columns(reports)
    group = group_duplicates(x, y, t, closed, service, settings=rule, together=together).group
    confirmed = sets_of(len(reports), together)
    placed = np.isfinite(x)

    def extent(rows: np.ndarray) -> tuple[float, float]:
        rows = rows[placed[rows]]
        return (float(np.hypot(np.ptp(x[rows]), np.ptp(y[rows]))), float(np.ptp(t[rows]))) if len(rows) else (0.0, 0.0)

    for own in set(group[group >= 0].tolist()):
        rows = np.flatnonzero(group == own)
        spanned = [extent(rows[confirmed[rows] == label]) for label in set(confirmed[rows].tolist())]
        wide, long = extent(rows)
        assert wide <= max(rule.extent_m, *(one for one, _ in spanned))
        assert long <= max(rule.span_h * 3_600, *(one for _, one in spanned))


@settings(max_examples=examples(60))
@given(REPORTS)
def test_without_decisions_nothing_changes(reports: list[tuple[float, ...]]) -> None:
    """No decisions, and decisions that change nothing, give the same groups and scores."""
    plain = group_duplicates(*columns(reports))
    none = np.zeros((0, 2), dtype=int)
    same = group_duplicates(*columns(reports), together=none, apart=none)
    assert plain.group.tolist() == same.group.tolist()
    assert plain.score.tolist() == same.score.tolist()
    lone = np.flatnonzero(plain.group < 0)
    other = group_duplicates(*columns(reports), apart=[(lone[0], lone[-1])]) if len(lone) > 1 else plain
    assert partition(other.group) == partition(plain.group)


def test_what_staff_joined_draws_others_in() -> None:
    """A report near one of two that were confirmed across the city joins them; its fit is over all its group."""
    reports = [(0, 0, 0, 30, 1), (4_000, 0, 0.1, 30, 1), (3, 0, 0.2, 30, 1)]
    groups = group_duplicates(*columns(reports), together=[(1, 0)], settings=DuplicateSettings(threshold=0.3))
    assert groups.group.tolist() == [0, 0, 0]
    near = groups.pairs.probability[groups.pairs.row_other == 2]
    assert groups.score.tolist() == pytest.approx([(1 + near[0]) / 2, 0.5, near[0] / 2])


def test_confirmed_wins_over_rejected_and_reports_without_place_join() -> None:
    """A pair that was confirmed and rejected is together; so is one with a report that has no place."""
    reports = [(0, 0, 0, 30, 1), (np.nan, 0, 0.1, 30, 1), (900, 0, 0.2, 30, 1)]
    groups = group_duplicates(*columns(reports), together=[(0, 1), (0, 2)], apart=[(2, 0)])
    assert groups.group.tolist() == [0, 0, 0]
    assert groups.score.tolist() == [1.0, 1.0, 1.0]


def test_decisions_about_reports_that_are_not_there_are_refused() -> None:
    """A row beyond the columns is named as such."""
    with pytest.raises(GeoError, match="not among the 2"):
        group_duplicates(*columns([(0, 0, 0, 30, 1), (0, 0, 0, 30, 1)]), together=[(0, 2)])
