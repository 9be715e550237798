"""Recategorising, on both databases: answers, who tells, what is remembered of the way, and all of it taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from data.checking import check
from data.columns import load_columns
from data.errors import Conflict, RefusedInput
from data.log import decode
from data.records import AgencyId, RequestId, ServiceId, Status
from data.store import Store
from desktop.domain.attention import Moment, same_day
from desktop.operations.handle_requests import acknowledge, assign_to
from desktop.operations.recategorise import recategorise
from desktop.operations.set_city import set_city
from desktop.operations.undo import describe_undo, undo
from desktop.operations.work import Work
from tests.desktop.operations.desk import ids, later, make_desk, outbox_of, question_row, request, state

POT, TREE, LIGHT = ServiceId(1), ServiceId(2), ServiceId(3)


@pytest.fixture
def work(any_store: Store) -> Work:
    """Ana's desk; a tree's height must be told, and its kind is one of two."""
    made = make_desk(any_store)
    with any_store.write("ask", actor="ana", at=made.clock.now()) as unit:
        asked = [
            question_row(TREE, "height", "number", required=True),
            question_row(TREE, "kind", "singlevaluelist", "oak", "ash", required=True),
        ]
        unit.create("service_question", asked)
        unit.change("service", {1: {"agency_id": 1}, 2: {"agency_id": 2}, 3: {"agency_id": 1}})
        unit.commit()
    return made


def answers_of(work: Work, number: int) -> dict[str, str]:
    """What the resident answered."""
    with work.store.read() as unit:
        return {one.code: one.value for one in unit.requests.answers(RequestId(number))}


def notes_of(work: Work, number: int) -> list[tuple[str, str, bool]]:
    """Kind, text and whether a machine said it."""
    with work.store.read() as unit:
        return [(one.kind, one.text, one.by_machine) for one in unit.notes.of(RequestId(number))]


def to_tree(work: Work, *numbers: int, **values: Any) -> Any:
    """It is a tree."""
    told = {"why": "A tree", "answers": {"height": "4", "kind": "oak"}, **values}
    return recategorise(work, request_ids=ids(*numbers), service_id=TREE, **told)


def test_what_the_service_must_know_is_asked(work: Work) -> None:
    """Required questions without an answer are named and nothing is written; answered, they stand with the request."""
    before = state(work.store)
    with pytest.raises(RefusedInput, match=r"for 1 request: kind \(What is the kind\?\)"):
        to_tree(work, 1, answers={"height": "4"})
    with pytest.raises(RefusedInput, match="The answer to kind is none of oak, ash"):
        to_tree(work, 1, answers={"height": "4", "kind": "elm"})
    with pytest.raises(RefusedInput, match="has no question length"):
        to_tree(work, 1, answers={"length": "4"})
    assert state(work.store) == before
    to_tree(work, 1)
    assert answers_of(work, 1) == {"height": "4", "kind": "oak", "size": "2", "colour": "red"}


def test_what_is_asked_later_is_said(work: Work) -> None:
    """With the word of a person the act goes on; note and act name the questions that are still open."""
    changes = to_tree(work, 1, answers={"height": "4"}, unanswered_ok=True)
    assert ("internal", "A tree\nStill to be asked: What is the kind?", False) in notes_of(work, 1)
    with work.store.read() as unit:
        act = unit.log.act(changes.act_id)
    assert act is not None
    assert (act.summary["unanswered"], act.summary["why"]) == (["kind"], "A tree")


def test_answers_carry_over_where_they_fit(work: Work) -> None:
    """Coming back to a service needs no second answer: what the resident said was never thrown away."""
    to_tree(work, 1)
    recategorise(work, request_ids=ids(1), service_id=LIGHT, why="A lamp")
    recategorise(work, request_ids=ids(1), service_id=TREE, why="A tree after all")
    assert answers_of(work, 1)["kind"] == "oak"


def test_a_reason_is_needed_and_kept(work: Work) -> None:
    """Without a reason, with words for somebody who is not told, or told by nobody known: refused in a sentence."""
    with pytest.raises(RefusedInput, match="Say why"):
        to_tree(work, 1, why="  ")
    with pytest.raises(RefusedInput, match="not to be told"):
        to_tree(work, 1, tell="silent", comment="Hello")
    with pytest.raises(RefusedInput, match="person, machine, silent"):
        to_tree(work, 1, tell="email")
    assert notes_of(work, 1) == []


@pytest.mark.parametrize("tell", ["person", "machine", "silent"])
def test_the_resident_hears_from_whom_it_was(work: Work, tell: str) -> None:
    """A message answers a request that nobody acknowledged, as who sent it; silence leaves it as it was."""
    to_tree(work, 1, 4, tell=tell)
    words = "We have passed your report on to Parks as Tree."
    one = request(work, 1)
    if tell == "silent":
        assert (one.status, one.acknowledged_by, one.acknowledged_at) == (Status.SUBMITTED, "", None)
        assert (notes_of(work, 1), outbox_of(work)) == ([("internal", "A tree", False)], [])
        return
    assert (one.status, one.acknowledged_by) == (Status.ACKNOWLEDGED, tell)
    assert one.status_notes == words
    assert sorted(notes_of(work, 1)) == [("answer", words, tell == "machine"), ("internal", "A tree", False)]
    assert outbox_of(work) == [(1, "recategorise", "held")]  # the other one came in a file


def test_figures_count_the_machine_apart(work: Work) -> None:
    """Of the day's requests, those that only a machine told of their new service count as its answers."""
    with work.store.write("now", actor="ana", at=work.clock.now()) as unit:
        unit.change("service_request", {key: {"requested_at": work.clock.now()} for key in (1, 3, 4)})
        unit.commit()
    to_tree(work, 1, tell="machine")
    to_tree(work, 3)
    to_tree(work, 4, tell="silent")
    told = same_day(load_columns(work.store), Moment.at(work.clock.now(), work.city().timezone))
    assert (told.arrived, told.acknowledged, told.by_machine) == (3, 2, 1)


