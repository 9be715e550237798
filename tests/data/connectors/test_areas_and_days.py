"""Area layers, crews and jobs in CSV, routing instances, and CSV files that are safe to open."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.connectors.areas import read_areas
from data.connectors.crews import read_crews_csv, read_jobs_csv
from data.connectors.safe_csv import safe_cell, write_csv
from data.connectors.vrp_files import read_instance
from data.errors import RefusedInput, StoreFailure
from tests.shared import shared_file

CREWS = "crew,depot_lat,depot_long,shift_start,shift_end,skills,capacity,break_start,break_end,break_minutes\n"
JOBS = "job,lat,long,service_minutes,priority,skills,load,earliest,latest\n"


@pytest.mark.parametrize(
    ("name", "count"), [("boston_neighborhoods", 26), ("detroit_zipcodes", 31), ("new_haven_neighborhoods", 20)]
)
def test_real_layers_are_read_with_their_names(name: str, count: int) -> None:
    """All areas of a real layer come with a name and a polygon each."""
    rows = read_areas(shared_file(f"polygons/{name}.geojson")).rows
    assert len(rows) == count
    assert all(row.name for row in rows)
    assert all(row.geometry_wkb for row in rows)


def test_feet_without_a_coordinate_system_are_refused_until_it_is_named() -> None:
    """Coordinates that cannot be degrees are refused; with --crs they land where the same layer in degrees does."""
    path = shared_file("polygons/boston_police_districts_feet_no_crs.geojson")
    with pytest.raises(RefusedInput, match="--crs EPSG:n"):
        read_areas(path)
    import shapely

    there = read_areas(shared_file("polygons/boston_police_districts.geojson"))
    feet = {row.name: shapely.from_wkb(row.geometry_wkb).centroid for row in read_areas(path, crs="EPSG:2249").rows}
    for row in there.rows:
        assert feet[row.name].distance(shapely.from_wkb(row.geometry_wkb).centroid) < 1e-4


def test_points_are_no_areas_and_fields_are_listed(tmp_path: Path) -> None:
    """A layer of points is refused, and a field that is not there is answered with those that are."""
    with pytest.raises(RefusedInput, match="holds Point where areas are polygons"):
        read_areas(shared_file("polygons/boston_police_stations.geojson"))
    square = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    feature = {"type": "Feature", "properties": {"zone": "A"}, "geometry": square}
    path = tmp_path / "zones.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    with pytest.raises(RefusedInput, match="Its fields are zone"):
        read_areas(path)
    assert read_areas(path, name_field="ZONE").rows[0].name == "A"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("A,53,8,07:00,x,,,,,", "row 2: shift_end 'x' is not a time"),
        ("A,153,8,07:00,16:00,,,,,", "row 2: depot_lat 153 is not between"),
        ("A,53,8,16:00,07:00,,,,,", "row 2: the shift ends before it starts"),
        ("A,,8,07:00,16:00,,,,,", "row 2 has no depot_lat"),
    ],
)
def test_a_crew_that_cannot_be_names_its_row_and_column(tmp_path: Path, row: str, words: str) -> None:
    """Each fault of a crew's row is told with the row and the column."""
    path = tmp_path / "crews.csv"
    path.write_text(CREWS + row + "\n")
    with pytest.raises(RefusedInput, match=words):
        read_crews_csv(path)


def test_crews_and_jobs_are_read(tmp_path: Path) -> None:
    """Times become seconds after midnight, skills a tuple, and empty windows mean any time."""
    crews, jobs = tmp_path / "crews.csv", tmp_path / "jobs.csv"
    crews.write_text(f"{CREWS}A,53.1,8.2,07:00,15:30,tree; lamp,,11:00,13:00,30\n")
    jobs.write_text(f"{JOBS}J1,53.2,8.3,25,80,tree,1.5,,11:00\n")
    crew, job = read_crews_csv(crews)[0], read_jobs_csv(jobs)[0]
    assert (crew.shift_start_s, crew.shift_end_s, crew.skills, crew.break_s) == (
        25_200,
        55_800,
        ("tree", "lamp"),
        1_800,
    )
    assert (job.service_s, job.priority, job.earliest_s, job.latest_s, job.load) == (1_500, 80, None, 39_600, 1.5)


