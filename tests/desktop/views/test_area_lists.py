"""The lists of areas: names of any length and kind make no pane wide, and are shown as they were written."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.views.assignment.area_pane import AreaPane
from desktop.views.assignment.area_pieces import SIZE, WHAT, PiecesPage
from desktop.views.assignment.area_state import AreaLine, PieceLine
from desktop.views.assignment.areas_table import AreasTable
from desktop.views.fonts import font
from desktop.views.kit import Button, IconButton

HOSTILE = "<b>Bold</b><img src=x>" + "W" * 180
TIP = Qt.ItemDataRole.ToolTipRole
pytestmark = pytest.mark.usefixtures("look")


def buttons(page: QWidget) -> list[Button]:
    """The offers for the piece at hand."""
    return [button for button in page.findChildren(Button) if button.property("area") is not None]


def test_a_long_name_makes_the_pane_no_wider(qtbot: QtBot) -> None:
    """A layer, an area at an overlap, and a step of the draft may be called anything."""
    pane = AreaPane()
    qtbot.addWidget(pane)
    before = pane.minimumSizeHint().width()
    pane.set_layers([(1, HOSTILE)], 1)
    assert pane.minimumSizeHint().width() == before
    pane.pieces.set_lines([PieceLine(HOSTILE, "12", False, False, ((1, HOSTILE), (2, "Short")))], 0)
    long, short = buttons(pane.pieces)
    assert pane.minimumSizeHint().width() == before
    assert long.accessibleName().endswith(HOSTILE)
    assert "&lt;b&gt;" in long.toolTip()
    assert short.toolTip() == ""


def test_what_a_column_cuts_off_its_tip_tells_as_plain_text(qtbot: QtBot) -> None:
    """Rows of both lists, and the button that names the step it takes back."""
    table, page = AreasTable(), PiecesPage()
    undo = IconButton("undo-2", "Undo in the draft")
    for widget in (table, page, undo):
        qtbot.addWidget(widget)
    table.areas.set_lines((AreaLine(1, HOSTILE, 0, ""),), ((0, "No department"),), fixed=False)
    page.set_lines([PieceLine(HOSTILE, "12", True, False, ())], 0)
    undo.set_name(f"Undo: Rename to “{HOSTILE}”", "Ctrl+Z")
    tips = [table.areas.index(0, 0).data(TIP), page.model.index(0, WHAT).data(TIP), undo.toolTip()]
    assert all("&lt;img" in tip and "<img" not in tip for tip in tips)
    assert table.areas.index(0, 1).data(TIP) == "<qt>No department</qt>"
    undo.set_name("Undo in the draft", "Ctrl+Z")
    assert undo.toolTip() == "Undo in the draft   Ctrl Z"
    assert page.count.text() == "1 overlap, 1 a sliver"


def test_a_whole_city_in_square_metres_is_not_cut_off(qtbot: QtBot) -> None:
    """A new layer has the city as its one gap, and its size is read."""
    page = PiecesPage()
    qtbot.addWidget(page)
    size = "1\u202f285\u202f216\u202f000"
    page.set_lines([PieceLine("Uncovered, apart", size, False, True, ())], 0)
    assert QFontMetricsF(font("table")).horizontalAdvance(size) <= page.table.columnWidth(SIZE) - 12
    wide = page.table.columnWidth(SIZE)
    page.set_lines([PieceLine("West × East (sliver)", "1.1", True, False, ())], 0)
    assert page.table.columnWidth(SIZE) < wide  # the names have the room
