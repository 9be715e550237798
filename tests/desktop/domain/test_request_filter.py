"""The one filter: what fits, and that it survives being kept."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.records import ASSIGNED_KINDS, Placement, Status
from desktop.domain.attention import MISSING_MS, Moment
from desktop.domain.request_filter import (
    ALL,
    LINES,
    OPEN,
    WAYS,
    RequestFilter,
    WentAbout,
    inside,
    line_masks,
    matching,
)
from desktop.domain.unassigned import Unassigned

MOMENT = Moment(now_ms=1_000_000, day_start_ms=500_000, soon_ms=2_000_000)


def columns(count: int, seed: int = 0) -> SimpleNamespace:
    """Random requests with every status and placement."""
    rng = np.random.default_rng(seed)
    return SimpleNamespace(
        id=np.arange(1, count + 1),
        lon=rng.uniform(-71, -70, count),
        lat=rng.uniform(42, 43, count),
        status=rng.integers(0, len(Status), count).astype(np.uint8),
        placement=rng.integers(0, len(Placement), count).astype(np.uint8),
        service_id=rng.integers(1, 5, count).astype(np.int32),
        agency_id=rng.integers(-1, 3, count).astype(np.int32),
        incident_id=rng.integers(-1, 9, count),
        requested_ms=rng.integers(0, 1_200_000, count),
        acknowledged_ms=np.where(rng.random(count) < 0.3, MISSING_MS, rng.integers(0, 1_200_000, count)),
        closed_ms=rng.integers(0, 1_200_000, count),
        due_ms=np.where(rng.random(count) < 0.2, MISSING_MS, rng.integers(0, 3_000_000, count)),
        awaits_answer=rng.integers(0, 2, count).astype(np.uint8),
        by_machine=np.zeros(count, dtype=np.uint8),
        assigned_kind=rng.integers(0, 8, count).astype(np.uint8),
    )


FILTERS = st.builds(
    RequestFilter,
    line=st.sampled_from(LINES),
    text=st.text(max_size=20),
    service_ids=st.lists(st.integers(1, 5), max_size=3).map(tuple),
    agency_ids=st.lists(st.integers(-1, 3), max_size=3).map(tuple),
    statuses=st.lists(st.sampled_from([status.value for status in Status]), max_size=3).map(tuple),
    opened_from_ms=st.none() | st.integers(0, 1_200_000),
    opened_to_ms=st.none() | st.integers(0, 1_200_000),
    as_of_ms=st.none() | st.integers(0, 1_200_000),
    shape=st.lists(st.tuples(st.floats(-71, -70), st.floats(42, 43)), max_size=4).map(tuple),
    ways=st.none()
    | st.builds(WentAbout, st.sampled_from(["", *WAYS]), st.lists(st.integers(1, 5), max_size=3).map(tuple)),
    in_view=st.booleans(),
)


@given(FILTERS)
def test_a_filter_survives_being_kept(wanted: RequestFilter) -> None:
    """What is saved as JSON text is the same filter again."""
    assert RequestFilter.from_json(json.loads(json.dumps(wanted.to_json()))) == wanted


def test_fields_of_a_later_version_are_left_out() -> None:
    """A filter that a newer Opsmap saved still opens; one that makes no sense is refused."""
    assert RequestFilter.from_json({"line": "today", "weather": "rain"}) == RequestFilter(line="today")
    with pytest.raises(ValueError, match="no line"):
        RequestFilter.from_json({"line": "weather"})
    with pytest.raises(ValueError, match="no status"):
        RequestFilter(statuses=("lost",))


@given(FILTERS, st.integers(0, 50))
def test_what_fits_is_what_each_condition_says(wanted: RequestFilter, seed: int) -> None:
    """The mask equals the conditions looked at one request at a time."""
    rows = columns(40, seed)
    found = {"text": np.array([3, 5, 8, 13, 21, 34])} if wanted.text else {}
    line = line_masks(rows, MOMENT)[wanted.line]
    mask = matching(rows, line, wanted, found)
    for at in range(40):
        fits = bool(line[at])
        fits &= not wanted.service_ids or int(rows.service_id[at]) in wanted.service_ids
        fits &= not wanted.agency_ids or int(rows.agency_id[at]) in wanted.agency_ids
        fits &= not wanted.statuses or tuple(Status)[int(rows.status[at])].value in wanted.statuses
        fits &= wanted.opened_from_ms is None or int(rows.requested_ms[at]) >= wanted.opened_from_ms
        fits &= wanted.opened_to_ms is None or int(rows.requested_ms[at]) < wanted.opened_to_ms
        fits &= not wanted.text or int(rows.id[at]) in found["text"].tolist()
        assert mask[at] == fits


def test_lines_agree_with_each_other() -> None:
    """Every line but the closed ones and everything lies within what is open; none is missing."""
    masks = line_masks(columns(500), MOMENT)
    assert tuple(masks) == LINES
    for name in ("unacknowledged", "overdue", "due_soon", "unassigned", "incidents", "awaiting", "unlocated"):
        assert not (masks[name] & ~masks[OPEN]).any()
    assert masks[ALL].all()
    assert not masks["unsent"].any()
    assert not (masks["overdue"] & masks["due_soon"]).any()


def test_unsent_are_exactly_those_named() -> None:
    """Requests of which a message could not leave are on their line, closed ones too; ids that are gone are not."""
    rows = columns(500)
    named = [int(rows.id[3]), int(rows.id[400]), 10**9]
    mask = line_masks(rows, MOMENT, named)["unsent"]
    assert sorted(rows.id[mask].tolist()) == sorted(named[:2])


def test_a_box_holds_only_requests_that_are_on_the_map() -> None:
    """A request whose coordinates are not believed is in no view, wherever they point."""
    rows = columns(500)
    mask = inside(rows, (-70.7, 42.2, -70.3, 42.9))
    located = rows.placement == tuple(Placement).index(Placement.LOCATED)
    assert mask.any()
    assert not (mask & ~located).any()
    assert ((rows.lon >= -70.7) & (rows.lon <= -70.3) & (rows.lat >= 42.2) & (rows.lat <= 42.9) & located == mask).all()


def test_kinds_of_assignment_and_named_requests_narrow_a_line() -> None:
    """Codes of the columns follow the kinds; a filter by kinds, or by named requests, shows these alone."""
    assert ("", *(kind.value for kind in Unassigned)) == ASSIGNED_KINDS
    rows = columns(300, 5)
    every = np.ones(300, dtype=bool)
    for kind in Unassigned:
        shown = matching(rows, every, RequestFilter(line="all", kinds=(kind.value,)), {})
        assert shown.tolist() == [ASSIGNED_KINDS[code] == kind.value for code in rows.assigned_kind]
    some = tuple(int(key) for key in rows.id[::7])
    shown = matching(rows, every, RequestFilter(line="all", request_ids=some, about="some"), {})
    assert rows.id[shown].tolist() == list(some)
    with pytest.raises(ValueError, match="no kind"):
        RequestFilter(kinds=("",))
