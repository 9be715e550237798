"""Tests of grouping the reports of one incident."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from benchmarks.inputs.synthetic_requests import make_requests
from geo.crs import to_metres
from geo.duplicate_kernels import average_link
from geo.duplicate_laws import BANDWIDTH_M
from geo.duplicates import (
    DuplicateSettings,
    build_candidate_index,
    candidates,
    evaluate_pairs,
    group_duplicates,
)
from geo.errors import GeoError
from geo.progress import Stopped
from tests.shared import shared_file
from tests.soak import examples

DAY_S = 86_400.0

# x_m, y_m, day requested, days open (0: still open), service
REPORT = st.tuples(
    st.sampled_from([0.0, 5.0, 20.0, 59.0, 61.0, 130.0, 400.0]),
    st.sampled_from([0.0, 5.0, 20.0, 100.0, 700.0]),
    st.sampled_from([0.0, 0.1, 1.0, 3.0, 10.0, 14.0, 40.0, 400.0]),
    st.sampled_from([0.0, 0.5, 5.0, 60.0]),
    st.sampled_from([7, 9, 1000]),
)


def columns(reports: Sequence[Sequence[float]]) -> tuple[NDArray[np.float64], ...]:
    """The reports as the columns that the search takes."""
    x, y, day, open_d, service = np.array(reports, dtype=float).reshape(-1, 5).T
    closed = np.where(open_d > 0, (day + open_d) * DAY_S, np.nan)
    return x, y, day * DAY_S, closed, service.astype(np.int64)


def partition(group: NDArray[np.int64]) -> set[frozenset[int]]:
    """The groups as sets of rows, reports alone as sets of one."""
    sets: dict[int, set[int]] = {}
    for row, own in enumerate(group.tolist()):
        sets.setdefault(own if own >= 0 else -1 - row, set()).add(row)
    return {frozenset(rows) for rows in sets.values()}


def pairwise(truth: NDArray[np.int64], group: NDArray[np.int64]) -> tuple[float, float, float]:
    """Precision, recall and F1 over pairs of reports."""

    def pairs(*labels: NDArray[np.int64]) -> int:
        size = np.unique(np.stack(labels), axis=1, return_counts=True)[1]
        return int((size * (size - 1) // 2).sum())

    inside = group >= 0
    hits = pairs(truth[inside], group[inside])
    precision, recall = hits / pairs(group[inside]), hits / pairs(truth)
    return precision, recall, 2 * precision * recall / (precision + recall)


@settings(max_examples=examples(150))
@given(st.lists(REPORT, max_size=40), st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(reports: list[tuple[float, ...]], random: object) -> None:
    """The same reports in another order fall into the same groups with the same scores (to the order of sums)."""
    order = list(range(len(reports)))
    random.shuffle(order)  # type: ignore[attr-defined]
    straight = group_duplicates(*columns(reports))
    shuffled = group_duplicates(*columns([reports[i] for i in order]))
    assert {frozenset(order[i] for i in rows) for rows in partition(shuffled.group)} == partition(straight.group)
    assert np.allclose(shuffled.score, straight.score[order], rtol=0, atol=1e-12)


@settings(max_examples=examples(150))
@given(st.lists(REPORT, max_size=40), st.sampled_from([0.0, 0.3, 0.5, 0.9]))
def test_groups_are_bounded_and_named_by_their_earliest(reports: list[tuple[float, ...]], threshold: float) -> None:
    """No two members are further apart than the bounds; the group is its earliest report; scores are probabilities."""
    rule = DuplicateSettings(threshold=threshold)
    x, y, t, closed, service = columns(reports)
    found = group_duplicates(x, y, t, closed, service, settings=rule)
    assert ((found.score >= 0) & (found.score <= 1)).all()
    assert ((found.score > 0) == (found.group >= 0)).all()
    for own in set(found.group[found.group >= 0].tolist()):
        rows = np.flatnonzero(found.group == own)
        assert len(rows) > 1
        assert own in rows
        assert t[own] == t[rows].min()
        assert np.ptp(t[rows]) <= rule.span_h * 3600
        assert np.hypot(x[rows][:, None] - x[rows], y[rows][:, None] - y[rows]).max() <= rule.extent_m
        assert len(set(service[rows])) == 1
        assert found.score[rows].mean() >= threshold - 1e-9


@settings(max_examples=examples(100))
@given(st.lists(REPORT, max_size=40))
def test_near_pairs_and_backgrounds_are_those_of_brute_force(reports: list[tuple[float, ...]]) -> None:
    """The grid finds exactly the pairs within radius and window, and each place's background, as two loops do."""
    x, y, t, closed, service = columns(reports)
    rule = DuplicateSettings(service_affinity={(7, 9): 0.5})
    index = build_candidate_index(x, y, t, closed, service, settings=rule)
    earlier, later = index.near_pairs()
    assert (t[index.row[earlier]] <= t[index.row[later]]).all()
    found = {frozenset((int(index.row[i]), int(index.row[j]))) for i, j in zip(earlier, later, strict=True)}
    assert len(found) == len(earlier)
    expected, background = set(), np.zeros(len(x))
    for i in range(len(x)):
        for j in range(len(x)):
            squared, apart_s = (x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2, abs(t[i] - t[j])
            together = service[i] == service[j] or {service[i], service[j]} == {7, 9}
            if i < j and together and squared <= rule.radius_m**2 and apart_s <= rule.window_h * 3600:
                expected.add(frozenset((i, j)))
            if service[i] == service[j] and squared <= rule.radius_m**2 and apart_s > rule.window_h * 3600:
                background[i] += np.exp(-squared / (4 * BANDWIDTH_M**2))
    assert found == expected
    assert np.allclose(index.reports.background, background[index.row])


@settings(max_examples=examples(80))
@given(st.integers(2, 14), st.integers(0, 2**32 - 1), st.sampled_from([0.2, 0.5]))
def test_average_linkage_is_scipys(nodes: int, seed: int, threshold: float) -> None:
    """Without bounds the sparse linkage gives the clusters of scipy's dense one, absent edges scoring nothing."""
    rng = np.random.default_rng(seed)
    score = np.triu(rng.uniform(0, 1, (nodes, nodes)) * (rng.random((nodes, nodes)) < 0.6), 1)
    u, v = np.nonzero(score)
    one = np.ones(nodes, dtype=np.int64)
    label = average_link(u.copy(), v.copy(), score[u, v], np.zeros((nodes, 6)), one, threshold, np.inf, np.inf)
    tree = linkage(squareform(1.0 - (score + score.T), checks=False), method="average")
    expected = fcluster(tree, 1.0 - threshold, criterion="distance")
    assert partition(label.astype(np.int64)) == partition(expected.astype(np.int64))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_finds_the_planted_duplicates_of_a_large_city(seed: int) -> None:
    """At 190,000 requests over ten years with hot corners, groups agree with the truth at F1 of .8 and more."""
    city = make_requests(190_000, seed)
    found = group_duplicates(city.x_m, city.y_m, city.requested_s, city.closed_s, city.service)
    precision, recall, f1 = pairwise(city.incident, found.group)
    assert precision >= 0.9
    assert recall >= 0.75
    assert f1 >= 0.8


class Boston(NamedTuple):
    """Boston's located requests as the columns of the search, who made them, and the links of its staff as rows."""

    columns: tuple[NDArray[np.float64], ...]
    staff: NDArray[np.bool_]
    links: set[frozenset[int]]
    october: NDArray[np.bool_]


@pytest.fixture(scope="module")
def boston() -> Boston:
    """The placeholder point is left out: it stands for no place."""
    with zipfile.ZipFile(shared_file("requests/boston_311_2011_jul_oct.zip")) as file:
        rows = pd.read_csv(file.open(file.namelist()[0]), dtype=str)
    rows = rows[(rows["latitude"] != "42.3594") | (rows["longitude"] != "-71.0587")].reset_index(drop=True)
    place = {key: i for i, key in enumerate(rows["case_enquiry_id"])}
    links = pd.read_csv(shared_file("requests/boston_311_2011_jul_oct_duplicates.csv"), dtype=str)
    pairs = {
        frozenset((place[a], place[b]))
        for a, b in zip(links["child"], links["parent"], strict=True)
        if {a, b} <= place.keys() and a != b
    }
    x, y = to_metres(rows["longitude"].astype(float), rows["latitude"].astype(float), 26986)
    opened = pd.to_datetime(rows["open_dt"]).to_numpy("datetime64[s]")
    closed_at = pd.to_datetime(rows["closed_dt"]).to_numpy("datetime64[s]")
    closed = np.where(np.isnat(closed_at), np.nan, closed_at.astype(float))
    columns = (x, y, opened.astype(float), closed, pd.factorize(rows["type"])[0])
    staff = (rows["source"] == "Employee Generated").to_numpy()
    return Boston(columns, staff, pairs, opened >= np.datetime64("2011-10-01"))


def by_the_rule(boston: Boston) -> tuple[float, float]:
    """Recall and lower bound of the precision of the rule 'same type, 40 m, 5 days' in October, by brute force."""
    x, y, t, _, kind = boston.columns
    rows = np.flatnonzero(boston.october)
    found = set()
    for i in rows.tolist():
        near = rows[(t[rows] >= t[i]) & (t[rows] <= t[i] + 5 * DAY_S) & (kind[rows] == kind[i])]
        near = near[(np.hypot(x[near] - x[i], y[near] - y[i]) <= 40.0) & (near != i)]
        found |= {frozenset((i, j)) for j in near.tolist()}
    known = {link for link in boston.links if boston.october[list(link)].all()}
    return len(found & known) / len(known), len(found & known) / len(found)


def test_boston_without_labels_beats_the_simple_rule(boston: Boston) -> None:
    """October's pairs, best first, at a recall of .65: more of them are links than of those that the rule finds."""
    index = build_candidate_index(*boston.columns)
    earlier, later = index.near_pairs()
    rows = np.stack([index.row[earlier], index.row[later]], axis=1)
    known = {link for link in boston.links if boston.october[list(link)].all()}
    ranked = rows[boston.october[rows].all(axis=1)][
        np.argsort(-index.scores(earlier, later)[boston.october[rows].all(axis=1)], kind="stable")
    ]
    hits = np.cumsum([frozenset(pair) in known for pair in ranked.tolist()])
    enough = int(np.searchsorted(hits, 0.65 * len(known)))
    assert hits[enough] / (enough + 1) >= by_the_rule(boston)[1]


def test_boston_groups_beat_the_simple_rule_where_staff_is_known(boston: Boston) -> None:
    """Where employees' entries are known, October's likelier groups have the rule's recall and its precision."""
    rule = DuplicateSettings(threshold=0.7)
    group = group_duplicates(*boston.columns, staff=boston.staff, settings=rule).group
    known = [tuple(link) for link in boston.links if boston.october[list(link)].all()]
    found = evaluate_pairs(np.where(boston.october, group, -1), known)
    recall, bound = by_the_rule(boston)
    assert found.pair_recall >= recall
    assert found.pair_precision_lower_bound >= bound


def test_a_corner_with_a_new_pothole_every_month_stays_many_incidents() -> None:
    """Reports chained over years at one corner are not one incident; the two of one day are."""
    days = [30.0 * month for month in range(60)]
    reports = [(0.0, 0.0, day, 20.0, 1) for day in days] + [(3.0, 0.0, 600.1, 20.0, 1)]
    found = group_duplicates(*columns(reports))
    assert partition(found.group) == {frozenset({20, 60})} | {frozenset({i}) for i in range(60) if i != 20}


def test_what_was_closed_is_less_likely_the_same() -> None:
    """Where one of two reports of a place was closed before the other came, the odds are a tenth or less."""

    def odds(open_days: float) -> float:
        index = build_candidate_index(*columns([(0, 0, 0, open_days, 1), (10, 0, 2, 9, 1)]))
        score = float(index.scores(*index.near_pairs())[0])
        return score / (1.0 - score)

    assert odds(0.0) == odds(5.0) > 1.0
    assert odds(1.0) <= 0.1 * odds(5.0)


def test_service_decides_unless_services_go_together() -> None:
    """Reports of two services are apart, unless an affinity says that one thing is reported under both."""
    reports = columns([(0, 0, 0, 9, 1), (1, 0, 0.1, 9, 2)])
    assert group_duplicates(*reports).group.tolist() == [-1, -1]
    rule = DuplicateSettings(service_affinity={(2, 1): 0.8})
    assert group_duplicates(*reports, settings=rule).group.tolist() == [0, 0]


def test_texts_speak_for_and_against() -> None:
    """Like texts raise a pair's score, unlike ones lower it, a missing one leaves it."""
    reports = columns([(0, 0, 0, 9, 1), (30, 0, 3, 9, 1)])

    def score(one: str, other: str) -> float:
        index = build_candidate_index(*reports, text=[one, other])
        return float(index.scores(*index.near_pairs())[0])

    without = build_candidate_index(*reports)
    neutral = float(without.scores(*without.near_pairs())[0])
    assert score("", "deep pothole") == neutral
    assert score("deep pothole", "pothole, deep") > neutral > score("deep pothole", "missed trash cart")


def test_no_place_or_time_stays_alone() -> None:
    """A report without coordinates or time is in no group and disturbs none."""
    reports = columns([(0, 0, 0, 9, 1), (np.nan, 0, 0, 9, 1), (0, 0, np.nan, 9, 1), (0, 0, 0.1, 9, 1)])
    assert group_duplicates(*reports).group.tolist() == [0, -1, -1, 0]
    assert group_duplicates(*columns([])).group.tolist() == []
    assert group_duplicates(*columns([(np.nan, 0, 0, 9, 1)])).group.tolist() == [-1]


@settings(max_examples=examples(80))
@given(st.lists(REPORT, min_size=1, max_size=30), REPORT)
def test_candidates_of_a_new_report_are_its_near_pairs(reports: list[tuple[float, ...]], new: tuple) -> None:
    """What is offered for a new report is what the search itself would pair it with, scored alike, best first."""
    at = (new[0], new[1], new[2] * DAY_S, int(new[4]))
    found = candidates(build_candidate_index(*columns(reports)), *at)
    assert (np.diff(found.score) <= 0).all()
    whole = build_candidate_index(*columns([*reports, (*new[:3], 0.0, new[4])]))
    earlier, later = whole.near_pairs()
    own = len(reports)
    ends = np.column_stack([whole.row[earlier], whole.row[later]])
    if own not in ends:
        assert len(found.row) == 0
    mine = (ends == own).any(axis=1)
    partners = ends[mine].sum(axis=1) - own
    if new[4] not in {report[4] for report in reports}:
        partners = partners[:0]
    assert set(found.row.tolist()) <= set(partners.tolist())


def test_candidates_score_like_the_search() -> None:
    """Three reports near a new one come best first: near and open, then far, then closed; the far corner's never."""
    reports = [(0, 0, 0, 30, 1), (35, 0, 0, 30, 1), (0, 1, 0, 0.5, 1), (500, 0, 0, 30, 1), (1, 0, 0, 30, 2)]
    found = candidates(build_candidate_index(*columns(reports)), 2.0, 0.0, 1.0 * DAY_S, 1)
    assert found.row.tolist() == [0, 1, 2]
    assert (found.score > 0).all()
    assert len(candidates(build_candidate_index(*columns(reports)), np.nan, 0.0, DAY_S, 1).row) == 0
    assert len(candidates(build_candidate_index(*columns(reports)), 2.0, 0.0, DAY_S, 99).row) == 0


def test_links_are_held_against_groups_without_direction() -> None:
    """Direction, repetition and self-links of known pairs do not count; recall and precision are plain shares."""
    group = np.array([0, 0, 0, -1, 4, 4, -1])
    found = evaluate_pairs(group, [(1, 0), (0, 1), (2, 2), (3, 6), (5, 4)])
    assert found.pair_recall == pytest.approx(2 / 3)
    assert found.pair_precision_lower_bound == pytest.approx(2 / 4)
    assert evaluate_pairs(group, []) == (0.0, 0.0)
    assert evaluate_pairs([-1, -1], [(0, 1)]) == (0.0, 0.0)


def test_settings_and_columns_are_checked() -> None:
    """Impossible settings are all named in one error, and columns of unlike length are refused."""
    with pytest.raises(GeoError, match="radius_m must be more than 0; threshold must be between 0 and 1"):
        DuplicateSettings(radius_m=0.0, threshold=2.0)
    with pytest.raises(GeoError, match="differ in length"):
        group_duplicates([0.0], [0.0, 1.0], [0.0], [0.0], [1])


def test_search_can_be_stopped() -> None:
    """A search that should stop ends without an answer."""
    with pytest.raises(Stopped):
        group_duplicates(*columns([(0, 0, 0, 9, 1)]), should_stop=lambda: True)


@pytest.mark.parametrize("stray_day", [-40_000.0, 4_000.0])
def test_a_stray_date_changes_nothing_elsewhere(stray_day: float) -> None:
    """One report dated a century off, as files have them, leaves the groups of all the others as they are."""
    made = make_requests(4_000, seed=3)
    t, service = made.requested_s, made.service
    plain = group_duplicates(made.x_m, made.y_m, t, made.closed_s, service)
    far = t.min() + stray_day * DAY_S
    x, y = np.append(made.x_m, made.x_m[0] + 5_000.0), np.append(made.y_m, made.y_m[0])
    closed = np.append(made.closed_s, far + DAY_S)
    stray = group_duplicates(x, y, np.append(t, far), closed, np.append(service, service[0]))
    assert np.array_equal(plain.group, stray.group[:-1])


@settings(max_examples=examples(80))
@given(st.lists(REPORT, min_size=1, max_size=30), REPORT)
def test_services_have_bounds_of_their_own(reports: list[tuple[float, ...]], new: tuple) -> None:
    """Pairs and candidates of a service are within its radius and window, of two within both; none is beyond all's."""
    bounds = {7: (25.0, 48.0), 9: (500.0, 9_000.0)}
    together = {(7, 9): 0.5, (7, 1000): 0.5}
    wide = DuplicateSettings(service_affinity=together)
    narrow = DuplicateSettings(service_affinity=together, by_service=bounds)
    x, y, t, closed, service = columns(reports)

    def near(one: int, other: int, apart_m: float, delay_s: float) -> bool:
        own = [bounds.get(kind, (np.inf, np.inf)) for kind in (one, other)]
        return apart_m <= min(radius for radius, _ in own) and delay_s <= 3_600 * min(hours for _, hours in own)

    def pairs(rule: DuplicateSettings) -> set[frozenset[int]]:
        index = build_candidate_index(x, y, t, closed, service, settings=rule)
        return {frozenset(ends) for ends in zip(*(index.row[side].tolist() for side in index.near_pairs()))}  # noqa: B905

    expected = {
        pair for pair in pairs(wide) for i, j in [sorted(pair)]
        if near(service[i], service[j], float(np.hypot(x[i] - x[j], y[i] - y[j])), abs(t[i] - t[j]))
    }  # fmt: skip
    assert pairs(narrow) == expected
    at = (new[0], new[1], new[2] * DAY_S, int(new[4]))
    for row in candidates(build_candidate_index(x, y, t, closed, service, settings=narrow), *at).row.tolist():
        assert near(service[row], at[3], float(np.hypot(x[row] - at[0], y[row] - at[1])), abs(t[row] - at[2]))


def test_bounds_of_a_service_must_be_more_than_nothing() -> None:
    """A radius of 0 is refused."""
    with pytest.raises(GeoError, match="of a service must be more than 0"):
        DuplicateSettings(by_service={7: (0.0, 24.0)})
