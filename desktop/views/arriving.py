"""The last arrivals as a list in the queue pane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.domain.plain_text import typeset
from desktop.views.fonts import font
from desktop.views.icons import paint_icon, service_icon
from desktop.views.kit import PaneHeader, Words
from desktop.views.theme import theme

ROW_PX = 24
MOST = 12
FEWEST = 3  # rows that stay in sight, whatever else the pane shows


@dataclass(frozen=True, slots=True)
class Arrival:
    """One request that came in: its id, when in words, the service's icon, service and place."""

    id: int
    time: str
    icon: str
    text: str


class PaintedRow(QAbstractButton):
    """A button that paints itself, with a hover."""

    def __init__(self, height: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(height)

    def sizeHint(self) -> QSize:
        return QSize(220, self.height())

    def paint_ground(self, painter: QPainter) -> None:
        """The ground under the pointer."""
        if self.underMouse():
            painter.fillRect(self.rect(), theme().colour("state.hover"))

    def paint_line(self, painter: QPainter, rect: QRectF, text: str) -> None:
        """One line of words that gives way."""
        fitting = QFontMetricsF(painter.font()).elidedText(typeset(text), Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextSingleLine), fitting)


class ArrivalRow(PaintedRow):
    """Time, icon and words of one arrival."""

    left = Signal()  # the focus is elsewhere

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(ROW_PX, parent)
        self.arrival: Arrival | None = None

    def set_arrival(self, arrival: Arrival) -> None:
        """Show another one."""
        if arrival != self.arrival:
            self.arrival = arrival
            self.setAccessibleName(f"{arrival.time} {arrival.text}")
            self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.arrival is None:
            return
        colour = theme().colour
        painter = QPainter(self)
        try:
            self.paint_ground(painter)
            painter.setFont(font("table"))
            painter.setPen(colour("text.tertiary"))
            self.paint_line(painter, QRectF(12, 0, 36, self.height()), self.arrival.time)
            paint_icon(
                painter, QRectF(52, 0, 14, self.height()), service_icon(self.arrival.icon), colour("text.secondary")
            )
            painter.setPen(colour("text.primary"))
            self.paint_line(painter, QRectF(74, 0, self.width() - 86, self.height()), self.arrival.text)
        finally:
            painter.end()


class ArrivingList(QWidget):
    """The newest arrivals, as many as fit. Nothing moves while the pointer or the focus is on it."""

    chosen = Signal(object)  # id of a request

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._waiting: tuple[Arrival, ...] | None = None
        self._shown: tuple[Arrival, ...] = ()
        self._fitting = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.header = PaneHeader(self.tr("Arriving"), line=False)
        self.empty = Words(self.tr("Nothing in the last 24 hours"), step="table", tone="tertiary")
        self.empty.setContentsMargins(12, 2, 12, 0)
        self.rows = [ArrivalRow(self) for _ in range(MOST)]
        for widget in (self.header, self.empty, *self.rows):
            column.addWidget(widget)
        column.addStretch(1)
        for row in self.rows:
            row.clicked.connect(self._clicked)
            row.left.connect(self._let_go, Qt.ConnectionType.QueuedConnection)  # the next may have it by then
        self._fit()

    def set_state(self, arrivals: Sequence[Arrival], note: str) -> None:
        """Show these, the newest first; later when a hand is on the list."""
        self.header.note.setText(note)
        self._waiting = tuple(arrivals[:MOST])
        if not self._is_held():
            self._take()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.header.height() + FEWEST * ROW_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._let_go()

    def _let_go(self) -> None:
        if not self._is_held():
            self._take()

    def _is_held(self) -> bool:
        return bool(self._shown) and (self.underMouse() or self._has_focus())

    def _has_focus(self) -> bool:
        return any(row.hasFocus() for row in self.rows)

    def _take(self) -> None:
        if self._waiting is not None:
            self._shown, self._waiting = self._waiting, None
            for row, arrival in zip(self.rows, self._shown, strict=False):
                row.set_arrival(arrival)
            self._fit()

    def _fit(self) -> None:
        """Show what fits. Showing a row lays out all around the list at once: its height may change meanwhile."""
        if self._fitting:
            return
        self._fitting, before = True, -1
        while before != self.height():
            before = self.height()
            self._show_as_fits((before - self.header.height()) // ROW_PX)
        self._fitting = False

    def _show_as_fits(self, room: int) -> None:
        self.header.setVisible(room >= 1)
        self.empty.setVisible(room >= 1 and not self._shown)
        for at, row in enumerate(self.rows):
            row.setVisible(at < min(room, len(self._shown)))

    def _clicked(self) -> None:
        row = self.sender()
        assert isinstance(row, ArrivalRow)
        assert row.arrival is not None
        self.chosen.emit(row.arrival.id)
