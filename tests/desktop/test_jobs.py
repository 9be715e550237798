"""Jobs in worker processes and reads in threads."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from data.errors import StoreFailure
from desktop import jobs
from desktop.jobs import Job, JobHandle, JobRunner, JobState
from desktop.worker import outcome_of
from tests.desktop import job_functions as work

PATIENCE_MS = 20_000


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[JobRunner]:
    """A runner that is shut down at the end."""
    made = JobRunner()
    yield made
    made.shut_down()
    made.deleteLater()


class Heard:
    """Everything a handle says, in order."""

    def __init__(self, handle: JobHandle) -> None:
        self.said: list[tuple[str, Any]] = []
        handle.progressed.connect(lambda fraction, sentence: self.said.append(("progress", (fraction, sentence))))
        handle.succeeded.connect(lambda value: self.said.append(("value", value)))
        handle.failed.connect(lambda sentence: self.said.append(("failed", sentence)))
        handle.broke.connect(lambda trace: self.said.append(("broke", trace)))
        handle.cancelled.connect(lambda: self.said.append(("cancelled", None)))
        handle.ended.connect(lambda _handle: self.said.append(("ended", None)))

    def kinds(self) -> list[str]:
        """Without the values."""
        return [kind for kind, _value in self.said]

    def over(self) -> bool:
        """Whether the end was told."""
        return "ended" in self.kinds()


def finish(qtbot: QtBot, heard: Heard) -> None:
    """Wait for the end."""
    qtbot.waitUntil(heard.over, timeout=PATIENCE_MS)


def test_a_job_runs_in_another_process_and_delivers_progress_and_value(qtbot: QtBot, runner: JobRunner) -> None:
    """Progress comes first, then the value, then the end, once each; the work is done in another process."""
    heard = Heard(runner.start(Job("Add", work.add, {"left": 2, "right": 3})))
    finish(qtbot, heard)
    assert heard.kinds() == ["progress", "value", "ended"]
    assert heard.said[0][1] == (0.5, "half")
    total, process = heard.said[1][1]
    assert total == 5
    assert process != os.getpid()


def test_the_worker_is_kept_warm(qtbot: QtBot, runner: JobRunner) -> None:
    """Two jobs of one lane run in the same process, a write in another than a computation."""
    processes = []
    for writes in (False, False, True):
        heard = Heard(runner.start(Job("Add", work.add, {"left": 1, "right": 1}, writes=writes)))
        finish(qtbot, heard)
        processes.append(dict(heard.said)["value"][1])
    assert processes[0] == processes[1] != processes[2]


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        (work.refuse, "wrong.csv has no column of dates; name it with --column requested_at=NAME."),
        (work.cannot_compute, "The layer has no coordinate system; say which with --crs."),
    ],
)
def test_a_known_failure_is_told_in_its_own_sentence(
    qtbot: QtBot, runner: JobRunner, function: Any, sentence: str
) -> None:
    """What the world did arrives as its sentence, without a traceback."""
    broke: list[str] = []
    runner.broke.connect(broke.append)
    heard = Heard(runner.start(Job("Fail", function)))
    finish(qtbot, heard)
    assert heard.said[0] == ("failed", sentence)
    assert not broke


@pytest.mark.parametrize(
    ("function", "word"), [(work.stumble, "a fault of ours"), (work.return_a_file, "cannot travel")]
)
def test_a_fault_of_ours_arrives_with_its_traceback(qtbot: QtBot, runner: JobRunner, function: Any, word: str) -> None:
    """A bug, and a result that cannot leave the process, are reports, and the next job runs as if nothing had been."""
    broke: list[str] = []
    runner.broke.connect(broke.append)
    heard = Heard(runner.start(Job("Stumble", function)))
    finish(qtbot, heard)
    assert heard.kinds() == ["broke", "ended"]
    assert word in broke[0]
    after = Heard(runner.start(Job("Add", work.add, {"left": 1, "right": 1})))
    finish(qtbot, after)
    assert after.kinds()[-2:] == ["value", "ended"]


def test_writes_go_one_at_a_time_in_order(qtbot: QtBot, runner: JobRunner, tmp_path: Path) -> None:
    """No write begins before the one before it has ended."""
    path = str(tmp_path / "order")
    told = [
        Heard(runner.start(Job(word, work.note_order, {"path": path, "word": word}, writes=True))) for word in "abc"
    ]
    for heard in told:
        finish(qtbot, heard)
    expected = [f"{word} {part}" for word in "abc" for part in ("begin", "end")]
    assert Path(path).read_text(encoding="utf-8").split("\n")[:-1] == expected


def test_a_cancelled_job_never_delivers_late(qtbot: QtBot, runner: JobRunner, tmp_path: Path) -> None:
    """A job that returns a value after it was cancelled has told only that it was cancelled."""
    begun = tmp_path / "begun"
    handle = runner.start(Job("Wait", work.wait_until_stopped, {"path": str(begun)}))
    heard = Heard(handle)
    qtbot.waitUntil(begun.exists, timeout=PATIENCE_MS)
    handle.cancel()
    assert heard.kinds()[-2:] == ["cancelled", "ended"]
    length = len(heard.said)
    after = Heard(runner.start(Job("Add", work.add, {"left": 1, "right": 1})))
    finish(qtbot, after)  # the same process answered, so the value of the first job has been thrown away before
    assert len(heard.said) == length
    assert handle.state is JobState.CANCELLED


def test_a_waiting_job_that_is_cancelled_never_runs(qtbot: QtBot, runner: JobRunner, tmp_path: Path) -> None:
    """Cancelling a job in the queue takes it out of the queue."""
    path = str(tmp_path / "order")
    first = Heard(runner.start(Job("a", work.note_order, {"path": path, "word": "a"}, writes=True)))
    waiting = runner.start(Job("b", work.note_order, {"path": path, "word": "b"}, writes=True))
    last = Heard(runner.start(Job("c", work.note_order, {"path": path, "word": "c"}, writes=True)))
    waiting.cancel()
    finish(qtbot, first)
    finish(qtbot, last)
    assert "b begin" not in Path(path).read_text(encoding="utf-8")


def test_a_deaf_job_is_ended_after_the_grace_and_the_next_gets_a_new_process(
    qtbot: QtBot, runner: JobRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A function that never asks should_stop cannot hold up the queue."""
    for lane in runner._lanes.values():
        lane._grace.setInterval(50)
    mine = tmp_path / "pid"
    handle = runner.start(Job("Deaf", work.never_stop, {"path": str(mine)}))
    qtbot.waitUntil(lambda: mine.exists() and mine.read_text() != "", timeout=PATIENCE_MS)
    handle.cancel()
    heard = Heard(runner.start(Job("Add", work.add, {"left": 1, "right": 1})))
    finish(qtbot, heard)
    assert dict(heard.said)["value"][1] != int(mine.read_text())


