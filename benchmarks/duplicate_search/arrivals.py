"""New requests in a store of a million: judged as they come, and what a resident is told of open ones nearby.

`python -m benchmarks.duplicate_search.arrivals`, with --store for a city that is there already (it is copied). Time is
the processor's: what is asked here is short, and the machine has others to serve.
"""

from __future__ import annotations

import argparse
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.report import Row, report
from data.columns import load_columns
from data.records import Placement
from data.store import Store, open_store
from desktop.domain.clock import FixedClock, SystemClock
from desktop.operations.duplicate_clusters import Clusters, last_clusters
from desktop.operations.duplicates import group_duplicates
from desktop.operations.held_city import Held
from desktop.operations.judge_arrivals import ground_of, judge_arrivals, verdict_on
from desktop.operations.make_demo import DemoWish, make_demo
from desktop.operations.nearby_incidents import nearby_incidents
from desktop.operations.work import Work

LATE = 4_000  # the newest requests, which come after the search
BATCHES = {1: 20, 10: 10, 100: 5, 1_000: 1}  # how many come at once, and how often; then the rest
ASKED = 300
DAY = date(2026, 10, 13)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--requests", type=int, default=1_000_000, help="how many")
    parser.add_argument("--store", type=Path, help="a demo city; without it one is made")
    chosen = parser.parse_args()
    with TemporaryDirectory(prefix="opsmap-arrivals-") as folder:
        place = Path(folder) / "city.opsmap"
        store = _made(place, chosen.requests) if chosen.store is None else _copied(chosen.store, place)
        with store.read() as unit:
            size = f"{unit.requests.count():,} requests"
        work = Work(store, "benchmark", SystemClock())
        report("arrivals", [*judging_rows(work, size), *nearby_rows(work, size)], chosen.json)
        store.close()


def _made(place: Path, requests: int) -> Store:
    store = open_store(place, create=True)
    make_demo(Work(store, "benchmark", FixedClock(SystemClock().now())), DemoWish(requests, 13, DAY))
    return store


def _copied(source: Path, place: Path) -> Store:
    shutil.copy(source, place)
    return open_store(place)


def judging_rows(work: Work, size: str) -> list[Row]:
    """How long a new request takes, and whether it is told what a search over all would tell."""
    with work.store.read() as unit:
        rows = unit.requests.arrays(["id", "placement"])
    located = rows["id"][rows["placement"] == Placement.LOCATED.value]
    late, older = located[-LATE:], located[-4 * LATE : -LATE]
    _place(work, late, Placement.MISSING)
    group_duplicates(work)
    before = _mates(work, older)
    load_columns(work.store)
    found = list(_judged_in_parts(work, late, size))
    judged = _mates(work, late)
    group_duplicates(work)
    return [*found, *_agreement_rows(judged, _mates(work, late), before, _mates(work, older), set(late.tolist()))]


def _judged_in_parts(work: Work, late: NDArray[np.int64], size: str) -> Iterator[Row]:
    _deciding_s(work, late[:1])  # compiled code is kept on disk, but not yet on a new machine
    begin = 0
    for count, times in BATCHES.items():
        whole_s, deciding_s = [], []
        for _ in range(times):
            part = late[begin : begin + count]
            begin += count
            _place(work, part, Placement.LOCATED)
            deciding_s.append(_deciding_s(work, part))
            whole_s.append(_processor_s(lambda: judge_arrivals(work)))
        each = f"{size}, {count:,} at once"
        yield Row("judging one new request", each, float(np.median(deciding_s)) / count * 1e3, "ms", goal="<= 1")
        yield Row("the whole act", each, float(np.median(whole_s)) * 1e3, "ms")
    _place(work, late[begin:], Placement.LOCATED)
    judge_arrivals(work)


