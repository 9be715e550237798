"""Why a request, or one that might come, goes where it goes: the rule that takes it, and how close the others came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from data.errors import RefusedInput
from data.records import Area, Placement, ServiceRequest
from data.repositories.arrays import Arrays
from data.unit_of_work import ReadUnit
from desktop.domain.rule_matching import Reports, Words
from desktop.domain.rule_trials import Trial, trials
from desktop.domain.rule_words import trial_words
from desktop.domain.rules import Condition, Rule, Rules
from desktop.operations.assign import BY_HAND
from desktop.operations.assignment_scene import DECIDES, AssignmentScene, Places, metres
from desktop.operations.deciding import Outcome, RuleBook, decide
from desktop.operations.work import Work

NOT_ASKED = "not asked"  # the state of a rule behind the one that took the request


@dataclass(frozen=True, slots=True)
class Supposed:
    """A request that might come. `at` None is now; `source` empty is the first one of the city."""

    lat: float
    long: float
    service_code: str
    at: datetime | None = None
    source: str = ""
    text: str = ""
    address: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule as it was asked: `state` is took, no, stops, or not asked (an earlier one took it)."""

    number: int
    name: str
    state: str
    sentence: str
    near_miss: bool  # all but one condition hold


@dataclass(frozen=True, slots=True)
class Explanation:
    """Who gets it and why. `request_id` and `service_request_id` are None and empty for one that is supposed."""

    request_id: int | None
    service_request_id: str
    service_name: str
    agency: str
    outcome: Outcome
    by_hand: bool
    rules: tuple[RuleLine, ...]
    nearest: str  # the nearest area that would take it, where none does
    point: tuple[float, float] | None  # longitude, latitude


def explain_request(
    work: Work,
    request_id: int,
    *,
    rules: Rules | None = None,
    drawn: Mapping[str, Sequence[Area]] | None = None,
) -> Explanation:
    """Why a request goes where it goes, by the rules of its day or by a draft; `drawn` are areas of a draft.

    RefusedInput where there is no such request.
    """
    city = work.city()
    with work.store.read() as unit:
        request = unit.requests.get(request_id)
        if request is None:
            raise RefusedInput(f"There is no request {request_id}; look at the list again.")
        scene = AssignmentScene.read(work, unit, city, drawn=drawn)
        rows = unit.requests.arrays(DECIDES, ids=[request_id])
        return _explained(scene, rows, _book(unit, rules), request)


def explain_place(
    work: Work,
    supposed: Supposed,
    *,
    rules: Rules | None = None,
    drawn: Mapping[str, Sequence[Area]] | None = None,
) -> Explanation:
    """Who would get a request that might come. RefusedInput for a service or source nobody knows."""
    city = work.city()
    with work.store.read() as unit:
        scene = AssignmentScene.read(work, unit, city, drawn=drawn)
        rows = _rows_of(scene, supposed, supposed.at or work.clock.now())
        words = Words(supposed.text, supposed.address, supposed.answers)
        return _explained(scene, rows, _book(unit, rules), None, words)


def explain(work: Work, service_request_id: str) -> dict[str, object]:
    """Why one request is assigned as it is, as the command tells it. RefusedInput when no request has the id."""
    with work.store.read() as unit:
        found = unit.requests.find(service_request_id)
        agencies = {agency.id: agency.name for agency in unit.agencies.all()}
    if not found:
        raise RefusedInput(f"No request has the id {service_request_id}.")
    request = found[0]
    told = explain_request(work, request.id)
    agency = agencies.get(request.agency_id, "") if request.agency_id is not None else ""
    words = f"{agency or 'No department'}: {request.assigned_reason or 'not assigned yet'}"
    if not agency and told.nearest and "Nearest:" not in words:
        words += f" Nearest: {told.nearest}."
    if not told.by_hand and told.outcome.agency_id != request.agency_id:
        words += f" Today it would go to {told.agency or 'nobody'}: {told.outcome.reason}"
    return {
        "service_request_id": request.service_request_id,
        "agency_responsible": agency,
        "area": request.assigned_area,
        "rule": request.assigned_rule,
        "reason": request.assigned_reason,
        "rules": [
            {"number": line.number, "name": line.name, "state": line.state, "why": line.sentence} for line in told.rules
        ],
        "sentence": words,
    }


def _book(unit: ReadUnit, rules: Rules | None) -> RuleBook:
    return RuleBook.of(unit.rules.all()) if rules is None else RuleBook.only(rules)