def test_what_it_was_reported_as_is_remembered(work: Work) -> None:
    """The first service stays known through later ones, and is forgotten when the request is of it again."""
    to_tree(work, 1)
    assert request(work, 1).reported_service_id == POT
    recategorise(work, request_ids=ids(1), service_id=LIGHT, why="A lamp")
    assert request(work, 1).reported_service_id == POT
    recategorise(work, request_ids=ids(1), service_id=POT, why="A hole")
    assert request(work, 1).reported_service_id is None


def test_departments_leave_a_trail(work: Work) -> None:
    """Each department that really gives way is remembered in order; the first one is none, the same one no move."""
    assign_to(work, request_ids=ids(1), agency_id=AgencyId(1))
    assert request(work, 1).agency_trail == ""
    to_tree(work, 1)
    assert (request(work, 1).agency_id, request(work, 1).agency_trail) == (2, "1")
    assign_to(work, request_ids=ids(1), agency_id=AgencyId(2))
    assert request(work, 1).agency_trail == "1"
    assign_to(work, request_ids=ids(1), agency_id=AgencyId(1))
    assert request(work, 1).agency_trail == "1 2"


def test_a_hand_over_leaves_the_queue_behind(work: Work) -> None:
    """A queue is one of a department: in another one the request is in none, in the same it stays where it was."""
    with work.store.write("queue", actor="ana", at=work.clock.now()) as unit:
        unit.change("service_request", {1: {"agency_id": 1, "queue": "Night", "assigned_kind": "overlap"}})
        unit.commit()
    assign_to(work, request_ids=ids(1), agency_id=AgencyId(1))
    assert (request(work, 1).queue, request(work, 1).assigned_kind) == ("Night", "")
    assign_to(work, request_ids=ids(1), agency_id=AgencyId(2))
    assert request(work, 1).queue == ""


