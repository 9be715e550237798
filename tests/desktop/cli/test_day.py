"""A city's day through the command: every verb, its JSON, its files."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from datetime import date, datetime
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import geopandas
import gpxpy
import pytest

from data.store import open_store
from desktop.cli.main import exit_code
from tests.ground import shared_ground

Verb = Callable[..., Mapping[str, Any]]
DAY = "2026-10-13"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the day leaves its files."""
    return tmp_path_factory.mktemp("day")


@pytest.fixture(scope="module")
def city(folder: Path) -> Path:
    """A demo city of 4,000 requests with its truth."""
    store = folder / "city.opsmap"
    truth = str(folder / "truth.csv")
    with shared_ground():
        assert exit_code(["--store", str(store), "demo", "--requests", "4000", "--until", DAY, "--truth", truth]) == 0
    return store


@pytest.fixture
def run(city: Path, capsys: pytest.CaptureFixture[str]) -> Verb:
    """One verb, its JSON object."""

    def verb(*words: str) -> Mapping[str, Any]:
        capsys.readouterr()
        assert exit_code(["--store", str(city), *words, "--json"]) == 0
        found: Mapping[str, Any] = json.loads(capsys.readouterr().out)
        return found

    return verb


def table(path: Path) -> list[dict[str, str]]:
    """A CSV file's rows."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_assign(run: Verb, folder: Path) -> None:
    """Every request has a row; the departments are those of the city; a second run changes nothing."""
    out = folder / "assignments.csv"
    told = run("assign", "--out", str(out))
    rows = table(out)
    assert list(rows[0]) == ["service_request_id", "agency_responsible", "area", "rule", "reason"]
    assert len(rows) == told["requests"] == 4000
    assert sum(bool(row["agency_responsible"]) for row in rows) == told["assigned"] > 3700
    assert all(row["reason"] for row in rows)
    assert run("assign")["changed"] == 0


def test_explain(run: Verb, folder: Path) -> None:
    """One request's assignment can be explained by its number."""
    run("assign")
    number = table(folder / "truth.csv")[-1]["service_request_id"]
    told = run("assign", "--explain", number)
    assert told["service_request_id"] == number
    assert told["reason"]


def test_duplicates(run: Verb, folder: Path) -> None:
    """Groups are scored against the planted truth: most pairs are found, and few pairs are wrong."""
    out = folder / "duplicates.csv"
    told = run("duplicates", "--out", str(out))
    assert set(told) >= {"requests", "incidents", "grouped", "placeholder", "seconds"}
    found = groups((row["service_request_id"], row["incident_id"]) for row in table(out) if row["incident_id"])
    true = groups((row["service_request_id"], row["incident_id"]) for row in table(folder / "truth.csv"))
    assert len(found & true) / len(true) > 0.55
    assert len(found & true) / len(found) > 0.75


def groups(rows: Any) -> set[tuple[str, str]]:
    """The pairs that share an incident."""
    members = defaultdict(list)
    for key, incident in rows:
        members[incident].append(key)
    return {pair for keys in members.values() for pair in combinations(sorted(keys), 2)}


def test_hotspots(run: Verb, folder: Path) -> None:
    """Cells cover the city with zeros too, each with its statistic; geopandas reads them."""
    out = folder / "hotspots.geojson"
    told = run("hotspots", "--out", str(out), "--permutations", "199", "--seed", "3")
    cells = geopandas.read_file(out)
    assert len(cells) == told["cells"]
    assert {"count", "rate", "gi_z", "p_norm", "p_sim", "significant_fdr", "class"} <= set(cells.columns)
    assert (cells["count"] == 0).any()
    assert cells["count"].sum() == told["requests"]
    assert cells["p_sim"].between(1 / 200, 1).all()
    assert int(cells["class"].str.startswith("hot").sum()) == told["hot"]


