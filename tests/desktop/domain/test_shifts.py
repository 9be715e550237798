"""Shifts by the city's working hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from desktop.domain.deadlines import WorkingCalendar
from desktop.domain.shifts import shift_until

BERLIN = ZoneInfo("Europe/Berlin")
CALENDAR = WorkingCalendar("Europe/Berlin", time(8), time(18), holidays={date(2026, 10, 15)})


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of October 2026 on the city's clocks; the 12th is a Monday."""
    return datetime(2026, 10, day, hour, minute, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("now", "since", "next_end"),
    [
        (at(13, 16), at(13, 8), at(13, 18)),  # in the day: the next shift has the rest of it
        (at(13, 18), at(13, 8), at(14, 18)),  # at its end
        (at(14, 2), at(13, 8), at(14, 18)),  # at night
        (at(14, 8, 20), at(13, 8), at(14, 18)),  # just after the city opened: the night's shift hands over
        (at(16, 9, 30), at(16, 8), at(16, 18)),
        (at(16, 7), at(14, 8), at(16, 18)),  # the 15th is a holiday
        (at(18, 12), at(16, 8), at(19, 18)),  # a Sunday
    ],
)
def test_a_shift_began_when_the_city_opened(now: datetime, since: datetime, next_end: datetime) -> None:
    """Without another word the shift goes back to the last opening; the next one ends when the city next closes."""
    shift = shift_until(CALENDAR, now)
    assert (shift.since, shift.until, shift.next_end) == (since, now, next_end)
    assert shift.since.tzinfo is UTC


def test_a_shift_may_begin_whenever_a_person_says() -> None:
    """What is asked for counts, in whatever zone it is written."""
    assert shift_until(CALENDAR, at(13, 16), at(12, 22)).since == datetime(2026, 10, 12, 20, tzinfo=UTC)


def test_a_city_that_never_works_has_shifts_of_a_day() -> None:
    """No working day within reach neither fails nor hangs."""

    class Always(frozenset[date]):
        def __contains__(self, day: object) -> bool:
            return True

    shift = shift_until(WorkingCalendar("UTC", holidays=Always()), at(13, 16))
    assert (shift.until - shift.since).days == (shift.next_end - shift.until).days == 1
