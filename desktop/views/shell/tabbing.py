"""The way of the Tab key through the window: part by part, and within a part as one reads."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget

SAME_LINE_PX = 8


def tab_stops(part: QWidget) -> list[QWidget]:
    """What takes the focus inside a part, line by line from the left."""
    found = [widget for widget in (part, *part.findChildren(QWidget)) if takes_focus(widget)]
    found.sort(key=lambda widget: _middle(widget, part).y())
    lines: list[list[QWidget]] = []
    for widget in found:
        middle = _middle(widget, part).y()
        if lines and middle - _middle(lines[-1][0], part).y() <= SAME_LINE_PX:
            lines[-1].append(widget)
        else:
            lines.append([widget])
    return [widget for line in lines for widget in sorted(line, key=lambda one: _middle(one, part).x())]


def takes_focus(widget: QWidget) -> bool:
    """Whether Tab may stop here; what hands its focus on is no stop of its own."""
    reachable = widget.isVisible() and widget.isEnabled() and widget.focusProxy() is None
    return reachable and bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)


def step_focus(parts: Sequence[QWidget], *, forward: bool) -> bool:
    """Move the focus to the next or the previous stop of these parts; False when there is none."""
    stops = [stop for part in parts for stop in tab_stops(part)]
    if not stops:
        return False
    now = QApplication.focusWidget()
    at = next((number for number, stop in enumerate(stops) if stop is now), None)
    if at is None:
        at = _part_start(parts, stops, now) - (1 if forward else 0)
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    stops[(at + (1 if forward else -1)) % len(stops)].setFocus(reason)
    return True


def _part_start(parts: Sequence[QWidget], stops: Sequence[QWidget], now: QWidget | None) -> int:
    """The number of the first stop of the part that holds the focus; 0 when it is nowhere."""
    holder = next((part for part in parts if now is not None and (part is now or part.isAncestorOf(now))), None)
    inside = (number for number, stop in enumerate(stops) if holder is not None and holder.isAncestorOf(stop))
    return next(inside, 0)


def _middle(widget: QWidget, part: QWidget) -> QPoint:
    return widget.mapTo(part, widget.rect().center()) if widget is not part else QPoint(0, 0)
