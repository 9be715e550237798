"""Tooltips: text of anybody, never read as markup, and never wider than the screen."""

from __future__ import annotations

from html import escape

from PySide6.QtWidgets import QWidget

from desktop.domain.plain_text import breakable, readable, shortened

LONGEST_TIP = 1000  # letters


def set_tip(widget: QWidget, text: str) -> None:
    """A tooltip that shows text as it is: what residents wrote is never read as markup."""
    widget.setToolTip(plain_tip(text))


def plain_tip(text: str) -> str:
    """The text of a tooltip that Qt cannot take for markup, and that stays on the screen."""
    return f"<qt>{escape(breakable(readable(shortened(text, LONGEST_TIP))))}</qt>" if text else ""
