"""One search for reports of one incident: the engine over the columns of the store, held to what staff decided."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from data.records import City
from data.unit_of_work import ReadUnit
from desktop.domain.city_settings import settings_of
from desktop.operations.duplicate_clusters import Clusters
from desktop.operations.duplicate_columns import DuplicateColumns
from desktop.operations.incident_policy import POLICY
from desktop.operations.incidents import Pair, incidents_of
from desktop.operations.work import Work

if TYPE_CHECKING:
    from geo.duplicate_model import DuplicateModel
    from geo.duplicates import CandidateIndex, DuplicateSettings, Groups
    from geo.known_laws import KnownLaws

LAWS = "duplicate laws"  # artifact


@dataclass(frozen=True, slots=True)
class Said:
    """What staff decided, as pairs of request ids."""

    together: Sequence[Pair]
    apart: Sequence[Pair]


def read_said(unit: ReadUnit) -> Said:
    """The decisions, and the incidents that persons accepted: each report with the parent."""
    decisions = unit.decisions.all()
    confirmed = [(int(one.child_request_id), int(one.parent_request_id)) for one in decisions if one.same]
    apart = [(int(one.child_request_id), int(one.parent_request_id)) for one in decisions if not one.same]
    persons = {int(one.id): int(one.parent_request_id) for one in unit.incidents.all() if one.accepted_by != POLICY}
    for incident, parent in persons.items():
        confirmed += [(member, parent) for member in unit.incidents.members(incident) if member != parent]
    return Said(confirmed, apart)


def said_about(unit: ReadUnit, keys: Collection[int]) -> Said:
    """The same of what concerns some requests."""
    decisions = unit.decisions.of(sorted(keys))
    pairs = [(int(one.child_request_id), int(one.parent_request_id), one.same) for one in decisions]
    numbers = {number for number in incidents_of(unit, keys).values() if number is not None}
    persons = [one for one in unit.incidents.many(sorted(numbers)) if one.accepted_by != POLICY]
    confirmed = [(child, parent) for child, parent, same in pairs if same]
    for one in persons:
        parent = int(one.parent_request_id)
        confirmed += [(member, parent) for member in unit.incidents.members(one.id) if member != parent]
    return Said(confirmed, [(child, parent) for child, parent, same in pairs if not same])


def search(
    work: Work, told: DuplicateColumns, said: Said, model: DuplicateModel | None, settings: DuplicateSettings
) -> tuple[Clusters, KnownLaws]:
    """Clusters of reports, their pairs and what speaks for each; and the city's laws, which outlive the search."""
    from geo.known_laws import KnownLaws

    together, apart = told.rows_of(said.together), told.rows_of(said.apart)
    index = _learned(told.index(settings), model, together, apart)
    work.breathe(0.35, "Comparing near reports")
    earlier, later = index.near_pairs()
    score = index.scores(earlier, later) if model is None else model.scores(index, earlier, later)
    work.breathe(0.45, f"Grouping by {len(score):,} near pairs")
    groups = index.group(earlier, later, score, together=together, apart=apart)
    work.breathe(0.55, "Keeping what speaks for each pair")
    evidence = evidence_of(index, groups, np.isnan(told.columns[3]), model)
    newest_id = int(told.ids[-1]) if len(told.ids) else 0
    return clusters_of(told.ids, groups, evidence, settings.threshold, newest_id, model), KnownLaws.of(index)


def _learned(
    index: CandidateIndex, model: DuplicateModel | None, together: np.ndarray, apart: np.ndarray
) -> CandidateIndex:
    """The index within the bounds of services that the reports tell, and by the odds that staff's decisions tell.

    Where a model judges, its bounds hold: within those it was learned.
    """
    from geo.duplicate_bounds import learn_bounds
    from geo.duplicate_odds import measure_odds, with_odds

    settings = with_odds(index.settings, measure_odds(index, together, apart))
    if model is None:
        settings = replace(settings, learned_bounds=learn_bounds(index, together))
    return index.told_by(settings)


