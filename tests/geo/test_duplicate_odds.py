"""Odds that are measured: against another solver, against what was planted, and hardly moved by a few decisions."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from geo.duplicate_odds import _fitted, _stated, measure_odds, with_odds
from geo.duplicate_particulars import COMPARED, odds_of, said_by_kind
from geo.duplicate_settings import ODDS, DuplicateSettings
from geo.duplicates import CandidateIndex, build_candidate_index
from geo.known_laws import KnownLaws

DAY_S = 86_400.0
RULE = DuplicateSettings()


def compared(count: int, seed: int) -> np.ndarray:
    """What pairs have in common, of every kind, some of it not said."""
    rng = np.random.default_rng(seed)
    likely = {"staff_pair": 4, "same_asset": 2, "address": 5, "same_reporter": 2, "reported_before": 400,
              "photo_bits": 30}  # fmt: skip
    told = np.column_stack([rng.integers(0, likely.get(name, 1) + 1, count).astype(float) for name in COMPARED])
    at = [COMPARED.index(name) for name in ("text_alike", "text_shared", "text_told")]
    told[:, at] = rng.random((count, 3)) * [1.0, 20.0, 20.0]
    for name, most in likely.items():
        told[:, COMPARED.index(name)] %= most
    told[rng.random(told.shape) < 0.2] = np.nan
    told[np.ix_(np.isnan(told[:, at]).any(axis=1), at)] = np.nan  # texts say all three or nothing
    return told


def test_the_kinds_are_what_the_odds_grow_with() -> None:
    """Raising one of ODDS raises the log odds of each pair by its kind times the logarithm, of texts the weight."""
    told = compared(500, 1)
    before = sum(said for _, said in odds_of(RULE, told))
    kinds = said_by_kind(RULE, told)
    assert kinds.any(axis=0).all()
    for at, name in enumerate(ODDS):
        more = with_odds(RULE, {})
        object.__setattr__(more, name, getattr(RULE, name) * 1.5)
        step = 0.5 * RULE.text_weight if name == "text_weight" else np.log(1.5)
        grown = sum(said for _, said in odds_of(more, told)) - before
        busy = (name == "same_reporter_odds") & (kinds[:, at] == 0.0)  # of whom only higher odds tell anything
        assert np.allclose(np.where(busy, 0.0, grown), step * kinds[:, at], atol=1e-12)


def test_the_weights_are_the_likeliest_after_the_prior() -> None:
    """Another solver (BFGS on the same posterior) finds the same weights."""
    rng = np.random.default_rng(2)
    design = said_by_kind(RULE, compared(400, 3))
    offset, weight = rng.normal(size=400) - 1.0, rng.choice([1.0, 5.0, 0.3], 400)
    same = (rng.random(400) < 0.3).astype(float)
    stated = _stated(RULE)
    spread = np.array([0.5, 0.5, 0.5, 0.15, 0.5, 0.5])

    def loss(free: np.ndarray) -> float:
        odds = offset + free[0] + design @ free[1:]
        fit = weight * (np.logaddexp(0.0, odds) - same * odds)
        return float(fit.sum() + (((free[1:] - stated) / spread) ** 2).sum() / 2 + (free[0] / 10.0) ** 2 / 2)

    other = minimize(loss, np.append(0.0, stated), method="BFGS", options={"gtol": 1e-8}).x
    assert np.allclose(_fitted(design, offset, same, weight, stated), other[1:], atol=1e-4)


@pytest.fixture(scope="module")
def index() -> tuple[CandidateIndex, np.ndarray, np.ndarray]:
    """Reports of three people, whoever it was by chance, with the pairs of one thing and those of two at one place."""
    rng = np.random.default_rng(5)
    places = rng.uniform(0, 30_000, (2_000, 2))
    day = rng.uniform(0, 300, 2_000)
    x, y = (np.concatenate([places[:, at], places[:, at] + rng.normal(0, 4, 2_000)]) for at in range(2))
    t = np.concatenate([day, day + rng.uniform(0, 10, 2_000)]) * DAY_S
    reporter = np.arange(4_000) // 3 % 40 * 50 + rng.integers(0, 2, 4_000)
    reporter[2_000:] = np.where(rng.random(2_000) < 0.5, reporter[:2_000], reporter[2_000:])
    made = build_candidate_index(x, y, t, np.full(4_000, np.nan), np.ones(4_000), reporter=reporter)
    pairs = np.stack([np.arange(2_000), np.arange(2_000) + 2_000], axis=1)
    return made, pairs[::2], pairs[1::2]


def test_many_decisions_tell_that_one_reporter_says_nothing(
    index: tuple[CandidateIndex, np.ndarray, np.ndarray],
) -> None:
    """Where one reporter is as frequent among what staff reject, 20 falls towards 1; a few decisions move it little."""
    made, confirmed, rejected = index
    many = measure_odds(made, confirmed, rejected)
    assert set(many) == {"same_reporter_odds"}  # nobody says anything else
    assert many["same_reporter_odds"].value < 4.0
    assert many["same_reporter_odds"].pairs > 500
    few = measure_odds(made, confirmed[:4], rejected[:1])["same_reporter_odds"]
    assert 13.0 < few.value < 30.0
    assert measure_odds(made, confirmed[:0], rejected) == {}


def test_what_was_measured_is_kept_with_the_laws(index: tuple[CandidateIndex, np.ndarray, np.ndarray]) -> None:
    """A few reports around a place are weighed by the odds that the search of the whole city measured."""
    made, confirmed, rejected = index
    rule = with_odds(made.settings, measure_odds(made, confirmed, rejected))
    kept = KnownLaws.from_arrays(KnownLaws.of(made.told_by(rule)).to_arrays())
    assert kept is not None
    few = build_candidate_index([0.0], [0.0], [0.0], [np.nan], [1], known=kept)
    assert [getattr(few.settings, name) for name in ODDS] == [getattr(rule, name) for name in ODDS]
