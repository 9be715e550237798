"""The crew's page in a real browser without network: buttons, code, what is kept, and nothing of anybody's markup."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import html
from PIL import Image

from data.store import Store
from desktop.domain.hand_back import StopState, read_code, read_file, sheet_mark
from desktop.operations.export_routes import export_routes
from tests.desktop.reports.conftest import Browser
from tests.desktop.reports.days import CITY, at, content, crew, found, keep, stop
from tests.desktop.reports.test_hostile_text import HOSTILE

MIDNIGHT = datetime(2026, 10, 13, 22, tzinfo=UTC)
PRESS = """
const press = (stop, at) => document.querySelectorAll(`#stop-${stop} .acts button`)[at].click();
const noted = (stop, text) => {
  const area = document.querySelector(`#stop-${stop} textarea`);
  area.value = text; area.dispatchEvent(new Event("input"));
};
"""
SEEN = """return {
  states: [...document.querySelectorAll("article")].map((one) => one.dataset.state),
  code: document.getElementById("code").textContent,
  note: document.querySelector("#stop-2 textarea").value,
  head: document.querySelector("header .quiet:nth-of-type(2)").textContent,
};"""


@pytest.fixture
def page(sqlite_store: Store, tmp_path: Path) -> Path:
    """The page of a crew with three stops, the first with two reports and a photo."""
    work = found(sqlite_store)
    ids = [1, 2]
    halt = {"kind": "reload", "before": 2, "lat": 53.5, "long": 8.5, "start": at(500), "departure": at(510)}
    told = content(crew("Tipper", stop(1, request_ids=ids, part=[1, 2]), stop(2), stop(3), halts=[halt]))
    export_routes(work, plan_id=keep(work, told), folder=tmp_path / "out", kinds=("pages",))
    return tmp_path / "out" / "crew-01-tipper.html"


@pytest.mark.slow
@pytest.mark.stalls
def test_a_day_is_marked_kept_and_handed_back(browse: Callable[[], Browser], page: Path) -> None:
    """Buttons mark stops, a second press takes back, a reload finds it all; code and file say just what was pressed."""
    browser = browse()
    browser.open(page)
    blank = browser.run(SEEN)
    assert blank["states"] == ["open"] * 3
    told = browser.run("return document.getElementById('opsmap-day').textContent")
    assert told.index("2 reports · part 1 of 2") < told.index("Empty the vehicle08:20–08:30") < told.index("2 Windmill")
    browser.run(
        PRESS + "press(1, 0); press(2, 1); press(3, 2); press(3, 2); noted(2, 'gone \\u2014 only a <b>stain</b>');"
    )
    browser.open(page)
    kept = browser.run(SEEN)
    assert kept["states"] == ["done", "not_found", "open"]
    assert kept["note"] == "gone — only a <b>stain</b>"
    assert "2 of 3 stops" in kept["head"]
    read = read_code(kept["code"])
    assert read.mark == sheet_mark(CITY, 1, 1, content(crew("Tipper", stop(1), stop(2), stop(3))))
    assert [one.state for one in read.stops] == [StopState.DONE, StopState.NOT_FOUND, StopState.OPEN]
    assert browser.gate.asked == []
    assert browser.page.said == []


@pytest.mark.slow
@pytest.mark.stalls
def test_the_saved_file_and_the_picture_say_the_same(browse: Callable[[], Browser], page: Path) -> None:
    """What "Save file" downloads is read as a hand-back with notes; the picture holds the code with times."""
    browser = browse()
    browser.open(page)
    browser.run("""
      window.kept = null;
      URL.createObjectURL = (blob) => { blob.text().then((text) => { window.kept = text; }); return "about:blank#"; };
      HTMLAnchorElement.prototype.click = () => {};
    """)
    browser.run(PRESS + "Date.now = () => Date.UTC(2026, 9, 14, 9, 5); press(1, 2); noted(2, 'gate shut');")
    browser.run("document.querySelectorAll('section:last-of-type .acts button')[0].click();")
    browser.qtbot.waitUntil(lambda: browser.run("return window.kept") is not None, timeout=5000)
    saved = browser.run("return window.kept")
    read = read_file(saved, MIDNIGHT)
    assert [one.state for one in read.stops] == [StopState.OTHER_CREW, StopState.OPEN, StopState.OPEN]
    assert read.stops[0].at == datetime(2026, 10, 14, 9, 5, tzinfo=UTC)
    assert read.stops[1].note == "gate shut"
    assert json.loads(saved)["crew"] == "Tipper"
    scan = browser.run("return document.getElementById('scan').toDataURL('image/png')")
    image = Image.open(io.BytesIO(base64.b64decode(scan.partition(",")[2]))).convert("L")
    assert _matrix(image) in _expected("OPSMAP:" + json.loads(saved)["code"])


def _matrix(image: Image.Image) -> list[list[bool]]:
    """The dark modules of a picture whose modules are 6 pixels wide, with four light ones around."""
    count = image.width // 6 - 8
    return [[image.getpixel(((4 + x) * 6 + 3, (4 + y) * 6 + 3)) < 128 for x in range(count)] for y in range(count)]


def _expected(told: str) -> list[list[list[bool]]]:
    """What segno, which knows nothing of the page's encoder, makes of it: with each of the eight masks that a code may
    have."""
    import segno

    made = (segno.make(told, error="m", mode="alphanumeric", mask=mask, boost_error=False) for mask in range(8))
    return [[[bool(one) for one in row] for row in code.matrix] for code in made]


@pytest.mark.slow
@pytest.mark.stalls
def test_words_of_anybody_stay_words(browse: Callable[[], Browser], sqlite_store: Store, tmp_path: Path) -> None:
    """Hostile names, addresses and texts make no element, run nothing and ask nobody; a parser finds none of theirs."""
    work = found(sqlite_store, HOSTILE[1])
    stops = [stop(n, job=text, address=text, service=text, description=text) for n, text in enumerate(HOSTILE, 1)]
    plan = keep(work, content(crew(HOSTILE[0], *stops, depot={"name": HOSTILE[1], "lat": 53.5, "long": 8.5})))
    export_routes(work, plan_id=plan, folder=tmp_path / "out", kinds=("pages",))
    page = next((tmp_path / "out").glob("*.html"))
    tree = html.fromstring(page.read_text(encoding="utf-8"))
    assert not tree.xpath("//img | //iframe | //object | //embed | //link | //form | //wpt")
    assert not tree.xpath("//*[@src or @onerror or @onload]")
    policy = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert "default-src 'none'" in policy
    assert "script-src 'sha256-" in policy
    assert "unsafe-inline" not in policy.partition("style-src")[0]
    browser = browse()
    browser.open(page)
    told = browser.run("return [document.title, document.querySelectorAll('img, iframe, article script').length]")
    assert told == [f"{HOSTILE[0]}, 14 Oct 2026", 0]
    heads = browser.run("return [...document.querySelectorAll('article h2')].map((one) => one.textContent)")
    assert heads[1] == HOSTILE[1]
    assert browser.gate.asked == []
    assert browser.page.said == []
