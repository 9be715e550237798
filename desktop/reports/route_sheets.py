"""A crew's day on paper: where to go, when, what is there, and boxes to tick. Run as a module, for it paints."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication, QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPainterPath,
    QPdfWriter,
    QPen,
    QPolygonF,
)

from desktop.map.messages import mercator
from desktop.map.tile_painter import TilePainter, Window
from desktop.reports.plan_files import crew_line
from desktop.views import format as words
from desktop.views.fonts import font, load_fonts

Content = Mapping[str, Any]
PAGE_W, PAGE_H = 794.0, 1123.0  # A4 in CSS pixels
MARGIN = 40.0
INK, QUIET, RULE = QColor("#14181D"), QColor("#5B636C"), QColor("#C3C7CC")
MAP_H, STOP_H, FOOT_H = 250.0, 118.0, 40.0
MAP_ZOOMS = range(16, 9, -1)
DETAIL_ZOOM = 17
FINE = 2  # pixels of a map per CSS pixel


@dataclass(frozen=True, slots=True)
class SheetBook:
    """What all sheets share."""

    city: str
    content: Content
    tiles: TilePainter
    photos: Mapping[int, bytes] = field(default_factory=dict)  # by request, the first one's
    credit: str = ""  # whom the map must name

    @property
    def timezone(self) -> str:
        """The city's zone."""
        return str(self.content["timezone"])


def paint_sheets(path: Path, book: SheetBook) -> int:
    """Write the PDF of every crew with stops; returns the pages. OSError when it cannot be written."""
    beside = path.with_name(f".{path.name}.part")
    writer = QPdfWriter(str(beside))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)
    writer.setResolution(288)
    writer.setTitle(_tr("Route sheets, %1").replace("%1", str(book.content["date"])))
    painter = QPainter()
    if not painter.begin(writer):
        raise OSError(f"{path.parent} takes no file")
    try:
        painter.scale(writer.width() / PAGE_W, writer.width() / PAGE_W)
        pages = _paint_all(painter, writer, book)
    finally:
        painter.end()
    os.replace(beside, path)
    return pages


def _paint_all(painter: QPainter, writer: QPdfWriter, book: SheetBook) -> int:
    pages = 0
    for crew in book.content["crews"]:
        if not crew["stops"]:
            continue
        runs = _page_runs(len(crew["stops"]))
        for number, (first, last) in enumerate(runs, 1):
            if pages:
                writer.newPage()
            pages += 1
            _Page(painter, book, crew, number, len(runs)).paint(crew["stops"][first:last])
    if not pages:
        painter.setFont(font("body"))
        painter.drawText(QPointF(MARGIN, MARGIN + 20), _tr("No crew has a stop on this day."))
        pages = 1
    return pages


