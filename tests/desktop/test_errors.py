"""What the world did, and what is a fault of ours."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from data.errors import StoreFailure
from desktop.errors import Faults


@pytest.fixture
def faults(qtbot: QtBot, tmp_path: Path) -> Iterator[Faults]:
    """The hooks, installed and given back."""
    made = Faults(tmp_path)
    made.install()
    yield made
    made.uninstall()


def test_a_bug_becomes_a_report_in_a_dialog_and_in_the_log(
    qtbot: QtBot, faults: Faults, capsys: pytest.CaptureFixture[str]
) -> None:
    """The report names the versions and the traceback; the same lies in the log file."""
    with qtbot.waitSignal(faults.broke) as told:
        try:
            raise ZeroDivisionError("ours")
        except ZeroDivisionError:
            sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
    report = told.args[0]
    assert "Opsmap 0." in report
    assert "ZeroDivisionError: ours" in report
    assert "ZeroDivisionError: ours" in faults.log_path.read_text(encoding="utf-8")


def test_a_known_failure_is_told_in_its_sentence(qtbot: QtBot, faults: Faults) -> None:
    """A failure of the world that nobody handled is no report."""
    broke: list[str] = []
    faults.broke.connect(broke.append)
    with qtbot.waitSignal(faults.failed) as told:
        sys.excepthook(StoreFailure, StoreFailure("The disk is full; free some space."), None)
    assert told.args == ["The disk is full; free some space."]
    assert not broke


def test_threads_report_too(qtbot: QtBot, faults: Faults, capsys: pytest.CaptureFixture[str]) -> None:
    """A bug in a thread arrives on the window's thread."""

    def stumble() -> None:
        raise KeyError("in a thread")

    with qtbot.waitSignal(faults.broke) as told:
        thread = threading.Thread(target=stumble)
        thread.start()
    thread.join()
    assert "in a thread" in told.args[0]


def test_an_exception_in_a_slot_is_caught(qtbot: QtBot, faults: Faults, capsys: pytest.CaptureFixture[str]) -> None:
    """What a slot raises reaches the report instead of ending the program."""

    def slot() -> None:
        raise RuntimeError("in a slot")

    with qtbot.captureExceptions(), qtbot.waitSignal(faults.broke) as told:
        sys.excepthook = faults.caught  # pytest-qt put its own in between
        QTimer.singleShot(0, slot)
    assert "in a slot" in told.args[0]


def test_hooks_are_given_back(qtbot: QtBot, tmp_path: Path) -> None:
    """After uninstalling, Python's hooks are those from before."""
    before = sys.excepthook, threading.excepthook
    faults = Faults(tmp_path)
    faults.install()
    assert sys.excepthook != before[0]
    faults.uninstall()
    assert (sys.excepthook, threading.excepthook) == before
