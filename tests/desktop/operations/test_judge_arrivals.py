"""New requests are judged as a search would, what staff decided holds, imports are undone; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.checking import check
from data.records import ActId, Placement
from data.store import Store, open_store
from desktop.domain.clock import FixedClock
from desktop.domain.proposals import Proposal
from desktop.operations.decide_duplicates import accept_duplicates, reject_duplicates, take_out
from desktop.operations.duplicate_clusters import Clusters, Since, last_clusters, read_found, read_proposals
from desktop.operations.duplicates import group_duplicates
from desktop.operations.hand_over import hand_over
from desktop.operations.import_requests import RequestImport, import_requests
from desktop.operations.incident_policy import POLICY
from desktop.operations.judge_arrivals import judge_arrivals
from desktop.operations.learn_duplicates import learn_duplicates
from desktop.operations.set_city import set_city
from desktop.operations.undo import describe_undo, last_undoable, undo
from desktop.operations.work import Work
from tests.data.city import NOON, projected_city, request_row
from tests.demo import MOMENT
from tests.desktop.operations.desk import ids, state
from tests.few_trees import few_trees

LATE = 150
HERE = 43.0, -71.5
STEP = 1e-5  # of latitude: 1.1 m


@pytest.fixture
def work(any_store: Store) -> Work:
    """A city with ten requests, none near another; nothing is accepted without a person, and a search was made."""
    projected_city(any_store)
    desk = Work(any_store, "ana", FixedClock(NOON + timedelta(days=1)))
    set_city(desk, values={"accept_from": "1.0"})
    group_duplicates(desk)
    return desk


def comes(work: Work, *numbers: int, **values: Any) -> list[Any]:
    """Requests of one service a metre from each other, a minute apart; ids as they were given."""
    with work.store.write("receive request", actor="demo", at=NOON) as unit:
        rows = [
            request_row(number, **{"service_id": 1, "lat": HERE[0] + number * STEP, "long": HERE[1], **values})
            for number in numbers
        ]
        made = unit.create("service_request", rows)
        unit.commit()
    return ids(*made)


def proposals(work: Work) -> list[Proposal]:
    """What waits for a decision."""
    with work.store.read() as unit:
        clusters = last_clusters(unit)
        assert clusters is not None
        return read_proposals(unit, clusters)


def proposed(work: Work) -> list[tuple[int, ...]]:
    """The reports of each proposal."""
    return [one.members for one in proposals(work)]


def incidents(work: Work) -> dict[tuple[int, ...], str]:
    """Who accepted each incident, by its reports."""
    with work.store.read() as unit:
        return {tuple(unit.incidents.members(one.id)): one.accepted_by for one in unit.incidents.all()}


def mates(work: Work, of: list[int]) -> dict[int, frozenset[int]]:
    """The reports of each one's cluster."""
    with work.store.read() as unit:
        clusters = last_clusters(unit)
    assert clusters is not None
    return {key: frozenset(clusters.mates([key]).tolist()) - {key} for key in of}


def hide(work: Work, numbers: list[int], placement: Placement) -> None:
    """Take requests off the map, or put them back."""
    with work.store.write("hide", actor="ana", at=NOON) as unit:
        unit.change_columns("service_request", numbers, {"placement": [placement.value] * len(numbers)})
        unit.commit()


def learn_from_clusters(work: Work, folder: Path) -> None:
    """Staff confirmed nearly all that the search found."""
    with work.store.read() as unit:
        clusters = last_clusters(unit)
        rows = unit.requests.arrays(["id", "service_request_id"])
    assert clusters is not None
    number = dict(zip(rows["id"].tolist(), rows["service_request_id"].tolist(), strict=True))
    likely = clusters.pair_score > 0.7
    pairs = zip(clusters.other[likely].tolist(), clusters.one[likely].tolist(), strict=True)
    path = folder / "links.csv"
    path.write_text("child,parent\n" + "".join(f"{number[a]},{number[b]}\n" for a, b in pairs), encoding="utf-8")
    with few_trees():
        assert learn_duplicates(work, pairs=path).counts["learned_from"] >= 100


@pytest.mark.parametrize("judge", ["laws", "model"])
def test_new_ones_are_decided_as_a_search_decides(location: str, tmp_path: Path, judge: str) -> None:
    """Of the newest reports of the demo city, come in parts, nearly all have the mates that a search over all gives."""
    store = open_store(location)
    desk = Work(store, "ana", FixedClock(MOMENT))
    with store.read() as unit:
        rows = unit.requests.arrays(["id", "placement"])
    late: list[int] = rows["id"][rows["placement"] == Placement.LOCATED.value][-LATE:].tolist()
    hide(desk, late, Placement.MISSING)
    group_duplicates(desk)
    if judge == "model":
        learn_from_clusters(desk, tmp_path)
        group_duplicates(desk)
    for begin in range(0, LATE, 50):
        hide(desk, late[begin : begin + 50], Placement.LOCATED)
        assert judge_arrivals(desk).counts["judged"] == 50
    found = mates(desk, late)
    group_duplicates(desk)
    expected = mates(desk, late)
    store.close()
    assert sum(bool(others) for others in expected.values()) > LATE // 10
    assert np.mean([found[key] == expected[key] for key in late]) >= 0.97


