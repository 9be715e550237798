"""The demo city's requests as columns, with planted incidents: the first law of docs/adr/0008-laws-of-duplicates.md."""

from __future__ import annotations

from datetime import date

import numpy as np

from benchmarks.inputs.planted import PlantedRequests
from data.demo.city import make_demo_city
from data.demo.requests import is_located
from geo.crs import to_metres

UNTIL = date(2026, 10, 13)


def make_demo_requests(count: int, seed: int) -> PlantedRequests:
    """The located ones of `count` requests; the same count and seed, the same rows."""
    city = make_demo_city(requests=count, seed=seed, until=UNTIL)
    columns, kept = city.columns, is_located(city.columns)
    x_m, y_m = to_metres(columns.positions.lon[kept], columns.positions.lat[kept], city.crs_epsg)
    closed = np.where(columns.closed_ms < 0, np.nan, columns.closed_ms / 1000.0)
    return PlantedRequests(
        x_m, y_m, columns.requested_ms[kept] / 1000.0, closed[kept],
        columns.service[kept].astype(np.int64), columns.incident[kept].astype(np.int64),
    )  # fmt: skip
