"""What words about answers need of a city."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CityWords:
    """Names of services by code, the time zone, now, and the projected CRS."""

    services: Mapping[str, str]
    zone: str
    now: datetime
    crs_epsg: int = 4326
