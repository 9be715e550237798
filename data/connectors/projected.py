"""Points that a JSON file gives in a projected coordinate system, brought to longitude and latitude."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from data.errors import RefusedInput

if TYPE_CHECKING:
    from pyproj import CRS, Transformer

_DEGREES = ("crs84", "epsg:4326", "epsg::4326", "4326")
_OLD_WEB_MERCATOR = (102100, 102113, 900913)


def geojson_crs(value: Any, file: str) -> CRS | None:
    """The coordinate system that a GeoJSON file declares (as GeoJSON did until 2016); None for degrees.

    RefusedInput for one that is not known.
    """
    declared = value.get("crs") if isinstance(value, dict) else None
    properties = declared.get("properties") if isinstance(declared, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str) or name.lower().endswith(_DEGREES):
        return None
    return _known((name,), file, name)


def arcgis_crs(value: Any, file: str) -> CRS | None:
    """The coordinate system of an ArcGIS answer; None for degrees. RefusedInput for one that is not known."""
    reference = value.get("spatialReference") if isinstance(value, dict) else None
    if not isinstance(reference, dict):
        return None
    numbers = [n for n in (reference.get("latestWkid"), reference.get("wkid")) if isinstance(n, int)]
    if 4326 in numbers:
        return None
    if any(number in _OLD_WEB_MERCATOR for number in numbers):
        numbers = [3857]
    tries = [f"{authority}:{number}" for number in numbers for authority in ("EPSG", "ESRI")]
    wkt = reference.get("wkt")
    if isinstance(wkt, str):
        tries.append(wkt)
    return _known(tuple(tries), file, str(numbers[0] if numbers else wkt)) if tries else None


def in_degrees(x: Any, y: Any, crs: CRS | None) -> tuple[Any, Any]:
    """Longitude and latitude of a point as its file gives it; None twice where there is none."""
    if crs is None:
        return x, y
    try:
        lon, lat = _transformer(crs).transform(float(x), float(y))
    except (TypeError, ValueError):
        return x, y  # no numbers: the row tells so
    return (lon, lat) if math.isfinite(lon) and math.isfinite(lat) else (None, None)


def _known(tries: tuple[str, ...], file: str, said: str) -> CRS:
    import pyproj

    for name in tries:
        try:
            return pyproj.CRS.from_user_input(name)
        except pyproj.exceptions.CRSError:
            continue
    raise RefusedInput(
        f"{file} declares the coordinate system '{said[:60]}', which is not known; export it in degrees (EPSG:4326)."
    )


@lru_cache(maxsize=8)
def _transformer(crs: CRS) -> Transformer:
    import pyproj

    return pyproj.Transformer.from_crs(crs, 4326, always_xy=True)
