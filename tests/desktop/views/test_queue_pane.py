"""The queue pane in little room."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.views.queue_pane import QueueLine, QueuePane, QueueRow, QueueState
from desktop.views.storm_card import StormState

LINES = tuple(QueueLine(f"line{number}", f"Line {number}", "clock", number) for number in range(7))
VIEWS = tuple(QueueLine(f"view{number}", f"View {number}", "inbox", number) for number in range(4))


@pytest.mark.parametrize(("high", "acts", "days"), [(840, True, True), (690, False, True), (620, False, False)])
def test_counts_are_never_squeezed(qtbot: QtBot, high: int, acts: bool, days: bool) -> None:
    """With a storm on show, a low pane gives up the acts on all, then the bars; every line keeps its height."""
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(256, high)
    pane = QueuePane(host)
    pane.resize(256, high)
    pane.set_state(QueueState(LINES, VIEWS, "line0", 10, 5, 0.95))
    host.show()
    pane.storm.set_state(StormState("Unusual: 40 of Flooding", "in 2 h, usually 0.4", "droplets", 40))
    qtbot.waitUntil(lambda: pane.acts.isVisible() is acts and pane.days.isVisible() is days, timeout=5000)
    qtbot.waitUntil(lambda: {row.height() for row in pane.findChildren(QueueRow)} == {28}, timeout=5000)
    tops = sorted(row.mapTo(pane, row.rect().topLeft()).y() for row in pane.findChildren(QueueRow))
    assert all(below - above >= 28 for above, below in pairwise(tops))
