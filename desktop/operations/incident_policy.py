"""What the policy accepts without a person: clusters as good as certain become incidents, those that fell below go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.records import Incident
from data.unit_of_work import ReadUnit, WriteUnit
from data.values import MISSING
from desktop.operations.duplicate_clusters import Clusters
from desktop.operations.incidents import share_deadlines

POLICY = "policy"
WRITES = ("incident_id", "incident_score", "due_at", "own_due_at")  # of a request, and nothing else


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """The requests that the policy looks at, in order of id, their incidents as they stand, and which those are."""

    ids: NDArray[np.int64]
    incident_id: NDArray[np.int64]
    incidents: Sequence[Incident]
    whole: bool  # whether these are all requests that have a place


def scope_of(unit: ReadUnit, keys: Sequence[int]) -> Scope:
    """Some requests as they stand. Those in an incident of the policy of which others are a part are left out."""
    rows = unit.requests.arrays(["id", "incident_id"], ids=keys)
    incidents = unit.incidents.many(np.unique(rows["incident_id"][rows["incident_id"] != MISSING]).tolist())
    policys = [int(one.id) for one in incidents if one.accepted_by == POLICY]
    others = sorted(set(unit.incidents.members_of(policys)) - set(rows["id"].tolist()))
    parted = [] if not others else np.unique(unit.requests.arrays(["incident_id"], ids=others)["incident_id"]).tolist()
    ours = ~np.isin(rows["incident_id"], parted)
    kept = [one for one in incidents if one.id not in parted]
    return Scope(rows["id"][ours], rows["incident_id"][ours], kept, False)


def record_policy(unit: WriteUnit, scope: Scope, clusters: Clusters, accept_from: float) -> int:
    """Replace the policy's incidents by the clusters that are at least so likely; returns how many there are now.

    A cluster with a report of a person's incident, or one beyond the scope, is not the policy's to accept.
    """
    by_hand = [int(one.id) for one in scope.incidents if one.accepted_by != POLICY]
    standing = {int(one.parent_request_id): one for one in scope.incidents if one.accepted_by == POLICY}
    at = np.minimum(np.searchsorted(scope.ids, clusters.request_id), max(0, len(scope.ids) - 1))
    inside = scope.ids[at] == clusters.request_id if len(scope.ids) else np.zeros(len(at), dtype=bool)
    theirs = ~inside
    theirs[inside] = np.isin(scope.incident_id[at[inside]], by_hand)
    count = len(clusters.probability)
    certain = (clusters.probability >= accept_from) & (np.bincount(clusters.cluster, theirs, count) == 0)
    number = np.where(certain, np.cumsum(certain) - 1, -1)[clusters.cluster]  # of each member: its incident
    kept = number >= 0
    size = np.bincount(number[kept], minlength=int(certain.sum()))
    first = np.unique(number[kept], return_index=True)[1]
    parents = clusters.request_id[kept][first]
    keys = _incidents(unit, standing, parents, clusters.probability[certain], size)
    ours = ~np.isin(scope.incident_id, by_hand)
    column, score = np.full(len(scope.ids), MISSING), np.full(len(scope.ids), np.nan)
    column[at[kept]], score[at[kept]] = np.array(keys, dtype=np.int64)[number[kept]], clusters.score[kept]
    columns: dict[str, list[object]] = {
        "incident_id": [None if key == MISSING else key for key in column[ours].tolist()],
        "incident_score": [None if np.isnan(value) else value for value in score[ours].tolist()],
    }
    unit.change_columns("service_request", scope.ids[ours].tolist(), columns)
    old = {int(one.id) for one in standing.values()} - set(keys)
    if old:
        _forget(unit, old)
    share_deadlines(unit, None if scope.whole else scope.ids.tolist())
    return len(keys)


def held_by_policy(unit: ReadUnit, keys: Sequence[int]) -> list[int]:
    """Those of some requests that are in an incident by the policy alone; what it said is nobody's decision."""
    rows = unit.requests.arrays(["id", "incident_id"], ids=keys)
    incidents = np.unique(rows["incident_id"][rows["incident_id"] != MISSING])
    policys = [int(one.id) for one in unit.incidents.many(incidents.tolist()) if one.accepted_by == POLICY]
    found: list[int] = rows["id"][np.isin(rows["incident_id"], policys)].tolist()
    return found


def _incidents(
    unit: WriteUnit, standing: Mapping[int, Incident], parents: np.ndarray, scores: np.ndarray, sizes: np.ndarray
) -> list[int]:
    """Ids of the incidents with these parents: those that stand keep their id, others are created."""
    rows = list(zip(parents.tolist(), np.round(scores, 6).tolist(), sizes.tolist(), strict=True))
    changes: dict[int, dict[str, object]] = {
        standing[parent].id: {"score": score, "request_count": size}
        for parent, score, size in rows
        if parent in standing and (standing[parent].score, standing[parent].request_count) != (score, size)
    }
    if changes:
        unit.change("incident", changes)
    fresh = [
        {"parent_request_id": parent, "accepted_by": POLICY, "score": score, "request_count": size}
        for parent, score, size in rows
        if parent not in standing
    ]
    made = iter(unit.create("incident", fresh) if fresh else [])
    return [int(standing[parent].id) if parent in standing else next(made) for parent, _, _ in rows]


def _forget(unit: WriteUnit, incidents: set[int]) -> None:
    """Remove incidents; reports that lost their place on the map since leave them too."""
    left = unit.incidents.members_of(sorted(incidents))
    if left:
        unit.change_columns(
            "service_request", left, {"incident_id": [None] * len(left), "incident_score": [None] * len(left)}
        )
    unit.remove("incident", sorted(incidents))
