"""The people of the demo city's crews, by number and invented, their vehicles, shifts, absences and a round of bins.

Everything is drawn from a generator of its own, so that it moves nothing else of a seed's city.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np

from data.demo.crews import BREAK_MIN, DemoCrew, DemoDepot
from data.demo.frame import to_degrees
from data.demo.people import reporters
from data.demo.plan import DemoPlan

Entries = dict[str, list[dict[str, Any]]]
_STREAM = 0x0C4E5
# Kind of vehicle and what of the crew's skills is built into it, by the kind of crew.
_VEHICLES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "Sweeper": ("lorry", ("sweeping",)),
    "Tipper": ("lorry", ("loader",)),
    "Rounds": ("lorry", ()),
    "Patch": ("lorry", ("barriers",)),
    "Trees": ("lorry", ()),
    "Tow": ("lorry", ("towing",)),
    "Quay": ("lorry", ("loader", "sweeping")),
    "Inspector": ("car", ()),
}
_ON_HOLIDAYS = ("Tow", "Lights", "Drains")
_AWAY_SHARE, _AROUND_DAYS, _LONGEST_DAYS = 0.14, 12, 6
_REASONS = ("leave", "leave", "training", "ill", "")
_BINS = 12


def demo_roster(plan: DemoPlan, until: date) -> Entries:
    """The roster of a seed's city as a roster file would tell it; absences lie around the last day."""
    rng = np.random.default_rng([plan.seed % 2**64, _STREAM])
    members: list[dict[str, Any]] = []
    crews: list[dict[str, Any]] = []
    vehicles: list[dict[str, Any]] = []
    for crew in plan.crews:
        kind = crew.name.split()[0]
        vehicle = _vehicle(crew, kind)
        team = _team(rng, crew, len(members), frozenset(vehicle["equipment"]))
        vehicles.append(vehicle)
        members += team
        crews.append(_crew(crew, kind, vehicle["name"], [one["code"] for one in team]))
    return {
        "depot": [*map(_depot, plan.depots), *({**_depot(one), "kind": "dump", "empty_min": 12} for one in plan.dumps)],
        "vehicle": vehicles,
        "member": members,
        "crew": crews,
        "absence": _absences(rng, members, vehicles, until),
        "round": [_bins(plan, until)],
    }


def _depot(depot: DemoDepot) -> dict[str, Any]:
    return {"name": depot.name, "lat": depot.lat, "long": depot.long}


def _vehicle(crew: DemoCrew, kind: str) -> dict[str, Any]:
    body, equipment = _VEHICLES.get(kind, ("van", ()))
    number = crew.name.split()[-1]
    speed = 80.0 if body == "lorry" else None
    capacity = {} if crew.capacity is None else {"capacity": crew.capacity}
    name = f"{body.capitalize()} {number}"
    return {"name": name, "kind": body, "equipment": list(equipment), "max_speed_kmh": speed, **capacity}


def _team(rng: np.random.Generator, crew: DemoCrew, before: int, equipment: frozenset[str]) -> list[dict[str, Any]]:
    """Two or three people; each skill that no vehicle brings is somebody's, most are of more than one."""
    skills = [skill for skill in crew.skills if skill not in equipment]
    size = 1 if len(crew.skills) == 1 else 3 if len(skills) > 3 else 2
    team = []
    for turn in range(size):
        own = [skill for at, skill in enumerate(skills) if at % size == turn or rng.random() < 0.6]
        ((name, _, phone),) = reporters(rng.random((1, 3)))
        team.append({"code": f"M{101 + before + turn}", "name": name, "phone": phone, "skills": own})
    return team


def _crew(crew: DemoCrew, kind: str, vehicle: str, codes: list[str]) -> dict[str, Any]:
    pause = {"break_from": _clock(BREAK_MIN[0]), "break_to": _clock(BREAK_MIN[1]), "break_minutes": BREAK_MIN[2]}
    return {
        "name": crew.name,
        "start": crew.depot,
        "department": crew.agency,
        "vehicle": vehicle,
        "skills": list(crew.skills),
        "capacity": crew.capacity,
        "works_holidays": kind in _ON_HOLIDAYS,
        "from": _clock(crew.shift_start_min),
        "to": _clock(crew.shift_end_min),
        **pause,
        "shifts": _shifts(crew, kind, pause),
        "members": [{"code": code} for code in codes],
    }


def _shifts(crew: DemoCrew, kind: str, pause: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Crews that also work on Saturdays say so; the others have their usual hours."""
    if kind not in ("Sweeper", "Tow"):
        return []
    usual = {"start": _clock(crew.shift_start_min), "end": _clock(crew.shift_end_min), **pause}
    week = {"weekdays": ["mon", "tue", "wed", "thu", "fri"], **usual, "overtime_min": 30}
    return [week, {"weekdays": ["sat"], "start": "06:00", "end": "11:00", "max_stops": 15}]


def _absences(
    rng: np.random.Generator, members: list[dict[str, Any]], vehicles: list[dict[str, Any]], until: date
) -> list[dict[str, Any]]:
    """Some people around the last day, and one vehicle in the workshop the week after."""
    found: list[dict[str, Any]] = []
    for member in members:
        away, start = rng.random(), rng.integers(-_AROUND_DAYS, _AROUND_DAYS)
        days, why = rng.integers(_LONGEST_DAYS), rng.integers(len(_REASONS))
        if away < _AWAY_SHARE or (member["skills"] and not found and away < 2 * _AWAY_SHARE):
            first = until + timedelta(days=int(start) if found else 0)  # one of them just on the last day
            last = first + timedelta(days=int(days))
            found.append({"member": member["code"], "first_day": first, "last_day": last, "why": _REASONS[int(why)]})
    vehicle = vehicles[int(rng.integers(len(vehicles)))]["name"]
    first = until + timedelta(days=7)
    found.append({"vehicle": vehicle, "first_day": first, "last_day": first + timedelta(days=1), "why": "workshop"})
    return found


def _bins(plan: DemoPlan, until: date) -> dict[str, Any]:
    """Litter bins in the middles of the innermost neighbourhoods, twice a week."""
    order = np.argsort(np.hypot(*plan.quarter_middles.T), kind="stable")[:_BINS]
    lon, lat = to_degrees(plan.quarter_middles[order, 0], plan.quarter_middles[order, 1])
    return {
        "name": "Litter bins",
        "department": "Sanitation",
        "skills": ["collection"],
        "rrule": "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU,FR",
        "first_day": until - timedelta(days=28),
        "from": "07:00",
        "to": "12:00",
        "priority": 40,
        "places": [
            {
                "name": plan.quarter_names[int(at)],
                "lat": round(float(y), 6),
                "long": round(float(x), 6),
                "minutes": 8.0,
                "load": 0.1,
            }
            for at, x, y in zip(order, lon, lat, strict=True)
        ],
    }


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
