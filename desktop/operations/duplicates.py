"""Group the reports of one incident: what the policy accepts becomes an incident, decisions of staff stay."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from data.errors import RefusedInput, one_line
from data.records import Placement
from data.unit_of_work import ReadUnit, WriteUnit
from desktop.operations.changes import Changes
from desktop.operations.duplicate_columns import MISSING_MS, read_columns
from desktop.operations.work import Work

if TYPE_CHECKING:
    from geo.duplicate_model import DuplicateModel

POLICY = "policy"
MODEL = "duplicate model"  # artifact: what was learned from staff's decisions


@dataclass(frozen=True, slots=True)
class GroupedRequest:
    """One line of the duplicates file. A request alone has the incident id of itself."""

    service_request_id: str
    incident_id: int
    score: float


def group_duplicates(work: Work, *, threshold: float | None = None) -> Changes:
    """Find the reports of one incident over the whole store and record what the policy accepts.

    Only located requests take part. Incidents that a person accepted are left as they are. `threshold` is the
    least score (0 to 1) at which the policy accepts a group.
    """
    from geo.duplicates import DuplicateSettings
    from geo.duplicates import group_duplicates as group

    started = time.perf_counter()
    if threshold is not None and not 0.0 <= threshold <= 1.0:
        raise RefusedInput(f"The threshold {threshold} is not between 0 and 1.")
    city = work.city()
    work.breathe(0.0, "Reading requests")
    with work.store.read() as unit:
        by_hand = [i.id for i in unit.incidents.all() if i.accepted_by != POLICY]
        told = read_columns(unit, city, store=work.store, without_incidents=by_hand)
        model, decisions = last_model(unit), unit.decisions.all()
    work.breathe(0.2, f"Comparing {len(told.ids):,} requests")
    settings = DuplicateSettings()
    if model is not None:
        settings = replace(settings, threshold=model.threshold, service_affinity=model.affinity)
    if threshold is not None:
        settings = replace(settings, threshold=threshold)
    together, apart = (
        told.rows_of([(one.child_request_id, one.parent_request_id) for one in decisions if one.same is same])
        for same in (True, False)
    )
    groups = group(*told.columns, settings=settings, model=model, together=together, apart=apart, **told.particulars)
    work.breathe(0.6, "Storing the incidents")
    with work.store.write("group duplicates", actor=work.actor, at=work.clock.now()) as unit:
        incidents, grouped = _record(unit, told.ids, told.incident_id, groups.group, groups.score)
        counts = {
            "requests": told.total,
            "incidents": incidents,
            "grouped": grouped,
            "placeholder": told.placeholder,
            "unlocated": told.total - told.placeholder - len(told.ids),
            "seconds": round(time.perf_counter() - started, 3),
        }
        unit.summary.update(counts)
        act_id = unit.commit()
    sentence = f"{grouped:,} requests belong to {incidents:,} incidents with more than one report."
    entities = frozenset({"incident", "service_request"})
    return Changes(act_id, work.actor, "group duplicates", entities, None, counts, sentence)


def grouped_requests(unit: ReadUnit) -> Iterator[GroupedRequest]:
    """Every request with its incident and score, in order of id; a request alone is an incident of its own.

    Incidents of several reports are named by the internal id of their first report, as a lone request is by its own.
    """
    parents = {incident.id: incident.parent_request_id for incident in unit.incidents.all()}
    columns = ["id", "service_request_id", "incident_id", "incident_score"]
    rows = unit.requests.arrays(columns)
    for key, external, incident_id, score in zip(*(rows[name].tolist() for name in columns), strict=True):
        alone = incident_id is None or incident_id < 0
        yield GroupedRequest(external, key if alone else parents[incident_id], 1.0 if alone else round(score, 4))


def last_model(unit: ReadUnit) -> DuplicateModel | None:
    """What was learned from staff's decisions last, if anything. RefusedInput where another version learned it."""
    from geo.duplicate_model import DuplicateModel
    from geo.errors import GeoError

    arrays = unit.artifacts.get(MODEL)
    try:
        return None if arrays is None else DuplicateModel.from_arrays(arrays)
    except GeoError as fault:
        raise RefusedInput(f"{fault} Use 'opsmap duplicates --learn'.") from fault


