"""Duplicates in the real window: proposals are decided about by keys, and what was decided shows everywhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from data.records import DuplicateDecision, Incident, RequestId, Status
from data.store import Store
from desktop.app import Application
from desktop.controllers import arrival_watch
from desktop.controllers.duplicates import DuplicatesController
from desktop.controllers.incident_acts import IncidentActs
from desktop.controllers.operations import SUSPECTED, OperationsController
from desktop.controllers.request_acts import RequestActs
from desktop.domain.attention import is_open
from desktop.domain.clock import FixedClock
from desktop.domain.lifecycle import OPEN, Outcome, Verb
from desktop.domain.proposals import Proposal
from desktop.operations.decide_duplicates import accept_duplicates
from desktop.operations.duplicates import group_duplicates
from desktop.operations.handle_requests import close
from desktop.operations.set_city import set_city
from desktop.operations.work import Work
from desktop.views import format as words
from desktop.views.act_sheet import ActSheet
from desktop.views.kit import Toast
from desktop.views.shell.number_dialog import NumberDialog
from tests.data.city import request_row
from tests.demo import MOMENT

WAIT_MS = 60_000
# Chromium starts with the first map of the process, on the thread of the window.
pytestmark = [pytest.mark.slow, pytest.mark.stalls]


@pytest.fixture
def app(open_city: Callable[[str, datetime], Application], location: str) -> Application:
    """The window on the demo city, after a search that accepted nothing by itself."""
    from data.store import open_store

    store = open_store(location)
    work = Work(store, "ana", FixedClock(MOMENT))
    set_city(work, values={"accept_from": "1.0"})
    group_duplicates(work)
    store.close()
    return open_city(location, MOMENT)


class Review:
    """The review as a person uses it."""

    def __init__(self, qtbot: QtBot, app: Application) -> None:
        self.qtbot, self.app = qtbot, app
        app.window.show_workspace("duplicates")
        self.place = app.window.workspaces["duplicates"]
        self.wait(lambda: self.place.findChild(DuplicatesController) is not None)
        self.controller = self.place.findChild(DuplicatesController) or pytest.fail("no controller")
        assert app.content is not None
        self.session = app.content.session
        self.wait(self.on_show)

    def wait(self, condition: Callable[[], bool]) -> None:
        """Until it holds."""
        self.qtbot.waitUntil(condition, timeout=WAIT_MS)

    def start_over(self) -> None:
        """The workspace as a person comes to it: the window has seen all that was done, and a proposal is on show."""
        self.app.window.show_workspace("duplicates")
        self.wait(lambda: not self.app.runner.jobs())
        self.wait(lambda: self.session.snapshot.head == self.session.store.head())  # type: ignore[union-attr]
        self.wait(lambda: self.on_show() and not self.controller._changed)
        self.app.window.activateWindow()  # without a window server it may have lost the front meanwhile
        self.wait(self.app.window.isActiveWindow)

    def on_show(self) -> bool:
        """Whether a proposal stands there with its cards."""
        state = self.controller.view._state
        return state is not None and bool(state.cards) and not state.busy

    def proposal(self) -> Proposal:
        """The proposal on show."""
        case = self.controller._case
        assert case is not None
        return case.proposal

    def proposals(self) -> list[int]:
        """The parents of all that are proposed."""
        book = self.controller._desk.book
        assert book is not None
        return [one.parent for one in book.proposals]

    def press(self, key: Qt.Key) -> None:
        """Press a key while a card has the focus."""
        self.controller.view.cards.enter()
        QTest.keyClick(self.focus(), key)

    def focus(self) -> QWidget:
        """What has the focus."""
        found = QApplication.focusWidget()
        assert found is not None
        return found

    def click(self, words: str) -> None:
        """Click a button that says so."""
        shown = [button for button in self.app.window.findChildren(QAbstractButton) if button.isVisible()]
        QTest.mouseClick(next(button for button in shown if button.text() == words), Qt.MouseButton.LeftButton)

    @property
    def store(self) -> Store:
        """The store as another program sees it."""
        return self.session.store

    def incident_of(self, request_id: int) -> Incident | None:
        """The incident of a request as it is in the store."""
        with self.store.read() as unit:
            request = unit.requests.get(RequestId(request_id))
            assert request is not None
            return None if request.incident_id is None else unit.incidents.get(request.incident_id)

    def is_open(self, request_id: int) -> bool:
        """Whether a report of the proposal on show was open when it was read."""
        case = self.controller._case
        assert case is not None
        return next(one.status in OPEN for one in case.requests if one.id == request_id)

    def decisions(self) -> list[DuplicateDecision]:
        """What was decided."""
        with self.store.read() as unit:
            return unit.decisions.all()


@pytest.fixture
def review(qtbot: QtBot, app: Application) -> Review:
    """The workspace with somebody at it."""
    app.window.activateWindow()
    qtbot.waitUntil(app.window.isActiveWindow, timeout=WAIT_MS)
    return Review(qtbot, app)


def a_accepts_and_the_next_one_comes_up(review: Review) -> None:
    """A makes the reports one incident of the person's, the list goes on, and Ctrl Z proposes it again."""
    first, count = review.proposal(), len(review.proposals())
    review.press(Qt.Key.Key_A)
    review.wait(lambda: len(review.proposals()) == count - 1 and review.on_show())
    found = review.incident_of(first.parent)
    assert found is not None
    assert (found.parent_request_id, found.request_count) == (first.parent, len(first.members))
    assert review.proposal().parent != first.parent
    assert review.place.badge == count - 1
    review.app.window.asked.emit("undo")
    review.wait(lambda: first.parent in review.proposals())
    assert review.incident_of(first.parent) is None


