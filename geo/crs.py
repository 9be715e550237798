"""Degrees to metres and back: the city's projected CRS, and the UTM zone that serves one without."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import GeoError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyproj import Transformer
    from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]

_UTM_SOUTH_LAT, _UTM_NORTH_LAT = -80.0, 84.0


def utm_epsg(lon: float, lat: float) -> int:
    """EPSG code of the WGS 84 / UTM zone of a place in degrees.

    Knows the wider zones of south-west Norway (32V) and Svalbard (31X to 37X). GeoError outside 80 S to 84 N, where
    UTM is not defined, and for what is no longitude.
    """
    if not (math.isfinite(lon) and -180.0 <= lon <= 180.0):
        raise GeoError(f"{lon} is not a longitude; give degrees between -180 and 180.")
    if not _UTM_SOUTH_LAT <= lat <= _UTM_NORTH_LAT:
        raise GeoError(f"UTM has no zone at latitude {lat}; name a projected CRS with --crs EPSG:n.")
    zone = min(60, int((lon + 180.0) // 6) + 1)
    if 56.0 <= lat < 64.0 and 3.0 <= lon < 12.0:
        zone = 32
    elif lat >= 72.0 and 0.0 <= lon < 42.0:
        zone = 31 if lon < 9.0 else 33 if lon < 21.0 else 35 if lon < 33.0 else 37
    return (32600 if lat >= 0.0 else 32700) + zone


def check_projected(crs_epsg: int) -> None:
    """GeoError for a code that is unknown or of a CRS that is not projected, which no distance can be measured in."""
    _projection(crs_epsg)


def to_metres(lon: ArrayLike, lat: ArrayLike, crs_epsg: int) -> tuple[Floats, Floats]:
    """Easting and northing in metres of degrees (EPSG:4326), arrays of the same shape.

    A CRS in feet is scaled to metres. What cannot be projected (nan, off the earth) becomes nan. GeoError when the code
    is unknown or not projected.
    """
    forward, _, unit_m = _projection(crs_epsg)
    x, y = forward.transform(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))
    return _finite(x, unit_m), _finite(y, unit_m)


def to_degrees(x_m: ArrayLike, y_m: ArrayLike, crs_epsg: int) -> tuple[Floats, Floats]:
    """Longitude and latitude (EPSG:4326) of metres in the CRS: the inverse of `to_metres`."""
    _, inverse, unit_m = _projection(crs_epsg)
    lon, lat = inverse.transform(np.asarray(x_m, dtype=np.float64) / unit_m, np.asarray(y_m, dtype=np.float64) / unit_m)
    return _finite(lon, 1.0), _finite(lat, 1.0)


def metres_a_degree(lat: ArrayLike) -> tuple[Floats, Floats]:
    """Metres a degree of longitude and of latitude at latitudes, on the WGS 84 ellipsoid (radii of curvature)."""
    radians = np.radians(np.asarray(lat, dtype=np.float64))
    semi_major_m, eccentricity2 = 6378137.0, 0.0066943799901413165
    root = 1.0 - eccentricity2 * np.sin(radians) ** 2
    meridian_m = semi_major_m * (1.0 - eccentricity2) / root**1.5
    vertical_m = semi_major_m / np.sqrt(root)
    return np.radians(vertical_m * np.cos(radians)), np.radians(meridian_m)


def boxes_apart_m(one: Sequence[float], other: Sequence[float]) -> float:
    """About how far two boxes (west, south, east, north in degrees) are from one another; 0 where they meet."""
    across = max(one[0] - other[2], other[0] - one[2], 0.0)
    along = max(one[1] - other[3], other[1] - one[3], 0.0)
    lon_m, lat_m = metres_a_degree((one[1] + one[3] + other[1] + other[3]) / 4.0)
    return float(np.hypot(across * lon_m, along * lat_m))


def shape_to_metres(shape: BaseGeometry, crs_epsg: int) -> BaseGeometry:
    """A shapely geometry in degrees, in metres of the CRS; corner by corner, edges stay straight."""
    import shapely

    return shapely.transform(shape, lambda at: np.column_stack(to_metres(at[:, 0], at[:, 1], crs_epsg)))


def shape_to_degrees(shape: BaseGeometry, crs_epsg: int) -> BaseGeometry:
    """The inverse of `shape_to_metres`."""
    import shapely

    return shapely.transform(shape, lambda at: np.column_stack(to_degrees(at[:, 0], at[:, 1], crs_epsg)))


def _finite(values: ArrayLike, unit_m: float) -> Floats:
    numbers = np.asarray(values, dtype=np.float64)
    return np.where(np.isfinite(numbers), numbers * unit_m if unit_m != 1.0 else numbers, np.nan)


@lru_cache(maxsize=8)
def _projection(crs_epsg: int) -> tuple[Transformer, Transformer, float]:
    """Transformers to and from the CRS, and the length of its unit in metres."""
    from pyproj import CRS, Transformer
    from pyproj.exceptions import CRSError

    try:
        crs = CRS.from_epsg(crs_epsg)
    except (CRSError, OverflowError) as fault:
        raise GeoError(f"EPSG:{crs_epsg} is not a known CRS; name a projected one, for example EPSG:26986.") from fault
    if not crs.is_projected:
        raise GeoError(f"EPSG:{crs_epsg} ({crs.name}) is not projected; name a CRS in metres, for example a UTM zone.")
    forward = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    inverse = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    return forward, inverse, float(crs.axis_info[0].unit_conversion_factor)
