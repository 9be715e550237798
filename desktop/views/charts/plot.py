"""The widget of a chart: quiet axes, values read under the pointer or by keys, a closer look along x."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.views.charts.chart import Chart
from desktop.views.charts.drawing import draw_chart
from desktop.views.fonts import font
from desktop.views.kit import Words
from desktop.views.theme import theme

Say = Callable[[float], str]
HEIGHT_PX = 196
AXIS_PX = 38  # of the upright axis: charts below each other stand on one line
END_PX = 14.0  # of room for a word at the end of an axis
EDGE = 1e-7  # of an axis
STEPS_CLOSER = 2.0  # a press of + or -


class _Axis(pg.AxisItem):  # type: ignore[misc]  # the library says nothing of its types
    """Numbers and days as the look writes them."""

    def __init__(self, side: str, say: Say, ticks: Callable[[float, float], Sequence[float]] | None = None) -> None:
        super().__init__(side)
        self.say, self.places = say, ticks
        self.enableAutoSIPrefix(False)

    def boundingRect(self) -> QRectF:
        """With a grid the library leaves words at the ends of an axis no room."""
        return QRectF(super().boundingRect()).adjusted(-END_PX, -END_PX, END_PX, END_PX)

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        return [self.say(value * scale) for value in values]

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        if self.places is None:
            spacing, _ = self.tickSpacing(low, high, size)[0]
            places: Sequence[float] = np.arange(np.ceil(low / spacing), high / spacing + EDGE).astype(float) * spacing
        else:
            spacing, places = 1.0, self.places(low, high)
        edge = EDGE * (high - low)  # a tick on the very edge is else lost to rounding
        return [(spacing, [min(max(at, low + edge), high - edge) for at in places if low - edge <= at <= high + edge])]


class Plot(pg.GraphicsView):  # type: ignore[misc]
    """Shows a `Chart`. `say_x` and `say_y` put values into words; `x_ticks` chooses where the lower axis has words.

    Of the library's parts only view and axes: its whole plot brings seven menus and a form along.
    """

    opened = Signal(float)  # the x that somebody pressed or chose by Enter

    def __init__(
        self,
        say_x: Say,
        say_y: Say,
        *,
        x_ticks: Callable[[float, float], Sequence[float]] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        self._below, self._beside = _Axis("bottom", say_x, x_ticks), _Axis("left", say_y)
        super().__init__(parent, useOpenGL=False, background=None)
        self.setCacheMode(self.CacheModeFlag.CacheNone)  # else the ground stays that of the look before
        self.view = pg.ViewBox(enableMenu=False, defaultPadding=0)
        self.chart: Chart | None = None
        self._say_x, self._say_y = say_x, say_y
        self._reading: float | None = None
        self._cross = pg.InfiniteLine(angle=90, movable=False)
        self._words = Words("", step="caption", weight=500, parent=self)
        self._words.setProperty("surface", "raised")
        self._words.setContentsMargins(6, 2, 6, 2)
        self._words.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._words.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._words.hide()
        self._set_up()
        theme().changed.connect(self._restyle)

    def _set_up(self) -> None:
        layout = pg.GraphicsLayout()
        layout.setContentsMargins(2, 6, 10, 2)
        layout.setSpacing(0)
        layout.addItem(self._beside, 0, 0)
        layout.addItem(self.view, 0, 1)
        layout.addItem(self._below, 1, 1)
        self.setCentralItem(layout)
        self.view.setMouseEnabled(x=True, y=False)
        self._beside.setWidth(AXIS_PX)
        for axis in (self._below, self._beside):
            axis.setStyle(tickLength=0, tickFont=font("chart"), hideOverlappingLabels=False)
            axis.linkToView(self.view)
            axis.setZValue(-1000)  # the grid lies under the view, which the library puts at -100
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(self.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self._restyle()

    def tick_words(self, say_x: Say) -> None:
        """The lower axis says its values shorter than what is read out."""
        self._below.say = say_x

    def sizeHint(self) -> QSize:
        return QSize(320, HEIGHT_PX)

    def set_chart(self, chart: Chart) -> None:
        """Show a chart whole; a closer look at the one before is over."""
        self.chart = chart
        self._reading = None
        self.setAccessibleName(chart.title)
        self.setAccessibleDescription(chart.about)
        self._redraw()
        self.show_all()

    def show_all(self) -> None:
        """Back to everything."""
        if self.chart is None:
            return
        (left, right), (low, high) = self.chart.reach(), self.chart.heights()
        self.view.setLimits(xMin=left, xMax=right, yMin=low, yMax=high, minXRange=(right - left) / 200 or 1e-9)
        self.view.setRange(xRange=(left, right), yRange=(low, high), padding=0)

    def _redraw(self) -> None:
        if self.chart is None:
            return
        draw_chart(self.view, self.chart)
        self._below.setLabel(self.chart.x_title or None)
        self._below.label.setFont(font("chart"))
        self.view.addItem(self._cross, ignoreBounds=True)
        self._show_reading()

    def _restyle(self) -> None:
        grid = QPen(theme().colour("line.subtle"), 1)
        for axis in (self._below, self._beside):
            axis.setPen(grid)
            axis.setTextPen(theme().colour("text.secondary"))
        self._beside.setGrid(255)
        quiet = QPen(theme().colour("line.strong"), 1)
        quiet.setCosmetic(True)
        self._cross.setPen(quiet)
        self._redraw()

    # reading values

    def read_at(self, x: float | None) -> None:
        """Tell the values at x, or stop telling."""
        self._reading = x
        self._show_reading()

    def reading(self) -> str:
        """What is told now."""
        return self._words.text() if self._reading is not None else ""

    def _show_reading(self) -> None:
        told = [] if self._reading is None or self.chart is None else self._told(self._reading)
        self._cross.setVisible(bool(told))
        self._words.setVisible(bool(told))
        if not told or self._reading is None:
            return
        self._cross.setValue(self._reading)
        self._words.setText("\n".join(told))
        self._words.adjustSize()
        box = self.view.sceneBoundingRect()
        at = self.mapFromScene(self.view.mapViewToScene(QPointF(self._reading, 0))).x()
        left = at + 8 if at + 8 + self._words.width() < box.right() else at - 8 - self._words.width()
        self._words.move(max(0, round(left)), round(box.top()) + 14)

    def _told(self, x: float) -> list[str]:
        assert self.chart is not None
        lines = []
        for line in self.chart.lines:
            value = line.at(x)
            if value is None or not np.isfinite(value[0]):
                continue
            said = f"{line.name}  {self._say_y(value[0])}".strip()
            if np.isfinite(value[1]) and np.isfinite(value[2]):
                said += f"  ({self._say_y(value[1])}–{self._say_y(value[2])})"
            lines.append(said)
        return [self._say_x(x), *lines] if lines else []

    def _snapped(self, x: float) -> float:
        """The nearest x that has a value."""
        assert self.chart is not None
        known = np.unique(np.concatenate([line.x for line in self.chart.lines] or [np.zeros(1)]))
        return float(known[np.argmin(np.abs(known - x))])

    # pointer and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        place = self.mapToScene(event.position().toPoint())
        inside = self.chart is not None and self.view.sceneBoundingRect().contains(place)
        self.read_at(self._snapped(self.view.mapSceneToView(place).x()) if inside else None)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.read_at(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.read_at(None)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.show_all()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right read value after value, Enter opens, plus and minus look closer, 0 shows all."""
        key = event.key()
        if self.chart is None:
            event.ignore()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._step(1 if key == Qt.Key.Key_Right else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._reading is not None:
            self.opened.emit(self._reading)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
            self._look_closer(1 / STEPS_CLOSER if key == Qt.Key.Key_Plus else STEPS_CLOSER)
        elif key == Qt.Key.Key_0:
            self.show_all()
        else:
            event.ignore()

    def _step(self, by: int) -> None:
        assert self.chart is not None
        known = np.unique(np.concatenate([line.x for line in self.chart.lines]))
        left, right = self.view.viewRange()[0]
        known = known[(known >= left) & (known <= right)]
        if not len(known):
            return
        at = 0 if self._reading is None else int(np.searchsorted(known, self._reading)) + by
        self.read_at(float(known[min(max(at, 0), len(known) - 1)]))

    def _look_closer(self, by: float) -> None:
        (left, right), _ = self.view.viewRange()
        middle = self._reading if self._reading is not None else (left + right) / 2
        self.view.setXRange(middle - (middle - left) * by, middle + (right - middle) * by, padding=0)

    def close(self) -> bool:
        """As any widget: the library's own way takes the viewport from under Qt, which ends the process."""
        return bool(QWidget.close(self))

    # files and paper

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """Draw the chart as it is shown into a room of another device, without what is read at the pointer."""
        reading, self._reading = self._reading, None
        self._cross.hide()
        self.render(painter, room, self.viewport().rect(), Qt.AspectRatioMode.IgnoreAspectRatio)
        self._reading = reading
        self._show_reading()
