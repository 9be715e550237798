"""The card and the strip's cell about an unusual rate."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.views.queue_pane import QueueLine
from desktop.views.queue_strip import QueueStrip
from desktop.views.storm_card import StormCard, StormSheet, StormState


def test_the_card_offers_what_there_is_to_do(qtbot: QtBot) -> None:
    """Each control says its wish; nothing to acknowledge and no further storm have no button; fair weather no card."""
    pane = QWidget()
    qtbot.addWidget(pane)
    pane.resize(256, 90)
    pane.show()
    card = StormCard(pane)
    card.resize(256, 90)
    assert card.isHidden()
    card.set_state(StormState("Unusual: 40 of Flooding", "Old Town: in 2 h, usually 0.4", "droplets", 38, more=1))
    assert card.acknowledge.text() == card.acknowledge.accessibleName() == "Acknowledge 38"
    assert card.line.accessibleName() == "Unusual: 40 of Flooding, Old Town: in 2 h, usually 0.4"
    for control, wish in (
        (card.line, card.shown),
        (card.acknowledge, card.acknowledge_wanted),
        (card.answer, card.answer_wanted),
        (card.next, card.next_wanted),
    ):
        with qtbot.waitSignal(wish, timeout=1000):
            QTest.mouseClick(control, Qt.MouseButton.LeftButton)
    card.set_state(StormState("Unusual: 40 of Flooding", "in 2 h, usually 0.4", "droplets", 0))
    assert card.acknowledge.isHidden()
    assert card.next.isHidden()
    assert card.answer.isVisible()
    card.set_state(None)
    assert card.isHidden()


def test_the_strip_tells_of_a_storm_where_the_pane_is_folded(qtbot: QtBot) -> None:
    """A cell with the count comes and goes with the storm, and asks for its requests."""
    pane = QWidget()
    qtbot.addWidget(pane)
    pane.resize(60, 600)
    strip = QueueStrip(pane)
    pane.show()
    strip.set_storm(None)
    assert strip.storm is None
    strip.set_storm(QueueLine("storm", "Unusual: 40 of Flooding", "zap", 40, urgent=True))
    assert strip.storm is not None
    assert strip.storm.isVisible()
    assert "40 of Flooding" in strip.storm.accessibleName()
    with qtbot.waitSignal(strip.storm_wanted, timeout=1000):
        QTest.mouseClick(strip.storm, Qt.MouseButton.LeftButton)
    strip.set_storm(None)
    assert strip.storm.isHidden()


def test_beside_the_strip_the_card_comes_as_a_sheet(qtbot: QtBot) -> None:
    """All four acts are there with their words; the next storm is shown in the sheet, any other act puts it away."""
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1024, 640)
    strip = QueueStrip(window)
    strip.resize(48, 600)
    window.show()
    strip.set_storm(QueueLine("storm", "Unusual: 40 of Flooding", "zap", 40, urgent=True))
    assert strip.storm is not None
    for number in range(3):
        sheet = StormSheet(strip.storm)
        sheet.set_state(StormState("Unusual: 40 of Flooding", "in 2 h, usually 0.4", "droplets", 38, more=1))
        sheet.open()
        card = sheet.storm
        assert [card.show_all.text(), card.acknowledge.text(), card.answer.text()] == [
            "Show",
            "Acknowledge 38",
            "Answer all…",
        ]
        assert card.show_all.hasFocus() or not window.isActiveWindow()
        corner = sheet.card.mapTo(window, sheet.card.rect().topLeft())
        assert corner.x() >= 48  # the counts of the strip stay in sight
        with qtbot.waitSignal(card.next_wanted, timeout=1000):
            QTest.mouseClick(card.next, Qt.MouseButton.LeftButton)
        assert sheet.isVisible()
        control, wish = (
            (card.show_all, card.shown),
            (card.acknowledge, card.acknowledge_wanted),
            (card.answer, card.answer_wanted),
        )[number]
        with qtbot.waitSignals([wish, sheet.finished], timeout=1000):
            QTest.mouseClick(control, Qt.MouseButton.LeftButton)
        assert sheet.isHidden()
    over = StormSheet(strip.storm)
    over.set_state(StormState("Unusual: 40 of Flooding", "in 2 h, usually 0.4", "droplets", 38))
    over.open()
    assert over.storm.next.isHidden()
    over.set_state(None)
    assert over.isHidden()
