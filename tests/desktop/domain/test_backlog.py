"""The backlog over time, against counting one by one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.records import Status
from desktop.domain import backlog
from desktop.domain.attention import MISSING_MS, Moment
from desktop.domain.backlog import BARS, NOT_YET, Backlog, Bins, History, Step
from desktop.domain.request_filter import ALL, OPEN, Standing, line_masks

STATUSES = tuple(Status)
GONE = (Status.CLOSED, Status.ARCHIVED)
TIMES = st.integers(0, 60)
MAYBE = st.none() | TIMES
ROWS = st.lists(st.tuples(st.sampled_from(STATUSES), TIMES, MAYBE, MAYBE), max_size=30)
ZONES = st.sampled_from(
    ["UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Havana", "Asia/Beirut"]
)
DAYS = st.dates(date(2015, 1, 1), date(2026, 12, 31))


def columns(rows: list[tuple[Status, int, int | None, int | None]]) -> SimpleNamespace:
    """Requests as columns: status, opened, acknowledged, closed."""

    def times(at: int) -> np.ndarray:
        return np.array([MISSING_MS if row[at] is None else row[at] for row in rows], dtype=np.int64)

    count = len(rows)
    return SimpleNamespace(
        id=np.arange(count),
        lon=np.zeros(count),
        lat=np.zeros(count),
        placement=np.zeros(count, dtype=np.uint8),
        service_id=np.ones(count, dtype=np.int32),
        agency_id=np.ones(count, dtype=np.int32),
        incident_id=np.full(count, -1),
        due_ms=np.full(count, MISSING_MS),
        awaits_answer=np.zeros(count, dtype=np.uint8),
        by_machine=np.zeros(count, dtype=np.uint8),
        assigned_kind=np.zeros(count, dtype=np.uint8),
        status=np.array([STATUSES.index(row[0]) for row in rows], dtype=np.uint8),
        requested_ms=times(1),
        acknowledged_ms=times(2),
        closed_ms=times(3),
    )


def left_at(status: Status, opened: int, closed: int | None) -> float:
    """When a request left, told in the plainest way."""
    if status not in GONE:
        return float("inf")
    return max(opened, closed) if closed is not None else opened


@given(ROWS, st.lists(st.integers(-5, 65), min_size=2, max_size=8).map(sorted))
def test_counts_are_those_of_counting_one_by_one(
    rows: list[tuple[Status, int, int | None, int | None]], edges: list[int]
) -> None:
    """Opened, closed and open at a moment equal a count over each request; the balance of a span always holds."""
    made = Backlog.of(columns(rows))
    at = np.array(edges)
    opened, closed, standing = made.opened(at), made.closed(at), made.at(at)
    for place, (low, high) in enumerate(pairwise(edges)):
        assert opened[place] == sum(low <= row[1] < high for row in rows)
        assert closed[place] == sum(low <= left_at(row[0], row[1], row[3]) < high for row in rows)
    for place, moment in enumerate(edges):
        assert standing[place] == sum(row[1] < moment <= left_at(row[0], row[1], row[3]) for row in rows)
    assert (np.diff(standing) == opened - closed).all()
    assert made.undated == sum(row[0] in GONE and (row[3] is None or row[3] < row[1]) for row in rows)


@given(ROWS, st.integers(-5, 65))
def test_how_each_stood_at_a_moment(rows: list[tuple[Status, int, int | None, int | None]], moment: int) -> None:
    """The status of every request at a moment is the one its times tell, and those that are open are the backlog."""
    made = columns(rows)
    history = History.of(made)
    then = history.status_at(moment)
    for row, code in zip(rows, then.tolist(), strict=True):
        status, opened, acknowledged, closed = row
        if opened >= moment:
            assert code == NOT_YET
        elif left_at(status, opened, closed) < moment:
            assert STATUSES[code] is status
        elif acknowledged is not None and acknowledged < moment:
            assert STATUSES[code] is Status.ACKNOWLEDGED
        elif acknowledged is not None or status in GONE:
            assert STATUSES[code] is Status.SUBMITTED
        else:
            assert STATUSES[code] is status
    standing, at = Standing.at(made, history, moment), Moment(moment, moment - 10, moment + 10)
    lines = line_masks(standing, at)
    assert (standing.line(OPEN, at, history) == lines[OPEN]).all()
    assert (standing.line("unacknowledged", at, history) == lines["unacknowledged"]).all()
    assert int(lines[OPEN].sum()) == int(Backlog.of(made).at(moment))
    assert int(standing.line(ALL, at, history).sum()) == sum(row[1] < moment for row in rows)


@given(st.sampled_from(Step), DAYS, st.integers(1, 150), ZONES)
def test_bars_are_the_citys_calendar(step: Step, last: date, count: int, zone: str) -> None:
    """Bars meet without a gap at the city's midnights, also where clocks change; the last holds the day asked for."""
    bins = Bins.ending(step, last, count, zone)
    assert len(bins) == count
    assert bins.days[-2] <= last < bins.days[-1]
    assert list(bins.edges_ms) == sorted(set(bins.edges_ms))
    there = ZoneInfo(zone)
    for day, edge in zip(bins.days, bins.edges_ms, strict=True):
        begins = datetime.fromtimestamp(edge / 1000, UTC).astimezone(there)
        assert begins.date() == day
        before = datetime.fromtimestamp(edge / 1000 - 1, UTC).astimezone(there)
        assert before.date() == day - timedelta(days=1)
    if step is Step.WEEK:
        assert all(day.weekday() == 0 for day in bins.days)
    if step is Step.MONTH:
        assert all(day.day == 1 for day in bins.days)


@given(st.sampled_from(Step), DAYS, DAYS)
def test_a_window_holds_the_history_or_as_many_bars_as_fit(step: Step, one: date, other: date) -> None:
    """Bars of the longest step offered show the whole history where 120 of them can."""
    first, last = min(one, other), max(one, other)
    offered = backlog.steps_for(first, last)
    longest = offered[-1]
    assert offered[0] is Step.DAY
    count = backlog.bars_for(longest, first, last)
    assert count <= BARS
    if longest is not Step.MONTH:
        assert Bins.ending(longest, last, count, "UTC").days[0] <= first
    assert backlog.bars_since(step, first, last) == len(
        {backlog.floor(step, first + timedelta(days=n)) for n in range((last - first).days + 1)}
    )


def test_the_hours_of_a_day_when_clocks_change() -> None:
    """A day of 23 hours and one of 25 are one bar each."""
    spring = Bins.ending(Step.DAY, date(2026, 3, 8), 1, "America/New_York")
    autumn = Bins.ending(Step.DAY, date(2026, 11, 1), 1, "America/New_York")
    assert np.diff(spring.edges_ms).tolist() == [23 * 3_600_000]
    assert np.diff(autumn.edges_ms).tolist() == [25 * 3_600_000]


def test_a_city_without_requests() -> None:
    """Nothing came, nothing left, nothing is open."""
    made = Backlog.of(columns([]))
    assert made.first_ms is None
    assert made.at(5) == 0
    assert made.opened(np.array([0, 5, 9])).tolist() == [0, 0]


@pytest.mark.parametrize("step", Step)
def test_a_step_back_and_forth_is_none(step: Step) -> None:
    """Bars later and as many earlier lead to the same bar."""
    day = backlog.floor(step, date(2024, 2, 29))
    for bars in (1, 7, 100):
        assert backlog.shifted(step, backlog.shifted(step, day, bars), -bars) == day
