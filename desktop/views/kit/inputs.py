"""Fields: the search field with its key, chips of a filter, and a labelled field that says what is wrong."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QDateTimeEdit,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QSizePolicy,
    QStyledItemDelegate,
    QVBoxLayout,
    QWidget,
)

from desktop.views.fonts import font
from desktop.views.icons import paint_icon
from desktop.views.kit.painting import paint_box
from desktop.views.kit.tips import set_tip
from desktop.views.kit.words import Caption, Glyph, KeyCap, Words
from desktop.views.theme import theme


class SearchField(QWidget):
    """A field with a glass and the key that leads to it. `searched` comes with Enter, `changed` with each letter."""

    searched = Signal(str)
    changed = Signal(str)

    def __init__(self, hint: str, keys: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(theme().tokens.size.control)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 6, 0)
        row.setSpacing(8)
        row.addWidget(Glyph("search", side=14, colour="text.tertiary"))
        self.edit = _BareEdit(self)
        self.edit.setPlaceholderText(hint)
        self.edit.setAccessibleName(hint)
        self.edit.setFont(font("table"))
        self.edit.returnPressed.connect(self._enter)
        self.edit.textEdited.connect(self.changed)
        row.addWidget(self.edit, 1)
        if keys:
            row.addWidget(KeyCap(keys))
        self.setFocusProxy(self.edit)

    def _enter(self) -> None:
        self.searched.emit(self.edit.text())

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = theme().colour
        painter = QPainter(self)
        try:
            radius = theme().tokens.radius.control
            paint_box(painter, QRectF(self.rect()), colour("surface.sunken"), colour("line.default"), radius)
        finally:
            painter.end()


class _BareEdit(QLineEdit):
    """A line edit without a frame; its field draws one, and the focus ring goes around the field."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("bare", True)
        self.setProperty("focusRingAround", True)  # see focus.py

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc empties the field, and once more leaves it."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            self.textEdited.emit("")
            return
        super().keyPressEvent(event)


def narrow_list(entries: QListWidget, text: str) -> None:
    """Hide the entries of a list that do not have every word of a text."""
    wanted = text.casefold().split()
    for row in range(entries.count()):
        item = entries.item(row)
        item.setHidden(not all(word in item.text().casefold() for word in wanted))


class Chip(QAbstractButton):
    """A filter that is on, with a cross to take it off; without the cross, one that can be added."""

    def __init__(self, text: str, *, icon: str = "", removable: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._removable = icon, removable
        self.setText(text)
        self.setFont(font("table", weight=500 if removable else 450))
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Drop {0}").format(text) if removable else text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        width = QFontMetricsF(self.font()).horizontalAdvance(self.text()) + 16
        return QSize(round(width + (16 if self._removable else 0) + (18 if self._icon else 0)), 22)

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = theme().colour
        hot = self.underMouse() and self.isEnabled()
        if self._removable:
            fill, edge, ink = colour("accent.soft"), colour("accent.line") if hot else None, colour("accent.text")
        else:
            fill, edge, ink = (
                colour("state.hover" if hot else "surface.pane"),
                colour("line.default"),
                colour("text.primary"),
            )
        painter = QPainter(self)
        try:
            paint_box(painter, QRectF(self.rect()), fill, edge, theme().tokens.radius.chip)
            left = 8.0
            if self._icon:
                paint_icon(painter, QRectF(left, 4, 14, 14), self._icon, ink)
                left += 18
            painter.setFont(self.font())
            painter.setPen(ink)
            painter.drawText(
                QRectF(left, 0, self.width() - left, self.height()), Qt.AlignmentFlag.AlignVCenter, self.text()
            )
            if self._removable:
                paint_icon(painter, QRectF(self.width() - 19, 5, 12, 12), "x", ink)
        finally:
            painter.end()


class Dropdown(QComboBox):
    """One of many, in a list of the look that scrolls; Qt's own delegate would ignore the style sheet."""

    MOST = 14

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if name:
            self.setAccessibleName(name)
        self.setMaxVisibleItems(self.MOST)
        self._dressed = False
        self.currentTextChanged.connect(lambda text: set_tip(self, text))  # it may be cut

    def showPopup(self) -> None:
        """The list is made when it is first wanted: a form has many, and its window waits for each."""
        if not self._dressed:
            self._dressed = True
            self.setItemDelegate(QStyledItemDelegate(self))
        super().showPopup()


class Field(QWidget):
    """A caption over an input, and beneath it what is wrong, in a sentence."""

    def __init__(self, caption: str, control: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.control = control
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        label = Caption(caption)
        label.setBuddy(control)
        if not control.accessibleName():
            control.setAccessibleName(caption)
        if not isinstance(control, QComboBox):  # it has its font from the theme; one of its own would make its list now
            control.setFont(font("table"))
        plain = isinstance(control, QAbstractSpinBox) and not isinstance(control, QDateTimeEdit)
        if plain and (edit := control.lineEdit()) is not None:  # type: ignore[attr-defined]
            edit.setTextMargins(5, 0, 0, 0)  # a style sheet's padding does not reach it
        self._fault = Words("", step="caption", tone="danger", weight=450, wrap=True)
        self._fault.hide()
        for part in (label, control, self._fault):
            column.addWidget(part)

    def has_fault(self) -> bool:
        """Whether something is said to be wrong."""
        return bool(self._fault.text())

    def set_fault(self, sentence: str) -> None:
        """Say what is wrong and what to do; empty when all is well."""
        self._fault.setText(sentence)
        self._fault.setVisible(bool(sentence))
        self.control.setProperty("invalid", bool(sentence))
        self.control.setAccessibleDescription(sentence)
        self.control.style().unpolish(self.control)
        self.control.style().polish(self.control)
