"""Who is next to whom: neighbours as starts [zones + 1] and members, the zone itself left out.

Every statistic over zones takes neighbours in this form, wherever they come from.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geo.errors import GeoError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

SNAP_M = 1.0  # borders drawn apart by less than this are one border


def touching(shapes_m: NDArray[np.object_], snap_m: float = SNAP_M) -> tuple[Ints, Ints]:
    """Queen contiguity: polygons (metres) that meet in an edge, a corner or within `snap_m`; overlapping ones too."""
    import shapely

    if not snap_m >= 0.0:
        raise GeoError(f"Borders cannot be {snap_m} m apart and still be one; choose 0 or more metres.")
    tree = shapely.STRtree(shapes_m)
    one, other = (
        tree.query(shapes_m, predicate="dwithin", distance=snap_m)
        if snap_m
        else tree.query(shapes_m, predicate="intersects")
    )
    return from_pairs(one.astype(np.int64), other.astype(np.int64), len(shapes_m))


def nearest(x_m: Floats, y_m: Floats, count: int) -> tuple[Ints, Ints]:
    """The `count` nearest others by the distance of middles: no zone is an island, but nearness need not be mutual."""
    from scipy.spatial import cKDTree

    if not 1 <= count < len(x_m):
        raise GeoError(f"{count} nearest neighbours cannot be found among {len(x_m)} zones; choose fewer.")
    at = np.column_stack([x_m, y_m])
    _, found = cKDTree(at).query(at, k=count + 1)
    one = np.repeat(np.arange(len(x_m)), count + 1)
    other = np.asarray(found, dtype=np.int64).ravel()
    own = one == other
    # Where middles coincide the zone itself may not be among those found: the farthest gives way.
    missing = ~own.reshape(-1, count + 1).any(axis=1)
    own.reshape(-1, count + 1)[missing, count] = True
    return from_pairs(one[~own], other[~own], len(x_m))


def from_pairs(one: Ints, other: Ints, zones: int) -> tuple[Ints, Ints]:
    """Starts and members from pairs (zone, its neighbour); a zone's pair with itself is dropped."""
    apart = one != other
    one, other = one[apart], other[apart]
    order = np.lexsort((other, one))
    starts = np.concatenate([[0], np.cumsum(np.bincount(one, minlength=zones))]).astype(np.int64)
    return starts, np.asarray(other[order], dtype=np.int64)


def islands(starts: Ints) -> Ints:
    """Zones without any neighbour."""
    return np.flatnonzero(np.diff(starts) == 0)


def among(starts: Ints, members: Ints, keep: Bools) -> tuple[Ints, Ints]:
    """The neighbours among the zones to keep, renumbered in their order."""
    new = np.cumsum(keep) - 1
    one = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    both = keep[one] & keep[members]
    return from_pairs(new[one[both]], new[members[both]], int(keep.sum()))


def neighbour_sums(value: Floats, starts: Ints, members: Ints) -> Floats:
    """The sum over each zone's neighbours, itself left out; value [zones] or [zones, steps]."""
    padded = np.concatenate([value[members], np.zeros((1, *value.shape[1:]))])
    sums = np.add.reduceat(padded, np.minimum(starts[:-1], len(members)), axis=0)
    sums[np.diff(starts) == 0] = 0.0
    return np.asarray(sums)
