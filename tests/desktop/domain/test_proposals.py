"""What is left to decide of a cluster: nothing that was told apart, nothing twice, nothing that is settled."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.proposals import Member, Proposal, proposals_of

Pair = frozenset[int]


def member(key: int, incident: int | None = None, *, is_open: bool = True) -> Member:
    """A report that was opened so many milliseconds after the first."""
    return Member(key, key, incident, is_open)


def all_pairs(count: int, score: float = 0.9) -> dict[Pair, float]:
    """Every pair of the reports 1 to count."""
    return {frozenset(pair): score for pair in combinations(range(1, count + 1), 2)}


def proposed(members: list[Member], pairs: dict[Pair, float], apart: set[Pair] | None = None) -> list[Proposal]:
    """The proposals of a cluster from 0.4 on."""
    return list(proposals_of(members, pairs, apart or set(), 0.4))


def test_a_cluster_nobody_decided_about_is_proposed_whole() -> None:
    """The earliest report is the parent; the probability is the mean over the pairs, a missing one counting nothing."""
    pairs = {frozenset((1, 2)): 0.9, frozenset((2, 3)): 0.6}
    (one,) = proposed([member(3), member(1), member(2)], pairs, set())
    assert (one.parent, one.members, one.incident_id) == (1, (1, 2, 3), None)
    assert one.probability == (0.9 + 0.6) / 3
    assert one.fit(2) == 0.75
    assert one.fresh == (1, 2, 3)


def test_what_is_one_incident_already_is_not_asked_again() -> None:
    """Two of three are an incident: the third is proposed to join, judged by its own pairs only."""
    pairs = {frozenset((1, 2)): 0.9, frozenset((1, 3)): 0.6, frozenset((2, 3)): 0.5}
    (one,) = proposed([member(1, 7), member(2, 7), member(3)], pairs)
    assert (one.incident_id, one.fresh, one.members) == (7, (3,), (1, 2, 3))
    assert one.probability == 0.55
    assert proposed([member(1, 7), member(2, 7)], pairs) == []
    assert proposed([member(1, 7), member(2, 8)], pairs) == []


def test_closed_reports_alone_are_nobodys_work() -> None:
    """A cluster without an open report is not proposed; one open report is enough."""
    assert proposed([member(1, is_open=False), member(2, is_open=False)], all_pairs(2)) == []
    assert len(proposed([member(1, is_open=False), member(2)], all_pairs(2))) == 1


def test_a_split_leaves_what_was_split_off_to_be_judged() -> None:
    """Two and two told apart crosswise: both pairs are still proposed, and nothing across."""
    apart = {frozenset(pair) for pair in ((1, 3), (1, 4), (2, 3), (2, 4))}
    found = proposed([member(key) for key in range(1, 5)], all_pairs(4), apart)
    assert [one.members for one in found] == [(1, 2), (3, 4)]


MEMBERS = st.lists(
    st.tuples(st.integers(1, 12), st.sampled_from([None, None, None, 5, 6]), st.booleans()),
    max_size=9, unique_by=lambda told: told[0],
)  # fmt: skip
PAIRS = st.dictionaries(
    st.tuples(st.integers(1, 12), st.integers(1, 12)).filter(lambda ends: ends[0] != ends[1]), st.floats(0.0, 1.0)
)


@given(told=MEMBERS, scored=PAIRS, rejected=st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12))))
def test_no_proposal_breaks_a_decision(
    told: list[tuple[int, int | None, bool]],
    scored: dict[tuple[int, int], float],
    rejected: list[tuple[int, int]],
) -> None:
    """Whatever stands and was said: nothing told apart is asked together, no fresh report is asked about twice."""
    members = [member(key, incident, is_open=is_open) for key, incident, is_open in told]
    pairs = {frozenset(ends): score for ends, score in scored.items()}
    apart = {frozenset(ends) for ends in rejected if ends[0] != ends[1]}
    found = proposed(members, pairs, apart)
    fresh = [key for one in found for key in one.fresh]
    assert len(fresh) == len(set(fresh))
    home = {one.request_id: one.incident_id for one in members}
    open_ones = {one.request_id for one in members if one.open}
    for one in found:
        asked = {frozenset(pair) for pair in combinations(one.members, 2)}
        assert not {pair for pair in asked & apart if not pair <= one.standing}
        assert len(one.members) >= 2
        assert one.fresh
        assert open_ones & set(one.members)
        assert {home[key] for key in one.members} <= {None, one.incident_id}
        assert 0.4 <= one.probability <= 1.0
