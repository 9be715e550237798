"""Photos over the window: fitted or 1 : 1, zoomed about the pointer, dragged, one after the other; all by keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.views import format as words
from desktop.views.fonts import font
from desktop.views.kit import Button, IconButton
from desktop.views.shell.overlay import MARGIN, Dialog
from desktop.views.theme import theme

STEP = 1.25
MOST = 8.0  # px of the screen for one of the picture
PAN_PX = 60


class Zoom:
    """How a picture lies in a view: its scale, and where its middle is. It never leaves the view with an empty side."""

    def __init__(self) -> None:
        self.view, self.picture = QSizeF(1, 1), QSizeF(1, 1)
        self.actual = 1.0  # the scale at which a px of the picture is one of the screen
        self.scale, self.middle, self.fitted = 1.0, QPointF(), True

    def show(self, view: QSizeF, picture: QSizeF, actual: float) -> None:
        """Another view or picture: what was fitted is fitted again."""
        self.view, self.picture, self.actual = view, picture, actual
        if self.fitted:
            self.fit()
        else:
            self._settle(self.scale, self.middle)

    def fit(self) -> None:
        """The whole picture, never larger than it is."""
        self._settle(self.fitting, QPointF(self.view.width() / 2, self.view.height() / 2))
        self.fitted = True

    @property
    def fitting(self) -> float:
        """The scale at which all of it is in view."""
        width, height = max(1.0, self.picture.width()), max(1.0, self.picture.height())
        return min(self.view.width() / width, self.view.height() / height, self.actual)

    def to(self, scale: float, about: QPointF) -> None:
        """Another scale; the place under `about` stays there as far as the edges allow."""
        scale = min(max(scale, self.fitting), max(MOST * self.actual, self.fitting))
        self.fitted = False
        self._settle(scale, about + (self.middle - about) * (scale / self.scale))

    def pan(self, by: QPointF) -> None:
        """Move the picture."""
        self._settle(self.scale, self.middle + by)

    def rect(self) -> QRectF:
        """Where the picture lies."""
        size = self.picture * self.scale
        return QRectF(self.middle - QPointF(size.width() / 2, size.height() / 2), size)

    def _settle(self, scale: float, middle: QPointF) -> None:
        self.scale = scale
        size = self.picture * scale
        self.middle = QPointF(
            _held(middle.x(), size.width(), self.view.width()), _held(middle.y(), size.height(), self.view.height())
        )


def _held(middle: float, size: float, room: float) -> float:
    """A middle that leaves no side empty; in the middle of the room where the picture is smaller."""
    if size <= room:
        return room / 2
    return min(max(middle, room - size / 2), size / 2)


class PhotoCanvas(QWidget):
    """Paints one picture as the zoom says."""

    zoomed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.zoom = Zoom()
        self._picture: QImage | None = None
        self._told = ""
        self._grip: QPointF | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_picture(self, picture: QImage) -> None:
        """Show a picture, fitted."""
        self._picture, self._told, self.zoom.fitted = picture, "", True
        self._lay_out()

    def show_words(self, text: str) -> None:
        """Say why there is no picture, or not yet."""
        self._picture, self._told = None, text
        self.zoomed.emit()
        self.update()

    @property
    def has_picture(self) -> bool:
        """Whether a picture is on show."""
        return self._picture is not None

    def fit(self) -> None:
        """The whole picture."""
        self.zoom.fit()
        self._moved()

    def actual(self) -> None:
        """A px of the picture on each of the screen."""
        self.zoom_to(self.zoom.actual)

    def zoom_to(self, scale: float, about: QPointF | None = None) -> None:
        """Another scale, about a place or the middle."""
        self.zoom.to(scale, about or QRectF(self.rect()).center())
        self._moved()

    def pan(self, by: QPointF) -> None:
        """Move the picture."""
        self.zoom.pan(by)
        self._moved()

    def _lay_out(self) -> None:
        if self._picture is not None:
            size = QSizeF(self._picture.size())
            self.zoom.show(QSizeF(self.size()), size, 1 / self.devicePixelRatioF())
            self._moved()

    def _moved(self) -> None:
        larger = self.zoom.scale > self.zoom.fitting + 1e-9
        shape = Qt.CursorShape.ClosedHandCursor if self._grip is not None else Qt.CursorShape.OpenHandCursor
        self.setCursor(shape if larger else Qt.CursorShape.ArrowCursor)
        self.zoomed.emit()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turns = event.angleDelta().y() / 120
        if self._picture is not None and turns:
            self.zoom_to(self.zoom.scale * STEP**turns, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grip = event.position()
            self._moved()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            by, self._grip = event.position() - self._grip, event.position()
            self.pan(by)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip = None
        self._moved()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Between the whole and 1 : 1, about the place that was meant."""
        if self._picture is not None:
            if self.zoom.fitted:
                self.zoom_to(max(self.zoom.actual, self.zoom.fitting * 2), event.position())
            else:
                self.fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), theme().colour("surface.sunken"))
            if self._picture is not None:
                smooth = self.zoom.scale < 2 * self.zoom.actual  # larger ones show the px that there are
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
                painter.drawImage(self.zoom.rect(), self._picture)
            elif self._told:
                painter.setFont(font("body"))
                painter.setPen(theme().colour("text.secondary"))
                painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, self._told)
        finally:
            painter.end()


