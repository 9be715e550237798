"""A small table of figures, each of which opens its requests."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QWidget

from desktop.views.kit import ElidedWords, Link, Rule, Words, set_tip
from desktop.views.kit.layouts import clear_layout

ROW_PX = 28
PAD_PX = 12
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure. `opens` is what its requests are known by, None where it has none; `note` stands quietly behind it."""

    text: str
    opens: Hashable | None = None
    note: str = ""
    strong: bool = False
    tip: str = ""


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A line: what it is about, and a cell for each further column."""

    name: str
    cells: tuple[Cell, ...]


class FigureGrid(QWidget):
    """Columns keep to the right but for the first, which gives way."""

    opened = Signal(object)  # what the requests of a figure are known by

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(0, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_rows(self, titles: Sequence[str], rows: Sequence[FigureRow]) -> None:
        """Show these lines under these titles; no titles, no head."""
        clear_layout(self._grid)
        wide = max((len(row.cells) for row in rows), default=0) + 1
        at = 0
        if titles:
            for column, title in enumerate(titles):
                looks = {"step": "table", "tone": "secondary", "weight": 600}
                self._put(Words(title, **looks) if column else ElidedWords(title, **looks), at, column, len(titles))  # type: ignore[arg-type]
            at = self._line(at + 1, max(wide, len(titles)))
        for row in rows:
            self._put(ElidedWords(row.name, step="table"), at, 0, wide)
            for column, cell in enumerate(row.cells, 1):
                self._put(self._cell(row.name, cell), at, column, wide)
            at = self._line(at + 1, wide)
        self.updateGeometry()

    def _put(self, widget: QWidget, row: int, column: int, wide: int) -> None:
        holder = QWidget()
        around = QHBoxLayout(holder)
        around.setContentsMargins(0 if column else PAD_PX, 0, PAD_PX if column == wide - 1 else 0, 0)
        around.addWidget(widget)
        holder.setMinimumHeight(ROW_PX)
        self._grid.addWidget(holder, row, column, RIGHT if column else Qt.AlignmentFlag(0))

    def _line(self, row: int, wide: int) -> int:
        self._grid.addWidget(Rule(), row, 0, 1, wide)
        return row + 1

    def _cell(self, name: str, cell: Cell) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        if cell.opens is None:
            value: QWidget = Words(cell.text, step="table", weight=600 if cell.strong else None)
        else:
            link = Link(cell.text, step="table", weight=600 if cell.strong else 450)
            link.setAccessibleName(f"{name}: {cell.text}")
            link.clicked.connect(lambda _=False, key=cell.opens: self.opened.emit(key))
            value = link
        row.addWidget(value)
        if cell.note:
            row.addWidget(Words(cell.note, step="table", tone="tertiary"))
        if cell.tip:
            set_tip(holder, cell.tip)
        return holder
