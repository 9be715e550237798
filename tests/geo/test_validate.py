"""Tests of checking frames at the door."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.errors import GeoError
from geo.validate import check_areas, check_requests


def requests_gdf(**changes: Any) -> gpd.GeoDataFrame:
    """Three sound requests, the last without a place."""
    columns: dict[str, Any] = {
        "service_request_id": ["1", "2", "3"],
        "service_code": ["pothole"] * 3,
        "status": ["submitted", "closed", "closed"],
        "requested_at": pd.to_datetime(["2026-01-01", "2026-01-02", "2026-01-03"], utc=True),
        "closed_at": pd.to_datetime([None, "2026-01-03", "2026-01-04"], utc=True),
    }
    points = [shapely.Point(-83.0, 42.3), shapely.Point(-83.1, 42.4), None]
    settings = {"geometry": points, "crs": "EPSG:4326", "index": [10, 11, 12]} | changes
    return gpd.GeoDataFrame(columns | settings.pop("columns", {}), **settings)


def areas_gdf(shapes: list[Any]) -> gpd.GeoDataFrame:
    """Areas of these shapes."""
    return gpd.GeoDataFrame({"name": [f"area {i}" for i in range(len(shapes))]}, geometry=shapes, crs="EPSG:4326")


def test_sound_frames_pass() -> None:
    """Points or none, polygons or an empty one, an empty frame: nothing to say."""
    check_requests(requests_gdf())
    check_requests(requests_gdf().iloc[:0])
    check_areas(
        areas_gdf([shapely.box(0, 0, 1, 1), shapely.MultiPolygon([shapely.box(2, 2, 3, 3)]), shapely.Polygon()])
    )


def test_all_faults_of_requests_are_in_one_error() -> None:
    """Index, CRS, columns, kinds of geometry, places and times: one error names every one, with the first row."""
    frame = requests_gdf(
        crs="EPSG:3857",
        index=[10, 10, 12],
        geometry=[shapely.LineString([(0, 0), (1, 1)]), shapely.Point(-83.0, 142.3), shapely.Point(np.inf, 1)],
        columns={
            "requested_at": pd.to_datetime(["2026-01-01", None, None], utc=True),
            "closed_at": pd.to_datetime(["2026-01-01"] * 3),
        },
    ).drop(columns=["status", "service_code"])
    with pytest.raises(GeoError) as fault:
        check_requests(frame)
    for words in (
        "lacks the columns service_code, status",
        "1 index value is repeated, first 10",
        "its CRS is EPSG:3857, not EPSG:4326",
        "1 row has no point, first 10",
        "2 rows have a point that is no place on earth, first 10",
        "2 rows have no requested_at, first 10",
        "closed_at is datetime64",
    ):
        assert words in str(fault.value)


def test_frames_without_crs_or_geometry_are_told() -> None:
    """A frame that names no CRS, and one that has no geometry at all, are each told so."""
    with pytest.raises(GeoError, match="names no CRS"):
        check_requests(requests_gdf(crs=None))
    with pytest.raises(GeoError, match="has no geometry"):
        check_areas(gpd.GeoDataFrame({"name": ["a"]}))


def test_all_faults_of_areas_are_in_one_error() -> None:
    """Missing, wrong and invalid geometries of areas are counted, each with the first row."""
    bow_tie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    with pytest.raises(GeoError) as fault:
        check_areas(
            areas_gdf([shapely.box(0, 0, 1, 1), bow_tie, None, shapely.Point(0, 0), bow_tie]).drop(columns="name")
        )
    assert str(fault.value) == (
        "The frame of areas cannot be used: it lacks the column name; 1 row has no geometry, first 2; "
        "1 row has no polygon, first 3; 2 rows have an invalid polygon, to be repaired first, first 1."
    )
