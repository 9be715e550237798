"""Small drawing helpers that the component kit shares."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QKeySequence, QPainter, QPen

from desktop.views.fonts import font
from desktop.views.theme import theme

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


@dataclass(frozen=True, slots=True)
class Shadow:
    """One shadow of the look's elevations: how far down, how soft, how dark in the light theme."""

    drop: float
    blur: float
    share: float


PANEL = Shadow(4, 12, 0.10)
MENU = Shadow(8, 24, 0.14)
DIALOG = Shadow(12, 40, 0.22)


def shadow_ink() -> QColor:
    """What shadows and scrims are made of: the darkest ink of the scheme."""
    tokens = theme().tokens
    return QColor(tokens.basemap["artc"] if tokens.dark else tokens.colour.text_primary)


def paint_shadow(painter: QPainter, rect: QRectF, shadow: Shadow, radius: float = 8) -> None:
    """A soft shadow under a rounded box, of boxes that grow and fade; twice as dark in the dark."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    ink, reach = shadow_ink(), round(shadow.blur / 2)
    share = shadow.share * (2 if theme().tokens.dark else 1)
    lowered = rect.translated(0, shadow.drop / 2)
    for grown in range(reach, 0, -1):  # together they fall off with the square of the distance
        ink.setAlphaF(share * 1.4 * (1 - grown / (reach + 1)) / reach)
        painter.setBrush(ink)
        painter.drawRoundedRect(lowered.adjusted(-grown, -grown, grown, grown), radius + grown, radius + grown)
    painter.restore()


def blend(over: QColor, under: QColor, share: float) -> QColor:
    """The colour that `share` of one over the other gives."""
    parts = (share * a + (1 - share) * b for a, b in zip(_parts(over), _parts(under), strict=True))
    return QColor(*(round(part) for part in parts))


def _parts(colour: QColor) -> tuple[int, int, int]:
    return colour.red(), colour.green(), colour.blue()


def paint_card(painter: QPainter, card: QRectF) -> None:
    """A card that floats over the map: its shadow, its ground and its edge."""
    radius = theme().tokens.radius.panel
    edge = theme().colour("line.default" if theme().tokens.dark else "line.subtle")
    paint_shadow(painter, card, PANEL, radius)
    paint_box(painter, card, theme().colour("surface.raised"), edge, radius)
