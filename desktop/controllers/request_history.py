"""A request's history in words: its own times, what was done to it here, and what was said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication

from data.records import Event, Note, ServiceRequest, Status
from desktop.controllers.history_words import Told
from desktop.domain.act_words import headed
from desktop.domain.lifecycle import TRANSITIONS, Verb
from desktop.operations.speaking import NOTE_KINDS
from desktop.views import format as words
from desktop.views.format import act_in_words
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
    changes: tuple[str, ...] = ()


def history_lines(
    request: ServiceRequest,
    events: Sequence[Event],
    notes: Sequence[Note],
    now: datetime,
    zone: str,
    acts_told: Mapping[int, Told],
) -> tuple[HistoryLine, ...]:
    """Oldest first. What was said in an act stands with it; a note of its own is a line of its own.

    `acts_told` puts every act into words, by its id.
    """
    apart = list(notes)
    acts = [
        _of_event(event, _taken(apart, _saying(event)), acts_told.get(int(event.act_id)))
        for event in _one_an_act(events)
    ]
    told = [*_own_times(request, events), *acts, *(_of_note(note) for note in apart)]
    return tuple(
        HistoryLine(_when(line.at, now, zone), line.what, line.who, line.changes, line.mark, line.internal)
        for line in sorted(told, key=lambda line: line.at)
    )


def _one_an_act(events: Sequence[Event]) -> list[Event]:
    """The first of what each act did to the request: one act may touch it several times."""
    return list({event.act_id: event for event in reversed(events)}.values())[::-1]


def _taken(notes: list[Note], wanted: tuple[datetime, str, str]) -> Note | None:
    """Take the first note of a moment, an author and a kind out of the list."""
    found = next((note for note in notes if (note.at, note.author, note.kind) == wanted), None)
    if found is not None:
        notes.remove(found)
    return found


def _saying(event: Event) -> tuple[datetime, str, str]:
    """Which note would be the words of an act."""
    verb = ACT_VERBS.get(event.verb)
    kind = "" if verb is None else NOTE_KINDS.get(verb, "answer" if _is_public(verb) else "internal")
    return event.at, event.actor, kind


def _is_public(verb: Verb) -> bool:
    """Whether residents are told of the act itself; of a recategorisation they get an answer, the reason is ours."""
    return TRANSITIONS[verb].tells and verb is not Verb.RECATEGORISE


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


def _of_event(event: Event, note: Note | None, told: Told | None) -> _Told:
    verb = ACT_VERBS.get(event.verb)
    changes = told.changes if told is not None else ()
    if verb is None:
        what = told.what if told is not None else headed(act_in_words(event.verb))
        return _Told(event.at, what, event.actor, "history", internal=True, changes=changes)
    row = TRANSITIONS[verb]
    shown = changes if verb in (Verb.ASSIGN, Verb.RECATEGORISE) else ()  # elsewhere the words say it
    mark = row.becomes.value if row.becomes is not None else _MARKS.get(verb, "history")
    who = event.actor if note is None else f"{note.text} · {event.actor}"
    if verb is Verb.RECATEGORISE and note is not None:
        who, shown = event.actor, (note.text, *shown)  # the reason is read whole
    return _Told(
        event.at,
        headed(act_in_words(verb.value)),
        who,
        mark,
        internal=not _is_public(verb) and verb is not Verb.HEAR,
        changes=shown,
    )


def _of_note(note: Note) -> _Told:
    what, mark = {
        "internal": (translate("History", "Note, internal"), "sticky-note"),
        "answer": (translate("History", "Answer"), "message-square-text"),
        "reporter": (translate("History", "Resident wrote"), "user"),
    }.get(note.kind, (translate("History", "Note"), "sticky-note"))
    by = translate("History", "a machine, for {0}").format(note.author) if note.by_machine else note.author
    return _Told(note.at, what, f"{note.text} · {by}", mark, internal=note.kind == "internal")


_MARKS = {
    Verb.COMMENT: "sticky-note",
    Verb.ANSWER: "message-square-text",
    Verb.HEAR: "user",
    Verb.ASSIGN: "arrow-right",
    Verb.RECATEGORISE: "layers",
}


def _when(at: datetime, now: datetime, zone: str) -> str:
    return words.moment(at.astimezone(ZoneInfo(zone)), now, zone)
