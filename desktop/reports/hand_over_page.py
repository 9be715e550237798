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
from desktop.domain.act_words import headed, words_of
from desktop.domain.language import ENGLISH, Language
from desktop.domain.plain_text import readable
from desktop.domain.translatable import QT_TRANSLATE_NOOP
from desktop.operations.hand_over import HandOver, Line, Person, Said, Waiting

ASSETS = Path(__file__).parent / "assets"
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
LONGEST = 400  # letters of a note; the request has the rest

CONTEXT = "HandOver"
_TITLE = QT_TRANSLATE_NOOP("HandOver", "Hand-over, {0}")
_SPAN = QT_TRANSLATE_NOOP("HandOver", "Shift from {0} to {1}. The next one is reckoned until {2}.")
_BY_MACHINE = QT_TRANSLATE_NOOP("HandOver", "Answered by a machine alone: {0}.")
_REACHED = QT_TRANSLATE_NOOP("HandOver", "The day's goal of {0} is reached.")
_ONE_MORE = QT_TRANSLATE_NOOP("HandOver", "1 more acknowledgement reaches the day's goal of {0}.")
_MORE_TO_GO = QT_TRANSLATE_NOOP("HandOver", "{1} more acknowledgements reach the day's goal of {0}.")
_IN_HOURS = QT_TRANSLATE_NOOP("HandOver", "{0} in {1} h")
_UNSENT = QT_TRANSLATE_NOOP("HandOver", "{0} could not be sent; try them again.")
_CAME_IN_COUNT = QT_TRANSLATE_NOOP("HandOver", "came in")
_ACKNOWLEDGED_COUNT = QT_TRANSLATE_NOOP("HandOver", "acknowledged")
_CLOSED_COUNT = QT_TRANSLATE_NOOP("HandOver", "closed")
_SHARE_TODAY = QT_TRANSLATE_NOOP("HandOver", "of today's acknowledged today")
_NOT_ACKNOWLEDGED = QT_TRANSLATE_NOOP("HandOver", "Not acknowledged")
_CAME_IN = QT_TRANSLATE_NOOP("HandOver", "Came in")
_OVERDUE = QT_TRANSLATE_NOOP("HandOver", "Overdue")
_WAS_DUE = QT_TRANSLATE_NOOP("HandOver", "Was due")
_DUE_IN_THE_NEXT_SHIFT = QT_TRANSLATE_NOOP("HandOver", "Due in the next shift")
_DUE = QT_TRANSLATE_NOOP("HandOver", "Due")
_WAITING_FOR_OUR_ANSWER = QT_TRANSLATE_NOOP("HandOver", "Waiting for our answer")
_REQUEST = QT_TRANSLATE_NOOP("HandOver", "Request")
_SERVICE = QT_TRANSLATE_NOOP("HandOver", "Service")
_ADDRESS = QT_TRANSLATE_NOOP("HandOver", "Address")
_UNUSUAL_RATES = QT_TRANSLATE_NOOP("HandOver", "Unusual rates")
_EVERYWHERE = QT_TRANSLATE_NOOP("HandOver", "all over the city")
_WHERE = QT_TRANSLATE_NOOP("HandOver", "Where")
_USUALLY = QT_TRANSLATE_NOOP("HandOver", "Usually")
_WHO_DID_WHAT = QT_TRANSLATE_NOOP("HandOver", "Who did what")
_NAME = QT_TRANSLATE_NOOP("HandOver", "Name")
_ACT = QT_TRANSLATE_NOOP("HandOver", "Act")
_TIMES = QT_TRANSLATE_NOOP("HandOver", "Times")
_REQUESTS = QT_TRANSLATE_NOOP("HandOver", "Requests")
_UNDONE = QT_TRANSLATE_NOOP("HandOver", "Undone")
_NOTES_AMONG_STAFF = QT_TRANSLATE_NOOP("HandOver", "Notes among staff")
_WHEN = QT_TRANSLATE_NOOP("HandOver", "When")
_WHO = QT_TRANSLATE_NOOP("HandOver", "Who")
_NOTE = QT_TRANSLATE_NOOP("HandOver", "Note")
_MESSAGES_HELD = QT_TRANSLATE_NOOP("HandOver", "Messages held")
_HELD_UNTIL = QT_TRANSLATE_NOOP("HandOver", "Held until")
_MESSAGE = QT_TRANSLATE_NOOP("HandOver", "Message")


