"""The first start: no store yet, and the ways on from there; the demo city made from the window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from data.store import open_store
from desktop.app import Application, Options, build_app
from desktop.controllers import demo_making
from desktop.controllers.demo_making import DemoMaking
from desktop.domain.clock import FixedClock
from desktop.views.kit import StateCard
from desktop.views.theme import Theme
from tests.demo import MOMENT

WAIT_MS = 60_000
pytestmark = [pytest.mark.slow, pytest.mark.stalls]


@pytest.fixture
def app(
    qtbot: QtBot, qapp: QApplication, look: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Application]:
    """The window as it starts where there is no store yet."""
    monkeypatch.setattr("desktop.views.theme._current", look)
    options = Options(str(tmp_path / "city.opsmap"), "light", None, "ana", MOMENT)
    made = build_app(qapp, options, config_folder=tmp_path / "config", log_folder=tmp_path / "log")
    made.window.show()
    qtbot.waitUntil(lambda: made.window.current().ready and bool(cards(made)), timeout=WAIT_MS)
    yield made
    made.close()
    qtbot.wait(1)
    look.choose("dark")
    look.choose("light")


def cards(app: Application) -> list[StateCard]:
    """The card that offers the ways on."""
    return [card for card in app.window.current().findChildren(StateCard) if card.objectName()]


def test_the_first_start_offers_three_ways_on(app: Application) -> None:
    """What is true and what comes next stand in the card; nothing is red, and no command is asked to be typed."""
    (card,) = cards(app)
    assert "There is no store city.opsmap yet." in card.text.text()
    assert app.window.toasts.toasts() == []
    said = " ".join(label.text() for label in app.window.findChildren(QLabel))
    assert "opsmap init" not in said
    assert "opsmap demo" not in said


def test_the_demo_city_is_made_where_it_was_named_and_opened(
    qtbot: QtBot, app: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A place is asked for, the job tells how far it is, and the window goes on to the new store."""
    monkeypatch.setattr(demo_making, "REQUESTS", 300)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(tmp_path / "river"), ""))
    said: list[str] = []
    app.runner.job_started.connect(lambda handle: handle.progressed.connect(lambda _share, told: said.append(told)))
    app.window.run("city.demo")
    qtbot.waitUntil(lambda: app.following is not None, timeout=WAIT_MS)
    assert app.following == str(tmp_path / "river.opsmap")
    assert said
    store = open_store(app.following)
    with store.read() as unit:
        assert unit.requests.count() == 300
    store.close()


def test_a_demo_city_that_is_stopped_or_refused_leaves_nothing(qtbot: QtBot, app: Application, tmp_path: Path) -> None:
    """Stopped, there is no file; over a file that is there, the dialog says so once and the file stays."""
    making = DemoMaking(app.window, app.runner, FixedClock(MOMENT), "ana")
    making.start(tmp_path / "stopped.opsmap")
    qtbot.waitUntil(lambda: bool(making.told.text()), timeout=WAIT_MS)
    with qtbot.waitSignal(app.runner.stopped, timeout=WAIT_MS):
        making.stop.click()
    assert list(tmp_path.glob("stopped*")) == []
    taken = tmp_path / "taken.opsmap"
    taken.write_text("mine", encoding="utf-8")
    making = DemoMaking(app.window, app.runner, FixedClock(MOMENT), "ana")
    making.start(taken)
    qtbot.waitUntil(lambda: "is there already" in making.told.text(), timeout=WAIT_MS)
    assert app.window.toasts.toasts() == []
    making.stop.click()
    assert taken.read_text(encoding="utf-8") == "mine"
