"""The list of rules: number, name, chips of what is asked, who gets it, and how many it took."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QKeyEvent, QKeySequence, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from desktop.domain.plain_text import readable
from desktop.views import format as words
from desktop.views.assignment.rules_model import LINE, NOBODY, Index, RulesModel
from desktop.views.assignment.state import RuleLine
from desktop.views.fonts import font
from desktop.views.icons import paint_icon
from desktop.views.kit.painting import paint_box
from desktop.views.kit.tables import paint_line_ground
from desktop.views.kit.tips import plain_tip
from desktop.views.theme import theme

PAD = 12
GRIP_PX, NUMBER_PX, TOOK_PX = 16, 22, 52
TEXT_LEFT = PAD + GRIP_PX + NUMBER_PX + 6
NAME_PX, CHIPS_PX, SAID_PX, AIR_PX = 18, 22, 17, 9
CHIP_PAD, CHIP_GAP = 6, 4
ARROW = "→"


class RuleDelegate(QStyledItemDelegate):
    """Paints a rule. Chips that have no room fold into a count."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        line: RuleLine = index.data(LINE)
        said = sum(bool(part) for part in (line.note, line.warning, line.fault))
        return QSize(200, NAME_PX + CHIPS_PX + SAID_PX * said + 2 * AIR_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line: RuleLine = index.data(LINE)
        rect = QRectF(option.rect)
        painter.save()
        paint_line_ground(painter, option)
        top = rect.top() + AIR_PX
        if line.number != NOBODY:
            paint_icon(painter, QRectF(PAD - 4, top + 1, GRIP_PX, 16), "grip-vertical", theme().colour("text.tertiary"))
        _paint_name(painter, rect, top, line)
        _paint_chips(painter, QRectF(TEXT_LEFT, top + NAME_PX, rect.width() - TEXT_LEFT - PAD, CHIPS_PX), line)
        _paint_said(painter, rect, top + NAME_PX + CHIPS_PX + 2, line)
        painter.restore()

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        """The whole rule, of which a narrow pane shows a part."""
        line: RuleLine | None = index.data(LINE)
        if event.type() != QEvent.Type.ToolTip or line is None:
            return super().helpEvent(event, view, option, index)
        asked = f"{', '.join(line.chips)} {ARROW} {line.result}"
        told = [part for part in (line.name, asked, line.warning, line.fault) if part]
        QToolTip.showText(event.globalPos(), plain_tip("\n".join(told)), view)
        return True


def _paint_name(painter: QPainter, rect: QRectF, top: float, line: RuleLine) -> None:
    colour, middle = theme().colour, int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
    painter.setFont(font("table", weight=450))
    painter.setPen(colour("text.secondary"))
    number = "—" if line.number == NOBODY else str(line.number)
    box = QRectF(PAD + GRIP_PX, top, NUMBER_PX, NAME_PX)
    painter.drawText(box, int(Qt.AlignmentFlag.AlignRight) | middle, number)
    painter.setFont(font("table", weight=600))
    painter.setPen(colour("text.primary"))
    room = rect.width() - TEXT_LEFT - PAD - TOOK_PX
    name = painter.fontMetrics().elidedText(_one_line(line.name), Qt.TextElideMode.ElideRight, int(room))
    painter.drawText(QRectF(TEXT_LEFT, top, room, NAME_PX), middle, name)
    took = took_words(line)
    painter.setFont(font("table", weight=500))
    painter.setPen(colour("accent.text" if line.took else "text.tertiary"))
    place = took_box(rect, took)
    painter.drawText(place, int(Qt.AlignmentFlag.AlignRight) | middle, took)
    if line.took:
        underline = QRectF(place.right() - _width(took), place.bottom() - 2, _width(took), 1)
        painter.fillRect(underline, colour("accent.line"))


def took_words(line: RuleLine) -> str:
    """How many requests it took; a dash while that is not known, or where it stops."""
    return "—" if line.took is None or line.fault else words.count(line.took)


def took_box(rect: QRectF, took: str) -> QRectF:
    """Where the figure stands."""
    return QRectF(rect.right() - PAD - TOOK_PX, rect.top() + AIR_PX, TOOK_PX, NAME_PX)


def _width(text: str) -> float:
    return QFontMetricsF(font("table", weight=500)).horizontalAdvance(text)


def _one_line(text: str) -> str:
    return " ".join(readable(text).split())


def _paint_chips(painter: QPainter, room: QRectF, line: RuleLine) -> None:
    """What is asked, an arrow, who gets it. The result keeps at least half of the room."""
    colour = theme().colour
    metrics = QFontMetricsF(font("caption", weight=500))
    result = _one_line(line.result)
    result_px = min(QFontMetricsF(font("table")).horizontalAdvance(result) + 2, room.width() / 2)
    left, edge = room.left(), room.right() - result_px - 22
    painter.setFont(font("caption", weight=500))
    for at, chip in enumerate(line.chips):
        text = _one_line(chip)
        width = metrics.horizontalAdvance(text) + 2 * CHIP_PAD
        rest = len(line.chips) - at - 1
        limit = edge - (30 if rest else 0)
        if left + width > limit:
            if at == 0 and limit - left > 40:
                text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, limit - left - 2 * CHIP_PAD)
                width = limit - left
            else:
                text = f"+{len(line.chips) - at}"
                width = metrics.horizontalAdvance(text) + 2 * CHIP_PAD
                _paint_chip(painter, QRectF(left, room.top() + 2, width, 18), text)
                left += width + CHIP_GAP
                break
        _paint_chip(painter, QRectF(left, room.top() + 2, width, 18), text)
        left += width + CHIP_GAP
    painter.setFont(font("table"))
    painter.setPen(colour("text.tertiary"))
    middle = int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
    painter.drawText(QRectF(left + 1, room.top(), 16, room.height()), middle, ARROW)
    painter.setPen(colour("text.primary"))
    space = room.right() - left - 18
    shown = painter.fontMetrics().elidedText(result, Qt.TextElideMode.ElideRight, int(space))
    painter.drawText(QRectF(left + 18, room.top(), space, room.height()), middle, shown)


