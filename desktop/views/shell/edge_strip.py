"""The narrow strip that stands for a folded pane: a button that opens its drawer and shuts it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.views.kit.buttons import IconButton
from desktop.views.shell.drawer import STRIP_WIDTHS

_ICONS = {"left": "panel-left", "right": "panel-right"}


class EdgeStrip(QWidget):
    """At the edge of a workspace while its pane is a drawer. `asked` comes when the drawer is to open or to shut."""

    asked = Signal()

    def __init__(self, side: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(STRIP_WIDTHS[side])
        self.setProperty("surface", "sunken")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 6, 0, 6)
        self.column.setSpacing(4)
        self.button = IconButton(_ICONS[side], name, side=28)
        self.button.setCheckable(True)
        self.button.clicked.connect(self.asked)
        self.column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        self.column.addStretch(1)

    def show_open(self, open_now: bool) -> None:
        """Whether the drawer is open."""
        self.button.setChecked(open_now)
