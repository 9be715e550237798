"""Undo, on both databases: exactly what was before, no more; what was said is withdrawn or corrected."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import box as shapely_box
from shapely.geometry import mapping

from data.checking import check
from data.errors import Conflict, RefusedInput
from data.outbox import FileSender
from data.records import ActId, AgencyId, RequestId, ServiceId, Status
from data.store import Store
from desktop.domain.lifecycle import Outcome
from desktop.operations.archive import archive_quiet
from desktop.operations.assign import assign
from desktop.operations.changes import Changes
from desktop.operations.decide_duplicates import (
    accept_duplicates,
    join_incident,
    reject_duplicates,
    split_duplicates,
    take_out,
)
from desktop.operations.duplicates import group_duplicates
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
from desktop.operations.import_areas import AreaImport, import_areas
from desktop.operations.import_requests import RequestImport, import_requests
from desktop.operations.mark_duplicates import mark_duplicate
from desktop.operations.recategorise import recategorise
from desktop.operations.send_messages import send_messages
from desktop.operations.set_city import set_city
from desktop.operations.templates import Draft, remove_template, save_template
from desktop.operations.undo import describe_undo, last_undoable, undo
from desktop.operations.work import Work
from tests.desktop.operations.desk import ids, later, make_desk, outbox_of, request, state
from tests.soak import examples

Act = Callable[[Work, list[RequestId]], Changes]
ACTS: dict[str, Act] = {
    "acknowledge": lambda work, some: acknowledge(work, request_ids=some),
    "machine": lambda work, some: acknowledge(work, request_ids=some, by_machine=True),
    "note": lambda work, some: comment(work, request_ids=some, text="Ask Ben."),
    "answer": lambda work, some: comment(work, request_ids=some, text="{service}", kind="answer"),
    "hear": lambda work, some: comment(work, request_ids=some, text="Still there", kind="reporter"),
    "start": lambda work, some: start_work(work, request_ids=some),
    "schedule": lambda work, some: schedule(work, request_ids=some, day=date(2026, 10, 20)),
    "assign": lambda work, some: assign_to(work, request_ids=some, agency_id=AgencyId(2), comment="Theirs."),
    "recategorise": lambda work, some: recategorise(
        work, request_ids=some, service_id=ServiceId(2), why="A tree", answers={"size": f"{some[0]}"}
    ),
    "machine says": lambda work, some: recategorise(
        work, request_ids=some, service_id=ServiceId(1), why="A hole", tell="machine", unanswered_ok=True
    ),
    "silent": lambda work, some: recategorise(
        work, request_ids=some, service_id=ServiceId(3), why="None", tell="silent"
    ),
    "duplicate": lambda work, some: mark_duplicate(work, request_ids=some[1:] or some, of=some[0]),
    "accept": lambda work, some: accept_duplicates(work, groups=[some], apart=ids(9 - some[0])),
    "reject": lambda work, some: reject_duplicates(work, request_ids=some),
    "split": lambda work, some: split_duplicates(work, request_ids=some[1:], apart=some[:1]),
    "join": lambda work, some: join_incident(work, request_ids=some[1:], of=some[0]),
    "take out": lambda work, some: take_out(work, request_ids=some),
    "close": lambda work, some: close(
        work, request_ids=some, outcome=Outcome.NO_ACTION, comment="{outcome}.", include_incident=True
    ),
    "refer": lambda work, some: refer(work, request_ids=some, contact="the railway"),
    "reopen": lambda work, some: reopen(work, request_ids=some, comment="Again."),
    "areas": lambda work, some: assign(work),
    "group": lambda work, some: group_duplicates(work, threshold=0.3),
    "template": lambda work, some: save_template(work, draft=Draft("T-1", f"Of {some[0]}", "{service} {due}")),
    "settings": lambda work, some: set_city(work, values={"hold_s": str(some[0])}),
}
SOME = st.lists(st.integers(1, 8), min_size=1, max_size=4, unique=True)
STEPS = st.lists(st.tuples(st.sampled_from(sorted(ACTS)), SOME), min_size=1, max_size=6)


@pytest.fixture
def work(any_store: Store) -> Work:
    """Ana's desk, eight submitted requests; 4 and 8 come from a file."""
    return make_desk(any_store)


