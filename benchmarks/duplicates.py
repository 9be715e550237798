"""Grouping duplicate reports: how right and how fast, beside DBSCAN on x, y and time, and on Boston's own links."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import DBSCAN

from benchmarks.inputs.boston import read_boston
from benchmarks.inputs.running import options, timed
from benchmarks.inputs.synthetic_requests import DAY_S, SyntheticRequests, make_requests
from benchmarks.report import Row, report
from geo.duplicates import DuplicateSettings, build_candidate_index, candidates, evaluate_pairs, group_duplicates

PEER = "DBSCAN 50 m, 8 m a day"
LARGE = 1_000_000


def main() -> None:
    """Run and print."""
    chosen = options(__doc__, requests=190_000, quick=40_000)
    group(make_requests(1_000, 0))  # compiled code is kept on disk, but not yet on a new machine
    rows = synthetic_rows(chosen.requests, seeds=(1,) if chosen.quick else (1, 2, 3))
    rows += candidate_rows(make_requests(chosen.requests, 1), 200 if chosen.quick else 2_000)
    if not chosen.quick:
        rows += large_rows(make_requests(LARGE, 1))
    report("duplicates", rows + boston_rows(), chosen.json)


def synthetic_rows(count: int, seeds: tuple[int, ...]) -> list[Row]:
    """Quality and time over the seeds."""
    found, peers, seconds, peer_seconds = [], [], [], []
    for seed in seeds:
        city = make_requests(count, seed)
        taken, groups = timed(lambda city=city: group(city))
        peer_taken, peer = timed(lambda city=city: dbscan(city), repeat=1)
        found.append(pairwise(city.incident, groups))
        peers.append(pairwise(city.incident, peer))
        seconds.append(taken)
        peer_seconds.append(peer_taken)
    size = f"{count:,} requests, {len(seeds)} seeds" if len(seeds) > 1 else f"{count:,} requests"
    mean, peer_mean = np.mean(found, axis=0), np.mean(peers, axis=0)
    rows = [
        Row(f"pairwise {name}", size, float(mean[k]), "share", PEER, float(peer_mean[k]), float(mean[k] / peer_mean[k]))
        for k, name in enumerate(("precision", "recall", "F1"))
    ]
    rows.append(Row("pairwise F1, worst seed", size, float(np.min(found, axis=0)[2]), "share", goal=">= 0.8"))
    taken, peer_taken = float(np.mean(seconds)), float(np.mean(peer_seconds))
    rows.append(Row("time", size, taken, "s", PEER, peer_taken, taken / peer_taken, "<= 1"))
    return rows


def candidate_rows(city: SyntheticRequests, queries: int) -> list[Row]:
    """One new request against all: what it may repeat."""
    index = build_candidate_index(city.x_m, city.y_m, city.requested_s, city.closed_s, city.service)
    picked = np.random.default_rng(0).integers(0, len(city.x_m), queries).tolist()

    def ask() -> None:
        for i in picked:
            candidates(index, city.x_m[i] + 5.0, city.y_m[i], city.requested_s[i] + 600.0, int(city.service[i]))

    seconds, _ = timed(ask)
    return [Row("candidates of one new request", f"{len(city.x_m):,} requests", seconds / queries * 1e6, "µs")]


def large_rows(city: SyntheticRequests) -> list[Row]:
    """The same at a million."""
    seconds, groups = timed(lambda: group(city), repeat=1)
    f1 = pairwise(city.incident, groups)[2]
    size = f"{len(city.x_m):,} requests"
    return [Row("pairwise F1", size, f1, "share"), Row("time", size, seconds, "s")]


def boston_rows() -> list[Row]:
    """Against the links that Boston's staff recorded, beside the rule 'same type, 40 m, 5 days'."""
    city = read_boston()
    if city is None:
        return []
    columns = (city.x_m, city.y_m, city.requested_s, city.closed_s, city.service)
    seconds, groups = timed(lambda: group_duplicates(*columns))
    found = evaluate_pairs(groups.group, city.pairs)
    rule = build_candidate_index(*columns, settings=DuplicateSettings(radius_m=40.0, window_h=5 * 24.0))
    near = np.unique(np.sort(np.column_stack([rule.row[side] for side in rule.near_pairs()]), axis=1), axis=0)
    known = np.unique(np.sort(city.pairs, axis=1), axis=0)
    hits = len(set(map(tuple, near.tolist())) & set(map(tuple, known.tolist())))
    recall, bound = hits / len(known), hits / len(near)
    size, peer = f"Boston, {len(city.x_m):,} located requests", "same type, 40 m, 5 days"
    precision = found.pair_precision_lower_bound
    return [
        Row("pair recall", size, found.pair_recall, "share", peer, recall, found.pair_recall / recall, ">= 0.95"),
        Row("pair precision, lower bound", size, precision, "share", peer, bound, precision / bound, ">= 2"),
        Row("time", size, seconds, "s"),
    ]


def group(city: SyntheticRequests) -> NDArray[np.int64]:
    """Our groups."""
    return group_duplicates(city.x_m, city.y_m, city.requested_s, city.closed_s, city.service).group


def dbscan(city: SyntheticRequests) -> NDArray[np.int64]:
    """The peer's clusters."""
    at = np.column_stack([city.x_m, city.y_m, city.requested_s / DAY_S * 8.0])
    return np.asarray(DBSCAN(eps=50.0, min_samples=2).fit_predict(at))


def pairwise(truth: NDArray[np.int64], groups: NDArray[np.int64]) -> tuple[float, float, float]:
    """Precision, recall and F1 over pairs of requests; -1 is alone."""
    inside = groups >= 0
    both = _pairs(truth[inside] * (int(groups.max()) + 1) + groups[inside])
    precision, recall = both / max(1, _pairs(groups[inside])), both / max(1, _pairs(truth))
    return precision, recall, 2 * precision * recall / max(1e-12, precision + recall)


def _pairs(label: NDArray[np.int64]) -> int:
    size = np.unique(label, return_counts=True)[1]
    return int((size * (size - 1) // 2).sum())


if __name__ == "__main__":
    main()
