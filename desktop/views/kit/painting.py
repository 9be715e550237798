"""Small drawing helpers that the component kit shares."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QKeySequence, QPainter, QPen, QPixmap

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
    """A soft shadow under a rounded box; twice as dark in the dark. Drawn once for each size: it is many boxes."""
    reach, ratio = round(shadow.blur / 2), painter.device().devicePixelRatio()
    room = rect.translated(0, shadow.drop / 2).adjusted(-reach, -reach, reach, reach)
    ink, share = shadow_ink().name(), shadow.share * (2 if theme().tokens.dark else 1)
    made = _shadow(rect.width(), rect.height(), reach, share, radius, ink, float(ratio))
    painter.drawPixmap(room, made, QRectF(made.rect()))


@lru_cache(maxsize=16)
def _shadow(wide: float, high: float, reach: int, share: float, radius: float, ink_name: str, ratio: float) -> QPixmap:
    """Boxes that grow and fade."""
    made = QPixmap(round((wide + 2 * reach) * ratio), round((high + 2 * reach) * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter, ink, box = QPainter(made), QColor(ink_name), QRectF(reach, reach, wide, high)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for grown in range(reach, 0, -1):  # together they fall off with the square of the distance
            ink.setAlphaF(share * 1.4 * (1 - grown / (reach + 1)) / reach)
            painter.setBrush(ink)
            painter.drawRoundedRect(box.adjusted(-grown, -grown, grown, grown), radius + grown, radius + grown)
    finally:
        painter.end()
    return made


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
