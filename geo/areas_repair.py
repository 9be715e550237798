"""Make a layer of areas usable: valid polygons, with what was wrong, and how far areas overlap or leave gaps."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geo.crs import shape_to_metres
from geo.errors import GeoError

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

Shapes = NDArray[np.object_]

LEAST_OVERLAP_M2 = 0.01  # less is the rounding of coordinates, not an overlap
_POLYGONS = (3, 6)  # shapely type ids of Polygon and MultiPolygon
_WHERE = re.compile(r"^(?P<what>[^\[]+)\[(?P<lon>\S+) (?P<lat>\S+)\]$")


@dataclass(frozen=True, slots=True)
class Repair:
    """One area that was not as it should be: its place in the layer, and what was wrong, in words."""

    index: int
    reason: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """How a layer covers the city. Overlaps are (area, area, km2); the gap is None without a boundary."""

    overlaps: list[tuple[int, int, float]]
    covered_km2: float
    gap_km2: float | None
    boundary_km2: float | None


def repair_polygons(polygons_wkb: Sequence[bytes]) -> tuple[list[bytes], list[Repair]]:
    """Valid polygons or multipolygons (WKB, two dimensions) of the same length and order, and what was repaired.

    Rings that cross or touch themselves are rebuilt (shells united, holes taken out; GEOS make_valid, "structure"), and
    lines and points that this leaves are dropped. What has no area at all becomes an empty polygon, with the reason. A
    valid polygon keeps its bytes. GeoError for unreadable WKB, or where nothing of the whole layer has an area.
    """
    import shapely

    repaired: list[bytes] = []
    repairs: list[Repair] = []
    for place, wkb in enumerate(polygons_wkb):
        shape = _read(wkb, place)
        fault = _fault(shape)
        if fault:
            shape = polygons_of(shape)
            fault += "; nothing of it has an area" if shape.is_empty else ""
            repairs.append(Repair(place, fault))
        repaired.append(bytes(shapely.to_wkb(shape)) if fault else wkb)
    if polygons_wkb and shapely.is_empty(shapely.from_wkb(repaired)).all():
        raise GeoError(f"None of the {len(repaired)} geometries of the layer has an area; is it a layer of polygons?")
    return repaired, repairs


def measure_coverage(polygons_wkb: Sequence[bytes], boundary_wkb: bytes | None, crs_epsg: int) -> Coverage:
    """Overlaps between areas and what they leave of the boundary uncovered, in km2 measured in the projected CRS.

    Overlaps under 0.01 m2 are not told. The polygons must be valid (`repair_polygons`); GeoError when they are not.
    """
    import shapely

    try:
        areas = _flat(polygons_wkb, crs_epsg)
        union = shapely.union_all(areas)
        boundary = None if boundary_wkb is None else _flat([boundary_wkb], crs_epsg)[0]
        if boundary is not None and not boundary.is_valid:
            boundary = polygons_of(boundary)
        gap = None if boundary is None else float(shapely.area(shapely.difference(boundary, union))) / 1e6
        return Coverage(
            overlaps=_overlaps(areas),
            covered_km2=float(union.area) / 1e6,
            gap_km2=gap,
            boundary_km2=None if boundary is None else float(boundary.area) / 1e6,
        )
    except shapely.GEOSException as fault:
        raise GeoError(f"The areas cannot be measured ({fault}); repair their polygons first.") from fault


def _overlaps(areas: Shapes) -> list[tuple[int, int, float]]:
    import shapely

    one, other = shapely.STRtree(areas).query(areas, predicate="intersects")
    first = one < other
    one, other = one[first], other[first]
    km2 = shapely.area(shapely.intersection(areas[one], areas[other])) / 1e6
    order = np.lexsort((other, one))
    pairs = zip(one[order].tolist(), other[order].tolist(), km2[order].tolist(), strict=True)
    return [pair for pair in pairs if pair[2] * 1e6 > LEAST_OVERLAP_M2]


def _flat(polygons_wkb: Sequence[bytes], crs_epsg: int) -> Shapes:
    shapes = [shape_to_metres(_read(wkb, place), crs_epsg) for place, wkb in enumerate(polygons_wkb)]
    return np.array(shapes, dtype=object)


def _read(wkb: bytes, place: int) -> BaseGeometry:
    import shapely

    try:
        with np.errstate(invalid="ignore"):  # broken numbers are told by _fault
            return shapely.from_wkb(wkb)
    except shapely.GEOSException as fault:
        raise GeoError(f"Geometry {place} of the layer cannot be read: {fault}.") from fault


def _fault(shape: BaseGeometry) -> str:
    """What keeps a geometry from being an area, in words; empty where nothing does."""
    import shapely

    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return "a coordinate is not a number"
    if shapely.get_type_id(shape) not in _POLYGONS:
        return f"it is a {shape.geom_type}, not a polygon"
    if shape.is_empty:
        return "it is empty"
    if not shape.is_valid:
        found = _WHERE.match(shapely.is_valid_reason(shape))
        if found is None:
            return shapely.is_valid_reason(shape).lower()
        return f"{found['what'].lower()} at {float(found['lat']):.6f}, {float(found['lon']):.6f}"
    return "it has heights" if shape.has_z else ""


def polygons_of(shape: BaseGeometry) -> BaseGeometry:
    """The valid polygonal part of any geometry; an empty multipolygon where there is none."""
    import shapely

    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return shapely.MultiPolygon()
    if shape.is_valid and shapely.get_type_id(shape) in _POLYGONS and not shape.has_z:
        return shape
    valid = shapely.make_valid(shapely.force_2d(shape), method="structure", keep_collapsed=False)
    parts = [part for part in _leaves(valid) if shapely.get_type_id(part) == _POLYGONS[0] and not part.is_empty]
    return parts[0] if len(parts) == 1 else shapely.union_all(parts) if parts else shapely.MultiPolygon()


def _leaves(shape: BaseGeometry) -> list[BaseGeometry]:
    """The single geometries of a geometry, collections inside collections too."""
    import shapely

    parts = list(shapely.get_parts(shape))
    if len(parts) == 1 and parts[0].geom_type == shape.geom_type:
        return parts
    return [leaf for part in parts for leaf in _leaves(part)]