def j_rejects_and_n_leaves_it_undecided(review: Review) -> None:
    """N goes to the next proposal and decides nothing; J keeps its reports apart for good."""
    first = review.proposal()
    review.press(Qt.Key.Key_N)
    review.wait(lambda: review.on_show() and review.proposal().parent != first.parent)
    assert review.decisions() == []
    second = review.proposal()
    review.press(Qt.Key.Key_J)
    review.wait(lambda: second.parent not in review.proposals() and review.on_show())
    assert {one.same for one in review.decisions()} == {False}
    assert review.incident_of(second.parent) is None


def test_what_is_taken_out_is_split_off(review: Review) -> None:
    """X takes a report out, P makes another the parent, A accepts the rest and tells the report apart from them."""
    wide = next(key for key in review.proposals() if len(find(review, key).members) > 2)
    review.controller.choose(wide)
    review.wait(lambda: review.on_show() and review.proposal().parent == wide)
    members = review.proposal().members
    review.controller.focus(1)
    review.controller.make_parent(members[1])
    review.controller.focus(2)
    review.wait(lambda: review.controller.view._state is not None and review.controller.view._state.focused == 2)
    review.controller.view.cards.enter(2)
    QTest.keyClick(review.focus(), Qt.Key.Key_X)
    review.wait(lambda: not review.controller.view._state.cards[2].kept)  # type: ignore[union-attr]
    QTest.keyClick(review.focus(), Qt.Key.Key_A)
    review.wait(lambda: review.incident_of(members[1]) is not None)
    found = review.incident_of(members[1])
    assert found is not None
    assert found.parent_request_id == members[1]
    assert review.incident_of(members[2]) is None
    apart = {one.child_request_id for one in review.decisions() if not one.same}
    assert apart == {members[2]}


def what_somebody_else_did_is_said_before_anything_is_decided(review: Review) -> None:
    """A report closed elsewhere, then the whole accepted elsewhere: each time a band, and A decides nothing."""
    first, work = review.proposal(), Work(review.store, "ben", FixedClock(MOMENT))
    state = review.controller.view._state
    assert state is not None
    one = next(card for card in state.cards if review.is_open(card.request_id) and card.request_id != first.parent)
    close(work, request_ids=[RequestId(one.request_id)], outcome=Outcome.FIXED, comment="Done.")
    review.wait(lambda: bool(review.controller._changed))
    review.press(Qt.Key.Key_A)
    assert review.controller._asked == ()
    review.click("Show them as they are")
    review.wait(lambda: review.on_show() and not review.controller._changed)
    assert not review.is_open(one.request_id)
    accept_duplicates(work, groups=[[RequestId(key) for key in first.members]])
    review.wait(lambda: review.on_show() and review.proposal().parent != first.parent)
    assert review.controller.view.band.isVisible()
    review.press(Qt.Key.Key_A)
    assert review.controller._asked == ()
    review.click("Show them as they are")
    review.wait(lambda: not review.controller.view.band.isVisible())


def find(review: Review, parent: int) -> Proposal:
    """A proposal by its parent."""
    book = review.controller._desk.book
    assert book is not None
    return next(one for one in book.proposals if one.parent == parent)


