"""A crew's day in files, read back by other people's readers: calendar, GPX, tables, GeoJSON; and the verb."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import geopandas
import gpxpy
import pytest
from icalendar import Calendar

from data.errors import RefusedInput
from data.store import Store
from desktop.cli.main import exit_code
from desktop.domain.clock import FixedClock
from desktop.operations.export_routes import export_routes
from desktop.operations.work import Work
from tests.desktop.reports.days import NOW, at, content, crew, found, keep, stop

HARD = "Line one\nBEGIN:VEVENT; comma, back\\slash\r\nEND:VCALENDAR \u202e\u0007 شارع"


def exported(work: Work, folder: Path, plan: int, **told: Any) -> list[str]:
    """The names of the files that were written."""
    return list(export_routes(work, plan_id=plan, folder=folder, **told).counts["files"])


def events(path: Path) -> dict[str, Any]:
    """The events of a calendar by uid."""
    read = Calendar.from_ical(path.read_bytes())
    return {str(event["UID"]): event for event in read.walk("VEVENT")}


def test_a_calendar_holds_each_stop_once(sqlite_store: Store, tmp_path: Path) -> None:
    """Place, times, words and break come back whole; lines are folded to 75 octets as the standard asks."""
    work = found(sqlite_store)
    stops = [stop(1, request_ids=[1, 2], description=HARD, address="27 Windmill Lane, yard; left"), stop(2)]
    exported(work, tmp_path, keep(work, content(crew("Tipper", *stops))), kinds=("calendars",))
    path = tmp_path / "crew-01-tipper.ics"
    made = list(events(path).values())
    assert [str(event["SUMMARY"]) for event in made] == [
        "1 · 27 Windmill Lane, yard; left · Illegal dumping",
        "2 · 2 Windmill Lane · Illegal dumping",
        "Break",
    ]
    first = made[0]
    assert first["DTSTART"].dt == datetime.fromisoformat(at(438)).astimezone(UTC)
    assert first["DTEND"].dt - first["DTSTART"].dt == timedelta(minutes=5)
    assert str(first["LOCATION"]) == "27 Windmill Lane, yard; left"
    assert first["GEO"].to_ical() == "53.542;8.563"
    assert "Line one\nBEGIN:VEVENT; comma, back\\slash\n" in str(first["DESCRIPTION"]).replace("\r\n", "\n").replace(
        " \n", "\n"
    )
    assert "What was left there? sofa, tyres" in str(first["DESCRIPTION"])
    assert "555" not in path.read_text(encoding="utf-8")
    raw = path.read_bytes()
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert raw.count(b"\n") == raw.count(b"\r\n")


def test_a_later_print_updates_the_calendar(sqlite_store: Store, tmp_path: Path) -> None:
    """A job keeps its uid when it moves in time, in order and to another crew, and the later print has the higher
    sequence."""
    work = found(sqlite_store)
    exported(work, tmp_path / "a", keep(work, content(crew("Tipper", stop(1), stop(2)))), kinds=("calendars",))
    later = Work(work.store, "ana", FixedClock(NOW + timedelta(hours=2)))
    moved = content(crew("Tipper", stop(1, job="J2", service_start=at(600), departure=at(630))), crew("Other", stop(1)))
    exported(later, tmp_path / "b", keep(later, moved), kinds=("calendars",))
    old = events(tmp_path / "a" / "crew-01-tipper.ics")
    new = events(tmp_path / "b" / "crew-01-tipper.ics") | events(tmp_path / "b" / "crew-02-other.ics")
    shared = old.keys() & new.keys()
    assert len(shared) == 3  # two jobs, the break of Tipper
    assert all(int(new[uid]["SEQUENCE"]) > int(old[uid]["SEQUENCE"]) for uid in shared)


def test_tables_and_lines_are_read_elsewhere(sqlite_store: Store, tmp_path: Path) -> None:
    """GDAL reads the ways and stops, gpxpy the waypoints, csv the table without a formula; one crew where asked."""
    work = found(sqlite_store)
    told = content(
        crew("Tipper", stop(1, window=[at(480), None], address="=1+1"), stop(2)), crew("Idle"), crew("Late", stop(1))
    )
    plan = keep(work, told)
    names = exported(work, tmp_path, plan, crew="tipper", kinds=("gpx", "tables", "geojson"))
    assert set(names) == {"routes.geojson", "crew-01-tipper.csv", "crew-01-tipper.gpx"}
    frame = geopandas.read_file(tmp_path / "routes.geojson")
    assert list(frame.geom_type) == ["LineString", "Point", "Point"]
    assert set(frame["crew"]) == {"Tipper"}
    read = gpxpy.parse((tmp_path / "crew-01-tipper.gpx").read_text(encoding="utf-8"))
    assert [(point.latitude, point.longitude) for point in read.waypoints] == [(53.542, 8.563), (53.544, 8.566)]
    with (tmp_path / "crew-01-tipper.csv").open(encoding="utf-8", newline="") as stream:
        first, second = csv.DictReader(stream)
    assert (first["address"], first["window_from"], first["window_to"]) == ("'=1+1", at(480), "")
    assert (second["sequence"], second["lat"], second["window_from"]) == ("2", "53.544", "")


def test_the_verb_writes_what_is_asked(sqlite_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All files of all crews with stops, or some of one; strange kinds, days and crews are refused."""
    work = found(sqlite_store)
    keep(work, content(crew("Tipper", stop(1)), crew("Idle"), crew("Late", stop(1))))

    def run(*said: str) -> tuple[int, str]:
        capsys.readouterr()
        ended = exit_code(["--store", sqlite_store.location, "routes", "export", "--date", "2026-10-14", *said])
        return ended, capsys.readouterr().out

    ended, out = run("--out", str(tmp_path / "all"), "--json")
    assert ended == 0
    assert set(json.loads(out)["files"]) == {path.name for path in (tmp_path / "all").iterdir()}
    endings = ("html", "gpx", "ics", "csv")
    crews = {f"crew-{crew}.{ending}" for crew in ("01-tipper", "03-late") for ending in endings}
    shared = {"plan.json", "stops.csv", "unassigned.csv", "routes.geojson", "route_sheets.pdf"}
    assert set(json.loads(out)["files"]) == crews | shared
    ended, out = run("--out", str(tmp_path / "one"), "--crew", "Late", "--only", "pages, gpx")
    assert (ended, out) == (0, f"2 files of plan 1 written to {tmp_path / 'one'}.\n")
    for wrong in (["--only", "maps"], ["--crew", "Nobody"], ["--only", ""], ["--date", "2026-10-15"]):
        assert run("--out", str(tmp_path / "none"), *wrong)[0] == 2
    assert not (tmp_path / "none").exists()
    with pytest.raises(RefusedInput, match="is a file; name a folder"):
        export_routes(work, plan_id=1, folder=tmp_path / "one" / "crew-03-late.gpx")