def evidence_of(index: CandidateIndex, groups: Groups, is_open: np.ndarray, model: DuplicateModel | None) -> np.ndarray:
    """What speaks for each pair of groups with an open report; zeros for the others, which nobody is asked about."""
    from geo.duplicate_evidence import EVIDENCE

    asked = np.isin(groups.group[groups.pairs.row_one], groups.group[is_open & (groups.group >= 0)])
    place = np.full(len(is_open), -1, dtype=np.int32)
    place[index.row] = np.arange(len(index.row), dtype=np.int32)
    one, other = place[groups.pairs.row_one[asked]], place[groups.pairs.row_other[asked]]
    found = np.zeros((len(asked), len(EVIDENCE)))
    found[asked] = index.evidence(one, other) if model is None else model.evidence(index, one, other)
    return found


def last_laws(unit: ReadUnit) -> KnownLaws | None:
    """The laws that the last search learned; None before the first."""
    from geo.known_laws import KnownLaws

    arrays = unit.artifacts.get(LAWS)
    return None if arrays is None else KnownLaws.from_arrays(arrays)


def clusters_of(
    ids: np.ndarray,
    groups: Groups,
    evidence: np.ndarray,
    least: float,
    newest_id: int,
    model: DuplicateModel | None,
) -> Clusters:
    """Groups of rows, and what speaks for each pair in them, as clusters of request ids."""
    from geo.duplicate_evidence import EVIDENCE

    pairs = groups.pairs
    member = np.flatnonzero(groups.group >= 0)
    _, cluster = np.unique(groups.group[member], return_inverse=True)
    of_row = np.full(len(groups.group), -1)
    of_row[member] = cluster
    by_cluster, of_pair = np.argsort(cluster, kind="stable"), of_row[pairs.row_one]
    order = np.argsort(of_pair, kind="stable")
    count = int(cluster.max()) + 1 if len(cluster) else 0
    size = np.bincount(cluster, minlength=count)
    total = np.bincount(of_pair, pairs.probability, count)
    return Clusters(
        request_id=ids[member[by_cluster]],
        cluster=cluster[by_cluster],
        score=groups.score[member[by_cluster]],
        probability=np.minimum(total / np.maximum(size * (size - 1) / 2, 1), 1.0),
        one=ids[pairs.row_one[order]],
        other=ids[pairs.row_other[order]],
        pair_score=pairs.probability[order],
        evidence=evidence[order].astype(np.float32),
        evidence_names=EVIDENCE,
        least=least,
        newest_id=newest_id,
        model_version=version_of(model),
    )


def version_of(model: DuplicateModel | None) -> int:
    """Which learning judges; 0 where none does."""
    return 0 if model is None else int(model.summary.get("version", 1))


def settings_for(
    unit: ReadUnit, city: City, model: DuplicateModel | None, threshold: float | None
) -> DuplicateSettings:
    """The engine's settings: bounds of services from the city, threshold and linked services from what was learned."""
    from geo.duplicates import DuplicateSettings

    settings = DuplicateSettings(by_service=bounds_set(unit, city))
    if model is not None:
        settings = replace(settings, threshold=model.threshold, service_affinity=model.affinity,
                           learned_bounds=model.bounds)  # fmt: skip
    return settings if threshold is None else replace(settings, threshold=threshold)


def bounds_set(unit: ReadUnit, city: City) -> dict[int, tuple[float, float]]:
    """Radius in metres and window in hours of the services for which the city set them, by id."""
    near = settings_of(city).near
    bounds = {int(one.id): near[one.service_code] for one in unit.services.all() if one.service_code in near}
    return {key: (radius_m, days * 24.0) for key, (radius_m, days) in bounds.items()}


def learned_near(unit: ReadUnit, city: City) -> dict[str, dict[str, float | int | str]]:
    """By code of the service the bounds that hold because they were learned; none for which the city set others."""
    laws = last_laws(unit)
    if laws is None:
        return {}
    codes, ruled = {int(one.id): one.service_code for one in unit.services.all()}, bounds_set(unit, city)
    return {
        codes[service]: {
            "metres": round(one.radius_m, 1), "days": round(one.window_h / 24.0, 2), "pairs": one.pairs,
            "from": "staff" if one.by_staff else "reports",
        }
        for service, one in laws.bounds.items() if service in codes and service not in ruled
    }  # fmt: skip
