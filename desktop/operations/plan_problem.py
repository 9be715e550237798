"""The crews and jobs of a plan as versioned JSON, so that a replan begins with what was planned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from geo.vrp import Crew, Job, Problem

DIGITS = 6


def problem_content(problem: Problem, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> dict[str, Any]:
    """Places in degrees, crews and jobs; what has its usual value is left out."""
    return {
        "places": [[round(float(x), DIGITS), round(float(y), DIGITS)] for x, y in zip(lon, lat, strict=True)],
        "crews": [_told(crew) for crew in problem.crews],
        "jobs": [_told(job) for job in problem.jobs],
    }


def crews_and_jobs(content: Mapping[str, Any]) -> tuple[tuple[Crew, ...], tuple[Job, ...]]:
    """The crews and jobs of what problem_content gave."""
    from geo.vrp import Crew, Job

    crews = tuple(Crew(**_read(Crew, row)) for row in content["crews"])
    return crews, tuple(Job(**_read(Job, row)) for row in content["jobs"])


def _told(record: Crew | Job) -> dict[str, Any]:
    values = asdict(record)
    usual = {field.name: field.default for field in fields(record) if field.default is not MISSING}
    return {
        name: _plain(value)
        for name, value in values.items()
        if name not in usual or getattr(record, name) != usual[name]
    }


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset | set):
        return sorted(value)
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return value.item() if hasattr(value, "item") else value


def _read(kind: type[Crew | Job], row: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a row in the types of the record; fields that this version does not know are left out."""
    types = {field.name: str(field.type) for field in fields(kind)}
    return {name: _as(types[name], value) for name, value in row.items() if name in types}


def _as(kind: str, value: Any) -> Any:
    if kind.startswith("frozenset") and value is not None:
        return frozenset(value)
    if kind.startswith("tuple") and value is not None:
        return tuple(tuple(one) if isinstance(one, list) else one for one in value)
    return value
