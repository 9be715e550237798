"""How long work of a kind takes, learned from measured stops: a median, shrunk towards what was stated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtr

FEWEST = 6  # measured stops: with fewer no interval of 95 % exists
STATED_WEIGHT = 8.0  # the stated duration counts as much as so many stops
SHORTEST_S, LONGEST_S = 60.0, 12 * 3600.0  # outside of these a stop was marked late or forgotten


@dataclass(frozen=True, slots=True)
class ServiceTime:
    """What was learned. low_s to high_s hold the median of all such work in 95 of 100 cases, before shrinking."""

    count: int
    median_s: float
    low_s: float
    high_s: float
    learned_s: float


def learn_service_time(stated_s: float, measured_s: ArrayLike) -> ServiceTime | None:
    """A robust service duration from the measured ones; None where too few are believable.

    The median withstands stops that were marked late. It is weighed against the stated duration by
    count / (count + STATED_WEIGHT), an empirical Bayes shrinkage with the prior's weight held fixed (Efron and Morris
    1975, JASA 70). The interval is the sign test's, from order statistics (Conover, Practical Nonparametric Statistics,
    section 3.2).
    """
    found = np.asarray(measured_s, dtype=float)
    found = np.sort(found[(found >= SHORTEST_S) & (found <= LONGEST_S)])
    count = len(found)
    if count < FEWEST:
        return None
    median = float(np.median(found))
    rank = int(np.searchsorted(bdtr(np.arange(count), count, 0.5), 0.025)) - 1  # scipy.stats loads for half a second
    weight = count / (count + STATED_WEIGHT)
    learned = weight * median + (1 - weight) * stated_s
    return ServiceTime(count, median, float(found[rank]), float(found[count - 1 - rank]), learned)
