"""An answer about where and when as a drawing: map, legend with counts, scale, north, and its method. No Qt.

One drawing serves SVG, PNG, PDF and the periodic report. Every text is escaped.
"""

from __future__ import annotations

import base64
import html
import math
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop.domain.language import count as in_figures
from desktop.domain.plain_text import readable
from desktop.domain.statistic_marks import Mark, legend
from desktop.domain.statistic_words import DASHED, NORTH, ZONES, legend_head
from desktop.reports.chart_svg import INK, QUIET
from desktop.reports.report_blocks import Chart
from desktop.reports.statistic_figure import StatisticFigure, colour, ink_on

EDGE, HEAD, LINE = 24.0, 64.0, 16.0
MAP_WIDE, MAP_HIGH, LEGEND_WIDE = 800.0, 860.0, 248.0
LETTERS = 88  # of a line of method, which stands in two columns
FONT = "Inter, Noto Sans, sans-serif"
LEGEND_LETTERS = 28  # of its head
REPORT_WIDE, REPORT_HIGH, REPORT_LEGEND = 470.0, 430.0, 216.0
ROOM = 12.0  # around the zones
DETAIL = 1_600  # steps across the map, beyond which a border is not bent
EARTH_M = 40_075_016.686
BAR = 130.0
DOT, SIGN_LEAST, SIGN_MOST = 1.8, 5.0, 11.0
OUTLINE_INK, BOUNDARY_INK, LAND = "#858D98", "#5B636C", "#F1EEE8"
OPACITY = 0.78
WIDE_ZONE = 30.0  # px; borders of narrower ones are a fine net

Ring = list[tuple[float, float]]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class DrawnZone:
    """Rings in web mercator (0 to 1), the kind's number, what is told of it, where its sign stands, how wide it is."""

    rings: list[Ring]
    kind: int
    told: str
    middle: tuple[float, float]
    wide: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a painter needs of an answer; plain data in the reader's language, so that another process can be told.

    `counts`: how many zones are of each mark; None for a surface, whose zones are joined and not counted.
    `head`, `zones_word`: over the legend and over its counts; `dashed`: what the line of the boundary is.
    """

    title: str
    subtitle: str
    lines: tuple[str, ...]
    marks: tuple[Mark, ...]
    counts: tuple[int, ...] | None
    zones: tuple[DrawnZone, ...]
    boundary: list[Ring]
    head: str
    zones_word: str
    dashed: str
    north: str
    credit: str = ""

    def to_json(self) -> dict[str, Any]:
        """As another process is told."""
        return asdict(self)

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Drawing:
        """The way back."""
        marks = tuple(Mark(**mark) for mark in told["marks"])
        zones = tuple(DrawnZone(**zone) for zone in told["zones"])
        lines, counts = tuple(told["lines"]), None if told["counts"] is None else tuple(told["counts"])
        return cls(**{**told, "marks": marks, "zones": zones, "lines": lines, "counts": counts})


def drawing_of(figure: StatisticFigure, credit: str = "") -> Drawing:
    """The drawing of an answer; a density's cells are joined by kind, for they are many and alike."""
    import shapely

    shapes = _on_map(shapely.from_wkb(list(figure.polygons_wkb)))
    say, joined = figure.language, not figure.marked.counted
    kinds, told = figure.marked.of.tolist(), [] if joined else [_told(figure, at) for at in range(len(shapes))]
    if joined:
        marks = figure.marked.marks
        held = [at for at in range(len(marks)) if (figure.marked.of == at).any()]
        shapes = np.array([shapely.unary_union(shapes[figure.marked.of == at]) for at in held])
        kinds, told = held, [marks[at].word for at in held]
    west, south, east, north = shapely.total_bounds(shapes)
    tolerance = max(east - west, north - south) / DETAIL
    edge = [] if figure.boundary_wkb is None else _on_map(np.array([shapely.from_wkb(figure.boundary_wkb)]))
    return Drawing(
        figure.title,
        figure.subtitle,
        figure.lines,
        figure.marked.marks,
        figure.marked.counts(),
        tuple(
            DrawnZone(_rings(shape, tolerance), kind, words, *_middle(shape))
            for shape, kind, words in zip(shapes, kinds, told, strict=True)
        ),
        [ring for shape in edge for ring in _rings(shape, tolerance)],
        legend_head(figure.method, say),
        say.say(ZONES),
        say.say(DASHED),
        say.say(NORTH),
        credit,
    )


