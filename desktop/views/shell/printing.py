"""A picture of a workspace, or a page of words, on paper: PDF by Qt's own writer, or a printer where there is one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPagedPaintDevice, QPageLayout, QPageSize, QPainter, QPdfWriter, QPixmap, QTextDocument

from desktop.views.fonts import font

_TITLE_MM = 8.0
_INCH_MM = 25.4
_BODY_PT, _SCREEN_DPI = 9.0, 96


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


def words_layout() -> QPageLayout:
    """Upright A4 with 14 mm margins."""
    page, upright = QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait
    return QPageLayout(page, upright, QMarginsF(14, 14, 14, 14), QPageLayout.Unit.Millimeter)


def print_words(device: QPagedPaintDevice, body: str, css: str) -> None:
    """Print HTML on a device; nothing that it names is loaded, for it names nothing."""
    document = QTextDocument()
    lettering = font("table")
    lettering.setPointSizeF(_BODY_PT)  # a size in pixels would depend on the device
    document.setDefaultFont(lettering)
    document.setDocumentMargin(0)
    document.setDefaultStyleSheet(css)
    document.setHtml(body)
    room = device.pageLayout().paintRect(QPageLayout.Unit.Inch)
    document.setPageSize(QSizeF(room.width() * _SCREEN_DPI, room.height() * _SCREEN_DPI))
    document.print_(device)


def write_words_pdf(body: str, css: str, title: str, path: Path) -> None:
    """Write HTML as upright A4 pages, in any thread. OSError when the file cannot be written."""
    path.touch()  # the writer tells nobody when it cannot write
    writer = QPdfWriter(str(path))
    writer.setResolution(300)
    writer.setTitle(title)
    writer.setCreator("Opsmap")
    writer.setPageLayout(words_layout())
    print_words(writer, body, css)
