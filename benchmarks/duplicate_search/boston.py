"""Boston's own links: how right groups and scores are there, without any label and learned from the links before."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.inputs.boston import Boston, read_boston
from benchmarks.inputs.running import timed
from benchmarks.report import Row
from geo.duplicate_model import learn_model, linked_services
from geo.duplicates import CandidateIndex, DuplicateSettings, build_candidate_index, evaluate_pairs, group_duplicates


def boston_rows() -> list[Row]:
    """October against the links that Boston's staff recorded, without any label, beside 'same type, 40 m, 5 days'.

    Precision is a lower bound: staff record some duplicates only. The pairs are ranked by their scores; the groups are
    those at the usual threshold, first by place, time and service alone, then as the store has the reports: with
    addresses, descriptions (titles that a form fills in) and word of which of them employees entered.
    """
    city = read_boston()
    if city is None:
        return []
    columns = (city.x_m, city.y_m, city.requested_s, city.closed_s, city.service)
    october = city.requested_s >= np.datetime64("2011-10-01", "s").astype(float)
    known = pairs_of(city.pairs, october)
    size, peer = f"Boston in October, {len(known):,} links", "same type, 40 m, 5 days"
    near = DuplicateSettings(radius_m=40.0, window_h=5 * 24.0)
    found, _ = ranked(build_candidate_index(*columns, settings=near), october, alike=city.service)
    recall, bound = len(found & known) / len(known), len(found & known) / len(found)
    rows = [
        Row("pair recall of the rule", size, recall, "share"),
        Row("pair precision of the rule", size, bound, "share"),
    ]
    for name, said in (("", {}), (", all known", all_said(city))):
        _, best_first = ranked(build_candidate_index(*columns, **said), october)
        hits = np.cumsum([pair in known for pair in best_first])
        for wanted in (0.65, 0.75):
            at = int(np.searchsorted(hits, wanted * len(known)))
            precision = float(hits[at] / (at + 1))
            goal = ">= 1" if wanted == 0.65 and not said else ""
            what = f"pair precision at recall {wanted}{name}"
            rows.append(Row(what, size, precision, "share", peer, bound, precision / bound, goal))
        groups = np.where(october, group_duplicates(*columns, **said).group, -1)
        of_groups = evaluate_pairs(groups, [tuple(pair) for pair in known])
        rows.append(Row(f"pair recall of groups{name}", size, of_groups.pair_recall, "share"))
        rows.append(Row(f"pair precision of groups{name}", size, of_groups.pair_precision_lower_bound, "share"))
    rows += learned_rows(city, october, known, (recall, bound))
    seconds, _ = timed(lambda: group_duplicates(*columns))
    return [*rows, Row("time", f"Boston, {len(city.x_m):,} located requests", seconds, "s")]


def learned_rows(
    city: Boston, october: NDArray[np.bool_], known: set[frozenset[int]], rule: tuple[float, float]
) -> list[Row]:
    """October by a model that learned from the links before it: the curve, and whether its probabilities hold."""
    size, peer = f"Boston in October, {len(known):,} links", "same type, 40 m, 5 days"
    before = city.pairs[~october[city.pairs].any(axis=1)]
    index = build_candidate_index(
        city.x_m, city.y_m, city.requested_s, city.closed_s, city.service, **all_said(city),
        settings=DuplicateSettings(service_affinity=linked_services(city.service, before)),
    )  # fmt: skip
    model = learn_model(index, before, until_s=float(city.requested_s[october].min()))
    score = model.scores(index, *index.near_pairs())
    best_first = ranked_by(index, october, score)
    hits = np.cumsum([pair in known for pair in best_first])
    rows = []
    for wanted, goal in ((0.5, ""), (0.65, ""), (0.75, ">= 2.68"), (0.8, ""), (rule[0], ">= 3")):
        at = int(np.searchsorted(hits, wanted * len(known)))
        precision = float(hits[at] / (at + 1))
        what = f"learned: pair precision at recall {wanted:.3g}"
        rows.append(Row(what, size, precision, "share", peer, rule[1], precision / rule[1], goal))
    told = np.sort(score[october[np.stack([index.row[side] for side in index.near_pairs()], axis=1)].all(axis=1)])[::-1]
    linked = np.diff(np.r_[0, hits])
    for low, high in ((0.0, 0.1), (0.1, 0.2), (0.2, 0.3), (0.3, 0.4), (0.4, 1.0)):
        part = (told >= low) & (told < high)
        what, count = f"learned: linked of pairs told {low} to {high}", f"{int(part.sum()):,} pairs"
        rows.append(Row(what, count, float(linked[part].mean()), "share", "told, on average", float(told[part].mean())))
    return rows


def all_said(city: Boston) -> dict[str, Any]:
    """What the reports say beyond place, time and service, as `build_candidate_index` takes it."""
    return {"text": city.description, "address": city.address, "staff": city.staff}


def pairs_of(pairs: NDArray[np.int64], chosen: NDArray[np.bool_]) -> set[frozenset[int]]:
    """Links whose ends are both chosen, without direction."""
    return {frozenset((a, b)) for a, b in pairs[chosen[pairs].all(axis=1)].tolist() if a != b}


def ranked(
    index: CandidateIndex, chosen: NDArray[np.bool_], alike: NDArray[np.int64] | None = None
) -> tuple[set[frozenset[int]], list[frozenset[int]]]:
    """The near pairs of chosen rows (whose values in `alike` are equal), as a set and best first."""
    best_first = ranked_by(index, chosen, index.scores(*index.near_pairs()))
    if alike is not None:
        best_first = [pair for pair in best_first if len(set(alike[list(pair)].tolist())) == 1]
    return set(best_first), best_first


def ranked_by(index: CandidateIndex, chosen: NDArray[np.bool_], score: NDArray[np.float64]) -> list[frozenset[int]]:
    """The near pairs of chosen rows, best first by a score of each."""
    earlier, later = index.near_pairs()
    rows = np.stack([index.row[earlier], index.row[later]], axis=1)
    kept = chosen[rows].all(axis=1)
    order = np.argsort(-score[kept], kind="stable")
    return [frozenset(pair) for pair in rows[kept][order].tolist()]
