"""A page that scrolls."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QScrollArea, QWidget


class ScrollPage(QScrollArea):
    """A `page` as wide as its pane, longer where it must be.

    The page is taken in when it is first shown: before that it would be dressed and laid out where its pane is made,
    and a second time when the pane comes into its place.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.page = QWidget(self.viewport())
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def showEvent(self, event: QShowEvent) -> None:
        if self.widget() is None:
            self.setWidget(self.page)
        super().showEvent(event)
