"""A drawer: a pane that a narrow window folds away opens over the edge of the map."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.views.theme import theme

_WIDTHS = {"left": 256, "right": 344}


class Drawer(QWidget):
    """Holds one pane over the others. Esc closes it."""

    def __init__(self, side: str, host: QWidget) -> None:
        super().__init__(host)
        self._side = side
        self._pane: QWidget | None = None
        self._column = column = QVBoxLayout(self)
        edge = 1
        column.setContentsMargins(
            edge if side == "right" else 0, edge if side == "table" else 0, edge if side == "left" else 0, 0
        )
        self.hide()

    def take(self, pane: QWidget) -> None:
        """Hold a pane; the drawer stays shut."""
        self._pane = pane
        self._column.addWidget(pane)
        pane.show()
        self.hide()

    def give_back(self) -> None:
        """Let the pane go."""
        if self._pane is not None:
            self._column.removeWidget(self._pane)
            self._pane = None
        self.hide()

    def open(self) -> None:
        """Open over the others."""
        if self._pane is not None:
            self.show()
            self.place()

    def close_drawer(self) -> None:
        """Shut it."""
        self.hide()

    def place(self) -> None:
        """Lie along the edge of the host."""
        host = self.parentWidget()
        if host is None or self.isHidden():
            return
        if self._side == "table":
            self.setGeometry(0, host.height() // 2, host.width(), host.height() - host.height() // 2)
        else:
            width = min(_WIDTHS[self._side], host.width())
            self.setGeometry(0 if self._side == "left" else host.width() - width, 0, width, host.height())
        self.raise_()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_drawer()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.fillRect(QRectF(self.rect()), theme().colour("line.default"))
        finally:
            painter.end()
