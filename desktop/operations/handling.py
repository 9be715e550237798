"""What the acts on requests share: who is meant, whether they may, what changes and what is said, in one act."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import compress
from typing import Any

from data import outbox
from data.errors import Conflict, RefusedInput
from data.records import AnswerTemplate, City, RequestId, Status
from data.unit_of_work import ReadUnit, WriteUnit
from data.values import MISSING
from desktop.domain import answers
from desktop.domain.answers import Facts
from desktop.domain.city_settings import CitySettings, settings_of
from desktop.domain.lifecycle import OUTCOME_WORDS, TRANSITIONS, Comment, Deed, Outcome, Standing, Verb, after, refusal
from desktop.domain.status_mapping import TO_OPEN311
from desktop.operations.changes import Changes
from desktop.operations.work import Work

Values = dict[str, list[Any]]
# Sources that can be told what became of their requests; a file cannot.
TAKES_BACK = frozenset({"open311", "seeclickfix", "demo"})
NOTE_KINDS: Mapping[Verb, str] = {Verb.COMMENT: "internal", Verb.HEAR: "reporter"}
_READ = (
    "id", "service_request_id", "source_id", "service_id", "status", "version", "address", "due_at", "agency_id",
    "incident_id", "acknowledged_at", "acknowledged_by", "closed_at", "outcome", "scheduled_for", "reopened_count",
    "awaits_answer", "requested_at",
)  # fmt: skip
_NULLABLE = ("due_at", "agency_id", "incident_id", "acknowledged_at", "closed_at")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of an act on requests.

    comment: words of a person, or template: the code of a text; both may hold placeholders where residents are told.
    expected: the versions that the person saw. include_incident: the other open reports of the same incidents too.
    """

    verb: Verb
    request_ids: Sequence[RequestId]
    comment: str = ""
    template: str = ""
    expected: Mapping[RequestId, int] | None = None
    include_incident: bool = False
    contact: str = ""
    summary: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Rows:
    """The requests that an act is about, a list a column; `refused` are those it may not touch, with the reason."""

    columns: Values
    refused: list[dict[str, Any]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.columns["id"])

    def __getitem__(self, name: str) -> list[Any]:
        return self.columns[name]

    def keep(self, reasons: Sequence[str]) -> None:
        """Leave out the rows that have a reason against them, and remember it."""
        named = zip(self["id"], self["service_request_id"], reasons, strict=True)
        self.refused += [
            {"request_id": key, "service_request_id": name, "reason": f"Request {name} {reason}."}
            for key, name, reason in named
            if reason
        ]
        fits = [not reason for reason in reasons]
        self.columns = {name: list(compress(column, fits)) for name, column in self.columns.items()}


@dataclass(frozen=True, slots=True)
class Scene:
    """One act while it is written."""

    work: Work
    unit: WriteUnit
    city: City
    settings: CitySettings
    now: datetime
    rows: Rows


# What an act changes besides the standing: columns for the rows of the scene.
More = Callable[[Scene], Values]
Check = Callable[[Scene], Sequence[str]]


def _nothing_more(scene: Scene) -> Values:
    return {}


