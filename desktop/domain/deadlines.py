"""When a promise falls due: working time is counted, nights, weekends and holidays are not."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """The hours in which a department works, in the city's zone. `holidays` are days without work."""

    timezone: str
    opens: time = time(8, 0)
    closes: time = time(18, 0)
    weekdays: frozenset[int] = frozenset(range(5))  # Monday is 0
    holidays: Set[date] = frozenset()

    def __post_init__(self) -> None:
        if self.closes <= self.opens:
            raise ValueError("a working day closes after it opens")
        if not self.weekdays:
            raise ValueError("a working week has at least one day")

    def works_on(self, day: date) -> bool:
        return day.weekday() in self.weekdays and day not in self.holidays

    def span(self, day: date) -> tuple[datetime, datetime]:
        """Opening and closing of a day, aware, in the city's zone."""
        zone = ZoneInfo(self.timezone)
        return datetime.combine(day, self.opens, zone), datetime.combine(day, self.closes, zone)


def due_after(calendar: WorkingCalendar, start: datetime, working_h: float) -> datetime:
    """The moment at which `working_h` hours of working time have passed since `start` (aware)."""
    left = timedelta(hours=working_h)
    zone = ZoneInfo(calendar.timezone)
    day = start.astimezone(zone).date()
    while True:
        if calendar.works_on(day):
            opens, closes = calendar.span(day)
            begin = max(opens.timestamp(), start.timestamp())
            room = timedelta(seconds=max(0.0, closes.timestamp() - begin))
            if left <= room:
                return datetime.fromtimestamp(begin, tz=start.tzinfo) + left
            left -= room
        day += timedelta(days=1)


def working_time_between(calendar: WorkingCalendar, start: datetime, end: datetime) -> timedelta:
    """Working time from start to end (aware); negative when end comes first."""
    if end < start:
        return -working_time_between(calendar, end, start)
    zone = ZoneInfo(calendar.timezone)
    day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    total = 0.0
    while day <= last:
        if calendar.works_on(day):
            opens, closes = calendar.span(day)
            total += max(0.0, min(closes.timestamp(), end.timestamp()) - max(opens.timestamp(), start.timestamp()))
        day += timedelta(days=1)
    return timedelta(seconds=total)
