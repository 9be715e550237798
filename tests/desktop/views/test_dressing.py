"""What the window waits for while it is built: parts are dressed once, in their place, and filled one after another."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QCalendarWidget, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.views.charts.chart import Chart, Line
from desktop.views.kit.layouts import show_only
from desktop.views.neighbourhoods.class_mark import QuestionStrip
from desktop.views.neighbourhoods.figures_pane import FiguresPane, FiguresState, Section
from desktop.views.neighbourhoods.question_pane import QuestionPane
from desktop.views.theme import Theme
from desktop.views.workspace import Workspace

DRESSED = Qt.WidgetAttribute.WA_WState_Polished


def parts(pane: QWidget) -> list[QWidget]:
    """Words and figures of a form."""
    return [*pane.findChildren(QLabel), *pane.findChildren(QAbstractSpinBox)]


def test_a_form_is_dressed_in_its_place_and_not_before(qtbot: QtBot, look: Theme) -> None:
    """While it is made, Qt styles none of its parts; in the workspace it styles those on show. No calendar is made."""
    pane = QuestionPane()
    assert len(parts(pane)) > 20
    assert not any(part.testAttribute(DRESSED) for part in parts(pane))
    place = Workspace("place", "Place", "map")
    qtbot.addWidget(place)
    place.resize(1440, 900)
    place.show()
    place.set_left(pane, QuestionStrip())
    shown = [part for part in parts(pane) if part.isVisible()]
    assert len(shown) > 10
    assert all(part.testAttribute(DRESSED) for part in shown)
    assert pane.findChildren(QCalendarWidget) == []


def test_a_part_is_shown_again_where_it_was_hidden(qtbot: QtBot, look: Theme) -> None:
    """Left to its layout while nobody hid it, hidden when it is not wanted, and back when it is."""
    host = QWidget()
    qtbot.addWidget(host)
    part = QLabel("a part", host)
    show_only(part, wanted=True)
    host.show()
    assert not part.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide) or part.isVisible()
    show_only(part, wanted=False)
    assert not part.isVisible()
    show_only(part, wanted=True)
    assert part.isVisible()


@pytest.mark.qt_log_ignore("^This plugin does not support propagateSizeHints")
@pytest.mark.stalls  # the library of charts is loaded on the first use
def test_figures_are_filled_part_after_part_and_no_empty_chart_is_shown(qtbot: QtBot, look: Theme) -> None:
    """One thing in a turn of the event loop; a section given again is not drawn again."""
    pane = FiguresPane()
    qtbot.addWidget(pane)
    pane.resize(360, 900)
    pane.show()
    x = np.array([0.0, 1.0, 2.0])
    chart = Section("", Chart("Time to close", (Line("city", x, x),)))
    plain = Section("", why_not="Nothing is known yet.")
    with qtbot.waitSignal(pane.filled):
        pane.set_state(FiguresState("", chart, plain, plain))
        assert not pane.parts["ahead"].why_not.text()
    assert pane.parts["ahead"].why_not.text() == "Nothing is known yet."
    pane.put_charts()
    pane._put_chart(pane._to_put.pop(0))
    assert pane.plots["close"].isHidden()
    with qtbot.waitSignal(pane.filled):
        pane._soon.start()
    assert pane.plots["close"].isVisible()
    assert pane.plots["ahead"].isHidden()
    drawn = pane.plots["close"].view.addedItems[:]
    with qtbot.waitSignal(pane.filled):
        pane.set_state(FiguresState("", chart, plain, Section("")))
    assert pane.plots["close"].view.addedItems == drawn
