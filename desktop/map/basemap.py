"""The base map's geometry in web mercator: what a tile touches, thinned for its zoom. No Qt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop.map.messages import mercator

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TILE_PX = 256
THIN_PX = 0.6  # points closer than this to the one before say nothing below DETAIL_ZOOM
DETAIL_ZOOM = 15
# Street classes from the least to the greatest, the zoom at which each appears, and which OSM highways are in it.
STREET_CLASSES: tuple[tuple[str, int, frozenset[str]], ...] = (
    ("path", 16, frozenset({"footway", "path", "cycleway", "steps", "pedestrian", "track", "bridleway"})),
    ("minor", 12, frozenset({"residential", "unclassified", "living_street", "service", "road", "local", ""})),
    ("secondary", 10, frozenset({"secondary", "tertiary", "secondary_link", "tertiary_link"})),
    ("primary", 9, frozenset({"primary", "trunk", "primary_link", "trunk_link"})),
    ("motorway", 8, frozenset({"motorway", "motorway_link"})),
)
MINOR = 1


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Lines or rings as runs of points; x and y are web mercator from 0 to 1."""

    x: Floats
    y: Floats
    offsets: Ints
    name: tuple[str, ...]
    box: Floats  # west, north, east, south of each

    @classmethod
    def of(cls, lon: Floats, lat: Floats, offsets: Ints, name: tuple[str, ...]) -> Lines:
        """From degrees; a line of no point is not allowed."""
        x, y = mercator(lon, lat)
        if len(offsets) < 2:
            return cls(x, y, offsets, name, np.zeros((0, 4)))
        first = offsets[:-1]
        sides = [np.minimum.reduceat(x, first), np.minimum.reduceat(y, first)]
        sides += [np.maximum.reduceat(x, first), np.maximum.reduceat(y, first)]
        return cls(x, y, offsets, name, np.stack(sides, axis=1))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def touching(self, box: tuple[float, float, float, float]) -> Ints:
        """Which lines' boxes meet a box (west, north, east, south)."""
        west, north, east, south = box
        meets = (self.box[:, 0] <= east) & (self.box[:, 2] >= west)
        meets &= (self.box[:, 1] <= south) & (self.box[:, 3] >= north)
        return np.flatnonzero(meets)

    def points(self, index: int, zoom: int, x0: float = 0.0, y0: float = 0.0) -> Floats:
        """The points of a line in pixels of a zoom from an origin, (n, 2); below DETAIL_ZOOM without what is unseen."""
        part = slice(self.offsets[index], self.offsets[index + 1])
        scale = TILE_PX * 2.0**zoom
        places = np.stack([self.x[part] * scale - x0, self.y[part] * scale - y0], axis=1)
        if zoom >= DETAIL_ZOOM or len(places) < 3:
            return places
        steps = np.floor(places / THIN_PX)
        keep = np.ones(len(places), dtype=bool)
        keep[1:-1] = (steps[1:-1] != steps[:-2]).any(axis=1)
        return places[keep]


@dataclass(frozen=True, slots=True, eq=False)
class BaseMap:
    """All that is drawn beneath the city's requests."""

    streets: Lines
    street_class: Ints  # index into STREET_CLASSES
    shapes: Lines
    shape_kind: tuple[str, ...]
    hole: NDArray[np.bool_]  # a ring that is a hole of the one before it
    place_x: Floats
    place_y: Floats
    place_kind: tuple[str, ...]
    place_name: tuple[str, ...]

    def of_class(self, box: tuple[float, float, float, float], zoom: int) -> Iterator[tuple[str, Ints]]:
        """Streets that meet a box, class after class from the least, without those too small for the zoom."""
        near = self.streets.touching(box)
        for number, (name, from_zoom, _) in enumerate(STREET_CLASSES):
            if zoom >= from_zoom:
                yield name, near[self.street_class[near] == number]


def base_map(streets: Mapping[str, np.ndarray] | None, shapes: Mapping[str, np.ndarray] | None) -> BaseMap:
    """From the store's artifacts `streets` and `basemap`; either may be missing."""
    from data.connectors.streets import BaseMapShapes, StreetLines

    lines, classes = _no_lines(), np.zeros(0, dtype=np.int64)
    if streets is not None:
        read = StreetLines.from_arrays(streets)
        lines = Lines.of(read.lon, read.lat, read.offsets, tuple(read.name))
        classes = _classes(read.highway)
    if shapes is None:
        nothing = np.zeros(0)
        return BaseMap(lines, classes, _no_lines(), (), np.zeros(0, dtype=bool), nothing, nothing, (), ())
    drawn = BaseMapShapes.from_arrays(shapes)
    x, y = mercator(drawn.place_lon, drawn.place_lat)
    rings = Lines.of(drawn.lon, drawn.lat, drawn.offsets, tuple(drawn.name))
    return BaseMap(
        lines, classes, rings, tuple(drawn.kind), drawn.hole, x, y, tuple(drawn.place_kind), tuple(drawn.place_name)
    )


def _no_lines() -> Lines:
    return Lines.of(np.zeros(0), np.zeros(0), np.zeros(1, dtype=np.int64), ())


def _classes(highways: list[str]) -> Ints:
    """The class of each street; what nobody knows counts as minor."""
    known = {highway: at for at, (_, _, names) in enumerate(STREET_CLASSES) for highway in names}
    return np.array([known.get(highway, MINOR) for highway in highways], dtype=np.int64)
