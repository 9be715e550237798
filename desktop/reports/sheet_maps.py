"""The maps of a route sheet: the whole way with arrows and numbers, and the last metres to a stop."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainterPath, QPen, QPolygonF

from desktop.map.messages import mercator
from desktop.map.tile_painter import TilePainter, Window
from desktop.reports.plan_files import crew_line
from desktop.reports.sheet_paper import INK, PAPER, Paper, letters, tr
from desktop.views import format as words

FINE = 2  # pixels of a map per CSS pixel
FURTHEST, CLOSEST = 9.0, 16.5  # zooms of the whole way
DETAIL_ZOOM, FARTHEST_DETAIL = 17, 14
DETAIL_EDGE = 16.0  # of a small map, in which the end of the way is not seen well
EDGE_X, EDGE_Y = 36.0, 30.0  # kept free of the way, for numbers and the scale
EARTH_M = 40_075_016.686
DISC = 8.5
STRAY = 34.0  # how far a number may stand from its stop; farther only where very many stand at one place
BAR = 110.0  # the longest scale bar

Floats = NDArray[np.float64]


def _detail_zoom(stop: Mapping[str, Any], area: QRectF) -> int:
    """The closest zoom at which the end of the way is in sight."""
    if not stop["leg_line"]:
        return DETAIL_ZOOM
    for zoom in range(DETAIL_ZOOM, FARTHEST_DETAIL, -1):
        long, lat = stop["leg_line"][-1]
        ends = zip(_px(long, lat, zoom), _px(stop["long"], stop["lat"], zoom), strict=True)
        across, down = (abs(end - place) for end, place in ends)
        if across < area.width() / 2 - DETAIL_EDGE and down < area.height() / 2 - DETAIL_EDGE:
            return zoom
    return FARTHEST_DETAIL


@dataclass(frozen=True, slots=True)
class View:
    """A part of the map in an area of the page, at any scale: a window of a whole zoom, drawn larger or smaller."""

    window: Window
    area: QRectF
    scale: float  # CSS pixels of the page per pixel of the window

    def on(self, lon: float, lat: float) -> QPointF:
        """Where a place is on the page."""
        x, y = _px(lon, lat, self.window.zoom)
        across, down = (x - self.window.x_px) * self.scale, (y - self.window.y_px) * self.scale
        return QPointF(self.area.left() + across, self.area.top() + down)

    def metres(self, lat: float) -> float:
        """How many metres a CSS pixel is at a latitude."""
        return EARTH_M * math.cos(math.radians(lat)) / (256 * 2.0**self.window.zoom) / self.scale


class SheetMaps:
    """Draws the maps of one crew."""

    def __init__(self, paper: Paper, tiles: TilePainter, crew: Mapping[str, Any]) -> None:
        self.paper, self.painter, self.tiles, self.crew = paper, paper.painter, tiles, crew

    def whole(self, area: QRectF) -> None:
        """The whole way with its stops in order, the yard, north and a scale."""
        depot, stops = self.crew["depot"], self.crew["stops"]
        line = crew_line(self.crew)
        places = [*line, [depot["long"], depot["lat"]], *([stop["long"], stop["lat"]] for stop in stops)]
        view = view_of(places, area)
        self._ground(view)
        self._way(line, view, 2.6)
        self._yard(view.on(depot["long"], depot["lat"]))
        self._numbers(view)
        self._north(area)
        self._scale(view, depot["lat"])
        self._done(area)

    def detail(self, stop: Mapping[str, Any], area: QRectF) -> None:
        """The last metres, from farther away where the way ends at some distance: a park, a river bank."""
        zoom = _detail_zoom(stop, area)
        x, y = _px(stop["long"], stop["lat"], zoom)
        width, height = math.ceil(area.width()), math.ceil(area.height())
        view = View(Window(zoom, x - width / 2, y - height / 2, width, height), area, 1.0)
        self._ground(view)
        self._way(stop["leg_line"], view, 3.0)
        self.paper.disc(view.on(stop["long"], stop["lat"]), str(stop["sequence"]), 9)
        self._done(area)

    def _ground(self, view: View) -> None:
        """The base map as pixels: as lines and letters it would make the file twelve times as large."""
        self.painter.save()
        rounded = QPainterPath()
        rounded.addRoundedRect(view.area, 3, 3)
        self.painter.setClipPath(rounded)
        window = view.window
        width, height = window.width_px * view.scale, window.height_px * view.scale
        target = QRectF(view.area.left(), view.area.top(), width, height)
        self.painter.drawImage(target, self.tiles.image("light", window, FINE))

    def _done(self, area: QRectF) -> None:
        self.painter.restore()
        self.paper.frame(area)

    def _way(self, line: Sequence[Sequence[float]], view: View, width: float) -> None:
        """A line with a light edge, and arrows in its direction."""
        if len(line) < 2:
            return
        points = [view.on(*place) for place in line]
        for colour, wide in ((PAPER, width + 2), (INK, width)):
            pen = QPen(colour, wide)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            self.painter.setPen(pen)
            self.painter.drawPolyline(QPolygonF(points))
        self._arrows(points)

    def _arrows(self, points: Sequence[QPointF]) -> None:
        places = np.array([[point.x(), point.y()] for point in points])
        along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(places, axis=0).T))])
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(INK)
        for at in np.arange(30.0, along[-1], 55.0):
            x, y = (np.interp([at - 2, at + 2], along, places[:, axis]) for axis in (0, 1))
            self.painter.save()
            self.painter.translate(float(x.mean()), float(y.mean()))
            self.painter.rotate(float(np.degrees(np.arctan2(y[1] - y[0], x[1] - x[0]))))
            self.painter.drawPolygon(QPolygonF([QPointF(-4, -4), QPointF(5, 0), QPointF(-4, 4)]))
            self.painter.restore()

    def _yard(self, at: QPointF) -> None:
        self.painter.setPen(QPen(INK, 1.6))
        self.painter.setBrush(PAPER)
        self.painter.drawRoundedRect(QRectF(at.x() - 9, at.y() - 9, 18, 18), 3, 3)
        roof = QPainterPath(QPointF(at.x() - 5, at.y() + 5))
        for dx, dy in ((-5, -1), (0, -5), (5, -1), (5, 5)):
            roof.lineTo(at.x() + dx, at.y() + dy)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawPath(roof)

    def _numbers(self, view: View) -> None:
        """Each stop's number, moved aside where others stand, with a thin line to its place then."""
        stops = self.crew["stops"]
        points = [view.on(stop["long"], stop["lat"]) for stop in stops]
        truth = np.array([[point.x(), point.y()] for point in points]).reshape(-1, 2)
        placed = spread(truth, view.area)
        self.painter.setPen(QPen(INK, 1.0))
        for (x, y), (to_x, to_y) in zip(truth, placed, strict=True):
            if math.hypot(to_x - x, to_y - y) > DISC:
                self.painter.drawLine(QPointF(x, y), QPointF(to_x, to_y))
        for stop, (x, y) in reversed(list(zip(stops, placed, strict=True))):
            self.paper.disc(QPointF(x, y), str(stop["sequence"]), DISC)

    def _north(self, area: QRectF) -> None:
        box = QRectF(area.left() + 10, area.top() + 10, 32, 20)
        self._pale(box)
        self.painter.setPen(INK)
        self.painter.setFont(letters("caption", weight=550))
        self.painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{tr('N')} ↑")

    def _scale(self, view: View, lat: float) -> None:
        """A bar of a round length."""
        metres = round_length(BAR * view.metres(lat))
        length = metres / view.metres(lat)
        box = QRectF(view.area.right() - length - 26, view.area.bottom() - 32, length + 16, 23)
        self._pale(box)
        baseline = box.bottom() - 5
        bar = [
            QPointF(box.left() + 8, baseline - 4),
            QPointF(box.left() + 8, baseline),
            QPointF(box.left() + 8 + length, baseline),
            QPointF(box.left() + 8 + length, baseline - 4),
        ]
        self.painter.setPen(QPen(INK, 1.2))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawPolyline(QPolygonF(bar))
        self.painter.setFont(letters("caption", weight=450, size=10))
        words_box = QRectF(box.left(), box.top() + 1, box.width(), 13)
        self.painter.drawText(words_box, Qt.AlignmentFlag.AlignCenter, words.distance(metres).replace(".0", ""))

    def _pale(self, box: QRectF) -> None:
        pale = QColor(PAPER)
        pale.setAlphaF(0.85)
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(pale)
        self.painter.drawRoundedRect(box, 3, 3)


