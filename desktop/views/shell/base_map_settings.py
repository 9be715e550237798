"""The part of the settings that names a base map from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.views.kit import Caption, Dropdown, Field, Rule, Toggle, Words


class BaseMapSettings(QWidget):
    """Off, or an address and whose data it is. Signals come when something is done being written or chosen.

    An address with placeholders names tiles itself; one without is a service's, whose layers are read and chosen from.
    """

    changed = Signal(bool, str, str)  # on, address of tiles, attribution
    layers_wanted = Signal(str)  # address of a service
    layer_chosen = Signal(int, int)  # layer and style, in the order of `set_layers`

    def __init__(
        self, *, on: bool, address: str, attribution: str, layer: str = "", parent: QWidget | None = None
    ) -> None:
        """`layer` says what was chosen when the address is a service's."""
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
        self._make_fields(address, attribution, layer)
        for part in (self.address_field, self.told, self.layer_field, self.style_field, self.attribution_field):
            column.addWidget(part)
        self._was_named = False
        self._read = address if layer else ""  # the service whose layers are listed, or was chosen from
        self._styles: list[tuple[str, ...]] = []
        self._provider = ""  # whom a service named
        self._show_fields(on)
        self.on.toggled.connect(self._toggled)
        self.address.returnPressed.connect(self._again)
        self.address.editingFinished.connect(self._tell)
        self.attribution.editingFinished.connect(self._named)
        self.layer.activated.connect(self._layer_picked)
        self.style_of.activated.connect(self._style_picked)

    def _make_fields(self, address: str, attribution: str, layer: str) -> None:
        self.address, self.attribution = QLineEdit(address), QLineEdit(attribution)
        self.address.setPlaceholderText("https://tiles.example.org/{z}/{x}/{y}.png")
        self.attribution.setPlaceholderText("© OpenStreetMap contributors")
        self.address_field = Field(self.tr("XYZ address, or that of WMTS capabilities"), self.address)
        self.attribution_field = Field(self.tr("Whose data, as shown on the map"), self.attribution)
        self.layer, self.style_of = Dropdown(), Dropdown()
        self.layer_field = Field(self.tr("Layer"), self.layer)
        self.style_field = Field(self.tr("Style"), self.style_of)
        self.told = Words(
            self.tr("Layer: {0}").format(layer) if layer else "",
            step="caption",
            tone="secondary",
            weight=450,
            wrap=True,
        )

    # what others tell it

    def set_faults(self, address: str, attribution: str) -> None:
        """What is wrong with each, in sentences; empty where all is well."""
        self.address_field.set_fault(address)
        asked = self._was_named or bool(self.attribution.text())
        self.attribution_field.set_fault(attribution if asked else "")  # nobody is told of what comes next

    def set_told(self, sentence: str) -> None:
        """What is under way with a service, or came of it; empty for nothing."""
        self.told.setText(sentence)
        self._show_fields(self.on.isChecked())

    def set_layers(self, layers: Sequence[tuple[str, Sequence[str]]], *, provider: str) -> None:
        """The layers of the service by title, each with its styles; the first is chosen."""
        self._styles = [tuple(styles) for _, styles in layers]
        self.layer.clear()
        self.layer.addItems([" ".join(title.split()) for title, _ in layers])
        if self.attribution.text().strip() in ("", self._provider):
            self.attribution.setText(provider)
        self._provider = provider
        self.told.setText("")
        self._layer_picked(0)

    # what a person does

    def _show_fields(self, on: bool) -> None:
        listed = on and self.layer.count() > 0
        self.address_field.setVisible(on)
        self.attribution_field.setVisible(on)
        self.told.setVisible(on and bool(self.told.text()))
        self.layer_field.setVisible(listed)
        self.style_field.setVisible(listed and self.style_of.count() > 1)

    def _layer_picked(self, at: int) -> None:
        self.style_of.clear()
        self.style_of.addItems([" ".join(style.split()) for style in self._styles[at]])
        self._show_fields(self.on.isChecked())
        self.layer_chosen.emit(at, 0)

    def _style_picked(self, at: int) -> None:
        self.layer_chosen.emit(self.layer.currentIndex(), at)

    def _toggled(self, on: bool) -> None:
        self._show_fields(on)
        if on and not self.address.text():
            self.address.setFocus()
        else:
            self._tell()

    def _named(self) -> None:
        self._was_named = True
        self._tell()

    def _tell(self) -> None:
        """A service is read once for each address that is written; the choice from it stays while nothing else is."""
        address = self.address.text().strip()
        service = address.startswith(("https://", "http://")) and "{" not in address
        if self.on.isChecked() and service and address != self._read:
            self._read = address
            self._forget()
            self.layers_wanted.emit(address)
            return
        if not service and self._read:
            self._read = ""
            self._forget()
        self.changed.emit(self.on.isChecked(), address, self.attribution.text().strip())

    def _again(self) -> None:
        """Enter asks a service anew that had nothing to say."""
        if self.address_field.has_fault():
            self._read = ""

    def _forget(self) -> None:
        self.layer.clear()
        self.style_of.clear()
        self.set_told("")
