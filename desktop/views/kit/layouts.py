"""Layouts that are filled anew, and parts of them that come and go."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QWidget


def clear_layout(layout: QLayout) -> None:
    """Take every widget out of a layout and let Qt delete it."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def show_only(part: QWidget, *, wanted: bool) -> None:
    """Show or hide a part. One that was never hidden is left to its layout: shown by itself, Qt would dress it at once,

    and again in its place.
    """
    if not wanted or part.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide):
        part.setVisible(wanted)
