"""A long day at the desk: requests keep coming, people keep switching, and memory and threads stay where they were."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop import content
from desktop.app import Application
from desktop.content import SETTLED_MS
from desktop.controllers.operations import OperationsController
from tests.demo import MOMENT
from tests.soak import SOAK, rounds

WAIT_MS = 60_000
WARM_ROUNDS = 2
LOOKED_AT = 30 if SOAK else 10
GROWTH_MB = 60.0 if SOAK else 40.0
pytestmark = [
    pytest.mark.slow,
    pytest.mark.stalls,
    pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc, which is Linux's"),
]  # Chromium starts on the thread of the window


@pytest.fixture
def app(
    open_city: Callable[[str, datetime], Application], location: str, monkeypatch: pytest.MonkeyPatch
) -> Application:
    """The window on the demo city, resting from garbage as it does for people."""
    monkeypatch.setattr(content, "SETTLED_MS", SETTLED_MS)
    return open_city(location, MOMENT)


def held_mb() -> float:
    """What this process holds in memory, by the kernel's own account."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def live_through(qtbot: QtBot, app: Application, number: int) -> None:
    """One round: every workspace, the other theme, an act, every filter, and requests looked at."""
    for key in app.window.workspaces:
        app.window.show_workspace(key)
        qtbot.waitUntil(lambda: app.window.current().ready, timeout=WAIT_MS)
    app.theme.choose("dark" if number % 2 else "light")
    app.window.show_workspace("operations")
    desk: OperationsController = app.window.current().findChild(OperationsController)
    for key in ("overdue", "all", "open"):
        desk.choose_filter(key)
        qtbot.wait(20)
    for row in np.linspace(0, desk.model.rowCount() - 1, LOOKED_AT).astype(int).tolist():
        desk.choose(desk.model.id_at(row))
        qtbot.wait(10)
    with qtbot.waitSignal(app.runner.job_ended, timeout=WAIT_MS) as ended:
        app.window.run("act.duplicates" if number % 2 else "act.assign")
    assert ended.args[0].state.name == "SUCCEEDED"
    qtbot.waitUntil(lambda: app.window.current().ready, timeout=WAIT_MS)


def test_memory_and_threads_stay(qtbot: QtBot, app: Application) -> None:
    """After the first rounds the window's process grows by less than a bound, and no thread or worker is added.

    What was built is at rest by then: it is not searched for garbage any more.
    """
    for number in range(WARM_ROUNDS):
        live_through(qtbot, app, number)
    qtbot.waitUntil(lambda: app.content is not None and app.content._at_rest, timeout=WAIT_MS)
    before_mb, threads, workers = held_mb(), threading.active_count(), len(multiprocessing.active_children())
    for number in rounds(2, 150):
        live_through(qtbot, app, number)
    grown_mb = held_mb() - before_mb
    assert threading.active_count() <= threads
    assert len(multiprocessing.active_children()) <= workers
    assert grown_mb < GROWTH_MB, f"{grown_mb:.0f} MB more"
