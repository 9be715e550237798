"""One map or several, without the window around them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from desktop.jobs import JobRunner
from tests.desktop.map.test_map_view import Desk


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    """A desk that is cleared again; a page that logged an error fails its test."""
    runner = JobRunner()
    made = Desk(qtbot, runner, [])
    yield made
    logged = [line for view in made.views for line in view.console_errors]
    for view in made.views:
        view.close()
        view.deleteLater()
    runner.shut_down()
    runner.deleteLater()
    assert logged == []
