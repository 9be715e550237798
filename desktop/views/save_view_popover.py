"""Give the filter on show a name."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from desktop.views.fonts import font
from desktop.views.kit import Button, Field, Words
from desktop.views.shell.popover import Popover

LONGEST = 200


class SaveViewPopover(Popover):
    """Tells the name and whether everybody may use it."""

    saved = Signal(str, bool)

    def __init__(self, anchor: QWidget, *, name: str = "", shared: bool = False, rename: bool = False) -> None:
        super().__init__("", anchor, width=288)
        self.set_title(self.tr("Rename") if rename else self.tr("Save what is shown"))
        self.name = QLineEdit(name)
        self.name.setMaxLength(LONGEST)
        self.name.setPlaceholderText(self.tr("Dumping, this week"))
        self._field = Field(self.tr("Name"), self.name)
        self.body.addWidget(self._field)
        self.shared = QCheckBox(self.tr("Everybody at this city may use it"))
        self.shared.setFont(font("table"))
        self.shared.setChecked(shared)
        self.body.addWidget(self.shared)
        if not rename:
            told = self.tr("The filter, the columns, their order and the groups are kept; the requests are not.")
            self.body.addWidget(Words(told, step="caption", tone="tertiary", wrap=True))
        self.save = self.add_act(Button(self.tr("Save"), kind="primary"))
        self.save.clicked.connect(self._save)
        self.name.returnPressed.connect(self._save)
        self.first = self.name

    def _save(self) -> None:
        name = " ".join(self.name.text().split())
        if not name:
            self._field.set_fault(self.tr("Give it a name."))
            self._place()
            return
        self.saved.emit(name, self.shared.isChecked())
        self.accept()
