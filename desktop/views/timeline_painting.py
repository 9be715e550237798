"""Paints the crews' day: driving as a line, work as numbered blocks, waits hatched, locks, broken rules framed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF

from desktop.views.fonts import font
from desktop.views.icons import paint_icon
from desktop.views.theme import theme
from desktop.views.timeline_rows import HEAD_PX, LABEL_PX, ROW_PX, Frame, TimelineRow, TimelineStop, Window

DONE_OPACITY = 0.42
MARK_ICONS = {"done": "check", "not_found": "x", "other_crew": "users"}
DRIVE_OPACITY = 0.55


@dataclass(slots=True)
class DropMark:
    """Where a dragged stop would go, and what that would cost in words."""

    crew: int
    x: float
    words: str
    bad: bool = False


@dataclass(frozen=True, slots=True)
class BestPlace:
    """Where a dragged stop would fit a crew best, in words; bad where a rule would be broken."""

    place: int
    words: str
    bad: bool


def paint_rows(
    painter: QPainter, frame: Frame, clip: QRectF, chosen: tuple[int, int] | None, now: datetime | None
) -> None:
    """The rows inside a clip."""
    painter.setPen(QPen(theme().colour("line.subtle"), 1))
    for x, _moment in frame.hours():
        painter.drawLine(QPointF(x, clip.top()), QPointF(x, clip.bottom()))
    for crew, row in enumerate(frame.rows):
        if frame.row_rect(crew).intersects(clip):
            _paint_row(painter, frame, crew, row, chosen[1] if chosen is not None and chosen[0] == crew else None)
    if now is not None and frame.shows(now):
        painter.setPen(QPen(theme().colour("accent.default"), 2))
        painter.drawLine(QPointF(frame.x(now), clip.top()), QPointF(frame.x(now), clip.bottom()))


def _paint_row(painter: QPainter, frame: Frame, crew: int, row: TimelineRow, chosen: int | None) -> None:
    colour, slot = theme().tokens.colour, theme().tokens.slot(row.slot)
    top = crew * ROW_PX
    if chosen is not None:
        painter.fillRect(QRectF(0, top, frame.width, ROW_PX), QColor(colour.accent_soft))
    painter.setPen(QPen(QColor(colour.line_subtle), 1))
    painter.drawLine(QPointF(0, top + ROW_PX), QPointF(frame.width, top + ROW_PX))
    _paint_label(painter, top, row)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if row.stops:
        _paint_drive(painter, frame, top, row, QColor(slot.colour))
    for at, stop in enumerate(row.stops):
        _paint_stop(painter, frame, crew, stop, row, chosen == at)
    if row.pause is not None and row.stops and row.pause[0] < row.back:  # afterwards the day is over anyway
        _paint_framed(painter, frame.block(crew, *row.pause), "coffee")
    for trip in row.reloads:
        _paint_framed(painter, frame.block(crew, *trip), "warehouse")
    for at, stop in enumerate(row.stops):
        if stop.locked and not row.locked:
            _paint_lock(painter, frame.stop_block(crew, at).topRight())
    painter.setPen(QPen(QColor(colour.text_secondary), 1.5))
    end = frame.x(row.end)
    painter.drawLine(QPointF(end, top), QPointF(end, top + ROW_PX))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _paint_drive(painter: QPainter, frame: Frame, top: float, row: TimelineRow, hue: QColor) -> None:
    """The line of the day: dotted where the crew stands, past the end of the shift in the colour of danger."""
    middle, end = top + ROW_PX / 2, min(row.back, row.end) if row.over else row.back
    pen = QPen(hue, 3)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    edges = [row.start, *(moment for span in row.stands for moment in span), end]
    painter.setOpacity(DRIVE_OPACITY)
    for at, (start, stop) in enumerate(pairwise(edges)):
        painter.setPen(_standing_pen() if at % 2 else pen)
        painter.drawLine(QPointF(frame.x(start), middle), QPointF(frame.x(stop), middle))
    painter.setOpacity(1.0)
    if row.over:
        pen.setColor(theme().colour("danger.text"))
        painter.setPen(pen)
        painter.drawLine(QPointF(frame.x(row.end), middle), QPointF(frame.x(row.back), middle))


def _standing_pen() -> QPen:
    pen = QPen(theme().colour("text.tertiary"), 1.2)
    pen.setDashPattern([1.5, 4])
    return pen


def _paint_label(painter: QPainter, top: float, row: TimelineRow) -> None:
    colour, slot = theme().tokens.colour, theme().tokens.slot(row.slot)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font("chart", weight=650))
    wide = max(14.0, painter.fontMetrics().horizontalAdvance(str(row.number)) + 4.0)
    square = QRectF(26 - wide if wide <= 22 else 4, top + 11, wide, 14)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(slot.colour))
    painter.drawRoundedRect(square, 3, 3)
    painter.setPen(QColor(slot.ink))
    painter.drawText(square, int(Qt.AlignmentFlag.AlignCenter), str(row.number))
    room = QRectF(34, top + 3, LABEL_PX - 42 - (18 if row.locked else 0), 16)
    _line(painter, room, row.name, colour.text_primary, "table", 600)
    tone = colour.danger_text if row.faults else colour.text_tertiary
    _line(painter, room.translated(0, 15).adjusted(0, 0, 0, -1), row.note, tone, "caption", 450)
    if row.locked:
        paint_icon(painter, QRectF(LABEL_PX - 24, top + 11, 14, 14), "lock", colour.text_secondary)


def _line(painter: QPainter, room: QRectF, text: str, colour: str, step: str, weight: int) -> None:
    painter.setFont(font(step, weight=weight))
    painter.setPen(QColor(colour))
    told = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
    painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), told)


def _paint_stop(painter: QPainter, frame: Frame, crew: int, stop: TimelineStop, row: TimelineRow, chosen: bool) -> None:
    colour, slot = theme().tokens.colour, theme().tokens.slot(row.slot)
    if (stop.service_start - stop.arrival).total_seconds() > 60:
        _paint_wait(painter, frame.block(crew, stop.arrival, stop.service_start))
    block = frame.block(crew, stop.service_start, stop.departure)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour.surface_pane))
    painter.drawRoundedRect(block, 3, 3)  # the line of the day does not shine through what is pale
    painter.setOpacity(DONE_OPACITY if stop.done else 1.0)
    painter.setBrush(QColor(slot.colour))
    painter.drawRoundedRect(block, 3, 3)
    painter.setOpacity(1.0)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    edge = colour.accent_default if chosen else colour.danger_text if stop.broken else colour.surface_pane
    painter.setPen(QPen(QColor(edge), 2 if chosen or stop.broken else 1))
    painter.drawRoundedRect(block, 3, 3)
    painter.setFont(font("chart", weight=600))
    if block.width() >= painter.fontMetrics().horizontalAdvance(str(stop.sequence)) + 4:
        painter.setPen(QColor(colour.text_primary if stop.done else slot.ink))
        painter.drawText(block, int(Qt.AlignmentFlag.AlignCenter), str(stop.sequence))
    if stop.mark in MARK_ICONS:
        _paint_told(painter, QPointF(block.left() + 1, block.bottom()), MARK_ICONS[stop.mark])
    if stop.window is not None:
        _paint_window(painter, frame, crew, stop.window, row)


def _paint_wait(painter: QPainter, wait: QRectF) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().colour("surface.pane"))
    painter.drawRect(wait)
    painter.fillRect(wait, QBrush(theme().colour("line.strong"), Qt.BrushStyle.BDiagPattern))


def _paint_window(painter: QPainter, frame: Frame, crew: int, window: Window, row: TimelineRow) -> None:
    ends = (moment or end for moment, end in zip(window, (row.start, row.end), strict=True))
    left, right = (min(max(frame.x(moment), LABEL_PX), frame.width) for moment in ends)
    y = crew * ROW_PX + 4
    painter.setPen(QPen(theme().colour("text.secondary"), 1))
    painter.drawPolyline(QPolygonF([QPointF(left, y + 4), QPointF(left, y), QPointF(right, y), QPointF(right, y + 4)]))


def _paint_framed(painter: QPainter, rect: QRectF, icon: str) -> None:
    colour = theme().tokens.colour
    painter.setPen(QPen(QColor(colour.line_default), 1))
    painter.setBrush(QColor(colour.surface_sunken))
    painter.drawRoundedRect(rect, 3, 3)
    if rect.width() > 16:
        paint_icon(painter, QRectF(rect.center().x() - 6, rect.top(), 12, rect.height()), icon, colour.text_tertiary)


def _paint_told(painter: QPainter, corner: QPointF, icon: str) -> None:
    """What was told of a stop, in a round at the lower corner of its block."""
    colour = theme().tokens.colour
    painter.setPen(QPen(QColor(colour.line_strong), 1))
    painter.setBrush(QColor(colour.surface_raised))
    painter.drawEllipse(corner, 6.5, 6.5)
    paint_icon(painter, QRectF(corner.x() - 4, corner.y() - 4, 8, 8), icon, colour.text_primary)


def _paint_lock(painter: QPainter, corner: QPointF) -> None:
    """A padlock in a round at the corner of a block."""
    colour = theme().tokens.colour
    painter.setPen(QPen(QColor(colour.line_strong), 1))
    painter.setBrush(QColor(colour.surface_raised))
    painter.drawEllipse(corner + QPointF(-1, 0), 6.5, 6.5)
    paint_icon(painter, QRectF(corner.x() - 5, corner.y() - 4.5, 8, 8), "lock", colour.text_primary)


# over the rows while a stop is dragged


def paint_drag(
    painter: QPainter,
    frame: Frame,
    mark: DropMark | None,
    best: Mapping[int, BestPlace],
    without: tuple[int, int] | None,
) -> None:
    """The best place of each crew as a small mark, and the place under the hand with its words."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for crew, place in best.items():
        own = without[1] if without is not None and without[0] == crew else None
        _paint_best(painter, frame.gap_x(crew, place.place, own), crew * ROW_PX, place.bad)
    if mark is not None:
        _paint_mark(painter, frame, mark)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _paint_best(painter: QPainter, x: float, top: float, bad: bool) -> None:
    hue = theme().colour("danger.text" if bad else "accent.default")
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(hue if not bad else Qt.BrushStyle.NoBrush)
    if bad:
        painter.setPen(QPen(hue, 1.2))
    points = [QPointF(x - 4, top + ROW_PX - 1), QPointF(x + 4, top + ROW_PX - 1), QPointF(x, top + ROW_PX - 7)]
    painter.drawPolygon(QPolygonF(points))


