"""The rules as a list model: rows can be dragged to another place."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop.views.assignment.state import RuleLine

Index = QModelIndex | QPersistentModelIndex
LINE = int(Qt.ItemDataRole.UserRole) + 1
MIME = "application/x-opsmap-rule"
NOBODY = -1  # the last line


class RulesModel(QAbstractListModel):
    """Rules in order; the last line stands for what none takes, and stays last."""

    moved = Signal(int, int)  # from, and the place it gets

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[RuleLine, ...] = ()

    def set_lines(self, lines: tuple[RuleLine, ...]) -> None:
        """Show these; where only words changed, nothing is reset."""
        if [line.name for line in lines] == [line.name for line in self._lines]:
            self._lines = lines
            if lines:
                self.dataChanged.emit(self.index(0), self.index(len(lines) - 1))
            return
        self.beginResetModel()
        self._lines = lines
        self.endResetModel()

    def line(self, row: int) -> RuleLine:
        """The rule of a row."""
        return self._lines[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or not 0 <= index.row() < len(self._lines):
            return None
        line = self._lines[index.row()]
        if role == LINE:
            return line
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            said = [f"{line.number} {line.name}", ", ".join(line.chips), line.result, line.fault or line.warning]
            return ". ".join(part for part in said if part)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        usual = super().flags(index)
        if not index.isValid():
            return usual | Qt.ItemFlag.ItemIsDropEnabled
        if self._lines[index.row()].number == NOBODY:
            return usual
        return usual | Qt.ItemFlag.ItemIsDragEnabled

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        data = QMimeData()
        data.setData(MIME, str(indexes[0].row()).encode())
        return data

    def dropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        """Tell where it should go; the list is told anew by whoever keeps the draft."""
        if not data.hasFormat(MIME):
            return False
        start = int(bytes(data.data(MIME).data()))
        rules = sum(line.number != NOBODY for line in self._lines)
        end = min(rules if row < 0 else row, rules)
        end -= end > start
        if end != start:
            self.moved.emit(start, end)
        return False  # nothing is removed here
