"""A table whose rows are chosen with the map and whose counts open their requests."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QTableView, QWidget

from desktop.views.kit import dress_table


class Keyed(Protocol):
    """What a model knows of its rows: key and count of each, and the row of a key, None where it is not on show."""

    def key_at(self, row: int) -> int: ...
    def row_of(self, key: int) -> int | None: ...
    def count_at(self, row: int) -> int: ...


class CountedTable(QTableView):
    """`row_chosen` tells the key that a person moved to, `count_opened` the one whose requests are wanted."""

    row_chosen = Signal(int)
    count_opened = Signal(int)
    escaped = Signal()

    def __init__(self, model: QAbstractTableModel, keyed: Keyed, count: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._quiet = False
        self._keyed, self._count = keyed, count
        self.setModel(model)
        dress_table(self)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.selectionModel().currentRowChanged.connect(self._moved)

    def choose(self, key: int) -> None:
        """Mark the row of a key chosen elsewhere and bring it into view, telling nobody."""
        row = self._keyed.row_of(key)
        self._quiet = True
        if row is None:
            self.selectionModel().clear()
        else:
            self.selectRow(row)
            self.scrollTo(self.model().index(row, 0))
        self._quiet = False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        index = self.indexAt(event.position().toPoint())
        if self._opens(index):
            self.count_opened.emit(self._keyed.key_at(index.row()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        over = self._opens(self.indexAt(event.position().toPoint()))
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the requests of the chosen row, Esc chooses none."""
        current = self.currentIndex()
        if event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and current.isValid():
            if self._keyed.count_at(current.row()):
                self.count_opened.emit(self._keyed.key_at(current.row()))
            return
        super().keyPressEvent(event)

    def _opens(self, index: QModelIndex) -> bool:
        """Whether a place is a count of some; a count of nothing opens nothing."""
        return index.isValid() and index.column() == self._count and self._keyed.count_at(index.row()) > 0

    def _moved(self, current: QModelIndex, previous: QModelIndex) -> None:
        if current.isValid() and not self._quiet:
            self.row_chosen.emit(self._keyed.key_at(current.row()))
