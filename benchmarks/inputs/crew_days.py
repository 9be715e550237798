"""Days of crews on Porto's streets, made once with a seed and kept as files, so that nothing is tuned on what it makes.

`python -m benchmarks.inputs.crew_days` made them; what a day holds is coordinates and attributes, travel times are
computed on the streets at each run. Places © OpenStreetMap contributors.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from desktop.operations.import_streets import StreetImport, build_streets
from geo.crs import to_degrees, to_metres
from geo.streets import StreetNetwork
from geo.travel import matrix, snap
from geo.vrp_problem import Crew, Job, Problem, Travel

KEPT = Path(__file__).parent / "days"
SHARED = Path(os.environ.get("OPSMAP_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
STREETS = SHARED / "osm" / "porto.osm.pbf"
SIZES = ((300, 20), (1000, 60))
SEEDS = (1, 2, 3, 4, 5)
CENTRE, RADIUS_M = (-8.61, 41.155), 9_000.0
DEPOTS = ((-8.583, 41.165), (-8.655, 41.172))
SKILLS = ("tree", "electric", "asphalt")
HOUR = 3600


def main() -> None:
    """Make every day that is not there yet."""
    KEPT.mkdir(exist_ok=True)
    for jobs, crews in SIZES:
        for seed in SEEDS:
            file = day_file(jobs, crews, seed)
            if not file.exists():
                file.write_text(json.dumps(make_day(jobs, crews, seed), separators=(",", ":")) + "\n")


def day_file(jobs: int, crews: int, seed: int) -> Path:
    """Where a day is kept."""
    return KEPT / f"{jobs}_jobs_{crews}_crews_{seed}.json"


def make_day(jobs: int, crews: int, seed: int) -> dict[str, Any]:
    """Jobs along streets, half of them around a few spots; crews of two depots, of which most have a skill or two."""
    rng = np.random.default_rng([seed, jobs])
    lon, lat = _spots(streets(), jobs, rng)
    windowed = rng.random(jobs) < 0.15
    opens = np.where(windowed, rng.integers(14, 27, jobs) * 30, -1)  # minutes: 07:00 to 13:00, two hours long
    needs = np.where(rng.random(jobs) < 0.35, rng.integers(0, len(SKILLS), jobs), -1)
    return {
        "lon": np.round(lon, 5).tolist(),
        "lat": np.round(lat, 5).tolist(),
        "service_min": (rng.integers(2, 11, jobs) * 5).tolist(),
        "priority": np.clip(rng.normal(45, 20, jobs).round(), 1, 100).astype(int).tolist(),
        "skill": needs.tolist(),
        "load": rng.integers(0, 5, jobs).tolist(),
        "opens_min": opens.tolist(),
        "crews": [_crew(n, rng) for n in range(crews)],
    }


def _crew(number: int, rng: np.random.Generator) -> dict[str, Any]:
    start = int(rng.choice([7 * 60, 7 * 60, 8 * 60]))
    skills = [n for n in range(len(SKILLS)) if rng.random() < 0.45]
    return {"depot": number % len(DEPOTS), "start_min": start, "skills": skills, "capacity": int(rng.integers(28, 45))}


def _spots(network: StreetNetwork, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Points along reachable streets near the centre, streets weighed by length; half of them near a hot spot."""
    x_m, y_m = to_metres(network.point_lon, network.point_lat, network.crs_epsg)
    centre_x, centre_y = to_metres([CENTRE[0]], [CENTRE[1]], network.crs_epsg)
    near = np.hypot(x_m[network.edge_first] - centre_x[0], y_m[network.edge_first] - centre_y[0]) <= RADIUS_M
    edges = np.flatnonzero(near & network.reachable)
    length = network.edge_length_m[edges]
    chosen = rng.choice(edges, size=20 * count, p=length / length.sum())
    x, y = x_m[network.edge_first[chosen]], y_m[network.edge_first[chosen]]
    hot = rng.choice(len(chosen), size=8, replace=False)
    nearest = np.min(np.hypot(x[:, None] - x[hot], y[:, None] - y[hot]), axis=1)
    clustered = np.flatnonzero(nearest < 900.0)[: count // 2]
    rest = np.setdiff1d(np.arange(len(chosen)), clustered)[: count - len(clustered)]
    kept = rng.permutation(np.concatenate([clustered, rest]))
    shift = rng.uniform(-15, 15, (2, count))
    return to_degrees(x[kept] + shift[0], y[kept] + shift[1], network.crs_epsg)


@cache
def streets() -> StreetNetwork:
    """Porto's drivable streets, by the reader of the product."""
    return build_streets(StreetImport(STREETS), None).network


def read_day(jobs: int, crews: int, seed: int) -> Problem:
    """A kept day as a problem, its travel times computed on the streets."""
    day = json.loads(day_file(jobs, crews, seed).read_text())
    lon = [*(depot[0] for depot in DEPOTS), *day["lon"]]
    lat = [*(depot[1] for depot in DEPOTS), *day["lat"]]
    duration_s, distance_m = matrix(streets(), snap(streets(), lon, lat))
    return Problem(tuple(_crews(day["crews"])), tuple(_jobs(day)), (Travel(duration_s, distance_m),))


def _crews(told: Sequence[dict[str, Any]]) -> list[Crew]:
    return [
        Crew(
            name=f"Crew {number + 1}",
            start=crew["depot"],
            end=crew["depot"],
            shift_start_s=crew["start_min"] * 60,
            shift_end_s=crew["start_min"] * 60 + 8 * HOUR + HOUR // 2,
            skills=frozenset(SKILLS[n] for n in crew["skills"]),
            capacity=crew["capacity"],
            break_start_s=11 * HOUR,
            break_end_s=13 * HOUR + HOUR // 2,
            break_s=HOUR // 2,
        )
        for number, crew in enumerate(told)
    ]


def _jobs(day: dict[str, Any]) -> list[Job]:
    names = ("service_min", "priority", "skill", "load", "opens_min")
    return [
        Job(
            name=f"J{number + 1}",
            location=len(DEPOTS) + number,
            service_s=service * 60,
            priority=priority,
            skills=frozenset() if skill < 0 else frozenset({SKILLS[skill]}),
            load=load,
            earliest_s=None if opens < 0 else opens * 60,
            latest_s=None if opens < 0 else opens * 60 + 2 * HOUR,
        )
        for number, (service, priority, skill, load, opens) in enumerate(
            zip(*(day[name] for name in names), strict=True)
        )
    ]


if __name__ == "__main__":
    main()
