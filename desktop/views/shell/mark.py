"""The mark of the application: a river wave in a ring, drawn."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap

from desktop.views.theme import theme


def paint_app_mark(painter: QPainter, rect: QRectF, ink: QColor) -> None:
    """Draw the mark centred in a rectangle."""
    side = min(rect.width(), rect.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.center().x() - side / 2, rect.center().y() - side / 2)
    painter.scale(side / 24, side / 24)
    painter.setPen(QPen(ink, 2.1, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QPointF(12, 12), 10.4, 10.4)
    wave = QPainterPath(QPointF(1.9, 13.4))
    wave.cubicTo(QPointF(7.0, 16.6), QPointF(9.6, 12.6), QPointF(13.2, 12.4))
    wave.cubicTo(QPointF(17.0, 12.2), QPointF(19.4, 13.2), QPointF(22.0, 9.4))
    painter.drawPath(wave)
    painter.restore()


def app_icon() -> QIcon:
    """The mark as the icon of windows and the task bar."""
    made = QIcon()
    for side in (16, 32, 64, 128):
        pixmap = QPixmap(side, side)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        try:
            paint_app_mark(painter, QRectF(0, 0, side, side), theme().colour("accent.default"))
        finally:
            painter.end()
        made.addPixmap(pixmap)
    return made
