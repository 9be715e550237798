"""The stall meter and the rule that nothing may be left behind."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.stall import StallMeter
from tests.desktop.hygiene import Ledger


@pytest.mark.stalls(reason="stands still on purpose")
def test_a_stall_is_measured(qtbot: QtBot) -> None:
    """A slot that sleeps for 300 ms shows as the longest gap, not as the usual one."""
    meter = StallMeter()
    meter.start()
    QTimer.singleShot(100, lambda: time.sleep(0.3))
    qtbot.wait(1000)
    meter.pause()
    assert meter.max_ms() > 250
    assert meter.p95_ms() < 250


def test_what_lies_between_two_runs_of_the_loop_is_no_stall(qtbot: QtBot) -> None:
    """A test that works outside the loop is not blamed for it."""
    meter = StallMeter()
    meter.start()
    qtbot.wait(30)
    meter.pause()
    time.sleep(0.3)
    meter.resume()
    qtbot.wait(30)
    meter.pause()
    assert meter.max_ms() < 250


def test_without_a_tick_there_is_nothing(qtbot: QtBot) -> None:
    """An empty meter says zero."""
    meter = StallMeter()
    assert meter.max_ms() == 0
    assert meter.p95_ms() == 0


def test_leaks_are_named_with_their_place(qtbot: QtBot, ledger: Ledger) -> None:
    """A running timer and an open window are found and say where they began; stopped and deleted they are not."""
    before = ledger.begin()
    timer = QTimer()
    timer.start(60_000)
    window = QLabel("left open")
    window.show()
    found = "\n".join(ledger.leaks(before))
    assert found.count("test_stall.py") >= 2
    assert "timer" in found
    assert "QLabel" in found
    timer.stop()
    window.deleteLater()
    del window
    assert ledger.leaks(before) == []
