"""The Crews workspace: the crews' day in the timeline, or a card that says that the day has no plan yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from desktop.views.crew_timeline import CrewTimeline, TimelineHead
from desktop.views.kit import Banner, Centred, StateCard
from desktop.views.timeline_rows import TimelineRow


@dataclass(frozen=True, slots=True)
class TimelineState:
    """The rows of a plan, now, and whether a person may change them."""

    rows: Sequence[TimelineRow]
    now: datetime | None
    editable: bool = False


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
        self.timeline.hovered.connect(self._reveal)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setWidget(self.timeline)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the timeline itself takes it
        self.banner = Banner("")
        self.banner.hide()
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banner)
        column.addWidget(self.head)
        column.addWidget(self.area, 1)
        self.addWidget(page)
        self.card = StateCard(self.tr("No plan for this day yet"), " ", icon="route", act=self.tr("Plan the day"))
        self.card.acted.connect(self.plan_wanted)
        self.addWidget(Centred(self.card))
        self._planning, self._told = False, " "

    def set_state(self, state: TimelineState | None, newest: str = "") -> None:
        """Show a plan; None shows the card, with the day of the newest plan where there is one."""
        if state is not None:
            self.timeline.set_state(state.rows, state.now, editable=state.editable)
        text = self.tr("A plan takes the open requests by deadline, the crews on shift, and the city's streets.")
        if newest:
            text += " " + self.tr("The newest plan is of {0}.").format(newest)
        self._told = text
        self._tell_card()
        self.setCurrentIndex(1 if state is None else 0)

    def set_planning(self, planning: bool) -> None:
        """While a day is being planned its card says so, and offers no second plan."""
        self._planning = planning
        self._tell_card()

    def _tell_card(self) -> None:
        at_work = self.tr("The day is being planned. It can be stopped at the foot of the window.")
        title = self.tr("Planning the day") if self._planning else self.tr("No plan for this day yet")
        self.card.title.setText(title)
        self.card.text.setText(at_work if self._planning else self._told)
        self.card.button.setVisible(not self._planning)

    def say(self, words: str) -> None:
        """A band over the timeline: why an edit was not made; empty for none."""
        self.banner.text.setText(words)
        self.banner.setAccessibleName(words)
        self.banner.setVisible(bool(words))

    def choose(self, crew: int | None, stop: int = -1) -> None:
        """Mark a stop chosen elsewhere and bring its row into view."""
        self.timeline.choose(crew, stop)
        if crew is not None:
            self._reveal(crew)

    def _reveal(self, crew: int, place: int = 0) -> None:
        """Bring a crew's row into view, also while a stop is dragged there."""
        if crew >= 0:
            block = self.timeline.row_rect(crew)
            self.area.ensureVisible(0, round(block.center().y()), 0, round(block.height() / 2) + 6)
