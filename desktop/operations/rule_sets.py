"""The versions of the rules of assignment: read, saved after a look at what they would move, rolled back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import ValidationError

from data.connectors.values import storable
from data.errors import Conflict, RefusedInput, StoreFailure
from data.records import City, SavedRules
from data.unit_of_work import ReadUnit, WriteUnit
from desktop.domain.clock import today
from desktop.domain.rule_faults import Catalogue, RuleFault, ServiceAsking, faults
from desktop.domain.rule_matching import local_days_minutes
from desktop.domain.rule_text import MOST_BYTES, text_of
from desktop.domain.rules import Rules, content_of
from desktop.operations.changes import Changes
from desktop.operations.replay_rules import Draft, Replay, replay, seen_token
from desktop.operations.try_examples import try_examples
from desktop.operations.work import Work

ENTITIES = frozenset({"rule_set"})
MOST_NOTE = 2000


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One version. `until`: the first day on which a later one holds instead; on or before its own first: no day."""

    number: int
    rules: Rules
    note: str
    effective_from: date
    until: date | None
    saved_at: datetime
    saved_by: str

    @property
    def holds(self) -> bool:
        """Whether there is a day on which it holds."""
        return self.until is None or self.until > self.effective_from


def all_sets(unit: ReadUnit) -> list[RuleSet]:
    """Every version, the first one first, with the days on which it holds."""
    found: list[RuleSet] = []
    until: date | None = None
    for saved in reversed(unit.rules.all()):
        found.append(_read(saved, until))
        until = saved.effective_from if until is None else min(until, saved.effective_from)
    return found[::-1]


def last_set(unit: ReadUnit) -> RuleSet | None:
    """The version that was saved last: what the next one is based on."""
    saved = unit.rules.last()
    return None if saved is None else _read(saved, None)


def rules_in_force(unit: ReadUnit, day: date) -> RuleSet | None:
    """The version that holds for reports of a day; None before the first."""
    return next((one for one in reversed(all_sets(unit)) if one.effective_from <= day), None)


def catalogue_of(unit: ReadUnit, today: date) -> Catalogue:
    """What rules may name, as it is in the store."""
    agencies = unit.agencies.all()
    names = {agency.id: agency.name for agency in agencies}
    areas = {layer.name: unit.areas.ever(layer.id) for layer in unit.areas.layers()}
    layers = {
        layer: {
            area.name: "" if area.agency_id is None else names[area.agency_id]
            for area in drawn
            if area.effective_to is None
        }
        for layer, drawn in areas.items()
    }
    ending = {
        layer: frozenset(area.name for area in drawn if area.effective_to is not None and area.effective_to > today)
        for layer, drawn in areas.items()
    }
    return Catalogue(
        services=_services(unit),
        agencies={agency.name: agency.closed_on for agency in agencies},
        layers=layers,
        sources=frozenset(source.name for source in unit.sources.all()),
        today=today,
        ending=ending,
    )


def _services(unit: ReadUnit) -> tuple[ServiceAsking, ...]:
    return tuple(
        ServiceAsking(
            service.service_code,
            service.service_name,
            service.group,
            {question.code: question.values for question in unit.services.questions(service.id)},
        )
        for service in unit.services.all()
    )


def faults_in(work: Work, rules: Rules, first_day: date | None = None) -> tuple[RuleFault, ...]:
    """What is wrong with rules beside what the store has, and the examples that do not get what they expect.

    first_day: from which the rules hold, today unless told. Examples are tried where nothing else is refused.
    """
    city = work.city()
    with work.store.read() as unit:
        return _faults(work, unit, city, rules, today(work.clock, city.timezone), first_day)


def save_rules(
    work: Work,
    *,
    rules: Rules,
    note: str = "",
    effective_from: date | None = None,
    based_on: int | None,
    seen: str = "",
    without_replay: bool = False,
) -> Changes:
    """Keep rules as the newest version, for reports from a day on (today unless told).

    based_on: the number of the version that was edited, None for none; Conflict where a newer one was saved meanwhile.
    seen: the token of the replay that was on show (Replay.seen). RefusedInput where the replay was of something else,
    unless it is told that there was none (for the command line, which says so); and for each fault, in a sentence.
    """
    city = work.city()
    first_day = effective_from or today(work.clock, city.timezone)
    if len(note) > MOST_NOTE:
        raise RefusedInput(f"The note has {len(note):,} characters; {MOST_NOTE:,} are the most, shorten it.")
    size = len(text_of(rules).encode("utf-8"))
    if size > MOST_BYTES:
        raise RefusedInput(f"As text these rules have {size:,} bytes; {MOST_BYTES:,} are the most, shorten them.")
    content, note = content_of(rules), storable(note)
    with work.store.write("save rules", actor=work.actor, at=work.clock.now()) as unit:
        last = _last_of(unit, based_on)
        _refuse(_faults(work, unit, city, rules, today(work.clock, city.timezone), first_day))
        if not without_replay and seen != seen_token(unit, Draft(rules=rules)):
            raise RefusedInput(
                "What these rules would move was not seen, or rules or areas have changed since; look at the replay "
                "again, then save."
            )
        same = last is not None and last.content == content and last.effective_from <= first_day
        number = last.id if same and last is not None else _keep(unit, work, last, content, note, first_day)
        counts = {"set": number, "rules": len(rules), "examples": len(rules.example), "effective_from": str(first_day)}
        unit.summary.update(counts, without_replay=without_replay)
        act_id = None if same else unit.commit()
    sentence = (
        f"These are the rules that are saved already (set {number}); nothing changed."
        if same
        else f"Saved {_rules(len(rules))} as set {number}, for reports from {first_day} on."
    )
    return Changes(act_id, work.actor, "save rules", ENTITIES, (), {"act": act_id, **counts}, sentence)


