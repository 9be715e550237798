"""Rates by zone and how far to trust them: raw with exact intervals, and empirical-Bayes ones.

Marshall 1991 (Applied Statistics 40): the zone's rate and the mean rate are weighed by how much rates differ beyond
chance. With mean m and variance A of the underlying rates, a zone with count y and exposure e gets
w y/e + (1-w) m, w = A / (A + m/e). That is the mean of the gamma posterior with shape m^2/A + y and rate m/A + e
(Clayton and Kaldor 1987), whose quantiles are the interval. It takes m and A as known, and so is somewhat narrow.
Where rates differ no more than chance makes them (A not above 0), all zones have the mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.errors import GeoError
from geo.exposure import check_exposure
from geo.neighbours import islands, neighbour_sums

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Counts = Ints | Floats  # whole, or with their exposure divided by a dispersion

LEVEL = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """Rates per unit of exposure, arrays by zone; nan where the exposure is 0.

    `smoothed_low` and `smoothed_high` are a 95 % credible interval, `low` and `high` an exact 95 % confidence interval
    of the raw rate. `expected` is the count at the zone's exposure and the mean rate of all.
    """

    exposure: Floats
    expected: Floats
    rate: Floats
    low: Floats
    high: Floats
    smoothed: Floats
    smoothed_low: Floats
    smoothed_high: Floats
    prior_mean: Floats  # [zones] what a zone is shrunk to
    prior_variance: Floats  # [zones] of the underlying rates, 0 where they differ by chance alone

    @property
    def known(self) -> Bools:
        """Zones that have a rate."""
        return np.asarray(self.exposure > 0.0)

    @property
    def differ(self) -> bool:
        """Whether the underlying rates differ at all, as far as these counts can tell."""
        return bool((self.prior_variance[self.known] > 0.0).any())


class Prior(NamedTuple):
    """What underlying rates are like, by zone: mean, variance, and how many were counted to know that."""

    mean: Floats
    variance: Floats
    events: Floats


def rates(count: Counts, exposure: Floats, neighbours: tuple[Ints, Ints] | None = None, level: float = LEVEL) -> Rates:
    """Rates smoothed towards the mean of all zones or, with `neighbours`, that of each zone and its neighbours.

    A zone without neighbours is smoothed towards the mean of all. GeoError for an exposure that does not fit
    (`check_exposure`), and where nothing was counted in any zone that has some.
    """
    exposure = check_exposure(exposure, len(count))
    known = exposure > 0.0
    total = float(count[known].sum())
    if total == 0.0:
        raise GeoError("Nothing was counted in any zone with an exposure; choose another service or period.")
    prior = prior_of_all(count, exposure)
    least = prior.variance
    if neighbours is not None:
        nearby, alone = prior_nearby(count, exposure, *neighbours), islands(neighbours[0])
        for own, of_all in zip(nearby, prior, strict=True):
            own[alone] = of_all[alone]
        least, prior = prior.variance, nearby
    raw = np.divide(count, exposure, out=np.full(len(count), np.nan), where=known)
    return Rates(
        exposure,
        exposure * (total / exposure.sum()),
        raw,
        *poisson_interval(count, exposure, level),
        *_posterior(count, exposure, prior, least, level),
        prior.mean,
        prior.variance,
    )


def prior_of_all(count: Counts, exposure: Floats) -> Prior:
    """Mean and variance of the underlying rates of all zones by Marshall's moments; the variance is at least 0."""
    known = exposure > 0.0
    y, e = count[known].astype(np.float64), exposure[known]
    mean = y.sum() / e.sum()
    variance = max(0.0, (e * (y / e - mean) ** 2).sum() / e.sum() - mean / e.mean())
    return Prior(*(np.full(len(count), value) for value in (mean, variance, y.sum())))


def prior_nearby(count: Counts, exposure: Floats, starts: Ints, members: Ints) -> Prior:
    """The same over each zone and its neighbours; nan where none of them has an exposure."""
    known = exposure > 0.0
    rate = np.divide(count, exposure, out=np.zeros(len(count)), where=known)
    # A weighted variance about a mean that differs by zone: E[r^2] - m^2, summed once for all.
    columns = np.column_stack([count * known, exposure, exposure * rate**2, known]).astype(np.float64)
    events, extent, squares, zones = (columns + neighbour_sums(columns, starts, members)).T
    extent = np.where(extent > 0.0, extent, np.nan)
    mean = events / extent
    return Prior(mean, np.maximum(squares / extent - mean**2 - mean * zones / extent, 0.0), events)


def poisson_interval(count: Counts, exposure: Floats, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Exact confidence interval of a rate (Garwood 1936); nan where the exposure is 0."""
    from scipy.special import gammaincinv

    tail = (1.0 - level) / 2.0
    y = count.astype(np.float64)
    low = np.where(y > 0.0, gammaincinv(np.maximum(y, 1.0), tail), 0.0)
    high = gammaincinv(y + 1.0, 1.0 - tail)
    e = np.where(exposure > 0.0, exposure, np.nan)
    return np.asarray(low / e), np.asarray(high / e)


def _posterior(
    count: Counts, exposure: Floats, prior: Prior, least: Floats, level: float
) -> tuple[Floats, Floats, Floats]:
    """Mean and interval of the gamma posterior by zone; where rates do not differ, the mean and its own interval.

    The width of the interval takes rates to vary by `least` at least: seven zones cannot show that they do not.
    """
    from scipy.special import gammaincinv

    tail = (1.0 - level) / 2.0
    known = (exposure > 0.0) & (prior.mean > 0.0)
    mean = np.where(known, prior.mean, 1.0)
    extent, variance = np.where(known, exposure, 1.0), np.where(known, prior.variance, 0.0)
    share = variance / (variance + mean / extent)
    smoothed = share * count / extent + (1.0 - share) * mean
    widest = np.maximum(variance, np.where(known, least, 0.0))
    # Where rates do not differ only the mean is uncertain, by the count behind it.
    varies = widest > 0.0
    behind = np.where(varies, mean**2 / np.where(varies, widest, 1.0) + count, np.maximum(prior.events, 1.0))
    low, high = (gammaincinv(behind, quantile) / behind * smoothed for quantile in (tail, 1.0 - tail))
    blank = np.where(exposure > 0.0, 0.0, np.nan)  # a zone where nothing at all is counted near has a mean of 0
    smoothed, low, high = (np.where(known, one, blank) for one in (smoothed, low, high))
    return smoothed, low, high
