"""The days on which a layer of areas changed: look at one, or go on from it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from desktop.views.assignment.area_state import VersionLine
from desktop.views.fonts import font
from desktop.views.kit import Button, Rule, Words

ROW_PX = 44


class VersionsPage(QWidget):
    """The newest first; the draft stands above them."""

    shown = Signal(int)  # row; -1 for the draft
    taken = Signal(int)  # a draft is to begin with this version

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Days on which the layer changed"))
        self.list.setFont(font("table"))
        self.list.setFrameShape(QListWidget.Shape.NoFrame)
        self.list.setContentsMargins(8, 0, 8, 0)
        self._lines: tuple[VersionLine, ...] = ()
        self._quiet = False
        self.note = Words("", step="caption", tone="secondary", weight=450, wrap=True)
        self.back, self.take = (
            Button(self.tr("Back to the draft"), small=True),
            Button(self.tr("Draft from this"), small=True),
        )
        self.back.clicked.connect(lambda: self.shown.emit(-1))
        self.take.clicked.connect(lambda: self.taken.emit(self.list.currentRow()))
        self.list.currentRowChanged.connect(self._chosen)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.take)
        row.addWidget(self.back)
        row.addStretch(1)
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 6, 12, 8)
        foot.setSpacing(6)
        foot.addWidget(self.note)
        foot.addLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.list, 1)
        column.addWidget(Rule())
        column.addLayout(foot)

    def set_lines(self, lines: Sequence[VersionLine], shown: int) -> None:
        """Show versions; `shown` is the one on the map, -1 for the draft."""
        self._quiet = True
        if tuple(lines) != self._lines:
            self._lines = tuple(lines)
            self.list.clear()
            for line in lines:
                item = QListWidgetItem(f"{line.title}\n{line.note}")
                item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{line.title}, {line.note}")
                item.setSizeHint(QSize(0, ROW_PX))
                self.list.addItem(item)
        self.list.setCurrentRow(shown)
        self._quiet = False
        self.back.setEnabled(shown >= 0)
        self.take.setEnabled(shown >= 0)
        known = self.tr("The map shows this version; the draft is kept.")
        self.note.setText(known if shown >= 0 else self.tr("Choose a day to see the layer as it held from then on."))

    def _chosen(self, row: int) -> None:
        if not self._quiet and row >= 0:
            self.shown.emit(row)