def _deciding_s(work: Work, part: NDArray[np.int64]) -> float:
    """What is worked out of the new requests, the words of those near them read; the snapshot and clusters at hand."""
    columns = load_columns(work.store, save_patched=False)
    with work.store.read() as unit:
        clusters, new = last_clusters(unit), columns.positions(part)
        assert clusters is not None
        ground = ground_of(unit, work.city(), columns, clusters)
        assert ground is not None
        return _processor_s(lambda: verdict_on(work, unit, ground, clusters, new))


def _agreement_rows(judged: Any, searched: Any, before: Any, after: Any, late: set[int]) -> list[Row]:
    grouped = [key for key in judged if judged[key] or searched[key]]
    same = [judged[key] == searched[key] for key in judged]
    of_those = [judged[key] == searched[key] for key in grouped]
    stayed = [before[key] == after[key] - late for key in before if not after[key] & late]
    return [
        Row("new requests with the mates that a search gives", f"{len(same):,} new", float(np.mean(same)), "share",
            "older ones in two searches", float(np.mean(stayed)), float(np.mean(same) / np.mean(stayed)), ">= 0.95"),
        Row("the same of those that have any", f"{len(grouped):,} new", float(np.mean(of_those)), "share"),
    ]  # fmt: skip


def nearby_rows(work: Work, size: str) -> list[Row]:
    """One question of a resident: to a program that holds the city between questions, and by the command."""
    columns = load_columns(work.store)
    with work.store.read() as unit:
        codes = {int(one.id): one.service_code for one in unit.services.all()}
    some = np.random.default_rng(0).choice(np.flatnonzero(np.isfinite(columns.x))[-20_000:], ASKED)

    def asked(at: int, held: Held) -> float:
        point = float(columns.lat[at]) + 5e-5, float(columns.lon[at])
        code = codes[int(columns.service_id[at])]
        return _processor_s(
            lambda: nearby_incidents(work, point=point, service_code=code, text="a deep hole", held=held)
        )

    def scanned(at: int) -> float:
        lon, lat = float(columns.lon[at]), float(columns.lat[at])
        with work.store.read() as unit:
            return _processor_s(lambda: unit.requests.located_within(lon - 4e-3, lat - 2e-3, lon + 4e-3, lat + 2e-3))

    held = Held()
    asked(int(some[0]), held)
    alone = [asked(int(at), Held()) for at in some[:20]]
    kept = [asked(int(at), held) for at in some]
    scan = float(np.median([scanned(int(at)) for at in some[:20]])) * 1e3
    told = [("nearby, held", kept, "<= 10"), ("nearby, held, 95 of 100", kept, ""), ("nearby, one question", alone, "")]
    values = [float(np.percentile(times, 95 if "95" in what else 50)) * 1e3 for what, times, _ in told]
    return [
        Row(what, size, value, "ms", "one look through the table", scan, None if goal else value / scan, goal)
        for (what, _, goal), value in zip(told, values, strict=True)
    ]


def _place(work: Work, ids: NDArray[np.int64], placement: Placement) -> None:
    """Take requests off the map, as if they had not come, or put them on it."""
    with work.store.write("arrive", actor="benchmark", at=work.clock.now()) as unit:
        unit.change_columns("service_request", ids.tolist(), {"placement": [placement.value] * len(ids)})
        unit.commit()


def _mates(work: Work, ids: NDArray[np.int64]) -> dict[int, frozenset[int]]:
    """The other reports of each one's cluster."""
    with work.store.read() as unit:
        clusters = last_clusters(unit)
    assert isinstance(clusters, Clusters)
    of = dict(zip(clusters.request_id.tolist(), clusters.cluster.tolist(), strict=True))
    begins = np.searchsorted(clusters.cluster, np.arange(len(clusters.probability) + 1))
    members = {
        number: frozenset(clusters.request_id[begins[number] : begins[number + 1]].tolist())
        for number in {of[key] for key in ids.tolist() if key in of}
    }
    return {key: members[of[key]] - {key} if key in of else frozenset() for key in ids.tolist()}


def _processor_s(call: Callable[[], Any]) -> float:
    started = time.process_time()
    call()
    return time.process_time() - started


if __name__ == "__main__":
    main()
