"""Figures, times and spans as the look writes them: thin space, true minus, tabular, in the city's zone."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from desktop.domain.act_words import ACT_WORDS, CONTEXT, headed, words_of
from desktop.domain.language import EN_DASH, MINUS, NARROW_SPACE, THIN_SPACE, count, span
from desktop.domain.language import number as in_figures
from desktop.views.language import language

__all__ = ["EN_DASH", "MINUS", "NARROW_SPACE", "THIN_SPACE", "count", "language", "span"]

# Where a sentence of an operation names an act: behind the time of it, or in quotes at or near its beginning.
_ACT = re.compile(
    r"(?<=\d UTC \()[^()]+(?=\))"
    r"|(?<=\A')[^']+(?=' (?:cannot be undone|was at |by |also wrote ))"
    r"|(?<=\AUndid ')[^']+(?=')"
)
_ISO_MOMENT = re.compile(r"(?<![\w./-])\d{4}-\d\d-\d\d \d\d:\d\d UTC\b")
_PLAIN_ACTS = {words: words for words in ACT_WORDS.values()}
_HEADED_ACTS = {headed(words): words for words in ACT_WORDS.values()}


def told(sentence: str, now: datetime, zone: str) -> str:
    """A sentence of an operation as the window says it.

    3 452 for 3,452, 13 Oct 2026 for 2026-10-13; 2026-10-13 12:01 UTC is 14:01 in Berlin, with the day on another day;
    acts are named in the language of the window.
    """
    sentence = _ACT.sub(_act_translated, sentence)
    return figured(_ISO_MOMENT.sub(lambda found: _moment_in_words(found[0], now, zone), sentence))


def act_in_words(verb: str) -> str:
    """What an act of the log is called within a sentence, in the language of the window."""
    return QCoreApplication.translate(CONTEXT, words_of(verb))


def _act_translated(found: re.Match[str]) -> str:
    plain = _PLAIN_ACTS.get(found[0])
    if plain is not None:
        return QCoreApplication.translate(CONTEXT, plain)
    plain = _HEADED_ACTS.get(found[0])
    return found[0] if plain is None else headed(QCoreApplication.translate(CONTEXT, plain))


def figured(sentence: str) -> str:
    """The same of a sentence without times, where no city's clocks are known yet."""
    return language().figured(sentence)


def _moment_in_words(written: str, now: datetime, zone: str) -> str:
    try:
        moment = datetime.strptime(written, "%Y-%m-%d %H:%M UTC").replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    except ValueError:
        return written  # a resident's or a file's words that only look like a time
    clock = f"{moment:%H:%M}"
    if moment.date() == now.astimezone(ZoneInfo(zone)).date():
        return clock
    return f"{QLocale().toString(QDate(moment.year, moment.month, moment.day), 'd MMM yyyy')}, {clock}"


def short_count(value: int) -> str:
    """What fits 40 px: 4 318, 190 k, 1.2 M."""
    if abs(value) < 100_000:
        return count(value)
    if abs(value) < 1_000_000:
        return f"{count(round(value / 1000))}{THIN_SPACE}k"
    return f"{number(value / 1_000_000, 1)}{THIN_SPACE}M"


def number(value: float, decimals: int = 1) -> str:
    """A figure with fixed decimals in the locale's decimal mark."""
    return in_figures(value, decimals, QLocale().decimalPoint())


def decimals_of(value: float, digits: int = 2) -> int:
    """How many decimals so many significant digits of a number take, from 1 to 6: two digits of 0.0042 take 4."""
    if value == 0.0 or not math.isfinite(value):
        return 1
    return min(6, max(1, digits - 1 - math.floor(math.log10(abs(value)))))


def percent(share: float, decimals: int = 1) -> str:
    """A share of 0 to 1 as 92.4 %."""
    return f"{number(share * 100, decimals)}{NARROW_SPACE}%"


def probability(value: float) -> str:
    """0.97; what is not certain is never written as 1.00."""
    return number(value if value >= 1.0 else min(value, 0.99), 2)


def goal(share: float) -> str:
    """A share that somebody set: 95 %, 97.5 %."""
    return percent(share, 0 if round(share * 100, 1).is_integer() else 1)


