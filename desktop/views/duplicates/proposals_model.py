"""The proposed incidents as a list model; a change keeps every line that is still there where it stands."""

from __future__ import annotations

from itertools import takewhile

from PySide6.QtCore import QAbstractListModel, QCoreApplication, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.domain.plain_text import readable
from desktop.views import format as words
from desktop.views.duplicates.state import ProposalLine

Index = QModelIndex | QPersistentModelIndex
LINE = Qt.ItemDataRole.UserRole + 1


class ProposalsModel(QAbstractListModel):
    """Thousands of lines; texts are made when they are painted."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lines: tuple[ProposalLine, ...] = ()
        self._rows: dict[int, int] = {}

    def set_lines(self, lines: tuple[ProposalLine, ...]) -> None:
        """Show these, telling only of the rows between the first and the last that are others."""
        if lines == self.lines:
            return
        head = _alike(self.lines, lines)
        tail = _alike(self.lines[head:][::-1], lines[head:][::-1])
        old, new = len(self.lines) - tail, len(lines) - tail
        nothing = QModelIndex()
        if old > head:
            self.beginRemoveRows(nothing, head, old - 1)
            self._put(self.lines[:head] + self.lines[old:])
            self.endRemoveRows()
        if new > head:
            self.beginInsertRows(nothing, head, new - 1)
            self._put(lines)
            self.endInsertRows()
        if lines != self.lines:  # the same proposals, some with other figures
            self._put(lines)
            self.dataChanged.emit(self.index(0), self.index(len(lines) - 1))

    def _put(self, lines: tuple[ProposalLine, ...]) -> None:
        self.lines = lines
        self._rows = {line.key: row for row, line in enumerate(lines)}

    def row_of(self, key: int | None) -> int | None:
        """Where a proposal stands."""
        return None if key is None else self._rows.get(key)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        line = self.lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return line.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(line)
        return line if role == LINE else None


def spoken(line: ProposalLine) -> str:
    """A line as a screen reader says it."""
    told = f"{' '.join(readable(line.title).split())}, {line.below}, {words.probability(line.probability)}"
    return f"{told}, {QCoreApplication.translate('Review', 'overdue or due soon')}" if line.urgent else told


def _alike(one: tuple[ProposalLine, ...], other: tuple[ProposalLine, ...]) -> int:
    """How many lines from the first on are of the same proposals."""
    return sum(1 for _ in takewhile(lambda pair: pair[0].key == pair[1].key, zip(one, other, strict=False)))
