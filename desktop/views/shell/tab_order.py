"""Where the tab key leads: pane by pane as the look orders them, within a pane from top to bottom, left to right.

Qt's own chain is the order in which widgets were made, and most panes are filled anew while a person works.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

LINE = 8  # px: what stands less far apart is on one line


def following(panes: Sequence[QWidget], focused: QWidget | None, step: int) -> QWidget | None:
    """The next (1) or previous (-1) stop from what has the focus; None where there is no stop at all."""
    stops = [stop for pane in panes for stop in stops_of(pane)]
    if not stops:
        return None
    at = next((n for n, stop in enumerate(stops) if focused is not None and _holds(stop, focused)), None)
    if at is None:
        return stops[0 if step > 0 else -1]
    return stops[(at + step) % len(stops)]


def stops_of(pane: QWidget) -> list[QWidget]:
    """What the tab key reaches in a pane, in order; a pane that hands its focus on is one stop."""
    if not pane.isVisible():
        return []
    if pane.focusProxy() is not None:
        return [pane]
    found = [pane, *pane.findChildren(QWidget)]
    return sorted(_usable(found), key=_place)


def _usable(widgets: Iterable[QWidget]) -> list[QWidget]:
    return [
        widget
        for widget in widgets
        if widget.isVisible()
        and widget.isEnabled()
        and widget.focusProxy() is None
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]


def _place(widget: QWidget) -> tuple[int, int]:
    corner = widget.mapTo(widget.window(), QPoint(0, widget.height() // 2))
    return corner.y() // LINE, corner.x()


def _holds(stop: QWidget, focused: QWidget) -> bool:
    """Whether a stop has the focus, itself or by what it hands it on to."""
    return stop is focused or (stop.focusProxy() is not None and stop.isAncestorOf(focused))
