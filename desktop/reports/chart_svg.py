"""Charts as plain SVG that browsers and Qt draw alike: no scripts, no styles; marks differ by shape, not colour alone.

Colours are the light ones of the look. Every text is escaped.
"""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from desktop.domain.demand_records import Demand
from desktop.domain.figure_records import Curve, Interval, Verdict
from desktop.domain.plain_text import readable
from desktop.reports.report_blocks import Chart

INK, QUIET, RULE, ACCENT, BAND, GREY_BAND = "#14181D", "#626B76", "#E2E5EA", "#2452D1", "#C9D5F7", "#E3E6EA"
WIDTH = 700.0
_POINTS = 360  # a curve is drawn with; its steps are closer than a pixel beyond
Number = Callable[[float], str]


class _Drawing:
    """Pieces of SVG over a field of axes."""

    def __init__(self, width: float, height: float, left: float, right: float, top: float, bottom: float) -> None:
        self.width, self.height = width, height
        self.left, self.right, self.top, self.bottom = left, width - right, top, height - bottom
        self.pieces: list[str] = []

    def axes(self, x_range: tuple[float, float], y_range: tuple[float, float]) -> None:
        """Say what the edges of the field are."""
        self._x, self._y = x_range, y_range

    def x(self, value: float) -> float:
        low, high = self._x
        return self.left + (value - low) / (high - low) * (self.right - self.left)

    def y(self, value: float) -> float:
        low, high = self._y
        return self.bottom - (value - low) / (high - low) * (self.bottom - self.top)

    def text(
        self, x: float, y: float, told: str, anchor: str = "start", colour: str = QUIET, weight: int = 400
    ) -> None:
        """Words on a base line; what people wrote is escaped and stripped of signs that turn text around."""
        words = html.escape(readable(told))
        self.pieces.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-family="Inter" font-size="11" font-weight="{weight}" '
            f'text-anchor="{anchor}" fill="{colour}">{words}</text>'
        )

    def line(
        self, x1: float, y1: float, x2: float, y2: float, colour: str = RULE, width: float = 1, dash: str = ""
    ) -> None:
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self.pieces.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
            f'stroke-width="{width:g}"{dashed}/>'
        )

    def path(self, points: Sequence[tuple[float, float]], colour: str, width: float = 1.8, dash: str = "") -> None:
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        told = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.pieces.append(
            f'<polyline points="{told}" fill="none" stroke="{colour}" stroke-width="{width:g}" '
            f'stroke-linejoin="round"{dashed}/>'
        )

    def area(self, upper: Sequence[tuple[float, float]], lower: Sequence[tuple[float, float]], colour: str) -> None:
        told = " ".join(f"{x:.1f},{y:.1f}" for x, y in [*upper, *reversed(lower)])
        self.pieces.append(f'<polygon points="{told}" fill="{colour}" fill-opacity="0.7" stroke="none"/>')

    def dot(self, x: float, y: float, colour: str, *, filled: bool, told: str = "", radius: float = 4) -> None:
        """A mark: filled where a difference is clear, a ring where it is not."""
        title = f"<title>{html.escape(readable(told))}</title>" if told else ""
        fill = colour if filled else "#FFFFFF"
        self.pieces.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{fill}" stroke="{colour}" '
            f'stroke-width="1.5">{title}</circle>'
        )

    def grid(self, xs: Sequence[tuple[float, str]], ys: Sequence[tuple[float, str]]) -> None:
        """Rules and figures of both axes."""
        for value, told in ys:
            self.line(self.left, self.y(value), self.right, self.y(value))
            self.text(self.left - 6, self.y(value) + 4, told, "end")
        for value, told in xs:
            self.line(self.x(value), self.bottom, self.x(value), self.bottom + 4, QUIET)
            self.text(self.x(value), self.bottom + 17, told, "middle")
        self.line(self.left, self.bottom, self.right, self.bottom, QUIET)

    def svg(self, told: str) -> str:
        words = html.escape(readable(told), quote=True)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:g} {self.height:g}" '
            f'width="{self.width:g}" height="{self.height:g}" role="img" aria-label="{words}">'
            + "".join(self.pieces)
            + "</svg>"
        )

    def chart(self, told: str, caption: str) -> Chart:
        return Chart(self.svg(told), self.width, self.height, told, caption)


