"""The Services workspace: the catalogue as a table, and the chosen service with its questions and its promise."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QScrollArea,
    QSplitter,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.plain_text import typeset
from desktop.views import format as words
from desktop.views.fonts import font
from desktop.views.icons import paint_icon, service_icon
from desktop.views.kit import Caption, Centred, Glyph, KeyValueRow, Link, PaneHeader, Rule, StateCard, Tag, Words
from desktop.views.kit.focus import INSIDE
from desktop.views.kit.tables import dress_table, paint_row_ground
from desktop.views.theme import theme

Index = QModelIndex | QPersistentModelIndex
RIGHT_PX = 440
NAME, GROUP, DEPARTMENT, DEADLINE, OPEN, OVERDUE, ALL_TIME = range(7)
NUMBERS = (DEADLINE, OPEN, OVERDUE, ALL_TIME)
WIDTHS = {GROUP: 208, DEPARTMENT: 120, DEADLINE: 112, OPEN: 64, OVERDUE: 76, ALL_TIME: 84}
NAME_PX = 248
GIVE_WAY = (GROUP, ALL_TIME, DEPARTMENT, DEADLINE)  # in this order, so that names are never cut before them


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """One question that residents are asked."""

    text: str
    kind: str
    required: bool
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A figure in a sentence; `way` names the requests behind it, empty where there are none."""

    text: str
    way: str = ""
    most: str = ""  # where most of them went


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service, ready to show."""

    service_code: str
    name: str
    icon: str
    group: str
    department: str
    deadline: str
    open_count: int
    overdue_count: int
    total: int
    mapped: bool
    description: str
    duration: str
    skills: str
    questions: tuple[QuestionLine, ...]
    figures: tuple[FigureLine, ...] = ()  # of so many days
    days: int = 0
    measured: str = ""  # what stops say about the work; empty where they say nothing new


class ServiceModel(QAbstractTableModel):
    """The catalogue."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[ServiceRow, ...] = ()
        self._titles = (
            self.tr("Service"),
            self.tr("Group"),
            self.tr("Department"),
            self.tr("Deadline"),
            self.tr("Open"),
            self.tr("Overdue"),
            self.tr("All time"),
        )

    def set_rows(self, rows: tuple[ServiceRow, ...]) -> None:
        """Show these services."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row(self, at: int) -> ServiceRow:
        """The service of a row."""
        return self._rows[at]

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._titles)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section in NUMBERS:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return self._titles[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        row = self._rows[index.row()]
        return (
            row.name,
            row.group,
            row.department,
            row.deadline,
            words.count(row.open_count),
            words.count(row.overdue_count),
            words.count(row.total),
        )[index.column()]


class ServiceDelegate(QStyledItemDelegate):
    """Paints the catalogue in the look's rows."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, theme().row_height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colour = theme().tokens.colour
        rect = QRectF(option.rect)
        painter.save()
        paint_row_ground(painter, option, first=index.column() == 0)
        painter.setFont(font("table", weight=500 if index.column() == 0 else None))
        cell = rect.adjusted(12 if index.column() == 0 else 8, 0, -8, 0)
        model = index.model()
        assert isinstance(model, ServiceModel)
        row = model.row(index.row())
        if index.column() == 0:
            paint_icon(
                painter,
                QRectF(cell.left(), cell.top(), 16, cell.height()),
                service_icon(row.icon),
                colour.text_secondary,
            )
            cell = cell.adjusted(26, 0, 0, 0)
        late = index.column() == 5 and row.overdue_count > 0
        tone = (
            colour.danger_text if late else colour.text_primary if index.column() in (0, 4) else colour.text_secondary
        )
        painter.setPen(QColor(tone))
        side = Qt.AlignmentFlag.AlignRight if index.column() in NUMBERS else Qt.AlignmentFlag.AlignLeft
        words = typeset(str(index.data()))
        text = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(cell.width()))
        painter.drawText(cell, int(side | Qt.AlignmentFlag.AlignVCenter), text)
        painter.restore()


