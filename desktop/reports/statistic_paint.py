"""An answer about where and when as SVG, PNG or PDF over the city's map. Run as a module, for it paints.

The base map is a picture in all three: as lines and letters it would be many times as large.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QImageWriter, QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgRenderer

from desktop.map.tile_painter import TilePainter, Window
from desktop.reports.painter import paint_order
from desktop.reports.route_sheets import part_of
from desktop.reports.statistic_svg import FONT, MAP_HIGH, MAP_WIDE, Drawing, Frame, frame_of, whole_svg
from desktop.views.fonts import font

PIXELS = 2  # of the picture for one of the drawing: it is put into slides
PDF_PIXELS = 3
NEAREST, FARTHEST = 17, 8


def paint_statistic(path: Path, drawing: Drawing, tiles: TilePainter | None) -> None:
    """Write the file by its ending, whole or not at all. OSError where it cannot be written."""
    base = None if tiles is None else _base(frame_of(drawing, MAP_WIDE, MAP_HIGH), tiles)
    svg, wide, high = whole_svg(drawing, base)
    ours = svg.replace(f'font-family="{FONT}"', f'font-family="{font().family()}"')  # Qt takes one name, no list
    made = {".svg": lambda: svg.encode(), ".png": lambda: _picture(drawing, ours, wide, high)}
    content = made.get(path.suffix.lower(), lambda: _page(drawing, ours, wide, high))()
    beside = part_of(path)
    beside.write_bytes(content)
    os.replace(beside, path)


def _base(frame: Frame, tiles: TilePainter) -> bytes:
    """The base map under the frame, drawn at the nearest whole zoom and as fine as the picture."""
    exact = math.log2(frame.scale / 256)
    zoom = min(NEAREST, max(FARTHEST, round(exact)))
    px = 256 * 2.0**zoom  # of the zoom, for one mercator unit
    scale = frame.scale / px
    width, height = math.ceil(frame.wide / scale), math.ceil(frame.high / scale)
    image = tiles.image("light", Window(zoom, frame.x * px, frame.y * px, width, height), PIXELS)
    kept = image.copy(0, 0, round(frame.wide / scale * PIXELS), round(frame.high / scale * PIXELS))
    return _png(kept)


def _picture(drawing: Drawing, svg: str, wide: float, high: float) -> bytes:
    picture = QImage(round(wide * PIXELS), round(high * PIXELS), QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.white)
    picture.setText("Title", drawing.title)
    picture.setText("Description", "\n".join(drawing.lines))
    painter = QPainter(picture)
    try:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(picture.rect()))
    finally:
        painter.end()
    return _png(picture)


def _png(image: QImage) -> bytes:
    held = QBuffer()
    held.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(held, QByteArray(b"png"))
    if not writer.write(image):
        raise OSError(writer.errorString())
    return bytes(held.data().data())


def _page(drawing: Drawing, svg: str, wide: float, high: float) -> bytes:
    """A page of the drawing's own size; px are 1/96 inch."""
    held = QBuffer()
    held.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(held)
    writer.setTitle(drawing.title)
    writer.setCreator("Opsmap")
    points = QSizeF(wide * 72 / 96, high * 72 / 96)
    writer.setPageLayout(
        QPageLayout(QPageSize(points, QPageSize.Unit.Point), QPageLayout.Orientation.Portrait, QMarginsF())
    )
    writer.setResolution(96 * PDF_PIXELS)
    painter = QPainter(writer)
    try:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        area = QRectF(0, 0, wide * PDF_PIXELS, high * PDF_PIXELS)
        QSvgRenderer(QByteArray(svg.encode())).render(painter, area)
    finally:
        painter.end()
    return bytes(held.data().data())


def main() -> int:
    """Paint the answer of an order."""
    return paint_order(lambda path, order, _: paint_statistic(path, Drawing.from_json(order["drawing"]), _tiles(order)))


def _tiles(order: Mapping[str, Any]) -> TilePainter | None:
    """The city's base map, as far as the store has one."""
    from data.store import open_store
    from desktop.map.basemap import base_map

    store = open_store(order["location"])
    try:
        with store.read() as unit:
            streets, shapes = unit.artifacts.get("streets"), unit.artifacts.get("basemap")
    finally:
        store.close()
    return None if streets is None and shapes is None else TilePainter(base_map(streets, shapes))


if __name__ == "__main__":
    sys.exit(main())