def handle(
    work: Work,
    wish: Wish,
    deed: Deed,
    *,
    more: More = _nothing_more,
    check: Check | None = None,
    then: Callable[[Scene], None] | None = None,
) -> Changes:
    """Carry out an act on requests as one act of the log.

    RefusedInput where what is asked makes no sense for any request; Conflict where somebody changed a named request
    since. A request that may not be acted upon is listed under `refused` with its reason; the others are done.
    `more` adds columns, `check` further reasons against rows, `then` writes what has to come after the requests.
    """
    city, now = work.city(), work.clock.now()
    with work.store.write(deed.verb.value, actor=work.actor, at=now) as unit:
        template = _template(unit, wish)
        text = _text(wish, template)
        rows = _rows(unit, wish)
        scene = Scene(work, unit, city, settings_of(city), now, rows)
        rows.keep([refusal(wish.verb, Status(status)) for status in rows["status"]])
        if template is not None and template.service_id is not None:
            strange = f"is of another service than the template {template.code}"
            rows.keep(["" if key == template.service_id else strange for key in rows["service_id"]])
        if check is not None and len(rows):
            rows.keep(check(scene))
        told, act_id = 0, None
        if len(rows):
            work.breathe(0.3, f"{_DONE[wish.verb][0]} {amount(len(rows))}")
            values = more(scene)
            told = _write(scene, wish, deed, text, values)
            if then is not None:
                then(scene)
            counts = {"requests": len(rows), "told": told}
            unit.summary.update(counts, refused=len(rows.refused), **wish.summary)
            work.breathe(0.9, "Storing the act")
            act_id = unit.commit()
    return _changes(work, wish, rows, told, act_id)


def _changes(work: Work, wish: Wish, rows: Rows, told: int, act_id: Any) -> Changes:
    counts = {"act": act_id, "requests": len(rows), "told": told, "refused": rows.refused}
    entities = frozenset({"service_request", "note", "outbox"}) if act_id else frozenset[str]()
    return Changes(act_id, work.actor, wish.verb.value, entities, tuple(rows["id"]), counts, _sentence(wish.verb, rows))


# How an act is told: under way, done, and not done.
_DONE: Mapping[Verb, tuple[str, str]] = {
    Verb.ACKNOWLEDGE: ("Acknowledging", "Acknowledged"),
    Verb.COMMENT: ("Commenting on", "Commented on"),
    Verb.ANSWER: ("Answering", "Answered"),
    Verb.HEAR: ("Noting for", "Noted the resident's words for"),
    Verb.START: ("Starting work on", "Started work on"),
    Verb.SCHEDULE: ("Scheduling", "Scheduled"),
    Verb.ASSIGN: ("Assigning", "Assigned"),
    Verb.RECATEGORISE: ("Recategorising", "Recategorised"),
    Verb.DUPLICATE: ("Joining", "Marked as reported before:"),
    Verb.CLOSE: ("Closing", "Closed"),
    Verb.REOPEN: ("Reopening", "Reopened"),
    Verb.REFER: ("Referring", "Referred"),
    Verb.ARCHIVE: ("Archiving", "Archived"),
}


def amount(count: int) -> str:
    """12 requests, 1 request."""
    return f"{count:,} request{'' if count == 1 else 's'}"


def _sentence(verb: Verb, rows: Rows) -> str:
    refused = rows.refused
    if not len(rows):
        return refused[0]["reason"] if len(refused) == 1 else f"None of {amount(len(refused))}: {refused[0]['reason']}"
    words = f"{_DONE[verb][1]} {amount(len(rows))}."
    if refused:
        words += f" {len(refused):,} {'was' if len(refused) == 1 else 'were'} left out: {refused[0]['reason']}"
    return words


# who is meant


def _rows(unit: WriteUnit, wish: Wish) -> Rows:
    """The named requests and, where asked, the open ones of their incidents that the act is allowed for."""
    named = sorted({int(key) for key in wish.request_ids})
    if not named:
        raise RefusedInput("No request is named; choose at least one.")
    rows = Rows(_read(unit, named))
    gone = sorted(set(named) - set(rows["id"]))
    rows.refused += [
        {"request_id": key, "service_request_id": "", "reason": "A request is no longer there."} for key in gone
    ]
    _expect(unit, rows, wish.expected or {})
    if wish.include_incident:
        incidents = sorted({key for key in rows["incident_id"] if key is not None})
        mates = read_requests(unit, sorted(set(unit.incidents.members_of(incidents)) - set(named)), wish.verb)
        rows.columns = {name: column + mates[name] for name, column in rows.columns.items()}
    return rows


