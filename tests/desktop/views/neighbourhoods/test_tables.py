"""The tables of Neighbourhoods: order, words, scale, and that every count opens its requests."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtTest import QTest
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.views.kit import Link, Words
from desktop.views.neighbourhoods.figure_grid import Cell, FigureGrid, FigureRow
from desktop.views.neighbourhoods.zones_table import (
    Column,
    ZoneRow,
    ZonesModel,
    ZonesState,
    ZonesTable,
    place_of,
    sorted_rows,
)

ROWS = (
    ZoneRow(4, "Old Town", 72, 5.9, 4.6, 7.4, "no clear difference"),
    ZoneRow(8, "Nowhere <b>", 1, None, None, None, "too few to tell"),
    ZoneRow(1, "Orchard Park", 1301, 8.9, 8.0, 9.9, "above", clear=True),
)
STATE = ZonesState("incidents per 1 000 residents", sorted_rows(ROWS), 4.8, "Incidents")


def test_the_highest_rate_comes_first_and_what_cannot_be_told_last() -> None:
    """Order by rate; a neighbourhood without a rate is not taken for the lowest."""
    assert [row.key for row in STATE.rows] == [1, 4, 8]


def test_the_scale_holds_all_rates_and_cuts_only_far_intervals() -> None:
    """It reaches the greatest end of an interval, but no farther than twice the greatest rate; never nought."""
    assert STATE.reach() == 9.9
    wide = ZonesState("", (ZoneRow(1, "a", 3, 2.0, 0.1, 90.0),), 1.0, "")
    assert wide.reach() == 4.0
    room = QRectF(10, 0, 100, 20)
    assert [place_of(value, 4.0, room) for value in (0.0, 2.0, 90.0)] == [10, 60, 110]
    assert ZonesState("", (ZoneRow(1, "a", 0, 0.0, 0.0, 0.0),), 0.0, "").reach() == 1.0


def test_the_model_says_what_is_known(qtmodeltester: ModelTester) -> None:
    """Figures in the locale's words; a rate that cannot be told is a dash, not a nought; text stays as written."""
    model = ZonesModel()
    model.set_state(STATE)
    qtmodeltester.check(model)
    told = [[model.index(row, column).data() for column in Column] for row in range(3)]
    assert told[0] == ["1", "Orchard Park", "1\u2009301", "8.9", "8.0–9.9", "", "above"]
    assert told[2] == ["3", "Nowhere <b>", "1", "–", "", "", "too few to tell"]
    assert model.headerData(Column.COUNT, Qt.Orientation.Horizontal) == "Incidents"


def test_a_line_is_chosen_and_its_count_opens(qtbot: QtBot) -> None:
    """Keys move the choice, Enter and a click on the count open; what was chosen elsewhere is told to nobody."""
    table = ZonesTable()
    qtbot.addWidget(table)
    table.resize(760, 300)
    table.set_state(STATE)
    table.show()
    told: list[int] = []
    table.row_chosen.connect(told.append)
    table.choose(4)
    assert (table.currentIndex().row(), told) == (1, [])
    QTest.keyClick(table, Qt.Key.Key_Up)
    assert told == [1]
    with qtbot.waitSignal(table.count_opened) as opened:
        QTest.keyClick(table, Qt.Key.Key_Return)
    assert opened.args == [1]
    place = table.visualRect(table.model_.index(2, Column.COUNT)).center()
    with qtbot.waitSignal(table.count_opened) as opened:
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert opened.args == [8]
    table.choose(4)
    table.set_state(ZonesState("", (ZoneRow(9, "Empty", 0), *STATE.rows), 4.8, "Requests"))
    assert table.currentIndex().row() == table.model_.row_of(4) == 2  # what is chosen stays so when rows come anew
    nought = table.visualRect(table.model_.index(0, Column.COUNT)).center()
    with qtbot.assertNotEmitted(table.count_opened):
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=nought)
        QTest.keyClick(table, Qt.Key.Key_Return)
    table.choose(99)
    assert not table.selectionModel().hasSelection()


@pytest.mark.stalls
def test_a_figure_opens_its_requests(qtbot: QtBot) -> None:
    """A cell with requests is a link that tells what they are known by, another is plain words; rows replace rows."""
    grid = FigureGrid("Service promise")
    qtbot.addWidget(grid)
    row = FigureRow("On time", (Cell("63 %", ("on_time", 4), "of 200"), Cell("38 %")))
    grid.set_rows(("Promise", "Here", "City"), (row,))
    (link,) = grid.findChildren(Link)
    assert link.accessibleName() == "On time: 63 %"
    with qtbot.waitSignal(grid.opened) as opened:
        link.click()
    assert opened.args == [("on_time", 4)]
    grid.set_rows((), (FigureRow("Reopened", (Cell("3 %"),)),))
    qtbot.waitUntil(lambda: not grid.findChildren(Link))
    assert [words.text() for words in grid.findChildren(Words)] == ["Reopened", "3 %"]
