"""Messages on their way to a real server: in order, once, under one number, and what becomes of those not taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from data import outbox
from data.connectors.open311_updates import Patience
from data.errors import RefusedInput
from data.outbox import FileSender
from data.records import RequestId
from data.store import Store
from desktop.domain.lifecycle import Outcome
from desktop.operations.changes import Changes
from desktop.operations.decide_duplicates import accept_duplicates, take_out
from desktop.operations.handle_requests import acknowledge, close, schedule, start_work
from desktop.operations.mark_duplicates import mark_duplicate
from desktop.operations.push_messages import LEASE, push_messages
from desktop.operations.resend_messages import do_not_send, requeue_all, send_again
from desktop.operations.send_messages import send_messages
from desktop.operations.set_source import set_source
from desktop.operations.source_updates import update_id
from desktop.operations.undo import undo
from desktop.operations.work import Stopped, Work
from tests.desktop.operations.desk import LISTENS, ids, later, make_desk, outbox_of
from tests.open311_source import Fault, Source311, free_port, serving

QUICK = Patience(connect_s=2, answer_s=2, attempts=2, pause_s=0.01, longest_pause_s=0.5)


class Key:
    """Everybody's key."""

    def get(self, source: str, endpoint: str) -> str:
        """The one that the source of the tests knows."""
        return "geheim"


@pytest.fixture(scope="module")
def server() -> Iterator[Source311]:
    """One server for all."""
    with serving(Source311()) as source:
        yield source


@pytest.fixture
def source(server: Source311) -> Source311:
    """The server with nothing heard yet."""
    for each in (server.heard, server.taken, server.faults, server.refuses):
        each.clear()
    server.strict = False
    return server


@pytest.fixture
def work(any_store: Store, source: Source311) -> Work:
    """A desk whose source "live" has the server as its endpoint; requests 1, 2, 3, 5, 6, 7 are its."""
    made = make_desk(any_store)
    set_source(made, name="live", values={"endpoint": source.address, "jurisdiction": "elmwood"})
    return made


def push(work: Work, **ahead: float) -> Changes:
    """Send what is due some time later."""
    return push_messages(later(work, **(ahead or {"minutes": 1})), keys=Key(), patience=QUICK)


def test_times_finer_than_the_store_keeps_are_no_matter(work: Work, source: Source311) -> None:
    """A real clock tells microseconds, a store keeps milliseconds: what was sent is marked so all the same."""
    acknowledge(work, request_ids=ids(1))
    assert one(push(work, minutes=1, microseconds=123_456)) == (1, 0, 0)
    assert outbox_of(work) == [(1, "acknowledge", "sent")]


def one(changes: Changes) -> tuple[int, int, int]:
    """Sent, refused, waiting of the only source."""
    (told,) = changes.counts["sources"]
    return told["sent"], told["refused"], told["waiting"]


def waits_until(work: Work, message_id: int) -> float:
    """For how many seconds from the desk's now a message is held."""
    with work.store.read() as unit:
        (message,) = unit.outbox.many([message_id])
    return (message.hold_until - work.clock.now()).total_seconds()


def test_nothing_leaves_before_its_time(work: Work, source: Source311) -> None:
    """A message that is held is not sent; afterwards it is, with the act's time and the city's words, once."""
    acknowledge(work, request_ids=ids(1))
    assert one(push(work, seconds=29)) == (0, 0, 1)
    assert source.heard == []
    assert one(push(work, seconds=31)) == (1, 0, 0)
    assert one(push(work, seconds=40)) == (0, 0, 0)
    (told,) = source.heard
    assert (told["service_request_id"], told["status"]) == ("R0", "INVESTIGATING")
    assert told["updated_datetime"] == "2026-10-13T12:00:00Z"
    assert told["description"].startswith("Thank you for reporting Pot")
    assert outbox_of(work) == [(1, "acknowledge", "sent")]


