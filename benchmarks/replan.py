"""A day replanned at its middle: cost against the share of untouched jobs that may change crew, and how fast.

The day of 1,000 jobs and 60 crews on Porto's streets is planned; at a moment that leaves about 500 planned jobs, twelve
urgent jobs come in, two crews are absent, three are late. Cost: seconds driven plus 600 a point of unserved priority,
over 3600. The peer of 5 s is the same search for 60 s under the same bound; PyVRP's planner, warm started with the
running plan and without a bound, shows what a replan does that minds nobody. Needs the real data (../shared/data, or
the folder in OPSMAP_SHARED_DATA).
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from statistics import median

import numpy as np

from benchmarks.inputs.crew_days import STREETS, read_day
from benchmarks.report import Row, report
from geo.vrp import PlannedDay, Problem, plan_day
from geo.vrp_replan import Replanned, Wish, changes, replan
from geo.vrp_replan_diff import difference
from geo.vrp_rest import CrewNow, rest_of_day, standing

CHURN = (0.0, 0.05, 0.10, 0.20)
SEEDS = (1, 2, 3)
LEFT = 500
HOUR = 3600
NEW, ABSENT, LATE = 12, (3, 17), {5: 1800, 20: 2400, 40: 1800}


def main() -> None:
    """Measure each bound on each day."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="one day, 15 s instead of 60, two bounds")
    parser.add_argument("--requests", type=int, help="taken for the sake of uniformity; the days are files")
    arguments = parser.parse_args()
    if not STREETS.exists():
        print(f"replan: {STREETS} is not there, so nothing is measured", file=sys.stderr)
        return
    seeds, bounds = (SEEDS[:1], (0.0, 0.10)) if arguments.quick else (SEEDS, CHURN)
    long_s, plan_s = (15.0, 10.0) if arguments.quick else (60.0, 30.0)
    days = [running_day(seed, plan_s) for seed in seeds]
    warm(days[0])
    rows = [row for churn in bounds for row in curve(days, churn, long_s)]
    report("replan", [*rows, *unbounded(days, 5.0)], arguments.json)


Day = tuple[Problem, PlannedDay, tuple[CrewNow, ...]]


def running_day(seed: int, seconds: float) -> Day:
    """A planned day at the moment when about 500 of its jobs are left, with what happened until then."""
    known = read_day(1000, 60, seed)
    plan = plan_day(known, seconds=seconds, seed=seed)
    rng = np.random.default_rng(seed)
    new = tuple(
        replace(known.jobs[at], name=f"N{n}", priority=100, service_s=1200, earliest_s=None, latest_s=None)
        for n, at in enumerate(rng.choice(len(known.jobs), NEW, replace=False).tolist())
    )
    problem = replace(known, jobs=known.jobs + new)
    starts = sorted(visit.arrival_s - visit.leg_drive_s for route in plan.routes for visit in route.visits)
    now_s = round(starts[-LEFT]) if len(starts) > LEFT else 8 * HOUR
    return problem, plan, standing(problem, plan, now_s, absent=frozenset(ABSENT), late_s=LATE)


def warm(day: Day) -> None:
    """Compiled code is loaded before anything is timed."""
    replan(*day, Wish(iterations=10))


def curve(days: list[Day], churn: float, long_s: float) -> list[Row]:
    """One bound: 5 s beside the long search."""
    fast, wall = [], []
    for day in days:
        started = time.perf_counter()
        fast.append(replan(*day, Wish(max_churn=churn, seconds=5.0)))
        difference(day[0], day[1], day[2], fast[-1])
        wall.append(time.perf_counter() - started)
    slow = [replan(*day, Wish(max_churn=churn, seconds=long_s)) for day in days]
    ratios = [a.plan.cost / min(a.plan.cost, b.plan.cost) for a, b in zip(fast, slow, strict=True)]
    drives = [drive_s(a) / drive_s(b) for a, b in zip(fast, slow, strict=True)]
    size = f"{round(median(len(one.rest.planned) for one in fast))} left, {churn:.0%} may change, {len(days)} days"
    bound = f"<= {churn:g}" if churn else "<= 0"
    return [
        Row("cost after 5 s", size, cost_h(fast), "h", f"{long_s:g} s", cost_h(slow), median(ratios), "<= 1.05"),
        Row("of it driven", size, median(drive_s(one) for one in fast) / 3600, "h", f"{long_s:g} s",
            median(drive_s(one) for one in slow) / 3600, median(drives)),
        Row("untouched jobs that change crew, most", size, max(map(share, fast)), "share", goal=bound),
        Row("whole replan with reasons, checker and difference, most", size, max(wall), "s", goal="<= 5"),
    ]  # fmt: skip


def share(one: Replanned) -> float:
    """Changed of untouched."""
    return len(one.changed) / max(1, len(one.rest.untouched))


def cost_h(many: list[Replanned]) -> float:
    """The median cost in hours."""
    return median(one.plan.cost for one in many) / 3600


def drive_s(one: Replanned) -> float:
    """Seconds driven for the rest of the day."""
    return sum(route.drive_s for route in one.plan.routes)


def unbounded(days: list[Day], seconds: float) -> list[Row]:
    """The planner from the running plan, without a bound."""
    costs, shares = [], []
    for problem, plan, now in days:
        rest = rest_of_day(problem, plan, now)
        found = plan_day(rest.problem, seconds=seconds, begin=rest.orders)
        orders = [[visit.job for visit in route.visits] for route in found.routes]
        costs.append(found.cost / 3600)
        shares.append(len(changes(rest, orders)) / len(rest.untouched))
    size = f"no bound, {seconds:g} s, {len(days)} days"
    return [
        Row("cost, the planner from the running plan", size, median(costs), "h"),
        Row("untouched jobs that change crew, the planner", size, median(shares), "share"),
    ]


if __name__ == "__main__":
    main()
