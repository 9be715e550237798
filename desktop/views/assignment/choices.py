"""Several of many, shown in one line; the list with ticks opens over it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop.domain.plain_text import readable
from desktop.views.filter_popover import CheckList
from desktop.views.fonts import font
from desktop.views.icons import paint_icon
from desktop.views.kit.painting import paint_box
from desktop.views.kit.tips import plain_tip
from desktop.views.shell.popover import Popover
from desktop.views.theme import theme

Entry = tuple[Any, str]
LIST_PX = 300


class Choices(QAbstractButton):
    """What is chosen, by commas; `any_words` where nothing is."""

    changed = Signal()

    def __init__(self, any_words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._any, self._entries, self._chosen = any_words, tuple[Entry, ...](), tuple[Any, ...]()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.clicked.connect(self.open)
        self._say()

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """What there is to choose from."""
        self._entries = tuple(entries)
        self._say()

    def set_chosen(self, values: Iterable[Any]) -> None:
        """Show a choice; tells nobody. What is not among the entries is kept and shown as it is written."""
        self._chosen = tuple(values)
        self._say()

    def chosen(self) -> tuple[Any, ...]:
        """The values that are chosen."""
        return self._chosen

    def open(self) -> None:
        """The list with ticks."""
        known = {value for value, _ in self._entries}
        strange = [(value, _words(value)) for value in self._chosen if value not in known]
        over = Popover("", self, width=max(280, self.width()))
        over.set_title(self.accessibleName())
        ticks = CheckList([*strange, *self._entries], self._chosen, self.accessibleName())
        ticks.setFixedHeight(min(LIST_PX, 60 + 24 * (len(strange) + len(self._entries))))
        ticks.changed.connect(lambda: self._take(ticks.ticked()))
        over.body.addWidget(ticks)
        over.first = ticks.list
        over.open()

    def _take(self, values: tuple[Any, ...]) -> None:
        self._chosen = values
        self._say()
        self.changed.emit()

    def _say(self) -> None:
        names = dict(self._entries)
        words = ", ".join(" ".join(readable(names.get(value) or _words(value)).split()) for value in self._chosen)
        self.setText(words or self._any)
        self.setAccessibleDescription(words or self._any)
        self.setToolTip(plain_tip(words))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        colour, rect = theme().colour, QRectF(self.rect())
        painter = QPainter(self)
        try:
            edge = "danger.text" if self.property("invalid") else "line.strong" if self.underMouse() else "line.default"
            paint_box(painter, rect, colour("surface.pane"), colour(edge), theme().tokens.radius.control)
            painter.setFont(font("table"))
            painter.setPen(colour("text.primary" if self._chosen else "text.tertiary"))
            room = rect.adjusted(8, 0, -24, 0)
            shown = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, int(room.width()))
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)
            box = QRectF(rect.right() - 21, rect.center().y() - 7, 14, 14)
            paint_icon(painter, box, "chevron-down", colour("text.secondary"))
        finally:
            painter.end()


def _words(value: Any) -> str:
    return " · ".join(part for part in value if part) if isinstance(value, tuple) else str(value)