def act(name: str, work: Work, numbers: list[int]) -> Changes | None:
    """Do one act; None where what is asked makes no sense as things stand."""
    with suppress(RefusedInput, Conflict):
        return ACTS[name](work, ids(*numbers))
    return None


def act_of(changes: Changes) -> ActId:
    """The act that was written."""
    assert changes.act_id is not None
    return changes.act_id


@settings(max_examples=examples(15), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_an_act_and_its_undo_leave_every_table_as_it_was(work: Work, steps: list[tuple[str, list[int]]]) -> None:
    """After any act: undone, the state before; done again, the state after; table by table, row by row."""
    for name, numbers in steps:
        before = state(work.store)
        changes = act(name, work, numbers)
        if changes is None or changes.act_id is None:
            assert state(work.store) == before
            continue
        after = state(work.store)
        assert describe_undo(work, changes.act_id).allowed
        undone = undo(work, act_id=changes.act_id)
        assert state(work.store) == before
        undo(work, act_id=act_of(undone))
        assert state(work.store) == after
    assert check(work.store) == []


@settings(max_examples=examples(8), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_acts_undone_from_the_last_to_the_first_lead_back(work: Work, steps: list[tuple[str, list[int]]]) -> None:
    """Whatever was done, undoing all of it in turn leads to where it began, and nobody is told anything."""
    before = state(work.store)
    told = [act(name, work, numbers) for name, numbers in steps]
    done = [changes.act_id for changes in told if changes is not None and changes.act_id is not None]
    for act_id in reversed(done):
        undo(work, act_id=act_id)
    assert state(work.store) == before
    assert "held" not in {message for *_, message in outbox_of(work)}


def test_an_undo_counts_requests_only_where_it_changes_some(work: Work) -> None:
    """A note changes no request: taking it back does not speak of none of them."""
    noted = comment(work, request_ids=ids(1), text="Ask Ben.")
    assert undo(work, act_id=act_of(noted)).sentence == "Undid 'note, internal'."
    acknowledged = acknowledge(work, request_ids=ids(1))
    assert undo(work, act_id=act_of(acknowledged)).sentence.startswith("Undid 'acknowledged' for 1 request.")


def test_a_later_change_stands_in_the_way_and_is_named(work: Work) -> None:
    """What somebody did since is not taken back with it; the refusal names who and what, and nothing is half undone."""
    first = act_of(acknowledge(work, request_ids=ids(1, 2)))
    start_work(later(work, "ben", minutes=1), request_ids=ids(2))
    before = state(work.store)
    plan = describe_undo(later(work, minutes=2), first)
    assert not plan.allowed
    assert (
        plan.sentence == "Request R1 was changed by ben at 2026-10-13 12:01 UTC (work began) since; nothing was undone."
    )
    with pytest.raises(Conflict, match="by ben at 2026-10-13 12:01 UTC"):
        undo(later(work, minutes=2), act_id=first)
    assert state(work.store) == before


def test_a_note_among_staff_stands_in_nobodys_way(work: Work) -> None:
    """A comment that changed nothing else stays, and the act before it is undone."""
    first = act_of(acknowledge(work, request_ids=ids(1)))
    comment(later(work, "ben", minutes=1), request_ids=ids(1), text="Seen it.")
    undo(later(work, minutes=2), act_id=first)
    assert request(work, 1).status is Status.SUBMITTED
    with work.store.read() as unit:
        assert [note.text for note in unit.notes.of(RequestId(1))] == ["Seen it."]


def test_a_held_message_is_withdrawn_and_held_again(work: Work, tmp_path: Path) -> None:
    """Undone within the holding time nobody hears of it; done again, they do, once."""
    file = tmp_path / "out.jsonl"
    plan = describe_undo(work, first := act_of(acknowledge(work, request_ids=ids(1, 2, 4))))
    assert (plan.allowed, plan.withdrawn, plan.residents) == (True, 2, 0)
    assert "2 messages that have not left are withdrawn." in plan.sentence
    undone = undo(work, act_id=first)
    assert undone.counts["withdrawn"] == 2
    assert send_messages(later(work, minutes=5), sender=FileSender(file)).counts["sent"] == 0
    undo(later(work, minutes=5), act_id=act_of(undone))
    assert send_messages(later(work, minutes=6), sender=FileSender(file)).counts["sent"] == 2


def test_a_sent_message_is_corrected_and_said_so_beforehand(work: Work, tmp_path: Path) -> None:
    """Whoever was told gets a correction that says where the request stands; a correction still held is withdrawn."""
    file = tmp_path / "out.jsonl"
    first = act_of(close(work, request_ids=ids(1, 2), outcome=Outcome.FIXED, comment="Done."))
    soon = later(work, minutes=2)
    send_messages(soon, sender=FileSender(file))
    plan = describe_undo(soon, first)
    assert (plan.withdrawn, plan.residents) == (0, 2)
    assert "2 residents were told already and will get a correction." in plan.sentence
    undone = undo(soon, act_id=first)
    assert (undone.counts["withdrawn"], undone.counts["corrections"]) == (0, 2)
    with work.store.read() as unit:
        texts = [one.payload["text"] for one in unit.outbox.all() if one.kind == "correction"]
    assert texts[0] == (
        "Please disregard our last message about Pot at 0 Elm Street, it was sent by mistake. "
        "Your request R0 is not acknowledged yet."
    )
    again = undo(soon, act_id=act_of(undone))
    assert again.counts["withdrawn"] == 2
    assert [message for *_, message in outbox_of(work)] == ["sent", "sent", "withdrawn", "withdrawn"]


def test_what_cannot_be_undone_says_why(work: Work) -> None:
    """Archiving, an act of long ago, one undone already, and one that never was."""
    first = act_of(close(work, request_ids=ids(1), outcome=Outcome.FIXED, comment="Done."))
    with pytest.raises(RefusedInput, match="can be undone for 10 minutes only"):
        undo(later(work, minutes=11), act_id=first)
    undone = act_of(undo(work, act_id=first))
    with pytest.raises(RefusedInput, match="undone already, by ana at 2026-10-13 12:00 UTC"):
        undo(work, act_id=first)
    undo(work, act_id=undone)  # done again, so it can be undone again
    undo(work, act_id=first)
    close(work, request_ids=ids(1), outcome=Outcome.FIXED, comment="Done.")
    week = later(work, days=8)
    with pytest.raises(RefusedInput, match="Archiving cannot be undone"):
        undo(week, act_id=act_of(archive_quiet(week)))
    with pytest.raises(RefusedInput, match="There is no act 99"):
        undo(work, act_id=ActId(99))
    with pytest.raises(RefusedInput, match="'Found' cannot be undone"):
        undo(work, act_id=ActId(1))


def test_the_time_for_undoing_is_the_citys(work: Work) -> None:
    """A city may allow an hour."""
    set_city(work, values={"undo_s": "3600"})
    first = act_of(acknowledge(work, request_ids=ids(1)))
    assert undo(later(work, minutes=50), act_id=first).act_id


def test_the_last_act_of_a_person(work: Work) -> None:
    """Without a number, undo means one's own last act that stands."""
    one = act_of(acknowledge(work, request_ids=ids(1)))
    two = act_of(acknowledge(work, request_ids=ids(2)))
    acknowledge(later(work, "ben"), request_ids=ids(3))
    assert last_undoable(work) == two
    undo(work, act_id=two)
    assert last_undoable(work) == one
    assert last_undoable(later(work, "cleo")) is None


@pytest.mark.parametrize("verb", ["save rules", "roll back rules", "close department", "reopen department"])
def test_undo_does_not_pass_over_what_has_a_way_back_of_its_own(work: Work, verb: str) -> None:
    """After rules or departments were changed, undo names their own way back and leaves the older act as it is."""
    acknowledge(work, request_ids=ids(1))
    with work.store.write(verb, actor="ana", at=work.clock.now()) as unit:
        unit.change("agency", {1: {"closed_on": work.clock.now().date()}})
        newest = unit.commit()
    before = state(work.store)
    found = last_undoable(work)
    assert found == newest
    said = r"cannot be undone; .* instead \('opsmap (rules rollback|departments (close|reopen))'\)"
    assert re.search(said, describe_undo(work, found).sentence)
    with pytest.raises(RefusedInput, match=said):
        undo(work, act_id=found)
    assert state(work.store) == before


CALLS = """id,type,lat,long,opened,status,closed
C1,Pothole,42.1,-71.1,2026-10-01T08:00:00Z,open,
C2,Graffiti,42.2,-71.2,2026-10-02T08:00:00Z,open,
"""


def bring_in(work: Work, folder: Path, content: str) -> Changes:
    """Import a file under one source."""
    file = folder / "calls.csv"
    file.write_text(content, encoding="utf-8")
    return import_requests(work, RequestImport(file, source="calls"))


def test_an_import_is_undone_whole(work: Work, tmp_path: Path) -> None:
    """What it added goes, what it updated goes back, services it named and the source go too; done again is refused."""
    before = state(work.store)
    first = bring_in(work, tmp_path, CALLS)
    middle = state(work.store)
    second = bring_in(work, tmp_path, CALLS.replace("C2,Graffiti", "C2,Litter") + "C3,Litter,42.3,-71.3,2026-10-03,,\n")
    assert (second.counts["added"], second.counts["updated"]) == (1, 1)
    undone = undo(later(work, hours=5), act_id=act_of(second))
    assert state(work.store) == middle
    assert undone.counts["removed"] == 1
    with pytest.raises(RefusedInput, match="import the file once more"):
        undo(later(work, hours=5), act_id=act_of(undone))
    undo(work, act_id=act_of(first))
    assert state(work.store) == before
    again = bring_in(work, tmp_path, CALLS)
    assert again.counts["added"] == 2
    assert check(work.store) == []


def test_an_import_that_people_worked_with_is_not_undone(work: Work, tmp_path: Path) -> None:
    """A request that was answered, or only commented on, since keeps the whole import in place."""
    first = act_of(bring_in(work, tmp_path, CALLS))
    with work.store.read() as unit:
        key = unit.requests.find("C1")[0].id
    noted = act_of(comment(later(work, "ben", minutes=1), request_ids=[key], text="Known."))
    before = state(work.store)
    with pytest.raises(Conflict, match="Note 1 was added since"):
        undo(work, act_id=first)
    assert state(work.store) == before
    undo(work, act_id=noted)
    acknowledge(later(work, "ben", minutes=1), request_ids=[key])
    with pytest.raises(Conflict, match="Request C1 was changed by ben"):
        undo(work, act_id=first)


def test_imported_areas_are_undone(work: Work, tmp_path: Path) -> None:
    """A layer that replaced another goes, the former one is back, with its departments."""

    def bring(name: str, west: float) -> Changes:
        file = tmp_path / "areas.geojson"
        box = mapping(shapely_box(west, 41, west + 1, 43))
        feature = {"type": "Feature", "properties": {"NAME": name, "DEP": f"Dep {name}"}, "geometry": box}
        file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
        return import_areas(work, AreaImport(file, layer="Zones", name_field="NAME", agency_field="DEP"))

    before = state(work.store)
    first = bring("One", -72)
    middle = state(work.store)
    second = bring("Two", -71)
    undo(work, act_id=act_of(second))
    assert state(work.store) == middle
    undo(work, act_id=act_of(first))
    assert state(work.store) == before
    assert check(work.store) == []


def test_replaced_private_data_keeps_an_import_from_being_undone(work: Work, tmp_path: Path) -> None:
    """The log never holds who reported; where an import replaced that, the refusal says precisely so."""
    content = "id,type,lat,long,opened,reporter_name\nC1,Pothole,42.1,-71.1,2026-10-01T08:00:00Z,{0}\n"
    first = bring_in(work, tmp_path, content.format("Bob"))
    second = bring_in(work, tmp_path, content.format("Bob Quux"))
    with pytest.raises(Conflict, match="names, answers or photos of residents, which the log never holds"):
        undo(work, act_id=act_of(second))
    assert act_of(first)


def test_removed_texts_come_back(work: Work) -> None:
    """A removed template is there again under its old id after undoing."""
    save_template(work, draft=Draft("T-9", "Nine", "{service}"))
    before = state(work.store)
    gone = act_of(remove_template(work, code="T-9"))
    assert state(work.store) != before
    undo(work, act_id=gone)
    assert state(work.store) == before
