"""What a pane shows when it has nothing, not yet everything, or could not: one sentence, what comes next, one act."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.views.kit.bars import MeterBar
from desktop.views.kit.buttons import Button, Kind
from desktop.views.kit.words import Glyph, Words
from desktop.views.theme import theme

CARD_WIDTH = 320


class StateCard(QWidget):
    """A dashed card: icon, what is true, what comes next, one act. `acted` tells that the act was chosen."""

    acted = Signal()

    def __init__(
        self,
        title: str,
        text: str = "",
        *,
        icon: str = "",
        act: str = "",
        act_kind: Kind = "default",
        error: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._error = error
        self.setMaximumWidth(CARD_WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(16, 16, 16, 16)
        self.column.setSpacing(4)
        if icon:
            glyph = Glyph(icon, side=20, colour="danger.text" if error else "text.tertiary")
            self.column.addWidget(glyph)
            self.column.addSpacing(6)
        self.title = Words(title, step="body", weight=600, wrap=True)
        self.text = Words(text, step="table", tone="secondary", wrap=True)
        self.column.addWidget(self.title)
        self.column.addWidget(self.text)
        self.text.setVisible(bool(text))  # within the card: alone it would be shown as a window of its own
        self.setAccessibleName(f"{title}. {text}")
        if act:
            self.column.addSpacing(8)
            self.button = Button(act, kind=act_kind)
            self.button.clicked.connect(self.acted)
            self.column.addWidget(self.button)

    def add_act(self, text: str) -> Button:
        """Another way on, beneath the act."""
        made = Button(text)
        self.column.addSpacing(4)
        self.column.addWidget(made)
        return made

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = theme().colour
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            pen = QPen(colour("danger.text" if self._error else "line.default"), 1)
            pen.setDashPattern([3, 3])
            painter.setPen(pen)
            painter.setBrush(colour("surface.pane"))
            radius = theme().tokens.radius.panel
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        finally:
            painter.end()


class LoadingCard(StateCard):
    """What is being read, how far it is, and what already works. Show it after 300 ms, not before."""

    def __init__(self, title: str, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(title, text, parent=parent)
        self.bar = MeterBar()
        self.column.insertSpacing(0, 4)
        for width in (48, 36, 40):
            self.column.insertWidget(0, _Bone(width))
        self.column.addSpacing(8)
        self.column.addWidget(self.bar)

    def set_progress(self, fraction: float | None, sentence: str) -> None:
        """How far it is; None when nobody knows."""
        self.text.setText(sentence)
        self.text.setVisible(bool(sentence))
        self.bar.set_share(fraction)


class _Bone(QWidget):
    """A row that is on its way."""

    def __init__(self, percent: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._percent = percent
        self.setFixedHeight(14)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().colour("state.pressed"))
            painter.drawRoundedRect(QRectF(0, 3, self.width() * self._percent / 100, 8), 2, 2)
        finally:
            painter.end()


class Centred(QWidget):
    """A pane with one card in its middle."""

    def __init__(self, card: QWidget, surface: str = "pane", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card = card
        self.setProperty("surface", surface)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 16, 16, 16)
        row.addStretch(1)
        row.addWidget(card, 100, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
