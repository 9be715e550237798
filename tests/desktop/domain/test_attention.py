"""Same-day acknowledgement of the last days, against looking at each request."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from data.records import Status
from desktop.domain.attention import MISSING_MS, Moment, SameDay, missing_to, same_day, same_day_shares
from desktop.domain.backlog import Bins, Step
from desktop.domain.deadlines import WorkingCalendar
from desktop.domain.working_time import WorkingTime
from tests.desktop.domain.test_backlog import columns

ZONE = "America/New_York"
NOW = datetime(2026, 11, 4, 15, 30, tzinfo=UTC)  # clocks changed on 1 November
NOW_MS = round(NOW.timestamp() * 1000)
HOURS = st.integers(0, 16 * 24)
ROWS = st.lists(st.tuples(st.sampled_from(tuple(Status)), HOURS, st.none() | HOURS, st.none() | HOURS), max_size=25)


WORKING = WorkingTime(WorkingCalendar(ZONE))


def last_day(moment_ms: int) -> date:
    """The first working day on which what comes at a moment can be read, found by walking."""
    local = datetime.fromtimestamp(moment_ms / 1000, UTC).astimezone(ZoneInfo(ZONE))
    day = local.date() if local.hour < 18 else local.date() + timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day


def local_day(moment_ms: int) -> date:
    return datetime.fromtimestamp(moment_ms / 1000, UTC).astimezone(ZoneInfo(ZONE)).date()


@given(ROWS)
def test_each_day_is_that_of_looking_at_each_request(
    ago: list[tuple[Status, int, int | None, int | None]],
) -> None:
    """Arrived, acknowledged by the end of the first working day, and answered nobody knows when; today is the meter."""

    def at(hours: int | None) -> int | None:
        return None if hours is None else NOW_MS - hours * 3_600_000

    rows = [(status, at(opened) or 0, at(answered), at(closed)) for status, opened, answered, closed in ago]
    made = columns(rows)
    moment, bins = Moment.at(NOW, ZONE), Bins.ending(Step.DAY, NOW.date(), 14, ZONE)
    shares = same_day_shares(made, bins.days, bins.edges_ms, moment, WORKING.first_days_end)
    assert [share.day for share in shares] == list(bins.days[:-1])
    for share in shares:
        arrived = acknowledged = undated = 0
        for status, opened, answered, closed in rows:
            if local_day(opened) != share.day:
                continue
            arrived += 1
            closes = status in (Status.CLOSED, Status.ARCHIVED) and closed is not None and closed >= opened
            by = last_day(opened)
            same = (answered is not None and answered >= opened and local_day(answered) <= by) or (
                closes and local_day(closed or 0) <= by
            )
            if by >= local_day(NOW_MS):
                same = status is not Status.SUBMITTED
            acknowledged += same
            undated += not same and status is not Status.SUBMITTED and answered is None
        assert (share.arrived, share.acknowledged, share.undated) == (arrived, acknowledged, undated)
    today = same_day(made, moment)
    assert (shares[-1].arrived, shares[-1].acknowledged) == (today.arrived, today.acknowledged)


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 100))
def test_so_many_more_reach_the_goal(arrived: int, acknowledged: int, percent: int) -> None:
    """One fewer would not reach it, so many do; never more than wait."""
    acknowledged = min(arrived, acknowledged)
    more = missing_to(percent / 100, SameDay(arrived, acknowledged))
    assert 0 <= more <= arrived - acknowledged
    assert 100 * (acknowledged + more) >= percent * arrived
    assert more == 0 or 100 * (acknowledged + more - 1) < percent * arrived


def test_days_without_arrivals_have_no_share() -> None:
    """Nothing arrived is not nothing acknowledged."""
    bins = Bins.ending(Step.DAY, NOW.date(), 14, ZONE)
    moment = Moment.at(NOW, ZONE)
    shares = same_day_shares(columns([]), bins.days, bins.edges_ms, moment, WORKING.first_days_end)
    assert len(shares) == 14
    assert all(share.share is None for share in shares)
    assert np.int64(MISSING_MS) < 0