def test_a_write_cancelled_too_late_still_tells_that_the_store_changed(
    qtbot: QtBot, runner: JobRunner, tmp_path: Path
) -> None:
    """The job stays silent, but screens hear of a change that did happen."""
    begun, wrote = tmp_path / "begun", []
    runner.wrote.connect(lambda value, _initiator: wrote.append(value))
    handle = runner.start(Job("Wait", work.wait_until_stopped, {"path": str(begun)}, writes=True))
    heard = Heard(handle)
    qtbot.waitUntil(begun.exists, timeout=PATIENCE_MS)
    handle.cancel()
    qtbot.waitUntil(lambda: bool(wrote), timeout=PATIENCE_MS)
    assert wrote == ["late"]
    assert "value" not in heard.kinds()


def test_when_the_process_dies_the_job_fails_in_a_sentence_and_the_next_one_runs(
    qtbot: QtBot, runner: JobRunner
) -> None:
    """A killed worker is told as what it is, with what is safe and what to do."""
    heard = Heard(runner.start(Job("Import requests.csv", work.die, writes=True)))
    after = Heard(runner.start(Job("Add", work.add, {"left": 1, "right": 1}, writes=True)))
    finish(qtbot, heard)
    assert heard.kinds() == ["failed", "ended"]
    sentence = heard.said[0][1]
    assert "Import requests.csv" in sentence
    assert "signal 9" in sentence
    assert "safe" in sentence
    finish(qtbot, after)
    assert dict(after.said)["value"][0] == 2


def test_only_module_level_functions_are_jobs() -> None:
    """A lambda or a method is refused when the job is made, not when it fails to travel."""
    with pytest.raises(ValueError, match="top of a module"):
        Job("Nested", lambda **_: None)


_LOOK = """
import sys
from PySide6.QtCore import QCoreApplication
from desktop.jobs import Job, JobRunner
from tests.desktop.job_functions import loaded_modules
qt, runner = QCoreApplication([]), JobRunner()
handle = runner.start(Job("Look", loaded_modules))
handle.ended.connect(lambda _handle: qt.quit())
qt.exec()
runner.shut_down()
sys.stdout.write("\\n".join(handle.value))
"""


