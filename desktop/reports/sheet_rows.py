"""The rows of a route sheet: a stop with all that the crew needs there, or the break. Each knows its height first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from PySide6.QtCore import QDate, QLocale, QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from desktop.reports.crew_days import CrewDay, StopFacts
from desktop.reports.sheet_maps import SheetMaps
from desktop.reports.sheet_paper import MARGIN, QUIET, RIGHT, Paper, Paragraph, letters, one_line, tr
from desktop.views import format as words

DETAIL_X, DETAIL_W, DETAIL_H = MARGIN + 86, 130.0, 98.0
FACTS_X = DETAIL_X + DETAIL_W + 14
BOXES_X = RIGHT - 132
PHOTO_W, PHOTO_H = 94.0, 70.0
LEAST_H, EDGE = 118.0, 10.0
MOST_SAID, MOST_ANSWERS, MOST_TURNS = 6, 4, 12  # lines; the request has the rest
ONE_COLUMN = 3  # more turns stand in two columns, read one after the other
PHOTO_ROOM = PHOTO_H + 22


class Turns:
    """The written way, in two columns where it is long."""

    def __init__(self, told: Sequence[str], width: float) -> None:
        half = len(told) if len(told) <= ONE_COLUMN else -(-len(told) // 2)
        self._step = width if half == len(told) else width / 2
        lettering, room = letters("caption", weight=450), self._step - (0 if half == len(told) else 8)
        made = [Paragraph(line, lettering, room, 2, QUIET) for line in told]
        self._columns = (made[:half], made[half:])
        self.height = max(sum(one.height for one in column) for column in self._columns)

    def paint(self, painter: QPainter, x: float, y: float) -> float:
        """Draw from a top left corner; returns where the next words may begin."""
        for number, column in enumerate(self._columns):
            at = y
            for one in column:
                at = one.paint(painter, x + number * self._step, at)
        return y + self.height


class StopRow:
    """One stop."""

    def __init__(self, stop: Mapping[str, Any], facts: StopFacts, directions: Sequence[str], timezone: str) -> None:
        self.stop, self.facts, self.timezone = stop, facts, timezone
        self.directions = list(directions)
        width = BOXES_X - 14 - FACTS_X
        photo = facts.photo is not None
        self._parts = self._paragraphs(width - (PHOTO_W + 10 if photo else 0))
        self._turns = Turns(self._way(), width)
        said = sum(part.height + gap for part, gap in self._parts)
        self._turns_y = max(said - 2, PHOTO_ROOM if photo else 0.0)
        self.height = max(LEAST_H, self._turns_y + self._turns.height + 2 * EDGE)

    def paint(self, paper: Paper, maps: SheetMaps, y: float) -> None:
        """Draw the row under a rule at y."""
        paper.rule(y)
        top = y + EDGE
        self._times(paper, top)
        maps.detail(self.stop, QRectF(DETAIL_X, top, DETAIL_W, DETAIL_H))
        at = top - 2
        for part, gap in self._parts:
            at = part.paint(paper.painter, FACTS_X, at) + gap
        self._turns.paint(paper.painter, FACTS_X, top + self._turns_y)
        if self.facts.photo is not None:
            self._photo(paper, self.facts.photo, top)
        self._boxes(paper, top, y + self.height)

    def _times(self, paper: Paper, top: float) -> None:
        paper.disc(QPointF(MARGIN + 13, top + 13), str(self.stop["sequence"]), 13)
        paper.text(MARGIN, top + 46, self._clock(self.stop["service_start"]), letters("body", weight=650, size=15))
        until = tr("to %1").replace("%1", self._clock(self.stop["departure"]))
        paper.text(MARGIN, top + 62, until, letters("caption", weight=450), QUIET)
        if self.stop["window"]:
            paper.badge(MARGIN, top + 82, self._window(self.stop["window"]))

    def _window(self, window: Sequence[str | None]) -> str:
        """Between which times the work has to begin."""
        early, late = (None if moment is None else self._clock(moment) for moment in window)
        if early and late:
            return words.span(early, late)
        return tr("after %1").replace("%1", early) if early else tr("by %1").replace("%1", late or "")

    def _paragraphs(self, width: float) -> list[tuple[Paragraph, float]]:
        """Where, what, what the resident wrote, what was asked; each with the gap below it."""
        stop, quiet = self.stop, letters("caption", weight=450, size=12)
        found = [
            (Paragraph(stop["address"] or stop["job"], letters("body", weight=650, size=14), width, 2), 1.0),
            (Paragraph(self._what(), letters("body", weight=550, size=12), width, 2), 2.0),
        ]
        if stop["description"].strip():
            found.append((Paragraph(stop["description"], quiet, width, MOST_SAID, QUIET), 2.0))
        if self.facts.answers:
            said = " · ".join(answer_words(*pair) for pair in self.facts.answers)
            found.append((Paragraph(said, quiet, width, MOST_ANSWERS), 2.0))
        return found

    def _what(self) -> str:
        """The service, how many reports it closes, which part of it this is, and whether another crew comes too."""
        told = [str(self.stop["service"] or self.stop["job"])]
        reports = len(self.stop["request_ids"])
        part, parts = self.stop.get("part") or (1, 1)
        if reports > 1:
            closes = self.facts.closes_all and part == parts
            words_of = tr("%1 reports, closes all") if closes else tr("%1 reports")
            told.append(words_of.replace("%1", words.count(reports)))
        if parts > 1:
            told.append(tr("part %1 of %2").replace("%1", str(part)).replace("%2", str(parts)))
        if (self.stop.get("crews") or 1) > 1:
            told.append(tr("together with another crew"))
        return " · ".join(told)

    def _way(self) -> list[str]:
        """The written way; without one, how far and how long it is."""
        if not self.directions:
            way = tr("%1 from the stop before, %2").replace("%1", words.distance(self.stop["leg_distance_m"]))
            minutes = max(1, round(self.stop["leg_drive_s"] / 60))
            return [way.replace("%2", f"{minutes}{words.NARROW_SPACE}{tr('min')}")]
        if len(self.directions) <= MOST_TURNS:
            return self.directions
        left = len(self.directions) - MOST_TURNS + 1
        more = tr("%1 turns that the map shows").replace("%1", words.count(left))
        return [more, *self.directions[-(MOST_TURNS - 1) :]]  # the last metres are the hard ones

    def _photo(self, paper: Paper, content: bytes, top: float) -> None:
        x = BOXES_X - 14 - PHOTO_W
        place = paper.photo(content, QRectF(x, top, PHOTO_W, PHOTO_H))
        told = tr("unreadable photo") if place is None else tr("photo, %1").replace("%1", self._photo_day())
        baseline = top + 14 if place is None else place.bottom() + 14
        paper.line(x, baseline, told, letters("caption", weight=450), PHOTO_W + 8, QUIET)

    def _photo_day(self) -> str:
        day = self.facts.photo_day or date.today()  # noqa: DTZ011 - every photo has its report's day
        form = "d MMM" if day.year == datetime.fromisoformat(self.stop["arrival"]).year else "d MMM yyyy"
        return QLocale().toString(QDate(day.year, day.month, day.day), form)

    def _boxes(self, paper: Paper, top: float, bottom: float) -> None:
        """To tick, and lines to write on as far down as the row goes."""
        lettering = letters("caption", weight=450)
        lines = box_lines(((tr("done"), tr("not found")), (tr("other crew"), tr("more"))), lettering)
        for row, boxes in enumerate(lines):
            x = BOXES_X
            for told in boxes:
                x = paper.tick(x, top + 10 + row * 20, told, lettering, RIGHT - x - 16) + 12
        y = top + 16 + 20 * len(lines)
        while y < bottom - 6:
            paper.rule(y, BOXES_X)
            y += 20

    def _clock(self, moment: str) -> str:
        return words.clock_time(datetime.fromisoformat(moment), self.timezone)


class BreakRow:
    """When and how long the crew rests."""

    height = 26.0
    title = ""

    def __init__(self, pause: Mapping[str, str], timezone: str) -> None:
        self.title, self.told = tr("Break"), break_words(pause, timezone)

    def paint(self, paper: Paper, maps: SheetMaps, y: float) -> None:
        """Draw the row under a rule at y."""
        paper.rule(y)
        x = paper.text(MARGIN, y + 17, self.title, letters("body", weight=650, size=12)) + 8
        paper.text(x, y + 17, self.told, letters("body", size=12), QUIET)


class HaltRow(BreakRow):
    """Where the vehicle empties or fills on the way, or a break that has a place."""

    def __init__(self, halt: Mapping[str, Any], timezone: str) -> None:
        start, end = (words.clock_time(datetime.fromisoformat(halt[key]), timezone) for key in ("start", "departure"))
        self.title = tr("Empty the vehicle") if halt["kind"] == "reload" else tr("Break, at its place")
        self.told = words.span(start, end)


Row = StopRow | BreakRow


def box_lines(pairs: Sequence[Sequence[str]], lettering: QFont) -> list[Sequence[str]]:
    """Boxes to tick in pairs, or each on a line of its own in a language that has longer words."""
    measure = QFontMetricsF(lettering)
    fit = all(sum(measure.horizontalAdvance(one) + 28 for one in pair) - 12 <= RIGHT - BOXES_X for pair in pairs)
    return list(pairs) if fit else [[one] for pair in pairs for one in pair]


def answer_words(question: str, answer: str) -> str:
    """A question that ends as one, or a word with a colon, and its answer."""
    return f"{question} {answer}" if question.rstrip().endswith(("?", "؟", "？", ":")) else f"{question}: {answer}"


def rows_of(day: CrewDay, timezone: str, directions: Mapping[int, Sequence[str]]) -> list[Row]:
    """A crew's rows in order; directions by the sequence of the stop to which they lead."""
    rows, halts = list[Row](), list(day.crew.get("halts", ()))
    placed = any(halt["kind"] == "break" for halt in halts)
    pause = day.crew["break"] if rests(day.crew) and not placed else None
    for stop in day.crew["stops"]:
        while halts and halts[0]["before"] <= stop["sequence"]:
            rows.append(HaltRow(halts.pop(0), timezone))
        if pause and datetime.fromisoformat(pause["start"]) <= datetime.fromisoformat(stop["service_start"]):
            rows.append(BreakRow(pause, timezone))
            pause = None
        rows.append(StopRow(stop, day.facts(stop), directions.get(stop["sequence"], ()), timezone))
    rows += [HaltRow(halt, timezone) for halt in halts]
    return [*rows, BreakRow(pause, timezone)] if pause else rows


