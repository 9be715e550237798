"""The part of the settings that names a base map from elsewhere."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.views.kit import Caption, Field, Rule, Toggle, Words


class BaseMapSettings(QWidget):
    """Off, or an address and whose data it is. `changed` comes when one of them is done being written."""

    changed = Signal(bool, str, str)  # on, address, attribution

    def __init__(self, *, on: bool, address: str, attribution: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(8)
        column.addWidget(Caption(self.tr("Base map")))
        column.addWidget(Rule())
        self.on = Toggle(self.tr("Base map from another server"))
        self.on.setChecked(on)
        row = QHBoxLayout()
        row.addWidget(Words(self.tr("Base map from another server"), step="table"), 1)
        row.addWidget(self.on)
        column.addLayout(row)
        text = self.tr("Off, no map tells anyone where you look. On, the server learns which tiles you see.")
        column.addWidget(Words(text, step="caption", tone="secondary", weight=450, wrap=True))
        self.address, self.attribution = QLineEdit(address), QLineEdit(attribution)
        self.address.setPlaceholderText("https://tiles.example.org/{z}/{x}/{y}.png")
        self.attribution.setPlaceholderText("© OpenStreetMap contributors")
        self.address_field = Field(self.tr("XYZ or WMTS address"), self.address)
        self.attribution_field = Field(self.tr("Whose data, as shown on the map"), self.attribution)
        for field in (self.address_field, self.attribution_field):
            column.addWidget(field)
            field.setVisible(on)
        self.on.toggled.connect(self._toggled)
        self.address.editingFinished.connect(self._tell)
        self.attribution.editingFinished.connect(self._named)
        self._was_named = False

    def set_faults(self, address: str, attribution: str) -> None:
        """What is wrong with each, in sentences; empty where all is well."""
        self.address_field.set_fault(address)
        asked = self._was_named or bool(self.attribution.text())
        self.attribution_field.set_fault(attribution if asked else "")  # nobody is told of what comes next

    def _toggled(self, on: bool) -> None:
        self.address_field.setVisible(on)
        self.attribution_field.setVisible(on)
        if on and not self.address.text():
            self.address.setFocus()
        else:
            self._tell()

    def _named(self) -> None:
        self._was_named = True
        self._tell()

    def _tell(self) -> None:
        self.changed.emit(self.on.isChecked(), self.address.text().strip(), self.attribution.text().strip())
