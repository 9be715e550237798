"""Zones that statistics are made of: hexagons, squares, or the areas of any layer, all with the same face.

A point is in the zone that its own kind decides: cells by the lattice in metres, areas on their rings in degrees
(half-open, the first of overlapping ones; see service_areas).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.crs import to_degrees, to_metres
from geo.errors import GeoError
from geo.grids import Grid
from geo.neighbours import SNAP_M, islands, nearest, touching
from geo.service_areas import AreaIndex, build_area_index

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

AREAS = "areas"


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Points in degrees and in metres of the city's CRS, arrays of one length; nan where not located."""

    lon: Floats
    lat: Floats
    x_m: Floats
    y_m: Floats

    @classmethod
    def of_degrees(cls, lon: ArrayLike, lat: ArrayLike, crs_epsg: int) -> Places:
        """Points given in degrees."""
        return cls(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float), *to_metres(lon, lat, crs_epsg))

    @classmethod
    def of_metres(cls, x_m: ArrayLike, y_m: ArrayLike, crs_epsg: int) -> Places:
        """Points given in metres."""
        return cls(*to_degrees(x_m, y_m, crs_epsg), np.asarray(x_m, dtype=float), np.asarray(y_m, dtype=float))


@dataclass(frozen=True, slots=True, eq=False)
class Zones:
    """Zones in their order; `starts` and `members` are their neighbours, themselves left out.

    `kind`: "hexagon", "square" or "areas". `cell_m`: width of a cell, None for areas. `neighbour_words`: who is a
    neighbour, for a person. Made by `grid_zones` and `area_zones`.
    """

    kind: str
    name: tuple[str, ...]  # empty for cells, which have none
    km2: Floats  # [zones]
    x_m: Floats  # [zones] middles
    y_m: Floats
    starts: Ints
    members: Ints
    crs_epsg: int
    neighbour_words: str
    grid: Grid | None = None
    _index: AreaIndex | None = field(default=None, repr=False)
    _wkb: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def zone_count(self) -> int:
        """How many zones there are."""
        return len(self.km2)

    @property
    def cell_m(self) -> float | None:
        """Width of a cell; None for areas."""
        return None if self.grid is None else self.grid.cell_m

    @property
    def islands(self) -> Ints:
        """Zones without a neighbour: they can only be compared with the whole."""
        return islands(self.starts)

    def label(self, zone: int) -> str:
        """What a zone is called."""
        return self.name[zone] if self.name else f"cell {zone}"

    def zone_of(self, places: Places) -> Ints:
        """The zone of each point, -1 for none."""
        if self.grid is not None:
            known = np.isfinite(places.x_m) & np.isfinite(places.y_m)
            found = np.full(len(places.x_m), -1, dtype=np.int64)
            found[known] = self.grid.assign(places.x_m[known], places.y_m[known])
            return found
        assert self._index is not None
        return self._index.locate(places.lon, places.lat).astype(np.int64)

    def polygons_wkb(self) -> list[bytes]:
        """The zones as polygons in degrees."""
        return list(self._wkb) if self.grid is None else self.grid.polygons_wkb(self.crs_epsg)

    def shapes_m(self) -> NDArray[np.object_]:
        """The zones as shapely polygons in metres."""
        return in_metres(self.polygons_wkb(), self.crs_epsg)


def grid_zones(grid: Grid, crs_epsg: int, rings: int = 1) -> Zones:
    """The cells of a grid; neighbours are those within so many steps over shared edges."""
    words = "cells that share an edge" if rings == 1 else f"cells within {rings} steps over shared edges"
    km2 = np.full(grid.cell_count, grid.cell_km2)
    return Zones(grid.kind, (), km2, *grid.middles(), *grid.neighbours(rings), crs_epsg, words, grid)


def area_zones(
    names: Sequence[str],
    geometries_wkb: Sequence[bytes],
    crs_epsg: int,
    *,
    snap_m: float = SNAP_M,
    nearest_count: int | None = None,
) -> Zones:
    """The areas of a layer (polygons and multipolygons, WKB in degrees).

    Neighbours meet in an edge or a corner or within `snap_m` (queen contiguity), or, with `nearest_count`, are that
    many nearest by their middles. GeoError for names that do not pair, what is no polygon, or has no extent.
    """
    import shapely

    if len(names) != len(geometries_wkb):
        raise GeoError(f"{len(geometries_wkb)} areas have {len(names)} names; each needs one.")
    index = build_area_index(geometries_wkb)
    shapes = in_metres(geometries_wkb, crs_epsg)
    km2 = np.asarray(shapely.area(shapes)) / 1e6
    empty = [names[at] for at in np.flatnonzero(~(km2 > 0.0)).tolist()]
    if empty:
        raise GeoError(f"These areas have no extent: {', '.join(empty[:5])}; repair or remove them.")
    middle = shapely.centroid(shapes)
    x_m, y_m = np.asarray(shapely.get_x(middle)), np.asarray(shapely.get_y(middle))
    if nearest_count is None:
        near, words = touching(shapes, snap_m), f"areas that meet in an edge or a corner, or within {snap_m:g} m"
    else:
        near, words = nearest(x_m, y_m, nearest_count), f"the {nearest_count} areas nearest by their middles"
    return Zones(AREAS, tuple(names), km2, x_m, y_m, *near, crs_epsg, words, None, index, tuple(geometries_wkb))


def in_metres(geometries_wkb: Sequence[bytes], crs_epsg: int) -> NDArray[np.object_]:
    """Shapes (WKB in degrees) as shapely in metres of a projected CRS; GeoError for what it cannot measure."""
    import shapely

    shapes = np.asarray(shapely.from_wkb(np.array(geometries_wkb, dtype=object)), dtype=object)
    at = shapely.get_coordinates(shapes)
    moved = np.column_stack(to_metres(at[:, 0], at[:, 1], crs_epsg))
    if not np.isfinite(moved).all():
        raise GeoError(f"Areas lie where EPSG:{crs_epsg} measures nothing; check their coordinate system.")
    return np.asarray(shapely.set_coordinates(shapes, moved), dtype=object)
