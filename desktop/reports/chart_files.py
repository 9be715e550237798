"""A chart as a file of its own: SVG, PNG, PDF, or its values as CSV, with title, method, date and source on it."""

from __future__ import annotations

import csv
import html
import re
import textwrap
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSaveFile, QSizeF, Qt
from PySide6.QtGui import QImage, QImageWriter, QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgRenderer

from data.connectors.safe_csv import safe_cell, whole_file
from data.errors import RefusedInput, StoreFailure
from desktop.domain.plain_text import readable
from desktop.reports.chart_svg import INK, QUIET
from desktop.reports.report_blocks import Chart
from desktop.views.fonts import load_fonts

ENDINGS = (".svg", ".png", ".pdf", ".csv")
PIXELS = 2  # of the picture for one of the drawing: it is put into slides
HEAD, LINE, EDGE, COLUMNS = 40.0, 16.0, 20.0, 104  # px of the title, of a line of method, around; letters of a line
_WHOLE = re.compile(r"^<svg[^>]*>(.*)</svg>$", re.DOTALL)

Rows = Sequence[Sequence[object]]


def write_chart(path: Path, chart: Chart, title: str, method: Sequence[str], rows: Rows) -> None:
    """Write a chart by the file's ending, whole or not at all; `rows`, head first, are its values for a CSV.

    RefusedInput for another ending; StoreFailure where the place cannot be written.
    """
    ending = path.suffix.lower()
    if ending == ".csv":
        _write_csv(path, title, method, rows)
        return
    if ending not in ENDINGS:
        raise RefusedInput(f"{path.name} does not tell its kind; end it with one of {', '.join(ENDINGS)}.")
    svg, wide, high = whole_svg(chart, title, method)
    if ending == ".svg":
        _put(path, svg.encode())
    else:
        _put(path, _picture(svg, wide, high) if ending == ".png" else _page(svg, wide, high))


def _put(path: Path, content: bytes) -> None:
    """The file appears whole or not at all."""
    file = QSaveFile(str(path))
    if not (file.open(QIODevice.OpenModeFlag.WriteOnly) and file.write(content) == len(content) and file.commit()):
        raise StoreFailure(f"{path} cannot be written ({file.errorString()}); make room or choose another folder.")


def whole_svg(chart: Chart, title: str, method: Sequence[str]) -> tuple[str, float, float]:
    """The drawing under its title and over its method, with its width and height."""
    lines = [line for told in method for line in textwrap.wrap(readable(told), COLUMNS)]
    wide, high = chart.width + 2 * EDGE, HEAD + chart.height + LINE * (len(lines) + 1) + EDGE
    found = _WHOLE.match(chart.svg)
    assert found is not None
    pieces = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}" width="{wide:g}" height="{high:g}" '
        f'role="img" aria-label="{html.escape(readable(chart.told), quote=True)}">',
        f'<rect width="{wide:g}" height="{high:g}" fill="#FFFFFF"/>',
        _words(EDGE, 26, title, 15, 600, INK),
        f'<g transform="translate({EDGE:g} {HEAD:g})">{found[1]}</g>',
    ]
    below = HEAD + chart.height + LINE
    pieces += [_words(EDGE, below + at * LINE, line, 11, 400, QUIET) for at, line in enumerate(lines)]
    return "".join([*pieces, "</svg>"]), wide, high


def _words(x: float, y: float, told: str, size: int, weight: int, colour: str) -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" font-family="Inter" font-size="{size}" font-weight="{weight}" fill="{colour}">'
        f"{html.escape(readable(told))}</text>"
    )


def _picture(svg: str, wide: float, high: float) -> bytes:
    svg = svg.replace('font-family="Inter"', f'font-family="{load_fonts()[0]}"')  # as the bundled one is named
    picture = QImage(round(wide * PIXELS), round(high * PIXELS), QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.white)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(picture.rect()))
    painter.end()
    held = QBuffer()
    held.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(held, QByteArray(b"png")).write(picture)
    return bytes(held.data().data())


def _page(svg: str, wide: float, high: float) -> bytes:
    """A page of the drawing's own size; px are 1/96 inch."""
    held = QBuffer()
    held.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(held)
    points = QSizeF(wide * 72 / 96, high * 72 / 96)
    writer.setPageLayout(
        QPageLayout(QPageSize(points, QPageSize.Unit.Point), QPageLayout.Orientation.Portrait, QMarginsF())
    )
    writer.setResolution(288)
    painter = QPainter(writer)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, wide * 3, high * 3))
    painter.end()
    return bytes(held.data().data())


def _write_csv(path: Path, title: str, method: Sequence[str], rows: Rows) -> None:
    with whole_file(path) as stream:
        out = csv.writer(stream)
        for told in (title, *method):
            out.writerow([safe_cell(readable(told))])
        out.writerow([])
        for row in rows:
            out.writerow([safe_cell(value) if isinstance(value, str) else value for value in row])
