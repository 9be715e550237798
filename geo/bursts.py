"""How far reports come in bursts: counts that vary within zones, in time, more than a Poisson law lets them.

What differs between zones cannot tell it, for that is what is asked. The period is cut into parts; of single reports
each zone has the same share in every part. Pearson's chi-square of that table per degree of freedom (McCullagh and
Nelder 1989, section 4.5) is how many reports one event brings, weighted by their squares; what swells in one zone for
more than a part of the period counts as a burst too.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

PARTS = 10  # of the period
FEWEST_A_PART = 2.0  # on average, of a zone that tells
FEWEST_ZONES = 3


def burst_dispersion(zone: Ints, moment: Ints, zones: int) -> float:
    """How many times as much counts vary as single reports would, at least 1; nan where too little is counted to know.

    zone: of each report, below 0 for none; moment: a whole number rising with time.
    """
    inside = zone >= 0
    zone, moment = zone[inside], moment[inside]
    if not len(moment) or moment.min() == moment.max():
        return float("nan")
    span = int(moment.max()) - int(moment.min()) + 1
    part = (moment - moment.min()) * PARTS // span
    table = np.bincount(zone * PARTS + part, minlength=zones * PARTS).reshape(zones, PARTS).astype(np.float64)
    table = table[table.sum(axis=1) >= FEWEST_A_PART * PARTS]
    table = table[:, table.sum(axis=0) > 0.0]
    if len(table) < FEWEST_ZONES or table.shape[1] < 2:
        return float("nan")
    due = table.sum(axis=1)[:, None] * table.sum(axis=0) / table.sum()
    freedom = (len(table) - 1) * (table.shape[1] - 1)
    return max(1.0, float(((table - due) ** 2 / due).sum() / freedom))
