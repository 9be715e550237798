"""Where the base map's names stand at a zoom: over the whole city at once, so that every tile agrees. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop.map.basemap import STREET_CLASSES, BaseMap, Lines

Floats = NDArray[np.float64]
Measure = Callable[[str, str], float]  # style and words to pixels

STRAIGHT = 0.985  # chord over arc: a name bends no more than this
SAME_NAME_PX = 420.0  # between two names of one street
CELL_PX = 9.0  # fineness of the grid that keeps names apart
HEIGHT_PX = {"street": 13.0, "water": 15.0, "park": 13.0, "neighbourhood": 15.0, "suburb": 16.0, "city": 18.0}
STREET_ZOOM = {"motorway": 99, "primary": 14, "secondary": 15, "minor": 16, "path": 99}
PLACE_ZOOM = {"city": (8, 11), "suburb": (12, 13), "neighbourhood": (13, 16)}


@dataclass(frozen=True, slots=True)
class Label:
    """A name, the middle of it in pixels of its zoom, and its slope."""

    words: str
    style: str  # street, water, park, neighbourhood, suburb, city
    x_px: float
    y_px: float
    angle_deg: float
    width_px: float


def place_labels(city: BaseMap, zoom: int, measure: Measure) -> list[Label]:
    """All names of a zoom, none over another: places first, then water, streets by rank, parks."""
    room = _Room()
    return [label for label in _candidates(city, zoom, measure) if room.take(label)]


def _candidates(city: BaseMap, zoom: int, measure: Measure) -> Iterator[Label]:
    yield from _places(city, zoom, measure)
    for index in _named(city.shapes):
        if city.shape_kind[index] == "waterway" and zoom >= 12:
            yield from _along(city.shapes, index, zoom, "water", measure)
    yield from _streets(city, zoom, measure)
    if zoom >= 14:
        yield from _areas(city, zoom, measure)


def _named(lines: Lines) -> list[int]:
    return [index for index, name in enumerate(lines.name) if name]


def _places(city: BaseMap, zoom: int, measure: Measure) -> Iterator[Label]:
    scale = 256 * 2.0**zoom
    for x, y, kind, name in zip(city.place_x, city.place_y, city.place_kind, city.place_name, strict=True):
        low, high = PLACE_ZOOM.get(kind, (99, 99))
        if low <= zoom <= high:
            words = name.upper()
            yield Label(words, kind, float(x) * scale, float(y) * scale, 0.0, measure(kind, words))


def _streets(city: BaseMap, zoom: int, measure: Measure) -> Iterator[Label]:
    """Names along streets, the greater classes and the longer streets first."""
    length = (city.streets.box[:, 2] - city.streets.box[:, 0]) + (city.streets.box[:, 3] - city.streets.box[:, 1])
    for number in range(len(STREET_CLASSES) - 1, -1, -1):
        if zoom < STREET_ZOOM[STREET_CLASSES[number][0]]:
            continue
        own = np.flatnonzero(city.street_class == number)
        for index in own[np.argsort(-length[own], kind="stable")].tolist():
            if city.streets.name[index]:
                yield from _along(city.streets, index, zoom, "street", measure)


def _areas(city: BaseMap, zoom: int, measure: Measure) -> Iterator[Label]:
    """Names of parks and lakes that are wide enough to hold them."""
    scale = 256 * 2.0**zoom
    for index in _named(city.shapes):
        style = {"park": "park", "cemetery": "park", "water": "water"}.get(city.shape_kind[index])
        west, north, east, south = city.shapes.box[index] * scale
        if style is None or city.hole[index]:
            continue
        width = measure(style, city.shapes.name[index])
        if width < 0.9 * (east - west) and south - north > 2 * HEIGHT_PX[style]:
            middle_x, middle_y = city.shapes.points(index, zoom)[:-1].mean(axis=0)
            yield Label(city.shapes.name[index], style, float(middle_x), float(middle_y), 0.0, width)


def _along(lines: Lines, index: int, zoom: int, style: str, measure: Measure) -> Iterator[Label]:
    """Names on the straight parts of a line, read from left to right."""
    name = lines.name[index]
    places = lines.points(index, zoom)
    steps = np.hypot(*np.diff(places, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    width = measure(style, name)
    if along[-1] < width + 8:
        return
    count = max(1, int(along[-1] // SAME_NAME_PX))
    for part in range(count):
        middle = along[-1] * (part + 0.5) / count
        ends = np.array([middle - width / 2, middle + width / 2])
        x, y = np.interp(ends, along, places[:, 0]), np.interp(ends, along, places[:, 1])
        chord = float(np.hypot(x[1] - x[0], y[1] - y[0]))
        if chord < STRAIGHT * width:
            continue
        angle = float(np.degrees(np.arctan2(y[1] - y[0], x[1] - x[0])))
        angle = (angle + 90) % 180 - 90  # never upside down
        yield Label(name, style, float(x.mean()), float(y.mean()), angle, width)


class _Room:
    """Which cells of a grid are taken, and where each name stands already."""

    def __init__(self) -> None:
        self._taken: set[tuple[int, int]] = set()
        self._known: dict[str, list[tuple[float, float]]] = {}

    def take(self, label: Label) -> bool:
        """Give a name its room; False where something stands already or the same name is near."""
        if any(abs(x - label.x_px) + abs(y - label.y_px) < SAME_NAME_PX for x, y in self._known.get(label.words, ())):
            return False
        cells = _cells(label)
        if cells & self._taken:
            return False
        self._taken |= cells
        self._known.setdefault(label.words, []).append((label.x_px, label.y_px))
        return True


def _cells(label: Label) -> set[tuple[int, int]]:
    """Grid cells beneath a name and around it."""
    half, high = label.width_px / 2 + 4, HEIGHT_PX[label.style] / 2
    along = np.linspace(-half, half, max(2, int(2 * half / 5)))
    across = np.array([-high, 0.0, high])
    turn = np.radians(label.angle_deg)
    x = label.x_px + along[:, None] * np.cos(turn) - across * np.sin(turn)
    y = label.y_px + along[:, None] * np.sin(turn) + across * np.cos(turn)
    cells = np.stack([x.ravel() // CELL_PX, y.ravel() // CELL_PX], axis=1).astype(np.int64)
    return set(map(tuple, cells.tolist()))
