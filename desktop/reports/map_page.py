"""One self-contained folium page: opens with no network, runs nothing that a resident wrote.

folium makes the page and its map; Leaflet is put inside; the data goes in after rendering as JSON in which no letter
can end the block, and the page's script sets every text as textContent. A content policy forbids all fetching.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.connectors.safe_csv import whole_file

ASSETS = Path(__file__).parent / "assets"
LEAFLET = Path(__file__).parents[1] / "map" / "page" / "vendor" / "leaflet"
TOKENS = Path(__file__).parents[1] / "views" / "assets" / "tokens.json"
MOST_POINTS = 60_000  # more are counted in squares, and the page says so
SQUARES_ACROSS = 120
SCALE = 1e5  # about a metre
SIMPLIFY_DEG = 4e-5
MAJOR = frozenset(("motorway", "trunk", "primary", "secondary", "motorway_link", "trunk_link", "primary_link"))
MINOR = frozenset(("tertiary", "unclassified", "residential", "living_street", "secondary_link", "tertiary_link"))
CLASSES = (
    "cold q<=0.01",
    "cold q<=0.05",
    "cold q<=0.10",
    "not significant",
    "hot q<=0.10",
    "hot q<=0.05",
    "hot q<=0.01",
)
POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'"


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
class Cells:
    """Tested cells: polygons in degrees, their classes, their counts."""

    polygons_wkb: tuple[bytes, ...]
    classes: tuple[str, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Streets:
    """Lines to draw beneath, as StreetLines has them."""

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    offsets: NDArray[np.int64]
    highway: Sequence[str]


@dataclass(frozen=True, slots=True)
class MapPage:
    """What a page shows. `routes` are the crews of a plan's content."""

    title: str
    note: str
    points: Points | None = None
    cells: Cells | None = None
    streets: Streets | None = None
    routes: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    attribution: str = ""


def write_map_page(path: Path, page: MapPage) -> None:
    """Write the page, whole or not at all."""
    look = _look()
    data = _data(page, look)
    text = _frame(page).replace("<!--opsmap-data-->", _json(data))
    with whole_file(path) as stream:
        stream.write(text)


def _frame(page: MapPage) -> str:
    """folium's page with Leaflet inside and our furniture; no request text in it."""
    import folium

    made = folium.Map(tiles=None, location=[0, 0], zoom_start=2, prefer_canvas=True)
    made.options["maxZoom"] = 19  # folium's own argument does not reach Leaflet
    made.default_js, made.default_css = [], []
    text = str(made.get_root().render())
    name = made.get_name()
    css = re.sub(r"background-image:\s*url\([^)]*\);?", "", (LEAFLET / "leaflet.css").read_text(encoding="utf-8"))
    head = (
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n<title>{_safe(page.title)}</title>\n'
        f"<style>{css}\n{_css()}</style>\n<script>{(LEAFLET / 'leaflet.js').read_text(encoding='utf-8')}</script>\n"
    )
    body = (
        f'<div id="opsmap-head"><h1>{_safe(page.title)}</h1><p>{_safe(page.note)}</p></div>'
        '<div id="opsmap-legend"></div><div id="opsmap-credit"></div>'
        '<script type="application/json" id="opsmap-data"><!--opsmap-data--></script>\n'
    )
    script = (ASSETS / "page.js").read_text(encoding="utf-8").replace("OPSMAP_MAP", name)
    text = text.replace("<head>", f"<head>\n{head}", 1).replace("</body>", f"{body}</body>", 1)
    return text.replace("</html>", f"<script>{script}</script>\n</html>", 1)


def _safe(text: str) -> str:
    """Text for HTML; braces and dollars too, for it passes through templates."""
    escaped = html.escape(text, quote=True)
    return "".join(f"&#{ord(letter)};" if letter in "{}$`\\" else letter for letter in escaped)


