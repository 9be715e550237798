"""Published routing instances: Solomon and Homberger text, and VRPLIB files, as plain arrays.

Coordinates follow the convention of the DIMACS challenge of 2021: distances times 10, truncated.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data.errors import RefusedInput, one_line

SCALE = 10
_SOLOMON_NAME = re.compile(r"(?:R|C|RC)[12]\d\d", re.IGNORECASE)
_HOMBERGER_NAME = re.compile(r"(?:R|C|RC)[12]_(2|4|6|8|10)_\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """One instance. Place 0 is the depot; arrays are by place; `customer` is the file's own number of each place.

    distance, windows and service are whole numbers of `scale` units; a missing vehicle limit is None.
    """

    name: str
    vehicles: int | None
    capacity: int
    customer: NDArray[np.int64]
    demand: NDArray[np.int64]
    earliest: NDArray[np.int64]
    latest: NDArray[np.int64]
    service: NDArray[np.int64]
    prize: NDArray[np.int64]
    distance: NDArray[np.int64]
    scale: int = SCALE


class _Odd(ValueError):
    """The file is no instance; the message says why, for a person."""


def read_instance(path: Path) -> Instance:
    """Read a Solomon, Homberger or VRPLIB file; RefusedInput tells where it stops making sense."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as fault:
        raise RefusedInput(f"There is no file {path}; correct its name.") from fault
    except (OSError, UnicodeDecodeError) as fault:
        raise RefusedInput(f"{path.name} is not a text file of an instance ({one_line(fault)}).") from fault
    try:
        return _vrplib(text, path) if "DIMENSION" in text else _solomon(text)
    except _Odd as fault:
        raise RefusedInput(f"{path.name} is not a Solomon or VRPLIB instance ({fault}); fetch it again.") from fault
    except (ValueError, IndexError, KeyError, OverflowError) as fault:  # what cannot be named more closely
        raise RefusedInput(f"{path.name} is not a whole Solomon or VRPLIB instance; fetch it again.") from fault


def _solomon(text: str) -> Instance:
    lines = [line.split() for line in text.splitlines() if line.strip()]
    numbers = [[float(cell) for cell in line] for line in lines if _all_numbers(line)]
    fleet = next((row for row in numbers if len(row) == 2), None)
    if fleet is None:
        raise _Odd("there is no line with the number of vehicles and their capacity")
    rows = np.array(_customers(lines[0][0], numbers[numbers.index(fleet) + 1 :]))
    whole = (rows * SCALE).astype(np.int64)
    return Instance(
        name=lines[0][0],
        vehicles=int(fleet[0]),
        capacity=int(fleet[1]),
        customer=rows[:, 0].astype(np.int64),
        demand=rows[:, 3].astype(np.int64),
        earliest=whole[:, 4],
        latest=whole[:, 5],
        service=whole[:, 6],
        prize=np.zeros(len(rows), dtype=np.int64),
        distance=truncated(rows[:, 1], rows[:, 2]),
    )


def _customers(name: str, rows: list[list[float]]) -> list[list[float]]:
    """The rows of the depot and the customers; _Odd where the file was cut off, as far as that can be told."""
    odd = next((row for row in rows if len(row) != 7), None)
    if odd is not None:
        raise _Odd(f"the line that begins with {odd[0]:g} has {len(odd)} numbers where 7 are needed")
    if len(rows) < 2:
        raise _Odd("no customers")
    numbers = [int(row[0]) for row in rows]
    if numbers != list(range(numbers[0], numbers[0] + len(rows))):
        raise _Odd("the customers are not numbered one after the other")
    known = _published_sizes(name)
    if known and len(rows) - 1 not in known:
        raise _Odd(f"it ends after {len(rows) - 1} customers where {name} has {max(known)}")
    return rows


def _published_sizes(name: str) -> tuple[int, ...]:
    """How many customers a published instance of this name has: Solomon's 100 or their first 25 or 50, Homberger's."""
    if _SOLOMON_NAME.fullmatch(name):
        return (25, 50, 100)
    large = _HOMBERGER_NAME.fullmatch(name)
    return (100 * int(large[1]),) if large else ()


def truncated(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int64]:
    """Euclidean distances times 10, truncated."""
    way = np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :])
    return np.asarray(np.floor(SCALE * way), dtype=np.int64)


def _all_numbers(cells: list[str]) -> bool:
    try:
        return all(math.isfinite(float(cell)) for cell in cells)
    except ValueError:
        return False


