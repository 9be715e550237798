"""What leaves the door with a crew: a plan's content with what the store knows of each stop. Loads no Qt.

Answers are those to the service's own questions; nothing that tells who reported is among them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from data.errors import RefusedInput
from data.records import Plan, ServiceQuestion, ServiceRequest
from data.unit_of_work import ReadUnit
from desktop.domain.city_settings import settings_of
from desktop.domain.hand_back import HandBack, HandedStop, StopState, head_of, sheet_mark, write_code
from desktop.domain.plain_text import readable
from desktop.domain.questions import choices_of

Content = Mapping[str, Any]
OFFICE = "crews"  # the city's contact that crews call
# Questions whose answers tell who somebody is or how to reach them; no crew needs to carry that about.
_PERSONAL = re.compile(
    r"name|phone|telephone|mobile|e-?mail|contact|reporter|caller|birth|resident'?s? id|customer|licen[cs]e holder",
    re.IGNORECASE,
)
_REACHES = re.compile(r"[\w.+-]+@[\w-]+\.\w+|(?:\+|00)?\d[\d ()/.-]{7,}\d")


@dataclass(frozen=True, slots=True)
class StopFacts:
    """What the store knows of a stop beyond the plan."""

    answers: tuple[tuple[str, str], ...] = ()  # question and answer, as they are read
    needs: tuple[str, ...] = ()  # skills and equipment of the service
    photo: bytes | None = None
    photo_day: date | None = None  # when the report came in
    closes_all: bool = False  # every report of its incident


@dataclass(frozen=True, slots=True)
class CrewDay:
    """One crew's part of a plan; `number` is its place in the plan, from 1."""

    number: int
    crew: Mapping[str, Any]
    department: str
    stops: Mapping[str, StopFacts]  # by job
    code: str  # the sheet's own: a hand-back in which every stop is open
    head: tuple[int, ...]  # symbols with which each code of this sheet begins

    def facts(self, stop: Mapping[str, Any]) -> StopFacts:
        """What is known of a stop; nothing of one that came from a file."""
        return self.stops.get(stop["job"], StopFacts())

    def needs(self) -> dict[str, list[int]]:
        """What to take along, with the stops that need it."""
        found: dict[str, list[int]] = {}
        for stop in self.crew["stops"]:
            for need in self.facts(stop).needs:
                found.setdefault(need, []).append(stop["sequence"])
        return found


@dataclass(frozen=True, slots=True)
class PlanDay:
    """A plan with everything that its crews take along."""

    city: str
    plan_id: int
    content: Content
    crews: tuple[CrewDay, ...]  # those with stops, or the one that was asked for
    office: str = ""  # whom a crew calls
    credit: str = ""  # whom a map must name

    @property
    def timezone(self) -> str:
        """The city's zone."""
        return str(self.content["timezone"])

    @property
    def day(self) -> date:
        """The day."""
        return date.fromisoformat(self.content["date"])


def read_plan_day(unit: ReadUnit, plan: Plan, crew: str | None = None) -> PlanDay:
    """What the crews of a plan take along; RefusedInput where no crew has the name that was asked for."""
    from desktop.operations.import_streets import streets_credit

    city = unit.city.get()
    if city is None:
        raise RefusedInput("There is no city in this store.")
    reader = _Reader(unit, plan, city.name)
    office = settings_of(city).contacts.get(OFFICE, "")
    chosen = chosen_crews(plan.content, crew)
    days = tuple(reader.crew_day(number) for number in chosen)
    return PlanDay(city.name, int(plan.id), plan.content, days, readable(office), streets_credit(unit))


def chosen_crews(content: Content, name: str | None) -> list[int]:
    """Places of the crews with stops, or of the one of a name; RefusedInput where nobody has it."""
    crews = content["crews"]
    if name is None:
        return [number for number, crew in enumerate(crews, 1) if crew["stops"]]
    found = [number for number, crew in enumerate(crews, 1) if crew["crew"].casefold() == name.strip().casefold()]
    if not found:
        known = ", ".join(crew["crew"] for crew in crews[:8])
        raise RefusedInput(f"The plan has no crew '{name}'; it has {known}.")
    return found[:1]


