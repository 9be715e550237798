"""A report on paper: headings, prose, tables and drawings flow over A4 pages. Run as a module, for it paints."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QMarginsF, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgRenderer

from desktop.reports.painter import paint_order
from desktop.reports.report_blocks import Block, Chart, Heading, Prose, Report, Table
from desktop.reports.route_sheets import part_of
from desktop.reports.sheet_paper import INK, MARGIN, PAGE_H, PAGE_W, QUIET, RIGHT, Paper, Paragraph, letters

WIDTH = RIGHT - MARGIN
FOOT_H, GAP, CELL_PAD = 26.0, 10.0, 8.0
BOTTOM = PAGE_H - MARGIN - FOOT_H
CARE = QColor("#FBF2DD")
SUNKEN = QColor("#F7F8FA")
MOST_LINES = 60  # of a paragraph
WORDS_LEAST, WORDS_MOST = 90.0, 240.0  # widths of a column of words
Tell = Callable[[int, int], None]


def paint_report(path: Path, report: Report, tell: Tell = lambda done, of: None) -> int:
    """Write the PDF; returns the pages. OSError when it cannot be written."""
    beside = part_of(path)
    writer = QPdfWriter(str(beside))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)
    writer.setResolution(288)
    writer.setTitle(report.title)
    writer.setCreator("Opsmap")
    painter = QPainter()
    if not painter.begin(writer):
        raise OSError(f"{path.parent} takes no file")
    try:
        painter.scale(writer.width() / PAGE_W, writer.width() / PAGE_W)
        flow = _Flow(painter, writer, report)
        flow.title()
        for done, block in enumerate(report.blocks):
            tell(done, len(report.blocks))
            flow.block(block, report.blocks[done + 1] if done + 1 < len(report.blocks) else None)
        flow.foot()
        tell(len(report.blocks), len(report.blocks))
    finally:
        painter.end()
    os.replace(beside, path)
    return flow.page


class _Flow:
    """Blocks one below the other, over as many pages as they need."""

    def __init__(self, painter: QPainter, writer: QPdfWriter, report: Report) -> None:
        self.painter, self.writer, self.report = painter, writer, report
        self.paper, self.page, self.y = Paper(painter), 1, MARGIN
        self.body = letters("body")

    def title(self) -> None:
        """The head of the first page."""
        self._words(self.report.title, letters("title", size=22, weight=650), INK, 3)
        self.y += 4
        self._words(self.report.subtitle, letters("body"), QUIET, 2)
        self.y += 14

    def block(self, block: Block, following: Block | None) -> None:
        """Draw one block; a heading stays with what follows it."""
        match block:
            case Heading():
                self.need(64 + (following.height * self._scale(following) if isinstance(following, Chart) else 150))
                self.y += 14
                self._words(block.text, letters("title", weight=650), INK, 2)
                self.y += 4
            case Prose():
                self._prose(block)
            case Chart():
                self._chart(block)
            case Table():
                _TableOnPaper(self, block).draw()
        self.y += GAP

    def need(self, height: float) -> None:
        """Go on to another page where this one has no room."""
        if self.y + height > BOTTOM and self.y > MARGIN:
            self.turn()

    def turn(self) -> None:
        """Another page."""
        self.foot()
        self.writer.newPage()
        self.page += 1
        self.y = MARGIN

    def foot(self) -> None:
        """What stands below every page."""
        y, small = PAGE_H - MARGIN, letters("caption", weight=450)
        self.paper.rule(y - 18, colour=INK)
        left = self.paper.right_text(RIGHT, y, self.report.page.format(self.page), small)
        self.paper.line(MARGIN, y, self.report.foot, small, left - 20 - MARGIN, QUIET)

    def _words(self, told: str, lettering: object, colour: QColor, most: int) -> None:
        paragraph = Paragraph(told, lettering, WIDTH, most, colour)  # type: ignore[arg-type] # a font
        self.need(paragraph.height)
        self.y = paragraph.paint(self.painter, MARGIN, self.y)

    def _prose(self, block: Prose) -> None:
        lettering = letters("caption", weight=450) if block.quiet else letters("body")
        pad = 10.0 if block.care else 0.0
        paragraph = Paragraph(block.text, lettering, WIDTH - 2 * pad, MOST_LINES, QUIET if block.quiet else INK)
        self.need(paragraph.height + 2 * pad)
        if block.care:
            self.painter.fillRect(QRectF(MARGIN, self.y, WIDTH, paragraph.height + 2 * pad), CARE)
        self.y = paragraph.paint(self.painter, MARGIN + pad, self.y + pad) + pad

    def _scale(self, chart: Chart) -> float:
        return min(1.0, WIDTH / chart.width, (BOTTOM - MARGIN - 60) / chart.height)

    def _chart(self, chart: Chart) -> None:
        scale = self._scale(chart)
        caption = Paragraph(chart.caption, letters("caption", weight=450), WIDTH, 6, QUIET)
        self.need(chart.height * scale + caption.height + 6)
        svg = chart.svg.replace('font-family="Inter"', f'font-family="{self.body.family()}"')
        drawing = QSvgRenderer(QByteArray(svg.encode()))
        drawing.render(self.painter, QRectF(MARGIN, self.y, chart.width * scale, chart.height * scale))
        self.y = caption.paint(self.painter, MARGIN, self.y + chart.height * scale + 4)


class _TableOnPaper:
    """A table whose head is repeated on each page; words are shortened where columns have no room."""

    def __init__(self, flow: _Flow, table: Table) -> None:
        self.flow, self.table = flow, table
        self.body, self.strong = letters("caption", weight=450), letters("caption", weight=650)
        self.widths = self._widths()
        self.heads = [
            Paragraph(told, self.strong, max(20.0, width - CELL_PAD), 4, QUIET)
            for told, width in zip(table.columns, self.widths, strict=True)
        ]

    def draw(self) -> None:
        """The head, the rows, the caption."""
        rows = [self._cells(row) for row in self.table.rows]
        self.flow.need(self._head_height() + 3 * 20)
        self._head()
        for at, (row, cells) in enumerate(zip(self.table.rows, rows, strict=True)):
            height = max([16.0, *(cell.height for cell in cells.values())]) + 5
            if self.flow.y + height > BOTTOM:
                self.flow.turn()
                self._head()
            self._row(row, cells, height, strong=at in self.table.strong)
        caption = Paragraph(self.table.caption, self.body, WIDTH, 10, QUIET)
        self.flow.need(caption.height + 6)
        self.flow.y = caption.paint(self.flow.painter, MARGIN, self.flow.y + 6)

    def _widths(self) -> list[float]:
        """Figures get what they need, words what is left."""
        measure = QFontMetricsF(self.strong)
        needed = [
            max([0.0, *(measure.horizontalAdvance(row[at]) for row in self.table.rows), self._longest(measure, head)])
            + CELL_PAD
            for at, head in enumerate(self.table.columns)
        ]
        words = self.table.left
        for at in words:
            needed[at] = min(max(needed[at], WORDS_LEAST), WORDS_MOST)
        spare = WIDTH - sum(needed)
        wanting = [at for at in words if spare > 0 or needed[at] > WORDS_LEAST] or list(words)
        for at in wanting:
            needed[at] = max(60.0, needed[at] + spare / len(wanting))
        scale = min(1.0, WIDTH / sum(needed))
        return [width * scale for width in needed]

    def _longest(self, measure: QFontMetricsF, head: str) -> float:
        return max((measure.horizontalAdvance(word) for word in head.split(" ")), default=0.0)

    def _indent(self, at: int, x: float) -> float:
        """Words beside figures that end at their right edge keep away from them."""
        return x + (CELL_PAD if at else 0)

    def _cells(self, row: Sequence[str]) -> dict[int, Paragraph]:
        """The cells of words, broken into lines."""
        return {
            at: Paragraph(row[at], self.body, self.widths[at] - CELL_PAD - (CELL_PAD if at else 0), 3)
            for at in self.table.left
        }

    def _head_height(self) -> float:
        return max(head.height for head in self.heads) + 6

    def _head(self) -> None:
        flow, x, height = self.flow, MARGIN, self._head_height()
        for at, (head, width) in enumerate(zip(self.heads, self.widths, strict=True)):
            if at in self.table.left:
                head.paint(flow.painter, self._indent(at, x), flow.y + height - 6 - head.height)
            else:
                self._right_head(self.table.columns[at], x, width, flow.y + height - 6)
            x += width
        flow.y += height
        flow.paper.rule(flow.y - 3, colour=QUIET)

    def _right_head(self, told: str, x: float, width: float, bottom: float) -> None:
        """Words above figures end where these do."""
        measure, lines = QFontMetricsF(self.strong), list[str]()
        for word in told.split(" "):
            if lines and measure.horizontalAdvance(f"{lines[-1]} {word}") <= width - CELL_PAD:
                lines[-1] += f" {word}"
            else:
                lines.append(word)
        for at, line in enumerate(reversed(lines[:4])):
            self.flow.paper.right_text(x + width - CELL_PAD / 2, bottom - 3 - 14 * at, line, self.strong, QUIET)

    def _row(self, row: Sequence[str], cells: dict[int, Paragraph], height: float, *, strong: bool) -> None:
        flow, x = self.flow, MARGIN
        if strong:
            flow.painter.fillRect(QRectF(MARGIN, flow.y, WIDTH, height), SUNKEN)
        for at, width in enumerate(self.widths):
            if at in cells:
                cells[at].paint(flow.painter, self._indent(at, x), flow.y + 3)
            else:
                lettering = self.strong if strong else self.body
                flow.paper.right_text(
                    x + width - CELL_PAD / 2, flow.y + 3 + QFontMetricsF(lettering).ascent(), row[at], lettering
                )
            x += width
        flow.y += height
        flow.paper.rule(flow.y)


def main() -> int:
    """Print the report of an order."""
    return paint_order(lambda path, order, tell: paint_report(path, Report.from_json(order["report"]), tell))


if __name__ == "__main__":
    sys.exit(main())
