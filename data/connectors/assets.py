"""Points with numbers and names from CSV, GeoJSON, GeoPackage or Shapefile: lights, hydrants, signals."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from data.connectors.aliases import ALIASES, reduced
from data.connectors.areas import find_field, in_degrees, read_layer, text_of
from data.connectors.values import storable
from data.errors import RefusedInput, one_line

if TYPE_CHECKING:
    import geopandas
    import pandas

CODE_ALIASES = (
    "assetcode", "assetid", "assetnumber", "asset", "poleid", "hydrantid", "signalid", "lampid", "lightid", "treeid",
    "facilityid", "unitid", "tag", "number", "code", "id", "objectid", "globalid",
)  # fmt: skip
NAME_ALIASES = ("name", "label", "title", "intersection", "location", "address", "description")
FIELD_LIMIT = 16 * 1024 * 1024
LONGEST = 200  # letters of a number or a name
_POINTS = ("Point", "MultiPoint")
TABLES = (".csv", ".txt", ".tsv")


@dataclass(frozen=True, slots=True)
class AssetRow:
    """One asset as read. `attributes` holds every further field that says something, as text."""

    asset_code: str
    name: str
    lat: float
    long: float
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AssetFile:
    """The assets of a file by their numbers, and how many of its rows could not become one."""

    rows: tuple[AssetRow, ...]
    without_point: int = 0
    without_code: int = 0
    repeated: int = 0  # an earlier row with the same number: the last one counts


@dataclass(frozen=True, slots=True)
class _Table:
    """A file as rows of text with a point each; nan where there is none."""

    fields: Sequence[str]
    rows: Sequence[Mapping[str, str]]
    points: Sequence[tuple[float, float]]  # longitude, latitude


def read_assets(
    path: Path, *, id_field: str | None = None, name_field: str | None = None, crs: str | None = None
) -> AssetFile:
    """Read a layer of points. `crs` ("EPSG:2249") is for a map layer that declares none.

    RefusedInput for a file without points, coordinates that are not degrees without a declared CRS, and fields that
    are not there; it lists the fields there are.
    """
    table = _csv_table(path) if path.suffix.lower() in TABLES else _layer_table(path, crs)
    code = _field(id_field, CODE_ALIASES, table.fields, path.name, "--id-field")
    if code is None:
        raise RefusedInput(
            f"{path.name} has no field that looks like a number of its own for each asset; name one with --id-field. "
            f"Its fields are {', '.join(table.fields[:40])}."
        )
    name = _field(name_field, NAME_ALIASES, [own for own in table.fields if own != code], path.name, "--name-field")
    return _assets(table, code, name, path.name)


def _assets(table: _Table, code: str, name: str | None, file: str) -> AssetFile:
    found: dict[str, AssetRow] = {}
    without_point = without_code = repeated = 0
    for row, (lon, lat) in zip(table.rows, table.points, strict=True):
        key = row[code][:LONGEST]
        if not (abs(lon) <= 180.0 and abs(lat) <= 90.0):  # nan too
            without_point += 1
        elif not key:
            without_code += 1
        else:
            repeated += key in found
            rest = {own: text for own, text in row.items() if text and own not in (code, name)}
            found[key] = AssetRow(key, row[name][:LONGEST] if name else "", lat, lon, rest)
    if not found:
        raise RefusedInput(f"{file} holds no point with a number; assets are points, choose another file or fields.")
    return AssetFile(tuple(found.values()), without_point, without_code, repeated)


def asset_fields(fields: Sequence[str]) -> dict[str, str]:
    """What read_assets would take for id_field and name_field by itself, where it finds one."""
    code = _field(None, CODE_ALIASES, fields, "", "")
    name = _field(None, NAME_ALIASES, [own for own in fields if own != code], "", "")
    return {option: field for option, field in (("id_field", code), ("name_field", name)) if field is not None}


def _field(wanted: str | None, aliases: Sequence[str], fields: Sequence[str], file: str, option: str) -> str | None:
    """The field that was named, or the first that is called like an alias."""
    if wanted is not None:
        return find_field(wanted, fields, file, option)
    plain = {reduced(own): own for own in reversed(fields)}
    return next((plain[alias] for alias in aliases if alias in plain), None)


def _layer_table(path: Path, crs: str | None) -> _Table:
    frame = read_layer(path)
    empty = frame.geometry.isna() | frame.geometry.is_empty
    odd = [kind for kind in frame.geom_type[~empty].unique() if kind not in _POINTS]
    if odd or empty.all():
        kinds = ", ".join(map(str, odd)) or "no geometry"
        raise RefusedInput(f"{path.name} holds {kinds} where assets are points; choose another layer.")
    fields = [str(own) for own in frame.columns if own != frame.geometry.name]
    columns = [[text_of(value) for value in frame[own].tolist()] for own in fields]
    rows = [dict(zip(fields, cells, strict=True)) for cells in zip(*columns, strict=True)] or [{}] * len(frame)
    return _Table(fields, rows, _points(frame, empty, path.name, crs))


def _points(
    frame: geopandas.GeoDataFrame, empty: pandas.Series[bool], file: str, crs: str | None
) -> list[tuple[float, float]]:
    """Longitude and latitude of every row; a group of points counts where its first one stands."""
    located = in_degrees(frame[~empty], file, crs).geometry
    singles = iter([shape if shape.geom_type == "Point" else shape.geoms[0] for shape in located])
    nowhere = (math.nan, math.nan)
    points = [None if nothing else next(singles) for nothing in empty]
    return [nowhere if point is None else (float(point.x), float(point.y)) for point in points]


def _csv_table(path: Path) -> _Table:
    """A CSV with any separator and byte-order mark; its point is in two columns of degrees."""
    csv.field_size_limit(FIELD_LIMIT)
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:
            header, rows = _csv_rows(stream.readline(), stream, path.name)
    except FileNotFoundError as fault:
        raise RefusedInput(f"There is no file {path}; correct its name.") from fault
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise RefusedInput(f"{path.name} cannot be read as a UTF-8 CSV ({one_line(fault)}).") from fault
    plain = {reduced(own): own for own in reversed(header)}
    lat, long = (next((plain[key] for key in ALIASES[name] if key in plain), None) for name in ("lat", "long"))
    if lat is None or long is None:
        raise RefusedInput(
            f"{path.name} has no columns that look like latitude and longitude; call them lat and long. "
            f"Its columns are {', '.join(header[:40])}."
        )
    fields = [own for own in header if own not in (lat, long)]
    points = [(_degrees(row[long]), _degrees(row[lat])) for row in rows]
    return _Table(fields, [{own: row[own] for own in fields} for row in rows], points)


def _csv_rows(first: str, stream: object, file: str) -> tuple[list[str], list[dict[str, str]]]:
    if "\x00" in first or not first.strip():
        raise RefusedInput(f"{file} does not begin with a header of columns; is it a CSV file?")
    delimiter = max(",;\t|", key=first.count)
    header = [name.strip() for name in next(csv.reader([first], delimiter=delimiter))]
    cells = csv.reader(stream, delimiter=delimiter)  # type: ignore[arg-type]
    rows = [
        {name: storable(cell.strip()) for name, cell in zip(header, [*row, *[""] * len(header)], strict=False)}
        for row in cells
        if row
    ]
    return header, rows


def _degrees(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
