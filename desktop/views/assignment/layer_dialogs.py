"""What is asked before a layer of areas is made or removed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from desktop.views.assignment.choices import Choices, Entry
from desktop.views.fonts import font
from desktop.views.kit import Button, Field, Words
from desktop.views.shell.overlay import Dialog

LONGEST = 200


class NewLayerDialog(Dialog):
    """A name, whether its areas assign, and for which services."""

    made = Signal(str, bool, object)  # name, assigns, service codes; none for every service

    def __init__(self, services: Sequence[Entry], parent: QWidget) -> None:
        super().__init__("", parent=parent)
        self.set_title(
            self.tr("New layer of areas"), self.tr("It begins without areas; draw the first one on the map.")
        )
        self.name = QLineEdit()
        self.name.setMaxLength(LONGEST)
        self._field = Field(self.tr("Name"), self.name)
        self.assigns = QCheckBox(self.tr("Each area names the department that gets what lies in it"))
        self.assigns.setFont(font("table"))
        self.services = Choices(self.tr("every service"))
        self.services.set_entries(services)
        self._services = Field(self.tr("For"), self.services)
        note = self.tr("Layers that assign are asked after the rules, in their order; this one last.")
        self._note = Words(note, step="caption", tone="tertiary", weight=450, wrap=True)
        for part in (self._field, self.assigns, self._services, self._note):
            self.body.addWidget(part)
        self.add_close(self.tr("Cancel"))
        self.make = self.add_act(Button(self.tr("Make layer"), kind="primary"))
        self.make.clicked.connect(self._ask)
        self.name.returnPressed.connect(self._ask)
        self.name.textEdited.connect(lambda: self.refuse(""))
        self.assigns.toggled.connect(self._show)
        self._show()

    def open(self) -> None:
        """Show it, ready to write."""
        super().open()
        self.name.setFocus()

    def refuse(self, sentence: str) -> None:
        """Why it was not made; empty takes it away."""
        self._field.set_fault(sentence)
        self.make.setEnabled(True)
        self._place()

    def _show(self) -> None:
        for part in (self._services, self._note):
            part.setVisible(self.assigns.isChecked())
        self._place()

    def _ask(self) -> None:
        if not self.name.text().strip():
            self.refuse(self.tr("Give it a name."))
        elif self.make.isEnabled():
            self.make.setEnabled(False)
            self.made.emit(self.name.text(), self.assigns.isChecked(), self.services.chosen())


class RemoveLayerDialog(Dialog):
    """What removing a layer means, and the act where nothing stands in its way."""

    confirmed = Signal()

    def __init__(self, name: str, means: str, refusal: str, parent: QWidget) -> None:
        super().__init__(self.tr("Remove {0}?").format(name), refusal or means, parent=parent)
        self._keep = self.add_close(self.tr("Close") if refusal else self.tr("Keep it"))
        self.remove = Button(self.tr("Remove layer"), kind="danger")
        if refusal:
            self.set_title(self.tr("{0} stays").format(name), refusal)
            self.remove.setParent(self)
            self.remove.hide()
            return
        self.add_act(self.remove)
        self.remove.clicked.connect(self.accept)
        self.remove.clicked.connect(self.confirmed)

    def open(self) -> None:
        """Show it; Enter keeps the layer."""
        super().open()
        self._keep.setFocus()
