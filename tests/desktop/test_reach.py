"""Everybody can reach everything: names, order of the tab key and a ring in sight, in every workspace and dialog."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QImage, QPalette, QRegion
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

from data.records import ActId
from desktop.app import Application
from desktop.controllers.operations import OperationsController
from desktop.controllers.request_acts import RequestActs
from desktop.controllers.undoing import Undoing
from desktop.domain.lifecycle import TRANSITIONS, Verb
from desktop.map.view import MapView
from desktop.operations.undo import UndoPlan
from desktop.views.assistant.dialog import AssistantDialog
from desktop.views.commands import IMPORTED
from desktop.views.filter_popover import KINDS
from desktop.views.kit import FocusRing, Tag, Toast, Words
from desktop.views.kit.notices import Tone
from desktop.views.request_acts import every_act
from desktop.views.shell.overlay import Dialog
from tests.demo import MOMENT
from tests.desktop.views.test_tokens import SCHEMES, contrast

WAIT_MS = 60_000
HAND = (QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit)
TONES: tuple[Tone, ...] = ("success", "info", "warning", "danger")
DENSE = 3  # dots to the pixel
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
    """Words that do not stand out from the ground that they are on, by their palette or as they are painted."""
    found = []
    for widget in root.findChildren(QWidget):
        words = spoken(widget) or (widget.text() if isinstance(widget, Words) else "") or tagged(widget)
        if not words or not widget.isVisible() or not widget.isEnabled():
            continue
        if not widget.visibleRegion().contains(widget.rect().topLeft()):
            continue  # scrolled out of sight: what is painted there belongs to something else
        ratio = stands_out(widget) if isinstance(widget, Words) else painted(widget)
        if ratio < (3.0 if widget.font().pixelSize() >= LARGE_PX else 4.5):
            found.append(f"{type(widget).__name__} {words!r}: {ratio:.2f}")
    return found


def tagged(widget: QWidget) -> str:
    """The words of a tag, which paints them itself."""
    return widget.accessibleName() if isinstance(widget, Tag) else ""


def stands_out(label: Words) -> float:
    """The contrast of a label's ink with the ground beside its words, as that is painted."""
    ink = label.palette().color(label.foregroundRole()).name()
    return contrast(ink, as_painted(label, label.rect().topLeft()).pixelColor(0, 0).name())


def painted(widget: QWidget) -> float:
    """The most that anything painted in a widget stands out from its most common colour."""
    image = as_painted(widget, widget.rect().topLeft(), widget.size())
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)[:, : image.width()] & 0xFFFFFF
    colours, counts = np.unique(pixels, return_counts=True)
    ground = f"#{colours[counts.argmax()]:06x}"
    return max(contrast(f"#{colour:06x}", ground) for colour in colours[counts > 1])


