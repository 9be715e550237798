"""Depots and crews: who drives out in the morning, from where, and what they can do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.demo.frame import Floats, to_degrees
from data.demo.network import Network
from data.demo.roads import SECONDARY, TERTIARY

SHIFT_MIN = (7 * 60, 16 * 60)
BREAK_MIN = (11 * 60 + 30, 13 * 60, 30)  # earliest start, latest end, length
# Where yards should lie (km east and north of the centre), and who starts there.
DEPOT_KM = ((-3.6, -0.9), (5.2, -1.6), (1.5, 5.6), (-8.4, -2.6), (8.6, 3.0), (-4.6, 5.0), (2.8, -6.0))
DUMP_KM = ((6.4, -4.2), (-6.6, 3.4))
_PORT = (
    "loader", "collection", "sweeping", "asphalt", "paving", "cleaning", "winter", "barriers", "electrics", "signals",
    "signs",
    "pipes", "drains", "chainsaw", "climbing", "grounds", "playgrounds", "pest control", "towing", "patrol",
    "inspection",
)  # fmt: skip
# Kind of crew, department, skills, capacity (t), how many.
KINDS = (
    ("Sweeper", "Sanitation", ("sweeping", "collection"), None, 3),
    ("Tipper", "Sanitation", ("loader", "sweeping"), 3.5, 7),
    ("Rounds", "Sanitation", ("collection",), 7.5, 2),
    ("Patch", "Streets", ("asphalt", "paving", "barriers", "winter"), 2.0, 5),
    ("Paint", "Streets", ("cleaning", "barriers"), None, 2),
    ("Lights", "Lighting", ("electrics",), None, 5),
    ("Signals", "Signals", ("signals", "signs"), None, 3),
    ("Drains", "Water", ("drains", "pipes"), None, 4),
    ("Trees", "Parks", ("climbing", "chainsaw", "grounds"), 4.0, 3),
    ("Grounds", "Parks", ("grounds", "playgrounds", "sweeping", "collection", "chainsaw"), 2.0, 2),
    ("Rats", "Health", ("pest control",), None, 1),
    ("Tow", "Mobility", ("towing", "patrol"), None, 2),
    ("Inspector", "Buildings", ("inspection",), None, 1),
    ("Quay", "Port authority", _PORT, 3.5, 2),
)


@dataclass(frozen=True, slots=True)
class DemoDepot:
    """A yard by a street."""

    name: str
    lat: float
    long: float


@dataclass(frozen=True, slots=True)
class DemoCrew:
    """A crew and its usual day, in minutes after midnight."""

    name: str
    depot: str
    agency: str
    skills: tuple[str, ...]
    capacity: float | None
    shift_start_min: int = SHIFT_MIN[0]
    shift_end_min: int = SHIFT_MIN[1]
    break_start_min: int = BREAK_MIN[0]
    break_end_min: int = BREAK_MIN[1]
    break_minutes: int = BREAK_MIN[2]


def place_depots(
    network: Network,
    street_names: tuple[str, ...],
    dry: np.ndarray,
    wanted: tuple[tuple[float, float], ...] = DEPOT_KM,
    kind: str = "Depot",
) -> list[DemoDepot]:
    """A yard 25 m off the nearest larger street to each wanted place. `dry`: pieces with room beside them."""
    fit = np.flatnonzero(np.isin(network.highway, (SECONDARY, TERTIARY)) & dry & (network.oneway == 0))
    middle = _middles(network, fit)
    found: list[DemoDepot] = []
    for east, north in wanted:
        away = np.hypot(middle[:, 0] - east * 1000, middle[:, 1] - north * 1000)
        for at in np.argsort(away, kind="stable").tolist():
            name = f"{kind} {street_names[network.street[fit[at]]]}"
            if all(depot.name != name for depot in found):
                break
        x, y = _beside(network, int(fit[at]), 25.0)
        lon, lat = to_degrees(np.array([x]), np.array([y]))
        found.append(DemoDepot(name, round(float(lat[0]), 6), round(float(lon[0]), 6)))
    return found


def _middles(network: Network, pieces: np.ndarray) -> Floats:
    a, b = network.a[pieces], network.b[pieces]
    return np.column_stack([network.x_m[a] + network.x_m[b], network.y_m[a] + network.y_m[b]]) / 2


def _beside(network: Network, piece: int, away_m: float) -> tuple[float, float]:
    a, b = int(network.a[piece]), int(network.b[piece])
    step = np.array([network.x_m[b] - network.x_m[a], network.y_m[b] - network.y_m[a]])
    step /= np.hypot(*step)
    x, y = _middles(network, np.array([piece]))[0]
    return float(x - step[1] * away_m), float(y + step[0] * away_m)


def staff_crews(rng: np.random.Generator, depots: list[DemoDepot]) -> list[DemoCrew]:
    """All crews, numbered through; those of one kind start from different yards."""
    crews: list[DemoCrew] = []
    for kind, agency, skills, capacity, count in KINDS:
        first = int(rng.integers(len(depots)))
        for turn in range(count):
            depot = depots[(first + turn * 2) % len(depots)] if kind != "Quay" else depots[1]
            crews.append(DemoCrew(f"{kind} {len(crews) + 1}", depot.name, agency, skills, capacity))
    return crews
