"""A shift at the desk: the one that ends now, and until when the next one goes on, by the city's working hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from desktop.domain.deadlines import WorkingCalendar

SHORTEST = timedelta(hours=1)  # who hands over just after the city opened has worked before that
_FARTHEST_DAYS = 400  # a city whose holidays leave no working day within them has shifts of a day


@dataclass(frozen=True, slots=True)
class Shift:
    """From `since` until now; the next one ends at `next_end`. Aware, in UTC."""

    since: datetime
    until: datetime
    next_end: datetime


def shift_until(calendar: WorkingCalendar, now: datetime, since: datetime | None = None) -> Shift:
    """The shift that ends now. It began when the city last opened, where nothing else is said; the next one lasts
    until the city closes, today or on its next working day."""
    return Shift((since or last_opening(calendar, now)).astimezone(UTC), now.astimezone(UTC), _closing(calendar, now))


def last_opening(calendar: WorkingCalendar, now: datetime) -> datetime:
    """When the city last opened, at least SHORTEST ago."""
    today = now.astimezone(ZoneInfo(calendar.timezone)).date()
    for back in range(_FARTHEST_DAYS):
        day = today - timedelta(days=back)
        if calendar.works_on(day) and calendar.span(day)[0] <= now - SHORTEST:
            return calendar.span(day)[0].astimezone(UTC)
    return now - timedelta(days=1)


def _closing(calendar: WorkingCalendar, now: datetime) -> datetime:
    today = now.astimezone(ZoneInfo(calendar.timezone)).date()
    for ahead in range(_FARTHEST_DAYS):
        day = today + timedelta(days=ahead)
        if calendar.works_on(day) and calendar.span(day)[1] > now:
            return calendar.span(day)[1].astimezone(UTC)
    return (now + timedelta(days=1)).astimezone(UTC)
