"""How a chart is drawn: the same for a pane of the window and for a file."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainterPath, QPen

from desktop.views.charts.chart import Band, Chart, Floats, Line, Mark, Tone
from desktop.views.fonts import font
from desktop.views.theme import theme

TONES: dict[Tone, str] = {
    "accent": "accent.default",
    "ink": "text.primary",
    "quiet": "text.tertiary",
    "danger": "danger.text",
}
pg.setConfigOptions(antialias=True)
BAND_OPACITY = 0.16
AXIS_NEAR = 0.14  # of the height: less has no room for words beneath a line
TICK_PX = 9  # of an open case on its line
_TICK = QPainterPath(QPointF(0, -0.5))
_TICK.lineTo(QPointF(0, 0.5))


def draw_chart(view: pg.ViewBox, chart: Chart) -> None:
    """Put what a chart shows into a view, in the colours of the look in force."""
    view.clear()
    for line in chart.lines:
        if line.band is not None:
            _draw_band(view, line, line.band)
    for mark in chart.marks:
        _draw_mark(view, mark)
    for line in chart.lines:
        _draw_line(view, line)
    for line in chart.lines:
        _name(view, line, chart)


def pen_of(line: Line) -> QPen:
    """How a line is drawn."""
    pen = QPen(theme().colour(TONES[line.tone]), 1.6 if line.dashed else 2)
    pen.setCosmetic(True)
    if line.dashed:
        pen.setDashPattern([4, 3])
    return pen


def _steps(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Corners of stairs that hold each value until the next x."""
    return np.repeat(x, 2)[1:], np.repeat(y, 2)[:-1]


def _draw_band(view: pg.ViewBox, line: Line, band: Band) -> None:
    sides = []
    for values in (band.low, band.high):
        x, y = _steps(line.x, values) if line.stepped else (line.x, values)
        known = np.isfinite(y)
        sides.append(pg.PlotCurveItem(x[known], y[known]))
    wash = QColor(theme().colour(TONES[line.tone]))
    wash.setAlphaF(BAND_OPACITY)
    view.addItem(pg.FillBetweenItem(sides[0], sides[1], brush=wash))


def _draw_line(view: pg.ViewBox, line: Line) -> None:
    x, y = _steps(line.x, line.y) if line.stepped else (line.x, line.y)
    view.addItem(pg.PlotDataItem(x, y, pen=pen_of(line), connect="finite"))
    if line.ticks is not None and len(line.ticks):
        rows = np.clip(np.searchsorted(line.x, line.ticks, side="right") - 1, 0, None)
        strokes = QPen(theme().colour(TONES[line.tone]), 1.4)
        strokes.setCosmetic(True)
        view.addItem(pg.ScatterPlotItem(line.ticks, line.y[rows], symbol=_TICK, size=TICK_PX, pen=strokes, brush=None))


def _draw_mark(view: pg.ViewBox, mark: Mark) -> None:
    pen = QPen(theme().colour(TONES[mark.tone]), 1.2)
    pen.setCosmetic(True)
    pen.setDashPattern([1.5, 2.5])
    drawn = pg.InfiniteLine(
        mark.x,
        angle=90,
        pen=pen,
        label=mark.words,
        labelOpts={"position": 0.97, "color": theme().colour(TONES[mark.tone]), "anchors": [(0, 0), (0, 0)]},
    )
    drawn.label.setFont(font("chart", weight=600))
    view.addItem(drawn)


def _row_at(line: Line, chart: Chart, share: float) -> int:
    """The known value of a line that is nearest to a share of the lower axis."""
    first, last = chart.reach()
    row = int(np.searchsorted(line.x, first + share * (last - first)))
    known = np.flatnonzero(np.isfinite(line.y))
    return int(known[np.argmin(np.abs(known - min(row, len(line.x) - 1)))])


def _lies_under(line: Line, chart: Chart, x: float) -> bool:
    """Whether another named line is above this one at x; of two on the same height the later one is under."""
    here, places = line.at(x), [id(one) for one in chart.lines]
    for other in chart.lines:
        there = other.at(x)
        if other is line or not other.name or here is None or there is None or not np.isfinite(there[0]):
            continue
        later = places.index(id(line)) > places.index(id(other))
        if there[0] > here[0] or (there[0] == here[0] and later):
            return True
    return False


def _name(view: pg.ViewBox, line: Line, chart: Chart) -> None:
    """A line is named beside itself where it has room to its upper right: no legend has to be looked up.

    Of two that fall the lower one is named to its lower left, or farther along where the axis is too near for that.
    """
    if not line.name or not np.isfinite(line.y).any():
        return
    low, high = chart.heights()
    at, anchor = _row_at(line, chart, 0.3), (0.0, 1.0)
    known = np.flatnonzero(np.isfinite(line.y))
    if line.y[known[-1]] > line.y[known[0]]:
        anchor = (1.0, 1.0)
    elif _lies_under(line, chart, float(line.x[at])):
        near = line.y[at] - low < AXIS_NEAR * (high - low)
        at, anchor = (_row_at(line, chart, 0.6), anchor) if near else (at, (1.0, 0.0))
    label = pg.TextItem(line.name, color=theme().colour(TONES[line.tone]), anchor=anchor)
    label.setFont(font("chart", weight=600))
    label.setPos(QPointF(float(line.x[at]), float(line.y[at])))
    label.setZValue(20)
    view.addItem(label)
