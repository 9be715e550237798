"""Service figures of a large city: Kaplan-Meier and log-rank of many groups beside scipy, and the whole act."""

from __future__ import annotations

import tempfile
import time
import warnings
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from benchmarks.inputs.running import options, timed
from benchmarks.report import Row, report
from data.store import open_store
from desktop.domain.clock import FixedClock
from desktop.operations.figure_columns import RECENT
from desktop.operations.figure_groups import By
from desktop.operations.make_demo import DemoWish, make_demo
from desktop.operations.service_figures import FigureQuestion, service_figures
from desktop.operations.work import Work
from geo.survival import kaplan_meier, log_rank_against_rest

DAY_MS = 86_400_000
GROUPS = 2_000
RANKED = 40  # groups that the peer ranks; each costs it a look at all requests
NOW = datetime(2026, 10, 13, 14, 32, tzinfo=UTC)
FIRST, LAST = date(2000, 1, 1), date(2026, 10, 13)


def main() -> None:
    """Run and print."""
    chosen = options(__doc__, requests=750_000, quick=50_000)
    rows = curve_rows(chosen.requests) + rank_rows(chosen.requests) + whole_rows(chosen.requests)
    report("service figures", rows, chosen.json)


def cases(count: int, groups: int) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.int64]]:
    """Times to close in ms of which a seventh are still open, and groups of very unequal size."""
    rng = np.random.default_rng(1)
    group = np.minimum((groups * rng.random(count) ** 2).astype(np.int64), groups - 1)
    lasted = (rng.weibull(0.7, count) * 9 * DAY_MS).astype(np.int64)
    followed = (rng.random(count) * 90 * DAY_MS).astype(np.int64)
    return np.minimum(lasted, followed), lasted <= followed, group


def curve_rows(count: int) -> list[Row]:
    """Medians and shares with intervals of every group; the peer's loop gives the curve and one share."""
    lasted, over, group = cases(count, GROUPS)

    def ours() -> NDArray[np.float64]:
        curves = kaplan_meier(lasted, over, group, GROUPS)
        curves.medians()
        return [curves.still(days * DAY_MS).value for days in (1, 7, 30, 90)][1]

    def theirs() -> NDArray[np.float64]:
        frame = pd.DataFrame({"time": lasted, "over": over, "group": group})
        found = np.full(GROUPS, np.nan)
        for key, part in frame.groupby("group"):
            ended = part["over"].to_numpy()
            values = part["time"].to_numpy()
            told = stats.ecdf(stats.CensoredData(uncensored=values[ended], right=values[~ended])).sf
            found[int(key)] = told.evaluate(7 * DAY_MS)  # type: ignore[call-overload]
        return found

    own_s, mine = timed(ours)
    peer_s, other = timed(theirs, repeat=1)
    size = f"{count:,} requests, {GROUPS:,} groups"
    apart = float(np.nanmax(np.abs(mine - other)))
    return [
        Row("Kaplan-Meier", size, own_s, "s", "scipy in a loop", peer_s, own_s / peer_s, "<= 0.25"),
        Row("largest difference from scipy", size, apart, "share", goal="<= 1e-9"),
    ]


def rank_rows(count: int) -> list[Row]:
    """Each group against the rest."""
    lasted, over, group = cases(count, RANKED)
    own_s, mine = timed(lambda: log_rank_against_rest(lasted, over, group, RANKED))
    peer_s, other = timed(lambda: [peer_rank(lasted, over, group == key) for key in range(0, RANKED, RANKED // 4)], 1)
    peer_s *= RANKED / len(other)
    apart = float(np.abs(mine.z[:: RANKED // 4] - np.array(other)).max())
    size = f"{count:,} requests, {RANKED} groups"
    return [
        Row("log-rank against the rest", size, own_s, "s", "scipy, from 4 groups", peer_s, own_s / peer_s, "<= 0.1"),
        Row("largest difference of z from scipy", size, apart, "z", goal="<= 1e-6"),
    ]


def peer_rank(lasted: NDArray[np.int64], over: NDArray[np.bool_], mine: NDArray[np.bool_]) -> float:
    """The peer's statistic."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        told: Any = stats.logrank(
            *(stats.CensoredData(uncensored=lasted[p & over], right=lasted[p & ~over]) for p in (mine, ~mine))
        )
    return float(told.statistic)


def worked(call: Callable[[], Any]) -> tuple[float, Any]:
    """The least processor seconds of three calls, which run on one core, and the last result."""
    best, result = float("inf"), None
    for _ in range(3):
        started = time.process_time()
        result = call()
        best = min(best, time.process_time() - started)
    return best, result


def whole_rows(count: int) -> list[Row]:
    """The whole act over a demo city: all shares, times, differences and backlogs of 200 neighbourhoods."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "city.opsmap", create=True)
        work = Work(store, "benchmark", FixedClock(NOW))
        make_demo(work, DemoWish(count, 13, LAST))
        asked = FigureQuestion(by=By.NEIGHBOURHOOD, first=FIRST, last=LAST)
        service_figures(work, asked)  # compiled code, the index of areas, the snapshot beside the store

        def first() -> Any:
            RECENT.clear()
            return service_figures(work, asked).rows

        cold_s, rows = worked(first)
        warm_s, _ = worked(lambda: service_figures(work, asked).rows)
        store.close()
    size = f"{count:,} requests, {len(rows)} neighbourhoods"
    return [
        Row("all figures, what the store tells read again", size, cold_s, "s of processor", goal="<= 4"),
        Row("all figures, asked again", size, warm_s, "s of processor", goal="<= 2"),
    ]


if __name__ == "__main__":
    main()
