"""Icons drawn from the bundled outlines in any colour of the tokens, crisp at any pixel ratio."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton

from desktop.views.theme import theme
from desktop.views.tokens import ASSETS, load_tokens

_FOLDER = ASSETS / "icons"
# Qt picks the nearest of these for a menu; widgets of ours draw at the exact ratio.
_RATIOS = (1.0, 1.25, 1.5, 2.0, 3.0)
UNKNOWN = "circle-question-mark"


@lru_cache(maxsize=1)
def icon_names() -> frozenset[str]:
    """Every bundled icon."""
    return frozenset(path.stem for path in _FOLDER.glob("*.svg"))


def service_icon(name: str) -> str:
    """The bundled icon of a service; a question mark for one that is not bundled."""
    return name if name in icon_names() else UNKNOWN


@lru_cache(maxsize=512)
def svg(name: str, colour: str) -> bytes:
    """The outline of an icon as SVG in one colour, with the stroke of the look."""
    text = (_FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    stroke = f'stroke-width="{load_tokens("light").stroke.icon}"'
    return text.replace("currentColor", colour).replace('stroke-width="2"', stroke).encode()


@lru_cache(maxsize=2048)
def pixmap(name: str, size: int, colour: str, ratio: float = 1.0) -> QPixmap:
    """An icon as a pixmap of size x size device-independent px."""
    made = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    try:
        QSvgRenderer(QByteArray(svg(name, colour))).render(painter, QRectF(made.rect()))
    finally:
        painter.end()
    made.setDevicePixelRatio(ratio)
    return made


def paint_icon(painter: QPainter, rect: QRectF, name: str, colour: QColor | str) -> None:
    """Draw an icon centred in a rectangle, square, at the painter's own pixel ratio."""
    size = round(min(rect.width(), rect.height()))
    ratio = painter.device().devicePixelRatio()
    made = pixmap(name, size, QColor(colour).name(), float(ratio))
    x = round((rect.center().x() - size / 2) * ratio) / ratio
    y = round((rect.center().y() - size / 2) * ratio) / ratio
    painter.drawPixmap(QRectF(x, y, size, size), made, QRectF(made.rect()))


def icon(name: str, size: int = 16) -> QIcon:
    """An icon for menus and foreign widgets, in today's colours; see keep_icon for one that follows the theme."""
    colour = theme().tokens.colour
    made = QIcon()
    for ratio in _RATIOS:
        made.addPixmap(pixmap(name, size, colour.text_secondary, ratio), QIcon.Mode.Normal)
        made.addPixmap(pixmap(name, size, colour.text_disabled, ratio), QIcon.Mode.Disabled)
        made.addPixmap(pixmap(name, size, colour.text_primary, ratio), QIcon.Mode.Active)
        made.addPixmap(pixmap(name, size, colour.accent_text, ratio), QIcon.Mode.Selected)
    return made


class _IconKeeper(QObject):
    """Sets the icon of its parent anew when the theme changes."""

    def __init__(self, target: QAction | QAbstractButton, name: str, size: int) -> None:
        super().__init__(target)
        self._target, self._name, self._size = target, name, size
        theme().changed.connect(self.apply)
        self.apply()

    def apply(self) -> None:
        """Give the target its icon in today's colours."""
        self._target.setIcon(icon(self._name, self._size))


def keep_icon(target: QAction | QAbstractButton, name: str, size: int = 16) -> None:
    """Give an action or a button an icon that follows the theme."""
    _IconKeeper(target, name, size)
