"""A crew's day on paper: where to go, when, what is there, and boxes to tick. Run as a module, for it paints."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMarginsF, QRectF
from PySide6.QtGui import QFontMetricsF, QPageLayout, QPageSize, QPainter, QPdfWriter

from desktop.domain.direction_words import CONTEXT as DIRECTIONS
from desktop.domain.hand_back import SCHEME
from desktop.map.tile_painter import TilePainter
from desktop.reports.crew_days import CrewDay, PlanDay, read_plan_day
from desktop.reports.painter import paint_order
from desktop.reports.sheet_maps import SheetMaps
from desktop.reports.sheet_paper import INK, MARGIN, PAGE_H, PAGE_W, QUIET, RIGHT, Paper, letters, one_line, tr
from desktop.reports.sheet_rows import Needs, Row, break_words, rests, rows_of
from desktop.views import format as words
from desktop.views.language import language

MAP_H, QR = 250.0, 72.0
FOOT_H, NOTES_H, LATER_HEAD_H = 26.0, 62.0, 34.0
BOTTOM = PAGE_H - MARGIN - FOOT_H
NOTE_LINE, MOST_NOTES = 24.0, 6
Directions = Mapping[int, Mapping[int, Sequence[str]]]  # by crew's number and stop's sequence
Tell = Callable[[int, int], None]  # crews done, of


@dataclass(frozen=True, slots=True)
class SheetBook:
    """What all sheets share."""

    day: PlanDay
    tiles: TilePainter
    printed_at: datetime
    directions: Directions = field(default_factory=dict)


def paint_sheets(path: Path, book: SheetBook, tell: Tell = lambda done, of: None) -> int:
    """Write the PDF of the crews; returns the pages. OSError when it cannot be written."""
    beside = part_of(path)
    writer = QPdfWriter(str(beside))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)
    writer.setResolution(288)
    writer.setTitle(tr("Route sheets, %1").replace("%1", str(book.day.content["date"])))
    writer.setCreator("Opsmap")
    painter = QPainter()
    if not painter.begin(writer):
        raise OSError(f"{path.parent} takes no file")
    try:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.scale(writer.width() / PAGE_W, writer.width() / PAGE_W)
        pages = _paint_all(painter, writer, book, tell)
    finally:
        painter.end()
    os.replace(beside, path)
    return pages


def part_of(path: Path) -> Path:
    """Where the file is written before it is whole."""
    return path.with_name(f".{path.name}.part")


def _paint_all(painter: QPainter, writer: QPdfWriter, book: SheetBook, tell: Tell) -> int:
    pages, crews = 0, book.day.crews
    for done, crew in enumerate(crews):
        tell(done, len(crews))
        for page in sheet_pages(Paper(painter), book, crew):
            if pages:
                writer.newPage()
            pages += 1
            page.paint()
    if not pages:
        Paper(painter).text(MARGIN, MARGIN + 20, tr("No crew has a stop on this day."), letters("body"))
        pages = 1
    tell(len(crews), len(crews))
    return pages


def sheet_pages(paper: Paper, book: SheetBook, day: CrewDay) -> list[_Page]:
    """The pages of one crew: rows are not broken, and the first page has the map."""
    needs = Needs(day.needs())
    rows = rows_of(day, book.day.timezone, book.directions.get(day.number, {}))
    head = _Head(paper, book, day, needs)
    runs, room = list[list[Row]]([[]]), BOTTOM - MARGIN - head.height
    for row in rows:
        if row.height > room and (runs[-1] or len(runs) == 1):
            runs.append([])
            room = BOTTOM - MARGIN - LATER_HEAD_H
        runs[-1].append(row)
        room -= row.height
    return [_Page(paper, book, day, head, run, number, len(runs)) for number, run in enumerate(runs, 1)]


class _Head:
    """The first page's head: who, when, how much, the code, the map, what to take along."""

    def __init__(self, paper: Paper, book: SheetBook, day: CrewDay, needs: Needs) -> None:
        self.paper, self.book, self.day, self.needs = paper, book, day, needs
        self._figure_lines = self._broken(self._figures())
        self._map_y = 76.0 + 20.0 * len(self._figure_lines)
        self.height = self._map_y + MAP_H + 12 + needs.height + (4 if needs.height else 0)

    def paint(self, y: float) -> None:
        """Draw from a top edge."""
        paper, crew, width = self.paper, self.day.crew, RIGHT - MARGIN - QR - 24
        whose = ", ".join(part for part in (self.book.day.city, self.day.department) if part)
        paper.line(MARGIN, y + 10, f"{one_line(whose)} · {tr('route sheet')}", letters("body"), width, QUIET)
        paper.line(MARGIN, y + 40, crew["crew"], letters("figure", size=26), width)
        hours = words.span(*(self._clock(crew[key]) for key in ("shift_start", "shift_end")))
        told = f"{day_words(self.book)} · {one_line(crew['depot']['name'])} ·"
        hours_font = letters("body", weight=650, size=15)
        x = paper.line(MARGIN, y + 64, told, letters("body", size=15), width - 100)
        paper.text(x + 5, y + 64, hours, hours_font)
        for at, line in enumerate(self._figure_lines):
            self._figure_line(y + 88 + 20 * at, line)
        self._code(y)
        maps = SheetMaps(paper, self.book.tiles, crew)
        maps.whole(QRectF(MARGIN, y + self._map_y + 14, RIGHT - MARGIN, MAP_H - 12))
        self.needs.paint(paper, y + self._map_y + MAP_H + 8)

    def _code(self, y: float) -> None:
        """What tells this sheet from every other one, for a scanner."""
        self.paper.qr(SCHEME + self.day.code.replace(" ", ""), QRectF(RIGHT - QR - 2, y - 2, QR, QR))
        told = tr("plan %1, sheet %2").replace("%1", str(self.book.day.plan_id)).replace("%2", str(self.day.number))
        self.paper.right_text(RIGHT, y + QR + 12, told, letters("caption", weight=450), QUIET)

    def _figures(self) -> list[tuple[str, str, str]]:
        """Words before, the figure, words behind."""
        crew = self.day.crew
        reports = sum(len(stop["request_ids"]) or 1 for stop in crew["stops"])
        found = [
            ("", words.count(len(crew["stops"])), tr("stop(s)", len(crew["stops"]))),
            ("", words.count(reports), tr("report(s)", reports)),
            ("", words.number(crew["distance_m"] / 1000, 0), tr("km")),
            (tr("drive"), words.duration(crew["drive_s"]), ""),
            (tr("work"), words.duration(crew["work_s"]), ""),
        ]
        if rests(crew):
            found.append((tr("break"), break_words(crew["break"], self.book.day.timezone), ""))
        load = heaviest(crew)
        if crew.get("capacity") and load:
            of = tr("of %1 t").replace("%1", words.number(crew["capacity"], 1))
            found.append((tr("load"), words.number(load, 1), of))
        return [*found, (tr("back"), self._clock(crew["return_at"]), "")]

    def _broken(self, figures: list[tuple[str, str, str]]) -> list[list[tuple[str, str, str]]]:
        """As many figures on a line as stand beside the code."""
        measure = QFontMetricsF(letters("body", weight=650))
        lines, x, room = list[list[tuple[str, str, str]]]([[]]), 0.0, RIGHT - MARGIN - QR - 24
        for figure in figures:
            width = measure.horizontalAdvance(" ".join(part for part in figure if part))
            if x + width > room and lines[-1]:
                lines.append([])
                x = 0.0
            lines[-1].append(figure)
            x += width + 18
        return lines

    def _figure_line(self, baseline: float, figures: Sequence[tuple[str, str, str]]) -> None:
        x = MARGIN
        for before, figure, behind in figures:
            for told, lettering in (
                (before, letters("body")),
                (figure, letters("body", weight=650)),
                (behind, letters("body")),
            ):
                if told:
                    x = self.paper.text(x, baseline, told, lettering) + 4
            x += 14

    def _clock(self, moment: str) -> str:
        return words.clock_time(datetime.fromisoformat(moment), self.book.day.timezone)


