"""From the start of the process to a usable window: first points drawn, rows in the table, a click answered.

Each start is a process of its own over an existing demo city. `--requests N` measures one size alone.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.report import Row, report

OPSMAP = Path(sys.executable).parent / "opsmap"
SIZES = {20_000: 3.0, 190_000: 3.0, 750_000: 5.0}  # requests, and the seconds that a start may take
STARTS = 5
PATIENCE_S = 60.0
HEAVY = ("geopandas", "sklearn", "scipy", "numba", "pandas", "shapely", "folium", "pyproj")


def main() -> None:
    """Make the cities, start the window over each of them, tell the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="one small city, two starts")
    parser.add_argument("--requests", type=int, help="measure this size alone")
    parser.add_argument("--child", metavar="STORE", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        print(json.dumps(start_once(arguments.child)))
        return
    sizes = {20_000: 3.0} if arguments.quick else SIZES
    if arguments.requests:
        sizes = {arguments.requests: 3.0 if arguments.requests <= 190_000 else 5.0}
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for requests, goal_s in sizes.items():
            rows += measure(Path(folder), requests, goal_s, 2 if arguments.quick else STARTS)
    report("startup", rows, arguments.json)


def measure(folder: Path, requests: int, goal_s: float, starts: int) -> list[Row]:
    """One size: making the city, and the medians of several starts. The first start, which fills caches, is apart."""
    store = folder / f"city-{requests}.opsmap"
    began = time.perf_counter()
    subprocess.run([str(OPSMAP), "--store", str(store), "demo", "--requests", str(requests), "--json"], check=True)
    made_s = time.perf_counter() - began
    first, *later = [child(store) for _ in range(starts + 1)]
    size = f"{requests:,} requests"
    rows = [Row("demo city made", size, made_s, "s", goal="<= 60" if requests <= 20_000 else "")]
    for key, words in (("painted", "window painted"), ("points", "points drawn"), ("rows", "rows in the table")):
        rows.append(Row(words, size, statistics.median(run[key] for run in later), "s"))
    usable = statistics.median(run["answered"] for run in later)
    rows.append(Row("usable: a click is answered", size, usable, "s", goal=f"<= {goal_s}"))
    rows.append(Row("the same, the first start ever", size, first["answered"], "s"))
    return rows


def child(store: Path) -> dict[str, float]:
    """One start in a process of its own, without a person's settings; the clock runs from before Python starts."""
    settings = {"XDG_CONFIG_HOME": str(store.parent / "config")}
    environment = {**os.environ, **settings, "QT_QPA_PLATFORM": "offscreen", "OPSMAP_STARTED": repr(time.time())}
    if os.geteuid() == 0:
        environment["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.startup", "--child", str(store)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def start_once(store: str) -> dict[str, Any]:
    """Open the window and use it as a person would; seconds since the process was asked for."""
    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtWidgets import QApplication

    from desktop.app import build_app, prepare, read_options

    options = read_options(["opsmap", store], dict(os.environ))
    prepare(options, os.environ, os.geteuid())  # type: ignore[arg-type]
    qt = QApplication(["opsmap"])
    app = build_app(qt, options)
    person = Person(app, qt, float(os.environ["OPSMAP_STARTED"]))
    app.window.resize(1440, 900)
    app.window.show()
    first = QEventLoop()
    QTimer.singleShot(0, first.quit)
    first.exec()
    person.note("painted")
    person.told["heavy"] = sorted(name for name in HEAVY if name in sys.modules)
    timer = QTimer()
    timer.setInterval(5)
    timer.timeout.connect(person.look)
    timer.start()
    QTimer.singleShot(int(PATIENCE_S * 1000), qt, qt.quit)
    qt.exec()
    timer.stop()
    app.close()
    return person.told


class Person:
    """Looks every few milliseconds how far the window is; clicks a row once there are rows."""

    def __init__(self, app: Any, qt: Any, started_s: float) -> None:
        self.app, self.qt, self.started_s = app, qt, started_s
        self.told: dict[str, Any] = {}
        self.watching = self.clicked = False

    def note(self, key: str) -> None:
        """Remember when something was first true."""
        self.told.setdefault(key, time.time() - self.started_s)

    def look(self) -> None:
        """One look."""
        if self.app.content is None:
            return
        from desktop.views.request_detail import RequestPane
        from desktop.views.request_table import RequestTable

        if not self.watching:
            self.watching = True
            self.app.content.maps["operations"].drawn.connect(self.drawn)
        table = self.app.window.findChild(RequestTable)
        if not self.clicked and table.model().rowCount() and table.model().index(0, 3).data():
            self.note("rows")
            self.click(table)
        detail = self.app.window.findChild(RequestPane)
        if self.clicked and "points" in self.told and detail.shows_request():
            self.note("answered")
            self.qt.quit()

    def drawn(self, points: int, clusters: int) -> None:
        """The map has drawn something."""
        if points + clusters:
            self.note("points")

    def click(self, table: Any) -> None:
        """Choose the second row."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        self.clicked = True
        place = table.visualRect(table.model().index(1, 1)).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)


if __name__ == "__main__":
    main()
