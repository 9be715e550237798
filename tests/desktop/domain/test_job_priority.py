"""Urgency: what it is made of and that it never turns around."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.job_priority import deadline_points, urgency


@pytest.mark.parametrize(
    ("days", "points"),
    [(None, 0), (10.0, 0), (3.0, 0), (1.5, 10), (0.0, 20), (-0.01, 30), (-3.2, 33), (-400.0, 40)],
)
def test_points_of_the_deadline(days: float | None, points: int) -> None:
    """Nothing from afar, evenly more within three working days, a step when it has passed, a bound after ten days."""
    assert deadline_points(days) == points


@given(st.floats(-50, 50), st.floats(-50, 50))
def test_a_nearer_deadline_is_never_less_urgent(a: float, b: float) -> None:
    """Points fall as the time that is left grows."""
    assert deadline_points(min(a, b)) >= deadline_points(max(a, b))


def test_reports_and_storms_add() -> None:
    """One report adds nothing, each doubling the same, a storm once; all together stays within 100."""
    assert [urgency(50, None, count).priority for count in (1, 2, 4, 8, 16)] == [50, 55, 60, 65, 65]
    assert urgency(50, None, storm=True).priority == 60
    assert urgency(95, -20, 9, storm=True).priority == 100
    assert urgency(-5, None).priority == 0
