"""Takes in what a crew hands back, as a file or a code: read and told first, then recorded as one act.

What was handed back before is nothing new, so the same file and code may come twice, and the file after the code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from data.errors import RefusedInput
from data.records import City, Plan, RequestId, StopEvent
from data.unit_of_work import ReadUnit, WriteUnit
from desktop.domain.crew_status import ENDED, StopKind
from desktop.domain.hand_back import HandBack, HandedStop, StopState, city_tag, read_code, read_file, sheet_mark
from desktop.domain.lifecycle import Deed, Verb
from desktop.operations.changes import Changes
from desktop.operations.chosen_requests import Wish
from desktop.operations.handling import carry_out
from desktop.operations.record_stop import KIND_WORDS, StopMark, record_stops
from desktop.operations.work import Work

VERB = "hand back"
KINDS: Mapping[StopState, StopKind] = {
    StopState.DONE: StopKind.DONE,
    StopState.NOT_FOUND: StopKind.NOT_FOUND,
    StopState.OTHER_CREW: StopKind.OTHER_CREW,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One stop of what was handed back, and what becomes of it.

    fate: "new", "note" (only its note is new), "known" (told before), "against" (told otherwise before; `why` says so),
    "open".
    """

    sequence: int
    job: str
    where: str
    state: StopState
    at: datetime | None
    note: str
    reports: int
    fate: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Handed:
    """What a crew handed back, understood, before anything is written."""

    plan_id: int
    date: str
    crew: str
    lines: tuple[Line, ...] = field(default_factory=tuple)

    def of(self, *fates: str) -> list[Line]:
        """The lines of these fates."""
        return [line for line in self.lines if line.fate in fates]

    @property
    def sentence(self) -> str:
        """What recording it would do."""
        new, notes = self.of("new"), len(self.of("note"))
        words = [f"{_count(new, state)} {word}" for state, word in _STATE_WORDS if _count(new, state)]
        if notes:
            words.append("1 note" if notes == 1 else f"{notes} notes")
        told = f"{self.crew}, plan {self.plan_id} of {self.date}: {', '.join(words) or 'nothing new'}."
        against = self.of("against")
        if against:
            told += f" {len(against)} told otherwise before: {against[0].why}."
        return told

    def to_json(self) -> dict[str, Any]:
        """For a person or a machine to read."""
        stops = [
            {
                "sequence": line.sequence,
                "job": line.job,
                "state": line.state.value,
                "at": None if line.at is None else line.at.isoformat(),
                "note": line.note,
                "reports": line.reports,
                "fate": line.fate,
            }
            for line in self.lines
        ]
        return {"plan": self.plan_id, "date": self.date, "crew": self.crew, "stops": stops}


_STATE_WORDS = (
    (StopState.DONE, "done"),
    (StopState.NOT_FOUND, "not found"),
    (StopState.OTHER_CREW, "for another crew"),
)


def _count(lines: Sequence[Line], state: StopState) -> int:
    return sum(line.state is state for line in lines)


def read_hand_back(work: Work, text: str) -> Handed:
    """What a code or a file's text says and would change; nothing is written.

    RefusedInput for what is no hand-back, or is of another city, plan or crew's order of stops.
    """
    city = work.city()
    with work.store.read() as unit:
        return _understood(unit, city, text)


def hand_back(work: Work, *, text: str) -> Changes:
    """Record what a crew handed back as one act: stops with their times, requests closed and answered, notes.

    As `read_hand_back` refuses. With nothing new, nothing is written and the answer says so.
    """
    city, now = work.city(), work.clock.now()
    with work.store.write(VERB, actor=work.actor, at=now) as unit:
        handed = _understood(unit, city, text)
        new, notes = handed.of("new"), handed.of("note")
        act_id, touched, told = None, set[int](), 0
        if new or notes:
            plan = _plan(unit, handed.plan_id)
            marks = [StopMark(handed.crew, KINDS[one.state], one.sequence, at=one.at, note=one.note) for one in new]
            touched, told = record_stops(work, unit, plan, marks)
            for line in notes:
                touched |= _note(work, unit, city, now, plan, handed, line)
            counts = {"plan": handed.plan_id, "crew": handed.crew, "stops": len(new), "requests": len(touched)}
            unit.summary.update(counts)
            act_id = unit.commit()
    entities = frozenset({"stop_event", "service_request", "note", "outbox"}) if act_id else frozenset[str]()
    counts = {"act": act_id, "recorded": len(new), "requests": len(touched), "told": told, **handed.to_json()}
    return Changes(act_id, work.actor, VERB, entities, tuple(sorted(touched)), counts, handed.sentence)


