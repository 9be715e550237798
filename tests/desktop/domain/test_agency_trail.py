"""The departments a request went through: what is appended, how often it moved, how often it came back."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.agency_trail import appended, appended_all, departments, moves, returns

LIVES = st.lists(st.one_of(st.none(), st.integers(1, 4)), min_size=1, max_size=12)


@given(LIVES)
def test_a_trail_tells_the_life(life: list[int | None]) -> None:
    """Step by step as acts write it: departments in order, each change a move, each one met again a return."""
    trail, present = "", None
    for department in life:
        trail, present = appended(trail, present, department), department
    met = [department for department in life if department is not None]
    order = [*met[:1], *(second for first, second in pairwise(met) if first != second)]
    assert departments(trail, present) == order
    assert moves(trail, present) == max(0, len(order) - 1)
    assert returns(trail, present) == sum(one in order[:at] for at, one in enumerate(order))


def test_whole_columns_are_the_single_ones() -> None:
    """What never had a department, or keeps it, leaves no trace."""
    assert appended_all(["", "1", "", "2"], [None, 2, 3, 1], [1, 1, 3, None]) == ["", "1 2", "", "2 1"]