class PhotoViewer(Dialog):
    """The photos of a request, one at a time. `wanted` asks for the picture of a number, from 0."""

    wanted = Signal(int)

    def __init__(self, title: str, count: int, parent: QWidget) -> None:
        super().__init__(title, " ", parent=parent)
        self._name, self._count, self.at = title, count, 0
        self.canvas = PhotoCanvas()
        self.body.addWidget(self.canvas, 1)
        self.smaller = self._icon("minus", self.tr("Smaller"), "-")
        self.larger = self._icon("plus", self.tr("Larger"), "+")
        self.fit = self.add_act(Button(self.tr("Fit"), keys="0"))
        self.actual = self.add_act(Button(self.tr("100 %"), keys="1"))
        self.previous = self._icon("chevron-left", self.tr("Previous photo"), "Left")
        self.next = self._icon("chevron-right", self.tr("Next photo"), "Right")
        self.close_button = self.add_close(self.tr("Close"))
        for button, act in (
            (self.smaller, lambda: self.canvas.zoom_to(self.canvas.zoom.scale / STEP)),
            (self.larger, lambda: self.canvas.zoom_to(self.canvas.zoom.scale * STEP)),
            (self.fit, self.canvas.fit),
            (self.actual, self.canvas.actual),
            (self.previous, lambda: self.step(-1)),
            (self.next, lambda: self.step(1)),
        ):
            button.clicked.connect(act)
            button.installEventFilter(self)
        self.close_button.installEventFilter(self)
        self.canvas.zoomed.connect(self._tell)

    def _icon(self, icon: str, name: str, keys: str) -> IconButton:
        button = IconButton(icon, name, framed=True, side=32)
        button.set_name(name, keys)
        self.add_act(button)  # type: ignore[arg-type]
        return button

    def show_photo(self, at: int) -> None:
        """Go to a photo; its picture is asked for."""
        self.at = at
        self.previous.setEnabled(at > 0)
        self.next.setEnabled(at < self._count - 1)
        self.canvas.show_words(self.tr("Reading the photo…"))
        self.wanted.emit(at)

    def set_picture(self, at: int, picture: QImage) -> None:
        """Deliver a picture; one that is no longer wanted is thrown away."""
        if at != self.at:
            return
        if picture.isNull():
            self.canvas.show_words(self.tr("This file is no picture that can be shown."))
        else:
            self.canvas.show_picture(picture)

    def step(self, by: int) -> None:
        """The next or the previous photo."""
        if 0 <= self.at + by < self._count:
            self.show_photo(self.at + by)

    def _tell(self) -> None:
        """Which photo it is and how large."""
        here = self.tr("Photo {0} of {1}").format(self.at + 1, self._count)
        zoom = self.canvas.zoom
        shown = self.canvas.has_picture
        if shown:
            here += f" · {words.percent(zoom.scale / zoom.actual, 0)}"
        self.text.setText(here)
        self.canvas.setAccessibleName(f"{self._name}, {here}")
        for button in (self.fit, self.actual):
            button.setEnabled(shown)
        self.smaller.setEnabled(shown and zoom.scale > zoom.fitting + 1e-9)
        self.larger.setEnabled(shown and zoom.scale < MOST * zoom.actual - 1e-9)

    def _take_focus(self) -> None:
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _place(self) -> None:
        """Nearly as large as the window."""
        self.card.setFixedWidth(max(320, self.width() - 2 * MARGIN))
        self.card.setGeometry(MARGIN, MARGIN, self.card.width(), max(240, self.height() - 2 * MARGIN))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows go through the photos from every button."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and watched is not self.window():
            return self._key(event)
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._key(event):
            super().keyPressEvent(event)

    def _key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and key in _PANS:
            self.canvas.pan(_PANS[key] * PAN_PX)
            return True
        button = {
            Qt.Key.Key_Left: self.previous,
            Qt.Key.Key_Right: self.next,
            Qt.Key.Key_Plus: self.larger,
            Qt.Key.Key_Equal: self.larger,
            Qt.Key.Key_Minus: self.smaller,
            Qt.Key.Key_0: self.fit,
            Qt.Key.Key_1: self.actual,
        }.get(key)
        if button is None:
            return key in _PANS
        button.click()  # what cannot be done now is not
        return True


_PANS = {
    Qt.Key.Key_Left: QPointF(1, 0),
    Qt.Key.Key_Right: QPointF(-1, 0),
    Qt.Key.Key_Up: QPointF(0, 1),
    Qt.Key.Key_Down: QPointF(0, -1),
}
