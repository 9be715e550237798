"""Choose the columns of the table: tick, drag into another order, go back to the usual ones."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QListWidget, QListWidgetItem, QWidget

from desktop.models.fields import Field, field_title
from desktop.views.fonts import font
from desktop.views.kit import Link, Words
from desktop.views.shell.popover import Popover
from desktop.views.table_columns import NEVER_DROPPED, USUAL

FIELD_ROLE = Qt.ItemDataRole.UserRole
ROW = 28


class ColumnList(QListWidget):
    """Every column, the chosen ones first. Alt and an arrow move the current one."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setFont(font("table"))
        self.setAccessibleName(self.tr("Columns"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("raised", True)
        self.itemChanged.connect(self.changed)
        self.model().rowsMoved.connect(self.changed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if step and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            row = self.currentRow()
            if 0 <= row + step < self.count():
                item = self.takeItem(row)
                self.insertItem(row + step, item)
                self.setCurrentItem(item)
                self.changed.emit()
            return
        super().keyPressEvent(event)


class ColumnsPopover(Popover):
    """Tells the chosen columns in their order each time they change."""

    fields_chosen = Signal(object)  # tuple[Field, ...]

    def __init__(self, anchor: QWidget, fields: Sequence[Field], dropped: Sequence[Field]) -> None:
        super().__init__("", anchor, width=272)
        self.set_title(self.tr("Columns"))
        self.list = ColumnList()
        self.list.setFixedHeight(ROW * (len(Field) - 1) + 4)
        self.body.setContentsMargins(0, 2, 0, 4)
        self.body.addWidget(self.list)
        if dropped:
            names = ", ".join(field_title(field) for field in dropped)
            self.body.addWidget(
                Words(
                    self.tr("Without room at this width: {0}").format(names), step="caption", tone="tertiary", wrap=True
                )
            )
        foot = QHBoxLayout()
        foot.addWidget(Words(self.tr("Drag, or Alt with ↑ ↓"), step="caption", tone="tertiary"), 1)
        self.reset = Link(self.tr("Usual columns"))
        self.reset.clicked.connect(self._reset)
        foot.addWidget(self.reset)
        self.body.addLayout(foot)
        self.first = self.list
        self._fill(fields)
        self.list.changed.connect(self._tell)

    def chosen(self) -> tuple[Field, ...]:
        """The ticked columns, in their order."""
        items = [self.list.item(row) for row in range(self.list.count())]
        return tuple(Field(item.data(FIELD_ROLE)) for item in items if item.checkState() is Qt.CheckState.Checked)

    def _fill(self, fields: Sequence[Field]) -> None:
        self.list.blockSignals(True)
        self.list.clear()
        rest = [field for field in Field if field not in fields and field is not Field.TICK]
        for field in (*fields, *rest):
            item = QListWidgetItem(field_title(field))
            item.setData(FIELD_ROLE, int(field))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, field_title(field))
            flags = item.flags() | Qt.ItemFlag.ItemIsUserCheckable
            item.setFlags(flags & ~Qt.ItemFlag.ItemIsDropEnabled)
            if field in NEVER_DROPPED:
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if field in fields else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.blockSignals(False)

    def _reset(self) -> None:
        self._fill(USUAL)
        self._tell()

    def _tell(self) -> None:
        self.fields_chosen.emit(self.chosen())
