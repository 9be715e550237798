"""A corpus of hostile texts through the whole product: import, map, table, detail, export. Nothing runs or is lost."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lxml import html
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from data.store import open_store
from desktop.app import Application
from desktop.controllers.operations import OperationsController
from desktop.domain.clock import FixedClock
from desktop.map.bridge import WORLD
from desktop.map.scheme import INDEX
from desktop.models.fields import Field, Grouping
from desktop.operations.export import RequestFilter, export_map, export_requests
from desktop.operations.import_requests import RequestImport, import_requests
from desktop.operations.work import Work

MOMENT = datetime(2026, 10, 13, 14, 0, tzinfo=UTC)
WAIT_MS = 60_000
CORPUS = {
    "script": "<script>document.title='owned'</script>",
    "handler": "\"><img src=x onerror=\"document.title='owned'\"><svg onload=alert(1)>",
    "address": "<a href='javascript:alert(1)'>here</a> <iframe src='https://elsewhere.invalid'></iframe>",
    "literal": "${document.title='owned'} `${alert(1)}` \\u003cscript\\u003e",
    "template": "{{7*7}} {% import os %} <%= 7*7 %> #{7*7} %s %n {0} {name!r}",
    "formula": "=HYPERLINK(\"https://elsewhere.invalid\";\"win\")+cmd|' /C calc'!A0",
    "query": "'; DROP TABLE service_request; -- \" OR 1=1",
    "bidi": "\u202eexe.tnemyap\u202c \u2066left\u2069 \u200f\u061c",
    "emoji": "👩🏽‍🚒🚧" * 1000,
    "surrogate": "half \ud83d a pair",
    "nul": "before\u0000after",
    "controls": "bell \u0007 escape \u001b[31m backspace \u0008",
    "long": "0123456789" * 20_000,
    "lines": "line\n" * 3000 + "last",
    "marks": "Z̷̨̛̹a̸l̶g̵o̷" + "\u0301" * 2000,
    "markup": "&lt;b&gt; &amp;amp; <!-- <b>bold</b> --> ]]> <![CDATA[x]]>",
}  # fmt: skip
# Chromium starts with the first map of the process, on the thread of the window; a text of 200,000 letters is laid out.
pytestmark = [pytest.mark.slow, pytest.mark.stalls]


def kept(text: str) -> str:
    """What a database can keep: for NUL its picture, for half a pair the replacement character."""
    return text.replace("\u0000", "\u2400").replace("\ud83d ", "\ufffd ")


@pytest.fixture(scope="module")
def location(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A city with a request for each text, in every field that a file can fill."""
    folder = tmp_path_factory.mktemp("hostile")
    store = open_store(folder / "city.opsmap", create=True)
    with store.write("found", actor="ana", at=MOMENT) as unit:
        unit.create("city", [{"name": CORPUS["handler"], "timezone": "UTC"}])
        unit.commit()
    rows: list[dict[str, Any]] = []
    for number, (name, text) in enumerate(CORPUS.items()):
        row = {"service_request_id": f"{name}:{text[:60]}", "description": text, "address": text[:5000]}
        row |= {"service_name": f"{text[:80]} {name}", "status_notes": text[:2000], "agency_responsible": text[:80]}
        row |= {"requested_datetime": "2026-10-13T06:00:00Z", "status": "open"}
        row |= {"lat": 53.52 + number / 1000, "long": 8.52 + number / 900, "media_url": "javascript:alert(1)"}
        rows.append(row)
    path = folder / "calls.json"
    path.write_text(json.dumps(rows), encoding="utf-8")  # halves of pairs are escaped, as JSON allows
    work = Work(store, CORPUS["script"], FixedClock(MOMENT))
    counts = import_requests(work, RequestImport(path)).counts
    store.close()
    assert (counts["read"], counts["added"], counts["rejected"]) == (len(CORPUS), len(CORPUS), 0)
    return str(folder / "city.opsmap")


def test_every_text_is_kept_as_it_was_written(location: str) -> None:
    """From the file into the store not a letter changes, but for what no database keeps as text."""
    store = open_store(location)
    with store.read() as unit:
        found = {request.description for request in unit.requests.many(range(1, len(CORPUS) + 1))}
    store.close()
    assert found == {kept(text).strip() for text in CORPUS.values()}


