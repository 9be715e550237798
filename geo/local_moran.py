"""Local Moran's I: zones alike or unlike their neighbours, told as high or low among high or low.

Anselin 1995 (Geographical Analysis 27), with row-standardised weights. A zone keeps its own value while all others are
shuffled; then I depends on the sum of the neighbours alone, so that its p-value is that of Gi: two-sided, the tail
with the sum's skewness (`p_tail`), and by shuffles (`p_sim`). The false discovery rate is held on `p_tail`, and the
shuffles must bear a class out, as with Gi*.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.errors import GeoError
from geo.gi_star import gi_star, gi_tail_p, permutation_p
from geo.neighbours import among, neighbour_sums
from geo.significance import NOT_SIGNIFICANT, NOT_TESTED, SIGNIFICANT, false_discovery, to_all

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

HIGH_HIGH, LOW_HIGH, LOW_LOW, HIGH_LOW = 1, 2, 3, 4  # the zone, then its neighbours; numbered as GeoDa and esda do
QUADRANTS = {
    HIGH_HIGH: "high among high",
    LOW_HIGH: "low among high",
    LOW_LOW: "low among low",
    HIGH_LOW: "high among low",
}


@dataclass(frozen=True, slots=True, eq=False)
class LocalMoran:
    """Arrays by zone; p-values and q are nan for zones without neighbours, whose I is 0.

    Zones that were left out have no I (nan) and quadrant 0.
    """

    i: Floats
    quadrant: Ints
    p_tail: Floats
    p_sim: Floats
    q_fdr: Floats

    @property
    def significant_fdr(self) -> Bools:
        """Whether a zone is told apart from chance at a false discovery rate of 5 %."""
        return np.asarray((self.q_fdr <= SIGNIFICANT) & (np.isnan(self.p_sim) | (self.p_sim <= SIGNIFICANT)))

    def classes(self) -> list[str]:
        """Each zone's class in words."""
        names = [QUADRANTS[q] if q else NOT_TESTED for q in self.quadrant.tolist()]
        clear = self.significant_fdr | (self.quadrant == 0)
        return [name if one else NOT_SIGNIFICANT for name, one in zip(names, clear.tolist(), strict=True)]


def local_moran(
    value: Floats,
    starts: Ints,
    members: Ints,
    permutations: int = 999,
    seed: int = 1,
    tell: Callable[[float], None] | None = None,
    keep: Bools | None = None,
) -> LocalMoran:
    """Local Moran's I of values by zone; 0 permutations leave `p_sim` nan. GeoError for constant values.

    `keep`: the zones to test, all by default; the others are tested nowhere and nobody's neighbours.
    """
    if keep is not None and not keep.all():
        near = among(starts, members, keep)
        return _spread(local_moran(value[keep], *near, permutations, seed, tell), keep)
    off = value - value.mean()
    if not (off != 0.0).any() or len(value) < 3:
        raise GeoError("All zones hold the same value; there is nothing to compare.")
    size = np.diff(starts)
    alone = size == 0
    lag = neighbour_sums(off, starts, members) / np.maximum(size, 1)
    i = (len(value) - 1) * off * lag / (off**2).sum()
    quadrant = np.where(lag > 0.0, np.where(off > 0.0, 1, 2), np.where(off > 0.0, 4, 3))
    p_tail = gi_tail_p(gi_star(value, starts, members, include_self=False), value, starts, include_self=False)
    p_sim = np.full(len(value), np.nan)
    if permutations:
        p_sim = permutation_p(value, starts, members, permutations, seed, tell)
    p_tail[alone] = p_sim[alone] = np.nan
    return LocalMoran(i, quadrant, p_tail, p_sim, false_discovery(p_tail))


def _spread(found: LocalMoran, keep: Bools) -> LocalMoran:
    """Back to all zones."""
    i, p_tail, p_sim, q = (to_all(part, keep) for part in (found.i, found.p_tail, found.p_sim, found.q_fdr))
    return LocalMoran(i, to_all(found.quadrant, keep, 0), p_tail, p_sim, q)
