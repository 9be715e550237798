"""The crews' day: a row a crew; stops are chosen, dragged to another crew or place, locked and taken out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QToolTip, QWidget

from desktop.views.kit.tips import plain_tip
from desktop.views.theme import theme
from desktop.views.timeline_painting import BestPlace, DropMark, paint_drag, paint_head, paint_rows
from desktop.views.timeline_rows import HEAD_PX, ROW_PX, Frame, TimelineRow, TimelineStop

__all__ = ["HEAD_PX", "ROW_PX", "CrewTimeline", "TimelineHead", "TimelineRow", "TimelineStop"]

JOB_MIME = "application/x-opsmap-left-out"  # the number of a job of the list, in ASCII
ALT, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
MARK_KEYS = {Qt.Key.Key_D: "done", Qt.Key.Key_N: "not_found", Qt.Key.Key_O: "other_crew"}
STEPS = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}
NO_CREW = -1


def undo_step(event: QKeyEvent) -> int:
    """-1 for the keys of undo, 1 for those of redo."""
    keys = QKeySequence.StandardKey
    return -1 if event.matches(keys.Undo) else int(event.matches(keys.Redo))


class CrewTimeline(QWidget):
    """Draws rows and says what a person wants of a stop, which is a crew and a place in its order, both from 0.

    While one is dragged it tells where the hand is (`hovered`) and shows the rows that it is given for that place.
    """

    stop_chosen = Signal(int, int)
    stop_opened = Signal(int, int)
    crew_chosen = Signal(int)
    drag_began = Signal(int, int)  # the stop that is dragged; a job of the list is crew -1 and its number
    hovered = Signal(int, int)  # crew and place under the hand; crew -1 outside
    dropped = Signal(int, int)  # crew and place
    drag_ended = Signal()  # after a drop, or without one
    step_asked = Signal(int, int, int, int)  # a stop by so many crews and places
    take_out_asked = Signal(int, int)
    lock_asked = Signal(int, int, str)  # crew, time, order, whole
    mark_asked = Signal(int, int, str)  # done, not_found, other_crew
    menu_asked = Signal(int, int, QPoint)  # the stop, -1 for the crew itself, and where on the screen
    undo_asked = Signal()
    redo_asked = Signal()
    reshaped = Signal()  # other hours, another width or another look

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.frame = Frame()
        self._rows: tuple[TimelineRow, ...] = ()  # those that stand while others are tried
        self._chosen: tuple[int, int] | None = None
        self._now: datetime | None = None
        self._editable = False
        self._pressed: tuple[int, int, QPointF] | None = None
        self._dragged: tuple[int, int] | None = None  # the stop; crew -1 for a job of the list
        self._hover: tuple[int, int] | None = None
        self._mark: DropMark | None = None
        self._best: Mapping[int, BestPlace] = {}
        self.setAccessibleName(self.tr("Crews' day"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAcceptDrops(True)
        theme().changed.connect(self.update)
        theme().changed.connect(self.reshaped)

    def set_state(self, rows: Sequence[TimelineRow], now: datetime | None, *, editable: bool = False) -> None:
        """Show these rows; `now` is drawn as a line when it lies within the day."""
        self._rows, self._now, self._editable = tuple(rows), now, editable
        chosen = self._chosen
        if chosen is not None and not (chosen[0] < len(rows) and chosen[1] < len(rows[chosen[0]].stops)):
            self._chosen = None
        self.frame.set_rows(self._rows)
        self.setMinimumHeight(self.sizeHint().height())
        self.updateGeometry()
        self.update()
        self.reshaped.emit()

    def choose(self, crew: int | None, stop: int = -1) -> None:
        """Mark a crew's row and a stop chosen elsewhere."""
        self._chosen = None if crew is None else (crew, stop)
        stops = self._rows[crew].stops if crew is not None and crew < len(self._rows) else ()
        self.setAccessibleDescription(stops[stop].words if 0 <= stop < len(stops) else "")
        self.update()

    @property
    def chosen(self) -> tuple[int, int] | None:
        """The chosen stop."""
        return self._chosen

    def sizeHint(self) -> QSize:
        return QSize(900, ROW_PX * max(1, len(self._rows)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.frame.width = self.width()
        self.reshaped.emit()

    def row_rect(self, crew: int) -> QRectF:
        """Where the row of a crew lies."""
        return self.frame.row_rect(crew)

    def _block(self, crew: int, start: datetime, end: datetime) -> QRectF:
        return self.frame.block(crew, start, end)

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.fillRect(event.rect(), theme().colour("surface.pane"))
            if self._rows:
                paint_rows(painter, self.frame, QRectF(event.rect()), self._chosen, self._now)
                if self._dragged is not None:
                    paint_drag(painter, self.frame, self._mark, self._best, self._dragged)
        finally:
            painter.end()

    def paint_head(self, painter: QPainter) -> None:
        """The strip of the hours."""
        paint_head(painter, self.frame, self._now if self._rows else None)

    # dragging

    def show_trial(self, rows: Mapping[int, TimelineRow], words: str, *, bad: bool) -> None:
        """While a stop is dragged: the rows as they would be with it under the hand, and what that costs."""
        if self._dragged is None or self._hover is None:
            return
        crew, place = self._hover
        own = self._dragged[1] if self._dragged[0] == crew else None
        x = replace(self.frame, rows=self._rows).gap_x(crew, place, own)
        self.frame.set_rows([rows.get(at, row) for at, row in enumerate(self._rows)], keep_hours=True)
        self._mark = DropMark(crew, x, words, bad)
        self.update()

    def show_best(self, best: Mapping[int, BestPlace]) -> None:
        """While a stop is dragged: where it fits each crew best."""
        if self._dragged is not None:
            self._best = best
            self.update()

    def _begin(self, crew: int, at: int) -> None:
        self._dragged, self._hover, self._mark, self._best = (crew, at), None, None, {}
        self.drag_began.emit(crew, at)

    def _hover_at(self, point: QPointF) -> None:
        """Tell where the hand is, in terms of the rows that stand."""
        assert self._dragged is not None
        standing = replace(self.frame, rows=self._rows)
        crew = standing.crew_at(point.y())
        own = self._dragged[1] if self._dragged[0] == crew else None
        hover = (NO_CREW, 0) if crew is None else (crew, standing.place_at(crew, point.x(), own))
        if hover == self._hover:
            return
        self._hover = hover
        if crew is None:
            self._mark = None
            self.frame.set_rows(self._rows, keep_hours=True)
            self.update()
        self.hovered.emit(*hover)

    def _end(self, *, drop: bool) -> None:
        hover, self._dragged, self._hover, self._mark = self._hover, None, None, None
        self._best, self._pressed = {}, None
        self.frame.set_rows(self._rows)
        self.unsetCursor()
        self.update()
        if drop and hover is not None and hover[0] != NO_CREW:
            self.dropped.emit(*hover)
        self.drag_ended.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        crew, stop = self._at(event.position())
        if crew is None or event.button() != Qt.MouseButton.LeftButton:
            return
        self.crew_chosen.emit(crew)
        if stop is not None:
            self.stop_chosen.emit(crew, stop)
            self._pressed = (crew, stop, event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged is None and self._pressed is not None and self._editable:
            crew, stop, start = self._pressed
            far = (event.position() - start).manhattanLength()
            if far >= QApplication.startDragDistance():
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
                self._begin(crew, stop)
        if self._dragged is not None:
            self._hover_at(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragged is not None:
            self._end(drop=True)
        self._pressed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        crew, stop = self._at(event.position())
        if crew is not None and stop is not None:
            self.stop_opened.emit(crew, stop)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A job of the list comes in."""
        if self._editable and event.mimeData().hasFormat(JOB_MIME):
            number = bytes(event.mimeData().data(JOB_MIME).data())
            if number.isdigit():
                self._begin(NO_CREW, int(number))
                event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if self._dragged is not None:
            self._hover_at(event.position())
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        if self._dragged is not None:
            self._end(drop=False)

    def dropEvent(self, event: QDropEvent) -> None:
        if self._dragged is not None:
            self._hover_at(event.position())
            event.acceptProposedAction()
            self._end(drop=True)

    # keys

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._is_own(event):
            event.accept()  # the window's undo takes back an act, and its Alt with an arrow moves the map
            return True
        if isinstance(event, QHelpEvent):
            self._show_tip(event)
            return True
        return super().event(event)

    def _is_own(self, event: QKeyEvent) -> bool:
        arrow = Qt.Key(event.key()) in STEPS and bool(event.modifiers() & ALT)
        return self._editable and (bool(undo_step(event)) or (arrow and self._chosen is not None))

    def _show_tip(self, event: QHelpEvent) -> None:
        crew, stop = self._at(QPointF(event.pos()))
        if crew is None:
            return
        told = self._rows[crew].stops[stop].words if stop is not None else "\n".join(self._rows[crew].faults)
        if told:
            QToolTip.showText(event.globalPos(), plain_tip(told), self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from stop to stop, with Alt they move it; Enter opens, L locks, Del takes out."""
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape and self._dragged is not None:
            self._end(drop=False)
        elif self._editable and (step := undo_step(event)):
            (self.undo_asked if step < 0 else self.redo_asked).emit()
        elif key in STEPS and event.modifiers() & ALT and self._stop_chosen():
            self._ask_step(key)
        elif key in STEPS and (target := self._target(*STEPS[key])) is not None:
            self.stop_chosen.emit(*target)
        elif not self._act(key, event):
            super().keyPressEvent(event)

    def _ask_step(self, key: Qt.Key) -> None:
        if self._editable and self._chosen is not None:
            self.step_asked.emit(*self._chosen, *STEPS[key])

    def _act(self, key: Qt.Key, event: QKeyEvent) -> bool:
        """What a key does to the chosen stop; False for no key of ours."""
        if not self._stop_chosen() or self._chosen is None:
            return False
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.stop_opened.emit(*self._chosen)
        elif self._editable and key == Qt.Key.Key_Delete:
            self.take_out_asked.emit(*self._chosen)
        elif self._editable and key == Qt.Key.Key_L and not event.modifiers() & ~SHIFT:
            self.lock_asked.emit(*self._chosen, "time" if event.modifiers() & SHIFT else "crew")
        elif self._editable and key in MARK_KEYS and not event.modifiers():
            self.mark_asked.emit(*self._chosen, MARK_KEYS[key])
        else:
            return False
        return True

    def _stop_chosen(self) -> bool:
        return self._chosen is not None and self._chosen[1] >= 0

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

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of the stop under the pointer, or of the chosen one when a key asks."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard and self._chosen is not None:
            crew, stop = self._chosen
            where = self.frame.stop_block(crew, stop) if stop >= 0 else self.row_rect(crew)
            self.menu_asked.emit(crew, stop, self.mapToGlobal(where.center().toPoint()))
            return
        crew_at, stop_at = self._at(QPointF(event.pos()))
        if crew_at is not None:
            if stop_at is not None:
                self.stop_chosen.emit(crew_at, stop_at)
            self.menu_asked.emit(crew_at, -1 if stop_at is None else stop_at, event.globalPos())

    def _at(self, point: QPointF) -> tuple[int | None, int | None]:
        crew = self.frame.crew_at(point.y())
        return (None, None) if crew is None else (crew, self.frame.stop_at(crew, point.x(), point.y()))


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