def waiting_chart(
    curves: Sequence[tuple[str, Curve]], days: int, percent: Number, told: str, caption: str, axis: str
) -> Chart:
    """The share that is still waiting by days since the opening; the first is drawn whole, the others dashed."""
    drawing = _Drawing(WIDTH, 260, 44, 120, 14, 40)
    drawing.axes((0, days), (0, 1))
    drawing.grid([(at, f"{at:g}") for at in _ticks(0, days, 6)], [(at / 4, percent(at / 4)) for at in range(5)])
    drawing.text((drawing.left + drawing.right) / 2, drawing.height - 6, axis, "middle")
    taken: list[float] = []
    for place, (name, curve) in reversed(list(enumerate(curves))):
        colour = ACCENT if place == 0 else "#454D57"
        grid = np.linspace(0, days, _POINTS + 1)
        share, low, high = (_steps(curve.days, values, grid) for values in (curve.share, curve.low, curve.high))
        drawing.area(_placed(drawing, grid, high), _placed(drawing, grid, low), BAND if place == 0 else GREY_BAND)
        drawing.path(_placed(drawing, grid, share), colour, 2.0 if place == 0 else 1.6, "" if place == 0 else "5 3")
        y = _free(drawing.y(float(share[-1])), taken)
        drawing.text(drawing.right + 6, y + 4, name, colour=colour, weight=600)
    return drawing.chart(told, caption)


def _steps(at: NDArray[np.float64], values: NDArray[np.float64], grid: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(values[np.searchsorted(at, grid, side="right") - 1])


def _placed(drawing: _Drawing, xs: NDArray[np.float64], ys: NDArray[np.float64]) -> list[tuple[float, float]]:
    return [(drawing.x(x), drawing.y(y)) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)]


def _free(y: float, taken: list[float]) -> float:
    """A height at which no other name stands."""
    while any(abs(y - other) < 13 for other in taken):
        y -= 13
    taken.append(y)
    return y


@dataclass(frozen=True, slots=True)
class Measured:
    """One row of a chart of intervals."""

    name: str
    value: Interval
    clear: bool
    told: str


def interval_chart(
    rows: Sequence[Measured], city: float | None, tick: Number, told: str, caption: str, city_words: str
) -> Chart:
    """A dot with its interval in each row, and the city as a line through all; filled dots differ clearly."""
    known = [row for row in rows if row.value.value is not None]
    ends = [end for row in known for end in (row.value.low, row.value.high) if end is not None]
    low, high = _range([*ends, *([city] if city is not None else [])])
    drawing = _Drawing(WIDTH, 52 + 19 * len(known), 230, 24, 22, 30)
    drawing.axes((low, high), (0, 1))
    for at in _ticks(low, high, 6):
        drawing.line(drawing.x(at), drawing.top, drawing.x(at), drawing.bottom)
        drawing.text(drawing.x(at), drawing.bottom + 17, tick(at), "middle")
    if city is not None:
        drawing.line(drawing.x(city), drawing.top - 2, drawing.x(city), drawing.bottom, QUIET, 1.2, "2 3")
        drawing.text(drawing.x(city), drawing.top - 8, city_words, "middle")
    for place, row in enumerate(known):
        y = drawing.top + 12 + 19 * place
        colour = INK if row.clear else QUIET
        drawing.text(drawing.left - 10, y + 4, _short(row.name, 34), "end", INK, 600 if row.clear else 400)
        ends_of = (row.value.low, row.value.high)
        if ends_of[0] is not None and ends_of[1] is not None:
            drawing.line(drawing.x(ends_of[0]), y, drawing.x(ends_of[1]), y, colour, 1.8)
        drawing.dot(drawing.x(row.value.value or 0.0), y, colour, filled=row.clear, told=row.told)
    return drawing.chart(told, caption)


