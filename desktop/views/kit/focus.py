"""The focus ring: 2 px of accent, 1 px away from whatever has the focus, drawn over the window so nothing clips it."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractItemView, QAbstractScrollArea, QApplication, QWidget

from desktop.views.theme import theme

AROUND_PARENT = "focusRingAround"  # the ring goes around the parent, which draws the field
INSIDE = "focusRingInside"  # panes: a ring within their edge
NONE = "focusRingNone"
OWN = "focusRingOwn"  # draws a ring of its own, as everything within it does
_FOLLOW = {QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide}


class FocusRing(QWidget):
    """Follows the focus within one window."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._target: QWidget | None = None
        self._watched: list[QWidget] = []
        self.hide()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._moved)

    def _moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        for widget in filter(shiboken6.isValid, self._watched):
            widget.removeEventFilter(self)
        self._watched.clear()
        self._target = None
        if new is not None and new.window() is self.window() and not new.property(NONE) and not _rings_itself(new):
            target = new.parentWidget() if new.property(AROUND_PARENT) else new
            self._target = target
            while target is not None and target is not self.window():
                target.installEventFilter(self)
                self._watched.append(target)
                target = target.parentWidget()
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _FOLLOW:
            self._place()
        return False

    def _place(self) -> None:
        target = self._target
        if target is None or not shiboken6.isValid(target) or not target.isVisible():
            self.hide()
            return
        stroke = theme().tokens.stroke
        room = 0 if self._inside(target) else stroke.focus + stroke.focus_offset
        seen = self._seen(target)
        if seen.isEmpty():
            self.hide()
            return
        self.setGeometry(seen.adjusted(-room, -room, room, room))
        self.raise_()
        self.show()

    def _seen(self, target: QWidget) -> QRect:
        """What of a widget is in sight: what scrolls has its ring around what is shown of it."""
        rect, within = self._rect(target), target.parentWidget()
        while within is not None and within is not self.window():
            if isinstance(within.parentWidget(), QAbstractScrollArea):
                rect = rect.intersected(self._rect(within))
            within = within.parentWidget()
        return rect

    def _rect(self, widget: QWidget) -> QRect:
        return QRect(widget.mapTo(self.window(), QPoint(0, 0)), widget.size())

    @staticmethod
    def _inside(target: QWidget) -> bool:
        return bool(target.property(INSIDE)) or isinstance(target, QAbstractItemView)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._target is None or not shiboken6.isValid(self._target):
            return
        tokens = theme().tokens
        radius = 0 if self._inside(self._target) else tokens.radius.control + tokens.stroke.focus_offset + 1
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme().colour("accent.default"), tokens.stroke.focus))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)
        finally:
            painter.end()


def _rings_itself(widget: QWidget | None) -> bool:
    """Whether a widget lies in something that shows its own focus."""
    while widget is not None and not widget.property(OWN):
        widget = widget.parentWidget()
    return widget is not None


def enable_keeping_focus(button: QWidget, keeper: QWidget, *, enabled: bool) -> None:
    """Switch a button; while it is off the keeper has its focus, which Qt would hand on to the next place, anywhere."""
    if not enabled and button.hasFocus():
        keeper.setFocus(Qt.FocusReason.OtherFocusReason)
    button.setEnabled(enabled)
    if enabled and keeper.hasFocus():
        button.setFocus(Qt.FocusReason.OtherFocusReason)
