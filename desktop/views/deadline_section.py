"""The deadline of a request: working time left in words, and as a bar in which nobody works where it is hatched."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.views.fonts import font
from desktop.views.kit import Caption, Words
from desktop.views.theme import theme

REST_SHARE = 0.3  # of the bar, at most: hours in which nobody works are drawn narrower
LEAST_REST_PX = 3.0  # a narrower night is left out
HATCH_PX = 5
_TOP, _BAR = 6.0, 12.0


@dataclass(frozen=True, slots=True)
class DeadlineState:
    """The stretch from opening to deadline, in ms. `left` and the words are ready to read."""

    opened_ms: int
    now_ms: int
    due_ms: int
    left: str
    late: bool
    opened_words: str
    due_words: str
    rests: tuple[tuple[int, int], ...] = ()  # in which nobody works, from opening to the later of now and deadline


class BarScale:
    """Where a moment lies on the bar, 0 to 1. Rests are squeezed together, all alike, where they would fill it."""

    def __init__(self, state: DeadlineState) -> None:
        self.start, self.end = state.opened_ms, max(state.due_ms, state.now_ms, state.opened_ms + 1)
        self._edges = sorted({self.start, self.end, *(edge for rest in state.rests for edge in rest)})
        self._resting = {begin for begin, _ in state.rests}
        rest = sum(to - begin for begin, to in state.rests)
        work = self.end - self.start - rest
        squeezed = work * REST_SHARE / (1 - REST_SHARE) / rest if rest else 1.0
        self._pace = min(1.0, squeezed) if work else 1.0
        self._whole = work + rest * self._pace

    def at(self, moment_ms: int) -> float:
        """The place of a moment; what lies outside is at an end."""
        run = 0.0
        for begin, to in pairwise(self._edges):
            pace = self._pace if begin in self._resting else 1.0
            run += max(0, min(moment_ms, to) - begin) * pace
        return min(1.0, run / self._whole)


class DeadlineBar(QWidget):
    """Opened to deadline: the past grey, what is left blue, rests hatched, now as a line, the deadline a diamond."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: DeadlineState | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_state(self, state: DeadlineState) -> None:
        """Show a deadline."""
        self._state = state
        self.setAccessibleName(f"{state.left}, {state.due_words}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 42)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._state is None:
            return
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint(painter, self._state)
        finally:
            painter.end()

    def _paint(self, painter: QPainter, state: DeadlineState) -> None:
        scale, room = BarScale(state), self.width() - 12.0
        now, due = 6 + room * scale.at(state.now_ms), 6 + room * scale.at(state.due_ms)
        self._paint_bar(painter, state, now, due)
        for begin, to in state.rests:
            left, right = 6 + room * scale.at(begin), 6 + room * scale.at(to)
            if right - left >= LEAST_REST_PX:
                _hatch(painter, QRectF(left, _TOP, right - left, _BAR))
        painter.setPen(QPen(theme().colour("text.primary"), 2))
        painter.drawLine(QPointF(now, 2), QPointF(now, 22))
        self._paint_diamond(painter, due)
        self._paint_words(painter, state, now, due)

    def _paint_bar(self, painter: QPainter, state: DeadlineState, now: float, due: float) -> None:
        colour = theme().colour
        painter.save()
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(0, _TOP, self.width(), _BAR), 2, 2)
        painter.setClipPath(clip)
        painter.fillRect(QRectF(0, _TOP, self.width(), _BAR), colour("state.pressed"))
        painter.fillRect(QRectF(0, _TOP, min(now, due), _BAR), colour("text.disabled"))
        rest = QRectF(due, _TOP, now - due, _BAR) if state.late else QRectF(now, _TOP, due - now, _BAR)
        late = QColor(theme().tokens.status.overdue)
        painter.fillRect(rest, late if state.late else colour("accent.default"))
        painter.restore()

    def _paint_diamond(self, painter: QPainter, due: float) -> None:
        painter.setPen(QPen(theme().colour("surface.pane"), 1))  # it stands out from a late stretch beside it
        painter.setBrush(QColor(theme().tokens.status.overdue))
        middle = _TOP + _BAR / 2
        corners = ((0, -7), (7, 0), (0, 7), (-7, 0))
        painter.drawPolygon(QPolygonF([QPointF(due + dx, middle + dy) for dx, dy in corners]))

    def _paint_words(self, painter: QPainter, state: DeadlineState, now: float, due: float) -> None:
        """The deadline under its diamond always; opening and now where they have room beside it."""
        opened = self.tr("opened {0}").format(state.opened_words)
        taken: list[QRectF] = []
        for text, at, tone, weight in (
            (state.due_words, due, "danger.text", 500),
            (self.tr("now"), now, "text.primary", 600),
            (opened, 0.0, "text.tertiary", 450),
        ):
            lettering = font("caption", weight=weight)
            width = QFontMetricsF(lettering).horizontalAdvance(text) + 2
            box = QRectF(min(max(0.0, at - width / 2), self.width() - width), 25, width, 16)
            if not any(box.adjusted(-8, 0, 8, 0).intersects(other) for other in taken):
                painter.setFont(lettering)
                painter.setPen(theme().colour(tone))
                painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)
                taken.append(box)


class DeadlineSection(QWidget):
    """The deadline in words over its bar. Follows the clock without the rest of the page."""

    def __init__(self, state: DeadlineState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(5)
        row = QHBoxLayout()
        row.addWidget(Caption(self.tr("Deadline")))
        row.addStretch(1)
        self.left = Words("", step="table", weight=600)
        row.addWidget(self.left)
        column.addLayout(row)
        self.bar = DeadlineBar()
        column.addWidget(self.bar)
        self.set_state(state)

    def set_state(self, state: DeadlineState) -> None:
        """Show a deadline, or a later moment of it."""
        self.left.setText(state.left)
        self.left.set_tone("danger" if state.late else "primary")
        self.bar.set_state(state)


def _hatch(painter: QPainter, box: QRectF) -> None:
    """Slanting lines on a pale ground: nobody works."""
    colour = theme().colour
    painter.save()
    painter.setClipRect(box)
    painter.fillRect(box, colour("surface.sunken"))
    painter.setPen(QPen(colour("line.strong"), 1))
    x = box.left() - box.height()
    while x < box.right():
        painter.drawLine(QPointF(x, box.bottom()), QPointF(x + box.height(), box.top()))
        x += HATCH_PX
    painter.restore()