def _read(unit: ReadUnit, ids: Sequence[int]) -> Values:
    arrays = unit.requests.arrays(_READ, ids=ids)
    found: Values = {name: values.tolist() for name, values in arrays.items()}
    for name in _NULLABLE:
        found[name] = [None if value == MISSING else value for value in found[name]]
    return found


def read_requests(unit: ReadUnit, ids: Sequence[int], verb: Verb) -> Rows:
    """Requests as rows, those apart that the act is not allowed for."""
    rows = Rows(_read(unit, ids))
    rows.keep([refusal(verb, Status(status)) for status in rows["status"]])
    return rows


def _expect(unit: ReadUnit, rows: Rows, expected: Mapping[RequestId, int]) -> None:
    """Conflict where a request is not the one that the person saw."""
    seen = {int(key): version for key, version in expected.items()}
    stale = [at for at, key in enumerate(rows["id"]) if seen.get(key, rows["version"][at]) != rows["version"][at]]
    if not stale:
        return
    last = unit.log.last_touch("service_request", rows["id"][stale[0]])
    by = f" by {last.actor} at {last.at:%Y-%m-%d %H:%M} UTC ({last.verb})" if last else ""
    more = f", and {amount(len(stale) - 1)} more" if len(stale) > 1 else ""
    name = rows["service_request_id"][stale[0]]
    raise Conflict(f"Request {name} was changed{by} meanwhile{more}; look at it again and repeat your act.")


# what changes


def _write(scene: Scene, wish: Wish, deed: Deed, text: str, values: Values) -> int:
    """Columns, notes and messages of the act; returns how many messages wait to leave."""
    rows, row = scene.rows, TRANSITIONS[deed.verb]
    columns = standing_columns(rows, deed) | values
    texts = _texts(scene, wish, columns, text) if text else []
    if deed.verb is not Verb.COMMENT:
        columns["updated_at"] = [scene.now] * len(rows)
    if row.tells and texts:
        columns["status_notes"] = texts
    seen = dict(zip(rows["id"], rows["version"], strict=True))
    scene.unit.change_columns("service_request", rows["id"], columns, expect_version=seen)
    if texts:
        _note(scene, NOTE_KINDS.get(deed.verb, "answer" if row.tells else "internal"), texts)
    return _queue(scene, deed, columns, texts) if row.tells else 0


def standing_columns(rows: Rows, deed: Deed) -> Values:
    """What the table of transitions makes of each row."""
    names = ("acknowledged_at", "acknowledged_by", "closed_at", "outcome", "scheduled_for", "reopened_count")
    read = zip(rows["status"], *(rows[name] for name in names), rows["awaits_answer"], strict=True)
    found = [after(deed, _standing(*values)) for values in read]
    return {
        "status": [one.status.value for one in found],
        "acknowledged_at": [one.acknowledged_ms for one in found],
        "acknowledged_by": [one.acknowledged_by for one in found],
        "closed_at": [one.closed_ms for one in found],
        "outcome": [one.outcome for one in found],
        "scheduled_for": [one.scheduled_for for one in found],
        "reopened_count": [one.reopened_count for one in found],
        "awaits_answer": [one.awaits_answer for one in found],
    }


def _standing(
    status: str,
    acknowledged_ms: int | None,
    by: str,
    closed_ms: int | None,
    outcome: str,
    day: date | None,
    reopened: int,
    awaits: bool,
) -> Standing:
    scheduled = None if day is None else day.isoformat()
    return Standing(Status(status), acknowledged_ms, by, closed_ms, outcome, scheduled, reopened, bool(awaits))


# what is said


def _text(wish: Wish, template: AnswerTemplate | None) -> str:
    """The words of the act: a person's, a template's, or the usual ones. RefusedInput where there have to be some."""
    row = TRANSITIONS[wish.verb]
    text = wish.comment.strip() or (template.text if template is not None else "")
    if not text and row.comment is Comment.REQUIRED:
        raise RefusedInput(f"'{wish.verb.value.capitalize()}' needs a comment; write one, or name a template.")
    text = text or row.usual
    fault = answers.fault_of(text) if text and row.tells else ""
    if fault:
        raise RefusedInput(fault)
    return text


