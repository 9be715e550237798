"""What is done to the whole city at once: three buttons, or in a low pane three icons beside their title."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.views.kit import Button, IconButton, PaneHeader, Rule


class CityActs(QWidget):
    """Tells the command of the window that is wanted; the menu and the palette have them too."""

    wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = PaneHeader(self.tr("Acts on all requests"), line=False)
        self._buttons, whole = QWidget(), QVBoxLayout()
        whole.setContentsMargins(12, 0, 12, 6)
        whole.setSpacing(4)
        self.icons: list[IconButton] = []
        for command, text, icon in (
            ("act.assign", self.tr("Assign to departments"), "split"),
            ("act.duplicates", self.tr("Group duplicates"), "copy"),
            ("import.requests", self.tr("Import requests…"), "file-down"),
        ):
            button, small = Button(text, icon=icon), IconButton(icon, text)
            for control in (button, small):
                control.setObjectName(command)
                control.clicked.connect(self._pressed)
            whole.addWidget(button)
            head.add(small)
            self.icons.append(small)
        self._buttons.setLayout(whole)
        for part in (head, self._buttons, Rule()):
            column.addWidget(part)
        self.set_compact(False)

    def set_compact(self, compact: bool) -> None:
        """One line instead of four."""
        self._buttons.setVisible(not compact)
        for icon in self.icons:
            icon.setVisible(compact)

    def height_of(self, compact: bool) -> int:
        """How high it is in one form or the other, in px."""
        whole = self.layout()
        assert whole is not None
        shown = whole.sizeHint().height()
        buttons = self._buttons.sizeHint().height()
        now = not self._buttons.isHidden()
        return shown - (buttons if now and compact else 0) + (buttons if not now and not compact else 0)

    def _pressed(self) -> None:
        self.wanted.emit(self.sender().objectName())