def _told(figure: StatisticFigure, at: int) -> str:
    word = figure.marked.marks[int(figure.marked.of[at])].word
    return "; ".join([figure.zone_name(at), word, *(f"{name} {value}" for name, value in figure.told(at))])


def _on_map(shapes: Any) -> Any:
    """Degrees to web mercator from 0 to 1, y downwards."""
    import shapely

    def place(points: Floats) -> Floats:
        sine = np.sin(np.radians(points[:, 1]))
        x = (points[:, 0] + 180.0) / 360.0
        return np.column_stack([x, 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)])

    return shapely.transform(shapes, place)


def _rings(shape: Any, tolerance: float) -> list[Ring]:
    import shapely

    kept = shapely.simplify(shape, tolerance)
    return [
        [(round(x, 9), round(y, 9)) for x, y in shapely.get_coordinates(ring).tolist()]
        for ring in shapely.get_rings(shapely.get_parts(kept))
    ]


def _middle(shape: Any) -> tuple[tuple[float, float], float]:
    """Where a sign stands, and how wide a square of the same area is."""
    import shapely

    parts = shapely.get_parts(shape)
    largest = parts[int(np.argmax(shapely.area(parts)))]
    point = largest.centroid if largest.contains(largest.centroid) else largest.point_on_surface()
    return (float(point.x), float(point.y)), math.sqrt(float(largest.area))


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the map stands in the drawing: its corner in mercator, px per mercator unit, size in px."""

    x: float
    y: float
    scale: float
    wide: float
    high: float

    def on(self, x: float, y: float) -> tuple[float, float]:
        """Pixels from the map's corner."""
        return (x - self.x) * self.scale, (y - self.y) * self.scale

    @property
    def metres(self) -> float:
        """How many metres a pixel is in the middle."""
        y = self.y + self.high / self.scale / 2
        latitude = math.atan(math.sinh(math.pi * (1 - 2 * y)))
        return EARTH_M * math.cos(latitude) / self.scale


def frame_of(drawing: Drawing, wide: float, high: float) -> Frame:
    """The closest view of all zones in a width, no higher than allowed."""
    points = np.array([point for zone in drawing.zones for ring in zone.rings for point in ring])
    (west, north), (east, south) = points.min(axis=0), points.max(axis=0)
    across, down = max(east - west, 1e-9), max(south - north, 1e-9)
    scale = min((wide - 2 * ROOM) / across, (high - 2 * ROOM) / down)
    tall = max(min(down * scale + 2 * ROOM, high), wide / 3)
    return Frame((west + east) / 2 - wide / scale / 2, (north + south) / 2 - tall / scale / 2, scale, wide, tall)


def whole_svg(drawing: Drawing, base_png: bytes | None = None) -> tuple[str, float, float]:
    """The drawing with title, legend and method, its width and height. `base_png`: a picture to lie beneath."""
    frame = frame_of(drawing, MAP_WIDE, MAP_HIGH)
    wide = EDGE + frame.wide + EDGE + LEGEND_WIDE + EDGE
    below = HEAD + max(frame.high, 24.0 * (len(drawing.marks) + 5)) + EDGE
    method, lines = _method(drawing.lines, below, (wide - EDGE) / 2)
    high = below + LINE * lines + EDGE
    pieces = [
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 {wide:g} {high:g}" width="{wide:g}" height="{high:g}" role="img" '
        f'aria-label="{_safe(drawing.title)}">',
        f"<title>{_safe(drawing.title)}</title>",
        f"<desc>{_safe(chr(10).join(drawing.lines))}</desc>",
        f'<rect width="{wide:g}" height="{high:g}" fill="#FFFFFF"/>',
        _text(EDGE, 30, _short(drawing.title, 110), 18, 600),
        _text(EDGE, 50, _short(drawing.subtitle, 150), 12, 400, QUIET),
        f'<g transform="translate({EDGE:g} {HEAD:g})">',
        *_map(drawing, frame, base_png),
        "</g>",
        *_legend(drawing, EDGE + frame.wide + EDGE, HEAD, LEGEND_WIDE),
        *method,
        "</svg>",
    ]
    return "".join(pieces), wide, high


