"""The Crews workspace: the crews' day in the timeline, or a card that says that the day has no plan yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from desktop.views.crew_timeline import CrewTimeline, TimelineHead, TimelineRow
from desktop.views.kit import Centred, StateCard
from desktop.views.left_out_pane import LeftOut
from desktop.views.plan_bar import PlanFigure


@dataclass(frozen=True, slots=True)
class PlanState:
    """A day's plan, ready to show."""

    title: str
    figures: tuple[PlanFigure, ...]
    rows: tuple[TimelineRow, ...]
    left_out: tuple[LeftOut, ...]
    jobs: int
    now: datetime | None
    solved: str
    straight_line: bool


class TimelinePane(QStackedWidget):
    """The crews' day under its hours, which stay in sight, or a card."""

    stop_chosen = Signal(int, int)
    stop_opened = Signal(int, int)
    plan_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.timeline = CrewTimeline()
        self.head = TimelineHead(self.timeline)
        self.timeline.stop_chosen.connect(self.stop_chosen)
        self.timeline.stop_opened.connect(self.stop_opened)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setWidget(self.timeline)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the timeline itself takes it
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.area, 1)
        self.addWidget(page)
        self.card = StateCard(self.tr("No plan for this day yet"), " ", icon="route", act=self.tr("Plan the day"))
        self.card.acted.connect(self.plan_wanted)
        self.addWidget(Centred(self.card))

    def set_state(self, state: PlanState | None, newest: str = "") -> None:
        """Show a plan; None shows the card, with the day of the newest plan where there is one."""
        if state is not None:
            self.timeline.set_state(state.rows, state.now)
        text = self.tr("A plan takes the open requests by deadline, the crews on shift, and the city's streets.")
        if newest:
            text += " " + self.tr("The newest plan is of {0}.").format(newest)
        self.card.text.setText(text)
        self.setCurrentIndex(1 if state is None else 0)

    def choose(self, crew: int | None, stop: int = -1) -> None:
        """Mark a stop chosen elsewhere and bring its row into view."""
        self.timeline.choose(crew, stop)
        if crew is not None:
            block = self.timeline.row_rect(crew)
            self.area.ensureVisible(0, round(block.center().y()), 0, round(block.height() / 2))
