"""Assign every request to the department whose service area covers it, with the reason in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from data.errors import RefusedInput
from data.records import Area, AreaLayer, Placement
from data.unit_of_work import ReadUnit
from desktop.operations.area_indexes import area_index, keep_area_indexes
from desktop.operations.changes import Changes
from desktop.operations.work import Work

BY_HAND = "by hand"  # the rule of a request that a person gave to a department: no layer takes it back
NO_LAYERS = "No area layer names a department; import one with 'opsmap import areas FILE --agency-field FIELD'."
UNLOCATED = {
    Placement.MISSING.value: "The request has no coordinates.",
    Placement.INVALID.value: "Its coordinates are not a place on earth.",
    Placement.SWAPPED.value: "Its latitude and longitude look exchanged.",
    Placement.OUT_OF_TOWN.value: "It lies outside the city.",
    Placement.PLACEHOLDER.value: "Its point stands for 'not located'.",
}

_DECIDES = ("id", "service_id", "placement", "lat", "long")


@dataclass(frozen=True, slots=True)
class Assignment:
    """What one request was assigned, ready for the CSV."""

    service_request_id: str
    agency_responsible: str
    area: str
    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Outcome:
    """One answer that many requests share."""

    agency_id: int | None
    area: str
    rule: str
    reason: str


def assign(work: Work, *, request_ids: Sequence[int] | None = None) -> Changes:
    """Assign all requests (or the given ones) by the area layers that name departments, in import order.

    The first layer that serves the request's service and has an area around its point wins. Borders are half-open:
    a point on a shared edge belongs to exactly one area. What nothing takes keeps an empty department and a reason.
    What a person gave to a department stays there.
    """
    work.breathe(0.0, "Reading requests and areas")
    with work.store.read() as unit:
        rows = unit.requests.arrays([*_DECIDES, "assigned_rule", "agency_id"], ids=request_ids)
        by_hand = rows["assigned_rule"] == BY_HAND
        total, given = len(by_hand), int(np.count_nonzero(by_hand & (rows["agency_id"] >= 0)))
        rows = {name: values[~by_hand] for name, values in rows.items()}
        layers = [(layer, unit.areas.areas(layer.id)) for layer in unit.areas.layers() if layer.assigns]
        codes = {service.id: service.service_code for service in unit.services.all()}
        outcomes, which = _decide(work, unit, rows, layers, codes)
    keep_area_indexes(work, [(layer.id, _usable(areas)) for layer, areas in layers])
    work.breathe(0.6, "Storing the assignments")
    with work.store.write("assign", actor=work.actor, at=work.clock.now()) as unit:
        changed = unit.change_columns("service_request", rows["id"].tolist(), _columns(outcomes, which))
        assigned = given + sum(outcomes[i].agency_id is not None for i in which.tolist())
        counts = {"requests": total, "assigned": assigned, "unassigned": total - assigned, "changed": changed}
        unit.summary.update(counts)
        act_id = unit.commit() if changed else None
    sentence = f"{assigned:,} of {total:,} requests assigned, {changed:,} changed."
    ids = None if request_ids is None else tuple(request_ids)
    return Changes(act_id, work.actor, "assign", frozenset({"service_request"}), ids, counts, sentence)


def decided(work: Work, unit: ReadUnit, ids: Sequence[int], service_id: int) -> dict[str, list[Any]]:
    """What requests would be assigned if they were of a service, as columns aligned with ascending ids.

    Where no area takes one, the service's own department does, if it has one.
    """
    rows = unit.requests.arrays(_DECIDES, ids=ids)
    rows["service_id"] = np.full(len(rows["id"]), service_id, dtype=np.int64)
    services = {service.id: service for service in unit.services.all()}
    layers = [(layer, unit.areas.areas(layer.id)) for layer in unit.areas.layers() if layer.assigns]
    codes = {key: service.service_code for key, service in services.items()}
    outcomes, which = _decide(work, unit, rows, layers, codes)
    own = next(service for key, service in services.items() if key == service_id)
    if own.agency_id is not None:
        reason = f"The department of {own.service_name}."
        outcomes = [
            _Outcome(own.agency_id, "", "", f"{reason} {one.reason}") if one.agency_id is None else one
            for one in outcomes
        ]
    return _columns(outcomes, which)


def assignments(unit: ReadUnit) -> Iterator[Assignment]:
    """Every request's assignment as stored, in order of id: one line each, unlocated ones included."""
    agencies = {agency.id: agency.name for agency in unit.agencies.all()}
    columns = ["service_request_id", "agency_id", "assigned_area", "assigned_rule", "assigned_reason"]
    rows = unit.requests.arrays(columns)
    for key, agency_id, area, rule, reason in zip(*(rows[name].tolist() for name in columns), strict=True):
        yield Assignment(key, agencies.get(agency_id, ""), area, rule, reason)


