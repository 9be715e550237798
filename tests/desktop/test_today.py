"""The day in the queue pane of the whole window: arrivals come by themselves, figures follow, a storm is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from data.columns import build_columns
from data.store import open_store
from desktop.app import Application
from desktop.controllers.operations import OperationsController
from desktop.views.arriving import ArrivalRow
from tests.demo import MOMENT, REQUESTS

WAIT_MS = 60_000
pytestmark = [pytest.mark.slow, pytest.mark.stalls]


@pytest.fixture
def desk(qtbot: QtBot, open_city: Callable[[str, datetime], Application], location: str) -> OperationsController:
    """Operations in the window, the day on show."""
    found = open_city(location, MOMENT).window.findChild(OperationsController)
    assert found is not None
    qtbot.waitUntil(lambda: bool(shown(found)), timeout=WAIT_MS)
    return found


def shown(desk: OperationsController) -> list[ArrivalRow]:
    """The arrivals on show."""
    return [row for row in desk.queue.arriving.rows if row.isVisible()]


def first(desk: OperationsController) -> int:
    """The id of the newest arrival on show."""
    arrival = shown(desk)[0].arrival
    assert arrival is not None
    return arrival.id


def knows(desk: OperationsController, number: int) -> bool:
    """Whether the snapshot holds a request."""
    return desk._snapshot is not None and int(desk._snapshot.columns.id[-1]) == number


def send(location: str, count: int, name: str, *, service: int = 1, moment: datetime = MOMENT) -> list[int]:
    """Requests that another program brings in, as a feed would."""
    store = open_store(location)
    try:
        with store.write("receive request", actor="feed", at=moment) as unit:
            rows: list[dict[str, Any]] = [
                {
                    "source_id": 1,
                    "service_request_id": f"{name}{number}",
                    "service_id": service,
                    "status": "submitted",
                    "description": "",
                    "address": f"{number} {name} Street",
                    "placement": "missing",
                    "requested_at": moment - timedelta(seconds=60 - number),
                    "row_digest": f"{name}{number}".encode().ljust(16),
                }
                for number in range(count)
            ]
            ids = unit.create("service_request", rows)
            unit.commit()
        return [int(number) for number in ids]
    finally:
        store.close()


def test_what_arrives_is_on_show_by_itself(qtbot: QtBot, desk: OperationsController, location: str) -> None:
    """A request that another program commits comes to the top of the list, into the counts and the meter's figures."""
    before = desk.queue.left.text()
    (number,) = send(location, 1, "Elm")
    qtbot.waitUntil(lambda: first(desk) == number, timeout=WAIT_MS)
    assert "0 Elm Street" in shown(desk)[0].accessibleName()
    assert desk.queue.left.text() != before
    QTest.mouseClick(shown(desk)[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(desk.detail.shows_request, timeout=WAIT_MS)
    assert desk._chosen == number


def test_rows_stay_under_the_hand(qtbot: QtBot, desk: OperationsController, location: str) -> None:
    """While a row has the focus nothing moves; once the hand has left, the arrivals are there."""
    held = shown(desk)[0]
    held.window().activateWindow()
    held.setFocus()
    qtbot.waitUntil(held.hasFocus, timeout=WAIT_MS)
    kept = held.arrival
    (number,) = send(location, 1, "Oak")
    qtbot.waitUntil(lambda: desk._snapshot is not None and len(desk._snapshot.columns) == REQUESTS + 1, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: desk.queue.arriving._waiting is not None, timeout=WAIT_MS)
    assert held.arrival is kept
    desk.rows.table.setFocus()
    qtbot.waitUntil(lambda: first(desk) == number, timeout=WAIT_MS)


def test_left_today_opens_its_requests(qtbot: QtBot, desk: OperationsController, location: str) -> None:
    """The figure of what is left opens exactly so many requests, all of today."""
    send(location, 4, "Ash")
    total = REQUESTS + 4
    qtbot.waitUntil(lambda: desk._snapshot is not None and len(desk._snapshot.columns) == total, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: desk.queue.left.isVisible(), timeout=WAIT_MS)
    qtbot.wait(300)
    QTest.mouseClick(desk.queue.left, Qt.MouseButton.LeftButton)
    assert desk.queue.left.text() == f"{desk.model.rowCount()} left"
    assert desk.model.rowCount() >= 4


def test_a_storm_is_told_and_opens_its_requests(qtbot: QtBot, desk: OperationsController, location: str) -> None:
    """Forty of one service within a minute are unusual; the line says so, and a click shows exactly those."""
    assert not desk.queue.storm.isVisible()
    ids = send(location, 40, "Fir", service=5)
    qtbot.waitUntil(desk.queue.storm.isVisible, timeout=WAIT_MS)
    assert desk.queue.storm.text().startswith("Unusual: 4")
    QTest.mouseClick(desk.queue.storm, Qt.MouseButton.LeftButton, pos=QPoint(40, 10))
    assert set(ids) <= set(desk.model.shown_ids().tolist())
    assert f"Unusual: {desk.model.rowCount()} of " in desk.queue.storm.text()


def test_the_snapshot_is_patched_and_right(qtbot: QtBot, desk: OperationsController, location: str) -> None:
    """After arrivals one by one the window knows what reading the store anew would say, reports included."""
    for number in range(3):
        (came,) = send(location, 1, f"Yew{number}")
        qtbot.waitUntil(partial(knows, desk, came), timeout=WAIT_MS)
    store = open_store(location)
    with store.read() as unit:
        anew = build_columns(unit)
    store.close()
    assert desk._snapshot is not None
    known = desk._snapshot
    for name in ("id", "status", "requested_ms", "service_id", "placement"):
        assert (getattr(known.columns, name) == getattr(anew, name)).all()
    assert len(known.reports) == len(anew)
