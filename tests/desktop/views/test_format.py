"""Figures, times and spans in words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QLocale

from desktop.views import format as words

ZONE = "America/Detroit"
NOW = datetime(2026, 10, 13, 18, 32, tzinfo=UTC)  # 14:32 in Detroit


@pytest.fixture(autouse=True)
def english() -> object:
    """One locale for all of these."""
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    yield
    QLocale.setDefault(before)


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_counts_lose_nothing(value: int) -> None:
    """Taking the thin spaces out and reading the true minus gives the number back; groups have three digits."""
    text = words.count(value)
    assert int(text.replace("\u2009", "").replace("\u2212", "-")) == value
    groups = text.lstrip("\u2212").split("\u2009")
    assert all(len(group) == 3 for group in groups[1:])
    assert 1 <= len(groups[0]) <= 3


@pytest.mark.parametrize(
    ("got", "wanted"),
    [
        (words.count(753214), "753\u2009214"),
        (words.count(-1234), "\u22121\u2009234"),
        (words.number(1234.56, 1), "1\u2009234.6"),
        (words.number(-0.04, 1), "0.0"),
        (words.percent(0.924), "92.4\u202f%"),
        (words.span("8.0", "9.9"), "8.0\u20139.9"),
        (words.duration(6 * 3600 + 15 * 60), "6\u2009h\u200915"),
        (words.duration(-(3 * 3600 + 5 * 60)), "\u22123\u2009h\u200905"),
        (words.duration(49 * 60), "0\u2009h\u200949"),
        (words.duration(27 * 3600), "1\u2009d\u20093\u2009h"),
        (words.working_hours(6 * 3600 + 15 * 60), "6\u2009h\u200915"),
        (words.working_hours(-(1043 * 3600 + 5 * 60)), "\u22121\u2009043\u2009h"),
        (words.working_hours(-59), "0\u2009h\u200900"),
        (words.working_time(6 * 3600 + 15 * 60), "6 h 15 min"),
        (words.working_time(-49 * 60), "49 min"),
        (words.working_time(6 * 3600), "6 h"),
        (words.duration(-20), "0\u2009h\u200900"),
        (words.distance(31.4), "31\u202fm"),
        (words.distance(1234), "1.2\u202fkm"),
        (words.distance(198_000), "198\u202fkm"),
        (words.scale(13_871), "1 : 14\u2009000"),
        (words.scale(847), "1 : 850"),
        (words.coordinates(-53.5412, 8.579), "53.5412 S  8.5790 E"),
        (words.short_date(date(2026, 10, 13)), "Tue 13 Oct"),
        (words.long_date(date(2026, 10, 13)), "Tuesday 13 October"),
        (words.clock_time(NOW, ZONE), "14:32"),
    ],
)
def test_figures_are_written_as_the_look_asks(got: str, wanted: str) -> None:
    """Thin spaces, true minus, narrow space before a unit, times in the city's zone."""
    assert got == wanted


@pytest.mark.parametrize(
    ("moment", "wanted"),
    [
        (datetime(2026, 10, 13, 13, 47, tzinfo=UTC), "09:47"),
        (datetime(2026, 10, 13, 3, 59, tzinfo=UTC), "Mon 23:59"),
        (datetime(2026, 10, 9, 14, 12, tzinfo=UTC), "Fri 10:12"),
        (datetime(2026, 10, 8, 3, 0, tzinfo=UTC), "Wed 23:00"),
        (datetime(2026, 10, 6, 3, 0, tzinfo=UTC), "5 Oct"),
        (datetime(2025, 10, 6, 12, 0, tzinfo=UTC), "6 Oct 2025"),
    ],
)
def test_moments_say_no_more_than_needed(moment: datetime, wanted: str) -> None:
    """Today the time, within a week the day and time, then the date, then the year; the day is the city's."""
    assert words.moment(moment, NOW, ZONE) == wanted


def test_moments_and_periods() -> None:
    """Days in the city's zone; the end of a period is not counted; midnight is the end of the day before."""
    now = datetime(2026, 10, 13, 14, tzinfo=UTC)
    zone = "Europe/Berlin"

    def ms(*parts: int) -> int:
        return round(datetime(*parts, tzinfo=ZoneInfo(zone)).timestamp() * 1000)  # type: ignore[misc, arg-type]

    assert words.period(ms(2026, 10, 4), ms(2026, 10, 14), now, zone) == "4 Oct – 13 Oct"
    assert words.period(ms(2025, 12, 30), ms(2026, 1, 2), now, zone) == "30 Dec 2025 – 1 Jan"
    assert words.period(ms(2025, 3, 1), ms(2025, 4, 1), now, zone) == "1 Mar – 31 Mar 2025"
    assert words.period(ms(2026, 10, 13), ms(2026, 10, 14), now, zone) == "13 Oct"
    assert words.as_of(ms(2026, 10, 13, 9, 30), now, zone) == "As of 13 Oct 09:30"
    assert words.as_of(ms(2026, 10, 13), now, zone) == "As of the end of 12 Oct"
    assert words.moment_of_day(ms(2025, 3, 30), now, zone) == "30 Mar 2025"


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("3,452 of 1,234,567 requests.", "3\u2009452 of 1\u2009234\u2009567 requests."),
        ("Open on 2026-10-13.", "Open on 13 Oct 2026."),
        ("Wrote export-2026-10-13.csv.", "Wrote export-2026-10-13.csv."),
        ("At 42.36,-71.06 or 1,23", "At 42.36,-71.06 or 1,23"),
        ("2026-02-31", "2026-02-31"),
        ("R1 was changed by ben at 2026-10-13 12:01 UTC (close).", "R1 was changed by ben at 14:01 (close)."),
        ("Changed at 2026-10-12 22:30 UTC meanwhile.", "Changed at 00:30 meanwhile."),
        ("Changed at 2026-10-12 21:30 UTC.", "Changed at 12 Oct 2026, 23:30."),
        ("Changed at 2026-02-31 12:00 UTC.", "Changed at 2026-02-31 12:00 UTC."),
    ],
)
def test_sentences_of_operations_read_as_the_window_writes(sentence: str, shown: str) -> None:
    """Thousands with a thin space, days in words, times on the city's clocks; files, coordinates and no days stay."""
    assert words.told(sentence, datetime(2026, 10, 13, 14, tzinfo=UTC), "Europe/Berlin") == shown
