"""The foot of the pane of areas: what stands in the way, what has to be seen, from which day, and the act."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from desktop.views.kit import Button, DateField, Dropdown, Words

FROM_DAY, ALL_DAYS = "day", "all"


class AreaSaveBar(QWidget):
    """Saves a draft of areas."""

    save_asked = Signal()
    seen_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "sunken")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.faults = Words("", step="table", tone="danger", wrap=True)
        self.seen = QCheckBox("")
        self.when = Dropdown(self.tr("In force"))
        self.when.addItem(self.tr("From"), FROM_DAY)
        self.when.addItem(self.tr("For all days"), ALL_DAYS)
        self.day = DateField(self.tr("In force from"))
        self.save = Button(self.tr("Save areas"), kind="primary")
        self.when.activated.connect(self._timed)
        self.seen.toggled.connect(self.seen_changed)
        self.save.clicked.connect(self.save_asked)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.when)
        row.addWidget(self.day)
        row.addStretch(1)
        row.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(6)
        column.addWidget(self.faults)
        column.addWidget(self.seen)
        column.addLayout(row)

    def begins(self) -> date | None:
        """The day from which the draft is to hold; None: on all days."""
        return self.day.day() if self.when.currentData() == FROM_DAY else None

    def set_words(self, fault: str, seen: str, *, can_see: bool, can_save: bool) -> None:
        """What is said and what is possible."""
        self.faults.setText(fault)
        self.faults.setVisible(bool(fault))
        self.seen.setText(seen)
        self.seen.setEnabled(can_see)
        self.save.setEnabled(can_save)

    def _timed(self) -> None:
        self.day.setVisible(self.when.currentData() == FROM_DAY)
