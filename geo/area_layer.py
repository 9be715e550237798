"""A frozen layer of areas and what an edit of it gives back. Loads shapely: to be imported on first use only.

Geometries are polygons and multipolygons in degrees (EPSG:4326), edges straight in longitude and latitude as stored.
Layers share the areas that an edit leaves alone, so a hundred versions of a layer cost little more than one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.crs import check_projected, metres_a_degree
from geo.errors import GeoError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Point = tuple[float, float]  # longitude, latitude in degrees

NODE_M = 1e-5  # places closer than this are one: far above the rounding of degrees, far below any survey
_POLYGON, _MULTIPOLYGON = 3, 6  # shapely type ids


class AreaEditRefused(GeoError):
    """An edit that would leave the layer worse; one sentence says what, where, and what to do."""


@dataclass(frozen=True, slots=True, eq=False)
class AreaShape:
    """One area: what it is called, who serves it, and its rings as plain arrays. Made by `area_shape`."""

    id: int  # negative for an area that no store knows yet
    name: str
    agency_id: int | None
    shape: BaseGeometry  # Polygon or MultiPolygon
    xy: Floats  # [vertices, 2] lon, lat, ring after ring, every ring's first vertex again at its end; read-only
    ring_starts: Ints  # [rings + 1] where rings begin in xy
    ring_parts: Ints  # [rings] the polygon each ring is of; the first ring of a polygon is its shell

    def rings(self) -> list[Floats]:
        """The closed rings, each [., 2]."""
        return [self.xy[one:end] for one, end in pairwise(self.ring_starts)]

    def edge_places(self) -> Ints:
        """Places i in xy from which an edge leads to i + 1."""
        leads = np.ones(len(self.xy), dtype=bool)
        leads[self.ring_starts[1:] - 1] = False
        return np.flatnonzero(leads)

    def with_shape(self, shape: BaseGeometry) -> AreaShape:
        """The same area with another geometry."""
        return area_shape(self.id, self.name, self.agency_id, shape)

    def with_rings(self, rings: Sequence[Floats]) -> AreaShape:
        """The same area with as many closed rings; AreaEditRefused where one has less than three corners."""
        for number, ring in enumerate(rings):
            if len(ring) < 4:
                is_hole = number > 0 and self.ring_parts[number] == self.ring_parts[number - 1]
                raise AreaEditRefused(
                    f"“{self.name}” would have less than three corners at {place_words(ring[0])}; "
                    + ("keep three, or fill the hole." if is_hole else "keep three, or remove or merge the area.")
                )
        parts = []
        for part in range(int(self.ring_parts[-1]) + 1):
            of = [rings[int(r)] for r in np.flatnonzero(self.ring_parts == part)]
            parts.append(shapely.Polygon(of[0], of[1:]))
        one = len(parts) == 1 and shapely.get_type_id(self.shape) == _POLYGON
        return self.with_shape(parts[0] if one else shapely.MultiPolygon(parts))

    def with_xy(self, xy: Floats, ring_starts: Ints) -> AreaShape:
        """The same area with other vertices in as many rings; AreaEditRefused as in `with_rings`."""
        return self.with_rings([xy[one:end] for one, end in pairwise(ring_starts)])


def area_shape(area_id: int, name: str, agency_id: int | None, shape: BaseGeometry) -> AreaShape:
    """An area of a polygon or multipolygon in degrees."""
    rings, part = shapely.get_rings(shapely.get_parts(shape), return_index=True)
    xy = np.ascontiguousarray(shapely.get_coordinates(shape))
    starts = np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(rings))]).astype(np.int64)
    xy.setflags(write=False)
    return AreaShape(area_id, name, agency_id, shape, xy, starts, part.astype(np.int64))


@dataclass(frozen=True, slots=True, eq=False)
class LayerOfAreas:
    """Areas in declared order. Made by `layer_of_areas`; edits return a new one."""

    areas: tuple[AreaShape, ...]
    crs_epsg: int  # the city's projected CRS, for square metres
    bounds: Floats  # [areas, 4] west, south, east, north; nan for an area without ground

    @property
    def ids(self) -> tuple[int, ...]:
        """The areas' ids in declared order."""
        return tuple(area.id for area in self.areas)

    def place(self, area_id: int) -> int:
        """Where an area stands in the order; AreaEditRefused where the layer has none of this id."""
        for place, area in enumerate(self.areas):
            if area.id == area_id:
                return place
        raise AreaEditRefused(f"The layer has no area {area_id}; choose one of its {len(self.areas)} areas.")

    def area(self, area_id: int) -> AreaShape:
        """The area of an id; AreaEditRefused where there is none."""
        return self.areas[self.place(area_id)]

    def near(self, box: Sequence[float] | Floats) -> list[int]:
        """Places of the areas whose bounds meet a box (west, south, east, north in degrees)."""
        west, south, east, north = box
        b = self.bounds
        found = (b[:, 0] <= east) & (b[:, 2] >= west) & (b[:, 1] <= north) & (b[:, 3] >= south)
        return [int(place) for place in np.flatnonzero(found)]

    def replaced(
        self, by_place: Mapping[int, AreaShape], *, added: Iterable[AreaShape] = (), without: Iterable[int] = ()
    ) -> LayerOfAreas:
        """A layer with some areas replaced (by place), some taken out (by place), and some added at the end."""
        gone = set(without)
        kept = [place for place in range(len(self.areas)) if place not in gone]
        areas = [by_place.get(place, self.areas[place]) for place in kept]
        bounds = self.bounds[kept].copy()
        for row, place in enumerate(kept):
            if place in by_place:
                bounds[row] = areas[row].shape.bounds
        fresh = list(added)
        more = np.array([area.shape.bounds for area in fresh], dtype=np.float64).reshape(-1, 4)
        return LayerOfAreas((*areas, *fresh), self.crs_epsg, np.vstack([bounds, more]))

    def free_id(self) -> int:
        """An id that no area has: negative, for the store gives its own."""
        return min(0, *self.ids, 0) - 1


