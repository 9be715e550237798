"""The assets of a layer as the map asks for them: each by itself where a view holds few, counted in cells where many.

The cells are those of the requests (desktop.map.viewport): one order of the rows serves every zoom.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop.map.asking import extent
from desktop.map.features import MISSING, Clusters, Floats, Ints, Points
from desktop.map.messages import mercator
from desktop.map.viewport import Content, View, ViewportIndex

SINGLE_MOST = 1500  # assets of a view that are drawn one by one


@dataclass(frozen=True, slots=True, eq=False)
class _Columns:
    """Assets in the form of open requests without a deadline, as the viewport reads them."""

    id: Ints
    x: Floats
    y: Floats
    status: NDArray[np.uint8]
    placement: NDArray[np.uint8]
    service_id: NDArray[np.int32]
    incident_id: Ints
    requested_ms: Ints
    due_ms: Ints


class AssetSource:
    """The assets of a layer. Never changes; asked in threads."""

    def __init__(self, ids: Ints, lon: Floats, lat: Floats) -> None:
        x, y = mercator(lon, lat)
        count = len(ids)
        zeros, none = np.zeros(count, dtype=np.uint8), np.full(count, MISSING, dtype=np.int64)
        alone = np.full(count, -1, dtype=np.int64)
        service = np.zeros(count, dtype=np.int32)
        columns = _Columns(ids, x, y, zeros, zeros, service, alone, none, none)
        self._content = Content(ViewportIndex(columns), None, 0)
        self._at = {int(key): at for at, key in enumerate(ids.tolist())}
        self._x, self._y = x, y

    def __len__(self) -> int:
        return len(self._x)

    def query(self, view: View) -> tuple[Points, Clusters]:
        """What to draw in a view: points, or points and clusters where it holds too many."""
        inside = self._content.inside(view)
        if len(inside) <= SINGLE_MOST:
            return self._content.points_of(
                np.array([self._at[key] for key in inside.tolist()], dtype=np.int64)
            ), Clusters.none()
        answer = self._content.query(view)
        return answer.points, answer.clusters

    def bounds_of(self, level: int, key: int) -> tuple[float, float, float, float]:
        """The box of the assets of a cluster, in web mercator."""
        return self._content.bounds_of(level, key)


def assets_in_view(source: AssetSource, key: str, view: View, serial: int) -> str:
    """Points and clusters of a view, as JSON for the page."""
    points, clusters = source.query(view)
    return json.dumps(
        {
            "key": key,
            "serial": serial,
            "points": _lean(points, "id"),
            "clusters": _lean(clusters, "level", "key", "count"),
        }
    )


def box_of_cluster(source: AssetSource, level: int, key: int) -> str:
    """Where the map goes to look closer at a cluster."""
    return extent(source, level, key)  # type: ignore[arg-type] # only its box is asked for


def _lean(columns: Points | Clusters, *names: str) -> dict[str, list[Any]]:
    places = {name: np.round(getattr(columns, name), 10).tolist() for name in ("x", "y")}
    return {**{name: getattr(columns, name).tolist() for name in names}, **places}
