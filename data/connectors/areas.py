"""Polygons with names and departments from GeoJSON, GeoPackage or Shapefile, brought to longitude and latitude."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from data.connectors.archives import unpacked
from data.connectors.values import storable
from data.errors import RefusedInput, one_line

if TYPE_CHECKING:
    import geopandas
    import pyproj

NAME_ALIASES = (
    "name", "areaname", "district", "neighborhood", "neighbourhood", "nhood", "zipcode", "zip", "zip5",
    "zcta5ce10", "label", "title", "id",
)  # fmt: skip
_POLYGONS = ("Polygon", "MultiPolygon")


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One area as read: its polygon may still be invalid. Geometry is WKB in EPSG:4326."""

    name: str
    agency_name: str
    geometry_wkb: bytes


@dataclass(frozen=True, slots=True)
class AreaFile:
    """The areas of a file, in its order, and how many of its rows have no polygon."""

    rows: tuple[AreaRow, ...]
    without_polygon: int = 0
    brought_from: str = ""  # the system in metres or feet that it was in


def read_areas(
    path: Path,
    *,
    name_field: str | None = None,
    agency_field: str | None = None,
    crs: str | None = None,
    allow_unnamed: bool = False,
) -> AreaFile:
    """Read a polygon layer. `crs` ("EPSG:2249") is for a file that declares none.

    RefusedInput for a file that is no layer of polygons, coordinates that cannot be degrees without a declared CRS,
    a `crs` other than the declared one, and fields that are not there; it lists the fields there are.
    """
    frame = read_layer(path)
    empty = frame.geometry.isna() | frame.geometry.is_empty | ~np.isfinite(frame.geometry.bounds).all(axis=1)
    if not len(frame) or empty.all():
        raise RefusedInput(f"{path.name} holds no polygons; choose another layer.")
    frame = with_crs(frame[~empty], path.name, crs)
    projected = frame.crs is not None and not frame.crs.is_geographic
    brought_from = frame.crs.name if projected else ""
    frame = frame if frame.crs is None else frame.to_crs(4326)
    odd = [kind for kind in frame.geom_type.unique() if kind not in _POLYGONS]
    if odd:
        raise RefusedInput(f"{path.name} holds {', '.join(odd)} where areas are polygons; choose another layer.")
    fields = [name for name in frame.columns if name != frame.geometry.name]
    name = _name_field(name_field, fields, path.name, allow_unnamed)
    agency = find_field(agency_field, fields, path.name, "--agency-field") if agency_field else None
    rows = [
        AreaRow(
            text_of(frame[name].iloc[at]) if name else f"Area {at + 1}",
            text_of(frame[agency].iloc[at]) if agency else "",
            bytes(wkb),
        )
        for at, wkb in enumerate(_plain(frame))
    ]
    return AreaFile(tuple(rows), int(empty.sum()), brought_from)


def _plain(frame: geopandas.GeoDataFrame) -> Iterable[bytes]:
    """Two-dimensional WKB. A multipolygon of one part is that part: some formats make every polygon one."""
    import shapely

    shapes = frame.geometry.to_numpy()
    alone = (shapely.get_type_id(shapes) == shapely.GeometryType.MULTIPOLYGON) & (
        shapely.get_num_geometries(shapes) == 1
    )
    shapes = np.where(alone, shapely.get_geometry(shapes, 0), shapes)
    found: Iterable[bytes] = shapely.to_wkb(shapes, output_dimension=2)
    return found


def read_layer(path: Path) -> geopandas.GeoDataFrame:
    """Any vector layer that GDAL reads; RefusedInput when it cannot."""
    import geopandas
    import pyogrio

    if not path.exists():
        raise RefusedInput(f"There is no file {path}; correct its name.")
    try:
        with unpacked(path) as plain, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # rows without a shape are counted, not remarked upon
            # Rings that are not closed are closed; what is no shape at all becomes a row without one.
            frame = geopandas.read_file(plain, on_invalid="fix")
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError, RuntimeError) as fault:
        raise RefusedInput(f"{path.name} is not a map layer that can be read{_why(fault, path)}.") from fault
    if not isinstance(frame, geopandas.GeoDataFrame) or "geometry" not in frame:
        raise RefusedInput(f"{path.name} has no geometry; choose a map layer.")
    return frame


def _why(fault: Exception, path: Path) -> str:
    """What GDAL says, without folders and its advice to programmers; our own words where it knows no such format."""
    said = one_line(fault).replace(str(path), path.name)
    if "not recognized as" in said or "prefixing the file path" in said:
        return "; choose a GeoJSON, GeoPackage or Shapefile"
    return f" ({said}); export it again"