_AND_MORE = QT_TRANSLATE_NOOP("HandOver", "and {0} more")
_NONE = QT_TRANSLATE_NOOP("HandOver", "None.")


def _linked(_kind: str, _value: str, text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Speech:
    """How the page speaks; the window has times as its screens write them, and links that it follows itself."""

    language: Language = ENGLISH
    times: Callable[[datetime, datetime, str], str] | None = None  # the time, now, the zone
    day_and_time: Callable[[datetime, str], str] | None = None
    act: Callable[[str], str] | None = None  # what a verb of the log is called within a sentence
    link: Callable[[str, str, str], str] = _linked  # kind and value of what it opens, escaped words

    def moment(self, value: datetime, now: datetime, zone: str) -> str:
        """14:05 today, else with the day, and the year where it is another one."""
        if self.times is not None:
            return self.times(value, now, zone)
        local, today = value.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
        if local.date() == today:
            return f"{local:%H:%M}"
        told = self.language.day(local.date(), today.year)
        return f"{told} {local:%H:%M}" if local.year == today.year else told

    def whole_moment(self, value: datetime, zone: str) -> str:
        """13 Oct 2026, 14:05."""
        if self.day_and_time is not None:
            return self.day_and_time(value, zone)
        return self.language.moment(value.astimezone(ZoneInfo(zone)))

    def goal(self, share: float) -> str:
        """A share that somebody set: 95 %, 97.5 %."""
        return self.language.percent(share, 0 if round(share * 100, 1).is_integer() else 1)

    def deed(self, verb: str) -> str:
        """What an act is called at the head of a cell."""
        return headed(self.act(verb) if self.act is not None else self.language.say(words_of(verb)))


def write_page(path: Path, told: HandOver, speech: Speech | None = None) -> None:
    """Write the page, whole or not at all."""
    with whole_file(path) as stream:
        stream.write(whole_page(told, speech or Speech()))


def whole_page(told: HandOver, speech: Speech) -> str:
    """The page with its look inside."""
    css = print_css() + (ASSETS / "hand_over_screen.css").read_text(encoding="utf-8")
    return (
        f'<!DOCTYPE html>\n<html lang="{safe(speech.language.code)}">\n<head>\n<meta charset="utf-8">\n'
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
    return speech.language.say(_TITLE, told.city)


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
        told, shift, say = self.told, self.told.shift, self.speech.language.say
        span = say(
            _SPAN, *(self.speech.whole_moment(one, told.timezone) for one in (shift.since, shift.until, shift.next_end))
        )
        return f"<h1>{safe(title_of(told, self.speech))}</h1>\n<p class='quiet'>{safe(span)}</p>\n"

    def figures(self) -> str:
        told, say, count = self.told, self.speech.language.say, self.speech.language.count
        pairs = [
            (count(told.came_in), say(_CAME_IN_COUNT)),
            (count(told.acknowledged), say(_ACKNOWLEDGED_COUNT)),
            (count(told.closed), say(_CLOSED_COUNT)),
        ]
        if told.today.share is not None:
            pairs.append((self.speech.language.percent(told.today.share, 1), say(_SHARE_TODAY)))
        cells = "".join(f"<td class='figure'>{safe(figure)}</td>" for figure, _ in pairs)
        words = "".join(f"<td class='caption'>{safe(word)}</td>" for _, word in pairs)
        return f"<table class='figures'><tr>{cells}</tr><tr>{words}</tr></table>\n<p>{safe(self._goal())}</p>\n"

    def _goal(self) -> str:
        told, say, count = self.told, self.speech.language.say, self.speech.language.count
        sentences = []
        if told.by_machine:
            sentences.append(say(_BY_MACHINE, count(told.by_machine)))
        if told.today.arrived:
            goal = self.speech.goal(told.goal)
            text = {0: _REACHED, 1: _ONE_MORE}.get(told.missing, _MORE_TO_GO)
            sentences.append(say(text, goal, count(told.missing)))
        return " ".join(sentences)

    def waiting(self, one: Waiting) -> str:
        say = self.speech.language.say
        heading, column = {
            "unacknowledged": (say(_NOT_ACKNOWLEDGED), say(_CAME_IN)),
            "overdue": (say(_OVERDUE), say(_WAS_DUE)),
            "due_next": (say(_DUE_IN_THE_NEXT_SHIFT), say(_DUE)),
            "awaiting": (say(_WAITING_FOR_OUR_ANSWER), say(_CAME_IN)),
        }[one.key]
        head = self._heading(heading, one.count, ("queue", one.key))
        if not one.count:
            return head + self._nothing()
        columns = (say(_REQUEST), say(_SERVICE), say(_ADDRESS), column)
        rest = self._more(one.count - len(one.lines))
        return head + _table(columns, (self._line(line) for line in one.lines)) + rest

    def _line(self, line: Line) -> Sequence[str]:
        number = self._request(line.request_id, line.number)
        return (number, safe(line.service), safe(line.address), safe(self._moment(line.at)))

    def storms(self) -> str:
        say, told = self.speech.language.say, self.told.storms
        head = self._heading(say(_UNUSUAL_RATES), len(told))
        if not told:
            return head + self._nothing()
        rows = (
            (
                safe(one.service),
                safe(one.area or say(_EVERYWHERE)),
                safe(say(_IN_HOURS, self.speech.language.count(one.count), str(one.hours))),
                safe(self.speech.language.number(one.usual)),
            )
            for one in told
        )
        return head + _table((say(_SERVICE), say(_WHERE), say(_CAME_IN), say(_USUALLY)), rows)

    def people(self) -> str:
        say = self.speech.language.say
        head = self._heading(say(_WHO_DID_WHAT), None)
        rows = [row for person in self.told.people for row in self._deeds(person)]
        if not rows:
            return head + self._nothing()
        return head + _table((say(_NAME), say(_ACT), say(_TIMES), say(_REQUESTS)), rows, numbers=(2, 3))

    def _deeds(self, person: Person) -> Iterable[Sequence[str]]:
        name, count = safe(person.name), self.speech.language.count
        for deed in person.deeds:
            requests = count(deed.requests) if deed.requests else ""
            yield name, safe(self.speech.deed(deed.verb)), safe(count(deed.acts)), safe(requests)
            name = ""
        if person.undone:
            yield name, safe(self.speech.language.say(_UNDONE)), safe(count(person.undone)), ""

    def notes(self) -> str:
        told, say = self.told, self.speech.language.say
        head = self._heading(say(_NOTES_AMONG_STAFF), told.notes_count)
        if not told.notes_count:
            return head + self._nothing()
        rows = (
            (safe(self._moment(one.at)), safe(one.author), self._request(one.request_id, one.number), self._text(one))
            for one in told.notes
        )
        rest = self._more(told.notes_count - len(told.notes))
        return head + _table((say(_WHEN), say(_WHO), say(_REQUEST), say(_NOTE)), rows) + rest

    def messages(self) -> str:
        told, say = self.told, self.speech.language.say
        head = self._heading(say(_MESSAGES_HELD), told.held_count)
        failed = say(_UNSENT, self.speech.language.count(told.failed_count))
        head += f"<p>{safe(failed)}</p>\n" if told.failed_count else ""
        if not told.held_count:
            return head + self._nothing()
        rows = (
            (self._request(one.request_id, one.number), safe(self._moment(one.at)), self._text(one))
            for one in told.held
        )
        rest = self._more(told.held_count - len(told.held))
        return head + _table((say(_REQUEST), say(_HELD_UNTIL), say(_MESSAGE)), rows) + rest

    # pieces

    def _heading(self, text: str, count: int | None, link: tuple[str, str] | None = None) -> str:
        if count is None:
            return f"<h2>{safe(text)}</h2>\n"
        figure = safe(self.speech.language.count(count))
        return f"<h2>{safe(text)}: {self.speech.link(*link, figure) if link and count else figure}</h2>\n"

    def _request(self, request_id: int, number: str) -> str:
        return self.speech.link("request", str(request_id), safe(number)) if request_id else ""

    def _text(self, said: Said) -> str:
        text = said.text if len(said.text) <= LONGEST else f"{said.text[:LONGEST]}…"
        return safe(text).replace("\n", "<br>")

    def _more(self, count: int) -> str:
        if count <= 0:
            return ""
        return f"<p class='quiet'>{safe(self.speech.language.say(_AND_MORE, self.speech.language.count(count)))}</p>\n"

    def _nothing(self) -> str:
        return f"<p class='quiet'>{safe(self.speech.language.say(_NONE))}</p>\n"

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
