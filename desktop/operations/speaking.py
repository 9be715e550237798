"""What an act says: the words for each request, a note of them, and a message where the source can take one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from data import outbox
from data.errors import RefusedInput
from data.records import AnswerTemplate, City, Status
from data.unit_of_work import ReadUnit
from desktop.domain import answers
from desktop.domain.answer_words import Own, instead, outcome_words, usual_words
from desktop.domain.answers import Facts
from desktop.domain.city_settings import settings_of
from desktop.domain.day_words import day_words, moment_words
from desktop.domain.lifecycle import MACHINE, TRANSITIONS, Comment, Deed, Outcome, Verb
from desktop.domain.source_settings import settings_of as settings_of_source
from desktop.domain.status_mapping import TO_OPEN311
from desktop.operations.chosen_requests import Scene, Values, Wish

# Kinds of sources that can be told what became of their requests; a file cannot, unless an endpoint is named for it.
TAKES_BACK = frozenset({"open311", "seeclickfix", "demo"})
TOLD_DUPLICATE = "duplicate"  # the kind of message that tells a source which request is repeated, and no resident
NOTE_KINDS: Mapping[Verb, str] = {Verb.COMMENT: "internal", Verb.HEAR: "reporter"}


def listening(unit: ReadUnit) -> frozenset[int]:
    """The sources that are told what becomes of their requests."""
    sources = unit.sources.all()
    return frozenset(int(one.id) for one in sources if one.kind in TAKES_BACK or settings_of_source(one).endpoint)


def text_of(wish: Wish, template: AnswerTemplate | None, own: Own) -> str:
    """The words of the act: a person's, a template's, or the usual ones, which a city has of its own.

    RefusedInput where there have to be some.
    """
    row = TRANSITIONS[wish.verb]
    text = wish.comment.strip() or (template.text if template is not None else "")
    if not text and row.comment is Comment.REQUIRED:
        raise RefusedInput(f"'{wish.verb.value.capitalize()}' needs a comment; write one, or name a template.")
    text = text or usual_words(own, wish.verb)
    fault = answers.fault_of(text) if text and row.tells else ""
    if fault:
        raise RefusedInput(fault)
    return text


def template_of(unit: ReadUnit, wish: Wish) -> AnswerTemplate | None:
    """The template that is named, or None; RefusedInput where there is none, or it is for another act."""
    if not wish.template:
        return None
    found = unit.templates.by_code(wish.template)
    if found is None:
        raise RefusedInput(f"There is no template '{wish.template}'; 'opsmap templates list' shows them.")
    if found.verb and found.verb != wish.verb.value:
        raise RefusedInput(f"The template {found.code} is for '{found.verb}', not for '{wish.verb.value}'.")
    return found


def texts_of(scene: Scene, wish: Wish, columns: Values, text: str) -> list[str]:
    """The words for each row: as they are among staff, filled for residents."""
    if not TRANSITIONS[wish.verb].tells:
        return [answers.plain(text)] * len(scene.rows)
    facts = facts_of(scene.unit, scene.city, scene.rows.columns | columns, scene.now, wish.contact)
    return [answers.fill(text, one) for one in facts]


def facts_of(unit: ReadUnit, city: City, columns: Values, now: datetime, contact: str = "") -> list[Facts]:
    """What answers can tell of requests, given as columns of the table. A deadline that has passed is no promise."""
    services = {service.id: service.service_name for service in unit.services.all()}
    agencies = {agency.id: agency.name for agency in unit.agencies.all()}
    names = ("service_id", "address", "due_at", "service_request_id", "agency_id", "scheduled_for", "outcome")
    settings = settings_of(city)
    language, other = settings.language, instead(settings.words)
    outcomes = {one.value: outcome_words(settings.words, one) for one in Outcome}
    moments: dict[int, str] = {}  # many requests share a deadline, and telling a time is slow

    def moment(value: Any) -> str:
        if value is None:
            return ""
        key = int(value.timestamp() * 1000) if isinstance(value, datetime) else int(value)
        if key not in moments:
            moments[key] = moment_words(datetime.fromtimestamp(key / 1000, tz=UTC), city.timezone, language)
        return moments[key]

    now_ms = now.timestamp() * 1000

    def promised(due: Any) -> str:
        due_ms = due.timestamp() * 1000 if isinstance(due, datetime) else due
        return moment(due) if due is not None and due_ms > now_ms else ""

    return [
        Facts(
            service=services.get(service) or other.service,
            address=address or other.address,
            due=promised(due) or other.due,
            request=number or other.request,
            department=agencies.get(agency, "") or other.department,
            date=_planned(day, language) or other.date,
            outcome=outcomes.get(outcome) or other.outcome,
            contact=contact or other.contact,
        )
        for service, address, due, number, agency, day, outcome in zip(*(columns[name] for name in names), strict=True)
    ]


def _planned(day: date | str | None, language: str) -> str:
    if not day:
        return ""
    return day_words(date.fromisoformat(day) if isinstance(day, str) else day, language)


def note(scene: Scene, deed: Deed, texts: Sequence[str]) -> None:
    """Keep what was said with each request."""
    kind = NOTE_KINDS.get(deed.verb, "answer" if TRANSITIONS[deed.verb].tells else "internal")
    about = {"at": scene.now, "author": scene.work.actor, "kind": kind, "by_machine": deed.by == MACHINE}
    scene.unit.create(
        "note",
        ({**about, "request_id": key, "text": text} for key, text in zip(scene.rows["id"], texts, strict=True)),
    )


def queue(
    scene: Scene, deed: Deed, columns: Values, texts: Sequence[str], duplicate_of: tuple[str, int] = ("", 0)
) -> int:
    """A message for each request whose source can take it back.

    `duplicate_of` is the request it repeats, by number and source: a source knows its own numbers only.
    """
    heard, rows = listening(scene.unit), scene.rows
    first, first_source = duplicate_of
    read = zip(
        rows["id"], rows["source_id"], rows["service_request_id"], columns["status"], columns["outcome"], texts,
        strict=True,
    )  # fmt: skip
    messages = [
        message(key, source, deed.verb.value, text, (name, status, outcome), first if source == first_source else "")
        for key, source, name, status, outcome, text in read
        if source in heard
    ]
    outbox.queue(scene.unit, messages, scene.now + scene.settings.hold)
    return len(messages)


def message(
    request_id: int, source_id: int | None, kind: str, text: str, about: tuple[str, str, str], duplicate_of: str = ""
) -> dict[str, object]:
    """A row of the outbox; `about` is the request's number, status and outcome, `duplicate_of` its parent's number."""
    number, status, outcome = about
    payload = {
        **({"duplicate_of": duplicate_of} if duplicate_of else {}),
        "service_request_id": number,
        "status": TO_OPEN311[Status(status)],
        "stands": status,
        "outcome": outcome,
        "text": text,
    }
    return {"source_id": source_id, "request_id": request_id, "kind": kind, "payload": payload}
