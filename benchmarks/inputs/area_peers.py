"""Other ways to find the area around many points; each is handed its own kind of points and areas beforehand."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Found = NDArray[np.int64]
SJOIN, TREE, LOOP, SEDONA = "geopandas.sjoin", "STRtree", "prepared contains_xy", "sedonadb"
ABSENT = f"{SEDONA} is not installed"


class Peers:
    """One task for all: areas of one layer, or of departments (`owner`) where a point's `wants` must be the owner."""

    def __init__(
        self,
        areas: NDArray[np.object_],
        lon: Floats,
        lat: Floats,
        owner: Found | None = None,
        wants: Found | None = None,
    ) -> None:
        self.areas, self.lon, self.lat = areas, lon, lat
        self.owner = np.zeros(len(areas), dtype=np.int64) if owner is None else owner
        self.wants = np.zeros(len(lon), dtype=np.int64) if wants is None else wants
        self.by_department = owner is not None
        self._wkb = shapely.to_wkb(areas)
        self._points = gpd.GeoDataFrame({"owner": self.wants}, geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326")
        self._layer = gpd.GeoDataFrame({"owner": self.owner}, geometry=areas, crs="EPSG:4326")
        self._fresh = self.areas

    def ways(self) -> dict[str, tuple[Callable[[], None], Callable[[], Found]]]:
        """By name: what is made ready beforehand, and what is timed. The first area of each point, -1 for none."""
        ways: dict[str, tuple[Callable[[], None], Callable[[], Found]]] = {
            SJOIN: (_nothing, self._sjoin),
            TREE: (_nothing, self._tree),
            LOOP: (self._forget, self._loop),
        }
        if find_spec("sedonadb") is not None:
            ways[SEDONA] = (_nothing, self._sedona())
        return ways

    def _sjoin(self) -> Found:
        extra = {"on_attribute": "owner"} if self.by_department else {}
        joined = gpd.sjoin(self._points, self._layer, predicate="within", **extra)
        return self._first(joined.index.to_numpy(), joined["index_right"].to_numpy())

    def _tree(self) -> Found:
        """A tree of the points that the areas ask: so that shapely prepares the areas, which is the quicker way."""
        area, point = shapely.STRtree(self._points.geometry.to_numpy()).query(self.areas, predicate="contains")
        mine = self.owner[area] == self.wants[point]
        return self._first(point[mine], area[mine])

    def _forget(self) -> None:
        """Areas that nobody has prepared yet."""
        self._fresh = np.asarray(shapely.from_wkb(self._wkb), dtype=object)

    def _loop(self) -> Found:
        """Area by area over the points in its box that are still without one; sorted from west to east."""
        found = np.full(len(self.lon), -1)
        shapely.prepare(self._fresh)
        boxes = shapely.bounds(self._fresh)
        for owner in np.unique(self.owner):
            mine = np.flatnonzero(self.wants == owner) if self.by_department else np.arange(len(self.lon))
            mine = mine[np.argsort(self.lon[mine])]
            x, y, answer = self.lon[mine], self.lat[mine], np.full(len(mine), -1)
            for area in np.flatnonzero(self.owner == owner):
                first, last = np.searchsorted(x, boxes[area, [0, 2]])
                near = (y[first:last] >= boxes[area, 1]) & (y[first:last] <= boxes[area, 3]) & (answer[first:last] < 0)
                at = first + np.flatnonzero(near)
                answer[at[shapely.contains_xy(self._fresh[area], x[at], y[at])]] = area
            found[mine] = answer
        return found

    def _sedona(self) -> Callable[[], Found]:
        import sedonadb

        session = sedonadb.connect()
        points = self._points.assign(point=np.arange(len(self.lon)))
        session.create_data_frame(points).to_view("points")
        session.create_data_frame(self._layer.assign(area=np.arange(len(self.areas)))).to_view("areas")
        query = "SELECT point, area FROM points p JOIN areas a ON ST_Within(p.geometry, a.geometry)"

        def ask() -> Found:
            joined = session.sql(query).to_pandas()
            point, area = joined["point"].to_numpy(), joined["area"].to_numpy()
            # With the owners in the query it joins by them first, and takes a hundred times as long.
            mine = self.owner[area] == self.wants[point]
            return self._first(point[mine], area[mine])

        return ask

    def _first(self, point: Found, area: Found) -> Found:
        found = np.full(len(self.lon), len(self.areas))
        np.minimum.at(found, point, area)
        return np.where(found == len(self.areas), -1, found)


def _nothing() -> None:
    """Nothing is to be made ready."""