def _record(
    unit: WriteUnit, ids: np.ndarray, before: np.ndarray, group: np.ndarray, score: np.ndarray
) -> tuple[int, int]:
    """Replace the policy's incidents by the new groups; returns incidents and requests grouped."""
    member = group >= 0
    first, inverse, size = np.unique(group[member], return_inverse=True, return_counts=True)
    kept = size > 1
    number = np.where(kept, np.cumsum(kept) - 1, -1)[inverse]  # of each member: its incident among the kept
    in_incident = np.flatnonzero(member)[number >= 0]
    number = number[number >= 0]
    parents = ids[first[kept]]
    scores = np.bincount(number, weights=score[in_incident], minlength=len(parents)) / size[kept]
    incident_ids = np.array(_incidents(unit, parents, scores, size[kept]), dtype=np.int64)
    column: list[int | None] = [None] * len(ids)
    value: list[float | None] = [None] * len(ids)
    for row, own, own_score in zip(
        in_incident.tolist(), incident_ids[number].tolist(), score[in_incident], strict=True
    ):
        column[row], value[row] = own, float(own_score)
    unit.change_columns("service_request", ids.tolist(), {"incident_id": column, "incident_score": value})
    old = set(np.unique(before[before >= 0]).tolist()) - set(incident_ids.tolist())
    if old:
        unit.remove("incident", sorted(old))
    return len(incident_ids), len(in_incident)


def _incidents(unit: WriteUnit, parents: np.ndarray, scores: np.ndarray, sizes: np.ndarray) -> list[int]:
    """Ids of the incidents with these parents: those that stand keep their id, others are created."""
    standing = {i.parent_request_id: i for i in unit.incidents.all() if i.accepted_by == POLICY}
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
    return [standing[parent].id if parent in standing else next(made) for parent, _, _ in rows]


def evaluate(work: Work, pairs: Path) -> dict[str, float | int]:
    """How the stored incidents agree with a city's own links (CSV with columns child and parent, undirected).

    Recall is the share of the links found; precision is a lower bound, for staff record only some duplicates. Links
    whose requests are not both located count as left out. RefusedInput for a file without the two columns.
    """
    from geo.duplicates import evaluate_pairs

    with work.store.read() as unit:
        rows = unit.requests.arrays(["service_request_id", "incident_id", "placement"])
    place = {key: i for i, key in enumerate(rows["service_request_id"].tolist())}
    located = rows["placement"] == Placement.LOCATED.value
    links = [(place[a], place[b]) for a, b in read_pairs(pairs) if a in place and b in place]
    usable = [(a, b) for a, b in links if located[a] and located[b]]
    incident = np.where(rows["incident_id"] == MISSING_MS, -1, rows["incident_id"])
    found = evaluate_pairs(incident, np.array(usable, dtype=np.int64).reshape(-1, 2))
    return {
        "pairs": len(usable),
        "pairs_left_out": len(links) - len(usable),
        "pair_recall": round(found.pair_recall, 4),
        "pair_precision_lower_bound": round(found.pair_precision_lower_bound, 4),
    }


def read_pairs(path: Path) -> list[tuple[str, str]]:
    """The links of a CSV; RefusedInput when it cannot be read or lacks the columns."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:
            reader = csv.DictReader(stream)
            missing = {"child", "parent"} - set(reader.fieldnames or ())
            if missing:
                raise RefusedInput(
                    f"{path.name} has no column {' and no column '.join(sorted(missing))}; "
                    "write the pairs as child,parent."
                )
            return [(row["child"].strip(), row["parent"].strip()) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise RefusedInput(f"{path} cannot be read as a CSV of pairs: {one_line(fault)}.") from fault
