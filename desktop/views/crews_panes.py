"""The parts of Crews, built one after another so that the window never stands still for all of them."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.views.crews_right import CrewsRight
from desktop.views.crews_view import TimelinePane
from desktop.views.plan_bar import PlanBar
from desktop.views.workspace import Workspace


@dataclass(frozen=True, slots=True, eq=False)
class CrewsPanes:
    """Everything that is shown of a plan; in `stacks` the roster stands behind it."""

    bar: PlanBar
    timeline: TimelinePane
    right: CrewsRight
    stacks: tuple[QStackedWidget, QStackedWidget]


def crews_panes(
    place: Workspace, map_view: QWidget, week: QWidget, entries: QWidget
) -> Generator[None, None, CrewsPanes]:
    """Make the parts and put each into its place, those of the roster behind those of the plan."""
    bar = PlanBar()
    yield
    place.set_head(bar)
    yield
    place.set_map(map_view)
    yield
    timeline = TimelinePane()
    yield
    tables = _pages(timeline, week)
    place.set_table(tables)
    yield
    right = CrewsRight()
    yield
    sides = _pages(right, entries)
    place.set_right(sides)
    yield
    return CrewsPanes(bar, timeline, right, (tables, sides))


def _pages(*widgets: QWidget) -> QStackedWidget:
    stack = QStackedWidget()
    for widget in widgets:
        stack.addWidget(widget)
    stack.setAccessibleName(widgets[0].accessibleName())
    return stack
