"""Small drawing helpers that the component kit shares."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QKeySequence, QPainter, QPen

from desktop.views.fonts import font

_SIGNS = {"Return": "↵", "Enter": "↵", "Esc": "Esc", "Left": "←", "Right": "→", "Up": "↑", "Down": "↓"}
KEY_HEIGHT = 16


def key_label(keys: str) -> str:
    """How a shortcut is written on a key cap: "Ctrl+Return" as "Ctrl ↵"."""
    text = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
    parts = [part for part in text.replace("++", "+Plus").split("+") if part]
    return " ".join(_SIGNS.get(part, "+" if part == "Plus" else part) for part in parts) or keys


def key_width(label: str) -> float:
    """The width of a key cap, in px."""
    return max(KEY_HEIGHT, QFontMetricsF(font("chart", weight=600)).horizontalAdvance(label) + 9)


def paint_key(painter: QPainter, rect: QRectF, label: str, ink: QColor, edge: QColor) -> None:
    """Draw a key cap: a small box with a heavier foot."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(edge, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    painter.drawLine(
        rect.bottomLeft() + QRectF(3, -1.5, 0, 0).topLeft(), rect.bottomRight() + QRectF(-3, -1.5, 0, 0).topLeft()
    )
    painter.setFont(font("chart", weight=600))
    painter.setPen(ink)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, label)
    painter.restore()


def paint_box(
    painter: QPainter, rect: QRectF, fill: QColor, edge: QColor | None, radius: float, width: float = 1
) -> None:
    """A rounded box with a crisp edge inside the rectangle."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen if edge is None else QPen(edge, width))
    painter.setBrush(fill)
    inset = 0 if edge is None else width / 2
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius - inset, radius - inset)
    painter.restore()


def blend(over: QColor, under: QColor, share: float) -> QColor:
    """The colour that `share` of one over the other gives."""
    parts = (share * a + (1 - share) * b for a, b in zip(_parts(over), _parts(under), strict=True))
    return QColor(*(round(part) for part in parts))


def _parts(colour: QColor) -> tuple[int, int, int]:
    return colour.red(), colour.green(), colour.blue()
