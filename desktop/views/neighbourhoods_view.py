"""The left pane of Neighbourhoods: the question, and what came of it; a strip of counts where there is no room."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QScrollArea, QSpinBox, QVBoxLayout, QWidget

from desktop.views import format as words
from desktop.views.cells_pane import Cells
from desktop.views.fonts import font
from desktop.views.kit import Button, Caption, DateField, Dropdown, Field, IconButton, PaneHeader, Rule, Words, set_tip
from desktop.views.kit.layouts import clear_layout
from desktop.views.shell.edge_strip import EdgeStrip
from desktop.views.theme import theme


@dataclass(frozen=True, slots=True)
class Question:
    """What a person asks. An empty service means all; no cell width: chosen from the data."""

    service_code: str
    first: date | None
    last: date | None
    cell_m: int
    permutations: int
    seed: int

    def asks_the_same(self, other: Question) -> bool:
        """Whether another question has the same answer; a width that is left to the data agrees with any."""
        cells = 0 in (self.cell_m, other.cell_m) or self.cell_m == other.cell_m
        return cells and (self.service_code, self.first, self.last, self.permutations, self.seed) == (
            other.service_code,
            other.first,
            other.last,
            other.permutations,
            other.seed,
        )


@dataclass(frozen=True, slots=True, eq=False)
class HotspotState:
    """The answer in words and columns. `classes` are (word, diverging index, count) from hot to cold."""

    title: str
    question: Question
    result: str
    care: str
    method: tuple[str, ...]
    classes: tuple[tuple[str, int, int], ...]
    cells: Cells


def paint_class(painter: QPainter, rect: QRectF, index: int) -> None:
    """A cell of a class as the map draws it: a hexagon, an outline when not significant, a dot when strongest."""
    tokens, middle = theme().tokens, rect.center()
    radius = min(rect.width(), rect.height()) / 2 - 0.6
    angles = [math.radians(60 * corner - 90) for corner in range(6)]
    shape = QPolygonF([middle + QPointF(math.cos(angle), math.sin(angle)) * radius for angle in angles])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if index == len(tokens.diverging) // 2:
        painter.setPen(QPen(theme().colour("line.strong"), 1.3))
        painter.setBrush(Qt.BrushStyle.NoBrush)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.diverging[index]))
    painter.drawPolygon(shape)
    if index in (0, len(tokens.diverging) - 1):
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().colour("surface.pane"))  # the ends of the ramp are deep on white, pale on dark
        painter.drawEllipse(middle, 1.8, 1.8)


class _Swatch(QWidget):
    """One class of the legend."""

    def __init__(self, index: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._index = index
        self.setFixedSize(16, 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            paint_class(painter, QRectF(self.rect()), self._index)
        finally:
            painter.end()


class _ClassCell(QAbstractButton):
    """A class over how many cells are in it."""

    def __init__(self, word: str, index: int, count: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.index, self._count = index, count
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedSize(48, 44)
        told = f"{word}: {words.count(count)}"
        self.setAccessibleName(told)
        set_tip(self, told)

    def sizeHint(self) -> QSize:
        return QSize(48, 44)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            if self.underMouse():
                painter.fillRect(self.rect(), theme().colour("state.hover"))
            paint_class(painter, QRectF((self.width() - 16) / 2, 6, 16, 16), self.index)
            painter.setFont(font("caption", weight=450))
            painter.setPen(theme().colour("text.secondary"))
            room = QRectF(0, 23, self.width(), 16)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, words.short_count(self._count))
        finally:
            painter.end()


class QuestionStrip(EdgeStrip):
    """The pane in a narrow window: opens it, asks what stands in it, and counts the cells of each class."""

    class_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("left", "", parent)
        self.button.set_name(self.tr("Show the question"))
        self.ask = IconButton("search", self.tr("Find hotspots"), side=28)
        self.column.insertWidget(1, self.ask, 0, Qt.AlignmentFlag.AlignHCenter)
        self._classes = QVBoxLayout()
        self._classes.setSpacing(0)
        self.column.insertLayout(2, self._classes)

    def set_classes(self, classes: tuple[tuple[str, int, int], ...]) -> None:
        """Show how many cells are of each class."""
        clear_layout(self._classes)
        for word, index, count in classes:
            cell = _ClassCell(word, index, count)
            cell.clicked.connect(self._clicked)
            self._classes.addWidget(cell)

    def _clicked(self) -> None:
        cell = self.sender()
        assert isinstance(cell, _ClassCell)
        self.class_chosen.emit(cell.index)


class QuestionPane(QWidget):
    """Service, period, grid; asks when the button is pressed, never by itself."""

    asked = Signal(object)  # Question

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "sunken")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Question"))
        self._answered: Question | None = None
        self.service = Dropdown()
        self.first, self.last = DateField(), DateField()
        self.cell = QSpinBox()
        self.cell.setRange(0, 5000)
        self.cell.setSingleStep(50)
        self.cell.setSpecialValueText(self.tr("from the data"))
        self.cell.setSuffix(" m")
        self.permutations = QSpinBox()
        self.permutations.setRange(99, 9999)
        self.permutations.setValue(999)
        self.seed = QSpinBox()
        self.seed.setRange(0, 99_999_999)
        self.seed.setValue(1)
        self.ask = Button(self.tr("Find hotspots"), kind="primary", icon="hexagons")
        self.ask.clicked.connect(self.send)
        self.differs = Words(
            self.tr("The answer below is to another question. “Find hotspots” answers this one."),
            step="caption",
            tone="warning",
            weight=450,
            wrap=True,
        )
        self.differs.hide()
        self.heading = Caption(self.tr("No answer yet"))
        self.title = Words("", step="table", weight=600, wrap=True)
        self.result = Words("", step="table", wrap=True)
        self.method = Words("", step="caption", tone="tertiary", weight=450, wrap=True)
        self.care = Words("", step="caption", tone="warning", weight=450, wrap=True)
        self._legend = QVBoxLayout()
        self._legend.setSpacing(2)
        self._layout()
        self.service.currentIndexChanged.connect(self._compare)
        for day in (self.first, self.last):
            day.dateChanged.connect(self._compare)
        for figure in (self.cell, self.permutations, self.seed):
            figure.valueChanged.connect(self._compare)

    def _layout(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(PaneHeader(self.tr("Question")))
        page = QWidget()
        form = QVBoxLayout(page)
        form.setContentsMargins(12, 12, 12, 12)
        form.setSpacing(10)
        form.addWidget(Field(self.tr("Service"), self.service))
        for pair in (
            (Field(self.tr("From"), self.first), Field(self.tr("To"), self.last)),
            (Field(self.tr("Permutations"), self.permutations), Field(self.tr("Seed"), self.seed)),
        ):
            row = QHBoxLayout()
            row.setSpacing(8)
            for field in pair:
                row.addWidget(field)
            form.addLayout(row)
        form.addWidget(Field(self.tr("Hexagons, width"), self.cell))
        form.addWidget(self.ask)
        form.addWidget(self.differs)
        form.addSpacing(6)
        form.addWidget(Rule())
        for widget in (self.heading, self.title, self.result, self.care):
            form.addWidget(widget)
        form.addLayout(self._legend)
        form.addWidget(self.method)
        form.addStretch(1)
        area = QScrollArea()
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column.addWidget(area, 1)

    def set_services(self, services: tuple[tuple[str, str], ...]) -> None:
        """Offer these services as (code, name), after "all"."""
        chosen = self.service.currentData()
        self.service.clear()
        self.service.addItem(self.tr("All services"), "")
        for code, name in services:
            self.service.addItem(name, code)
        self.service.setCurrentIndex(max(0, self.service.findData(chosen)))

    def set_question(self, question: Question) -> None:
        """Start with this question."""
        self.service.setCurrentIndex(max(0, self.service.findData(question.service_code)))
        for field, day in ((self.first, question.first), (self.last, question.last)):
            if day is not None:
                field.set_day(day)
        self.permutations.setValue(question.permutations)
        self.seed.setValue(question.seed)

    def question(self) -> Question:
        """What stands in the form."""
        return Question(
            str(self.service.currentData() or ""),
            self.first.day(),
            self.last.day(),
            self.cell.value(),
            self.permutations.value(),
            self.seed.value(),
        )

    def set_asking(self, asking: bool) -> None:
        """While an answer is worked out, no second one is asked for."""
        self.ask.setEnabled(not asking)
        self.ask.setText(self.tr("Finding hotspots…") if asking else self.tr("Find hotspots"))

    def set_state(self, state: HotspotState) -> None:
        """Show what came of a question, and whether it is the one in the form."""
        self._answered = state.question
        self.heading.setText(self.tr("Answer"))
        self.title.setText(state.title)
        self.result.setText(state.result)
        self.care.setText(state.care)
        self.care.setVisible(bool(state.care))
        self.method.setText("\n".join(state.method))
        clear_layout(self._legend)
        for word, index, count in state.classes:
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(8)
            row.addWidget(_Swatch(index))
            row.addWidget(Words(word, step="table"), 1)
            row.addWidget(Words(words.count(count), step="table", weight=600))
            self._legend.addWidget(line)
        self._compare()

    def send(self) -> None:
        """Ask what stands in the form."""
        self.asked.emit(self.question())

    def _compare(self) -> None:
        self.differs.setVisible(self._answered is not None and not self.question().asks_the_same(self._answered))
