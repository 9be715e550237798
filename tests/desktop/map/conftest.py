"""One map or several, without the window around them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from tests.desktop.map.desk import Desk, desk_of


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    """A desk that is cleared again; a page that logged an error fails its test."""
    with desk_of(qtbot) as made:
        yield made
        logged = [line for view in made.views for line in view.console_errors]
    assert logged == []
