"""The Crews workspace: the day's figures, routes on the map, the timeline, and what was left out and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from desktop.views.crew_timeline import CrewTimeline, TimelineRow
from desktop.views.fonts import font
from desktop.views.kit import Banner, Button, Centred, ElidedWords, Figure, PaneHeader, Rule, StateCard, Tag, Words
from desktop.views.kit.layouts import clear_layout
from desktop.views.theme import theme


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A job that no crew takes, and why."""

    number: int
    title: str
    reason_word: str
    detail: str


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """The figures above the map: word, value, note."""

    items: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class PlanState:
    """A day's plan, ready to show."""

    title: str
    figures: PlanFigures
    rows: tuple[TimelineRow, ...]
    left_out: tuple[LeftOut, ...]
    jobs: int
    now: datetime | None
    solved: str
    straight_line: bool


class _Number(QWidget):
    """The dashed square of a job that was left out, as on the map."""

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = number
        self.setFixedSize(18, 18)

    def sizeHint(self) -> QSize:
        return QSize(18, 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            pen = QPen(theme().colour("text.primary"), 1.4)
            pen.setDashPattern([2.2, 1.6])
            painter.setPen(pen)
            painter.drawRoundedRect(QRectF(1, 1, 16, 16), 3, 3)
            painter.setFont(font("chart", weight=600))
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), str(self._number))
        finally:
            painter.end()


class LeftOutPane(QWidget):
    """What was left out, each with its reason in a sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.header = PaneHeader(self.tr("Left out"))
        column.addWidget(self.header)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column.addWidget(self._scroll, 1)

    def set_state(self, left_out: tuple[LeftOut, ...], jobs: int) -> None:
        """Show these jobs of so many."""
        told = self.tr("{0} of {1} jobs · each proven by insertion").format(len(left_out), jobs)
        self.header.note.setText(told if left_out else self.tr("nothing; every job has its crew"))
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for job in left_out[:200]:
            column.addWidget(self._line(job))
            column.addWidget(Rule())
        column.addStretch(1)
        self._scroll.setWidget(page)

    def _line(self, job: LeftOut) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(10)
        row.addWidget(_Number(job.number), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(2)
        head = QHBoxLayout()
        head.addWidget(ElidedWords(job.title, step="table", weight=500), 1)
        head.addWidget(Tag(job.reason_word, framed=True))
        column.addLayout(head)
        column.addWidget(Words(job.detail, step="caption", tone="secondary", weight=450, wrap=True))
        row.addLayout(column, 1)
        return box


class PlanBar(QWidget):
    """The figures of the day over all panes, and the two acts."""

    plan_wanted = Signal()
    sheets_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._figures = QHBoxLayout()
        self._figures.setSpacing(28)
        self.sheets = Button(self.tr("Sheets"), icon="printer")
        self.plan = Button(self.tr("Plan the day"), kind="primary", icon="route", keys="Ctrl+R")
        self.sheets.clicked.connect(self.sheets_wanted)
        self.plan.clicked.connect(self.plan_wanted)
        bar = QHBoxLayout()
        bar.setContentsMargins(12, 6, 12, 6)
        bar.setSpacing(8)
        bar.addLayout(self._figures)
        bar.addStretch(1)
        bar.addWidget(self.sheets)
        bar.addWidget(self.plan)
        self._warning = Banner(
            self.tr(
                "No streets are loaded: times and distances are straight lines times 1.3. Import streets for real ones."
            )
        )
        self._warning.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(Rule())
        column.addWidget(self._warning)

    def set_state(self, state: PlanState | None) -> None:
        """Show the figures of a plan; None when the day has none."""
        self.sheets.setEnabled(state is not None)
        self._warning.setVisible(state is not None and state.straight_line)
        clear_layout(self._figures)
        for word, value, note in state.figures.items if state is not None else ():
            self._figures.addWidget(Figure(word, value, note))


class TimelinePane(QStackedWidget):
    """The crews' day, or a card that says that the day has no plan yet."""

    stop_chosen = Signal(int, int)
    plan_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.timeline = CrewTimeline()
        self.timeline.stop_chosen.connect(self.stop_chosen)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self.timeline)
        self.addWidget(scroll)
        card = StateCard(
            self.tr("No plan for this day yet"),
            self.tr("A plan takes the open requests by deadline, the crews on shift, and the city's streets."),
            icon="route",
            act=self.tr("Plan the day"),
        )
        card.acted.connect(self.plan_wanted)
        self.addWidget(Centred(card))

    def set_state(self, state: PlanState | None) -> None:
        """Show a plan; None shows the card."""
        if state is not None:
            self.timeline.set_state(state.rows, state.now)
        self.setCurrentIndex(1 if state is None else 0)