def _vrplib(text: str, path: Path) -> Instance:
    head, sections = _sections(text)
    size = int(_number(head, "DIMENSION"))
    number = np.arange(1, size + 1)
    if "EDGE_WEIGHT_SECTION" in sections:
        cells = np.array(_numbers(" ".join(sections["EDGE_WEIGHT_SECTION"]), "EDGE_WEIGHT_SECTION"))
        distance = np.floor(SCALE * _matrix(cells, size, head.get("EDGE_WEIGHT_FORMAT", "FULL_MATRIX"))).astype(
            np.int64
        )
    else:
        if "NODE_COORD_SECTION" not in sections:
            raise _Odd("it has neither EDGE_WEIGHT_SECTION nor NODE_COORD_SECTION")
        places = _table(sections["NODE_COORD_SECTION"], size, 2)
        distance = truncated(places[:, 0], places[:, 1])
    windows = _table(sections["TIME_WINDOW_SECTION"], size, 2) if "TIME_WINDOW_SECTION" in sections else None
    horizon = 10**9
    return Instance(
        name=head.get("NAME", path.stem),
        vehicles=int(_number(head, "VEHICLES")) if "VEHICLES" in head else None,
        capacity=int(_number(head, "CAPACITY")) if "CAPACITY" in head else 10**9,
        customer=number,
        demand=_column(sections, "DEMAND_SECTION", size, 1),
        earliest=_scaled(windows[:, 0]) if windows is not None else np.zeros(size, dtype=np.int64),
        latest=_scaled(windows[:, 1]) if windows is not None else np.full(size, horizon),
        service=_service(head, sections, size),
        prize=_column(sections, "PRIZE_SECTION", size, SCALE),
        distance=distance,
    )


def _sections(text: str) -> tuple[dict[str, str], dict[str, list[str]]]:
    head: dict[str, str] = {}
    sections: dict[str, list[str]] = {}
    current = ""
    for line in text.splitlines():
        stripped = line.strip()
        if stripped in ("", "EOF"):
            continue
        if ":" in stripped:
            key, _, value = stripped.partition(":")
            head[key.strip()] = value.strip()
        elif stripped.endswith("_SECTION"):
            current = stripped
            sections[current] = []
        else:
            sections[current].append(stripped)
    return head, sections


def _number(head: Mapping[str, str], name: str) -> float:
    if name not in head:
        raise _Odd(f"{name} has no value")
    found = _numbers(head[name], name)
    if len(found) != 1:
        raise _Odd(f"{name} is '{head[name][:40]}' where one number is needed")
    return found[0]


def _numbers(text: str, where: str) -> list[float]:
    """The numbers of a text; _Odd names the first that is none."""
    found = []
    for cell in text.split():
        try:
            value = float(cell)
        except ValueError as fault:
            raise _Odd(f"'{cell[:40]}' in {where} is not a number") from fault
        if not math.isfinite(value):
            raise _Odd(f"'{cell[:40]}' in {where} is not a number")
        found.append(value)
    return found


def _table(lines: list[str], size: int, width: int) -> NDArray[np.float64]:
    """Rows of 'number value ...', in the order of the numbers."""
    cells = [_numbers(" ".join(line.split()[: width + 1]), f"the line '{line[:40]}'") for line in lines]
    odd = next((line for line, row in zip(lines, cells, strict=True) if len(row) != width + 1), None)
    if odd is not None:
        raise _Odd(f"the line '{odd[:40]}' has fewer than {width + 1} numbers")
    rows = np.array(cells)
    if rows.shape != (size, width + 1):
        raise _Odd(f"a section has {len(rows)} rows where {size} are declared")
    return np.asarray(rows[np.argsort(rows[:, 0]), 1:])


def _column(sections: dict[str, list[str]], name: str, size: int, scale: int) -> NDArray[np.int64]:
    if name not in sections:
        return np.zeros(size, dtype=np.int64)
    return np.floor(_table(sections[name], size, 1)[:, 0] * scale).astype(np.int64)


def _scaled(values: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.floor(values * SCALE).astype(np.int64)


def _service(head: dict[str, str], sections: dict[str, list[str]], size: int) -> NDArray[np.int64]:
    if "SERVICE_TIME_SECTION" in sections:
        return _column(sections, "SERVICE_TIME_SECTION", size, SCALE)
    service = np.full(size, int(_number({"SERVICE_TIME": "0"} | head, "SERVICE_TIME") * SCALE))
    service[0] = 0
    return service


def _matrix(cells: NDArray[np.float64], size: int, form: str) -> NDArray[np.float64]:
    if form == "FULL_MATRIX":
        return cells.reshape(size, size)
    if form in ("LOWER_ROW", "UPPER_ROW", "LOWER_DIAG_ROW", "UPPER_DIAG_ROW"):
        full = np.zeros((size, size))
        diagonal = 0 if "DIAG" in form else 1
        at = np.tril_indices(size, -diagonal) if form.startswith("LOWER") else np.triu_indices(size, diagonal)
        full[at] = cells
        return np.asarray(np.maximum(full, full.T))
    raise _Odd(f"the matrix form {form} is not known")
