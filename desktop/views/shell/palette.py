"""The command palette under the search field: any command, and whatever the search finds."""

from __future__ import annotations

from dataclasses import dataclass

import shiboken6
from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.plain_text import readable, typeset
from desktop.views.commands import Command
from desktop.views.fonts import font
from desktop.views.icons import paint_icon
from desktop.views.kit.focus import NONE
from desktop.views.kit.inputs import SearchField
from desktop.views.kit.painting import KEY_HEIGHT, MENU, key_label, key_width, paint_box, paint_key, paint_shadow
from desktop.views.kit.words import Words
from desktop.views.theme import theme

ROW_HEIGHT = 30
MOST_ROWS = 12
SHADOW_ROOM = 20
SEARCH_DELAY_MS = 120
ENTRY = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class Entry:
    """A row: a command, or something found. `id` is handed to whoever carries it out."""

    id: str
    text: str
    note: str = ""
    keys: str = ""
    icon: str = ""


def matching(commands: tuple[Command, ...], text: str) -> list[Entry]:
    """The commands that hold every word typed; those that begin with it come first."""
    words = text.casefold().split()
    found = [
        command for command in commands if all(word in f"{command.text} {command.group}".casefold() for word in words)
    ]
    found.sort(key=lambda command: not command.text.casefold().startswith(text.casefold().strip()))
    return [Entry(command.id, command.text, command.group, command.keys, command.icon) for command in found]


class _Rows(QAbstractListModel):
    """The rows of the palette."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []

    def set_entries(self, entries: list[Entry]) -> None:
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        entry = self.entries[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return entry.text
        return entry if role == ENTRY else None


class _RowPainter(QStyledItemDelegate):
    """Icon, words, where it belongs, keys."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, ROW_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        entry, colour = index.data(ENTRY), theme().colour
        rect = QRectF(option.rect)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            paint_box(painter, rect.adjusted(4, 1, -4, -1), colour("accent.soft"), None, theme().tokens.radius.chip)
        if entry.icon:
            paint_icon(
                painter, QRectF(rect.left() + 12, rect.top(), 14, rect.height()), entry.icon, colour("text.secondary")
            )
        right = rect.right() - 12
        if entry.keys:
            label = key_label(entry.keys)
            width = round(key_width(label))
            cap = QRectF(round(right - width), round(rect.center().y() - KEY_HEIGHT / 2), width, KEY_HEIGHT)
            paint_key(painter, cap, label, colour("text.secondary"), colour("line.default"))
            right -= width + 10
        painter.setFont(font("caption", weight=450))
        painter.setPen(colour("text.tertiary"))
        note = painter.fontMetrics().elidedText(typeset(readable(entry.note)), Qt.TextElideMode.ElideRight, 180)
        painter.drawText(QRectF(rect.left(), rect.top(), right - rect.left(), rect.height()), _RIGHT, note)
        right -= painter.fontMetrics().horizontalAdvance(note) + 10
        painter.setFont(font("table"))
        painter.setPen(colour("text.primary"))
        room = right - rect.left() - 36
        words = painter.fontMetrics().elidedText(typeset(readable(entry.text)), Qt.TextElideMode.ElideRight, int(room))
        painter.drawText(
            QRectF(rect.left() + 36, rect.top(), room, rect.height()), Qt.AlignmentFlag.AlignVCenter, words
        )
        painter.restore()


_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


