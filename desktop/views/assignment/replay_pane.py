"""Below the map: what a draft would move, from department to department, and which requests these are."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QHelpEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QSplitter,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.plain_text import typeset
from desktop.views import format as words
from desktop.views.assignment.state import ReplayState
from desktop.views.fonts import font
from desktop.views.kit import Button, Centred, PaneHeader, SegmentedChoice, StateCard, Words
from desktop.views.kit.tables import dress_table, paint_row_ground
from desktop.views.kit.tips import plain_tip
from desktop.views.theme import theme

Index = QModelIndex | QPersistentModelIndex
SERVICES_PX = 216
DAYS, USUAL_DAYS = (7, 30, 90), 30
CARD_PX = 320  # its sentence wraps, and is not cut
FIGURE = int(Qt.ItemDataRole.UserRole) + 2  # whether a cell is a figure
MOVED = int(Qt.ItemDataRole.UserRole) + 1  # whether a cell counts requests that move


class FlowModel(QAbstractTableModel):
    """From department (rows) to department (columns): how many requests."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state: ReplayState | None = None

    def set_state(self, state: ReplayState | None) -> None:
        """Show a replay."""
        self.beginResetModel()
        self._state = state
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() or self._state is None else len(self._state.departments)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() or self._state is None else len(self._state.departments) + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal or self._state is None:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ToolTipRole and section:
            return plain_tip(self._state.departments[section - 1])
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return self.tr("From, to") if not section else self._state.departments[section - 1]

    def count(self, index: Index) -> int:
        """The requests of a cell; 0 in the first column."""
        if self._state is None or index.column() == 0:
            return 0
        return self._state.flows[index.row()][index.column() - 1]

    def moves(self, index: Index) -> bool:
        """Whether a cell counts requests that go elsewhere."""
        return index.column() > 0 and index.column() - 1 != index.row() and self.count(index) > 0

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or self._state is None:
            return None
        if role == MOVED:
            return self.moves(index)
        if role == FIGURE:
            return index.column() > 0
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        if index.column() == 0:
            return self._state.departments[index.row()]
        count = self.count(index)
        if role == Qt.ItemDataRole.AccessibleTextRole and count:
            was, now = self._state.departments[index.row()], self._state.departments[index.column() - 1]
            stays = self.tr("{0} stay with {1}").format(words.count(count), was)
            return self.tr("{0} from {1} to {2}").format(words.count(count), was, now) if was != now else stays
        return words.count(count) if count else "·"


class ServiceModel(QAbstractTableModel):
    """How many requests of each service would move, the most first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services: tuple[tuple[str, int], ...] = ()
        self.titles = (self.tr("Service"), self.tr("Would move"))

    def set_services(self, services: tuple[tuple[str, int], ...]) -> None:
        """Show these."""
        self.beginResetModel()
        self._services = services
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._services)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.titles)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return self.titles[section] if role == Qt.ItemDataRole.DisplayRole else None

    def service(self, row: int) -> str:
        """The name of a service."""
        return self._services[row][0]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        if role == FIGURE:
            return index.column() == 1
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        name, count = self._services[index.row()]
        return words.count(count) if index.column() else name


class MovesModel(QAbstractTableModel):
    """The requests that would move."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state: ReplayState | None = None
        self.titles = (self.tr("Request"), self.tr("Service"), self.tr("Moves"), self.tr("Because"))

    def set_state(self, state: ReplayState | None) -> None:
        """Show a replay."""
        self.beginResetModel()
        self._state = state
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() or self._state is None else len(self._state.moves)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.titles)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        shown = orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return self.titles[section] if shown else None

    def request_id(self, row: int) -> int:
        """The request of a row."""
        assert self._state is not None
        return self._state.moves[row].request_id

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        shown = role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
        if not index.isValid() or self._state is None or not shown:
            return None
        line = self._state.moves[index.row()]
        return (line.number, line.service, line.move, line.because)[index.column()]


