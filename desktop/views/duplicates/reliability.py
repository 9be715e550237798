"""How often proposals of each probability turned out right: the curve, with how sure one can be of each point."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from desktop.views import format as words
from desktop.views.duplicates.state import ReliabilityBin, ReliabilityState
from desktop.views.fonts import font
from desktop.views.kit import Words
from desktop.views.shell.popover import Popover
from desktop.views.theme import theme

WIDE, HIGH = 360, 220
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
    """Promised probability across, share accepted upwards; the line is what an exact model would reach."""

    def __init__(self, state: ReliabilityState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bins = tuple(one for one in state.bins if one.decided > 0)
        self._lowest = min((0.1 * math.floor(10 * one.low + 1e-9) for one in self.bins), default=0.0)
        self.setMinimumSize(QSize(WIDE - 40, HIGH))
        self.setAccessibleName(self.tr("Reliability of proposals"))
        self.setAccessibleDescription(". ".join(self._spoken(one) for one in self.bins))

    def _spoken(self, one: ReliabilityBin) -> str:
        told = self.tr("{0}: {1} of {2} accepted")
        between = words.span(words.number(one.low, 2), words.number(one.high, 2))
        return told.format(between, words.count(one.accepted), words.count(one.decided))

    def sizeHint(self) -> QSize:
        return QSize(WIDE - 40, HIGH)

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
        painter.drawText(middle, Qt.AlignmentFlag.AlignCenter, self.tr("probability said · share accepted upwards"))
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
    """The curve beside its button, with a sentence that says what it means."""

    def __init__(self, anchor: QWidget, state: ReliabilityState) -> None:
        super().__init__("", anchor, width=WIDE)
        self.set_title(self.tr("How often such proposals were right"))
        self.curve = ReliabilityCurve(state)
        if self.curve.bins:
            self.body.addWidget(self.curve)
        self.body.addWidget(Words(state.words, step="table", tone="secondary", wrap=True))
        if self.curve.bins:
            how = self.tr(
                "Each dot is proposals of about one probability, larger for more of them; its bar is where the true "
                "share lies with 95 % certainty. On the dashed line the model says exactly what happens."
            )
            self.body.addWidget(Words(how, step="caption", tone="tertiary", weight=450, wrap=True))
