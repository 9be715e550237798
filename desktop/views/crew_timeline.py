"""The crews' day: a row a crew; driving as a line, work as numbered blocks, waits hatched, breaks framed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop.views.fonts import font
from desktop.views.icons import paint_icon
from desktop.views.kit.tips import plain_tip
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
    """Draws rows; tells which stop was clicked, and opened by a double click or Enter, as (crew index, stop index)."""

    stop_chosen = Signal(int, int)
    stop_opened = Signal(int, int)
    crew_chosen = Signal(int)
    reshaped = Signal()  # other hours, another width or another look

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[TimelineRow, ...] = ()
        self._chosen: tuple[int, int] | None = None
        self._now: datetime | None = None
        self.setAccessibleName(self.tr("Crews' day"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        theme().changed.connect(self.update)
        theme().changed.connect(self.reshaped)

    def set_state(self, rows: Sequence[TimelineRow], now: datetime | None) -> None:
        """Show these rows; `now` is drawn as a line when it lies within the day."""
        self._rows, self._now, self._chosen = tuple(rows), now, None
        self.setMinimumHeight(self.sizeHint().height())
        self.updateGeometry()
        self.update()
        self.reshaped.emit()

    def choose(self, crew: int | None, stop: int = -1) -> None:
        """Mark a crew's row and a stop chosen elsewhere."""
        self._chosen = None if crew is None else (crew, stop)
        stops = self._rows[crew].stops if crew is not None else ()
        self.setAccessibleDescription(stops[stop].words if 0 <= stop < len(stops) else "")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(900, ROW_PX * max(1, len(self._rows)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.reshaped.emit()

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
        return QRectF(left, crew * ROW_PX + 8, max(2.0, right - left), ROW_PX - 16)

    def row_rect(self, crew: int) -> QRectF:
        """Where the row of a crew lies."""
        return QRectF(0, crew * ROW_PX, self.width(), ROW_PX)

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), theme().colour("surface.pane"))
            if self._rows:
                self._paint_hour_lines(painter)
                for crew, row in enumerate(self._rows):
                    self._paint_row(painter, crew, row)
                self._paint_now(painter)
        finally:
            painter.end()

    def _hours(self) -> Iterator[tuple[float, datetime]]:
        """Every full hour and where it lies."""
        moment, closes = self._span()
        while moment <= closes:
            yield self._x(moment), moment
            moment += timedelta(hours=1)

    def _paint_hour_lines(self, painter: QPainter) -> None:
        painter.setPen(QPen(theme().colour("line.subtle"), 1))
        for x, _moment in self._hours():
            painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))

    def paint_head(self, painter: QPainter) -> None:
        """The names of the hours, and the flag of now, in a strip of HEAD_PX as wide as the timeline."""
        colour = theme().tokens.colour
        painter.setFont(font("caption"))
        painter.setPen(QColor(colour.text_secondary))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(12, 0, LABEL_PX, HEAD_PX), int(middle), self.tr("Crew"))
        painter.setPen(QColor(colour.text_tertiary))
        for x, moment in self._hours() if self._rows else ():
            if x < self.width() - 24:
                painter.drawText(QRectF(x - 30, 0, 60, HEAD_PX), int(Qt.AlignmentFlag.AlignCenter), f"{moment:%H:%M}")
        if self._shows_now():
            self._paint_flag(painter)

    def _paint_row(self, painter: QPainter, crew: int, row: TimelineRow) -> None:
        colour, slot = theme().tokens.colour, theme().tokens.slot(row.slot)
        top = crew * ROW_PX
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
        if row.pause is not None and row.stops and row.pause[0] <= row.back:  # afterwards the day is over anyway
            self._paint_pause(painter, self._block(crew, *row.pause))
        painter.setPen(QPen(QColor(colour.text_secondary), 1.5))
        end = self._x(row.end)
        painter.drawLine(QPointF(end, top + 4), QPointF(end, top + ROW_PX - 4))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_label(self, painter: QPainter, top: float, row: TimelineRow) -> None:
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
        y = crew * ROW_PX + 4
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

    def _shows_now(self) -> bool:
        if self._now is None or not self._rows:
            return False
        opens, closes = self._span()
        return opens <= self._now <= closes

    def _paint_now(self, painter: QPainter) -> None:
        if self._now is not None and self._shows_now():
            painter.setPen(QPen(theme().colour("accent.default"), 2))
            painter.drawLine(QPointF(self._x(self._now), 0), QPointF(self._x(self._now), self.height()))

    def _paint_flag(self, painter: QPainter) -> None:
        assert self._now is not None
        colour, x = theme().tokens.colour, self._x(self._now)
        painter.fillRect(QRectF(x - 1, HEAD_PX - 5, 2, 5), QColor(colour.accent_default))
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

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        crew, stop = self._at(event.position())
        if crew is not None and stop is not None:
            self.stop_opened.emit(crew, stop)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from stop to stop and from crew to crew, Enter opens; like J and K, they begin at the first."""
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._chosen is not None and self._chosen[1] >= 0:
            self.stop_opened.emit(*self._chosen)
            return
        steps = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}
        target = self._target(*steps[key]) if key in steps else None
        if target is None:
            super().keyPressEvent(event)
        else:
            self.stop_chosen.emit(*target)

    def _target(self, crews: int, stops: int) -> tuple[int, int] | None:
        """The stop that an arrow leads to from the chosen one; None where there is none."""
        busy = [at for at, row in enumerate(self._rows) if row.stops]
        if not busy:
            return None
        if self._chosen is None or self._chosen[0] not in busy:
            return busy[0], 0
        crew, stop = self._chosen
        if crews:
            to = busy.index(crew) + crews
            crew = busy[to] if 0 <= to < len(busy) else crew
        return crew, min(max(0, stop + stops), len(self._rows[crew].stops) - 1)

    def event(self, event: object) -> bool:
        if isinstance(event, QHelpEvent):
            crew, stop = self._at(QPointF(event.pos()))
            if crew is not None and stop is not None:
                QToolTip.showText(event.globalPos(), plain_tip(self._rows[crew].stops[stop].words), self)
            return True
        return bool(super().event(event))  # type: ignore[arg-type]

    def _at(self, point: QPointF) -> tuple[int | None, int | None]:
        crew = int(point.y() // ROW_PX)
        if not 0 <= crew < len(self._rows):
            return None, None
        for at, stop in enumerate(self._rows[crew].stops):
            if self._block(crew, stop.service_start, stop.departure).contains(point):
                return crew, at
        return crew, None


class TimelineHead(QWidget):
    """The hours over the timeline; they stay while the crews scroll under them."""

    def __init__(self, timeline: CrewTimeline, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._timeline = timeline
        self.setFixedHeight(HEAD_PX)
        timeline.reshaped.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), theme().colour("surface.sunken"))
            self._timeline.paint_head(painter)
            painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), theme().colour("line.subtle"))
        finally:
            painter.end()