def _template(unit: ReadUnit, wish: Wish) -> AnswerTemplate | None:
    if not wish.template:
        return None
    found = unit.templates.by_code(wish.template)
    if found is None:
        raise RefusedInput(f"There is no template '{wish.template}'; 'opsmap templates list' shows them.")
    if found.verb and found.verb != wish.verb.value:
        raise RefusedInput(f"The template {found.code} is for '{found.verb}', not for '{wish.verb.value}'.")
    return found


def _texts(scene: Scene, wish: Wish, columns: Values, text: str) -> list[str]:
    if not TRANSITIONS[wish.verb].tells:
        return [answers.plain(text)] * len(scene.rows)
    facts = facts_of(scene.unit, scene.city, scene.rows.columns | columns, wish.contact)
    return [answers.fill(text, one) for one in facts]


def facts_of(unit: ReadUnit, city: City, columns: Values, contact: str = "") -> list[Facts]:
    """What answers can tell of requests, given as columns of the table."""
    services = {service.id: service.service_name for service in unit.services.all()}
    agencies = {agency.id: agency.name for agency in unit.agencies.all()}
    names = ("service_id", "address", "due_at", "service_request_id", "agency_id", "scheduled_for", "outcome")
    moments: dict[int, str] = {}  # many requests share a deadline, and telling a time is slow

    def moment(value: Any) -> str:
        if value is None:
            return ""
        key = int(value.timestamp() * 1000) if isinstance(value, datetime) else int(value)
        if key not in moments:
            moments[key] = answers.moment_words(datetime.fromtimestamp(key / 1000, tz=UTC), city.timezone)
        return moments[key]

    return [
        Facts(
            service=services.get(service, ""),
            address=address,
            due=moment(due),
            request=number,
            department=agencies.get(agency, "") if agency is not None else "",
            date=_day_words(day),
            outcome=OUTCOME_WORDS[Outcome(outcome)] if outcome in tuple(Outcome) else "",
            contact=contact,
        )
        for service, address, due, number, agency, day, outcome in zip(*(columns[name] for name in names), strict=True)
    ]


def _day_words(day: date | str | None) -> str:
    if not day:
        return ""
    return answers.day_words(date.fromisoformat(day) if isinstance(day, str) else day)


def _note(scene: Scene, kind: str, texts: Sequence[str]) -> None:
    author = scene.work.actor
    scene.unit.create(
        "note",
        (
            {"request_id": key, "at": scene.now, "author": author, "kind": kind, "text": text}
            for key, text in zip(scene.rows["id"], texts, strict=True)
        ),
    )


def _queue(scene: Scene, deed: Deed, columns: Values, texts: Sequence[str]) -> int:
    """A message for each request whose source can take it back."""
    listening = {source.id for source in scene.unit.sources.all() if source.kind in TAKES_BACK}
    rows = scene.rows
    read = zip(
        rows["id"], rows["source_id"], rows["service_request_id"], columns["status"], columns["outcome"], texts,
        strict=True,
    )  # fmt: skip
    messages = [
        message(key, source, deed.verb.value, text, (name, status, outcome))
        for key, source, name, status, outcome, text in read
        if source in listening
    ]
    outbox.queue(scene.unit, messages, scene.now + scene.settings.hold)
    return len(messages)


def message(
    request_id: int, source_id: int | None, kind: str, text: str, about: tuple[str, str, str]
) -> dict[str, object]:
    """A row of the outbox; `about` is the request's number, status and outcome."""
    number, status, outcome = about
    payload = {
        "service_request_id": number,
        "status": TO_OPEN311[Status(status)],
        "stands": status,
        "outcome": outcome,
        "text": text,
    }
    return {"source_id": source_id, "request_id": request_id, "kind": kind, "payload": payload}