@dataclass(frozen=True, slots=True)
class Spot:
    """One group in a funnel: how many cases it has, its share, and whether it differs clearly."""

    name: str
    cases: int
    share: float
    clear: bool


def funnel_chart(
    spots: Sequence[Spot],
    city: float,
    limits: Callable[[NDArray[np.float64]], tuple[NDArray[np.float64], NDArray[np.float64]]],
    count: Number,
    percent: Number,
    told: str,
    caption: str,
    axis: str,
) -> Chart:
    """Shares by how many cases they are of, between the limits of chance around the city's share."""
    most = max(spot.cases for spot in spots) * 1.08
    grid = np.linspace(max(1.0, min(spot.cases for spot in spots) * 0.7), most, 160)
    low, high = limits(grid)
    bottom, top = _range([*(spot.share for spot in spots), float(low[40]), float(high[40]), city])
    drawing = _Drawing(WIDTH, 280, 48, 24, 14, 40)
    drawing.axes((0, most), (bottom, top))
    drawing.grid(
        [(at, count(at)) for at in _ticks(0, most, 6)],
        [(at, percent(at)) for at in _ticks(bottom, top, 5)],
    )
    drawing.text((drawing.left + drawing.right) / 2, drawing.height - 6, axis, "middle")
    low, high = np.clip(low, bottom, top), np.clip(high, bottom, top)
    drawing.area(_placed(drawing, grid, high), _placed(drawing, grid, low), GREY_BAND)
    drawing.line(drawing.left, drawing.y(city), drawing.right, drawing.y(city), QUIET, 1.2, "2 3")
    taken: list[float] = []
    for spot in sorted(spots, key=lambda one: one.share, reverse=True):
        x, y = drawing.x(spot.cases), drawing.y(spot.share)
        drawing.dot(
            x, y, ACCENT if spot.clear else QUIET, filled=spot.clear, told=f"{spot.name}: {percent(spot.share)}"
        )
        if spot.clear:
            anchor = "end" if x > drawing.right - 120 else "start"
            if all(abs(y - other) >= 13 for other in taken):  # else the mark's own title names it
                taken.append(y)
                drawing.text(x + (-8 if anchor == "end" else 8), y + 4, _short(spot.name, 24), anchor, INK)
    return drawing.chart(told, caption)


@dataclass(frozen=True, slots=True)
class Place:
    """An area of a map: its rings in a plane, y upwards, and how it differs."""

    name: str
    rings: tuple[tuple[tuple[float, float], ...], ...]
    verdict: Verdict | None
    told: str


# Fill, and the sign that says the same without colour.
_MARKS = {
    Verdict.LOWER: ("#D9772E", "−"),
    Verdict.HIGHER: ("#4C84BD", "+"),
    Verdict.UNCLEAR: ("#FFFFFF", ""),
    Verdict.TOO_FEW: ("#EEECE7", ""),
}
_MAP_H = 420.0


