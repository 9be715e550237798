"""One self-contained folium page: opens with no network, runs nothing that a resident wrote.

folium makes the page and its map; Leaflet is put inside; the data goes in after rendering as JSON in which no letter
can end the block, and the page's script sets every text as textContent. A content policy forbids all fetching.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.connectors.safe_csv import whole_file
from desktop.domain.language import ENGLISH, Language
from desktop.domain.translatable import QT_TRANSLATE_NOOP
from desktop.reports.folium_page import (
    ASSETS,
    SCALE,
    SIMPLIFY_DEG,
    Parts,
    Streets,
    safe,
    steps,
    street_steps,
    whole_degrees,
    whole_page,
)

TOKENS = Path(__file__).parents[1] / "views" / "assets" / "tokens.json"
MOST_POINTS = 60_000  # more are counted in squares, and the page says so
SQUARES_ACROSS = 120
CONTEXT = "MapPage"
STATUS_WORDS = {
    "submitted": QT_TRANSLATE_NOOP("MapPage", "Submitted"),
    "acknowledged": QT_TRANSLATE_NOOP("MapPage", "Acknowledged"),
    "in_progress": QT_TRANSLATE_NOOP("MapPage", "In progress"),
    "scheduled": QT_TRANSLATE_NOOP("MapPage", "Scheduled"),
    "closed": QT_TRANSLATE_NOOP("MapPage", "Closed"),
    "overdue": QT_TRANSLATE_NOOP("MapPage", "Overdue"),
    "archived": QT_TRANSLATE_NOOP("MapPage", "Archived"),
}
SQUARES = (
    QT_TRANSLATE_NOOP("MapPage", "few requests"),
    QT_TRANSLATE_NOOP("MapPage", "more"),
    QT_TRANSLATE_NOOP("MapPage", "most"),
)


@dataclass(frozen=True, slots=True)
class Points:
    """Requests to show: degrees, status names, indexes into the services' names, days and ids as text."""

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    status: Sequence[str]
    service: Sequence[int]
    services: Sequence[str]
    day: Sequence[str]
    request_id: Sequence[str]


@dataclass(frozen=True, slots=True)
class CellKind:
    """How cells of a kind are drawn: fill (None for an outline only), what it is called, dot, sign and its ink."""

    fill: str | None
    word: str
    dot: bool
    sign: str
    ink: str


@dataclass(frozen=True, slots=True)
class Cells:
    """Zones of an answer: polygons in degrees, the number of each one's kind, its name, and its figures by `words`.

    `legend`: its lines, each the number of a kind and how many zones are of it, in words.
    """

    polygons_wkb: Sequence[bytes]
    kind: Sequence[int]
    kinds: Sequence[CellKind]
    names: Sequence[str]
    legend: Sequence[tuple[int, str]]
    words: Sequence[str] = ()
    figures: Sequence[Sequence[str]] = ()  # of each zone, as many as words


@dataclass(frozen=True, slots=True)
class MapPage:
    """What a page shows. `routes` are the crews of a plan's content, `method` lines that fold out."""

    title: str
    note: str
    points: Points | None = None
    cells: Cells | None = None
    streets: Streets | None = None
    routes: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    attribution: str = ""
    method: Sequence[str] = ()
    method_word: str = "Method"
    language: Language = ENGLISH


def write_map_page(path: Path, page: MapPage) -> None:
    """Write the page, whole or not at all."""
    text = whole_page(_parts(page))
    with whole_file(path) as stream:
        stream.write(text)


