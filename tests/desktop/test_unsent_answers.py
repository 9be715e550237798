"""Answers that could not be sent, at the desk: why stands on the page; they are sent again or given up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from data.connectors.open311_updates import Patience
from data.records import RequestId
from data.store import open_store
from desktop.app import Application
from desktop.controllers.operations import OperationsController
from desktop.domain.clock import FixedClock
from desktop.operations.handle_requests import acknowledge
from desktop.operations.push_messages import push_messages
from desktop.operations.set_source import set_source
from desktop.operations.work import Work
from tests.demo import MOMENT
from tests.open311_source import Source311, serving

WAIT_MS = 60_000
HOSTILE = "<img src=x onerror=alert(1)> closed \u202ereversed"
# Chromium starts with the first map of the process, on the thread of the window.
pytestmark = [pytest.mark.slow, pytest.mark.stalls]


class NoKey:
    """A source that wants none."""

    def get(self, source: str, endpoint: str) -> str:
        """None."""
        return ""


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> Iterator[Source311]:
    """A source without key; nobody's keyring is asked, by the workers neither."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    with serving(Source311(key="")) as made:
        yield made


@pytest.fixture
def refused(location: str, source: Source311) -> int:
    """A request whose acknowledgement the source refused."""
    store = open_store(location)
    work = Work(store, "ben", FixedClock(MOMENT - timedelta(hours=1)))
    with store.read() as unit:
        (one,) = [one for one in unit.sources.all() if one.kind == "demo"]
        request = next(row for row in unit.requests.many(range(1, 5000)) if row.status.value == "submitted")
    set_source(work, name=one.name, values={"endpoint": source.address})
    assert acknowledge(work, request_ids=[RequestId(request.id)]).counts["told"] == 1
    source.refuses[request.service_request_id] = HOSTILE
    sending = Work(store, "ben", FixedClock(MOMENT - timedelta(minutes=30)))
    told = push_messages(sending, keys=NoKey(), patience=Patience(attempts=1), source_ids=[one.id])
    assert told.counts["refused"] == 1
    store.close()
    return int(request.id)


class Desk:
    """The window with the request on show."""

    def __init__(self, qtbot: QtBot, app: Application, request_id: int) -> None:
        self.qtbot, self.app, self.request_id = qtbot, app, request_id
        assert app.content is not None
        self.session = app.content.session
        place = app.window.workspaces["operations"]
        self.controller = place.findChild(OperationsController) or pytest.fail("no controller")
        self.wait(lambda: self.session.snapshot is not None)
        self.controller.choose(request_id)
        self.wait(self.lines_shown)

    def wait(self, condition: Callable[[], bool]) -> None:
        """Until it holds."""
        self.qtbot.waitUntil(condition, timeout=WAIT_MS)

    def lines_shown(self) -> bool:
        """Whether the page says that something was not sent."""
        shown = self.controller.detail.shown()
        return shown is not None and shown.request_id == self.request_id and bool(shown.unsent)

    def counted(self) -> int:
        """What the line of the queue counts."""
        assert self.session.queue is not None
        return self.session.queue.counts["unsent"]

    def states(self) -> list[str]:
        """Of the messages about the request."""
        with self.session.store.read() as unit:
            return [one.state for one in unit.outbox.all() if one.request_id == self.request_id]

    def told(self) -> str:
        """The toasts on show."""
        return " ".join(toast.text.text() for toast in self.app.window.toasts.toasts())


@pytest.fixture
def desk(qtbot: QtBot, open_city: Callable[[str, datetime], Application], location: str, refused: int) -> Desk:
    """Somebody at the desk, the refused request on show."""
    return Desk(qtbot, open_city(location, MOMENT), refused)


def test_the_page_tells_the_sources_reason_and_sends_again(desk: Desk, source: Source311) -> None:
    """The reason stands on the page as plain text; sent again it is refused again with a word, then it leaves."""
    section = desk.controller.detail.unsent
    said = [label.text() for label in section.findChildren(QLabel)]
    assert "The source: “<img src=x onerror=alert(1)> closed reversed” (400)" in " ".join(said).replace("\u200b", "")
    assert desk.counted() == 1
    section.again.click()
    desk.wait(lambda: "did not take it" in desk.told())
    assert desk.states() == ["failed"]
    source.refuses.clear()
    desk.wait(desk.lines_shown)
    desk.controller.detail.unsent.again.click()
    desk.wait(lambda: desk.states() == ["sent"])
    desk.wait(lambda: not desk.lines_shown() and desk.counted() == 0)
    assert len(source.taken) == 1


def test_it_can_be_given_up(desk: Desk, source: Source311) -> None:
    """Do not send: the message stays here, the line of the queue is empty, and the source hears no more."""
    heard = len(source.heard)
    desk.controller.detail.unsent.drop.click()
    desk.wait(lambda: desk.states() == ["withdrawn"])
    desk.wait(lambda: not desk.lines_shown() and desk.counted() == 0)
    assert len(source.heard) == heard
    desk.app.window.asked.emit("act.send")
    desk.wait(lambda: "0 sent, 0 refused" in desk.told())
    assert len(source.heard) == heard
