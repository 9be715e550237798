"""Grouping duplicate reports: how right, how fast and in how much memory on two laws of planted incidents.

The laws are those of docs/adr/0008-laws-of-duplicates.md. Beside it DBSCAN on x, y and time, HDBSCAN on the same, and
splink; then Boston's own links.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.duplicate_search.boston import boston_rows
from benchmarks.duplicate_search.engines import RESET_PEAK, agreement, dbscan, group, hdbscan, run_apart
from benchmarks.inputs.demo_requests import make_demo_requests
from benchmarks.inputs.planted import PlantedRequests
from benchmarks.inputs.running import options, timed
from benchmarks.inputs.second_law import make_second_law
from benchmarks.report import Row, report
from geo.duplicate_model import DuplicateModel, learn_model
from geo.duplicates import CandidateIndex, build_candidate_index, candidates

PEER = "DBSCAN 50 m, 8 m a day"
SMALL, LARGE, LARGEST = 40_000, 1_000_000, 5_000_000
TAUGHT = 50_000  # requests whose planted truth teaches a model
LAWS = {"demo city": make_demo_requests, "second law": make_second_law}


def main() -> None:
    """Run and print."""
    chosen = options(__doc__, requests=190_000, quick=40_000)
    group(make_second_law(1_000, 0))  # compiled code is kept on disk, but not yet on a new machine
    seeds = (1,) if chosen.quick else (1, 2, 3, 4, 5)
    rows = [row for law, make in LAWS.items() for row in law_rows(law, make, chosen.requests, seeds)]
    rows += average_rows(rows)
    rows += [row for law, make in LAWS.items() for row in reliability_rows(law, make(chosen.requests, 1))]
    queries = 200 if chosen.quick else 2_000
    rows += candidate_rows(make_second_law(chosen.requests if chosen.quick else LARGE, 1), queries)
    sizes = (chosen.requests,) if chosen.quick else (chosen.requests, LARGE)
    rows += [row for law, make in LAWS.items() for count in sizes for row in apart_rows(law, make(count, 1))]
    if not chosen.quick:
        rows += large_rows()
    report("duplicates", rows + boston_rows(), chosen.json)


def law_rows(law: str, make: Callable[[int, int], PlantedRequests], count: int, seeds: Sequence[int]) -> list[Row]:
    """Quality and time over the seeds of one law."""
    ours, peers, seconds, peer_seconds = [], [], [], []
    for seed in seeds:
        city = make(count, seed)
        taken, groups = timed(lambda city=city: group(city))
        peer_taken, peer = timed(lambda city=city: dbscan(city), repeat=1)
        ours.append(agreement(city.incident, groups))
        peers.append(agreement(city.incident, peer))
        seconds.append(taken)
        peer_seconds.append(peer_taken)
    size = f"{law}, {count:,} requests, {len(seeds)} seeds"
    mean, peer_mean = np.mean(ours, axis=0), np.mean(peers, axis=0)
    named = zip(("pairwise precision", "pairwise recall", "pairwise F1", "B-cubed F1"), mean, peer_mean, strict=True)
    rows = [Row(name, size, float(a), "share", PEER, float(b), float(a / b)) for name, a, b in named]
    ahead = min(one.f1 - other.f1 for one, other in zip(ours, peers, strict=True))
    rows.append(Row("pairwise F1, worst seed", size, min(one.f1 for one in ours), "share"))
    rows.append(Row("pairwise F1 ahead of the peer, worst seed", size, ahead, "share", goal=">= 0.1"))
    taken, peer_taken = float(np.median(seconds)), float(np.median(peer_seconds))
    rows.append(Row("time", size, taken, "s", PEER, peer_taken, peer_taken / taken, ">= 3"))
    city = make(SMALL, seeds[0])  # it takes minutes for more
    taken, tree = timed(lambda: hdbscan(city), repeat=1)
    size = f"{law}, {SMALL:,} requests"
    rows.append(Row("pairwise F1 of HDBSCAN", size, agreement(city.incident, tree).f1, "share"))
    rows.append(Row("time of HDBSCAN", size, taken, "s"))
    return rows


def average_rows(rows: Sequence[Row]) -> list[Row]:
    """F1 over both laws."""
    return [Row("pairwise F1", "both laws", float(np.mean([row.value for row in rows if row.what == "pairwise F1"])),
                "share", goal=">= 0.85")]  # fmt: skip


def reliability_rows(law: str, city: PlantedRequests) -> list[Row]:
    """Without labels: of the near pairs that were told so much, how many are of one incident."""
    index = _index(city)
    earlier, later = index.near_pairs()
    told, same = index.scores(earlier, later), _of_one_incident(city, index)
    step = np.minimum((told * 10).astype(np.int64), 9)
    rows = []
    for one in range(10):
        part = step == one
        what = f"of one incident, of pairs told {one / 10} to {(one + 1) / 10}"
        share, mean = (float(values[part].mean()) if part.any() else 0.0 for values in (same, told))
        rows.append(Row(what, f"{law}, {int(part.sum()):,} pairs", share, "share", "told, on average", mean))
    return rows


def apart_rows(law: str, city: PlantedRequests) -> list[Row]:
    """Memory beyond the columns of engines in processes of their own, and splink's quality and time there."""
    if not RESET_PEAK.exists():
        return []
    size = f"{law}, {len(city.x_m):,} requests"
    ours, peer = run_apart("ours", city), run_apart("DBSCAN", city)
    rows = [Row("memory at its highest", size, ours.peak_mb, "MB", PEER, peer.peak_mb, ours.peak_mb / peer.peak_mb)]
    if len(city.x_m) < LARGE:
        linked = run_apart("splink", city)
        named = zip(("pairwise F1", "time, own process", "memory at its highest"), ("share", "s", "MB"), strict=True)
        figures = ((ours.f1, linked.f1), (ours.seconds, linked.seconds), (ours.peak_mb, linked.peak_mb))
        rows += [Row(f"{name} beside splink", size, a, unit, "splink", b, a / b)
                 for (name, unit), (a, b) in zip(named, figures, strict=True)]  # fmt: skip
    return rows