def test_columns_of_the_rules_are_read_and_may_be_absent(tmp_path: Path) -> None:
    """Ends, places to unload, overtime, stops, two crews, order, pairs, address, equipment; half a place is told."""
    crews, jobs = tmp_path / "crews.csv", tmp_path / "jobs.csv"
    more = "end_lat,end_long,break_lat,break_long,reload_lat,reload_long,reload_minutes,overtime_minutes,max_stops"
    crews.write_text(
        f"{CREWS.strip()},{more},equipment\nA,53,8,07:00,15:00,,9,,,30,53.1,8.1,,,53.2,8.2,10,45,12,lift; plough\n"
    )
    jobs.write_text(f"{JOBS.strip()},crews,after,with,address,equipment\nJ,53,8,,,,,,,2,A;B,C,1 Elm St,lift\n")
    crew, job = read_crews_csv(crews)[0], read_jobs_csv(jobs)[0]
    assert (crew.end, crew.break_place, crew.reload_place, crew.reload_s) == ((53.1, 8.1), None, (53.2, 8.2), 600)
    assert (crew.overtime_s, crew.max_stops, crew.equipment) == (2700, 12, ("lift", "plough"))
    assert (job.crews, job.after, job.with_job, job.address, job.equipment) == (
        2,
        ("A", "B"),
        "C",
        "1 Elm St",
        ("lift",),
    )
    crews.write_text(f"{CREWS.strip()},end_lat,end_long\nA,53,8,07:00,15:00,,,,,,53.1,\n")
    with pytest.raises(RefusedInput, match="row 2 has no end_long"):
        read_crews_csv(crews)


def test_names_must_differ(tmp_path: Path) -> None:
    """Two jobs of one name are refused, for results are told by name."""
    path = tmp_path / "jobs.csv"
    path.write_text(f"{JOBS}J,1,2,,,,,,\nJ,1,2,,,,,,\n")
    with pytest.raises(RefusedInput, match="names the job 'J' twice"):
        read_jobs_csv(path)


def test_instances_follow_the_published_convention() -> None:
    """R101: 100 customers with their own numbers, distances times 10 truncated, times in the same unit."""
    found = read_instance(shared_file("vrp/solomon/R101.txt"))
    assert (found.vehicles, found.capacity, found.customer[-1], len(found.demand)) == (25, 200, 100, 101)
    assert found.distance[0, 1] == 152  # customer 1 at (41, 49), depot at (35, 35): 15.23
    assert (found.earliest[1], found.latest[1], found.service[1]) == (1610, 1710, 100)


@given(st.text(max_size=40))
def test_no_cell_is_a_formula(text: str) -> None:
    """What a spreadsheet would run gets an apostrophe; everything else, numbers too, stays as it is."""
    made = str(safe_cell(text))
    assert made in (text, f"'{text}")
    if made == text and text[:1] in ("=", "+", "-", "@", "\t", "\r"):
        float(text)


def test_a_csv_is_whole_or_absent(tmp_path: Path) -> None:
    """A writer that fails half way leaves the old file as it was and nothing beside it."""
    path = tmp_path / "out.csv"
    write_csv(path, ["a"], [["=1+1"], [2.5], [None]])
    assert list(csv.reader(path.open())) == [["a"], ["'=1+1"], ["2.5"], [""]]

    def failing() -> object:
        yield ["b"]
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        write_csv(path, ["a"], failing())  # type: ignore[arg-type]
    assert list(csv.reader(path.open()))[1] == ["'=1+1"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.csv"]
    with pytest.raises(StoreFailure, match="cannot be written"):
        write_csv(tmp_path / "nowhere" / "out.csv", ["a"], [])
