"""Days in the words of a city's language, against what Qt's locales know of it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QDate, QLocale

from desktop.domain.day_words import LANGUAGES, day_words, moment_words


@given(st.sampled_from(sorted(LANGUAGES)), st.dates(date(1990, 1, 1), date(2060, 12, 31)))
def test_days_are_written_as_the_language_does(language: str, day: date) -> None:
    """Names, order and signs are those of the locale; English has no comma here, as the rest of the window."""
    locale = QLocale("en_GB" if language == "en" else language.replace("-", "_"))
    wanted = locale.toString(QDate(day.year, day.month, day.day), QLocale.FormatType.LongFormat)
    assert day_words(day, language) == (wanted.replace(",", "") if language == "en" else wanted)


@pytest.mark.parametrize(
    ("language", "hour", "wanted"),
    [
        ("de", 14, "Dienstag, 13. Oktober 2026, 14:05"),
        ("en-US", 0, "Tuesday, October 13, 2026, 12:05 AM"),
        ("en-US", 12, "Tuesday, October 13, 2026, 12:05 PM"),
        ("en-US", 23, "Tuesday, October 13, 2026, 11:05 PM"),
    ],
)
def test_times_follow_the_language(language: str, hour: int, wanted: str) -> None:
    """Twelve hours where the language counts so, noon and midnight as they are said there."""
    assert moment_words(datetime(2026, 10, 13, hour, 5, tzinfo=UTC), "UTC", language) == wanted
