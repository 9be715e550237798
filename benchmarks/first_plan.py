"""From the click to a plan that can be used: the window's operation, with travel times, checker and keeping.

Days of 300 jobs for 20 crews and 1,000 for 60 on Porto's streets, searched as long as the window asks for so many jobs.
Each size is planned three times in one process: fresh; again with the kept travel times taken away, as for a day of new
places in the window's worker; and with the times kept. Processor seconds count the search's too, and both cores.
Needs the real data (../shared/data, or OPSMAP_SHARED_DATA).
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.inputs.crew_days import DEPOTS, SKILLS, STREETS, day_file
from benchmarks.report import Row, report
from desktop.operations.plan_routes import search_seconds

DAY = date(2026, 10, 13)
CASES = ((300, 20, 5.0), (1000, 60, 20.0))  # jobs, crews, goal in seconds
RUN = """
import json, sys, time
from pathlib import Path
from benchmarks.first_plan import DAY
from data.derived import keep_derived
from data.store import open_store
from desktop.domain.clock import SystemClock
from desktop.operations.plan_routes import PlanWish, plan_routes
from desktop.operations.travel_times import PREFIX
from desktop.operations.work import Work
folder = Path(sys.argv[1])
work = Work(open_store(str(folder / "city.opsmap")), "benchmark", SystemClock())
for forget in (True, True, False):
    if forget:
        with work.store.read() as unit:
            kept = {name for name in unit.artifacts.names() if name.startswith(PREFIX)}
        keep_derived(work.store, {}, kept)
    wish = PlanWish(DAY, crews=folder / "crews.csv", jobs=folder / "jobs.csv")
    began, cpu = time.perf_counter(), time.process_time()
    changes, content = plan_routes(work, wish)
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    print(json.dumps({"wall": wall, "cpu": cpu, "served": changes.counts["served"]}))
"""


def main() -> None:
    """Measure each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="300 jobs alone")
    parser.add_argument("--requests", type=int, help="taken for the sake of uniformity; the days are files")
    arguments = parser.parse_args()
    if not STREETS.exists():
        print(f"first_plan: {STREETS} is not there, so nothing is measured", file=sys.stderr)
        return
    rows = []
    for case in CASES[:1] if arguments.quick else CASES:
        with tempfile.TemporaryDirectory() as folder:
            rows += measure(Path(folder), *case)
    report("first_plan", rows, arguments.json)


def measure(folder: Path, jobs: int, crews: int, goal: float) -> list[Row]:
    """One size."""
    make_city(folder, jobs, crews)
    size = f"{jobs:,} jobs, {crews} crews, {search_seconds(jobs):g} s of search"
    fresh, again, kept = run(folder)
    return [
        Row("click to plan, matrix included", size, again["wall"], "s", goal=f"<= {goal:g}"),
        Row("of it, on the processor", size, again["cpu"], "CPU s"),
        Row("the same in a process that has not planned yet", size, fresh["wall"], "s"),
        Row("the same with kept travel times", size, kept["wall"], "s"),
        Row("jobs served", size, again["served"], "jobs"),
    ]


def run(folder: Path) -> list[dict[str, Any]]:
    """Three plans in one process: fresh, again without travel times, and with them."""
    command = [sys.executable, "-c", RUN, str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()[-3:]]


def make_city(folder: Path, jobs: int, crews: int) -> None:
    """A city with Porto's streets, and the day as the two CSV files that the operation reads."""
    opsmap = [sys.executable, "-m", "desktop.cli.main", "--store", str(folder / "city.opsmap")]
    subprocess.run([*opsmap, "init", "Porto", "--crs", "EPSG:32629"], check=True, stdout=sys.stderr)
    subprocess.run([*opsmap, "import", "streets", str(STREETS)], check=True, stdout=sys.stderr)
    day = json.loads(day_file(jobs, crews, 1).read_text())
    write(folder / "crews.csv", [_crew(n, crew) for n, crew in enumerate(day["crews"], 1)])
    write(folder / "jobs.csv", [_job(day, n) for n in range(jobs)])


def _crew(number: int, crew: dict[str, Any]) -> dict[str, Any]:
    long, lat = DEPOTS[crew["depot"]]
    ends = crew["start_min"] + 8 * 60 + 30
    return {
        "crew": f"Crew {number}",
        "depot_lat": lat,
        "depot_long": long,
        "shift_start": _clock(crew["start_min"]),
        "shift_end": _clock(ends),
        "skills": ";".join(SKILLS[n] for n in crew["skills"]),
        "capacity": crew["capacity"],
        "break_start": "11:00",
        "break_end": "13:30",
        "break_minutes": 30,
    }


def _job(day: dict[str, Any], number: int) -> dict[str, Any]:
    opens, skill = day["opens_min"][number], day["skill"][number]
    return {
        "job": f"J{number + 1}",
        "lat": day["lat"][number],
        "long": day["lon"][number],
        "service_minutes": day["service_min"][number],
        "priority": day["priority"][number],
        "skills": "" if skill < 0 else SKILLS[skill],
        "load": day["load"][number],
        "earliest": "" if opens < 0 else _clock(opens),
        "latest": "" if opens < 0 else _clock(opens + 120),
    }


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    """A CSV file."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