def candidate_rows(city: PlantedRequests, queries: int) -> list[Row]:
    """One new request against all, judged by the laws and by a model that learned from the truth of a part."""
    index = _index(city)
    picked = np.random.default_rng(0).integers(0, len(city.x_m), queries).tolist()

    def ask(model: DuplicateModel | None) -> None:
        for i in picked:
            place = city.x_m[i] + 5.0, city.y_m[i], city.requested_s[i] + 600.0
            candidates(index, *place, int(city.service[i]), model=model)

    rows = []
    for judge, model in (("by the laws", None), ("learned", _taught(city, index))):
        seconds, _ = timed(lambda model=model: ask(model))
        size, each = f"{len(city.x_m):,} requests", seconds / queries * 1e6
        rows.append(Row(f"candidates of one new request, {judge}", size, each, "µs", goal="<= 1000"))
    return rows


def _taught(city: PlantedRequests, index: CandidateIndex) -> DuplicateModel:
    """A model of the planted truth of the first requests."""
    until_s = float(city.requested_s[min(TAUGHT, len(city.x_m) - 1)])
    pairs = np.stack([index.row[side] for side in index.near_pairs()], axis=1)
    confirmed = pairs[_of_one_incident(city, index) & (city.requested_s[pairs] < until_s).all(axis=1)]
    return learn_model(index, confirmed, until_s=until_s)


def _index(city: PlantedRequests) -> CandidateIndex:
    return build_candidate_index(city.x_m, city.y_m, city.requested_s, city.closed_s, city.service)


def _of_one_incident(city: PlantedRequests, index: CandidateIndex) -> NDArray[np.bool_]:
    """Which of the near pairs are."""
    one, other = (city.incident[index.row[side]] for side in index.near_pairs())
    return np.asarray(one == other)


def large_rows() -> list[Row]:
    """A million of each law, and of the second law five million: how it grows."""
    rows = []
    for law, make in LAWS.items():
        city = make(LARGE, 1)
        seconds, groups = timed(lambda city=city: group(city), repeat=1)
        peer_seconds, _ = timed(lambda city=city: dbscan(city), repeat=1)
        size = f"{law}, {LARGE:,} requests"
        rows.append(Row("pairwise F1", size, agreement(city.incident, groups).f1, "share"))
        rows.append(Row("time", size, seconds, "s", PEER, peer_seconds, peer_seconds / seconds))
    city = make_second_law(LARGEST, 1)
    longer, groups = timed(lambda: group(city), repeat=1)
    size = f"second law, {LARGEST:,} requests"
    rows.append(Row("pairwise F1", size, agreement(city.incident, groups).f1, "share"))
    peer = f"{LARGEST // LARGE} times a million"
    rows.append(Row("time", size, longer, "s", peer, seconds * LARGEST / LARGE, longer / (seconds * LARGEST / LARGE)))
    return rows


if __name__ == "__main__":
    main()
