"""What reports alone tell of how duplicates come about, held against planted incidents and against plain formulas."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from benchmarks.inputs.second_law import FAMILIES, IN_FAMILY, make_second_law
from benchmarks.inputs.synthetic_requests import make_requests
from geo.duplicate_laws import BANDWIDTH_M, DELAY_S, DISTANCE_M, LATELY_S, learn_laws
from geo.duplicates import DuplicateSettings, build_candidate_index, group_duplicates

DAY_S = 86_400.0


@pytest.fixture(scope="module")
def second():  # type: ignore[no-untyped-def]
    """A city of the second law."""
    return make_second_law(120_000, 1)


def columns(city) -> tuple[np.ndarray, ...]:  # type: ignore[no-untyped-def]
    """The columns of the search."""
    return city.x_m, city.y_m, city.requested_s, city.closed_s, city.service


def test_services_that_go_together_are_found(second) -> None:  # type: ignore[no-untyped-def]
    """Every pair within a family of services, and of the others hardly any and none readily."""
    index = build_candidate_index(*columns(second))
    family = index.reports.services // IN_FAMILY
    within = (family[:, None] == family) & ~np.eye(len(family), dtype=bool)
    assert within.sum() == FAMILIES * IN_FAMILY * (IN_FAMILY - 1)
    assert (index.laws.affinity[within] > 0.03).all()
    across = index.laws.affinity[family[:, None] != family]
    assert np.count_nonzero(across) < 0.02 * len(across)
    assert across.max() < 0.06


def test_scores_are_probabilities(second) -> None:  # type: ignore[no-untyped-def]
    """Of pairs with a high score nearly all are of one incident, of those in the middle some, of the least few."""
    index = build_candidate_index(*columns(second))
    earlier, later = index.near_pairs()
    score = index.scores(earlier, later)
    same = second.incident[index.row[earlier]] == second.incident[index.row[later]]
    assert same[score > 0.9].mean() > 0.95
    assert 0.4 < same[(score > 0.4) & (score < 0.6)].mean() < 0.8
    assert same[score < 0.1].mean() < 0.12


def test_groups_follow_what_is_learned(second) -> None:  # type: ignore[no-untyped-def]
    """At a law that nothing was set for, nine in ten pairs within groups are true and three in four true ones found."""
    group = group_duplicates(*columns(second)).group

    def pairs(*labels: np.ndarray) -> int:
        size = np.unique(np.stack(labels), axis=1, return_counts=True)[1]
        return int((size * (size - 1) // 2).sum())

    inside = group >= 0
    hits = pairs(second.incident[inside], group[inside])
    assert hits >= 0.9 * pairs(group[inside])
    assert hits >= 0.75 * pairs(second.incident)


def test_odds_are_those_of_the_tables() -> None:
    """A pair's log odds are the sum of the tables' entries, here read one by one with numpy alone."""
    city = make_requests(3_000, 5)
    index = build_candidate_index(*columns(city))
    earlier, later = index.near_pairs()
    r, laws = index.reports, index.laws
    far, late = (np.interp for _ in range(2))
    middle = (DISTANCE_M[1:] + DISTANCE_M[:-1]) / 2.0
    roots = np.sqrt((DELAY_S[1:] + DELAY_S[:-1]) / 2.0)
    score = index.scores(earlier, later)
    assert len(score) > 50
    for i, j, found in zip(earlier.tolist(), later.tolist(), score.tolist(), strict=True):
        since = r.t[j] - r.closed[i]
        rate = (max(r.background[i], r.background[j]) + 0.1) / (4 * np.pi * BANDWIDTH_M**2 * r.span_s)
        odds = (
            far(np.hypot(r.x[i] - r.x[j], r.y[i] - r.y[j]), middle, laws.distance - laws.chance)
            + late(np.sqrt(r.t[j] - r.t[i]), roots, laws.delay)
            + laws.closed[0 if since <= 0 else 1 if since <= LATELY_S else 2]
            + laws.repeats[r.service[i]]
            + np.log(laws.affinity[r.service[i], r.service[j]])
            - np.log(rate)
        )
        assert np.log(found / (1 - found)) == pytest.approx(odds, abs=0.15)  # the tables go by whole metres


def test_little_data_leaves_what_is_known() -> None:
    """Two reports far apart teach nothing: near and soon is likelier than far and late, open than closed."""
    index = build_candidate_index([0.0, 5_000.0], [0.0, 0.0], [0.0, 9e6], [np.nan, np.nan], [1, 1])
    laws = learn_laws(index.reports, 80.0, 21 * DAY_S)
    for field in fields(laws):
        assert np.isfinite(getattr(laws, field.name)).all()
    assert (np.diff(laws.distance) <= 0).all()
    assert (np.diff(laws.delay) <= 0).all()
    assert laws.closed[0] > laws.closed[1] >= laws.closed[2]
    assert laws.pairs == 0.0


def test_two_entries_of_staff_are_seldom_one_thing() -> None:
    """The odds of two reports by the city's own people are lowered by just the factor that is set, no others."""
    place = (np.array([0.0, 8.0]), np.zeros(2), np.array([0.0, DAY_S]), np.full(2, np.nan), np.ones(2))

    def odds(staff: list[bool], factor: float) -> float:
        index = build_candidate_index(*place, staff=staff, settings=DuplicateSettings(staff_odds=factor))
        score = float(index.scores(*index.near_pairs())[0])
        return score / (1.0 - score)

    assert odds([True, False], 0.05) == odds([True, False], 1.0)
    assert odds([True, True], 0.05) == pytest.approx(0.05 * odds([True, True], 1.0), rel=1e-6)
