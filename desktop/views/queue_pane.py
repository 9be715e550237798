"""The left pane of Operations: what needs a person now, the day's views, and the same-day meter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.views import format as words
from desktop.views.arriving import ArrivingList
from desktop.views.city_acts import CityActs
from desktop.views.day_bars import DayBar, DayBars
from desktop.views.fonts import font
from desktop.views.icons import paint_icon
from desktop.views.kit import ElidedWords, IconButton, Link, MeterBar, PaneHeader, Rule, Words
from desktop.views.marks import MARKS, paint_mark
from desktop.views.storm_card import StormCard
from desktop.views.theme import theme


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One line: its key, its words, a mark or an icon, how many; -1 where that is not counted."""

    key: str
    text: str
    symbol: str
    count: int
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class QueueState:
    """Everything the pane shows."""

    attention: tuple[QueueLine, ...]
    views: tuple[QueueLine, ...]
    chosen: str
    arrived: int
    acknowledged: int
    goal: float  # of the day's requests, 0 to 1
    saved: tuple[QueueLine, ...] = ()  # filters under a name


@dataclass(frozen=True, slots=True)
class DayState:
    """The meter's further figures: the last days, what is left of today, and how long the working day goes on."""

    days: tuple[DayBar, ...]
    first: str
    left: int
    missing: int  # more acknowledgements that reach the goal
    time_left: str
    goal: float  # 0 to 1


ROW_PX, LOW_ROW_PX = 28, 24
RULES_PX = 2  # the lines beneath the queue and over the meter


class Room(Enum):
    """How much of it is on show."""

    ALL = auto()
    LITTLE = auto()
    NONE = auto()


@dataclass(frozen=True, slots=True)
class Plan:
    """How the pane shares its height."""

    acts: Room
    days: bool
    row_px: int


PLANS = (  # in a low pane the acts on all give way first, then the bars of the days, then the air between the lines
    Plan(Room.ALL, True, ROW_PX),
    Plan(Room.LITTLE, True, ROW_PX),
    Plan(Room.NONE, True, ROW_PX),
    Plan(Room.NONE, False, ROW_PX),
    Plan(Room.NONE, False, LOW_ROW_PX),
)


