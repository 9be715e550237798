"""What was searched for, or pointed at, as a mark on the map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from desktop.map.messages import points_json


@dataclass(frozen=True, slots=True)
class PlaceMark:
    """A place in degrees with its words. `lines` are lengths of street or, where `outline`, rings around an area."""

    name: str
    note: str
    lon: float
    lat: float
    lines: Sequence[Sequence[tuple[float, float]]] = ()
    outline: bool = False


def mark_json(mark: PlaceMark | None) -> dict[str, Any] | None:
    """The mark in web mercator; None for none."""
    if mark is None:
        return None
    x, y = points_json([(mark.lon, mark.lat)])[0]
    return {
        "name": mark.name,
        "note": mark.note,
        "x": x,
        "y": y,
        "lines": [points_json(line) for line in mark.lines if len(line) > 1],
        "outline": mark.outline,
    }