def roll_back(work: Work, to: int, *, based_on: int | None = None) -> Changes:
    """Save an older version anew, from the first day of all that were saved after it: these hold on no day any more.

    based_on: the version that was thought to be the last; Conflict where it is not. RefusedInput where the version is
    not there, is the last one anyway, or names what is gone.
    """
    city = work.city()
    with work.store.write("roll back rules", actor=work.actor, at=work.clock.now()) as unit:
        sets = all_sets(unit)
        last = _last_of(unit, based_on if based_on is not None or not sets else sets[-1].number)
        older = next((one for one in sets if one.number == to), None)
        newer = [one for one in sets if one.number > to]
        if older is None:
            known = f"there are {sets[0].number} to {sets[-1].number}" if sets else "none was saved yet"
            raise RefusedInput(f"There is no set {to} of rules; {known} ('opsmap rules list').")
        if not newer:
            raise RefusedInput(f"Set {to} is the one that was saved last; name an older one.")
        first_day = min(one.effective_from for one in newer)
        _refuse(faults(older.rules, catalogue_of(unit, today(work.clock, city.timezone))))
        note = f"Set {to} again. {older.note}".strip()[:MOST_NOTE]
        number = _keep(unit, work, last, content_of(older.rules), note, first_day)
        counts = {"set": number, "to": to, "rules": len(older.rules), "effective_from": str(first_day)}
        unit.summary.update(counts)
        act_id = unit.commit()
    gone = ", ".join(str(one.number) for one in newer)
    words = f"Set {to} holds again for reports from {first_day} on, as set {number}; set {gone} holds on no day."
    return Changes(act_id, work.actor, "roll back rules", ENTITIES, (), {"act": act_id, **counts}, words)


def recent_replay(work: Work, rules: Rules, *, first: date | None = None, last: date | None = None) -> Replay:
    """The replay of some days, up to the last request that there is: a city whose requests end earlier has one too.

    Without `first`, of the 30 days before. RefusedInput for a period that ends before it begins.
    """
    return replay(work, Draft(rules=rules), first=first, last=last or _last_day(work))


def _last_day(work: Work) -> date:
    """The day of the newest request, today where there is none or it lies ahead."""
    city = work.city()
    last = today(work.clock, city.timezone)
    with work.store.read() as unit:
        reported = unit.requests.arrays(["requested_at"])["requested_at"]
    if not len(reported):
        return last
    days, _ = local_days_minutes(reported.max(keepdims=True), city.timezone)
    return min(last, date.fromordinal(int(days[0])))


def refusing(found: Replay) -> tuple[str, ...]:
    """Why rules may not be saved after their replay: each rule that stopped a request."""
    return tuple(f"Rule '{one.rule}' stops request {one.service_request_id}: {one.sentence}" for one in found.faults)


def _read(saved: SavedRules, until: date | None) -> RuleSet:
    try:
        rules = Rules.model_validate(saved.content)
    except ValidationError as fault:
        raise StoreFailure(
            f"Set {saved.id} of the rules cannot be read; a newer Opsmap may have saved it. Roll back to an older one."
        ) from fault
    return RuleSet(saved.id, rules, saved.note, saved.effective_from, until, saved.saved_at, saved.saved_by)


def _last_of(unit: ReadUnit, based_on: int | None) -> SavedRules | None:
    """The version saved last; Conflict where it is not the one that was edited."""
    last = unit.rules.last()
    if (last.id if last else None) == based_on:
        return last
    if last is None:
        raise Conflict("The rules you began with are no longer there; look at the rules again.")
    raise Conflict(
        f"{last.saved_by} saved set {last.id} of the rules at {last.saved_at:%Y-%m-%d %H:%M} UTC meanwhile; look at it "
        "and make your change there."
    )


def _faults(
    work: Work, unit: ReadUnit, city: City, rules: Rules, now: date, first_day: date | None
) -> tuple[RuleFault, ...]:
    found = faults(rules, catalogue_of(unit, now))
    if any(fault.refuses for fault in found):
        return found
    return found + tuple(
        RuleFault("example", number, rules.example[number - 1].service, what, "Correct the rules or the example.")
        for number, what in try_examples(work, unit, city, rules, first_day or now)
    )


def _refuse(found: Sequence[RuleFault]) -> None:
    refused = [fault.sentence for fault in found if fault.refuses]
    if refused:
        raise RefusedInput("\n".join(refused))


def _keep(
    unit: WriteUnit, work: Work, last: SavedRules | None, content: Mapping[str, Any], note: str, first_day: date
) -> int:
    """The number of the new version: one past `last`, so that of two people who save at once one gets a Conflict."""
    row = {"id": last.id + 1 if last else 1, "content": content, "note": note, "effective_from": first_day}
    (number,) = unit.create("rule_set", [{**row, "saved_at": work.clock.now(), "saved_by": work.actor}])
    return number


def _rules(count: int) -> str:
    return "1 rule" if count == 1 else f"{count:,} rules"
