"""Whether a request's coordinates can be believed, and which points hold improbably many records."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import GeoError

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]

# The order is that of data.records.Placement; a test holds them equal.
LOCATED, MISSING, INVALID, SWAPPED, OUT_OF_TOWN, PLACEHOLDER = range(6)

TOLERANCE_M = 200.0  # the far side of a border street, a pier: still the city's business
_DETAIL_M = 1.0  # how exactly the tolerance is kept

LEAST_RECORDS = 30
BUSY_RANK, QUIET_RANK = 10, 40
LEAST_FACTOR, GREATEST_FACTOR = 3.0, 10.0
CHANCE = 0.01


@dataclass(frozen=True, slots=True)
class SuspectPoint:
    """A point that holds improbably many records."""

    lat: float
    long: float
    request_count: int


def judge(
    lon: ArrayLike,
    lat: ArrayLike,
    boundary_wkb: bytes | None,
    crs_epsg: int | None,
    *,
    tolerance_m: float = TOLERANCE_M,
) -> NDArray[np.uint8]:
    """A placement code (LOCATED, MISSING, ...) for each point in degrees; shape [points].

    MISSING: no longitude or no latitude, or both zero (how files write "none"). LOCATED: inside the boundary or at most
    `tolerance_m` outside; without a boundary, any place on earth. SWAPPED: not located, but it would be with longitude
    and latitude exchanged; only a boundary can tell. INVALID: infinite, or beyond 90 degrees of latitude or 180 of
    longitude. OUT_OF_TOWN: the rest. PLACEHOLDER is never said here: it takes all records to see (`suspect_points`).
    """
    x, y = np.atleast_1d(np.asarray(lon, dtype=np.float64)), np.atleast_1d(np.asarray(lat, dtype=np.float64))
    missing = np.isnan(x) | np.isnan(y) | ((x == 0.0) & (y == 0.0))
    if boundary_wkb is None:
        located, swapped = _on_earth(x, y), np.zeros(len(x), dtype=bool)
    else:
        town = _town(boundary_wkb, crs_epsg, tolerance_m)
        located, swapped = _within(town, x, y), _within(town, y, x)
    rest = np.where(_on_earth(x, y), OUT_OF_TOWN, INVALID)
    return np.select([missing, located, swapped], [MISSING, LOCATED, SWAPPED], rest).astype(np.uint8)


def suspect_points(lon: ArrayLike, lat: ArrayLike) -> list[SuspectPoint]:
    """The exact points (degrees) that hold more records than the city's other busy points explain, most first.

    A geocoder's answer for "not found" stands out from the busy corners of its own city, whatever the city's size, the
    years covered and the decimals kept; so each point is held against the others, not against a number or a share.
    Ordered by records, the busiest points of a city fall off like a power of their rank. The slope is taken between the
    10th and the 40th (early ranks may themselves be placeholders, up to nine); continued to the first rank it tells
    the count that the busiest point would pass with a chance of one in a hundred: c10 * (10 / chance) ** slope. The
    limit is that count, but at least 3 and at most 10 times the 10th busiest (equal corners have no slope, a cliff in
    the counts has too much), and never under 30 records. Where fewer points exist, the ranks move up.

    It cannot see many placeholders of like size, such as the centres of all postcodes. A real place can pass the limit
    (a stadium): suspicion is for staff to confirm or clear. Points without finite coordinates are left out.
    """
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    known = np.isfinite(x) & np.isfinite(y)
    x, y, count = _distinct(x[known], y[known])
    limit = _most_records(np.sort(count)[::-1])
    over = np.flatnonzero(count > limit)
    over = over[np.lexsort((x[over], y[over], -count[over]))]
    return [SuspectPoint(float(y[i]), float(x[i]), int(count[i])) for i in over]


def _most_records(counts: NDArray[np.int64]) -> float:
    """The most records that a point may hold unsuspected, for counts in falling order."""
    if not len(counts):
        return float(LEAST_RECORDS)
    busy_rank, quiet_rank = min(BUSY_RANK, (len(counts) + 2) // 2), min(QUIET_RANK, len(counts))
    busy, quiet = float(counts[busy_rank - 1]), float(counts[quiet_rank - 1])
    slope = np.log(busy / quiet) / np.log(quiet_rank / busy_rank) if quiet_rank > busy_rank else 0.0
    factor = np.clip((BUSY_RANK / CHANCE) ** slope, LEAST_FACTOR, GREATEST_FACTOR)
    return max(LEAST_RECORDS - 1.0, float(factor) * busy)


def _distinct(x: Floats, y: Floats) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Each distinct point once, and how often it occurs."""
    order = np.lexsort((x, y))
    x, y = x[order], y[order]
    first = np.ones(len(x), dtype=bool)
    first[1:] = (x[1:] != x[:-1]) | (y[1:] != y[:-1])
    at = np.flatnonzero(first)
    return x[at], y[at], np.diff(np.append(at, len(x)))


def _on_earth(x: Floats, y: Floats) -> NDArray[np.bool_]:
    return np.asarray((np.abs(x) <= 180.0) & (np.abs(y) <= 90.0))


def _within(town: BaseGeometry, x: Floats, y: Floats) -> NDArray[np.bool_]:
    import shapely

    return np.asarray(shapely.contains_xy(town, x, y), dtype=bool)


@lru_cache(maxsize=4)
def _town(boundary_wkb: bytes, crs_epsg: int | None, tolerance_m: float) -> BaseGeometry:
    """The boundary and `tolerance_m` around it, in degrees, prepared; kept, for imports judge in small pieces."""
    import shapely

    from geo.areas_repair import polygons_of
    from geo.crs import shape_to_degrees, shape_to_metres, utm_epsg

    boundary = polygons_of(shapely.from_wkb(boundary_wkb))
    if boundary.is_empty:
        raise GeoError("The city's boundary is not a polygon; found the city again with another boundary file.")
    if tolerance_m > 0.0:
        epsg = crs_epsg if crs_epsg is not None else utm_epsg(boundary.centroid.x, boundary.centroid.y)
        flat = shapely.simplify(shape_to_metres(boundary, epsg), _DETAIL_M)  # takes a third of the time off
        # Together with the stored rings, so that no long edge cuts a corner off the city itself.
        boundary = shapely.union(shape_to_degrees(shapely.buffer(flat, tolerance_m), epsg), boundary)
    shapely.prepare(boundary)
    return boundary
