"""What a person must know before another service: what changes from what to what, and what has to be asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from data.records import ServiceId
from data.store import Store
from desktop.controllers.session import Snapshot
from desktop.domain.clock import Clock
from desktop.operations.foresee_service import Foreseen, Standing, foresee
from desktop.operations.work import Work
from desktop.views import format as words
from desktop.views.recategorise_sheet import AskedLine, ChangeLine, ForeseenState

translate = QCoreApplication.translate


def read_foreseen(
    store: Store, snapshot: Snapshot, actor: str, clock: Clock, ids: Sequence[int], service_id: int
) -> ForeseenState | None:
    """What some requests would become of a service; None where they are gone."""
    found = foresee(Work(store, actor, clock), request_ids=ids, service_id=ServiceId(service_id))
    return None if found is None else _state(found, snapshot, clock.now())


def _state(found: Foreseen, snapshot: Snapshot, now: datetime) -> ForeseenState:
    lines = tuple(
        ChangeLine(name, before, after)
        for name, before, after in zip(
            (
                translate("Recategorise", "Department"),
                translate("Recategorise", "Deadline"),
                translate("Recategorise", "Priority"),
            ),
            _told(found.before, snapshot, now),
            _told(found.after, snapshot, now),
            strict=True,
        )
    )
    asked = tuple(AskedLine(one.question, one.answer, one.open) for one in found.asked)
    return ForeseenState(int(found.service_id), lines, found.reason, found.facts, asked)


def _told(standing: Standing, snapshot: Snapshot, now: datetime) -> tuple[str, str, str]:
    nobody = translate("Recategorise", "none")
    agency = nobody if standing.agency_id is None else snapshot.names.agencies.get(standing.agency_id, nobody)
    due = nobody if standing.due_at is None else words.deadline(standing.due_at, now, snapshot.city.timezone)
    return agency, due, words.count(standing.priority)