def _page_runs(stops: int) -> list[tuple[int, int]]:
    """Which stops stand on which page: fewer on the first, which has the map."""
    room = PAGE_H - 2 * MARGIN - FOOT_H
    first = max(1, int((room - 108 - MAP_H) // STOP_H))
    later = max(1, int((room - 44) // STOP_H))
    runs, at = [(0, min(stops, first))], first
    while at < stops:
        runs.append((at, min(stops, at + later)))
        at += later
    return runs


class _Page:
    """One sheet of paper."""

    def __init__(self, painter: QPainter, book: SheetBook, crew: Mapping[str, Any], number: int, of: int) -> None:
        self.painter, self.book, self.crew, self.number, self.of = painter, book, crew, number, of
        self.y = MARGIN

    def paint(self, stops: Sequence[Mapping[str, Any]]) -> None:
        """The head, the map on the first page, the stops, the foot."""
        if self.number == 1:
            self._head()
            self._map(QRectF(MARGIN, self.y, PAGE_W - 2 * MARGIN, MAP_H))
            self.y += MAP_H + 12
        else:
            self._text(MARGIN, self.y + 16, f"{self.crew['crew']}, {self._day()}", font("title"))
            self.y += 32
        for stop in stops:
            self._stop(stop)
        self._rule(self.y)
        self._foot()

    # the head

    def _head(self) -> None:
        crew = self.crew
        self._text(MARGIN, self.y + 10, f"{self.book.city} · {_tr('route sheet')}", font("body"), QUIET)
        self._text(MARGIN, self.y + 40, crew["crew"], font("figure", size=26))
        shift = words.span(self._clock(crew["shift_start"]), self._clock(crew["shift_end"]))
        self._text(MARGIN, self.y + 64, f"{self._day()} · {crew['depot']['name']} · {shift}", font("body", size=15))
        x = MARGIN
        for figure, unit in self._figures():
            x = self._text(x, self.y + 90, figure, font("body", weight=650)) + 4
            x = self._text(x, self.y + 90, unit, font("body")) + 20
        self.y += 108

    def _figures(self) -> list[tuple[str, str]]:
        crew = self.crew
        reports = sum(len(stop["request_ids"]) or 1 for stop in crew["stops"])
        found = [
            (words.count(len(crew["stops"])), _tr("stop(s)", len(crew["stops"]))),
            (words.count(reports), _tr("report(s)", reports)),
            (words.number(crew["distance_m"] / 1000, 0), _tr("km")),
            (words.duration(crew["drive_s"]), _tr("driving")),
            (words.duration(crew["work_s"]), _tr("on site")),
        ]
        if crew["break"]:
            pause = words.span(self._clock(crew["break"]["start"]), self._clock(crew["break"]["end"]))
            found.append((pause, _tr("break")))
        return [*found, (self._clock(crew["return_at"]), _tr("back"))]

    def _day(self) -> str:
        return words.long_date(date.fromisoformat(self.book.content["date"]))

    def _clock(self, moment: str) -> str:
        return words.clock_time(datetime.fromisoformat(moment), self.book.timezone)

    # maps

    def _map(self, area: QRectF) -> None:
        """The whole way with its stops in order."""
        depot = self.crew["depot"]
        line = crew_line(self.crew) or [[depot["long"], depot["lat"]]]
        places = [*line, [depot["long"], depot["lat"]], *([stop["long"], stop["lat"]] for stop in self.crew["stops"])]
        window = _window_of(places, area)
        self._ground(area, window)
        self.painter.save()
        self.painter.setClipRect(area)
        self._way(line, window, area, 2.6)
        self._yard(_on(window, area, depot["long"], depot["lat"]))
        for stop in reversed(self.crew["stops"]):
            self._number(_on(window, area, stop["long"], stop["lat"]), stop["sequence"], 8.5)
        self.painter.restore()
        self._frame(area)

    def _ground(self, area: QRectF, window: Window) -> None:
        """The base map as pixels: as lines and letters it would make the file twelve times as large."""
        self.painter.drawImage(area, self.book.tiles.image("light", window, FINE))

    def _frame(self, area: QRectF) -> None:
        self.painter.setPen(QPen(RULE, 0.8))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawRoundedRect(area, 3, 3)

    def _way(self, line: Sequence[Sequence[float]], window: Window, area: QRectF, width: float) -> None:
        """A line with a light edge, and arrows in its direction."""
        points = [_on(window, area, long, lat) for long, lat in line]
        for colour, wide in ((QColor("#FFFFFF"), width + 2), (INK, width)):
            pen = QPen(colour, wide)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            self.painter.setPen(pen)
            self.painter.drawPolyline(QPolygonF(points))
        self._arrows(points)

    def _arrows(self, points: Sequence[QPointF]) -> None:
        places = np.array([[point.x(), point.y()] for point in points])
        if len(places) < 2:
            return
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
        box = QRectF(at.x() - 9, at.y() - 9, 18, 18)
        self.painter.setPen(QPen(INK, 1.6))
        self.painter.setBrush(QColor("#FFFFFF"))
        self.painter.drawRoundedRect(box, 3, 3)
        roof = QPainterPath(QPointF(at.x() - 5, at.y() + 5))
        for dx, dy in ((-5, -1), (0, -5), (5, -1), (5, 5)):
            roof.lineTo(at.x() + dx, at.y() + dy)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawPath(roof)

    def _number(self, at: QPointF, sequence: int, radius: float) -> None:
        self.painter.setPen(QPen(QColor("#FFFFFF"), 1.4))
        self.painter.setBrush(INK)
        self.painter.drawEllipse(at, radius, radius)
        self.painter.setPen(QColor("#FFFFFF"))
        self.painter.setFont(font("body", weight=650, size=round(radius * 1.2)))
        box = QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius)
        self.painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(sequence))

    # stops

    def _stop(self, stop: Mapping[str, Any]) -> None:
        self._rule(self.y)
        top = self.y + 10
        self._number(QPointF(MARGIN + 13, top + 13), stop["sequence"], 13)
        self._text(MARGIN, top + 46, self._clock(stop["service_start"]), font("body", weight=650, size=15))
        until = _tr("to %1").replace("%1", self._clock(stop["departure"]))
        self._text(MARGIN, top + 62, until, font("caption", weight=450), QUIET)
        if stop["window"]:
            self._window(stop["window"], top + 82)
        detail = QRectF(MARGIN + 78, top, 138, STOP_H - 20)
        self._detail(stop, detail)
        self._facts(stop, detail.right() + 14, top)
        self._boxes(PAGE_W - MARGIN - 148, top)
        self.y += STOP_H

    def _window(self, window: Sequence[str | None], baseline: float) -> None:
        """Between which times the work has to begin, in a frame."""
        early, late = (None if moment is None else self._clock(moment) for moment in window)
        if early and late:
            told = words.span(early, late)
        elif early:
            told = _tr("after %1").replace("%1", early)
        else:
            told = _tr("by %1").replace("%1", late or "")
        lettering = font("caption", weight=650)
        width = QFontMetricsF(lettering).horizontalAdvance(told)
        self.painter.setPen(QPen(INK, 1.0))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawRoundedRect(QRectF(MARGIN, baseline - 12, width + 8, 16), 2, 2)
        self._text(MARGIN + 4, baseline, told, lettering)

    def _detail(self, stop: Mapping[str, Any], area: QRectF) -> None:
        """The last metres."""
        x, y = _px(stop["long"], stop["lat"], DETAIL_ZOOM)
        width, height = round(area.width()), round(area.height())
        window = Window(DETAIL_ZOOM, x - width / 2, y - height / 2, width, height)
        self._ground(area, window)
        self.painter.save()
        self.painter.setClipRect(area)
        if len(stop["leg_line"]) > 1:
            self._way(stop["leg_line"], window, area, 3.0)
        self._number(_on(window, area, stop["long"], stop["lat"]), stop["sequence"], 9)
        self.painter.restore()
        self._frame(area)

    def _facts(self, stop: Mapping[str, Any], x: float, top: float) -> None:
        """Where, what, and what the resident wrote; the first photo where there is one."""
        photo = next((self.book.photos[key] for key in stop["request_ids"] if key in self.book.photos), None)
        right = PAGE_W - MARGIN - 162
        if photo is not None:
            right -= 102
            self._photo(photo, QRectF(right + 8, top, 94, 70))
        width = right - x
        self._line(x, top + 13, stop["address"] or stop["job"], font("body", weight=650, size=14), width)
        reports = len(stop["request_ids"])
        what = stop["service"] or stop["job"]
        if reports > 1:
            what = _tr("%1 · %2 reports").replace("%1", what).replace("%2", words.count(reports))
        self._line(x, top + 31, what, font("body", weight=550), width)
        area = QRectF(x, top + 38, width, 34)
        self.painter.setFont(font("caption", weight=450))
        self.painter.setPen(QUIET)
        said = _two_lines(stop["description"], font("caption", weight=450), width)
        self.painter.drawText(area, int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignLeft), said)
        way = _tr("%1 from the stop before, %2").replace("%1", words.distance(stop["leg_distance_m"]))
        minutes = f"{max(1, round(stop['leg_drive_s'] / 60))}{words.NARROW_SPACE}{_tr('min')}"
        self._line(x, top + 92, way.replace("%2", minutes), font("caption", weight=450), width)

    def _photo(self, content: bytes, area: QRectF) -> None:
        image = QImage()
        if not image.loadFromData(content):
            return
        kept = image.size().scaled(area.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
        self.painter.drawImage(QRectF(area.topLeft(), QSizeF(kept)), image)

    def _boxes(self, x: float, top: float) -> None:
        """To tick, and lines to write on."""
        for at, told in enumerate((_tr("done"), _tr("not found"), _tr("other crew"), _tr("more"))):
            left, baseline = x + (at % 2) * 78, top + 11 + (at // 2) * 20
            self.painter.setPen(QPen(INK, 1.0))
            self.painter.setBrush(Qt.BrushStyle.NoBrush)
            self.painter.drawRoundedRect(QRectF(left, baseline - 9, 10, 10), 2, 2)
            self._text(left + 14, baseline, told, font("caption", weight=450))
        for line in range(3):
            self._rule(top + 54 + line * 20, x)

    # small things

    def _foot(self) -> None:
        y = PAGE_H - MARGIN
        self._rule(y - 18)
        told = _tr("Plan of %1, driven on %2").replace("%1", str(self.book.content["date"]))
        told = told.replace("%2", str(self.book.content["streets"]))
        credit = f" · {self.book.credit}" if self.book.credit else ""
        self._text(MARGIN, y, told + credit, font("caption", weight=450), QUIET)
        page = _tr("%1 of %2").replace("%1", str(self.number)).replace("%2", str(self.of))
        width = QFontMetricsF(font("caption", weight=450)).horizontalAdvance(page)
        self._text(PAGE_W - MARGIN - width, y, page, font("caption", weight=450))

    def _rule(self, y: float, x: float = MARGIN) -> None:
        self.painter.setPen(QPen(RULE, 0.8))
        self.painter.drawLine(QPointF(x, y), QPointF(PAGE_W - MARGIN, y))

    def _text(self, x: float, baseline: float, told: str, lettering: QFont, colour: QColor = INK) -> float:
        """Draw words; returns where they end."""
        self.painter.setFont(lettering)
        self.painter.setPen(colour)
        self.painter.drawText(QPointF(x, baseline), told)
        return x + QFontMetricsF(lettering).horizontalAdvance(told)

    def _line(self, x: float, baseline: float, told: str, lettering: QFont, width: float) -> None:
        """One line, with an ellipsis where there is no room."""
        metrics = QFontMetricsF(lettering)
        self._text(x, baseline, metrics.elidedText(told, Qt.TextElideMode.ElideRight, width), lettering)


def _two_lines(told: str, lettering: QFont, width: float) -> str:
    return QFontMetricsF(lettering).elidedText(" ".join(told.split()), Qt.TextElideMode.ElideRight, 1.8 * width)


def _px(lon: float, lat: float, zoom: int) -> tuple[float, float]:
    """Pixels of a place at a zoom."""
    x, y = mercator(lon, lat)
    return float(x) * 256 * 2.0**zoom, float(y) * 256 * 2.0**zoom


def _window_of(places: Sequence[Sequence[float]], area: QRectF) -> Window:
    """The closest zoom at which all places fit."""
    width, height = round(area.width()), round(area.height())
    lon, lat = np.array([place[0] for place in places]), np.array([place[1] for place in places])
    x, y = mercator(lon, lat)
    for zoom in MAP_ZOOMS:
        scale = 256 * 2.0**zoom
        if np.ptp(x) * scale <= width - 60 and np.ptp(y) * scale <= height - 50:
            break
    middle_x, middle_y = (x.min() + x.max()) / 2 * scale, (y.min() + y.max()) / 2 * scale
    return Window(zoom, float(middle_x - width / 2), float(middle_y - height / 2), width, height)


def _on(window: Window, area: QRectF, lon: float, lat: float) -> QPointF:
    x, y = _px(lon, lat, window.zoom)
    return QPointF(area.left() + x - window.x_px, area.top() + y - window.y_px)


def _tr(text: str, count: int | None = None) -> str:
    """Translated words; with a count, the plural that a language has for it. English needs no translation file."""
    if count is None:
        return QCoreApplication.translate("RouteSheet", text)
    plural = text.replace("(s)", "" if count == 1 else "s")
    told = QCoreApplication.translate("RouteSheet", text, None, count)
    return plural if told == text else told


def main() -> int:
    """Read an order from standard input and print it."""
    order = json.load(sys.stdin)
    application = QGuiApplication([])
    load_fonts()
    try:
        paint_sheets(Path(order["path"]), read_book(order["location"], order["content"]))
    except OSError as fault:
        sys.stderr.write(f"{fault.strerror or fault}\n")
        return 1
    finally:
        del application
    return 0


def read_book(location: str, content: Content) -> SheetBook:
    """What the sheets need of the store."""
    from data.store import open_store
    from desktop.map.basemap import base_map
    from desktop.operations.import_streets import streets_credit

    store = open_store(location)
    try:
        with store.read() as unit:
            city = unit.city.get()
            ids = [key for crew in content["crews"] for stop in crew["stops"] for key in stop["request_ids"]]
            with_photo = set(unit.requests.photo_ids().tolist()) & set(ids)
            photos = {key: unit.requests.photos(key)[0].content for key in sorted(with_photo)}
            credit = streets_credit(unit)
            tiles = TilePainter(base_map(unit.artifacts.get("streets"), unit.artifacts.get("basemap")))
    finally:
        store.close()
    return SheetBook(city.name if city is not None else "", content, tiles, photos, credit)


if __name__ == "__main__":
    sys.exit(main())
