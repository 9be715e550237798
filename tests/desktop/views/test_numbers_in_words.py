"""One is one: sentences with a count speak of it as people do."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.answers import Facts
from desktop.domain.lifecycle import Verb
from desktop.views.act_sheet import ActSheet, SheetState
from desktop.views.shell.status_bar import StatusBar


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """Something that a sheet can lie over."""
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(800, 600)
    made.show()
    return made


@pytest.mark.parametrize(
    ("undo_s", "sentence"),
    [
        (0, "Residents are not told. This cannot be undone."),
        (45, "Residents are not told. You can undo this for 45 s."),
        (60, "Residents are not told. You can undo this for 1 minute."),
        (600, "Residents are not told. You can undo this for 10 minutes."),
    ],
)
def test_a_sheet_says_how_long_the_city_lets_it_be_undone(
    qtbot: QtBot, window: QWidget, undo_s: int, sentence: str
) -> None:
    """From not at all to minutes, as the city's settings say."""
    state = SheetState(Verb.ASSIGN, 1, 0, date(2026, 10, 13), Facts(), entries=((1, "Streets"),), undo_s=undo_s)
    assert ActSheet(state, window).text.text() == sentence


@pytest.mark.parametrize(("count", "words"), [(None, ""), (0, "0 requests"), (1, "1 request"), (2, "2 requests")])
def test_the_status_bar_counts_requests(qtbot: QtBot, window: QWidget, count: int | None, words: str) -> None:
    """A city with one request has one."""
    bar = StatusBar(window)
    bar.set_store("city.opsmap", "saved", count)
    assert bar.requests.text() == words
