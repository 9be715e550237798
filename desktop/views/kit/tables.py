"""How tables look, whatever they hold."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTableView

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
    rows.setDefaultSectionSize(size.row_compact)
    dress_header(table.horizontalHeader())


def dress_header(head: QHeaderView) -> None:
    """The head of a table: 26 px, left-aligned, never bold for what is selected."""
    head.setFixedHeight(theme().tokens.size.table_header)
    # The header paints with its viewport's font, and that one does not follow its parent's under a style sheet.
    head.setFont(font("table", weight=600))
    head.viewport().setFont(font("table", weight=600))
    head.setHighlightSections(False)
    head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
