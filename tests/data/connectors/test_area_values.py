"""Numbers of areas from map files: read as they stand, or refused with what is wrong and where."""

from __future__ import annotations

from pathlib import Path

import geopandas
import pytest
import shapely

from data.connectors.area_values import number_fields, read_area_values
from data.errors import RefusedInput

BOXES = [shapely.box(i, 42.0, i + 1, 43.0) for i in (-72.0, -71.0)]


def layer(path: Path, crs: int = 4326, geometry: list[shapely.Geometry] | None = None, **columns: object) -> Path:
    frame = geopandas.GeoDataFrame(columns, geometry=geometry or BOXES, crs=4326)
    frame.to_crs(crs).to_file(path)
    return path


def test_numbers_come_with_their_polygons(tmp_path: Path) -> None:
    """The only column of numbers is taken by itself, one of several by name, and projected layers come in degrees."""
    one = read_area_values(layer(tmp_path / "one.geojson", name=["a", "b"], people=[3, 0]))
    assert (one.field, one.value.tolist()) == ("people", [3.0, 0.0])
    two = read_area_values(layer(tmp_path / "two.gpkg", 32619, people=[3.5, 4.0], homes=[1, 2]), "HOMES")
    assert two.value.tolist() == [1.0, 2.0]
    for read in (one, two):
        for wkb, box in zip(read.polygons_wkb, BOXES, strict=True):
            assert shapely.from_wkb(wkb).symmetric_difference(box).area < 1e-3


def test_columns_of_numbers_are_offered_with_what_is_wrong(tmp_path: Path) -> None:
    """Each column of numbers and no other, and whether it serves; without any, or in no known system, a sentence."""
    path = layer(tmp_path / "many.gpkg", name=["a", "b"], people=[3, 4], homes=[1.5, None], new=[True, False])
    people, homes = number_fields(path)
    assert (people.name, people.fault, homes.name) == ("people", "", "homes")
    with pytest.raises(RefusedInput) as told:
        read_area_values(path, "homes")
    assert homes.fault == str(told.value)
    with pytest.raises(RefusedInput, match="no column of numbers"):
        number_fields(layer(tmp_path / "names.gpkg", name=["a", "b"]))
    lost = tmp_path / "lost.shp"
    layer(lost, 32619, people=[1, 2])
    lost.with_suffix(".prj").unlink()
    with pytest.raises(RefusedInput, match=r"in which coordinate system it is.* export it again") as told:
        number_fields(lost)
    assert "--" not in str(told.value)


def test_what_is_no_number_of_an_area_is_said(tmp_path: Path) -> None:
    """No numbers, several, a column that is not there, text, missing, negative and endless values, points, no file."""
    points = [shapely.Point(0, 0), shapely.Point(1, 1)]
    for at, (columns, field, said) in enumerate((
        ({"name": ["a", "b"]}, None, "has none as numbers"),
        ({"people": [1, 2], "homes": [1, 2]}, None, "has people, homes as numbers"),
        ({"people": [1, 2]}, "cars", "no field 'cars' for --exposure-field"),
        ({"people": [1, 2], "name": ["a", "b"]}, "name", "holds no numbers; those that do are people"),
        ({"people": [1.5, None]}, None, "in 1 of 2 areas .the first in row 2."),
        ({"people": [-1, 2]}, None, "the first in row 1"),
        ({"people": [1, 2], "geometry": points}, None, "choose a layer of polygons"),
    )):  # fmt: skip
        path = layer(tmp_path / f"wrong{at}.gpkg", **columns)  # type: ignore[arg-type]
        with pytest.raises(RefusedInput, match=said):
            read_area_values(path, field)
    with pytest.raises(RefusedInput, match="There is no file"):
        read_area_values(tmp_path / "nothing.gpkg")
