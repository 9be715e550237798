"""Published instances by the solver of `routes benchmark`, beside PyVRP on its own in the same run and time.

Solomon's and Homberger's for distance alone, and two with prizes; distances times 10, truncated. PyVRP reads the same
instance with its own reader and has its own defaults. Best known: the shortest published distance, else the one with
fewest vehicles (a plan with more of them may be shorter, so a gap may be negative). Needs the real data
(../shared/data, or the folder in OPSMAP_SHARED_DATA).
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from pathlib import Path
from statistics import mean

from benchmarks.inputs.crew_days import SHARED
from benchmarks.report import Row, report
from data.connectors.vrp_files import Instance, read_instance
from geo.vrp_benchmark import solve_instance

FOLDER = SHARED / "vrp"
FILES = (
    "solomon/R104.txt",
    "solomon/RC208.txt",
    "homberger/r1_2_1.txt",
    "homberger/rc2_2_1.txt",
    "homberger/c2_10_4.txt",
    "homberger/r1_10_4.txt",
    "homberger/rc1_10_4.txt",
    "prizes/R1_10_1.vrp",
)
QUICK = (FILES[0], FILES[2])
SECONDS = (10.0, 60.0)
EVEN = "<= 1.002"  # two runs of one search for the same seconds differ by as much


def main() -> None:
    """Measure each instance and time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="two instances, 3 s")
    parser.add_argument("--requests", type=int, help="taken for the sake of uniformity; the instances are files")
    arguments = parser.parse_args()
    if not FOLDER.exists():
        print(f"vrp_instances: {FOLDER} is not there, so nothing is measured", file=sys.stderr)
        return
    files, times = (QUICK, (3.0,)) if arguments.quick else (FILES, SECONDS)
    best = json.loads((FOLDER / "BKS.json").read_text())
    rows = []
    for seconds in times:
        rows += measure(files, seconds, best)
    report("vrp_instances", rows, arguments.json)


def measure(files: tuple[str, ...], seconds: float, best: dict[str, dict[str, float]]) -> list[Row]:
    """Cost, gap and the peer's for each file, and the mean over all."""
    rows, ratios = [], []
    for name in files:
        path = FOLDER / name
        solved = solve_instance(read_instance(path), seconds=seconds)
        peer = by_pyvrp(path, seconds)
        size = f"{path.stem}, {seconds:g} s"
        known = best_known(path, best)
        ratios.append(solved.cost / peer)
        rows.append(Row("cost", size, solved.cost, "units", "PyVRP alone", peer, ratios[-1]))
        rows.append(Row("gap to best known", size, gap(solved.cost, known), "%", "PyVRP alone", gap(peer, known)))
        rows.append(Row("answer holds to the checker", size, float(solved.feasible), "1 = yes", goal=">= 1"))
    whole = f"{len(files)} instances, {seconds:g} s"
    rows.append(Row("cost beside PyVRP alone, mean", whole, mean(ratios), "times", goal=EVEN))
    return rows


def gap(cost: float, known: float) -> float:
    """Per cent over the best known."""
    return 100 * (cost / known - 1)


def best_known(path: Path, best: dict[str, dict[str, float]]) -> float:
    """The best published cost of an instance."""
    if path.suffix == ".vrp":
        told = re.search(r"Cost:? *(\d+)", path.with_suffix(".sol").read_text())
        assert told is not None
        return int(told[1]) / 10
    row = best.get(f"{path.stem}_distance") or best[path.stem]
    return row["best_known_cost"]


def by_pyvrp(path: Path, seconds: float) -> float:
    """PyVRP's own reader and defaults, on the file or on its VRPLIB form."""
    import pyvrp
    from pyvrp.stop import MaxRuntime

    with tempfile.TemporaryDirectory() as folder:
        if path.suffix != ".vrp":
            form = as_vrplib(path)
            path = Path(folder) / f"{path.stem}.vrp"
            path.write_text(form)
        data = pyvrp.read(path, "dimacs")
    found = pyvrp.solve(data, stop=MaxRuntime(seconds), seed=1, collect_stats=False, display=False)
    return float(found.best.distance() + found.best.uncollected_prizes()) / 10


def as_vrplib(path: Path) -> str:
    """Solomon's text in the form that PyVRP reads."""
    instance: Instance = read_instance(path)
    lines = [line.split() for line in path.read_text().splitlines()]
    rows = [line for line in lines if len(line) == 7 and line[0].isdigit()]
    service = float(rows[-1][6])
    head = (
        f"NAME : {path.stem}\nTYPE : VRPTW\nDIMENSION : {len(rows)}\nVEHICLES : {instance.vehicles}\n"
        f"CAPACITY : {instance.capacity}\nSERVICE_TIME : {service:g}\nEDGE_WEIGHT_TYPE : EUC_2D\n"
    )
    coordinates = "\n".join(f"{n} {row[1]} {row[2]}" for n, row in enumerate(rows, 1))
    demands = "\n".join(f"{n} {row[3]}" for n, row in enumerate(rows, 1))
    windows = "\n".join(f"{n} {row[4]} {row[5]}" for n, row in enumerate(rows, 1))
    return (
        f"{head}NODE_COORD_SECTION\n{coordinates}\nDEMAND_SECTION\n{demands}\nDEPOT_SECTION\n1\n-1\n"
        f"TIME_WINDOW_SECTION\n{windows}\nEOF\n"
    )


if __name__ == "__main__":
    main()
