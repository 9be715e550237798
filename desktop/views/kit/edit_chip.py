"""A condition of the filter: its words open it, its cross takes it off."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.views.icons import paint_icon
from desktop.views.kit.inputs import Chip
from desktop.views.kit.painting import paint_box
from desktop.views.kit.tips import set_tip
from desktop.views.theme import theme

CROSS = 22  # px at the right that take it off
LONGEST = 168


class EditChip(Chip):
    """`clicked` opens it for change, `dropped` takes it off; Delete and Backspace drop as the cross does."""

    dropped = Signal()

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        plain = " ".join(text.split())
        super().__init__(plain, parent=parent)
        self._whole = plain
        metrics = QFontMetricsF(self.font())
        self.setText(metrics.elidedText(plain, Qt.TextElideMode.ElideRight, LONGEST))
        self.setAccessibleName(self.tr("Change or drop {0}").format(plain))
        set_tip(self, plain if self.text() != plain else "")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.isDown() and event.position().x() >= self.width() - CROSS and self.rect().contains(event.pos()):
            self.setDown(False)
            self.dropped.emit()
            return
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.dropped.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = theme().colour
        painter = QPainter(self)
        try:
            edge = colour("accent.line") if self.underMouse() and self.isEnabled() else None
            paint_box(painter, QRectF(self.rect()), colour("accent.soft"), edge, theme().tokens.radius.chip)
            painter.setFont(self.font())
            painter.setPen(colour("accent.text"))
            words = QRectF(8, 0, self.width() - CROSS - 8, self.height())
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, self.text())
            paint_icon(painter, QRectF(self.width() - 19, 5, 12, 12), "x", colour("accent.text"))
        finally:
            painter.end()
