"""Rows turned into columns and columns compared: what the unit of work does before it asks the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from sqlalchemy import Table

from data.values import defaults_of, kinds_of, stored_column

Row = Mapping[str, object]


def columns_of(table: Table, rows: Sequence[Row]) -> tuple[list[str], list[list[Any]]]:
    """Rows as columns of stored values, defaults filled in; ValueError for unknown or missing columns."""
    kinds, defaults = kinds_of(table.name), defaults_of(table)
    given, uniform = set(rows[0]), True
    for row in rows:
        if row.keys() != given:
            given |= row.keys()
            uniform = False
    if not given <= kinds.keys():
        raise ValueError(f"{table.name} has no column {', '.join(sorted(given - kinds.keys()))}")
    names, columns = [], []
    for name in kinds:
        if name == "id":
            continue
        if name not in given and name not in defaults:
            raise ValueError(f"a row of {table.name} lacks {name}")
        default = defaults.get(name)
        names.append(name)
        if name not in given:
            columns.append(stored_column(table.name, name, [default]) * len(rows))
        else:
            columns.append(stored_column(table.name, name, _column(rows, name, default, uniform)))
    return names, columns


def _column(rows: Sequence[Row], name: str, default: Any, uniform: bool) -> list[Any]:
    """One column of the rows; where all rows name the same columns there is nothing to fill in."""
    return [row[name] for row in rows] if uniform else [row.get(name, default) for row in rows]


def differing(before: Sequence[Sequence[Any]], after: Sequence[Sequence[Any]]) -> dict[tuple[int, ...], list[int]]:
    """Rows by the set of columns in which they differ; rows that do not differ are left out."""
    masks: dict[int, int] = {}
    for column, (old, new) in enumerate(zip(before, after, strict=True)):
        bit = 1 << column
        for at, (was, will) in enumerate(zip(old, new, strict=True)):
            if was != will:
                masks[at] = masks.get(at, 0) | bit
    groups: dict[int, list[int]] = {}
    for at in sorted(masks):
        groups.setdefault(masks[at], []).append(at)
    return {tuple(c for c in range(len(after)) if mask >> c & 1): rows for mask, rows in groups.items()}


def sorted_together(ids: list[int], columns: list[list[Any]]) -> tuple[list[int], list[list[Any]]]:
    """Ids ascending and their columns with them; ValueError for an id that occurs twice."""
    order = sorted(range(len(ids)), key=ids.__getitem__)
    ordered = [ids[at] for at in order]
    if any(a == b for a, b in pairwise(ordered)):
        raise ValueError("an id occurs twice in one change")
    return ordered, [[column[at] for at in order] for column in columns]


def plain_list(values: Sequence[Any]) -> list[Any]:
    """A list of Python values, from a list or a numpy array."""
    return values.tolist() if isinstance(values, np.ndarray) else list(values)
