"""A plan's problem kept with it, so that it can be edited and solved again: rules as JSON, travel as derived arrays."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, fields
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np

from data.derived import SpoiltArrays, keep_derived, read_derived
from data.errors import RefusedInput
from data.records import City
from data.store import Store
from data.unit_of_work import ReadUnit
from desktop.operations.day_travel import DayWays, kept_profiles
from desktop.operations.import_streets import NETWORK
from desktop.operations.work import Work

if TYPE_CHECKING:
    from geo.vrp import Crew, Job, Problem, Travel

PREFIX = "plan travel "
KEPT = 4  # plans of which the travel times are kept; those of others are worked out again
OLD_PLAN = (
    "This plan was made by an earlier Opsmap, which kept no crews and jobs with it; plan the day again to edit it."
)


def problem_content(problem: Problem, lon: Iterable[float], lat: Iterable[float]) -> dict[str, Any]:
    """Crews, jobs and places as JSON; what is as usual is not written."""
    places = [[round(float(x), 7), round(float(y), 7)] for x, y in zip(lon, lat, strict=True)]
    return {
        "places": places,
        "crews": [_plain(crew) for crew in problem.crews],
        "jobs": [_plain(job) for job in problem.jobs],
    }


def with_rules_of(content: Mapping[str, Any], problem: Problem) -> dict[str, Any]:
    """The problem as a plan's content tells it, with the crews and jobs of another one at the same places."""
    crews, jobs = [_plain(crew) for crew in problem.crews], [_plain(job) for job in problem.jobs]
    return {**told_problem(content), "crews": crews, "jobs": jobs}


def problem_of(content: Mapping[str, Any], travels: Sequence[Travel]) -> Problem:
    """The problem that a plan was made from. RefusedInput where the plan does not hold it."""
    from geo.vrp import Problem

    return Problem(*crews_and_jobs(content), tuple(travels))


def crews_and_jobs(content: Mapping[str, Any]) -> tuple[tuple[Crew, ...], tuple[Job, ...]]:
    """Whom and what a plan was made for. RefusedInput where the plan does not hold it."""
    from geo.vrp import Crew, Job

    told = told_problem(content)
    crews = tuple(Crew(**_rich(Crew, row)) for row in told["crews"])
    return crews, tuple(Job(**_rich(Job, row)) for row in told["jobs"])


def told_problem(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """The problem as the plan's content tells it. RefusedInput for plans of an earlier Opsmap."""
    told = content.get("problem")
    if not isinstance(told, Mapping) or "places" not in told:
        raise RefusedInput(OLD_PLAN)
    return told


def travel_name(content: Mapping[str, Any], streets: int | None) -> str:
    """Under which name the travel times of a plan are kept: its day, its places, how its crews drive, the streets."""
    profiles = [crew.get("profile") for crew in content["crews"]]
    told = json.dumps([told_problem(content)["places"], profiles, streets]).encode()
    return f"{PREFIX}{content['date']} {blake2b(told, digest_size=8).hexdigest()}"


def kept_travel(unit: ReadUnit, content: Mapping[str, Any]) -> tuple[Travel, ...] | None:
    """The travel times that were kept of a plan, or None where they have to be worked out again."""
    from geo.vrp import Travel

    name = travel_name(content, unit.artifacts.version(NETWORK))
    try:
        arrays = read_derived(unit, name)
    except SpoiltArrays:
        return None
    if arrays is None:
        return None
    return tuple(Travel(arrays[f"s{at}"], arrays[f"m{at}"]) for at in range(len(arrays) // 2))


def keep_travel(store: Store, content: Mapping[str, Any], travels: Sequence[Travel]) -> None:
    """Keep the travel times of a plan, and drop those of the oldest days beyond a few.

    It can come before the plan is kept itself: its name tells places, vehicles and streets, not the plan.
    """
    with store.read() as unit:
        name = travel_name(content, unit.artifacts.version(NETWORK))
        others = sorted(other for other in unit.artifacts.names() if other.startswith(PREFIX) and other != name)
    arrays = {}
    for at, travel in enumerate(travels):
        arrays[f"s{at}"] = np.asarray(travel.duration_s, dtype=np.float32)
        arrays[f"m{at}"] = np.asarray(travel.distance_m, dtype=np.float32)
    keep_derived(store, {name: arrays}, others[: max(0, len(others) - KEPT + 1)])


def travel_anew(work: Work, city: City, content: Mapping[str, Any]) -> tuple[Travel, ...]:
    """The travel times between a plan's places, worked out on the streets of today for the vehicles of its crews."""
    places = np.array(told_problem(content)["places"], dtype=float).reshape(-1, 2)
    with work.store.read() as unit:
        arrays = unit.artifacts.get(NETWORK)
    own = [int(crew.get("travel", 0)) for crew in told_problem(content)["crews"]]
    ways = DayWays(city, arrays, places[:, 0], places[:, 1], kept_profiles(content, own))
    return ways.travels(work, work.progress)


def _plain(record: Any) -> dict[str, Any]:
    """The fields that differ from the usual, as JSON."""
    found = {}
    for field in fields(record):
        value = getattr(record, field.name)
        if field.default is MISSING or value != field.default:
            found[field.name] = sorted(value) if isinstance(value, frozenset) else _listed(value)
    return found


def _listed(value: Any) -> Any:
    return [_listed(part) for part in value] if isinstance(value, tuple) else value


def _rich(kind: type, row: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of JSON as the record has them; those that it does not know are left alone."""
    kinds = {field.name: str(field.type) for field in fields(kind)}
    return {
        name: frozenset(value) if isinstance(value, list) and "frozenset" in kinds[name] else _tupled(value)
        for name, value in row.items()
        if name in kinds
    }


def _tupled(value: Any) -> Any:
    return tuple(_tupled(part) for part in value) if isinstance(value, list) else value
