"""Splitters of 1 px that go back to their usual sizes on a double click."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSplitter, QSplitterHandle, QWidget

from desktop.views.theme import theme


class _Handle(QSplitterHandle):
    """Draws the line; Qt widens the area that can be grabbed."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        splitter = self.splitter()
        if isinstance(splitter, PaneSplitter):
            splitter.reset_asked.emit()

    def sizeHint(self) -> QSize:
        return QSize(1, 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            hot = self.underMouse()
            painter.fillRect(self.contentsRect(), theme().colour("accent.default" if hot else "line.subtle"))
        finally:
            painter.end()


class PaneSplitter(QSplitter):
    """Panes that meet at a line."""

    reset_asked = Signal()

    def __init__(self, orientation: Qt.Orientation, parent: QWidget | None = None) -> None:
        super().__init__(orientation, parent)
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)

    def createHandle(self) -> QSplitterHandle:
        return _Handle(self.orientation(), self)
