"""How tables look, whatever they hold."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QHeaderView, QStyle, QStyleOptionHeader, QStyleOptionViewItem, QTableView

from desktop.views.fonts import font
from desktop.views.icons import paint_icon
from desktop.views.theme import theme

HEAD_PAD = 8
ARROW, ARROW_GAP = 12, 4


def dress_table(table: QTableView, *, lead: int = HEAD_PAD) -> None:
    """Rows without a grid and of one height, and a head of the look; the caller sets widths afterwards.

    lead: how far the words of the first column stand in.
    """
    size = theme().tokens.size
    table.setFont(font("table"))
    table.setShowGrid(False)
    table.setWordWrap(False)
    rows = table.verticalHeader()
    rows.hide()
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    rows.setMinimumSectionSize(size.row_compact)
    follow_rows(table)
    table.setHorizontalHeader(Head(table, lead))


def follow_rows(table: QTableView) -> None:
    """Rows of the height that a person chose, now and whenever the choice changes."""
    _RowHeight(table)


class _RowHeight(QObject):
    """Lives with a table and gives its rows their height."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self._table = table
        theme().rows_changed.connect(self.apply)
        self.apply()

    def apply(self) -> None:
        """As high as rows are now."""
        self._table.verticalHeader().setDefaultSectionSize(theme().row_height)


class Head(QHeaderView):
    """The head of a table: never bold for what is selected. Its words stand over the figures of their column."""

    def __init__(self, parent: QTableView, lead: int = HEAD_PAD) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._lead = lead
        self.setFixedHeight(theme().tokens.size.table_header)
        # It paints with its viewport's font, and that one does not follow its parent's under a style sheet.
        self.setFont(font("table", weight=600))
        self.viewport().setFont(font("table", weight=600))
        self.setHighlightSections(False)
        self.setSectionsClickable(True)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """The style draws the ground; words and arrow are ours: a style sheet knows one side for all columns."""
        painter.save()
        super().paintSection(painter, rect, section)
        painter.restore()
        words = self.model().headerData(section, Qt.Orientation.Horizontal)
        if words:
            painter.save()
            painter.setFont(self.font())
            lead = HEAD_PAD if section else self._lead
            self._paint_words(painter, QRectF(rect).adjusted(lead, 0, -HEAD_PAD, 0), str(words), section)
            painter.restore()

    def initStyleOptionForIndex(self, option: QStyleOptionHeader, section: int) -> None:
        super().initStyleOptionForIndex(option, section)
        option.text = ""
        option.sortIndicator = QStyleOptionHeader.SortIndicator.None_

    def _paint_words(self, painter: QPainter, cell: QRectF, words: str, section: int) -> None:
        sorted_by = self.isSortIndicatorShown() and self.sortIndicatorSection() == section
        arrow = ARROW + ARROW_GAP if sorted_by else 0
        metrics = QFontMetricsF(self.font())
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, cell.width() - arrow)
        width = metrics.horizontalAdvance(shown)
        side = self.model().headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
        right = side is not None and bool(int(side) & int(Qt.AlignmentFlag.AlignRight))
        left = cell.right() - width - arrow if right else cell.left()
        painter.setPen(theme().colour("text.secondary"))
        place = QRectF(left, cell.top(), width + 1, cell.height())
        painter.drawText(place, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)
        if sorted_by:
            name = "arrow-up" if self.sortIndicatorOrder() is Qt.SortOrder.AscendingOrder else "arrow-down"
            box = QRectF(left + width + ARROW_GAP, cell.top(), ARROW, cell.height())
            paint_icon(painter, box, name, theme().colour("text.secondary"))


def paint_line_ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """What lies under a line of a list that lets its pane show through: chosen, hovered or plain, with a line under."""
    colour, rect = theme().colour, QRectF(option.rect)
    if option.state & QStyle.StateFlag.State_Selected:
        painter.fillRect(rect, colour("accent.soft"))
        painter.fillRect(QRectF(rect.left(), rect.top(), 3, rect.height()), colour("accent.default"))
    elif option.state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(rect, colour("state.hover"))
    painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), colour("line.subtle"))


def paint_row_ground(painter: QPainter, option: QStyleOptionViewItem, *, first: bool) -> None:
    """What lies under a cell: chosen, hovered or plain, the line under the row, the accent of a chosen row's first."""
    colour = theme().colour
    rect = QRectF(option.rect)
    selected = bool(option.state & QStyle.StateFlag.State_Selected)
    hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
    ground = "accent.soft" if selected else "state.hover" if hovered else "surface.pane"
    painter.fillRect(rect, colour(ground))
    painter.setPen(QPen(colour("line.subtle"), 1))
    edge = rect.adjusted(0, 0, 0, -0.5)  # the next row would paint over the very edge
    painter.drawLine(edge.bottomLeft(), edge.bottomRight())
    if selected and first:
        painter.fillRect(QRectF(rect.left(), rect.top(), 3, rect.height()), colour("accent.default"))
