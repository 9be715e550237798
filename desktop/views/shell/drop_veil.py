"""What lies over the window while files are dragged over it: what letting go would do."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop.views.fonts import font
from desktop.views.icons import paint_icon
from desktop.views.kit.painting import paint_box
from desktop.views.theme import theme

INSET, ICON, PAD = 8, 24, 24


class DropVeil(QWidget):
    """A dashed frame inside the window and one sentence. It hears nothing itself."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._text, self._taken = "", True
        self.hide()

    def tell(self, text: str, *, taken: bool) -> None:
        """Say what would be done, or why nothing."""
        self._text, self._taken = text, taken
        self.setAccessibleName(text)
        self.setGeometry(self.window().rect())
        self.show()
        self.raise_()
        self.update()

    @property
    def text(self) -> str:
        """What it says."""
        return self._text

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = theme().colour
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            frame = QRectF(self.rect()).adjusted(INSET, INSET, -INSET, -INSET)
            ground = colour("accent.soft" if self._taken else "warning.soft")
            ground.setAlphaF(0.55)
            ink = colour("accent.default" if self._taken else "warning.text")
            pen = QPen(ink, 2)
            pen.setDashPattern([4, 3])
            painter.setPen(pen)
            painter.setBrush(ground)
            painter.drawRoundedRect(frame, theme().tokens.radius.panel, theme().tokens.radius.panel)
            self._paint_words(painter, "file-down" if self._taken else "info")
        finally:
            painter.end()

    def _paint_words(self, painter: QPainter, icon: str) -> None:
        colour = theme().colour
        painter.setFont(font("body", weight=600))
        wide = min(painter.fontMetrics().horizontalAdvance(self._text) + 2 * PAD + ICON + 16, self.width() - 64)
        box = QRectF(0, 0, wide, 56)
        box.moveCenter(QRectF(self.rect()).center())
        paint_box(painter, box, colour("surface.raised"), colour("line.default"), theme().tokens.radius.panel)
        paint_icon(painter, QRectF(box.left() + PAD, box.top(), ICON, box.height()), icon, colour("text.secondary"))
        words = box.adjusted(PAD + ICON + 12, 0, -PAD, 0)
        painter.setPen(colour("text.primary"))
        shown = painter.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideMiddle, int(words.width()))
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)
