"""Files that say things in other ways: other systems, encodings, commas, names given twice, layers without shapes."""

from __future__ import annotations

import gzip
import json
import warnings
from pathlib import Path
from typing import Any

import pyproj
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.connectors.areas import read_areas
from data.connectors.csv_rows import read_csv
from data.connectors.mapping import Source
from data.connectors.requests import RejectedRow, RequestRow, open_requests
from data.connectors.values import parse_number, parse_point
from data.connectors.vrp_files import read_instance
from data.errors import RefusedInput
from tests.shared import shared_file

HEADER = "id,type,opened,lat,long"
BOSTON = (-71.06, 42.35)


def read(path: Path, **options: Any) -> tuple[list[RequestRow], list[RejectedRow]]:
    """Everything in a file."""
    rows: list[RequestRow] = []
    rejected: list[RejectedRow] = []
    for good, bad in open_requests(path, **options).chunks(100):
        rows += good
        rejected += bad
    return rows, rejected


def written(path: Path, content: str | bytes | dict[str, Any]) -> Path:
    """A file with this content."""
    if isinstance(content, dict):
        content = json.dumps(content)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def geojson(crs: str | None, *points: tuple[float, float]) -> dict[str, Any]:
    """Requests at these points, in a declared system."""
    features = [
        {
            "type": "Feature",
            "properties": {"id": str(n), "type": "Pothole", "opened": "2026-10-01"},
            "geometry": {"type": "Point", "coordinates": list(at)},
        }
        for n, at in enumerate(points)
    ]
    declared = {} if crs is None else {"crs": {"type": "name", "properties": {"name": crs}}}
    return {"type": "FeatureCollection", "features": features, **declared}


def arcgis(reference: dict[str, Any] | None, *points: tuple[float, float]) -> dict[str, Any]:
    """The same as an ArcGIS server answers."""
    features = [
        {"attributes": {"id": n, "type": "Pothole", "opened": "2026-10-01"}, "geometry": {"x": x, "y": y}}
        for n, (x, y) in enumerate(points)
    ]
    return {"features": features, **({} if reference is None else {"spatialReference": reference})}


def projected(epsg: int) -> tuple[float, float]:
    """Boston in another system, by an independent call of PROJ."""
    x, y = pyproj.Transformer.from_crs(4326, epsg, always_xy=True).transform(*BOSTON)
    return float(x), float(y)


@pytest.mark.parametrize(
    ("value", "format"),
    [
        (geojson("urn:ogc:def:crs:EPSG::2249", projected(2249)), "auto"),
        (geojson("EPSG:26986", projected(26986)), "geojson"),
        (geojson("urn:ogc:def:crs:OGC:1.3:CRS84", BOSTON), "auto"),
        (geojson(None, BOSTON), "auto"),
        (arcgis({"wkid": 102100}, projected(3857)), "auto"),
        (arcgis({"wkid": 102100, "latestWkid": 3857}, projected(3857)), "arcgis"),
        (arcgis({"wkid": 102686, "latestWkid": 2249}, projected(2249)), "auto"),
        (arcgis({"wkid": 102686}, projected(2249)), "auto"),
        (arcgis({"wkt": pyproj.CRS(2249).to_wkt("WKT1_ESRI")}, projected(2249)), "arcgis"),
        (arcgis({"wkid": 4326}, BOSTON), "auto"),
        (arcgis(None, BOSTON), "auto"),
    ],
)
def test_points_of_any_system_come_in_degrees(value: dict[str, Any], format: str, tmp_path: Path) -> None:
    """A declared system, by whatever code, is taken back to degrees within a centimetre."""
    rows, rejected = read(written(tmp_path / "points.json", value), format=format)
    assert not rejected
    (row,) = rows
    assert row.lat == pytest.approx(BOSTON[1], abs=1e-7)
    assert row.long == pytest.approx(BOSTON[0], abs=1e-7)


@pytest.mark.parametrize(
    "value", [geojson("urn:ogc:def:crs:EPSG::99999999", (1, 2)), arcgis({"wkid": 99999999}, (1, 2))]
)
def test_a_system_that_nobody_knows_is_refused(value: dict[str, Any], tmp_path: Path) -> None:
    """Rather than losing every point in silence."""
    with pytest.raises(RefusedInput, match=r"points\.json.*coordinate system"):
        read(written(tmp_path / "points.json", value))


@pytest.mark.parametrize("text", ["inf", "-inf", "1e400", "nan", "Infinity"])
def test_a_coordinate_without_end_is_none(text: str, tmp_path: Path) -> None:
    """What is no finite number is an absent coordinate, in CSV and in JSON; the request stays."""
    rows, rejected = read(written(tmp_path / "a.csv", f"{HEADER}\n1,Pothole,2026-10-01,{text},-71\n"))
    assert not rejected
    assert rows[0].lat is None
    assert parse_point(f"({'9' * 400}, 1)") is None


@given(st.decimals(-180, 180, places=6))
def test_a_decimal_comma_is_a_decimal_point(value: Any) -> None:
    """Both spellings are the same coordinate."""
    assert parse_number(str(value).replace(".", ",")) == parse_number(str(value)) == float(value)