def _paint_chip(painter: QPainter, box: QRectF, text: str) -> None:
    colour = theme().colour
    paint_box(painter, box, colour("surface.pane"), colour("line.default"), theme().tokens.radius.chip)
    painter.setPen(colour("text.primary"))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine), text)


def _paint_said(painter: QPainter, rect: QRectF, top: float, line: RuleLine) -> None:
    """That it changed, what is doubtful, what is wrong: each on its line, with a sign before it."""
    for text, icon, ink in (
        (line.note, "pencil", "accent.text"),
        (line.warning, "triangle-alert", "warning.text"),
        (line.fault, "circle-alert", "danger.text"),
    ):
        if text:
            paint_icon(painter, QRectF(TEXT_LEFT, top + 2, 12, 12), icon, theme().colour(ink))
            painter.setFont(font("caption", weight=450))
            painter.setPen(theme().colour(ink))
            room = rect.width() - TEXT_LEFT - 17 - PAD
            said = painter.fontMetrics().elidedText(_one_line(text), Qt.TextElideMode.ElideRight, int(room))
            middle = int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
            painter.drawText(QRectF(TEXT_LEFT + 17, top, room, SAID_PX), middle, said)
            top += SAID_PX


def _step_of(event: QKeyEvent) -> int:
    """-1 for the keys of undo, 1 for those of redo."""
    keys = QKeySequence.StandardKey
    return -1 if event.matches(keys.Undo) else int(event.matches(keys.Redo))


class RulesList(QListView):
    """The list. Enter edits, Alt with an arrow moves, Del removes, Ctrl+Z undoes; the figure opens its requests."""

    chosen = Signal(int)  # row
    edit_asked = Signal(int)
    took_opened = Signal(int)
    stop_opened = Signal(object)  # a request
    move_asked = Signal(int, int)
    remove_asked = Signal(int)
    duplicate_asked = Signal(int)
    undo_asked = Signal()
    redo_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rules = RulesModel(self)
        self._quiet = False
        self.setModel(self.rules)
        self.setItemDelegate(RuleDelegate(self))
        self.setAccessibleName(self.tr("Rules, the first that fits takes the request"))
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDragDropOverwriteMode(False)
        self.setDropIndicatorShown(True)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.rules.moved.connect(self.move_asked)
        self.selectionModel().currentChanged.connect(self._moved)
        self.doubleClicked.connect(lambda index: self._ask(self.edit_asked, index.row()))

    def set_lines(self, lines: tuple[RuleLine, ...], row: int) -> None:
        """Show rules and choose one; nobody is told of it."""
        self._quiet = True
        self.rules.set_lines(lines)
        if 0 <= row < len(lines):
            self.setCurrentIndex(self.rules.index(row))
        self._quiet = False
        self.doItemsLayout()

    def row(self) -> int:
        """The chosen row, -1 for none."""
        return self.currentIndex().row()

    def _is_rule(self, row: int) -> bool:
        return 0 <= row < self.rules.rowCount() and self.rules.line(row).number != NOBODY

    def _ask(self, signal: object, row: int) -> None:
        if self._is_rule(row):
            signal.emit(row)  # type: ignore[attr-defined]

    def _moved(self, current: QModelIndex, previous: QModelIndex) -> None:
        if current.isValid() and not self._quiet:
            self.chosen.emit(current.row())

    def event(self, event: QEvent) -> bool:
        """Here undo goes back in the draft: the window's own would take back the last act on a request."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _step_of(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if step := _step_of(event):
            (self.undo_asked if step < 0 else self.redo_asked).emit()
            return
        row, alt = self.row(), bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if alt and step:
            if self._is_rule(row) and self._is_rule(row + step):
                self.move_asked.emit(row, row + step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._ask(self.edit_asked, row)
        elif event.key() == Qt.Key.Key_Delete:
            self._ask(self.remove_asked, row)
        elif control and event.key() == Qt.Key.Key_Insert:
            self._ask(self.duplicate_asked, row)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            self._open_what_is_at(index, event.position().toPoint())

    def _open_what_is_at(self, index: QModelIndex, point: QPoint) -> None:
        line, rect = self.rules.line(index.row()), QRectF(self.visualRect(index))
        if line.took and took_box(rect, took_words(line)).contains(point):
            self.took_opened.emit(index.row())
        elif line.stops_on is not None and point.y() > rect.bottom() - AIR_PX - SAID_PX:
            self.stop_opened.emit(line.stops_on)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        over = False
        if index.isValid():
            line = self.rules.line(index.row())
            over = bool(line.took) and took_box(QRectF(self.visualRect(index)), "").contains(event.position())
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.scheduleDelayedItemsLayout()
        return super().viewportEvent(event)