def _json(data: Mapping[str, Any]) -> str:
    """JSON in which nothing can end the script block."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


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
        "diverging": tokens["ramps"]["diverging"]["light"],
        "sequential": tokens["ramps"]["sequential"]["light"],
        "status": status,
        "slots": slots,
    }


def _css() -> str:
    return (ASSETS / "page.css").read_text(encoding="utf-8")


def _data(page: MapPage, look: Mapping[str, Any]) -> dict[str, Any]:
    points, squares, legend = _points(page.points, look)
    cells = _cells(page.cells)
    if page.cells is not None:
        legend = [(look["diverging"][at], _class_words(at)) for at in (6, 5, 4, 3, 2, 1, 0)]
    statuses = [
        {"colour": colour, "word": name.replace("_", " ").capitalize(), "small": name in ("closed", "archived")}
        for name, colour in look["status"].items()
    ]
    return {
        "look": {name: look[name] for name in ("minor", "major", "ink", "outline", "diverging", "sequential")},
        "statuses": statuses,
        "services": list(page.points.services) if page.points is not None else [],
        "points": points,
        "squares": squares,
        "cells": cells,
        "streets": _streets(page.streets),
        "routes": [_route(crew, look) for crew in page.routes if crew["stops"]],
        "legend": legend,
        "bounds": _bounds(page),
        "attribution": page.attribution,
    }


def _whole(values: Any) -> list[int]:
    return [int(value) for value in np.round(np.asarray(values, dtype=np.float64) * SCALE)]


def _points(points: Points | None, look: Mapping[str, Any]) -> tuple[dict[str, Any], list[list[float]], list[Any]]:
    """Points as they are, or counted in squares when they are too many; and the legend."""
    nothing: dict[str, Any] = {name: [] for name in ("lon", "lat", "status", "service", "day", "id")}
    if points is None or not len(points.lon):
        return nothing, [], []
    if len(points.lon) > MOST_POINTS:
        squares = _squares(points)
        ramp = look["sequential"]
        return nothing, squares, [(ramp[0], "few requests"), (ramp[3], "more"), (ramp[-1], "most")]
    names = list(look["status"])
    packed = {
        "lon": _whole(points.lon),
        "lat": _whole(points.lat),
        "status": [names.index(name) for name in points.status],
        "service": list(points.service),
        "day": list(points.day),
        "id": list(points.request_id),
    }
    seen = set(points.status)
    legend = [(look["status"][name], name.replace("_", " ").capitalize()) for name in names if name in seen]
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
            *_whole([west + (k // 100_000) * step, south + (k % 100_000) * step]),
            *_whole([west + (k // 100_000 + 1) * step, south + (k % 100_000 + 1) * step]),
            int(n),
            round(float(r), 3),
        ]
        for k, n, r in zip(key.tolist(), count.tolist(), rank.tolist(), strict=True)
    ]


def _delta(lon: Any, lat: Any) -> list[int]:
    """Whole coordinates as steps from one to the next, longitude and latitude in turn."""
    flat = np.column_stack([_whole(lon), _whole(lat)])
    return [int(value) for value in np.diff(flat, axis=0, prepend=0).ravel()]


def _cells(cells: Cells | None) -> list[dict[str, Any]]:
    if cells is None:
        return []
    import shapely

    shapes = shapely.from_wkb(list(cells.polygons_wkb))
    return [
        {"ring": _delta(*np.asarray(part.exterior.coords)[:, :2].T), "level": CLASSES.index(name), "count": count}
        for shape, name, count in zip(shapes, cells.classes, cells.counts, strict=True)
        for part in getattr(shape, "geoms", [shape])
    ]


def _class_words(level: int) -> str:
    return CLASSES[level].replace("<=", " ≤ ").capitalize()


def _streets(streets: Streets | None) -> dict[str, list[list[int]]]:
    if streets is None:
        return {"minor": [], "major": []}
    import shapely

    of = np.repeat(np.arange(len(streets.offsets) - 1), np.diff(streets.offsets))
    lines = shapely.simplify(shapely.linestrings(np.column_stack([streets.lon, streets.lat]), indices=of), SIMPLIFY_DEG)
    packed: dict[str, list[list[int]]] = {"minor": [], "major": []}
    for line, highway in zip(np.atleast_1d(np.asarray(lines)), streets.highway, strict=True):
        kind = "major" if highway in MAJOR else "minor" if highway in MINOR else None
        if kind is not None:
            packed[kind].append(_delta(*np.asarray(line.coords).T))
    return packed


def _route(crew: Mapping[str, Any], look: Mapping[str, Any]) -> dict[str, Any]:
    from desktop.reports.plan_files import crew_line

    colour, ink = look["slots"][(crew["colour_slot"] - 1) % len(look["slots"])]
    line = np.array(crew_line(crew))
    stops = [_whole([stop["long"], stop["lat"]]) for stop in crew["stops"]]
    return {"colour": colour, "ink": ink, "line": _delta(line[:, 0], line[:, 1]), "stops": stops}


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
