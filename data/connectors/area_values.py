"""Numbers of areas from a map file: residents of census tracts, homes of blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from data.connectors.areas import find_field, in_degrees, read_layer
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


def read_area_values(path: Path, field: str | None = None) -> AreaValues:
    """Read a column of numbers of a polygon layer; without a name, the only one there is.

    RefusedInput for a file that is no layer of polygons, coordinates of an unknown system, a column that is not there
    or holds no numbers, and for a number that is missing, negative or infinite.
    """
    import shapely

    frame = read_layer(path)
    frame = frame[~(frame.geometry.isna() | frame.geometry.is_empty)]
    if not len(frame) or not frame.geom_type.isin(_POLYGONS).all():
        raise RefusedInput(f"{path.name} holds no areas, or other things among them; choose a layer of polygons.")
    frame = in_degrees(frame, path.name, None)
    name = _field(frame, path.name, field)
    value = frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = np.flatnonzero(~np.isfinite(value) | (value < 0.0))
    if len(wrong):
        raise RefusedInput(
            f"'{name}' of {path.name} is missing, negative or endless in {len(wrong):,} of {len(value):,} areas (the "
            f"first in row {wrong[0] + 1:,}); correct it, or give 0."
        )
    return AreaValues(name, value, tuple(map(bytes, shapely.to_wkb(frame.geometry.to_numpy(), output_dimension=2))))


def _field(frame: geopandas.GeoDataFrame, file: str, wanted: str | None) -> str:
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    fields = [name for name in frame.columns if name != frame.geometry.name]
    numbers = [name for name in fields if is_numeric_dtype(frame[name]) and not is_bool_dtype(frame[name])]
    if wanted is not None:
        found = find_field(wanted, fields, file, "--exposure-field")
        if found not in numbers:
            raise RefusedInput(f"'{found}' of {file} holds no numbers; those that do are {_named(numbers)}.")
        return found
    if len(numbers) != 1:
        raise RefusedInput(f"{file} has {_named(numbers)} as numbers; name one with --exposure-field.")
    return str(numbers[0])


def _named(names: Sequence[str]) -> str:
    return ", ".join(names[:_MOST_NAMED]) + (", …" if len(names) > _MOST_NAMED else "") or "none"
