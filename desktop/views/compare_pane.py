"""What the plan on show changed of another one: counts, a line a stop, and whether the draft is kept."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop.views import format as words
from desktop.views.fonts import font
from desktop.views.icons import paint_icon
from desktop.views.kit import Button, Figure, Link, PaneHeader, Rule
from desktop.views.kit.tips import plain_tip
from desktop.views.theme import theme

Index = QModelIndex | QPersistentModelIndex
LINE = Qt.ItemDataRole.UserRole + 1
LINE_PX = 40
ICONS = {"crew": "arrow-right-left", "time": "clock", "new": "plus", "out": "minus"}
CREW_PX, ARRIVAL_PX, PAD = 56, 104, 12


@dataclass(frozen=True, slots=True)
class ChangedStop:
    """A stop that is not where it was: its kind (crew, time, new, out), crews and arrivals before and after."""

    job: str
    kind: str
    title: str
    why: str
    crew: str
    arrival: str


@dataclass(frozen=True, slots=True)
class CompareState:
    """The changes against a plan. `changed`: there is a draft to be saved or dropped."""

    against: str = ""
    untouched: int = 0
    stops: tuple[ChangedStop, ...] = ()
    changed: bool = False
    broken: int = 0
    busy: bool = False
    tip: str = ""


class _Lines(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.stops: tuple[ChangedStop, ...] = ()

    def set_stops(self, stops: tuple[ChangedStop, ...]) -> None:
        self.beginResetModel()
        self.stops = stops
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.stops)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        stop = self.stops[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{stop.title}. {stop.why}. {stop.crew}, {stop.arrival}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(f"{stop.title}\n{stop.why}" if stop.why else stop.title)
        return stop if role == LINE else None


class _Delegate(QStyledItemDelegate):
    """Kind, what, the crews, the arrivals in a line; why under them, as wide as the pane."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, LINE_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        stop: ChangedStop = index.data(LINE)
        colour, rect = theme().colour, QRectF(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hot = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.fillRect(rect, colour("accent.soft" if chosen else "state.hover" if hot else "surface.pane"))
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), colour("line.subtle"))
        icon = QRectF(rect.left() + 8, rect.top() + 13, 14, 14)
        paint_icon(painter, icon, ICONS[stop.kind], theme().tokens.colour.text_secondary)
        left, right = rect.left() + 30, rect.right() - PAD
        line, ends = QRectF(left, rect.top() + 3, right - left, 18), Qt.AlignmentFlag.AlignRight
        crew_right = right - ARRIVAL_PX
        _write(painter, line.adjusted(0, 0, -CREW_PX - ARRIVAL_PX, 0), stop.title, "text.primary", 500)
        crew = line.adjusted(crew_right - CREW_PX - left, 0, -ARRIVAL_PX, 0)
        _write(painter, crew, stop.crew, "text.primary", 450, ends)
        _write(painter, line.adjusted(crew_right - left, 0, 0, 0), stop.arrival, "text.primary", 450, ends)
        _write(painter, line.translated(0, 17), stop.why, "text.secondary", 450, small=True)
        painter.restore()


def _write(
    painter: QPainter,
    room: QRectF,
    text: str,
    colour: str,
    weight: int,
    side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    *,
    small: bool = False,
) -> None:
    painter.setFont(font("caption" if small else "table", weight=weight))
    painter.setPen(theme().colour(colour))
    told = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
    painter.drawText(room, int(side | Qt.AlignmentFlag.AlignVCenter), told)


class ComparePane(QWidget):
    """Against which plan, how many of each kind, the list, and the two acts of a draft at the foot."""

    chosen = Signal(str)  # a job
    save_asked = Signal()
    discard_asked = Signal()
    map_asked = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Changes of the plan"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.header = PaneHeader(self.tr("Against the plan"))
        self.on_map = Link(self.tr("Show on map"))
        self.on_map.clicked.connect(self._toggle_map)
        self._on_map = False
        self.header.add(self.on_map)
        column.addWidget(self.header)
        column.addWidget(self._counts())
        column.addWidget(Rule())
        self._model = _Lines(self)
        self.list = QListView()
        self.list.setModel(self._model)
        self.list.setItemDelegate(_Delegate(self.list))
        self.list.setAccessibleName(self.tr("Stops that differ"))
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.selectionModel().currentChanged.connect(self._moved)
        column.addWidget(self.list, 1)
        column.addWidget(self._foot())
        self.set_state(CompareState())

    def _counts(self) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(12, 6, 12, 6)
        self.figures = {
            "untouched": Figure(self.tr("untouched"), link=False),
            "crew": Figure(self.tr("other crew"), link=False),
            "time": Figure(self.tr("other time"), link=False),
            "new": Figure(self.tr("new"), link=False),
            "out": Figure(self.tr("out"), link=False),
        }
        for figure in self.figures.values():
            row.addWidget(figure)
        return box

    def _foot(self) -> QWidget:
        self.foot = QWidget()
        column = QVBoxLayout(self.foot)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Rule())
        row = QHBoxLayout()
        row.setContentsMargins(12, 8, 12, 8)
        self.discard = Button(self.tr("Discard draft"))
        self.save = Button(self.tr("Save plan"), kind="primary", keys="Ctrl+Return")
        self.discard.clicked.connect(self.discard_asked)
        self.save.clicked.connect(self.save_asked)
        row.addWidget(self.discard)
        row.addStretch(1)
        row.addWidget(self.save)
        column.addLayout(row)
        return self.foot

    def set_state(self, state: CompareState) -> None:
        """Show the changes."""
        self.header.title.setText(self.tr("Against {0}").format(state.against) if state.against else "")
        self.header.setToolTip(state.tip)
        told = {kind: sum(stop.kind == kind for stop in state.stops) for kind in ICONS}
        for key, figure in self.figures.items():
            figure.set_value(words.count(state.untouched if key == "untouched" else told[key]))
        if state.stops != self._model.stops:
            self._model.set_stops(state.stops)
        self.foot.setVisible(state.changed)
        self.on_map.setEnabled(bool(state.stops))
        self.save.setEnabled(not state.busy)
        self.save.setText(
            self.tr("Save plan") if not state.broken else self.tr("Save with {0} broken").format(state.broken)
        )
        self.save.updateGeometry()

    def _toggle_map(self) -> None:
        self._on_map = not self._on_map
        self.on_map.setText(self.tr("Hide on map") if self._on_map else self.tr("Show on map"))
        self.map_asked.emit(self._on_map)

    def _moved(self, current: QModelIndex, previous: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(current.data(LINE).job)
