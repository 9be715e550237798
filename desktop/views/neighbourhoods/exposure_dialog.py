"""The dialog of an exposure from a file: read beside the window, then the column of numbers is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.views import format as words
from desktop.views.kit import Button, Dropdown, Field, Words
from desktop.views.shell.overlay import Dialog


class ExposureDialog(Dialog):
    """Says that it reads, then which columns there are or why there are none. `used`: the column that was chosen."""

    used = Signal(str)

    def __init__(self, file: str, parent: QWidget) -> None:
        super().__init__("", parent=parent)
        self.set_title(self.tr("An exposure by area"), file)
        self._faults: tuple[str, ...] = ()
        self.reading = Words(self.tr("Reading the file…"), step="table", tone="secondary")
        self.fields = Dropdown()
        self.field = Field(self.tr("Column of numbers"), self.fields)
        told = self.tr("Each zone gets the share of an area’s number that it has of its ground, as if evenly spread.")
        self.told = Words(told, step="caption", tone="tertiary", weight=450, wrap=True)
        self.fault = Words("", step="caption", tone="danger", weight=450, wrap=True)
        for part in (self.reading, self.field, self.told, self.fault):
            self.body.addWidget(part)
        for later in (self.field, self.told, self.fault):
            later.hide()
        self.add_close(self.tr("Cancel"))
        self.use = self.add_act(Button(self.tr("Use this column"), kind="primary"))
        self.use.setEnabled(False)
        self.use.clicked.connect(self._done)
        self.fields.currentIndexChanged.connect(self._chosen)

    def set_fields(self, fields: Sequence[tuple[str, str]]) -> None:
        """Offer columns: name, and why it cannot serve (empty where it can); the first that can is chosen."""
        self.reading.hide()
        self._faults = tuple(fault for _, fault in fields)
        for name, _ in fields:
            self.fields.addItem(name, name)
        self.fields.setCurrentIndex(next((at for at, fault in enumerate(self._faults) if not fault), 0))
        for part in (self.field, self.told):
            part.show()
        self._chosen()
        self.fields.setFocus()

    def set_fault(self, sentence: str) -> None:
        """Why the file cannot be used."""
        self.reading.hide()
        self.fault.setText(words.figured(sentence))
        self.fault.show()

    def _chosen(self) -> None:
        fault = self._faults[max(0, self.fields.currentIndex())] if self._faults else ""
        self.field.set_fault(words.figured(fault))
        self.use.setEnabled(bool(self._faults) and not fault)

    def _done(self) -> None:
        self.used.emit(str(self.fields.currentData()))
        self.accept()
