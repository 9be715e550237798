"""Unusual rates of new requests as of a moment: the same for the window and for the hand-over."""

from __future__ import annotations

from datetime import datetime

from data.columns import Columns
from desktop.domain.storms import Storm, find_storms, same_hours
from desktop.operations.city_areas import CityAreas


def notice_storms(columns: Columns, areas: CityAreas, now: datetime, timezone: str) -> tuple[Storm, ...]:
    """Services with an unusual rate and the area where it concentrates, the least likely first."""
    now_ms = round(now.timestamp() * 1000)
    return find_storms(columns, now_ms, same_hours(now, timezone), lambda at: areas.of_requests(columns, at))
