"""A small sheet beside the control that opened it: no scrim, a click elsewhere or Esc puts it away."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.views.kit.painting import MENU, paint_shadow
from desktop.views.shell.overlay import Dialog

GAP, EDGE = 4, 8


class Popover(Dialog):
    """Content under (or over) its anchor, inside the window. Every choice in it acts at once."""

    def __init__(self, title: str, anchor: QWidget, *, width: int) -> None:
        super().__init__(title, width=width, parent=anchor.window())
        self._anchor = anchor
        column = self.card.layout()
        assert column is not None
        column.setContentsMargins(12, 10, 12, 8)
        self.first: QWidget | None = None  # takes the focus

    def _take_focus(self) -> None:
        (self.first or self).setFocus(Qt.FocusReason.OtherFocusReason)

    def _place(self) -> None:
        """Under the anchor where there is room, else over it; never past the window's edge."""
        self.card.adjustSize()
        size, window = self.card.size(), self.window()
        corner = self._anchor.mapTo(window, QPoint(0, 0))
        below = corner.y() + self._anchor.height() + GAP
        fits = below + size.height() <= window.height() - EDGE
        top = below if fits else max(EDGE, corner.y() - GAP - size.height())
        left = min(corner.x(), window.width() - EDGE - size.width())
        self.card.move(max(EDGE, left), top)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press beside the sheet puts it away."""
        event.accept()
        if not self.card.geometry().contains(event.position().toPoint()):
            self.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            paint_shadow(painter, QRectF(self.card.geometry()), MENU)
        finally:
            painter.end()
