"""What a chart shows, as frozen data; what draws it is loaded when the first one is drawn.

Lines differ by stroke and by their own name beside them, never by hue alone. Doubt is a band around its line; a case
that is still open is a tick on it (Kaplan and Meier 1958 draw the censored so).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Tone = Literal["accent", "ink", "quiet", "danger"]


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
    """A chart whole. `y_from` and `y_to` hold the upright axis where they are given; `about` is read aloud.

    `x_to_least`: the other axis goes at least so far, for one of less than its unit has nothing to be read by.
    """

    title: str
    lines: Sequence[Line]
    x_title: str = ""
    marks: Sequence[Mark] = ()
    y_from: float | None = 0.0
    y_to: float | None = None
    about: str = ""
    x_to_least: float | None = None

    def reach(self) -> tuple[float, float]:
        """The first and the last x that the axis has: of all lines, 0 and 1 without any."""
        ends = [(float(line.x[0]), float(line.x[-1])) for line in self.lines if len(line.x)]
        low, high = (min(a for a, _ in ends), max(b for _, b in ends)) if ends else (0.0, 1.0)
        return low, high if self.x_to_least is None else max(high, self.x_to_least)

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
