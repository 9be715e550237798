"""What every self-contained folium page is made of: Leaflet inside, our look and script, data that ends no block.

A content policy forbids all fetching, and lets only those scripts run that were there when the page was made.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ASSETS = Path(__file__).parent / "assets"
LEAFLET = Path(__file__).parents[1] / "map" / "page" / "vendor" / "leaflet"
SCALE = 1e5  # about a metre
SIMPLIFY_DEG = 4e-5
MAJOR = frozenset(("motorway", "trunk", "primary", "secondary", "motorway_link", "trunk_link", "primary_link"))
MINOR = frozenset(("tertiary", "unclassified", "residential", "living_street", "secondary_link", "tertiary_link"))
POLICY = (
    "default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'"
)
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Streets:
    """Lines to draw beneath, as StreetLines has them."""

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    offsets: NDArray[np.int64]
    highway: Sequence[str]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a page has of its own. `body` is HTML without words of anybody; `scripts` stand before our own script."""

    title: str
    css: str
    body: str
    script: str  # in which OPSMAP_MAP stands for the map
    data: Mapping[str, Any]
    scripts: tuple[str, ...] = ()
    language: str = "en"


def whole_page(parts: Parts) -> str:
    """The page; the data goes in last, so that none of its words passes through a template."""
    import folium

    made = folium.Map(tiles=None, location=[0, 0], zoom_start=2, prefer_canvas=True)
    made.options["maxZoom"] = 19  # folium's own argument does not reach Leaflet
    made.default_js, made.default_css = [], []
    text = str(made.get_root().render())
    css = re.sub(r"background-image:\s*url\([^)]*\);?", "", (LEAFLET / "leaflet.css").read_text(encoding="utf-8"))
    scripts = [(LEAFLET / "leaflet.js").read_text(encoding="utf-8"), *parts.scripts]
    head = (
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n<title>{safe(parts.title)}</title>\n'
        f"<style>{css}\n{parts.css}</style>\n" + "".join(f"<script>{script}</script>\n" for script in scripts)
    )
    body = f'{parts.body}<script type="application/json" id="opsmap-data"><!--opsmap-data--></script>\n'
    script = parts.script.replace("OPSMAP_MAP", made.get_name())
    text = text.replace("<html>", f'<html lang="{safe(parts.language)}">', 1)
    text = text.replace("<head>", f"<head>\n{head}", 1).replace("</body>", f"{body}</body>", 1)
    text = text.replace("</html>", f"<script>{script}</script>\n</html>", 1)
    text = text.replace("{scripts}", " ".join(_hashes(text)), 1)
    return text.replace("<!--opsmap-data-->", packed_json(parts.data))


def _hashes(text: str) -> list[str]:
    """Each script of the page as a content policy names it: nothing else may run."""
    digests = (hashlib.sha256(script.encode()).digest() for script in _SCRIPT.findall(text))
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


def safe(text: str) -> str:
    """Text for HTML; braces and dollars too, for it passes through templates."""
    escaped = html.escape(text, quote=True)
    return "".join(f"&#{ord(letter)};" if letter in "{}$`\\" else letter for letter in escaped)


def packed_json(data: Mapping[str, Any]) -> str:
    """JSON in which nothing can end the script block."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def whole_degrees(values: Any) -> list[int]:
    """Degrees as whole hundred-thousandths."""
    return [int(value) for value in np.round(np.asarray(values, dtype=np.float64) * SCALE)]


def steps(lon: Any, lat: Any) -> list[int]:
    """Whole coordinates as steps from one to the next, longitude and latitude in turn."""
    flat = np.column_stack([whole_degrees(lon), whole_degrees(lat)])
    return [int(value) for value in np.diff(flat, axis=0, prepend=0).ravel()]


def street_steps(streets: Streets | None) -> dict[str, list[list[int]]]:
    """Streets as steps, the large ones apart."""
    packed: dict[str, list[list[int]]] = {"minor": [], "major": []}
    if streets is None:
        return packed
    import shapely

    of = np.repeat(np.arange(len(streets.offsets) - 1), np.diff(streets.offsets))
    lines = shapely.simplify(shapely.linestrings(np.column_stack([streets.lon, streets.lat]), indices=of), SIMPLIFY_DEG)
    for line, highway in zip(np.atleast_1d(np.asarray(lines)), streets.highway, strict=True):
        kind = "major" if highway in MAJOR else "minor" if highway in MINOR else None
        if kind is not None:
            packed[kind].append(steps(*np.asarray(line.coords).T))
    return packed
