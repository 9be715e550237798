"""The parts of Neighbourhoods, built one after another so that the window never stands still for all of them."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from desktop.views.neighbourhoods.cells_pane import CellsPane
from desktop.views.neighbourhoods.class_mark import QuestionStrip
from desktop.views.neighbourhoods.figures_pane import FiguresPane
from desktop.views.neighbourhoods.map_cards import ModeBar, PlayBar, ZoneCard
from desktop.views.neighbourhoods.question_form import QuestionForm
from desktop.views.neighbourhoods.question_pane import QuestionPane
from desktop.views.workspace import Workspace


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


def panes_in_steps(place: Workspace, host: QWidget) -> Generator[None, None, NeighbourhoodPanes]:
    """Make the parts and put each into its place; what floats is over `host`, the map."""
    place.set_map(host)
    yield
    form = QuestionForm()
    yield
    question, strip = QuestionPane(form), QuestionStrip()
    yield
    place.set_left(question, strip)
    yield
    cells = CellsPane()
    yield
    place.set_table(cells)
    yield
    figures = FiguresPane()
    yield
    place.set_right(figures)
    yield
    modes = ModeBar(host)
    yield
    return NeighbourhoodPanes(question, strip, cells, figures, modes, PlayBar(host), ZoneCard(host))
