"""What a resident wrote, in quotes, with words tinted that the other reports use too. The text is only ever painted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.domain.plain_text import TURNING, readable, typeset
from desktop.views.fonts import font
from desktop.views.kit import set_tip
from desktop.views.kit.painting import paint_box
from desktop.views.theme import theme

LONGEST = 1200  # letters that are looked at; a card shows fewer
LINE_PX = 16
_BLANKS = str.maketrans("\n\t\u2028\u2029", "    ")
Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """Text as it is painted, and the tinted spans counted as Qt counts letters (UTF-16)."""

    text: str
    spans: Spans


def quote(text: str, common: Sequence[tuple[int, int]]) -> Quote:
    """A text between quotes, fit to be seen; spans that lie outside it or the wrong way round tint nothing."""
    rest = "…" if len(text) > LONGEST else ""
    shown = typeset(readable(text[:LONGEST])).translate(_BLANKS)
    return Quote(f"“{shown}{rest}”", _tinted(text[:LONGEST], common) if common else ())


def _tinted(text: str, common: Sequence[tuple[int, int]]) -> Spans:
    """Where spans of a text are after the first quote, once the signs are gone that are not shown."""
    offsets = list(accumulate((0 if sign in TURNING else _units(sign) for sign in text), initial=1))
    end = len(text)
    spans = ((max(0, low), min(end, high)) for low, high in common)
    return tuple((offsets[low], offsets[high]) for low, high in spans if low < high)


def _units(text: str) -> int:
    return sum(2 if ord(sign) > 0xFFFF else 1 for sign in text)


def lines_wanted(text: str, width: int, most: int) -> int:
    """How many lines a text takes in quotes at a width, at most so many; what lies far beyond them is not looked at."""
    enough = most * max(1, width)  # letters: hardly one is narrower than a px
    return min(most, _lay_out(quote(text[:enough], ()).text, width).lineCount()) if text else 0


class QuotedText(QWidget):
    """Wraps at its width; takes as many lines as it is given and ends in an ellipsis, the whole as tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._quote = Quote("", ())
        self._whole = ""
        self._dim = False
        self.setFont(font("table"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_text(self, text: str, common: Sequence[tuple[int, int]], *, dim: bool) -> None:
        """Show a text; dim for a report that was taken out."""
        self._whole, self._quote, self._dim = text, quote(text, common) if text else Quote("", ()), dim
        self.setAccessibleName(self._quote.text)
        self.update()

    def show_lines(self, lines: int) -> None:
        """Be so many lines high."""
        self.setFixedHeight(LINE_PX * lines)

    def sizeHint(self) -> QSize:
        return QSize(120, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        text, spans = self._fitting()
        set_tip(self, self._whole if text != self._quote.text else "")
        layout = _lay_out(text, self.width())
        painter = QPainter(self)
        try:
            for box in tinted_boxes(layout, spans):
                paint_box(painter, box, theme().colour("state.hover" if self._dim else "warning.soft"), None, 3)
            painter.setPen(theme().colour("text.tertiary" if self._dim else "text.primary"))
            layout.draw(painter, QPointF(0, 0))
        finally:
            painter.end()

    def _fitting(self) -> tuple[str, Spans]:
        """What fits, and the spans in it."""
        lines = self.height() // LINE_PX
        layout = _lay_out(self._quote.text, self.width())
        if layout.lineCount() <= lines or not lines:
            return self._quote.text, self._quote.spans
        start = layout.lineAt(lines - 1).textStart()
        raw = self._quote.text.encode("utf-16-le")
        before, rest = raw[: 2 * start].decode("utf-16-le"), raw[2 * start :].decode("utf-16-le")
        last = QFontMetricsF(self.font()).elidedText(rest, Qt.TextElideMode.ElideRight, self.width() - 2)
        end = start + _units(last) - 1
        return before + last, tuple((low, min(high, end)) for low, high in self._quote.spans if low < end)


def _lay_out(text: str, width: int) -> QTextLayout:
    layout = QTextLayout(text, font("table"))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    top = 0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(1, width))
        line.setPosition(QPointF(0, top + (LINE_PX - line.height()) / 2))
        top += LINE_PX
    layout.endLayout()
    return layout


def tinted_boxes(layout: QTextLayout, spans: Iterable[tuple[int, int]]) -> list[QRectF]:
    """The boxes behind spans of a text that is laid out, one on each line that a span touches."""
    found = []
    for low, high in spans:
        for at in range(layout.lineCount()):
            line = layout.lineAt(at)
            first, last = max(low, line.textStart()), min(high, line.textStart() + line.textLength())
            if first < last:
                ends = sorted(float(line.cursorToX(place)[0]) for place in (first, last))  # type: ignore[index]
                found.append(QRectF(ends[0] - 1, at * LINE_PX, ends[1] - ends[0] + 2, LINE_PX))
    return found