def many_are_accepted_above_a_probability(review: Review) -> None:
    """The slider says how many it means, by the figures that are shown; the button accepts those, in one act."""
    book = review.controller._desk.book
    assert book is not None
    by_figure = sorted({words.probability(one.probability) for one in book.proposals})
    least = float(by_figure[len(by_figure) // 2])
    likely = [one for one in book.proposals if float(words.probability(one.probability)) >= least]
    assert 0 < len(likely) < len(book.proposals)
    review.controller.view.proposals.bulk_changed.emit(least)
    one = "Accept 1 incident" if len(likely) == 1 else f"Accept {len(likely)} incidents"
    review.click(one)
    review.wait(lambda: len(review.proposals()) == len(book.proposals) - len(likely))
    assert all(review.incident_of(one.parent) is not None for one in likely)


def test_a_report_moves_to_another_incident(review: Review) -> None:
    """M asks for a number, says when there is none, and joins the report to that request wherever it lies."""
    before = review.proposal().members
    mover = before[1]
    with review.store.read() as unit:
        far = unit.requests.get(RequestId(1))
    assert far is not None
    review.controller.ask_move(mover)
    dialog = review.app.window.findChild(NumberDialog)
    assert dialog is not None
    QTest.keyClicks(review.focus(), "no such number")  # the keys are the field's at once
    QTest.keyClick(review.focus(), Qt.Key.Key_Return)
    review.wait(lambda: dialog.field.has_fault())
    dialog.edit.setText(far.service_request_id)
    dialog.act.click()
    review.wait(lambda: review.incident_of(mover) is not None)
    found = review.incident_of(mover)
    assert found is not None
    assert review.incident_of(1) == found
    others = set(before) - {mover}
    assert {one.parent_request_id for one in review.decisions() if not one.same} == others


def a_number_of_several_sources_asks_which_is_meant(review: Review) -> None:
    """Two sources call a request alike: both are offered, none is taken unasked, the chosen one is joined."""
    mover = review.proposal().members[1]
    with review.store.read() as unit:
        far = unit.requests.get(RequestId(1))
    assert far is not None
    with review.store.write("import requests", actor="ben", at=MOMENT) as unit:
        (source,) = unit.create("source", [{"name": "The other <b>feed</b>", "kind": "csv"}])
        twin = request_row(1, source_id=source, service_request_id=far.service_request_id, address="1 Twin Row")
        (other,) = unit.create("service_request", [twin])
        unit.commit()
    review.controller.ask_move(mover)
    dialog = review.app.window.findChild(NumberDialog)
    assert dialog is not None
    QTest.keyClicks(review.focus(), far.service_request_id)
    QTest.keyClick(review.focus(), Qt.Key.Key_Return)
    review.wait(dialog.choice.isVisible)
    told = [dialog.list.item(row).text() for row in range(dialog.list.count())]
    assert len(told) == 2
    assert told[1].startswith("The other <b>feed</b> · ")
    assert told[1].endswith(" · 1 Twin Row")
    dialog.act.click()
    assert dialog.choice.has_fault()
    assert review.incident_of(mover) is None
    QTest.keyClick(review.focus(), Qt.Key.Key_End)
    QTest.keyClick(review.focus(), Qt.Key.Key_Return)
    review.wait(lambda: review.incident_of(mover) is not None)
    assert review.incident_of(other) == review.incident_of(mover)
    assert review.incident_of(1) is None


def a_decision_that_cannot_be_carried_out_says_why(review: Review) -> None:
    """A band names the reason, nothing was decided, and the reports can be read anew and decided about."""
    members = [RequestId(key) for key in review.proposal().members]
    asked = {"request_ids": [*members, RequestId(10_000_000)], "standing": []}
    review.controller._decide("reject_duplicates", "Keeping reports apart", asked)
    review.wait(lambda: bool(review.controller._changed))
    band = review.controller.view.band
    assert band.isVisible()
    assert band.text.text() == "A request is no longer there; look at the list again."
    assert review.decisions() == []
    review.press(Qt.Key.Key_A)
    assert review.incident_of(members[0]) is None
    review.click("Show them as they are")
    review.wait(lambda: review.on_show() and not band.isVisible())
    review.press(Qt.Key.Key_A)
    review.wait(lambda: review.incident_of(members[0]) is not None)


def the_keys_come_along_to_another_workspace(review: Review) -> None:
    """From the table of Operations one gets into the review, where N acts at once; also where the list is folded."""
    for size in ((1440, 900), (1280, 720)):
        review.app.window.resize(*size)
        review.app.window.show_workspace("operations")
        operations = review.app.window.workspaces["operations"].findChild(OperationsController)
        assert operations is not None
        operations.rows.table.setFocus()
        review.app.window.show_workspace("duplicates")
        before = review.controller._chosen
        assert review.place.isAncestorOf(review.focus())
        QTest.keyClick(review.focus(), Qt.Key.Key_N)
        review.wait(lambda before=before: review.on_show() and review.controller._chosen != before)  # type: ignore[misc]


def a_clock_marks_what_is_pressing(review: Review) -> None:
    """Of two proposals with a report that falls due, the one of today is marked and the one of next week is not."""
    marked, later = review.proposals()[:2]
    dues = {marked: MOMENT + timedelta(hours=1), later: MOMENT + timedelta(days=7)}
    with review.store.write("change", actor="ben", at=MOMENT) as unit:
        for parent, due in dues.items():
            unit.change("service_request", {parent: {"status": Status.ACKNOWLEDGED.value, "due_at": due}})
        unit.commit()

    def urgent() -> set[int]:
        return {line.key for line in review.controller.view.proposals.list.lines.lines if line.urgent}

    review.wait(lambda: marked in urgent())
    assert later not in urgent()


def the_queue_leads_to_the_review(review: Review) -> None:
    """Suspected duplicates in Operations count the proposed requests, and open this workspace."""
    operations = review.app.window.workspaces["operations"].findChild(OperationsController)
    assert operations is not None
    fresh = {key for parent in review.proposals() for key in find(review, parent).fresh}
    review.wait(lambda: operations._proposed == len(fresh))
    review.app.window.show_workspace("operations")
    operations.choose_filter(SUSPECTED)
    assert review.app.window.current().key == "duplicates"


def incidents_by_hand_in_operations(review: Review) -> None:
    """Ticked requests become one incident wherever they lie; one is taken out again and undone."""
    operations = review.app.window.workspaces["operations"].findChild(OperationsController)
    assert operations is not None
    acts = operations.findChild(IncidentActs)
    assert acts is not None
    snapshot = review.session.snapshot
    assert snapshot is not None
    alone = [int(key) for key in snapshot.columns.id[snapshot.columns.incident_id < 0][:3]]
    acts.join(alone)
    review.wait(lambda: review.incident_of(alone[0]) is not None)
    assert {review.incident_of(key) for key in alone} == {review.incident_of(alone[0])}
    review.wait(lambda: int(snapshot_incident(review, alone[2])) >= 0)
    acts.leave([alone[2]])
    review.wait(lambda: review.incident_of(alone[2]) is None)
    assert review.incident_of(alone[0]) is not None


def the_menu_of_ticked_rows_is_about_all_of_them(review: Review) -> None:
    """On one of three ticked rows it makes them one incident; opened on a row in none it takes the others out."""
    operations = review.app.window.workspaces["operations"].findChild(OperationsController)
    assert operations is not None
    review.app.window.show_workspace("operations")
    operations.choose_filter("all")
    model, table = operations.model, operations.rows.table
    review.wait(lambda: model.rowCount() > 200)
    snapshot = review.session.snapshot
    assert snapshot is not None
    alone = is_open(snapshot.columns) & (snapshot.columns.incident_id < 0)
    free = set(snapshot.columns.id[alone].tolist())
    rows = [row for row in range(model.rowCount()) if model.id_at(row) in free][:4]
    keys = [model.id_at(row) for row in rows]

    def choose(row: int, text: str) -> None:
        table.setCurrentIndex(model.index(row, 0))
        operations.tools.open_row_menu(table.mapToGlobal(QPoint(9, 9)))
        menu = next(menu for menu in review.app.window.findChildren(QMenu) if menu.isVisible())
        next(action for action in menu.actions() if action.text().startswith(text)).trigger()
        menu.close()

    model.tick(keys[:3])
    choose(rows[1], "Make one incident")
    review.wait(lambda: snapshot_incident(review, keys[2]) >= 0)
    assert {review.incident_of(key) for key in keys[:3]} == {review.incident_of(keys[0])}
    model.clear_ticks()
    model.tick([keys[1], keys[2], keys[3]])
    at = {model.id_at(row): row for row in range(model.rowCount())}
    choose(at[keys[3]], "Take out")
    review.wait(lambda: review.incident_of(keys[1]) is None)
    assert review.incident_of(keys[0]) is None  # one report alone is no incident


def snapshot_incident(review: Review, request_id: int) -> int:
    """The incident of a request as the window knows it."""
    snapshot = review.session.snapshot
    assert snapshot is not None
    return int(snapshot.columns.incident_id[snapshot.columns.positions([request_id])[0]])


def an_act_means_the_whole_incident(review: Review) -> None:
    """Closing one report of an incident closes all open ones, said beforehand, unless a person switches that off."""
    snapshot = review.session.snapshot
    assert snapshot is not None
    open_ones = [int(k) for k in snapshot.columns.id[(snapshot.columns.incident_id < 0)][-400:]]
    with review.store.read() as unit:
        chosen = [r for r in unit.requests.many(open_ones) if r.status is Status.ACKNOWLEDGED][:3]
    keys = [RequestId(one.id) for one in chosen]
    accept_duplicates(Work(review.store, "ben", FixedClock(MOMENT)), groups=[keys])
    review.wait(lambda: snapshot_incident(review, keys[0]) >= 0)
    acts = review.app.window.workspaces["operations"].findChild(OperationsController).findChild(RequestActs)  # type: ignore[union-attr]
    assert acts is not None
    review.app.window.show_workspace("operations")
    acts.begin(Verb.CLOSE, [int(keys[0])])
    review.wait(lambda: bool([s for s in review.app.window.findChildren(ActSheet) if s.isVisible()]))
    sheet = next(s for s in review.app.window.findChildren(ActSheet) if s.isVisible())
    assert sheet.whole is not None
    assert sheet.act.text() == "Close 3 requests"
    sheet.whole.setChecked(False)
    assert sheet.act.text() == "Close request"
    sheet.whole.setChecked(True)
    assert sheet.edit is not None
    sheet.edit.setPlainText("Mended.")
    sheet.decide()

    def closed() -> bool:
        with review.store.read() as unit:
            return {one.status for one in unit.requests.many(keys)} == {Status.CLOSED}

    review.wait(closed)


def the_menu_of_a_card_is_at_hand(review: Review) -> None:
    """The context menu of a report opens where it is asked for and asks for acts on that report only."""
    asked: list[int] = []
    review.controller.view.request_wanted.connect(asked.append)
    review.controller.view._open_menu(1, QPoint(5, 5))
    menu = next(menu for menu in review.app.window.findChildren(QMenu) if menu.isVisible())
    menu.actions()[0].trigger()
    menu.close()
    assert asked == [review.proposal().members[1]]


def test_a_report_that_comes_from_elsewhere_is_proposed_by_itself(
    review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It joins the proposal it repeats, the queue and the subtitle count it, and no message interrupts anybody."""
    monkeypatch.setattr(arrival_watch, "SETTLE_MS", 100)
    shown, window = review.proposal(), review.app.window
    operations = window.workspaces["operations"].findChild(OperationsController)
    assert operations is not None
    before, told = operations._proposed, list(window.findChildren(Toast))
    with review.store.write("receive request", actor="demo", at=MOMENT) as unit:
        (one,) = unit.requests.many([shown.members[-1]])
        again = {
            name: getattr(one, name)
            for name in ("source_id", "service_id", "description", "address", "lat", "long", "requested_at")
        }
        row = {**again, "service_request_id": "again", "status": "submitted", "placement": "located"}
        (key,) = unit.create("service_request", [{**row, "extras": {}, "row_digest": bytes(16)}])
        unit.commit()

    def is_proposed() -> bool:
        book = review.controller._desk.book
        return book is not None and any(key in one.members for one in book.proposals)

    review.wait(is_proposed)
    review.wait(lambda: operations._proposed == before + 1)
    assert "not looked at" not in review.place.subtitle
    assert window.findChildren(Toast) == told


# A window takes long to open: what does not disturb each other is gone through in one.


def test_proposals_are_gone_through_by_keys(review: Review) -> None:
    """Menus, keys and counts lead to the review, where N, J and A decide; each step proves its own."""
    the_keys_come_along_to_another_workspace(review)
    review.app.window.resize(1440, 900)
    review.start_over()
    j_rejects_and_n_leaves_it_undecided(review)
    review.start_over()
    a_accepts_and_the_next_one_comes_up(review)
    review.start_over()
    the_queue_leads_to_the_review(review)
    review.start_over()
    many_are_accepted_above_a_probability(review)
    review.start_over()
    the_menu_of_a_card_is_at_hand(review)


def test_what_stands_in_the_way_of_a_decision_is_said(review: Review) -> None:
    """Reports that are gone, changed elsewhere, pressing or named twice; each step proves its own."""
    a_decision_that_cannot_be_carried_out_says_why(review)
    review.start_over()
    a_clock_marks_what_is_pressing(review)
    review.start_over()
    what_somebody_else_did_is_said_before_anything_is_decided(review)
    review.start_over()
    a_number_of_several_sources_asks_which_is_meant(review)


def test_incidents_are_made_and_acted_on_in_operations(review: Review) -> None:
    """By hand, from the menu of ticked rows, and by an act that means all; each step proves its own."""
    incidents_by_hand_in_operations(review)
    review.start_over()
    the_menu_of_ticked_rows_is_about_all_of_them(review)
    review.start_over()
    an_act_means_the_whole_incident(review)