class _Cells(QStyledItemDelegate):
    """Cells of both tables: figures right, what moves on a tint and in the ink of links."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, theme().row_height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colour, rect = theme().colour, QRectF(option.rect)
        figures = bool(index.data(FIGURE))
        moves, text = bool(index.data(MOVED)), typeset(str(index.data() or ""))
        painter.save()
        paint_row_ground(painter, option, first=index.column() == 0)
        if moves:
            painter.fillRect(rect.adjusted(0, 0, 0, -1), colour("accent.soft"))
        painter.setFont(font("table", weight=600 if moves else 450))
        counted = figures and text != "·"  # every figure opens its requests
        linked = counted or (index.column() == 0 and isinstance(index.model(), MovesModel))
        quiet = text == "·" or (index.column() > 2 and not figures)
        painter.setPen(colour("accent.text" if linked else "text.secondary" if quiet else "text.primary"))
        side = Qt.AlignmentFlag.AlignRight if figures else Qt.AlignmentFlag.AlignLeft
        cell = rect.adjusted(8, 0, -8, 0)
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(cell.width()))
        painter.drawText(cell, int(side | Qt.AlignmentFlag.AlignVCenter), shown)
        if counted:
            width = painter.fontMetrics().horizontalAdvance(shown)
            line = QRectF(cell.right() - width, cell.center().y() + 8, width, 1)
            painter.fillRect(line, colour("accent.line"))
        painter.restore()

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        """The whole text of a cell, of which the column shows a part."""
        if event.type() != QEvent.Type.ToolTip or not index.isValid():
            return super().helpEvent(event, view, option, index)
        QToolTip.showText(event.globalPos(), tip_of(index), view)
        return True


def tip_of(index: Index) -> str:
    """What a cell says in full, plain; empty over an empty one."""
    said = index.data(Qt.ItemDataRole.AccessibleTextRole)
    return "" if said in (None, "·") else plain_tip(str(said))


class ReplayPane(QWidget):
    """A replay. `flow_opened` carries two departments by their places, `chosen` a request that would move."""

    flow_opened = Signal(int, int)
    service_opened = Signal(str)
    days_chosen = Signal()
    chosen = Signal(object)
    opened = Signal(object)
    again_asked = Signal()
    stop_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Replay"))
        self.header = PaneHeader(self.tr("Replay"))
        self.stop = Button(self.tr("Stop"), small=True)
        self.stop.clicked.connect(self.stop_asked)
        self.stop.hide()
        self.header.add(self.stop)
        choices = tuple((str(days), self.tr("{0} days").format(days)) for days in DAYS)
        self.period = SegmentedChoice(choices, self.tr("Days that are replayed"))
        self.period.choose(str(USUAL_DAYS))
        self.period.chosen.connect(self.days_chosen)
        self.header.add(self.period)
        self.moved = Words("", step="table", weight=600)
        self.header.add(self.moved)
        self.flows, self.services, self.moves = FlowModel(self), ServiceModel(self), MovesModel(self)
        self.flow_table, self.service_table, self.move_table = QTableView(), QTableView(), QTableView()
        self._dress(self.flow_table, self.flows, self.tr("From department to department"))
        self._dress(self.service_table, self.services, self.tr("How many of each service would move"))
        self._dress(self.move_table, self.moves, self.tr("Requests that would move"))
        self.move_table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self._card = StateCard(self.tr("Nothing replayed yet"), "", icon="history")
        self._card.setMinimumWidth(CARD_PX)
        self._tables = QSplitter(Qt.Orientation.Vertical)
        self._tables.setHandleWidth(1)
        self._tables.setChildrenCollapsible(False)
        self._counts = QSplitter(Qt.Orientation.Horizontal)
        self._counts.setHandleWidth(1)
        self._counts.setChildrenCollapsible(False)
        self._counts.addWidget(self.flow_table)
        self._counts.addWidget(self.service_table)
        self._counts.setStretchFactor(0, 1)
        self._tables.addWidget(self._counts)
        self._tables.addWidget(self.move_table)
        self._empty = Centred(self._card)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self._tables, 1)
        column.addWidget(self._empty, 1)
        self.flow_table.clicked.connect(self._flow_clicked)
        self.flow_table.activated.connect(self._flow_clicked)
        for heard in (self.service_table.clicked, self.service_table.activated):
            heard.connect(lambda index: self.service_opened.emit(self.services.service(index.row())))
        self.move_table.selectionModel().currentRowChanged.connect(self._row_chosen)
        self.move_table.activated.connect(lambda index: self.opened.emit(self.moves.request_id(index.row())))
        self.set_empty(self.tr("Change a rule, and what it would move shows here before anything is saved."))

    def days(self) -> int:
        """How many days are replayed."""
        return int(self.period.choice())

    def _dress(self, table: QTableView, model: QAbstractTableModel, name: str) -> None:
        table.setModel(model)
        table.setItemDelegate(_Cells(table))
        table.setAccessibleName(name)
        table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        table.setTabKeyNavigation(False)
        table.setMouseTracking(True)
        table.setFrameShape(QTableView.Shape.NoFrame)
        dress_table(table)

    def set_empty(self, sentence: str, title: str = "") -> None:
        """Say why there is nothing to show."""
        self._card.title.setText(title or self.tr("Nothing replayed yet"))
        self._card.text.setText(sentence)
        self._card.text.setVisible(bool(sentence))
        self._empty.show()
        self._tables.hide()
        self.header.note.setText("")
        self.moved.setText("")
        self.stop.hide()

    def set_running(self, running: bool) -> None:
        """Whether a replay runs: what is on show is the one before."""
        self.stop.setVisible(running)
        if running:
            self.header.note.setText(self.tr("running…"))
            self.moved.setText("")

    def set_state(self, state: ReplayState) -> None:
        """Show a replay."""
        self._empty.hide()
        self._tables.show()
        self.stop.hide()
        self.header.note.setText(" · ".join(part for part in (state.title, state.left_out) if part))
        told = self.tr("Nothing would move")
        if state.moved:
            told = self.tr("{0} would move").format(words.count(state.moved))
        if state.moved > len(state.moves):
            told += self.tr(", the newest {0} are listed").format(words.count(len(state.moves)))
        self.moved.setText(told)
        self.flows.set_state(state)
        self.services.set_services(state.services)
        self.moves.set_state(state)
        self.service_table.setVisible(bool(state.services))
        self.flow_table.setVisible(bool(state.departments))
        self.move_table.setVisible(bool(state.moves))
        self._share()

    def _share(self) -> None:
        head = self.flow_table.horizontalHeader()
        for column in range(self.flows.columnCount()):
            self.flow_table.setColumnWidth(column, 112 if column == 0 else 82)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.service_table.setColumnWidth(1, 92)
        self.service_table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        across = self._counts.width()
        self._counts.setSizes([max(1, across - SERVICES_PX), SERVICES_PX])
        for column, width in enumerate((112, 150, 200)):
            self.move_table.setColumnWidth(column, width)
        self.move_table.horizontalHeader().setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        rows = theme().row_height * self.flows.rowCount() + theme().tokens.size.table_header + 4
        high = self._tables.height()
        if self.move_table.isHidden():
            return
        self._tables.setSizes([min(rows, high // 2), max(1, high - min(rows, high // 2))])

    def _flow_clicked(self, index: QModelIndex) -> None:
        if self.flows.count(index):
            self.flow_opened.emit(index.row(), index.column() - 1)

    def _row_chosen(self, current: QModelIndex, previous: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(self.moves.request_id(current.row()))
