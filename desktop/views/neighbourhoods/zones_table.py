"""Neighbourhoods beside each other: counts, rates with their intervals, and which differ from the city for sure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    Qt,
)
from PySide6.QtGui import QFont, QPainter, QPen
from PySide6.QtWidgets import QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.views import format as words
from desktop.views.fonts import font
from desktop.views.kit import Head
from desktop.views.kit.tables import HEAD_PAD, paint_row_ground
from desktop.views.neighbourhoods.counted_table import CountedTable
from desktop.views.theme import theme

Index = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    """The columns; the last ones go first where there is no room."""

    RANK = 0
    NAME = 1
    COUNT = 2
    RATE = 3
    INTERVAL = 4
    DOTS = 5
    AGAINST = 6


FIGURES = (Column.COUNT, Column.RATE, Column.INTERVAL)
WIDTHS = {
    Column.RANK: 40,
    Column.COUNT: 84,
    Column.RATE: 64,
    Column.INTERVAL: 92,
    Column.DOTS: 176,
    Column.AGAINST: 148,
}
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
DOT_PX = 4.5


@dataclass(frozen=True, slots=True)
class ZoneRow:
    """A neighbourhood. Rate and interval are None where they cannot be told; `clear`: it differs beyond chance."""

    key: int
    name: str
    count: int
    rate: float | None = None
    low: float | None = None
    high: float | None = None
    against: str = ""
    clear: bool = False


@dataclass(frozen=True, slots=True)
class ZonesState:
    """All of them in their order, the city's rate, and how its figures are said."""

    title: str
    rows: tuple[ZoneRow, ...]
    city: float | None
    count_word: str
    decimals: int = 1
    unit: str = field(default="")

    def reach(self) -> float:
        """The greatest rate that is drawn: intervals beyond twice the greatest rate are cut."""
        rates = [row.rate for row in self.rows if row.rate is not None] + [self.city or 0.0]
        highs = [row.high for row in self.rows if row.high is not None]
        return min(max([*rates, *highs]), 2 * max(rates)) or 1.0


class ZonesModel(QAbstractTableModel):
    """Lines of neighbourhoods, in words."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = ZonesState("", (), None, "")

    def set_state(self, state: ZonesState) -> None:
        """Show these."""
        self.beginResetModel()
        self.state = state
        self.endResetModel()

    def key_at(self, row: int) -> int:
        """The neighbourhood of a line."""
        return self.state.rows[row].key

    def count_at(self, row: int) -> int:
        """What a line counts."""
        return self.state.rows[row].count

    def row_of(self, key: int) -> int | None:
        """The line of a neighbourhood."""
        return next((at for at, row in enumerate(self.state.rows) if row.key == key), None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.state.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section in FIGURES:
            return RIGHT
        return self._title(Column(section)) if role == Qt.ItemDataRole.DisplayRole else None

    def _title(self, column: Column) -> str:
        return {
            Column.RANK: "#",
            Column.NAME: self.tr("Neighbourhood"),
            Column.COUNT: self.state.count_word,
            Column.RATE: self.tr("Rate"),
            Column.INTERVAL: words.percent(0.95, 0),
            Column.DOTS: "",  # the scale is drawn
            Column.AGAINST: self.tr("Against the city"),
        }[column]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if index.column() in FIGURES else None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._text(self.state.rows[index.row()], index.row(), Column(index.column()))
        return None

    def _text(self, row: ZoneRow, at: int, column: Column) -> str:
        if column is Column.RANK:
            return words.count(at + 1)
        if column is Column.NAME:
            return row.name
        if column is Column.COUNT:
            return words.count(row.count)
        if column is Column.RATE:
            return "–" if row.rate is None else words.number(row.rate, self.state.decimals)
        if column is Column.INTERVAL:
            return self._interval(row)
        return row.against if column is Column.AGAINST else ""

    def _interval(self, row: ZoneRow) -> str:
        if row.low is None or row.high is None:
            return ""
        return words.span(*(words.number(end, self.state.decimals) for end in (row.low, row.high)))


def place_of(value: float, reach: float, room: QRectF) -> float:
    """Where a rate is drawn: from 0 at the left of the room to `reach` at its right."""
    return room.left() + room.width() * min(value, reach) / reach


class ZonesDelegate(QStyledItemDelegate):
    """Paints a line; in the column of dots the interval as a whisker over the city's dotted line."""

    def __init__(self, table: ZonesTable) -> None:
        super().__init__(table)
        self._table = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        column, row = Column(index.column()), self._table.model_.state.rows[index.row()]
        paint_row_ground(painter, option, first=column is Column.RANK)
        room = QRectF(option.rect).adjusted(HEAD_PAD, 0, -HEAD_PAD, 0)
        if column is Column.DOTS:
            self._dots(painter, room, row)
        else:
            self._words(painter, room, index, column)
        painter.restore()

    def _words(self, painter: QPainter, room: QRectF, index: Index, column: Column) -> None:
        painter.setFont(self._table.font_of(column))
        opens = column is Column.COUNT and self._table.model_.count_at(index.row()) > 0
        ink = {Column.RANK: "text.tertiary", Column.INTERVAL: "text.secondary"}
        ink |= {Column.COUNT: "accent.text"} if opens else {}
        painter.setPen(theme().colour(ink.get(column, "text.primary")))
        told = painter.fontMetrics().elidedText(
            str(index.data()), Qt.TextElideMode.ElideRight, max(0, int(room.width()) + 1)
        )
        drawn = painter.boundingRect(room, RIGHT if column in FIGURES else LEFT, told)
        painter.drawText(room, RIGHT if column in FIGURES else LEFT, told)
        if opens:
            painter.fillRect(QRectF(drawn.left(), drawn.bottom(), drawn.width(), 1), theme().colour("accent.line"))

    def _dots(self, painter: QPainter, room: QRectF, row: ZoneRow) -> None:
        state = self._table.model_.state
        reach, middle = state.reach(), room.center().y()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state.city is not None:
            pen = QPen(theme().colour("line.strong"), 1)
            pen.setDashPattern([2, 3])
            painter.setPen(pen)
            at = round(place_of(state.city, reach, room)) + 0.5
            painter.drawLine(QPointF(at, room.top()), QPointF(at, room.bottom()))
        if row.rate is None:
            return
        ink = theme().colour("text.primary" if row.clear else "text.tertiary")
        painter.setPen(QPen(ink, 1.6))
        if row.low is not None and row.high is not None:
            ends = (place_of(row.low, reach, room), place_of(row.high, reach, room))
            painter.drawLine(QPointF(ends[0], middle), QPointF(ends[1], middle))
        painter.setBrush(ink if row.clear else theme().colour("surface.pane"))
        painter.drawEllipse(QPointF(place_of(row.rate, reach, room), middle), DOT_PX - 0.5, DOT_PX - 0.5)