def _note(work: Work, unit: WriteUnit, city: City, now: datetime, plan: Plan, handed: Handed, line: Line) -> set[int]:
    """A note to a stop that nothing else became of, among staff at its requests."""
    ids = [RequestId(int(key)) for key in _stop(plan, handed.crew, line.sequence)["request_ids"]]
    wish = Wish(Verb.COMMENT, ids, _noted(handed.crew, line.note))
    scene, _ = carry_out(work, unit, city, now, wish, Deed(Verb.COMMENT, round(now.timestamp() * 1000)))
    return {int(key) for key in scene.rows["id"]}


def _noted(crew: str, note: str) -> str:
    return f"{crew}: {note}"


def _understood(unit: ReadUnit, city: City, text: str) -> Handed:
    """Read twice: the mark first, then the times with the midnight of the plan that it names."""
    mark = _read(text, None).mark
    if mark.city != city_tag(city.name):
        raise RefusedInput(f"This was handed back in another city than {city.name}.")
    plan = _plan(unit, mark.plan)
    content = plan.content
    if not 1 <= mark.crew <= len(content["crews"]):
        raise RefusedInput(f"Plan {mark.plan} has {len(content['crews'])} crews, no number {mark.crew}.")
    if sheet_mark(city.name, mark.plan, mark.crew, content) != mark:
        crew = content["crews"][mark.crew - 1]["crew"]
        raise RefusedInput(f"The sheet is not of the stops that {crew} has in plan {mark.plan}; mark them one by one.")

    midnight = datetime.combine(plan.date, time(), ZoneInfo(content["timezone"]))
    handed = _read(text, midnight)
    crew = content["crews"][mark.crew - 1]
    if len(handed.stops) != len(crew["stops"]):
        raise RefusedInput(f"{crew['crew']} has {len(crew['stops'])} stops in plan {mark.plan}, not so many.")
    told = [event for event in unit.stop_events.of_plan(plan.id) if event.crew == crew["crew"]]
    pairs = zip(handed.stops, crew["stops"], strict=True)
    lines = tuple(_line(unit, city, crew["crew"], one, stop, told) for one, stop in pairs)
    return Handed(int(plan.id), content["date"], crew["crew"], lines)


def _read(text: str, midnight: datetime | None) -> HandBack:
    return read_file(text, midnight) if text.lstrip("\ufeff \r\n\t").startswith("{") else read_code(text, midnight)


def _plan(unit: ReadUnit, plan_id: int) -> Plan:
    plan = unit.plans.get(plan_id)
    if plan is None:
        raise RefusedInput(f"There is no plan {plan_id} in this city.")
    return plan


def _stop(plan: Plan, crew: str, sequence: int) -> Mapping[str, Any]:
    own = next(one for one in plan.content["crews"] if one["crew"] == crew)
    found: Mapping[str, Any] = next(stop for stop in own["stops"] if stop["sequence"] == sequence)
    return found


def _line(
    unit: ReadUnit, city: City, crew: str, handed: HandedStop, stop: Mapping[str, Any], told: Sequence[StopEvent]
) -> Line:
    last = next((event for event in reversed(told) if event.job == stop["job"] and event.kind in ENDED), None)
    fate, why = _fate(unit, city, crew, handed, stop, last)
    where = stop.get("address") or stop["job"]
    reports = len(stop["request_ids"])
    return Line(stop["sequence"], stop["job"], where, handed.state, handed.at, handed.note, reports, fate, why)


def _fate(
    unit: ReadUnit, city: City, crew: str, handed: HandedStop, stop: Mapping[str, Any], last: StopEvent | None
) -> tuple[str, str]:
    if handed.state is not StopState.OPEN and last is None:
        return "new", ""
    if handed.state is not StopState.OPEN and last is not None and KINDS[handed.state].value != last.kind:
        at = last.at.astimezone(ZoneInfo(city.timezone))
        said = KIND_WORDS[StopKind(last.kind)]
        return "against", f"stop {stop['sequence']} was marked '{said}' at {at:%H:%M}; undo that first"
    if handed.note and not (last is not None and last.note == handed.note) and stop["request_ids"]:
        first = unit.notes.of(int(stop["request_ids"][0]))
        if not any(note.text == _noted(crew, handed.note) for note in first):
            return "note", ""
    return ("open" if handed.state is StopState.OPEN else "known"), ""
