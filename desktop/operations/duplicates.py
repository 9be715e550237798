"""Search for reports of one incident: what the policy accepts becomes one, the rest is proposed, decisions stay."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from data.errors import RefusedInput, one_line
from data.records import Placement
from data.unit_of_work import ReadUnit
from desktop.domain.city_settings import settings_of
from desktop.operations.changes import Changes
from desktop.operations.duplicate_clusters import KEEP, last_clusters, put_clusters, read_proposals
from desktop.operations.duplicate_columns import MISSING_MS, read_columns
from desktop.operations.incident_policy import Scope, record_policy
from desktop.operations.search_duplicates import LAWS, read_said, search, settings_for
from desktop.operations.work import Work

if TYPE_CHECKING:
    from geo.duplicate_model import DuplicateModel

GROUP = "group duplicates"  # the verb of what the policy accepts
_CHANGED = frozenset({"incident", "service_request", "artifact"})
MODEL = "duplicate model"  # artifact: what was learned from staff's decisions


@dataclass(frozen=True, slots=True)
class GroupedRequest:
    """One line of the duplicates file. A request alone has the incident id of itself."""

    service_request_id: str
    incident_id: int
    score: float


def group_duplicates(work: Work, *, threshold: float | None = None) -> Changes:
    """Search the whole store for reports of one incident; the policy accepts what is as good as certain.

    Only located requests take part. What was found is kept as clusters, from which proposals are read. Incidents that a
    person accepted are left as they are, confirmed pairs stay together and rejected ones apart. `threshold` is the
    least score (0 to 1) at which reports are grouped.
    """
    started = time.perf_counter()
    if threshold is not None and not 0.0 <= threshold <= 1.0:
        raise RefusedInput(f"The threshold {threshold} is not between 0 and 1.")
    city = work.city()
    accept_from = settings_of(city).accept_from
    work.breathe(0.0, "Reading requests")
    with work.store.read() as unit:
        told, model, said = read_columns(unit, city, store=work.store), last_model(unit), read_said(unit)
        settings = settings_for(unit, city, model, threshold)
    work.breathe(0.2, f"Comparing {len(told.ids):,} requests")
    clusters, laws = search(work, told, said, model, settings)
    work.breathe(0.6, "Storing what was found")
    with work.store.write(KEEP, actor=work.actor, at=work.clock.now()) as unit:
        put_clusters(unit, clusters)
        unit.put_artifact(LAWS, laws.to_arrays())
        unit.summary.update(clusters=len(clusters.probability), reports=len(clusters.request_id))
        unit.commit()
    work.breathe(0.7, "Storing the incidents")
    with work.store.write(GROUP, actor=work.actor, at=work.clock.now()) as unit:
        scope = Scope(told.ids, told.incident_id, unit.incidents.all(), True)
        accepted = record_policy(unit, scope, clusters, accept_from)
        proposed = len(read_proposals(unit, clusters))
        counts = {
            "requests": told.total,
            "incidents": len(clusters.probability),
            "grouped": len(clusters.request_id),
            "accepted": accepted,
            "proposed": proposed,
            "placeholder": told.placeholder,
            "unlocated": told.total - told.placeholder - len(told.ids),
            "seconds": round(time.perf_counter() - started, 3),
        }
        unit.summary.update(counts)
        act_id = unit.commit()
    sentence = (
        f"{counts['grouped']:,} requests belong to {counts['incidents']:,} incidents with more than one report;"
        f" {proposed:,} wait for a decision."
    )
    return Changes(act_id, work.actor, GROUP, _CHANGED, None, counts, sentence)


def grouped_requests(unit: ReadUnit) -> Iterator[GroupedRequest]:
    """Every request with its incident or the one that is proposed, and its score, in order of id.

    Incidents of several reports are named by the internal id of their first report, as a lone request is by its own.
    """
    rows = unit.requests.arrays(["id", "service_request_id"])
    label, score = _labels(unit)
    for line in zip(rows["service_request_id"].tolist(), label.tolist(), score.tolist(), strict=True):
        yield GroupedRequest(*line)


def _labels(unit: ReadUnit) -> tuple[np.ndarray, np.ndarray]:
    """Of each request, in order of id, the report that its incident is named by, and how well it fits."""
    rows = unit.requests.arrays(["id", "incident_id", "incident_score"])
    label, score = rows["id"].copy(), np.ones(len(rows["id"]))
    inside = rows["incident_id"] != MISSING_MS
    parents = {int(one.id): int(one.parent_request_id) for one in unit.incidents.all()}
    label[inside] = [parents[key] for key in rows["incident_id"][inside].tolist()]
    score[inside] = rows["incident_score"][inside]
    clusters = last_clusters(unit)
    for one in [] if clusters is None else read_proposals(unit, clusters, with_ended=True):
        at = np.searchsorted(rows["id"], one.members)
        label[at] = parents.get(one.incident_id or 0, one.parent)
        fresh = np.searchsorted(rows["id"], one.fresh)
        score[fresh] = [one.fit(key) for key in one.fresh]
    return label, np.round(score, 4)


def last_model(unit: ReadUnit) -> DuplicateModel | None:
    """What was learned from staff's decisions last, if anything. RefusedInput where another version learned it."""
    from geo.duplicate_model import DuplicateModel
    from geo.errors import GeoError

    arrays = unit.artifacts.get(MODEL)
    try:
        return None if arrays is None else DuplicateModel.from_arrays(arrays)
    except GeoError as fault:
        raise RefusedInput(f"{fault} Use 'opsmap duplicates --learn'.") from fault


def evaluate(work: Work, pairs: Path) -> dict[str, float | int]:
    """How incidents and proposals agree with a city's own links (CSV with columns child and parent, undirected).

    Recall is the share of the links found; precision is a lower bound, for staff record only some duplicates. Links
    whose requests are not both located count as left out. RefusedInput for a file without the two columns.
    """
    from geo.duplicates import evaluate_pairs

    with work.store.read() as unit:
        rows = unit.requests.arrays(["service_request_id", "placement"])
        label, _ = _labels(unit)
    place = {key: i for i, key in enumerate(rows["service_request_id"].tolist())}
    located = rows["placement"] == Placement.LOCATED.value
    links = [(place[a], place[b]) for a, b in read_pairs(pairs) if a in place and b in place]
    usable = [(a, b) for a, b in links if located[a] and located[b]]
    found = evaluate_pairs(label, np.array(usable, dtype=np.int64).reshape(-1, 2))
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