def as_painted(widget: QWidget, corner: QPoint, size: QSize = QSize(1, 1)) -> QImage:
    """A patch of the window, three dots to the pixel: strokes are then as dark inside as their ink."""
    window = widget.window()
    image = QImage(size * DENSE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(DENSE)
    image.fill(window.palette().color(QPalette.ColorRole.Base))  # memory as it was given is no ground
    patch = QRect(widget.mapTo(window, corner), size)
    window.render(image, QPoint(), QRegion(patch))
    return image


def open_dialogs(app: Application) -> list[Dialog]:
    """Those on show."""
    return [dialog for dialog in app.window.findChildren(Dialog) if dialog.isVisible()]


def close_dialogs(app: Application) -> None:
    """Put them away."""
    for dialog in open_dialogs(app):
        dialog.accept()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def openers(app: Application, desk: OperationsController) -> dict[str, Callable[[], object]]:
    """What opens each dialog, sheet and popover of the window, by its name."""

    acts: RequestActs = desk.findChild(RequestActs)
    assert app.content is not None
    ids = app.content.session.snapshot.columns.id.tolist()

    def asks(command: str) -> Callable[[], None]:
        return lambda: app.window.asked.emit(command)

    def begins(verb: Verb) -> Callable[[], None]:
        allowed = TRANSITIONS[verb].allowed
        return lambda: acts.begin(verb, [next(int(key) for key in ids if acts.statuses([key]) <= allowed)])

    undoing: Undoing = app.window.findChild(Undoing)
    plan = UndoPlan(ActId(1), "answer", "ana", MOMENT, allowed=True, sentence="Undo three answers.", residents=3)
    named = ("settings", "keys", "help", "about", "jobs", "print", "city.new", "map.bookmark")
    imports = tuple(f"import.{kind}" for kind in IMPORTED)
    made: dict[str, Callable[[], object]] = {name: asks(name) for name in (*named, *imports)}
    made |= {act.id: begins(act.verb) for act in every_act() if act.asks}
    made |= {f"filter {kind}": lambda kind=kind: desk.tools.edit_filter(kind, desk.rows.add) for kind in KINDS}
    made |= {
        "report": lambda: app.shell.show_report("A report of a fault"),
        "columns": lambda: desk.tools.choose_columns(desk.rows.columns),
        "save filter": lambda: desk.saved.ask_name(desk.queue.save),
        "undo": lambda: undoing._decide((plan, "")),
    }
    return made


def faults_in(root: QWidget, where: str) -> list[str]:
    """Everything wrong with what a widget shows, said with the place."""
    return [f"{where}: {fault}" for fault in nameless(root) + pale(root)]


def faults_of_dialog(qtbot: QtBot, app: Application, name: str, opener: Callable[[], object]) -> list[str]:
    """What is wrong with a dialog, step by step where it has steps."""
    opener()
    qtbot.waitUntil(lambda: bool(open_dialogs(app)), timeout=WAIT_MS)
    (dialog,) = open_dialogs(app)
    faults = [] if dialog.accessibleName() else [f"{name}: the dialog has no name"]
    steps = dialog.stack.count() if isinstance(dialog, AssistantDialog) else 1
    for at in range(steps):
        if isinstance(dialog, AssistantDialog):
            dialog.show_step(at, set(range(at)))
        faults += faults_in(dialog, f"{name} {at + 1}/{steps}" if steps > 1 else name)
    close_dialogs(app)
    return faults


def faults_of_palette(app: Application) -> list[str]:
    """What is wrong with the palette, full and with nothing found."""
    palette, faults = app.window.palette_list, []
    for typed in ("", "zzzz"):
        palette.open_commands()
        app.window.top_bar.search.edit.setText(typed)
        faults += faults_in(palette, f"palette {typed!r}")
    palette.hide()
    app.window.top_bar.search.edit.clear()
    return faults


def faults_of_window(qtbot: QtBot, app: Application) -> list[str]:
    """What is wrong in this look: in every workspace, with a request on show, in toasts, dialogs and the palette."""
    faults: list[str] = []
    for key in app.window.workspaces:
        app.window.show_workspace(key)
        qtbot.waitUntil(lambda: app.window.current().ready, timeout=WAIT_MS)
        faults += faults_in(app.window, key)
    app.window.show_workspace("operations")
    desk: OperationsController = app.window.current().findChild(OperationsController)
    desk.choose(desk.model.id_at(0))
    qtbot.waitUntil(desk.detail.shows_request, timeout=WAIT_MS)
    desk.model.tick([desk.model.id_at(0)])
    for tone in TONES:
        app.window.tell(Toast(f"A sentence, {tone}", tone=tone, act="Undo", keys="Ctrl+Z"))
    faults += faults_in(app.window, "a request")
    desk.model.clear_ticks()
    for name, opener in openers(app, desk).items():
        faults += faults_of_dialog(qtbot, app, name, opener)
    return faults + faults_of_palette(app)


def test_everything_has_a_name_and_stands_out(qtbot: QtBot, app: Application) -> None:
    """In both looks, every control of workspaces, dialogs, sheets and toasts has a name, and words reach 4.5 to 1."""
    faults: list[str] = []
    for scheme in SCHEMES:
        app.theme.choose(scheme)
        faults += [f"{scheme}, {fault}" for fault in faults_of_window(qtbot, app)]
    assert not faults, "\n".join(faults)


def the_tab_key_goes_through_the_panes_in_order(qtbot: QtBot, app: Application) -> None:
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


def the_focus_is_seen_wherever_the_tab_key_leads(qtbot: QtBot, app: Application) -> None:
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


def the_tab_key_stays_in_a_dialog(qtbot: QtBot, app: Application) -> None:
    """While a dialog is open, nothing beneath it gets the focus."""
    app.window.asked.emit("settings")
    (dialog,) = open_dialogs(app)
    for _ in range(12):
        app.window.focusNextPrevChild(True)
        focused = app.window.focusWidget()
        assert focused is not None
        assert dialog.isAncestorOf(focused)
    close_dialogs(app)


# A window takes long to open: what does not disturb each other is gone through in one.


def test_the_tab_key_leads_through_panes_rings_and_dialogs(qtbot: QtBot, app: Application) -> None:
    """Panes in order, a ring wherever it leads, and no way out of a dialog; each step proves its own."""
    the_focus_is_seen_wherever_the_tab_key_leads(qtbot, app)
    the_tab_key_goes_through_the_panes_in_order(qtbot, app)
    the_tab_key_stays_in_a_dialog(qtbot, app)
