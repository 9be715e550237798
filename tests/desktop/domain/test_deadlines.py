"""Working time: deadlines and durations against a count of single minutes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.deadlines import WorkingCalendar, due_after, working_time_between

BERLIN = WorkingCalendar(
    "Europe/Berlin", time(8), time(18), holidays=frozenset({date(2026, 10, 3), date(2026, 12, 25)})
)
MOMENTS = st.integers(0, 60 * 24 * 400).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def counted_minutes(calendar: WorkingCalendar, start: datetime, end: datetime) -> int:
    """The oracle: walk minute by minute and ask whether each one is worked."""
    zone, total, moment = ZoneInfo(calendar.timezone), 0, start
    while moment < end:
        local = moment.astimezone(zone)
        worked = local.weekday() < 5 and local.date() not in calendar.holidays
        total += worked and calendar.opens <= local.time() < calendar.closes
        moment += timedelta(minutes=1)
    return total


@given(start=MOMENTS, minutes=st.integers(0, 6 * 24 * 60))
def test_working_time_equals_a_count_of_minutes(start: datetime, minutes: int) -> None:
    """Working time is what counting every minute gives, over weekends, holidays and clock changes."""
    end = start + timedelta(minutes=minutes)
    assert working_time_between(BERLIN, start, end) == timedelta(minutes=counted_minutes(BERLIN, start, end))


@given(start=MOMENTS, hours=st.integers(0, 90))
def test_a_deadline_leaves_exactly_the_promised_working_time(start: datetime, hours: int) -> None:
    """From the start to the deadline lies exactly the working time that was promised."""
    due = due_after(BERLIN, start, hours)
    assert due >= start
    assert working_time_between(BERLIN, start, due) == timedelta(hours=hours)


def test_time_before_the_start_is_negative() -> None:
    """An overdue request has negative time left, as large as the time since its deadline."""
    monday = datetime(2026, 10, 12, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    assert working_time_between(BERLIN, monday + timedelta(hours=3), monday) == timedelta(hours=-3)


def test_a_day_that_never_opens_is_refused() -> None:
    """A calendar names the rule it breaks."""
    with pytest.raises(ValueError, match="closes after it opens"):
        WorkingCalendar("UTC", time(18), time(8))