@dataclass(slots=True)
class _Page:
    """One sheet of paper."""

    paper: Paper
    book: SheetBook
    day: CrewDay
    head: _Head
    rows: Sequence[Row]
    number: int
    of: int

    def paint(self) -> None:
        """The head, the rows, room for notes, the foot."""
        y = self._head()
        maps = SheetMaps(self.paper, self.book.tiles, self.day.crew)
        for row in self.rows:
            row.paint(self.paper, maps, y)
            y += row.height
        if not self.day.crew["stops"]:
            self.paper.text(MARGIN, y + 22, tr("No stop on this day."), letters("body", weight=550))
            y += 34
        self.paper.rule(y)
        self._notes(y)
        self._foot()

    def _head(self) -> float:
        if self.number == 1:
            self.head.paint(MARGIN)
            return MARGIN + self.head.height
        told = f"{one_line(self.day.crew['crew'])}, {day_words(self.book)}"
        self.paper.line(MARGIN, MARGIN + 16, told, letters("title"), RIGHT - MARGIN)
        return MARGIN + LATER_HEAD_H

    def _notes(self, y: float) -> None:
        """Lines to write on, where the page has room for two at least."""
        if BOTTOM - y < NOTES_H:
            return
        self.paper.text(MARGIN, y + 18, tr("Notes"), letters("body", size=12), QUIET)
        lines = min(MOST_NOTES, int((BOTTOM - y - 18) // NOTE_LINE))
        for line in range(1, lines + 1):
            self.paper.rule(y + 18 + line * NOTE_LINE)

    def _foot(self) -> None:
        y, small = PAGE_H - MARGIN, letters("caption", weight=450)
        self.paper.rule(y - 18, colour=INK)
        page = tr("%1 of %2").replace("%1", str(self.number)).replace("%2", str(self.of))
        left = self.paper.right_text(RIGHT, y, page, small)
        if self.book.day.office:
            told = tr("Office %1").replace("%1", one_line(self.book.day.office)[:60])
            left = self.paper.right_text(left - 26, y, told, small, QUIET)
        self.paper.line(MARGIN, y, self._of_the_plan(), small, left - 20 - MARGIN, QUIET)

    def _of_the_plan(self) -> str:
        content, day = self.book.day.content, self.book.day
        told = tr("Plan %1, printed %2").replace("%1", str(day.plan_id))
        printed = words.moment(self.book.printed_at, _noon(day.content, self.book), day.timezone)
        parts = [told.replace("%2", printed)]
        if content["straight_line"]:
            parts.append(tr("distances are straight lines times 1.3"))
        return " · ".join([*parts, *([day.credit] if day.credit else [])])


def heaviest(crew: Mapping[str, Any]) -> float:
    """The most that is on a crew's vehicle at a time, in the unit of its capacity: each trip to unload empties it."""
    trips = [halt["before"] for halt in crew.get("halts", ()) if halt["kind"] == "reload"]
    loads = [0.0] * (len(trips) + 1)
    for stop in crew["stops"]:
        loads[sum(before <= stop["sequence"] for before in trips)] += stop.get("load") or 0.0
    return max(loads)


def _noon(content: Mapping[str, Any], book: SheetBook) -> datetime:
    """The plan's day: a sheet printed on it says the time alone."""
    crews = content["crews"]
    return datetime.fromisoformat(crews[0]["shift_start"]) if crews else book.printed_at


def day_words(book: SheetBook) -> str:
    """Wednesday 14 October 2026."""
    return f"{words.long_date(book.day.day)} {book.day.day.year}"


def main() -> int:
    """Print the sheets of an order."""
    return paint_order(lambda path, order, tell: paint_sheets(path, read_book(order), tell))


def read_book(order: Mapping[str, Any]) -> SheetBook:
    """What the sheets of an order need of the store."""
    from data.errors import RefusedInput
    from data.store import open_store
    from desktop.map.basemap import base_map
    from desktop.operations.crew_directions import CrewDirections

    store = open_store(order["location"])
    try:
        with store.read() as unit:
            plan = unit.plans.get(order["plan"])
            if plan is None:
                raise RefusedInput(f"There is no plan {order['plan']}.")
            day = read_plan_day(unit, plan, order["crew"])
            city = unit.city.get()
            assert city is not None
            ways = CrewDirections(unit, city, plan.content, language(DIRECTIONS))
            directions = {crew.number: ways.of(crew.crew, short=True) for crew in day.crews}
            tiles = TilePainter(base_map(unit.artifacts.get("streets"), unit.artifacts.get("basemap")))
    finally:
        store.close()
    return SheetBook(day, tiles, datetime.fromisoformat(order["printed_at"]), directions)


if __name__ == "__main__":
    sys.exit(main())