def _decide(
    work: Work,
    unit: ReadUnit,
    rows: dict[str, np.ndarray],
    layers: Sequence[tuple[AreaLayer, list[Area]]],
    codes: Mapping[Any, str],
) -> tuple[list[_Outcome], np.ndarray]:
    """The distinct outcomes and, for each row, which of them it got."""
    outcomes = [_Outcome(None, "", "", NO_LAYERS if not layers else "No service area covers its point.")]
    which = np.zeros(len(rows["id"]), dtype=np.int64)
    located = rows["placement"] == Placement.LOCATED.value
    open_rows = np.flatnonzero(located)
    for number, (layer, areas) in enumerate(layers):
        work.breathe(0.1 + 0.5 * number / len(layers), f"Assigning by {layer.name}")
        open_rows = _by_layer(work, unit, outcomes, which, open_rows, rows, layer, areas, codes)
    for placement, reason in UNLOCATED.items():
        outcomes.append(_Outcome(None, "", "", reason))
        which[rows["placement"] == placement] = len(outcomes) - 1
    return outcomes, which


def _by_layer(
    work: Work,
    unit: ReadUnit,
    outcomes: list[_Outcome],
    which: np.ndarray,
    open_rows: np.ndarray,
    rows: dict[str, np.ndarray],
    layer: AreaLayer,
    areas: Sequence[Area],
    codes: Mapping[Any, str],
) -> np.ndarray:
    """Let one layer take what it serves; returns the rows still open."""
    usable = _usable(areas)
    mine = open_rows[_served(rows["service_id"][open_rows], layer, codes)]
    if not usable or not len(mine):
        return open_rows
    found = area_index(work, unit, layer.id, usable).locate(rows["long"][mine], rows["lat"][mine])
    first = len(outcomes)
    outcomes += [
        _Outcome(area.agency_id, area.name, layer.name, f"Its point is in {area.name} ({layer.name}).")
        for area in usable
    ]
    hit = found >= 0
    which[mine[hit]] = first + found[hit]
    return np.setdiff1d(open_rows, mine[hit], assume_unique=True)


def _usable(areas: Sequence[Area]) -> list[Area]:
    """The areas that name a department; the others stand in nobody's way."""
    return [area for area in areas if area.agency_id is not None]


def _served(service_ids: np.ndarray, layer: AreaLayer, codes: Mapping[Any, str]) -> np.ndarray:
    """Which requests are of a service the layer serves; a layer without services serves all."""
    if not layer.service_codes:
        return np.ones(len(service_ids), dtype=bool)
    wanted = [key for key, code in codes.items() if code in layer.service_codes]
    return np.isin(service_ids, wanted)


def _columns(outcomes: Sequence[_Outcome], which: np.ndarray) -> dict[str, list[object]]:
    picked = [outcomes[i] for i in which.tolist()]
    return {
        "agency_id": [outcome.agency_id for outcome in picked],
        "assigned_area": [outcome.area for outcome in picked],
        "assigned_rule": [outcome.rule for outcome in picked],
        "assigned_reason": [outcome.reason for outcome in picked],
    }


def explain(work: Work, service_request_id: str) -> dict[str, object]:
    """Why one request is assigned as it is: its own reason and, where nothing took it, the nearest area.

    RefusedInput when no request has the id.
    """
    with work.store.read() as unit:
        found = unit.requests.find(service_request_id)
        if not found:
            raise RefusedInput(f"No request has the id {service_request_id}.")
        request = found[0]
        agencies = {agency.id: agency.name for agency in unit.agencies.all()}
        agency = agencies.get(request.agency_id) if request.agency_id is not None else None
        lost = agency is None and request.placement is Placement.LOCATED
        nearest = _nearest(work, unit, request.long, request.lat) if lost else None
    words = f"{agency or 'No department'}: {request.assigned_reason or 'not assigned yet'}"
    if nearest is not None:
        distance_m, layer, area = nearest
        words += f" Nearest: {area.name} ({layer.name}), {distance_m:.0f} m away."
    return {
        "service_request_id": request.service_request_id,
        "agency_responsible": agency or "",
        "area": request.assigned_area,
        "rule": request.assigned_rule,
        "reason": request.assigned_reason,
        "sentence": words,
    }


def _nearest(work: Work, unit: ReadUnit, long: float | None, lat: float | None) -> tuple[float, AreaLayer, Area] | None:
    """Metres to the nearest area that names a department, of the first such layer where several are as near."""
    found: list[tuple[float, AreaLayer, Area]] = []
    for layer in unit.areas.layers():
        usable = _usable(unit.areas.areas(layer.id)) if layer.assigns else []
        if usable:
            which, distance_m = area_index(work, unit, layer.id, usable).nearest(np.array([long]), np.array([lat]))
            found.append((float(distance_m[0]), layer, usable[int(which[0])]))
    return min(found, key=lambda one: one[0], default=None)