class ServiceTable(QTableView):
    """The table of the catalogue; columns give way when the pane narrows, the name never does."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        needed = NAME_PX + sum(WIDTHS.values())
        for column in GIVE_WAY:
            hidden = needed > self.viewport().width()
            self.setColumnHidden(column, hidden)
            needed -= WIDTHS[column] if hidden else 0


class ServicesView(QWidget):
    """The catalogue left, the chosen service right."""

    chosen = Signal(str)
    duration_wanted = Signal(str)  # the code of a service whose measured duration is to be taken
    requests_wanted = Signal(str, str)  # the way that they went, of which service

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ServiceModel(self)
        self._shown: ServiceRow | None = None
        self._fill_soon = QTimer(self, interval=0, singleShot=True)  # the table is painted first
        self._fill_soon.timeout.connect(self._fill)
        self.header = PaneHeader(self.tr("Catalogue"))
        self.table = ServiceTable()
        self._set_up_table()
        left = QWidget()
        left.setProperty("surface", "pane")
        left.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.table, 1)
        self._detail = QScrollArea()
        self._detail.setProperty(INSIDE, True)  # it fills its pane: a ring around it would lie on the status bar
        self._detail.setWidgetResizable(True)
        self._detail.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._detail.setMinimumWidth(320)
        self._detail.setAccessibleName(self.tr("The chosen service"))
        right = QWidget()
        right.setProperty("surface", "pane")
        right.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        right_column = QVBoxLayout(right)
        right_column.setContentsMargins(0, 0, 0, 0)
        right_column.addWidget(self._detail)
        self.panes = QSplitter(Qt.Orientation.Horizontal)
        self.panes.setObjectName("services.panes")
        self.panes.setHandleWidth(1)
        self.panes.setChildrenCollapsible(False)
        self.panes.addWidget(left)
        self.panes.addWidget(right)
        self.panes.setStretchFactor(0, 1)
        self.panes.setSizes([952, RIGHT_PX])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.panes)

    def _set_up_table(self) -> None:
        self.table.setModel(self.model)
        self.table.setItemDelegate(ServiceDelegate(self.table))
        self.table.setAccessibleName(self.tr("Services"))
        self.table.setMouseTracking(True)
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        dress_table(self.table)
        for column, width in WIDTHS.items():
            self.table.setColumnWidth(column, width)
        self.table.horizontalHeader().setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        self.table.selectionModel().currentRowChanged.connect(self._moved)

    def set_state(self, rows: tuple[ServiceRow, ...]) -> None:
        """Show the catalogue, keeping the chosen service."""
        kept = self.table.currentIndex().row()
        self.model.set_rows(rows)
        unmapped = sum(not row.mapped for row in rows)
        note = self.tr("1 service") if len(rows) == 1 else self.tr("{0} services").format(len(rows))
        if unmapped:
            note += " · " + self.tr("{0} known only from imports").format(unmapped)
        self.header.note.setText(note)
        if rows:
            self.table.selectRow(max(0, min(kept, len(rows) - 1)))
        else:
            card = StateCard(
                self.tr("No services yet"),
                self.tr("They come with the first import of requests, or from a catalogue file."),
                icon="layers",
            )
            self._shown = None
            self._detail.setWidget(Centred(card))

    def _moved(self, current: QModelIndex, previous: QModelIndex) -> None:
        if current.isValid():
            self._fill_soon.start()
            self.chosen.emit(self.model.row(current.row()).service_code)

    def _fill(self) -> None:
        """The page of the chosen service, anew where something is told of it that was not."""
        current = self.table.currentIndex()
        row = self.model.row(current.row()) if current.isValid() else None
        if row is not None and row != self._shown:
            self._shown = row
            self._detail.setWidget(self._page(row))

    def _page(self, row: ServiceRow) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(16, 14, 16, 16)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(Glyph(service_icon(row.icon), side=20))
        head.addWidget(Words(row.name, step="title", wrap=True), 1)
        if not row.mapped:
            head.addWidget(Tag(self.tr("from imports"), "warning"))
        column.addLayout(head)
        if row.description:
            column.addWidget(Words(row.description, step="table", tone="secondary", wrap=True))
        column.addSpacing(4)
        for key, value in (
            (self.tr("Code"), row.service_code),
            (self.tr("Group"), row.group),
            (self.tr("Department"), row.department),
            (self.tr("Deadline"), row.deadline),
            (self.tr("Work on site"), row.duration),
            (self.tr("Skills"), row.skills),
        ):
            column.addWidget(KeyValueRow(key, value or "–"))
        if row.measured:
            column.addWidget(self._offer(row))
        if row.figures:
            column.addSpacing(6)
            column.addWidget(Rule())
            column.addSpacing(4)
            column.addWidget(Caption(self.tr("Reported as this in {0} days").format(row.days)))
            for figure in row.figures:
                column.addWidget(self._figure(figure, row.service_code))
        column.addSpacing(6)
        column.addWidget(Rule())
        column.addSpacing(4)
        column.addWidget(Caption(self.tr("Questions to residents, {0}").format(len(row.questions))))
        for question in row.questions:
            column.addWidget(self._question(question))
        column.addStretch(1)
        return page

    def _offer(self, row: ServiceRow) -> QWidget:
        """What was measured, and the link that takes it."""
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 2, 0, 2)
        column.setSpacing(1)
        column.addWidget(Words(row.measured, step="table", tone="secondary", wrap=True))
        link = Link(self.tr("Take the measured duration"))
        link.setProperty("service_code", row.service_code)
        link.clicked.connect(self._offer_clicked)
        column.addWidget(link)
        return box

    def _offer_clicked(self) -> None:
        self.duration_wanted.emit(str(self.sender().property("service_code")))

    def _figure(self, figure: FigureLine, service_code: str) -> QWidget:
        """A sentence, and a link to its requests where there are some."""
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 2, 0, 2)
        column.setSpacing(1)
        if figure.way:
            link = Link(figure.text)
            link.setProperty("way", figure.way)
            link.setProperty("service_code", service_code)
            link.clicked.connect(self._figure_clicked)
            column.addWidget(link)
        else:
            column.addWidget(Words(figure.text, step="table", tone="secondary", wrap=True))
        if figure.most:
            column.addWidget(Words(figure.most, step="caption", tone="tertiary", weight=450, wrap=True))
        return box

    def _figure_clicked(self) -> None:
        link = self.sender()
        self.requests_wanted.emit(str(link.property("way")), str(link.property("service_code")))

    def _question(self, question: QuestionLine) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(2)
        head = QHBoxLayout()
        head.addWidget(Words(question.text, step="table", weight=500, wrap=True), 1)
        if question.required:
            head.addWidget(Tag(self.tr("required"), "accent"))
        column.addLayout(head)
        said = question.kind if not question.values else f"{question.kind}: {', '.join(question.values)}"
        column.addWidget(Words(said, step="caption", tone="tertiary", weight=450, wrap=True))
        return box
