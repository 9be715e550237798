"""How much staff, assets, texts, reporters and photos tell in this city: stated odds, moved by what staff decided.

The stated odds are a prior. What is said beyond place, time and service is weighed beside all else that the laws weigh,
in a logistic regression whose weights are drawn to the stated ones by a normal prior (Gelman and others 2008, "A weakly
informative default prior distribution for logistic and other regression models"): a few decisions move them little,
hundreds tell them. Pairs that nobody looked at count against, as surely as the laws hold them to be different.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from geo.duplicate_index import CandidateIndex
from geo.duplicate_model import REJECTED, is_among
from geo.duplicate_particulars import compared, said_by_kind
from geo.duplicate_settings import ODDS, DuplicateSettings, probability
from geo.report_order import Floats

_WEIGHT = ODDS.index("text_weight")  # the only one that is no odds
_PRIOR = np.where(np.arange(len(ODDS)) == _WEIGHT, 0.15, 0.5)  # standard deviations, of odds as natural logarithms
_FREE = 10.0  # of how readily staff confirm at all
_UNSEEN = 20_000  # pairs that nobody looked at are enough
_STEPS, _STILL = 50, 1e-9


class MeasuredOdds(NamedTuple):
    """One of ODDS as it is used, and on how many decided pairs that say anything of it this rests."""

    value: float
    pairs: int


def measure_odds(index: CandidateIndex, confirmed: ArrayLike, rejected: ArrayLike) -> dict[str, MeasuredOdds]:
    """Those of ODDS of which pairs [links, 2] of rows that staff decided about say anything."""
    if not np.size(confirmed):
        return {}
    earlier, later = index.near_pairs()
    same = is_among(index, earlier, later, confirmed)
    wrong = is_among(index, earlier, later, rejected) & ~same
    if not same.any():
        return {}
    chosen = same | wrong
    unseen = np.flatnonzero(~chosen)
    chosen[unseen[:: max(1, len(unseen) // _UNSEEN)]] = True
    earlier, later, same, wrong = earlier[chosen], later[chosen], same[chosen], wrong[chosen]
    design = said_by_kind(index.settings, compared(index, earlier, later))
    stated = _stated(index.settings)
    odds = index.log_odds(earlier, later)
    weight = np.where(same, 1.0, np.where(wrong, REJECTED, 1.0 - probability(odds)))
    told = _fitted(design, odds - design @ stated, same.astype(np.float64), weight, stated)
    count = (design[same | wrong] != 0.0).sum(axis=0)
    value = np.where(np.arange(len(ODDS)) == _WEIGHT, np.maximum(told, 0.0), np.exp(told))
    return {
        name: MeasuredOdds(float(value[at]), int(count[at])) for at, name in enumerate(ODDS) if count[at]
    }  # fmt: skip


def with_odds(rule: DuplicateSettings, measured: dict[str, MeasuredOdds]) -> DuplicateSettings:
    """Settings that weigh by what was measured."""
    odds: dict[str, Any] = {name: one.value for name, one in measured.items()}
    return replace(rule, **odds)


def _stated(rule: DuplicateSettings) -> Floats:
    """ODDS of settings as weights: logarithms, but for that of texts."""
    told = np.array([getattr(rule, name) for name in ODDS], dtype=np.float64)
    return np.where(np.arange(len(ODDS)) == _WEIGHT, told, np.log(np.maximum(told, 1e-300)))


def _fitted(design: Floats, offset: Floats, same: Floats, weight: Floats, stated: Floats) -> Floats:
    """The likeliest weights after prior and pairs (Newton's method), beside a free constant."""
    columns = np.column_stack([np.ones(len(design)), design])
    mean, precision = np.append(0.0, stated), np.append(_FREE, _PRIOR) ** -2.0
    told = mean.copy()
    for _ in range(_STEPS):
        chance = probability(offset + columns @ told)
        slope = columns.T @ (weight * (same - chance)) - precision * (told - mean)
        curve = (columns * (weight * chance * (1.0 - chance))[:, None]).T @ columns + np.diag(precision)
        step = np.linalg.solve(curve, slope)
        told = told + np.clip(step, -1.0, 1.0)
        if np.abs(step).max() < _STILL:
            break
    return told[1:]