def _parts(page: MapPage) -> Parts:
    method = "".join(f"<li>{safe(line)}</li>" for line in page.method)
    folded = f"<details><summary>{safe(page.method_word)}</summary><ul>{method}</ul></details>" if method else ""
    body = (
        f'<div id="opsmap-head"><h1>{safe(page.title)}</h1><p>{safe(page.note)}</p>{folded}</div>'
        '<div id="opsmap-legend"></div><div id="opsmap-credit"></div>'
    )
    css, script = ((ASSETS / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    return Parts(page.title, css, body, script, _data(page, _look()), language=page.language.code)


def _look() -> dict[str, Any]:
    tokens = json.loads(TOKENS.read_text(encoding="utf-8"))
    status = {
        name: entry["light"]["value"]
        for name, entry in tokens["status"].items()
        if "light" in entry and "shape" in entry
    }
    slots = [(slot["light"], slot["ink_on_it"]["light"]) for slot in tokens["categorical"]["slots"]]
    return {
        "minor": tokens["basemap"]["light"]["minc"],
        "major": tokens["basemap"]["light"]["artc"],
        "land": tokens["basemap"]["light"]["land"],
        "ink": tokens["colour"]["light"]["text.primary"]["value"],
        "outline": tokens["colour"]["light"]["line.strong"]["value"],
        "sequential": tokens["ramps"]["sequential"]["light"],
        "status": status,
        "slots": slots,
    }


def _data(page: MapPage, look: Mapping[str, Any]) -> dict[str, Any]:
    points, squares, legend = _points(page.points, look, page.language)
    cells = _cells(page.cells)
    statuses = [
        {"colour": colour, "word": page.language.say(STATUS_WORDS[name]), "small": name in ("closed", "archived")}
        for name, colour in look["status"].items()
    ]
    return {
        "look": {name: look[name] for name in ("minor", "major", "ink", "outline", "sequential")},
        "statuses": statuses,
        "services": list(page.points.services) if page.points is not None else [],
        "points": points,
        "squares": squares,
        "cells": cells,
        "streets": street_steps(page.streets),
        "routes": [_route(crew, look) for crew in page.routes if crew["stops"]],
        "legend": legend,
        "bounds": _bounds(page),
        "attribution": page.attribution,
    }


def _points(
    points: Points | None, look: Mapping[str, Any], language: Language
) -> tuple[dict[str, Any], list[list[float]], list[Any]]:
    """Points as they are, or counted in squares when they are too many; and the legend."""
    nothing: dict[str, Any] = {name: [] for name in ("lon", "lat", "status", "service", "day", "id")}
    if points is None or not len(points.lon):
        return nothing, [], []
    if len(points.lon) > MOST_POINTS:
        squares = _squares(points)
        ramp = look["sequential"]
        return nothing, squares, list(zip((ramp[0], ramp[3], ramp[-1]), map(language.say, SQUARES), strict=True))
    names = list(look["status"])
    packed = {
        "lon": whole_degrees(points.lon),
        "lat": whole_degrees(points.lat),
        "status": [names.index(name) for name in points.status],
        "service": list(points.service),
        "day": list(points.day),
        "id": list(points.request_id),
    }
    seen = set(points.status)
    legend = [(look["status"][name], language.say(STATUS_WORDS[name])) for name in names if name in seen]
    return packed, [], legend


def _squares(points: Points) -> list[list[float]]:
    """West, south, east, north, count, and the count's rank of 0 to 1, of every square that holds a request."""
    west, east = float(points.lon.min()), float(points.lon.max())
    south, north = float(points.lat.min()), float(points.lat.max())
    step = max(east - west, north - south) / SQUARES_ACROSS or 1.0
    column, row = ((points.lon - west) / step).astype(np.int64), ((points.lat - south) / step).astype(np.int64)
    key, count = np.unique(column * 100_000 + row, return_counts=True)
    rank = np.argsort(np.argsort(count, kind="stable"), kind="stable") / max(1, len(count) - 1)
    return [
        [
            *whole_degrees([west + (k // 100_000) * step, south + (k % 100_000) * step]),
            *whole_degrees([west + (k // 100_000 + 1) * step, south + (k % 100_000 + 1) * step]),
            int(n),
            round(float(r), 3),
        ]
        for k, n, r in zip(key.tolist(), count.tolist(), rank.tolist(), strict=True)
    ]


def _cells(cells: Cells | None) -> dict[str, Any]:
    if cells is None:
        return {"zones": [], "kinds": [], "legend": [], "words": []}
    import shapely

    shapes = shapely.simplify(shapely.from_wkb(list(cells.polygons_wkb)), SIMPLIFY_DEG)
    sides = np.sqrt(shapely.area(shapes))
    middles = shapely.get_coordinates(shapely.point_on_surface(shapes))
    figures = cells.figures or [()] * len(shapes)
    zones = [
        {
            "rings": [steps(*shapely.get_coordinates(ring).T) for ring in shapely.get_rings(shapely.get_parts(shape))],
            "kind": int(kind),
            "name": name,
            "told": list(told),
            "middle": whole_degrees(middle),
            "side": round(float(side) * SCALE),
        }
        for shape, kind, name, told, middle, side in zip(
            shapes, cells.kind, cells.names, figures, middles, sides, strict=True
        )
    ]
    kinds = [asdict(one) for one in cells.kinds]
    return {"zones": zones, "kinds": kinds, "legend": [list(line) for line in cells.legend], "words": list(cells.words)}


def _route(crew: Mapping[str, Any], look: Mapping[str, Any]) -> dict[str, Any]:
    from desktop.reports.plan_files import crew_line

    colour, ink = look["slots"][(crew["colour_slot"] - 1) % len(look["slots"])]
    line = np.array(crew_line(crew))
    stops = [whole_degrees([stop["long"], stop["lat"]]) for stop in crew["stops"]]
    return {"colour": colour, "ink": ink, "line": steps(line[:, 0], line[:, 1]), "stops": stops}


def _bounds(page: MapPage) -> list[list[float]] | None:
    """South-west and north-east of what is shown, single outliers left aside."""
    if page.points is not None and len(page.points.lon):
        lon, lat = page.points.lon, page.points.lat
    elif page.cells is not None and page.cells.polygons_wkb:
        import shapely

        boxes = shapely.bounds(shapely.from_wkb(list(page.cells.polygons_wkb)))
        lon, lat = boxes[:, [0, 2]].ravel(), boxes[:, [1, 3]].ravel()
    elif page.streets is not None:
        lon, lat = page.streets.lon, page.streets.lat
    else:
        return None
    (west, east), (south, north) = np.percentile(lon, (0.5, 99.5)), np.percentile(lat, (0.5, 99.5))
    return [[float(south), float(west)], [float(north), float(east)]]
