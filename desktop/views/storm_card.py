"""The card about an unusual rate of new requests: what and where, and what is done with all of them at once."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.views import format as words
from desktop.views.arriving import PaintedRow
from desktop.views.fonts import font
from desktop.views.icons import paint_icon, service_icon
from desktop.views.kit import Button, IconButton, set_tip
from desktop.views.kit.painting import blend
from desktop.views.shell.popover import EDGE, GAP, Popover
from desktop.views.theme import theme

LINE_PX, LEFT_PX = 40, 12
WIDE_PX = 336  # of the sheet beside the strip
HOVER = 0.08  # of the ink on the ground under the pointer


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
        self.ground = "warning.soft"

    def paint_ground(self, painter: QPainter) -> None:
        if self.underMouse():
            colour = theme().colour
            painter.fillRect(self.rect(), blend(colour("warning.text"), colour(self.ground), HOVER))

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
            paint_icon(painter, QRectF(12, 5, 16, 16), self._icon, colour("warning.text"))
            painter.setFont(font("body", weight=600))
            painter.setPen(colour("text.primary"))
            self.paint_line(painter, QRectF(38, 3, self.width() - 50, 20), self.text())
            painter.setFont(font("caption"))
            painter.setPen(colour("text.secondary"))
            self.paint_line(painter, QRectF(38, 21, self.width() - 50, 16), self._note)
        finally:
            painter.end()


class StormCard(QWidget):
    """Hidden in fair weather. It says what is wanted of the storm on show; `next_wanted` asks for another storm."""

    shown = Signal()
    acknowledge_wanted = Signal()
    answer_wanted = Signal()
    next_wanted = Signal()

    def __init__(self, parent: QWidget | None = None, *, sheet: bool = False) -> None:
        """On a sheet there is room to say what a click on the words does, and the sheet is its ground."""
        super().__init__(parent)
        self._sheet = sheet
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 6)
        column.setSpacing(0)
        self.line = StormLine()
        self.line.ground = "surface.raised" if sheet else "warning.soft"
        self.show_all = Button(self.tr("Show"), small=True)
        self.show_all.setVisible(sheet)
        self.show_all.clicked.connect(self.shown)
        self.acknowledge = Button("", small=True)
        self.answer = Button(self.tr("Answer all…"), small=True)
        self.answer_icon = IconButton("message-square-text", self.answer.text(), framed=True)
        self.next = IconButton("chevron-right", self.tr("Next unusual rate"))
        self.line.clicked.connect(self.shown)
        self.acknowledge.clicked.connect(self.acknowledge_wanted)
        for button in (self.answer, self.answer_icon):
            button.clicked.connect(self.answer_wanted)
        self.next.clicked.connect(self.next_wanted)
        row = QHBoxLayout()
        row.setContentsMargins(LEFT_PX, 0, 0, 0)  # with two figures all words fit the usual pane
        row.setSpacing(GAP)
        for control in (self.show_all, self.acknowledge, self.answer, self.answer_icon):
            row.addWidget(control)
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
            self._fit()
        self.setVisible(state is not None)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._wide(self.answer_icon), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """In a narrow pane an icon stands for the words of the answer."""
        narrow = self._wide(self.answer) > self.width()
        self.answer.setVisible(not narrow)
        self.answer_icon.setVisible(narrow)

    def _wide(self, answer: QWidget) -> int:
        """What the acts need in px with the words of the answer or its icon."""
        others = [one for one in (self.show_all, self.acknowledge, self.next) if not one.isHidden()]
        return LEFT_PX + sum(_wide(one) + GAP for one in others) + _wide(answer)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._sheet:
            return
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), theme().colour("warning.soft"))
        finally:
            painter.end()


def _wide(control: QWidget) -> int:
    return control.sizeHint().expandedTo(control.minimumSize()).width()


class StormSheet(Popover):
    """The card beside the strip of a narrow window: an act puts it away, the next storm is shown in it."""

    def __init__(self, anchor: QWidget) -> None:
        super().__init__("", anchor, width=WIDE_PX)
        self.setAccessibleName(self.tr("Unusual rate"))
        self.title.hide()
        whole = self.card.layout()
        assert whole is not None
        whole.setContentsMargins(1, 3, 1, 3)
        whole.setSpacing(0)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.storm = StormCard(sheet=True)
        self.body.addWidget(self.storm)
        for wish in (self.storm.shown, self.storm.acknowledge_wanted, self.storm.answer_wanted):
            wish.connect(self.accept)
        self.first = self.storm.show_all

    def _place(self) -> None:
        """Beside the strip, so that its counts stay in sight."""
        super()._place()
        corner = self._anchor.mapTo(self.window(), QPoint(self._anchor.width() + GAP, 0))
        self.card.move(corner.x(), min(corner.y(), self.height() - EDGE - self.card.height()))

    def set_state(self, state: StormState | None) -> None:
        """Show a storm; the sheet goes when the last one is over."""
        if state is None:
            self.accept()
        else:
            self.storm.set_state(state)
