"""`opsmap report`: a table, a page and a PDF of the same figures; hostile names stay text; bad requests are refused."""

from __future__ import annotations

import csv
import json
import re
from datetime import datetime
from pathlib import Path

import pytest
from lxml import html

from data.store import open_store
from desktop.cli.main import exit_code
from tests.demo import MOMENT
from tests.desktop.reports.pdf import pdf_text

PERIOD = ("--from", "2026-08-01", "--to", "2026-10-13", "--as-of", "2026-10-13")
NAME = '=HYPERLINK("https://elsewhere.invalid") <script>alert(1)</script> \u202eback'


@pytest.fixture
def hostile(location: str) -> str:
    """The demo city, of which a service with many requests and one of staff's channels have evil names."""
    store = open_store(location)
    with store.write("rename", actor="ana", at=MOMENT) as unit:
        service = unit.services.by_code("illegal_dumping")
        assert service is not None
        unit.change("service", {service.id: {"service_name": NAME}})
        some = unit.requests.arrays(["id"])["id"][-40:].tolist()
        unit.change("service_request", {int(key): {"extras": {"channel": "staff"}} for key in some})
        unit.commit()
    store.close()
    return location


def test_one_city_as_table_page_and_paper(hostile: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The three tell the same numbers; names are text in each; nothing is fetched or run."""
    files = {ending: tmp_path / f"report.{ending}" for ending in ("csv", "html", "pdf")}
    for path in files.values():
        assert exit_code(["--store", hostile, "report", *PERIOD, "--out", str(path), "--ahead", "4", "--json"]) == 0
    counts = json.loads(capsys.readouterr().out.splitlines()[-1])
    with files["csv"].open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert rows[0]["service"] == "all"
    assert int(rows[0]["requests"]) == counts["requests"] == sum(int(row["requests"]) for row in rows[1:])
    for row in rows:
        assert "Kaplan and Meier" in row["method"]
        assert row["source"].startswith("demo")
        assert datetime.fromisoformat(row["made_at"]).tzinfo is not None
    evil = next(row for row in rows if row["code"] == "illegal_dumping")
    assert evil["service"] == f"'{NAME}"
    assert int(rows[0]["by_staff"]) > 0
    share = float(rows[0]["close_within_7d"])
    assert float(rows[0]["close_within_7d_low"]) < share < float(rows[0]["close_within_7d_high"])
    text = files["html"].read_text(encoding="utf-8")
    page = html.fromstring(text)
    assert not page.xpath("//script|//link|//img|//iframe|//@onload|//@onerror|//@href|//@src")
    assert "default-src 'none'" in text
    told = " ".join(page.text_content().split())
    paper = " ".join(pdf_text(files["pdf"]).split())
    for words in ("Rivermouth: how requests were served", "Residents and staff", "Expected next weeks", "Kaplan-Meier"):
        assert words in told, told[:1200]
        assert words in paper
    assert "<script>alert(1)</script>" in told, told[:1200]
    assert "\u202e" not in text
    thousands = f"{counts['requests']:,}".replace(",", "\u2009")
    assert f"{thousands} requests were opened." in re.sub(r"[ \n]+", " ", page.text_content())
    for caption in page.xpath("//caption|//figcaption"):
        assert len(caption.text_content()) > 40
    assert "Opened 1 Aug – 13 Oct 2026, as of 14 Oct 2026, 00:00; all services;" in told
    assert list(tmp_path.glob(".*")) == []


def test_every_number_has_its_requests(location: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a file the figures come with the ids behind each; for people a few columns."""
    asked = ["--store", location, "report", "--by", "month", *PERIOD]
    assert exit_code([*asked, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    for row in (told["city"], *told["month"]):
        assert len(row["ids"]["on_time"]["count"]) == row["on_time_count"]
        assert len(row["ids"]["close"]["waiting"]) == row["close_waiting"]
        assert len(row["ids"]["opened"]) == row["requests"]
    assert exit_code(asked) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("all\t")


def test_places_are_drawn(location: str, tmp_path: Path) -> None:
    """By neighbourhood the page has a map with every area by name, intervals, and what each drawing shows in words."""
    path = tmp_path / "places.html"
    asked = ("--by", "neighbourhood", "--layer", "Districts", "--from", "2026-01-01", "--to", "2026-10-13")
    assert exit_code(["--store", location, "report", *asked, "--out", str(path), "--ahead", "0"]) == 0
    page = html.fromstring(path.read_text(encoding="utf-8"))
    store = open_store(location)
    with store.read() as unit:
        layer = next(one for one in unit.areas.layers() if one.name == "Districts")
        names = {area.name for area in unit.areas.areas(layer.id)}
    store.close()
    ours = "starts-with(@aria-label, 'Map of places')"
    inside = "//*[local-name()='svg' and {0}]//*[local-name()='path']/*"
    drawn = {title.text_content().rsplit(":", 1)[0] for title in page.xpath(inside.format(ours))}
    assert drawn == names
    cells = [title.text_content() for title in page.xpath(inside.format(f"not({ours})"))]
    assert len(cells) > 30
    assert all(cell.startswith("Cell ") and "Gi*" in cell for cell in cells)
    assert "999 (enough to reach the strictest class" in page.text_content()
    assert "A hot cell says that reports concentrate there" in page.text_content()
    told = [drawing.get("aria-label") for drawing in page.xpath("//*[local-name()='svg']")]
    assert len(told) == len(set(told)) >= 3
    assert "Areas: Districts." in page.text_content()


def test_what_cannot_be_reported_is_refused(location: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Another ending, a folder that is not there, a period without requests, a layer that is not: 2, and no file."""
    wrong = {
        "does not tell its kind": ("--out", str(tmp_path / "report.txt")),
        "is not there; make it": ("--out", str(tmp_path / "none" / "report.csv")),
        "is not a day": ("--from", "2026-02-31"),
        "before it begins": ("--from", "2026-10-10", "--to", "2026-10-01"),
        "no layer of areas called": ("--by", "neighbourhood", "--layer", "Wards", "--out", str(tmp_path / "a.csv")),
        "entered by residents. Name another period or people": (
            "--people", "staff", *PERIOD, "--out", str(tmp_path / "c.html"),
        ),
        "name another period": (
            "--from", "2019-01-01", "--to", "2019-01-31", "--as-of", "2019-01-31", "--out", str(tmp_path / "b.html"),
        ),
    }  # fmt: skip
    for words, options in wrong.items():
        assert exit_code(["--store", location, "report", *options]) == 2
        assert words in capsys.readouterr().err
    assert list(tmp_path.glob("*.csv")) + list(tmp_path.glob("*.html")) == []
