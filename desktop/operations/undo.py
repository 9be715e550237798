"""Undo an act by another one: what it changed goes back, what it said is withdrawn, or corrected where it was heard."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from data import outbox
from data.errors import Conflict, RefusedInput
from data.records import Act, ActId, City, ServiceRequest
from data.repositories.work import OutboxMessage
from data.undoing import Compensation, Unminded, apply, compensation
from data.unit_of_work import ReadUnit, WriteUnit
from desktop.domain import answers
from desktop.domain.act_words import headed, words_of
from desktop.domain.answer_words import STANDING, said, status_words
from desktop.domain.city_settings import settings_of
from desktop.domain.lifecycle import TRANSITIONS, Verb
from desktop.domain.plain_text import amount
from desktop.operations.assign import ASSIGNED, BY_HAND
from desktop.operations.changes import Changes
from desktop.operations.decide_duplicates import VERBS as DECISIONS
from desktop.operations.incident_policy import WRITES, held_by_policy
from desktop.operations.incidents import leave
from desktop.operations.speaking import TOLD_DUPLICATE, facts_of, message
from desktop.operations.work import Work

UNDO = "undo"
IMPORTS = ("import requests", "import areas")
_IMPORT_WINDOW = timedelta(days=1)  # an import is looked at in peace
# What can be undone besides the acts on requests: verbs of the log whose values before and after say everything.
_OTHERS = (
    *IMPORTS, *DECISIONS, "assign", "save areas", "make area layer", "remove area layer", "rename area layer",
    "repair areas",
    "group duplicates", "decide point", "save template",
    "remove template", "set city", "save roster", "remove from roster", "cancel absence", "record stop", "hand back",
    "learn service times", "plan routes", "replan routes", "save plan", UNDO,
)  # fmt: skip
_OF_A_LAYER = ("import areas", "save areas", "repair areas")  # their summary names it
UNDOABLE = (*(verb.value for verb, row in TRANSITIONS.items() if row.undoable), *_OTHERS)
CORRECTION = "correction"
# Acts with a way back of their own: undo does not pass over them to an older act, it names that way.
_WAYS_BACK = {
    "save rules": "roll back to an older version of the rules instead ('opsmap rules rollback')",
    "roll back rules": "roll back to another version of the rules instead ('opsmap rules rollback')",
    "close department": "open the department again instead ('opsmap departments reopen')",
    "reopen department": "close the department again instead ('opsmap departments close')",
}


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """What undoing an act would do. `sentence` says it, or why it cannot be; `residents` get a correction.

    `about` is the request that stands in the way, where it is one.
    """

    act_id: ActId
    verb: str
    actor: str
    at: datetime
    allowed: bool
    sentence: str
    withdrawn: int = 0
    residents: int = 0
    about: int | None = None


@dataclass(frozen=True, slots=True)
class _Said:
    """The messages that an act is behind."""

    brought: tuple[OutboxMessage, ...]  # queued or held again by it
    silenced: tuple[int, ...]  # withdrawn by it

    def waiting(self) -> list[int]:
        return [one.id for one in self.brought if one.state in (outbox.HELD, outbox.FAILED)]

    def heard(self) -> list[OutboxMessage]:
        """What is on its way is taken for heard."""
        return [one for one in self.brought if one.state in (outbox.SENT, outbox.SENDING)]


def describe_undo(work: Work, act_id: ActId) -> UndoPlan:
    """Say beforehand what undoing an act would do: how many messages it withdraws, how many residents it corrects."""
    city = work.city()
    with work.store.read() as unit:
        act = _act(unit, act_id)
        why, about = _against(unit, city, act, work.clock.now()), None
        if not why:
            judged = Unminded("service_request", set(_judged(unit, act)), WRITES)
            back = compensation(unit, act.id, (judged, _assigned_since(unit, act)))
            why, about = _changed_since(unit, act, back), _disturbed(back)
        said = _said(unit, act)
    if why:
        return UndoPlan(act.id, act.verb, act.actor, act.at, False, why, about=about)
    waiting, heard = len(said.waiting()), len(said.heard())
    return UndoPlan(act.id, act.verb, act.actor, act.at, True, _beforehand(act, waiting, heard), waiting, heard)


def last_undoable(work: Work) -> ActId | None:
    """The newest act of the person that nobody undid, or None. An undo itself counts only where it is named.

    Rules and departments count too, though their way back is another one: what was done before them is not meant.
    """
    with work.store.read() as unit:
        verbs = [*(verb for verb in UNDOABLE if verb != UNDO), *_WAYS_BACK]
        found = (act.id for act in unit.log.last_by(work.actor, verbs) if not _is_undone(unit, act))
        return next(found, None)


def undo(work: Work, *, act_id: ActId) -> Changes:
    """Take an act back, or an undo: then what was undone is done again.

    RefusedInput for an act that cannot be undone or whose time is over; Conflict, naming who and what, where something
    changed since. Messages still held are withdrawn, residents who were told get a correction.
    """
    city, now = work.city(), work.clock.now()
    work.breathe(0.1, "Reading what was done")
    with work.store.write(UNDO, actor=work.actor, at=now, undoes=act_id) as unit:
        act = _act(unit, act_id)
        why = _against(unit, city, act, now)
        if why:
            raise RefusedInput(why)
        leave(unit, _judged(unit, act))
        back = compensation(unit, act.id, (_assigned_since(unit, act),))
        disturbed = _changed_since(unit, act, back)
        if disturbed:
            raise Conflict(disturbed, _disturbed(back))
        work.breathe(0.4, "Putting it back")
        apply(unit, back)
        withdrawn, corrected = _answer_for(unit, city, act, now)
        counts = _counts(back, withdrawn, corrected)
        unit.summary.update(counts, undone=act.verb)
        new = unit.commit()
    entities = frozenset({*(one.entity for one in back.changes), *back.removals, *back.returns, "outbox"})
    sentence = _afterwards(act, counts)
    return Changes(new, work.actor, UNDO, entities, None, {"act": new, "undone": act.id, **counts}, sentence)


# whether it may be


def _act(unit: ReadUnit, act_id: ActId) -> Act:
    found = unit.log.act(act_id)
    if found is None:
        raise RefusedInput(f"There is no act {act_id}; 'opsmap requests show ID' tells what was done.")
    return found


def _against(unit: ReadUnit, city: City, act: Act, now: datetime) -> str:
    """Why an act cannot be undone at all; empty where it can."""
    if act.verb == Verb.ARCHIVE.value:
        return "Archiving cannot be undone; the residents can report anew."
    if act.verb not in UNDOABLE:
        way = f"; {_WAYS_BACK[act.verb]}" if act.verb in _WAYS_BACK else ""
        return f"'{headed(words_of(act.verb))}' cannot be undone{way}."
    undoing = unit.log.undoing(act.id)
    if undoing is not None and not _is_undone(unit, undoing):
        return f"It was undone already, by {undoing.actor} at {_time(undoing.at)}."
    if act.undoes is not None and _act(unit, act.undoes).verb in IMPORTS:
        return "An import that was undone cannot be done again from the log; import the file once more."
    window = _IMPORT_WINDOW if act.verb in IMPORTS else timedelta(seconds=settings_of(city).undo_s)
    if now - act.at > window:
        minutes = round(window.total_seconds() / 60)
        return f"'{headed(_called(act))}' was at {_time(act.at)}; it can be undone for {minutes:,} minutes only."
    return ""


def _is_undone(unit: ReadUnit, act: Act) -> bool:
    undoing = unit.log.undoing(act.id)
    return undoing is not None and not _is_undone(unit, undoing)


def undone_among(acts: Sequence[Act]) -> set[ActId]:
    """Of acts with all that followed them, those that are undone as the last of them ended."""
    newest = {act.undoes: act for act in acts if act.undoes is not None}  # in order of id: the last one counts

    def is_undone(act_id: ActId) -> bool:
        return act_id in newest and not is_undone(newest[act_id].id)

    return {act.id for act in acts if is_undone(act.id)}


def _changed_since(unit: ReadUnit, act: Act, back: Compensation) -> str:
    """What stands in the way of the values before: what the log never held, or a later change."""
    if back.lost:
        return f"'{headed(_called(act))}' also wrote {back.lost[0]}; it cannot be undone."
    if not back.disturbed:
        return ""
    entity, number = back.disturbed[0]
    last = unit.log.last_touch(entity, number)
    by = f" by {last.actor} at {_time(last.at)} ({words_of(last.verb)})" if last else ""
    more = len(back.disturbed) - 1
    words = f", and so {'was' if more == 1 else 'were'} {more:,} more" if more else ""
    return f"{_name(unit, entity, number)} was changed{by} since{words}; nothing was undone."


def _judged(unit: ReadUnit, act: Act) -> list[int]:
    """The requests that an import brought and the policy put into incidents since: they leave these before they go."""
    if act.verb != IMPORTS[0]:
        return []
    blocks = unit.log.blocks(act_id=act.id, entity="service_request")
    return held_by_policy(unit, [number for block in blocks if block.kind == "created" for number in block.ids])


def _assigned_since(unit: ReadUnit, act: Act) -> Unminded:
    """What rules and areas said of requests that an import brought; a person who gave one away is minded."""
    if act.verb != IMPORTS[0]:
        return Unminded("service_request", (), ())
    blocks = unit.log.blocks(act_id=act.id, entity="service_request")
    made = [number for block in blocks if block.kind == "created" for number in block.ids]
    rows = unit.requests.arrays(["id", "assigned_rule"], ids=made)
    return Unminded("service_request", set(rows["id"][rows["assigned_rule"] != BY_HAND].tolist()), ASSIGNED)


def _disturbed(back: Compensation) -> int | None:
    """The first request that a later change stands in the way of."""
    return next((number for entity, number in back.disturbed if entity == "service_request"), None)


def _name(unit: ReadUnit, entity: str, number: int) -> str:
    if entity == "service_request":
        found = unit.requests.many([number])
        return f"Request {found[0].service_request_id}" if found else "A request"
    return f"{entity.replace('_', ' ').capitalize()} {number}"


# what was said


def _said(unit: ReadUnit, act: Act) -> _Said:
    """The messages of an act as they are now."""
    set_to: dict[str, set[int]] = defaultdict(set)
    for block in unit.log.blocks(act_id=act.id, entity="outbox"):
        if block.kind == "changed" and "state" in block.columns:
            for number, state in zip(block.ids, block.columns["state"][1], strict=True):
                set_to[state].add(number)
    brought = unit.outbox.of_act(act.id)
    brought += unit.outbox.many(sorted(set_to[outbox.HELD] - {one.id for one in brought}))
    silenced = unit.outbox.many(sorted(set_to[outbox.WITHDRAWN]))
    return _Said(tuple(brought), tuple(one.id for one in silenced if one.state == outbox.WITHDRAWN))


def _answer_for(unit: WriteUnit, city: City, act: Act, now: datetime) -> tuple[int, int]:
    """Withdraw what has not left, correct what was heard, say again what an undo had withdrawn."""
    outbox.states(unit, [one.id for one in _said(unit, act).brought])  # held fast before they are judged
    said, hold_until = _said(unit, act), now + settings_of(city).hold
    outbox.withdraw(unit, said.waiting())
    outbox.hold_again(unit, said.silenced, hold_until)
    heard = said.heard()
    outbox.queue(unit, _corrections(unit, city, heard, now), hold_until)
    return len(said.waiting()), len(heard)


def _corrections(
    unit: ReadUnit, city: City, heard: Sequence[OutboxMessage], now: datetime
) -> list[Mapping[str, object]]:
    """A message to each resident who was told what is no longer so, in the words of where the request stands now."""
    about = {request.id: request for request in unit.requests.many([one.request_id or 0 for one in heard])}
    requests = [about[one.request_id] for one in heard if one.request_id in about]  # type: ignore[index]
    names = ("service_id", "address", "due_at", "service_request_id", "agency_id", "scheduled_for", "outcome")
    facts = facts_of(unit, city, {name: [getattr(one, name) for one in requests] for name in names}, now)
    own = settings_of(city).words
    text = said(own, "correction")

    def corrected(request: ServiceRequest, facts: answers.Facts) -> str:
        return answers.fill(text.replace(STANDING, status_words(own, request.status)), facts)

    # A system that heard of a duplicate hears that it is none; no resident was told, so none is corrected.
    silent = {one.request_id for one in heard if one.kind == TOLD_DUPLICATE}
    return [
        message(
            request.id,
            request.source_id,
            TOLD_DUPLICATE if request.id in silent else CORRECTION,
            ""
            if request.id in silent
            else answers.fill(text.replace(STANDING, status_words(own, request.status)), one),
            (request.service_request_id, request.status.value, request.outcome),
        )
        for request, one in zip(requests, facts, strict=True)
    ]


# how it is told


def _called(act: Act) -> str:
    """What an act is called within a sentence; a mark of a stop is one, whatever it did to the requests."""
    return words_of("record stop" if "marked" in act.summary else act.verb)


def _beforehand(act: Act, waiting: int, heard: int) -> str:
    words = [f"'{headed(_called(act))}' by {act.actor} at {_time(act.at)} goes back to what was before."]
    if waiting:
        words.append(f"{_messages(waiting)} that has not left is withdrawn." if waiting == 1 else
                     f"{_messages(waiting)} that have not left are withdrawn.")  # fmt: skip
    if heard:
        words.append(f"{heard:,} resident{' was' if heard == 1 else 's were'} told already and will get a correction.")
    return " ".join(words)


def _counts(back: Compensation, withdrawn: int, corrected: int) -> dict[str, int]:
    requests = {number for one in back.changes if one.entity == "service_request" for number in one.ids}
    requests |= set(back.removals.get("service_request", ()))
    return {
        "requests": len(requests),
        "removed": len(back.removals.get("service_request", ())),
        "withdrawn": withdrawn,
        "corrections": corrected,
    }


def _afterwards(act: Act, counts: Mapping[str, int]) -> str:
    about = f" for {amount(counts['requests'])}" if counts["requests"] else ""  # a note or a template changes none
    layer = act.summary.get("layer") if act.verb in _OF_A_LAYER else None
    of = f" of {layer}" if layer else ""
    words = [f"Undid '{_called(act)}'{of}{about}."]
    if counts["withdrawn"]:
        words.append(f"{_messages(counts['withdrawn'])} withdrawn.")
    if counts["corrections"]:
        words.append(f"{counts['corrections']:,} correction{'' if counts['corrections'] == 1 else 's'} to residents.")
    return " ".join(words)


def _messages(count: int) -> str:
    return f"{count:,} message{'' if count == 1 else 's'}"


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
