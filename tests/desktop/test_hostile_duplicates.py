"""The corpus of hostile texts in Duplicates: each text in every field of two reports that are proposed as one."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from data.records import RequestId
from data.store import open_store
from desktop.app import Application
from desktop.controllers.duplicates import DuplicatesController
from desktop.domain.clock import FixedClock
from desktop.domain.plain_text import TURNING
from desktop.operations.duplicate_clusters import last_clusters, read_proposals
from desktop.operations.duplicates import group_duplicates
from desktop.operations.import_requests import RequestImport, import_requests
from desktop.operations.set_city import set_city
from desktop.operations.work import Work
from desktop.views.kit import Toast
from desktop.views.shell.number_dialog import NumberDialog
from tests.desktop.test_hostile_corpus import CORPUS, MOMENT

WAIT_MS = 60_000
# Chromium starts with the first map of the process, on the thread of the window; a text of 200,000 letters is laid out.
pytestmark = [pytest.mark.slow, pytest.mark.stalls]


@pytest.fixture(scope="module")
def location(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A city with two reports for each text, a few metres and minutes apart, that the search proposes as one."""
    folder = tmp_path_factory.mktemp("hostile")
    store = open_store(folder / "city.opsmap", create=True)
    with store.write("found", actor="ana", at=MOMENT) as unit:
        unit.create("city", [{"name": CORPUS["handler"], "timezone": "UTC"}])
        unit.commit()
    path = folder / "calls.json"
    rows = [row(at, half, name) for at, name in enumerate(CORPUS) for half in range(2)]
    path.write_text(json.dumps(rows), encoding="utf-8")
    work = Work(store, CORPUS["script"][:40], FixedClock(MOMENT))
    assert import_requests(work, RequestImport(path)).counts["added"] == len(rows)
    set_city(work, values={"accept_from": "1.0"})  # nothing is accepted without a person
    group_duplicates(work)
    store.close()
    return str(folder / "city.opsmap")


def row(at: int, half: int, name: str) -> dict[str, Any]:
    """One of two reports with a text in every field that a file can fill."""
    text, opened = CORPUS[name], MOMENT - timedelta(hours=8, minutes=4 * half)
    return {
        "service_request_id": f"{half}{name}:{text[:60]}",
        "description": text,
        "address": text[:5000],
        "service_name": f"{text[:80]} {name}",
        "status_notes": text[:2000],
        "agency_responsible": text[:80],
        "requested_datetime": opened.isoformat(),
        "status": "open",
        "lat": 53.52 + at / 100 + half * 1e-5,
        "long": 8.52 + at / 90,
        "channel": text[:80],
        "media_url": "javascript:alert(1)",
    }


def test_every_text_is_proposed(location: str) -> None:
    """What the window is tried with: the two reports of every text are one proposal."""
    store = open_store(location)
    with store.read() as unit:
        clusters = last_clusters(unit)
        assert clusters is not None
        found = read_proposals(unit, clusters)
    store.close()
    assert sorted(sorted(one.members) for one in found) == [[at, at + 1] for at in range(1, 2 * len(CORPUS), 2)]


def test_the_review_shows_words_and_runs_nothing(
    qtbot: QtBot, open_city: Callable[[str, datetime], Application], location: str
) -> None:
    """List, cards, reasons, menu, dialogs and toasts of each proposal: plain words in their places, no fault."""
    app = open_city(location, MOMENT)
    app.window.show_workspace("duplicates")
    place = app.window.workspaces["duplicates"]
    qtbot.waitUntil(lambda: place.findChild(DuplicatesController) is not None, timeout=WAIT_MS)
    review = place.findChild(DuplicatesController)
    assert review is not None

    def on_show() -> bool:
        state = review.view._state
        return state is not None and len(state.cards) == 2 and state.chosen == review._chosen and not state.busy

    qtbot.waitUntil(on_show, timeout=WAIT_MS)
    assert review._desk.book is not None
    app.window.resize(1280, 720)
    usual = review.view.size()
    for proposal in review._desk.book.proposals:
        review.choose(proposal.parent)
        qtbot.waitUntil(on_show, timeout=WAIT_MS)
        review.take_out(next(key for key in proposal.members if key != proposal.lead))
        app.window.grab()
        assert review.view.size() == usual
        assert len({view.size().toTuple() for view in review.view.cards.shown()}) == 1
        review.ask_move(proposal.parent)
        review.view._open_menu(1, QPoint(5, 5))
        app.window.grab()
        assert faults_in(app.window) == []
        close_all(app.window)
    assert len(review._desk.book.proposals) == len(CORPUS)


def test_what_is_told_of_a_decision_is_plain(
    qtbot: QtBot, open_city: Callable[[str, datetime], Application], location: str
) -> None:
    """A report of markup is moved to one of another number: the toast names it as letters, and nothing widens."""
    app = open_city(location, MOMENT)
    app.window.show_workspace("duplicates")
    place = app.window.workspaces["duplicates"]
    qtbot.waitUntil(lambda: place.findChild(DuplicatesController) is not None, timeout=WAIT_MS)
    review = place.findChild(DuplicatesController)
    assert review is not None
    number = list(CORPUS).index("handler") * 2 + 1
    review._moved({"request_ids": [RequestId(1)], "of": RequestId(number), "apart": []})
    qtbot.waitUntil(lambda: bool(app.window.toasts.toasts()), timeout=WAIT_MS)
    (toast,) = app.window.toasts.toasts()
    assert "onerror" in toast.text.text()
    app.window.grab()
    assert faults_in(toast) == []
    assert app.window.rect().contains(app.window.toasts.geometry())


def faults_in(root: QWidget) -> list[str]:
    """What a widget and those in it would read as markup, or let turn the words around it."""
    parts = [root, *(part for part in root.findChildren(QWidget) if part.isVisible())]
    labels = [label for label in parts if isinstance(label, QLabel)]
    faults = [label.text() for label in labels if label.textFormat().name != "PlainText" and "<" in label.text()]
    faults += [label.text() for label in labels if TURNING & set(QLabel.text(label))]
    for tip in (part.toolTip() for part in parts):
        inside = tip.removeprefix("<qt>").removesuffix("</qt>") if tip.startswith("<qt>") else tip
        if "<" in inside or TURNING & set(inside):
            faults.append(tip)
    return faults


def close_all(window: QWidget) -> None:
    """Put dialogs and menus away."""
    for dialog in window.findChildren(NumberDialog):
        dialog.accept()
    for menu in window.findChildren(QMenu):
        if menu.isVisible():
            menu.close()
    for toast in window.findChildren(Toast):
        toast.dismissed.emit()
