"""The crews' day: a row a crew; driving as a line, work as numbered blocks, waits hatched, breaks framed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop.views.fonts import font
from desktop.views.icons import paint_icon
from desktop.views.theme import theme

LABEL_PX = 196
HEAD_PX = 28
ROW_PX = 36


@dataclass(frozen=True, slots=True)
class TimelineStop:
    """A block of work, its wait before it, and its window if it has one."""

    sequence: int
    arrival: datetime
    service_start: datetime
    departure: datetime
    window: tuple[datetime | None, datetime | None] | None
    words: str


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """A crew's day."""

    number: int
    name: str
    note: str
    slot: int  # categorical colour, from 0
    start: datetime
    end: datetime
    back: datetime
    pause: tuple[datetime, datetime] | None
    stops: tuple[TimelineStop, ...]


class CrewTimeline(QWidget):
    """Draws rows; tells which stop was clicked as (crew index, stop index)."""

    stop_chosen = Signal(int, int)
    crew_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[TimelineRow, ...] = ()
        self._chosen: tuple[int, int] | None = None
        self._now: datetime | None = None
        self.setAccessibleName(self.tr("Crews' day"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        theme().changed.connect(self.update)

    def set_state(self, rows: Sequence[TimelineRow], now: datetime | None) -> None:
        """Show these rows; `now` is drawn as a line when it lies within the day."""
        self._rows, self._now, self._chosen = tuple(rows), now, None
        self.setMinimumHeight(self.sizeHint().height())
        self.updateGeometry()
        self.update()

    def choose(self, crew: int | None, stop: int = -1) -> None:
        """Mark a crew's row and a stop chosen elsewhere."""
        self._chosen = None if crew is None else (crew, stop)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(900, HEAD_PX + ROW_PX * max(1, len(self._rows)))

    # geometry

    def _span(self) -> tuple[datetime, datetime]:
        first = min(row.start for row in self._rows)
        last = max(max(row.end, row.back) for row in self._rows)
        hour = timedelta(hours=1)
        opens = first.replace(minute=0, second=0)
        closes = last.replace(minute=0, second=0) + hour
        return opens, closes

    def _x(self, moment: datetime) -> float:
        opens, closes = self._span()
        share = (moment - opens) / (closes - opens)
        return LABEL_PX + share * (self.width() - LABEL_PX - 12)

    def _block(self, crew: int, start: datetime, end: datetime) -> QRectF:
        left, right = self._x(start), self._x(end)
        return QRectF(left, HEAD_PX + crew * ROW_PX + 8, max(2.0, right - left), ROW_PX - 16)

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), theme().colour("surface.pane"))
            if self._rows:
                self._paint_hours(painter)
                for crew, row in enumerate(self._rows):
                    self._paint_row(painter, crew, row)
                self._paint_now(painter)
        finally:
            painter.end()

    def _paint_hours(self, painter: QPainter) -> None:
        colour = theme().tokens.colour
        painter.fillRect(QRectF(0, 0, self.width(), HEAD_PX), QColor(colour.surface_sunken))
        painter.setFont(font("caption"))
        painter.setPen(QColor(colour.text_secondary))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(12, 0, LABEL_PX, HEAD_PX), int(middle), self.tr("Crew"))
        moment, closes = self._span()
        while moment <= closes:
            x = self._x(moment)
            painter.setPen(QPen(QColor(colour.line_subtle), 1))
            painter.drawLine(QPointF(x, HEAD_PX), QPointF(x, self.height()))
            if x < self.width() - 24:
                painter.setPen(QColor(colour.text_tertiary))
                painter.drawText(QRectF(x - 30, 0, 60, HEAD_PX), int(Qt.AlignmentFlag.AlignCenter), f"{moment:%H:%M}")
            moment += timedelta(hours=1)

    def _paint_row(self, painter: QPainter, crew: int, row: TimelineRow) -> None:
        colour, slot = theme().tokens.colour, theme().tokens.slot(row.slot)
        top = HEAD_PX + crew * ROW_PX
        if self._chosen is not None and self._chosen[0] == crew:
            painter.fillRect(QRectF(0, top, self.width(), ROW_PX), QColor(colour.accent_soft))
        painter.setPen(QPen(QColor(colour.line_subtle), 1))
        painter.drawLine(QPointF(0, top + ROW_PX), QPointF(self.width(), top + ROW_PX))
        self._paint_label(painter, top, row)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if row.stops:
            middle = top + ROW_PX / 2
            drive = QPen(QColor(slot.colour), 3)
            drive.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setOpacity(0.55)
            painter.setPen(drive)
            painter.drawLine(QPointF(self._x(row.start), middle), QPointF(self._x(row.back), middle))
            painter.setOpacity(1.0)
        for at, stop in enumerate(row.stops):
            self._paint_stop(painter, crew, at, stop, row)
        if row.pause is not None:
            self._paint_pause(painter, self._block(crew, *row.pause))
        painter.setPen(QPen(QColor(colour.text_secondary), 1.5))
        end = self._x(row.end)
        painter.drawLine(QPointF(end, top + 4), QPointF(end, top + ROW_PX - 4))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_label(self, painter: QPainter, top: float, row: TimelineRow) -> None:
        colour, slot = theme().tokens.colour, theme().tokens.slot(row.slot)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        square = QRectF(12, top + 11, 14, 14)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(slot.colour))
        painter.drawRoundedRect(square, 3, 3)
        painter.setFont(font("chart", weight=650))
        painter.setPen(QColor(slot.ink))
        painter.drawText(square, int(Qt.AlignmentFlag.AlignCenter), str(row.number))
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.setFont(font("table", weight=600))
        painter.setPen(QColor(colour.text_primary))
        room = QRectF(34, top + 3, LABEL_PX - 42, 16)
        metrics = painter.fontMetrics()
        painter.drawText(room, middle, metrics.elidedText(row.name, Qt.TextElideMode.ElideRight, int(room.width())))
        painter.setFont(font("caption", weight=450))
        painter.setPen(QColor(colour.text_tertiary))
        painter.drawText(QRectF(34, top + 18, LABEL_PX - 42, 15), middle, row.note)

    def _paint_stop(self, painter: QPainter, crew: int, at: int, stop: TimelineStop, row: TimelineRow) -> None:
        colour, slot = theme().tokens.colour, theme().tokens.slot(row.slot)
        if (stop.service_start - stop.arrival).total_seconds() > 60:
            wait = self._block(crew, stop.arrival, stop.service_start)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour.surface_pane))
            painter.drawRect(wait)
            painter.fillRect(wait, QBrush(QColor(colour.line_strong), Qt.BrushStyle.BDiagPattern))
        block = self._block(crew, stop.service_start, stop.departure)
        painter.setBrush(QColor(slot.colour))
        chosen = self._chosen == (crew, at)
        painter.setPen(QPen(QColor(colour.accent_default if chosen else colour.surface_pane), 2 if chosen else 1))
        painter.drawRoundedRect(block, 3, 3)
        if block.width() > 13:
            painter.setFont(font("chart", weight=600))
            painter.setPen(QColor(slot.ink))
            painter.drawText(block, int(Qt.AlignmentFlag.AlignCenter), str(stop.sequence))
        if stop.window is not None:
            self._paint_window(painter, crew, stop.window, row)

    def _paint_window(
        self, painter: QPainter, crew: int, window: tuple[datetime | None, datetime | None], row: TimelineRow
    ) -> None:
        left, right = (self._x(moment or end) for moment, end in zip(window, (row.start, row.end), strict=True))
        y = HEAD_PX + crew * ROW_PX + 4
        painter.setPen(QPen(theme().colour("text.secondary"), 1))
        painter.drawPolyline(
            QPolygonF([QPointF(left, y + 4), QPointF(left, y), QPointF(right, y), QPointF(right, y + 4)])
        )

    def _paint_pause(self, painter: QPainter, rect: QRectF) -> None:
        colour = theme().tokens.colour
        painter.setPen(QPen(QColor(colour.line_default), 1))
        painter.setBrush(QColor(colour.surface_sunken))
        painter.drawRoundedRect(rect, 3, 3)
        if rect.width() > 16:
            paint_icon(
                painter, QRectF(rect.center().x() - 6, rect.top(), 12, rect.height()), "coffee", colour.text_tertiary
            )

    def _paint_now(self, painter: QPainter) -> None:
        opens, closes = self._span()
        if self._now is None or not opens <= self._now <= closes:
            return
        colour, x = theme().tokens.colour, self._x(self._now)
        painter.setPen(QPen(QColor(colour.accent_default), 2))
        painter.drawLine(QPointF(x, HEAD_PX - 4), QPointF(x, self.height()))
        flag = QRectF(x - 20, 5, 40, 18)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(colour.accent_default))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(flag, 4, 4)
        painter.setFont(font("caption"))
        painter.setPen(QColor(colour.text_on_accent))
        painter.drawText(flag, int(Qt.AlignmentFlag.AlignCenter), f"{self._now:%H:%M}")

    # hand

    def mousePressEvent(self, event: QMouseEvent) -> None:
        crew, stop = self._at(event.position())
        if crew is not None:
            self.crew_chosen.emit(crew)
            if stop is not None:
                self.stop_chosen.emit(crew, stop)

    def event(self, event: object) -> bool:
        if isinstance(event, QHelpEvent):
            crew, stop = self._at(QPointF(event.pos()))
            if crew is not None and stop is not None:
                QToolTip.showText(event.globalPos(), self._rows[crew].stops[stop].words, self)
            return True
        return bool(super().event(event))  # type: ignore[arg-type]

    def _at(self, point: QPointF) -> tuple[int | None, int | None]:
        crew = int((point.y() - HEAD_PX) // ROW_PX)
        if not 0 <= crew < len(self._rows) or point.y() < HEAD_PX:
            return None, None
        for at, stop in enumerate(self._rows[crew].stops):
            if self._block(crew, stop.service_start, stop.departure).contains(point):
                return crew, at
        return crew, None
