"""Incidents while an act is written: reports join and leave, share the earliest deadline, and pairs are decided."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from data.records import IncidentId
from data.unit_of_work import ReadUnit, WriteUnit
from data.values import MISSING
from desktop.domain.lifecycle import OPEN

CERTAIN = 1.0  # the score of what a person says
_OPEN = [status.value for status in OPEN]
_NEVER = np.iinfo(np.int64).max

Pair = tuple[int, int]


def join(
    unit: WriteUnit, actor: str, first: int, others: Collection[int], *, score: Mapping[int, float] | None = None
) -> IncidentId:
    """Bring requests into the incident of another one, which becomes `actor`'s; it is made where there is none.

    Those of `others` that were in another incident leave it. `score`: how well each fits; a person's word is certain.
    """
    incident_of = incidents_of(unit, [first, *others])
    incident = incident_of[first]
    leave(unit, [key for key in others if incident_of[key] not in (None, incident)])
    if incident is None:
        row = {"parent_request_id": first, "accepted_by": actor, "score": CERTAIN, "request_count": 1}
        incident = unit.create("incident", [row])[0]
    members = sorted({*unit.incidents.members(incident), first, *others})
    fits = [(score or {}).get(key, CERTAIN) for key in members]
    unit.change_columns("service_request", members, {"incident_id": [incident] * len(members), "incident_score": fits})
    told = {"accepted_by": actor, "request_count": len(members), "score": float(np.mean(fits))}
    unit.change("incident", {incident: told})
    share_deadlines(unit, members)
    return IncidentId(incident)


def lead(unit: WriteUnit, incident: int, parent: int) -> None:
    """Make one of its reports the parent of an incident."""
    unit.change("incident", {incident: {"parent_request_id": parent}})


def leave(unit: WriteUnit, ids: Collection[int]) -> None:
    """Take requests out of their incidents, with the deadlines they had. One report left alone is no incident."""
    leaving = set(ids)
    if not leaving:
        return
    former = sorted({incident for incident in incidents_of(unit, leaving).values() if incident is not None})
    emptied, stay = [], list[int]()
    for incident in unit.incidents.many(former):
        left = [key for key in unit.incidents.members(incident.id) if key not in leaving]
        if len(left) < 2:
            emptied.append(int(incident.id))
            leaving.update(left)
            continue
        parent = incident.parent_request_id if incident.parent_request_id in left else left[0]
        unit.change("incident", {incident.id: {"parent_request_id": parent, "request_count": len(left)}})
        stay += left
    gone = sorted(leaving)
    unit.change_columns(
        "service_request", gone, {"incident_id": [None] * len(gone), "incident_score": [None] * len(gone)}
    )
    if emptied:
        unit.remove("incident", emptied)
    share_deadlines(unit, [*gone, *stay])


def share_deadlines(unit: WriteUnit, ids: Sequence[int] | None = None) -> None:
    """Give the open reports of each incident the earliest of their own deadlines, and others their own.

    `ids` are all members of the incidents they are in; None for the whole city. Closed reports keep the deadline
    by which they are judged.
    """
    names = ("id", "status", "incident_id", "due_at", "own_due_at")
    rows = unit.requests.arrays(names, ids=None if ids is None else sorted(set(ids)))
    due, own, incident = rows["due_at"], rows["own_due_at"], rows["incident_id"]
    first = np.where(own != MISSING, own, due)
    shares = (incident != MISSING) & (incident >= 0) & (first != MISSING) & np.isin(rows["status"], _OPEN)
    wanted, kept = first.copy(), np.full(len(first), MISSING)
    which, at = np.unique(incident[shares], return_inverse=True)
    earliest = np.full(len(which), _NEVER)
    np.minimum.at(earliest, at, first[shares])
    wanted[shares] = earliest[at]
    kept[shares & (wanted != first)] = first[shares & (wanted != first)]
    ended = ~np.isin(rows["status"], _OPEN) & (incident != MISSING)
    wanted[ended], kept[ended] = due[ended], own[ended]
    changes = np.flatnonzero((wanted != due) | (kept != own))
    if len(changes):
        columns = {"due_at": _stored(wanted[changes]), "own_due_at": _stored(kept[changes])}
        unit.change_columns("service_request", rows["id"][changes].tolist(), columns)


def share_again(unit: WriteUnit, ids: Iterable[int]) -> None:
    """Share the deadlines of the incidents of requests that have new ones of their own (in `due_at`)."""
    incidents = sorted({incident for incident in incidents_of(unit, ids).values() if incident is not None})
    if incidents:
        share_deadlines(unit, unit.incidents.members_of(incidents))


def _stored(moments_ms: np.ndarray) -> list[int | None]:
    return [None if value == MISSING else value for value in moments_ms.tolist()]


def incidents_of(unit: ReadUnit, ids: Iterable[int]) -> dict[int, int | None]:
    """The incident of each request, None without one; requests that are gone are left out."""
    rows = unit.requests.arrays(["id", "incident_id"], ids=sorted({int(key) for key in ids}))
    read = zip(rows["id"].tolist(), rows["incident_id"].tolist(), strict=True)
    return {key: None if incident == MISSING else incident for key, incident in read}


def decide(
    unit: WriteUnit, pairs: Iterable[Pair], *, same: bool, score: Mapping[frozenset[int], float] | None = None
) -> int:
    """Keep what a person said of pairs (child, parent); what was said of a pair before gives way.

    A pair is known whichever way round it was said. `score` is the probability that was on show, by the two of a pair.
    Returns how many decisions are new or other than before.
    """
    told = {frozenset(pair): pair for pair in pairs if pair[0] != pair[1]}
    ends = sorted({key for pair in told for key in pair})
    known = {frozenset(map(int, (one.child_request_id, one.parent_request_id))): one for one in unit.decisions.of(ends)}
    shown = score or {}
    fresh = [
        {"child_request_id": child, "parent_request_id": parent, "same": same, "score": shown.get(key)}
        for key, (child, parent) in told.items()
        if key not in known
    ]
    if fresh:
        unit.create("duplicate_decision", fresh)
    turned: dict[int, dict[str, Any]] = {
        known[key].id: {"same": same} for key in told if key in known and known[key].same != same
    }
    if turned:
        unit.change("duplicate_decision", turned)
    return len(fresh) + len(turned)
