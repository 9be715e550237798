"""From a person's wish to stop to its being heard: the longest time in which long work does not look for one.

A plan (travel times, search, exchanges, reasons, checker, ways, keeping) and a replan at its middle, through the
window's own operations, on the day of 1,000 jobs and 60 crews on Porto's streets. Processor seconds of the thread that
looks: a machine with other work stretches the clock, not these. In a process that has not planned yet libraries are
loaded, and compiled code; the window's worker does so once. Needs the real data (../shared/data, or the folder in
OPSMAP_SHARED_DATA).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.first_plan import CASES, make_city
from benchmarks.inputs.crew_days import STREETS
from benchmarks.report import Row, report

ROOT = Path(__file__).resolve().parents[1]
LONGEST = 3  # gaps that are told of each act
GOAL = "<= 0.1"
RUN = """
import json, sys
from datetime import time
from pathlib import Path
from benchmarks.first_plan import DAY
from benchmarks.stopping import Looks
from data.derived import keep_derived
from data.store import open_store
from desktop.domain.clock import SystemClock
from desktop.operations.plan_routes import PlanWish, plan_routes
from desktop.operations.replan_routes import ReplanWish, replan_routes
from desktop.operations.travel_times import PREFIX
from desktop.operations.work import Work
folder = Path(sys.argv[1])
files = {"crews": folder / "crews.csv", "jobs": folder / "jobs.csv"}
store = open_store(str(folder / "city.opsmap"))
plan, replan = PlanWish(DAY, **files), ReplanWish(DAY, time(10, 30), **files)
acts = [("plan", plan_routes, plan), ("replan", replan_routes, replan)]
told = {}
for fresh in (True, False):
    with store.read() as unit:
        kept = {name for name in unit.artifacts.names() if name.startswith(PREFIX)}
    keep_derived(store, {}, kept)
    for name, act, wish in acts:
        looks = Looks()
        act(Work(store, "benchmark", SystemClock(), should_stop=looks), wish)
        looks()
        told[f"{name}, {'a fresh process' if fresh else 'warm'}"] = looks.longest()
print(json.dumps(told))
"""


class Looks:
    """A wish that never comes, and how long nobody looked for it."""

    def __init__(self) -> None:
        self._last: tuple[float, str] | None = None
        self._gaps: list[tuple[float, str]] = []
        self()

    def __call__(self) -> bool:
        now, place = time.thread_time(), _place()
        if self._last is not None:
            self._gaps.append((now - self._last[0], f"{self._last[1]} to {place}"))
        self._last = now, place
        return False

    def longest(self) -> dict[str, Any]:
        """The longest gaps with their ends, and how often somebody looked."""
        return {"looks": len(self._gaps), "gaps": sorted(self._gaps, reverse=True)[:LONGEST]}


def _place() -> str:
    """The module and line of ours that asks, whoever passes the question on."""
    frame = sys._getframe(2)
    while frame.f_back is not None:
        path, name = Path(frame.f_code.co_filename), frame.f_code.co_name
        ours = path.is_relative_to(ROOT / "geo") or path.is_relative_to(ROOT / "desktop")
        if ours and name not in ("breathe", "say", "pause", "_pause", "__call__"):
            return f"{path.stem}.{name}"
        frame = frame.f_back
    return "the end"


def main() -> None:
    """Measure a plan and a replan, fresh and warm."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="300 jobs in place of 1,000")
    parser.add_argument("--requests", type=int, help="taken for the sake of uniformity; the days are files")
    arguments = parser.parse_args()
    if not STREETS.exists():
        print(f"stopping: {STREETS} is not there, so nothing is measured", file=sys.stderr)
        return
    jobs, crews, _ = CASES[0] if arguments.quick else CASES[-1]
    with tempfile.TemporaryDirectory() as folder:
        make_city(Path(folder), jobs, crews)
        command = [sys.executable, "-c", RUN, folder]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    told = json.loads(done.stdout.splitlines()[-1])
    report("stopping", [row for act, one in told.items() for row in _rows(act, one, jobs)], arguments.json)


def _rows(act: str, told: dict[str, Any], jobs: int) -> list[Row]:
    size = f"{jobs:,} jobs, {told['looks']:,} looks"
    goal = "" if "fresh" in act else GOAL
    return [Row(f"{act}: {ends}", size, gap, "CPU s", goal=goal) for gap, ends in told["gaps"]]


if __name__ == "__main__":
    main()