class _ZonesHead(Head):
    """Over the dots stands their scale: 0, and where the city lies."""

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        super().paintSection(painter, rect, section)
        if section == Column.DOTS:
            painter.save()
            self._scale(painter, QRectF(rect).adjusted(HEAD_PAD, 0, -HEAD_PAD, 0))
            painter.restore()

    def _scale(self, painter: QPainter, room: QRectF) -> None:
        model = self.model()
        assert isinstance(model, ZonesModel)
        painter.setFont(font("chart"))
        painter.setPen(theme().colour("text.secondary"))
        painter.drawText(room, LEFT, words.count(0))
        if model.state.city is None:
            return
        told = self.tr("city {0}").format(words.number(model.state.city, model.state.decimals))
        wide = painter.fontMetrics().horizontalAdvance(told)
        at = place_of(model.state.city, model.state.reach(), room)
        left = min(max(at - wide / 2, room.left() + 14), room.right() - wide)
        painter.drawText(QRectF(left, room.top(), wide + 1, room.height()), LEFT, told)


class ZonesTable(CountedTable):
    """The table. A line chosen is the neighbourhood on the map; its count opens its requests."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.model_ = ZonesModel()
        super().__init__(self.model_, self.model_, Column.COUNT, parent)
        self.model_.setParent(self)
        self.setHorizontalHeader(_ZonesHead(self))
        self.setAccessibleName(self.tr("Neighbourhoods"))
        self.horizontalHeader().setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        for column, width in WIDTHS.items():
            self.setColumnWidth(column, width)
        self.setItemDelegate(ZonesDelegate(self))

    def font_of(self, column: Column) -> QFont:
        """Rates are what the eye looks for."""
        return font("table", weight=600) if column is Column.RATE else font("table")

    def set_state(self, state: ZonesState) -> None:
        """Show these neighbourhoods; the one that is chosen stays so."""
        current = self.currentIndex()
        chosen = self.model_.key_at(current.row()) if self.selectionModel().hasSelection() else None
        self._quiet = True
        self.model_.set_state(state)
        self._quiet = False
        if chosen is not None:
            self.choose(chosen)


def sorted_rows(rows: Sequence[ZoneRow]) -> tuple[ZoneRow, ...]:
    """The highest rate first; those without a rate last, by name."""
    return tuple(sorted(rows, key=lambda row: (row.rate is None, -(row.rate or 0.0), row.name)))
