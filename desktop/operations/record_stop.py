"""What happened at a stop of a plan, told by or for its crew: kept with the plan, and carried to the requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from data.errors import Conflict, RefusedInput
from data.records import City, Plan, RequestId, StopEvent
from data.unit_of_work import ReadUnit, WriteUnit
from desktop.domain.answer_words import said
from desktop.domain.city_settings import settings_of
from desktop.domain.clock import today
from desktop.domain.crew_status import ENDED, CrewStatus, StopKind, crew_status
from desktop.domain.lifecycle import Deed, Outcome, Verb
from desktop.operations.changes import Changes
from desktop.operations.chosen_requests import Scene, Wish
from desktop.operations.handling import carry_out, handle
from desktop.operations.work import Work

VERB = "record stop"
OUTCOMES: Mapping[StopKind, Outcome] = {StopKind.DONE: Outcome.FIXED, StopKind.NOT_FOUND: Outcome.NOT_FOUND}
KIND_WORDS: Mapping[StopKind, str] = {
    StopKind.ACKNOWLEDGED: "acknowledged",
    StopKind.STARTED: "started",
    StopKind.DONE: "done",
    StopKind.NOT_FOUND: "not found",
    StopKind.OTHER_CREW: "needs another crew",
}
_AHEAD = timedelta(minutes=5)  # clocks of telephones may be that fast
_LONGEST_NOTE = 2000


@dataclass(frozen=True, slots=True)
class StopMark:
    """What is told. `sequence` or `job` names the stop, none of them the whole crew.

    note: for staff, kept with the stop. answer: to the residents, in place of the city's usual words. at: when it
    happened; now unless told. by: who of the crew says so.
    """

    crew: str
    kind: StopKind
    sequence: int | None = None
    job: str = ""
    at: datetime | None = None
    note: str = ""
    answer: str = ""
    by: str = ""


def record_stop(work: Work, *, mark: StopMark, day: date | None = None, plan_id: int | None = None) -> Changes:
    """Keep what happened at a stop of a plan (the newest of a day, today's unless told) as one act.

    Done and not found close all reports of the stop with an answer to each, a part of a big job only the last time;
    started says that work began; needing another crew leaves a note among staff. RefusedInput where plan, crew or stop
    are not there or the stop has ended; Conflict where somebody else was first.
    """
    city, now = work.city(), work.clock.now()
    at = mark.at or now
    _refuse_to_come(city, at, now)
    if len(mark.note) > _LONGEST_NOTE:
        raise RefusedInput(f"The note has {len(mark.note):,} characters; {_LONGEST_NOTE:,} are the most.")
    this_day = today(work.clock, city.timezone)
    with work.store.read() as unit:
        plan = _plan(unit, plan_id, day or this_day)
        if plan.date > this_day:
            raise RefusedInput(f"The plan is of {plan.date}; what happened at its stops can be told from that day on.")
        stop = _stop(_crew(plan, mark.crew), mark)
        _refuse_ended(unit, city, plan, mark, stop)
    row = _row(plan, mark, stop, at)
    ids = [] if stop is None else [RequestId(int(key)) for key in stop.get("request_ids", ())]
    if not ids:
        return _alone(work, plan, mark, row)
    wish, deed = _deed(city, mark, stop or {}, ids, round(now.timestamp() * 1000))

    def keep(scene: Scene) -> None:
        _still_open(scene.unit, city, plan, mark, row["job"])
        scene.unit.create("stop_event", [row])

    changes = handle(work, wish, deed, then=keep)
    if changes.act_id is None:  # the requests are where they should be already
        return _alone(work, plan, mark, row, changes.sentence)
    counts = {**changes.counts, **_counts(plan, mark, row)}
    words = f"{_told(mark, row)} {changes.sentence}"
    return replace(changes, entities=changes.entities | {"stop_event"}, counts=counts, sentence=words)


def record_stops(work: Work, unit: WriteUnit, plan: Plan, marks: Sequence[StopMark]) -> tuple[set[int], int]:
    """Keep what happened at several stops of a plan, within an act that somebody else begins and commits.

    As `record_stop` for each of them. Returns the requests that were touched, and how many messages wait to leave.
    """
    city, now = work.city(), work.clock.now()
    touched, told = set[int](), 0
    for mark in marks:
        at = mark.at or now
        _refuse_to_come(city, at, now)
        stop = _stop(_crew(plan, mark.crew), mark)
        row = _row(plan, mark, stop, at)
        _still_open(unit, city, plan, mark, row["job"])
        ids = [] if stop is None else [RequestId(int(key)) for key in stop.get("request_ids", ())]
        if ids:
            wish, deed = _deed(city, mark, stop or {}, ids, round(now.timestamp() * 1000))
            scene, messages = carry_out(work, unit, city, now, wish, deed)
            touched |= {int(key) for key in scene.rows["id"]}
            told += messages
        unit.create("stop_event", [row])
    return touched, told


def crews_status(unit: ReadUnit, plan: Plan, now: datetime) -> dict[str, CrewStatus]:
    """Where each crew of a plan stands."""
    told: dict[str, list[StopEvent]] = {}
    for event in unit.stop_events.of_plan(plan.id):
        told.setdefault(event.crew, []).append(event)
    return {crew["crew"]: crew_status(crew, told.get(crew["crew"], []), now) for crew in plan.content["crews"]}


def plan_of_day(unit: ReadUnit, day: date) -> Plan:
    """The newest plan of a day; RefusedInput where there is none."""
    return _plan(unit, None, day)


def _plan(unit: ReadUnit, plan_id: int | None, day: date) -> Plan:
    if plan_id is None:
        found = unit.plans.latest(day)
        if found is None:
            raise RefusedInput(f"There is no plan of {day}; make one with 'opsmap routes plan --date {day}'.")
        return found
    found = next((one for one in unit.plans.all() if one.id == plan_id), None)
    if found is None:
        raise RefusedInput(f"There is no plan {plan_id}.")
    return found


def _crew(plan: Plan, name: str) -> Mapping[str, Any]:
    crews: Sequence[Mapping[str, Any]] = plan.content["crews"]
    found = next((crew for crew in crews if crew["crew"] == name), None)
    if found is None:
        there_are = ", ".join(str(crew["crew"]) for crew in crews[:8])
        raise RefusedInput(f"The plan of {plan.date} has no crew '{name}'; it has {there_are}.")
    return found


def _stop(crew: Mapping[str, Any], mark: StopMark) -> Mapping[str, Any] | None:
    """The stop that is meant; None for the whole crew."""
    if mark.kind is StopKind.ACKNOWLEDGED:
        return None
    stops: Sequence[Mapping[str, Any]] = crew["stops"]
    if mark.sequence is None and not mark.job:
        raise RefusedInput(f"Say which stop of {mark.crew} is {KIND_WORDS[mark.kind]}, by its number or its job.")
    for stop in stops:
        if stop["sequence"] == mark.sequence or (mark.job and stop["job"] == mark.job):
            return stop
    named = f"stop {mark.sequence}" if mark.sequence is not None else f"job '{mark.job}'"
    raise RefusedInput(f"{mark.crew} has no {named}; it has {len(stops):,} {'stop' if len(stops) == 1 else 'stops'}.")


def _row(plan: Plan, mark: StopMark, stop: Mapping[str, Any] | None, at: datetime) -> dict[str, Any]:
    of: Mapping[str, Any] = stop or {}
    part, parts = of.get("part") or (None, None)
    ids = of.get("request_ids") or (None,)
    return {
        "plan_id": int(plan.id),
        "crew": mark.crew,
        "job": str(of.get("job", "")),
        "sequence": of.get("sequence"),
        "request_id": ids[0],
        "part": part,
        "parts": parts,
        "at": at,
        "kind": mark.kind.value,
        "by": mark.by,
        "note": mark.note,
    }


def _deed(
    city: City, mark: StopMark, stop: Mapping[str, Any], ids: Sequence[RequestId], now_ms: int
) -> tuple[Wish, Deed]:
    """What the mark means for the requests of the stop."""
    summary = {"crew": mark.crew, "stop": stop["sequence"], "marked": mark.kind.value}
    part, parts = stop.get("part") or (1, 1)
    if mark.kind in OUTCOMES and part >= parts:
        outcome = OUTCOMES[mark.kind]
        words = mark.answer or said(settings_of(city).words, f"stop.{mark.kind.value}")
        wish = Wish(Verb.CLOSE, ids, words, include_incident=True, summary={**summary, "outcome": outcome.value})
        return wish, Deed(Verb.CLOSE, now_ms, outcome=outcome)
    if mark.kind is StopKind.STARTED:
        return Wish(Verb.START, ids, mark.answer, include_incident=True, summary=summary), Deed(Verb.START, now_ms)
    words = f"{mark.crew}: {KIND_WORDS[mark.kind]}"
    words += f", part {part} of {parts}" if parts > 1 else ""
    words += f". {mark.note}" if mark.note else "."
    return Wish(Verb.COMMENT, ids, words, summary=summary), Deed(Verb.COMMENT, now_ms)


def _alone(work: Work, plan: Plan, mark: StopMark, row: Mapping[str, Any], remark: str = "") -> Changes:
    """Keep a mark that changes no request."""
    city = work.city()
    with work.store.write(VERB, actor=work.actor, at=work.clock.now()) as unit:
        _still_open(unit, city, plan, mark, row["job"])
        unit.create("stop_event", [row])
        unit.summary.update(crew=mark.crew, stop=row["sequence"], marked=mark.kind.value)
        act_id = unit.commit()
    counts = {"act": act_id, "requests": 0, **_counts(plan, mark, row)}
    words = f"{_told(mark, row)} {remark}".strip()
    return Changes(act_id, work.actor, VERB, frozenset({"stop_event"}), (), counts, words)


def _counts(plan: Plan, mark: StopMark, row: Mapping[str, Any]) -> dict[str, Any]:
    return {"plan": int(plan.id), "crew": mark.crew, "stop": row["sequence"], "marked": mark.kind.value}


def _told(mark: StopMark, row: Mapping[str, Any]) -> str:
    where = f"{mark.crew}, stop {row['sequence']}" if row["sequence"] is not None else mark.crew
    return f"{where}: {KIND_WORDS[mark.kind]}."


def _refuse_to_come(city: City, at: datetime, now: datetime) -> None:
    if at > now + _AHEAD:
        raise RefusedInput(f"{at.astimezone(ZoneInfo(city.timezone)):%Y-%m-%d %H:%M} is still to come.")


def _refuse_ended(unit: ReadUnit, city: City, plan: Plan, mark: StopMark, stop: Mapping[str, Any] | None) -> None:
    """RefusedInput for what was told before."""
    job = "" if stop is None else str(stop["job"])
    before = _last(unit, plan, mark.crew, job)
    if before is not None and _ends(before, mark.kind):
        raise RefusedInput(f"{_when(city, before, mark.crew)}; undo that first.")


def _still_open(unit: WriteUnit, city: City, plan: Plan, mark: StopMark, job: str) -> None:
    """Conflict where somebody marked the stop since it was looked at."""
    before = _last(unit, plan, mark.crew, job)
    if before is not None and _ends(before, mark.kind):
        raise Conflict(f"{_when(city, before, mark.crew)} meanwhile; look at the plan again.")


def _last(unit: ReadUnit, plan: Plan, crew: str, job: str) -> StopEvent | None:
    told = [one for one in unit.stop_events.of_plan(plan.id) if one.crew == crew and one.job == job]
    return told[-1] if told else None


def _ends(before: StopEvent, kind: StopKind) -> bool:
    return StopKind(before.kind) in ENDED or before.kind == kind


def _when(city: City, before: StopEvent, crew: str) -> str:
    at = before.at.astimezone(ZoneInfo(city.timezone))
    where = f"Stop {before.sequence} of {crew}" if before.sequence is not None else crew
    by = f" by {before.by}" if before.by else ""
    return f"{where} was marked '{KIND_WORDS[StopKind(before.kind)]}' at {at:%H:%M}{by}"
