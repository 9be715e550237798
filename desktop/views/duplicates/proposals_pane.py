"""The left pane of Duplicates: what is proposed, likeliest first, and the act that accepts many at once."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QHelpEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListView,
    QSlider,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.plain_text import readable
from desktop.views import format as words
from desktop.views.duplicates.proposals_model import LINE, Index, ProposalsModel
from desktop.views.duplicates.state import LEAST, MOST, BulkState, ProposalLine, ReviewState
from desktop.views.fonts import font
from desktop.views.icons import paint_icon, service_icon
from desktop.views.kit import Button, Caption, PaneHeader, Rule, Words
from desktop.views.kit.painting import paint_box
from desktop.views.kit.tables import paint_line_ground
from desktop.views.kit.tips import plain_tip
from desktop.views.shell.edge_strip import EdgeStrip
from desktop.views.theme import theme

PAD, GAP = 12, 8
ROW_PX = 48
TEXT_LEFT = PAD + 16 + GAP
FIGURE_PX, BAR_PX = 44, 4
CENTS = 100  # steps of the slider to 1


class _Lines(QStyledItemDelegate):
    """Icon, title over what it is made of, and at the right the probability as a figure and a bar."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        tokens = theme().tokens
        return QSize(200, ROW_PX + theme().row_height - tokens.size.row_compact)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line: ProposalLine = index.data(LINE)
        rect = QRectF(option.rect)
        painter.save()
        paint_line_ground(painter, option)
        top = rect.top() + (rect.height() - ROW_PX) / 2
        paint_icon(painter, QRectF(PAD, top + 7, 16, 16), service_icon(line.icon), theme().colour("text.secondary"))
        _paint_words(painter, rect, top, line)
        _paint_share(painter, rect.right() - PAD, top, line.probability)
        painter.restore()

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        """The whole line where its words are cut."""
        line = index.data(LINE)
        if event.type() != QEvent.Type.ToolTip or line is None:
            return super().helpEvent(event, view, option, index)
        rect = QRectF(option.rect)
        cut = any(_cut(text, step, weight, rect, line) for text, step, weight in _texts(line, chosen=True))
        QToolTip.showText(event.globalPos(), plain_tip(f"{line.title} · {line.below}") if cut else "", view)
        return True


def _texts(line: ProposalLine, *, chosen: bool) -> tuple[tuple[str, str, int], ...]:
    """Title and what stands below it, with step and weight."""
    return (
        (" ".join(readable(line.title).split()), "table", 600 if chosen else 500),
        (" ".join(readable(line.below).split()), "caption", 450),
    )


def _room(rect: QRectF, line: ProposalLine) -> float:
    """Px for the words: beside the figure, and beside the clock of an urgent one."""
    return rect.width() - TEXT_LEFT - PAD - FIGURE_PX - GAP - (16 if line.urgent else 0)


def _cut(text: str, step: str, weight: int, rect: QRectF, line: ProposalLine) -> bool:
    return QFontMetricsF(font(step, weight=weight)).horizontalAdvance(text) > _room(rect, line)


def _paint_words(painter: QPainter, rect: QRectF, top: float, line: ProposalLine) -> None:
    colour, room = theme().colour, _room(rect, line)
    for (text, step, weight), ink, y in zip(
        _texts(line, chosen=False), ("text.primary", "text.secondary"), (7, 25), strict=True
    ):
        painter.setFont(font(step, weight=weight))
        painter.setPen(colour(ink))
        fitting = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(room))
        flags = int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
        painter.drawText(QRectF(TEXT_LEFT, top + y, room, 16), flags, fitting)
    if line.urgent:
        box = QRectF(rect.right() - PAD - FIGURE_PX - 16, top + 9, 12, 12)
        paint_icon(painter, box, "clock", colour("danger.text"))


def _paint_share(painter: QPainter, right: float, top: float, probability: float) -> None:
    colour = theme().colour
    painter.setFont(font("table", weight=600))
    painter.setPen(colour("text.primary"))
    flags = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    painter.drawText(QRectF(right - FIGURE_PX, top + 7, FIGURE_PX, 16), flags, words.probability(probability))
    bar = QRectF(right - FIGURE_PX, top + 31, FIGURE_PX, BAR_PX)
    paint_box(painter, bar, colour("state.pressed"), None, 2)
    full = QRectF(bar.left(), bar.top(), max(BAR_PX, FIGURE_PX * min(1.0, max(0.0, probability))), BAR_PX)
    paint_box(painter, full, colour("text.secondary"), None, 2)


