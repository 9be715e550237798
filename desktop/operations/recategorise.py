"""Recategorise: service, its questions, department, deadline, answers and the word to the resident, in one act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from data.errors import RefusedInput
from data.records import RequestId, Service, ServiceId, ServiceQuestion
from data.unit_of_work import ReadUnit
from desktop.domain.agency_trail import appended_all
from desktop.domain.answers import LONGEST, plain
from desktop.domain.lifecycle import MACHINE, PERSON, Deed, Verb
from desktop.domain.plain_text import amount
from desktop.domain.questions import answered, given_fault
from desktop.operations.assign import decided
from desktop.operations.changes import Changes
from desktop.operations.chosen_requests import Scene, Values, Wish
from desktop.operations.handling import handle
from desktop.operations.incidents import share_again
from desktop.operations.work import Work

SILENT = "silent"
TELLS = (PERSON, MACHINE, SILENT)  # who tells the resident


def recategorise(
    work: Work,
    *,
    request_ids: Sequence[RequestId],
    service_id: ServiceId,
    why: str,
    answers: Mapping[str, str] | None = None,
    unanswered_ok: bool = False,
    tell: str = PERSON,
    comment: str = "",
    template: str = "",
    expected: Mapping[RequestId, int] | None = None,
    include_incident: bool = False,
) -> Changes:
    """Change the service, and with it answers, department, deadline and priority, in one act.

    why: kept among staff, with the act. answers: to the new service's questions, by code; what the resident answered
    before counts where it fits, and is kept where it does not. RefusedInput names the required questions that have no
    answer, unless they are asked later (`unanswered_ok`), which the note says then. tell: `person` and `machine` send
    `comment`, `template` or the usual words, which answers a request that nobody acknowledged; `silent` sends nothing.
    The deadline counts from the report, in the city's working time.
    """
    _check_words(why, tell, comment or template)
    with work.store.read() as unit:
        service = service_of(unit, service_id)
        questions = unit.services.questions(service.id)
    fault = given_fault(questions, answers or {})
    if fault:
        raise RefusedInput(fault)
    turn = _Turn(service, questions, answers or {}, plain(why).strip(), unanswered_ok)
    now_ms = round(work.clock.now().timestamp() * 1000)
    deed = Deed(Verb.RECATEGORISE, now_ms, by=MACHINE if tell == MACHINE else PERSON, silent=tell == SILENT)
    summary = {"service": service.service_code, "why": turn.why, "tell": tell}
    wish = Wish(Verb.RECATEGORISE, request_ids, comment, template, expected, include_incident, summary=summary)
    return handle(work, wish, deed, more=turn.columns, check=turn.against, then=turn.rest)


def service_of(unit: ReadUnit, service_id: int) -> Service:
    """A service by its id; RefusedInput where there is none."""
    service = next((one for one in unit.services.all() if one.id == service_id), None)
    if service is None:
        raise RefusedInput(f"There is no service {service_id}.")
    return service


def turned(
    scene_unit: ReadUnit,
    work: Work,
    ids: Sequence[int],
    service: Service,
    answers: Mapping[int, Mapping[str, str]] | None = None,
) -> Values:
    """Department with its reason, priority and deadline as requests would get them of a service, aligned with `ids`."""
    found = decided(work, scene_unit, ids, service.id, answers)
    order = sorted(range(len(ids)), key=ids.__getitem__)
    place = {at: place for place, at in enumerate(order)}  # `decided` answers in order of id
    return {name: [column[place[at]] for at in range(len(ids))] for name, column in found.items()}


def _check_words(why: str, tell: str, words: str) -> None:
    if not why.strip():
        raise RefusedInput("Say why it is another service; the reason is kept among staff.")
    if len(why) > LONGEST:
        raise RefusedInput(f"The reason has {len(why):,} characters; shorten it to {LONGEST:,}.")
    if tell not in TELLS:
        raise RefusedInput(f"Nobody tells as '{tell}'; use one of {', '.join(TELLS)}.")
    if tell == SILENT and words:
        raise RefusedInput("There are words for the resident, who is not to be told; leave out one of the two.")


@dataclass(slots=True)
class _Turn:
    """One recategorisation while it is written."""

    service: Service
    questions: Sequence[ServiceQuestion]
    given: Mapping[str, str]
    why: str
    unanswered_ok: bool
    answers: dict[int, Mapping[str, str]] = field(default_factory=dict)  # of the requests whose answers change
    missing: dict[int, tuple[ServiceQuestion, ...]] = field(default_factory=dict)

    def against(self, scene: Scene) -> list[str]:
        same = f"is of the service {self.service.service_name} already"
        return [same if key == self.service.id else "" for key in scene.rows["service_id"]]

    def columns(self, scene: Scene) -> Values:
        rows = scene.rows
        self._ask(scene)
        found, count = turned(scene.unit, scene.work, rows["id"], self.service, self.answers), len(rows)
        return found | {
            "service_id": [self.service.id] * count,
            "reported_service_id": [self._reported(*pair) for pair in self._pairs(rows.columns)],
            "agency_trail": appended_all(rows["agency_trail"], rows["agency_id"], found["agency_id"]),
        }

    def _pairs(self, columns: Mapping[str, Any]) -> Sequence[tuple[int, int | None]]:
        return list(zip(columns["service_id"], columns["reported_service_id"], strict=True))

    def _reported(self, present: int, reported: int | None) -> int | None:
        """What it was reported as, unless it is that again."""
        first = present if reported is None else reported
        return None if first == self.service.id else first

    def _ask(self, scene: Scene) -> None:
        """Bring the answers together; RefusedInput names what is missing."""
        ids = scene.rows["id"]
        former = scene.unit.requests.answers_of(ids) if self.questions else {}
        for key in ids:
            found = answered(self.questions, self.given, former.get(key, {}))
            if found.answers != former.get(key, {}):
                self.answers[key] = found.answers
            if found.missing:
                self.missing[key] = found.missing
        if self.missing and not self.unanswered_ok:
            raise RefusedInput(self._unanswered())
        codes = {question.code for missing in self.missing.values() for question in missing}
        if codes:
            scene.unit.summary["unanswered"] = sorted(codes)

    def _unanswered(self) -> str:
        codes = {question.code for missing in self.missing.values() for question in missing}
        told = ", ".join(
            f"{question.code} ({' '.join(plain(question.question).split())[:80]})"
            for question in self.questions
            if question.code in codes
        )
        return (
            f"{self.service.service_name} has questions that have to be answered and are not, for "
            f"{amount(len(self.missing))}: {told}. Answer them, or say that they are asked later."
        )

    def rest(self, scene: Scene) -> None:
        """What hangs on the requests: answers, the reason among staff, the deadlines of incidents."""
        share_again(scene.unit, scene.rows["id"])
        if self.answers:
            scene.unit.forget_answers_before(scene.now - timedelta(seconds=scene.settings.undo_s))
            scene.unit.replace_answers(self.answers)
        about = {"at": scene.now, "author": scene.work.actor, "kind": "internal"}
        notes = [{**about, "request_id": key, "text": self._reason(key)} for key in scene.rows["id"]]
        scene.unit.create("note", notes)

    def _reason(self, key: int) -> str:
        missing = self.missing.get(key, ())
        if not missing:
            return self.why
        return f"{self.why}\nStill to be asked: {'; '.join(plain(question.question) for question in missing)}"
