"""Bars: a meter with a goal, and the row of a job that runs."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.views.kit.buttons import Link
from desktop.views.kit.words import ElidedWords, Words
from desktop.views.theme import theme

Tint = Literal["accent", "success", "danger", "neutral"]
_INK = {"accent": "accent.default", "success": "success.text", "danger": "danger.text", "neutral": "text.secondary"}


class MeterBar(QWidget):
    """A share of 0 to 1 on a pale bar, with an optional goal as a line; None shows that the share is not known."""

    def __init__(self, *, height: int = 4, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share: float | None = 0.0
        self._goal: float | None = None
        self._tint: Tint = "accent"
        self._height = height
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_share(self, share: float | None, *, goal: float | None = None, tint: Tint = "accent") -> None:
        """Show a share."""
        self._share = None if share is None else max(0.0, min(1.0, share))
        self._goal, self._tint = goal, tint
        self.update()

    def share(self) -> float | None:
        """What it shows."""
        return self._share

    def sizeHint(self) -> QSize:
        return QSize(80, self._height + (6 if self._goal is not None else 0))

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = theme().colour
        top = (self.height() - self._height) / 2
        bar = QRectF(0, top, self.width(), self._height)
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("state.pressed"))
            painter.drawRoundedRect(bar, 2, 2)
            painter.setBrush(colour(_INK[self._tint]))
            if self._share is None:  # still: three short pieces instead of a moving one
                for start in (0.1, 0.45, 0.8):
                    painter.drawRoundedRect(QRectF(self.width() * start, top, self.width() * 0.1, self._height), 2, 2)
            elif self._share > 0:
                painter.drawRoundedRect(QRectF(0, top, max(4.0, self.width() * self._share), self._height), 2, 2)
            if self._goal is not None:
                painter.fillRect(
                    QRectF(round(self.width() * self._goal) - 1, 0, 2, self.height()), colour("text.primary")
                )
        finally:
            painter.end()


class JobRow(QWidget):
    """A job: its title, figures, one act and its bar."""

    cancelled = Signal()

    def __init__(self, title: str, *, act: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 8)
        column.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.title = ElidedWords(title, step="table")
        self.figures = Words("", step="caption", tone="tertiary", weight=450)
        self.act = Link(act or self.tr("Cancel"), step="caption", weight=450)
        self.act.setAccessibleName(f"{self.act.text()}: {title}")
        self.act.clicked.connect(self.cancelled)
        row.addWidget(self.title, 1)
        row.addWidget(self.figures)
        row.addWidget(self.act)
        self.bar = MeterBar()
        column.addLayout(row)
        column.addWidget(self.bar)
        self.setAccessibleName(title)

    def set_progress(self, fraction: float | None, sentence: str) -> None:
        """How far it is, in figures."""
        self.figures.setText(sentence)
        self.bar.set_share(fraction)
