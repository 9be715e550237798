"""The bar over Crews: which day, its figures, and the two acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.views.kit import Banner, Button, DateField, Figure, IconButton, Rule, SegmentedChoice
from desktop.views.kit.layouts import clear_layout

HEIGHT = 46
PLAN, ROSTER = "plan", "roster"
SPARE = 104  # margins and gaps of the bar


@dataclass(frozen=True, slots=True)
class PlanFigure:
    """A figure: word, value, note, and which pane its number opens ("table", "right" or none)."""

    word: str
    value: str
    note: str = ""
    opens: str = ""


class PlanBar(QWidget):
    """The figures of the day over all panes, the day itself, and the two acts."""

    plan_wanted = Signal()
    sheets_wanted = Signal()
    day_chosen = Signal(object)  # datetime.date
    page_chosen = Signal(str)  # PLAN or ROSTER
    pane_wanted = Signal(str)  # "table" or "right": where the figure's jobs are

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumHeight(HEIGHT)  # figures come and go within it
        self._today = date(2000, 1, 1)
        self._figures = QHBoxLayout()
        self._figures.setSpacing(24)
        self._shown: list[Figure] = []
        self.page = SegmentedChoice(((PLAN, self.tr("Plan")), (ROSTER, self.tr("Roster"))), self.tr("What is shown"))
        self.page.chosen.connect(self.page_chosen)
        self.day = DateField(self.tr("Day of the plan"))
        self.day.picked.connect(self.day_chosen)
        self.before = IconButton("chevron-left", self.tr("The day before"), framed=True, side=28)
        self.after = IconButton("chevron-right", self.tr("The day after"), framed=True, side=28)
        self.today = Button(self.tr("Today"), kind="quiet", small=True)
        self.before.clicked.connect(self._step_back)
        self.after.clicked.connect(self._step_on)
        self.today.clicked.connect(self._go_today)
        self.sheets = Button(self.tr("Sheets"), icon="printer")
        self.plan = Button(self.tr("Plan the day"), kind="primary", icon="route", keys="Ctrl+R")
        self.sheets.clicked.connect(self.sheets_wanted)
        self.plan.clicked.connect(self.plan_wanted)
        self._warning = Banner(
            self.tr(
                "No streets are loaded: times and distances are straight lines times 1.3. Import streets for real ones."
            )
        )
        self._warning.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._row())
        column.addWidget(Rule())
        column.addWidget(self._warning)

    def _row(self) -> QHBoxLayout:
        days = QHBoxLayout()
        days.setSpacing(4)
        self.day.setFixedWidth(124)
        for part in (self.before, self.day, self.after, self.today):
            days.addWidget(part)
        row = QHBoxLayout()
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        row.addWidget(self.page)
        row.addLayout(days)
        row.addSpacing(12)
        row.addLayout(self._figures)
        row.addStretch(1)
        row.addWidget(self.sheets)
        row.addWidget(self.plan)
        return row

    def set_day(self, day: date, today: date) -> None:
        """Show which day it is about."""
        self._today = today
        self.day.set_day(day)
        self.today.setEnabled(day != today)

    def set_planning(self, planning: bool) -> None:
        """While a plan is made, no second one is asked for."""
        self.plan.setEnabled(not planning)
        self.plan.setText(self.tr("Planning…") if planning else self.tr("Plan the day"))
        self.plan.updateGeometry()

    def set_figures(self, figures: tuple[PlanFigure, ...], *, straight_line: bool) -> None:
        """Show the figures of a plan; none when the day has none."""
        self.sheets.setEnabled(bool(figures))
        self._warning.setVisible(straight_line)
        clear_layout(self._figures)
        self._shown.clear()
        for item in figures:
            figure = Figure(item.word, item.value, item.note, link=bool(item.opens))
            figure.setObjectName(item.opens)
            figure.opened.connect(self._open)
            self._figures.addWidget(figure)
            self._shown.append(figure)
        self._give_way()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_way()

    def _give_way(self) -> None:
        """Figures that have no room leave from the right; the first two, which open something, stay."""
        others = (self.page, self.before, self.day, self.after, self.today, self.sheets, self.plan)
        room = self.width() - sum(part.sizeHint().width() for part in others) - SPARE
        for at, figure in enumerate(self._shown):
            room -= figure.sizeHint().width() + self._figures.spacing()
            figure.setVisible(at < 2 or room >= 0)

    def _open(self) -> None:
        self.pane_wanted.emit(self.sender().objectName())

    def _step_back(self) -> None:
        self.day_chosen.emit(self.day.day() - timedelta(days=1))

    def _step_on(self) -> None:
        self.day_chosen.emit(self.day.day() + timedelta(days=1))

    def _go_today(self) -> None:
        self.day_chosen.emit(self._today)
