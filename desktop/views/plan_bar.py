"""The bar over Crews: which day and which of its plans, the figures, and the acts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.views.figure_strip import FigureStrip
from desktop.views.kit import Banner, Button, DateField, Figure, IconButton, Rule, SegmentedChoice, set_tip
from desktop.views.kit.layouts import show_only

HEIGHT = 46
PLAN, ROSTER = "plan", "roster"
GAP, MARGIN = 8, 12
REFERENCE, DRAFT, COMPARE = "reference", "draft", "compare"


@dataclass(frozen=True, slots=True)
class PlanFigure:
    """A figure: word, value, note, which pane its number opens ("table", "right" or none), and what its tip tells."""

    word: str
    value: str
    note: str = ""
    opens: str = ""
    tip: str = ""


@dataclass(frozen=True, slots=True)
class BarState:
    """What of the day can be looked at and done. Names are of the plan compared with and of the one at work."""

    has_plan: bool = False
    reference: str = ""
    draft: str = ""
    mode: str = DRAFT
    undo: str | None = None  # what an undo takes back; None where there is nothing
    redo: str | None = None
    editable: bool = False
    running: bool = False  # the day is under way: its rest is planned from where crews are
    busy: str = ""  # what runs: "plan", "solve" or nothing


class PlanBar(QWidget):
    """The figures of the day over all panes, the day itself, and the acts."""

    plan_wanted = Signal()  # the primary act: plan the day, or solve around what is locked
    choices_wanted = Signal()  # what is planned, before it is
    sheets_wanted = Signal()
    day_chosen = Signal(object)  # datetime.date
    page_chosen = Signal(str)  # PLAN or ROSTER
    mode_chosen = Signal(str)
    undo_asked = Signal()
    redo_asked = Signal()
    pane_wanted = Signal(str)  # "table" or "right": where the figure's jobs are

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumHeight(HEIGHT)  # figures come and go within it
        self._today = date(2000, 1, 1)
        self._state, self._roster, self._straight_line = BarState(), False, False
        self.figures = FigureStrip()
        self.page = SegmentedChoice(((PLAN, self.tr("Plan")), (ROSTER, self.tr("Roster"))), self.tr("What is shown"))
        self.page.chosen.connect(self.page_chosen)
        self._make_days()
        self._make_acts()
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
        self.set_state(BarState())

    def _make_days(self) -> None:
        self.day = DateField(self.tr("Day of the plan"))
        self.day.picked.connect(self.day_chosen)
        self.before = IconButton("chevron-left", self.tr("The day before"), framed=True, side=28)
        self.after = IconButton("chevron-right", self.tr("The day after"), framed=True, side=28)
        self.today = Button(self.tr("Today"), kind="quiet", small=True)
        self.before.clicked.connect(self._step_back)
        self.after.clicked.connect(self._step_on)
        self.today.clicked.connect(self._go_today)

    def _make_acts(self) -> None:
        names = ((REFERENCE, self.tr("Printed")), (DRAFT, self.tr("Draft")), (COMPARE, self.tr("Compare")))
        self.modes = SegmentedChoice(names, self.tr("Which plan of the day"))
        self.modes.chosen.connect(self.mode_chosen)
        self.undo = IconButton("undo-2", self.tr("Undo in the draft"), framed=True, side=28)
        self.redo = IconButton("redo-2", self.tr("Redo"), framed=True, side=28)
        self.undo.clicked.connect(self.undo_asked)
        self.redo.clicked.connect(self.redo_asked)
        self.choices = IconButton("list-filter", self.tr("Choose what is planned…"), framed=True, side=28)
        self.choices.clicked.connect(self.choices_wanted)
        self.sheets = Button(self.tr("Sheets"), icon="printer")
        self.plan = Button(self.tr("Plan the day"), kind="primary", icon="route", keys="Ctrl+R")
        self.sheets.clicked.connect(self.sheets_wanted)
        self.plan.clicked.connect(self.plan_wanted)

    def _row(self) -> QHBoxLayout:
        days = QHBoxLayout()
        days.setSpacing(4)
        self.day.setFixedWidth(124)
        for part in (self.before, self.day, self.after, self.today):
            days.addWidget(part)
        row = QHBoxLayout()
        row.setContentsMargins(MARGIN, 6, MARGIN, 6)
        row.setSpacing(GAP)
        row.addWidget(self.page)
        row.addLayout(days)
        row.addWidget(self.modes)
        row.addSpacing(GAP)
        row.addWidget(self.figures, 1)
        row.addStretch(0)  # for when they are hidden
        row.addSpacing(GAP)
        for part in (self.undo, self.redo, self.choices, self.sheets, self.plan):
            row.addWidget(part)
        return row

    def set_day(self, day: date, today: date) -> None:
        """Show which day it is about."""
        self._today = today
        self.day.set_day(day)
        self._give_way()

    def show_page(self, page: str) -> None:
        """Show the choice of the plan or the roster; figures and acts of the plan are there with the plan alone."""
        self.page.choose(page)
        self._roster = page == ROSTER
        self._give_way()

    def set_state(self, state: BarState) -> None:
        """Show which plans there are and what can be done."""
        self._state = state
        if state.has_plan:
            self.modes.set_text(REFERENCE, state.reference)
            self.modes.set_text(DRAFT, state.draft)
            self.modes.choose(state.mode)
        for button, told in ((self.undo, state.undo), (self.redo, state.redo)):
            button.setEnabled(told is not None and state.editable)
        self.undo.set_name(self.tr("Undo in the draft: {0}").format(state.undo or "–"), "Ctrl+Z")
        self.redo.set_name(self.tr("Do again: {0}").format(state.redo or "–"), "Ctrl+Shift+Z")
        self._name_plan(state)
        self._give_way()

    def _name_plan(self, state: BarState) -> None:
        """What the primary act is: plan the day, solve it around what is locked, or plan the rest of a running one."""
        again = self.tr("Replan the rest") if state.running else self.tr("Solve around locks")
        idle = again if state.has_plan else self.tr("Plan the day")
        told = {"plan": self.tr("Planning…"), "solve": self.tr("Solving…")}.get(state.busy, idle)
        self.plan.setEnabled(not state.busy and (state.mode == DRAFT or not state.has_plan))
        self.choices.setEnabled(not state.busy)
        self.plan.setText(told)
        self.plan.updateGeometry()

    def set_figures(self, figures: tuple[PlanFigure, ...], *, straight_line: bool) -> None:
        """Show the figures of a plan; none when the day has none."""
        self.sheets.setEnabled(bool(figures))
        self._straight_line = straight_line
        shown = self.figures.shown
        if [figure.objectName() for figure in shown] != [_name(item) for item in figures]:
            self.figures.set_figures([self._figure(item) for item in figures])
        for figure, item in zip(self.figures.shown, figures, strict=True):
            figure.set_value(item.value, item.note)
            set_tip(figure, item.tip)
        self.figures.arrange()
        self._give_way()

    def _figure(self, item: PlanFigure) -> Figure:
        figure = Figure(item.word, item.value, item.note, link=bool(item.opens))
        figure.setObjectName(_name(item))
        figure.opened.connect(self._open)
        return figure

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_way()

    def _give_way(self) -> None:
        """What is shown of the bar: with the roster the days alone; what has other ways leaves where it is narrow."""
        plan = not self._roster
        planned = plan and self._state.has_plan
        wanted = {
            **dict.fromkeys((self.page, self.day, self.before, self.after), True),
            **dict.fromkeys((self.figures, self.choices, self.sheets, self.plan), plan),
            **dict.fromkeys((self.modes, self.undo, self.redo), planned),
            self.today: self.day.day() != self._today,
        }
        for givers in ((self.undo, self.redo), (self.before, self.after), (self.today,), (self.choices,)):
            if self._needs(part for part, shown in wanted.items() if shown) <= self.width():
                break
            wanted |= dict.fromkeys(givers, False)
        for part, shown in wanted.items():
            show_only(part, wanted=shown)
        self._warning.setVisible(plan and self._straight_line)

    def _needs(self, parts: Iterable[QWidget]) -> int:
        """How wide the bar must be for these parts, two figures among them."""
        wide = {self.figures: self.figures.least(2), self.day: self.day.width()}
        return 2 * MARGIN + 3 * GAP + sum(wide.get(part, part.sizeHint().width()) + GAP for part in parts)

    def _open(self) -> None:
        self.pane_wanted.emit(self.sender().objectName().partition(" ")[0])

    def _step_back(self) -> None:
        self.day_chosen.emit(self.day.day() - timedelta(days=1))

    def _step_on(self) -> None:
        self.day_chosen.emit(self.day.day() + timedelta(days=1))

    def _go_today(self) -> None:
        self.day_chosen.emit(self._today)


def _name(item: PlanFigure) -> str:
    """A figure's name: the pane that it opens, and its word."""
    return f"{item.opens} {item.word}"
