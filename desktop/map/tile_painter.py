"""Draws a tile of the base map: land, parks, water, buildings, rail, streets with casings, names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QBuffer, QIODevice, QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QPolygonF

from desktop.map.basemap import TILE_PX, BaseMap, Floats, Ints
from desktop.map.labels import PLACE_ZOOM, Label, place_labels
from desktop.views.fonts import font
from desktop.views.tokens import Scheme, load_tokens

EDGE_PX = 8.0  # what is drawn beyond a tile's edge, for lines have width
LABEL_EDGE_PX = 160.0
_ZOOMS = (8, 10, 12, 13, 14, 15, 16, 17, 18)
WIDTH_PX = {  # of each street class at _ZOOMS
    "path": (0, 0, 0, 0, 0.6, 0.8, 1.2, 2, 3),
    "minor": (0, 0, 0.6, 1.0, 1.8, 3.2, 5.5, 9, 15),
    "secondary": (0, 0.8, 1.5, 2.2, 3.2, 5, 8, 12.5, 19),
    "primary": (0.7, 1.2, 2.4, 3.2, 4.6, 7, 10.5, 15.5, 23),
    "motorway": (1.0, 1.6, 2.8, 3.6, 5, 7, 10, 15, 22),
}
FILL = {"path": "min", "minor": "min", "secondary": "sec", "primary": "art", "motorway": "mw"}
CASING_FROM = {"path": 99, "minor": 14, "secondary": 12, "primary": 11, "motorway": 10}
AREAS = (("park", "park", 9), ("cemetery", "cem", 11), ("water", "water", 8))
_INK = {"street": "text", "water": "wtext", "park": "ptext"}


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the map: its corner in pixels of a zoom, and its size."""

    zoom: int
    x_px: float
    y_px: float
    width_px: int
    height_px: int

    def box(self, edge_px: float = 0.0) -> tuple[float, float, float, float]:
        """West, north, east, south in web mercator, with an edge around."""
        scale = TILE_PX * 2.0**self.zoom
        west, north = (self.x_px - edge_px) / scale, (self.y_px - edge_px) / scale
        east, south = (self.x_px + self.width_px + edge_px) / scale, (self.y_px + self.height_px + edge_px) / scale
        return west, north, east, south


class TilePainter:
    """Paints the tiles of one city. Needs a QGuiApplication with the bundled fonts; not for two threads at once."""

    def __init__(self, city: BaseMap) -> None:
        self.city = city
        self._labels: dict[int, tuple[list[Label], Floats]] = {}
        kinds = np.array(city.shape_kind, dtype=object)
        self._of_kind: dict[str, Ints] = {kind: np.flatnonzero(kinds == kind) for kind in set(city.shape_kind)}

    def png(self, scheme: Scheme, zoom: int, x: int, y: int, ratio: int = 1) -> bytes:
        """One tile as a PNG of 256 times ratio pixels."""
        window = Window(zoom, float(x * TILE_PX), float(y * TILE_PX), TILE_PX, TILE_PX)
        return _as_png(self.image(scheme, window, ratio, places=False))  # the page writes them, above its symbols

    def image(self, scheme: Scheme, window: Window, ratio: int = 1, *, places: bool = True) -> QImage:
        """A window of the base map, ratio times as fine; with or without the names of the city and its parts."""
        image = QImage(window.width_px * ratio, window.height_px * ratio, QImage.Format.Format_RGB32)
        colours = load_tokens(scheme).basemap
        image.fill(QColor(colours["land"]))
        painter = QPainter(image)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.scale(ratio, ratio)
            _Sheet(self, painter, colours, window).draw(places=places)
        finally:
            painter.end()  # an exception with a painter open ends the process
        return image

    def shapes_of(self, kind: str, box: tuple[float, float, float, float]) -> Ints:
        """Which shapes of a kind meet a box."""
        own = self._of_kind.get(kind, np.zeros(0, dtype=np.int64))
        if not len(own):
            return own
        return np.intersect1d(own, self.city.shapes.touching(box), assume_unique=True)

    def labels_in(self, window: Window) -> list[Label]:
        """Names that may reach into a window."""
        zoom = window.zoom
        if zoom not in self._labels:
            placed = place_labels(self.city, zoom, _measure)
            at = np.array([[label.x_px, label.y_px] for label in placed], dtype=np.float64).reshape(-1, 2)
            self._labels[zoom] = placed, at
        placed, at = self._labels[zoom]
        corner, size = np.array([window.x_px, window.y_px]), np.array([window.width_px, window.height_px])
        near = ((at >= corner - LABEL_EDGE_PX) & (at <= corner + size + LABEL_EDGE_PX)).all(axis=1)
        return [placed[index] for index in np.flatnonzero(near).tolist()]


