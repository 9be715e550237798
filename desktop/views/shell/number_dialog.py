"""The dialog that asks for the number of a request."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from desktop.domain.plain_text import readable
from desktop.views.fonts import prose
from desktop.views.kit import Button, Field
from desktop.views.kit.tips import plain_tip
from desktop.views.shell.overlay import Dialog

LONGEST = 200
LINES, LINE_PX = 6, 28  # of the choice
VALUE_ROLE = int(Qt.ItemDataRole.UserRole)


class NumberDialog(Dialog):
    """A request by its number. `entered` comes with what was written; the dialog stays until it is accepted.

    Where several requests have that number they are offered, and `picked` comes with the one that was chosen.
    """

    entered = Signal(str)
    picked = Signal(int)

    def __init__(self, title: str, text: str, act: str, parent: QWidget) -> None:
        super().__init__("", parent=parent)
        self.set_title(title, text)
        self.edit = QLineEdit()
        self.edit.setMaxLength(LONGEST)
        self.field = Field(self.tr("Request number"), self.edit)
        self.body.addWidget(self.field)
        self.list = QListWidget()
        self.list.setFont(prose("table"))
        self.list.setProperty("framed", True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemActivated.connect(self._done)
        self.choice = Field(self.tr("Several sources use this number; which request is it?"), self.list)
        self.choice.hide()
        self.body.addWidget(self.choice)
        self.add_close(self.tr("Cancel"))
        self.act = self.add_act(Button(act, kind="primary"))
        self.act.clicked.connect(self._done)
        self.edit.returnPressed.connect(self._done)
        self.edit.textEdited.connect(self._typed)

    def set_fault(self, sentence: str) -> None:
        """What is wrong with the number."""
        self.field.set_fault(sentence)

    def offer(self, entries: Sequence[tuple[int, str]]) -> None:
        """Ask which of some requests is meant; none of them is chosen beforehand."""
        self.list.clear()
        for value, text in entries:
            told = " ".join(readable(text).split())
            item = QListWidgetItem(told)
            item.setData(VALUE_ROLE, value)
            item.setToolTip(plain_tip(told))
            self.list.addItem(item)
        self.list.setFixedHeight(LINE_PX * min(LINES, len(entries)) + 4)
        self.list.setCurrentRow(-1)
        self.choice.set_fault("")
        self.choice.show()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _typed(self) -> None:
        self.field.set_fault("")
        self.choice.hide()

    def _done(self) -> None:
        number, chosen = self.edit.text().strip(), self.list.selectedItems()
        if not self.choice.isHidden() and chosen:
            self.picked.emit(int(chosen[0].data(VALUE_ROLE)))
        elif not self.choice.isHidden():
            self.choice.set_fault(self.tr("Choose the request whose incident is meant."))
        elif number:
            self.entered.emit(number)
        else:
            self.set_fault(self.tr("Write the number of a request, as the table shows it."))

    def _take_focus(self) -> None:
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