def round_length(metres: float) -> float:
    """The largest of 1, 2, 5, 10, 20 ... that is no longer."""
    power = 10.0 ** math.floor(math.log10(metres))
    return next(step * power for step in (5, 2, 1) if step * power <= metres)


def view_of(places: Sequence[Sequence[float]], area: QRectF) -> View:
    """The closest view in which all places fit."""
    lon, lat = np.array([place[0] for place in places]), np.array([place[1] for place in places])
    x, y = mercator(lon, lat)
    room_x, room_y = area.width() - 2 * EDGE_X, area.height() - 2 * EDGE_Y
    needed = max(float(np.ptp(x)) * 256 / room_x, float(np.ptp(y)) * 256 / room_y, 2.0**-CLOSEST)
    exact = max(FURTHEST, -math.log2(needed))
    zoom = round(exact)
    scale = 2.0 ** (exact - zoom)
    width, height = math.ceil(area.width() / scale), math.ceil(area.height() / scale)
    whole = 256 * 2.0**zoom
    middle_x, middle_y = float(x.min() + x.max()) / 2 * whole, float(y.min() + y.max()) / 2 * whole
    corner_x, corner_y = middle_x - area.width() / scale / 2, middle_y - area.height() / scale / 2
    return View(Window(zoom, corner_x, corner_y, width, height), area, scale)


