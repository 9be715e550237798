"""What the page draws beside the requests, as JSON in web mercator from 0 to 1."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from desktop.domain.statistic_marks import Mark
from desktop.map.wkb import rings_of_any

NORTH_DEG = 85.0511287798066  # where the web mercator square ends
STANDARD_PX_M = 0.00028  # a pixel of OGC's WMTS, for scale denominators
Shape = bytes | Sequence[Sequence[float]] | Sequence[Sequence[Sequence[float]]]


class Route(Protocol):
    """A crew's way. `line` is lon, lat; stops carry sequence, lon, lat, time, and what, mark where known."""

    @property
    def number(self) -> int: ...
    @property
    def slot(self) -> int: ...
    @property
    def line(self) -> Sequence[Sequence[float]]: ...
    @property
    def stops(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def depot(self) -> Mapping[str, Any] | None: ...
    @property
    def dumps(self) -> Sequence[Mapping[str, Any]]: ...


def mercator(lon: ArrayLike, lat: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Web mercator of degrees, 0 to 1 from west to east and from north to south."""
    x = (np.asarray(lon, dtype=np.float64) + 180.0) / 360.0
    sine = np.sin(np.radians(np.clip(np.asarray(lat, dtype=np.float64), -NORTH_DEG, NORTH_DEG)))
    return x, 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)


def degrees(x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude of web mercator."""
    return x * 360.0 - 180.0, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y))))


def points_json(lon_lat: ArrayLike) -> list[list[float]]:
    """Points of degrees as pairs in web mercator."""
    points = np.asarray(lon_lat, dtype=np.float64).reshape(-1, 2)
    return _pairs(*mercator(points[:, 0], points[:, 1]))


def route_json(route: Route) -> dict[str, Any]:
    """One crew: its line, its stops in order, its depot and where it unloads. `crew` counts from 0."""
    depot = route.depot
    return {
        "crew": route.number - 1,
        "number": route.number,
        "name": str(getattr(route, "name", "") or ""),
        "slot": route.slot,
        "line": points_json(route.line) if len(route.line) else [],
        "stops": [_stop(stop) for stop in route.stops],
        "depot": None if depot is None else _named(depot),
        "dumps": [_named(dump) for dump in route.dumps],
    }


def left_out_json(places: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    """Jobs without a crew: number, longitude, latitude, whether it waits for a later day, the lines of its card."""
    return [
        {
            "number": int(number),
            **_place({"lon": lon, "lat": lat}),
            "waits": bool(waits),
            "lines": [str(line) for line in lines if line],
        }
        for number, lon, lat, waits, *lines in places
    ]


def cells_json(
    shapes: Sequence[Shape],
    classes: Sequence[int],
    values: Sequence[float],
    lines: Sequence[Sequence[tuple[str, str]]] | None,
    kinds: Sequence[Mark],
) -> dict[str, Any]:
    """Cells with the number of their kind, kinds in the order of the legend.

    ValueError when lengths differ or a class is no kind.
    """
    if not len(shapes) == len(classes) == len(values) or (lines is not None and len(lines) != len(shapes)):
        raise ValueError(f"{len(shapes)} cells, {len(classes)} classes and {len(values)} values do not belong together")
    if any(not 0 <= kind < len(kinds) for kind in classes):
        raise ValueError(f"a class lies from 0 to {len(kinds) - 1}")
    return {
        "rings": [_rings(shape) for shape in shapes],
        "classes": [int(kind) for kind in classes],
        "values": [float(value) for value in values],
        "lines": [] if lines is None else [[list(map(str, pair)) for pair in rows] for rows in lines],
        "kinds": [asdict(kind) for kind in kinds],
    }


def places_json(
    lon: ArrayLike, lat: ArrayLike, kinds: Sequence[str], names: Sequence[str], zooms: Mapping[str, tuple[int, int]]
) -> list[dict[str, Any]]:
    """Places that are named on the map, those of kinds without zooms left out; the greatest, seen first, come first."""
    rows = zip(_pairs(*mercator(lon, lat)), kinds, names, strict=True)
    known = [
        {"x": x, "y": y, "name": name, "kind": kind, "from": zooms[kind][0], "to": zooms[kind][1]}
        for (x, y), kind, name in rows
        if kind in zooms and name
    ]
    return sorted(known, key=lambda place: int(str(place["from"])))


def _rings(shape: Shape) -> list[list[list[float]]]:
    return [_open(ring) for ring in rings_of_any(shape)]


def _open(ring: NDArray[np.float64]) -> list[list[float]]:
    """A ring without the point that closes it, which the page does by itself."""
    points = points_json(ring)
    return points[:-1] if len(points) > 3 and points[0] == points[-1] else points


def _stop(stop: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **_place(stop),
        "sequence": int(stop["sequence"]),
        "time": str(stop.get("time", "")),
        "what": str(stop.get("what", "")),
        "mark": str(stop.get("mark", "")),
        "locked": bool(stop.get("locked", False)),
        "broken": bool(stop.get("broken", False)),
        "changed": str(stop.get("changed", "")),
    }


def _named(place: Mapping[str, Any]) -> dict[str, Any]:
    return {**_place(place), "name": str(place.get("name", ""))}


def _place(place: Mapping[str, Any]) -> dict[str, float]:
    lon = place["lon"] if "lon" in place else place["long"]
    return dict(zip("xy", _pairs(*mercator([lon], [place["lat"]]))[0], strict=True))


def _pairs(x: NDArray[np.float64], y: NDArray[np.float64]) -> list[list[float]]:
    pairs: list[list[float]] = np.round(np.stack([x, y], axis=1), 9).tolist()
    return pairs


def ring_of(content: object) -> tuple[tuple[float, float], ...]:
    """A drawn ring as the page says it, [[lon, lat], ...]; ValueError or TypeError for anything else."""
    ring = tuple((float(lon), float(lat)) for lon, lat in content)  # type: ignore[attr-defined]
    if len(ring) < 3 or not all(math.isfinite(lon) and abs(lat) <= 90 for lon, lat in ring):
        raise ValueError("a ring has three corners or more, on the earth")
    return ring
