"""Choices in the sheets of acts: one entry of a list that a field narrows, and whom residents contact."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QListWidget, QListWidgetItem, QSizePolicy, QVBoxLayout, QWidget

from desktop.views.fonts import prose
from desktop.views.kit import SearchField
from desktop.views.kit.inputs import narrow_list

VALUE_ROLE = Qt.ItemDataRole.UserRole
LONGEST_LINE = 200  # letters
LIST_PX = 196


class PickList(QWidget):
    """One entry of a list that a field narrows."""

    picked = Signal()  # Enter or a double click
    changed = Signal()  # another entry is chosen, or none

    def __init__(self, entries: Sequence[tuple[int, str]], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.narrow = SearchField(self.tr("Narrow the list"))
        self.narrow.changed.connect(self._narrow)
        self.narrow.searched.connect(self.picked)
        column.addWidget(self.narrow)
        self.list = QListWidget()
        self.list.setFont(prose("table"))
        self.list.setProperty("raised", True)
        self.list.setAccessibleName(name)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFixedHeight(LIST_PX)
        for value, text in entries:
            item = QListWidgetItem(" ".join(text.split()))
            item.setData(VALUE_ROLE, value)
            self.list.addItem(item)
        self.list.currentItemChanged.connect(lambda *_items: self.changed.emit())
        self.list.itemActivated.connect(lambda _item: self.picked.emit())
        column.addWidget(self.list)
        self.setFocusProxy(self.narrow)

    def value(self) -> int | None:
        """The chosen entry; the only one that is left counts as chosen."""
        rows = [self.list.item(row) for row in range(self.list.count())]
        left = [item for item in rows if not item.isHidden()]
        chosen = self.list.currentItem()
        if chosen is not None and not chosen.isHidden() and chosen.isSelected():
            return int(chosen.data(VALUE_ROLE))
        return int(left[0].data(VALUE_ROLE)) if len(left) == 1 else None

    def _narrow(self, text: str) -> None:
        narrow_list(self.list, text)
        self.changed.emit()


class ContactChoice(QComboBox):
    """Whom to contact: one of the city's list, or words of one's own."""

    def __init__(self, contacts: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.addItems(list(contacts))
        self.setCurrentIndex(-1)
        found = self.lineEdit()
        assert found is not None
        self.line: QLineEdit = found
        self.line.setMaxLength(LONGEST_LINE)
