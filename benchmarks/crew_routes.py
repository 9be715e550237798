"""Crew days on real streets, solved beside OR-Tools and VROOM in the same run, each plan checked independently.

Days of 300 jobs for 20 crews and 1,000 for 60 on Porto's streets (benchmarks/inputs/days, made before anything was
tuned on them): skills, two depots, 15 % windows, breaks, priorities, loads. Score: seconds driven plus 600 a point of
priority that is not served, over 3600; the median over the days. Each solver has the same seconds after the matrix;
reading its orders and our own insertions and reasons come on top. VROOM uses every core, the others one. Needs the
real data (../shared/data, or the folder in OPSMAP_SHARED_DATA).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

from benchmarks.inputs.crew_days import SEEDS, SIZES, STREETS, read_day
from benchmarks.inputs.crew_peers import ORTOOLS, VROOM, Scored, ours, peer, present
from benchmarks.report import Row, report
from geo.vrp_problem import Problem

SECONDS = (10.0, 30.0)


def main() -> None:
    """Measure each size and time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="one day of 300 jobs, 10 s")
    parser.add_argument("--requests", type=int, help="taken for the sake of uniformity; the days are files")
    parser.add_argument("--seeds", type=int, default=len(SEEDS), help="how many days of each size")
    arguments = parser.parse_args()
    if not STREETS.exists():
        print(f"crew_routes: {STREETS} is not there, so nothing is measured", file=sys.stderr)
        return
    sizes, times = (SIZES[:1], SECONDS[:1]) if arguments.quick else (SIZES, SECONDS)
    seeds = SEEDS[: 1 if arguments.quick else arguments.seeds]
    rows = [row for jobs, crews in sizes for row in measure(jobs, crews, seeds, times)]
    report("crew_routes", rows, arguments.json)


@dataclass(slots=True)
class Runs:
    """What one solver made of the days."""

    scored: list[Scored] = field(default_factory=list)
    wall_s: list[float] = field(default_factory=list)

    def run(self, solve: Callable[[], Scored]) -> None:
        """One day more."""
        started = time.perf_counter()
        self.scored.append(solve())
        self.wall_s.append(time.perf_counter() - started)

    @property
    def hours(self) -> float:
        """The median score."""
        return median(one.hours for one in self.scored)


def measure(jobs: int, crews: int, seeds: tuple[int, ...], times: tuple[float, ...]) -> list[Row]:
    """All days of a size."""
    days = [read_day(jobs, crews, seed) for seed in seeds]
    rows = []
    for seconds in times:
        size = f"{jobs:,} jobs, {crews} crews, {seconds:g} s, {len(days)} days"
        rows += compared(days, seconds, size)
    return rows


def compared(days: list[Problem], seconds: float, size: str) -> list[Row]:
    """Our plans beside each peer's."""
    own = Runs()
    for seed, day in enumerate(days, 1):
        own.run(lambda day=day, seed=seed: ours(day, seconds, seed))
    rows = []
    for name in (ORTOOLS, VROOM):
        if not present(name):
            rows.append(Row("score", size, own.hours, "h", f"{name}: not installed"))
            continue
        other = Runs()
        for day in days:
            other.run(lambda day=day, name=name: peer(name, day, seconds))
        rows += beside(own, name, other, size)
    return [*rows, *checked(own, size)]


def beside(own: Runs, name: str, other: Runs, size: str) -> list[Row]:
    """Scores, and on how many of the days ours was the better one."""
    won = sum(a.hours <= b.hours for a, b in zip(own.scored, other.scored, strict=True))
    unserved = median(one.unserved for one in other.scored)
    dropped = sum(one.dropped for one in other.scored)
    faults = sum(len(one.faults) for one in other.scored)
    return [
        Row("score", size, own.hours, "h", name, other.hours, own.hours / other.hours, "<= 1"),
        Row(f"days ahead of {name}", size, won, f"of {len(own.scored)}"),
        Row(f"jobs left out by {name}, median", size, unserved, "jobs"),
        Row(f"stops of {name} that our clock could not hold", size, dropped, "stops"),
        Row(f"faults in plans of {name}", size, faults, "faults"),
        Row(f"{name}, all of it, median", size, median(other.wall_s), "s"),
    ]


def checked(own: Runs, size: str) -> list[Row]:
    """What stands about our own plans."""
    faults = sum(len(one.faults) for one in own.scored)
    return [
        Row("jobs left out, median", size, median(one.unserved for one in own.scored), "jobs"),
        Row("faults the checker finds in our plans", size, faults, "faults", goal="<= 0"),
        Row("all of it with insertions and reasons, median", size, median(own.wall_s), "s"),
    ]


if __name__ == "__main__":
    main()
