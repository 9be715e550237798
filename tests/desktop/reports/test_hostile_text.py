"""Whatever residents write leaves in files as text: no markup, no formula, no second page, nothing fetched."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import geopandas
import gpxpy
import pytest
from lxml import etree, html

from data.store import Store
from desktop.domain.clock import FixedClock
from desktop.operations.export import RequestFilter, export_map, export_requests
from desktop.operations.export_routes import export_routes
from desktop.operations.import_requests import RequestImport, import_requests
from desktop.operations.plan_routes import PlanWish, plan_routes
from desktop.operations.work import Work
from tests.desktop.reports.conftest import Browser
from tests.desktop.reports.pdf import pdf_text

DAY = date(2026, 10, 13)
HOSTILE = (
    "<script>document.title='owned'</script>",
    "</script><img src=x onerror=alert(1)>",
    "]]></desc><wpt lat='0' lon='0'/>",
    "=HYPERLINK(\"https://elsewhere.invalid\",\"win\")",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "'); DROP TABLE service_request; --",
    "{{ 7*7 }} ${7*7} {% raw %} `x`",
    "quote \" comma, and\nnew line",
    "ไม่มีไฟ 🚧 \u202eback\u202c \u0007bell",
)  # fmt: skip


@pytest.fixture
def work(sqlite_store: Store, tmp_path: Path) -> Work:
    """A city named hostilely, with a hostile request of a hostile service for each text."""
    with sqlite_store.write("found", actor="ana", at=datetime(2026, 10, 13, tzinfo=UTC)) as unit:
        unit.create("city", [{"name": HOSTILE[1], "timezone": "America/New_York"}])
        unit.commit()
    made = Work(sqlite_store, HOSTILE[0], FixedClock(datetime(2026, 10, 13, 12, tzinfo=UTC)))
    path = tmp_path / "calls.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["id", "service_name", "description", "address", "opened", "lat", "long", "status"])
        for number, text in enumerate(HOSTILE):
            place = (42.35 + number / 500, -71.06 + number / 700)
            table.writerow([f"{text}#{number}", text, text, text, "2026-10-13 06:00", *place, "open"])
    import_requests(made, RequestImport(path))
    return made


@pytest.fixture
def page(work: Work, tmp_path: Path) -> Path:
    """The exported map."""
    path = tmp_path / "map.html"
    export_map(work, path, RequestFilter())
    return path


def test_csv_holds_no_formula(work: Work, tmp_path: Path) -> None:
    """No cell begins as a formula would, and every text is there behind at most an apostrophe."""
    path = tmp_path / "out.csv"
    export_requests(work, path, RequestFilter())
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == len(HOSTILE)
    for row in rows:
        for cell in row.values():
            assert not cell.startswith(("=", "+", "@", "\t", "\r"))
            assert not re.match(r"-\D|-\d.*[+]", cell)
    kept = {row["description"].removeprefix("'").strip() for row in rows}
    assert {text.strip() for text in HOSTILE[:7]} <= kept


@pytest.mark.parametrize("ending", ["geojson", "gpkg"])
def test_other_readers_see_the_same_text(work: Work, tmp_path: Path, ending: str) -> None:
    """GDAL reads back as many requests with the words that were written."""
    path = tmp_path / f"out.{ending}"
    export_requests(work, path, RequestFilter())
    frame = geopandas.read_file(path)
    assert len(frame) == len(HOSTILE)
    assert set(HOSTILE[:7]) <= {text.rstrip() for text in frame["description"]} | {HOSTILE[7]}


def test_the_map_has_no_element_of_anybody_else(page: Path) -> None:
    """A parser of its own finds only our elements: no image, no frame, no link, no address to load from."""
    tree = html.fromstring(page.read_text(encoding="utf-8"))
    assert not tree.xpath("//img | //iframe | //object | //embed | //link | //form | //wpt")
    assert not tree.xpath("//*[@src or @onerror or @onload]")
    policy = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert len(policy) == 1
    assert "default-src 'none'" in policy[0]
    assert tree.xpath("//h1")[0].text_content() == HOSTILE[1]
    told = json.loads(tree.xpath("//script[@id='opsmap-data']")[0].text_content())
    assert set(HOSTILE[:7]) <= set(told["services"])


@pytest.mark.slow
@pytest.mark.stalls
def test_the_map_opens_with_no_network(browse: Callable[[], Browser], page: Path) -> None:
    """In a browser it draws, asks nobody for anything, logs no error, and runs nothing that a resident wrote."""
    browser = browse()
    browser.open(page)
    seen = "document.title, document.querySelectorAll('canvas').length, document.querySelectorAll('img').length"
    assert browser.run(f"return [{seen}]") == [HOSTILE[1], 1, 0]
    assert browser.gate.asked == []
    assert browser.page.said == []


def test_a_plan_of_hostile_jobs(work: Work, tmp_path: Path) -> None:
    """CSV, GeoJSON, GPX and PDF of a day hold the jobs as text; names of crews make no path."""
    crews = tmp_path / "crews.csv"
    names = ["../../escape", "=1+1", "<b>&amp;"]
    with crews.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["crew", "depot_lat", "depot_long", "shift_start", "shift_end"])
        table.writerows([name, 42.36, -71.05, "06:00", "18:00"] for name in names)
    changes, content = plan_routes(work, PlanWish(DAY, iterations=20, crews=crews))
    out = tmp_path / "plan"
    told = export_routes(work, plan_id=changes.counts["plan"], folder=out)
    assert {path.name for path in out.iterdir()} == set(told.counts["files"])
    assert not [path for path in tmp_path.iterdir() if "escape" in path.name]
    cells = [cell for path in out.glob("*.csv") for row in csv.reader(path.open(encoding="utf-8")) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t"))]
    stops = 0
    for path in out.glob("*.gpx"):
        text = path.read_text(encoding="utf-8")
        etree.fromstring(text.encode())
        stops += len(gpxpy.parse(text).waypoints)
    assert stops == sum(len(crew["stops"]) for crew in content["crews"]) > 0
    assert "HYPERLINK" in pdf_text(out / "route_sheets.pdf")
