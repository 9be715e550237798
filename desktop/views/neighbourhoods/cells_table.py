"""The table of zones: those that stand out first; a row is the zone on the map, its count opens its requests."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QHeaderView, QWidget

from desktop.views import format as words
from desktop.views.fonts import font
from desktop.views.kit.tables import HEAD_PAD
from desktop.views.neighbourhoods.counted_table import CountedTable
from desktop.views.theme import theme

Index = QModelIndex | QPersistentModelIndex
NUMBER, PLACE, COUNT = range(3)  # then the figures, and the kind last
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


@dataclass(frozen=True, slots=True, eq=False)
class FigureColumn:
    """A figure of every zone; nan where there is none."""

    title: str
    values: NDArray[np.float64]
    decimals: int = 2
    wide: int = 72
    high: NDArray[np.float64] | None = None  # the other end of an interval
    least: float = 0.0  # smaller ones are told as below it: a q is never 0
    endless: str = "–"  # what a ratio to nothing is called

    def told(self, at: int) -> str:
        """The figure of a zone in words."""
        value = float(self.values[at])
        if not np.isfinite(value):
            return self.endless if value > 0.0 else "–"
        if 0.0 <= value < self.least:
            return f"< {words.number(self.least, self.decimals)}"
        told = words.number(value, self.decimals)
        return told if self.high is None else words.span(told, words.number(float(self.high[at]), self.decimals))


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Zones as columns. `kind` is the number of each one's kind, `words` what each is called (as told in the table).

    `rank` and `strength` say what stands out: the greater rank first, within it the greater strength.
    """

    names: tuple[str, ...]
    count: NDArray[np.int64]
    count_word: str
    figures: tuple[FigureColumn, ...]
    kind: NDArray[np.int64]
    words: tuple[str, ...]
    kind_title: str
    rank: NDArray[np.float64]
    strength: NDArray[np.float64]
    kind_wide: int = 172
    alone: bool = False  # whether a zone that stands out without a request is told to do so by its neighbours

    def order(self) -> NDArray[np.int64]:
        """The zones by what is least likely chance."""
        return np.lexsort((-np.nan_to_num(self.strength), -self.rank))


class CellModel(QAbstractTableModel):
    """Rows in the order of what stands out; words are made when they are painted."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.cells: Cells | None = None
        self._whole = np.zeros(0, dtype=np.int64)
        self._order = self._whole

    def set_cells(self, cells: Cells | None) -> None:
        """Show these zones, all of them."""
        self.beginResetModel()
        self.cells = cells
        self._whole = self._order = np.zeros(0, dtype=np.int64) if cells is None else cells.order()
        self.endResetModel()

    def narrow(self, wanted: Collection[int] | None) -> None:
        """Show some zones alone, or all of them again."""
        self.beginResetModel()
        self._order = self._whole if wanted is None else self._whole[np.isin(self._whole, list(wanted))]
        self.endResetModel()

    def key_at(self, row: int) -> int:
        """The map's number of the zone of a row."""
        return int(self._order[row])

    def count_at(self, row: int) -> int:
        """What the zone of a row counts."""
        return 0 if self.cells is None else int(self.cells.count[self.key_at(row)])

    def row_of(self, cell: int) -> int | None:
        """The row of a zone."""
        found = np.flatnonzero(self._order == cell)
        return int(found[0]) if len(found) else None

    def first_of(self, kind: int) -> int | None:
        """The first zone of a kind."""
        if self.cells is None:
            return None
        found = np.flatnonzero(self.cells.kind[self._order] == kind)
        return int(self._order[found[0]]) if len(found) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() or self.cells is None else 4 + len(self.cells.figures)

    def kind_column(self) -> int:
        """The last column."""
        return self.columnCount() - 1

    def _is_figure(self, column: int) -> bool:
        return COUNT <= column < self.kind_column()

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal or self.cells is None:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if self._is_figure(section) else None
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        figures = (figure.title for figure in self.cells.figures)
        return ("#", self.tr("Place"), self.cells.count_word, *figures, self.cells.kind_title)[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or self.cells is None:
            return None
        column = index.column()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if self._is_figure(column) else None
        opens = column == COUNT and self.count_at(index.row()) > 0
        if opens and role == Qt.ItemDataRole.ForegroundRole:
            return theme().colour("accent.text")
        if opens and role == Qt.ItemDataRole.FontRole:
            made = font("table")
            made.setUnderline(True)
            return made
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._text(self.cells, index.row(), column)
        return None

    def _text(self, cells: Cells, row: int, column: int) -> str:
        at = self.key_at(row)
        if column == NUMBER:
            return words.count(row + 1)
        if column == PLACE:
            return cells.names[at]
        if column == COUNT:
            return words.count(int(cells.count[at]))
        if column == self.kind_column():
            kind = int(cells.kind[at])
            alone = cells.alone and cells.rank[at] > 0 and cells.count[at] == 0
            return self.tr("{0}, by its neighbours").format(cells.words[kind]) if alone else cells.words[kind]
        figure = cells.figures[column - COUNT - 1]
        return figure.told(at)


SLACK = 4  # px: a word that just fits is cut all the same


class CellsTable(CountedTable):
    """The zones of an answer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.model_ = CellModel()
        super().__init__(self.model_, self.model_, COUNT, parent)
        self.model_.setParent(self)
        self.setAccessibleName(self.tr("Zones that stand out"))
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # the end of a name tells cells of one place apart

    def set_cells(self, cells: Cells | None) -> None:
        """Show an answer; no zone of it is chosen yet."""
        self._quiet = True
        self.model_.set_cells(cells)
        self._quiet = False
        if cells is None:
            return
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.horizontalHeader().setSectionResizeMode(PLACE, QHeaderView.ResizeMode.Stretch)
        widths = {NUMBER: 44, COUNT: 80, self.model_.kind_column(): cells.kind_wide}
        widths |= {COUNT + 1 + at: figure.wide for at, figure in enumerate(cells.figures)}
        head = QFontMetricsF(self.horizontalHeader().font())
        for column, width in widths.items():
            title = str(self.model_.headerData(column, Qt.Orientation.Horizontal))
            self.setColumnWidth(column, max(width, ceil(head.horizontalAdvance(title)) + 2 * HEAD_PAD + SLACK))
        self.scrollToTop()

    def narrow(self, wanted: Collection[int] | None) -> None:
        """Show some zones alone, telling nobody of a choice that goes with the others."""
        self._quiet = True
        self.model_.narrow(wanted)
        self._quiet = False
