"""What recategorising would make of requests, read beforehand: department, deadline, priority, and what is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from data.records import ServiceId, ServiceQuestion
from desktop.domain.answers import Facts
from desktop.domain.questions import carried
from desktop.operations.recategorise import service_of, turned
from desktop.operations.speaking import facts_of
from desktop.operations.work import Work

_TOLD = ("service_id", "address", "due_at", "service_request_id", "agency_id", "scheduled_for", "outcome")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one request stands: its department by id, its deadline and its priority."""

    agency_id: int | None
    due_at: datetime | None
    priority: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the new service. `answer` is the former one that all requests share; `open` have none that fits."""

    question: ServiceQuestion
    answer: str
    open: int


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What the first of some requests would become, why its department, what it could be told, and what is asked."""

    service_id: ServiceId
    before: Standing
    after: Standing
    reason: str
    facts: Facts
    asked: tuple[Asked, ...]


def foresee(work: Work, *, request_ids: Sequence[int], service_id: ServiceId) -> Foreseen | None:
    """Look ahead, writing nothing; None where the first request is gone. RefusedInput for an unknown service."""
    city, now = work.city(), work.clock.now()
    with work.store.read() as unit:
        service = service_of(unit, service_id)
        request = unit.requests.get(int(request_ids[0]))
        if request is None:
            return None
        columns = turned(unit, work, [int(request.id)], service)
        after = Standing(*(columns[name][0] for name in ("agency_id", "due_at", "priority")))
        told = {name: [getattr(request, name)] for name in _TOLD}
        told |= {"service_id": [service.id], "agency_id": [after.agency_id], "due_at": [after.due_at]}
        questions = unit.services.questions(service.id)
        former = unit.requests.answers_of([int(key) for key in request_ids]) if questions else {}
        carry = [carried(questions, former.get(int(key), {})) for key in request_ids]
        return Foreseen(
            service.id,
            Standing(request.agency_id, request.due_at, request.priority),
            after,
            str(columns["assigned_reason"][0]),
            facts_of(unit, city, told, now)[0],
            tuple(_asked(question, carry) for question in questions),
        )


def _asked(question: ServiceQuestion, carry: Sequence[Mapping[str, str]]) -> Asked:
    values = {answers.get(question.code) for answers in carry}
    shared = values.pop() if len(values) == 1 else None
    return Asked(question, shared or "", sum(question.code not in answers for answers in carry))
