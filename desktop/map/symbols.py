"""Icons as path texts for the page's canvas: the bundled outlines, every element turned into one SVG path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from xml.etree import ElementTree

_KEPT = re.compile(r"^[a-z0-9-]+$")
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)"
_FIRST_MOVE = re.compile(rf"^m\s*({_NUMBER})[\s,]*({_NUMBER})[\s,]*(?=(.?))")
UNKNOWN = "circle-question-mark"
FURNITURE = (
    "mouse-pointer-2",
    "square-dashed",
    "lasso",
    "polygon",
    "split",
    "pencil",
    "hole",
    "ruler",
    "bookmark",
    "arrow-left",
    "arrow-right",
    "plus",
    "minus",
    "maximize",
    "layers",
    "eye",
    "eye-off",
    "chevron-up",
    "chevron-down",
    "warehouse",
    "trash-2",
    "check",
    "clock",
    "users",
    "lock",
    "grip-vertical",
    "droplet",
    "x",
)


def icon_paths(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Path texts in a 24 x 24 box for the icons of those names that are bundled, and for the map's own furniture."""
    wanted = {UNKNOWN, *FURNITURE, *names}
    found = {name: icon_path(folder, name) for name in sorted(wanted)}
    return {name: path for name, path in found.items() if path}


@lru_cache(maxsize=512)
def icon_path(folder: Path, name: str) -> str:
    """One icon as a path text; empty for a name that is not bundled."""
    file = folder / f"{name}.svg"
    if not _KEPT.match(name) or not file.is_file():
        return ""
    root = ElementTree.fromstring(file.read_text(encoding="utf-8"))  # noqa: S314 - a file of ours, not of the city's
    return " ".join(filter(None, (_path_of(element.tag.rpartition("}")[2], element.attrib) for element in root.iter())))


def _path_of(tag: str, given: Mapping[str, str]) -> str:
    if tag == "path":
        return _FIRST_MOVE.sub(_absolute, given["d"].strip())
    if tag in ("polyline", "polygon"):
        return f"M{given['points']}" + ("Z" if tag == "polygon" else "")
    if tag not in ("circle", "ellipse", "line", "rect"):
        return ""
    number = {key: float(value) for key, value in given.items() if re.fullmatch(r"-?\d*\.?\d+", value)}
    if tag == "line":
        return f"M{number['x1']:g} {number['y1']:g}L{number['x2']:g} {number['y2']:g}"
    if tag == "rect":
        return _rect(number)
    rx = number.get("r", number.get("rx", 0.0))
    ry = number.get("r", number.get("ry", 0.0))
    return _ellipse(number.get("cx", 0.0), number.get("cy", 0.0), rx, ry)


def _absolute(move: re.Match[str]) -> str:
    """A path's first move is absolute even when written relative; joined to another path it must say so."""
    x, y, following = move.groups()
    return f"M{x} {y}" + ("l" if following and following in "+-.0123456789" else "")


def _ellipse(cx: float, cy: float, rx: float, ry: float) -> str:
    return f"M{cx - rx:g} {cy:g}a{rx:g} {ry:g} 0 1 0 {2 * rx:g} 0a{rx:g} {ry:g} 0 1 0 {-2 * rx:g} 0Z"


def _rect(number: Mapping[str, float]) -> str:
    x, y, wide, high = number.get("x", 0.0), number.get("y", 0.0), number["width"], number["height"]
    r = min(number.get("rx", number.get("ry", 0.0)), wide / 2, high / 2)
    across, down, corner = wide - 2 * r, high - 2 * r, f"a{r:g} {r:g} 0 0 1"
    return (
        f"M{x + r:g} {y:g}h{across:g}{corner} {r:g} {r:g}v{down:g}{corner} {-r:g} {r:g}"
        f"h{-across:g}{corner} {-r:g} {-r:g}v{-down:g}{corner} {r:g} {-r:g}Z"
    )