@dataclass(frozen=True, slots=True, eq=False)
class AreaEdit:
    """What an edit did. Ids are in declared order; `changed` counts areas that only got a vertex on their border."""

    layer: LayerOfAreas
    changed: tuple[int, ...]
    added: tuple[int, ...] = ()
    removed: tuple[int, ...] = ()
    uncovered_m2: float = 0.0  # ground that belonged to an area and now belongs to none
    covered_m2: float = 0.0  # ground that belonged to none and now belongs to an area
    at: tuple[Point, ...] = ()  # where the vertices that were asked for ended, after snapping


def layer_of_areas(
    ids: Sequence[int],
    names: Sequence[str],
    agency_ids: Sequence[int | None],
    geometries: Sequence[BaseGeometry | bytes],
    crs_epsg: int,
) -> LayerOfAreas:
    """A layer of polygons or multipolygons (shapely or WKB, EPSG:4326), all sequences of one length.

    Edits need valid polygons (`areas_repair.repair_polygons`); one without ground keeps its place. GeoError naming
    every fault: repeated ids, what is no valid polygon in degrees, a CRS that is not projected.
    """
    check_projected(crs_epsg)
    if not len(ids) == len(names) == len(agency_ids) == len(geometries):
        raise GeoError("Ids, names, departments and geometries of a layer must be as many; read the layer again.")
    shapes = [shapely.from_wkb(item) if isinstance(item, bytes) else item for item in geometries]
    faults = [f"id {area_id} is repeated" for area_id, count in Counter(ids).items() if count > 1]
    faults += [f"“{name}” {fault}" for name, shape in zip(names, shapes, strict=True) if (fault := _fault(shape))]
    if faults:
        raise GeoError(f"The layer cannot be edited: {'; '.join(faults)}. Repair its polygons first.")
    areas = [area_shape(*row) for row in zip(ids, names, agency_ids, shapes, strict=True)]
    bounds = np.array([area.shape.bounds for area in areas], dtype=np.float64).reshape(-1, 4)
    return LayerOfAreas(tuple(areas), crs_epsg, bounds)


def _fault(shape: BaseGeometry) -> str:
    if shapely.get_type_id(shape) not in (_POLYGON, _MULTIPOLYGON):
        return "is no polygon"
    coordinates = shapely.get_coordinates(shape)
    if not (np.abs(coordinates) <= [180.0, 90.0]).all():
        return "has a coordinate that is no place on earth"
    if shape.has_z:
        return "has heights"
    return "" if shape.is_valid else f"is invalid ({shapely.is_valid_reason(shape)})"


def place_words(at: Sequence[float] | Floats) -> str:
    """A place in degrees as text, latitude first."""
    return f"{float(at[1]):.6f}, {float(at[0]):.6f}"


def checked_points(points: Sequence[Sequence[float]] | Floats) -> Floats:
    """Places as [n, 2] lon, lat; AreaEditRefused for what is no place on earth."""
    needs = "A place needs a longitude and a latitude; point again."
    try:
        xy = np.array(points, dtype=np.float64)
    except (TypeError, ValueError) as fault:
        raise AreaEditRefused(needs) from fault
    if xy.shape == (0,):
        return np.zeros((0, 2))
    if xy.ndim != 2 or xy.shape[1] != 2:
        raise AreaEditRefused(needs)
    if not (np.abs(xy) <= [180.0, 90.0]).all():
        raise AreaEditRefused("A place lies outside 180 degrees of longitude and 90 of latitude; point again.")
    return xy


def metre_scale(lat: float) -> Floats:
    """[2] metres a degree of longitude and of latitude: an affine map, so that straight edges stay straight."""
    return np.array([float(scale) for scale in metres_a_degree(lat)])


def grown(box: Sequence[float] | Floats, by_m: float) -> Floats:
    """A box in degrees, larger by metres on every side."""
    west, south, east, north = (float(side) for side in box)
    lon, lat = by_m / np.maximum(metre_scale(max(abs(south), abs(north))), 1e-3)
    return np.array([west - lon, south - lat, east + lon, north + lat])


def box_of(points: Floats) -> Floats:
    """[4] west, south, east, north of points [n, 2]."""
    return np.concatenate([points.min(axis=0), points.max(axis=0)])


def polygons_in(shape: BaseGeometry) -> BaseGeometry:
    """The polygons of what an overlay gave, without the lines and points along which areas only touch."""
    if shapely.get_type_id(shape) in (_POLYGON, _MULTIPOLYGON):
        return shape
    parts = shapely.get_parts(shapely.get_parts(shape))
    return joined([part for part in parts if shapely.get_type_id(part) == _POLYGON])


def joined(parts: Sequence[shapely.Polygon]) -> BaseGeometry:
    """One polygon as it is, none or several as a multipolygon."""
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def square_metres(shape: BaseGeometry) -> float:
    """The area of a small geometry in degrees, by the scale at its middle: for tests against a tolerance."""
    if shape.is_empty:
        return 0.0
    _, south, _, north = shape.bounds
    return float(shape.area * np.prod(metre_scale((south + north) / 2.0)))


def as_complex(points: Floats) -> NDArray[np.complex128]:
    """Points [n, 2] as complex numbers: equal exactly where both coordinates are, and sortable as one."""
    return np.ascontiguousarray(points).view(np.complex128).reshape(-1)