class _Sheet:
    """One window while it is drawn."""

    def __init__(self, tiles: TilePainter, painter: QPainter, colours: Mapping[str, str], window: Window) -> None:
        self.tiles, self.painter, self.colours, self.window, self.zoom = tiles, painter, colours, window, window.zoom
        self.x_px, self.y_px = window.x_px, window.y_px
        self.box = window.box(EDGE_PX)

    def draw(self, *, places: bool) -> None:
        """Everything, from the ground up."""
        for kind, colour, from_zoom in AREAS:
            if self.zoom >= from_zoom:
                self._fill(kind, colour)
        self._waterways()
        if self.zoom >= 15:
            self._buildings()
        self._rail()
        self._streets()
        for label in self.tiles.labels_in(self.window):
            if places or label.style not in PLACE_ZOOM:
                self._name(label)

    def _rings(self, kind: str) -> QPainterPath:
        """All rings of a kind as one path; holes are left out by the odd-even rule."""
        path = QPainterPath()
        path.setFillRule(Qt.FillRule.OddEvenFill)
        for index in self.tiles.shapes_of(kind, self.box).tolist():
            path.addPolygon(self._polygon(self.tiles.city.shapes.points(index, self.zoom, self.x_px, self.y_px)))
            path.closeSubpath()
        return path

    def _fill(self, kind: str, colour: str) -> None:
        path = self._rings(kind)
        self.painter.fillPath(path, QColor(self.colours[colour]))
        if kind == "water":
            self.painter.strokePath(path, QPen(QColor(self.colours["waterl"]), 1.0))

    def _waterways(self) -> None:
        lines = self.tiles.shapes_of("waterway", self.box)
        wide = [index for index in lines.tolist() if not self._has_area(index)]
        self._stroke(wide, self.colours["water"], max(1.0, 1.6 * 2 ** (self.zoom - 13)), self.tiles.city.shapes)

    def _has_area(self, index: int) -> bool:
        """Whether the river is drawn as an area: its line is for the name only then."""
        return self.tiles.city.shapes.name[index] in self._water_names()

    @lru_cache(maxsize=1)  # noqa: B019 - the sheet lives as long as one tile
    def _water_names(self) -> frozenset[str]:
        city = self.tiles.city
        return frozenset(
            name for name, kind in zip(city.shapes.name, city.shape_kind, strict=True) if kind == "water" and name
        )

    def _buildings(self) -> None:
        path = self._rings("building")
        self.painter.fillPath(path, QColor(self.colours["bld"]))
        self.painter.strokePath(path, QPen(QColor(self.colours["bldl"]), 0.8))

    def _rail(self) -> None:
        if self.zoom < 11:
            return
        lines = self.tiles.shapes_of("rail", self.box).tolist()
        width = 1.0 if self.zoom < 14 else 2.0
        self._stroke(lines, self.colours["rail"], width, self.tiles.city.shapes)
        if self.zoom >= 14:  # sleepers
            pen = QPen(QColor(self.colours["land"]), width - 0.8)
            pen.setDashPattern([4.0, 4.0])
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            self._draw(lines, pen, self.tiles.city.shapes)

    def _streets(self) -> None:
        """Casings beneath, then fills, so that crossings are open."""
        classes = list(self.tiles.city.of_class(self.box, self.zoom))
        widths = {name: float(np.interp(self.zoom, _ZOOMS, WIDTH_PX[name])) for name, _ in classes}
        for name, lines in classes:
            if self.zoom >= CASING_FROM[name]:
                self._stroke(lines.tolist(), self.colours[f"{FILL[name]}c"], widths[name] + 1.6)
        for name, lines in classes:
            self._stroke(lines.tolist(), self.colours[FILL[name]], widths[name])

    def _stroke(self, lines: list[int], colour: str, width: float, of: object = None) -> None:
        pen = QPen(QColor(colour), width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        self._draw(lines, pen, of)

    def _draw(self, lines: list[int], pen: QPen, of: object = None) -> None:
        source = self.tiles.city.streets if of is None else self.tiles.city.shapes
        self.painter.setPen(pen)
        for index in lines:
            self.painter.drawPolyline(self._polygon(source.points(index, self.zoom, self.x_px, self.y_px)))

    def _name(self, label: Label) -> None:
        """A name with a halo of the ground."""
        path = QPainterPath()
        lettering = _font(label.style)
        metrics = QFontMetricsF(lettering)
        path.addText(-label.width_px / 2, (metrics.ascent() - metrics.descent()) / 2, lettering, label.words)
        self.painter.save()
        self.painter.translate(label.x_px - self.x_px, label.y_px - self.y_px)
        self.painter.rotate(label.angle_deg)
        halo = QPen(QColor(self.colours["water" if label.style == "water" else "halo"]), 3.0)
        halo.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        self.painter.strokePath(path, halo)
        self.painter.fillPath(path, QColor(self.colours[_INK.get(label.style, "hood")]))
        self.painter.restore()

    @staticmethod
    def _polygon(points: Floats) -> QPolygonF:
        return QPolygonF([QPointF(x, y) for x, y in points.tolist()])


@lru_cache(maxsize=16)
def _font(style: str) -> QFont:
    if style in ("neighbourhood", "suburb", "city"):
        return font("map_neighbourhood", size={"suburb": 12.0, "city": 15.0}.get(style))
    made = font("map_street", size=12.5 if style == "water" else None)
    made.setItalic(style == "water")
    return made


def _measure(style: str, words: str) -> float:
    return QFontMetricsF(_font(style)).horizontalAdvance(words)


def _as_png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stub says bytes; the binding takes str only
    return bytes(buffer.data().data())
