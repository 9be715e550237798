"""Status marks: the shape says the status, the colour repeats it. Drawn in a 14 px box and scaled to any rectangle."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPixmap

from desktop.views.theme import theme

BOX = 14.0
MARKS: tuple[str, ...] = ("submitted", "acknowledged", "in_progress", "scheduled", "closed", "overdue", "archived")
_CENTRE = QPointF(7, 7)
_RADIUS = 5.6


def paint_mark(painter: QPainter, rect: QRectF, mark: str, *, colour: QColor | None = None) -> None:
    """Draw a status ("submitted" ... "archived") or "overdue" centred in a rectangle."""
    tokens = theme().tokens
    ink = colour or QColor(tokens.status.named(mark))
    side = min(rect.width(), rect.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.center().x() - side / 2, rect.center().y() - side / 2)
    painter.scale(side / BOX, side / BOX)
    _DRAW[mark](painter, ink, QColor(tokens.colour.surface_pane))
    painter.restore()


def mark_pixmap(mark: str, size: int = 14, ratio: float = 1.0) -> QPixmap:
    """A mark as a pixmap of size x size device-independent px."""
    made = QPixmap(round(size * ratio), round(size * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    try:
        paint_mark(painter, QRectF(0, 0, size, size), mark)
    finally:
        painter.end()
    return made


def paint_time_ring(painter: QPainter, rect: QRectF, share_left: float, *, urgent: bool = False) -> None:
    """The share of working time that is left, 0 to 1, as an arc clockwise from noon on a pale ring."""
    tokens = theme().tokens
    side = min(rect.width(), rect.height()) - 3
    ring = QRectF(rect.center().x() - side / 2, rect.center().y() - side / 2, side, side)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(tokens.colour.line_default), 2))
    painter.drawEllipse(ring)
    ink = tokens.status.overdue if urgent else tokens.colour.text_secondary
    painter.setPen(QPen(QColor(ink), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    painter.drawArc(ring, 90 * 16, -round(max(0.0, min(1.0, share_left)) * 360 * 16))
    painter.restore()


def _pen(ink: QColor, width: float) -> QPen:
    return QPen(ink, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def _submitted(painter: QPainter, ink: QColor, _paper: QColor) -> None:
    pen = QPen(ink, 1.9)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    dashes, around = 9, 2 * 3.14159265 * _RADIUS / 1.9  # in pen widths, as Qt counts dashes
    pen.setDashPattern([around / dashes * 0.52, around / dashes * 0.48])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(_CENTRE, _RADIUS, _RADIUS)


def _ring(painter: QPainter, ink: QColor) -> None:
    painter.setPen(QPen(ink, 1.7))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(_CENTRE, _RADIUS, _RADIUS)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(ink))


def _acknowledged(painter: QPainter, ink: QColor, _paper: QColor) -> None:
    _ring(painter, ink)
    painter.drawEllipse(_CENTRE, 2.2, 2.2)


def _in_progress(painter: QPainter, ink: QColor, _paper: QColor) -> None:
    _ring(painter, ink)
    painter.drawPie(QRectF(3, 3, 8, 8), -90 * 16, 180 * 16)


def _scheduled(painter: QPainter, ink: QColor, _paper: QColor) -> None:
    painter.setPen(QPen(ink, 1.6))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(1.5, 1.5, 11, 11), 2, 2)
    painter.setPen(_pen(ink, 1.4))
    painter.drawPolyline([QPointF(7, 4.4), QPointF(7, 7.4), QPointF(8.9, 8.8)])


def _closed(painter: QPainter, ink: QColor, paper: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(ink))
    painter.drawEllipse(_CENTRE, 6.5, 6.5)
    painter.setPen(_pen(paper, 1.7))
    painter.drawPolyline([QPointF(4.3, 7.2), QPointF(6.2, 9.1), QPointF(9.7, 5.2)])


def _overdue(painter: QPainter, ink: QColor, paper: QColor) -> None:
    diamond = QPainterPath(QPointF(7, 1.0))
    for x, y in ((13.0, 7.0), (7.0, 13.0), (1.0, 7.0)):
        diamond.lineTo(x, y)
    diamond.closeSubpath()
    painter.setPen(QPen(ink, 0.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.fillPath(diamond, ink)
    painter.drawPath(diamond)
    painter.setPen(_pen(paper, 1.6))
    painter.drawLine(QPointF(7, 3.9), QPointF(7, 7.6))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(paper))
    painter.drawEllipse(QPointF(7, 10.1), 0.95, 0.95)


def _archived(painter: QPainter, ink: QColor, _paper: QColor) -> None:
    painter.setPen(QPen(ink, 1.4))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(1.3, 2.5, 11.4, 9), 1.6, 1.6)
    painter.setPen(_pen(ink, 1.4))
    painter.drawLine(QPointF(5.3, 7), QPointF(8.7, 7))


_DRAW: Mapping[str, Callable[[QPainter, QColor, QColor], None]] = {
    "submitted": _submitted,
    "acknowledged": _acknowledged,
    "in_progress": _in_progress,
    "scheduled": _scheduled,
    "closed": _closed,
    "overdue": _overdue,
    "archived": _archived,
}
