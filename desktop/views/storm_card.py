"""The card about an unusual rate of new requests: what and where, and what is done with all of them at once."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.views import format as words
from desktop.views.arriving import PaintedRow
from desktop.views.fonts import font
from desktop.views.icons import paint_icon, service_icon
from desktop.views.kit import Button, IconButton, set_tip
from desktop.views.theme import theme

LINE_PX = 44


@dataclass(frozen=True, slots=True)
class StormState:
    """One storm of several: what is unusual, how it usually is, the service's icon, how many wait for a first word."""

    text: str
    note: str
    icon: str
    waiting: int
    more: int = 0  # further storms


class StormLine(PaintedRow):
    """The words of a storm; a click shows its requests."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(LINE_PX, parent)
        self._icon, self._note = "zap", ""

    def set_words(self, text: str, note: str, icon: str) -> None:
        """What is unusual, how it usually is, and the service's icon."""
        self.setText(text)
        self._note, self._icon = note, service_icon(icon)
        self.setAccessibleName(f"{text}, {note}")
        set_tip(self, f"{text}, {note}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = theme().colour
        painter = QPainter(self)
        try:
            self.paint_ground(painter)
            paint_icon(painter, QRectF(12, 6, 16, 16), self._icon, colour("warning.text"))
            painter.setFont(font("body", weight=600))
            painter.setPen(colour("text.primary"))
            self.paint_line(painter, QRectF(38, 4, self.width() - 50, 20), self.text())
            painter.setFont(font("caption"))
            painter.setPen(colour("text.secondary"))
            self.paint_line(painter, QRectF(38, 23, self.width() - 50, 16), self._note)
        finally:
            painter.end()


class StormCard(QWidget):
    """Hidden in fair weather. It says what is wanted of the storm on show; `next_wanted` asks for another storm."""

    shown = Signal()
    acknowledge_wanted = Signal()
    answer_wanted = Signal()
    next_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 6)
        column.setSpacing(0)
        self.line = StormLine()
        self.acknowledge = Button("", small=True)
        self.answer = Button(self.tr("Answer all…"), small=True)
        self.next = IconButton("chevron-right", self.tr("Next unusual rate"))
        self.line.clicked.connect(self.shown)
        self.acknowledge.clicked.connect(self.acknowledge_wanted)
        self.answer.clicked.connect(self.answer_wanted)
        self.next.clicked.connect(self.next_wanted)
        row = QHBoxLayout()
        row.setContentsMargins(38, 0, 8, 0)
        row.setSpacing(6)
        for button in (self.acknowledge, self.answer):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.next)
        column.addWidget(self.line)
        column.addLayout(row)
        self.hide()

    def set_state(self, state: StormState | None) -> None:
        """Show a storm; None for fair weather."""
        if state is not None:
            self.line.set_words(state.text, state.note, state.icon)
            self.acknowledge.setText(self.tr("Acknowledge {0}").format(words.count(state.waiting)))
            self.acknowledge.setAccessibleName(self.acknowledge.text())
            self.acknowledge.updateGeometry()
            self.acknowledge.setVisible(state.waiting > 0)
            self.next.setVisible(state.more > 0)
        self.setVisible(state is not None)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), theme().colour("warning.soft"))
        finally:
            painter.end()
