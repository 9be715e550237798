"""What the acts on requests share: who may be acted upon, what changes and what is said, as one act of the log."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from data.records import AnswerTemplate, City, Status
from data.unit_of_work import WriteUnit
from desktop.domain.city_settings import settings_of
from desktop.domain.lifecycle import TRANSITIONS, Deed, Standing, Verb, after, refusal
from desktop.domain.plain_text import amount
from desktop.operations.changes import Changes
from desktop.operations.chosen_requests import Rows, Scene, Values, Wish, chosen_rows
from desktop.operations.speaking import note, queue, template_of, text_of, texts_of
from desktop.operations.work import Work

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
        scene, told = carry_out(work, unit, city, now, wish, deed, more=more, check=check, then=then)
        rows, act_id = scene.rows, None
        if len(rows):
            counts = {"requests": len(rows), "told": told}
            unit.summary.update(counts, refused=len(rows.refused), **wish.summary)
            work.breathe(0.9, "Storing the act")
            act_id = unit.commit()
    return _changes(work, wish, rows, told, act_id)


def carry_out(
    work: Work,
    unit: WriteUnit,
    city: City,
    now: datetime,
    wish: Wish,
    deed: Deed,
    *,
    more: More = _nothing_more,
    check: Check | None = None,
    then: Callable[[Scene], None] | None = None,
) -> tuple[Scene, int]:
    """Do what `handle` does within an act that somebody else begins and commits.

    Returns the scene with the requests that were touched, and how many messages wait to leave.
    """
    template = template_of(unit, wish)
    settings = settings_of(city)
    text = "" if deed.silent else text_of(wish, template, settings.words)
    scene, told = Scene(work, unit, city, settings, now, chosen_rows(unit, wish)), 0
    _sift(scene, wish, template, check)
    if len(scene.rows):
        work.breathe(0.3, f"{_DONE[wish.verb][0]} {amount(len(scene.rows))}")
        told = _write(scene, wish, deed, text, more(scene))
        if then is not None:
            then(scene)
    return scene, told


def _sift(scene: Scene, wish: Wish, template: AnswerTemplate | None, check: Check | None) -> None:
    """Leave out the requests that the act, its template or its own check do not fit, each with the reason."""
    rows = scene.rows
    rows.keep([refusal(wish.verb, Status(status)) for status in rows["status"]])
    if template is not None and template.service_id is not None:
        strange = f"is of another service than the template {template.code}"
        rows.keep(["" if key == template.service_id else strange for key in rows["service_id"]])
    if check is not None and len(rows):
        rows.keep(check(scene))


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


def _sentence(verb: Verb, rows: Rows) -> str:
    refused = rows.refused
    if not len(rows):
        return refused[0]["reason"] if len(refused) == 1 else f"None of {amount(len(refused))}: {refused[0]['reason']}"
    words = f"{_DONE[verb][1]} {amount(len(rows))}."
    if refused:
        words += f" {len(refused):,} {'was' if len(refused) == 1 else 'were'} left out: {refused[0]['reason']}"
    return words


# what changes


def _write(scene: Scene, wish: Wish, deed: Deed, text: str, values: Values) -> int:
    """Columns, notes and messages of the act; returns how many messages wait to leave."""
    rows, tells = scene.rows, TRANSITIONS[deed.verb].tells and not deed.silent
    columns = standing_columns(rows, deed) | values
    texts = texts_of(scene, wish, columns, text) if text else []
    if deed.verb is not Verb.COMMENT:
        columns["updated_at"] = [scene.now] * len(rows)
    if tells and texts:
        columns["status_notes"] = texts
    seen = dict(zip(rows["id"], rows["version"], strict=True))
    scene.unit.change_columns("service_request", rows["id"], columns, expect_version=seen)
    if texts:
        note(scene, deed, texts)
    return queue(scene, deed, columns, texts, wish.first) if tells else 0


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