def place_map(places: Sequence[Place], words: Mapping[Verdict, str], told: str, caption: str) -> Chart:
    """Areas filled by how they differ, with a sign; those that do not are outlined."""
    points = np.array([point for place in places for ring in place.rings for point in ring])
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    scale = min((WIDTH - 180) / max(east - west, 1e-12), (_MAP_H - 20) / max(north - south, 1e-12))
    drawing = _Drawing(WIDTH, 20 + (north - south) * scale, 0, 0, 10, 10)
    for place in places:
        fill, _ = _MARKS[place.verdict or Verdict.UNCLEAR]
        pieces = [
            "M" + "L".join(f"{10 + (x - west) * scale:.1f} {10 + (north - y) * scale:.1f}" for x, y in ring) + "Z"
            for ring in place.rings
        ]
        title = html.escape(readable(f"{place.name}: {place.told}"))
        drawing.pieces.append(
            f'<path d="{"".join(pieces)}" fill="{fill}" fill-rule="evenodd" stroke="#858D98" stroke-width="0.8">'
            f"<title>{title}</title></path>"
        )
    for place in places:
        sign = _MARKS[place.verdict or Verdict.UNCLEAR][1]
        if sign:
            x, y = _middle(max(place.rings, key=_extent))
            x, y = 10 + (x - west) * scale, 10 + (north - y) * scale
            drawing.text(x, y + 4, f"{sign} {_short(place.name, 18)}", "middle", INK, 600)
    for at, (verdict, said) in enumerate(words.items()):
        fill, sign = _MARKS[verdict]
        y = 24 + 20 * at
        drawing.pieces.append(
            f'<rect x="{WIDTH - 150:g}" y="{y - 10}" width="14" height="12" fill="{fill}" stroke="#858D98"/>'
        )
        drawing.text(WIDTH - 130, y, f"{sign} {said}".strip(), colour=INK)
    return drawing.chart(told, caption)


def _extent(ring: Sequence[tuple[float, float]]) -> float:
    """Twice the area of a ring (Gauss)."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)))


def _middle(ring: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The middle of a ring's box."""
    xs, ys = zip(*ring, strict=True)
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def weeks_chart(
    demand: Demand, past: int, count: Number, day: Callable[[date], str], told: str, caption: str, today: str
) -> Chart:
    """The past weeks as a line, the weeks ahead dashed between their intervals."""
    weeks = demand.weeks[-past:]
    values = [float(week.requests) for week in weeks]
    most = max([1.0, *values, *(week.high_95 for week in demand.ahead)]) * 1.05
    drawing = _Drawing(WIDTH, 230, 48, 16, 18, 34)
    drawing.axes((0, max(1, len(weeks) + len(demand.ahead) - 1)), (0, most))
    dates = [week.first for week in weeks] + [week.first for week in demand.ahead]
    step = max(1, len(dates) // 7)
    labels = [(float(at), day(dates[at])) for at in range(0, len(dates), step)]
    drawing.grid(labels, [(at, count(at)) for at in _ticks(0, most, 4)])
    begin = len(weeks) - 1
    if demand.ahead:
        xs = [drawing.x(begin + at) for at in range(len(demand.ahead) + 1)]
        last = values[-1]
        for low, high, colour in (("low_95", "high_95", GREY_BAND), ("low_80", "high_80", BAND)):
            upper = [drawing.y(value) for value in (last, *(getattr(week, high) for week in demand.ahead))]
            lower = [drawing.y(value) for value in (last, *(getattr(week, low) for week in demand.ahead))]
            drawing.area(list(zip(xs, upper, strict=True)), list(zip(xs, lower, strict=True)), colour)
        middle = [drawing.y(value) for value in (last, *(week.middle for week in demand.ahead))]
        drawing.path(list(zip(xs, middle, strict=True)), ACCENT, 1.8, "4 3")
    drawing.path([(drawing.x(at), drawing.y(value)) for at, value in enumerate(values)], INK)
    drawing.line(drawing.x(begin), drawing.top, drawing.x(begin), drawing.bottom, QUIET, 1, "2 3")
    drawing.text(drawing.x(begin), drawing.top - 6, today, "middle")
    return drawing.chart(told, caption)


def _short(text: str, most: int) -> str:
    told = readable(text)
    return told if len(told) <= most else told[: most - 1].rstrip() + "…"


def _range(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values, default=0.0), max(values, default=1.0)
    room = (high - low) * 0.06 or 0.05
    return (0.0 if 0 <= low < (high - low) * 0.5 else low - room), high + room


def _ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers between two, `most` at the most or one more."""
    step = 10 ** math.floor(math.log10((high - low) / most))
    for factor in (1, 2, 2.5, 5, 10):
        if (high - low) / (step * factor) <= most:
            step *= factor
            break
    first = math.ceil(low / step - 1e-9)
    return [round(at * step, 10) for at in range(first, math.floor(high / step + 1e-9) + 1)]