def _paint_mark(painter: QPainter, frame: Frame, mark: DropMark) -> None:
    colour, top = theme().tokens.colour, mark.crew * ROW_PX
    hue = QColor(colour.danger_text if mark.bad else colour.accent_default)
    painter.setPen(QPen(hue, 2))
    painter.drawLine(QPointF(mark.x, top + 2), QPointF(mark.x, top + ROW_PX - 2))
    painter.setFont(font("caption", weight=500))
    wide = painter.fontMetrics().horizontalAdvance(mark.words) + 14
    left = min(max(LABEL_PX, mark.x + 8), frame.width - wide - 4)
    over = top - 20 if mark.crew else top + ROW_PX  # beside the row, whose stops are looked at
    box = QRectF(left, over, wide, 20)
    painter.setPen(QPen(hue, 1))
    painter.setBrush(QColor(colour.surface_raised))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(QColor(colour.danger_text if mark.bad else colour.text_primary))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), mark.words)


# the strip of the hours


def paint_head(painter: QPainter, frame: Frame, now: datetime | None) -> None:
    """The names of the hours, and the flag of now, in a strip of HEAD_PX as wide as the timeline."""
    colour = theme().tokens.colour
    painter.setFont(font("caption"))
    painter.setPen(QColor(colour.text_secondary))
    crew = QCoreApplication.translate("CrewTimeline", "Crew")
    painter.drawText(QRectF(12, 0, LABEL_PX, HEAD_PX), int(Qt.AlignmentFlag.AlignVCenter), crew)
    painter.setPen(QColor(colour.text_tertiary))
    for x, moment in frame.hours():
        if x < frame.width - 24:
            painter.drawText(QRectF(x - 30, 0, 60, HEAD_PX), int(Qt.AlignmentFlag.AlignCenter), f"{moment:%H:%M}")
    if now is not None and frame.shows(now):
        _paint_flag(painter, frame.x(now), now)


def _paint_flag(painter: QPainter, x: float, now: datetime) -> None:
    colour = theme().tokens.colour
    painter.fillRect(QRectF(x - 1, HEAD_PX - 5, 2, 5), QColor(colour.accent_default))
    flag = QRectF(x - 20, 5, 40, 18)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(colour.accent_default))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawRoundedRect(flag, 4, 4)
    painter.setFont(font("caption"))
    painter.setPen(QColor(colour.text_on_accent))
    painter.drawText(flag, int(Qt.AlignmentFlag.AlignCenter), f"{now:%H:%M}")
