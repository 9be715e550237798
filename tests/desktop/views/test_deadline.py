"""The deadline in working time: words and bar of the detail, the ring of the table, and the arc of the map."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from desktop.controllers.request_details import deadline_later, deadline_state
from desktop.domain.attention import MISSING_MS, reports_per_request
from desktop.domain.deadlines import WorkingCalendar
from desktop.domain.working_time import WorkingTime
from desktop.map.requests import ColumnsSource
from desktop.models.request_table import RequestTableModel
from desktop.views import table_cells
from desktop.views.deadline_section import BarScale, DeadlineState
from desktop.views.request_detail import RequestDetail, RequestPane
from desktop.views.table_pane import TablePane
from desktop.views.theme import Theme
from tests.desktop.map.city import requests_at
from tests.desktop.models.test_request_table import NAMES, snapshot

ZONE = ZoneInfo("Europe/Berlin")
WORKING = WorkingTime(WorkingCalendar("Europe/Berlin"))
TUESDAY = datetime(2026, 10, 13, 14, 32, tzinfo=ZONE)
OPENED, DUE = TUESDAY.replace(hour=9, minute=47), TUESDAY.replace(day=14, hour=10, minute=47)
DETAIL = RequestDetail(1, "4711", "Pothole", "", "submitted", "Submitted", "5 Wren Row", "", "", "", "", None)


def test_words_say_working_time_and_the_moment() -> None:
    """A night between now and the deadline is not counted; past it, what is late counts working time too."""
    state = deadline_state(OPENED, DUE, TUESDAY, WORKING)
    assert (state.left, state.due_words) == ("6 h 15 min of working time left", "due Wed 14 Oct, 10:47")
    assert [datetime.fromtimestamp(edge / 1000, ZONE).hour for rest in state.rests for edge in rest] == [18, 8]
    later = deadline_later(state, datetime(2026, 10, 15, 9, 30, tzinfo=ZONE), WORKING)
    assert (later.left, later.late) == ("8 h 43 min of working time late", True)


@given(
    opened=st.integers(0, 10**9),
    steps=st.lists(st.integers(1, 10**9), min_size=2, max_size=2),
    parts=st.lists(st.floats(0, 1), max_size=20, unique=True),
)
def test_the_bar_keeps_order_and_gives_rests_little_room(opened: int, steps: list[int], parts: list[float]) -> None:
    """Later is never further left, ends are at the ends, and rests take at most their share unless all is rest."""
    now, due = opened + steps[0], opened + steps[1]
    end = max(now, due)
    edges = sorted({opened + round(part * (end - opened)) for part in parts})
    rests = tuple(zip(edges[::2], edges[1::2], strict=False))
    scale = BarScale(DeadlineState(opened, now, due, "", False, "", "", rests))
    places = [scale.at(moment) for moment in sorted([opened, now, due, *edges])]
    assert places == sorted(places)
    assert (places[0], places[-1]) == (0.0, pytest.approx(1.0))
    resting = sum(scale.at(to) - scale.at(begin) for begin, to in rests)
    all_rests = sum(to - begin for begin, to in rests) == end - opened
    natural = sum(to - begin for begin, to in rests) / (end - opened)
    assert all_rests or resting <= min(natural, 0.3) + 1e-6


def test_the_clock_goes_on_without_the_page(qtbot: QtBot, look: Theme) -> None:
    """A later minute changes words and bar only: the widgets of the page stay, and so does what was opened on it."""
    pane = RequestPane()
    qtbot.addWidget(pane)
    pane.resize(344, 700)
    shown = replace(DETAIL, deadline=deadline_state(OPENED, DUE, TUESDAY, WORKING))
    pane.set_state(shown)
    clock = pane._clock
    assert clock is not None
    before = clock.bar.grab().toImage()
    later = deadline_state(OPENED, DUE, datetime(2026, 10, 15, 9, 30, tzinfo=ZONE), WORKING)
    pane.set_state(replace(shown, deadline=later))
    assert pane._clock is clock
    assert clock.left.text() == "8 h 43 min of working time late"
    assert clock.bar.accessibleName() == "8 h 43 min of working time late, due Wed 14 Oct, 10:47"
    image = clock.bar.grab().toImage()
    red = QColor(look.tokens.status.overdue).name()
    reds = [sum(one.pixelColor(x, 12).name() == red for x in range(one.width())) for one in (before, image)]
    assert reds[0] < 20 < reds[1]


def test_ring_and_arc_are_one_share(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, look: Theme) -> None:
    """For every open request with a deadline ahead, the table's ring is drawn with the share that the map draws."""
    columns, model = snapshot(), RequestTableModel()
    now_ms = int(np.median(columns.due_ms[columns.due_ms != MISSING_MS]))
    rings: list[float] = []
    monkeypatch.setattr(table_cells, "paint_time_ring", lambda _painter, _rect, share, **_: rings.append(share))
    pane = TablePane(model)
    qtbot.addWidget(pane)
    model.setParent(pane)
    pane.table.cells.working, pane.table.cells.now = WORKING, datetime.fromtimestamp(now_ms / 1000, UTC)
    model.set_columns(columns, NAMES, reports_per_request(columns.incident_id))  # type: ignore[arg-type]
    pane.resize(760, 500 * 28 + 100)  # every row is painted
    pane.grab()
    count = len(columns.id)
    located = requests_at(
        np.linspace(8.5, 8.6, count),
        np.full(count, 53.5),
        id=columns.id,
        status=columns.status,
        requested_ms=columns.requested_ms,
        due_ms=columns.due_ms,
    )
    source = ColumnsSource(located, now_ms=now_ms)
    source.set_working(WORKING)
    ahead = columns.id[(columns.due_ms >= now_ms) & (columns.status < 4)]
    arcs = source.chosen(ahead.tolist()).points.share_left
    assert len(arcs) > 50
    assert sorted(set(rings)) == sorted(set(arcs.tolist()))
