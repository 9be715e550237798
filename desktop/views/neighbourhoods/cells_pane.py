"""The table of Neighbourhoods: every tested cell, those that stand out first; a row is the cell on the map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QHeaderView, QStackedWidget, QTableView, QVBoxLayout, QWidget

from desktop.views import format as words
from desktop.views.kit import Button, Centred, PaneHeader, StateCard, dress_table

Index = QModelIndex | QPersistentModelIndex
NUMBER, PLACE, COUNT, GI_Z, P_SIM, CLASS = range(6)
FIGURES = (COUNT, GI_Z, P_SIM)
WIDTHS = {NUMBER: 52, COUNT: 96, GI_Z: 80, P_SIM: 132, CLASS: 220}
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
NEUTRAL = 3  # the class of cells that are not significant


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The tested cells as columns; `kind` is the class from 0 (cold) to 6 (hot), `words` what each is called."""

    place: tuple[str, ...]
    count: NDArray[np.int64]
    gi_z: NDArray[np.float64]
    p_sim: NDArray[np.float64]
    kind: NDArray[np.int64]
    words: tuple[str, ...]

    def order(self) -> NDArray[np.int64]:
        """The cells by what is least likely chance: the class first, then how far Gi* lies from nought."""
        return np.lexsort((-np.abs(self.gi_z), -np.abs(self.kind - NEUTRAL)))


class CellModel(QAbstractTableModel):
    """Rows in the order of what stands out; words are made when they are painted."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cells: Cells | None = None
        self._order = np.zeros(0, dtype=np.int64)
        self._titles = (
            "#",
            self.tr("Place"),
            self.tr("Requests"),
            "Gi*",
            self.tr("p, permutation"),
            self.tr("Against chance"),
        )

    def set_cells(self, cells: Cells) -> None:
        """Show these cells."""
        self.beginResetModel()
        self._cells, self._order = cells, cells.order()
        self.endResetModel()

    def cell_at(self, row: int) -> int:
        """The map's number of the cell of a row."""
        return int(self._order[row])

    def row_of(self, cell: int) -> int | None:
        """The row of a cell."""
        found = np.flatnonzero(self._order == cell)
        return int(found[0]) if len(found) else None

    def place_of(self, cell: int) -> str:
        """The neighbourhood in which a cell lies; empty where it lies in none."""
        known = self._cells is not None and 0 <= cell < len(self._cells.place)
        return self._cells.place[cell] if known and self._cells is not None else ""

    def first_of(self, kind: int) -> int | None:
        """The first cell of a class."""
        if self._cells is None:
            return None
        found = np.flatnonzero(self._cells.kind[self._order] == kind)
        return int(self._order[found[0]]) if len(found) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._titles)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section in FIGURES:
            return RIGHT
        return self._titles[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or self._cells is None:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if index.column() in FIGURES else None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._text(self._cells, index.row(), index.column())
        return None

    def _text(self, cells: Cells, row: int, column: int) -> str:
        at = self.cell_at(row)
        if column == NUMBER:
            return words.count(row + 1)
        if column == PLACE:
            told = self.tr("cell {0}").format(words.count(at + 1))
            return f"{cells.place[at]} · {told}" if cells.place[at] else told.capitalize()
        if column == CLASS:
            kind = int(cells.kind[at])
            alone = kind != NEUTRAL and cells.count[at] == 0
            return self.tr("{0}, by its neighbours").format(cells.words[kind]) if alone else cells.words[kind]
        if column == COUNT:
            return words.count(int(cells.count[at]))
        return words.number(float(cells.gi_z[at]), 2) if column == GI_Z else words.number(float(cells.p_sim[at]), 3)


class CellsPane(QWidget):
    """The table under its header. `cell_chosen` tells the cell that a person moved to."""

    cell_chosen = Signal(int)
    export_wanted = Signal()
    find_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._quiet = False
        self.header = PaneHeader(self.tr("Cells, those that stand out first"))
        self.export = Button(self.tr("Export"), icon="download", kind="quiet")
        self.export.clicked.connect(self.export_wanted)
        self.export.setEnabled(False)
        self.header.add(self.export)
        self.model = CellModel(self)
        self.table = QTableView()
        self._set_up_table()
        self.card = StateCard(
            self.tr("No hotspots yet"),
            self.tr("Each cell is tested against chance, for the service and the period in the question."),
            icon="hexagons",
            act=self.tr("Find hotspots"),
        )
        self.card.acted.connect(self.find_wanted)
        self._pages = QStackedWidget()
        self._pages.addWidget(Centred(self.card))
        self._pages.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self._pages, 1)

    def _set_up_table(self) -> None:
        self.table.setModel(self.model)
        dress_table(self.table)
        self.table.setAccessibleName(self.tr("Cells that stand out"))
        self.table.horizontalHeader().setSectionResizeMode(PLACE, QHeaderView.ResizeMode.Stretch)
        for column, width in WIDTHS.items():
            self.table.setColumnWidth(column, width)
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        self.table.selectionModel().currentRowChanged.connect(self._moved)

    def set_cells(self, title: str, cells: Cells) -> None:
        """Show an answer; no cell of it is chosen yet."""
        self.header.note.setText(title)
        self.export.setEnabled(True)
        self.model.set_cells(cells)
        self._pages.setCurrentWidget(self.table)
        self.table.scrollToTop()

    def choose(self, cell: int) -> None:
        """Mark the row of a cell chosen elsewhere and bring it into view, telling nobody."""
        row = self.model.row_of(cell)
        self._quiet = True
        if row is None:
            self.table.selectionModel().clear()
        else:
            self.table.selectRow(row)
            self.table.scrollTo(self.model.index(row, 0))
        self._quiet = False

    def _moved(self, current: QModelIndex, previous: QModelIndex) -> None:
        if current.isValid() and not self._quiet:
            self.cell_chosen.emit(self.model.cell_at(current.row()))