def test_a_requests_messages_go_in_order_and_wait_for_each_other(work: Work, source: Source311) -> None:
    """One that is refused holds back the later ones of its request alone; sent again, they follow in their order."""
    acknowledge(work, request_ids=ids(1, 2))
    start_work(work, request_ids=ids(1, 2))
    close(work, request_ids=ids(1, 2), outcome=Outcome.FIXED, comment="Done.")
    source.refuses["R0"] = "Bad request: not found"
    told = push(work)
    assert one(told) == (3, 1, 2)
    assert told.sentence == "live: 3 sent, 1 refused, 2 waiting; “Bad request: not found” (400)."
    assert source.of("R1") == ["INVESTIGATING", "IN_PROGRESS", "FIXED"]
    assert len([form for form in source.heard if form["service_request_id"] == "R0"]) == 1
    assert one(push(work, minutes=2)) == (0, 0, 2)
    with work.store.read() as unit:
        assert unit.outbox.failed_requests() == [1]
        assert outbox.reasons(unit, [1]) == {1: "“Bad request: not found” (400)"}
    source.refuses.clear()
    again = send_again(later(work, minutes=3), request_ids=ids(1), keys=Key(), patience=QUICK)
    assert again.sentence == "Sent."
    assert source.of("R0") == ["INVESTIGATING", "IN_PROGRESS", "FIXED"]
    assert {state for _, _, state in outbox_of(work)} == {"sent"}


def test_what_is_not_sent_at_all_lets_the_others_pass(work: Work, source: Source311) -> None:
    """A person gives a refused message up: the next one of its request leaves; then there is nothing to give up."""
    acknowledge(work, request_ids=ids(1))
    start_work(work, request_ids=ids(1))
    source.refuses["R0"] = "no"
    push(work)
    source.refuses.clear()
    assert do_not_send(later(work, minutes=2), request_ids=ids(1)).sentence == "The message is not sent."
    assert one(push(work, minutes=3)) == (1, 0, 0)
    assert source.of("R0") == ["IN_PROGRESS"]
    assert outbox_of(work) == [(1, "acknowledge", "withdrawn"), (1, "start work", "sent")]
    with pytest.raises(RefusedInput, match="waits to be sent again"):
        do_not_send(work, request_ids=ids(1))


def test_send_again_says_why_it_was_refused_again(work: Work, source: Source311) -> None:
    """The second refusal is told with the source's sentence, and the message stays to be decided about."""
    acknowledge(work, request_ids=ids(1))
    source.refuses["R0"] = "Bad request: closed here"
    push(work)
    again = send_again(later(work, minutes=2), request_ids=ids(1), keys=Key(), patience=QUICK)
    assert (again.act_id, again.sentence) == (
        None, "The source did not take it: “Bad request: closed here” (400).",
    )  # fmt: skip
    assert outbox_of(work) == [(1, "acknowledge", "failed")]


def test_a_source_that_is_away_is_left_alone_as_long_as_it_wants(work: Work, source: Source311) -> None:
    """503 with Retry-After puts off everything of the source: nothing is asked before, all of it leaves after."""
    acknowledge(work, request_ids=ids(1, 2, 3, 5, 6, 7))
    source.faults += [Fault(503, headers={"Retry-After": "600"})]
    told = push(work)
    assert one(told) == (0, 0, 6)
    assert told.counts["sources"][0]["reached"] is False
    assert len(source.heard) == 1
    assert {round(waits_until(work, number)) for number in range(1, 7)} == {660}
    assert one(push(work, minutes=5)) == (0, 0, 6)
    assert len(source.heard) == 1
    assert one(push(work, minutes=12)) == (6, 0, 0)
    assert len(source.taken) == 6


def test_nobody_there_makes_the_pauses_longer_and_tells_a_person(work: Work, source: Source311) -> None:
    """Each attempt waits longer than the one before; after the third the request is among those not sent."""
    set_source(work, name="live", values={"endpoint": f"http://127.0.0.1:{free_port()}"})
    acknowledge(work, request_ids=ids(1))
    pauses, at = [], 60.0
    for _ in range(3):
        assert push(work, seconds=at).counts["sources"][0]["reason"] == "nobody answers there"
        pauses.append(waits_until(work, 1) - at)
        at += pauses[-1]
    assert pauses == [60, 120, 240]
    with work.store.read() as unit:
        assert unit.outbox.failed_requests() == [1]
    set_source(work, name="live", values={"endpoint": source.address})
    assert one(push(work, seconds=at)) == (1, 0, 0)
    with work.store.read() as unit:
        assert unit.outbox.failed_requests() == []


