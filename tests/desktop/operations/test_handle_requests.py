"""The acts on requests, on both databases: what each changes, says, refuses, and never does by half."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import shapely

from data.checking import check
from data.errors import Conflict, DataError, RefusedInput
from data.outbox import FileSender
from data.records import AgencyId, RequestId, ServiceId, Status
from data.store import Store
from desktop.domain.lifecycle import Outcome
from desktop.operations.archive import archive_quiet
from desktop.operations.assign import assign
from desktop.operations.handle_requests import (
    acknowledge,
    assign_to,
    close,
    comment,
    refer,
    reopen,
    schedule,
    start_work,
)
from desktop.operations.mark_duplicates import mark_duplicate
from desktop.operations.recategorise import recategorise
from desktop.operations.send_messages import send_messages
from desktop.operations.set_city import set_city
from desktop.operations.work import Work
from tests.desktop.operations.desk import EVERYWHERE, NOW, ids, later, make_desk, outbox_of, request


@pytest.fixture
def work(any_store: Store) -> Work:
    """Ana's desk, eight submitted requests; 4 and 8 come from a file."""
    return make_desk(any_store)


def test_acknowledging_many_is_one_act(work: Work) -> None:
    """Status, time, by whom, a word to each resident whose source listens, a note of it, all in one act."""
    changes = acknowledge(work, request_ids=ids(1, 2, 4))
    assert (changes.counts["requests"], changes.counts["told"], changes.counts["refused"]) == (3, 2, [])
    assert changes.sentence == "Acknowledged 3 requests."
    assert changes.request_ids == (1, 2, 4)
    for number in (1, 2, 4):
        one = request(work, number)
        assert (one.status, one.acknowledged_at, one.acknowledged_by) == (Status.ACKNOWLEDGED, NOW, "person")
        assert one.updated_at == NOW
        assert one.status_notes.startswith("Thank you for reporting ")
    assert outbox_of(work) == [(1, "acknowledge", "held"), (2, "acknowledge", "held")]
    with work.store.read() as unit:
        act = unit.log.acts(1)[0]
        assert (act.id, act.verb, act.actor, act.summary["requests"]) == (changes.act_id, "acknowledge", "ana", 3)
        (note,) = unit.notes.of(RequestId(1))
        assert (note.kind, note.author, note.text) == ("answer", "ana", request(work, 1).status_notes)
        message = unit.outbox.all()[0]
    assert message.hold_until == NOW + timedelta(seconds=30)
    assert message.payload["service_request_id"] == "R0"
    assert message.payload["status"] == "open"
    assert check(work.store) == []


def test_what_is_not_allowed_is_listed_with_its_reason(work: Work) -> None:
    """A closed and a vanished request are named and left; the others are done."""
    close(work, request_ids=ids(2), outcome=Outcome.FIXED, comment="Done.")
    changes = acknowledge(work, request_ids=ids(1, 2, 99))
    assert changes.counts["requests"] == 1
    reasons = {one["request_id"]: one["reason"] for one in changes.counts["refused"]}
    assert reasons == {99: "A request is no longer there.", 2: "Request R1 is closed; reopen it first."}
    assert "2 were left out" in changes.sentence


def test_nothing_to_do_is_no_act(work: Work) -> None:
    """Where no request may be acted upon the log stays as it is."""
    acknowledge(work, request_ids=ids(1))
    head = work.store.head()
    changes = acknowledge(work, request_ids=ids(1))
    assert changes.act_id is None
    assert changes.sentence == "Request R0 is acknowledged already."
    assert work.store.head() == head


def test_a_change_by_somebody_else_is_a_conflict_that_names_them(work: Work) -> None:
    """With the version that was seen, an act on a request that changed since is refused whole."""
    seen = {RequestId(1): 1, RequestId(2): 1}
    acknowledge(later(work, "ben", seconds=5), request_ids=ids(2))
    with pytest.raises(Conflict, match=r"Request R1 was changed by ben at 2026-10-13 12:00 UTC \(acknowledged\)"):
        acknowledge(work, request_ids=ids(1, 2), expected=seen)
    assert request(work, 1).status is Status.SUBMITTED


def test_a_machine_is_told_apart(work: Work) -> None:
    """An automatic answer counts as one; a person's later work does not change who answered first."""
    acknowledge(work, request_ids=ids(1), by_machine=True)
    assert request(work, 1).acknowledged_by == "machine"
    start_work(later(work, minutes=1), request_ids=ids(1))
    assert (request(work, 1).acknowledged_by, request(work, 1).acknowledged_at) == ("machine", NOW)