class UnknownCrs(RefusedInput):
    """Coordinates of a system that nobody names, or that is not the one that is said; who reads it can name one."""


class NoNames(RefusedInput):
    """A file without a field that looks like a name; who reads it can choose one."""


class OtherCrs(RefusedInput):
    """A system that was named, of a file that declares another."""


def in_degrees(frame: geopandas.GeoDataFrame, file: str, crs: str | None) -> geopandas.GeoDataFrame:
    """The frame in longitude and latitude. GeoJSON that declares nothing counts as degrees where it can be."""
    frame = with_crs(frame, file, crs)
    return frame if frame.crs is None else frame.to_crs(4326)


def with_crs(frame: geopandas.GeoDataFrame, file: str, crs: str | None) -> geopandas.GeoDataFrame:
    """The frame in the system that it declares or that is named; without one, it is degrees.

    A declaration that the coordinates contradict is not believed: metres that would all lie within 180 of the origin
    are degrees, and larger numbers are no degrees.
    """
    west, south, east, north = frame.total_bounds
    degrees = max(abs(west), abs(east)) <= 180.0 and max(abs(south), abs(north)) <= 90.0
    declared = frame.crs if frame.crs is not None and frame.crs.is_geographic == degrees else None
    up_to = f"its coordinates (up to {max(abs(frame.total_bounds)):,.0f})"
    if crs is not None:
        named = _crs_of(crs)
        if declared is not None and not _same(declared, named):
            raise OtherCrs(f"{file} is in {declared.name}, not in {crs}; leave --crs away.")
        if named.is_geographic != degrees:
            said = "are degrees, and it is in metres or feet" if degrees else "are no degrees"
            raise UnknownCrs(f"{file} cannot be in {crs}: {up_to} {said}; name another with --crs EPSG:n.")
        frame = frame.set_crs(named, allow_override=True)
    elif degrees and frame.crs is not None and declared is None:
        raise UnknownCrs(
            f"{file} declares {frame.crs.name}, but {up_to} are degrees; name what they are with --crs EPSG:4326."
        )
    elif declared is None and not degrees:
        raise UnknownCrs(
            f"{file} declares no coordinate system and {up_to} are not degrees; name it with --crs EPSG:n."
        )
    return frame


def _crs_of(text: str) -> pyproj.CRS:
    import pyproj

    try:
        return pyproj.CRS.from_user_input(text)
    except pyproj.exceptions.CRSError as fault:
        raise RefusedInput(f"'{text}' is not a coordinate system; write it as EPSG:2249.") from fault


def _same(one: pyproj.CRS, other: pyproj.CRS) -> bool:
    """Whether two descriptions mean the same system, whatever names their makers gave it."""
    if one.equals(other, ignore_axis_order=True):
        return True
    codes = {crs.to_epsg(min_confidence=25) for crs in (one, other)}
    return len(codes) == 1 and None not in codes


def area_fields(fields: Sequence[str]) -> dict[str, str]:
    """What read_areas would take for name_field by itself, where it finds one."""
    found = _name_field(None, fields, "", allow_unnamed=True)
    return {} if found is None else {"name_field": found}


def _name_field(wanted: str | None, fields: Sequence[str], file: str, allow_unnamed: bool) -> str | None:
    if wanted is not None:
        return find_field(wanted, fields, file, "--name-field")
    plain = {"".join(letter for letter in field.lower() if letter.isalnum()): field for field in reversed(fields)}
    for alias in NAME_ALIASES:
        if alias in plain:
            return plain[alias]
    named = next((plain[key] for key in plain if key.endswith("name")), None)
    if named is None and not allow_unnamed:
        raise NoNames(
            f"{file} has no field that looks like a name; name one with --name-field. "
            f"Its fields are {', '.join(fields)}."
        )
    return named


def find_field(wanted: str, fields: Sequence[str], file: str, option: str) -> str:
    """A field that a person named, whatever its case; RefusedInput lists the fields there are."""
    match = next((field for field in fields if field == wanted), None) or next(
        (field for field in fields if field.lower() == wanted.lower()), None
    )
    if match is None:
        raise RefusedInput(f"{file} has no field '{wanted}' for {option}; its fields are {', '.join(fields)}.")
    return match


def text_of(value: Any) -> str:
    """A field's value as text; whole numbers without a decimal point."""
    if value is None or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return storable(str(value).strip())
