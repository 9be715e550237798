"""The foot of the right pane of Assignment: what stands in the way of saving, what has to be seen, from which day."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from desktop.views.kit import Button, DateField, Words


class SaveBar(QWidget):
    """The foot of the right pane: what stands in the way, what has to be seen, from when on, and the act."""

    save_asked = Signal()
    seen_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "sunken")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(6)
        self.faults = Words("", step="table", tone="danger", wrap=True)
        self.seen = QCheckBox("")
        self.day = DateField(self.tr("In force from"))
        self.save = Button(self.tr("Save rule set"), kind="primary")
        self.seen.toggled.connect(self.seen_changed)
        self.save.clicked.connect(self.save_asked)
        column.addWidget(self.faults)
        column.addWidget(self.seen)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(Words(self.tr("In force from"), step="table", tone="secondary"))
        row.addWidget(self.day)
        row.addStretch(1)
        row.addWidget(self.save)
        column.addLayout(row)

    def set_words(self, faults: str, seen: str, save: str, *, can_see: bool, can_save: bool) -> None:
        """What is said and what is possible."""
        self.faults.setText(faults)
        self.faults.setVisible(bool(faults))
        self.seen.setText(seen)
        self.seen.setEnabled(can_see)
        self.save.setText(save)
        self.save.setEnabled(can_save)