def test_rates_of_neighbourhoods(run: Verb, folder: Path) -> None:
    """Rates of a layer's areas against their streets stand in a file, with intervals around them and the method."""
    out = folder / "rates.geojson"
    told = run(
        "hotspots", "--statistic", "rates", "--zones", "Neighbourhoods", "--exposure", "street_km", "--out", str(out)
    )
    areas = geopandas.read_file(out)
    assert len(areas) == told["zones"] == areas["name"].nunique()
    assert areas["count"].sum() <= told["counted"] == told["requests"]
    assert (areas["smoothed_low"] <= areas["rate_smoothed"]).all()
    assert (areas["rate_smoothed"] <= areas["smoothed_high"]).all()
    assert json.loads(out.read_text(encoding="utf-8"))["method"]["exposure"] == "street_km"


def test_routes(run: Verb, folder: Path) -> None:
    """A day is planned along streets: times follow each other, every job is a stop or has a reason, files agree."""
    out = folder / "plan"
    told = run("routes", "plan", "--date", DAY, "--iterations", "30", "--seed", "3", "--limit", "30", "--out", str(out))
    assert told["straight_line"] is False
    plan = json.loads((out / "plan.json").read_text(encoding="utf-8"))
    stops, left = table(out / "stops.csv"), table(out / "unassigned.csv")
    assert list(stops[0]) == ["crew", "sequence", "job", "arrival", "service_start", "departure"]
    assert list(left[0] if left else {"job": "", "reason": "", "detail": ""}) == ["job", "reason", "detail"]
    jobs = Counter([row["job"] for row in stops] + [row["job"] for row in left])
    assert len(jobs) == told["jobs"] == 30
    assert set(jobs.values()) == {1}
    for crew in plan["crews"]:
        moments = [
            datetime.fromisoformat(stop[name])
            for stop in crew["stops"]
            for name in ("arrival", "service_start", "departure")
        ]
        assert all(a <= b for a, b in pairwise(moments))
        assert all(len(stop["leg_line"]) >= 1 for stop in crew["stops"])
    assert (out / "route_sheets.pdf").read_bytes().startswith(b"%PDF")
    tracks = [gpxpy.parse(path.read_text(encoding="utf-8")) for path in sorted(out.glob("*.gpx"))]
    assert sum(len(track.waypoints) for track in tracks) == len(stops)
    lines = geopandas.read_file(out / "routes.geojson")
    assert (lines.geom_type == "LineString").sum() == len(tracks)


def test_the_same_seed_plans_the_same_day(run: Verb, city: Path) -> None:
    """Equal iterations and seed give equal stops at equal times."""
    plans = []
    for _ in range(2):
        run("routes", "plan", "--date", DAY, "--iterations", "20", "--seed", "5", "--limit", "15")
        store = open_store(str(city))
        with store.read() as unit:
            plan = unit.plans.latest(date.fromisoformat(DAY))
        store.close()
        assert plan is not None
        keys = ("job", "arrival", "service_start", "departure")
        stops = [[[stop[key] for key in keys] for stop in crew["stops"]] for crew in plan.content["crews"]]
        plans.append((plan.id, stops))
    assert plans[0][0] != plans[1][0]
    assert plans[0][1] == plans[1][1]
    assert any(plans[0][1])


def test_exports(run: Verb, folder: Path) -> None:
    """Requests leave as CSV and GeoJSON with one row each; the map is one page that fetches nothing."""
    told = run("export", "requests", str(folder / "all.csv"))
    assert told["requests"] == len(table(folder / "all.csv")) == 4000
    run("export", "requests", str(folder / "open.geojson"), "--open")
    assert 0 < len(geopandas.read_file(folder / "open.geojson")) < 4000
    run("export", "map", str(folder / "map.html"))
    page = (folder / "map.html").read_text(encoding="utf-8")
    assert 'src="http' not in page
    assert "@import" not in page


def test_backup_restore_check(run: Verb, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A backup holds the same city; a restored one is sound and continues."""
    copy, again = folder / "copy.opsmap", folder / "again.opsmap"
    run("backup", str(copy))
    assert exit_code(["--store", str(again), "restore", str(copy)]) == 0
    assert exit_code(["--store", str(again), "check"]) == 0
    capsys.readouterr()
    assert exit_code(["--store", str(again), "export", "requests", str(folder / "again.csv"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["requests"] == 4000
