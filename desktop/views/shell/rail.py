"""The rail at the left: the mark, the workspaces with their badges, jobs and settings at the foot."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from desktop.views.fonts import font
from desktop.views.format import count
from desktop.views.icons import paint_icon
from desktop.views.kit.painting import key_label, paint_box
from desktop.views.shell.mark import paint_app_mark
from desktop.views.theme import theme

BADGE_MOST = 99


class RailButton(QAbstractButton):
    """One icon of the rail, with a badge for what waits there."""

    def __init__(
        self, icon: str, name: str, keys: str = "", *, checkable: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon, self._name = icon, name
        self.badge = 0
        self.setCheckable(checkable)
        self.setAutoExclusive(checkable)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self.setToolTip(f"{name}   {key_label(keys)}" if keys else name)
        self.setFixedSize(36, 36)

    def set_badge(self, waiting: int) -> None:
        """How many distinct requests wait there; 0 shows nothing."""
        self.badge = waiting
        self.setAccessibleName(f"{self._name}, {count(waiting)}" if waiting else self._name)
        self.update()
        if (over := self.parentWidget()) is not None:
            over.update()

    def sizeHint(self) -> QSize:
        return QSize(36, 36)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, colour = theme().tokens, theme().colour
        painter = QPainter(self)
        try:
            lit = self.isChecked()
            if lit or self.isDown() or self.underMouse():
                fill = "accent.soft" if lit else "state.pressed" if self.isDown() else "state.hover"
                paint_box(painter, QRectF(self.rect()), colour(fill), None, tokens.radius.control)
            side = tokens.size.icon_rail
            spare = (self.width() - side) / 2
            ink = colour("accent.text" if lit else "text.secondary")
            paint_icon(painter, QRectF(spare, spare, side, side), self._icon, ink)
        finally:
            painter.end()


class _MarkButton(QAbstractButton):
    """The mark; it opens the menu of the application."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Opsmap menu"))
        self.setToolTip(self.tr("Menu   F10"))
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedSize(36, 36)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            if self.underMouse() or self.isDown():
                paint_box(
                    painter, QRectF(self.rect()), theme().colour("state.hover"), None, theme().tokens.radius.control
                )
            paint_app_mark(painter, QRectF(8, 8, 20, 20), theme().colour("accent.default"))
        finally:
            painter.end()


class _Badges(QWidget):
    """The badges, drawn over the rail so that they may reach past their button."""

    def __init__(self, rail: Rail) -> None:
        super().__init__(rail)
        self._rail = rail
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            for button in self._rail.buttons.values():
                if button.badge:
                    self._paint(painter, button)
            current = next((button for button in self._rail.buttons.values() if button.isChecked()), None)
            if current is not None:
                middle = current.geometry().center().y()
                bar = QRectF(-3, middle - 9, 6, 20)
                paint_box(painter, bar, theme().colour("accent.default"), None, 3)
        finally:
            painter.end()

    def _paint(self, painter: QPainter, button: RailButton) -> None:
        text = count(button.badge) if button.badge <= BADGE_MOST else f"{BADGE_MOST}+"
        lettering = font("chart", weight=650)
        width = max(16.0, QFontMetricsF(lettering).horizontalAdvance(text) + 8)
        right = min(button.geometry().right() + 3.0, self.width() - 1.0)
        box = QRectF(right - width, button.y() - 2, width, 15)
        paper, ink = theme().colour("text.primary"), theme().colour("surface.pane")
        paint_box(painter, box.adjusted(-1.5, -1.5, 1.5, 1.5), QColor(theme().colour("surface.sunken")), None, 9)
        paint_box(painter, box, paper, None, 7)
        painter.setFont(lettering)
        painter.setPen(ink)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


class Rail(QWidget):
    """48 px of workspaces. `chosen` carries the key of a workspace."""

    chosen = Signal(str)
    menu_asked = Signal()
    jobs_asked = Signal()
    settings_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        size = theme().tokens.size
        self.setFixedWidth(size.rail)
        self.setAccessibleName(self.tr("Workspaces"))
        self.buttons: dict[str, RailButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(6, (size.top_bar - 36) // 2, 6, 8)
        column.setSpacing(4)
        self.mark = _MarkButton(self)
        self.mark.clicked.connect(self.menu_asked)
        column.addWidget(self.mark)
        column.addSpacing(size.top_bar - (size.top_bar - 36) // 2 - 36 + 4)
        self._places = QVBoxLayout()
        self._places.setSpacing(4)
        column.addLayout(self._places)
        column.addStretch(1)
        self.jobs = RailButton("layout-list", self.tr("Jobs and messages"), "Ctrl+J", checkable=False)
        self.jobs.clicked.connect(self.jobs_asked)
        self.settings = RailButton("settings", self.tr("Settings"), "Ctrl+,", checkable=False)
        self.settings.clicked.connect(self.settings_asked)
        column.addWidget(self.jobs)
        column.addWidget(self.settings)
        self._badges = _Badges(self)

    def add(self, key: str, icon: str, name: str, keys: str) -> RailButton:
        """Add a workspace."""
        button = RailButton(icon, name, keys, parent=self)
        button.setObjectName(key)
        button.clicked.connect(self._clicked)
        button.toggled.connect(self._badges.update)
        self.buttons[key] = button
        self._places.addWidget(button)
        self._badges.raise_()
        return button

    def _clicked(self) -> None:
        self.chosen.emit(self.sender().objectName())

    def resizeEvent(self, event: object) -> None:
        self._badges.setGeometry(self.rect())

    def paintEvent(self, event: QPaintEvent) -> None:
        size, colour = theme().tokens.size, theme().colour
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), colour("surface.sunken"))
            painter.fillRect(QRectF(self.width() - 1, 0, 1, self.height()), colour("line.subtle"))
            painter.fillRect(QRectF(0, size.top_bar - 1, self.width(), 1), colour("line.subtle"))
        finally:
            painter.end()
