"""What a snapshot of the city tells Neighbourhoods: its words, and the days of its first and last requests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np

from desktop.controllers.city_words import CityWords
from desktop.controllers.session import Session, Snapshot


def words_of(session: Session) -> CityWords:
    """Names, zone and moment of the city on show."""
    snapshot = session.snapshot
    assert snapshot is not None
    names = {one.service_code: one.service_name for one in snapshot.services}
    city = snapshot.city
    return CityWords(names, city.timezone, session.clock.now(), city.crs_epsg or 0)


def days_of(snapshot: Snapshot, service_code: str = "") -> tuple[date, date] | None:
    """The days, in the city's zone, of the first and the last request, of all or of one service; None without any."""
    columns = snapshot.columns
    moment = columns.requested_ms
    if service_code:
        number = next((int(one.id) for one in snapshot.services if one.service_code == service_code), -1)
        moment = moment[np.asarray(columns.service_id) == number]
    if not len(moment):
        return None
    zone = ZoneInfo(snapshot.city.timezone)
    ends = (int(moment.min()), int(moment.max()))
    first, last = (datetime.fromtimestamp(end / 1000, tz=UTC).astimezone(zone).date() for end in ends)
    return first, last


def span_of(session: Session) -> tuple[date, date]:
    """The days of the first and the last request; today twice in a city without any."""
    snapshot = session.snapshot
    assert snapshot is not None
    now = session.clock.now().astimezone(ZoneInfo(snapshot.city.timezone)).date()
    return days_of(snapshot) or (now, now)
