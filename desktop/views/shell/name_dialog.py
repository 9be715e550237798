"""The dialog that asks for a name: of a bookmark, of a filter."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from desktop.views.kit import Button, Field, Toggle, Words
from desktop.views.shell.overlay import Dialog

LONGEST = 200


class NameDialog(Dialog):
    """A name, and whether others see it. `named` comes once, with a name that is there and free."""

    named = Signal(str, bool)

    def __init__(
        self,
        title: str,
        text: str,
        act: str,
        *,
        taken: Iterable[str] = (),
        name: str = "",
        share: bool,
        parent: QWidget,
    ) -> None:
        super().__init__("", parent=parent)
        self.set_title(title, text)
        self._taken = {other.casefold() for other in taken}
        self.edit = QLineEdit(name)
        self.edit.setMaxLength(LONGEST)
        self.edit.selectAll()
        self.field = Field(self.tr("Name"), self.edit)
        self.body.addWidget(self.field)
        self.shared = Toggle(self.tr("Everybody sees it"))
        if share:
            row = QHBoxLayout()
            row.addWidget(Words(self.tr("Everybody sees it"), step="table"), 1)
            row.addWidget(self.shared)
            self.body.addLayout(row)
        else:
            self.shared.setParent(self)
            self.shared.hide()
        self.add_close(self.tr("Cancel"))
        self.act = self.add_act(Button(act, kind="primary"))
        self.act.clicked.connect(self._done)
        self.edit.returnPressed.connect(self._done)
        self.edit.textEdited.connect(self._typed)

    def _typed(self) -> None:
        self.field.set_fault("")

    def _done(self) -> None:
        name = " ".join(self.edit.text().split())
        if not name:
            self.field.set_fault(self.tr("A name is missing; write one."))
        elif name.casefold() in self._taken:
            self.field.set_fault(self.tr("You have one of this name; choose another."))
        else:
            self.accept()
            self.named.emit(name, self.shared.isChecked())
            return
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_focus(self) -> None:
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
