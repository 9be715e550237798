"""Assign every request to the department whose rules and service areas take it, with the reason in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.records import City, Service
from data.repositories.arrays import Arrays
from data.unit_of_work import ReadUnit, WriteUnit
from data.values import MISSING
from desktop.domain.agency_trail import appended_all
from desktop.domain.city_settings import settings_of
from desktop.domain.deadlines import due_after
from desktop.domain.rule_matching import Words
from desktop.operations.area_indexes import keep_area_indexes
from desktop.operations.assignment_scene import DECIDES, AssignmentScene
from desktop.operations.changes import Changes
from desktop.operations.deciding import Decided, Outcome, RuleBook, decide
from desktop.operations.incidents import share_again
from desktop.operations.work import Work

BY_HAND = "by hand"  # the rule of a request that a person gave to a department: no rule and no layer takes it back

# What an assignment by rules and areas writes of a request.
ASSIGNED = (
    "agency_id", "assigned_area", "assigned_rule", "assigned_reason", "assigned_kind", "queue", "agency_trail",
    "priority", "due_at", "own_due_at",
)  # fmt: skip
_STANDS = ("assigned_rule", "agency_id", "agency_trail", "priority", "due_at", "own_due_at")


@dataclass(frozen=True, slots=True)
class Assignment:
    """What one request was assigned, ready for the CSV."""

    service_request_id: str
    agency_responsible: str
    area: str
    rule: str
    reason: str


def assign(work: Work, *, request_ids: Sequence[int] | None = None) -> Changes:
    """Assign all requests (or the given ones) by the rules of their day, then by the area layers in import order.

    The first rule that fits takes a request; then the first layer that serves its service and has an area around its
    point. Borders are half-open: a point on a shared edge belongs to exactly one area. What nothing takes keeps an
    empty department and a reason. What a person gave to a department stays there.
    """
    work.breathe(0.0, "Reading requests and areas")
    city = work.city()
    with work.store.read() as unit:
        rows = unit.requests.arrays([*DECIDES, *_STANDS], ids=request_ids)
        by_hand = rows["assigned_rule"] == BY_HAND
        total, given = len(by_hand), int(np.count_nonzero(by_hand & (rows["agency_id"] >= 0)))
        rows = {name: values[~by_hand] for name, values in rows.items()}
        scene, book = AssignmentScene.read(work, unit, city), RuleBook.of(unit.rules.all())
        found = decide(scene, rows, book, step=work.breathe)
        columns = _columns(found) | _trails(found, rows)
        promises = _promises(scene.services, book, city, rows, found)
    if request_ids is None:
        keep_area_indexes(work, [(layer, areas) for (layer, _), areas in scene.asked.items()])
    work.breathe(0.6, "Storing the assignments")
    with work.store.write("assign", actor=work.actor, at=work.clock.now()) as unit:
        changed = unit.change_columns("service_request", rows["id"].tolist(), columns)
        _promise(unit, promises)
        assigned = given + sum(found.outcomes[i].agency_id is not None for i in found.which.tolist())
        counts = {"requests": total, "assigned": assigned, "unassigned": total - assigned, "changed": changed}
        unit.summary.update(counts)
        act_id = unit.commit() if changed or promises else None
    sentence = f"{assigned:,} of {total:,} requests assigned, {changed:,} changed."
    ids = None if request_ids is None else tuple(request_ids)
    return Changes(act_id, work.actor, "assign", frozenset({"service_request"}), ids, counts, sentence)


def decided(
    work: Work,
    unit: ReadUnit,
    ids: Sequence[int],
    service_id: int,
    answers: Mapping[int, Mapping[str, str]] | None = None,
) -> dict[str, list[Any]]:
    """What requests would be assigned and promised if they were of a service, as columns aligned with ascending ids.

    Where no rule and no area takes one, the service's own department does, if it has one. `answers` are those of
    requests that answer otherwise than the store has it.
    """
    city = work.city()
    rows = unit.requests.arrays([*DECIDES, *_STANDS], ids=ids)
    rows["service_id"] = np.full(len(rows["id"]), service_id, dtype=np.int64)
    scene, book = AssignmentScene.read(work, unit, city), RuleBook.of(unit.rules.all())
    own = next(service for service in scene.services if service.id == service_id)

    def said(places: NDArray[np.int64]) -> list[Words]:
        keys = rows["id"][places]
        pairs = zip(keys.tolist(), scene.said(keys), strict=True)
        return [replace(words, answers=(answers or {}).get(key, words.answers)) for key, words in pairs]

    found = _by_the_service(decide(scene, rows, book, read=said), own)
    which = [found.outcomes[place] for place in found.which.tolist()]
    due = _Due(city)
    hours = [own.deadline_working_h if one.deadline_working_h is None else one.deadline_working_h for one in which]
    promised: dict[str, list[Any]] = {
        "priority": [own.priority if one.priority is None else one.priority for one in which],
        "due_at": [due.after(at, hour) for at, hour in zip(rows["requested_at"].tolist(), hours, strict=True)],
        "own_due_at": [None] * len(which),
    }
    return _columns(found) | _trails(found, rows) | promised


def _by_the_service(found: Decided, own: Service) -> Decided:
    if own.agency_id is None:
        return found
    reason = f"The department of {own.service_name}."
    outcomes = [
        replace(one, agency_id=own.agency_id, reason=f"{reason} {one.reason}", kind="")
        if one.agency_id is None
        else one
        for one in found.outcomes
    ]
    return Decided(outcomes, found.which)


def assignments(unit: ReadUnit) -> Iterator[Assignment]:
    """Every request's assignment as stored, in order of id: one line each, unlocated ones included."""
    agencies = {agency.id: agency.name for agency in unit.agencies.all()}
    columns = ["service_request_id", "agency_id", "assigned_area", "assigned_rule", "assigned_reason"]
    rows = unit.requests.arrays(columns)
    for key, agency_id, area, rule, reason in zip(*(rows[name].tolist() for name in columns), strict=True):
        yield Assignment(key, agencies.get(agency_id, ""), area, rule, reason)


