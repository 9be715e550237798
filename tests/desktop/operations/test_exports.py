"""Exported files: valid whatever the store holds, and told apart by their endings in either case."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NoReturn

import geopandas
import pytest
from sqlalchemy import text

from data.store import Store
from desktop.operations.export import RequestFilter, export_requests
from desktop.operations.found_city import CityPlan, found_city
from desktop.operations.import_requests import RequestImport, import_requests
from desktop.operations.work import Work


@pytest.fixture
def work(sqlite_store: Store, tmp_path: Path) -> Work:
    """A city with three requests, one of which an earlier version stored at a place without end."""
    work = Work(sqlite_store, "ana")
    found_city(work, CityPlan("Elmwood"))
    file = tmp_path / "calls.csv"
    file.write_text(
        "id,type,opened,lat,long\n1,Pothole,2026-10-01,42.1,-71.1\n2,Pothole,2026-10-01,42.2,-71.2\n"
        "3,Pothole,2026-10-01,,\n",
        encoding="utf-8",
    )
    import_requests(work, RequestImport(file))
    with sqlite_store.exclusively() as connection:
        connection.execute(text("UPDATE service_request SET lat = 9e999, placement = 'invalid' WHERE id = 2"))
        connection.commit()
    return work


def _no_constant(word: str) -> NoReturn:
    raise AssertionError(f"{word} is no JSON")


@pytest.mark.parametrize("ending", [".geojson", ".GeoJSON", ".GEOJSON"])
def test_json_is_json(ending: str, work: Work, tmp_path: Path) -> None:
    """A coordinate that is no number is null; no word that JSON does not have is written."""
    path = tmp_path / f"out{ending}"
    export_requests(work, path, RequestFilter())
    features = json.loads(path.read_text(encoding="utf-8"), parse_constant=_no_constant)["features"]
    assert [feature["geometry"] and feature["geometry"]["coordinates"] for feature in features] == [
        [-71.1, 42.1],
        None,
        None,
    ]
    assert [feature["properties"]["lat"] for feature in features] == [42.1, None, None]


@pytest.mark.parametrize("ending", [".csv", ".CSV", ".gpkg", ".GPKG"])
def test_an_ending_tells_the_kind_in_either_case(ending: str, work: Work, tmp_path: Path) -> None:
    """CSV and GeoPackage in small and large letters hold every request."""
    path = tmp_path / f"out{ending}"
    assert export_requests(work, path, RequestFilter()).counts["requests"] == 3
    if ending.lower() == ".csv":
        assert len(path.read_text(encoding="utf-8").splitlines()) == 4
    else:
        assert list(geopandas.read_file(path).geometry.isna()) == [False, True, True]
