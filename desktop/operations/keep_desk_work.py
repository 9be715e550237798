"""What becomes of work done at the desk when a file brings a request again: the newer word decides where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from data.records import RequestId, ServiceRequest, Status
from data.unit_of_work import ReadUnit
from desktop.domain.lifecycle import ENDED, Verb
from desktop.domain.status_mapping import taken_in

# What the desk decides; the rest of a row (description, place, photo, further columns) is the source's alone.
DECIDED = (
    "status", "service_id", "acknowledged_at", "closed_at", "updated_at", "due_at", "status_notes", "agency_id",
)  # fmt: skip
_TIMES = ("requested_at", "acknowledged_at", "closed_at", "updated_at")
_VERBS = tuple(verb.value for verb in Verb)


def desk_requests(unit: ReadUnit) -> set[int]:
    """Ids of the requests that somebody worked on here."""
    return unit.log.changed_by("service_request", _VERBS)


def keep_desk_work(unit: ReadUnit, changes: Mapping[int, dict[str, Any]], worked: set[int]) -> int:
    """Reconcile rows of a file, by request, with what was done here; returns for how many the desk's word stayed.

    A row that is not newer than the last act here changes nothing the desk decides. A newer one does, but a coarse
    word for the status ("open") does not take back a finer one, and what a row leaves empty stays as it is.
    """
    for row in changes.values():
        for name in ("agency_id", "due_at"):  # a file that does not say takes nothing away
            if row.get(name) is None:
                row.pop(name, None)
    mine = [RequestId(key) for key in changes if key in worked]
    kept = 0
    for present in unit.requests.many(mine):
        row = changes[present.id]
        if present.updated_at is not None and _told_at(row) <= present.updated_at:
            for name in DECIDED:
                row.pop(name, None)
            kept += 1
        else:
            row.update(_newer(row, present))
    for row in changes.values():
        if "due_at" in row:  # the deadline of an incident is worked out anew from it
            row["own_due_at"] = None
    return kept


def _told_at(row: Mapping[str, Any]) -> datetime:
    """The last moment that a row of a file tells of."""
    told: list[datetime] = [row[name] for name in _TIMES if row[name] is not None]
    return max(told)


def _newer(row: Mapping[str, Any], present: ServiceRequest) -> dict[str, Any]:
    """Where a request stands once a newer row told its word."""
    status = taken_in(Status(row["status"]), present.status)
    ended = status in ENDED
    return {
        "status": status.value,
        "acknowledged_at": present.acknowledged_at or row["acknowledged_at"],
        "closed_at": (row["closed_at"] or present.closed_at or _told_at(row)) if ended else None,
        "outcome": present.outcome if ended else "",
        "status_notes": row["status_notes"] or present.status_notes,
        "updated_at": _told_at(row),
    }
