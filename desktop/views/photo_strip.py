"""The photos of a request, small, in a row; each opens large."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from desktop.views.fonts import font
from desktop.views.icons import paint_icon
from desktop.views.theme import theme

MOST = 3
ALONE = QSize(224, 168)  # one photo is shown whole, at most so large
SEVERAL_PX = 84  # the height of one of several; the row shares the width
VEIL_ALPHA = 0.75


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture that a resident sent, and the same small, made beside the event loop."""

    content: bytes
    small: QImage = field(compare=False)


class PhotoThumb(QAbstractButton):
    """A small photo that opens large."""

    def __init__(self, picture: QImage, name: str, more: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture, self._more = picture, more
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_alone(self) -> None:
        """The only one: whole, in its own shape."""
        size = self._picture.size().scaled(ALONE, Qt.AspectRatioMode.KeepAspectRatio)
        self.setFixedSize(size.expandedTo(QSize(24, 24)))

    def show_in_row(self) -> None:
        """One of several: as wide as the row gives, cut to fill it."""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(SEVERAL_PX)

    def sizeHint(self) -> QSize:
        return QSize(96, SEVERAL_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
            shape = QPainterPath()
            shape.addRoundedRect(QRectF(self.rect()), theme().tokens.radius.chip, theme().tokens.radius.chip)
            painter.setClipPath(shape)
            painter.drawImage(QRectF(self.rect()), self._picture, self._part())
            if self._more:
                self._paint_veil(painter, f"+{self._more}")
            elif self.underMouse():
                self._paint_veil(painter, "")
        finally:
            painter.end()

    def _part(self) -> QRectF:
        """The middle of the picture, in the shape of the widget."""
        whole = QRectF(self._picture.rect())
        size = QRectF(self.rect()).size().scaled(whole.size(), Qt.AspectRatioMode.KeepAspectRatio)
        part = QRectF(0, 0, size.width(), size.height())
        part.moveCenter(whole.center())
        return part

    def _paint_veil(self, painter: QPainter, text: str) -> None:
        colour = theme().colour
        veil = colour("surface.pane")  # light or dark as the look is, and the words on it in its ink
        veil.setAlphaF(VEIL_ALPHA)
        painter.fillRect(self.rect(), veil)
        if text:
            painter.setFont(font("heading"))
            painter.setPen(colour("text.primary"))
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, text)
        else:
            middle = QRectF(0, 0, 20, 20)
            middle.moveCenter(QRectF(self.rect()).center())
            paint_icon(painter, middle, "maximize", colour("text.primary"))


class PhotoStrip(QWidget):
    """Three photos at most, the last with how many more there are; `opened` tells which was chosen, from 0."""

    opened = Signal(int)

    def __init__(self, photos: Sequence[Photo], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(6)
        self.thumbs: list[PhotoThumb] = []
        for at, photo in enumerate(photos[:MOST]):
            more = len(photos) - MOST if at == MOST - 1 else 0
            name = self.tr("Photo {0} of {1}: open it large").format(at + 1, len(photos))
            thumb = PhotoThumb(photo.small, name, more)
            thumb.setProperty("at", at)
            thumb.clicked.connect(self._open)
            row.addWidget(thumb)
            self.thumbs.append(thumb)
        if len(self.thumbs) == 1:
            self.thumbs[0].show_alone()
            row.addStretch(1)
        else:
            for thumb in self.thumbs:
                thumb.show_in_row()

    def _open(self) -> None:
        self.opened.emit(int(self.sender().property("at")))
