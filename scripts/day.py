"""One day of a city without a display: the four acts through the command, then pictures of the window.

Usage: day.py --store STORE --out FOLDER. Leaves assignments.csv, duplicates.csv, hotspots.geojson, stops.csv,
unassigned.csv, the other plan files, map.html, window pictures and summary.json. What fails is told and absent.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

BIN = Path(sys.executable).parent
PICTURE_SECONDS = 300


def main() -> int:
    """Run the day; 0 when every step worked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    folder: Path = arguments.out
    folder.mkdir(parents=True, exist_ok=True)
    summary: dict[str, Any] = {}
    failed = [name for name, verb in steps(folder).items() if not run_step(arguments.store, name, verb, summary)]
    if not take_pictures(arguments.store, folder, summary):
        failed.append("pictures")
    summary["failed"] = failed
    (folder / "summary.json").write_text(json.dumps(summary, indent=1, ensure_ascii=False), encoding="utf-8")
    tell(folder, failed)
    return 1 if failed else 0


def steps(folder: Path) -> dict[str, list[str]]:
    """The verbs of the day, in order."""
    return {
        "assign": ["assign", "--out", str(folder / "assignments.csv")],
        "duplicates": ["duplicates", "--out", str(folder / "duplicates.csv")],
        "hotspots": ["hotspots", "--out", str(folder / "hotspots.geojson")],
        "routes": ["routes", "plan", "--seconds", "10", "--seed", "13", "--out", str(folder)],
        "map": ["export", "map", str(folder / "map.html")],
    }


def run_step(store: str, name: str, verb: list[str], summary: dict[str, Any]) -> bool:
    """One verb; its JSON goes into the summary, its progress to the terminal."""
    print(f"· opsmap {' '.join(verb)}", flush=True)
    started = time.perf_counter()
    done = subprocess.run(
        [str(BIN / "opsmap"), "--store", store, *verb, "--json"], stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode != 0:
        summary[name] = {"exit": done.returncode}
        return False
    summary[name] = {**json.loads(done.stdout), "wall_seconds": round(time.perf_counter() - started, 2)}
    return True


def take_pictures(store: str, folder: Path, summary: dict[str, Any]) -> bool:
    """The window, drawn without a display."""
    print("· pictures of the window", flush=True)
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-m", "desktop", "--store", store, "--pictures", str(folder)],
        env=environment,
        timeout=PICTURE_SECONDS,
        check=False,
    )
    summary["pictures"] = sorted(path.name for path in folder.glob("*.png"))
    return done.returncode == 0


def tell(folder: Path, failed: list[str]) -> None:
    """Say where the day is."""
    print(f"\nThe day is in {folder.resolve()}:")
    for path in sorted(folder.iterdir()):
        print(f"  {path.name}  {path.stat().st_size:,} bytes")
    if failed:
        print(f"Did not work: {', '.join(failed)}.", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
