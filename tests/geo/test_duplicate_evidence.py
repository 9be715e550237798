"""What speaks for and against a pair sums to its score, for the laws and for what was learned."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.inputs.second_law import make_second_law
from geo.duplicate_evidence import EVIDENCE, SLOT
from geo.duplicate_features import EVIDENCE_OF, FEATURES
from geo.duplicate_model import learn_model
from geo.duplicates import CandidateIndex, DuplicateSettings, build_candidate_index
from tests.few_trees import few_trees
from tests.soak import examples

DAY_S = 86_400.0
WORDS = st.sampled_from(["", "deep pothole", "pothole at the corner", "missed cart", "lamp"])
REPORT = st.tuples(
    st.floats(0, 90), st.floats(0, 90), st.floats(0, 30), st.floats(0, 9), st.integers(1, 2),
    st.integers(-1, 2), st.booleans(), WORDS,
)  # fmt: skip


def index_of(reports: list[tuple[float, float, float, float, int, int, bool, str]]) -> CandidateIndex:
    """Reports that say all that can be said."""
    x, y, day, open_d, service, asset, staff, text = zip(*reports, strict=True)
    t = np.array(day) * DAY_S
    closed = np.where(np.array(open_d) > 1, t + np.array(open_d) * DAY_S, np.nan)
    rule = DuplicateSettings(service_affinity={(1, 2): 0.5})
    layer = np.where(np.array(asset) < 0, -1, 1)
    return build_candidate_index(x, y, t, closed, service, text, rule, asset=asset, asset_layer=layer, staff=staff)


@settings(max_examples=examples(100))
@given(st.lists(REPORT, min_size=2, max_size=20))
def test_what_the_laws_weigh_sums_to_the_score(reports: list[tuple[float, float, float, float, int, int, bool, str]]) -> None:  # fmt: skip # noqa: E501
    """Of every pair the parts sum to the log odds to 1e-9, and these are those of the score."""
    index = index_of(reports)
    ends = index.near_pairs()
    parts, odds, score = index.evidence(*ends), index.log_odds(*ends), index.scores(*ends)
    assert parts.shape == (len(score), len(EVIDENCE))
    assert np.allclose(parts.sum(axis=1), odds, rtol=0, atol=1e-9)
    assert np.allclose(1.0 / (1.0 + np.exp(-odds)), score, rtol=0, atol=1e-12)


def test_each_part_speaks_of_its_own() -> None:
    """A pair 2 m and 1 h apart against one 60 m and 15 d apart: near and soon speak for it, far and late against."""

    def parts(apart_m: float, days: float) -> np.ndarray:
        index = build_candidate_index(
            [0.0, apart_m, 9e3], [0, 0, 0], [0, days * DAY_S, 300 * DAY_S], [np.nan] * 3, [1] * 3
        )
        return index.evidence(*index.near_pairs())[0]

    near, far = parts(2.0, 1 / 24), parts(60.0, 15.0)
    for name in ("distance", "delay"):
        assert near[SLOT[name]] > 0.0 > far[SLOT[name]]
    assert near[SLOT["state"]] == far[SLOT["state"]] == 0.0
    assert near[SLOT["place"]] > 0.0  # hardly a report comes there by chance
    for name in ("text", "address", "asset", "staff", "reporter", "photo"):
        assert near[SLOT[name]] == 0.0


def test_place_is_what_chance_brings() -> None:
    """`place` is less the logarithm of the reports to be expected within radius and window of the busier place."""
    x = np.r_[np.zeros(40), 5.0]
    t = np.r_[np.arange(40) * 30 * DAY_S, 0.5 * DAY_S]
    index = build_candidate_index(x, np.zeros(41), t, np.full(41, np.nan), np.ones(41))
    earlier, later = index.near_pairs()
    rule = index.settings
    rate = np.exp(np.maximum(index.log_background[earlier], index.log_background[later]))
    expected = rate * np.pi * rule.radius_m**2 * rule.window_h * 3_600
    assert np.allclose(index.evidence(earlier, later)[:, SLOT["place"]], -np.log(expected), atol=1e-9)


@pytest.fixture(scope="module")
def city():  # type: ignore[no-untyped-def]
    """A city small enough to learn from in seconds."""
    return make_second_law(6_000, 3)


def test_what_the_trees_weigh_sums_to_what_they_say(city) -> None:  # type: ignore[no-untyped-def]
    """Of every pair the parts and the base sum to the trees' raw score to 1e-9; near and soon speaks for it."""
    order = np.argsort(city.incident, kind="stable")
    same = city.incident[order][1:] == city.incident[order][:-1]
    pairs = np.stack([order[:-1][same], order[1:][same]], axis=1)
    index = build_candidate_index(city.x_m, city.y_m, city.requested_s, city.closed_s, city.service)
    with few_trees():
        model = learn_model(index, pairs)
    ends = index.near_pairs()
    parts = model.evidence(index, *ends)
    assert np.allclose(model.base + parts.sum(axis=1), model.raw(index, *ends), rtol=0, atol=1e-9)
    told = np.interp(model.raw(index, *ends), *model.calibration)
    assert np.array_equal(told, model.scores(index, *ends))
    apart_m = np.hypot(*(values[ends[0]] - values[ends[1]] for values in (index.reports.x, index.reports.y)))
    distance = parts[:, SLOT["distance"]]
    assert distance[apart_m < 10].mean() > distance[apart_m > 50].mean()
    assert not parts[:, SLOT["photo"]].any()
    some = np.arange(0, len(ends[0]), 7)[::-1]  # asked about alone, each is weighed among its rivals all the same
    assert np.allclose(model.evidence(index, ends[0][some], ends[1][some]), parts[some], rtol=0, atol=1e-12)


def test_every_feature_is_some_evidence() -> None:
    """No feature is without a kind of evidence, and none names one that there is not."""
    assert set(EVIDENCE_OF) == set(FEATURES)
    assert set(EVIDENCE_OF.values()) <= set(EVIDENCE)
