"""The queue of a narrow window: 48 px of marks and counts that filter as the lines of the pane do."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from desktop.views import format as words
from desktop.views.fonts import font
from desktop.views.icons import paint_icon
from desktop.views.kit import IconButton, Rule, set_tip
from desktop.views.marks import MARKS, paint_mark
from desktop.views.queue_pane import QueueLine, QueueState
from desktop.views.theme import theme

WIDTH = 48
CELL = 44


class StripCell(QAbstractButton):
    """A mark over its count."""

    def __init__(self, line: QueueLine, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedSize(WIDTH, CELL)
        self.set_line(line)

    def set_line(self, line: QueueLine) -> None:
        """Show another count."""
        self.line = line
        told = f"{line.text}: {words.count(line.count)}"
        self.setAccessibleName(told)
        set_tip(self, told)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, CELL)

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = theme().colour
        painter = QPainter(self)
        try:
            if self.isChecked():
                painter.fillRect(self.rect(), colour("accent.soft"))
                painter.fillRect(QRectF(0, 0, 3, self.height()), colour("accent.default"))
            elif self.underMouse():
                painter.fillRect(self.rect(), colour("state.hover"))
            symbol = QRectF((WIDTH - 16) / 2, 6, 16, 16)
            if self.line.symbol in MARKS:
                paint_mark(painter, symbol.adjusted(1, 0, -1, 0), self.line.symbol)
            else:
                paint_icon(painter, symbol, self.line.symbol, colour("text.secondary"))
            painter.setFont(font("caption", weight=600 if self.line.urgent or self.isChecked() else 450))
            painter.setPen(colour("text.primary" if self.line.urgent else "text.secondary"))
            painter.drawText(QRectF(0, 23, WIDTH, 16), Qt.AlignmentFlag.AlignCenter, words.short_count(self.line.count))
        finally:
            painter.end()


class QueueStrip(QWidget):
    """Tells the key of the line a person chose, and when the whole pane is wanted."""

    chosen = Signal(str)
    pane_wanted = Signal()
    storm_wanted = Signal()  # what can be done about it

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(WIDTH)
        self.setProperty("surface", "sunken")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._cells: dict[str, StripCell] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 6)
        column.setSpacing(0)
        whole = IconButton("panel-left", self.tr("Show the left pane"), side=36)
        whole.clicked.connect(self.pane_wanted)
        column.addWidget(whole, 0, Qt.AlignmentFlag.AlignHCenter)
        self._attention, self._views = QVBoxLayout(), QVBoxLayout()
        column.addLayout(self._attention)
        column.addSpacing(4)
        column.addWidget(Rule())
        column.addSpacing(4)
        column.addLayout(self._views)
        column.addStretch(1)
        self.storm: StripCell | None = None
        self._storm_place = QVBoxLayout()
        column.insertLayout(column.indexOf(self._attention) + 1, self._storm_place)

    def set_storm(self, line: QueueLine | None) -> None:
        """An unusual rate beneath what needs attention; None for fair weather."""
        if self.storm is None and line is not None:
            self.storm = StripCell(line)
            self.storm.setCheckable(False)
            self.storm.clicked.connect(self.storm_wanted)
            self._storm_place.addWidget(self.storm)
        if self.storm is not None:
            self.storm.setVisible(line is not None)
            if line is not None:
                self.storm.set_line(line)

    def set_state(self, state: QueueState) -> None:
        """Show these counts."""
        for layout, lines in ((self._attention, state.attention), (self._views, state.views)):
            for line in lines:
                cell = self._cells.get(line.key)
                if cell is None:
                    cell = self._cells[line.key] = StripCell(line)
                    cell.clicked.connect(self._clicked)
                    layout.addWidget(cell)
                cell.set_line(line)
                cell.setChecked(line.key == state.chosen)

    def _clicked(self) -> None:
        cell = self.sender()
        assert isinstance(cell, StripCell)
        for other in self._cells.values():
            other.setChecked(other is cell)
        self.chosen.emit(cell.line.key)
