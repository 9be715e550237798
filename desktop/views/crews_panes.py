"""The parts of Crews, built one after another so that the window never stands still for all of them."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from desktop.views.crews_right import CrewsRight
from desktop.views.crews_view import TimelinePane
from desktop.views.plan_bar import PlanBar


@dataclass(frozen=True, slots=True, eq=False)
class CrewsPanes:
    """Everything that is shown of a plan."""

    bar: PlanBar
    timeline: TimelinePane
    right: CrewsRight


def crews_panes() -> Generator[None, None, CrewsPanes]:
    """Make the parts."""
    bar = PlanBar()
    yield
    timeline = TimelinePane()
    yield
    right = CrewsRight()
    yield
    return CrewsPanes(bar, timeline, right)
