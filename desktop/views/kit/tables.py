"""How tables look, whatever they hold."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QHeaderView, QStyle, QStyleOptionViewItem, QTableView

from desktop.views.fonts import font
from desktop.views.theme import theme


def dress_table(table: QTableView) -> None:
    """Rows without a grid and of one height, and a header in the type of the look; the caller sets widths."""
    size = theme().tokens.size
    table.setFont(font("table"))
    table.setShowGrid(False)
    table.setWordWrap(False)
    rows = table.verticalHeader()
    rows.hide()
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    rows.setMinimumSectionSize(size.row_compact)
    follow_rows(table)
    dress_header(table.horizontalHeader())


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


def dress_header(head: QHeaderView) -> None:
    """The head of a table: 26 px, left-aligned, never bold for what is selected."""
    head.setFixedHeight(theme().tokens.size.table_header)
    # The header paints with its viewport's font, and that one does not follow its parent's under a style sheet.
    head.setFont(font("table", weight=600))
    head.viewport().setFont(font("table", weight=600))
    head.setHighlightSections(False)
    head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


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
