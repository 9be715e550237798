"""What staff decide about duplicates holds: in the store, in the next search, after undo; on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from data.checking import check
from data.errors import Conflict, RefusedInput
from data.records import RequestId, ServiceId
from data.store import Store
from desktop.domain.lifecycle import Outcome
from desktop.domain.proposals import Proposal
from desktop.operations.decide_duplicates import (
    accept_duplicates,
    join_incident,
    reject_duplicates,
    split_duplicates,
    take_out,
)
from desktop.operations.duplicate_clusters import last_clusters, read_proposals
from desktop.operations.duplicates import group_duplicates, grouped_requests
from desktop.operations.handle_requests import close
from desktop.operations.recategorise import recategorise
from desktop.operations.set_city import set_city
from desktop.operations.undo import undo
from desktop.operations.work import Work
from tests.desktop.operations.desk import ids, make_desk, request

HOUR = timedelta(hours=1)
OPENED = datetime(2026, 10, 12, 14, tzinfo=UTC)


@pytest.fixture
def work(any_store: Store) -> Work:
    """Four reports of a pothole, near in place and time, each with a deadline of its own, and four far off."""
    desk = make_desk(any_store)
    with any_store.write("place", actor="ana", at=OPENED) as unit:
        near = {
            key: {
                "service_id": 1, "source_id": 3, "lat": 42.3 + key * 3e-5, "long": -71.06,
                "requested_at": OPENED + key * HOUR, "due_at": OPENED + (10 - key) * HOUR,
            }
            for key in range(1, 5)
        }  # fmt: skip
        unit.change("service_request", near)
        unit.commit()
    set_city(desk, values={"accept_from": "1.0"})  # nothing is accepted without a person
    return desk


def proposals(work: Work) -> list[Proposal]:
    """What waits for a decision."""
    with work.store.read() as unit:
        clusters = last_clusters(unit)
        assert clusters is not None
        return read_proposals(unit, clusters)


def incidents(work: Work) -> dict[int, list[int]]:
    """Reports of each incident by its parent."""
    with work.store.read() as unit:
        return {one.parent_request_id: unit.incidents.members(one.id) for one in unit.incidents.all()}


def said(work: Work) -> dict[tuple[int, int], bool]:
    """The decisions by child and parent."""
    with work.store.read() as unit:
        return {(one.child_request_id, one.parent_request_id): one.same for one in unit.decisions.all()}


def due(work: Work, *numbers: int) -> list[datetime | None]:
    """The deadlines of requests."""
    return [request(work, number).due_at for number in numbers]


def test_a_search_proposes_and_changes_no_request(work: Work) -> None:
    """What is below the policy is proposed; no request belongs to an incident by it; the file names it nevertheless."""
    told = group_duplicates(work)
    (one,) = proposals(work)
    assert one.members == (1, 2, 3, 4)
    assert (told.counts["accepted"], told.counts["proposed"], told.counts["grouped"]) == (0, 1, 4)
    assert incidents(work) == {}
    with work.store.read() as unit:
        lines = {line.service_request_id: line.incident_id for line in grouped_requests(unit)}
    assert [lines[f"R{number}"] for number in range(6)] == [1, 1, 1, 1, 5, 6]  # ids count from 1, numbers from 0


def test_accepting_makes_one_incident_with_the_earliest_deadline(work: Work) -> None:
    """Parent, decisions with what was on show, one deadline; each report keeps its own beside it."""
    group_duplicates(work)
    (one,) = proposals(work)
    accept_duplicates(work, groups=[[RequestId(key) for key in (2, 1, 3, 4)]])
    assert incidents(work) == {2: [1, 2, 3, 4]}
    assert said(work) == {(1, 2): True, (3, 2): True, (4, 2): True}
    with work.store.read() as unit:
        assert [d.score for d in unit.decisions.all()] == pytest.approx(
            [one.pairs[frozenset(pair)] for pair in ((1, 2), (3, 2), (4, 2))]
        )
    assert due(work, 1, 2, 3, 4) == [OPENED + 6 * HOUR] * 4
    assert request(work, 1).own_due_at == OPENED + 9 * HOUR
    assert request(work, 4).own_due_at is None
    assert proposals(work) == []
    assert check(work.store) == []


def test_undoing_an_acceptance_proposes_it_again(work: Work) -> None:
    """Undo brings back deadlines, takes the decisions away, and the same proposal is there."""
    group_duplicates(work)
    before = proposals(work)
    told = accept_duplicates(work, groups=[ids(1, 2, 3, 4)])
    assert told.act_id is not None
    undo(work, act_id=told.act_id)
    assert proposals(work) == before
    assert (incidents(work), said(work)) == ({}, {})
    assert due(work, 1) == [OPENED + 9 * HOUR]


def test_rejected_reports_stay_apart_in_every_later_search(work: Work) -> None:
    """Rejected pairs are not proposed, not even by a new search, and never accepted by the policy."""
    group_duplicates(work)
    reject_duplicates(work, request_ids=ids(1, 2, 3, 4))
    assert proposals(work) == []
    assert set(said(work).values()) == {False}
    assert len(said(work)) == 6
    set_city(work, values={"accept_from": "0.1"})
    group_duplicates(work)
    assert proposals(work) == []
    assert incidents(work) == {}


def test_splitting_off_keeps_the_rest_together(work: Work) -> None:
    """Three are accepted, the fourth differs from each of them and is alone from then on."""
    group_duplicates(work)
    accept_duplicates(work, groups=[ids(1, 2, 3)], apart=ids(4))
    assert incidents(work) == {1: [1, 2, 3]}
    assert {pair for pair, same in said(work).items() if not same} == {(4, 1), (4, 2), (4, 3)}
    group_duplicates(work)
    assert proposals(work) == []


def test_both_sides_of_a_split_stay_proposed(work: Work) -> None:
    """Two of four are told apart from the others: each pair is proposed on its own, and the next search says so too."""
    group_duplicates(work)
    split_duplicates(work, request_ids=ids(1, 2, 3, 4), apart=ids(3, 4))
    assert sorted(one.members for one in proposals(work)) == [(1, 2), (3, 4)]
    group_duplicates(work)
    assert sorted(one.members for one in proposals(work)) == [(1, 2), (3, 4)]
    with pytest.raises(RefusedInput, match="one side"):
        split_duplicates(work, request_ids=ids(3, 4), apart=ids(3, 4))


def test_a_further_report_is_proposed_to_a_persons_incident(work: Work) -> None:
    """The policy adds nothing to what a person accepted, however sure; it proposes, and acceptance lets it join."""
    accept_duplicates(work, groups=[ids(1, 2, 3)])
    set_city(work, values={"accept_from": "0.0"})
    group_duplicates(work)
    assert incidents(work) == {1: [1, 2, 3]}
    (one,) = proposals(work)
    assert (one.fresh, one.standing) == ((4,), {1, 2, 3})
    accept_duplicates(work, groups=[[RequestId(key) for key in one.members]])
    assert incidents(work) == {1: [1, 2, 3, 4]}


def test_only_reports_that_join_are_counted(work: Work) -> None:
    """Three make an incident, then a fourth joins it: what is told counts each report once, also of two at once."""
    first = accept_duplicates(work, groups=[ids(1, 2, 3)])
    assert (first.counts["requests"], first.sentence) == (3, "Accepted 1 incident, 3 reports.")
    second = accept_duplicates(work, groups=[ids(1, 2, 3, 4), ids(7, 8)])
    assert second.counts["incidents"] == 2
    assert (second.counts["requests"], second.sentence) == (3, "Accepted 2 incidents, 3 reports.")


def test_a_further_report_does_not_take_the_lead(work: Work) -> None:
    """Accepting what a proposal says leaves the parent that a person chose, though another report is earlier."""
    group_duplicates(work)
    accept_duplicates(work, groups=[[RequestId(key) for key in (3, 2, 4)]])
    (one,) = proposals(work)
    assert (one.parent, one.lead, one.fresh) == (1, 3, (1,))
    accept_duplicates(work, groups=[[RequestId(key) for key in one.group]])
    assert incidents(work) == {3: [1, 2, 3, 4]}


def test_the_policy_accepts_from_its_probability_on(work: Work) -> None:
    """With a low bar the search itself makes the incident; raising the bar takes it back, and it is proposed."""
    set_city(work, values={"accept_from": "0.1"})
    told = group_duplicates(work)
    assert (told.counts["accepted"], told.counts["proposed"]) == (1, 0)
    assert incidents(work) == {1: [1, 2, 3, 4]}
    assert due(work, 1, 4) == [OPENED + 6 * HOUR] * 2
    set_city(work, values={"accept_from": "1.0"})
    group_duplicates(work)
    assert incidents(work) == {}
    assert due(work, 1, 4) == [OPENED + 9 * HOUR, OPENED + 6 * HOUR]
    assert [one.members for one in proposals(work)] == [(1, 2, 3, 4)]


def test_reports_join_by_hand_wherever_they_lie(work: Work) -> None:
    """One kilometres away joins; it leaves the incident it was in, and differs from the reports there."""
    accept_duplicates(work, groups=[ids(1, 2, 3)])
    join_incident(work, request_ids=ids(3, 8), of=RequestId(7))
    assert incidents(work) == {1: [1, 2], 7: [3, 7, 8]}
    assert {pair for pair, same in said(work).items() if not same} == {(3, 1), (3, 2)}
    group_duplicates(work)
    assert incidents(work) == {1: [1, 2], 7: [3, 7, 8]}
    with pytest.raises(RefusedInput, match="at least two"):
        join_incident(work, request_ids=ids(7), of=RequestId(7))


def test_a_service_has_bounds_of_its_own(work: Work) -> None:
    """Reports of a service that the city calls near within two metres are not one; unset, they are proposed again."""
    set_city(work, values={"near.POT": "2, 7"})
    group_duplicates(work)
    assert proposals(work) == []
    set_city(work, values={"near.POT": ""})
    group_duplicates(work)
    assert len(proposals(work)) == 1
    for text in ("2", "far,7", "0,7"):
        with pytest.raises(RefusedInput, match="metres and days"):
            set_city(work, values={"near.POT": text})


def test_a_moved_report_differs_from_those_it_was_proposed_with(work: Work) -> None:
    """All but those of the incident that it joins; taken out of there it is not proposed with the others again."""
    group_duplicates(work)
    join_incident(work, request_ids=ids(2), of=RequestId(3), apart=ids(1, 3, 4))
    assert said(work) == {(2, 3): True, (2, 1): False, (2, 4): False}
    take_out(work, request_ids=ids(2))
    assert 2 not in {key for one in proposals(work) for key in one.members}


def test_a_report_is_not_both_kept_and_apart(work: Work) -> None:
    """That would keep two contrary decisions; one that is gone by now is told as that. Nothing is kept."""
    with pytest.raises(RefusedInput, match="apart from it"):
        accept_duplicates(work, groups=[ids(1, 2, 3)], apart=ids(2))
    with pytest.raises(Conflict, match="no longer there"):
        accept_duplicates(work, groups=[ids(1, 2, 3)], apart=[RequestId(999)])
    assert (incidents(work), said(work)) == ({}, {})


def test_taking_out_gives_the_deadline_back(work: Work) -> None:
    """What is taken out has its own deadline again and is not proposed anew; an incident of one dissolves."""
    accept_duplicates(work, groups=[ids(1, 2, 3, 4)])
    take_out(work, request_ids=ids(4))
    assert incidents(work) == {1: [1, 2, 3]}
    assert due(work, 1, 2, 3, 4) == [OPENED + 7 * HOUR] * 3 + [OPENED + 6 * HOUR]
    take_out(work, request_ids=ids(2, 3))
    assert incidents(work) == {}
    assert due(work, 1, 2, 3) == [OPENED + (10 - key) * HOUR for key in (1, 2, 3)]
    group_duplicates(work)
    assert not [one for one in proposals(work) if 1 in one.members]
    with pytest.raises(RefusedInput, match="nothing to take out"):
        take_out(work, request_ids=ids(1))


def test_dissolving_an_incident_tells_all_its_reports_apart(work: Work) -> None:
    """Taking out every report says of each pair that it differs."""
    accept_duplicates(work, groups=[ids(1, 2, 3)])
    take_out(work, request_ids=ids(1, 2, 3))
    assert [same for _, same in sorted(said(work).items())] == [False] * 3
    assert check(work.store) == []


def test_what_changed_meanwhile_is_told_and_nothing_else_is_lost(work: Work) -> None:
    """A group that is settled by now is left out of a bulk act, alone it is a conflict; the others are done."""
    accept_duplicates(work, groups=[ids(1, 2)])
    told = accept_duplicates(work, groups=[ids(1, 2), ids(7, 8)])
    assert (told.counts["incidents"], told.counts["refused"]) == (1, 1)
    assert incidents(work) == {1: [1, 2], 7: [7, 8]}
    with pytest.raises(Conflict, match="one incident already"):
        accept_duplicates(work, groups=[ids(7, 8)])
    with pytest.raises(Conflict, match="different incidents"):
        accept_duplicates(work, groups=[ids(1, 7, 3)])
    assert incidents(work) == {1: [1, 2], 7: [7, 8]}


def test_sources_hear_which_request_is_repeated(work: Work) -> None:
    """A child of the same source is told with its parent's number; undone after that, the source hears it is none."""
    told = accept_duplicates(work, groups=[ids(1, 2)])
    with work.store.read() as unit:
        (one,) = unit.outbox.all()
    assert (one.kind, one.payload["duplicate_of"], one.payload["service_request_id"]) == ("duplicate", "R0", "R1")
    with work.store.write("sent", actor="ana", at=work.clock.now()) as unit:
        unit.change("outbox", {one.id: {"state": "sent"}})
        unit.commit()
    assert told.act_id is not None
    undo(work, act_id=told.act_id)
    with work.store.read() as unit:
        first, second = unit.outbox.all()
    assert (second.kind, second.payload["text"]) == ("duplicate", "")
    assert "duplicate_of" not in second.payload
    assert first.payload["service_request_id"] == second.payload["service_request_id"]


