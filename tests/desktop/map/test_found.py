"""Marks of places on the live map: drawn where they should be, with words that are only words, gone when told."""

from __future__ import annotations

import os
import signal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from desktop.map.found import PlaceMark, mark_json
from tests.desktop.map.desk import LAT, LON, WAIT_MS, Desk, colour_at

# Chromium starts with the first page of the process, on the thread of the window.
pytestmark = [pytest.mark.slow, pytest.mark.stalls]

HOSTILE = "<img src=x onerror=alert(1)></script><b>27 Windmill Lane"
WORDS = "document.querySelector('.found-card') ? document.querySelector('.found-card').innerText : ''"


def test_a_length_of_street_is_drawn_with_its_words(desk: Desk) -> None:
    """The line is painted along the street in the accent, its words stand on a card; None takes both away."""
    view = desk.open()
    land = colour_at(view, LON, LAT)
    line = [(LON - 0.004, LAT), (LON + 0.004, LAT)]
    view.set_found(PlaceMark("Mill Lane, A – B", "530 m of street", LON, LAT, [line]))
    desk.qtbot.waitUntil(lambda: colour_at(view, LON, LAT) != land, timeout=WAIT_MS)
    assert colour_at(view, LON, LAT).blue() > colour_at(view, LON, LAT).red() + 40
    assert "530 m of street" in desk.ask(view, WORDS)
    view.set_found(None)
    desk.qtbot.waitUntil(lambda: colour_at(view, LON, LAT) == land, timeout=WAIT_MS)
    assert desk.ask(view, WORDS) == ""


def test_words_of_a_mark_are_only_words(desk: Desk) -> None:
    """A name full of markup stands as it was written and makes no element."""
    view = desk.open()
    view.set_found(PlaceMark(HOSTILE, HOSTILE, LON, LAT))
    desk.qtbot.waitUntil(lambda: HOSTILE in str(desk.ask(view, "document.body.textContent")), timeout=WAIT_MS)
    assert desk.ask(view, "document.querySelectorAll('img[src=x], b').length") == 0


def test_the_cross_and_escape_are_told(desk: Desk) -> None:
    """The cross of a mark says which mark; Esc on the map is heard."""
    view = desk.open()
    view.set_here(PlaceMark("On Mill Lane", "", LON, LAT))
    desk.qtbot.waitUntil(lambda: "On Mill Lane" in desk.ask(view, WORDS), timeout=WAIT_MS)
    with desk.qtbot.waitSignal(view.mark_closed, timeout=WAIT_MS) as closed:
        desk.ask(view, "document.querySelector('.found-close').click(); 1")
    assert closed.args == ["here"]
    target = view.web.focusProxy() or view.web
    assert isinstance(target, QWidget)
    target.setFocus()
    desk.ask(view, "document.getElementById('map').focus(); 1")
    with desk.qtbot.waitSignal(view.escaped, timeout=WAIT_MS):
        QTest.keyClick(target, Qt.Key.Key_Escape)


def test_a_mark_outlives_its_page(desk: Desk) -> None:
    """When the page's process ends, the new page shows the mark again."""
    view = desk.open()
    view.set_found(PlaceMark("27 Windmill Lane", "Address", LON, LAT))
    desk.qtbot.waitUntil(lambda: "27 Windmill Lane" in desk.ask(view, WORDS), timeout=WAIT_MS)
    with desk.qtbot.waitSignal(view.ready, timeout=WAIT_MS):
        os.kill(view.page.renderProcessPid(), signal.SIGKILL)
    desk.qtbot.waitUntil(lambda: "27 Windmill Lane" in desk.ask(view, WORDS), timeout=WAIT_MS)
    view.console_errors.clear()


def test_a_mark_in_plain_values() -> None:
    """Nothing is null, lines of one point are dropped, and the middle of the world is one half each way."""
    assert mark_json(None) is None
    told = mark_json(PlaceMark("Null Island", "", 0.0, 0.0, [[(0.0, 0.0)], [(0.0, 0.0), (1.0, 0.0)]]))
    assert told is not None
    assert (told["x"], told["y"], len(told["lines"])) == (0.5, 0.5, 1)
