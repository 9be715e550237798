"""An exposure by area from a file: one line an area, its name and its value."""

from __future__ import annotations

import csv
from pathlib import Path

from data.errors import RefusedInput


def read_exposure_file(path: Path) -> tuple[tuple[str, float], ...]:
    """Names and values of a CSV file with the columns area and value; RefusedInput for one that does not fit."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        found = tuple((row["area"], float(row["value"])) for row in rows)
    except (OSError, UnicodeDecodeError) as fault:
        raise RefusedInput(f"{path.name} cannot be read; choose a CSV file in UTF-8.") from fault
    except (KeyError, TypeError, ValueError, csv.Error) as fault:
        raise RefusedInput(f"{path.name} must have the columns area and value, with a number in each row.") from fault
    if not found:
        raise RefusedInput(f"{path.name} holds no area; give one a line: area,value.")
    return found