def test_closing_an_incident_answers_every_reporter(work: Work) -> None:
    """One act closes all reports of an incident, each with an answer of its own."""
    accept_duplicates(work, groups=[ids(1, 2, 3)])
    close(work, request_ids=ids(2), outcome=Outcome.FIXED, comment="{request} is mended.", include_incident=True)
    assert {request(work, number).outcome for number in (1, 2, 3)} == {"fixed"}
    with work.store.read() as unit:
        texts = {m.payload["text"] for m in unit.outbox.all() if m.kind == "close"}
    assert texts == {"R0 is mended.", "R1 is mended.", "R2 is mended."}


def test_a_recategorised_report_brings_its_new_deadline(work: Work) -> None:
    """The incident's deadline is worked out anew from the new one; nothing of the former is kept."""
    accept_duplicates(work, groups=[ids(1, 2)])
    assert due(work, 1, 2) == [OPENED + 8 * HOUR] * 2
    recategorise(work, request_ids=ids(2), service_id=ServiceId(2), why="A tree")  # three working hours from its report
    own = request(work, 2).due_at
    assert own is not None
    assert due(work, 1, 2) == [min(own, OPENED + 9 * HOUR)] * 2


@pytest.mark.parametrize("numbers", [(1,), (1, 1)])
def test_one_report_is_no_incident(work: Work, numbers: Sequence[int]) -> None:
    """A group of one is refused, and so is telling one apart."""
    with pytest.raises(RefusedInput, match="at least two"):
        accept_duplicates(work, groups=[ids(*numbers)])
    with pytest.raises(RefusedInput, match="at least two"):
        reject_duplicates(work, request_ids=ids(*numbers))


def test_a_report_in_two_groups_of_one_call_is_refused(work: Work) -> None:
    """One report is of one incident: the sentence names it, and neither group is accepted."""
    group_duplicates(work)
    head = work.store.head()
    with pytest.raises(RefusedInput, match=f"Request {request(work, 2).service_request_id} is in two of the groups"):
        accept_duplicates(work, groups=[ids(1, 2), ids(3, 2)])
    assert work.store.head() == head
    accept_duplicates(work, groups=[ids(1, 2, 2), ids(3, 4)])
    assert sorted(map(len, incidents(work).values())) == [2, 2]
