"""The card of time over the map's lower edge: play, the range in words, the backlog, bars and a brush over them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from desktop.views import format as words
from desktop.views.fonts import font
from desktop.views.kit import IconButton, Link, Words
from desktop.views.kit.painting import blend, paint_box, paint_card
from desktop.views.theme import theme

Grip = Literal["left", "right", "both"]
CARD_PX, ROOM_PX = 64, 8  # the card, and the room around it for its shadow
INSET_PX, FOOT_PX = 12, 18  # from the map's sides; from its lower edge, where the map names its sources
LOWEST_MAP_PX = 300
WIDEST_PX = 1100
GRIP_PX = 6  # how near a handle the pointer must be
LABEL_PX = 14
PANNED = 7  # bars that a turn of the wheel moves the window by


@dataclass(frozen=True, slots=True)
class TimeState:
    """Everything the card shows. The brush reaches from one edge between bars to another; they may lie outside."""

    opened: tuple[int, ...]
    closed: tuple[int, ...]
    backlog: tuple[int, ...]  # at the end of each bar
    names: tuple[str, ...]  # of each bar
    ticks: tuple[tuple[int, str], ...]  # edge and words, from the left
    first: int
    last: int
    range: str
    open_count: int
    change: int
    step: str
    filtered: bool = False  # only what was opened since the left edge
    past: bool = False
    playing: bool = False
    whole: bool = True  # no other step shows more


EMPTY = TimeState((), (), (), (), (), 0, 0, "", 0, 0, "")


class TimeBars(QWidget):
    """Bars of what was opened upward and closed downward, and the brush. Tells where a hand wants its edges."""

    range_wanted = Signal(int, int, str)  # first and last edge, which grip was moved
    pan_wanted = Signal(int)  # bars
    step_wanted = Signal(int)  # longer or shorter bars

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = EMPTY
        self._grip: Grip | None = None
        self._held = 0.0  # where in the brush it was taken, in bars
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Opened and closed requests over time"))
        theme().changed.connect(self.update)

    def set_state(self, state: TimeState) -> None:
        """Show other bars or another brush."""
        self._state = state
        told = self.tr("{0}, {1} open").format(state.range, words.count(state.open_count))
        self.setAccessibleDescription(told)
        self.update()

    # where things are

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(4, 5, -4, -LABEL_PX - 2)

    def x_of(self, edge: float) -> float:
        """Where an edge between bars is."""
        area = self._area()
        return area.left() + area.width() * edge / max(1, len(self._state.opened))

    def _edge_at(self, x: float) -> float:
        area = self._area()
        return (x - area.left()) / area.width() * max(1, len(self._state.opened))

    def _grip_at(self, x: float) -> Grip | None:
        """The grip under the pointer; None outside the brush. The right one wins where both are near."""
        left, right = self.x_of(self._state.first), self.x_of(self._state.last)
        if abs(x - right) <= GRIP_PX:
            return "right"
        if abs(x - left) <= GRIP_PX:
            return "left"
        return "both" if left < x < right else None

    # what a hand does

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self._state.opened:
            return
        x, state = event.position().x(), self._state
        self._grip = self._grip_at(x)
        if self._grip is None:  # the brush comes to the hand: the bar under it is the last
            self._grip, self._held = "both", state.last - state.first - 0.5
            self._drag(x)
        elif self._grip == "both":
            self._held = self._edge_at(x) - state.first

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if self._grip is not None:
            self._drag(x)
            return
        grip = self._grip_at(x)
        shape = Qt.CursorShape.SizeHorCursor if grip in ("left", "right") else Qt.CursorShape.ArrowCursor
        self.setCursor(Qt.CursorShape.OpenHandCursor if grip == "both" else shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip = None

    def _drag(self, x: float) -> None:
        state, at, count = self._state, self._edge_at(x), len(self._state.opened)
        first, last = state.first, state.last
        if self._grip == "right":
            last = min(count, max(first + 1, 1, round(at)))
        elif self._grip == "left":
            first = max(0, min(last - 1, round(at)))
        else:
            last = min(count, max(1, round(at - self._held) + state.last - state.first))
            first = last - (state.last - state.first)
        if (first, last) != (state.first, state.last):
            self.range_wanted.emit(first, last, str(self._grip))

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y() or event.angleDelta().x()
        if not turned:
            return
        event.accept()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.step_wanted.emit(-1 if turned > 0 else 1)
        else:
            self.pan_wanted.emit(PANNED if turned < 0 else -PANNED)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            text = self.words_at(event.pos().x())
            QToolTip.showText(event.globalPos(), text, self) if text else QToolTip.hideText()
            return True
        return super().event(event)

    def words_at(self, x: float) -> str:
        """What the bar under the pointer says."""
        state, at = self._state, int(self._edge_at(x))
        if not 0 <= at < len(state.opened):
            return ""
        told = self.tr("{0}: {1} opened, {2} closed, then {3} open")
        counts = (words.count(of[at]) for of in (state.opened, state.closed, state.backlog))
        return told.format(state.names[at], *counts)

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._state.opened:
            return
        painter = QPainter(self)
        try:
            self._paint_labels(painter)
            self._paint_bars(painter)
            self._paint_brush(painter)
        finally:
            painter.end()

    def _paint_bars(self, painter: QPainter) -> None:
        state, area = self._state, self._area().adjusted(0, 3, 0, -3)
        most = max(1, max(state.opened) + max(state.closed))
        middle = round(area.top() + area.height() * max(state.opened) / most)
        inks = self._inks()
        for at, (up, down) in enumerate(zip(state.opened, state.closed, strict=True)):
            left, right = round(self.x_of(at)), round(self.x_of(at + 1))
            width = max(1, right - left - (1 if right - left > 2 else 0))
            lit = state.first <= at < state.last
            height = area.height() / most
            painter.fillRect(QRectF(left, middle - up * height, width, up * height), inks[lit][0])
            painter.fillRect(QRectF(left, middle + 1, width, max(0.0, down * height - 1)), inks[lit][1])

    def _inks(self) -> dict[bool, tuple[QColor, QColor]]:
        """Colours of opened and closed, inside the brush and outside."""
        colour, paper = theme().colour, theme().colour("surface.raised")
        closed = QColor(theme().tokens.status.closed)
        pale = blend(colour("text.tertiary"), paper, 0.5)
        return {True: (colour("accent.default"), closed), False: (pale, blend(closed, paper, 0.4))}

    def _paint_brush(self, painter: QPainter) -> None:
        area, colour = self._area(), theme().colour
        left, right = max(area.left(), self.x_of(self._state.first)), self.x_of(self._state.last)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour("accent.default"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(
            QRectF(round(left) - 0.5, area.top() + 0.5, round(right - left), area.height() - 1), 2, 2
        )
        for x, full in ((left, self._state.filtered), (right, self._state.past)):
            handle = QRectF(round(x) - 3, area.center().y() - 8, 6, 16)
            fill = colour("accent.default" if full else "surface.raised")
            paint_box(painter, handle, fill, colour("accent.default"), 2.5, 1.5)

    def _paint_labels(self, painter: QPainter) -> None:
        lettering = font("chart")
        metrics = QFontMetricsF(lettering)
        painter.setFont(lettering)
        painter.setPen(theme().colour("text.secondary"))
        free = 0.0
        for edge, text in self._state.ticks:
            x, wide = self.x_of(edge), metrics.horizontalAdvance(text)
            if x >= free and x + wide <= self.width():
                painter.drawText(QRectF(x, self.height() - LABEL_PX, wide + 1, LABEL_PX), 0, text)
                free = x + wide + 16


class TimeCard(QWidget):
    """Floats over a map; folds into a button. What a person asks for goes out as signals."""

    stepped = Signal(int, bool)  # earlier (-1) or later (1), by much
    play_wanted = Signal()
    now_wanted = Signal()
    next_step_wanted = Signal()
    fold_wanted = Signal(bool)
    gone = Signal()
    placed = Signal(int)  # px of the map's lower edge that it covers

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self._host = host
        self._folded, self._filled = False, False
        self.setAccessibleName(self.tr("Time"))
        self.bars = TimeBars()
        self.play = IconButton("play", self.tr("Play"), framed=True, side=28)
        self.range = Words("", step="table", weight=600)
        self.open_count, self.change = (Words("", step="caption", tone="secondary", weight=450) for _ in range(2))
        self.step = Link("", step="caption", weight=450)
        self.fold = IconButton("chevron-down", self.tr("Put the time away"))
        self.unfold = IconButton("chart-column", self.tr("Show requests over time"), framed=True, side=32, parent=host)
        self.unfold.hide()
        self._arrange()
        self.play.clicked.connect(self.play_wanted)
        self.step.clicked.connect(self.next_step_wanted)
        self.fold.clicked.connect(lambda: self.fold_wanted.emit(True))
        self.unfold.clicked.connect(lambda: self.fold_wanted.emit(False))
        host.installEventFilter(self)
        theme().changed.connect(self.update)
        self.hide()

    def _arrange(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(ROOM_PX + 12, ROOM_PX + 4, ROOM_PX + 8, ROOM_PX + 3)
        row.setSpacing(12)
        row.addWidget(self.play)
        told = QVBoxLayout()
        told.setSpacing(1)
        told.addStretch(1)
        told.addWidget(self.range)
        figures = QHBoxLayout()
        figures.setSpacing(6)
        figures.addWidget(self.open_count)
        figures.addWidget(self.change)
        figures.addStretch(1)
        told.addLayout(figures)
        told.addStretch(1)
        row.addLayout(told)
        row.addWidget(self.bars, 1)
        row.addLayout(self._legend())
        row.addWidget(self.fold, 0, Qt.AlignmentFlag.AlignTop)

    def _legend(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(1)
        column.addStretch(1)
        column.addWidget(_LegendLine(self.tr("opened"), opened=True))
        column.addWidget(_LegendLine(self.tr("closed"), opened=False))
        column.addWidget(self.step)
        column.addStretch(1)
        return column

    def set_state(self, state: TimeState) -> None:
        """Show this."""
        self._filled = bool(state.opened)
        self.range.setText(state.range)
        self.range.setMinimumWidth(max(self.range.minimumWidth(), self.range.sizeHint().width()))  # bars stay still
        self.open_count.setText(self.tr("backlog {0}").format(words.count(state.open_count)))
        sign = "▲ " if state.change > 0 else "▼ " if state.change < 0 else ""
        self.change.setText(f"{sign}{words.count(abs(state.change))}" if state.change else self.tr("unchanged"))
        self.change.set_tone("danger" if state.change > 0 else "success" if state.change < 0 else "secondary")
        self.play.set_icon("pause" if state.playing else "play")
        self.play.set_name(self.tr("Pause") if state.playing else self.tr("Play"))
        self.step.setText(state.step)
        self.step.setVisible(not state.whole)
        self.setAccessibleDescription(f"{state.range}, {self.open_count.text()}, {self.change.text()}")
        self.bars.set_state(state)
        self.place()

    def set_folded(self, folded: bool) -> None:
        """Show the card, or the button that stands for it."""
        had_focus = self.isAncestorOf(self.focusWidget() or self) or self.unfold.hasFocus()
        self._folded = folded
        self.place()
        if had_focus:
            (self.unfold if folded else self.bars).setFocus(Qt.FocusReason.OtherFocusReason)

    # where it is

    def place(self) -> None:
        """Along the lower edge of the map, where there is room for it."""
        host = self._host
        high = host.height() >= LOWEST_MAP_PX and self._filled
        self.setVisible(high and not self._folded)
        self.unfold.setVisible(high and self._folded)
        wide = min(WIDEST_PX, host.width() - 2 * INSET_PX)
        top = host.height() - FOOT_PX - CARD_PX
        self.setGeometry(QRect((host.width() - wide) // 2, top, wide, CARD_PX).adjusted(*_ROOM))
        self.unfold.move(INSET_PX, host.height() - FOOT_PX - self.unfold.height())
        self.raise_()
        self.unfold.raise_()
        self.placed.emit(FOOT_PX + CARD_PX - 8 if high and not self._folded else 0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.place()
        return False

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.gone.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows and brackets move in time, Space plays, Esc comes back to now."""
        key, much = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key in (Qt.Key.Key_Left, Qt.Key.Key_BracketLeft, Qt.Key.Key_BraceLeft):
            self.stepped.emit(-1, much)
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_BracketRight, Qt.Key.Key_BraceRight):
            self.stepped.emit(1, much)
        elif key == Qt.Key.Key_Space:
            self.play_wanted.emit()
        elif key in (Qt.Key.Key_Escape, Qt.Key.Key_End):
            self.now_wanted.emit()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
            self.bars.step_wanted.emit(1 if key == Qt.Key.Key_Minus else -1)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # a click on the card is none on the map

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            paint_card(painter, QRectF(self.rect()).adjusted(ROOM_PX, ROOM_PX, -ROOM_PX, -ROOM_PX))
        finally:
            painter.end()


_ROOM = (-ROOM_PX, -ROOM_PX, ROOM_PX, ROOM_PX)


class _LegendLine(Words):
    """A word of the legend, with a bar of its colour before it."""

    def __init__(self, text: str, *, opened: bool) -> None:
        super().__init__(text, step="caption", tone="secondary", weight=450)
        self._opened = opened
        self.setContentsMargins(10, 0, 0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        ink = theme().colour("accent.default") if self._opened else QColor(theme().tokens.status.closed)
        painter = QPainter(self)
        try:
            painter.fillRect(QRectF(0, self.height() / 2 - 5, 4, 10), ink)
        finally:
            painter.end()
