"""Hyphens in words that are painted have no gaps."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QPainter
from pytestqt.qtbot import QtBot

from desktop.views.arriving import Arrival, ArrivalRow


def test_an_arrival_is_painted_with_the_hyphen_of_words(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """ "Bulky waste pick-up" is drawn with U+2010; what is read aloud keeps the letters as they were written."""
    drawn: list[str] = []
    monkeypatch.setattr(QPainter, "drawText", lambda _painter, *rest: drawn.append(rest[-1]))
    row = ArrivalRow()
    qtbot.addWidget(row)
    row.resize(300, 28)
    row.set_arrival(Arrival(7, "07:40", "", "Bulky waste pick-up"))
    row.grab()
    assert "Bulky waste pick\u2010up" in drawn
    assert row.accessibleName() == "07:40 Bulky waste pick-up"
