"""Expected weeks: statsmodels' own where it does the same, right about what was planted, silent where they must be."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from geo.demand import FEWEST_WEEKS, LEVEL, SEASON, SILENT_WEEKS, TREND, TooLittle, _fit, _try, expect


def weekly(seed: int, weeks: int, swing: float, mean: float = 80.0) -> np.ndarray:
    rate = mean * np.exp(swing * np.sin(2 * np.pi * np.arange(weeks) / 52.1775))
    return np.random.default_rng(seed).poisson(rate)


@pytest.mark.parametrize("model", [LEVEL, TREND])
def test_going_on_is_statsmodels(model: str) -> None:
    """Middle values and standard errors equal those of statsmodels' own prediction from the same parameters."""
    y = np.log1p(weekly(1, 120, 0.3))
    mine = _fit(y, model).ahead(len(y), 8)
    trend = "add" if model == TREND else None
    theirs = ETSModel(pd.Series(y), error="add", trend=trend, damped_trend=trend is not None).fit(
        disp=False, maxiter=200
    )
    told = theirs.get_prediction(len(y), len(y) + 7)
    assert mine.middle == pytest.approx(np.asarray(told.predicted_mean), rel=1e-9)
    assert mine.error == pytest.approx(np.sqrt(np.asarray(told.forecast_variance)), rel=1e-6)


def test_a_planted_wave_is_found_and_foretold_better_than_naively() -> None:
    """A yearly swing is chosen as such, its turn ahead is foretold, and the later trial beats last week."""
    known, future = weekly(3, 200, 0.6)[:182], 80 * np.exp(0.6 * np.sin(2 * np.pi * np.arange(182, 190) / 52.1775))
    found = expect(known, 8)
    assert found.model == SEASON
    assert found.middle == pytest.approx(future, rel=0.2)
    assert found.trial is not None
    assert found.trial.error < found.trial.error_last_week


def test_intervals_hold_what_they_say() -> None:
    """Over many planted series the next weeks lie within 80 and 95 % intervals about that often, and none below 0."""
    inside = np.zeros(2)
    rounds = 24
    for seed in range(rounds):
        series = weekly(seed, 88, 0.0, mean=30.0 if seed % 2 else 4.0)
        found = expect(series[:80], 8)
        assert (found.low >= 0).all()
        inside += np.mean((series[80:] >= found.low) & (series[80:] <= found.high), axis=1)
    assert 0.72 < inside[0] / rounds <= 0.95
    assert 0.90 < inside[1] / rounds <= 1.0


def rough(seed: int, weeks: int) -> np.ndarray:
    """Seventy even weeks, then ones of the same mean in bursts: what a model learned of calm weeks is too narrow."""
    rng = np.random.default_rng(seed)
    return np.r_[rng.poisson(60.0, 70), rng.negative_binomial(2.5, 2.5 / 62.5, weeks - 70)]


def test_intervals_hold_where_the_model_alone_is_too_sure() -> None:
    """After weather turns rough both intervals still hold what they say; the model's own would hold 55 and 82 %."""
    inside, rounds = np.zeros(2), 12
    for seed in range(rounds):
        series = rough(seed, 110)
        found = expect(series[:102], 8)
        assert found.widened > 1.0
        inside += np.mean((series[102:] >= found.low) & (series[102:] <= found.high), axis=1)
    assert inside[0] / rounds >= 0.8
    assert inside[1] / rounds >= 0.93


def test_a_trial_knows_only_what_was_known() -> None:
    """The trial's shares are those of a plain loop in which each origin sees misses of weeks before it alone."""
    weeks = rough(5, 100).astype(float)
    found = expect(weeks, 6)
    y = np.log1p(weeks)
    origins = list(range(100 * 2 // 3, 100))
    origins = origins[-min(len(origins), 31) :]
    tried = _try(y, origins, 6, found.model)
    missed = [
        (origin, origin + at, abs(y[origin + at] - told.middle[at]) / told.error[at])
        for origin, told in tried.items()
        for at in range(len(told.middle))
    ]
    for share, told in zip((0.8, 0.95), found.trial.coverage, strict=True):  # type: ignore[union-attr]
        held = []
        for origin in origins[len(origins) // 2 :]:
            known = [score for begun, week, score in missed if begun < origin and week < origin]
            rank = min(1.0, np.ceil((len(known) + 1) * share) / len(known))
            reach = max(norm.ppf(0.5 + share / 2), np.quantile(known, rank, method="inverted_cdf"))
            held += [score <= reach for begun, _, score in missed if begun == origin]
        assert told == pytest.approx(np.mean(held))


def test_too_little_is_said() -> None:
    """A short past and a service that is silent give a sentence; one that just suffices has no trial."""
    with pytest.raises(TooLittle, match=f"{FEWEST_WEEKS} are needed"):
        expect(np.ones(FEWEST_WEEKS - 1), 4)
    with pytest.raises(TooLittle, match=f"last {SILENT_WEEKS} weeks"):
        expect(np.r_[np.full(40, 9), np.zeros(SILENT_WEEKS)], 4)
    assert expect(weekly(1, FEWEST_WEEKS, 0.0), 4).trial is None
    even = expect(np.full(60, 7), 4)
    assert even.middle == pytest.approx(7.0)
