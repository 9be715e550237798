"""The parts of Neighbourhoods, built one after another so that the window never stands still for all of them."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from desktop.views.neighbourhoods.cells_pane import CellsPane
from desktop.views.neighbourhoods.class_mark import QuestionStrip
from desktop.views.neighbourhoods.figures_pane import FiguresPane
from desktop.views.neighbourhoods.map_cards import ModeBar, PlayBar, ZoneCard
from desktop.views.neighbourhoods.question_pane import QuestionPane


@dataclass(frozen=True, slots=True, eq=False)
class NeighbourhoodPanes:
    """Everything that is shown."""

    question: QuestionPane
    strip: QuestionStrip
    cells: CellsPane
    figures: FiguresPane
    modes: ModeBar
    play: PlayBar
    card: ZoneCard


def panes_in_steps(host: QWidget) -> Generator[None, None, NeighbourhoodPanes]:
    """Make the parts; what floats is over `host`, the map."""
    question = QuestionPane()
    yield
    cells, strip = CellsPane(), QuestionStrip()
    yield
    figures = FiguresPane()
    yield
    return NeighbourhoodPanes(question, strip, cells, figures, ModeBar(host), PlayBar(host), ZoneCard(host))
