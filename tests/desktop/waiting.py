"""Waiting for a window, so that one that waits in vain says for what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pytestqt.qtbot import QtBot

if TYPE_CHECKING:
    from desktop.app import Application

WAIT_MS = 60_000


def wait_until_ready(qtbot: QtBot, app: Application) -> None:
    """Wait for the workspace on show; fail with what it still awaits and what still runs."""
    try:
        qtbot.waitUntil(lambda: app.window.current().ready, timeout=WAIT_MS)
    except qtbot.TimeoutError:
        pytest.fail(awaited(app), pytrace=False)


def awaited(app: Application) -> str:
    """What the workspace on show waits for, and which jobs and reads are under way, in a sentence."""
    place = app.window.current()
    missing = [*(["its content"] if not place._filled else []), *(f"part {name!r}" for name in sorted(place._awaited))]
    running = [handle.title for handle in (*app.runner.jobs(), *app.runner._reads.values())]
    return f"{place.key} waits for {', '.join(missing) or 'nothing'}; under way: {', '.join(running) or 'nothing'}."
