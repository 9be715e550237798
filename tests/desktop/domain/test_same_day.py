"""Same-day acknowledgement: what counts, and what a machine answered apart."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from data.records import Status
from desktop.domain.attention import STATUS_CODES, Moment, SameDay, same_day

MOMENT = Moment(now_ms=1_000, day_start_ms=500, soon_ms=2_000)
ROWS = st.lists(st.tuples(st.sampled_from(list(Status)), st.integers(0, 1_200), st.booleans()), max_size=30)


@given(ROWS)
def test_answers_by_machine_are_told_apart(rows: list[tuple[Status, int, bool]]) -> None:
    """The meter against a count row by row; what a machine answered is part of the acknowledged, never more."""
    columns = SimpleNamespace(
        status=np.array([STATUS_CODES[status] for status, _, _ in rows], dtype=np.uint8),
        requested_ms=np.array([at for _, at, _ in rows], dtype=np.int64),
        by_machine=np.array([machine for _, _, machine in rows], dtype=np.uint8),
    )
    today = [(status, machine) for status, at, machine in rows if 500 <= at <= 1_000]
    answered = [machine for status, machine in today if status is not Status.SUBMITTED]
    found = same_day(columns, MOMENT)
    assert found == SameDay(len(today), len(answered), sum(answered))
    if today:
        assert found.share is not None
        assert found.share_by_people is not None
        assert found.share_by_people <= found.share <= 1
