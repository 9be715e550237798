"""Tests of the window: offscreen, in one look, and nothing may be left behind or stand still."""

from __future__ import annotations

import importlib.util
import multiprocessing
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.desktop.waiting import WAIT_MS, wait_until_ready

# Before Qt starts. The sandbox of the browser is off for root, in tests only; facts of the platform are in docs/adr.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ.setdefault("QTWEBENGINE_CHROMIUM_FLAGS", "--disable-gpu")
if hasattr(os, "geteuid") and os.geteuid() == 0:
    os.environ["QTWEBENGINE_DISABLE_SANDBOX"] = "1"

STALL_LIMIT_MS = 200.0
LATER_MS = 600_000  # than any test lasts
_DRAWN = {9: (266, 165, 269, 166), 10: (534, 330, 538, 331), 11: (1070, 660, 1075, 664)}  # zoom: what windows look at
_QT_FIXTURES = {"qtbot", "qapp", "look"}
# Loaded once in the process that the workers of all tests are forked from, not once in each worker.
_SHARED = (
    "desktop.operations.entry",
    "tests.desktop.job_modules",
    "desktop.map.tile_painter",
    "desktop.map.basemap",
    "data.connectors.streets",
)


@pytest.fixture(scope="session")
def qapp_cls() -> type:
    """The application class; the map's scheme must be registered before it is made."""
    from PySide6.QtCore import QCoreApplication, Qt
    from PySide6.QtWidgets import QApplication

    from desktop import jobs

    if "forkserver" in multiprocessing.get_all_start_methods():
        jobs._PROCESSES = multiprocessing.get_context("forkserver")
        jobs._PROCESSES.set_forkserver_preload(list(_SHARED))
        first = jobs._PROCESSES.Process(target=int)  # no test waits for what the server loads
        first.start()
        first.join()
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    if importlib.util.find_spec("desktop.map.scheme") is not None:
        from desktop.map.scheme import register_scheme

        register_scheme()
    return QApplication


@pytest.fixture(scope="session")
def look(qapp: Any) -> Any:
    """The theme, light, for the whole session; a test that changes it changes it back."""
    from desktop.views.theme import Theme

    return Theme(qapp, "light")


@pytest.fixture(scope="session")
def lend_tiles(
    qapp: Any, demo_city: Path, shared_store: Callable[[str, Callable[[Path], None]], Path]
) -> Callable[[str], None]:
    """Puts the base map of the demo city beside a copy of it, as if it had been looked at before.

    Drawn once for the run: a window that draws its own takes a third longer to open. What is missing is drawn.
    """
    from desktop.map.tile_worker import LOOK, TileKey, draw_tiles

    streets = "1-1"  # as the demo city leaves them; a copy with other streets has tiles of another name
    named, identity = f"tiles-{LOOK}-{streets}.sqlite", _identity(str(demo_city))

    def make(path: Path) -> None:
        folder = path.parent / "base-map"
        wanted = [
            TileKey("light", zoom, x, y, 1)
            for zoom, (west, north, east, south) in _DRAWN.items()
            for x in range(west, east + 1)
            for y in range(north, south + 1)
        ]
        draw_tiles(str(demo_city), streets, str(folder), wanted, lambda _share, _told: None, lambda: False)
        (folder / named).rename(path)

    drawn = shared_store("base-map", make)

    def lend(location: str) -> None:
        place = Path(f"{location}-cache") / named
        if Path(location).is_file() and not place.exists() and _identity(location) == identity:
            place.parent.mkdir(exist_ok=True)
            shutil.copyfile(drawn, place)

    return lend


def _identity(location: str) -> str:
    """A store's own name, which its copies share."""
    with closing(sqlite3.connect(f"file:{location}?mode=ro", uri=True)) as opened:
        return str(opened.execute("SELECT value FROM store_meta WHERE key = 'identity'").fetchone()[0])


@pytest.fixture
def open_city(
    qtbot: Any,
    qapp: Any,
    look: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    lend_tiles: Callable[[str], None],
) -> Iterator[Callable[[str, datetime], Any]]:
    """Opens the whole window on a store, as of a moment; a fault of ours that it notes fails the test."""

    from desktop import content
    from desktop.app import Application, Options, build_app

    monkeypatch.setattr("desktop.views.theme._current", look)  # the window brings a look of its own; ours comes back
    # A process for the first job is started when that job comes: most tests have none, and it loads for a second.
    for warm in (content.WARM, content.WARM_CREWS):
        monkeypatch.delitem(warm, "write")
    # After it the search for what a test left behind would go through everything that is loaded.
    monkeypatch.setattr(content, "SETTLED_MS", LATER_MS)
    opened: list[Application] = []
    faults: list[str] = []

    def open_window(location: str, moment: datetime) -> Application:
        lend_tiles(location)
        app = build_app(
            qapp, Options(location, "light", None, "ana", moment), config_folder=tmp_path, log_folder=tmp_path
        )
        opened.append(app)
        app.faults.broke.connect(faults.append)
        app.faults.noted.connect(faults.append)
        app.window.resize(1440, 900)
        app.window.show()
        qtbot.waitUntil(lambda: app.content is not None, timeout=WAIT_MS)
        wait_until_ready(qtbot, app)
        app.window.activateWindow()  # keys of the window are heard by the one in front
        qtbot.waitUntil(app.window.isActiveWindow, timeout=WAIT_MS)
        return app

    yield open_window
    for app in opened:
        app.close()
    qtbot.wait(1)  # what the windows still had to say
    look.choose("dark")
    look.choose("light")
    assert faults == []


@pytest.fixture(scope="session")
def ledger() -> Any:
    """Remembers where threads, timers and windows began."""
    from tests.desktop.hygiene import Ledger

    made = Ledger()
    made.watch()
    return made


@pytest.fixture(scope="session")
def stall_meter(qapp: Any) -> Iterator[Any]:
    """Measures the event loop whenever a test lets it run."""
    from pytestqt.qt_compat import qt_api

    from desktop.stall import StallMeter

    meter = StallMeter()
    turn: Callable[..., Any] = qt_api.exec

    def measured(loop: Any, *args: Any, **kwargs: Any) -> Any:
        meter.resume()
        try:
            return turn(loop, *args, **kwargs)
        finally:
            meter.pause()

    qt_api.exec = measured
    yield meter
    qt_api.exec = turn


@pytest.fixture(autouse=True)
def clean_desk(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test of the window that leaves something behind or keeps the event loop from turning."""
    if not _QT_FIXTURES & set(request.fixturenames):
        yield
        return
    request.getfixturevalue("look")
    ledger, meter = request.getfixturevalue("ledger"), request.getfixturevalue("stall_meter")
    before = ledger.begin()
    meter.clear()
    yield
    leaks = ledger.leaks(before)
    ledger.forget()
    if leaks:
        pytest.fail("Left behind:\n" + "\n".join(leaks), pytrace=False)
    if meter.max_ms() > STALL_LIMIT_MS and request.node.get_closest_marker("stalls") is None:
        pytest.fail(f"The event loop stood still for {meter.max_ms():.0f} ms.", pytrace=False)
