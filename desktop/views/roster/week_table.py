"""The week of the roster: a row a crew, a column a day, with the shift, who is there and what is missing."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from desktop.domain.plain_text import typeset
from desktop.views.fonts import font
from desktop.views.kit.tables import dress_table, paint_row_ground
from desktop.views.kit.tips import plain_tip
from desktop.views.roster.state import WeekCell, WeekRow, WeekState
from desktop.views.theme import theme

Index = QModelIndex | QPersistentModelIndex
CELL = Qt.ItemDataRole.UserRole + 1
CREW_PX, DAY_PX = 148, 112
TWO_LINES = 12  # px more than a row of one line
PAD = 8
_INK = {"plain": "text.primary", "quiet": "text.tertiary", "warning": "text.primary"}


class WeekModel(QAbstractTableModel):
    """Crews by days."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = WeekState((), 0, ())

    def set_state(self, state: WeekState) -> None:
        """Show a week."""
        self.beginResetModel()
        self.state = state
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.state.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else 1 + len(self.state.days)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return self.tr("Crew") if section == 0 else self.state.days[section - 1]

    def cell(self, index: Index) -> WeekCell:
        """What stands in a cell."""
        row: WeekRow = self.state.rows[index.row()]
        return WeekCell(row.crew, row.vehicle) if index.column() == 0 else row.cells[index.column() - 1]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        cell = self.cell(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.first
        if role == Qt.ItemDataRole.AccessibleTextRole:
            day = "" if index.column() == 0 else f"{self.state.days[index.column() - 1]}: "
            return f"{day}{cell.first} {cell.second} {cell.tip}".strip()
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(cell.tip) if cell.tip else None
        return cell if role == CELL else None


class _Cells(QStyledItemDelegate):
    """Two lines a cell."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(DAY_PX, theme().row_height + TWO_LINES)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell: WeekCell = index.data(CELL)
        model = index.model()
        assert isinstance(model, WeekModel)
        colour, rect = theme().colour, QRectF(option.rect)
        painter.save()
        paint_row_ground(painter, option, first=index.column() == 0)
        if index.column() == model.state.shown + 1:
            painter.fillRect(QRectF(rect.left(), rect.top(), 2, rect.height()), colour("accent.default"))
        box = rect.adjusted(PAD, 4, -PAD, -4)
        painter.setFont(font("table", weight=500 if index.column() == 0 else 400))
        painter.setPen(colour(_INK[cell.tone]))
        half = box.height() / 2
        upper = QRectF(box.left(), box.top(), box.width(), half if cell.second else box.height())
        _draw(painter, upper, cell.first)
        if cell.second:
            painter.setFont(font("caption", weight=500 if cell.tone == "warning" else 400))
            painter.setPen(colour("warning.text" if cell.tone == "warning" else "text.secondary"))
            _draw(painter, QRectF(box.left(), box.top() + half, box.width(), half), cell.second)
        painter.restore()


def _draw(painter: QPainter, box: QRectF, text: str) -> None:
    shown = painter.fontMetrics().elidedText(typeset(text), Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)


class WeekTable(QTableView):
    """The week. `chosen` tells the crew of a row that a person moved to."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._quiet = False
        self._week = WeekModel(self)
        self.setModel(self._week)
        dress_table(self)
        self.setItemDelegate(_Cells(self))
        self.setAccessibleName(self.tr("Roster of the week"))
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.horizontalHeader().setMinimumSectionSize(64)
        self.selectionModel().currentRowChanged.connect(self._moved)
        theme().rows_changed.connect(self._heights)
        self._heights()

    def set_state(self, state: WeekState) -> None:
        """Show a week; the crew that was chosen stays chosen."""
        row = self.currentIndex().row()
        crew = self._week.state.rows[row].crew if 0 <= row < len(self._week.state.rows) else ""
        self._quiet = True
        self._week.set_state(state)
        self.choose(crew)
        self._quiet = False
        head = self.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        if self._week.columnCount():
            head.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
            self.setColumnWidth(0, CREW_PX)

    def choose(self, crew: str) -> None:
        """Mark a crew chosen elsewhere, telling nobody."""
        row = next((at for at, one in enumerate(self._week.state.rows) if one.crew == crew), None)
        before, self._quiet = self._quiet, True
        if row is not None:
            self.selectRow(row)
        self._quiet = before

    def _heights(self) -> None:
        self.verticalHeader().setDefaultSectionSize(theme().row_height + TWO_LINES)

    def _moved(self, current: QModelIndex, previous: QModelIndex) -> None:
        if current.isValid() and not self._quiet:
            self.chosen.emit(self._week.state.rows[current.row()].crew)
