"""Words: labels of the type scale, captions, figures that open their requests, key and value rows, tags, lines."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop.domain.plain_text import breakable, readable, typeset
from desktop.views.fonts import font
from desktop.views.icons import paint_icon
from desktop.views.kit.buttons import Link
from desktop.views.kit.painting import KEY_HEIGHT, key_label, key_width, paint_box, paint_key
from desktop.views.kit.tips import set_tip
from desktop.views.marks import paint_mark
from desktop.views.theme import theme

Tone = Literal["primary", "secondary", "tertiary", "danger", "warning", "success"]


class Words(QLabel):
    """A label of one step of the type scale. Text is always plain, whatever residents wrote.

    Words that wrap also break inside a word without an end, which would make a pane wider than its window.
    """

    _said = ""

    def __init__(
        self,
        text: str = "",
        *,
        step: str = "body",
        tone: Tone = "primary",
        weight: int | None = None,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(font(step, weight=weight))
        self.setWordWrap(wrap)
        self.setProperty("tone", tone)
        self.setText(text)

    def setText(self, text: str) -> None:
        self._said = readable(text)
        super().setText(typeset(breakable(self._said) if self.wordWrap() else self._said))

    def text(self) -> str:
        """What was said, without the places to break and with its own hyphens."""
        return self._said

    def set_tone(self, tone: Tone) -> None:
        """Say it in another tone."""
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            self.style().unpolish(self)
            self.style().polish(self)


class ElidedWords(Words):
    """Words on one line that give way, with the whole text as tooltip."""

    def __init__(self, text: str = "", **looks: object) -> None:
        super().__init__(text, **looks)  # type: ignore[arg-type]
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        wide = QFontMetricsF(self.font()).horizontalAdvance(QLabel.text(self))
        return QSize(round(wide + 1.5), super().sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            metrics = QFontMetricsF(self.font())
            painter.setFont(self.font())
            painter.setPen(self.palette().color(self.foregroundRole()))
            drawn = QLabel.text(self)
            fitting = metrics.elidedText(drawn, Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | self.alignment(), fitting)
            set_tip(self, self.text() if fitting != drawn else "")
        finally:
            painter.end()


class Caption(Words):
    """The small word above a group or a field."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, step="caption", tone="secondary", weight=500, parent=parent)


class Rule(QFrame):
    """A 1 px line between groups."""

    def __init__(self, *, vertical: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("line", True)
        if vertical:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)


class PaneHeader(QWidget):
    """The 36 px head of a pane: title, what is said beside it, and acts on the right; a line beneath."""

    def __init__(self, title: str, note: str = "", *, line: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        tokens = theme().tokens
        self._line = line
        self.setFixedHeight(tokens.size.pane_header)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(tokens.pane_padding, 0, tokens.pane_padding, 0)
        self._row.setSpacing(tokens.gap_in_row)
        self.title = Words(title, step="table", weight=600)
        self.note = ElidedWords(note, step="table", tone="tertiary")
        self.note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._row.addWidget(self.title)
        self._row.addWidget(self.note, 1)

    def add_beside_note(self, widget: QWidget) -> None:
        """Put a word that belongs to the note right behind it."""
        self.note.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        at = self._row.indexOf(self.note)
        self._row.setStretch(at, 0)
        self._row.insertWidget(at + 1, widget)
        self._row.insertStretch(at + 2, 1)

    def add(self, widget: QWidget) -> None:
        """Put an act or a figure at the right end."""
        self._row.addWidget(widget)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._line:
            return
        painter = QPainter(self)
        try:
            painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), theme().colour("line.subtle"))
        finally:
            painter.end()


FIGURE_HIGH = 20  # px of the value, pressed or only read: figures in a row stand on one line


class Figure(QWidget):
    """A number with its word; the number opens its requests. A sum that stands for none (`link` off) is plain words."""

    opened = Signal()

    def __init__(
        self, word: str, value: str = "", note: str = "", *, link: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Words(word, step="caption", tone="tertiary", weight=450))
        row = QHBoxLayout()
        row.setSpacing(6)
        self._word = word
        self.value: Link | Words = Words(value, step="body", weight=600)
        if link:
            self.value = Link(value, step="body", weight=600)
            self.value.clicked.connect(self.opened)
        self.value.setFixedHeight(FIGURE_HIGH)
        self.note = Words(note, step="caption", tone="tertiary", weight=450)
        row.addWidget(self.value)
        row.addWidget(self.note)
        row.addStretch(1)
        column.addLayout(row)
        self.set_value(value, note)

    def set_value(self, value: str, note: str = "") -> None:
        """Show a figure."""
        self.value.setText(value)
        self.value.setAccessibleName(f"{self._word}: {value}")
        self.note.setText(note)


