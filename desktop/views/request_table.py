"""The request table as it is drawn: status marks, service icons, time left with its ring, figures right-aligned."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from data.records import Status
from desktop.models.request_table import Field, RequestTableModel, Role
from desktop.views import format as words
from desktop.views.fonts import font
from desktop.views.icons import paint_icon, service_icon
from desktop.views.kit.tables import dress_header, follow_rows, paint_row_ground
from desktop.views.marks import paint_mark, paint_time_ring
from desktop.views.theme import theme

Index = QModelIndex | QPersistentModelIndex
PAD = 8
WIDTHS = {
    Field.STATUS: 128,
    Field.REQUEST: 118,
    Field.SERVICE: 162,
    Field.ADDRESS: 180,
    Field.OPENED: 84,
    Field.TIME_LEFT: 104,
    Field.DEPARTMENT: 110,
}
# Which columns give way first as the pane narrows; identifier, status and time left never do.
GIVE_WAY = ((Field.DEPARTMENT, 760), (Field.OPENED, 660), (Field.ADDRESS, 560))
FULL_RING_S = 5 * 86_400.0


class RequestDelegate(QStyledItemDelegate):
    """Paints a cell from the model's roles; `now` and the zone are set by the view's owner."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.now = datetime.now(tz=UTC)
        self.timezone = "UTC"
        self.status_words = {
            Status.SUBMITTED: self.tr("Submitted"),
            Status.ACKNOWLEDGED: self.tr("Acknowledged"),
            Status.IN_PROGRESS: self.tr("In progress"),
            Status.SCHEDULED: self.tr("Scheduled"),
            Status.CLOSED: self.tr("Closed"),
            Status.ARCHIVED: self.tr("Archived"),
        }
        self.overdue_word = self.tr("Overdue")

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(WIDTHS[Field(index.column())], theme().tokens.size.row_compact)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        paint_row_ground(painter, option, first=index.column() == 0)
        painter.setFont(font("table"))
        cell = QRectF(option.rect).adjusted(PAD, 0, -PAD, 0)
        field = Field(index.column())
        if field is Field.STATUS:
            self._status(painter, cell, index)
        elif field is Field.SERVICE:
            self._service(painter, cell, index)
        elif field is Field.OPENED:
            self._text(painter, cell, self._opened(index), "text.secondary", right=True)
        elif field is Field.TIME_LEFT:
            self._time_left(painter, cell, index)
        else:
            self._plain(painter, cell, index, field)
        painter.restore()

    def seconds_left(self, index: Index) -> float | None:
        """Seconds to the deadline of an open request; None when it has none or is done."""
        due = index.data(Role.DUE_MS)
        if due is None or index.data(Role.STATUS) in (Status.CLOSED, Status.ARCHIVED):
            return None
        return float(due / 1000 - self.now.timestamp())

    def _status(self, painter: QPainter, cell: QRectF, index: Index) -> None:
        status = Status(index.data(Role.STATUS))  # Qt hands a string enumeration on as a plain string
        left = self.seconds_left(index)
        late = left is not None and left < 0
        paint_mark(painter, QRectF(cell.left() + 4, cell.top(), 14, cell.height()), "overdue" if late else status.value)
        name = self.overdue_word if late else self.status_words[status]
        self._text(painter, cell.adjusted(26, 0, 0, 0), name, "text.primary")

    def _service(self, painter: QPainter, cell: QRectF, index: Index) -> None:
        colour = theme().tokens.colour
        icon_rect = QRectF(cell.left(), cell.top(), 14, cell.height())
        paint_icon(painter, icon_rect, service_icon(index.data(Role.ICON)), colour.text_secondary)
        reports = index.data(Role.REPORTS)
        text_cell = cell.adjusted(20, 0, 0, 0)
        name = str(index.data())
        if reports > 1:
            text_cell = text_cell.adjusted(0, 0, -40, 0)
        width = self._text(painter, text_cell, name, "text.primary")
        if reports > 1:
            self._chip(painter, QRectF(text_cell.left() + width + 6, cell.center().y() - 8, 32, 16), reports)

    def _chip(self, painter: QPainter, rect: QRectF, reports: int) -> None:
        colour = theme().tokens.colour
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colour.line_default), 1))
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        paint_icon(painter, QRectF(rect.left() + 4, rect.top(), 11, rect.height()), "layers", colour.text_tertiary)
        painter.setFont(font("caption"))
        painter.setPen(QColor(colour.text_secondary))
        painter.drawText(rect.adjusted(16, 0, -3, 0), Qt.AlignmentFlag.AlignCenter, words.count(reports))
        painter.setFont(font("table"))

    def _opened(self, index: Index) -> str:
        opened = datetime.fromtimestamp(index.data(Role.REQUESTED_MS) / 1000, tz=UTC)
        return words.moment(opened, self.now, self.timezone)

    def _time_left(self, painter: QPainter, cell: QRectF, index: Index) -> None:
        left = self.seconds_left(index)
        if left is None:
            return
        late, urgent = left < 0, left < 4 * 3600
        mark = QRectF(cell.right() - 16, cell.top(), 16, cell.height())
        if late:
            paint_mark(painter, mark, "overdue")
        else:
            paint_time_ring(painter, mark, min(1.0, left / FULL_RING_S), urgent=urgent)
        tone = "danger.text" if urgent else "text.primary"
        painter.setFont(font("table", weight=600 if urgent else None))
        self._text(painter, cell.adjusted(0, 0, -22, 0), words.duration(left), tone, right=True)

    def _plain(self, painter: QPainter, cell: QRectF, index: Index, field: Field) -> None:
        text = str(index.data() or "")  # asking for it is what fetches a row that is not there yet
        if field in (Field.REQUEST, Field.ADDRESS) and not index.data(Role.LOADED):
            bar = QRectF(cell.left(), cell.center().y() - 4, cell.width() * 0.6, 8)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme().tokens.colour.state_pressed))
            painter.drawRoundedRect(bar, 3, 3)
            return
        tone = "text.secondary" if field is Field.REQUEST else "text.primary"
        self._text(painter, cell, text, tone)

    def _text(self, painter: QPainter, cell: QRectF, text: str, tone: str, *, right: bool = False) -> float:
        """Draw one elided line; returns the width it took."""
        metrics = QFontMetricsF(painter.font())
        one_line = " ".join(text.split())
        shown = metrics.elidedText(one_line, Qt.TextElideMode.ElideRight, cell.width())
        painter.setPen(theme().colour(tone))
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(cell, int(side | Qt.AlignmentFlag.AlignVCenter), shown)
        return metrics.horizontalAdvance(shown)