def test_comments_go_where_they_belong(work: Work) -> None:
    """Among staff nothing leaves and nothing public changes; the resident's words wait for an answer, which ends it."""
    before = request(work, 1)
    comment(work, request_ids=ids(1), text="Ask {nobody} about it")
    assert request(work, 1) == before
    assert outbox_of(work) == []
    comment(work, request_ids=ids(1), text="It is getting worse", kind="reporter")
    assert request(work, 1).awaits_answer
    comment(later(work, minutes=1), request_ids=ids(1), text="Thank you, {service} noted.", kind="answer")
    assert not request(work, 1).awaits_answer
    with work.store.read() as unit:
        said = [(note.kind, note.text) for note in unit.notes.of(RequestId(1))]
    assert said == [
        ("internal", "Ask {nobody} about it"),
        ("reporter", "It is getting worse"),
        ("answer", "Thank you, Pot noted."),
    ]
    assert outbox_of(work) == [(1, "answer", "held")]


def test_a_comment_that_is_needed_is_asked_for(work: Work) -> None:
    """Closing, reopening and answering need words; an unknown placeholder is refused; nothing changes."""
    head = work.store.head()
    with pytest.raises(RefusedInput, match="'Close' needs a comment"):
        close(work, request_ids=ids(1), outcome=Outcome.FIXED, comment="  ")
    with pytest.raises(RefusedInput, match=r"no placeholder \{name\}"):
        close(work, request_ids=ids(1), outcome=Outcome.FIXED, comment="Dear {name}")
    with pytest.raises(RefusedInput, match="needs a comment"):
        reopen(work, request_ids=ids(1))
    with pytest.raises(RefusedInput, match="no kind of comment"):
        comment(work, request_ids=ids(1), text="x", kind="shout")
    with pytest.raises(RefusedInput, match="No request is named"):
        acknowledge(work, request_ids=[])
    assert work.store.head() == head


def test_a_request_is_planned_worked_on_closed_and_taken_up_again(work: Work) -> None:
    """Day, closing time, outcome and how often it was reopened follow the table; the answer names the outcome."""
    schedule(work, request_ids=ids(1), day=date(2026, 10, 15))
    assert (request(work, 1).status, request(work, 1).scheduled_for) == (Status.SCHEDULED, date(2026, 10, 15))
    assert request(work, 1).status_notes == "Pot at 0 Elm Street is planned for Thursday 15 October 2026."
    start_work(work, request_ids=ids(1))
    done = later(work, hours=1)
    close(done, request_ids=ids(1), outcome=Outcome.NOT_FOUND, comment="{outcome} at {address}.")
    one = request(work, 1)
    assert (one.status, one.closed_at, one.outcome) == (Status.CLOSED, NOW + timedelta(hours=1), "not_found")
    assert one.status_notes == "Not found at 0 Elm Street."
    reopen(done, request_ids=ids(1), comment="It was there after all.")
    one = request(work, 1)
    assert (one.status, one.closed_at, one.outcome, one.scheduled_for) == (Status.ACKNOWLEDGED, None, "", None)
    assert one.reopened_count == 1
    with pytest.raises(RefusedInput, match="2026-10-12 is over"):
        schedule(work, request_ids=ids(1), day=date(2026, 10, 12))


def test_a_referral_says_whom_to_contact(work: Work) -> None:
    """Closed outside the city's duty, with the address to turn to."""
    refer(work, request_ids=ids(2), contact="the railway, 555 0100")
    one = request(work, 2)
    assert (one.status, one.outcome) == (Status.CLOSED, "outside_jurisdiction")
    assert one.status_notes.endswith("Please contact the railway, 555 0100.")
    with pytest.raises(RefusedInput, match="whom the resident should contact"):
        refer(work, request_ids=ids(1), contact=" ")
    with pytest.raises(RefusedInput, match="A referral ends as"):
        refer(work, request_ids=ids(1), contact="x", outcome=Outcome.FIXED)


