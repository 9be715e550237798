"""Archive what has been closed and quiet for some days: it is over, and nobody is told."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from data.records import Status
from data.unit_of_work import ReadUnit
from desktop.domain.city_settings import settings_of
from desktop.domain.lifecycle import Verb
from desktop.domain.plain_text import amount
from desktop.operations.changes import Changes
from desktop.operations.work import Work


def archive_quiet(work: Work) -> Changes:
    """Archive every closed request of which nothing was heard since the city's number of days. Cannot be undone.

    A request whose resident waits for an answer stays.
    """
    settings, now = settings_of(work.city()), work.clock.now()
    days = settings.archive_days
    work.breathe(0.1, "Looking for requests that are over")
    with work.store.write(Verb.ARCHIVE.value, actor=work.actor, at=now) as unit:
        limit = now - timedelta(days=days)
        ids, versions = _quiet(unit, round(limit.timestamp() * 1000), unit.notes.requests_since(limit))
        work.breathe(0.3, f"Archiving {amount(len(ids))}")
        columns = {"status": [Status.ARCHIVED.value] * len(ids)}
        seen = dict(zip(ids.tolist(), versions.tolist(), strict=True))
        unit.change_columns("service_request", ids.tolist(), columns, expect_version=seen)
        unit.summary.update(requests=len(ids), days=days)
        if len(ids):
            unit.forget_answers_before(now - timedelta(seconds=settings.undo_s))
        act_id = unit.commit() if len(ids) else None
    counts: dict[str, object] = {"act": act_id, "requests": len(ids), "told": 0, "refused": []}
    sentence = f"Archived {amount(len(ids))} closed and quiet for {days} days."
    entities = frozenset({"service_request"}) if act_id else frozenset[str]()
    return Changes(act_id, work.actor, Verb.ARCHIVE.value, entities, None, counts, sentence)


def _quiet(unit: ReadUnit, limit_ms: int, heard_of: set[int]) -> tuple[np.ndarray, np.ndarray]:
    """Ids and versions of closed requests with nothing after a moment."""
    rows = unit.requests.arrays(["id", "version", "status", "closed_at", "updated_at", "awaits_answer"])
    quiet = (rows["status"] == Status.CLOSED.value) & ~rows["awaits_answer"]
    quiet &= np.maximum(rows["closed_at"], rows["updated_at"]) <= limit_ms
    quiet &= ~np.isin(rows["id"], np.array(sorted(heard_of), dtype=np.int64))
    return rows["id"][quiet], rows["version"][quiet]
