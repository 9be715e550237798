"""Dialogs inside the window: a card over a scrim. What lies beneath stays in sight and out of reach."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from desktop.views.kit.buttons import Button
from desktop.views.kit.painting import DIALOG, paint_box, paint_shadow
from desktop.views.kit.words import Words
from desktop.views.theme import theme

SCRIM_ALPHA = 0.32
MARGIN = 32


class Card(QWidget):
    """The raised sheet of a dialog."""

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, colour = theme().tokens, theme().colour
        painter = QPainter(self)
        try:
            edge = colour("line.default") if tokens.dark else colour("line.subtle")
            paint_box(painter, QRectF(self.rect()), colour("surface.raised"), edge, tokens.radius.panel)
        finally:
            painter.end()


class Dialog(QWidget):
    """A dialog of the look: title, a sentence, content, and at the foot the acts, the primary one last.

    It fills its window while it is open. Esc closes it; the focus goes back to where it was.
    """

    finished = Signal()

    def __init__(self, title: str, text: str = "", *, width: int = 440, parent: QWidget) -> None:
        super().__init__(parent.window())
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self._before: QWidget | None = None
        self.card = Card(self)
        self.card.setFixedWidth(width)
        column = QVBoxLayout(self.card)
        column.setContentsMargins(20, 18, 20, 18)
        column.setSpacing(6)
        self.title = Words(title, step="heading", wrap=True)
        column.addWidget(self.title)
        self.text = Words(text, step="table", tone="secondary", wrap=True)
        column.addWidget(self.text)
        self.text.setVisible(bool(text))  # within the card: alone it would be shown as a window of its own
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 8, 0, 8)
        self.body.setSpacing(10)
        column.addLayout(self.body, 1)
        self._foot = QHBoxLayout()
        self._foot.setSpacing(8)
        self._foot.addStretch(1)
        column.addLayout(self._foot)
        self.hide()

    def set_title(self, title: str, text: str = "") -> None:
        """What it is about."""
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.title.setText(title)
        self.text.setText(text)
        self.text.setVisible(bool(text))

    def add_act(self, button: Button) -> Button:
        """Put an act at the foot."""
        self._foot.addWidget(button)
        return button

    def add_close(self, text: str) -> Button:
        """The act that only closes."""
        button = self.add_act(Button(text))
        button.clicked.connect(self.accept)
        return button

    def open(self) -> None:
        """Show it over its window."""
        window = self.window()
        self._before = QApplication.focusWidget()
        window.installEventFilter(self)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_moved)
        self.setGeometry(window.rect())
        self.show()
        self.raise_()
        self._place()
        self._take_focus()

    def accept(self) -> None:
        """Close it."""
        if self.isHidden():
            return
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.disconnect(self._focus_moved)
        self.window().removeEventFilter(self)
        self.hide()
        before = self._before
        if before is not None and shiboken6.isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.finished.emit()

    def sizeHint(self) -> QSize:
        return self.card.sizeHint()

    def _place(self) -> None:
        room = self.size() - QSize(2 * MARGIN, 2 * MARGIN)
        high = self.card.heightForWidth(self.card.width())
        high = min(high if high > 0 else self.card.sizeHint().height(), room.height())
        high = max(high, min(self.card.minimumHeight(), room.height()))
        self.card.resize(self.card.width(), high)
        spare = QPoint(self.width() - self.card.width(), self.height() - high)
        self.card.move(spare.x() // 2, max(MARGIN, spare.y() * 2 // 5))

    def _take_focus(self) -> None:
        """The last act that can be done, else the dialog: while the focus stays beneath, keys would act there."""
        foot = self._foot
        acts = [foot.itemAt(place).widget() for place in reversed(range(foot.count()))]  # type: ignore[union-attr]
        can = (act for act in acts if act is not None and act.isEnabled() and act.isVisibleTo(self))
        next(can, self).setFocus(Qt.FocusReason.OtherFocusReason)

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        """The focus stays inside while the dialog is open and on top; two that both held it would never end."""
        if next_dialog(self.window()) is not self:
            return
        if new is not None and new.window() is self.window() and new is not self and not self.isAncestorOf(new):
            self._take_focus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self.window().rect())
            self._place()
        return False

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            self._place()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.accept()
        event.accept()  # nothing beneath hears a key

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            scrim = QColor(
                theme().tokens.basemap["artc"] if theme().tokens.dark else theme().tokens.colour.text_primary
            )
            scrim.setAlphaF(SCRIM_ALPHA * (2 if theme().tokens.dark else 1))
            painter.fillRect(self.rect(), scrim)
            paint_shadow(painter, QRectF(self.card.geometry()), DIALOG)
        finally:
            painter.end()


def dialog_open(window: QWidget) -> bool:
    """Whether a dialog lies over a window."""
    return any(dialog.isVisible() for dialog in window.findChildren(Dialog, options=_DIRECT))


def next_dialog(window: QWidget) -> Dialog | None:
    """The dialog that lies on top of a window; None where there is none."""
    shown = [dialog for dialog in window.findChildren(Dialog, options=_DIRECT) if dialog.isVisible()]
    return shown[-1] if shown else None


_DIRECT = Qt.FindChildOption.FindDirectChildrenOnly
