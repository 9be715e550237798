"""The Neighbourhoods workspace: the question on the left, tested cells on the map, the strongest cells in a table."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QDate, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QHBoxLayout,
    QHeaderView,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.views import format as words
from desktop.views.fonts import font
from desktop.views.kit import Button, Caption, Field, PaneHeader, Rule, Words
from desktop.views.kit.layouts import clear_layout
from desktop.views.kit.tables import dress_header
from desktop.views.theme import theme

FIGURES = (2, 3, 4)
WIDTHS = {0: 44, 2: 96, 3: 80, 4: 132, 5: 150}
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Question:
    """What a person asks. An empty service means all."""

    service_code: str
    first: tuple[int, int, int] | None
    last: tuple[int, int, int] | None
    cell_m: int  # 0: chosen from the data
    permutations: int
    seed: int


@dataclass(frozen=True, slots=True)
class CellRow:
    """One cell in the table, in words."""

    cell: int
    place: str
    count: int
    gi_z: float
    p_sim: float
    class_word: str
    hot: bool


@dataclass(frozen=True, slots=True)
class HotspotState:
    """The answer in words and rows. `classes` are (word, diverging index, count) from hot to cold."""

    title: str
    result: str
    care: str
    method: tuple[str, ...]
    classes: tuple[tuple[str, int, int], ...]
    rows: tuple[CellRow, ...]


class _Swatch(QWidget):
    """One class of the legend: the colour and the white dot as on the map."""

    def __init__(self, index: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._index = index
        self.setFixedSize(16, 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            middle = len(tokens.diverging) // 2
            if self._index == middle:
                painter.setPen(theme().colour("line.strong"))
                painter.setBrush(Qt.BrushStyle.NoBrush)
            else:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(tokens.diverging[self._index]))
            painter.drawRoundedRect(QRectF(1.5, 1.5, 13, 13), 3, 3)
            if self._index in (0, len(tokens.diverging) - 1):
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(tokens.colour.surface_pane))
                painter.drawEllipse(QRectF(6, 6, 4, 4))
        finally:
            painter.end()


class QuestionPane(QWidget):
    """Service, period, grid; asks when the button is pressed, never by itself."""

    asked = Signal(object)  # Question

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "sunken")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.service = QComboBox()
        self.first, self.last = QDateEdit(), QDateEdit()
        for edit in (self.first, self.last):
            edit.setDisplayFormat("d MMM yyyy")
            edit.setCalendarPopup(True)
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
        self.ask.clicked.connect(self._ask)
        self.result = Words("", step="table", wrap=True)
        self.method = Words("", step="caption", tone="tertiary", weight=450, wrap=True)
        self.care = Words("", step="caption", tone="warning", weight=450, wrap=True)
        self._legend = QVBoxLayout()
        self._legend.setSpacing(2)
        self._layout()

    def _layout(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(PaneHeader(self.tr("Question")))
        form = QVBoxLayout()
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
        form.addSpacing(6)
        form.addWidget(Rule())
        form.addWidget(Caption(self.tr("Result")))
        for widget in (self.result, self.care):
            form.addWidget(widget)
        form.addLayout(self._legend)
        form.addWidget(self.method)
        form.addStretch(1)
        column.addLayout(form, 1)

    def set_services(self, services: tuple[tuple[str, str], ...]) -> None:
        """Offer these services as (code, name), after "all"."""
        chosen = self.service.currentData()
        self.service.clear()
        self.service.addItem(self.tr("All services"), "")
        for code, name in services:
            self.service.addItem(name, code)
        self.service.setCurrentIndex(max(0, self.service.findData(chosen)))

    def set_period(self, first: tuple[int, int, int], last: tuple[int, int, int]) -> None:
        """Start with this period."""
        self.first.setDate(QDate(*first))
        self.last.setDate(QDate(*last))

    def set_state(self, state: HotspotState) -> None:
        """Show what came of the question."""
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

    def _ask(self) -> None:
        first, last = self.first.date(), self.last.date()
        self.asked.emit(
            Question(
                str(self.service.currentData() or ""),
                (first.year(), first.month(), first.day()),
                (last.year(), last.month(), last.day()),
                self.cell.value(),
                self.permutations.value(),
                self.seed.value(),
            )
        )


class CellsPane(QWidget):
    """The cells that stand out, strongest first; a row of the table is the cell on the map."""

    cell_chosen = Signal(int)
    export_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.header = PaneHeader(self.tr("Cells that stand out"))
        export = Button(self.tr("Export"), icon="download", kind="quiet")
        export.clicked.connect(self.export_wanted)
        self.header.add(export)
        self.table = QTableWidget(0, 6)
        self._set_up_table()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.table, 1)

    def _set_up_table(self) -> None:
        titles = (
            "#",
            self.tr("Place"),
            self.tr("Requests"),
            "Gi*",
            self.tr("p, permutation"),
            self.tr("Against chance"),
        )
        for column, title in enumerate(titles):
            head_item = QTableWidgetItem(title)
            if column in FIGURES:
                head_item.setTextAlignment(RIGHT)
            self.table.setHorizontalHeaderItem(column, head_item)
        self.table.setAccessibleName(self.tr("Cells that stand out"))
        self.table.setFont(font("table"))
        self.table.setShowGrid(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(theme().tokens.size.row_compact)
        head = self.table.horizontalHeader()
        dress_header(head)
        head.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for column, width in WIDTHS.items():
            self.table.setColumnWidth(column, width)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.currentCellChanged.connect(self._moved)

    def set_state(self, state: HotspotState) -> None:
        """Show the answer."""
        self.header.note.setText(state.title)
        self.table.setRowCount(len(state.rows))
        for at, row in enumerate(state.rows):
            cells = (
                str(at + 1),
                row.place,
                words.count(row.count),
                words.number(row.gi_z, 2),
                words.number(row.p_sim, 3),
                row.class_word,
            )
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                if column in FIGURES:
                    item.setTextAlignment(RIGHT)
                item.setData(Qt.ItemDataRole.UserRole, row.cell)
                self.table.setItem(at, column, item)

    def _moved(self, row: int, column: int, last_row: int, last_column: int) -> None:
        item = self.table.item(row, 0)
        if item is not None:
            self.cell_chosen.emit(int(item.data(Qt.ItemDataRole.UserRole)))
