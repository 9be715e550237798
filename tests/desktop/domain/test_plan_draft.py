"""Drafts of a day's plan: edits lose no job, locks hold, every step goes back and forth, what is kept comes back."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from desktop.domain.plan_draft import DayOrders, DraftRefused, DraftSteps, from_kept, kept_form

START = DayOrders(((0, 1, 2), (3, 4), ()), (5, 6))


class Edits(RuleBasedStateMachine):
    """Random edits, with the states in a list beside them as the oracle of undo and redo."""

    def __init__(self) -> None:
        super().__init__()
        self.draft, self.states, self.at = DraftSteps(START), [START], 0

    def put(self, state: DayOrders) -> None:
        """One edit, also for the oracle."""
        self.draft.put(state, "edit")
        if state != self.states[self.at]:
            self.states = [*self.states[: self.at + 1], state]
            self.at += 1

    def stop(self, data: st.DataObject) -> tuple[int, int] | None:
        """Any stop of the present state."""
        stops = [(crew, at) for crew, order in enumerate(self.draft.present.orders) for at in range(len(order))]
        return data.draw(st.sampled_from(stops)) if stops else None

    @rule(data=st.data(), to=st.integers(0, 2))
    def move(self, data: st.DataObject, to: int) -> None:
        """Any stop to any place; where it is refused, a lock is the reason."""
        found, state = self.stop(data), self.draft.present
        if found is None:
            return
        crew, at = found
        room = len(state.orders[to]) - (to == crew)
        place = data.draw(st.integers(0, room))
        job = state.orders[crew][at]
        try:
            made = state.move(crew, at, to, place)
        except DraftRefused:
            locks = state.locks
            assert {crew, to} & locks.whole or state.locked(crew, at) or place < locks.first.get(to, 0)
            return
        assert made.orders[to][place] == job
        if (crew, at) != (to, place):
            assert "order" not in state.locked(crew, at)
            assert not {crew, to} & state.locks.whole
        self.put(made)

    @rule(data=st.data())
    def take_out(self, data: st.DataObject) -> None:
        """Any stop out, unless it is locked."""
        found = self.stop(data)
        if found is None:
            return
        try:
            self.put(self.draft.present.take_out(*found))
        except DraftRefused:
            assert self.draft.present.locked(*found)

    @rule(data=st.data(), crew=st.integers(0, 2))
    @precondition(lambda self: self.draft.present.left_out)
    def put_in(self, data: st.DataObject, crew: int) -> None:
        """Any job that was left out into any crew."""
        job = data.draw(st.sampled_from(self.draft.present.left_out))
        place = data.draw(st.integers(0, len(self.draft.present.orders[crew])))
        try:
            self.put(self.draft.present.put_in(job, crew, place))
        except DraftRefused:
            locks = self.draft.present.locks
            assert crew in locks.whole or place < locks.first.get(crew, 0)

    @rule(crew=st.integers(0, 2), on=st.booleans())
    def lock_whole(self, crew: int, on: bool) -> None:
        """A whole crew."""
        self.put(self.draft.present.lock_whole(crew, on))

    @rule(data=st.data(), kind=st.sampled_from(["crew", "time", "order", "none"]))
    def lock(self, data: st.DataObject, kind: str) -> None:
        """A stop in any way, or in none."""
        found, state = self.stop(data), self.draft.present
        if found is None:
            return
        crew, at = found
        job = state.orders[crew][at]
        if kind == "none":
            self.put(state.unlock(crew, at))
            assert self.draft.present.locked(crew, at) <= {"whole"}
        else:
            made = {
                "crew": lambda: state.lock_crew(job),
                "time": lambda: state.lock_time(job, 36_000),
                "order": lambda: state.lock_first(crew, at + 1),
            }[kind]()
            self.put(made)
            assert kind in made.locked(crew, at)

    @rule(crew=st.integers(0, 2))
    def reverse(self, crew: int) -> None:
        """Twice the other way round is as before."""
        try:
            made = self.draft.present.reverse(crew)
        except DraftRefused:
            assert crew in self.draft.present.locks.whole
            return
        assert made.reverse(crew) == self.draft.present
        self.put(made)

    @rule()
    def undo(self) -> None:
        """One back."""
        self.draft.undo()
        self.at = max(0, self.at - 1)

    @rule()
    def redo(self) -> None:
        """One forth."""
        self.draft.redo()
        self.at = min(len(self.states) - 1, self.at + 1)

    @invariant()
    def no_job_is_lost(self) -> None:
        """Every job is with one crew or left out, once; the draft is the oracle's; it survives being kept."""
        state = self.draft.present
        assert sorted([job for order in state.orders for job in order] + list(state.left_out)) == list(range(7))
        assert state == self.states[self.at]
        assert from_kept(json.loads(json.dumps(kept_form(state)))) == state
        assert (self.draft.undone is None) == (self.at == 0)
        assert (self.draft.redone is None) == (self.at == len(self.states) - 1)


TestEdits = Edits.TestCase


def test_a_locked_job_names_what_holds_it() -> None:
    """A job kept with its crew may change its place there and not its crew; one of a locked order stays."""
    kept = START.lock_crew(1)
    assert kept.move(0, 1, 0, 0).orders[0] == (1, 0, 2)
    with pytest.raises(DraftRefused) as told:
        kept.move(0, 1, 1, 0)
    assert (told.value.why, told.value.crew, told.value.job) == ("crew", 0, 1)
    with pytest.raises(DraftRefused, match="order"):
        START.lock_first(0, 2).move(0, 2, 0, 0)
    with pytest.raises(DraftRefused, match="crew"):
        kept.take_out(0, 1)


def test_a_job_of_two_crews_leaves_both() -> None:
    """Taken out once, it is gone from every crew and left out once; a crew has it once at most."""
    pair = DayOrders(((0, 1), (1,)))
    assert pair.take_out(0, 1) == DayOrders(((0,), ()), (1,))
    with pytest.raises(DraftRefused, match="twice"):
        pair.move(0, 1, 1, 0)


def test_a_trip_to_unload_moves_within_its_crew_and_is_no_job() -> None:
    """It changes its place, is dropped by taking it out, and is not given to another crew."""
    day = DayOrders(((0, -1, 1), ()))
    assert day.move(0, 1, 0, 2).orders[0] == (0, 1, -1)
    assert day.take_out(0, 1) == DayOrders(((0, 1), ()))
    with pytest.raises(DraftRefused, match="unloading"):
        day.move(0, 1, 1, 0)


@given(
    st.recursive(st.none() | st.integers() | st.text(max_size=3), lambda e: st.lists(e) | st.dictionaries(st.text(), e))
)
def test_what_is_no_kept_draft_is_refused(content: object) -> None:
    """Anything else is an error that is expected, never another one."""
    with pytest.raises((KeyError, TypeError, ValueError, IndexError)):
        from_kept(content)  # type: ignore[arg-type]
