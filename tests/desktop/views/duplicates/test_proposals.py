"""The list of proposed incidents and the bulk act."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.views.duplicates.proposals_model import LINE, ProposalsModel, spoken
from desktop.views.duplicates.proposals_pane import ProposalsPane, ProposalsStrip
from desktop.views.duplicates.state import ProposalLine, ReviewState
from tests.desktop.views.duplicates.made_up import BULK, LINES, STATE

MANY = tuple(ProposalLine(key, "trash-2", f"{key} Elm Street", "2 reports", 0.9) for key in range(5000))
KEYS = st.lists(st.integers(0, 9), unique=True)


def line(key: int, probability: float = 0.5) -> ProposalLine:
    """A line."""
    return ProposalLine(key, "trash-2", str(key), "", probability)


def pane_in(qtbot: QtBot, height: int = 600) -> ProposalsPane:
    """The pane in a window that does not grow."""
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(256, height)
    pane = ProposalsPane(host)
    pane.resize(256, height)
    host.show()
    qtbot.keeper = host  # type: ignore[attr-defined]
    return pane


def test_the_model_keeps_qts_contract(qtmodeltester: ModelTester) -> None:
    """Qt's own checks pass, filled, changed and emptied."""
    model = ProposalsModel()
    model.set_lines(LINES)
    qtmodeltester.check(model)
    model.set_lines(LINES[1:])
    model.set_lines(())
    assert model.rowCount() == 0


@given(KEYS, KEYS)
def test_whatever_comes_and_goes_the_rows_that_stay_keep_their_index(before: list[int], after: list[int]) -> None:
    """After a change the model holds the new lines, and a row kept at either end is still the same proposal's."""
    model = ProposalsModel()
    model.set_lines(tuple(line(key) for key in before))
    held = {key: QPersistentModelIndex(model.index(row)) for row, key in enumerate(before)}
    model.set_lines(tuple(line(key) for key in after))
    assert [one.key for one in model.lines] == after
    assert [model.index(row).data(LINE).key for row in range(model.rowCount())] == after
    assert all(index.data(LINE).key == key for key, index in held.items() if index.isValid())
    assert all(model.row_of(key) == row for row, key in enumerate(after))


def test_another_figure_moves_no_row() -> None:
    """The same proposals with other probabilities change in place; the same lines change nothing at all."""
    model = ProposalsModel()
    model.set_lines((line(1), line(2)))
    heard: list[str] = []
    model.rowsRemoved.connect(lambda: heard.append("removed"))
    model.rowsInserted.connect(lambda: heard.append("inserted"))
    model.dataChanged.connect(lambda: heard.append("changed"))
    model.set_lines((line(1, 0.9), line(2)))
    model.set_lines((line(1, 0.9), line(2)))
    assert heard == ["changed"]


def test_a_line_is_spoken_whole() -> None:
    """A screen reader hears the place, what it is made of, how likely it is, and that it is due soon."""
    assert spoken(LINES[1]) == "Granary / Dorset St, 2 reports · 9 m · 3 h, 0.94, overdue or due soon"
    assert "due soon" not in spoken(LINES[0])


def test_five_thousand_lines_are_shown_at_once(qtbot: QtBot, look: object) -> None:
    """The last of 5,000 is chosen and in sight after one call; the tests' stall meter watches."""
    pane = pane_in(qtbot)
    pane.set_state(ReviewState(MANY, 4999))
    qtbot.wait(50)
    view = pane.list
    assert view.visualRect(view.currentIndex()).intersects(view.viewport().rect())
    assert pane.count.text() == "5\u2009000"


def test_nothing_is_chosen_silently(qtbot: QtBot, look: object) -> None:
    """What the state or the focus makes current is told to nobody; what a person moves to is, and Enter goes on."""
    pane = pane_in(qtbot)
    told: list[int] = []
    pane.chosen.connect(told.append)
    pane.list.setFocus()
    pane.set_state(STATE)
    pane.set_state(replace(STATE, chosen=72))
    assert told == []
    QTest.keyClick(pane.list, Qt.Key.Key_Down)
    assert told == [73]
    with qtbot.waitSignal(pane.entered, timeout=1000):
        QTest.keyClick(pane.list, Qt.Key.Key_Return)
    QTest.keyClicks(pane.list, "w")  # the first line begins with it
    assert told == [73]


