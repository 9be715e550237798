"""The hand-over as a page: plain HTML that opens with no network, runs nothing, prints well, and that Qt can show too.

Everything that people wrote is escaped, and stripped of what could turn the direction of the words around it.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from data.connectors.safe_csv import whole_file
from desktop.domain.plain_text import readable
from desktop.operations.hand_over import HandOver, Line, Person, Said, Waiting

ASSETS = Path(__file__).parent / "assets"
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
LONGEST = 400  # letters of a note; the request has the rest


def _moment(value: datetime, now: datetime, zone: str) -> str:
    """14:05 today, else with the day, and the year where it is another one."""
    local, today = value.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    if local.date() == today:
        return f"{local:%H:%M}"
    return f"{local:%d %b %H:%M}" if local.year == today.year else f"{local:%d %b %Y}"


def _day_and_time(value: datetime, zone: str) -> str:
    return f"{value.astimezone(ZoneInfo(zone)):%d %B %Y, %H:%M}"


def _goal(share: float) -> str:
    return f"{share * 100:.1f}".removesuffix(".0") + "\u202f%"


def _linked(_kind: str, _value: str, text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Speech:
    """How the page speaks; the window gives its own language, figures and times, and links that it follows itself."""

    tr: Callable[[str], str] = str
    count: Callable[[int], str] = lambda value: f"{value:,}".replace(",", "\u2009")
    number: Callable[[float], str] = lambda value: f"{value:.1f}"
    percent: Callable[[float], str] = lambda share: f"{share * 100:.1f}\u202f%"
    goal: Callable[[float], str] = _goal
    moment: Callable[[datetime, datetime, str], str] = _moment  # the time, now, the zone
    day_and_time: Callable[[datetime, str], str] = _day_and_time
    link: Callable[[str, str, str], str] = _linked  # kind and value of what it opens, escaped words


def write_page(path: Path, told: HandOver, speech: Speech | None = None) -> None:
    """Write the page, whole or not at all."""
    with whole_file(path) as stream:
        stream.write(whole_page(told, speech or Speech()))


def whole_page(told: HandOver, speech: Speech) -> str:
    """The page with its look inside."""
    css = print_css() + (ASSETS / "hand_over_screen.css").read_text(encoding="utf-8")
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{safe(title_of(told, speech))}</title>\n<style>\n{css}</style>\n</head>\n"
        f"<body>\n{page_body(told, speech)}</body>\n</html>\n"
    )


def print_css() -> str:
    """The look on paper."""
    return (ASSETS / "hand_over.css").read_text(encoding="utf-8")


def title_of(told: HandOver, speech: Speech) -> str:
    """What the page is called."""
    return speech.tr("Hand-over, {0}").format(told.city)


def page_body(told: HandOver, speech: Speech) -> str:
    """The content, heading by heading."""
    page = _Page(told, speech)
    parts = (page.head(), page.figures(), *(page.waiting(one) for one in told.waits), page.storms())
    return "".join((*parts, page.people(), page.notes(), page.messages()))


def safe(text: str) -> str:
    """Text of anybody for HTML: escaped, without control characters and turns of direction."""
    return html.escape(readable(text), quote=True)


@dataclass(frozen=True, slots=True)
class _Page:
    told: HandOver
    speech: Speech

    def head(self) -> str:
        told, shift, tr = self.told, self.told.shift, self.speech.tr
        span = tr("Shift from {0} to {1}. The next one is reckoned until {2}.").format(
            *(self.speech.day_and_time(one, told.timezone) for one in (shift.since, shift.until, shift.next_end))
        )
        return f"<h1>{safe(title_of(told, self.speech))}</h1>\n<p class='quiet'>{safe(span)}</p>\n"

    def figures(self) -> str:
        told, tr, count = self.told, self.speech.tr, self.speech.count
        pairs = [
            (count(told.came_in), tr("came in")),
            (count(told.acknowledged), tr("acknowledged")),
            (count(told.closed), tr("closed")),
        ]
        if told.today.share is not None:
            pairs.append((self.speech.percent(told.today.share), tr("of today's acknowledged today")))
        cells = "".join(f"<td class='figure'>{safe(figure)}</td>" for figure, _ in pairs)
        words = "".join(f"<td class='caption'>{safe(word)}</td>" for _, word in pairs)
        return f"<table class='figures'><tr>{cells}</tr><tr>{words}</tr></table>\n<p>{safe(self._goal())}</p>\n"

    def _goal(self) -> str:
        told, tr, count = self.told, self.speech.tr, self.speech.count
        sentences = []
        if told.by_machine:
            sentences.append(tr("Answered by a machine alone: {0}.").format(count(told.by_machine)))
        if told.today.arrived:
            goal = self.speech.goal(told.goal)
            reached = tr("The day's goal of {0} is reached.").format(goal)
            one = tr("1 more acknowledgement reaches the day's goal of {0}.").format(goal)
            more = tr("{1} more acknowledgements reach the day's goal of {0}.").format(goal, count(told.missing))
            sentences.append({0: reached, 1: one}.get(told.missing, more))
        return " ".join(sentences)

    def waiting(self, one: Waiting) -> str:
        tr = self.speech.tr
        heading, column = {
            "unacknowledged": (tr("Not acknowledged"), tr("Came in")),
            "overdue": (tr("Overdue"), tr("Was due")),
            "due_next": (tr("Due in the next shift"), tr("Due")),
            "awaiting": (tr("Waiting for our answer"), tr("Came in")),
        }[one.key]
        head = self._heading(heading, one.count, ("queue", one.key))
        if not one.count:
            return head + self._nothing()
        columns = (tr("Request"), tr("Service"), tr("Address"), column)
        rest = self._more(one.count - len(one.lines))
        return head + _table(columns, (self._line(line) for line in one.lines)) + rest

    def _line(self, line: Line) -> Sequence[str]:
        number = self._request(line.request_id, line.number)
        return (number, safe(line.service), safe(line.address), safe(self._moment(line.at)))

    def storms(self) -> str:
        tr, told = self.speech.tr, self.told.storms
        head = self._heading(tr("Unusual rates"), len(told))
        if not told:
            return head + self._nothing()
        rows = (
            (
                safe(one.service),
                safe(one.area or tr("all over the city")),
                safe(tr("{0} in {1} h").format(self.speech.count(one.count), one.hours)),
                safe(self.speech.number(one.usual)),
            )
            for one in told
        )
        return head + _table((tr("Service"), tr("Where"), tr("Came in"), tr("Usually")), rows)

    def people(self) -> str:
        tr = self.speech.tr
        head = self._heading(tr("Who did what"), None)
        rows = [row for person in self.told.people for row in self._deeds(person)]
        if not rows:
            return head + self._nothing()
        return head + _table((tr("Name"), tr("Act"), tr("Times"), tr("Requests")), rows, numbers=(2, 3))

    def _deeds(self, person: Person) -> Iterable[Sequence[str]]:
        name, count = safe(person.name), self.speech.count
        for deed in person.deeds:
            requests = count(deed.requests) if deed.requests else ""
            yield name, safe(self.speech.tr(deed.verb.capitalize())), safe(count(deed.acts)), safe(requests)
            name = ""
        if person.undone:
            yield name, safe(self.speech.tr("Undone")), safe(count(person.undone)), ""

    def notes(self) -> str:
        told, tr = self.told, self.speech.tr
        head = self._heading(tr("Notes among staff"), told.notes_count)
        if not told.notes_count:
            return head + self._nothing()
        rows = (
            (safe(self._moment(one.at)), safe(one.author), self._request(one.request_id, one.number), self._text(one))
            for one in told.notes
        )
        rest = self._more(told.notes_count - len(told.notes))
        return head + _table((tr("When"), tr("Who"), tr("Request"), tr("Note")), rows) + rest

    def messages(self) -> str:
        told, tr = self.told, self.speech.tr
        head = self._heading(tr("Messages held"), told.held_count)
        failed = tr("{0} could not be sent; try them again.").format(self.speech.count(told.failed_count))
        head += f"<p>{safe(failed)}</p>\n" if told.failed_count else ""
        if not told.held_count:
            return head + self._nothing()
        rows = (
            (self._request(one.request_id, one.number), safe(self._moment(one.at)), self._text(one))
            for one in told.held
        )
        rest = self._more(told.held_count - len(told.held))
        return head + _table((tr("Request"), tr("Held until"), tr("Message")), rows) + rest

    # pieces

    def _heading(self, text: str, count: int | None, link: tuple[str, str] | None = None) -> str:
        if count is None:
            return f"<h2>{safe(text)}</h2>\n"
        figure = safe(self.speech.count(count))
        return f"<h2>{safe(text)}: {self.speech.link(*link, figure) if link and count else figure}</h2>\n"

    def _request(self, request_id: int, number: str) -> str:
        return self.speech.link("request", str(request_id), safe(number)) if request_id else ""

    def _text(self, said: Said) -> str:
        text = said.text if len(said.text) <= LONGEST else f"{said.text[:LONGEST]}…"
        return safe(text).replace("\n", "<br>")

    def _more(self, count: int) -> str:
        if count <= 0:
            return ""
        return f"<p class='quiet'>{safe(self.speech.tr('and {0} more').format(self.speech.count(count)))}</p>\n"

    def _nothing(self) -> str:
        return f"<p class='quiet'>{safe(self.speech.tr('None.'))}</p>\n"

    def _moment(self, value: datetime) -> str:
        return self.speech.moment(value, self.told.shift.until, self.told.timezone)


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[int] = ()) -> str:
    """A table of cells that are HTML already; columns of numbers stand right."""

    def cell(tag: str, at: int, content: str) -> str:
        mark = " class='number'" if at in numbers else ""
        return f"<{tag}{mark}>{content}</{tag}>"

    head = "".join(cell("th", at, safe(name)) for at, name in enumerate(columns))
    body = "".join(f"<tr>{''.join(cell('td', at, item) for at, item in enumerate(row))}</tr>\n" for row in rows)
    return f"<table width='100%'><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table>\n"
