"""Expected counts of the next weeks with intervals, judged on the past before anybody reads them.

The logarithm of one more than a week's count follows exponential smoothing in its state space form (Hyndman, Koehler,
Ord and Snyder 2008, Forecasting with Exponential Smoothing): a level, or a level with a damped trend, or a level around
a yearly wave where two years are known. Which of them is chosen on the earlier weeks that are foretold from before
them; how well that does is told by the later ones, which chose nothing.

Intervals are as wide as past forecasts missed by: the conformal quantile of their scores (Vovk, Gammerman and Shafer
2005; Lei et al. 2018, JASA 113), never narrower than the model has them. Each forecast of the trial is judged by what
the ones that were over by then had missed by; the weeks ahead have all of them. Spans overlap, so that scores are not
exchangeable: what is promised is the share in the long run, and a trial's own share is uncertain by some 15 points.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
FEWEST_WEEKS = 16
YEAR = 52.1775  # weeks
WAVES = 2  # sines of a year and of half of one
TWO_YEARS = 105
SILENT_WEEKS = 13  # without one request: the service is over, or rests
MOST_ORIGINS = 26
FEWEST_TRIALS = 8  # from fewer origins nothing is chosen, and the trial says little
CONFIDENCES = (0.8, 0.95)
LEVEL, TREND, SEASON = "level", "damped trend", "yearly wave"


class TooLittle(ValueError):
    """Nothing can be expected from these weeks; the message says why in a sentence."""


@dataclass(frozen=True, slots=True)
class Trial:
    """How well the same way would have done: from each of `origins` weeks, with what was known then.

    Errors are mean absolute ones in requests a week: of the forecast, of the week before taken for all, and of the same
    week a year before (None where that is not known). coverage: the share of weeks that lay within the intervals.
    """

    origins: int
    weeks: int  # foretold weeks that were compared
    error: float
    error_last_week: float
    error_last_year: float | None
    coverage: tuple[float, ...]  # as CONFIDENCES


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """The weeks ahead: the middle value and the ends of each interval of CONFIDENCES. Shape [weeks], [2, weeks]."""

    middle: Floats
    low: Floats
    high: Floats
    model: str
    widened: float  # how much wider 80 % intervals are than the model alone has them
    trial: Trial | None  # None where the past is too short for one


def expect(counts: ArrayLike, ahead: int) -> Expected:
    """Foretell `ahead` weeks after whole weeks of counts, the oldest first. TooLittle where they cannot carry it."""
    weeks = np.asarray(counts, dtype=np.float64)
    _check(weeks, ahead)
    y = np.log1p(weeks)
    models = [LEVEL, *([TREND] if len(y) >= 52 else []), *([SEASON] if len(y) >= TWO_YEARS else [])]
    first = max(FEWEST_WEEKS // 2, TWO_YEARS - 1 if len(y) >= TWO_YEARS + MOST_ORIGINS else len(y) * 2 // 3)
    origins = list(range(max(first, len(y) - MOST_ORIGINS - ahead + 1), len(y)))
    tried = {model: _try(y, origins, ahead, model) for model in models}
    if len(origins) < FEWEST_TRIALS:
        found = _fit(y, LEVEL).ahead(len(y), ahead)
        return _expected(found, LEVEL, np.array([_quantile(share) for share in CONFIDENCES]), None)
    early, late = origins[: len(origins) // 2], origins[len(origins) // 2 :]
    model = min(models, key=lambda name: _error(weeks, tried[name], early))
    trial = _trial(weeks, tried[model], late)
    reach = _reach(np.concatenate(list(_scores(y, tried[model]).values())))
    return _expected(_fit(y, model).ahead(len(y), ahead), model, reach, trial)


def _check(weeks: Floats, ahead: int) -> None:
    if ahead < 1:
        raise ValueError("at least one week is foretold")
    if len(weeks) < FEWEST_WEEKS:
        raise TooLittle(f"Only {len(weeks)} whole weeks are known; {FEWEST_WEEKS} are needed.")
    if not weeks[-SILENT_WEEKS:].any():
        raise TooLittle(f"Nothing came in the last {SILENT_WEEKS} weeks.")


@dataclass(frozen=True, slots=True)
class _Foretold:
    """On the scale of the logarithm: the middle and the standard error of each week ahead."""

    middle: Floats
    error: Floats


@dataclass(frozen=True, slots=True)
class _Fitted:
    """A model with its parameters, which can go on from any later week."""

    y: Floats
    wave: Floats | None  # coefficients of the yearly wave
    alpha: float
    beta: float
    phi: float
    start: tuple[float, float]

    def ahead(self, origin: int, weeks: int) -> _Foretold:
        """What the weeks from `origin` on look like from the ones before."""
        wave = _waves(np.arange(origin + weeks)) @ self.wave if self.wave is not None else np.zeros(origin + weeks)
        level, slope = self.start
        errors = np.empty(origin)
        for at, value in enumerate((self.y[:origin] - wave[:origin]).tolist()):
            told = level + self.phi * slope
            errors[at] = value - told
            level, slope = told + self.alpha * errors[at], self.phi * slope + self.beta * errors[at]
        spread = np.sqrt(np.mean(errors**2))
        damped = np.cumsum(self.phi ** np.arange(1, weeks + 1)) if self.phi else np.zeros(weeks)
        moved = np.r_[0.0, (self.alpha + self.beta * damped)[: weeks - 1] ** 2]
        return _Foretold(level + damped * slope + wave[origin:], spread * np.sqrt(1 + np.cumsum(moved)))


def _waves(week: NDArray[Any]) -> Floats:
    angle = 2 * np.pi * np.asarray(week, dtype=np.float64) / YEAR
    return np.column_stack([f(k * angle) for k in range(1, WAVES + 1) for f in (np.sin, np.cos)])


def _fit(y: Floats, model: str) -> _Fitted:
    """The parameters by maximum likelihood, of all of `y`."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    wave: Floats | None = None
    left = y
    if model == SEASON:
        design = np.column_stack([np.ones(len(y)), np.arange(len(y)) / len(y), _waves(np.arange(len(y)))])
        wave = np.asarray(np.linalg.lstsq(design, y, rcond=None)[0][2:], dtype=np.float64)
        left = y - _waves(np.arange(len(y))) @ wave
    trend = "add" if model == TREND else None
    if np.ptp(left) < 1e-9:
        return _Fitted(y, wave, 0.0, 0.0, 0.0, (float(left[0]), 0.0))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a search that ends at a bound has found it
        fitted = ETSModel(left, error="add", trend=trend, damped_trend=trend is not None).fit(disp=False, maxiter=200)
    told = dict(zip(fitted.param_names, np.asarray(fitted.params).tolist(), strict=True))
    start = told["initial_level"], told.get("initial_trend", 0.0)
    return _Fitted(
        y, wave, told["smoothing_level"], told.get("smoothing_trend", 0.0), told.get("damping_trend", 0.0), start
    )