def rests(crew: Mapping[str, Any]) -> bool:
    """Whether a crew takes its break: one that is back before it is over with its day."""
    pause = crew["break"]
    return bool(pause) and datetime.fromisoformat(pause["start"]) < datetime.fromisoformat(crew["return_at"])


def break_words(pause: Mapping[str, str], timezone: str) -> str:
    """11:30, 30 min."""
    start, end = (datetime.fromisoformat(pause[key]) for key in ("start", "end"))
    minutes = round((end - start).total_seconds() / 60)
    return f"{words.clock_time(start, timezone)}, {minutes}{words.NARROW_SPACE}{tr('min')}"


class Needs:
    """What to take along, as boxes to tick, on as many lines as two; the rest is counted."""

    LINE, MOST = 22.0, 3

    def __init__(self, needs: Mapping[str, Sequence[int]]) -> None:
        self.names = [one_line(name) for name in needs]
        self.lettering = letters("body", size=13)
        self.title, self._title_font = tr("Before you leave"), letters("body", weight=650, size=13)
        self._lines = self._broken() if self.names else []
        self.height = self.LINE * len(self._lines)

    def paint(self, paper: Paper, y: float) -> None:
        """Draw below y."""
        for at, line in enumerate(self._lines):
            baseline = y + 14 + at * self.LINE
            if at == 0:
                paper.text(MARGIN, baseline, self.title, self._title_font)
            x = self._start()
            for name in line:
                x = paper.tick(x, baseline, name, self.lettering, RIGHT - x - 16) + 18

    def _start(self) -> float:
        return MARGIN + QFontMetricsF(self._title_font).horizontalAdvance(self.title) + 18

    def _broken(self) -> list[list[str]]:
        measure = QFontMetricsF(self.lettering)
        lines, x = list[list[str]]([[]]), self._start()
        for at, name in enumerate(self.names):
            width = min(RIGHT - self._start(), 34 + measure.horizontalAdvance(name))
            if x + width > RIGHT + 18 and lines[-1]:
                if len(lines) == self.MOST:
                    lines[-1][-1] = tr("and %1 more").replace("%1", words.count(len(self.names) - at + 1))
                    break
                lines.append([])
                x = self._start()
            lines[-1].append(name)
            x += width
        return lines
