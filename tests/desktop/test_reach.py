"""Everybody can reach everything: names, order of the tab key and a ring in sight, in every workspace and dialog."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.app import Application
from desktop.controllers.operations import OperationsController
from desktop.map.view import MapView
from desktop.views.kit import FocusRing, Words
from desktop.views.shell.overlay import Dialog
from tests.demo import MOMENT
from tests.desktop.views.test_tokens import contrast

WAIT_MS = 60_000
HAND = (QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit)
LARGE_PX = 24  # text of this size needs 3 to 1 only (WCAG 2.2, 1.4.3)
# Chromium starts with the first map of the process, on the thread of the window.
pytestmark = [pytest.mark.slow, pytest.mark.stalls]


@pytest.fixture
def app(open_city: Callable[[str, datetime], Application], location: str) -> Application:
    """The window on the demo city."""
    return open_city(location, MOMENT)


def nameless(root: QWidget) -> list[str]:
    """What a hand can use and a screen reader cannot name."""
    found = []
    for widget in root.findChildren(QWidget):
        inner = isinstance(widget.parentWidget(), (QAbstractSpinBox, QComboBox))  # parts of one control
        usable = isinstance(widget, HAND) and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        if widget.isVisible() and usable and not inner and not (widget.accessibleName() or spoken(widget)):
            found.append(f"{type(widget).__name__} {widget.objectName()} in {type(widget.parentWidget()).__name__}")
    return found


def spoken(widget: QWidget) -> str:
    """The words of a button."""
    return widget.text() if isinstance(widget, QAbstractButton) else ""


def pale(root: QWidget) -> list[str]:
    """Words whose colour does not stand out from the ground that they are on, by the palette in force."""
    found = []
    for label in root.findChildren(Words):
        if not label.isVisible() or not label.isEnabled() or not label.text():
            continue
        if not label.visibleRegion().contains(label.rect().topLeft()):
            continue  # scrolled out of sight: what is painted there belongs to something else
        ink = label.palette().color(label.foregroundRole()).name()
        ground = ground_of(label)
        least = 3.0 if label.font().pixelSize() >= LARGE_PX else 4.5
        if contrast(ink, ground) < least:
            found.append(f"{label.text()!r}: {ink} on {ground}")
    return found


def ground_of(widget: QWidget) -> str:
    """The colour of the middle of a small patch beside the words, as it is painted."""
    window = widget.window()
    corner = widget.mapTo(window, widget.rect().topLeft())
    return str(window.grab(widget.rect().translated(corner)).toImage().pixelColor(0, 0).name())


def commands(app: Application) -> list[str]:
    """What opens a dialog of the window."""
    return ["settings", "keys", "help", "about", "jobs", "print"]


def open_dialogs(app: Application) -> list[Dialog]:
    """Those on show."""
    return [dialog for dialog in app.window.findChildren(Dialog) if dialog.isVisible()]


def close_dialogs(app: Application) -> None:
    """Put them away."""
    for dialog in open_dialogs(app):
        dialog.accept()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_everything_has_a_name_and_stands_out(qtbot: QtBot, app: Application) -> None:
    """Every control of every workspace, dialog and sheet has a name, and all words reach their contrast."""
    faults: list[str] = []
    for key in app.window.workspaces:
        app.window.show_workspace(key)
        qtbot.waitUntil(lambda: app.window.current().ready, timeout=WAIT_MS)
        faults += [f"{key}: {fault}" for fault in nameless(app.window) + pale(app.window)]
    app.window.show_workspace("operations")
    desk: OperationsController = app.window.current().findChild(OperationsController)
    desk.choose(desk.model.id_at(0))
    qtbot.waitUntil(desk.detail.shows_request, timeout=WAIT_MS)
    desk.model.tick([desk.model.id_at(0)])
    faults += nameless(app.window) + pale(app.window)
    desk.model.clear_ticks()
    openers: list[Callable[[], None]] = [lambda name=name: app.window.asked.emit(name) for name in commands(app)]
    openers += [
        lambda: desk.tools.edit_filter("opened", desk.rows.add),
        lambda: desk.tools.choose_columns(desk.rows.columns),
        lambda: desk.saved.ask_name(desk.queue.save),
    ]
    for opener in openers:
        opener()
        qtbot.waitUntil(lambda: bool(open_dialogs(app)), timeout=WAIT_MS)
        faults += [fault for dialog in open_dialogs(app) for fault in nameless(dialog)]
        close_dialogs(app)
    assert faults == []


def test_the_tab_key_goes_through_the_panes_in_order(qtbot: QtBot, app: Application) -> None:
    """Rail, left pane, map, table, detail; whatever has the focus has the ring."""
    desk: OperationsController = app.window.current().findChild(OperationsController)
    desk.choose(desk.model.id_at(0))
    qtbot.waitUntil(desk.detail.shows_request, timeout=WAIT_MS)
    place = app.window.current()
    panes = {"rail": app.window.rail, "left": desk.queue, "map": place.map, "table": desk.rows, "detail": desk.detail}
    visited: list[str] = []
    first = next(iter(app.window.rail.buttons.values()))
    first.setFocus()
    for _ in range(200):
        focused = app.window.focusWidget()
        assert focused is not None
        name = next((name for name, pane in panes.items() if pane is focused or pane.isAncestorOf(focused)), "")
        if name and (not visited or visited[-1] != name):
            visited.append(name)
        if focused is first and len(visited) > 1:
            break
        assert app.window.focusNextPrevChild(True)
    assert visited == ["rail", "left", "map", "table", "detail", "rail"]


def test_the_focus_is_seen_wherever_the_tab_key_leads(qtbot: QtBot, app: Application) -> None:
    """Forwards through 25 stops and back to the first: each has one ring around it, on the map the page's own."""
    ring = app.window.findChild(FocusRing)
    app.window.activateWindow()
    qtbot.waitUntil(app.window.isActiveWindow, timeout=WAIT_MS)
    first = next(iter(app.window.rail.buttons.values()))
    first.setFocus(Qt.FocusReason.TabFocusReason)
    seen = []
    for _ in range(25):
        focused = QApplication.focusWidget()
        assert focused is not None
        in_map = any(view.isAncestorOf(focused) for view in app.window.findChildren(MapView))
        assert ring.isVisible() is not in_map, focused  # the page of the map draws its own
        seen.append(focused)
        app.window.focusNextPrevChild(True)
    assert len(set(seen)) == 25
    for _ in range(25):
        app.window.focusNextPrevChild(False)
    assert QApplication.focusWidget() is first


def test_the_tab_key_stays_in_a_dialog(qtbot: QtBot, app: Application) -> None:
    """While a dialog is open, nothing beneath it gets the focus."""
    app.window.asked.emit("settings")
    (dialog,) = open_dialogs(app)
    for _ in range(12):
        app.window.focusNextPrevChild(True)
        focused = app.window.focusWidget()
        assert focused is not None
        assert dialog.isAncestorOf(focused)
    close_dialogs(app)
