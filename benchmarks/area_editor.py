"""Editing areas on the map: from letting a corner go in the page until the page has the answer, and the way there.

One process with a real page, real layers of cities, the draft kept in its file as in the window. Half of the moves snap
nowhere, half bring the corner back. No peer: no other editor of the city's areas answers by a program beside its page.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio

from benchmarks.area_edits import REAL, layer_of
from benchmarks.inputs.boston import FOLDER
from benchmarks.inputs.running import options
from benchmarks.report import Row, report
from geo.area_layer import LayerOfAreas
from geo.area_topology import topology
from geo.areas_repair import repair_polygons

SIZE = (1200, 800)
MOVES = 20
PATIENCE_S = 60


def main() -> None:
    """Run and print."""
    chosen = options(__doc__, requests=0, quick=0)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("QTWEBENGINE_CHROMIUM_FLAGS", "--disable-gpu --no-sandbox")
    from desktop.map.scheme import register_scheme

    register_scheme()
    from PySide6.QtWidgets import QApplication

    from desktop.views.theme import Theme

    app = QApplication(sys.argv[:1])
    Theme(app, "light")
    rows: list[Row] = []
    for name, crs_epsg in REAL:
        path = FOLDER / "polygons" / f"{name}.geojson"
        if path.exists():
            wkb, _ = repair_polygons([bytes(one) for one in pyogrio.raw.read(path)[2]])
            rows += measure(name, layer_of(wkb, crs_epsg))
    report("area editor", rows, chosen.json)


def measure(name: str, layer: LayerOfAreas) -> list[Row]:
    """Open a layer in a page and move one corner of as many areas as any to and fro."""
    from desktop.controllers.area_edits import pack

    desk = _Desk(layer)
    try:
        began = time.perf_counter()
        shapes = pack(layer.areas)
        packed_ms = (time.perf_counter() - began) * 1000
        desk.view.editing.open(shapes, 1)
        desk.ask("1")
        opened_ms = (time.perf_counter() - began) * 1000
        moved = [desk.move(at % 2 == 1) for at in range(MOVES)]
    finally:
        desk.close()
    size = f"{sum(len(area.xy) for area in layer.areas):,} vertices"
    return [
        Row(f"{name}: packed for the page", size, packed_ms, "ms"),
        Row(f"{name}: on show", size, opened_ms, "ms"),
        Row(f"{name}: a corner let go, until answered, median", size, statistics.median(w for w, _ in moved), "ms"),
        Row(f"{name}: the same, slowest of {MOVES}", size, max(w for w, _ in moved), "ms"),
        Row(f"{name}: of that beside the event loop, median", size, statistics.median(t for _, t in moved), "ms"),
    ]


class _Desk:
    """A map and the part of the window that answers it."""

    def __init__(self, layer: LayerOfAreas) -> None:
        from PySide6.QtTest import QTest

        from data.records import AreaLayer, LayerId
        from desktop.controllers.area_draft import AreaDraft
        from desktop.controllers.area_draft_files import DraftFiles
        from desktop.jobs import JobRunner
        from desktop.map.view import MapView
        from geo.area_history import history_of

        self._test, self.runner = QTest, JobRunner()
        self.view = MapView("light", None, self.runner.run_read, kind="moves")
        self.view.resize(*SIZE)
        shared = topology(layer)
        counts = np.diff(shared.vertex_starts)
        rows = np.flatnonzero(counts == counts.max())
        lon, lat = (float(part) for part in shared.vertices[rows[len(rows) // 2]])
        self.view.set_view(lon, lat, 18)
        self.view.show()
        self._folder = tempfile.TemporaryDirectory()
        self._files = DraftFiles(Path(self._folder.name), "benchmark")
        record = AreaLayer(LayerId(1), "Layer", 0, True, ())
        self._draft = AreaDraft(record, layer, {area.id: b"" for area in layer.areas}, (0, 0), history_of(layer))
        self._version, self._spent_ms = 1, -1.0
        self.view.editing.gestured.connect(self._gestured)
        self._wait(lambda: self.view.is_ready)
        QTest.qWait(500)

    def move(self, back: bool) -> tuple[float, float]:
        """Drag the corner and let it go: ms until the page took the answer, and of these beside the event loop."""
        from PySide6.QtCore import QPoint, Qt

        page, test = self.view.web.focusProxy() or self.view.web, self._test
        middle = QPoint(self.view.web.width() // 2, self.view.web.height() // 2)
        way = [middle, middle + QPoint(14, 9)]
        start, end = way[::-1] if back else way
        button, alt = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.AltModifier
        test.mouseMove(page, start)
        test.mousePress(page, button, alt, start)
        test.mouseMove(page, end)
        test.qWait(60)
        self._spent_ms = -1.0
        began = time.perf_counter()
        test.mouseRelease(page, button, alt, end)
        self._wait(lambda: self._spent_ms >= 0.0)
        self.ask("1")
        whole_ms = (time.perf_counter() - began) * 1000
        test.qWait(250)  # the click that ends a drag is none
        return whole_ms, self._spent_ms

    def ask(self, script: str) -> Any:
        """What a script in the page comes to: all that was told before has been taken."""
        from desktop.map.bridge import WORLD

        answers: list[Any] = []
        self.view.page.runJavaScript(script, WORLD, answers.append)
        self._wait(lambda: bool(answers))
        return answers[0]

    def close(self) -> None:
        """Put it away."""
        self.view.close()
        self.view.deleteLater()
        self._test.qWait(200)  # the page ends before the process does
        self.runner.shut_down()
        self._folder.cleanup()

    def _wait(self, condition: Any) -> None:
        until = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > until:
                raise TimeoutError("the page did not answer")
            self._test.qWait(5)  # often enough, and the edit beside the event loop gets its turns

    def _gestured(self, gesture: Any) -> None:
        from desktop.controllers.area_edits import gesture_edit, run_edit

        if gesture.act == "select":
            return
        began = time.perf_counter()
        edit = gesture_edit(gesture, takes="ground", agency_id=None)
        handle = self.runner.run_read(run_edit, self._draft, edit, self._files)
        handle.succeeded.connect(lambda edited: self._edited(edited, began))
        handle.failed.connect(self._refused)

    def _refused(self, sentence: str) -> None:
        raise RuntimeError(sentence)

    def _edited(self, edited: Any, began: float) -> None:
        self._draft = edited.draft
        self._version += 1
        spent_ms = (time.perf_counter() - began) * 1000
        self.view.editing.change(edited.shapes, edited.draft.present.ids, self._version, at=edited.at)
        self._spent_ms = spent_ms


if __name__ == "__main__":
    main()
