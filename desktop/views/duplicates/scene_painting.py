"""How the small map of a proposal is drawn: the radius, errors of positions, numbered discs, the scale."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from desktop.domain.plain_text import readable
from desktop.views import format as words
from desktop.views.duplicates.state import SceneReport
from desktop.views.fonts import font
from desktop.views.kit.painting import PANEL, paint_box, paint_shadow
from desktop.views.theme import theme

DISC = 22.0
APART = 24.0  # px between the middles of two discs at least
TOUCH = APART * 0.75
CELL = TOUCH / math.sqrt(2) * 0.999  # px: two places in it are near each other
RING = 12  # discs in one ring at most
MARGIN = 12.0
SCALE_PX = 40.0  # the length of the scale at least


def spread(places: Mapping[int, QPointF]) -> dict[int, QPointF]:
    """Discs that would lie on each other go to a ring around their middle, in the order of their numbers.

    More than a ring takes lie close together around it, from the middle outwards.
    """
    done: dict[int, QPointF] = {}
    for group in _groups(places):
        if len(group) == 1:
            done[group[0]] = places[group[0]]
            continue
        middle = sum((places[number] for number in group), QPointF()) / len(group)
        if len(group) > RING:
            done |= {number: middle + away for number, away in zip(group, _packed(len(group)), strict=True)}
            continue
        reach = APART / (2 * math.sin(math.pi / len(group)))
        for at, number in enumerate(group):
            turn = 2 * math.pi * at / len(group) - math.pi / 2 - (math.pi / 2 if len(group) == 2 else 0)
            done[number] = middle + QPointF(math.cos(turn), math.sin(turn)) * reach
    return done


def _packed(count: int) -> list[QPointF]:
    """Middles of so many discs that touch each other, the first in the middle: rings of a hexagonal lattice."""
    corners = [QPointF(math.cos(at * math.pi / 3), math.sin(at * math.pi / 3)) * APART for at in range(6)]
    found, ring = [QPointF()], 0
    while len(found) < count:
        ring += 1
        for side in range(6):
            along = corners[(side + 1) % 6] - corners[side]
            found += [corners[side] * ring + along * step for step in range(ring)]
    return found[:count]


def _groups(places: Mapping[int, QPointF]) -> list[list[int]]:
    """Numbers whose places are nearer to each other than discs may be, chained.

    Places of one cell are near each other; those of two cells are looked at until a pair is near.
    """
    cells: dict[tuple[int, int], list[int]] = {}
    for number in sorted(places):
        place = places[number]
        cells.setdefault((math.floor(place.x() / CELL), math.floor(place.y() / CELL)), []).append(number)
    left, groups = dict(cells), list[list[int]]()
    for first in cells:
        waiting, group = [first] if left.pop(first, None) is not None else [], list[int]()
        while waiting:
            cell = waiting.pop()
            group += cells[cell]
            near = [other for other in _around(cell) if other in left and _near(places, cells[cell], cells[other])]
            for other in near:
                del left[other]
            waiting += near
        if group:
            groups.append(sorted(group))
    return groups


def _around(cell: tuple[int, int]) -> list[tuple[int, int]]:
    """The cells in which something near can be."""
    steps = range(-2, 3)
    return [(cell[0] + across, cell[1] + down) for across in steps for down in steps if (across, down) != (0, 0)]


def _near(places: Mapping[int, QPointF], some: Sequence[int], others: Sequence[int]) -> bool:
    """Whether a disc of the one would lie on one of the other."""
    return any(
        math.hypot(places[one].x() - places[other].x(), places[one].y() - places[other].y()) < TOUCH
        for one in some
        for other in others
    )


def paint_circle(painter: QPainter, middle: QPointF, reach: float, told: str) -> None:
    """The radius within which reports are compared, dashed, with its words at the upper right."""
    accent = theme().colour("accent.default")
    fill = QColor(accent)
    fill.setAlphaF(0.08)
    pen = QPen(accent, 1.5)
    pen.setDashPattern([4, 3])
    painter.setPen(pen)
    painter.setBrush(fill)
    painter.drawEllipse(middle, reach, reach)
    painter.setFont(font("caption", weight=600))
    corner = middle + QPointF(math.cos(math.pi / 4), -math.sin(math.pi / 4)) * (reach + 6)
    paint_haloed(painter, corner, told, theme().colour("accent.text"))


def paint_haloed(painter: QPainter, at: QPointF, told: str, ink: QColor) -> None:
    """Words that stand on whatever the map shows; `at` is the left end of their line."""
    path = QPainterPath()
    path.addText(at, painter.font(), told)
    halo = QPen(QColor(theme().tokens.basemap["halo"]), 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
    halo.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(path, halo)
    painter.fillPath(path, ink)


def paint_error(painter: QPainter, middle: QPointF, reach: float, report: SceneReport) -> None:
    """How far off the position may be."""
    ink = theme().colour("text.tertiary")
    fill = QColor(ink)
    fill.setAlphaF(0.14 if report.kept else 0.05)
    pen = QPen(ink, 1)
    if not report.kept:
        pen.setDashPattern([2, 3])
    painter.setPen(pen)
    painter.setBrush(fill)
    painter.drawEllipse(middle, max(reach, DISC / 2 + 3), max(reach, DISC / 2 + 3))


def paint_report(painter: QPainter, middle: QPointF, place: QPointF, report: SceneReport, *, tie: bool) -> None:
    """The numbered disc: full, amber outlined where it is doubtful, hollow and dashed where it was taken out.

    With a `tie` a line leads to the place, where the disc stands beside it.
    """
    colour = theme().colour
    if tie and math.hypot(middle.x() - place.x(), middle.y() - place.y()) > 1:
        painter.setPen(QPen(colour("text.secondary"), 1))
        painter.drawLine(place, middle)
        painter.setBrush(colour("text.secondary"))
        painter.drawEllipse(place, 2, 2)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour("surface.pane"))
    painter.drawEllipse(middle, DISC / 2 + 1, DISC / 2 + 1)  # the halo
    fill, edge, ink = _disc_colours(report)
    pen = QPen(edge, 2)
    if not report.kept:
        pen.setDashPattern([1.6, 1.4])
    painter.setPen(pen)
    painter.setBrush(fill)
    painter.drawEllipse(middle, DISC / 2 - 2, DISC / 2 - 2)
    painter.setFont(font("table", weight=650))
    painter.setPen(ink)
    box = QRectF(middle.x() - DISC / 2, middle.y() - DISC / 2, DISC, DISC)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(report.number))
    if report.focused:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour("accent.default"), 2))
        painter.drawEllipse(middle, DISC / 2 + 3, DISC / 2 + 3)


def _disc_colours(report: SceneReport) -> tuple[QColor, QColor, QColor]:
    """Fill, edge and ink."""
    colour = theme().colour
    if not report.kept:
        return colour("surface.pane"), colour("line.strong"), colour("text.secondary")
    if report.doubtful:
        return colour("surface.pane"), colour("warning.text"), colour("warning.text")
    return colour("accent.default"), colour("accent.default"), colour("text.on_accent")


def note_box(told: str) -> QRectF:
    """Where a note stands: at the upper left."""
    return QRectF(MARGIN, MARGIN, QFontMetricsF(font("caption", weight=450)).horizontalAdvance(told) + 20, 26)


def paint_note(painter: QPainter, view: QRectF, told: str) -> None:
    """What the circles mean, on a panel; left out where there is no room for it."""
    painter.setFont(font("caption", weight=450))
    box = note_box(told)
    if box.right() + MARGIN > view.right() or view.height() < 160:
        return
    paint_shadow(painter, box, PANEL, theme().tokens.radius.control)
    paint_box(painter, box, theme().colour("surface.raised"), theme().colour("line.default"), 6)
    painter.setPen(theme().colour("text.primary"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, told)


def scale_length(px_per_metre: float) -> float:
    """A round length in metres that is at least as long as the scale must be: 1, 2 or 5 times a power of ten."""
    least = SCALE_PX / px_per_metre
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= least * (1 - 1e-9))


def paint_scale(painter: QPainter, view: QRectF, px_per_metre: float) -> float:
    """The scale at the lower right; where it begins."""
    metres = scale_length(px_per_metre)
    long = metres * px_per_metre
    right, bottom = view.right() - MARGIN, view.bottom() - MARGIN
    told = words.distance(metres) if metres >= 1 else f"{words.number(metres, 1)}{words.NARROW_SPACE}m"
    painter.setFont(font("chart", weight=600))
    wide = QFontMetricsF(painter.font()).horizontalAdvance(told)
    ink = theme().colour("text.secondary")
    paint_haloed(painter, QPointF(right - (long + wide) / 2, bottom - 6), told, ink)
    line = QPainterPath(QPointF(right - long, bottom - 4))
    for x, y in ((right - long, bottom), (right, bottom), (right, bottom - 4)):
        line.lineTo(x, y)
    painter.strokePath(line, QPen(QColor(theme().tokens.basemap["halo"]), 4))
    painter.strokePath(line, QPen(ink, 1.5))
    return float(right - max(long, wide))


def paint_attribution(painter: QPainter, view: QRectF, told: str, end: float) -> None:
    """Whose map it is, at the lower left, as far as the scale leaves room."""
    if not told:
        return
    painter.setFont(font("chart", weight=450))
    room = end - 2 * MARGIN
    fitting = painter.fontMetrics().elidedText(" ".join(readable(told).split()), Qt.TextElideMode.ElideRight, int(room))
    paint_haloed(painter, QPointF(MARGIN, view.bottom() - MARGIN), fitting, theme().colour("text.secondary"))
