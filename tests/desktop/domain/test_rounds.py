"""The days of recurring rounds, and rules that could not be kept to."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from desktop.domain.rounds import falls_on, next_days, rule_fault, weekly

TUESDAY = date(2026, 10, 13)


def test_every_other_week_on_two_weekdays() -> None:
    """Weeks are counted from the first day: an independent count by weekday and week gives the same days."""
    rule = weekly(2, {1, 4})
    monday = TUESDAY - timedelta(days=1)
    days = [TUESDAY + timedelta(days=ahead) for ahead in range(-20, 60)]
    wanted = [day for day in days if day >= TUESDAY and day.weekday() in (1, 4) and (day - monday).days // 7 % 2 == 0]
    assert [day for day in days if falls_on(rule, TUESDAY, day)] == wanted
    assert next_days(rule, TUESDAY, TUESDAY - timedelta(days=9), 3) == wanted[:3]
    assert next_days(f"{rule};UNTIL=20261014", TUESDAY, TUESDAY, 3) == [TUESDAY]


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ("", "needs FREQ="),
        ("FREQ=SECONDLY", "needs FREQ="),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "has BYMONTH, which cannot stand beside FREQ=DAILY"),
        ("FREQ=WEEKLY;BYDAY=XX", "cannot be read"),
        ("FREQ=WEEKLY;BYDAY=MO;BYDAY=TU", "names a part twice"),
        ("FREQ=WEEKLY;INTERVAL=0", "has an INTERVAL"),
        ("FREQ=WEEKLY;INTERVAL=-1", "has an INTERVAL"),
        ("FREQ=WEEKLY;UNTIL=20200101", "falls on no day"),
        ("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", "falls on no day"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "falls on no day"),
        ("FREQ=WEEKLY;COUNT=x", "cannot be read"),
        ("FREQ=WEEKLY;BYMONTH=13", "falls on no day"),
        ("X" * 300, "is longer than"),
        ("FREQ=DAILY\nDTSTART:19000101", "needs FREQ="),
    ],
)
def test_rules_that_nobody_could_keep_to_are_told(rule: str, fault: str) -> None:
    """Each is told, those that fall on no day at all too."""
    assert rule_fault(rule, TUESDAY).startswith(fault)


def test_usual_rules_are_taken() -> None:
    """Every weekday, the first Monday of a month, a season."""
    for rule in (
        weekly(1, range(5)),
        "FREQ=MONTHLY;BYDAY=1MO",
        "freq=weekly;byday=mo;bymonth=4,5,6",
        "RRULE:FREQ=DAILY",
    ):
        assert rule_fault(rule, TUESDAY) == ""
