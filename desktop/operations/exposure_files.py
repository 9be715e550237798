"""Exposures from files: values of areas by their names (CSV), or map layers whose numbers are shared out by ground."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from data.connectors.area_values import ENDINGS, NumberField, number_fields, read_area_values
from data.errors import RefusedInput
from desktop.operations.work import Progress, ShouldStop, Work

if TYPE_CHECKING:
    from geo.zones import Zones

Pairs = tuple[tuple[str, float], ...]
CSV = ".csv"
CELL = "cell "  # what cells are called, by their number
KINDS = (CSV, *ENDINGS)


@dataclass(frozen=True, slots=True)
class ExposureFile:
    """What a file offers: values of areas by their names, or the columns of numbers of a map layer."""

    values: Pairs = ()
    fields: tuple[NumberField, ...] = ()


def look_into(path: str, *, progress: Progress, should_stop: ShouldStop) -> ExposureFile:
    """Read what a file offers; what a worker runs. RefusedInput for one that does not fit."""
    file = Path(path)
    progress(None, f"Reading {file.name}")
    if file.suffix.lower() == CSV:
        return ExposureFile(read_exposure_file(file))
    return ExposureFile(fields=() if should_stop() else number_fields(file))


def read_exposure_file(path: Path) -> Pairs:
    """Names and values of a CSV file with the columns area and value; RefusedInput for one that does not fit."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        found = tuple((row["area"].strip(), float(row["value"])) for row in rows)
    except (OSError, UnicodeDecodeError) as fault:
        raise RefusedInput(f"{path.name} cannot be read; choose a CSV file in UTF-8.") from fault
    except (KeyError, TypeError, AttributeError, ValueError, csv.Error) as fault:
        raise RefusedInput(f"{path.name} must have the columns area and value, with a number in each row.") from fault
    if not found:
        raise RefusedInput(f"{path.name} holds no area; give one a line: area,value.")
    wrong = [name for name, value in found if not (isfinite(value) and value >= 0.0)]
    if wrong:
        raise RefusedInput(f"{path.name} has a value that is negative or endless for {_some(wrong)}; correct it.")
    twice = [name for name, times in Counter(name for name, _ in found).items() if times > 1]
    if twice:
        raise RefusedInput(f"{path.name} names {_some(twice)} more than once; give each area one value.")
    return found


def by_name(names: Sequence[str], given: Pairs, what: str) -> np.ndarray:
    """The values of zones by their names; RefusedInput where one has none, or two share a name and so a value.

    Values that stand in the order of the zones, as an answer keeps them, are theirs whatever they are called.
    """
    if [name for name, _ in given] == list(names):
        return np.array([value for _, value in given], dtype=np.float64)
    values = dict(given)
    missing = [name for name in names if name not in values]
    if given and len(missing) == len(names):
        raise RefusedInput(
            f"The exposure has {_some([name for name, _ in given])}, and no {what} is called so; "
            "choose the layer of areas that it is of."
        )
    if missing:
        raise RefusedInput(f"The exposure lacks {_some(missing)}; give a value for each {what}.")
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise RefusedInput(f"More than one area is called {_some(twice)}; a value by name cannot be told apart.")
    return np.array([values[name] for name in names], dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class FromLayer:
    """An exposure by zone, where it is from in words, and how much of it lies in no zone."""

    value: np.ndarray
    words: str
    outside: float


def from_layer(work: Work, path: Path, field: str | None, zones: Zones) -> FromLayer:
    """The numbers of a map file's areas, shared out over zones; RefusedInput, GeoError for one that does not fit."""
    from geo.areas_repair import repair_polygons
    from geo.exposure import shared_out
    from geo.zones import in_metres

    read = read_area_values(path, field)
    polygons, _ = repair_polygons(read.polygons_wkb)
    areas_m = in_metres(polygons, zones.crs_epsg)
    found = shared_out(read.value, areas_m, zones, progress=work.progress, should_stop=work.should_stop)
    if not found.value.any():
        raise RefusedInput(f"No area of {path.name} that holds any {read.field} meets the zones; choose another file.")
    return FromLayer(found.value, f"{path.name}, {read.field}, shared out by area", found.outside)


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5:,} more" if len(names) > 5 else "")