class RequestTable(QTableView):
    """The linked table. `chosen` tells the request a person moved to; nothing is chosen silently."""

    chosen = Signal(int)

    def __init__(self, model: RequestTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._quiet = False
        self.setModel(model)
        self.cells = RequestDelegate(self)
        self.setItemDelegate(self.cells)
        self.setAccessibleName(self.tr("Requests"))
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setWordWrap(False)
        self.setSortingEnabled(True)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self._set_up_headers()
        self.selectionModel().currentRowChanged.connect(self._moved)

    def _set_up_headers(self) -> None:
        size = theme().tokens.size
        rows, head = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        follow_rows(self)
        rows.setMinimumSectionSize(size.row_compact)
        dress_header(head)
        head.setSectionsClickable(True)
        for field, width in WIDTHS.items():
            self.setColumnWidth(field, width)
        head.setSectionResizeMode(Field.ADDRESS, QHeaderView.ResizeMode.Stretch)
        head.setSortIndicator(Field.OPENED, Qt.SortOrder.DescendingOrder)

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        width = self.viewport().width()
        for field, least in GIVE_WAY:
            self.setColumnHidden(field, width < least)

    @contextmanager
    def held_still(self) -> Iterator[None]:
        """Whatever rows come or go meanwhile, those on show stay where the hand is; at the very top new ones appear."""
        model, bar = self.model(), self.verticalScrollBar()
        assert isinstance(model, RequestTableModel)
        top = self.rowAt(0)
        held = model.id_at(top) if top > 0 else None
        offset = -self.rowViewportPosition(top) if held is not None else 0
        yield
        row = None if held is None else model.row_of(held)
        if row is not None:
            self.updateGeometries()
            bar.setValue(row * self.verticalHeader().defaultSectionSize() + offset)

    def show_request(self, request_id: int | None) -> None:
        """Select a request that was chosen elsewhere, scrolling to it, without telling anyone."""
        model = self.model()
        assert isinstance(model, RequestTableModel)
        row = None if request_id is None else model.row_of(request_id)
        self._quiet = True
        if row is None:
            self.clearSelection()
            self.selectionModel().setCurrentIndex(QModelIndex(), QItemSelectionModel.SelectionFlag.Clear)
        else:
            self.selectRow(row)
            self.scrollTo(model.index(row, 0))
        self._quiet = False

    def _moved(self, current: QModelIndex, previous: QModelIndex) -> None:
        if current.isValid() and not self._quiet:
            self.chosen.emit(int(current.data(Role.REQUEST_ID)))