class ProposalsList(QListView):
    """The list. `chosen` tells a proposal that a person moved to, `entered` that its reports are wanted (Enter)."""

    chosen = Signal(int)
    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._quiet = False
        self.lines = ProposalsModel(self)
        self.setModel(self.lines)
        self.setItemDelegate(_Lines(self))
        self.setAccessibleName(self.tr("Proposed incidents"))
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)  # thousands are laid out at once
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("surface", "sunken")
        self.selectionModel().currentChanged.connect(self._moved)
        theme().rows_changed.connect(self.scheduleDelayedItemsLayout)

    def set_lines(self, lines: tuple[ProposalLine, ...], chosen: int | None) -> None:
        """Show these with the chosen one marked, telling nobody; what the eye reads stays where it is."""
        self._quiet = True
        top = QPersistentModelIndex(self.indexAt(QPoint(1, 0)))
        before = self.visualRect(self.lines.index(top.row())).top()
        self.lines.set_lines(lines)
        if top.isValid():
            self.executeDelayedItemsLayout()
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + self.visualRect(self.lines.index(top.row())).top() - before)
        row = self.lines.row_of(chosen)
        if row is None:
            self.selectionModel().clear()
        elif row != self.currentIndex().row() or not self.selectionModel().hasSelection():
            self.setCurrentIndex(self.lines.index(row))
            self.scrollTo(self.lines.index(row))
        self._quiet = False

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt makes the first line current with the focus; here nothing is chosen silently."""
        self._quiet, before = True, self.currentIndex().isValid()
        super().focusInEvent(event)
        if not before:
            self.selectionModel().setCurrentIndex(QModelIndex(), QItemSelectionModel.SelectionFlag.NoUpdate)
        self._quiet = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters are acts, or nothing where they are switched off: none jumps to another proposal."""

    def _moved(self, current: QModelIndex, previous: QModelIndex) -> None:
        if current.isValid() and not self._quiet:
            self.chosen.emit(current.data(LINE).key)


class AcceptMany(QWidget):
    """From which probability on all are accepted, what that means in words, and the act."""

    changed = Signal(float)
    asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD, 12, PAD, 12)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(Caption(self.tr("Accept many")))
        head.addStretch(1)
        head.addWidget(Words(self.tr("at least"), step="caption", tone="tertiary", weight=450))
        self.least = Words("", step="caption", weight=600)
        head.addWidget(self.least)
        column.addLayout(head)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setProperty("upward", True)  # what is accepted lies to the right of the handle
        self.slider.setRange(round(LEAST * CENTS), round(MOST * CENTS))
        self.slider.setPageStep(5)
        self.slider.valueChanged.connect(self._slid)
        column.addWidget(self.slider)
        self.words = Words("", step="caption", tone="secondary", weight=450, wrap=True)
        column.addWidget(self.words)
        column.addSpacing(2)
        self.button = Button("", small=True)
        self.button.clicked.connect(self.asked)
        column.addWidget(self.button)
        self._name(self.slider.value())

    def set_state(self, state: BulkState) -> None:
        """Show what the act would do."""
        value = round(state.least * CENTS)
        self.slider.blockSignals(True)
        if not self.slider.isSliderDown():  # the hand is there already
            self.slider.setValue(value)
        self.slider.blockSignals(False)
        self._name(self.slider.value())
        self.words.setText(state.words)
        self.button.setText(state.button)
        self.button.setAccessibleName(state.button)
        self.button.updateGeometry()
        if self.window().focusWidget() is self.button and not state.possible:
            self.slider.setFocus(Qt.FocusReason.OtherFocusReason)  # Qt would pass it on to another pane
        self.button.setEnabled(state.possible)

    def _slid(self, value: int) -> None:
        self._name(value)
        self.changed.emit(value / CENTS)

    def _name(self, value: int) -> None:
        told = words.number(value / CENTS, 2)
        self.least.setText(told)
        self.slider.setAccessibleName(self.tr("Accept all of at least {0}").format(told))


class ProposalsPane(QWidget):
    """The list under its head, and "Accept many" at the foot."""

    chosen = Signal(int)
    entered = Signal()
    bulk_changed = Signal(float)
    bulk_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "sunken")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Proposed incidents"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.header = PaneHeader(self.tr("Proposed incidents"))
        self.count = Words("", step="table", weight=600)
        self.header.add(self.count)
        self.list = ProposalsList()
        self.list.chosen.connect(self.chosen)
        self.list.entered.connect(self.entered)
        self.bulk = AcceptMany()
        self.bulk.changed.connect(self.bulk_changed)
        self.bulk.asked.connect(self.bulk_asked)
        self._line = Rule()
        column.addWidget(self.header)
        column.addWidget(self.list, 1)
        column.addWidget(self._line)
        column.addWidget(self.bulk)
        self.set_bulk(None)  # until it is known what it would do

    def set_state(self, state: ReviewState | None) -> None:
        """Show what is proposed; None while that is being read."""
        lines = () if state is None else state.lines
        self.count.setText("" if state is None else words.count(len(lines)))
        self.list.set_lines(lines, None if state is None else state.chosen)
        if not lines:
            self.set_bulk(None)

    def set_bulk(self, state: BulkState | None) -> None:
        """Show what "Accept many" would do; None where there is nothing to accept."""
        if state is not None:
            self.bulk.set_state(state)
        elif self.bulk.isAncestorOf(self.window().focusWidget() or self):
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        self._line.setVisible(state is not None)
        self.bulk.setVisible(state is not None)


class ProposalsStrip(EdgeStrip):
    """The pane in a narrow window: opens it, and counts what is proposed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("left", "", parent)
        self.button.set_name(self.tr("Show the proposed incidents"))
        self.count = Words("", step="caption", weight=600)
        self.count.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.column.insertWidget(1, self.count)

    def set_state(self, state: ReviewState | None) -> None:
        """Show how many are proposed."""
        number = "" if state is None else words.short_count(len(state.lines))
        self.count.setText(number)
        self.count.setAccessibleName(self.tr("{0} proposed").format(number) if number else "")
