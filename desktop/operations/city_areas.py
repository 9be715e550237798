"""The parts of a city that staff speak of, its neighbourhoods or districts: which one a point lies in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from data.columns import Columns
from data.records import Area, AreaLayer, Placement
from data.unit_of_work import ReadUnit
from desktop.domain.storms import NOWHERE

if TYPE_CHECKING:
    from shapely import STRtree

_LOCATED = tuple(Placement).index(Placement.LOCATED)
State = tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True, eq=False)
class CityAreas:
    """The areas of one layer in their declared order; where two overlap, the first has the point."""

    state: State  # changes when any area of the store does
    names: Mapping[int, str]
    _ids: NDArray[np.int64]
    _tree: STRtree

    def around(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int64]:
        """The area of each point in degrees; NOWHERE outside of all."""
        import shapely

        first = np.full(len(lon), len(self._ids), dtype=np.int64)
        point, area = self._tree.query(shapely.points(lon, lat), predicate="intersects")
        np.minimum.at(first, point, area)
        return np.append(self._ids, NOWHERE)[first]

    def of_requests(self, columns: Columns, at: NDArray[np.int64]) -> NDArray[np.int64]:
        """The areas of requests that stand at places of the columns; NOWHERE for those not on the map."""
        found = np.full(len(at), NOWHERE, dtype=np.int64)
        located = columns.placement[at] == _LOCATED
        found[located] = self.around(columns.lon[at][located], columns.lat[at][located])
        return found

    def requests_in(self, columns: Columns, area_ids: Iterable[int]) -> NDArray[np.int64]:
        """Ids of the requests in some of the areas."""
        import shapely

        wanted = np.array(sorted(area_ids), dtype=np.int64)
        shapes = self._tree.geometries[np.isin(self._ids, wanted)]
        if not len(shapes):
            return np.zeros(0, dtype=np.int64)
        west, south, east, north = shapely.total_bounds(shapes)
        lon, lat = columns.lon, columns.lat
        near = np.flatnonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
        found: NDArray[np.int64] = columns.id[near[np.isin(self.of_requests(columns, near), wanted)]]
        return found


def read_areas(unit: ReadUnit, known: CityAreas | None = None) -> CityAreas:
    """The areas of a store; those that are `known` where none changed since."""
    import shapely

    state = tuple(unit.areas.states())
    if known is not None and known.state == state:
        return known
    areas = neighbourhoods((layer, unit.areas.areas(layer.id)) for layer in unit.areas.layers())
    ids = np.array([int(area.id) for area in areas], dtype=np.int64)
    tree = shapely.STRtree(shapely.from_wkb([area.geometry_wkb for area in areas]))
    return CityAreas(state, {int(area.id): area.name for area in areas}, ids, tree)


def neighbourhoods(layers: Iterable[tuple[AreaLayer, list[Area]]]) -> list[Area]:
    """The areas that say in which part of town a place is: of the layer with most, one that assigns nothing first."""
    return max(layers, key=lambda pair: (not pair[0].assigns, len(pair[1])), default=(None, []))[1]