def test_an_error_about_one_request_stops_no_other(work: Work, source: Source311) -> None:
    """500 for one update leaves it for later; the others of the source are sent."""
    acknowledge(work, request_ids=ids(1, 2, 3))
    source.faults += [Fault(500), Fault(500)]  # both attempts of the first
    assert one(push(work)) == (2, 0, 1)
    assert one(push(work, minutes=3)) == (1, 0, 0)
    assert len(source.taken) == 3


def test_error_after_error_is_the_sources_own(work: Work, source: Source311) -> None:
    """Three updates that end in 500 one after the other: the source is left alone, whoever else waits."""
    acknowledge(work, request_ids=ids(1, 2, 3, 5, 6, 7))
    source.faults += [Fault(500)] * 20
    assert one(push(work)) == (0, 0, 6)
    assert len(source.heard) == 3 * 2
    source.faults.clear()
    assert one(push(work, minutes=3)) == (6, 0, 0)


def test_a_refused_key_loses_nothing(work: Work, source: Source311) -> None:
    """A key that the source does not know: one post, everything waits, and leaves with the right key."""

    class Wrong:
        def get(self, source: str, endpoint: str) -> str:
            """One that nobody knows."""
            return "falsch"

    acknowledge(work, request_ids=ids(1, 2))
    told = push_messages(later(work, minutes=1), keys=Wrong(), patience=QUICK)
    assert one(told) == (0, 0, 2)
    assert told.counts["sources"][0]["reason"] == "it refuses the key: “The key [key] is not known” (403)"
    assert len(source.heard) == 1
    assert one(push(work, minutes=3)) == (2, 0, 0)


def test_a_broken_answer_sends_nothing_twice(work: Work, source: Source311) -> None:
    """The source took the update, its answer broke off: the repeat bears the same number, and is there once."""
    acknowledge(work, request_ids=ids(1))
    source.faults += [Fault(takes=True, breaks=True)]
    assert one(push(work)) == (1, 0, 0)
    assert len(source.heard) == 2
    assert len({form["update_id"] for form in source.heard}) == 1
    assert len(source.taken) == 1


def test_what_one_sends_no_other_does(work: Work, source: Source311) -> None:
    """Taken messages are nobody else's, undo does not call them back, and they are free when their time is over."""
    changes = acknowledge(work, request_ids=ids(1))
    start = later(work, minutes=1)
    with start.store.write("send messages", actor="ben", at=start.clock.now()) as unit:
        assert len(outbox.take(unit, [1], start.clock.now(), start.clock.now() + LEASE)) == 1
        unit.commit()
    assert one(push(work, minutes=2)) == (0, 0, 1)
    assert source.heard == []
    assert changes.act_id is not None
    taken_back = undo(later(work, minutes=2), act_id=changes.act_id)
    assert (taken_back.counts["withdrawn"], taken_back.counts["corrections"]) == (0, 1)
    assert one(push(work, minutes=9)) == (2, 0, 0)
    assert [form["status"] for form in source.taken] == ["INVESTIGATING", "OPEN"]


def test_a_number_is_not_used_for_something_else(work: Work, source: Source311) -> None:
    """A store brought back from before counts its messages on from there: another message has another number."""
    acknowledge(work, request_ids=ids(1))
    start_work(work, request_ids=ids(2))
    push(work)
    first, second = (form["update_id"] for form in source.heard)
    assert first.startswith("1_")
    assert first.replace("_", "").isalnum()
    assert first.split("_")[1] != second.split("_")[1]
    with work.store.read() as unit:
        (message,) = unit.outbox.many([1])
        at = work.clock.now()
    assert update_id(message, at) == first
    assert update_id(replace(message, payload={**message.payload, "text": "other"}), at) != first
    assert update_id(message, at + timedelta(seconds=1)) != first


