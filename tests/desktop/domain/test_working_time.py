"""Working time of many moments at once, and its share that is left, against a count of single minutes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.attention import MISSING_MS
from desktop.domain.deadlines import WorkingCalendar, due_after
from desktop.domain.working_time import NO_SHARE, WorkingTime

# Holidays that begin a year, end one, and lie on the day when clocks change.
BERLIN = WorkingCalendar(
    "Europe/Berlin",
    time(8),
    time(18),
    frozenset({0, 1, 2, 3, 4, 6}),
    frozenset({date(2026, 1, 1), date(2026, 3, 29), date(2026, 12, 31)}),
)
START = datetime(2025, 12, 20, tzinfo=UTC)
MOMENTS = st.integers(0, 60 * 24 * 400).map(lambda minutes: START + timedelta(minutes=minutes))
STEPS = st.integers(0, 5 * 24 * 60)


def ms(moment: datetime) -> int:
    """Milliseconds since 1970."""
    return round(moment.timestamp() * 1000)


def worked_minutes(calendar: WorkingCalendar, start: datetime, end: datetime) -> int:
    """The oracle: walk minute by minute on the city's clocks and ask whether each one is worked."""
    zone, total, moment = ZoneInfo(calendar.timezone), 0, start
    while moment < end:
        local = moment.astimezone(zone)
        works = local.weekday() in calendar.weekdays and local.date() not in calendar.holidays
        total += works and calendar.opens <= local.time() < calendar.closes
        moment += timedelta(minutes=1)
    return total


@given(opened=MOMENTS, until_now=STEPS, until_due=STEPS)
def test_share_left_is_a_count_of_minutes(opened: datetime, until_now: int, until_due: int) -> None:
    """What is left, and its share of the whole, are what counting every minute gives, alone and among others."""
    now, due = opened + timedelta(minutes=until_now), opened + timedelta(minutes=until_due)
    clock = WorkingTime(BERLIN)
    left = worked_minutes(BERLIN, now, due) - worked_minutes(BERLIN, due, now)
    whole = worked_minutes(BERLIN, opened, due)
    assert int(clock.between(ms(now), ms(due))) == left * 60_000
    share = max(0.0, left / whole) if whole else 0.0
    assert float(clock.share_left(ms(opened), ms(due), ms(now))) == pytest.approx(share)
    several = clock.share_left([MISSING_MS, ms(opened), ms(opened)], [ms(due), ms(due), MISSING_MS], ms(now))
    assert several.tolist() == pytest.approx([NO_SHARE, share, NO_SHARE])


@given(start=MOMENTS, minutes=STEPS)
def test_rests_are_the_minutes_in_which_nobody_works(start: datetime, minutes: int) -> None:
    """The hatched stretches lie in order, inside the span, and hold every minute that is not worked, no other."""
    end = start + timedelta(minutes=minutes)
    rests = WorkingTime(BERLIN).rests(ms(start), ms(end))
    edges = [edge for rest in rests for edge in rest]
    assert edges == sorted(set(edges))
    assert all(ms(start) <= edge <= ms(end) for edge in edges)
    assert sum(to - begin for begin, to in rests) == (minutes - worked_minutes(BERLIN, start, end)) * 60_000
    for begin, to in rests:
        moments = (datetime.fromtimestamp(edge / 1000, UTC) for edge in (begin, to))
        assert worked_minutes(BERLIN, *moments) == 0


@given(opened=MOMENTS, promised_h=st.integers(1, 90))
def test_a_promise_is_whole_when_it_is_made(opened: datetime, promised_h: int) -> None:
    """A deadline so many working hours away has all of them left at the opening, and none at the deadline."""
    due = due_after(BERLIN, opened, promised_h)
    clock = WorkingTime(BERLIN)
    assert int(clock.between(ms(opened), ms(due))) == promised_h * 3_600_000
    assert float(clock.share_left(ms(opened), ms(due), ms(opened))) == 1.0
    assert float(clock.share_left(ms(opened), ms(due), ms(due))) == 0.0


def test_moments_that_nobody_can_mean_cost_little() -> None:
    """A deadline in the year 9999 and an opening in the year 1 are answered, from years that can be believed."""
    clock = WorkingTime(WorkingCalendar("UTC"))
    far, ancient = ms(datetime(9999, 1, 1, tzinfo=UTC)), ms(datetime(1, 1, 2, tzinfo=UTC))
    share = clock.share_left(np.array([ancient]), np.array([far]), ms(START))
    assert 0.5 < float(share[0]) < 0.7
    assert not clock.between([], []).size