def duration(seconds: float) -> str:
    """Time left or late as in tables: 6 h 15, −3 h 05, 1 d 3 h, 0 h 49."""
    minutes = int(abs(seconds) // 60)
    hours, rest = divmod(minutes, 60)
    days, day_hours = divmod(hours, 24)
    gap = THIN_SPACE
    text = f"{days}{gap}d{gap}{day_hours}{gap}h" if days else f"{hours}{gap}h{gap}{rest:02d}"
    return f"{MINUS}{text}" if seconds <= -60 else text


def elapsed(seconds: float) -> str:
    """How long between two moments, in one unit: 35 min, 3 h, 5 d."""
    minutes = round(abs(seconds) / 60)
    if minutes < 90:
        return QCoreApplication.translate("Spans", "{0} min").format(minutes)
    if minutes < 36 * 60:
        return QCoreApplication.translate("Spans", "{0} h").format(round(minutes / 60))
    return QCoreApplication.translate("Spans", "{0} d").format(round(minutes / 1440))


def hours(seconds: float) -> str:
    """A sum of working time: 172 h 10, never in days, for nobody works round the clock."""
    whole, rest = divmod(int(seconds // 60), 60)
    return f"{count(whole)}{THIN_SPACE}h{THIN_SPACE}{rest:02d}"


def working_hours(seconds: float) -> str:
    """Working time left or late as in tables: 6 h 15, −3 h 05; from 100 hours on without minutes."""
    minutes = int(abs(seconds) // 60)
    whole, rest = divmod(minutes, 60)
    gap = THIN_SPACE
    text = f"{whole}{gap}h{gap}{rest:02d}" if whole < 100 else f"{count(whole)}{gap}h"
    return f"{MINUS}{text}" if seconds <= -60 else text


def working_time(seconds: float) -> str:
    """Working time in a sentence: 6 h 15 min, 49 min, 120 h."""
    whole, rest = divmod(int(abs(seconds) // 60), 60)
    hours = QCoreApplication.translate("Spans", "{0} h").format(count(whole))
    minutes = QCoreApplication.translate("Spans", "{0} min").format(rest)
    if not whole:
        return minutes
    return f"{hours} {minutes}" if rest and whole < 100 else hours


def deadline(value: datetime, now: datetime, zone: str) -> str:
    """Thu 15 Oct, 16:00; with the year where it is another one."""
    local = value.astimezone(ZoneInfo(zone))
    form = "ddd d MMM" if local.year == now.astimezone(ZoneInfo(zone)).year else "ddd d MMM yyyy"
    return f"{QLocale().toString(QDate(local.year, local.month, local.day), form)}, {local:%H:%M}"


def clock_time(moment: datetime, zone: str) -> str:
    """14:32 in the city."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def short_date(day: date) -> str:
    """Tue 13 Oct, in the locale's names."""
    return QLocale().toString(QDate(day.year, day.month, day.day), "ddd d MMM")


def weekday(day: date) -> str:
    """Tue, in the locale's names."""
    return QLocale().dayName(day.isoweekday(), QLocale.FormatType.ShortFormat)


def long_date(day: date) -> str:
    """Tuesday 13 October."""
    return QLocale().toString(QDate(day.year, day.month, day.day), "dddd d MMMM")


def moment(value: datetime, now: datetime, zone: str) -> str:
    """A time in tables: 14:21 today, Fri 10:12 within six days, 8 Oct in the same year, 8 Oct 2024 before it."""
    local, today = value.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    age = (today - local.date()).days
    if age == 0:
        return local.strftime("%H:%M")
    day = QDate(local.year, local.month, local.day)
    if abs(age) < 7:
        return f"{QLocale().toString(day, 'ddd')} {local.strftime('%H:%M')}"
    return QLocale().toString(day, "d MMM" if local.year == today.year else "d MMM yyyy")


def day_and_time(value: datetime, zone: str) -> str:
    """Tuesday 13 October 14:05."""
    return f"{long_date(value.astimezone(ZoneInfo(zone)).date())} {clock_time(value, zone)}"


def _local(moment_ms: int, zone: str) -> datetime:
    return datetime.fromtimestamp(moment_ms / 1000, UTC).astimezone(ZoneInfo(zone))


def _is_midnight(local: datetime) -> bool:
    """Whether a day begins then; where clocks skip midnight it begins after the gap."""
    return datetime.combine(local.date(), time(), local.tzinfo).timestamp() == local.timestamp()


def day(value: date, today: date) -> str:
    """13 Oct, with the year where it is another one."""
    return QLocale().toString(
        QDate(value.year, value.month, value.day), "d MMM" if value.year == today.year else "d MMM yyyy"
    )


def month(value: date) -> str:
    """Oct; the year in January."""
    return str(value.year) if value.month == 1 else QLocale().toString(QDate(value.year, value.month, 1), "MMM")


def moment_of_day(moment_ms: int, now: datetime, zone: str) -> str:
    """13 Oct 14:00; the day alone where it begins then."""
    local = _local(moment_ms, zone)
    told = day(local.date(), now.astimezone(ZoneInfo(zone)).date())
    return told if _is_midnight(local) else f"{told} {local:%H:%M}"


def period(first_ms: int, end_ms: int, now: datetime, zone: str) -> str:
    """14 Sep – 13 Oct: the days from one moment until before another."""
    first, last = _local(first_ms, zone).date(), _local(max(first_ms, end_ms - 1), zone).date()
    today = now.astimezone(ZoneInfo(zone)).date()
    if first == last:
        return day(last, today)
    return f"{day(first, last)} {EN_DASH} {day(last, today)}"


def as_of(moment_ms: int, now: datetime, zone: str) -> str:
    """As of 13 Oct 14:00; as of the end of 12 Oct, where that is the moment."""
    local, today = _local(moment_ms, zone), now.astimezone(ZoneInfo(zone)).date()
    if _is_midnight(local):
        told = QCoreApplication.translate("Moments", "As of the end of {0}")
        return told.format(day(local.date() - timedelta(days=1), today))
    return QCoreApplication.translate("Moments", "As of {0}").format(moment_of_day(moment_ms, now, zone))


def coordinates(lat: float, long: float) -> str:
    """53.5412 N 8.5790 E."""
    north = (
        QCoreApplication.translate("Coordinates", "N") if lat >= 0 else QCoreApplication.translate("Coordinates", "S")
    )
    east = (
        QCoreApplication.translate("Coordinates", "E") if long >= 0 else QCoreApplication.translate("Coordinates", "W")
    )
    return f"{abs(lat):.4f} {north}  {abs(long):.4f} {east}"


def scale(denominator: float) -> str:
    """1 : 14 000, rounded to two figures."""
    magnitude = 10 ** max(0, len(str(int(denominator))) - 2)
    return f"1 : {count(round(denominator / magnitude) * magnitude)}"


def distance(metres: float) -> str:
    """31 m, 1.2 km, 198 km."""
    if metres < 1000:
        return f"{round(metres)}{NARROW_SPACE}m"
    return f"{number(metres / 1000, 1 if metres < 100_000 else 0)}{NARROW_SPACE}km"
