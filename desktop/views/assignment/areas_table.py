"""The list of areas: names that can be written over, and a department to choose for each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QHeaderView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from desktop.domain.plain_text import typeset
from desktop.views.assignment.area_state import AreaLine
from desktop.views.fonts import font
from desktop.views.icons import paint_icon
from desktop.views.kit import Dropdown, dress_table
from desktop.views.kit.tables import paint_row_ground
from desktop.views.kit.tips import plain_tip
from desktop.views.theme import theme

Index = QModelIndex | QPersistentModelIndex
NAME, AGENCY = 0, 1
NOBODY = 0
LONGEST_NAME = 200  # letters
LEAD_PX = 12  # left of the names and of their head
Agencies = tuple[tuple[int, str], ...]


class AreasModel(QAbstractTableModel):
    """Areas in their order. What a person writes goes out; it comes back with the next state."""

    renamed = Signal(object, str)  # id, name
    given = Signal(object, object)  # id, agency id; 0 for none

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lines: tuple[AreaLine, ...] = ()
        self.agencies: Agencies = ()
        self.fixed = False
        self._titles = (self.tr("Area"), self.tr("Department"))

    def set_lines(self, lines: tuple[AreaLine, ...], agencies: Agencies, *, fixed: bool) -> None:
        """Show areas."""
        self.fixed = fixed
        same = [line.id for line in lines] == [line.id for line in self.lines]
        if same and agencies == self.agencies:
            self.lines = lines
            if lines:
                self.dataChanged.emit(self.index(0, 0), self.index(len(lines) - 1, AGENCY))
            return
        self.beginResetModel()
        self.lines, self.agencies = lines, agencies
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else 2

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        shown = orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return self._titles[section] if shown else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        free = Qt.ItemFlag.NoItemFlags if self.fixed else Qt.ItemFlag.ItemIsEditable
        return super().flags(index) | free

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        line = self.lines[index.row()]
        if role == Qt.ItemDataRole.EditRole:
            return line.name if index.column() == NAME else line.agency
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return line.name if index.column() == NAME else dict(self.agencies).get(line.agency, "")
        if role == Qt.ItemDataRole.ToolTipRole:  # a narrow pane shows a part of it
            return plain_tip(str(self.data(index)))
        return line.note if role == Qt.ItemDataRole.AccessibleDescriptionRole else None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        line = self.lines[index.row()]
        if role != Qt.ItemDataRole.EditRole or self.fixed:
            return False
        if index.column() == NAME and str(value) != line.name:
            self.renamed.emit(line.id, str(value))
        elif index.column() == AGENCY and value != line.agency:
            self.given.emit(line.id, value)
        return True


class _Cells(QStyledItemDelegate):
    """Cells of the list, and the fields that open in them."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, theme().row_height)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        model = index.model()
        assert isinstance(model, AreasModel)
        if index.column() == NAME:
            edit = QLineEdit(parent)
            edit.setFont(font("table"))
            edit.setMaxLength(LONGEST_NAME)
            edit.setAccessibleName(self.tr("Name of the area"))
            return edit
        box = Dropdown(self.tr("Department of the area"), parent)
        for key, name in model.agencies:
            box.addItem(name, key)
        box.activated.connect(self._picked)
        return box

    def _picked(self) -> None:
        box = self.sender()
        assert isinstance(box, Dropdown)
        self.commitData.emit(box)
        self.closeEditor.emit(box)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        value = index.data(Qt.ItemDataRole.EditRole)
        if isinstance(editor, QLineEdit):
            editor.setText(str(value))
        elif isinstance(editor, Dropdown):
            editor.setCurrentIndex(max(0, editor.findData(value)))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        value = editor.text() if isinstance(editor, QLineEdit) else None
        if isinstance(editor, Dropdown):
            value = editor.currentData()
        model.setData(model.index(index.row(), index.column()), value)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colour, rect = theme().colour, QRectF(option.rect)
        text = typeset(str(index.data() or ""))
        changed = bool(index.data(Qt.ItemDataRole.AccessibleDescriptionRole))
        first = index.column() == NAME
        painter.save()
        paint_row_ground(painter, option, first=first)
        missing = index.column() == AGENCY and index.data(Qt.ItemDataRole.EditRole) == NOBODY
        painter.setFont(font("table", weight=600 if first and changed else 450))
        painter.setPen(colour("text.tertiary" if missing else "text.primary" if first else "text.secondary"))
        cell = rect.adjusted(LEAD_PX if first else 8, 0, -8, 0)
        if first and changed:
            paint_icon(
                painter, QRectF(cell.right() - 12, cell.center().y() - 6, 12, 12), "pencil", colour("accent.text")
            )
            cell = cell.adjusted(0, 0, -18, 0)
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(cell.width()))
        painter.drawText(cell, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)
        painter.restore()


class AreasTable(QTableView):
    """The list. F2 or a double click writes in it; Del takes the chosen area out."""

    chosen = Signal(object)  # ids
    remove_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.areas = AreasModel(self)
        self._quiet = False
        self.setModel(self.areas)
        self.setItemDelegate(_Cells(self))
        self.setAccessibleName(self.tr("Areas of the layer"))
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QTableView.EditTrigger.DoubleClicked | QTableView.EditTrigger.EditKeyPressed)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setFrameShape(QTableView.Shape.NoFrame)
        dress_table(self, lead=LEAD_PX)
        head = self.horizontalHeader()
        head.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        self.setColumnWidth(AGENCY, 150)
        self.selectionModel().selectionChanged.connect(self._selected)

    def choose(self, ids: Sequence[int]) -> None:
        """Select areas; tells nobody."""
        rows = [row for row, line in enumerate(self.areas.lines) if line.id in set(ids)]
        self._quiet = True
        selection = self.selectionModel()
        selection.clearSelection()
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for row in rows:
            selection.select(self.areas.index(row, 0), flags)
        if rows and not self.hasFocus():
            self.scrollTo(self.areas.index(rows[0], 0))
        self._quiet = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Del takes an area out."""
        if event.key() == Qt.Key.Key_Delete and self.state() != QTableView.State.EditingState:
            self.remove_asked.emit()
            return
        super().keyPressEvent(event)

    def _selected(self) -> None:
        if not self._quiet:
            self.chosen.emit(tuple(self.areas.lines[index.row()].id for index in self.selectionModel().selectedRows()))
