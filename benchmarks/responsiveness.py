"""How long the event loop stands still while a person works: filters, orders, chooses, zooms, and the city changes.

A tick of 10 ms measures the gaps; what the system gave to other processes is taken off. `--store FILE` measures a city
that exists; `--quick` a small one.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.report import Row, report

OPSMAP = Path(sys.executable).parent / "opsmap"
LONGEST_MS = 50
REQUESTS = 750_000


def main() -> None:
    """Open the window over a city and work in it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="20,000 requests")
    parser.add_argument("--store", help="a city that exists")
    arguments = parser.parse_args()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory() as folder:
        store = arguments.store or make_city(Path(folder), 20_000 if arguments.quick else REQUESTS)
        rows = measure(str(store), Path(folder))
    report("responsiveness", rows, arguments.json)


def make_city(folder: Path, requests: int) -> Path:
    """A demo city of a size."""
    store = folder / "city.opsmap"
    subprocess.run([OPSMAP, "--store", store, "demo", "--requests", str(requests)], check=True, stdout=sys.stderr)
    return store


def measure(store: str, folder: Path) -> list[Row]:
    """The longest stall of each step."""
    from PySide6.QtWidgets import QApplication

    from desktop.app import build_app, prepare, read_options

    options = read_options(["opsmap", store, "--theme", "light"], dict(os.environ))
    prepare(options, os.environ, 0 if os.geteuid() == 0 else os.geteuid())  # type: ignore[arg-type]
    if os.geteuid() == 0:
        os.environ["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
    qt = QApplication(["opsmap"])
    app = build_app(qt, options, config_folder=folder, log_folder=folder)
    app.window.resize(1440, 900)
    app.window.show()
    turn(60.0, lambda: app.content is not None and app.window.current().ready)
    turn(3.0)
    assert app.summary is not None
    size = f"{app.summary.requests:,} requests"
    rows = [Row(f"longest stall: {name}", size, stall(act), "ms", goal=f"<= {LONGEST_MS}") for name, act in steps(app)]
    app.close()
    return rows


def steps(app: Any) -> list[tuple[str, Callable[[], None]]]:
    """What a person does, in order."""
    from PySide6.QtCore import Qt

    from desktop.controllers.operations import OperationsController
    from desktop.controllers.time_slider import TimeSliderController

    desk = app.window.current().findChild(OperationsController)
    time = app.window.current().findChild(TimeSliderController)
    return [
        ("nothing", lambda: None),
        ("show everything", lambda: desk.choose_filter("all")),
        ("order by service", lambda: desk.model.sort(2, Qt.SortOrder.AscendingOrder)),
        ("order by time left", lambda: desk.model.sort(5, Qt.SortOrder.AscendingOrder)),
        ("order by opened", lambda: desk.model.sort(4, Qt.SortOrder.DescendingOrder)),
        ("choose a row in the middle", lambda: desk.choose(desk.model.id_at(desk.model.rowCount() // 2))),
        ("only what the map shows", lambda: desk.rows.in_view_wanted.emit()),
        ("zoom in twice", lambda: app.content.maps["operations"].zoom_by(2)),
        ("show all open", lambda: desk.choose_filter("open")),
        ("the city changed", app.content.session.reload),
        ("play through time", time.toggle),
        ("back to now", time.back_to_now),
        *((f"go to {key}", lambda key=key: app.window.show_workspace(key)) for key in app.window.workspaces),
    ]


def stall(act: Callable[[], None]) -> float:
    """The longest stall within three seconds of an act."""
    from PySide6.QtCore import QTimer

    from desktop.stall import StallMeter

    meter = StallMeter()
    meter.start()
    QTimer.singleShot(0, act)
    turn(3.0)
    meter.pause()
    return meter.max_ms()


def turn(seconds: float, until: Callable[[], bool] = lambda: False) -> None:
    """Let the event loop run."""
    from PySide6.QtCore import QEventLoop, QTimer

    end = time.monotonic() + seconds
    while time.monotonic() < end and not until():
        loop = QEventLoop()
        QTimer.singleShot(30, loop.quit)
        loop.exec()


if __name__ == "__main__":
    main()
