"""Numbers of areas from a map file: residents of census tracts, homes of blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from data.connectors.areas import UnknownCrs, find_field, in_degrees, read_layer
from data.errors import RefusedInput

if TYPE_CHECKING:
    import geopandas

ENDINGS = (".geojson", ".json", ".gpkg", ".shp", ".zip")
_POLYGONS = ("Polygon", "MultiPolygon")
_MOST_NAMED = 8


@dataclass(frozen=True, slots=True, eq=False)
class AreaValues:
    """A number for each area of a file, and its polygon, which may still be invalid: WKB in EPSG:4326."""

    field: str
    value: np.ndarray
    polygons_wkb: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class NumberField:
    """A column of numbers of a layer, and why it cannot serve: a sentence, empty where it can."""

    name: str
    fault: str = ""


def read_area_values(path: Path, field: str | None = None) -> AreaValues:
    """Read a column of numbers of a polygon layer; without a name, the only one there is.

    RefusedInput for a file that is no layer of polygons, coordinates of an unknown system, a column that is not there
    or holds no numbers, and for a number that is missing, negative or infinite.
    """
    import shapely

    frame = _areas(path)
    name = _field(frame, path.name, field)
    if fault := _fault(frame, name, path.name):
        raise RefusedInput(fault)
    value = _numbers(frame, name)
    return AreaValues(name, value, tuple(map(bytes, shapely.to_wkb(frame.geometry.to_numpy(), output_dimension=2))))


def number_fields(path: Path) -> tuple[NumberField, ...]:
    """The columns of numbers of a polygon layer, for somebody to choose one.

    RefusedInput for a file that is no layer of polygons, coordinates of an unknown system, and where there is none.
    """
    frame = _areas(path)
    names = _number_names(frame)
    if not names:
        raise RefusedInput(f"{path.name} has no column of numbers; choose a layer that has one.")
    return tuple(NumberField(name, _fault(frame, name, path.name)) for name in names)


def _areas(path: Path) -> geopandas.GeoDataFrame:
    frame = read_layer(path)
    frame = frame[~(frame.geometry.isna() | frame.geometry.is_empty)]
    if not len(frame) or not frame.geom_type.isin(_POLYGONS).all():
        raise RefusedInput(f"{path.name} holds no areas, or other things among them; choose a layer of polygons.")
    try:
        return in_degrees(frame, path.name, None)
    except UnknownCrs as fault:
        wrong = "does not say in which coordinate system it is, or a wrong one"
        raise RefusedInput(f"{path.name} {wrong}; export it again with the right one.") from fault


def _numbers(frame: geopandas.GeoDataFrame, name: str) -> np.ndarray:
    return np.asarray(frame[name].to_numpy(dtype=np.float64, na_value=np.nan))


def _fault(frame: geopandas.GeoDataFrame, name: str, file: str) -> str:
    """Why a column cannot be an exposure; empty where it can."""
    value = _numbers(frame, name)
    wrong = np.flatnonzero(~np.isfinite(value) | (value < 0.0))
    if not len(wrong):
        return ""
    return (
        f"'{name}' of {file} is missing, negative or endless in {len(wrong):,} of {len(value):,} areas (the "
        f"first in row {wrong[0] + 1:,}); correct it, or give 0."
    )


def _number_names(frame: geopandas.GeoDataFrame) -> list[str]:
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    fields = [name for name in frame.columns if name != frame.geometry.name]
    return [str(name) for name in fields if is_numeric_dtype(frame[name]) and not is_bool_dtype(frame[name])]


def _field(frame: geopandas.GeoDataFrame, file: str, wanted: str | None) -> str:
    numbers = _number_names(frame)
    if wanted is not None:
        fields = [name for name in frame.columns if name != frame.geometry.name]
        found = find_field(wanted, fields, file, "--exposure-field")
        if found not in numbers:
            raise RefusedInput(f"'{found}' of {file} holds no numbers; those that do are {_named(numbers)}.")
        return found
    if len(numbers) != 1:
        raise RefusedInput(f"{file} has {_named(numbers)} as numbers; name one with --exposure-field.")
    return numbers[0]


def _named(names: Sequence[str]) -> str:
    return ", ".join(names[:_MOST_NAMED]) + (", …" if len(names) > _MOST_NAMED else "") or "none"
