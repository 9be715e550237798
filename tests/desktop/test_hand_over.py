"""The hand-over in the window: its figures are the command line's and SQL's, its links open, it goes onto paper."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from pytestqt.qtbot import QtBot

from data.store import open_store
from desktop.app import Application
from desktop.cli.desk import Desk
from desktop.cli.main import exit_code
from desktop.controllers.hand_over import HandOverController
from desktop.controllers.operations import OperationsController
from desktop.domain.clock import FixedClock
from desktop.domain.lifecycle import Outcome
from desktop.operations.handle_requests import acknowledge, close, comment
from desktop.operations.work import Work
from desktop.views.hand_over import HandOverSheet
from tests.demo import MOMENT

WAIT_MS = 60_000
pytestmark = [pytest.mark.slow, pytest.mark.stalls]
MS = round(MOMENT.timestamp() * 1000)


@pytest.fixture
def worked(location: str) -> str:
    """The demo city in which somebody worked a little before the window opens."""
    with closing(sqlite3.connect(location)) as connection:
        rows = connection.execute("SELECT id FROM service_request WHERE status = 'submitted' ORDER BY id").fetchall()
    waiting = [row[0] for row in rows]
    store = open_store(location)
    ben = Work(store, "ben", FixedClock(MOMENT))
    acknowledge(ben, request_ids=waiting[:2])
    close(ben, request_ids=waiting[2:3] or waiting[:1], outcome=Outcome.FIXED, comment="Done.")
    comment(ben, request_ids=waiting[:1], text="Crew is <b>short</b> of one.")
    store.close()
    return location


def by_command(location: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> dict:
    """What the command says at the same moment."""
    monkeypatch.setattr("desktop.cli.main.Desk", partial(Desk, clock=FixedClock(MOMENT)))
    capsys.readouterr()
    assert exit_code(["--store", location, "handover", "--json", *words]) == 0
    found: dict = json.loads(capsys.readouterr().out)
    return found


def by_sql(location: str, since_ms: int) -> dict[str, int]:
    """The same figures counted in the tables."""
    opened = "status NOT IN ('closed', 'archived')"
    wheres = {
        "came_in": f"requested_at BETWEEN {since_ms} AND {MS}",
        "acknowledged": f"acknowledged_at BETWEEN {since_ms} AND {MS}",
        "closed": f"status IN ('closed', 'archived') AND closed_at BETWEEN {since_ms} AND {MS}",
        "unacknowledged_count": "status = 'submitted'",
        "overdue_count": f"{opened} AND due_at < {MS}",
        "awaiting_count": f"{opened} AND awaits_answer <> 0",
    }
    with closing(sqlite3.connect(location)) as connection:
        query = "SELECT count(*) FROM service_request WHERE"
        return {name: connection.execute(f"{query} {where}").fetchone()[0] for name, where in wheres.items()}


def test_window_command_and_sql_agree(
    qtbot: QtBot,
    open_city: Callable[[str, datetime], Application],
    worked: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """For the shift since the opening and for 24 hours, window, command and SQL count the same.

    The sheet's links open the queue with that count; the page is saved as PDF and as HTML, escaped.
    """
    app = open_city(worked, MOMENT)
    app.window.run("handover")
    controller = app.window.findChild(HandOverController)
    assert controller is not None
    sheet = next(one for one in app.window.findChildren(HandOverSheet) if one.isVisible())
    qtbot.waitUntil(sheet.save.isEnabled, timeout=WAIT_MS)
    for span, words in (("opening", ()), ("24", ("--hours", "24"))):
        sheet.span_chosen.emit(span)
        commanded = by_command(worked, monkeypatch, capsys, *words)
        since = datetime.fromisoformat(commanded["since"])
        qtbot.waitUntil(lambda since=since: controller.told.shift.since == since, timeout=WAIT_MS)
        assert controller.told is not None
        assert json.loads(json.dumps(controller.told.to_json())) == commanded
        counted = by_sql(worked, round(since.timestamp() * 1000))
        assert {name: commanded[name] for name in counted} == counted
    assert commanded["overdue_count"] > 0
    assert next(one for one in commanded["people"] if one["name"] == "ben")["deeds"][0] == {
        "verb": "acknowledge",
        "acts": 1,
        "requests": 2,
    }
    text = sheet.browser.toPlainText()
    assert "Crew is <b>short</b> of one." in text
    assert f"Overdue: {commanded['overdue_count']}" in text

    controller.save(tmp_path / "page.pdf")
    qtbot.waitUntil(lambda: (tmp_path / "page.pdf").exists() and (tmp_path / "page.pdf").stat().st_size > 2000)
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")
    controller.save(tmp_path / "page.html")
    qtbot.waitUntil((tmp_path / "page.html").exists, timeout=WAIT_MS)
    assert "Crew is &lt;b&gt;short&lt;/b&gt; of one." in (tmp_path / "page.html").read_text(encoding="utf-8")

    desk = app.window.findChild(OperationsController)
    assert desk is not None
    sheet.browser.anchorClicked.emit(QUrl("queue:overdue"))
    qtbot.waitUntil(lambda: desk.model.rowCount() == commanded["overdue_count"], timeout=WAIT_MS)
    assert not sheet.isVisible()


def test_a_time_of_day_is_the_last_one(
    location: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """At 16:00, 14:00 was today and 22:00 last night; a whole moment counts as it is, in the city's zone or its own."""
    for written, meant in (
        ("14:00", "2026-10-13T14:00:00+02:00"),
        ("22:00", "2026-10-12T22:00:00+02:00"),
        ("2026-10-11T22:00", "2026-10-11T22:00:00+02:00"),
        ("2026-10-11T22:00+00:00", "2026-10-12T00:00:00+02:00"),
    ):
        assert by_command(location, monkeypatch, capsys, "--since", written)["since"] == meant


def test_wrong_wishes_are_refused_in_a_sentence(
    location: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both options at once, no hours, no time, a page of another kind or place: exit code 2, and nothing is written."""
    for words, told in (
        (("--since", "08:00", "--hours", "8"), "say the same"),
        (("--hours", "0"), "is no shift"),
        (("--hours", "nan"), "is no shift"),
        (("--since", "25:99"), "is not a time"),
        (("--since", "2999-01-01"), "which is to come"),
        (("--out", str(tmp_path / "page.txt")), "is not a page"),
        (("--out", str(tmp_path / "nowhere" / "page.html")), "is not there"),
        (("--out", location.replace(".opsmap", ".html"), "--hours", "-1"), "is no shift"),
    ):
        assert exit_code(["--store", location, "handover", *words]) == 2
        assert told in capsys.readouterr().err
    assert sorted(path.suffix for path in tmp_path.iterdir() if path.is_file()) == [".opsmap"]
