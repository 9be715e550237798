"""Recurring rounds: on which days the rule of RFC 5545 (section 3.3.10) falls, for the few forms that rounds need."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from dateutil.rrule import rrulestr

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# What may stand beside each frequency. More would let a rule fall on no day at all, which is searched for until 9999.
_PARTS = {
    "DAILY": frozenset({"INTERVAL", "BYDAY", "UNTIL", "COUNT", "WKST"}),
    "WEEKLY": frozenset({"INTERVAL", "BYDAY", "BYMONTH", "UNTIL", "COUNT", "WKST"}),
    "MONTHLY": frozenset({"INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "UNTIL", "COUNT", "WKST"}),
    "YEARLY": frozenset({"INTERVAL", "BYMONTH", "BYMONTHDAY", "UNTIL", "COUNT", "WKST"}),
}
_LONGEST, _MOST_INTERVAL = 200, 400
_EARLIEST = date(2000, 1, 1)


def weekly(weeks: int, weekdays: Collection[int]) -> str:
    """The rule of every so many weeks on some weekdays (Monday is 0)."""
    return f"FREQ=WEEKLY;INTERVAL={weeks};BYDAY={','.join(WEEKDAYS[day] for day in sorted(weekdays))}"


def rule_fault(rule: str, first_day: date) -> str:
    """What is wrong with a rule, as the end of a sentence; empty where nothing is."""
    text = rule.strip().upper().removeprefix("RRULE:")
    if len(text) > _LONGEST:
        return f"is longer than {_LONGEST} characters"
    pairs = [part.partition("=") for part in text.split(";") if part]
    names = {name: value for name, _, value in pairs}
    frequency = names.pop("FREQ", "")
    if frequency not in _PARTS:
        return f"needs FREQ={', '.join(_PARTS)}, as in {weekly(2, (0,))}"
    if len(names) + 1 < len(pairs):
        return "names a part twice"
    strange = sorted(set(names) - _PARTS[frequency])
    if strange:
        return f"has {strange[0][:20]}, which cannot stand beside FREQ={frequency}"
    interval = names.get("INTERVAL", "1")
    if not interval.isdigit() or not 1 <= int(interval) <= _MOST_INTERVAL:
        return f"has an INTERVAL that is not between 1 and {_MOST_INTERVAL}"
    if first_day < _EARLIEST:
        return f"is counted from a day before {_EARLIEST}"
    try:
        first = _parsed(text, first_day).after(datetime.combine(first_day, time()), inc=True)
    except (ValueError, TypeError, OverflowError, AttributeError, KeyError):
        return f"cannot be read; write it as {weekly(2, (0,))}"
    return "" if first is not None else "falls on no day"


def falls_on(rule: str, first_day: date, day: date) -> bool:
    """Whether a rule that is sound falls on a day."""
    if day < first_day:
        return False
    moment = datetime.combine(day, time())
    return bool(_parsed(rule, first_day).between(moment, moment, inc=True))


def next_days(rule: str, first_day: date, since: date, count: int) -> list[date]:
    """The next days on which a rule falls, `since` among them."""
    found: list[date] = []
    moment = _parsed(rule, first_day).after(datetime.combine(max(since, first_day), time()), inc=True)
    while moment is not None and len(found) < count:
        found.append(moment.date())
        moment = _parsed(rule, first_day).after(moment + timedelta(hours=1))
    return found


def _parsed(rule: str, first_day: date):  # type: ignore[no-untyped-def]  # dateutil has no types
    text = rule.strip().upper().removeprefix("RRULE:")
    return rrulestr(f"RRULE:{text}", dtstart=datetime.combine(first_day, time()))
