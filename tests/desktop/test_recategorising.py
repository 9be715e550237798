"""Another service under a person's hand, in the whole window: the sheet, the page afterwards, and the figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from data.records import AgencyId, RequestId, ServiceId, Status
from desktop.app import Application
from desktop.controllers.services import ServicesController
from desktop.domain.clock import FixedClock
from desktop.domain.lifecycle import Outcome
from desktop.operations.handle_requests import assign_to
from desktop.operations.recategorise import recategorise
from desktop.operations.set_city import set_city
from desktop.operations.work import Work
from desktop.views.kit import Link
from desktop.views.recategorise_sheet import RecategoriseSheet
from tests.demo import MOMENT
from tests.desktop.test_city import show
from tests.desktop.test_request_acts import Desk

pytestmark = [pytest.mark.slow, pytest.mark.stalls]


@pytest.fixture
def app(open_city: Callable[[str, datetime], Application], location: str) -> Application:
    """The window on the city."""
    return open_city(location, MOMENT)


@pytest.fixture
def desk(qtbot: QtBot, app: Application) -> Desk:
    """The desk at which somebody sits."""
    return Desk(qtbot, app)


def work_of(desk: Desk, actor: str = "ben") -> Work:
    """Another person at the same city."""
    return Work(desk.session.store, actor, FixedClock(MOMENT))


def sheet_of(desk: Desk) -> RecategoriseSheet:
    """The sheet that R opens."""
    desk.acts.carry_out("request.recategorise")
    sheet = desk.sheet()
    assert isinstance(sheet, RecategoriseSheet)
    return sheet


def choose_service(desk: Desk, sheet: RecategoriseSheet, request_id: int) -> ServiceId:
    """Choose the service that asks most, once what it changes is on show."""
    snapshot, present = desk.session.snapshot, desk.stored(request_id).service_id
    assert snapshot is not None
    with desk.session.store.read() as unit:
        asks = {one.id: len(unit.services.questions(one.id)) for one in snapshot.services if one.id != present}
    wanted = max(asks, key=asks.__getitem__)
    rows = [sheet.services.list.item(row) for row in range(sheet.services.list.count())]
    name = snapshot.names.services[wanted]
    sheet.services.list.setCurrentItem(next(item for item in rows if item.text() == name))
    desk.wait(lambda: sheet.questions.count() == asks[wanted])
    return wanted


def labels(desk: Desk) -> list[str]:
    """What the page of the request says."""
    return [one.text() for one in desk.controller.detail.findChildren(QLabel)]


def a_report_becomes_one_of_another_service(desk: Desk) -> None:
    """R, the service, its questions, why: the request is of it, its answers stand, the page says what it was."""
    wanted = desk.choose(Status.SUBMITTED)
    before = desk.stored(wanted)
    sheet = sheet_of(desk)
    service = choose_service(desk, sheet, wanted)
    for choice in sheet.questions.findChildren(QComboBox):
        choice.setCurrentIndex(1)
    sheet.questions.later.click()
    sheet.why.setPlainText("Seen on the photo")
    answers = sheet.questions.answers()
    assert answers
    sheet.decide()
    desk.wait(lambda: desk.stored(wanted).service_id == service)
    after = desk.stored(wanted)
    assert (after.reported_service_id, after.status) == (before.service_id, Status.ACKNOWLEDGED)
    with desk.session.store.read() as unit:
        given = {one.code: one.value for one in unit.requests.answers(RequestId(wanted))}
        notes = [one.text for one in unit.notes.of(RequestId(wanted)) if one.kind == "internal"]
    assert any(note.startswith("Seen on the photo") for note in notes)
    assert set(answers.items()) <= set(given.items())
    snapshot = desk.session.snapshot
    assert snapshot is not None
    was = snapshot.names.services[before.service_id]
    desk.wait(lambda: f"Reported as {was}" in labels(desk))
    assert any(text.startswith("Seen on the photo") for text in labels(desk))  # in the history, whole


def departments_that_pass_a_request_around_are_told(desk: Desk) -> None:
    """Moves and returns are counted on the page."""
    wanted = desk.choose(Status.ACKNOWLEDGED)
    for agency in (1, 2, 1, 2):
        assign_to(work_of(desk), request_ids=[RequestId(wanted)], agency_id=AgencyId(agency))
    desk.session.reload()
    desk.wait(lambda: any(text.startswith("Moved between departments") for text in labels(desk)))
    told = next(text for text in labels(desk) if text.startswith("Moved between departments"))
    assert "came back" in told


def the_sheet_refers_to_whom_the_city_lists(desk: Desk) -> None:
    """Not the city's to decide: a contact of the list, and the request is closed with it."""
    set_city(work_of(desk), values={"contact.rail": "Railway, 555-0100"})
    desk.session.reload()
    desk.wait(lambda: desk.session.snapshot is not None and bool(desk.session.snapshot.settings.contacts))
    wanted = desk.choose(Status.SUBMITTED)
    sheet = sheet_of(desk)
    desk.click("Not the city's to decide")
    contact = next(one for one in sheet.findChildren(QComboBox) if one.lineEdit() is sheet.line)
    contact.setCurrentIndex(contact.findText("Railway, 555-0100"))
    sheet.decide()
    desk.wait(lambda: desk.stored(wanted).outcome == Outcome.OUTSIDE_JURISDICTION)
    assert desk.stored(wanted).status_notes.endswith("Please contact Railway, 555-0100.")