class KeyValueRow(QWidget):
    """One fact: its name, its value, and what is said about it at the right."""

    def __init__(self, key: str, value: str = "", note: str = "", *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(theme().tokens.gap_in_row)
        self.key = ElidedWords(key, step="table", tone="tertiary")
        self.key.setFixedWidth(88)
        self.value = ElidedWords(value, step="table")
        self.note = Words(note, step="caption", tone="tertiary", weight=450)
        row.addWidget(self.key)
        row.addWidget(self.value, 1)
        row.addWidget(self.note)


class Tag(QWidget):
    """A small word on a tint: overdue, due soon, on time, or neutral."""

    TINTS = ("neutral", "accent", "danger", "warning", "success")

    def __init__(
        self, text: str, tint: str = "neutral", *, icon: str = "", framed: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._text, self._tint, self._icon, self._framed = readable(text), tint, icon, framed
        self.setFont(font("caption", weight=500))
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_text(self, text: str, tint: str | None = None) -> None:
        """Say something else."""
        self._text, self._tint = readable(text), tint or self._tint
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        icon = theme().tokens.size.icon_small if self._icon else 0
        return QSize(round(QFontMetricsF(self.font()).horizontalAdvance(self._text) + 14.5 + icon), 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = theme().colour
        fill, ink = self._colours()
        painter = QPainter(self)
        try:
            edge = colour("line.default") if self._framed else None
            paint_box(
                painter,
                QRectF(self.rect()),
                colour("surface.pane") if self._framed else fill,
                edge,
                theme().tokens.radius.chip,
            )
            left = 7.0
            if self._icon:
                paint_icon(painter, QRectF(5, 4, 12, 12), self._icon, ink)
                left = 20.0
            painter.setFont(self.font())
            painter.setPen(ink)
            room = QRectF(left, 0, self.width() - left, self.height())
            fitting = painter.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, round(room.width()) - 6)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, fitting)
        finally:
            painter.end()

    def _colours(self) -> tuple[QColor, QColor]:
        colour = theme().colour
        if self._tint == "neutral":
            return colour("state.hover"), colour("text.secondary")
        if self._tint == "accent":
            return colour("accent.soft"), colour("accent.text")
        return colour(f"{self._tint}.soft"), colour(f"{self._tint}.text")


class KeyCap(QWidget):
    """A key, drawn."""

    def __init__(self, keys: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.set_keys(keys)

    def set_keys(self, keys: str) -> None:
        """Show another key."""
        self._label = key_label(keys)
        self.setAccessibleName(self._label)
        self.setFixedSize(round(key_width(self._label)), KEY_HEIGHT + 2)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            colour = theme().colour
            rect = QRectF(0, 1, self.width(), KEY_HEIGHT)
            paint_key(painter, rect, self._label, colour("text.secondary"), colour("line.default"))
        finally:
            painter.end()


class Mark(QWidget):
    """A status mark on its own, with its word as accessible name."""

    def __init__(self, mark: str, word: str, side: int = 14, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark = mark
        self.setFixedSize(side, side)
        self.setAccessibleName(word)

    def set_mark(self, mark: str, word: str) -> None:
        """Show another status."""
        self._mark = mark
        self.setAccessibleName(word)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            paint_mark(painter, QRectF(self.rect()), self._mark)
        finally:
            painter.end()


class Glyph(QWidget):
    """An icon on its own, in a colour of the tokens; decoration, so a screen reader passes it."""

    def __init__(
        self, icon: str, *, side: int = 16, colour: str = "text.secondary", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon, self._colour = icon, colour
        self.setFixedSize(side, side)

    def set_icon(self, icon: str, colour: str | None = None) -> None:
        """Show another icon."""
        self._icon, self._colour = icon, colour or self._colour
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            paint_icon(painter, QRectF(self.rect()), self._icon, theme().colour(self._colour))
        finally:
            painter.end()