def test_the_worker_carries_nothing_heavy() -> None:
    """A fresh worker process has loaded neither Qt nor the scientific libraries, where nothing is shared."""
    done = subprocess.run([sys.executable, "-c", _LOOK], capture_output=True, text=True, check=True, timeout=60)
    loaded = set(done.stdout.split("\n"))
    assert "desktop.worker" in loaded
    assert not loaded & {"PySide6", "numpy", "pandas", "shapely", "geopandas", "scipy", "sqlalchemy", "numba"}


def test_warming_up_starts_the_processes_and_imports(qtbot: QtBot, runner: JobRunner) -> None:
    """What is named at warming up is loaded when the first job comes."""
    runner.warm_up(["sqlalchemy"], lanes=["compute"])
    heard = Heard(runner.start(Job("Look", work.loaded_modules)))
    finish(qtbot, heard)
    assert "sqlalchemy" in dict(heard.said)["value"]


def test_a_read_runs_in_a_thread_and_delivers_on_the_window_s(qtbot: QtBot, runner: JobRunner) -> None:
    """The function sees another thread; its value arrives on the one the runner lives on."""
    told: list[tuple[str, str]] = []
    runner.run_read(
        lambda: threading.current_thread().name,
        on_result=lambda name: told.append((name, threading.current_thread().name)),
    )
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE_MS)
    there, here = told[0]
    assert there.startswith("opsmap-read")
    assert here == threading.main_thread().name


class DoneAtOnce:
    """A pool whose every call is over before `submit` returns, as a quick read's may be."""

    def submit(self, function: Callable[..., Any], *args: Any) -> Future[Any]:
        """Run it here and now."""
        future: Future[Any] = Future()
        future.set_result(function(*args))
        return future

    def shutdown(self, **_how: bool) -> None:
        """Nothing is left."""


def test_a_read_that_is_done_at_once_is_delivered(
    qtbot: QtBot, runner: JobRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever connects after `run_read` returned hears of a read that was already over."""
    monkeypatch.setattr(runner, "_pool", DoneAtOnce())
    told: list[int] = []
    handle = runner.run_read(lambda: 7)
    handle.succeeded.connect(told.append)
    qtbot.waitUntil(lambda: told == [7], timeout=PATIENCE_MS)


def test_a_cancelled_read_never_delivers(qtbot: QtBot, runner: JobRunner) -> None:
    """Its value is thrown away although the function ran to its end."""
    gate, done, told = threading.Event(), threading.Event(), []

    def read() -> str:
        gate.wait(10)
        done.set()
        return "late"

    handle = runner.run_read(read, on_result=told.append)
    handle.cancel()
    gate.set()
    assert done.wait(10) or handle.state is JobState.CANCELLED
    after: list[int] = []
    runner.run_read(lambda: 1, on_result=after.append)
    qtbot.waitUntil(lambda: bool(after), timeout=PATIENCE_MS)
    assert told == []


def test_a_read_that_fails_tells_its_sentence(qtbot: QtBot, runner: JobRunner) -> None:
    """A known failure of a read goes to the window, a bug to the report."""
    failed: list[str] = []
    broke: list[str] = []
    runner.read_failed.connect(failed.append)
    runner.broke.connect(broke.append)

    def unreadable() -> None:
        raise StoreFailure("The disk is full; free some space.")

    runner.run_read(unreadable, on_result=lambda _value: None)
    runner.run_read(lambda: 1 / 0, on_result=lambda _value: None)
    qtbot.waitUntil(lambda: bool(failed and broke), timeout=PATIENCE_MS)
    assert failed == ["The disk is full; free some space."]
    assert "ZeroDivisionError" in broke[0]


def test_shutting_down_delivers_nothing_and_leaves_no_process(qtbot: QtBot, tmp_path: Path) -> None:
    """Running, waiting and later work all end as cancelled."""
    runner = JobRunner()
    begun = tmp_path / "begun"
    handles = [runner.start(Job("Wait", work.wait_until_stopped, {"path": str(begun)})) for _ in range(2)]
    heard = [Heard(handle) for handle in handles]
    qtbot.waitUntil(begun.exists, timeout=PATIENCE_MS)
    runner.shut_down()
    later = runner.start(Job("Add", work.add, {"left": 1, "right": 1}))
    assert later.state is JobState.CANCELLED
    assert all(one.kinds()[-2:] == ["cancelled", "ended"] for one in heard)
    assert not [child for child in jobs.multiprocessing.active_children() if child.name == "opsmap-worker"]
    runner.deleteLater()


def test_outcomes_are_three() -> None:
    """A value, a known failure and a fault of ours are different types."""
    names = [
        type(outcome_of(function, (), {"progress": print, "should_stop": bool})).__name__
        for function in (lambda **_: 1, work.refuse, work.stumble)
    ]
    assert names == ["Succeeded", "Failed", "Broke"]
