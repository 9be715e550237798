"""The table of transitions: no sequence of acts leads where no request can be."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from data.records import Status
from desktop.domain.lifecycle import (
    ENDED,
    MACHINE,
    OPEN,
    OUTCOME_WORDS,
    PERSON,
    STATUS_WORDS,
    TRANSITIONS,
    Comment,
    Deed,
    Outcome,
    Standing,
    Verb,
    after,
    faults,
    refusal,
)
from desktop.domain.status_mapping import (
    FROM_OPEN311,
    FROM_SEECLICKFIX,
    TO_OPEN311,
    TO_SEECLICKFIX,
    read_status_notes,
    status_notes,
    taken_in,
)
from tests.soak import examples

VERBS = st.sampled_from(list(Verb))
OUTCOMES = st.sampled_from(list(Outcome))
CLOSING = [verb for verb, row in TRANSITIONS.items() if row.becomes is Status.CLOSED]


def deed(verb: Verb, at_ms: int, by: str = PERSON, outcome: Outcome = Outcome.FIXED, *, silent: bool = False) -> Deed:
    """An act with what it needs."""
    day = "2026-10-14" if verb is Verb.SCHEDULE else None
    return Deed(verb, at_ms, by, outcome if verb in CLOSING else None, day, silent)


class Life(RuleBasedStateMachine):
    """One request, at which anybody tries anything in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.standing, self.now_ms, self.reopened = Standing(), 1_000, 0

    @rule(verb=VERBS, by=st.sampled_from([PERSON, MACHINE]), outcome=OUTCOMES, silent=st.booleans())
    def act(self, verb: Verb, by: str, outcome: Outcome, silent: bool) -> None:
        """An act that is allowed leads on; one that is not is refused with a reason and leads nowhere."""
        self.now_ms += 1_000
        wanted = deed(verb, self.now_ms, by, outcome, silent=silent)
        if refusal(verb, self.standing.status):
            with pytest.raises(ValueError, match="not allowed"):
                after(wanted, self.standing)
            return
        before, self.standing = self.standing, after(wanted, self.standing)
        self.reopened += verb is Verb.REOPEN
        row = TRANSITIONS[verb]
        answers = row.acknowledges and not silent and before.status is Status.SUBMITTED
        assert self.standing.status is (row.becomes or (Status.ACKNOWLEDGED if answers else before.status))
        if row.tells and not silent:
            assert not self.standing.awaits_answer
        if answers:
            assert self.standing.acknowledged_by == by
        if before.acknowledged_ms is not None:
            assert self.standing.acknowledged_ms == before.acknowledged_ms

    @precondition(lambda self: self.standing.status is Status.ARCHIVED)
    @rule(verb=VERBS)
    def rest(self, verb: Verb) -> None:
        """What is archived stays so."""
        assert bool(refusal(verb, Status.ARCHIVED)) == (verb is not Verb.COMMENT)

    @invariant()
    def is_legal(self) -> None:
        """Never a state that the rules exclude."""
        assert faults(self.standing) == []
        assert self.standing.reopened_count == self.reopened


Life.TestCase.settings = settings(max_examples=examples(60), stateful_step_count=30)
test_life = Life.TestCase


def test_the_table_is_total() -> None:
    """Every act has its row, every status and outcome its words, and every refusal its reason."""
    assert set(TRANSITIONS) == set(Verb)
    assert set(STATUS_WORDS) == set(Status)
    assert set(OUTCOME_WORDS) == set(Outcome)
    for verb, row in TRANSITIONS.items():
        assert row.allowed
        assert bool(row.usual) == (row.comment is Comment.USUAL)
        for status in Status:
            assert bool(refusal(verb, status)) == (status not in row.allowed)


def test_only_archiving_cannot_be_undone() -> None:
    """Every other act on a request can."""
    assert [verb for verb, row in TRANSITIONS.items() if not row.undoable] == [Verb.ARCHIVE]


def test_a_deed_names_what_it_lacks() -> None:
    """An outcome belongs to closing, a day to scheduling, and to nothing else."""
    with pytest.raises(ValueError, match="close needs outcome"):
        Deed(Verb.CLOSE, 1)
    with pytest.raises(ValueError, match="comment has no outcome"):
        Deed(Verb.COMMENT, 1, outcome=Outcome.FIXED)
    with pytest.raises(ValueError, match="schedule needs day"):
        Deed(Verb.SCHEDULE, 1)


def test_every_status_is_reached() -> None:
    """No row of the table is idle: from a new request every status can be reached."""
    reached, fresh = {Status.SUBMITTED}, {Status.SUBMITTED}
    while fresh:
        fresh = {row.becomes for row in TRANSITIONS.values() if row.becomes and row.allowed & reached} - reached
        reached |= fresh
    assert reached == set(Status)


@pytest.mark.parametrize(
    ("to", "back"), [(TO_OPEN311, FROM_OPEN311), (TO_SEECLICKFIX, FROM_SEECLICKFIX)], ids=["open311", "seeclickfix"]
)
def test_the_mappings_are_total_and_agree(to: dict[Status, str], back: dict[str, Status]) -> None:
    """Each status has their word, each of their words a status; a word taken in and told again is the same word."""
    assert set(to) == set(Status)
    assert set(back) == set(to.values())
    assert all(to[status] == word for word, status in back.items())
    for status, word in to.items():
        assert (status in OPEN) == (back[word] in OPEN)
        assert (status in ENDED) == (back[word] in ENDED)
        assert taken_in(back[word], status) is status  # hearing our own word again changes nothing


def test_another_system_never_takes_a_request_back_within_open() -> None:
    """Their coarse word keeps our finer status; between open and ended their word decides."""
    for told in Status:
        for present in Status:
            found = taken_in(told, present)
            assert found in (told, present)
            assert (found in OPEN) == (told in OPEN)


@pytest.mark.parametrize("outcome", [*Outcome])
def test_status_notes_come_back(outcome: Outcome) -> None:
    """GeoReport's notes carry outcome and text, and give both back."""
    for text in ("", "Lamp replaced.", "Fixed: twice", "a\nb: c"):
        assert read_status_notes(status_notes(outcome, text)) == (outcome, text)
    assert read_status_notes("The crew was there.") == (None, "The crew was there.")