class QueueRow(QAbstractButton):
    """A line of the queue; clicking it filters the table and the map."""

    reached = Signal()  # the focus came to it

    def __init__(self, line: QueueLine, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = line
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(ROW_PX)
        self.set_line(line)

    def set_line(self, line: QueueLine) -> None:
        """Show another count."""
        self.line = line
        self.setAccessibleName(f"{line.text}: {line.count}" if line.count >= 0 else line.text)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(220, self.minimumHeight())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.reached.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = theme().colour
        painter = QPainter(self)
        try:
            if self.isChecked():
                painter.fillRect(self.rect(), colour("accent.soft"))
                painter.fillRect(QRectF(0, 0, 3, self.height()), colour("accent.default"))
            elif self.underMouse():
                painter.fillRect(self.rect(), colour("state.hover"))
            symbol = QRectF(12, 0, 16, self.height())
            if self.line.symbol in MARKS:
                paint_mark(painter, symbol.adjusted(1, 0, -1, 0), self.line.symbol)
            else:
                paint_icon(painter, symbol, self.line.symbol, colour("text.secondary"))
            heavy = 600 if self.line.urgent or self.isChecked() else 500
            painter.setFont(font("body", weight=heavy))
            painter.setPen(colour("text.primary"))
            left = int(Qt.AlignmentFlag.AlignVCenter)
            room = QRectF(38, 0, self.width() - 100, self.height())
            named = QFontMetricsF(painter.font()).elidedText(
                " ".join(self.line.text.split()), Qt.TextElideMode.ElideRight, room.width()
            )
            painter.drawText(room, left | int(Qt.TextFlag.TextSingleLine), named)
            painter.setPen(colour("text.primary" if self.line.urgent else "text.tertiary"))
            right = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
            if self.line.count >= 0:
                painter.drawText(QRectF(0, 0, self.width() - 12, self.height()), right, words.count(self.line.count))
        finally:
            painter.end()


class QueuePane(QWidget):
    """Tells the key of the line a person chose."""

    chosen = Signal(str)
    act_wanted = Signal(str)  # a command of the window
    save_wanted = Signal(QWidget)  # what is shown, under a name; the sheet belongs here
    saved_menu_wanted = Signal(str, QWidget, QPoint)  # the key of a saved filter, its row, where

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "sunken")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._rows: dict[str, QueueRow] = {}
        self._plan = PLANS[0]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.lines = QScrollArea()
        self.lines.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.lines.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.lines.setWidgetResizable(True)
        self._lines = self._make_lines()
        self.lines.setWidget(self._lines)
        self._lines.installEventFilter(self)
        self.acts = CityActs()
        self.acts.wanted.connect(self.act_wanted)
        self.arriving = ArrivingList()
        for part in (self.lines, Rule(), self.acts):
            column.addWidget(part)
        column.addWidget(self.arriving, 1)
        column.addWidget(Rule())
        self._meter = self._make_meter()
        column.addWidget(self._meter)

    def _make_lines(self) -> QWidget:
        """What needs attention, the storm beneath it, and the views."""
        lines = QWidget()
        column = QVBoxLayout(lines)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._attention = PaneHeader(self.tr("Needs attention now"))
        column.addWidget(self._attention)
        column.addSpacing(6)
        self._attention_rows = QVBoxLayout()
        self._attention_rows.setSpacing(0)
        column.addLayout(self._attention_rows)
        self.storm = StormCard()
        column.addWidget(self.storm)
        column.addSpacing(8)
        column.addWidget(Rule())
        views = PaneHeader(self.tr("Views"), line=False)
        self.save = IconButton("plus", self.tr("Save what is shown under a name"))
        self.save.clicked.connect(self._save)
        views.add(self.save)
        column.addWidget(views)
        self._view_rows, self._saved_rows = QVBoxLayout(), QVBoxLayout()
        for rows in (self._view_rows, self._saved_rows):
            rows.setSpacing(0)
            column.addLayout(rows)
        column.addSpacing(8)
        column.addStretch(1)
        return lines

    def _make_meter(self) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(12, 12, 12, 14)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.addWidget(Words(self.tr("Same-day acknowledgement"), step="caption", tone="secondary", weight=500))
        head.addStretch(1)
        self.goal = Words("", step="caption", tone="tertiary", weight=450)
        head.addWidget(self.goal)
        column.addLayout(head)
        figures = QHBoxLayout()
        figures.setSpacing(8)
        self._share = Words("", step="figure")
        self._of = Words("", step="table", tone="secondary")
        self._of.setMinimumHeight(self._share.fontMetrics().height())  # nothing jumps when the first one arrives
        self._of.setAlignment(Qt.AlignmentFlag.AlignBottom)
        figures.addWidget(self._share)
        figures.addWidget(self._of, 1, Qt.AlignmentFlag.AlignBottom)
        self.left = Link("", step="table")
        self.left.hide()
        figures.addWidget(self.left, 0, Qt.AlignmentFlag.AlignBottom)
        column.addLayout(figures)
        self._bar = MeterBar(height=6)
        column.addWidget(self._bar)
        below = QHBoxLayout()
        self._missing = ElidedWords("", step="caption", tone="secondary", weight=450)
        self._time_left = ElidedWords("", step="caption", tone="secondary", weight=450)
        below.addWidget(self._missing)
        below.addStretch(1)
        below.addWidget(self._time_left)
        column.addLayout(below)
        column.addSpacing(4)
        self.days = DayBars()
        column.addWidget(self.days)
        return box

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # a storm came or went, or a filter got a name
            self._fit()
        return False

    def _fit(self) -> None:
        """Take the first plan that leaves the arrivals their rows; where none does, the lines scroll."""
        meter = _least(self._meter) - self._days_high(self._plan)
        room = self.height() - meter - self.arriving.minimumSizeHint().height() - RULES_PX
        plan = next((plan for plan in PLANS if self._high(plan) <= room), PLANS[-1])
        for row in self._rows.values():
            row.setFixedHeight(plan.row_px)
        self._plan = plan
        self.acts.set_compact(plan.acts is Room.LITTLE)
        self.acts.setVisible(plan.acts is not Room.NONE)
        self.days.setVisible(plan.days)
        self.lines.setFixedHeight(max(0, min(self._lines_high(plan), room)))

    def _high(self, plan: Plan) -> int:
        """What a plan takes in px, without the arrivals and the figures of the meter."""
        return self._lines_high(plan) + self._acts_high(plan) + self._days_high(plan)

    def _lines_high(self, plan: Plan) -> int:
        now = sum(row.minimumHeight() for row in self._rows.values())
        return _least(self._lines) - now + plan.row_px * len(self._rows)

    def _acts_high(self, plan: Plan) -> int:
        return 0 if plan.acts is Room.NONE else self.acts.height_of(plan.acts is Room.LITTLE)

    def _days_high(self, plan: Plan) -> int:
        return self.days.sizeHint().height() if plan.days else 0

    def set_day(self, state: DayState) -> None:
        """Show how today and the last days were acknowledged."""
        self.left.setText(self.tr("{0} left").format(words.count(state.left)))
        self.left.setVisible(state.left > 0)
        reached = self.tr("goal reached") if state.days and state.days[-1].share is not None else ""
        more = self.tr("{0} more to the goal").format(words.count(state.missing))
        self._missing.setText(more if state.missing else reached)
        self._time_left.setText(state.time_left)
        self.days.set_state(state.days, state.goal, state.first)

    def set_state(self, state: QueueState) -> None:
        """Show these counts."""
        self._fill(self._attention_rows, state.attention, state.chosen)
        self._fill(self._view_rows, state.views, state.chosen)
        self._drop_others(state.saved)
        self._fill(self._saved_rows, state.saved, state.chosen)
        self.goal.setText(self.tr("goal {0}").format(words.goal(state.goal)))
        self._share.setVisible(state.arrived > 0)
        if state.arrived:
            share = state.acknowledged / state.arrived
            self._share.setText(words.percent(share))
            told = self.tr("{0} of {1} today").format(words.count(state.acknowledged), words.count(state.arrived))
            self._of.setText(told)
            self._bar.set_share(share, goal=state.goal)
        else:
            self._of.setText(self.tr("nothing arrived today yet"))
            self._bar.set_share(0.0, goal=state.goal)

    def _fill(self, layout: QVBoxLayout, lines: Sequence[QueueLine], chosen: str) -> None:
        for line in lines:
            row = self._rows.get(line.key)
            if row is None:
                row = self._rows[line.key] = QueueRow(line)
                row.setFixedHeight(self._plan.row_px)
                row.reached.connect(self._bring_into_sight)
                row.clicked.connect(self._clicked)
                if layout is self._saved_rows:
                    row.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
                    row.customContextMenuRequested.connect(self._menu)
                layout.addWidget(row)
            row.set_line(line)
            row.setChecked(line.key == chosen)

    def _drop_others(self, saved: Sequence[QueueLine]) -> None:
        """Saved filters that were removed, and all where their order is another."""
        keys = [key for key, row in self._rows.items() if self._saved_rows.indexOf(row) >= 0]
        if keys != [line.key for line in saved][: len(keys)]:
            for key in keys:
                row = self._rows.pop(key)
                self._saved_rows.removeWidget(row)
                row.hide()
                row.deleteLater()

    def _bring_into_sight(self) -> None:
        row = self.sender()
        assert isinstance(row, QueueRow)
        self.lines.ensureWidgetVisible(row, 0, 0)

    def _save(self) -> None:
        self.save_wanted.emit(self.save)

    def _menu(self, at: QPoint) -> None:
        row = self.sender()
        assert isinstance(row, QueueRow)
        self.saved_menu_wanted.emit(row.line.key, row, row.mapToGlobal(at))

    def _clicked(self) -> None:
        row = self.sender()
        assert isinstance(row, QueueRow)
        for other in self._rows.values():
            other.setChecked(other is row)
        self.chosen.emit(row.line.key)


def _least(box: QWidget) -> int:
    """The least height of what a box holds, as it is now."""
    inside = box.layout()
    assert inside is not None
    inside.activate()
    return inside.minimumSize().height()