def test_a_new_report_is_proposed_with_what_it_repeats(work: Work) -> None:
    """It joins the proposal that is there, not a copy of it; the evidence is kept; the next call has nothing to do."""
    a, b = comes(work, 100, 101)
    told = judge_arrivals(work)
    assert told.counts == {"arrived": 2, "judged": 2, "joined": 0, "proposed": 1, "search_due": False}
    assert proposed(work) == [(a, b)]
    (c,) = comes(work, 102)
    judge_arrivals(work)
    assert proposed(work) == [(a, b, c)]
    with work.store.read() as unit:
        clusters = last_clusters(unit)
    assert clusters is not None
    assert np.abs(clusters.evidence[clusters.one == a]).sum() > 0.0
    head = work.store.head()
    assert judge_arrivals(work).counts["arrived"] == 0
    assert work.store.head() == head
    group_duplicates(work)
    assert proposed(work) == [(a, b, c)]


def test_what_was_rejected_is_never_proposed_again(work: Work) -> None:
    """Further reports at the same place are proposed with one of the two at most, by judgements and by a search."""
    a, b = comes(work, 100, 101)
    judge_arrivals(work)
    reject_duplicates(work, request_ids=[a, b])
    for number in (102, 103, 104):
        comes(work, number)
        judge_arrivals(work)
        assert proposed(work)
        assert not any({a, b} <= set(members) for members in proposed(work))
    group_duplicates(work)
    assert not any({a, b} <= set(members) for members in proposed(work))


def test_a_persons_incident_stays_and_a_further_report_is_proposed_to_it(work: Work) -> None:
    """However sure the policy is; what a person took apart it does not bring together either."""
    a, b = comes(work, 100, 101)
    judge_arrivals(work)
    accept_duplicates(work, groups=[[a, b]])
    set_city(work, values={"accept_from": "0.3"})
    (c,) = comes(work, 102)
    assert judge_arrivals(work).counts["joined"] == 0
    assert incidents(work) == {(a, b): "ana"}
    (one,) = proposals(work)
    assert (one.members, one.standing) == ((a, b, c), {a, b})
    take_out(work, request_ids=[b])
    comes(work, 103)
    judge_arrivals(work)
    assert not any({a, b} <= set(members) for members in incidents(work))


def test_the_policy_accepts_as_in_a_search(work: Work) -> None:
    """What is likely enough becomes its incident and grows; acts are the policy's, so nobody's undo means them."""
    set_city(work, values={"accept_from": "0.3"})
    before = last_undoable(work)
    a, b = comes(work, 100, 101)
    assert judge_arrivals(work).counts["joined"] == 2
    assert incidents(work) == {(a, b): POLICY}
    (c,) = comes(work, 102)
    judge_arrivals(work)
    found = incidents(work)
    assert found == {(a, b, c): POLICY}
    group_duplicates(work)
    assert incidents(work) == found
    assert proposals(work) == []
    assert check(work.store) == []
    assert before is not None
    with work.store.read() as unit:
        mine = {act.verb for act in unit.log.acts(100) if act.actor == POLICY}
    assert mine == {"judge arrivals", "group duplicates"}
    told = hand_over(work)
    assert POLICY not in {person.name for person in told.people}


def test_what_has_no_place_is_not_waited_for(work: Work) -> None:
    """Requests without a believable point are not judged, and do not keep others from being judged."""
    comes(work, 100, placement=Placement.MISSING.value)
    assert judge_arrivals(work).counts["arrived"] == 0
    comes(work, 101, 102)
    assert judge_arrivals(work).counts["judged"] == 2


def test_where_a_search_is_due_it_says_so(any_store: Store) -> None:
    """Before the first search, for more than it takes at once; a report of a service that no law knows stays alone."""
    projected_city(any_store)
    desk = Work(any_store, "ana", FixedClock(NOON))
    head = any_store.head()
    told = judge_arrivals(desk)
    assert told.counts["search_due"]
    assert "opsmap duplicates" in told.sentence
    group_duplicates(desk)
    comes(desk, 100, 101, 102)
    head = any_store.head()
    told = judge_arrivals(desk, most=2)
    assert (told.counts["search_due"], told.counts["arrived"]) == (True, 3)
    assert "3 new requests came" in told.sentence
    assert any_store.head() == head
    with any_store.write("teach", actor="ana", at=NOON) as unit:
        unit.create("service", [{"service_code": "NEW", "service_name": "New", "skills": []}])
        unit.commit()
    comes(desk, 200, 201, service_id=4)
    assert judge_arrivals(desk).counts["judged"] == 5
    assert [len(members) for members in incidents(desk)] == [3]


