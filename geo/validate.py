"""Frames checked at the door: every fault found is named in one error."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from geo.errors import GeoError

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

CRS = "EPSG:4326"
REQUEST_TEXTS = ("service_request_id", "service_code", "status")
REQUEST_TIMES = ("requested_at", "closed_at")
AREA_TEXTS = ("name",)


def check_requests(requests_gdf: GeoDataFrame) -> None:
    """GeoError naming every fault of a frame of requests: points or None in EPSG:4326, unique index, UTC times.

    Needs the columns service_request_id, service_code, status, requested_at (never missing) and closed_at.
    """
    faults = [*_frame_faults(requests_gdf, (*REQUEST_TEXTS, *REQUEST_TIMES))]
    if _has_geometry(requests_gdf):
        faults += _point_faults(requests_gdf)
    for name in REQUEST_TIMES:
        faults += _time_faults(requests_gdf, name)
    _raise("requests", faults)


def check_areas(areas_gdf: GeoDataFrame) -> None:
    """GeoError naming every fault of a frame of areas: valid polygons in EPSG:4326, unique index, a column name.

    An empty polygon passes: an area that lost its shape in repair keeps its place.
    """
    faults = [*_frame_faults(areas_gdf, AREA_TEXTS)]
    if _has_geometry(areas_gdf):
        faults += _polygon_faults(areas_gdf)
    _raise("areas", faults)


def _raise(what: str, faults: list[str]) -> None:
    if faults:
        raise GeoError(f"The frame of {what} cannot be used: {'; '.join(faults)}.")


def _frame_faults(gdf: GeoDataFrame, columns: Iterable[str]) -> Iterable[str]:
    missing = [name for name in columns if name not in gdf.columns]
    if missing:
        yield f"it lacks the column{'s' if len(missing) > 1 else ''} {', '.join(missing)}"
    if not gdf.index.is_unique:
        repeated = gdf.index[gdf.index.duplicated()].unique()
        yield f"{len(repeated)} index value{'s are' if len(repeated) > 1 else ' is'} repeated, first {repeated[0]}"
    if not _has_geometry(gdf):
        yield "it has no geometry"
    elif gdf.crs is None:
        yield f"it names no CRS ({CRS} is needed)"
    elif gdf.crs != CRS:
        yield f"its CRS is {gdf.crs.to_string()}, not {CRS}"


def _has_geometry(gdf: GeoDataFrame) -> bool:
    return getattr(gdf, "_geometry_column_name", None) in gdf.columns


def _point_faults(gdf: GeoDataFrame) -> Iterable[str]:
    import shapely

    shapes = gdf.geometry.to_numpy()
    there = ~shapely.is_missing(shapes)
    odd = there & (shapely.get_type_id(shapes) != shapely.GeometryType.POINT.value)
    yield from _rows(gdf, odd, "no point")
    points = there & ~odd
    x, y = shapely.get_x(shapes[points]), shapely.get_y(shapes[points])
    off = np.zeros(len(shapes), dtype=bool)
    off[points] = ~((np.abs(x) <= 180.0) & (np.abs(y) <= 90.0))
    yield from _rows(gdf, off, "a point that is no place on earth")


def _polygon_faults(gdf: GeoDataFrame) -> Iterable[str]:
    import shapely

    shapes = gdf.geometry.to_numpy()
    missing = shapely.is_missing(shapes)
    polygons = (shapely.GeometryType.POLYGON.value, shapely.GeometryType.MULTIPOLYGON.value)
    kind = np.isin(shapely.get_type_id(shapes), polygons)
    yield from _rows(gdf, missing, "no geometry")
    yield from _rows(gdf, ~missing & ~kind, "no polygon")
    yield from _rows(gdf, kind & ~shapely.is_valid(shapes), "an invalid polygon, to be repaired first")


def _time_faults(gdf: GeoDataFrame, name: str) -> Iterable[str]:
    import pandas as pd

    if name not in gdf.columns:
        return
    zone = getattr(gdf[name].dtype, "tz", None)
    if zone is None or str(zone) != "UTC":
        yield f"{name} is {gdf[name].dtype}, not times in UTC"
    elif name == "requested_at":
        yield from _rows(gdf, pd.isna(gdf[name]).to_numpy(), "no requested_at")


def _rows(gdf: GeoDataFrame, bad: np.ndarray, what: str) -> Iterable[str]:
    """One fault that rows share, with the first of them by its index; nothing where no row has it."""
    at = np.flatnonzero(bad)
    if len(at):
        yield f"{len(at):,} row{'s have' if len(at) > 1 else ' has'} {what}, first {gdf.index[at[0]]}"
