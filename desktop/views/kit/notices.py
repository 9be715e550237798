"""What is told without asking: toasts that leave by themselves, bands that stay until the matter is settled."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QObject, QRectF, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.views.kit.buttons import IconButton, Link
from desktop.views.kit.painting import MENU, paint_box, paint_shadow
from desktop.views.kit.words import Glyph, KeyCap, Words
from desktop.views.theme import theme

Tone = Literal["success", "danger", "warning", "info"]
_ICONS: dict[str, str] = {
    "success": "circle-check",
    "danger": "circle-alert",
    "warning": "triangle-alert",
    "info": "info",
}
TOAST_MS = 8000
TOAST_WIDTH = 440
SHADOW_ROOM = 20


def _words(text: str) -> Words:
    return Words(text, step="table", wrap=True)


class Toast(QWidget):
    """One sentence, and one act. It leaves after a while, never while the pointer is on it; errors stay."""

    acted = Signal()
    dismissed = Signal()

    def __init__(
        self,
        text: str,
        *,
        tone: Tone = "success",
        act: str = "",
        keys: str = "",
        stays: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tone: Tone = tone
        self._stays = stays or tone == "danger"
        # What merely says that all went well: the next such toast takes its place.
        self.passing = tone == "success" and not (self._stays or act)
        self.setAccessibleName(text)
        self.setFixedWidth(TOAST_WIDTH)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(10)
        row.addWidget(Glyph(_ICONS[tone], colour=f"{tone}.text"))
        self.text = _words(text)
        row.addWidget(self.text, 1)
        if act:
            self.act = Link(act)
            self.act.clicked.connect(self._act)
            row.addWidget(self.act)
        if keys:
            row.addWidget(KeyCap(keys))
        close = IconButton("x", self.tr("Dismiss"))
        close.clicked.connect(self.dismissed)
        row.addWidget(close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.dismissed)
        if not self._stays:
            self._timer.start(TOAST_MS)

    def _act(self) -> None:
        self.acted.emit()
        self.dismissed.emit()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        if not self._stays:
            self._timer.start(TOAST_MS)
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = theme().colour
        painter = QPainter(self)
        try:
            rect, radius = QRectF(self.rect()), theme().tokens.radius.panel
            paint_box(painter, rect, colour("surface.raised"), colour("line.default"), radius)
            painter.setClipRect(QRectF(0, 0, 4, self.height()))
            paint_box(painter, rect, colour(f"{self._tone}.text"), None, radius)
        finally:
            painter.end()


class ToastStack(QWidget):
    """The toasts of a window, at the bottom in the middle, the newest lowest; three at most, one that is passing.

    They stand over the `foot`, a row of acts along the bottom: what tells of one act is not in the way of the next.
    """

    MOST = 3

    def __init__(self, host: QWidget, bottom: int = 40) -> None:
        super().__init__(host)
        self._bottom, self._foot = bottom, 0
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(SHADOW_ROOM, SHADOW_ROOM, SHADOW_ROOM, SHADOW_ROOM)
        self._column.setSpacing(8)
        host.installEventFilter(self)
        self.hide()

    def show_toast(self, toast: Toast) -> Toast:
        """Show a toast; the oldest gives way."""
        waiting = self.toasts()
        if toast.passing:
            for said in (one for one in waiting if one.passing):
                self._drop(said)
            waiting = self.toasts()
        for oldest in waiting[: max(0, len(waiting) - self.MOST + 1)]:
            self._drop(oldest)
        toast.setParent(self)
        toast.dismissed.connect(self._dismissed)
        self._column.addWidget(toast)
        toast.show()
        self._place()
        return toast

    def set_foot(self, high: int) -> None:
        """How high the row of acts is that must stay free; 0 without one."""
        if high != self._foot:
            self._foot = high
            self._place()

    def toasts(self) -> list[Toast]:
        """Those on show, oldest first."""
        return [item.widget() for index in range(self._column.count()) if (item := self._column.itemAt(index))]  # type: ignore[misc]

    def _dismissed(self) -> None:
        toast = self.sender()
        if isinstance(toast, Toast):
            self._drop(toast)
            self._place()

    def _drop(self, toast: Toast) -> None:
        self._column.removeWidget(toast)
        toast.hide()
        toast.deleteLater()

    def _place(self) -> None:
        host = self.parentWidget()
        if host is None or not self._column.count():
            self.hide()
            return
        self.adjustSize()  # placed before it is shown: the pointer must not seem to be on it
        low = host.height() - self._bottom - self._foot + SHADOW_ROOM
        self.move((host.width() - self.width()) // 2, low - self.height())
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            for toast in self.toasts():
                paint_shadow(painter, QRectF(toast.geometry()), MENU)
        finally:
            painter.end()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False


class Banner(QWidget):
    """A band across a pane: what happened, what is safe, one act."""

    acted = Signal()

    def __init__(self, text: str, *, tone: Tone = "warning", act: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone: Tone = tone
        self.setAccessibleName(text)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 7, 12, 7)
        row.setSpacing(8)
        row.addWidget(Glyph(_ICONS[tone], colour=f"{tone}.text"))
        self.text = _words(text)
        row.addWidget(self.text, 1)
        if act:
            self.act = Link(act)
            self.act.clicked.connect(self.acted)
            row.addWidget(self.act)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), theme().colour(f"{self._tone}.soft"))
        finally:
            painter.end()