class _Reader:
    """Reads what stops need, a service and a department once."""

    def __init__(self, unit: ReadUnit, plan: Plan, city: str) -> None:
        self.unit, self.plan, self.city = unit, plan, city
        self.services = {service.id: service for service in unit.services.all()}
        agencies = {agency.id: agency.name for agency in unit.agencies.all()}
        self.names = frozenset(agencies.values())  # a plan counts a department among what a stop needs
        self.departments = {
            crew.name: agencies.get(crew.agency_id, "") for crew in unit.crews.all() if crew.agency_id is not None
        }
        self.with_photo = frozenset(unit.requests.photo_ids().tolist())
        self.zone = ZoneInfo(plan.content["timezone"])
        self._questions: dict[int, dict[str, ServiceQuestion]] = {}
        roster = unit.roster.rows()
        carried = {need for vehicle in roster.vehicles for need in vehicle.equipment}
        self.known = {skill for member in roster.members for skill in member.skills} - carried

    def crew_day(self, number: int) -> CrewDay:
        crew = self.plan.content["crews"][number - 1]
        mark = sheet_mark(self.city, int(self.plan.id), number, self.plan.content)
        stops = tuple(HandedStop(at, StopState.OPEN) for at in range(1, len(crew["stops"]) + 1))
        return CrewDay(
            number,
            crew,
            self.departments.get(crew["crew"], ""),
            self._facts(crew["stops"]),
            write_code(HandBack(mark, stops)),
            tuple(head_of(mark, len(stops))),
        )

    def _facts(self, stops: Sequence[Mapping[str, Any]]) -> dict[str, StopFacts]:
        ids = [key for stop in stops for key in stop["request_ids"]]
        requests = {int(request.id): request for request in self.unit.requests.many(ids)}
        answers = self.unit.requests.answers_of(ids)
        return {stop["job"]: self._of(stop, requests, answers) for stop in stops}

    def _of(
        self, stop: Mapping[str, Any], requests: Mapping[int, ServiceRequest], answers: Mapping[int, Mapping[str, str]]
    ) -> StopFacts:
        own = [requests[key] for key in stop["request_ids"] if key in requests]
        if not own:
            return StopFacts(needs=self._needs(stop, ()))
        said = [self._answers(request, answers.get(int(request.id), {})) for request in own]
        photo, day = self._photo(own)
        service = self.services.get(own[0].service_id)
        return StopFacts(
            answers=_together(pair for pairs in said for pair in pairs),
            needs=self._needs(stop, service.skills if service is not None else ()),
            photo=photo,
            photo_day=day,
            closes_all=len(own) > 1,
        )

    def _answers(self, request: ServiceRequest, given: Mapping[str, str]) -> list[tuple[str, str]]:
        questions = self._asked(int(request.service_id))
        pairs = ((questions[code].question or code, value) for code, value in given.items() if code in questions)
        return [
            (readable(question), readable(value))
            for question, value in pairs
            if value.strip() and not is_personal(question, value)
        ]

    def _asked(self, service_id: int) -> dict[str, ServiceQuestion]:
        if service_id not in self._questions:
            found = self.unit.services.questions(service_id)
            self._questions[service_id] = {question.code: question for question in found}
        return self._questions[service_id]

    def _needs(self, stop: Mapping[str, Any], skills: Sequence[str]) -> tuple[str, ...]:
        """What a stop needs: the plan's own word where it has one, the service's skills before that.

        What people know how to do is not taken along.
        """
        told = [*stop.get("skills", skills), *stop.get("equipment", ())]
        left = self.names | self.known
        return tuple(dict.fromkeys(readable(need) for need in told if need not in left))

    def _photo(self, own: Sequence[ServiceRequest]) -> tuple[bytes | None, date | None]:
        """The newest report's first photo, and the day on which that report came in."""
        for request in sorted(own, key=lambda one: one.requested_at, reverse=True):
            if int(request.id) in self.with_photo:
                first = self.unit.requests.photos(int(request.id))[0]
                return first.content, request.requested_at.astimezone(self.zone).date()
        return None, None


def is_personal(question: str, value: str) -> bool:
    """Whether a question asks who somebody is, or an answer says how to reach them."""
    return _PERSONAL.search(question) is not None or _REACHES.search(value) is not None


def _together(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Each question once, with the different answers of all reports."""
    found: dict[str, dict[str, None]] = {}
    for question, answer in pairs:
        found.setdefault(question, {}).update(dict.fromkeys(choices_of(answer)))
    return tuple((question, ", ".join(answers)) for question, answers in found.items())
