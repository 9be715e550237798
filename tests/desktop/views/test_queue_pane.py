"""The queue pane in little room."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.views.arriving import FEWEST, Arrival, ArrivingList
from desktop.views.queue_pane import QueueLine, QueuePane, QueueRow, QueueState, Room
from desktop.views.storm_card import StormState

LINES = tuple(QueueLine(f"line{number}", f"Line {number}", "clock", number) for number in range(7))
VIEWS = tuple(QueueLine(f"view{number}", f"View {number}", "inbox", number) for number in range(4))


SAVED = tuple(QueueLine(f"saved:{number}", f"Saved {number}", "list-filter", -1) for number in range(4))
STORM = StormState("Unusual: 40 of Flooding", "Old Town: in 2 h, usually 0.4 · 1 of 3", "droplets", 40, more=2)
ARRIVALS = [Arrival(number, "12:00", "droplets", f"Flooding, {number} Elm Street") for number in range(12)]
HIGH_1440, HIGH_1280 = 832, 652  # px of the pane in a window of 1440 x 900, and of its drawer in one of 1280 x 720


MakePane = Callable[..., QueuePane]


@pytest.fixture
def make_pane(qtbot: QtBot) -> MakePane:
    """Makes the pane of a height, with twelve arrivals and without a storm, inside a window that does not grow."""
    hosts: list[QWidget] = []

    def make(high: int, saved: tuple[QueueLine, ...] = ()) -> QueuePane:
        host = QWidget()
        hosts.append(host)
        qtbot.addWidget(host)
        host.resize(256, high)
        pane = QueuePane(host)
        pane.resize(256, high)
        pane.set_state(QueueState(LINES, VIEWS, "line0", 10, 5, 0.95, saved))
        pane.arriving.set_state(ARRIVALS, "71 in the last 60 min")
        host.show()
        return pane

    return make


def whole(widget: QWidget) -> bool:
    """Whether a widget can be seen from edge to edge."""
    return widget.isVisible() and widget.visibleRegion().boundingRect() == widget.rect()


def answers(pane: QueuePane) -> bool:
    """Whether all can be answered, by the words or by the icon."""
    return whole(pane.storm.answer) or whole(pane.storm.answer_icon)


def rows_in_sight(pane: QueuePane) -> int:
    """How many arrivals can be read."""
    return sum(whole(row) for row in pane.arriving.rows)


def shares(pane: QueuePane) -> tuple[bool, list[bool], bool, set[int], bool]:
    """What has which room: the acts on all, as icons, the bars, the height of the lines, the storm."""
    icons = [icon.isVisible() for icon in pane.acts.icons]
    heights = {row.height() for row in pane.findChildren(QueueRow)}
    return pane.acts.isVisible(), icons, pane.days.isVisible(), heights, whole(pane.storm)


def apart(pane: QueuePane) -> int:
    """How far one line stands under the other, where they are closest."""
    tops = sorted(row.mapTo(pane, row.rect().topLeft()).y() for row in pane.findChildren(QueueRow))
    return min(below - above for above, below in pairwise(tops))


@pytest.mark.parametrize(
    ("high", "room", "days", "row_px"),
    [
        (940, Room.ALL, True, 28),
        (HIGH_1440, Room.LITTLE, True, 28),
        (770, Room.NONE, True, 28),
        (700, Room.NONE, False, 28),
        (HIGH_1280, Room.NONE, False, 24),
    ],
)
def test_counts_are_never_squeezed(
    qtbot: QtBot, make_pane: MakePane, high: int, room: Room, days: bool, row_px: int
) -> None:
    """A low pane with a storm shortens and drops the acts on all, then the bars; lines come closer, never overlap."""
    pane = make_pane(high)
    pane.storm.set_state(STORM)
    wanted = (room is not Room.NONE, [room is Room.LITTLE] * 3, days, {row_px}, True)
    qtbot.waitUntil(lambda: shares(pane) == wanted, timeout=5000)
    qtbot.waitUntil(lambda: all(whole(row) for row in pane.findChildren(QueueRow)), timeout=5000)
    qtbot.waitUntil(lambda: apart(pane) >= row_px, timeout=5000)
    assert whole(pane.storm)
    assert rows_in_sight(pane) >= FEWEST


@pytest.mark.parametrize("high", [HIGH_1440, HIGH_1280, 572])
@pytest.mark.parametrize("saved", [(), SAVED])
def test_a_storm_leaves_the_arrivals_their_place(
    qtbot: QtBot, make_pane: MakePane, high: int, saved: tuple[QueueLine, ...]
) -> None:
    """At every size, with filters under names too, the storm with its acts and three arrivals are read at once."""
    pane = make_pane(high, saved)
    qtbot.waitUntil(lambda: rows_in_sight(pane) >= FEWEST, timeout=5000)
    pane.storm.set_state(STORM)
    qtbot.waitUntil(lambda: whole(pane.storm.acknowledge) and answers(pane), timeout=5000)
    qtbot.waitUntil(lambda: rows_in_sight(pane) >= FEWEST, timeout=5000)
    assert whole(pane.storm.line)
    assert whole(pane.goal)
    pane.storm.set_state(None)
    qtbot.waitUntil(lambda: not pane.storm.isVisible() and rows_in_sight(pane) >= FEWEST, timeout=5000)


def test_rows_keep_their_height_when_the_list_shrinks_as_they_come(qtbot: QtBot) -> None:
    """Showing the first row lays out anew what waits above the list: no more rows are shown than then have room."""
    host, above, listed = QWidget(), QWidget(), ArrivingList()
    qtbot.addWidget(host)
    pane = QWidget(host)  # a window would tell its platform of every least size
    column = QVBoxLayout(pane)
    column.addWidget(above)
    column.addWidget(listed, 1)
    above.setFixedHeight(0)
    for part in (host, pane):
        part.resize(256, 600)
    host.show()
    qtbot.waitUntil(lambda: listed.height() > 500, timeout=5000)
    above.setFixedHeight(400)
    listed.set_state(ARRIVALS, "71 in the last 60 min")
    qtbot.waitUntil(lambda: listed.height() < 200, timeout=5000)
    shown = [row for row in listed.rows if row.isVisible()]
    assert len(shown) == (listed.height() - listed.header.height()) // 24
    qtbot.waitUntil(lambda: all(whole(row) for row in shown), timeout=5000)


def test_a_line_that_is_scrolled_away_comes_with_the_focus(qtbot: QtBot, make_pane: MakePane) -> None:
    """In the lowest window the lines scroll; what the tab key reaches is brought into sight."""
    pane = make_pane(572, SAVED)
    pane.storm.set_state(STORM)
    last = max(pane.findChildren(QueueRow), key=lambda row: row.mapTo(pane, row.rect().topLeft()).y())
    qtbot.waitUntil(lambda: not whole(last), timeout=5000)
    pane.window().activateWindow()
    qtbot.waitUntil(pane.window().isActiveWindow, timeout=5000)
    last.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(lambda: whole(last), timeout=5000)


def test_the_usual_pane_is_no_wider_for_a_storm(qtbot: QtBot, make_pane: MakePane) -> None:
    """The card fits the pane without pushing counts out of it; an icon stands for the answer's words where it must."""
    pane = make_pane(HIGH_1440)
    pane.storm.set_state(STORM)
    qtbot.waitUntil(lambda: whole(pane.storm.answer) and whole(pane.storm.next), timeout=5000)
    assert pane.storm.answer_icon.isHidden()
    pane.resize(224, HIGH_1440)
    qtbot.waitUntil(lambda: whole(pane.storm.answer_icon) and whole(pane.storm.next), timeout=5000)
    assert pane.storm.answer.isHidden()
    assert all(whole(row) and row.width() == 224 for row in pane.findChildren(QueueRow))
    assert pane.storm.answer_icon.accessibleName() == "Answer all…"
    with qtbot.waitSignal(pane.storm.answer_wanted, timeout=1000):
        QTest.mouseClick(pane.storm.answer_icon, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("high", [940, HIGH_1440])
def test_acts_on_all_act_in_both_forms(qtbot: QtBot, make_pane: MakePane, high: int) -> None:
    """A button and the icon that stands for it in a low pane ask for the same command under the same name."""
    pane = make_pane(high)
    pane.storm.set_state(STORM)
    qtbot.waitUntil(lambda: pane.acts.icons[0].isVisible() is (high == HIGH_1440), timeout=5000)
    shown = [button for button in pane.acts.findChildren(QAbstractButton) if button.isVisible()]
    assert [button.accessibleName() for button in shown] == [
        "Assign to departments",
        "Group duplicates",
        "Import requests…",
    ]
    heard: list[str] = []
    pane.act_wanted.connect(heard.append)
    for button in shown:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert heard == ["act.assign", "act.duplicates", "import.requests"]
