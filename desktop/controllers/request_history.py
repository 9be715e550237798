"""A request's history in words: its own times, what was done to it here, and what was said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication

from data.records import Event, Note, ServiceRequest, Status
from desktop.domain.lifecycle import TRANSITIONS, Verb
from desktop.views import format as words
from desktop.views.request_detail import HistoryLine

translate = QCoreApplication.translate
ACT_VERBS = {verb.value: verb for verb in Verb}


@dataclass(frozen=True, slots=True)
class _Told:
    """A line before its moment is put into words."""

    at: datetime
    what: str
    who: str = ""
    mark: str = ""
    internal: bool = False


def history_lines(
    request: ServiceRequest, events: Sequence[Event], notes: Sequence[Note], now: datetime, zone: str
) -> tuple[HistoryLine, ...]:
    """Oldest first. What was said in an act stands with it; a note of its own is a line of its own."""
    said = {(note.at, note.author): note for note in notes}
    acts = [_of_event(event, said.pop((event.at, event.actor), None)) for event in events]
    told = [*_own_times(request, events), *acts, *(_of_note(note) for note in notes if _apart(note, said))]
    return tuple(
        HistoryLine(_when(line.at, now, zone), line.what, line.who, line.mark, line.internal)
        for line in sorted(told, key=lambda line: line.at)
    )


def _apart(note: Note, said: dict[tuple[datetime, str], Note]) -> bool:
    return (note.at, note.author) in said


def _own_times(request: ServiceRequest, events: Sequence[Event]) -> list[_Told]:
    """The times that the request itself tells, where no act here is behind them."""
    here = {event.at for event in events}
    found = [_Told(request.requested_at, translate("History", "Submitted"), "", Status.SUBMITTED.value)]
    if request.acknowledged_at is not None and request.acknowledged_at not in here:
        found.append(
            _Told(request.acknowledged_at, translate("History", "Acknowledged"), "", Status.ACKNOWLEDGED.value)
        )
    if request.closed_at is not None and request.closed_at not in here:
        found.append(
            _Told(request.closed_at, translate("History", "Closed"), request.status_notes, Status.CLOSED.value)
        )
    return found


def _of_event(event: Event, note: Note | None) -> _Told:
    verb = ACT_VERBS.get(event.verb)
    if verb is None:
        return _Told(event.at, event.verb.capitalize(), event.actor, "history", internal=True)
    row = TRANSITIONS[verb]
    mark = row.becomes.value if row.becomes is not None else _MARKS.get(verb, "history")
    who = event.actor if note is None else f"{event.actor} · {note.text}"
    return _Told(event.at, act_words(verb), who, mark, internal=not row.tells and verb is not Verb.HEAR)


def _of_note(note: Note) -> _Told:
    what, mark = {
        "internal": (translate("History", "Note, internal"), "sticky-note"),
        "answer": (translate("History", "Answer"), "message-square-text"),
        "reporter": (translate("History", "Resident wrote"), "user"),
    }.get(note.kind, (translate("History", "Note"), "sticky-note"))
    return _Told(note.at, what, f"{note.author} · {note.text}", mark, internal=note.kind == "internal")


_MARKS = {
    Verb.COMMENT: "sticky-note",
    Verb.ANSWER: "message-square-text",
    Verb.HEAR: "user",
    Verb.ASSIGN: "arrow-right",
    Verb.RECATEGORISE: "layers",
}


def act_words(verb: Verb) -> str:
    """An act that is done, in the words of the history."""
    return {
        Verb.ACKNOWLEDGE: translate("History", "Acknowledged"),
        Verb.COMMENT: translate("History", "Note, internal"),
        Verb.ANSWER: translate("History", "Answer"),
        Verb.HEAR: translate("History", "Resident wrote"),
        Verb.START: translate("History", "Work began"),
        Verb.SCHEDULE: translate("History", "Scheduled"),
        Verb.ASSIGN: translate("History", "Assigned by hand"),
        Verb.RECATEGORISE: translate("History", "Recategorised"),
        Verb.DUPLICATE: translate("History", "Reported before"),
        Verb.CLOSE: translate("History", "Closed"),
        Verb.REOPEN: translate("History", "Reopened"),
        Verb.REFER: translate("History", "Referred"),
        Verb.ARCHIVE: translate("History", "Archived"),
    }[verb]


def _when(at: datetime, now: datetime, zone: str) -> str:
    return words.moment(at.astimezone(ZoneInfo(zone)), now, zone)
