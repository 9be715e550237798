"""The dialog that asks for the number of a request."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.views.kit import Button, Field
from desktop.views.shell.overlay import Dialog

LONGEST = 200


class NumberDialog(Dialog):
    """A request by its number. `entered` comes with what was written; the dialog stays until it is accepted."""

    entered = Signal(str)

    def __init__(self, title: str, text: str, act: str, parent: QWidget) -> None:
        super().__init__("", parent=parent)
        self.set_title(title, text)
        self.edit = QLineEdit()
        self.edit.setMaxLength(LONGEST)
        self.field = Field(self.tr("Request number"), self.edit)
        self.body.addWidget(self.field)
        self.add_close(self.tr("Cancel"))
        self.act = self.add_act(Button(act, kind="primary"))
        self.act.clicked.connect(self._done)
        self.edit.returnPressed.connect(self._done)
        self.edit.textEdited.connect(self._typed)

    def set_fault(self, sentence: str) -> None:
        """What is wrong with the number."""
        self.field.set_fault(sentence)

    def _typed(self) -> None:
        self.field.set_fault("")

    def _done(self) -> None:
        number = self.edit.text().strip()
        if number:
            self.entered.emit(number)
        else:
            self.set_fault(self.tr("Write the number of a request, as the table shows it."))

    def _take_focus(self) -> None:
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