def _method(told: Sequence[str], top: float, across: float) -> tuple[list[str], int]:
    """The method in two columns, and how many lines the longer one has."""
    paragraphs = [textwrap.wrap(readable(one), LETTERS, subsequent_indent="   ") for one in told]
    half, left, right = sum(map(len, paragraphs)) / 2, [], []  # type: float, list[str], list[str]
    for paragraph in paragraphs:
        (right if right or len(left) + len(paragraph) / 2 > half else left).extend(paragraph)
    pieces = [
        _text(EDGE + at * across, top + line * LINE, words, 11, 400, QUIET)
        for at, column in enumerate((left, right))
        for line, words in enumerate(column)
    ]
    return pieces, max(len(left), len(right))


def map_chart(drawing: Drawing, caption: str) -> Chart:
    """Map and legend as a drawing of the periodic report."""
    frame = frame_of(drawing, REPORT_WIDE, REPORT_HIGH)
    wide, high = REPORT_WIDE + 14 + REPORT_LEGEND, max(frame.high, 22.0 * (len(drawing.marks) + 3))
    pieces = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}" width="{wide:g}" height="{high:g}" '
        f'role="img" aria-label="{_safe(drawing.title)}">',
        *_map(drawing, frame, None),
        *_legend(drawing, REPORT_WIDE + 14, 0.0, REPORT_LEGEND),
        "</svg>",
    ]
    svg = "".join(pieces).replace(f'font-family="{FONT}"', 'font-family="Inter"')  # as all drawings of a report name it
    return Chart(svg, wide, high, drawing.title, caption)


def _map(drawing: Drawing, frame: Frame, base_png: bytes | None) -> Iterable[str]:
    box = f'width="{frame.wide:g}" height="{frame.high:g}"'
    yield f'<rect {box} fill="{LAND}"/>'
    if base_png is not None:
        yield f'<image {box} xlink:href="data:image/png;base64,{base64.b64encode(base_png).decode()}"/>'
    if drawing.boundary:
        inside = _within(drawing.boundary, frame)
        yield f'<path d="{inside}" fill="none" stroke="{BOUNDARY_INK}" stroke-width="1" stroke-dasharray="5 3"/>'
    # Outlines first, so that they do not stand over the edges of what is told.
    order = sorted(drawing.zones, key=lambda zone: colour(drawing.marks[zone.kind]) is not None)
    yield from (_zone(zone, drawing.marks[zone.kind], frame, joined=drawing.counts is None) for zone in order)
    yield from (sign for zone in order for sign in _sign(zone, drawing.marks[zone.kind], frame))
    yield from _furniture(drawing, frame)
    yield f'<rect x="0.5" y="0.5" width="{frame.wide - 1:g}" height="{frame.high - 1:g}" fill="none" stroke="#CBD0D8"/>'


def _path(rings: Sequence[Sequence[Sequence[float]]], frame: Frame) -> str:
    return "".join(
        "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in (frame.on(*point) for point in ring)) + "Z" for ring in rings
    )


def _within(rings: Sequence[Ring], frame: Frame) -> str:
    """Border lines cut off at the map's edge."""
    import shapely

    east, south = frame.x + frame.wide / frame.scale, frame.y + frame.high / frame.scale
    lines = shapely.clip_by_rect([shapely.linestrings(ring) for ring in rings], frame.x, frame.y, east, south)
    parts = [shapely.get_coordinates(part).tolist() for part in shapely.get_parts(lines) if not part.is_empty]
    return "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in (frame.on(*p) for p in part)) for part in parts)


def _zone(zone: DrawnZone, mark: Mark, frame: Frame, *, joined: bool) -> str:
    fill = colour(mark)
    if fill is None:
        strength, width = (0.7, 0.9) if zone.wide * frame.scale > WIDE_ZONE else (0.45, 0.6)
        drawn = f'fill="none" stroke="{OUTLINE_INK}" stroke-opacity="{strength}" stroke-width="{width}"'
    else:
        edge = "none" if joined and zone.wide * frame.scale < 3 else "#FFFFFF"
        drawn = f'fill="{fill}" fill-opacity="{OPACITY}" stroke="{edge}" stroke-opacity="0.8" stroke-width="0.6"'
    shape = f'd="{_path(zone.rings, frame)}" fill-rule="evenodd"'
    return f"<path {shape} {drawn}><title>{_safe(zone.told)}</title></path>"