def test_commas_in_a_file_of_semicolons(tmp_path: Path) -> None:
    """A spreadsheet of a country with decimal commas is read."""
    rows, rejected = read(written(tmp_path / "a.csv", "id;type;opened;lat;long\n1;Pothole;2026-10-01;42,35;-71,06\n"))
    assert not rejected
    assert (rows[0].lat, rows[0].long) == (42.35, -71.06)


def test_a_column_that_is_there_twice(tmp_path: Path) -> None:
    """A needed column that is there twice is asked about; others are both kept."""
    twice = written(tmp_path / "a.csv", "id,type,opened,lat,long,lat\n1,Pothole,2026-10-01,42,-71,43\n")
    with pytest.raises(RefusedInput, match=r"a\.csv has the column 'lat' 2 times"):
        read(twice)
    rows, _ = read(written(tmp_path / "b.csv", "id,type,opened,ward,ward\n1,Pothole,2026-10-01,7,8\n"))
    assert rows[0].extras == {"ward": "7", "ward (2)": "8"}


@pytest.mark.parametrize(
    ("encoding", "named"),
    [(name, True) for name in ("utf-16", "utf-16-le", "utf-32", "cp1252")] + [("utf-16", False), ("utf-32", False)],
)
def test_any_encoding_that_is_named_or_marked(encoding: str, named: bool, tmp_path: Path) -> None:
    """A file is read in the encoding that is named, or that its own first bytes declare."""
    text = f"{HEADER}\n1,Straße,2026-10-01,42.35,-71.06\n"
    path = written(tmp_path / "a.csv", text.encode(encoding))
    rows, rejected = read(path, encoding=encoding if named else None)
    assert not rejected
    assert rows[0].service_name == "Straße"
    listed = json.dumps([{"id": 1, "type": "Straße", "opened": "2026-10-01"}], ensure_ascii=False)
    rows, _ = read(written(tmp_path / "a.json", listed.encode(encoding)), encoding=encoding if named else None)
    assert rows[0].service_name == "Straße"


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 40_000), st.booleans(), st.text("aé漢\n", max_size=50))
def test_the_place_of_a_byte_that_is_no_text(tmp_path: Path, ahead: int, packed: bool, more: str) -> None:
    """The sentence names the very line and byte, however far into the file, packed or not."""
    text = f"{HEADER}\n" + f"1,Straße {more.splitlines()[:1]},2026-10-01,42,-71\n" * (ahead // 40) + "2,Schlagl"
    before = text.encode()
    content = before + b"\xf6cher,2026-10-01,42,-71\n"
    path = written(tmp_path / "a.csv", gzip.compress(content, 1) if packed else content)
    with pytest.raises(RefusedInput) as refusal:
        list(read_csv(path, "", Source("a.csv", "UTC"), {}, None))
    line = before.count(b"\n") + 1
    assert f"(byte 0xf6 in line {line:,}, at byte {len(before):,})" in str(refusal.value)


def test_json_of_brackets_alone(tmp_path: Path) -> None:
    """A hundred thousand open brackets are refused, as a file and as a cell."""
    with pytest.raises(RefusedInput, match="too deeply"):
        read(written(tmp_path / "a.json", "[" * 100_000))
    with pytest.raises(RefusedInput, match="too deeply"):
        read(written(tmp_path / "b.json", '{"a":' * 100_000))
    deep = '{""a"":' * 50_000
    rows, _ = read(written(tmp_path / "a.csv", f'id,type,opened,point\n1,Pothole,2026-10-01,"{deep}"\n'))
    assert rows[0].lat is None


@pytest.mark.parametrize("zone", ["Mars/X", "America", "", "../../etc/passwd", "x" * 300])
def test_a_zone_that_is_none(zone: str, tmp_path: Path) -> None:
    """A time zone that is not in the database is refused before anything is read."""
    with pytest.raises(RefusedInput, match="not a time zone"):
        read(written(tmp_path / "a.csv", f"{HEADER}\n"), timezone=zone)


def test_detroits_demolitions_as_they_stand() -> None:
    """A file whose only word of its service is the name of its date is read; a service that is named goes first."""
    path = shared_file("requests/detroit_demolitions.csv")
    rows, rejected = read(path, timezone="America/Detroit")
    assert (len(rows), len(rejected)) == (16_585, 0)
    assert {row.service_name for row in rows} == {"Demolition"}
    assert all(row.lat and row.long for row in rows)
    named, _ = read(path, columns={"service_name": "=Wrecking"})
    assert {row.service_name for row in named} == {"Wrecking"}


def test_how_to_give_every_row_one_value_is_said(tmp_path: Path) -> None:
    """The question for a missing column tells of both answers."""
    with pytest.raises(RefusedInput, match="--column service_name==VALUE"):
        read(written(tmp_path / "a.csv", "id,opened\n1,2026-10-01\n"))


SOLOMON = "R101\n\nVEHICLE\nNUMBER CAPACITY\n25 200\n\nCUSTOMER\nCUST NO.\n\n" + "".join(
    f"{n} {n % 10} {n // 10} {min(n, 5)} 0 1000 10\n" for n in range(101)
)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (HEADER, "number of vehicles"),
        (SOLOMON[: SOLOMON.index("\n80 ") + 1], "ends after 79 customers where R101 has 100"),
        (SOLOMON[:-12], "numbers where 7 are needed"),
        (SOLOMON.replace("\n60 ", "\n61 "), "one after the other"),
        (SOLOMON.replace("R101", "r1_2_7"), "where r1_2_7 has 200"),
        ("DIMENSION : x\n", "not a Solomon or VRPLIB instance ('x' in DIMENSION is not a number); fetch it again."),
        ("DIMENSION : 2\n", "neither EDGE_WEIGHT_SECTION nor NODE_COORD_SECTION"),
        ("DIMENSION : 1\nNODE_COORD_SECTION\n1 2 three\n", "'three' in the line '1 2 three' is not a number"),
        ("DIMENSION : 2\nNODE_COORD_SECTION\n1 2 3\n2 2\n", "the line '2 2' has fewer than 3 numbers"),
        ("DIMENSION : 2\nEDGE_WEIGHT_SECTION\n0 1 1\n", "not a whole Solomon or VRPLIB instance; fetch it again."),
        ("", "number of vehicles"),
    ],
)
def test_an_instance_that_is_none_or_not_whole(content: str, words: str, tmp_path: Path) -> None:
    """Another file, and one that was cut off, are refused with the reason rather than solved."""
    with pytest.raises(RefusedInput) as refusal:
        read_instance(written(tmp_path / "R101.txt", content))
    assert words in str(refusal.value)
    assert "R101.txt" in str(refusal.value)


