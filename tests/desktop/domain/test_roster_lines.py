"""Lines that people type in the forms of the roster, and what they mean."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.roster_entries import WEEKDAYS
from desktop.domain.roster_lines import SHIFT_HINT, lent_lines, lent_of, place_lines, places_of, shift_lines, shifts_of

CLOCKS = st.integers(0, 24 * 60 - 1).map(lambda minutes: f"{minutes // 60:02d}:{minutes % 60:02d}")


def test_a_shift_with_everything() -> None:
    """Weekdays, hours, break with its window and place, overtime with its price, most stops."""
    (found,) = shifts_of(SHIFT_HINT + " break at Yard North")
    assert found == {
        "weekdays": ["mon", "tue", "wed", "thu", "fri"],
        "start": "07:00",
        "end": "16:00",
        "break_minutes": 30,
        "break_from": "11:30",
        "break_to": "13:00",
        "overtime_min": 60,
        "overtime_price": 2,
        "max_stops": 20,
        "break_at": "Yard North",
    }
    assert shift_lines([found]) == SHIFT_HINT + " break at Yard North"


@given(st.lists(st.tuples(st.sets(st.sampled_from(WEEKDAYS), min_size=1), CLOCKS, CLOCKS), max_size=4))
def test_lines_are_read_as_they_were_written(shifts: list[tuple[set[str], str, str]]) -> None:
    """Whatever the weekdays and hours are."""
    told = [{"weekdays": sorted(days, key=WEEKDAYS.index), "start": start, "end": end} for days, start, end in shifts]
    assert shifts_of(shift_lines(told)) == told


def test_who_is_lent_and_places() -> None:
    """Both come back as they were; a name may hold spaces, a load may be left out."""
    lent = [{"code": "M 7", "first_day": date(2026, 10, 13), "last_day": date(2026, 10, 14)}]
    assert lent_of(lent_lines(lent)) == lent
    places = [
        {"name": "Bin 1", "lat": 42.5, "long": -71.25, "minutes": 5.0, "load": 0.1},
        {"name": "Bin 2", "lat": 42.5, "long": -71.25, "minutes": 10.0},
    ]
    assert places_of(place_lines(places)) == places


@pytest.mark.parametrize(
    ("read", "line", "words"),
    [
        (shifts_of, "07:00-16:00", "is not like"),
        (shifts_of, "mon", "is not like"),
        (shifts_of, "moon 07:00-16:00", "'moon' in 'moon 07:00-16:00' is no weekday"),
        (shifts_of, "mon 07:00-16:00 lunch 30", "'lunch' in the shift"),
        (lent_of, "M4", "is not like"),
        (lent_of, "M4 2026-13-01..2026-13-02", "is not like"),
        (places_of, "Bin", "is not like"),
        (places_of, "Bin; x, y", "is not like"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(read: object, line: str, words: str) -> None:
    """With what stands there and how to write it."""
    with pytest.raises(ValueError, match=words):
        read(line)  # type: ignore[operator]
