"""Where the keys go: into the dialog that lies on top, back to where they were, and never to a stray window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QScrollArea, QTableView, QWidget
from pytestqt.qtbot import QtBot

from desktop.main_window import MainWindow
from desktop.settings import Settings
from desktop.views.assistant.dialog import AssistantDialog
from desktop.views.hand_over import HandOverSheet
from desktop.views.kit import FocusRing, StateCard
from desktop.views.places import make_workspaces, show_empty
from desktop.views.shell.overlay import Dialog


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    """The window in front, with a text field in it that has the focus."""
    made = MainWindow(Settings())
    made.add_workspaces(make_workspaces())
    show_empty(made.workspaces.values())
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def beneath(qtbot: QtBot, window: MainWindow) -> QLineEdit:
    """What has the focus before."""
    field = QLineEdit(window)
    field.show()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    return field


class Windows(QObject):
    """Notes every widget that is shown as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(type(watched).__name__)
        return False


def test_a_dialog_takes_the_focus_while_its_chief_act_waits(
    qtbot: QtBot, window: MainWindow, beneath: QLineEdit
) -> None:
    """The hand-over opens before its page is read: no key reaches what lies beneath, and Esc closes it."""
    sheet = HandOverSheet(window)
    sheet.open()
    assert not sheet.save.isEnabled()
    focus = QApplication.focusWidget()
    assert focus is not None
    assert sheet.isAncestorOf(focus)
    QTest.keyClick(focus, Qt.Key.Key_Escape)
    assert sheet.isHidden()
    assert beneath.hasFocus()


def test_the_ring_is_around_what_is_seen(qtbot: QtBot, window: MainWindow) -> None:
    """What is longer than its pane has the ring around the part on show, and none once it is scrolled away."""
    area, long = QScrollArea(window), QWidget()
    field, below = QLineEdit(long), QLineEdit(long)
    for at, one in enumerate((field, below)):
        one.setGeometry(0, 900 * at, 80, 300)
    long.setFixedSize(100, 1800)
    area.setWidget(long)
    area.setGeometry(10, 10, 200, 120)
    area.show()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    ring = window.findChild(FocusRing)
    assert ring is not None
    assert ring.isVisible()
    assert ring.geometry().bottom() <= area.geometry().bottom() + 3
    area.verticalScrollBar().setValue(800)
    assert not ring.isVisible()


def test_a_dialog_without_an_act_that_can_be_done_takes_the_focus_itself(
    qtbot: QtBot, window: MainWindow, beneath: QLineEdit
) -> None:
    """Every button of it disabled, the dialog hears the keys."""
    dialog = Dialog("Working", parent=window)
    dialog.add_close("Close").setEnabled(False)
    dialog.open()
    assert dialog.hasFocus()
    assert not beneath.hasFocus()
    dialog.accept()


def test_a_dialog_survives_that_what_had_the_focus_is_gone(
    qtbot: QtBot, window: MainWindow, beneath: QLineEdit
) -> None:
    """A button of a page that was read anew meanwhile: the dialog closes all the same."""
    dialog = Dialog("About", parent=window)
    dialog.add_close("Close")
    dialog.open()
    with qtbot.waitSignal(beneath.destroyed):
        beneath.deleteLater()
    with qtbot.waitSignal(dialog.finished):
        dialog.accept()


def test_a_dialog_over_a_dialog_has_the_focus_and_gives_it_back(
    qtbot: QtBot, window: MainWindow, beneath: QLineEdit
) -> None:
    """The report of a fault over a sheet: only the one on top holds the keys, then the one beneath, then the window."""
    made = [Dialog("Sheet", parent=window), Dialog("Report", parent=window)]
    closes = [dialog.add_close("Close") for dialog in made]
    for dialog, close in zip(made, closes, strict=True):
        dialog.open()
        assert close.hasFocus()
    QTest.keyClick(closes[1], Qt.Key.Key_Tab)
    assert closes[1].hasFocus()
    QTest.keyClick(closes[1], Qt.Key.Key_Escape)
    assert closes[0].hasFocus()
    QTest.keyClick(closes[0], Qt.Key.Key_Escape)
    assert beneath.hasFocus()


def test_the_palette_gives_the_focus_back(qtbot: QtBot, window: MainWindow, beneath: QLineEdit) -> None:
    """Ctrl K and Esc, or a command that was chosen: the list that had the keys has them again."""
    field = window.top_bar.search.edit
    for way in (Qt.Key.Key_Escape, Qt.Key.Key_Return):
        QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
        assert field.hasFocus()
        QTest.keyClick(field, way)
        assert window.palette_list.isHidden()
        assert beneath.hasFocus()


def test_no_card_or_dialog_is_shown_in_pieces(qtbot: QtBot, window: MainWindow) -> None:
    """A part that is shown before it has its place is a window of its own for a moment, and takes the keys along."""
    watch = Windows()
    QApplication.instance().installEventFilter(watch)  # type: ignore[union-attr]
    made = (
        StateCard("No job runs", "Imports show here."),
        Dialog("Print", "One page.", parent=window),
        AssistantDialog("New city", [("City", "Its name.", QWidget()), ("Streets", "Its ways.", QWidget())], window),
    )
    QApplication.instance().removeEventFilter(watch)  # type: ignore[union-attr]
    assert watch.shown == []
    made[0].deleteLater()


def test_a_workspace_that_was_switched_to_hands_the_focus_on(
    qtbot: QtBot, window: MainWindow, beneath: QLineEdit
) -> None:
    """While it is empty no ring stands around all of it; once its content is there, the keys go to its list."""
    place = window.workspaces["services"]
    place.set_table(table := QTableView())
    window.show_workspace("services")
    place.setFocus()
    ring = next(one for one in window.findChildren(FocusRing))
    assert not ring.isVisible()
    place.set_ready()
    assert table.hasFocus()