def _columns(found: Decided) -> dict[str, list[Any]]:
    picked = [found.outcomes[place] for place in found.which.tolist()]
    return {
        "agency_id": [outcome.agency_id for outcome in picked],
        "assigned_area": [outcome.area for outcome in picked],
        "assigned_rule": [outcome.rule for outcome in picked],
        "assigned_reason": [outcome.reason for outcome in picked],
        "assigned_kind": [outcome.kind for outcome in picked],
        "queue": [outcome.queue for outcome in picked],
    }


def _trails(found: Decided, rows: Arrays) -> dict[str, list[Any]]:
    """The departments that requests had before, with the one that they leave now."""
    after = [found.outcomes[place].agency_id for place in found.which.tolist()]
    before = [None if key == MISSING else key for key in rows["agency_id"].tolist()]
    return {"agency_trail": appended_all(rows["agency_trail"].tolist(), before, after)}


# what rules promise


class _Due:
    """Deadlines in the city's working time; many requests share a moment."""

    def __init__(self, city: City) -> None:
        self._calendar = settings_of(city).calendar(city.timezone)

    def after(self, requested_ms: int, working_h: float | None) -> datetime | None:
        """The deadline of a request, None where nothing is promised."""
        if working_h is None:
            return None
        return due_after(self._calendar, datetime.fromtimestamp(requested_ms / 1000, tz=UTC), working_h)


@dataclass(frozen=True, slots=True)
class _Promises:
    """What is to be set, by request."""

    priority: Mapping[int, int]
    due: Mapping[int, datetime | None]

    def __bool__(self) -> bool:
        return bool(self.priority or self.due)


def _promises(services: Sequence[Service], book: RuleBook, city: City, rows: Arrays, found: Decided) -> _Promises:
    """Priorities and deadlines that rules set; a service's own come back where a rule's no longer hold."""
    rules = [rule for _, one in book.sets for rule in one]
    urgent = {rule.name for rule in rules if rule.priority is not None}
    dated = {rule.name for rule in rules if rule.deadline_working_h is not None}
    by_key, due = {int(service.id): service for service in services}, _Due(city)
    priorities: dict[int, int] = {}
    dues: dict[int, datetime | None] = {}
    for row in _ruled(rows, found, urgent | dated) if urgent or dated else ():
        key, one, service = int(rows["id"][row]), found.of(row), by_key[int(rows["service_id"][row])]
        was = rows["assigned_rule"][row]
        priority = _first(one.priority, service.priority)
        if (one.priority is not None or was in urgent) and priority != rows["priority"][row]:
            priorities[key] = priority
        after = due.after(int(rows["requested_at"][row]), _first(one.deadline_working_h, service.deadline_working_h))
        if (one.deadline_working_h is not None or was in dated) and _ms(after) != _own_due(rows, row):
            dues[key] = after
    return _Promises(priorities, dues)


def _own_due(rows: Arrays, row: int) -> int:
    """A request's own deadline, whatever its incident promises."""
    own, shown = int(rows["own_due_at"][row]), int(rows["due_at"][row])
    return shown if own == MISSING else own


def _ms(moment: datetime | None) -> int:
    return MISSING if moment is None else round(moment.timestamp() * 1000)


def _first(value: Any, otherwise: Any) -> Any:
    return otherwise if value is None else value


def _ruled(rows: Arrays, found: Decided, names: set[str]) -> list[int]:
    """The rows that a promising rule has now, or had until now."""
    promising = [place for place, one in enumerate(found.outcomes) if _promising(one)]
    now: NDArray[np.bool_] = np.isin(found.which, promising)
    once = np.array([rule in names for rule in rows["assigned_rule"].tolist()], dtype=bool)
    picked: list[int] = np.flatnonzero(now | once).tolist()
    return picked


def _promising(outcome: Outcome) -> bool:
    return outcome.priority is not None or outcome.deadline_working_h is not None


def _promise(unit: WriteUnit, promises: _Promises) -> None:
    if promises.priority:
        columns = {"priority": list(promises.priority.values())}
        unit.change_columns("service_request", list(promises.priority), columns)
    if promises.due:
        dated: dict[str, list[Any]] = {"due_at": list(promises.due.values())}
        dated["own_due_at"] = [None] * len(promises.due)
        unit.change_columns("service_request", list(promises.due), dated)
        share_again(unit, promises.due)
