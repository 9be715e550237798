"""How a cell of the request table is painted: status marks, icons, time left with its ring, headers of groups."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from data.records import Status
from desktop.domain.attention import SOON
from desktop.domain.deadlines import WorkingCalendar
from desktop.domain.plain_text import typeset
from desktop.domain.working_time import WorkingTime
from desktop.models.fields import RIGHT_ALIGNED, TIMES, Field, status_word
from desktop.models.request_table import RequestTableModel, Role
from desktop.views import format as words
from desktop.views.fonts import font
from desktop.views.icons import paint_icon, service_icon
from desktop.views.kit.checks import paint_check
from desktop.views.marks import paint_mark, paint_time_ring
from desktop.views.table_columns import WIDTHS
from desktop.views.theme import theme

Index = QModelIndex | QPersistentModelIndex
PAD = 8


class RequestDelegate(QStyledItemDelegate):
    """Paints a cell from the model's roles; `now`, zone and working time are set by the view's owner."""

    def __init__(self, parent: QAbstractItemView) -> None:
        super().__init__(parent)
        self._view = parent
        self.now = datetime.now(tz=UTC)
        self.timezone = "UTC"
        self.working = WorkingTime(WorkingCalendar(self.timezone))
        self.overdue_word = self.tr("Overdue")
        self.first: int = Field.TICK  # the column that stands leftmost

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(WIDTHS[Field(index.column())], theme().tokens.size.row_compact)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        field = Field(index.column())
        group = index.data(Role.GROUP)
        ticked = bool(index.data(Role.TICKED))
        self._ground(painter, option, ticked=ticked and group is None, header=group is not None, field=field)
        painter.setFont(font("table"))
        if field is Field.TICK:
            paint_check(painter, QRectF(option.rect), "on" if ticked else "off")
        elif group is not None:
            self._group(painter, option, int(group), index)
        else:
            self._cell(painter, QRectF(option.rect).adjusted(PAD, 0, -PAD, 0), index, field)
        painter.restore()

    def due(self, index: Index) -> int | None:
        """The deadline of an open request, in ms; None when it has none or is done."""
        done = index.data(Role.STATUS) in (Status.CLOSED, Status.ARCHIVED)
        due = None if done else index.data(Role.DUE_MS)
        return None if due is None else int(due)

    @property
    def now_ms(self) -> int:
        """The moment that decides what is late."""
        return round(self.now.timestamp() * 1000)

    def _ground(
        self, painter: QPainter, option: QStyleOptionViewItem, *, ticked: bool, header: bool, field: Field
    ) -> None:
        """Chosen, ticked, hovered or plain, the line under the row, the accent of the chosen row's first cell."""
        colour, rect = theme().colour, QRectF(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        plain = "surface.sunken" if header else "surface.pane"
        ground = "accent.soft" if chosen or ticked else "state.hover" if hovered else plain
        painter.fillRect(rect, colour(ground))
        painter.setPen(QPen(colour("line.subtle"), 1))
        edge = rect.adjusted(0, 0, 0, -0.5)  # the next row would paint over the very edge
        painter.drawLine(edge.bottomLeft(), edge.bottomRight())
        if chosen and field == self.first:
            painter.fillRect(QRectF(rect.left(), rect.top(), 3, rect.height()), colour("accent.default"))

    def _cell(self, painter: QPainter, cell: QRectF, index: Index, field: Field) -> None:
        if field is Field.STATUS:
            self._status(painter, cell, index)
        elif field is Field.SERVICE:
            self._service(painter, cell, index)
        elif field in TIMES:
            self._text(painter, cell, self._moment(index), "text.secondary", right=True)
        elif field is Field.TIME_LEFT:
            self._time_left(painter, cell, index)
        else:
            self._plain(painter, cell, index, field)

    def _group(self, painter: QPainter, option: QStyleOptionViewItem, group: int, index: Index) -> None:
        """The header of a group runs through all cells of its row; each paints its part."""
        model, colour = index.model(), theme().colour
        assert isinstance(model, RequestTableModel)
        name, count, late, folded = model.group_figures(group)
        painter.setClipRect(option.rect)
        row = QRectF(WIDTHS[Field.TICK], option.rect.top(), self._view.viewport().width(), option.rect.height())
        chevron = QRectF(row.left() + 6, row.top(), 14, row.height())
        paint_icon(painter, chevron, "chevron-right" if folded else "chevron-down", colour("text.secondary"))
        painter.setFont(font("table", weight=600))
        width = self._text(painter, QRectF(row.left() + 26, row.top(), 340, row.height()), name, "text.primary")
        painter.setFont(font("table"))
        rest = QRectF(row.left() + 36 + width, row.top(), 100, row.height())
        shown = self._text(painter, rest, words.count(count), "text.tertiary")
        if late:
            mark = QRectF(rest.left() + shown + 14, row.top(), 14, row.height())
            paint_mark(painter, mark, "overdue")
            told = QRectF(mark.right() + 5, row.top(), 100, row.height())
            self._text(painter, told, words.count(late), "danger.text")

    def _status(self, painter: QPainter, cell: QRectF, index: Index) -> None:
        status = Status(index.data(Role.STATUS))  # Qt hands a string enumeration on as a plain string
        due = self.due(index)
        late = due is not None and due < self.now_ms
        paint_mark(painter, QRectF(cell.left(), cell.top(), 14, cell.height()), "overdue" if late else status.value)
        name = self.overdue_word if late else status_word(status)
        self._text(painter, cell.adjusted(20, 0, 0, 0), name, "text.primary")

    def _service(self, painter: QPainter, cell: QRectF, index: Index) -> None:
        colour = theme().tokens.colour
        icon_rect = QRectF(cell.left(), cell.top(), 14, cell.height())
        paint_icon(painter, icon_rect, service_icon(index.data(Role.ICON)), colour.text_secondary)
        reports = index.data(Role.REPORTS)
        text_cell = cell.adjusted(ICON, 0, 0, 0)
        name = str(index.data())
        if reports > 1:
            text_cell = text_cell.adjusted(0, 0, ICON - beside_service(reports), 0)
        width = self._text(painter, text_cell, name, "text.primary")
        if reports > 1:
            self._chip(
                painter, QRectF(text_cell.left() + width + 4, cell.center().y() - 8, _chip_width(reports), 16), reports
            )

    def _chip(self, painter: QPainter, rect: QRectF, reports: int) -> None:
        colour = theme().tokens.colour
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colour.line_default), 1))
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        paint_icon(painter, QRectF(rect.left() + 3, rect.top(), 11, rect.height()), "layers", colour.text_tertiary)
        painter.setFont(font("caption"))
        painter.setPen(QColor(colour.text_secondary))
        painter.drawText(rect.adjusted(14, 0, -2, 0), Qt.AlignmentFlag.AlignCenter, words.count(reports))
        painter.setFont(font("table"))

    def _moment(self, index: Index) -> str:
        at = index.data(Role.TIME_MS)
        if at is None:
            return ""
        return words.moment(datetime.fromtimestamp(at / 1000, tz=UTC), self.now, self.timezone)

    def _time_left(self, painter: QPainter, cell: QRectF, index: Index) -> None:
        """Working time to the deadline, and as a ring its share of what was promised."""
        due, now = self.due(index), self.now_ms
        if due is None:
            return
        urgent = due < now + SOON.total_seconds() * 1000
        mark = QRectF(cell.right() - 16, cell.top(), 16, cell.height())
        if due < now:
            paint_mark(painter, mark, "overdue")
        else:
            share = self.working.share_left(index.data(Role.REQUESTED_MS), due, now)
            paint_time_ring(painter, mark, float(share), urgent=urgent)
        tone = "danger.text" if urgent else "text.primary"
        painter.setFont(font("table", weight=600 if urgent else None))
        left = int(self.working.between(now, due)) / 1000
        self._text(painter, cell.adjusted(0, 0, -22, 0), words.working_hours(left), tone, right=True)

    def _plain(self, painter: QPainter, cell: QRectF, index: Index, field: Field) -> None:
        text = str(index.data() or "")  # asking for it is what fetches a row that is not there yet
        if field in WAITED_FOR and not index.data(Role.LOADED):
            bar = QRectF(cell.left(), cell.center().y() - 4, cell.width() * 0.6, 8)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme().tokens.colour.state_pressed))
            painter.drawRoundedRect(bar, 3, 3)
            return
        tone = "text.primary" if field in (Field.ADDRESS, Field.DEPARTMENT) else "text.secondary"
        self._text(painter, cell, text, tone, right=field in RIGHT_ALIGNED)

    def _text(self, painter: QPainter, cell: QRectF, text: str, tone: str, *, right: bool = False) -> float:
        """Draw one elided line; returns the width it took."""
        metrics = QFontMetricsF(painter.font())
        one_line = typeset(" ".join(text[:LONGEST].split()))
        shown = metrics.elidedText(one_line, Qt.TextElideMode.ElideRight, cell.width())
        painter.setPen(theme().colour(tone))
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        flags = int(side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
        painter.drawText(cell, flags, shown)
        return metrics.horizontalAdvance(shown)


ICON = 20  # px before the name of a service


def beside_service(reports: int) -> int:
    """Px that the icon and the count of reports take beside the name of a service."""
    return ICON + (4 + _chip_width(reports) if reports > 1 else 0)


def _chip_width(reports: int) -> int:
    return 18 + 7 * len(words.count(reports))


LONGEST = 600  # characters: no cell is wider, and measuring more takes time
WAITED_FOR = (Field.REQUEST, Field.ADDRESS, Field.SOURCE, Field.AREA, Field.DESCRIPTION)


def tick_all_state(model: RequestTableModel) -> str:
    """What the box in the head says of all rows: on, off or some."""
    ticked = model.selected_count
    if not ticked:
        return "off"
    return "on" if ticked == model.request_count else "some"
