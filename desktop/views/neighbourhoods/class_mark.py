"""Marks of zones as the map draws them, and the strip of their counts where there is no room for the question."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from desktop.domain.statistic_marks import LegendLine, Mark
from desktop.views import format as words
from desktop.views.fonts import font
from desktop.views.kit import IconButton, set_tip
from desktop.views.kit.layouts import clear_layout
from desktop.views.shell.edge_strip import EdgeStrip
from desktop.views.theme import theme

MARK_PX = 16


# Corners of the marks in half their side: of the grids as they lie on the map, of areas like neither.
CORNERS = {
    "hexagon": [(math.cos(math.radians(60 * at - 90)), math.sin(math.radians(60 * at - 90))) for at in range(6)],
    "square": [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
    "area": [(-0.95, -0.27), (-0.2, -0.95), (0.95, -0.61), (0.61, 0.81), (-0.68, 0.95)],
}


def paint_mark(painter: QPainter, rect: QRectF, mark: Mark, form: str = "hexagon") -> None:
    """A zone of the kind's hue, an outline where it has none, with its dot or its letter."""
    tokens, middle = theme().tokens, rect.center()
    radius = min(rect.width(), rect.height()) / 2 - 0.6
    shape = QPolygonF([middle + QPointF(x, y) * radius for x, y in CORNERS[form]])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if mark.ramp == "none":
        painter.setPen(QPen(theme().colour("line.strong"), 1.3))
        painter.setBrush(Qt.BrushStyle.NoBrush)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        ramp = tokens.diverging if mark.ramp == "diverging" else tokens.sequential
        painter.setBrush(QColor(ramp[mark.step]))
    painter.drawPolygon(shape)
    if mark.dot:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().colour("surface.pane"))  # the ends of the ramp are deep on white, pale on dark
        painter.drawEllipse(middle, 1.8, 1.8)
    if mark.sign:
        painter.setFont(font("caption", weight=700, size=9.0))
        painter.setPen(theme().colour("text.primary" if mark.ramp == "none" else "surface.pane"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, mark.sign)


class _KindCell(QAbstractButton):
    """A kind over how many zones are of it."""

    def __init__(self, line: LegendLine, form: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line, self._form = line, form
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedSize(48, 44)
        told = f"{line.mark.word}: {words.count(line.count or 0)}"
        self.setAccessibleName(told)
        set_tip(self, told)

    def sizeHint(self) -> QSize:
        return QSize(48, 44)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            if self.underMouse():
                painter.fillRect(self.rect(), theme().colour("state.hover"))
            room = QRectF((self.width() - MARK_PX) / 2, 6, MARK_PX, MARK_PX)
            paint_mark(painter, room, self.line.mark, self._form)
            painter.setFont(font("caption", weight=450))
            painter.setPen(theme().colour("text.secondary"))
            room = QRectF(0, 23, self.width(), 16)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, words.short_count(self.line.count or 0))
        finally:
            painter.end()


class QuestionStrip(EdgeStrip):
    """The pane in a narrow window: opens it, asks what stands in it, and counts the zones of each kind."""

    kind_chosen = Signal(int)

    MOST = 9  # kinds that a low window has room for

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("left", "", parent)
        self.button.set_name(self.tr("Show the question"))
        self.ask = IconButton("search", self.tr("Ask what stands in the question"), side=28)
        self.column.insertWidget(1, self.ask, 0, Qt.AlignmentFlag.AlignHCenter)
        self._kinds = QVBoxLayout()
        self._kinds.setSpacing(0)
        self.column.insertLayout(2, self._kinds)

    def set_kinds(self, kinds: Sequence[LegendLine], form: str = "hexagon") -> None:
        """How many zones are of each kind that the legend lists, as far as there is room. `form`: that of the zones."""
        clear_layout(self._kinds)
        for line in kinds[: self.MOST]:
            cell = _KindCell(line, form)
            cell.clicked.connect(self._clicked)
            self._kinds.addWidget(cell)

    def _clicked(self) -> None:
        cell = self.sender()
        assert isinstance(cell, _KindCell)
        self.kind_chosen.emit(cell.line.kind)