def test_the_hand_stays_where_it_is_when_a_line_goes(qtbot: QtBot, look: object) -> None:
    """A proposal far above the eye is decided: the line at the upper edge of the list is the same as before."""
    pane = pane_in(qtbot)
    pane.set_state(ReviewState(MANY, 2000))
    bar = pane.list.verticalScrollBar()
    bar.setValue(bar.maximum() // 2 + 7)
    qtbot.wait(20)
    top = pane.list.indexAt(QPoint(1, 0)).data(LINE).key
    at = pane.list.visualRect(pane.list.indexAt(QPoint(1, 0))).top()
    pane.set_state(ReviewState(MANY[:1990] + MANY[1991:], 2000))
    qtbot.wait(20)
    first = pane.list.indexAt(QPoint(1, 0))
    assert (first.data(LINE).key, pane.list.visualRect(first).top()) == (top, at)
    assert top > 2000
    assert pane.list.currentIndex().data(LINE).key == 2000
    assert pane.list.selectionModel().isSelected(pane.list.currentIndex())


def test_the_head_counts_what_is_left(qtbot: QtBot, look: object) -> None:
    """How many are proposed; nothing before the first reading."""
    pane = pane_in(qtbot)
    pane.set_state(STATE)
    assert pane.count.text() == "3"
    pane.set_state(None)
    assert pane.count.text() == ""


def test_the_bulk_act_says_what_it_does(qtbot: QtBot, look: object) -> None:
    """Its words, its button and its threshold come from the state; the state tells nobody, the hand does."""
    pane = pane_in(qtbot)
    slid: list[float] = []
    pane.bulk_changed.connect(slid.append)
    pane.set_state(STATE)
    assert not pane.bulk.isVisible()
    pane.set_bulk(BULK)
    assert pane.bulk.isVisible()
    assert (pane.bulk.least.text(), pane.bulk.words.text(), pane.bulk.button.text()) == (
        "0.90",
        BULK.words,
        BULK.button,
    )
    assert slid == []
    QTest.keyClick(pane.bulk.slider, Qt.Key.Key_Right)
    assert slid == [0.91]
    assert pane.bulk.slider.accessibleName() == "Accept all of at least 0.91"
    for _ in range(60):
        QTest.keyClick(pane.bulk.slider, Qt.Key.Key_Right)
    assert slid[-1] == 0.99
    with qtbot.waitSignal(pane.bulk_asked, timeout=1000):
        pane.bulk.button.click()
    pane.set_bulk(replace(BULK, possible=False))
    assert not pane.bulk.button.isEnabled()


def test_there_is_nothing_to_accept_where_nothing_is_proposed(qtbot: QtBot, look: object) -> None:
    """The bulk act goes with the last proposal."""
    pane = pane_in(qtbot)
    pane.set_state(STATE)
    pane.set_bulk(BULK)
    pane.set_state(ReviewState(()))
    assert not pane.bulk.isVisible()
    assert pane.list.currentIndex() == QModelIndex()


def test_the_strip_counts(qtbot: QtBot, look: object) -> None:
    """In a narrow window 48 px say how many are proposed, in words for a screen reader."""
    strip = ProposalsStrip()
    qtbot.addWidget(strip)
    strip.set_state(STATE)
    assert (strip.count.text(), strip.count.accessibleName()) == ("3", "3 proposed")
    strip.set_state(None)
    assert strip.count.text() == ""


def test_the_focus_stays_in_the_pane_while_many_are_accepted(qtbot: QtBot) -> None:
    """The button rests while the act runs and goes with the last proposal; the focus goes no further than the list."""
    pane = pane_in(qtbot)
    pane.set_state(STATE)
    pane.set_bulk(BULK)
    pane.bulk.button.setFocus()
    pane.set_bulk(replace(BULK, possible=False))
    assert pane.window().focusWidget() is pane.bulk.slider
    pane.set_bulk(None)
    assert pane.window().focusWidget() is pane.list
