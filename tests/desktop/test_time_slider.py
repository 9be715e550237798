"""Time in the whole window: the card, the map and the table go through the past together and come back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from data.columns import Columns
from data.records import Status
from desktop.app import Application
from desktop.controllers.operations import OperationsController
from desktop.controllers.time_slider import TimeSliderController
from desktop.map.requests import ColumnsSource
from desktop.models.request_table import Role
from tests.demo import MOMENT
from tests.soak import SOAK

WAIT_MS = 60_000
PLAYED = 24  # days; all of them in the soak
GONE = (Status.CLOSED, Status.ARCHIVED)
STATUSES = tuple(Status)
pytestmark = [pytest.mark.slow, pytest.mark.stalls]


@pytest.fixture
def app(qtbot: QtBot, open_city: Callable[[str, datetime], Application], location: str) -> Application:
    """The window on a copy of it, with the card of time on show."""
    opened = open_city(location, MOMENT)
    qtbot.waitUntil(lambda: slider(opened).card.isVisible(), timeout=WAIT_MS)
    return opened


def slider(app: Application) -> TimeSliderController:
    """The controller of time."""
    found = app.window.findChild(TimeSliderController)
    assert found is not None
    return found


def operations(app: Application) -> OperationsController:
    """The controller of the workspace."""
    found = app.window.findChild(OperationsController)
    assert found is not None
    return found


def snapshot(app: Application) -> Any:
    """The city as the window knows it."""
    assert app.content is not None
    assert app.content.session.snapshot is not None
    return app.content.session.snapshot


def open_then(columns: Columns, moment_ms: int) -> set[int]:
    """The oracle: which requests were open, told one by one."""
    found = set()
    rows = zip(columns.id, columns.status, columns.requested_ms, columns.closed_ms, strict=True)
    for number, status, opened, closed in rows:
        gone = STATUSES[int(status)] in GONE and max(int(closed), int(opened)) < moment_ms
        if int(opened) < moment_ms and not gone:
            found.add(int(number))
    return found


def mapped(app: Application) -> set[int]:
    """Ids of the requests that the map is given."""
    assert app.content is not None
    source = app.content.maps["operations"]._source
    assert isinstance(source, ColumnsSource)
    mask = source._wanted[1]
    assert mask is not None
    return set(source.columns.id[mask].tolist())


def back_to_now(app: Application) -> None:
    """Now again, everything that is open, whatever a step left."""
    desk = operations(app)
    for chip in ("as_of", "opened"):
        desk.filtering.drop(chip)
    desk.choose_filter("open")
    assert not slider(app).state().past


def playing_shows_the_backlog_rise_and_fall(qtbot: QtBot, app: Application) -> None:
    """Every moment that is played shows what was open then, in card, table and map; afterwards all is as before."""
    time, desk, columns = slider(app), operations(app), snapshot(app).columns
    assert app.content is not None
    view = app.content.maps["operations"]
    assert time.state().open_count == desk.model.rowCount()
    before = (desk.filtering.wanted, desk.model.shown_ids().tolist(), time.state(), mapped(app))
    seen: list[int] = []
    drawn_since: list[bool] = []

    def look() -> None:
        as_of = desk.filtering.wanted.as_of_ms
        if as_of is None:
            return
        oracle = open_then(columns, as_of)
        assert set(desk.model.shown_ids().tolist()) == mapped(app) == oracle
        assert time.state().open_count == len(oracle)
        assert not seen or drawn_since  # the map showed the step before this one
        drawn_since.clear()
        seen.append(len(oracle))

    desk.filtering.changed.connect(look)
    view.drawn.connect(lambda *_: drawn_since.append(True))
    time.card.bars.setFocus()
    if not SOAK:  # from some weeks ago on, instead of from the first bar
        time._go(time._last_edge() - timedelta(days=PLAYED))
    QTest.keyClick(time.card.bars, Qt.Key.Key_Space)
    assert time.playing
    qtbot.waitUntil(lambda: not time.playing, timeout=4 * WAIT_MS)
    desk.filtering.changed.disconnect(look)
    assert len(seen) >= (60 if SOAK else PLAYED)
    assert max(seen) > min(seen)
    assert (np.diff(seen) > 0).any()
    assert (np.diff(seen) < 0).any()
    after = (desk.filtering.wanted, desk.model.shown_ids().tolist(), time.state(), mapped(app))
    assert after == before


def requests_stand_as_they_stood(qtbot: QtBot, app: Application) -> None:
    """In the past the table says Submitted or Acknowledged of what is closed today, and the map draws it so."""
    time, desk, columns = slider(app), operations(app), snapshot(app).columns
    time.step(-1, much=True)
    time.step(-1, much=True)
    as_of = desk.filtering.wanted.as_of_ms
    assert as_of is not None
    closed_since = 0
    for row in range(desk.model.rowCount()):
        at = int(columns.positions([desk.model.id_at(row)])[0])
        shown = desk.model.data(desk.model.index(row, 0), Role.STATUS)
        assert shown not in GONE
        if tuple(Status)[int(columns.status[at])] in GONE:
            closed_since += 1
            answered = 0 <= int(columns.acknowledged_ms[at]) < as_of
            assert shown is (Status.ACKNOWLEDGED if answered else Status.SUBMITTED)
    assert closed_since > 0
    assert app.content is not None
    source = app.content.maps["operations"]._source
    assert isinstance(source, ColumnsSource)
    drawn = source.content()
    assert set(drawn.status[drawn.rows].tolist()) <= {0, 1, 2, 3}
    assert source.now_ms == as_of


def a_chip_says_so_and_leads_back(qtbot: QtBot, app: Application) -> None:
    """Keys go to the past; the chip names the moment; its cross, Esc and a line of the queue each return to now."""
    time, desk = slider(app), operations(app)
    bars = time.card.bars
    bars.setFocus()
    for leave in (
        lambda: desk.filtering.drop("as_of"),
        lambda: QTest.keyClick(bars, Qt.Key.Key_Escape),
        lambda: desk.choose_filter("open"),
    ):
        QTest.keyClick(bars, Qt.Key.Key_BracketLeft)
        chips = dict(desk.filtering.chips(snapshot(app)))
        assert chips["as_of"] == "As of the end of 12 Oct"
        assert time.state().past
        assert time.state().last == len(time.state().opened) - 1
        leave()  # type: ignore[no-untyped-call]
        assert "as_of" not in dict(desk.filtering.chips(snapshot(app)))
        assert not time.state().past
        assert time.state().last == len(time.state().opened)
    QTest.keyClick(bars, Qt.Key.Key_BracketLeft, Qt.KeyboardModifier.ShiftModifier)
    assert dict(desk.filtering.chips(snapshot(app)))["as_of"] == "As of the end of 6 Oct"
    QTest.keyClick(bars, Qt.Key.Key_BracketRight)
    assert dict(desk.filtering.chips(snapshot(app)))["as_of"] == "As of the end of 7 Oct"


def drag(bars: Any, start: float, end: float) -> None:
    """Press at an edge between bars, move to another, let go."""
    y = bars.height() // 2
    points = [QPoint(round(bars.x_of(at)), y) for at in (start, (start + end) / 2, end)]
    QTest.mousePress(bars, Qt.MouseButton.LeftButton, pos=points[0])
    for point in points[1:]:
        QTest.mouseMove(bars, point)
    QTest.mouseRelease(bars, Qt.MouseButton.LeftButton, pos=points[-1])


def a_hand_drags_the_brush(qtbot: QtBot, app: Application) -> None:
    """The right handle sets the moment, the left one when requests were opened, the middle moves both."""
    time, desk, columns = slider(app), operations(app), snapshot(app).columns
    bars, count = time.card.bars, len(time.state().opened)
    drag(bars, count, count - 10)
    state = time.state()
    assert (state.first, state.last) == (count - 30, count - 10)
    assert desk.filtering.wanted.opened_from_ms is None
    drag(bars, count - 30, count - 15)
    state, wanted = time.state(), desk.filtering.wanted
    assert (state.first, state.last) == (count - 15, count - 10)
    assert wanted.opened_from_ms is not None
    assert wanted.opened_to_ms == wanted.as_of_ms
    assert wanted.as_of_ms is not None
    oracle = {
        number
        for number in open_then(columns, wanted.as_of_ms)
        if columns.requested_ms[columns.positions([number])[0]] >= wanted.opened_from_ms
    }
    assert set(desk.model.shown_ids().tolist()) == oracle
    assert dict(desk.filtering.chips(snapshot(app)))["opened"].endswith("– 3 Oct")
    drag(bars, count - 12.5, count - 42.5)
    state = time.state()
    assert (state.first, state.last) == (count - 45, count - 40)
    QTest.mouseClick(bars, Qt.MouseButton.LeftButton, pos=QPoint(round(bars.x_of(count - 0.5)), 20))
    assert time.state().last == count  # the bar of today: now
    assert desk.filtering.wanted.as_of_ms is None
    desk.filtering.drop("opened")
    assert not time.state().filtered


def bars_of_weeks_and_a_window_that_follows(qtbot: QtBot, app: Application) -> None:
    """The counts of all steps agree with the requests; going far back takes the window along."""
    time, columns = slider(app), snapshot(app).columns
    while True:
        bins, state = time._bins, time.state()
        assert bins is not None
        for at in range(len(bins)):
            low, high = bins.edges_ms[at : at + 2]
            assert state.opened[at] == int(((columns.requested_ms >= low) & (columns.requested_ms < high)).sum())
        if state.whole or state.step == "by week":
            break
        QTest.mouseClick(time.card.step, Qt.MouseButton.LeftButton)
    time._use_step(type(time._step).DAY)
    first = time._bins.days[0]  # type: ignore[union-attr]
    for _ in range(14):
        time.step(-1, much=True)
    assert time._bins is not None
    assert time._bins.days[0] < first
    assert time.state().first >= 0
    assert time._end == date(2026, 10, 14) - timedelta(days=98)


def the_card_folds_and_gives_way(qtbot: QtBot, app: Application) -> None:
    """Folded it is a button, and stays so in the settings; a map too low for it shows neither."""
    card, window = slider(app).card, app.window
    QTest.mouseClick(card.fold, Qt.MouseButton.LeftButton)
    assert card.isHidden()
    assert card.unfold.isVisible()
    assert app.settings.settings.time_folded
    QTest.mouseClick(card.unfold, Qt.MouseButton.LeftButton)
    assert card.isVisible()
    assert card.accessibleDescription().count("– 13 Oct, backlog ")
    assert not app.settings.settings.time_folded
    place = window.current()
    place.restore_sizes({"map": 200})
    qtbot.waitUntil(lambda: card.isHidden() and card.unfold.isHidden(), timeout=WAIT_MS)
    place.reset_sizes()
    qtbot.waitUntil(card.isVisible, timeout=WAIT_MS)


def reduced_motion_jumps(qtbot: QtBot, app: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    """With reduced motion a few far steps lead from end to end."""
    monkeypatch.setattr("desktop.controllers.time_slider.STILL_STEP_MS", 20)
    app.settings.settings.reduced_motion = True
    time, desk = slider(app), operations(app)
    moments: list[int | None] = []
    desk.filtering.changed.connect(lambda: moments.append(desk.filtering.wanted.as_of_ms))
    time.toggle()
    qtbot.waitUntil(lambda: not time.playing, timeout=WAIT_MS)
    assert len(moments) <= 13
    assert moments[-1] is None


# A window takes long to open: what does not disturb each other is gone through in one.


def test_time_goes_back_and_forth_in_card_table_and_map(
    qtbot: QtBot, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Played, dragged, by keys, folded and without motion; each step proves its own."""
    playing_shows_the_backlog_rise_and_fall(qtbot, app)
    a_hand_drags_the_brush(qtbot, app)
    back_to_now(app)
    the_card_folds_and_gives_way(qtbot, app)
    back_to_now(app)
    requests_stand_as_they_stood(qtbot, app)
    back_to_now(app)
    a_chip_says_so_and_leads_back(qtbot, app)
    back_to_now(app)
    reduced_motion_jumps(qtbot, app, monkeypatch)
    back_to_now(app)
    bars_of_weeks_and_a_window_that_follows(qtbot, app)