def spread(truth: Floats, area: QRectF, apart: float = 2 * DISC + 1) -> Floats:
    """Places for discs near their true ones, none over another as far as there is room: pairs push each other away."""
    placed = truth.copy()
    low = np.array([area.left() + DISC + 2, area.top() + DISC + 2])
    high = np.array([area.right() - DISC - 2, area.bottom() - DISC - 2])
    angle = np.arange(len(placed)) * 2.399963  # the golden angle: places that are one part in different directions
    nudge = 0.01 * np.column_stack([np.cos(angle), np.sin(angle)])
    reach = max(STRAY, 1.4 * DISC * math.sqrt(len(truth)))
    for _ in range(200):
        placed = placed + nudge
        away = placed[:, None, :] - placed[None, :, :]
        gap = np.hypot(away[..., 0], away[..., 1])
        np.fill_diagonal(gap, apart)
        push = np.clip(apart - gap, 0, None) / 2 / np.maximum(gap, 1e-9)
        if not push.any():
            break
        placed = placed + _shortened((away * push[..., None]).sum(axis=1) * 0.7, DISC / 2)  # in a crowd all push
        placed = np.clip(truth + _shortened(placed - truth, reach), low, high)
    return placed


def _shortened(steps: Floats, most: float) -> Floats:
    """Steps in the same directions, none longer than allowed."""
    length = np.hypot(steps[:, 0], steps[:, 1])
    return np.asarray(steps * np.minimum(1.0, most / np.maximum(length, 1e-9))[:, None])


def _px(lon: float, lat: float, zoom: int) -> tuple[float, float]:
    """Pixels of a place at a zoom."""
    x, y = mercator(lon, lat)
    return float(x) * 256 * 2.0**zoom, float(y) * 256 * 2.0**zoom
