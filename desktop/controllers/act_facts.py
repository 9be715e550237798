"""What a person must know before an act: whom it reaches, what an answer can tell; read in the background."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import QCoreApplication

from data.records import AnswerTemplate, City, ServiceId, ServiceRequest, Status
from data.store import Store
from data.unit_of_work import ReadUnit
from data.values import MISSING
from desktop.controllers.session import Snapshot
from desktop.domain.answers import Facts
from desktop.domain.clock import Clock, today
from desktop.domain.lifecycle import TRANSITIONS, Verb, refusal
from desktop.operations.speaking import facts_of, listening
from desktop.views.act_sheet import SheetState
from desktop.views.composer import ComposerState
from desktop.views.request_detail import ReporterState

translate = QCoreApplication.translate
_SHEET = ("id", "status", "source_id", "service_id", "version", "incident_id")
_TOLD = ("service_id", "address", "due_at", "service_request_id", "agency_id", "scheduled_for", "outcome")


def facts_of_request(unit: ReadUnit, city: City, request: ServiceRequest, now: datetime) -> Facts:
    """What answers can tell of one request."""
    return facts_of(unit, city, {name: [getattr(request, name)] for name in _TOLD}, now)[0]


def templates_for(unit: ReadUnit, service_ids: set[ServiceId], verbs: Sequence[str]) -> tuple[AnswerTemplate, ...]:
    """The texts that fit all of some services and one of some acts; those for any act have none."""
    return tuple(
        one
        for one in unit.templates.all()
        if (one.service_id is None or service_ids == {one.service_id}) and (not verbs or one.verb in ("", *verbs))
    )


def composer_state(
    unit: ReadUnit, city: City, request: ServiceRequest, others: Sequence[ServiceRequest], now: datetime
) -> ComposerState:
    """Whom an answer reaches: the reporter, and those of the incident's other reports."""
    sources = listening(unit)
    heard = [one for one in (request, *others) if one.status is not Status.ARCHIVED]
    reached = sum(one.source_id in sources for one in heard)
    return ComposerState(
        int(request.id),
        facts_of_request(unit, city, request, now),
        templates_for(unit, {request.service_id}, ()),
        reached,
        len(heard) - reached,
        request.status is not Status.ARCHIVED,
    )


def read_sheet(store: Store, snapshot: Snapshot, ids: Sequence[int], verb: Verb, clock: Clock) -> SheetState | None:
    """What the sheet of an act shows; None where none of the requests is there or allows it."""
    city = snapshot.city
    with store.read() as unit:
        rows = unit.requests.arrays(_SHEET, ids=list(ids))
        reasons = [refusal(verb, Status(status)) for status in rows["status"]]
        kept = [at for at, reason in enumerate(reasons) if not reason]
        first = unit.requests.get(int(rows["id"][kept[0]])) if kept else None
        if first is None:
            return None
        sources = listening(unit)
        told = sum(int(rows["source_id"][at]) in sources for at in kept) if TRANSITIONS[verb].tells else 0
        services = {ServiceId(int(rows["service_id"][at])) for at in kept}
        mates = _mates(unit, verb, rows, kept)
        mates_told = sum(source in sources for source in mates) if TRANSITIONS[verb].tells else 0
        templates, facts = _templates(unit, services, verb), facts_of_request(unit, city, first, clock.now())
    return SheetState(
        verb,
        len(kept),
        told,
        today(clock, city.timezone),
        facts,
        templates,
        _entries(snapshot, verb, services),
        len(ids) - len(kept),
        next((reason for reason in reasons if reason), translate("Acts", "is no longer there")),
        snapshot.settings.undo_s,
        first.service_request_id if len(ids) == 1 else "",
        snapshot.settings.language,
        snapshot.settings.words,
        int(rows["version"][0]) if len(ids) == 1 else None,
        len(mates),
        mates_told,
        tuple(snapshot.settings.contacts.values()),
        _departments(snapshot),
    )


def _templates(unit: ReadUnit, services: set[ServiceId], verb: Verb) -> tuple[AnswerTemplate, ...]:
    """The texts that fit an act. Of another service than it was, only those for every service fit."""
    if verb is not Verb.RECATEGORISE:
        return templates_for(unit, services, [verb.value])
    return templates_for(unit, set(), [verb.value, Verb.REFER.value])


def _mates(unit: ReadUnit, verb: Verb, rows: dict[str, Any], kept: list[int]) -> list[int]:
    """The sources of the other open reports of the same incidents that an act can reach too; none for some acts."""
    incidents = sorted({int(rows["incident_id"][at]) for at in kept} - {MISSING})
    if not incidents or verb in (Verb.DUPLICATE, Verb.REOPEN):
        return []
    others = sorted(set(unit.incidents.members_of(incidents)) - set(rows["id"].tolist()))
    told = unit.requests.arrays(["status", "source_id"], ids=others)
    read = zip(told["status"].tolist(), told["source_id"].tolist(), strict=True)
    return [source for status, source in read if not refusal(verb, Status(status))]


def _entries(snapshot: Snapshot, verb: Verb, services: set[ServiceId]) -> tuple[tuple[int, str], ...]:
    """Services or departments, by name; not the service that all have."""
    if verb is Verb.RECATEGORISE:
        found = [(int(one.id), one.service_name) for one in snapshot.services if services != {one.id}]
    elif verb is Verb.ASSIGN:
        return _departments(snapshot)
    else:
        return ()
    return _by_name(found)


def _departments(snapshot: Snapshot) -> tuple[tuple[int, str], ...]:
    return _by_name([(int(one.id), one.name) for one in snapshot.agencies])


def _by_name(entries: list[tuple[int, str]]) -> tuple[tuple[int, str], ...]:
    return tuple(sorted(entries, key=lambda entry: (entry[1].casefold(), entry[0])))


def read_reporter(store: Store, request_id: int) -> ReporterState:
    """Who reported a request."""
    with store.read() as unit:
        found = unit.requests.reporter(request_id)
    if found is None:
        return ReporterState(request_id, ())
    named = (
        (translate("Reporter", "Name"), found.name),
        (translate("Reporter", "E-mail"), found.email),
        (translate("Reporter", "Telephone"), found.phone),
    )
    return ReporterState(request_id, tuple((name, value) for name, value in named if value))


def read_numbered(store: Store, number: str, arguments: dict[str, object]) -> tuple[list[int], str, dict[str, object]]:
    """The requests that sources call by a number, with what was asked."""
    with store.read() as unit:
        return [int(one.id) for one in unit.requests.find(number)], number, arguments