def test_duplicates_are_told_in_the_sources_words(work: Work, source: Source311) -> None:
    """A person's duplicate is DUPLICATE with the parent in its field; a parent of another source is not named."""
    set_source(work, name="live", values={"parent_field": "parent_service_request_id"})
    mark_duplicate(work, request_ids=ids(2), of=RequestId(1))
    mark_duplicate(work, request_ids=ids(3), of=RequestId(4))  # 4 is known to a file alone
    push(work)
    told = {form["service_request_id"]: form for form in source.heard}
    assert told["R1"]["status"] == told["R2"]["status"] == "DUPLICATE"
    assert told["R1"]["parent_service_request_id"] == "R0"
    assert "parent_service_request_id" not in told["R2"]


def test_an_incident_is_told_without_words_to_residents(work: Work, source: Source311) -> None:
    """Accepted reports are told with the number of the first; taken out they are told to be by themselves again."""
    accept_duplicates(work, groups=[ids(1, 2)])
    assert one(push(work)) == (1, 0, 0)
    (told,) = source.heard
    assert (told["service_request_id"], told["status"]) == ("R1", "DUPLICATE")
    assert told["description"] == "This was reported before, as R0. Both reports are dealt with together."


def test_a_source_that_knows_no_duplicates_is_spared_them(work: Work, source: Source311) -> None:
    """Without DUPLICATE an incident is no message for it, and a closed duplicate is CLOSED."""
    set_source(work, name="live", values={"accepts_duplicate": False, "statuses": ["IN_PROGRESS"]})
    accept_duplicates(work, groups=[ids(1, 2)])
    mark_duplicate(work, request_ids=ids(5), of=RequestId(1))
    schedule(work, request_ids=ids(3), day=work.clock.now().date())
    acknowledge(work, request_ids=ids(6))
    assert one(push(work)) == (3, 0, 0)
    assert {form["service_request_id"]: form["status"] for form in source.heard} == {
        "R4": "CLOSED", "R2": "IN_PROGRESS", "R5": "OPEN",
    }  # fmt: skip
    assert outbox_of(work)[0] == (2, "duplicate", "withdrawn")


def test_undoing_what_a_source_heard_tells_it(work: Work, source: Source311) -> None:
    """The undo of an incident that was told is told too, after it."""
    changes = accept_duplicates(work, groups=[ids(1, 2)])
    push(work)
    assert changes.act_id is not None
    undo(later(work, minutes=2), act_id=changes.act_id)
    assert one(push(work, minutes=3)) == (1, 0, 0)
    assert source.of("R1") == ["DUPLICATE", "OPEN"]
    assert source.taken[-1]["description"].startswith("This report is dealt with by itself")


def test_stopping_keeps_what_was_sent(work: Work, source: Source311) -> None:
    """Stopped after the second of six: two are sent and marked so, four wait and are free at once."""
    acknowledge(work, request_ids=ids(1, 2, 3, 5, 6, 7))
    stopping = replace(later(work, minutes=1), should_stop=lambda: len(source.heard) >= 2)
    with pytest.raises(Stopped, match="stays sent"):
        push_messages(stopping, keys=Key(), patience=QUICK)
    assert [state for _, _, state in outbox_of(work)] == ["sent"] * 2 + ["held"] * 4
    assert one(push(work)) == (4, 0, 0)
    assert len(source.heard) == 6


def test_without_an_endpoint_nothing_changes(work: Work, source: Source311, tmp_path: Path) -> None:
    """A source without endpoint is left to files; with one its messages are not written to a file."""
    acknowledge(work, request_ids=ids(1))
    sender = FileSender(tmp_path / "out.jsonl")
    assert send_messages(later(work, minutes=1), sender=sender).counts["sent"] == 0
    set_source(work, name="live", values={"endpoint": ""})
    told = push(work)
    assert told.counts["sources"] == []
    assert told.sentence.startswith("No source has an endpoint")
    assert send_messages(later(work, minutes=1), sender=sender).counts["sent"] == 1
    assert source.heard == []


