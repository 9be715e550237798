"""Whether series rise or fall: Mann-Kendall for many series at once, ties corrected, with the slope of Sen.

Mann 1945; Kendall 1975, chapter 4; Sen 1968 (Journal of the American Statistical Association 63).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.errors import GeoError
from geo.significance import two_sided

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEWEST_STEPS = 4  # with fewer no order of the steps is rare enough to tell anything


@dataclass(frozen=True, slots=True, eq=False)
class Trends:
    """By series: score S, its variance, z (continuity corrected), two-sided p, Kendall's tau, Sen's slope a step."""

    score: Ints
    variance: Floats
    z: Floats
    p: Floats
    tau: Floats
    slope: Floats


def mann_kendall(series: Floats) -> Trends:
    """Trends of series [series, steps]; a series that never changes has z 0 and p 1.

    GeoError for fewer than 4 steps or values that are no numbers.
    """
    from geo.hotspot_kernels import trend_scores

    values = np.ascontiguousarray(series, dtype=np.float64)
    if values.ndim != 2 or values.shape[1] < FEWEST_STEPS:
        raise GeoError(f"{values.shape[-1]} steps are too few for a trend (at least {FEWEST_STEPS}).")
    if not np.isfinite(values).all():
        raise GeoError("A trend needs a number for every step; leave out zones without figures.")
    steps = values.shape[1]
    score, ties, slope = trend_scores(values)
    variance = (steps * (steps - 1) * (2 * steps + 5) - ties) / 18.0
    z = np.where(variance > 0.0, (score - np.sign(score)) / np.sqrt(np.where(variance > 0.0, variance, 1.0)), 0.0)
    return Trends(score, variance, z, two_sided(z), score / (steps * (steps - 1) / 2.0), slope)