def test_the_window_shows_words_and_runs_nothing(
    qtbot: QtBot, open_city: Callable[[str, datetime], Application], location: str
) -> None:
    """Table, groups, filter, detail and map show each text; no script, no request, no navigation, no error."""
    app = open_city(location, MOMENT)
    assert app.content is not None
    desk: OperationsController = app.window.current().findChild(OperationsController)
    view = app.content.maps["operations"]
    desk.choose_filter("all")
    desk.rows.table.set_fields([field for field in Field if field is not Field.TICK])
    app.window.resize(2560, 1440)
    for grouping in (None, Grouping.SERVICE):
        desk.model.group_by(grouping)
        desk.rows.grab()
        qtbot.waitUntil(lambda: bool(desk.model._cache), timeout=WAIT_MS)
        desk.rows.grab()
    desk.model.group_by(None)
    for row in range(desk.model.rowCount()):
        request = desk.model.id_at(row)
        desk.choose(request)
        qtbot.waitUntil(lambda request=request: shown(desk) == request, timeout=WAIT_MS)
        desk.detail.grab()
        view.show_card(request, CORPUS["handler"], [CORPUS["script"], CORPUS["literal"]])
    plain = [
        label for label in app.window.findChildren(QLabel) if "<script" in label.text() or "onerror" in label.text()
    ]
    assert all(label.textFormat().name == "PlainText" for label in plain)
    hover(view)
    qtbot.wait(300)
    assert app.content.session.snapshot is not None
    services = [service.service_name for service in app.content.session.snapshot.services]
    assert any("onerror" in name for name in services)
    answers: list[Any] = []
    view.page.runJavaScript(
        "JSON.stringify([document.title, document.querySelectorAll('img[src=x], iframe, b').length])",
        WORLD,
        answers.append,
    )
    qtbot.waitUntil(lambda: bool(answers), timeout=WAIT_MS)
    title, elements = json.loads(answers[0])
    assert "owned" not in title
    assert elements == 0
    assert view.page.refused == []
    assert view.profile.gate.blocked == []
    assert view.console_errors == []
    assert view.page.url() == INDEX


def shown(desk: OperationsController) -> int | None:
    """The request whose page is open."""
    state = desk.detail._shown
    return None if state is None else int(state.request_id)


def hover(view: QWidget) -> None:
    """The pointer goes over the whole map."""
    target = view.web.focusProxy() or view.web  # type: ignore[attr-defined]
    for x in range(40, view.width() - 40, 60):
        QTest.mouseMove(target, QPoint(x, view.height() // 2))


def test_every_text_leaves_as_text(location: str, tmp_path: Path) -> None:
    """CSV and GeoJSON give each description back, and the page that people share holds no element of theirs."""
    store = open_store(location)
    work = Work(store, "ana", FixedClock(MOMENT))
    ids = np.arange(1, len(CORPUS) + 1)
    export_requests(work, tmp_path / "all.csv", RequestFilter(), ids)
    export_requests(work, tmp_path / "all.geojson", RequestFilter(), ids, ("description", "address"))
    export_map(work, tmp_path / "all.html", RequestFilter())
    store.close()
    csv.field_size_limit(10_000_000)
    with (tmp_path / "all.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row["description"] for row in csv.DictReader(stream)]
    wanted = [kept(text).strip() for text in CORPUS.values()]
    assert [text.removeprefix("'") if text[:2] in ("'=", "'+", "'-", "'@") else text for text in rows] == wanted
    assert not any(text.startswith(("=", "+", "-", "@", "\t", "\r")) for text in rows)
    features = json.loads((tmp_path / "all.geojson").read_text(encoding="utf-8"))["features"]
    assert [feature["properties"]["description"] for feature in features] == wanted
    page = (tmp_path / "all.html").read_text(encoding="utf-8")
    tree = html.fromstring(page.encode(), parser=html.HTMLParser(encoding="utf-8", huge_tree=True))
    assert tree.xpath("//iframe | //img[@src='x'] | //*[@onerror] | //*[@onload]") == []
