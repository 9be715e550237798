"""A picture of a workspace on paper: PDF by Qt's own writer, or a printer where the system has one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPagedPaintDevice, QPageLayout, QPageSize, QPainter, QPdfWriter, QPixmap

from desktop.views.fonts import font

_TITLE_MM = 8.0
_INCH_MM = 25.4


def write_pdf(picture: QPixmap, title: str, note: str, path: Path) -> None:
    """Write one landscape A4 page with a title over the picture. OSError when the file cannot be written."""
    path.touch()  # the writer tells nobody when it cannot write
    writer = QPdfWriter(str(path))
    writer.setResolution(300)
    writer.setTitle(title)
    writer.setCreator("Opsmap")
    writer.setPageLayout(page_layout())
    paint_page(writer, picture, title, note)


def page_layout() -> QPageLayout:
    """Landscape A4 with 12 mm margins."""
    page = QPageSize(QPageSize.PageSizeId.A4)
    return QPageLayout(page, QPageLayout.Orientation.Landscape, QMarginsF(12, 12, 12, 12), QPageLayout.Unit.Millimeter)


def paint_page(device: QPagedPaintDevice, picture: QPixmap, title: str, note: str) -> None:
    """Draw title, note and picture on the first page of a device."""
    painter = QPainter(device)
    if not painter.isActive():
        raise OSError(f"The page “{title}” cannot be drawn on this device.")
    try:
        area = QRectF(painter.viewport())
        per_mm = device.logicalDpiX() / _INCH_MM
        head = _TITLE_MM * per_mm
        for words, step, flag in (
            (title, "heading", Qt.AlignmentFlag.AlignLeft),
            (note, "table", Qt.AlignmentFlag.AlignRight),
        ):
            lettering = font(step)
            lettering.setPixelSize(round((4.2 if step == "heading" else 3.0) * per_mm))
            painter.setFont(lettering)
            painter.drawText(QRectF(0, 0, area.width(), head), flag | Qt.AlignmentFlag.AlignTop, words)
        room = QSizeF(area.width(), area.height() - head)
        size = QSizeF(picture.size()).scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(QRectF(0, head, size.width(), size.height()), picture, QRectF(picture.rect()))
    finally:
        painter.end()
