"""Menus made from data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from desktop.views.commands import Menu
from desktop.views.icons import icon


def build_menu(
    entries: Sequence[str | Menu | None], actions: Mapping[str, QAction], parent: QWidget, title: str = ""
) -> QMenu:
    """A QMenu of the entries: command ids, menus within, None for a line."""
    menu = QMenu(title, parent)
    menu.setToolTipsVisible(False)
    for entry in entries:
        if entry is None:
            menu.addSeparator()
        elif isinstance(entry, Menu):
            inner = build_menu(entry.entries, actions, menu, entry.text)
            if entry.icon:
                inner.setIcon(icon(entry.icon))
            menu.addMenu(inner)
        else:
            menu.addAction(actions[entry])
    return menu