def test_a_file_with_an_endpoint_listens(work: Work, source: Source311) -> None:
    """Residents of a source that is a file are told once an endpoint is named for it."""
    with work.store.read() as unit:
        name = next(one.name for one in unit.sources.all() if one.id != LISTENS and one.kind == "csv")
    set_source(work, name=name, values={"endpoint": source.address})
    assert acknowledge(work, request_ids=ids(4)).counts["told"] == 1
    assert push(work).counts["sent"] == 1
    assert source.of("R3") == ["INVESTIGATING"]


def test_all_that_was_refused_is_tried_again_when_asked(work: Work, source: Source311) -> None:
    """After a wrong address or a fault of the source, one word brings back everything it refused."""
    source.refuses.update({"R0": "no", "R1": "no"})
    acknowledge(work, request_ids=ids(1, 2))
    assert one(push(work)) == (0, 2, 0)
    source.refuses.clear()
    assert requeue_all(later(work, minutes=2), source_ids=[LISTENS]) == 2
    assert one(push(work, minutes=2)) == (2, 0, 0)


def test_what_waited_before_an_endpoint_can_be_kept_from_leaving(work: Work, source: Source311) -> None:
    """The first endpoint says how many old messages would leave, and they can be forgotten."""
    set_source(work, name="live", values={"endpoint": ""})
    acknowledge(work, request_ids=ids(1, 2))
    told = set_source(work, name="live", values={"endpoint": source.address})
    assert "2 messages were said before and will be sent" in told.sentence
    forgotten = set_source(work, name="live", values={}, forget_waiting=True)
    assert forgotten.counts["forgotten"] == 2
    assert one(push(work)) == (0, 0, 0)
    assert source.heard == []


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"endpoint": "http://city.example/open311"}, "with https"),
        ({"endpoint": "https://me:secret@city.example/open311"}, "without password"),
        ({"endpoint": "https://city.example/open311?key=1"}, "without password, question"),
        ({"endpoint": "ftp://city.example"}, "with https"),
        ({"endpoint": "https://[::1"}, "no address"),
        ({"statuses": ["OPEN", "GONE"]}, "no status GONE"),
        ({"parent_field": "api_key"}, "cannot be the field"),
        ({"parent_field": "a&b"}, "cannot be the field"),
        ({"form": "yaml"}, "xml, json"),
        ({"jurisdiction": "a\nb"}, "one line"),
    ],
)
def test_what_makes_no_sense_is_refused(work: Work, values: dict[str, object], why: str) -> None:
    """A setting that would leak a key or cannot work is refused in a sentence; nothing changes."""
    head = work.store.head()
    with pytest.raises(RefusedInput, match=why):
        set_source(work, name="live", values=values)
    assert work.store.head() == head


def test_an_endpoint_is_kept_without_what_the_extension_adds(work: Work) -> None:
    """The whole address of the call is understood as well."""
    told = set_source(work, name="live", values={"endpoint": "https://x.example/open311/v2/servicerequestupdates.xml"})
    assert told.counts["endpoint"] == "https://x.example/open311/v2"


def test_who_is_left_alone_repeats_nobody(work: Work, source: Source311) -> None:
    """The parent leaves an incident of two: the other one, of which the source heard, is told to be by itself."""
    accept_duplicates(work, groups=[ids(1, 2)])
    push(work)
    take_out(later(work, minutes=2), request_ids=ids(1))
    assert one(push(work, minutes=3)) == (1, 0, 0)
    assert source.of("R1") == ["DUPLICATE", "OPEN"]
    assert source.of("R0") == []


def test_taking_out_takes_the_word_back(work: Work, source: Source311) -> None:
    """What has not left stays; what the source heard is corrected, once, for the report that left alone."""
    accept_duplicates(work, groups=[ids(1, 2)])
    take_out(work, request_ids=ids(2))
    assert one(push(work)) == (0, 0, 0)
    accept_duplicates(work, groups=[ids(5, 6, 7)])
    push(work)
    take_out(later(work, minutes=2), request_ids=ids(6))
    assert one(push(work, minutes=3)) == (1, 0, 0)
    assert [(form["service_request_id"], form["status"]) for form in source.taken] == [
        ("R5", "DUPLICATE"), ("R6", "DUPLICATE"), ("R5", "OPEN"),
    ]  # fmt: skip