def test_a_search_meanwhile_wins(work: Work) -> None:
    """A judgement that a search overtook keeps nothing, and leaves nothing for the next one."""
    comes(work, 100, 101)

    def meanwhile(fraction: float | None, sentence: str) -> None:
        if sentence == "Storing what was found" and fraction == 0.8:
            group_duplicates(work)

    assert judge_arrivals(replace(work, progress=meanwhile)).act_id is None
    with work.store.read() as unit:
        found = read_found(unit)
    assert found is not None
    assert found.since is None
    assert judge_arrivals(work).counts["arrived"] == 0
    assert len(proposed(work)) == 1


def standing(work: Work) -> dict[int, Any]:
    """All that is told of each request but how well it fits its incident."""
    with work.store.read() as unit:
        rows = unit.requests.many(unit.requests.arrays(["id"])["id"].tolist())
    return {int(one.id): replace(one, incident_score=None, version=0) for one in rows}


CALLS = "id,type,lat,long,opened,status\nC1,POT,{0:.6f},{1},2026-05-04T14:00:00Z,open\n"


def test_an_import_that_was_judged_is_undone_whole(work: Work, tmp_path: Path) -> None:
    """What the policy said of its requests goes with them, and with what that did to others; new ones are judged on."""
    set_city(work, values={"accept_from": "0.3"})
    comes(work, 100, 101, due_at=NOON + timedelta(days=2))
    judge_arrivals(work)
    before, was = state(work.store), standing(work)
    file = tmp_path / "calls.csv"
    file.write_text(CALLS.format(HERE[0] + 100 * STEP, HERE[1]), encoding="utf-8")
    done = import_requests(work, RequestImport(file, source="calls", columns={"service_code": "type"}))
    assert judge_arrivals(work).counts["joined"] == 1
    assert max(map(len, incidents(work))) == 3
    act = done.act_id
    assert act is not None
    assert describe_undo(work, act).allowed
    undo(work, act_id=ActId(act))
    after = state(work.store)
    assert standing(work) == was
    assert {name for name in before if before[name] != after[name]} <= {
        "incident",
        "service_request",
    }  # how well it fits
    assert check(work.store) == []
    assert proposals(work) == []
    comes(work, 104)
    judge_arrivals(work)
    assert max(map(len, incidents(work))) == 3


GROUPS = st.lists(st.integers(0, 6), min_size=2, max_size=16)


def clusters_from(labels: list[int], first: int) -> Clusters:
    """Clusters of requests first, first + 1, ... by label; each pair scores by its ids."""
    keys = np.arange(len(labels)) + first
    _, cluster = np.unique(labels, return_inverse=True)
    order, size = np.argsort(cluster, kind="stable"), np.bincount(cluster)
    members = [keys[cluster == n] for n in range(len(size))]
    pairs = np.array([(i, j) for some in members for i in some for j in some if i < j], dtype=np.int64).reshape(-1, 2)
    return Clusters(
        request_id=keys[order], cluster=cluster[order], score=keys[order] / 100.0, probability=size / 20.0,
        one=pairs[:, 0], other=pairs[:, 1], pair_score=pairs.sum(axis=1) / 200.0, evidence=pairs.astype(np.float32),
        evidence_names=("place", "text"), least=0.4, newest_id=int(keys[-1]), model_version=0,
    )  # fmt: skip


def told(clusters: Clusters) -> set[Any]:
    """Each cluster with its members, its pairs and what was said of them."""
    first, last = clusters.pairs_within()
    rows = zip(clusters.one.tolist(), clusters.other.tolist(), clusters.pair_score, clusters.evidence, strict=True)
    pairs = [(one, other, float(score), tuple(said.tolist())) for one, other, score, said in rows]
    return {
        (
            tuple(sorted(zip(clusters.request_id[clusters.cluster == n].tolist(),
                             clusters.score[clusters.cluster == n].tolist(), strict=True))),
            float(clusters.probability[n]),
            tuple(sorted(pairs[first[n] : last[n]])),
        )
        for n in range(len(clusters.probability))
    }  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(base=GROUPS, later=GROUPS, gone=st.sets(st.integers(0, 15)))
def test_clusters_that_gave_way_and_came_are_told_as_one(base: list[int], later: list[int], gone: set[int]) -> None:
    """Whichever clusters give way, the others stay as they are, beside the later ones; so it is kept and read back."""
    old, new = clusters_from(base, 1), clusters_from(later, 100)
    numbers = np.array(sorted(n for n in gone if n < len(old.probability)), dtype=np.int64)
    since = Since.from_arrays(Since(numbers, new).to_arrays(7), 7)
    assert since is not None
    assert Since.from_arrays(since.to_arrays(7), 8) is None
    both = old.without(since.replaced).joined(since.found)
    gave_way = [set(old.request_id[old.cluster == n].tolist()) for n in numbers.tolist()]
    stays = {one for one in told(old) if {key for key, _ in one[0]} not in gave_way}
    assert told(both) == stays | told(new)
    assert both.newest_id == new.newest_id
    assert (np.diff(both.cluster) >= 0).all()