def test_a_department_given_by_hand_stays(work: Work) -> None:
    """No area takes back what a person gave away, however often areas are applied."""
    with work.store.write("areas", actor="ana", at=NOW) as unit:
        layer = unit.create("area_layer", [{"name": "All", "position": 1, "assigns": True, "service_codes": []}])[0]
        wkb = shapely.to_wkb(EVERYWHERE)
        unit.create("area", [{"layer_id": layer, "name": "All", "agency_id": 1, "geometry_wkb": wkb}])
        unit.commit()
    assign_to(work, request_ids=ids(1, 2), agency_id=AgencyId(2), comment="They know the place.")
    changes = assign(work)
    assert (changes.counts["requests"], changes.counts["assigned"]) == (8, 8)
    assert [request(work, number).agency_id for number in (1, 2, 3)] == [2, 2, 1]
    assert request(work, 1).assigned_reason == "ana gave it to Parks."
    assert outbox_of(work) == []
    with pytest.raises(RefusedInput, match="no department 9"):
        assign_to(work, request_ids=ids(1), agency_id=AgencyId(9))


def test_recategorising_moves_deadline_priority_and_department(work: Work) -> None:
    """The promise of the new service counts in the city's working time from the report; its areas decide anew."""
    set_city(work, values={"opens": "08:00", "closes": "12:00"})
    with work.store.write("areas", actor="ana", at=NOW) as unit:
        layer = unit.create("area_layer", [{"name": "T", "position": 1, "assigns": True, "service_codes": ["TREE"]}])[0]
        wkb = shapely.to_wkb(EVERYWHERE)
        unit.create("area", [{"layer_id": layer, "name": "All", "agency_id": 2, "geometry_wkb": wkb}])
        unit.commit()
    changes = recategorise(work, request_ids=ids(4, 1, 2), service_id=ServiceId(2), why="It is a tree")
    assert [one["service_request_id"] for one in changes.counts["refused"]] == ["R1"]  # is one already
    one = request(work, 1)
    assert (one.service_id, one.priority, one.agency_id, one.assigned_area) == (2, 80, 2, "All")
    # Reported on Monday 4 May 2026 at 08:00 in New York: three hours of a day that ends at noon.
    assert one.due_at == datetime(2026, 5, 4, 15, 0, tzinfo=UTC)
    assert request(work, 4).due_at == datetime(2026, 5, 4, 15, 3, tzinfo=UTC)
    recategorise(work, request_ids=ids(1), service_id=ServiceId(3), why="It is none")
    assert request(work, 1).due_at is None
    with pytest.raises(RefusedInput, match="no service 77"):
        recategorise(work, request_ids=ids(1), service_id=ServiceId(77), why="So")


def test_a_duplicate_joins_the_incident_and_is_closed(work: Work) -> None:
    """A new incident of the first report; later ones join it; the pairs are kept; the store stays sound."""
    mark_duplicate(work, request_ids=ids(2), of=RequestId(1))
    one, two = request(work, 1), request(work, 2)
    assert (two.status, two.outcome) == (Status.CLOSED, "duplicate")
    assert one.status is Status.SUBMITTED
    assert one.incident_id == two.incident_id is not None
    mark_duplicate(work, request_ids=ids(3, 4), of=RequestId(1))
    with work.store.read() as unit:
        (incident,) = unit.incidents.all()
        pairs = {(d.child_request_id, d.parent_request_id, d.same) for d in unit.decisions.all()}
    assert (incident.parent_request_id, incident.accepted_by, incident.request_count) == (1, "ana", 4)
    assert pairs == {(2, 1, True), (3, 1, True), (4, 1, True)}
    assert mark_duplicate(work, request_ids=ids(1), of=RequestId(1)).act_id is None
    assert check(work.store) == []


def test_moving_between_incidents_leaves_no_false_ones(work: Work) -> None:
    """An incident that loses its first report gets another one; one that loses all but one report dissolves."""
    mark_duplicate(work, request_ids=ids(2, 3), of=RequestId(1))
    reopen(work, request_ids=ids(2, 3), comment="They differ.")
    mark_duplicate(work, request_ids=ids(1), of=RequestId(5))  # leaves 2 and 3 behind
    with work.store.read() as unit:
        counts = {one.parent_request_id: one.request_count for one in unit.incidents.all()}
    assert counts == {2: 2, 5: 2}
    mark_duplicate(work, request_ids=ids(2), of=RequestId(5))  # leaves 3 alone
    with work.store.read() as unit:
        counts = {one.parent_request_id: one.request_count for one in unit.incidents.all()}
    assert counts == {5: 3}
    assert request(work, 3).incident_id is None
    mark_duplicate(work, request_ids=ids(5), of=RequestId(6))
    assert check(work.store) == []


