"""Assets from files: every way of writing a point and a number down, and what cannot become an asset."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas
import pytest
import shapely

from data.connectors.assets import AssetFile, read_assets
from data.errors import RefusedInput
from tests.shared import shared_file

LIGHTS = [("L1", "Elm Street", -71.06, 42.36), ("L2", "Oak Street", -71.05, 42.37)]


def as_csv(folder: Path) -> Path:
    """Semicolons, a byte-order mark and headers in another case."""
    lines = ["Pole ID;Name;Latitude;Longitude;Lamp"] + [f"{c};{n};{lat};{lon};LED" for c, n, lon, lat in LIGHTS]
    path = folder / "lights.csv"
    path.write_text("\n".join(lines), encoding="utf-8-sig")
    return path


def frame(crs: int = 4326) -> geopandas.GeoDataFrame:
    """The lights as a layer."""
    columns = {"pole_id": [c for c, *_ in LIGHTS], "name": [n for _, n, *_ in LIGHTS], "lamp": ["LED"] * 2}
    points = [shapely.Point(lon, lat) for *_, lon, lat in LIGHTS]
    return geopandas.GeoDataFrame(columns, geometry=points, crs=4326).to_crs(crs)


def as_layer(ending: str, crs: int = 4326):  # type: ignore[no-untyped-def]
    """A writer of the lights as a map layer."""

    def write(folder: Path) -> Path:
        path = folder / f"lights.{ending}"
        frame(crs).to_file(path)
        return path

    return write


@pytest.mark.parametrize(
    "write", [as_csv, as_layer("geojson"), as_layer("gpkg"), as_layer("gpkg", 26986), as_layer("shp", 2249)]
)
def test_every_format_tells_the_same_assets(tmp_path: Path, write: object) -> None:
    """CSV, GeoJSON, GeoPackage and Shapefile, in degrees, metres or feet, are the same two lights."""
    read = read_assets(write(tmp_path))  # type: ignore[operator]
    assert [(row.asset_code, row.name) for row in read.rows] == [("L1", "Elm Street"), ("L2", "Oak Street")]
    for row, (_, _, lon, lat) in zip(read.rows, LIGHTS, strict=True):
        assert (row.long, row.lat) == pytest.approx((lon, lat), abs=1e-6)
        assert "LED" in row.attributes.values()


def test_rows_that_cannot_be_assets_are_counted(tmp_path: Path) -> None:
    """Without a point, without a number, or with a number that comes again later: left out and told."""
    path = tmp_path / "hydrants.csv"
    path.write_text("id,lat,long\nH1,42.1,-71\nH1,42.2,-71\n,42.3,-71\nH2,,\nH3,142,-71\nH4,x,y\n", encoding="utf-8")
    read = read_assets(path)
    assert read == AssetFile(read.rows, without_point=3, without_code=1, repeated=1)
    assert [(row.asset_code, row.lat) for row in read.rows] == [("H1", 42.2)]


def test_fields_can_be_named(tmp_path: Path) -> None:
    """A number and a name under any header; one that is not there is refused with the fields there are."""
    path = tmp_path / "signals.csv"
    path.write_text("Kasten,Wo,lat,lon\n7,Market,42,-71\n", encoding="utf-8")
    with pytest.raises(RefusedInput, match="--id-field"):
        read_assets(path)
    row = read_assets(path, id_field="kasten", name_field="Wo").rows[0]
    assert (row.asset_code, row.name) == ("7", "Market")
    with pytest.raises(RefusedInput, match="no field 'Nummer' for --id-field; its fields are Kasten, Wo"):
        read_assets(path, id_field="Nummer")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.csv", "id,name\n1,x\n", "latitude and longitude"),
        ("a.csv", "", "header of columns"),
        ("a.csv", "id,lat,long\n1,,\n", "holds no point"),
        ("a.geojson", '{"type": "FeatureCollection", "features": []}', "points"),
        ("a.geojson", "no json", "not a map layer that can be read"),
        ("gone.csv", None, "no file"),
        ("gone.gpkg", None, "no file"),
    ],
)
def test_what_is_no_layer_of_points_is_refused(tmp_path: Path, name: str, content: str | None, told: str) -> None:
    """One sentence says what is wrong."""
    path = tmp_path / name
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(RefusedInput, match=told):
        read_assets(path)


def test_polygons_are_no_assets(tmp_path: Path) -> None:
    """A layer of areas is named for what it is."""
    square = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    feature = {"type": "Feature", "properties": {"id": 1}, "geometry": square}
    path = tmp_path / "areas.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    with pytest.raises(RefusedInput, match="holds Polygon where assets are points"):
        read_assets(path)


def test_the_street_lights_of_a_real_city_are_read_whole() -> None:
    """Every light of Cambridge has its pole's number, and none comes twice."""
    path = shared_file("streets/cambridge_street_lights.geojson")
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    read = read_assets(path)
    assert {row.asset_code for row in read.rows} == {one["properties"]["PoleID"] for one in features}
    assert len(read.rows) == len(features) == 6117
