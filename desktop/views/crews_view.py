"""The Crews workspace: the day's figures, routes on the map, the timeline, and what was left out and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from desktop.views.crew_timeline import CrewTimeline, TimelineRow
from desktop.views.fonts import font
from desktop.views.kit import Banner, Button, Centred, ElidedWords, Figure, PaneHeader, Rule, StateCard, Tag, Words
from desktop.views.theme import theme

RIGHT_PX = 376


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


class CrewsView(QWidget):
    """Tells what a person wants: plan the day, write the sheets, look at a stop."""

    plan_wanted = Signal()
    sheets_wanted = Signal()
    stop_chosen = Signal(int, int)

    def __init__(self, map_widget: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar = QWidget()
        self._bar.setProperty("surface", "pane")
        self._bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._bar.setFixedHeight(48)
        self._figures = QHBoxLayout()
        self._figures.setSpacing(28)
        self.sheets = Button(self.tr("Sheets"), icon="printer")
        self.plan = Button(self.tr("Plan the day"), kind="primary", icon="route", keys="Ctrl+R")
        self.sheets.clicked.connect(self.sheets_wanted)
        self.plan.clicked.connect(self.plan_wanted)
        bar = QHBoxLayout(self._bar)
        bar.setContentsMargins(12, 0, 12, 0)
        bar.setSpacing(8)
        bar.addLayout(self._figures)
        bar.addStretch(1)
        bar.addWidget(self.sheets)
        bar.addWidget(self.plan)
        self.timeline = CrewTimeline()
        self.timeline.stop_chosen.connect(self.stop_chosen)
        self.left_out = LeftOutPane()
        self._lower = QStackedWidget()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self.timeline)
        self._lower.addWidget(scroll)
        self._card: QWidget | None = None
        self._layout(map_widget)

    def _layout(self, map_widget: QWidget) -> None:
        self.middle = QSplitter(Qt.Orientation.Vertical)
        self.middle.setObjectName("crews.middle")
        self.panes = QSplitter(Qt.Orientation.Horizontal)
        self.panes.setObjectName("crews.panes")
        for splitter in (self.middle, self.panes):
            splitter.setHandleWidth(1)
            splitter.setChildrenCollapsible(False)
        self.middle.addWidget(map_widget)
        self.middle.addWidget(self._lower)
        self.middle.setSizes([560, 420])
        self.panes.addWidget(self.middle)
        self.panes.addWidget(self.left_out)
        self.panes.setStretchFactor(0, 1)
        self.panes.setSizes([1016, RIGHT_PX])
        self._warning = Banner(
            self.tr(
                "No streets are loaded. Times and distances are straight lines times 1.3; import streets for real ones."
            )
        )
        self._warning.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self._bar, Rule(), self._warning):
            column.addWidget(widget)
        column.addWidget(self.panes, 1)

    def set_state(self, state: PlanState | None) -> None:
        """Show a plan; None shows that the day has none yet."""
        self._clear_card()
        self.sheets.setEnabled(state is not None)
        self.left_out.setVisible(state is not None)
        self._warning.setVisible(state is not None and state.straight_line)
        self._set_figures(state.figures.items if state is not None else ())
        if state is None:
            card = StateCard(
                self.tr("No plan for this day yet"),
                self.tr("“Plan the day” takes the open requests by deadline, the crews on shift, and the streets."),
                icon="route",
            )
            self._show_card(card)
            return
        self.timeline.set_state(state.rows, state.now)
        self.left_out.set_state(state.left_out, state.jobs)

    def _set_figures(self, items: tuple[tuple[str, str, str], ...]) -> None:
        while self._figures.count():
            item = self._figures.takeAt(0)
            if item is not None and item.widget() is not None:
                item.widget().deleteLater()
        for word, value, note in items:
            self._figures.addWidget(Figure(word, value, note))

    def _show_card(self, card: StateCard) -> None:
        self._card = Centred(card)
        self._lower.addWidget(self._card)
        self._lower.setCurrentWidget(self._card)

    def _clear_card(self) -> None:
        if self._card is not None:
            self._lower.removeWidget(self._card)
            self._card.deleteLater()
            self._card = None
        self._lower.setCurrentIndex(0)
