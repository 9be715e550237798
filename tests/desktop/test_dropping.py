"""Files dropped on the window: the right import is offered with the file, the rest is said in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from desktop.controllers.assistant import FILES, Assistant
from desktop.controllers.dropping import FileDrops, kinds_for
from desktop.controllers.import_step import Kind
from desktop.domain.clock import FixedClock
from desktop.jobs import JobRunner
from desktop.main_window import MainWindow
from desktop.settings import Settings
from desktop.views.answer_edit import AnswerEdit
from desktop.views.assistant.state import Phase
from desktop.views.places import make_workspaces

COPY, LEFT, NONE = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


class Dragging:
    """A hand that drags files over the window."""

    def __init__(self, window: MainWindow) -> None:
        self.window, self.opened = window, list[tuple[Kind, Path]]()
        self.drops = FileDrops(window, lambda kind, path: self.opened.append((kind, path)), window)
        self.mime = QMimeData()

    def enter(self, *paths: str | Path) -> bool:
        """Drag over the window; whether it would take them."""
        self.mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        event = QDragEnterEvent(self.window.rect().center(), COPY, self.mime, LEFT, NONE)
        event.ignore()
        QApplication.sendEvent(self.window, event)
        return event.isAccepted()

    def let_go(self) -> bool:
        """Drop them; whether they were taken."""
        event = QDropEvent(QPointF(self.window.rect().center()), COPY, self.mime, LEFT, NONE)
        event.ignore()
        QApplication.sendEvent(self.window, event)
        return event.isAccepted()


@pytest.fixture
def hand(qtbot: QtBot) -> Iterator[Dragging]:
    """A hand over the window with its empty frame."""
    window = MainWindow(Settings())
    window.add_workspaces(make_workspaces())
    window.resize(1280, 720)
    window.show()
    qtbot.waitExposed(window)
    yield Dragging(window)
    window.close()
    window.deleteLater()


def menu_of(qtbot: QtBot, window: MainWindow) -> QMenu:
    """The menu that a drop opened."""

    def shown() -> list[QMenu]:
        return [menu for menu in window.findChildren(QMenu) if menu.isVisible()]

    qtbot.waitUntil(lambda: bool(shown()))
    return shown()[0]


@pytest.mark.parametrize(
    ("name", "first", "others"),
    [
        ("cases 2026.CSV", "requests", {"addresses", "assets"}),
        ("zones.geojson", "areas", {"requests", "addresses", "assets", "streets"}),
        ("layers.gpkg", "areas", {"addresses", "assets", "streets"}),
        ("town.osm.pbf", "streets", set()),
        ("export.zip", "requests", {"areas", "addresses", "assets", "streets"}),
    ],
)
def test_a_name_says_which_imports_fit(name: str, first: str, others: set[str]) -> None:
    """The likeliest first, then every other import that reads such files, and none that does not."""
    found = kinds_for(Path(name))
    assert (found[0], set(found[1:])) == (first, others)
    assert set(found) <= set(FILES)


@pytest.mark.qt_log_ignore("^This plugin does not support (propagateSizeHints|raise|grabbing the keyboard)")
def test_the_only_import_opens_at_once_and_of_several_one_is_chosen(
    qtbot: QtBot, hand: Dragging, tmp_path: Path
) -> None:
    """An extract goes to streets; of a table a menu asks what it holds; the veil says what a drop does, and goes."""
    assert hand.enter(tmp_path / "town.osm.pbf")
    assert hand.drops.veil.isVisible()
    assert hand.drops.veil.text == "Drop town.osm.pbf here to import it"
    assert hand.let_go()
    assert not hand.drops.veil.isVisible()
    qtbot.waitUntil(lambda: hand.opened == [("streets", tmp_path / "town.osm.pbf")])
    hand.opened.clear()
    hand.enter(tmp_path / "cases.csv")
    hand.let_go()
    menu = menu_of(qtbot, hand.window)
    assert menu.actions()[0].text() == "Import cases.csv as requests…"
    menu.actions()[1].trigger()
    menu.close()
    assert hand.opened == [("addresses", tmp_path / "cases.csv")]


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["lamp.JPG"], "Photos come with what residents report; Opsmap cannot add lamp.JPG to a request."),
        (["plan.docx"], "plan.docx cannot be imported. CSV, GeoJSON, GeoPackage, Shapefile, zip and OpenStreetMap"),
        (["a.csv", "b.csv"], "2 files at once: drop one at a time"),
    ],
)
def test_what_cannot_be_taken_is_said_before_and_after(hand: Dragging, names: list[str], sentence: str) -> None:
    """A picture, a file of another kind, several at once: the same sentence on the veil and, let go, as a message."""
    hand.enter(*names)
    assert hand.drops.veil.text.startswith(sentence)
    QApplication.sendEvent(hand.window, QDragLeaveEvent())
    assert not hand.drops.veil.isVisible()
    hand.enter(*names)
    assert not hand.let_go()
    assert not hand.drops.veil.isVisible()
    assert hand.window.toasts.toasts()[-1].text.text().startswith(sentence)
    assert hand.opened == []


def test_text_is_dropped_into_an_answer_and_a_file_is_not(qtbot: QtBot, hand: Dragging) -> None:
    """A file dropped on the answer is for the window; words are for the answer. Words over the window are nothing."""
    edit = AnswerEdit("Answer")
    qtbot.addWidget(edit)
    words, file = QMimeData(), QMimeData()
    words.setText("A crew is on its way.")
    file.setUrls([QUrl.fromLocalFile("/home/ana/lamp.jpg")])
    file.setText("/home/ana/lamp.jpg")
    assert (edit.canInsertFromMimeData(words), edit.canInsertFromMimeData(file)) == (True, False)
    hand.mime = words
    event = QDragEnterEvent(hand.window.rect().center(), COPY, words, LEFT, NONE)
    event.ignore()
    QApplication.sendEvent(hand.window, event)
    assert not event.isAccepted()


def test_the_assistant_opens_with_the_file_looked_into(qtbot: QtBot, hand: Dragging, tmp_path: Path) -> None:
    """The step of the kind is on show, the file read, its columns named; over the dialog nothing else is dropped."""
    file = tmp_path / "cases.csv"
    file.write_text("id,opened,service,lat,lon\n1,2026-10-01,Pothole,42.0,-71.0\n", encoding="utf-8")
    runner = JobRunner()
    clock = FixedClock(datetime(2026, 10, 13, tzinfo=UTC))
    made = Assistant(hand.window, runner, clock, "ana", location=str(tmp_path / "x.opsmap"), kind="requests")
    made.open(file)
    step = made.steps[0]
    qtbot.waitUntil(lambda: step.state.phase is Phase.SEEN, timeout=60_000)
    assert step.state.path == file
    assert "5 columns" in step.state.seen
    assert not hand.enter(file)
    made.dialog.accept()
    runner.shut_down()
    runner.deleteLater()
