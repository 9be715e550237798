"""A map without the window around it, with the hand and the eye of a test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.jobs import JobRunner
from desktop.map.bridge import WORLD
from desktop.map.messages import mercator
from desktop.map.view import Kind, MapView
from tests.desktop.map.city import NOW_MS, requests_at

LON, LAT, ZOOM = 8.52, 53.52, 15
SIZE = (640, 480)
WAIT_MS = 20_000


@dataclass(slots=True)
class Desk:
    """A map, what runs its questions, and the test's hand."""

    qtbot: QtBot
    runner: JobRunner
    views: list[MapView]

    def open(self, kind: Kind = "requests") -> MapView:
        """A map on show at a known place."""
        view = MapView("light", None, self.runner.run_read, kind=kind)
        self.views.append(view)
        view.resize(*SIZE)
        view.set_view(LON, LAT, ZOOM)
        view.show()
        with self.qtbot.waitSignal(view.ready, timeout=WAIT_MS):
            pass
        self.settle(view)  # no click is heard before
        return view

    def settle(self, view: MapView) -> None:
        """Wait until the page has painted what it was told, and heard what the pointer did."""
        twice = "requestAnimationFrame(() => requestAnimationFrame(() => { window.painted = true; }))"
        self.ask(view, f"window.painted = false; {twice}; 1")
        self.qtbot.waitUntil(lambda: self.ask(view, "window.painted"), timeout=WAIT_MS)

    def draw(self, view: MapView, lon: Any, lat: Any, **columns: Any) -> list[int]:
        """Show requests; how many points and clusters came of it."""
        with self.qtbot.waitSignal(view.drawn, timeout=WAIT_MS, check_params_cb=lambda *shown: any(shown)) as drawn:
            view.set_columns(requests_at(np.asarray(lon), np.asarray(lat), **columns), now_ms=NOW_MS)
        return list(drawn.args)

    def ask(self, view: MapView, script: str, world: Any = WORLD) -> Any:
        """What a script in the page comes to."""
        answers: list[Any] = []
        view.page.runJavaScript(script, world, answers.append)
        self.qtbot.waitUntil(lambda: bool(answers), timeout=WAIT_MS)
        return answers[0]


@contextmanager
def desk_of(qtbot: QtBot) -> Iterator[Desk]:
    """A desk that is cleared again."""
    runner = JobRunner()
    made = Desk(qtbot, runner, [])
    yield made
    for view in made.views:
        view.close()
        view.deleteLater()
    runner.shut_down()
    runner.deleteLater()


def place_px(view: MapView, lon: float, lat: float) -> QPoint:
    """Where on the widget a place is, by web mercator alone."""
    world_px = 256 * 2.0**ZOOM
    (x, y), (middle_x, middle_y) = (
        (float(a[0]), float(b[0])) for a, b in (mercator([lon], [lat]), mercator([LON], [LAT]))
    )
    return QPoint(
        round(view.width() / 2 + (x - middle_x) * world_px), round(view.height() / 2 + (y - middle_y) * world_px)
    )


def click(view: MapView, lon: float, lat: float) -> None:
    """A left click of a person."""
    target = view.web.focusProxy() or view.web
    assert isinstance(target, QWidget)
    QTest.mouseMove(target, place_px(view, lon, lat))
    QTest.mouseClick(target, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place_px(view, lon, lat))


def colour_at(view: MapView, lon: float, lat: float) -> QColor:
    """What the widget shows at a place."""
    return view.grab().toImage().pixelColor(place_px(view, lon, lat))