def _sign(zone: DrawnZone, mark: Mark, frame: Frame) -> Iterable[str]:
    x, y = frame.on(*zone.middle)
    size = min(SIGN_MOST, zone.wide * frame.scale * 0.72)
    if mark.dot:
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{min(DOT, max(0.8, size / 4)):.1f}" fill="#FFFFFF"/>'
    elif mark.sign and size >= SIGN_LEAST:
        yield _text(x, y + size * 0.36, mark.sign, size, 600, ink_on(colour(mark)), "middle")


def _furniture(drawing: Drawing, frame: Frame) -> Iterable[str]:
    """North, a scale of a round length, and whom the map is owed to."""
    yield '<rect x="10" y="10" width="34" height="22" rx="3" fill="#FFFFFF" fill-opacity="0.85"/>'
    yield _text(27, 25.5, drawing.north, 12, 600, INK, "middle")
    metres = round_length(BAR * frame.metres)
    long = metres / frame.metres
    x, y = frame.wide - long - 22, frame.high - 14
    yield f'<rect x="{x - 8:.1f}" y="{y - 19:.1f}" width="{long + 16:.1f}" height="25" rx="3" fill="#FFFFFF" '
    yield 'fill-opacity="0.85"/>'
    yield f'<path d="M{x:.1f} {y - 4:.1f}V{y:.1f}H{x + long:.1f}V{y - 4:.1f}" fill="none" stroke="{INK}" '
    yield 'stroke-width="1.2"/>'
    told = f"{in_figures(round(metres / 1000))} km" if metres >= 1000 else f"{metres:g} m"
    yield _text(x + long / 2, y - 7, told, 10, 500, INK, "middle")
    if drawing.credit:
        yield _text(6, frame.high - 6, _short(drawing.credit, 70), 9, 400, QUIET)


def _legend(drawing: Drawing, left: float, top: float, wide: float) -> Iterable[str]:
    y = top + 12
    *above, word = textwrap.wrap(drawing.head, LEGEND_LETTERS)
    for words in above:
        yield _text(left, y, words, 12, 600)
        y += 16
    yield _text(left, y, word, 12, 600)
    if drawing.counts is not None:
        yield _text(left + wide, y, drawing.zones_word, 10, 400, QUIET, "end")
    for line in legend(drawing.marks, drawing.counts):
        y += 21
        yield from _swatch(line.mark, left, y)
        told = QUIET if line.count == 0 else INK
        yield _text(left + 24, y, line.mark.word, 12, 400, told)
        if line.count is not None:
            yield _text(left + wide, y, in_figures(line.count), 12, 500, told, "end")
    y += 25
    yield _text(left, y, drawing.dashed if drawing.boundary else "", 10, 400, QUIET)


def _swatch(mark: Mark, left: float, y: float) -> Iterable[str]:
    fill = colour(mark)
    box = f'<rect x="{left:g}" y="{y - 12:g}" width="16" height="15" rx="2"'
    yield f'{box} fill="{LAND}" stroke="{OUTLINE_INK}" stroke-width="0.8"/>'
    if fill is not None:
        yield f'{box} fill="{fill}" fill-opacity="{OPACITY}"/>'  # as pale as on the map
    if mark.dot:
        yield f'<circle cx="{left + 8:g}" cy="{y - 4.5:g}" r="2" fill="#FFFFFF"/>'
    elif mark.sign:
        yield _text(left + 8, y - 1, mark.sign, 9, 600, ink_on(fill), "middle")


def round_length(metres: float) -> float:
    """The largest of 1, 2, 5, 10, 20 ... that is no longer."""
    power = 10.0 ** math.floor(math.log10(metres))
    return next(step * power for step in (5, 2, 1) if step * power <= metres)


def _text(
    x: float, y: float, told: str, size: float, weight: int, fill: str = INK, anchor: str = "start"
) -> str:  # fmt: skip
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-family="{FONT}" font-size="{size:.3g}" font-weight="{weight}" '
        f'fill="{fill}" text-anchor="{anchor}">{_safe(told)}</text>'
    )


def _short(told: str, most: int) -> str:
    told = readable(told)
    return told if len(told) <= most else f"{told[: most - 1]}…"


def _safe(told: str) -> str:
    return html.escape(readable(told), quote=True)
