"""The chosen request in the window: hidden by filters, on its way, not readable; each is said where it would stand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Event
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from data.errors import StoreFailure
from desktop.app import Application
from desktop.controllers import operations
from desktop.controllers.operations import OperationsController
from desktop.views.kit import Button
from desktop.views.request_detail import FAILED, LOADING, PAGE
from tests.demo import MOMENT

WAIT_MS = 60_000
pytestmark = [pytest.mark.slow, pytest.mark.stalls]


@pytest.fixture
def desk(open_city: Callable[[str, datetime], Application], location: str) -> OperationsController:
    """Operations in the window, all requests on show."""
    found = open_city(location, MOMENT).window.findChild(OperationsController)
    assert found is not None
    found.filtering.set(line="all")
    return found


def stands(desk: OperationsController) -> tuple[int, int | None]:
    """Which page of the detail is in front, and whose it is."""
    shown = desk.detail.shown()
    return desk.detail._stack.currentIndex(), None if shown is None else shown.request_id


def test_the_detail_never_shows_one_request_under_another(
    qtbot: QtBot, desk: OperationsController, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A quick read shows no mark, a slow one nothing of the request before, a broken one offers to try again."""
    first, second, third = (desk.model.id_at(row) for row in range(3))
    marks: list[str] = []
    monkeypatch.setattr(
        desk.detail, "set_loading", lambda title, do=desk.detail.set_loading: (marks.append(title), do(title))
    )
    desk._patience.setInterval(60_000)
    desk.choose(first)
    qtbot.waitUntil(lambda: stands(desk) == (PAGE, first), timeout=WAIT_MS)
    assert marks == []
    assert not desk._patience.isActive()
    gate, read = Event(), operations._detail

    def slow(*args: Any) -> Any:
        gate.wait(60)
        return read(*args)

    monkeypatch.setattr(operations, "_detail", slow)
    desk._patience.setInterval(operations.PATIENCE_MS)
    desk.choose(second)
    assert stands(desk) == (PAGE, first)
    qtbot.waitUntil(lambda: stands(desk) == (LOADING, None), timeout=WAIT_MS)
    assert marks == [
        desk._snapshot.service(
            int(desk._snapshot.columns.service_id[desk._snapshot.columns.positions([second])[0]])
        ).service_name
    ]
    gate.set()
    qtbot.waitUntil(lambda: stands(desk) == (PAGE, second), timeout=WAIT_MS)

    def broken(*_args: Any) -> Any:
        raise StoreFailure("The store cannot be read.")

    monkeypatch.setattr(operations, "_detail", broken)
    desk.choose(third)
    qtbot.waitUntil(lambda: stands(desk) == (FAILED, None), timeout=WAIT_MS)
    monkeypatch.setattr(operations, "_detail", read)
    again = next(button for button in desk.detail.findChildren(Button) if button.text() == "Try again")
    QTest.mouseClick(again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: stands(desk) == (PAGE, third), timeout=WAIT_MS)


def test_a_request_that_the_filter_hides_says_so_and_comes_back(qtbot: QtBot, desk: OperationsController) -> None:
    """Chosen, then excluded by a filter: a band over its page says so; its link shows everything, that row in view."""
    snapshot = desk._snapshot
    assert snapshot is not None
    closed = int(snapshot.columns.id[np.flatnonzero(snapshot.columns.status == 4)[0]])
    desk.choose(closed)
    qtbot.waitUntil(lambda: stands(desk) == (PAGE, closed), timeout=WAIT_MS)
    band = desk.detail.hidden_band
    assert not band.isVisible()
    desk.filtering.set(line="open")
    assert band.isVisible()
    assert desk.model.row_of(closed) is None
    assert not desk.rows.away.isVisible()
    QTest.mouseClick(band.act, Qt.MouseButton.LeftButton)
    assert not band.isVisible()
    row = desk.model.row_of(closed)
    assert row == desk.rows.table.currentIndex().row()
    assert (
        desk.rows.table.viewport().rect().contains(desk.rows.table.visualRect(desk.model.index(row or 0, 0)).center())
    )
