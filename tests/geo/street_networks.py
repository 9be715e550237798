"""Small street networks, made by hand and drawn at random."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from geo.crs import to_degrees
from geo.streets import StreetNetwork, build_network
from geo.turns import TurnRestrictions

EPSG = 25832


def network_of(
    lines: list[list[tuple[int, float, float]]], oneway: list[int] | None = None, **more: Any
) -> StreetNetwork:
    """A network of lines of (node, x_m, y_m), placed near 8.5 E 53.5 N; `more` is of build_network."""
    points = [point for line in lines for point in line]
    lon, lat = to_degrees([466_000 + p[1] for p in points], [5_928_000 + p[2] for p in points], EPSG)
    return build_network(
        lon,
        lat,
        np.cumsum([0, *map(len, lines)]),
        np.array([point[0] for point in points]),
        more.pop("names", [f"Street {i}" for i in range(len(lines))]),
        more.pop("highway", ["residential"] * len(lines)),
        np.array(oneway or [0] * len(lines), dtype=np.int8),
        np.full(len(lines), np.nan, dtype=np.float32),
        crs_epsg=EPSG,
        way_id=np.arange(len(lines)),
        **more,
    )


def place(x_m: float, y_m: float) -> tuple[np.ndarray, np.ndarray]:
    """A place in degrees."""
    return to_degrees([466_000 + x_m], [5_928_000 + y_m], EPSG)


def restrictions_of(rows: list[tuple[int, int, int, bool]], vehicles: int = 3) -> TurnRestrictions:
    """Restrictions of rows (from line, node, to line, only)."""
    columns = np.array(rows, dtype=np.int64).reshape(-1, 4)
    masks = np.full(len(rows), vehicles, dtype=np.uint8)
    return TurnRestrictions(columns[:, 0], columns[:, 1], columns[:, 2], columns[:, 3].astype(bool), masks)


@st.composite
def grids(draw: st.DrawFn) -> StreetNetwork:
    """A small jittered grid with some streets missing and some one-way."""
    size = draw(st.integers(3, 5))
    jitter = draw(st.lists(st.floats(-20, 20), min_size=2 * size * size, max_size=2 * size * size))
    spot = {
        (i, j): (i * size + j, i * 100 + jitter[i * size + j], j * 100 + jitter[size * size + i * size + j])
        for i in range(size)
        for j in range(size)
    }
    lines, oneway = [], []
    for i in range(size):
        for j in range(size):
            for other in ((i + 1, j), (i, j + 1)):
                if other in spot and (not lines or draw(st.integers(0, 9)) > 0):
                    lines.append([spot[i, j], spot[other]])
                    oneway.append(draw(st.sampled_from([0, 0, 0, 1, -1])))
    return network_of(lines, oneway)