def test_an_act_can_cover_the_other_open_reports(work: Work) -> None:
    """With include_incident the open reports of the same incident are done too, the closed ones left out quietly."""
    mark_duplicate(work, request_ids=ids(2), of=RequestId(1))
    with work.store.write("group", actor="ana", at=NOW) as unit:
        unit.change("service_request", {3: {"incident_id": request(work, 1).incident_id}})
        unit.commit()
    changes = close(
        work, request_ids=ids(1), outcome=Outcome.FIXED, comment="{request} is done.", include_incident=True
    )
    assert (changes.counts["requests"], changes.counts["refused"]) == (2, [])
    assert request(work, 3).status_notes == "R2 is done."
    assert request(work, 2).outcome == "duplicate"


def test_quiet_requests_are_archived_and_others_not(work: Work) -> None:
    """Seven days after the last thing heard, and not while somebody waits for an answer."""
    close(work, request_ids=ids(1, 2, 3), outcome=Outcome.FIXED, comment="Done.")
    comment(later(work, days=3), request_ids=ids(2), text="Looked again.")
    comment(work, request_ids=ids(3), text="Really?", kind="reporter")
    assert archive_quiet(later(work, days=6)).act_id is None
    assert archive_quiet(later(work, days=7, minutes=1)).counts["requests"] == 1
    assert [request(work, number).status.value for number in (1, 2, 3)] == ["archived", "closed", "closed"]
    set_city(work, values={"archive_days": "20"})
    assert archive_quiet(later(work, days=15)).counts["requests"] == 0
    reopened = reopen(work, request_ids=ids(1), comment="again")
    assert "is archived" in reopened.sentence


def test_messages_leave_when_their_time_has_come(work: Work, tmp_path: Path) -> None:
    """Nothing before the holding time, each message once after it, one JSON object a line."""
    file = tmp_path / "out.jsonl"
    set_city(work, values={"hold_s": "60"})
    acknowledge(work, request_ids=ids(1, 2))
    assert send_messages(later(work, seconds=59), sender=FileSender(file)).counts["sent"] == 0
    assert not file.exists()
    assert send_messages(later(work, seconds=60), sender=FileSender(file)).counts["sent"] == 2
    assert send_messages(later(work, seconds=90), sender=FileSender(file)).counts["sent"] == 0
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [(line["service_request_id"], line["kind"]) for line in lines] == [
        ("R0", "acknowledge"),
        ("R1", "acknowledge"),
    ]
    assert [state for _, _, state in outbox_of(work)] == ["sent", "sent"]
    assert check(work.store) == []


def test_what_cannot_leave_waits(work: Work, tmp_path: Path) -> None:
    """A file that cannot be written fails in one sentence and changes no message; a refused one is tried again."""

    class Picky:
        def __init__(self, bad: set[int]) -> None:
            self.bad = bad

        def send(self, messages):
            return {one.id: "The server was busy." for one in messages if one.request_id in self.bad}

    acknowledge(work, request_ids=ids(1, 2))
    due = later(work, minutes=1)
    with pytest.raises(DataError, match="cannot be written"):
        send_messages(due, sender=FileSender(tmp_path))
    assert {state for _, _, state in outbox_of(work)} == {"held"}
    changes = send_messages(due, sender=Picky({2}))
    assert (changes.counts["sent"], changes.counts["failed"]) == (1, 1)
    assert "The server was busy." in changes.sentence
    assert unsent(work) == [2]
    assert send_messages(due, sender=Picky(set())).counts["sent"] == 0
    assert send_messages(due, sender=Picky(set()), again=True).counts["sent"] == 1
    assert unsent(work) == []


def unsent(work: Work) -> list[int]:
    """Requests of which a message could not leave."""
    with work.store.read() as unit:
        return unit.outbox.failed_requests()


def test_settings_of_the_city_are_kept(work: Work) -> None:
    """Set as a person writes them, read as values; what makes no sense is refused whole."""
    set_city(work, values={"hold_s": "5", "weekdays": "0,1,2,3,4,5"})
    assert work.city().settings == {"hold_s": 5, "weekdays": [0, 1, 2, 3, 4, 5]}
    with pytest.raises(RefusedInput, match="hold_s is between"):
        set_city(work, values={"undo_s": "5", "hold_s": "-1"})
    assert set_city(work, values={"hold_s": "5"}).act_id is None
