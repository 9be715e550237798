"""The hand-over: figures that SQL counts too, on both databases, and who did what as the log has it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from data.errors import RefusedInput
from data.records import RequestId
from data.store import Store
from desktop.domain.lifecycle import Outcome
from desktop.operations.hand_over import HandOver, hand_over
from desktop.operations.handle_requests import acknowledge, close, comment
from desktop.operations.mark_duplicates import mark_duplicate
from desktop.operations.send_messages import send_messages
from desktop.operations.set_city import set_city
from desktop.operations.undo import undo
from desktop.operations.work import Work
from tests.desktop.operations.desk import NOW, ids, later, make_desk


@pytest.fixture
def desk(any_store: Store) -> Work:
    """Three hours later: two people worked, one act was undone and one undone and done again."""
    work = make_desk(any_store, requests=12)
    ana, ben = later(work, minutes=5), later(work, "ben", minutes=10)
    acknowledge(work, request_ids=ids(1), comment="Seen.")  # at the very moment at which the shift begins
    acknowledge(ana, request_ids=ids(2, 3), comment="Seen.")
    acknowledge(later(ana, minutes=1), request_ids=ids(4), by_machine=True)
    close(ben, request_ids=ids(5, 6), outcome=Outcome.FIXED, comment="Done.")
    taken = close(later(ben, minutes=1), request_ids=ids(7), outcome=Outcome.FIXED, comment="Wrong one.")
    assert taken.act_id is not None
    undo(later(ben, minutes=2), act_id=taken.act_id)
    again = acknowledge(later(ben, minutes=3), request_ids=ids(8), comment="Seen.")
    assert again.act_id is not None
    back = undo(later(ben, minutes=4), act_id=again.act_id)
    assert back.act_id is not None
    undo(later(ben, minutes=5), act_id=back.act_id)
    mark_duplicate(later(ana, minutes=20), request_ids=ids(10, 11), of=RequestId(9))
    comment(later(ben, minutes=30), request_ids=ids(9), text="Crew needs the <small> lorry.")
    comment(later(ana, minutes=31), request_ids=ids(1, 2), text="Called back.")
    comment(later(ana, minutes=32), request_ids=ids(3), kind="reporter", text="Is there any news?")
    set_city(later(work, "carla", minutes=40), values={"goal_share": "0.5"})
    return later(work, hours=3)


def told_of(desk: Work) -> HandOver:
    """The hand-over of the shift that began at NOW."""
    return hand_over(desk, since=NOW)


def sql(desk: Work, query: str, **values: Any) -> list[Any]:
    """What the database says by itself."""
    with desk.store.read() as unit:
        return list(unit.connection.execute(text(query), values))


def one(desk: Work, what: str, **values: Any) -> int:
    """A count by SQL."""
    return int(sql(desk, f"SELECT count(*) FROM {what}", **values)[0][0])


def ms(moment: datetime) -> int:
    """As times are stored."""
    return round(moment.timestamp() * 1000)


def test_figures_are_those_of_sql(desk: Work) -> None:
    """What came in, was acknowledged and closed, and what waits: SQL counts the same without the definitions."""
    told, now = told_of(desk), desk.clock.now()
    span = {"since": ms(NOW), "now": ms(now)}
    request = "service_request WHERE"
    assert told.came_in == one(desk, f"{request} requested_at BETWEEN :since AND :now", **span)
    assert told.acknowledged == one(desk, f"{request} acknowledged_at BETWEEN :since AND :now", **span) >= 8
    machine = f"{request} acknowledged_at BETWEEN :since AND :now AND acknowledged_by = 'machine'"
    assert told.by_machine == one(desk, machine, **span) == 1
    closed = f"{request} status IN ('closed', 'archived') AND closed_at BETWEEN :since AND :now"
    assert told.closed == one(desk, closed, **span) == 4
    waits = {line.key: line.count for line in told.waits}
    opened = "status NOT IN ('closed', 'archived')"
    assert waits == {
        "unacknowledged": one(desk, f"{request} status = 'submitted'"),
        "overdue": one(desk, f"{request} {opened} AND due_at < :now", now=ms(now)),
        "due_next": one(
            desk, f"{request} {opened} AND due_at >= :now AND due_at < :end", now=ms(now), end=ms(told.shift.next_end)
        ),
        "awaiting": one(desk, f"{request} {opened} AND awaits_answer <> 0")
        if desk.store.path is not None
        else one(desk, f"{request} {opened} AND awaits_answer"),
    }
    assert waits["awaiting"] == 1
    assert told.notes_count == one(desk, "note WHERE kind = 'internal' AND at BETWEEN :since AND :now", **span) == 3
    assert told.held_count == one(desk, "outbox WHERE state = 'held'") > 0
    assert told.goal == 0.5


def test_who_did_what_is_what_the_log_holds(desk: Work) -> None:
    """By person and act, how often and on how many requests; an act undone counts apart, one done again counts."""
    people = {person.name: person for person in told_of(desk).people}
    deeds = {name: {deed.verb: (deed.acts, deed.requests) for deed in one.deeds} for name, one in people.items()}
    assert deeds == {
        "ana": {"acknowledge": (3, 4), "comment": (1, 2), "hear": (1, 1), "mark duplicate": (1, 2)},
        "ben": {"acknowledge": (1, 1), "close": (1, 2), "comment": (1, 1)},
        "carla": {"set city": (1, 0)},
    }
    assert {name: one.undone for name, one in people.items()} == {"ana": 0, "ben": 1, "carla": 0}


def test_requests_of_acts_are_those_of_their_events(desk: Work) -> None:
    """Counting blocks gives what naming every entity of every event gives, also where blocks overlap."""
    with desk.store.read() as unit:
        acts = unit.log.acts_between(NOW, desk.clock.now())
        counted = unit.log.requests_of([act.id for act in acts])
        for act in acts:
            named = {event.entity_id for event in unit.log.events(act.id) if event.entity == "service_request"}
            assert counted.get(act.id, 0) == len(named), act.verb


def test_notes_and_messages_are_told(desk: Work) -> None:
    """Notes of the shift with their writer, the newest first; messages that have not left, until they have."""
    told = told_of(desk)
    assert [(note.author, note.text) for note in told.notes] == [
        ("ben", "Crew needs the <small> lorry."),
        ("ana", "Called back."),
        ("ana", "Called back."),
    ]
    assert {message.text for message in told.held} >= {"Seen."}

    class Nobody:
        def send(self, messages: Any) -> dict[int, str]:
            return {messages[0].id: "no line"}

    send_messages(desk, sender=Nobody())
    after = told_of(desk)
    assert (after.held_count, after.failed_count) == (0, 1)


def test_the_json_is_plain_and_in_the_citys_time(desk: Work) -> None:
    """Counts under their names, times with the offset of the city."""
    plain = told_of(desk).to_json()
    assert plain["since"] == "2026-10-13T08:00:00-04:00"
    assert plain["until"] == "2026-10-13T11:00:00-04:00"
    assert plain["unacknowledged_count"] == next(
        one["count"] for one in plain["waits"] if one["key"] == "unacknowledged"
    )
    assert isinstance(plain["people"][0]["deeds"][0]["acts"], int)


def test_a_shift_to_come_is_refused(desk: Work) -> None:
    """A begin in the future is answered with a sentence."""
    with pytest.raises(RefusedInput, match="which is to come"):
        hand_over(desk, since=datetime.now(UTC) + timedelta(days=4000))
