"""What is drawn on a sheet of paper: words that fit, rules, boxes to tick, a number in a disc, a QR code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen, QTextLayout, QTextOption

from desktop.domain.plain_text import readable
from desktop.views.fonts import font
from desktop.views.language import UNNAMED

PAGE_W, PAGE_H = 794.0, 1123.0  # A4 in CSS pixels
MARGIN = 40.0
RIGHT = PAGE_W - MARGIN
INK, QUIET, RULE = QColor("#14181D"), QColor("#5B636C"), QColor("#C3C7CC")
PAPER = QColor("#FFFFFF")
_BLANKS = re.compile(r"[^\S\u00a0\u202f]+")  # those that keep a number with its unit stay


def letters(step: str = "body", *, weight: int | None = None, size: float | None = None) -> QFont:
    """A font of the type scale for paper, without features.

    The other figures, colons and letters that those choose can be seen, but neither searched nor copied from the file.
    """
    made = font(step, weight=weight, size=size)
    made.clearFeatures()
    made.setFeature(QFont.Tag("calt"), 0)
    return made


class Paragraph:
    """Words broken into lines of a width, the last one with an ellipsis where more than some lines are needed."""

    def __init__(self, told: str, lettering: QFont, width: float, most: int, colour: QColor = INK) -> None:
        self.colour = colour
        text = one_line(told)
        self._layout, self.height, last = _laid_out(text, lettering, width, most)
        if last is not None:
            rest = QFontMetricsF(lettering).elidedText(text[last:], Qt.TextElideMode.ElideRight, width)
            self._layout, self.height, _ = _laid_out(text[:last] + rest, lettering, width, most)

    def paint(self, painter: QPainter, x: float, y: float) -> float:
        """Draw from a top left corner; returns where the next words may begin."""
        painter.setPen(self.colour)
        self._layout.draw(painter, QPointF(x, y))
        return y + self.height


def leads_right(text: str) -> bool:
    """Whether a text begins at the right: its first letter of a direction is Arabic, Hebrew or the like."""
    kinds = (unicodedata.bidirectional(sign) for sign in text)
    return next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L"


def _laid_out(text: str, lettering: QFont, width: float, most: int) -> tuple[QTextLayout, float, int | None]:
    """The layout, its height, and where its last line begins if not all of the text has room."""
    layout = QTextLayout(text, lettering)
    option = QTextOption(Qt.AlignmentFlag.AlignRight if leads_right(text) else Qt.AlignmentFlag.AlignLeft)
    option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    option.setUseDesignMetrics(True)
    layout.setTextOption(option)
    height, lines, start, end = 0.0, 0, 0, 0
    layout.beginLayout()
    while lines < most and end < len(text):
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(width)
        line.setPosition(QPointF(0, height))
        height += line.height()
        lines, start, end = lines + 1, line.textStart(), line.textStart() + line.textLength()
    layout.endLayout()
    return layout, height, start if end < len(text) else None


class Paper:
    """Draws on one painter; lengths are CSS pixels of an A4 page."""

    def __init__(self, painter: QPainter) -> None:
        self.painter = painter

    def text(self, x: float, baseline: float, told: str, lettering: QFont, colour: QColor = INK) -> float:
        """Draw words; returns where they end."""
        self.painter.setFont(lettering)
        self.painter.setPen(colour)
        self.painter.drawText(QPointF(x, baseline), told)
        return x + QFontMetricsF(lettering).horizontalAdvance(told)

    def line(self, x: float, baseline: float, told: str, lettering: QFont, width: float, colour: QColor = INK) -> float:
        """One line, with an ellipsis where there is no room; returns where it ends."""
        shown = QFontMetricsF(lettering).elidedText(one_line(told), Qt.TextElideMode.ElideRight, max(0.0, width))
        return self.text(x, baseline, shown, lettering, colour)

    def right_text(self, right: float, baseline: float, told: str, lettering: QFont, colour: QColor = INK) -> float:
        """Words that end at a place; returns where they begin."""
        left = right - QFontMetricsF(lettering).horizontalAdvance(told)
        self.text(left, baseline, told, lettering, colour)
        return left

    def rule(self, y: float, x: float = MARGIN, colour: QColor = RULE) -> None:
        """A line across, from x to the right margin."""
        self.painter.setPen(QPen(colour, 0.8))
        self.painter.drawLine(QPointF(x, y), QPointF(RIGHT, y))

    def tick(self, x: float, baseline: float, told: str, lettering: QFont, width: float = 400.0) -> float:
        """A box to tick and what it says; returns where that ends."""
        self.painter.setPen(QPen(INK, 1.0))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawRoundedRect(QRectF(x, baseline - 9.5, 11, 11), 2, 2)
        return self.line(x + 16, baseline, told, lettering, width)

    def badge(self, x: float, baseline: float, told: str) -> None:
        """Words in a frame."""
        lettering = letters("caption", weight=650)
        width = QFontMetricsF(lettering).horizontalAdvance(told)
        self.painter.setPen(QPen(INK, 1.0))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawRoundedRect(QRectF(x, baseline - 12, width + 8, 16), 2, 2)
        self.text(x + 4, baseline, told, lettering)

    def disc(self, at: QPointF, told: str, radius: float) -> None:
        """A number in a black disc with a light edge."""
        self.painter.setPen(QPen(PAPER, 1.4))
        self.painter.setBrush(INK)
        self.painter.drawEllipse(at, radius, radius)
        size = radius * (1.15 if len(told) < 3 else 0.85)
        self.painter.setPen(PAPER)
        self.painter.setFont(letters("body", weight=650, size=round(size)))
        box = QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius)
        self.painter.drawText(box, Qt.AlignmentFlag.AlignCenter, told)

    def frame(self, area: QRectF) -> None:
        """A thin frame around a picture."""
        self.painter.setPen(QPen(RULE, 0.8))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawRoundedRect(area, 3, 3)

    def photo(self, content: bytes, area: QRectF) -> QRectF | None:
        """A picture inside an area, whole; where it came to stand, or None where it cannot be read."""
        image = QImage()
        if not image.loadFromData(content) or image.isNull():
            return None
        kept = QSizeF(image.size().scaled(area.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio))
        place = QRectF(area.topLeft(), kept)
        fine = (kept * 3).toSize()  # finer than this no printer shows, and the file stays small
        if image.width() > fine.width():
            image = image.scaled(fine, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
        self.painter.drawImage(place, image)
        return place

    def qr(self, told: str, area: QRectF) -> None:
        """A QR code that fills a square area."""
        import segno

        rows = [bytes(row) for row in segno.make(told, error="m", micro=False).matrix]
        side = area.width() / len(rows)
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(INK)
        self.painter.drawRects([_module(area, side, row, *run) for row, line in enumerate(rows) for run in _runs(line)])


def _module(area: QRectF, side: float, row: int, first: int, last: int) -> QRectF:
    return QRectF(area.left() + first * side, area.top() + row * side, (last - first) * side, side)


def _runs(line: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Where dark modules of a row begin and end; drawn as one, no printer leaves gaps between them."""
    start: int | None = None
    for at, dark in enumerate([*line, 0]):
        if dark and start is None:
            start = at
        elif not dark and start is not None:
            yield start, at
            start = None


def one_line(told: str) -> str:
    """Text of anybody on one line, without signs that turn what stands beside it."""
    return " ".join(part for part in _BLANKS.split(readable(told)) if part)


def tr(text: str, count: int | None = None) -> str:
    """Translated words; with a count, the plural that a language has for it. English needs no translation file."""
    if count is None:
        return QCoreApplication.translate(UNNAMED, text)
    plural = text.replace("(s)", "" if count == 1 else "s")
    told = QCoreApplication.translate(UNNAMED, text, None, count)
    return plural if told == text else told
