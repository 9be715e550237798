"""Overlaps and gaps of a layer, the largest first: walked through, and each mended in one act."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.plain_text import shortened, typeset
from desktop.views.assignment.area_state import PieceLine
from desktop.views.fonts import font
from desktop.views.icons import paint_icon
from desktop.views.kit import Button, IconButton, Rule, StateCard, Words, dress_table
from desktop.views.kit.tables import paint_row_ground
from desktop.views.kit.tips import plain_tip, set_tip
from desktop.views.theme import theme

Index = QModelIndex | QPersistentModelIndex
MOST_OFFERED = 4  # areas that a piece can be given to
LONGEST_NAME = 26  # letters of its name on a button
LEAD_PX = 12  # left of the names and of their head
LEAST_PX = 60  # of the sizes
WHAT, SIZE = 0, 1


class PiecesModel(QAbstractTableModel):
    """Pieces of ground."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lines: tuple[PieceLine, ...] = ()
        self._titles = (self.tr("Overlap or gap"), self.tr("m²"))

    def set_lines(self, lines: Sequence[PieceLine]) -> None:
        """Show pieces."""
        self.beginResetModel()
        self.lines = tuple(lines)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else 2

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section == SIZE:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return self._titles[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        shown = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole
        if not index.isValid() or role not in shown:
            return None
        line = self.lines[index.row()]
        words = line.size if index.column() == SIZE else line.what
        return plain_tip(words) if role == Qt.ItemDataRole.ToolTipRole else words


class _Cells(QStyledItemDelegate):
    """A sign for the kind, the areas, the size to the right."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, PiecesModel)
        line, colour, first = model.lines[index.row()], theme().colour, index.column() == WHAT
        painter.save()
        paint_row_ground(painter, option, first=first)
        cell = QRectF(option.rect).adjusted(LEAD_PX if first else 4, 0, -8, 0)
        if first:
            icon, ink = ("square-dashed", "warning.text") if line.is_gap else ("copy", "danger.text")
            paint_icon(painter, QRectF(cell.left(), cell.center().y() - 7, 14, 14), icon, colour(ink))
            cell = cell.adjusted(22, 0, 0, 0)
        painter.setFont(font("table"))
        painter.setPen(colour("text.primary" if first and not line.sliver else "text.secondary"))
        side = Qt.AlignmentFlag.AlignLeft if first else Qt.AlignmentFlag.AlignRight
        text = typeset(str(index.data() or ""))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(cell.width()))
        painter.drawText(cell, int(side | Qt.AlignmentFlag.AlignVCenter), shown)
        painter.restore()


class PiecesPage(QWidget):
    """The list, Previous and Next, and who may get the piece at hand."""

    chosen = Signal(int)  # row
    give_asked = Signal(int, object)  # row, area id
    knit_asked = Signal(float)  # metres
    around_asked = Signal(bool)  # what a layer that is not meant for the whole city leaves of it

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model, self.table = PiecesModel(self), QTableView()
        self._now, self._quiet = -1, False
        self._dress()
        self.card = StateCard(self.tr("No overlaps and no gaps"), "", icon="circle-check")
        self._empty = QWidget()
        around = QVBoxLayout(self._empty)
        around.setContentsMargins(16, 16, 16, 16)
        around.addWidget(self.card)
        around.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._walk())
        column.addWidget(self.table, 1)
        column.addWidget(self._empty, 1)
        self._offers = QVBoxLayout()
        self._offers.setContentsMargins(12, 4, 12, 6)
        self._offers.setSpacing(4)
        column.addLayout(self._offers)
        self.note = Words("", step="caption", tone="tertiary", weight=450, wrap=True)
        self.note.hide()
        told = QVBoxLayout()
        told.setContentsMargins(12, 2, 12, 6)
        told.addWidget(self.note)
        self.around = QCheckBox(self.tr("List what it leaves of the city"))
        self.around.setFont(font("table"))
        self.around.hide()
        self.around.clicked.connect(self.around_asked)
        told.addWidget(self.around)
        column.addLayout(told)
        column.addWidget(Rule())
        column.addLayout(self._knit())

    def _dress(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setItemDelegate(_Cells(table))
        table.setAccessibleName(self.tr("Overlaps and gaps, the largest first"))
        table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        table.setTabKeyNavigation(False)
        table.setMouseTracking(True)
        table.setFrameShape(QTableView.Shape.NoFrame)
        dress_table(table, lead=LEAD_PX)
        table.horizontalHeader().setSectionResizeMode(WHAT, QHeaderView.ResizeMode.Stretch)
        table.setColumnWidth(SIZE, LEAST_PX)
        table.selectionModel().currentRowChanged.connect(self._row_chosen)

    def _walk(self) -> QHBoxLayout:
        self.count = Words("", step="caption", tone="secondary", weight=450)
        self.before, self.after = (
            IconButton("chevron-up", self.tr("Previous")),
            IconButton("chevron-down", self.tr("Next")),
        )
        self.before.clicked.connect(lambda: self._step(-1))
        self.after.clicked.connect(lambda: self._step(1))
        row = QHBoxLayout()
        row.setContentsMargins(12, 0, 8, 4)
        row.addWidget(self.count, 1)
        row.addWidget(self.before)
        row.addWidget(self.after)
        return row

    def _knit(self) -> QHBoxLayout:
        self.within = QDoubleSpinBox()
        self.within.setFont(font("table"))
        self.within.lineEdit().setTextMargins(5, 0, 0, 0)  # a style sheet's padding does not reach it
        self.within.setFixedWidth(92)
        self.within.setRange(0.01, 20.0)
        self.within.setDecimals(2)
        self.within.setValue(0.5)
        self.within.setSuffix(self.tr(" m"))
        self.within.setAccessibleName(self.tr("Borders that are one: how far apart they are drawn at most"))
        self.knit = Button(self.tr("Knit borders within"), small=True)
        self.knit.clicked.connect(lambda: self.knit_asked.emit(self.within.value()))
        row = QHBoxLayout()
        row.setContentsMargins(12, 6, 12, 8)
        row.setSpacing(6)
        row.addWidget(self.knit)
        row.addWidget(self.within)
        row.addStretch(1)
        return row

    def set_around(self, *, offered: bool, on: bool) -> None:
        """Whether what the layer leaves of the city is there on request only, and whether it was asked for."""
        self.around.setVisible(offered)
        self.around.setChecked(on)

    def set_lines(self, lines: Sequence[PieceLine] | None, now: int, note: str = "") -> None:
        """Show pieces, one of them at hand, and what is not among them; None while they are looked for."""
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.table.setVisible(bool(lines))
        self._empty.setVisible(not lines)
        self.card.title.setText(self.tr("Looking…") if lines is None else self.tr("No overlaps and no gaps"))
        some = tuple(lines or ())
        slivers = sum(line.sliver for line in some)
        overlaps, gaps = sum(not line.is_gap for line in some), sum(line.is_gap for line in some)
        told = [self.tr("1 overlap") if overlaps == 1 else self.tr("{0} overlaps").format(overlaps)] if overlaps else []
        told += [self.tr("1 gap") if gaps == 1 else self.tr("{0} gaps").format(gaps)] if gaps else []
        if slivers:
            told.append(self.tr("1 a sliver") if slivers == 1 else self.tr("{0} of them slivers").format(slivers))
        self.count.setText(", ".join(told))
        self._now, self._quiet = now, True
        if some != self.model.lines:
            self.model.set_lines(some)
            figures = QFontMetricsF(font("table"))
            widest = max((figures.horizontalAdvance(line.size) for line in some), default=0.0)
            self.table.setColumnWidth(SIZE, max(LEAST_PX, math.ceil(widest) + 14))
        if 0 <= now < len(some):
            self.table.setCurrentIndex(self.model.index(now, 0))
        self._quiet = False
        self.before.setEnabled(now > 0)
        self.after.setEnabled(now + 1 < len(some))
        self._offer(some[now] if 0 <= now < len(some) else None)

    def _offer(self, line: PieceLine | None) -> None:
        while (item := self._offers.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if line is None:
            return
        if not line.areas:
            nobody = self.tr("No area lies beside it: draw one there, or leave it as it is.")
            self._offers.addWidget(Words(nobody, step="caption", tone="secondary", weight=450, wrap=True))
        words = self.tr("Fill from {0}") if line.is_gap else self.tr("Give to {0}")
        for key, name in line.areas[:MOST_OFFERED]:
            button = Button(words.format(shortened(name, LONGEST_NAME)), small=True)
            button.setAccessibleName(words.format(name))
            set_tip(button, words.format(name) if len(name) > LONGEST_NAME else "")
            button.setProperty("area", key)
            button.clicked.connect(self._given)
            self._offers.addWidget(button)

    def _given(self) -> None:
        self.give_asked.emit(self._now, self.sender().property("area"))

    def _step(self, by: int) -> None:
        row = self._now + by
        if 0 <= row < len(self.model.lines):
            self.chosen.emit(row)

    def _row_chosen(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid() and not self._quiet:
            self.chosen.emit(current.row())
