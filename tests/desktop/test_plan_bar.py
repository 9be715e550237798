"""The bar over Crews at any width: figures whole or not at all, and the plan's acts with the plan alone."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.views.kit import Figure
from desktop.views.plan_bar import PLAN, ROSTER, BarState, PlanBar, PlanFigure

RAIL = 48  # px that the window has beside the bar
FIGURES = (
    PlanFigure("Served", "290 of 475", "61 %", "table"),
    PlanFigure("Left out", "185", "+16", "right"),
    PlanFigure("Due served", "1 031 of 1 240", "83 %"),
    *(PlanFigure(word, "174 h 21", "−1 h 10") for word in ("Drive", "Work", "Wait")),
    PlanFigure("Distance", "1 215 km", "−41 km"),
    PlanFigure("Late", "0"),
)
STATE = BarState(has_plan=True, reference="Printed 13:53", draft="Replan 13:51", editable=True, running=True)


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """A window in which the bar has the width that a test gives it."""
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(2500, 100)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def bar(window: QWidget) -> PlanBar:
    """A bar with a plan of another day than today, its widest."""
    made = PlanBar(window)
    made.set_day(date(2026, 10, 13), date(2026, 10, 14))
    made.set_state(STATE)
    made.set_figures(FIGURES, straight_line=False)
    return made


def widened(bar: PlanBar, wide: int) -> list[Figure]:
    """The figures that are seen in a window of this width."""
    bar.resize(wide - RAIL, 60)
    bar.show()
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    assert bar.minimumSizeHint().width() <= bar.width() == wide - RAIL, "the bar forces the window wider"
    return [figure for figure in bar.figures.shown if figure.isVisible()]


@pytest.mark.parametrize("wide", [1920, 1440, 1280, 1024])
def test_figures_never_overlap_and_are_whole(bar: PlanBar, wide: int) -> None:
    """At each width no two figures share a place, none is narrower than its text or outside, acts are beside them."""
    seen = widened(bar, wide)
    assert len(seen) == {1920: 8, 1440: 3, 1280: 2, 1024: 2}[wide]
    for left, right in pairwise(seen):
        assert left.geometry().right() < right.geometry().left()
    for figure in seen:
        assert bar.figures.rect().contains(figure.geometry())
        for words in (figure.value, figure.note):
            assert not words.isVisible() or words.width() >= words.sizeHint().width()
    parts = (bar.page, bar.day, bar.modes, bar.figures, bar.choices, bar.sheets, bar.plan)
    for one, other in pairwise(part for part in parts if part.isVisible()):
        assert one.geometry().right() < other.geometry().left()


def test_notes_give_way_before_figures(bar: PlanBar) -> None:
    """While a note is left every figure is on show; once a figure has left, no note is."""
    lost = set()
    for wide in range(2400, 1000, -40):
        seen = widened(bar, wide)
        notes = [figure for figure in seen if figure.note.isVisible()]
        assert not notes or len(seen) == len(FIGURES)
        assert seen == bar.figures.shown[: len(seen)]
        lost |= {("notes", len(notes)), ("figures", len(seen))}
    assert ("notes", 7) in lost
    assert ("notes", 0) in lost


def test_longer_values_are_whole_at_once(bar: PlanBar) -> None:
    """A value that grows while the bar keeps its width makes room for itself."""
    widened(bar, 1440)
    wide = (PlanFigure("Served", "120 290 of 1 200 475", "61 %", "table"), *FIGURES[1:])
    bar.set_figures(wide, straight_line=False)
    seen = [figure for figure in bar.figures.shown if figure.isVisible()]
    assert seen[0].value.width() >= seen[0].value.sizeHint().width()
    assert seen[0].geometry().right() < seen[1].geometry().left()


def test_the_roster_hides_what_is_the_plans(bar: PlanBar) -> None:
    """With the roster no figure, mode or act of the plan is on show, whatever is told meanwhile; days are."""
    widened(bar, 1440)
    bar.set_figures(FIGURES, straight_line=True)
    parts = (bar.figures, bar.modes, bar.undo, bar.redo, bar.choices, bar.sheets, bar.plan, bar._warning)
    assert all(part.isVisible() for part in parts)
    bar.show_page(ROSTER)
    bar.set_state(STATE)
    bar.set_figures(FIGURES, straight_line=True)
    assert not any(part.isVisible() for part in parts)
    assert bar.day.isVisible()
    bar.show_page(PLAN)
    assert all(part.isVisible() for part in parts)
