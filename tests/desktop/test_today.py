"""The day in the queue pane of the whole window: arrivals come by themselves, figures follow, a storm is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest
import shapely
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from data.columns import build_columns
from data.store import open_store
from desktop.app import Application
from desktop.controllers.operations import OperationsController
from desktop.controllers.session import Snapshot
from desktop.domain.attention import Mask
from desktop.views.act_sheet import ActSheet
from desktop.views.arriving import FEWEST, ArrivalRow
from desktop.views.storm_card import StormSheet
from tests.demo import MOMENT
from tests.desktop.cli.commands import run
from tests.desktop.feed import send

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


def what_arrives_is_on_show_by_itself(qtbot: QtBot, desk: OperationsController, location: str) -> None:
    """A request that another program commits comes to the top of the list, into the counts and the meter's figures."""
    before = desk.queue.left.text()
    (number,) = send(location, 1, "Elm")
    qtbot.waitUntil(lambda: first(desk) == number, timeout=WAIT_MS)
    assert "0 Elm Street" in shown(desk)[0].accessibleName()
    assert desk.queue.left.text() != before
    QTest.mouseClick(shown(desk)[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(desk.detail.shows_request, timeout=WAIT_MS)
    assert desk._chosen == number


def rows_stay_under_the_hand(qtbot: QtBot, desk: OperationsController, location: str) -> None:
    """While a row has the focus nothing moves; once the hand has left, the arrivals are there."""
    held = shown(desk)[0]
    held.window().activateWindow()
    held.setFocus()
    qtbot.waitUntil(held.hasFocus, timeout=WAIT_MS)
    kept = held.arrival
    (number,) = send(location, 1, "Oak")
    qtbot.waitUntil(partial(knows, desk, number), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: desk.queue.arriving._waiting is not None, timeout=WAIT_MS)
    assert held.arrival is kept
    desk.rows.table.setFocus()
    qtbot.waitUntil(lambda: first(desk) == number, timeout=WAIT_MS)


def left_today_opens_its_requests(qtbot: QtBot, desk: OperationsController, location: str) -> None:
    """The figure of what is left opens exactly so many requests, all of today."""
    newest = send(location, 4, "Ash")[-1]
    qtbot.waitUntil(partial(knows, desk, newest), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: desk.queue.left.isVisible(), timeout=WAIT_MS)
    qtbot.wait(300)
    QTest.mouseClick(desk.queue.left, Qt.MouseButton.LeftButton)
    assert desk.queue.left.text() == f"{desk.model.rowCount()} left"
    assert desk.model.rowCount() >= 4


def neighbourhood(desk: OperationsController) -> tuple[str, tuple[float, float]]:
    """The name of a neighbourhood and a point in it, from the stored rings."""
    query = "SELECT area.name, geometry_wkb FROM area JOIN area_layer ON layer_id = area_layer.id"
    with desk._session.store.read() as unit:
        rows = unit.connection.execute(text(f"{query} WHERE area_layer.name = 'Neighbourhoods' ORDER BY area.id"))
        name, wkb = rows.fetchall()[7]
    point = shapely.from_wkb(wkb).representative_point()
    return str(name), (point.x, point.y)


def stored(desk: OperationsController, ids: list[int]) -> dict[str, int]:
    """How many of some requests are in which status, counted by SQL."""
    marks = ",".join(map(str, ids))
    query = f"SELECT status, count(*) FROM service_request WHERE id IN ({marks}) GROUP BY status"
    with desk._session.store.read() as unit:
        return {str(status): int(count) for status, count in unit.connection.execute(text(query))}


def answers(desk: OperationsController) -> set[str]:
    """What residents were told of the water main, read by SQL."""
    query = "SELECT text FROM note WHERE kind = 'answer' AND text LIKE 'The water main%'"
    with desk._session.store.read() as unit:
        return set(unit.connection.execute(text(query)).scalars())


def sheet_of(qtbot: QtBot, desk: OperationsController) -> ActSheet:
    """The sheet that comes before an act on many."""
    window = desk.queue.window()
    qtbot.waitUntil(lambda: any(one.isVisible() for one in window.findChildren(ActSheet)), timeout=WAIT_MS)
    return next(one for one in window.findChildren(ActSheet) if one.isVisible())


def test_a_storm_is_told_opened_acknowledged_and_answered(
    qtbot: QtBot, desk: OperationsController, location: str
) -> None:
    """Forty in one neighbourhood are unusual there: the card says where, opens exactly those, and acts on all at once.

    One act acknowledges every one that waits, one undo takes that back, one answer in own words reaches all forty.
    """
    card = desk.queue.storm
    assert not card.isVisible()
    name, point = neighbourhood(desk)
    send(location, 3, "Far", service=5)  # of the same service, but not there
    ids = send(location, 40, "Fir", service=5, at=point)
    qtbot.waitUntil(card.isVisible, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: "Unusual: 40 of " in card.line.text(), timeout=WAIT_MS)
    assert f", {name}: in 2 h, usually " in card.line.accessibleName()
    QTest.mouseClick(card.line, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: set(desk.model.shown_ids().tolist()) == set(ids), timeout=WAIT_MS)

    assert card.acknowledge.text() == "Acknowledge 40"
    QTest.mouseClick(card.acknowledge, Qt.MouseButton.LeftButton)
    sheet_of(qtbot, desk).decide()
    qtbot.waitUntil(lambda: stored(desk, ids) == {"acknowledged": 40}, timeout=WAIT_MS)
    qtbot.waitUntil(card.acknowledge.isHidden, timeout=WAIT_MS)
    assert card.isVisible()
    qtbot.waitUntil(lambda: bool(desk.queue.window().toasts.toasts()), timeout=WAIT_MS)
    desk.queue.window().run("undo")
    qtbot.waitUntil(lambda: stored(desk, ids) == {"submitted": 40}, timeout=WAIT_MS)
    qtbot.waitUntil(card.acknowledge.isVisible, timeout=WAIT_MS)

    QTest.mouseClick(card.answer, Qt.MouseButton.LeftButton)
    sheet = sheet_of(qtbot, desk)
    assert sheet.edit is not None
    sheet.edit.setPlainText("The water main at {address} has burst; crews are on site.")
    assert "Fir Street has burst" in sheet.preview.text()
    sheet.decide()
    told = {f"The water main at {number} Fir Street has burst; crews are on site." for number in range(40)}
    qtbot.waitUntil(lambda: answers(desk) == told, timeout=WAIT_MS)


def arrivals_are_filtered_once(
    qtbot: QtBot, desk: OperationsController, location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What fits the filter is worked out once for a new snapshot; table, counts and map all show it."""
    looked: list[object] = []
    masks = desk.filtering.masks

    def counted(snapshot: Snapshot) -> tuple[Mask, Mask]:
        looked.append(snapshot)
        return masks(snapshot)

    monkeypatch.setattr(desk.filtering, "masks", counted)
    before = desk.model.request_count
    (number,) = send(location, 1, "Rowan")
    qtbot.waitUntil(lambda: first(desk) == number, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: desk.model.row_of(number) is not None, timeout=WAIT_MS)
    assert desk.model.request_count == before + 1
    assert looked.count(desk._snapshot) == 1
    desk.choose_filter("all")
    assert looked.count(desk._snapshot) == 2


def set_storm(qtbot: QtBot, desk: OperationsController, location: str) -> list[int]:
    """Forty requests of one service come in; their ids, once the window tells of them."""
    _name, point = neighbourhood(desk)
    ids = send(location, 40, "Fir", service=5, at=point)
    qtbot.waitUntil(lambda: desk.strip.storm is not None and not desk.strip.storm.isHidden(), timeout=WAIT_MS)
    return ids


@pytest.mark.parametrize("size", [(1440, 900), (1280, 720), (1024, 640)])
def test_arrivals_are_seen_while_a_storm_is_on(
    qtbot: QtBot, desk: OperationsController, location: str, size: tuple[int, int]
) -> None:
    """In the whole window, folded to a drawer or not: the storm with its acts, and what arrives during it."""
    window = desk.queue.window()
    window.resize(*size)
    set_storm(qtbot, desk, location)
    place = window.current()
    place.open_pane("left")
    qtbot.waitUntil(desk.queue.storm.acknowledge.isVisible, timeout=WAIT_MS)
    (number,) = send(location, 1, "Elm", moment=MOMENT + timedelta(seconds=55))  # five seconds ago
    qtbot.waitUntil(lambda: bool(shown(desk)) and first(desk) == number, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: sum(in_sight(row) for row in shown(desk)) >= FEWEST, timeout=WAIT_MS)
    card = desk.queue.storm
    qtbot.waitUntil(lambda: all(map(in_sight, (card.line, card.acknowledge))), timeout=WAIT_MS)
    assert in_sight(card.answer) or in_sight(card.answer_icon)
    if size == (1440, 900):
        assert desk.queue.width() <= 256  # the look's width of the pane


def in_sight(widget: QWidget) -> bool:
    """Whether a widget can be seen from edge to edge."""
    return widget.isVisible() and widget.visibleRegion().boundingRect() == widget.rect()


def test_the_strip_has_the_acts_of_a_storm(qtbot: QtBot, desk: OperationsController, location: str) -> None:
    """In a narrow window the flash opens the acts: all that wait are acknowledged, then the requests are shown."""
    window = desk.queue.window()
    window.resize(1280, 720)
    ids = set_storm(qtbot, desk, location)
    assert desk.strip.storm is not None
    QTest.mouseClick(desk.strip.storm, Qt.MouseButton.LeftButton)
    (opened,) = [one for one in window.findChildren(StormSheet) if one.isVisible()]
    assert opened.storm.acknowledge.text() == "Acknowledge 40"
    assert "Unusual: 40 of " in opened.storm.line.text()
    QTest.mouseClick(opened.storm.acknowledge, Qt.MouseButton.LeftButton)
    sheet_of(qtbot, desk).decide()
    qtbot.waitUntil(lambda: stored(desk, ids) == {"acknowledged": 40}, timeout=WAIT_MS)
    qtbot.waitUntil(desk.queue.storm.acknowledge.isHidden, timeout=WAIT_MS)
    QTest.mouseClick(desk.strip.storm, Qt.MouseButton.LeftButton)
    (opened,) = [one for one in window.findChildren(StormSheet) if one.isVisible()]
    assert opened.storm.acknowledge.isHidden()
    QTest.mouseClick(opened.storm.show_all, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: set(desk.model.shown_ids().tolist()) == set(ids), timeout=WAIT_MS)


def the_snapshot_is_patched_and_right(qtbot: QtBot, desk: OperationsController, location: str) -> None:
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


def set_city(location: str, **values: str) -> None:
    """What another program sets for the city."""
    pairs = [word for name, value in values.items() for word in ("--set", f"{name}={value}")]
    done = run("--store", location, "--as", "ben", "city", "settings", *pairs)
    assert done.returncode == 0, done.stderr


def test_goal_and_working_hours_are_the_citys(qtbot: QtBot, desk: OperationsController, location: str) -> None:
    """The meter, what it still needs and the time left follow the city's settings, whoever changes them."""
    pane = desk.queue
    qtbot.waitUntil(lambda: pane._time_left.text() == "2 h 00 min to 18:00", timeout=WAIT_MS)
    assert pane.goal.text().replace("\u202f", " ") == "goal 95 %"
    queue = desk._session.queue
    assert queue is not None
    before = queue.same_day.arrived
    send(location, 4, "Ash")
    qtbot.waitUntil(lambda: desk._session.queue.same_day.arrived == before + 4, timeout=WAIT_MS)
    queue = desk._session.queue
    assert queue is not None
    arrived, acknowledged = queue.same_day.arrived, queue.same_day.acknowledged
    share = (acknowledged + 2) / arrived - 1e-6
    set_city(location, goal_share=f"{share:.6f}", closes="20:30")
    qtbot.waitUntil(lambda: pane._time_left.text() == "4 h 30 min to 20:30", timeout=WAIT_MS)
    assert pane._missing.text() == "2 more to the goal"
    assert pane.days._goal == pane._bar._goal == pytest.approx(share, abs=1e-6)
    set_city(location, holidays="2026-10-13", goal_share="0")
    qtbot.waitUntil(lambda: pane._time_left.text() == "no working day", timeout=WAIT_MS)
    assert pane._missing.text() == "goal reached"
    assert pane.goal.text().replace("\u202f", " ") == "goal 0 %"


# A window takes long to open: what does not disturb each other is gone through in one.


def test_the_day_comes_by_itself(
    qtbot: QtBot, desk: OperationsController, location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Arrivals on show, under the hand, left today, filtered once and patched; each step proves its own."""
    what_arrives_is_on_show_by_itself(qtbot, desk, location)
    rows_stay_under_the_hand(qtbot, desk, location)
    with monkeypatch.context() as patch:
        arrivals_are_filtered_once(qtbot, desk, location, patch)
    left_today_opens_its_requests(qtbot, desk, location)
    the_snapshot_is_patched_and_right(qtbot, desk, location)
