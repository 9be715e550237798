"""The foot of the right pane of Assignment: what stands in the way of saving, what has to be seen, from which day."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from desktop.views.kit import Button, DateField, Link, Words


class SaveBar(QWidget):
    """The foot of the right pane: what stands in the way, what has to be seen, from when on, and the act."""

    save_asked = Signal()
    seen_changed = Signal(bool)
    flush_asked = Signal()  # before it is saved: what was typed last
    stop_opened = Signal(object)  # the request that a rule stops on

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
        self.save.clicked.connect(self._save)
        self.stop = Link("")
        self.stop.clicked.connect(lambda: self.stop_opened.emit(self._stops_on))
        self._stops_on: int | None = None
        column.addWidget(self.faults)
        column.addWidget(self.stop)
        column.addWidget(self.seen)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(Words(self.tr("In force from"), step="table", tone="secondary"))
        row.addWidget(self.day)
        row.addStretch(1)
        row.addWidget(self.save)
        column.addLayout(row)

    def _save(self) -> None:
        """What was typed last makes another draft: that one has to be seen first."""
        self.flush_asked.emit()
        if self.save.isEnabled():
            self.save_asked.emit()

    def set_words(
        self,
        faults: str,
        seen: str,
        save: str,
        *,
        can_see: bool,
        can_save: bool,
        stops_on: tuple[str, int] | None = None,
    ) -> None:
        """What is said and what is possible; `stops_on`: number and key of the request that a rule stops on."""
        self.stop.setVisible(stops_on is not None)
        if stops_on is not None:
            self.stop.setText(self.tr("Explain {0}").format(stops_on[0]))
            self._stops_on = stops_on[1]
        self.faults.setText(faults)
        self.faults.setVisible(bool(faults))
        self.seen.setText(seen)
        self.seen.setEnabled(can_see)
        self.save.setText(save)
        self.save.setEnabled(can_save)
