"""Same-day acknowledgement of the last days as bars, with the goal as a dotted line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop.views.fonts import font
from desktop.views.kit.painting import blend
from desktop.views.theme import theme

HEIGHT_PX, LABEL_PX, GOAL_PX = 62, 15, 22
FROM = 0.5  # the foot of the bars: days differ above it; a day below it keeps a sliver


@dataclass(frozen=True, slots=True)
class DayBar:
    """One day: its share, None without arrivals, and what it says."""

    share: float | None
    words: str


class DayBars(QWidget):
    """A bar a day, the last one today's."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._days: tuple[DayBar, ...] = ()
        self._goal, self._first = 0.0, ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Same-day acknowledgement of the last 14 days"))
        theme().changed.connect(self.update)

    def set_state(self, days: Sequence[DayBar], goal: float, first: str) -> None:
        """Show these days; `first` is what the first is called."""
        self._days, self._goal, self._first = tuple(days), goal, first
        self.setAccessibleDescription("; ".join(day.words for day in days))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, HEIGHT_PX)

    def _area(self) -> QRectF:
        return QRectF(0, 4, self.width() - GOAL_PX, HEIGHT_PX - LABEL_PX - 4)

    def _bar(self, at: int) -> QRectF:
        area, step = self._area(), self._area().width() / max(1, len(self._days))
        left, right = round(at * step), round((at + 1) * step) - 3
        share = self._days[at].share or 0.0
        high = max(2.0, area.height() * (share - FROM) / (1 - FROM))
        return QRectF(left, area.bottom() - high, right - left, high)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._days:
            return
        colour = theme().colour
        painter = QPainter(self)
        try:
            pale = blend(colour("text.tertiary"), colour("surface.sunken"), 0.5)
            for at, day in enumerate(self._days):
                if day.share is not None:
                    last = at == len(self._days) - 1
                    painter.fillRect(self._bar(at), colour("accent.default") if last else pale)
            self._paint_goal(painter)
            painter.setFont(font("chart"))
            painter.setPen(colour("text.secondary"))
            foot = QRectF(0, HEIGHT_PX - LABEL_PX, self._area().width() - 3, LABEL_PX)
            painter.drawText(foot, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom), self._first)
            today = self.tr("today")
            painter.drawText(foot, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom), today)
        finally:
            painter.end()

    def _paint_goal(self, painter: QPainter) -> None:
        area = self._area()
        y = round(area.bottom() - area.height() * (self._goal - FROM) / (1 - FROM)) + 0.5
        painter.setPen(QPen(theme().colour("text.primary"), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QLineF(0, y, area.right(), y))
        painter.setFont(font("chart"))
        painter.setPen(theme().colour("text.secondary"))
        beside = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
        for at, share in ((y, self._goal), (area.bottom(), FROM)):
            painter.drawText(QRectF(area.right(), at - 8, GOAL_PX, 16), beside, f"{100 * share:.0f}")

    def words_at(self, x: float) -> str:
        """What the day under the pointer says."""
        step = self._area().width() / max(1, len(self._days))
        at = int(x // step) if step else -1
        return self._days[at].words if 0 <= at < len(self._days) else ""

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            text = self.words_at(event.pos().x())
            QToolTip.showText(event.globalPos(), text, self) if text else QToolTip.hideText()
            return True
        return super().event(event)