@pytest.mark.parametrize("count", [25, 50, 100])
def test_published_instances_are_still_read(count: int, tmp_path: Path) -> None:
    """The first 25 or 50 customers of a published instance are one too, and every file of the collections is read."""
    cut = SOLOMON[: SOLOMON.index(f"\n{count + 1} ")] if count < 100 else SOLOMON
    assert len(read_instance(written(tmp_path / "R101.txt", cut)).demand) == count + 1
    for folder in ("solomon", "homberger"):
        for path in sorted(shared_file(f"vrp/{folder}").glob("*.txt")):
            assert len(read_instance(path).demand) > 100


def test_a_declared_system_is_not_overridden(tmp_path: Path) -> None:
    """--crs speaks for a file that declares none; against one that does it is refused, with it it changes nothing."""
    districts = shared_file("polygons/boston_police_districts.geojson")
    with pytest.raises(RefusedInput, match="leave --crs away"):
        read_areas(districts, crs="EPSG:2249")
    plain = read_areas(districts)
    assert read_areas(districts, crs="EPSG:4326") == plain
    feet = shared_file("polygons/boston_police_districts_feet_no_crs.geojson")
    declared = json.loads(feet.read_text(encoding="utf-8"))
    declared["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2249"}}
    path = written(tmp_path / "feet.geojson", declared)
    with pytest.raises(RefusedInput, match="leave --crs away"):
        read_areas(path, crs="EPSG:26986")
    named, unnamed = read_areas(path, crs="EPSG:2249"), read_areas(path)
    assert named == unnamed
    for one, other in zip(unnamed.rows, plain.rows, strict=True):
        assert (
            shapely.from_wkb(one.geometry_wkb).centroid.distance(shapely.from_wkb(other.geometry_wkb).centroid) < 1e-4
        )


@pytest.mark.parametrize("crs", [None, "EPSG:2249"])
def test_a_packed_layer_is_read_like_its_content(crs: str | None, tmp_path: Path) -> None:
    """A layer inside gzip gives the same areas; a truncated one is refused as an archive."""
    name = "boston_police_districts_feet_no_crs" if crs else "detroit_zipcodes"
    plain = shared_file(f"polygons/{name}.geojson")
    content = gzip.compress(plain.read_bytes(), 1)
    assert read_areas(written(tmp_path / "a.geojson.gz", content), crs=crs) == read_areas(plain, crs=crs)
    with pytest.raises(RefusedInput, match=r"a\.geojson\.gz is a damaged or truncated archive"):
        read_areas(written(tmp_path / "a.geojson.gz", content[:-2000]), crs=crs)


@pytest.mark.parametrize("shapes", [[], [None, None], [[[[1e400, 1], [1, 2], [2, 2], [1e400, 1]]]]])
def test_a_layer_without_shapes(shapes: list[Any], tmp_path: Path) -> None:
    """A layer of no rows, of rows without a shape, or of coordinates that are no numbers holds no polygons."""
    features = [
        {
            "type": "Feature",
            "properties": {"name": "A"},
            "geometry": None if rings is None else {"type": "Polygon", "coordinates": rings},
        }
        for rings in shapes
    ]
    path = written(tmp_path / "a.geojson", {"type": "FeatureCollection", "features": features})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(RefusedInput) as refusal:
            read_areas(path)
    assert "a.geojson" in str(refusal.value)
    assert "nan" not in str(refusal.value)
