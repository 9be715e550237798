"""The check box as tables draw it."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from desktop.views.icons import paint_icon
from desktop.views.kit.painting import paint_box
from desktop.views.theme import theme

Check = Literal["on", "off", "some"]
SIDE = 14


def paint_check(painter: QPainter, cell: QRectF, check: Check) -> None:
    """A box in the middle of a cell: ticked, empty, or a dash where some of many are."""
    colour, radius = theme().colour, theme().tokens.radius.mark
    box = QRectF(round(cell.center().x() - SIDE / 2), round(cell.center().y() - SIDE / 2), SIDE, SIDE)
    if check == "off":
        paint_box(painter, box, colour("surface.pane"), colour("line.strong"), radius)
        return
    paint_box(painter, box, colour("accent.default"), None, radius)
    paint_icon(painter, box, "tick" if check == "on" else "dash", colour("text.on_accent"))
