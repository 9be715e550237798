"""Address points from CSV or any point layer, as plain arrays: a city's own list where its extract has none."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from data.connectors.aliases import reduced
from data.connectors.archives import members, open_member
from data.connectors.areas import in_degrees, read_layer
from data.connectors.shapes import AddressCollector
from data.connectors.streets import AddressPoints
from data.connectors.values import given, storable
from data.errors import RefusedInput, one_line

if TYPE_CHECKING:
    import pyproj

TABLES = (".csv", ".tsv", ".txt")
# In order of preference, reduced to lower-case letters and digits. "address" is number and street in one.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "number": (
        "addrhousenumber", "housenumber", "number", "streetnumber", "stnumber", "stnum", "addressnumber", "addnumber",
        "addno", "houseno", "no",
    ),
    "street": (
        "addrstreet", "street", "streetname", "fullstreetname", "fullstreet", "fullname", "stname", "streetfull",
        "roadname", "road", "locationstreetname",
    ),
    "address": ("address", "fulladdress", "streetaddress", "addr", "mailaddress", "location"),
    "lat": ("latitude", "lat", "y"),
    "long": ("longitude", "long", "lng", "lon", "x"),
}  # fmt: skip
_SPLIT = re.compile(r"^\s*(\d+[A-Za-z]?(?:\s*1/2)?(?:\s*[-–]\s*\d+[A-Za-z]?)?)\s+(\S.*?)\s*$")
_DECIMAL = re.compile(r"^(\d+)\.0+$")  # what a spreadsheet makes of a whole number

Row = tuple[str, str, float, float]  # number, street, and its point as the file gives it: x, y


@dataclass(frozen=True, slots=True, eq=False)
class AddressFile:
    """The addresses of a file, and how many of its rows are none."""

    points: AddressPoints
    read: int
    rejected: int


def read_addresses(path: Path, columns: Mapping[str, str], crs: str | None = None) -> AddressFile:
    """Read a table (also inside .zip or .gz) or a layer of points; of outlines the middle counts.

    `columns` names fields that are not found by alias: number, street, address, lat, long; `crs` ("EPSG:2249") is for a
    file that declares none. RefusedInput for a file that cannot be read, lacks a column, has coordinates that cannot be
    degrees without a CRS, or holds no address at all.
    """
    unknown = [name for name in columns if name not in ALIASES]
    if unknown:
        raise RefusedInput(f"An address has no field '{unknown[0]}'; --column takes one of {', '.join(ALIASES)}.")
    if _is_table(path):
        rows, declared = list(_table_rows(path, columns)), None
    else:
        rows, declared = _layer_rows(path, columns)
    points = np.array([row[2:] for row in rows], dtype=np.float64).reshape(-1, 2)
    collector, read = AddressCollector(), len(rows)
    for (number, street, _, _), (lon, lat) in zip(rows, _degrees(points, path.name, declared, crs), strict=True):
        if abs(lon) <= 180.0 and abs(lat) <= 90.0:  # not nan
            collector.add(float(lon), float(lat), number, street)
    if not len(collector):
        raise RefusedInput(f"{path.name} holds no address with a number, a street and a place; choose another file.")
    return AddressFile(collector.addresses(), read, read - len(collector))


def _is_table(path: Path) -> bool:
    if not path.is_file():
        raise RefusedInput(f"There is no file {path}; correct its name.")
    name = path.name.lower().removesuffix(".gz")
    return name.endswith(TABLES) or (name.endswith(".zip") and any(m.lower().endswith(TABLES) for m in members(path)))


def _degrees(
    points: NDArray[np.float64], file: str, declared: pyproj.CRS | None, crs: str | None
) -> NDArray[np.float64]:
    """Longitude and latitude of each point (n, 2), nan where there is none. A few of no degrees are rows to leave out;
    where most are none, a system is missing."""
    import geopandas

    known = np.isfinite(points).all(axis=1)
    in_degrees_already = known & (np.abs(points) <= (180.0, 90.0)).all(axis=1)
    geographic = declared is None or declared.is_geographic
    if crs is None and geographic and 2 * in_degrees_already.sum() >= known.sum():
        known = in_degrees_already
    found = np.full(points.shape, np.nan)
    if known.any():
        frame = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(*points[known].T), crs=declared)
        located = in_degrees(frame, file, crs).geometry
        found[known] = np.column_stack([located.x, located.y])
    return found


def _table_rows(path: Path, columns: Mapping[str, str]) -> Iterator[Row]:
    inside = [name for name in members(path) if not name or name.lower().endswith(TABLES)]
    try:
        with open_member(path, inside[0]) as stream:
            text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
            first = text.readline()
            header = [name.strip() for name in next(csv.reader([first], delimiter=_delimiter(first)), [])]
            at = _find(header, columns, path.name, ("lat", "long"))
            for cells in csv.reader(text, delimiter=_delimiter(first)):
                texts = {field: cells[place] if place < len(cells) else "" for field, place in at.items()}
                yield (*_name(texts), _number(texts["long"]), _number(texts["lat"]))
    except (UnicodeDecodeError, csv.Error) as fault:
        raise RefusedInput(f"{path.name} cannot be read as a UTF-8 CSV ({one_line(fault)}); save it again.") from fault


def _delimiter(header: str) -> str:
    return max(",;\t|", key=header.count)


def _layer_rows(path: Path, columns: Mapping[str, str]) -> tuple[list[Row], pyproj.CRS | None]:
    """The rows of a layer, their points as it gives them, and the system that it declares."""
    frame = read_layer(path)
    fields = [str(name) for name in frame.columns if name != frame.geometry.name]
    at = _find(fields, columns, path.name, ())
    values = {field: frame[fields[place]].tolist() for field, place in at.items() if field not in ("lat", "long")}
    rows: list[Row] = []
    for row, shape in enumerate(frame.geometry):
        texts = {field: _text(column[row]) for field, column in values.items()}
        point = None if shape is None or shape.is_empty else shape.representative_point()
        place = (math.nan, math.nan) if point is None else (float(point.x), float(point.y))
        rows.append((*_name(texts), *place))
    return rows, frame.crs


def _find(header: Sequence[str], columns: Mapping[str, str], file: str, needed: Sequence[str]) -> dict[str, int]:
    """Where each field stands. Number and street, or the address that holds both, must be there."""
    by_reduced: dict[str, int] = {}
    for at, name in enumerate(header):
        by_reduced.setdefault(reduced(name), at)
    found: dict[str, int] = {}
    for field, aliases in ALIASES.items():
        wanted = (reduced(columns[field]),) if field in columns else aliases
        place = next((by_reduced[alias] for alias in wanted if alias in by_reduced), None)
        if place is not None:
            found[field] = place
        elif field in columns:
            raise RefusedInput(f"{file} has no column '{columns[field]}'; its columns are {', '.join(header[:40])}.")
    missing = [field for field in needed if field not in found]
    if "address" not in found and "street" not in found:
        missing.append("street")
    if missing:
        spelled = " ".join(f"--column {field}=COLUMN" for field in missing)
        raise RefusedInput(
            f"{file} has no column that looks like {' and '.join(missing)}; name it with {spelled}. "
            f"Its columns are {', '.join(header[:40])}."
        )
    return found


def _name(texts: Mapping[str, str]) -> tuple[str, str]:
    """Number and street of a row; a street that begins with its number is parted."""
    number, street = (given(storable(texts.get(field, ""))) for field in ("number", "street"))
    number = _DECIMAL.sub(r"\1", number)
    if number and street:
        return number, street
    parted = _SPLIT.match(street or given(storable(texts.get("address", ""))))
    return (parted[1], parted[2].split(",")[0].split("  ")[0]) if parted is not None else ("", "")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _text(value: Any) -> str:
    return "" if value is None or value != value else str(value).strip()