class Palette(QWidget):
    """The list under the search field. `chosen` carries an entry's id; `search_asked` what was typed, after a pause."""

    chosen = Signal(str)
    search_asked = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAccessibleName(self.tr("Commands and search results"))
        self._field: SearchField | None = None
        self._before: QWidget | None = None  # what had the focus before the field
        self._found: list[Entry] = []
        self.searchable = False  # whether anybody answers
        self._looking = False  # until every source has answered
        self._with_commands = True
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(SHADOW_ROOM + 1, 5, SHADOW_ROOM + 1, SHADOW_ROOM + 5)
        column.setSpacing(0)
        self._rows = _Rows(self)
        self.list = QListView()
        self.list.setModel(self._rows)
        self.list.setItemDelegate(_RowPainter(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setProperty(NONE, True)
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.clicked.connect(self._clicked)
        self.nothing = Words("", step="table", tone="tertiary")
        self.nothing.setContentsMargins(12, 6, 12, 6)
        column.addWidget(self.list)
        column.addWidget(self.nothing)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(SEARCH_DELAY_MS)
        self._pause.timeout.connect(self._search)
        self.hide()

    def attach(self, field: SearchField) -> None:
        """Work under a field."""
        self._field = field
        field.changed.connect(self._typed)
        field.searched.connect(self._entered)
        field.edit.installEventFilter(self)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_moved)

    def open_commands(self) -> None:
        """Show every command."""
        self._open(True)

    def open_search(self) -> None:
        """Show what the search finds, once something is typed."""
        self._open(False)

    def set_found(self, text: str, entries: list[Entry], *, whole: bool = True) -> None:
        """Take what was found for a text, `whole` when no source is still looking.

        Nothing happens when something else stands in the field by now.
        """
        if self._field is not None and self._field.edit.text().strip() == text:
            self._found, self._looking = entries, not whole
            self._fill()

    def entries(self) -> list[Entry]:
        """The rows on show."""
        return self._rows.entries

    def place(self) -> None:
        """Lie under the field."""
        if self._field is None or self.isHidden():
            return
        rows = min(MOST_ROWS, len(self._rows.entries))
        self.list.setVisible(rows > 0)
        self.list.setFixedHeight(max(1, rows * ROW_HEIGHT))
        width = max(480, self._field.width())
        corner = self._field.mapTo(self.window(), self._field.rect().bottomLeft())
        x = min(corner.x(), self.window().width() - width - 12)
        self.setGeometry(x - SHADOW_ROOM, corner.y() + 7, width + 2 * SHADOW_ROOM, self._column.sizeHint().height())
        self.raise_()

    def _open(self, with_commands: bool) -> None:
        assert self._field is not None
        self._with_commands = with_commands
        self._found, self._looking = [], False
        self._field.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._field.edit.selectAll()
        self._fill()
        if with_commands:
            self.show()
            self.place()

    def _fill(self) -> None:
        assert self._field is not None
        text = self._field.edit.text().strip()
        window = self.window()
        commands = window.commands() if hasattr(window, "commands") else ()
        listed = matching(commands, text) if self._with_commands or text else []
        self._rows.set_entries(self._found + listed)
        self.nothing.setText(self._told(text))
        self.nothing.setVisible(not self._rows.entries or (self._looking and bool(self._found)))
        if self._rows.entries:
            self.list.setCurrentIndex(self._rows.index(0))
        self.place()

    def _told(self, text: str) -> str:
        """What stands where nothing, or not yet everything, is listed."""
        if not self._looking:
            return self.tr("Nothing fits “{0}”. Fewer letters find more.").format(text)
        return self.tr("Looking for more…") if self._found else self.tr("Looking for “{0}”…").format(text)

    def _typed(self, text: str) -> None:
        self._found, self._looking = [], self.searchable and bool(text.strip())
        self._fill()
        self.show()
        self.place()
        self._pause.start()

    def _search(self) -> None:
        assert self._field is not None
        text = self._field.edit.text().strip()
        if text:
            self.search_asked.emit(text)

    def _entered(self, _text: str) -> None:
        self._choose(self.list.currentIndex())

    def _clicked(self, index: QModelIndex) -> None:
        self._choose(index)

    def _choose(self, index: QModelIndex) -> None:
        entry = index.data(ENTRY) if index.isValid() else None
        self._shut()
        if entry is not None:
            self.chosen.emit(entry.id)

    def _shut(self) -> None:
        self._pause.stop()
        self.hide()
        if self._field is not None:
            self._field.edit.clear()
            self._give_back_focus()

    def _focus_moved(self, old: QWidget | None, new: QWidget | None) -> None:
        if self._field is not None and new is self._field.edit and old is not None:
            self._before = old

    def _give_back_focus(self) -> None:
        """To where it was: without a focus no key reaches a list, and a dialog has nowhere to return it to."""
        assert self._field is not None
        before = self._before
        if before is not None and shiboken6.isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._field.edit.clearFocus()

    def paintEvent(self, event: QPaintEvent) -> None:
        sheet = QRectF(self.rect()).adjusted(SHADOW_ROOM, 0, -SHADOW_ROOM, -SHADOW_ROOM)
        colour, radius = theme().colour, theme().tokens.radius.panel
        painter = QPainter(self)
        try:
            paint_shadow(painter, sheet, MENU)
            paint_box(painter, sheet, colour("surface.raised"), colour("line.default"), radius)
        finally:
            painter.end()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.hide()
        elif event.type() == QEvent.Type.FocusIn and not self.isVisible():
            self._with_commands = True
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        return False

    def _key(self, event: QKeyEvent) -> bool:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        if step and self._rows.entries:
            if self.isHidden():
                self.open_commands()
            row = (self.list.currentIndex().row() + step) % len(self._rows.entries)
            self.list.setCurrentIndex(self._rows.index(row))
            return True
        if event.key() == Qt.Key.Key_Escape and self._field is not None and not self._field.edit.text():
            self._shut()
            return True
        return False