def _rows_of(scene: AssignmentScene, supposed: Supposed, at: datetime) -> Arrays:
    service = next((one for one in scene.services if one.service_code == supposed.service_code), None)
    if service is None:
        raise RefusedInput(f"No service has the code {supposed.service_code}; 'opsmap services list' names them.")
    source = next((key for key, name in scene.sources.items() if name == (supposed.source or name)), None)
    if source is None and supposed.source:
        raise RefusedInput(f"There is no source '{supposed.source}'.")
    placement = np.empty(1, dtype=object)
    placement[0] = Placement.LOCATED.value
    return {
        "id": np.array([0]),
        "source_id": np.array([-1 if source is None else source]),
        "service_id": np.array([int(service.id)]),
        "placement": placement,
        "lat": np.array([supposed.lat]),
        "long": np.array([supposed.long]),
        "requested_at": np.array([round(at.timestamp() * 1000)]),
    }


def _explained(
    scene: AssignmentScene, rows: Arrays, book: RuleBook, request: ServiceRequest | None, words: Words | None = None
) -> Explanation:
    read = None if words is None else (lambda places: [words] * len(places))
    outcome = decide(scene, rows, book, read=read).of(0)
    reports = scene.reports(rows, [*book.layers], read)
    rules = book.on(int(reports.day[0]))
    located = bool(np.isfinite(rows["lat"][0]) and np.isfinite(rows["long"][0]))
    point = (float(rows["long"][0]), float(rows["lat"][0])) if located else None
    return Explanation(
        request_id=None if request is None else int(request.id),
        service_request_id="" if request is None else request.service_request_id,
        service_name=reports.services[int(reports.service[0])].name,
        agency=scene.agencies.get(outcome.agency_id, "") if outcome.agency_id is not None else "",
        outcome=outcome,
        by_hand=request is not None and request.assigned_rule == BY_HAND,
        rules=tuple(_lines(scene, rules, reports, point)),
        nearest=_nearest(scene, reports, point) if outcome.agency_id is None and point else "",
        point=point,
    )


def _lines(scene: AssignmentScene, rules: Rules, reports: Reports, point: tuple[float, float] | None) -> list[RuleLine]:
    lines, ended = [], False
    for rule, trial in zip(rules, trials(rules, reports, 0), strict=True):
        near = _distance(scene, reports, rule, trial, point)
        state = NOT_ASKED if ended else "stops" if trial.fault else "took" if trial.fits else "no"
        sentence = trial_words(trial, near)
        near_miss = len(trial.against) == 1 and len(trial.asked) > 1
        lines.append(RuleLine(trial.rule + 1, rule.name, state, sentence, near_miss))
        ended = ended or bool(trial.fault) or trial.fits
    return lines


def _distance(
    scene: AssignmentScene, reports: Reports, rule: Rule, trial: Trial, point: tuple[float, float] | None
) -> str:
    """How far the point is from the areas a rule wants, in words; empty where that is not what it lacks."""
    if point is None or not any(one.condition is Condition.AREA for one in trial.against):
        return ""
    day, said = int(reports.day[0]), []
    for layer in rule.layers:
        if layer not in scene.layers:
            said.append(f"There is no layer {layer}")
            continue
        holding, names = scene.layers[layer].on(day), rule.areas.get(layer, ())
        wanted = np.array([at for at in holding if not names or scene.layers[layer].areas[at].name in names], dtype=int)
        if not len(wanted):
            said.append(f"No area of {layer} holds on that day")
            continue
        name, distance_m = _nearest_of(scene, layer, wanted, point)
        if distance_m > 0:
            said.append(f"The point is {metres(distance_m)} outside {name} ({layer})")
    return ". ".join(said)


def _nearest_of(scene: AssignmentScene, layer: str, wanted: Places, point: tuple[float, float]) -> tuple[str, float]:
    """The nearest of some areas of a layer, and the metres to it."""
    which, distance_m = scene.nearest(layer, wanted, np.array([point[0]]), np.array([point[1]]))
    return scene.layers[layer].areas[int(which[0])].name, float(distance_m[0])


def _nearest(scene: AssignmentScene, reports: Reports, point: tuple[float, float]) -> str:
    """The nearest area that names a department, of all layers that assign."""
    day, best = int(reports.day[0]), (float("inf"), "")
    for name, layer in scene.layers.items():
        holding = [at for at in layer.on(day).tolist() if layer.areas[at].agency_id is not None]
        if layer.layer.assigns and holding:
            area, distance_m = _nearest_of(scene, name, np.array(holding), point)
            best = min(best, (distance_m, f"{area} ({name}), {metres(distance_m)} away"))
    return best[1]
