"""Polygons with names and departments from GeoJSON, GeoPackage or Shapefile, brought to longitude and latitude."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.connectors.values import storable
from data.errors import RefusedInput, one_line

if TYPE_CHECKING:
    import geopandas

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
    and fields that are not there; it lists the fields there are.
    """
    frame = in_degrees(read_layer(path), path.name, crs)
    empty = frame.geometry.isna() | frame.geometry.is_empty
    frame = frame[~empty]
    odd = [kind for kind in frame.geom_type.unique() if kind not in _POLYGONS]
    if odd or not len(frame):
        kinds = ", ".join(odd) or "no geometry"
        raise RefusedInput(f"{path.name} holds {kinds} where areas are polygons; choose another layer.")
    fields = [name for name in frame.columns if name != frame.geometry.name]
    name = _name_field(name_field, fields, path.name, allow_unnamed)
    agency = find_field(agency_field, fields, path.name, "--agency-field") if agency_field else None
    rows = [
        AreaRow(
            text_of(frame[name].iloc[at]) if name else f"Area {at + 1}",
            text_of(frame[agency].iloc[at]) if agency else "",
            bytes(wkb),
        )
        for at, wkb in enumerate(frame.geometry.to_wkb(output_dimension=2))
    ]
    return AreaFile(tuple(rows), int(empty.sum()))


def read_layer(path: Path) -> geopandas.GeoDataFrame:
    """Any vector layer that GDAL reads; RefusedInput when it cannot."""
    import geopandas
    import pyogrio

    if not path.exists():
        raise RefusedInput(f"There is no file {path}; correct its name.")
    try:
        # A declared CRS is trusted only where the format can declare one.
        # Rings that are not closed are closed; what is no shape at all becomes a row without one.
        frame = geopandas.read_file(path, on_invalid="fix")
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError, RuntimeError) as fault:
        raise RefusedInput(f"{path.name} is not a map layer that can be read{_why(fault)}.") from fault
    if not isinstance(frame, geopandas.GeoDataFrame) or "geometry" not in frame:
        raise RefusedInput(f"{path.name} has no geometry; choose a map layer.")
    return frame


def _why(fault: Exception) -> str:
    """What GDAL says, without its advice to programmers; where it knows no such format, our own words."""
    said = one_line(fault)
    if "not recognized as" in said or "prefixing the file path" in said:
        return "; choose a GeoJSON, GeoPackage or Shapefile"
    return f" ({said}); export it again"


def in_degrees(frame: geopandas.GeoDataFrame, file: str, crs: str | None) -> geopandas.GeoDataFrame:
    """The layer in longitude and latitude; RefusedInput where nothing says what its coordinates are."""
    import pyproj

    if crs is not None:
        try:
            declared = pyproj.CRS.from_user_input(crs)
        except pyproj.exceptions.CRSError as fault:
            raise RefusedInput(f"--crs {crs} is not a coordinate system; write it as EPSG:2249.") from fault
        frame = frame.set_crs(declared, allow_override=True)
    west, south, east, north = frame.total_bounds
    degrees = max(abs(west), abs(east)) <= 180.0 and max(abs(south), abs(north)) <= 90.0
    geographic = frame.crs is None or frame.crs.is_geographic
    if geographic and not degrees:
        raise RefusedInput(
            f"{file} declares no coordinate system and its coordinates (up to {max(abs(east), abs(north)):,.0f}) "
            "are not degrees; name it with --crs EPSG:n."
        )
    return frame if frame.crs is None else frame.to_crs(4326)


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
        raise RefusedInput(
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
