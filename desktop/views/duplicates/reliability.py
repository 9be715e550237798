"""How often pairs of each probability turned out right: the curve, with how sure one can be of each point."""

from __future__ import annotations

import math

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.views import format as words
from desktop.views.duplicates.state import ReliabilityBin, ReliabilityState
from desktop.views.fonts import font
from desktop.views.kit import Words
from desktop.views.shell.popover import EDGE, GAP, Popover
from desktop.views.theme import theme

CURVE_WIDE, CURVE_HIGH = 300, 136
WORDS_WIDE, NARROW = 216, 320
LEFT, BOTTOM, TOP, RIGHT = 34, 34, 8, 10
Z = 1.96  # 95 % of a normal distribution
LEAST_R, MOST_R = 3.0, 7.0


def wilson(accepted: int, decided: int) -> tuple[float, float]:
    """Wilson's score interval of a share at 95 % (Wilson 1927): honest for few decisions and near 0 and 1."""
    share, spread = accepted / decided, Z * Z / decided
    middle = (share + spread / 2) / (1 + spread)
    half = Z / (1 + spread) * math.sqrt(share * (1 - share) / decided + spread / (4 * decided))
    return max(0.0, middle - half), min(1.0, middle + half)


class ReliabilityCurve(QWidget):
    """Promised probability across, share confirmed upwards; the line is what an exact model would reach."""

    def __init__(self, state: ReliabilityState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bins = tuple(one for one in state.bins if one.decided > 0)
        self._lowest = min((0.1 * math.floor(10 * one.low + 1e-9) for one in self.bins), default=0.0)
        self.setFixedSize(QSize(CURVE_WIDE, CURVE_HIGH))
        self.setAccessibleName(self.tr("Reliability of pairs"))
        self.setAccessibleDescription(". ".join(self._spoken(one) for one in self.bins))

    def _spoken(self, one: ReliabilityBin) -> str:
        told = self.tr("{0}: {1} of {2} pairs confirmed")
        between = words.span(words.number(one.low, 2), words.number(one.high, 2))
        return told.format(between, words.count(one.accepted), words.count(one.decided))

    def plot(self) -> QRectF:
        """The field of the curve."""
        return QRectF(LEFT, TOP, self.width() - LEFT - RIGHT, self.height() - TOP - BOTTOM)

    def place(self, promised: float, reached: float) -> QPointF:
        """Where a point of the curve stands."""
        field = self.plot()
        across = (promised - self._lowest) / (1 - self._lowest)
        return QPointF(field.left() + across * field.width(), field.bottom() - reached * field.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_axes(painter)
            self._paint_points(painter)
        finally:
            painter.end()

    def _paint_axes(self, painter: QPainter) -> None:
        colour, field = theme().colour, self.plot()
        painter.setFont(font("chart"))
        for share in (0.0, 0.25, 0.5, 0.75, 1.0):
            y = round(self.place(1, share).y())
            painter.fillRect(QRectF(field.left(), y, field.width(), 1), colour("line.subtle"))
            painter.setPen(colour("text.tertiary"))
            right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            painter.drawText(QRectF(0, y - 8, LEFT - 6, 16), right, words.number(share, 2))
        for step in range(round(self._lowest * 10), 11):
            x = self.place(step / 10, 0).x()
            painter.setPen(colour("text.tertiary"))
            under = QRectF(x - 16, field.bottom() + 3, 32, 14)
            painter.drawText(under, Qt.AlignmentFlag.AlignCenter, words.number(step / 10, 1))
        middle = QRectF(field.left(), field.bottom() + 18, field.width(), 14)
        painter.drawText(middle, Qt.AlignmentFlag.AlignCenter, self.tr("probability said · share confirmed upwards"))
        pen = QPen(colour("line.strong"), 1)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.drawLine(self.place(self._lowest, self._lowest), self.place(1, 1))

    def _paint_points(self, painter: QPainter) -> None:
        colour = theme().colour
        ink = colour("text.secondary")
        points = [self.place((one.low + one.high) / 2, one.accepted / one.decided) for one in self.bins]
        painter.setPen(QPen(ink, 1.5))
        painter.drawPolyline(QPolygonF(points))
        most = max((one.decided for one in self.bins), default=1)
        for one, point in zip(self.bins, points, strict=True):
            low, high = wilson(one.accepted, one.decided)
            painter.setPen(QPen(ink, 1))
            for share in (low, high):
                y = self.place(1, share).y()
                painter.drawLine(QPointF(point.x() - 3, y), QPointF(point.x() + 3, y))
            painter.drawLine(QPointF(point.x(), self.place(1, low).y()), QPointF(point.x(), self.place(1, high).y()))
            painter.setBrush(ink)
            painter.setPen(QPen(colour("surface.raised"), 1.5))
            reach = LEAST_R + (MOST_R - LEAST_R) * math.sqrt(one.decided / most)
            painter.drawEllipse(point, reach, reach)


class ReliabilityPopover(Popover):
    """The curve with a sentence that says what it means; it lies on the map and the reasons, never on a card."""

    def __init__(self, anchor: QWidget, ground: QWidget, state: ReliabilityState) -> None:
        told = any(one.decided for one in state.bins)
        super().__init__("", anchor, width=CURVE_WIDE + WORDS_WIDE + 36 if told else NARROW)
        self._ground = ground
        self.curve = ReliabilityCurve(state) if told else None
        self.set_title(self.tr("How often pairs as likely were right"))
        words_of = QVBoxLayout()
        words_of.setSpacing(6)
        words_of.addWidget(Words(state.words, step="table", tone="secondary", wrap=True))
        row = QHBoxLayout()
        row.setSpacing(12)
        if self.curve is not None:
            row.addWidget(self.curve)
            how = self.tr(
                "Each dot is pairs of about one probability, larger for more of them; its bar is where the true "
                "share lies with 95 % certainty. On the dashed line the model says exactly what happens."
            )
            words_of.addWidget(Words(how, step="caption", tone="tertiary", weight=450, wrap=True))
            words_of.addStretch(1)
        row.addLayout(words_of, 1)
        self.body.addLayout(row)

    def _place(self) -> None:
        """Under its button where it ends above the acts, else left of it; where both are too low, over the acts."""
        self.card.adjustSize()
        size, window = self.card.size(), self.window()
        ground = QRect(self._ground.mapTo(window, QPoint(0, 0)), self._ground.size())
        button = QRect(self._anchor.mapTo(window, QPoint(0, 0)), self._anchor.size())
        left, top = window.width() - EDGE - size.width(), button.bottom() + GAP
        if top + size.height() > ground.bottom() - GAP:
            left, top = button.left() - GAP - size.width(), ground.bottom() - GAP - size.height()
        self.card.move(max(EDGE, left), max(top, ground.top() + GAP))
        self.update()