def _try(y: Floats, origins: Sequence[int], ahead: int, model: str) -> dict[int, _Foretold]:
    """Every origin's forecast, with parameters of the weeks before the first of them."""
    fitted = _fit(y[: origins[0]], model)
    going_on = _Fitted(y, fitted.wave, fitted.alpha, fitted.beta, fitted.phi, fitted.start)
    return {origin: going_on.ahead(origin, min(ahead, len(y) - origin)) for origin in origins}


def _error(weeks: Floats, tried: dict[int, _Foretold], origins: Sequence[int]) -> float:
    return float(np.mean(np.concatenate([_missed(weeks, tried[origin], origin) for origin in origins])))


def _missed(weeks: Floats, told: _Foretold, origin: int) -> Floats:
    return np.asarray(np.abs(np.expm1(told.middle) - weeks[origin : origin + len(told.middle)]))


def _scores(y: Floats, tried: dict[int, _Foretold]) -> dict[int, Floats]:
    """By how many standard errors each week was missed, by the origin that it was foretold from."""
    return {
        origin: np.abs(y[origin : origin + len(told.middle)] - told.middle) / np.maximum(told.error, 1e-9)
        for origin, told in tried.items()
    }


def _reach(scores: Floats) -> Floats:
    """How many standard errors each interval of CONFIDENCES reaches to either side, by what past forecasts missed by.

    The conformal quantile: the score of rank (n + 1) times the confidence, the greatest where there are too few.
    """
    ordered, count = np.sort(scores), len(scores)
    ranks = [min(ceil((count + 1) * share), count) for share in CONFIDENCES]
    return np.array([
        max(_quantile(share), ordered[rank - 1]) if count else _quantile(share)
        for share, rank in zip(CONFIDENCES, ranks, strict=True)
    ])  # fmt: skip


def _trial(weeks: Floats, tried: dict[int, _Foretold], origins: Sequence[int]) -> Trial:
    scores = _scores(np.log1p(weeks), tried)
    last_week, last_year, inside = [], [], []
    for origin in origins:
        true = weeks[origin : origin + len(tried[origin].middle)]
        last_week.append(np.abs(true - weeks[origin - 1]))
        if origin >= 52:
            last_year.append(np.abs(true - weeks[origin - 52 : origin - 52 + len(true)]))
        # Only weeks that were over by then are known to have been missed.
        before = np.concatenate([np.zeros(0), *(missed[: origin - at] for at, missed in scores.items() if at < origin)])
        inside.append(scores[origin][:, None] <= _reach(before))
    return Trial(
        origins=len(origins),
        weeks=sum(map(len, inside)),
        error=_error(weeks, tried, origins),
        error_last_week=float(np.mean(np.concatenate(last_week))),
        error_last_year=float(np.mean(np.concatenate(last_year))) if len(last_year) == len(origins) else None,
        coverage=tuple(np.concatenate(inside).mean(axis=0).tolist()),
    )


def _quantile(confidence: float) -> float:
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def _expected(told: _Foretold, model: str, reach: Floats, trial: Trial | None) -> Expected:
    half = np.outer(reach, told.error)
    low, high = (np.maximum(np.expm1(told.middle + sign * half), 0.0) for sign in (-1, 1))
    widened = float(reach[0] / _quantile(CONFIDENCES[0]))
    return Expected(np.maximum(np.expm1(told.middle), 0.0), low, high, model, widened, trial)
