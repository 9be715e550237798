"""Whether a zone has more or fewer in one period than in another, periods of unequal length allowed for.

Given the sum of both counts, the second is binomial with the share that its length gives it (Przyborowski and Wilenski
1940): an exact test of the ratio of two Poisson rates, two-sided as twice the smaller tail, and the interval of Clopper
and Pearson (1934) that belongs to it. The false discovery rate is held over all zones that hold anything. Against the
city's own change the share is that of the second period in all counts: which zones changed otherwise than the city.

Reports come in bursts, and then counts vary more than a Poisson law lets them: taken for single reports, bursts of
three make some zone of nearly every random city "changed". `dispersion` is how many times as much the zones' changes
vary: the mean of Pearson's squares about the middle zone's change (McCullagh and Nelder 1989, section 4.5), without
their greatest fifth, so that zones that did change do not hide themselves, over what that mean is of chi-square. Counts
are divided by it in the incomplete beta functions that give both tails and the interval, which are the exact ones where
it is 1. Counting incidents instead of requests takes the worst of it away.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from geo.errors import GeoError
from geo.significance import NOT_SIGNIFICANT, SIGNIFICANT, false_discovery

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ITSELF, CITY = "itself", "city"
FEWEST_HELD, FEWEST_ZONES = 10, 10  # a zone must hold so many to tell how changes vary, and so many must
KEPT = 0.8  # of the squares
_KEPT_MEAN = 0.4377  # of chi-square below its quantile of KEPT: chi2.cdf(chi2.ppf(KEPT, 1), 3) / KEPT


@dataclass(frozen=True, slots=True, eq=False)
class PeriodComparison:
    """Arrays by zone. `ratio`: of the second rate to the first, inf where the first is 0, nan where both are.

    `ratio_low`, `ratio_high`: exact 95 % interval. `expected`: of the second count if nothing changed. p and q are nan
    where nothing was counted in either period.
    """

    before: Ints
    after: Ints
    expected: Floats
    ratio: Floats
    ratio_low: Floats
    ratio_high: Floats
    p: Floats
    q_fdr: Floats
    side: Ints  # 1 more, -1 fewer at a false discovery rate of 5 %, 0 not told apart
    null_ratio: float  # what no change is: 1, or the city's own
    dispersion: float  # 1 by chance alone; nan where fewer than 10 zones hold enough to know
    allowed: float  # the dispersion that p and intervals allow for: at least 1, a little more than what is found

    def classes(self) -> list[str]:
        """Each zone's class in words."""
        return [{1: "more", -1: "fewer"}.get(side, NOT_SIGNIFICANT) for side in self.side.tolist()]


def compare_periods(
    before: Ints, after: Ints, before_days: float, after_days: float, against: str = ITSELF, level: float = 0.95
) -> PeriodComparison:
    """Compare counts by zone of two periods so many days long; `against` "itself" (no change) or "city" (its change).

    GeoError for periods without days, or in which nothing at all was counted.
    """
    _check(before, after, before_days, after_days, against)
    null_ratio = 1.0 if against == ITSELF else (after.sum() / after_days) / (before.sum() / before_days)
    odds = null_ratio * after_days / before_days
    share = odds / (1.0 + odds)
    total = before + after
    dispersion, allowed = _dispersion(after, total)
    low, high = _share_interval(after / allowed, before / allowed, level)
    scale = before_days / after_days
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio, ratio_low, ratio_high = after / before * scale, low / (1.0 - low) * scale, high / (1.0 - high) * scale
    p = np.where(total > 0, _binomial_p(after / allowed, before / allowed, share), np.nan)
    q = false_discovery(p)
    expected = total * share
    side = np.where(q <= SIGNIFICANT, np.sign(after - expected), 0.0).astype(np.int64)
    return PeriodComparison(
        before, after, expected, ratio, ratio_low, ratio_high, p, q, side, float(null_ratio), dispersion, allowed
    )


def _check(before: Ints, after: Ints, before_days: float, after_days: float, against: str) -> None:
    if against not in (ITSELF, CITY):
        raise GeoError(f"Periods cannot be compared against '{against}'; choose {ITSELF} or {CITY}.")
    if not (before_days > 0 and after_days > 0):
        raise GeoError("Both periods need at least a day; correct their dates.")
    if len(before) != len(after):
        raise GeoError(f"The periods are counted in {len(before)} and {len(after)} zones; count both in the same.")
    for what, count in (("earlier", before), ("later", after)):
        if not count.sum():
            raise GeoError(
                f"Nothing was counted in the {what} period, so there is nothing to compare; choose another, "
                "or a service that existed in both."
            )


def _binomial_p(after: Floats, before: Floats, share: float) -> Floats:
    """Twice the smaller tail of `after` among both, at most 1: the binomial's, which needs no whole numbers here."""
    from scipy.special import betainc

    at_least = np.where(after > 0.0, betainc(np.where(after > 0.0, after, 1.0), before + 1.0, share), 1.0)
    at_most = np.where(before > 0.0, betainc(np.where(before > 0.0, before, 1.0), after + 1.0, 1.0 - share), 1.0)
    return np.asarray(np.minimum(1.0, 2.0 * np.minimum(at_most, at_least)))


def _share_interval(after: Floats, before: Floats, level: float) -> tuple[Floats, Floats]:
    """Clopper and Pearson's exact interval of a share; 0 to 1 where nothing was counted."""
    from scipy.special import betaincinv

    tail = (1.0 - level) / 2.0
    low = np.where(after > 0.0, betaincinv(np.where(after > 0.0, after, 1.0), before + 1.0, tail), 0.0)
    high = np.where(before > 0.0, betaincinv(after + 1.0, np.where(before > 0.0, before, 1.0), 1.0 - tail), 1.0)
    return np.asarray(low), np.asarray(high)


def _dispersion(after: Ints, total: Ints) -> tuple[float, float]:
    """How many times as much changes vary as chance makes them, nan where few zones tell, and what is allowed for.

    What is found is uncertain; with a share of 1 / sqrt(zones) more, random cities of 26 zones keep the promise too.
    """
    held = total >= FEWEST_HELD
    if held.sum() < FEWEST_ZONES:
        return float("nan"), 1.0
    middle, whole = np.median(after[held] / total[held]), after.sum() / total.sum()
    share = middle if 0.0 < middle < 1.0 else whole
    squares = np.sort((after - total * share)[held] ** 2 / (total[held] * share * (1.0 - share)))
    found = float(squares[: ceil(KEPT * len(squares))].mean() / _KEPT_MEAN)
    return found, found * (1.0 + len(squares) ** -0.5) if found > 1.0 else 1.0
