"""The history of a request says what changed, once an act."""

from __future__ import annotations

from datetime import UTC, datetime

from data.records import ActId, Event, Placement, RequestId, ServiceId, Status
from data.store import Store
from desktop.controllers.history_words import Speaker
from desktop.controllers.request_details import placement_words
from desktop.controllers.request_history import history_lines
from desktop.models.request_table import Names
from desktop.operations.recategorise import recategorise
from tests.desktop.operations.desk import make_desk

NOW = datetime(2026, 10, 13, 14, 0, tzinfo=UTC)
SPEAKER = Speaker(
    Names({1: "Pothole", 2: "Graffiti"}, {3: "Streets"}, {}),
    {placement: placement_words(placement) for placement in Placement},
    NOW,
    "UTC",
)


def event(act: int, verb: str, before: dict[str, object], after: dict[str, object]) -> Event:
    """One step of an act on the request."""
    return Event(act, ActId(act), "ana", NOW, verb, "service_request", 7, before, after)


def test_steps_of_one_act_are_one_line() -> None:
    """A city that was made in three steps tells once that the request came."""
    steps = [
        event(1, "make demo city", {}, {"status": "submitted"}),
        event(1, "make demo city", {"agency_id": None}, {"agency_id": 3}),
        event(1, "make demo city", {"incident_id": None}, {"incident_id": 9}),
    ]
    told = SPEAKER.tell(steps)
    assert [(line.what, line.changes) for line in told] == [("Came into the store", ())]


def test_changes_are_told_from_what_to_what() -> None:
    """Status, department and incident in words of the city; from the first before to the last after of an act."""
    told = SPEAKER.tell(
        [
            event(2, "assign", {"agency_id": None}, {"agency_id": 3}),
            event(3, "group duplicates", {"incident_id": None}, {"incident_id": 9}),
            event(4, "close", {"status": "submitted"}, {"status": "acknowledged"}),
            event(4, "close", {"status": "acknowledged"}, {"status": "closed"}),
            event(5, "recategorise", {"service_id": 1}, {"service_id": 2}),
        ]
    )
    assert [line.changes for line in told] == [
        ("Department: none → Streets",),
        ("Now one incident with other reports",),
        ("Status: Submitted → Closed",),
        ("Service: Pothole → Graffiti",),
    ]
    assert told[2].what == "Closed"
    assert all(line.who == "ana" for line in told)


def test_what_did_not_change_is_not_told() -> None:
    """The same value before and after is no change, and columns that say nothing to a reader stay away."""
    told = SPEAKER.tell([event(6, "assign", {"agency_id": 3, "version": 1}, {"agency_id": 3, "version": 2})])
    assert told[0].changes == ()
    assert {status.value for status in Status} >= {"submitted", "closed"}


def test_the_reason_stands_inside_and_the_answer_is_the_machines(any_store: Store) -> None:
    """Of a recategorisation colleagues read why, whole; what residents read is a line of its own, by the machine."""
    work = make_desk(any_store)
    recategorise(work, request_ids=[RequestId(1)], service_id=ServiceId(2), why="Seen on the photo", tell="machine")
    with any_store.read() as unit:
        request, events = unit.requests.get(RequestId(1)), unit.requests.history(1)
        notes = unit.notes.of(RequestId(1))
    assert request is not None
    lines = history_lines(request, events, notes, NOW, "UTC", SPEAKER.by_act(events))
    act = next(line for line in lines if line.what == "Recategorised")
    assert (act.who, act.changes[0], act.internal) == ("ana", "Seen on the photo", True)
    answer = next(line for line in lines if line.what == "Answer")
    assert (answer.who.endswith("· a machine, for ana"), answer.internal) == (True, False)