def test_what_is_written_stays_when_somebody_was_first(desk: Desk) -> None:
    """The act is refused with who did what; service, answers and reason stay in the sheet and go the second time."""
    wanted = desk.choose(Status.SUBMITTED)
    sheet = sheet_of(desk)
    service = choose_service(desk, sheet, wanted)
    sheet.questions.later.click()
    for edit in sheet.questions.findChildren(QLineEdit):
        if not edit.placeholderText() and not isinstance(edit.parent(), QComboBox):
            edit.setText("1")
    sheet.why.setPlainText("Seen on the photo")
    assign_to(work_of(desk), request_ids=[RequestId(wanted)], agency_id=AgencyId(2))
    sheet.decide()
    desk.wait(lambda: "ben" in sheet.refusal.text())
    assert sheet.why.toPlainText() == "Seen on the photo"
    assert sheet.services.value() == service
    sheet.decide()
    desk.wait(lambda: desk.stored(wanted).service_id == service)


def the_figures_of_a_service_lead_to_its_requests(qtbot: QtBot, app: Application, desk: Desk) -> None:
    """Its page tells how many were recategorised and what they became; the link shows just those in Operations."""
    snapshot = desk.session.snapshot
    assert snapshot is not None
    columns = snapshot.columns
    lately = columns.requested_ms > (MOMENT.timestamp() - 60 * 86_400) * 1000
    open_ones = columns.status != tuple(Status).index(Status.CLOSED)
    service = int(columns.service_id[lately & open_ones][0])
    ids = columns.id[lately & open_ones & (columns.service_id == service)][:2].tolist()
    other = next(one for one in snapshot.services if int(one.id) != service)
    some = [RequestId(key) for key in ids]
    recategorise(work_of(desk), request_ids=some, service_id=other.id, why="So", unanswered_ok=True, tell="silent")
    show(qtbot, app, "services")
    place: ServicesController = app.window.workspaces["services"].findChild(ServicesController)
    desk.session.reload()
    view, name = place.view, snapshot.service(ServiceId(service)).service_code

    def figures() -> list[str]:
        rows = [view.model.row(at) for at in range(view.model.rowCount())]
        return [line.most for row in rows if row.service_code == name for line in row.figures if line.way]

    desk.wait(lambda: any(other.service_name in told for told in figures()))
    at = next(row for row in range(view.model.rowCount()) if view.model.row(row).service_code == name)
    view.table.selectRow(at)
    link = next(one for one in view.findChildren(Link) if one.property("way") == "recategorised")
    assert link.property("service_code") == name
    link.click()
    desk.wait(lambda: app.window.current().key == "operations")
    desk.wait(lambda: sorted(desk.controller.model.shown_ids().tolist()) == sorted(ids))
    chips = dict(desk.controller.filtering.chips(snapshot))
    assert chips["ways"] == f"Recategorised, reported as {snapshot.names.services[ServiceId(service)]}"
    desk.controller.filtering.drop("ways")
    desk.wait(lambda: len(desk.controller.model.shown_ids()) > len(ids))


# A window takes long to open: what does not disturb each other is gone through in one.


def test_a_request_changes_its_service_or_leaves_the_city(qtbot: QtBot, app: Application, desk: Desk) -> None:
    """Contacts, the sheet, departments that pass it around and the figures of a service; each step proves its own."""
    the_sheet_refers_to_whom_the_city_lists(desk)
    desk.start_over()
    a_report_becomes_one_of_another_service(desk)
    desk.start_over()
    departments_that_pass_a_request_around_are_told(desk)
    desk.start_over()
    the_figures_of_a_service_lead_to_its_requests(qtbot, app, desk)
