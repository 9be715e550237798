"""A city's own centrelines: any line layer, one-way and speed as its fields tell them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from data.connectors.areas import read_layer, with_crs
from data.connectors.shapes import LineCollector
from data.connectors.streets import StreetLines
from data.errors import RefusedInput

NAME_FIELDS = (
    "name",
    "street_name",
    "streetname",
    "fullname",
    "full_name",
    "street",
    "st_name",
    "streetlabe",
    "label",
    "rd_name",
)
ONEWAY_FIELDS = ("oneway", "one_way", "onewaydir", "dir_travel", "direction")
SPEED_FIELDS = ("maxspeed", "speed", "speedlimit", "speed_lim", "posted_spe", "speed_limi")
CLASS_FIELDS = ("highway", "class", "fclass", "road_class", "streettype")
FROM_LEVEL_FIELDS = ("f_zlev", "f_elev", "f_level", "from_level")  # above the ground, where a line begins
TO_LEVEL_FIELDS = ("t_zlev", "t_elev", "t_level", "to_level")
_ALONG = ("ft", "yes", "y", "1", "true", "f", "from-to", "+")
_AGAINST = ("tf", "-1", "reverse", "t", "to-from", "-")
JUNCTION_DECIMALS = 6  # about 0.1 m


def read_line_layer(
    path: Path, name_field: str | None, oneway_field: str | None, speed_field: str | None, crs: str | None = None
) -> StreetLines:
    """Lines of a layer; `crs` ("EPSG:2249") is for one that declares none.

    Ends that meet within about 0.1 m are one junction, where the layer tells no levels or the same one. Speeds of a
    survey in feet are miles.
    """
    frame = read_layer(path)
    fields = [name for name in frame.columns if name != frame.geometry.name]
    picked = {
        "name": _pick(name_field, NAME_FIELDS, fields, path.name, "--name-field"),
        "oneway": _pick(oneway_field, ONEWAY_FIELDS, fields, path.name, "--oneway-field"),
        "speed": _pick(speed_field, SPEED_FIELDS, fields, path.name, "--speed-field"),
        "class": _pick(None, CLASS_FIELDS, fields, path.name, ""),
        "from_level": _pick(None, FROM_LEVEL_FIELDS, fields, path.name, ""),
        "to_level": _pick(None, TO_LEVEL_FIELDS, fields, path.name, ""),
    }
    if not len(frame):
        raise RefusedInput(f"{path.name} holds no lines; streets are lines, choose another layer.")
    frame = with_crs(frame, path.name, crs)
    # A survey in feet is a survey of miles per hour.
    in_feet = frame.crs is not None and frame.crs.is_projected and "foot" in frame.crs.axis_info[0].unit_name.lower()
    if frame.crs is not None:
        frame = frame.to_crs(4326)
    streets = LineCollector()
    columns = {key: frame[field].tolist() if field else [None] * len(frame) for key, field in picked.items()}
    for at, line in enumerate(frame.geometry):
        _add(streets, at, line, {key: values[at] for key, values in columns.items()}, in_feet)
    if not len(streets):
        raise RefusedInput(f"{path.name} holds no lines; streets are lines, choose another layer.")
    return streets.lines(None)


def street_fields(fields: Sequence[str]) -> dict[str, str]:
    """What read_line_layer would take for name_field, oneway_field and speed_field by itself, where it finds one."""
    guesses = {"name_field": NAME_FIELDS, "oneway_field": ONEWAY_FIELDS, "speed_field": SPEED_FIELDS}
    found = {option: _pick(None, names, fields, "", "") for option, names in guesses.items()}
    return {option: field for option, field in found.items() if field is not None}


def _add(streets: LineCollector, at: int, geometry: Any, values: dict[str, Any], in_feet: bool) -> None:
    if geometry is None or geometry.is_empty or not geometry.geom_type.endswith("LineString"):
        return
    parts = list(getattr(geometry, "geoms", [geometry]))
    for number, part in enumerate(parts):
        points = [(float(x), float(y)) for x, y in np.asarray(part.coords)[:, :2]]
        if len(points) < 2:
            continue
        nodes = [_junction(x, y) for x, y in points]
        nodes[0] += _level(values["from_level"]) * _ONE_LEVEL if number == 0 else 0
        nodes[-1] += _level(values["to_level"]) * _ONE_LEVEL if number == len(parts) - 1 else 0
        streets.add(
            points,
            nodes,
            name=_text(values["name"]),
            highway=_text(values["class"]) if _text(values["class"]) in _HIGHWAYS else "residential",
            oneway=_oneway(values["oneway"]),
            speed_kmh=_speed(values["speed"], in_feet),
            layer=0,
            way_id=at,
        )


_HIGHWAYS = frozenset(
    ("motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "living_street", "service",
     "motorway_link", "trunk_link", "primary_link", "secondary_link", "tertiary_link", "footway", "cycleway", "path")
)  # fmt: skip


def _junction(lon: float, lat: float) -> int:
    """One id for all points that round to the same place."""
    scale = 10**JUNCTION_DECIMALS
    return int(round((lon + 180.0) * scale) * 400_000_000 + round((lat + 90.0) * scale))


_ONE_LEVEL = 2 * 10**17  # above every id of a place


def _level(value: Any) -> int:
    """How far above (or below) the ground: bridges do not meet the street beneath. 0 for what is no small number."""
    try:
        level = round(float(_text(value) or 0))
    except (ValueError, OverflowError):
        return 0
    return level if abs(level) <= 9 else 0


def _oneway(value: Any) -> int:
    said = _text(value).lower()
    return 1 if said in _ALONG else -1 if said in _AGAINST else 0


def _speed(value: Any, in_feet: bool) -> float:
    text = _text(value)
    try:
        number = float(text.split()[0]) if text else 0.0
    except ValueError:
        return math.nan
    if not 0 < number < 200:
        return math.nan
    return number * 1.609344 if in_feet or "mph" in text.lower() else number


def _pick(wanted: str | None, guesses: Sequence[str], fields: Sequence[str], file: str, option: str) -> str | None:
    by_lower = {field.lower(): field for field in fields}
    if wanted is not None:
        if wanted.lower() not in by_lower:
            raise RefusedInput(f"{file} has no field '{wanted}' for {option}; its fields are {', '.join(fields)}.")
        return by_lower[wanted.lower()]
    return next((by_lower[guess] for guess in guesses if guess in by_lower), None)


def _text(value: Any) -> str:
    return "" if value is None or value != value else str(value).strip()