def test_undo_brings_the_answers_back(work: Work) -> None:
    """Overwritten, added, kept: the answers are what they were; done again, they are the new ones."""
    before = state(work.store)
    changes = to_tree(work, 1, 3, answers={"height": "4", "kind": "oak", "size": "9"})
    after = state(work.store)
    assert answers_of(work, 3) == {"height": "4", "kind": "oak", "size": "9"}
    undone = undo(work, act_id=changes.act_id)
    assert state(work.store) == before
    assert outbox_of(work) == [(1, "recategorise", "withdrawn"), (3, "recategorise", "withdrawn")]
    undo(work, act_id=undone.act_id)
    assert state(work.store) == after
    assert check(work.store) == []


def test_undo_looks_through_what_was_taken_back_since(work: Work) -> None:
    """A later recategorisation and its undo do not stand in the way; answers that an import set since do."""
    before = state(work.store)
    first = to_tree(work, 1, tell="silent")
    second = recategorise(work, request_ids=ids(1), service_id=LIGHT, why="No", answers={"size": "7"}, tell="silent")
    assert not describe_undo(work, first.act_id).allowed
    undo(work, act_id=second.act_id)
    undo(work, act_id=first.act_id)
    assert state(work.store) == before
    again = to_tree(work, 1, tell="silent")
    with work.store.write("import", actor="ben", at=work.clock.now()) as unit:
        unit.attach_answers([{"request_id": 1, "code": "size", "value": "8"}])
        unit.commit()
    with pytest.raises(Conflict, match="changed by ben"):
        undo(work, act_id=again.act_id)


def test_answers_that_nobody_can_bring_back_are_let_go(work: Work) -> None:
    """After the time for undo they are not kept; a city that gives more time later hears that it cannot be undone."""
    first = to_tree(work, 1)
    hour = later(work, hours=1)
    to_tree(hour, 3)
    with work.store.read() as unit:
        assert unit.requests.answers_before(first.act_id, [1]) == {}
    set_city(hour, values={"undo_s": "604800"})
    plan = describe_undo(hour, first.act_id)
    assert not plan.allowed
    assert "not kept any more" in plan.sentence


def test_the_log_holds_no_answer(work: Work) -> None:
    """Neither the new answers nor those before are anywhere in acts and events."""
    secret = "Behind the green door of 12 Elm"
    with work.store.write("ask", actor="ana", at=work.clock.now()) as unit:
        unit.create("service_question", [question_row(TREE, "where", "text")])
        unit.commit()
    changes = to_tree(work, 1, answers={"height": "4", "kind": "oak", "where": secret})
    undo(work, act_id=changes.act_id)
    with work.store.read() as unit:
        rows = unit.connection.exec_driver_sql("SELECT sequence, act_id, entity, kind, payload FROM event").all()
        told = [str(decode(*row)) for row in rows]
        acts = unit.connection.exec_driver_sql("SELECT summary FROM act").all()
    assert not any(secret in text for text in (*told, str(acts)))


def test_a_request_seen_in_an_older_version_is_left(work: Work) -> None:
    """Somebody else was first: nothing is done, and they are named."""
    seen = {RequestId(1): request(work, 1).version}
    acknowledge(later(work, "ben"), request_ids=ids(1))
    with pytest.raises(Conflict, match="ben"):
        to_tree(work, 1, expected=seen)
    assert answers_of(work, 1) == {"size": "2", "colour": "red"}


def test_the_promise_counts_from_the_report(work: Work) -> None:
    """Three working hours from when it was reported, not from when it was recategorised."""
    to_tree(work, 1)
    assert request(work, 1).due_at == datetime(2026, 5, 4, 15, 0, tzinfo=UTC)
    assert request(work, 1).requested_at == datetime(2026, 5, 4, 15, 0, tzinfo=UTC) - timedelta(hours=3)
