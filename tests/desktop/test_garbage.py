"""Garbage is searched for on the thread of the window alone, and is found there."""

from __future__ import annotations

import gc
import shutil
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktop.garbage import GarbageSearch
from desktop.jobs import JobRunner
from tests.demo import MOMENT

MANY = 40_000  # objects: more than any threshold


class Knot:
    """Something that only a search finds."""

    def __init__(self) -> None:
        self.me = self


def make_knots() -> weakref.ref[Knot]:
    """A read that leaves much garbage behind, and what tells whether the first of it is gone."""
    first = weakref.ref(Knot())
    for _ in range(MANY):
        Knot()
    return first


@pytest.fixture
def searchers() -> Iterator[set[int]]:
    """The threads that searched."""
    seen: set[int] = set()

    def note(_phase: str, _info: dict[str, int]) -> None:
        seen.add(threading.get_ident())

    gc.callbacks.append(note)
    yield seen
    gc.callbacks.remove(note)


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[JobRunner]:
    """What runs reads in threads."""
    jobs = JobRunner()
    yield jobs
    jobs.shut_down()


def read(qtbot: QtBot, runner: JobRunner) -> weakref.ref[Knot]:
    """Make garbage in a thread."""
    found: list[Any] = []
    runner.run_read(make_knots, on_result=found.append)
    qtbot.waitUntil(lambda: bool(found), timeout=10_000)
    return found[0]  # type: ignore[no-any-return]


def test_only_the_thread_of_the_window_searches(qtbot: QtBot, runner: JobRunner, searchers: set[int]) -> None:
    """What a read leaves behind is found by the window; without that, the thread searches."""
    ours = {threading.get_ident()}
    search = GarbageSearch()
    left = read(qtbot, runner)
    qtbot.waitUntil(lambda: left() is None, timeout=10_000)
    assert searchers == ours
    search.stop()
    read(qtbot, runner)
    assert searchers > ours


@pytest.mark.slow
@pytest.mark.stalls  # Chromium starts with the first window
def test_an_open_window_searches_by_itself(demo_city: Path, tmp_path: Path, open_city: Any) -> None:
    """While a window stands Python's own search is off."""
    assert gc.isenabled()
    open_city(shutil.copy(demo_city, tmp_path / "city.opsmap"), MOMENT)
    assert not gc.isenabled()
