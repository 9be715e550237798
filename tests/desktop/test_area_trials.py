"""Each edit of areas is tried; the next one ends the trial that is under way, silently."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop.controllers import area_trials
from desktop.controllers.area_trials import AreaTrials
from desktop.jobs import JobRunner
from desktop.operations.work import Stopped


@pytest.mark.parametrize("ends", ["stop", "take", "other_days"])
def test_a_replay_that_is_of_no_use_any_more_ends_without_a_fault(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, ends: str
) -> None:
    """Stop, the next edit and other days end a replay that runs; that is no fault of ours, and no answer."""
    began, ended = threading.Event(), threading.Event()

    def until_stopped(
        _store: object, _clock: object, draft: object, stopped: Any, days: int
    ) -> tuple[object, int, str]:
        if began.is_set():
            return draft, days, "the second"
        began.set()
        while not stopped():
            ended.wait(0.005)
        ended.set()
        raise Stopped("Stopped.")

    monkeypatch.setattr(area_trials, "SETTLE_MS", 1)
    monkeypatch.setattr(area_trials, "pieces_of", lambda draft, whole: (draft.present, whole, None))
    monkeypatch.setattr(area_trials, "replay_of", until_stopped)
    runner, owner = JobRunner(), QObject()
    broke: list[object] = []
    told: list[object] = []
    runner.broke.connect(lambda *rest: broke.append(rest))
    session: Any = SimpleNamespace(runner=runner, store=None, clock=None)
    trials = AreaTrials(session, lambda: 30, owner)
    trials.failed.connect(told.append)
    draft: Any = SimpleNamespace(present=object(), is_changed=True)
    trials.take(draft)
    qtbot.waitUntil(began.is_set)
    {"stop": trials.stop, "take": lambda: trials.take(draft), "other_days": trials.other_days}[ends]()
    qtbot.waitUntil(ended.is_set)
    if ends == "stop":
        qtbot.wait(20)
        assert trials.replay is None
    else:
        qtbot.waitUntil(lambda: trials.replay == "the second")
    assert broke == told == []
    runner.shut_down()
    runner.deleteLater()
    owner.deleteLater()
