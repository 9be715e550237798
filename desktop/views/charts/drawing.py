"""What a chart shows, as frozen data, and how it is drawn: the same for a pane of the window and for a file.

Lines differ by stroke and by their own name beside them, never by hue alone. Doubt is a band around its line; a case
that is still open is a tick on it (Kaplan and Meier 1958 draw the censored so).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainterPath, QPen

from desktop.views.fonts import font
from desktop.views.theme import theme

Floats = NDArray[np.float64]
Tone = Literal["accent", "ink", "quiet", "danger"]
TONES: dict[Tone, str] = {
    "accent": "accent.default",
    "ink": "text.primary",
    "quiet": "text.tertiary",
    "danger": "danger.text",
}
pg.setConfigOptions(antialias=True)
BAND_OPACITY = 0.16
TICK_PX = 9  # of an open case on its line
_TICK = QPainterPath(QPointF(0, -0.5))
_TICK.lineTo(QPointF(0, 0.5))


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """How far a line may lie off: low and high at each x of its line."""

    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A line from left to right, nan where nothing is known. `ticks` are the x at which open cases stand on it."""

    name: str
    x: Floats
    y: Floats
    tone: Tone = "accent"
    dashed: bool = False
    stepped: bool = False
    band: Band | None = None
    ticks: Floats | None = None

    def at(self, x: float) -> tuple[float, float, float] | None:
        """Value, low and high at x; low and high are nan without a band. None outside of the line."""
        if not len(self.x) or not self.x[0] <= x <= self.x[-1]:
            return None
        row = int(np.searchsorted(self.x, x, side="right")) - 1
        if not self.stepped and row + 1 < len(self.x) and self.x[row + 1] - x < x - self.x[row]:
            row += 1
        band = self.band
        low, high = (np.nan, np.nan) if band is None else (float(band.low[row]), float(band.high[row]))
        return float(self.y[row]), low, high


@dataclass(frozen=True, slots=True)
class Mark:
    """An upright line with its word: a deadline, today."""

    x: float
    words: str
    tone: Tone = "quiet"


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """A chart whole. `y_from` and `y_to` hold the upright axis where they are given; `about` is read aloud."""

    title: str
    lines: Sequence[Line]
    x_title: str = ""
    marks: Sequence[Mark] = ()
    y_from: float | None = 0.0
    y_to: float | None = None
    about: str = ""

    def reach(self) -> tuple[float, float]:
        """The first and the last x of all lines; 0 and 1 without any."""
        ends = [(float(line.x[0]), float(line.x[-1])) for line in self.lines if len(line.x)]
        return (min(a for a, _ in ends), max(b for _, b in ends)) if ends else (0.0, 1.0)

    def heights(self) -> tuple[float, float]:
        """The least and the greatest y that is drawn, bands too; at least one apart."""
        drawn = [values for line in self.lines for values in _uprights(line) if np.isfinite(values).any()]
        low = min((float(np.nanmin(values)) for values in drawn), default=0.0)
        high = max((float(np.nanmax(values)) for values in drawn), default=1.0)
        low = low if self.y_from is None else self.y_from
        high = high + 0.06 * (high - low) if self.y_to is None else self.y_to
        return (low, high) if high > low else (low, low + 1.0)


def _uprights(line: Line) -> list[Floats]:
    return [line.y] if line.band is None else [line.y, line.band.low, line.band.high]


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


def _name(view: pg.ViewBox, line: Line, chart: Chart) -> None:
    """A line is named beside itself where it has room to its upper right: no legend has to be looked up."""
    if not line.name or not np.isfinite(line.y).any():
        return
    first, last = chart.reach()
    row = int(np.searchsorted(line.x, first + (0.34 if line.dashed else 0.3) * (last - first)))
    known = np.flatnonzero(np.isfinite(line.y))
    at = int(known[np.argmin(np.abs(known - min(row, len(line.x) - 1)))])
    falls = line.y[known[-1]] <= line.y[known[0]]
    label = pg.TextItem(line.name, color=theme().colour(TONES[line.tone]), anchor=(0, 1) if falls else (1, 1))
    label.setFont(font("chart", weight=600))
    label.setPos(QPointF(float(line.x[at]), float(line.y[at])))
    label.setZValue(20)
    view.addItem(label)
