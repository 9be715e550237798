"""What the policy accepts without a person: clusters as good as certain become incidents, those that fell below go."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from data.records import Incident
from data.unit_of_work import WriteUnit
from data.values import MISSING
from desktop.operations.duplicate_clusters import Clusters
from desktop.operations.duplicate_columns import DuplicateColumns
from desktop.operations.incidents import share_deadlines

POLICY = "policy"


def record_policy(unit: WriteUnit, told: DuplicateColumns, clusters: Clusters, accept_from: float) -> int:
    """Replace the policy's incidents by the clusters that are at least so likely; returns how many there are now.

    A cluster with a report of a person's incident is not the policy's to accept.
    """
    incidents = unit.incidents.all()
    by_hand = [int(one.id) for one in incidents if one.accepted_by != POLICY]
    standing = {int(one.parent_request_id): one for one in incidents if one.accepted_by == POLICY}
    at = np.searchsorted(told.ids, clusters.request_id)
    theirs = np.isin(told.incident_id[at], by_hand)
    count = len(clusters.probability)
    certain = (clusters.probability >= accept_from) & (np.bincount(clusters.cluster, theirs, count) == 0)
    number = np.where(certain, np.cumsum(certain) - 1, -1)[clusters.cluster]  # of each member: its incident
    kept = number >= 0
    size = np.bincount(number[kept], minlength=int(certain.sum()))
    first = np.unique(number[kept], return_index=True)[1]
    parents = clusters.request_id[kept][first]
    keys = _incidents(unit, standing, parents, clusters.probability[certain], size)
    ours = ~np.isin(told.incident_id, by_hand)
    column, score = np.full(len(told.ids), MISSING), np.full(len(told.ids), np.nan)
    column[at[kept]], score[at[kept]] = np.array(keys, dtype=np.int64)[number[kept]], clusters.score[kept]
    columns: dict[str, list[object]] = {
        "incident_id": [None if key == MISSING else key for key in column[ours].tolist()],
        "incident_score": [None if np.isnan(value) else value for value in score[ours].tolist()],
    }
    unit.change_columns("service_request", told.ids[ours].tolist(), columns)
    old = {int(one.id) for one in standing.values()} - set(keys)
    if old:
        _forget(unit, old)
    share_deadlines(unit)
    return len(keys)


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
