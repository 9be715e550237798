"""Columns and streets for tests of the map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.connectors.packing import pack_texts
from desktop.map.basemap import BaseMap, base_map
from desktop.map.messages import mercator

NOW_MS = 1_790_000_000_000
HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True, eq=False)
class Requests:
    """What the map reads of a snapshot; one entry a request."""

    id: NDArray[np.int64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    status: NDArray[np.uint8]
    placement: NDArray[np.uint8]
    service_id: NDArray[np.int32]
    incident_id: NDArray[np.int64]
    requested_ms: NDArray[np.int64]
    due_ms: NDArray[np.int64]


def requests_at(lon: NDArray[np.float64], lat: NDArray[np.float64], **columns: NDArray[np.int64]) -> Requests:
    """Located, submitted requests of one service, due tomorrow, ids from 1; other columns as given."""
    count = len(lon)
    x, y = mercator(lon, lat)
    usual = {
        "id": np.arange(1, count + 1, dtype=np.int64),
        "status": np.zeros(count, dtype=np.uint8),
        "placement": np.zeros(count, dtype=np.uint8),
        "service_id": np.ones(count, dtype=np.int32),
        "incident_id": np.full(count, -1, dtype=np.int64),
        "requested_ms": np.full(count, NOW_MS - 24 * HOUR_MS, dtype=np.int64),
        "due_ms": np.full(count, NOW_MS + 48 * HOUR_MS, dtype=np.int64),
    }
    return Requests(x=x, y=y, **{**usual, **columns})  # type: ignore[arg-type]


def grid_city(streets: int = 12) -> BaseMap:
    """A grid of named streets with a park in its middle and a neighbourhood's name."""
    west, south, step = 8.50, 53.50, 0.004
    lines = []
    for at in range(streets):
        lines.append([(west + i * step, south + at * step) for i in range(streets)])
        lines.append([(west + at * step, south + i * step) for i in range(streets)])
    points = np.array([point for line in lines for point in line])
    offsets = np.concatenate([[0], np.cumsum([len(line) for line in lines])]).astype(np.int64)
    names = [
        f"{['First', 'Second', 'Third', 'Fourth', 'Fifth', 'Sixth'][at % 6]} Street {at}" for at in range(len(lines))
    ]
    arrays = {
        "lon": points[:, 0], "lat": points[:, 1], "offsets": offsets,
        "node_id": np.arange(len(points)), "oneway": np.zeros(len(lines), dtype=np.int8),
        "speed_kmh": np.full(len(lines), np.nan, dtype=np.float32), "layer": np.zeros(len(lines), dtype=np.int8),
        "way_id": np.arange(len(lines)), **pack_texts("name", names),
        **pack_texts("highway", ["primary" if at % 5 == 0 else "residential" for at in range(len(lines))]),
    }  # fmt: skip
    middle = west + streets // 2 * step, south + streets // 2 * step
    ring = [(0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9), (0.1, 0.1)]
    park = np.array([(middle[0] + x * step, middle[1] + y * step) for x, y in ring])
    shapes = {
        "lon": park[:, 0], "lat": park[:, 1], "offsets": np.array([0, 5]), "hole": np.array([False]),
        "place_lon": np.array([middle[0]]), "place_lat": np.array([middle[1]]),
        **pack_texts("kind", ["park"]), **pack_texts("name", ["Castle Park"]),
        **pack_texts("place_kind", ["neighbourhood"]), **pack_texts("place_name", ["Old Town"]),
    }  # fmt: skip
    return base_map(arrays, shapes)
