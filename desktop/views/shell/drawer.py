"""A drawer: a pane that a narrow window folds away opens over the edge of the map."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from desktop.views.theme import theme

STRIP_WIDTHS = {"left": 48, "right": 36}  # what stays beside the drawer: the strip that opens and shuts it
_WIDTHS = {"left": 272, "right": 344}


class Drawer(QWidget):
    """Holds one pane over the others, beside the strip that opens it. Esc closes it."""

    toggled = Signal(bool)  # whether it is open now

    def __init__(self, side: str, host: QWidget) -> None:
        super().__init__(host)
        self._side = side
        self._pane: QWidget | None = None
        self._top = 0
        self._before: QWidget | None = None  # what had the focus when it opened
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
        self.close_drawer()

    def open(self) -> None:
        """Open over the others."""
        if self._pane is not None and self.isHidden():
            self._before = QApplication.focusWidget()
            self.show()
            self.place()
            self.toggled.emit(True)

    def close_drawer(self) -> None:
        """Shut it; a focus that was in it goes back to where it was before."""
        if self.isHidden():
            return
        before, inside = self._before, self.isAncestorOf(QApplication.focusWidget() or self)
        self._before = None
        self.hide()
        if inside and before is not None and shiboken6.isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.toggled.emit(False)

    def set_top(self, top: int) -> None:
        """How much of the host stays free above it."""
        self._top = top
        self.place()

    def place(self) -> None:
        """Lie along the edge of the host."""
        host = self.parentWidget()
        if host is None or self.isHidden():
            return
        top, high = self._top, host.height() - self._top
        if self._side == "table":
            self.setGeometry(0, top + high // 2, host.width(), high - high // 2)
        else:
            strip = STRIP_WIDTHS[self._side]
            least = 0 if self._pane is None else self._pane.minimumWidth() + 1  # with the edge
            width = min(max(_WIDTHS[self._side], least), host.width() - strip)
            self.setGeometry(strip if self._side == "left" else host.width() - strip - width, top, width, high)
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
