"""Rules, replays and explanations in the words that the panes of Assignment show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication

from desktop.controllers.rule_reads import Shelf
from desktop.domain.rule_faults import Catalogue, RuleFault
from desktop.domain.rules import WEEKDAYS, Rule, Rules
from desktop.operations.explain_assignment import Explanation
from desktop.operations.replay_rules import NOBODY, Replay
from desktop.views import format as words
from desktop.views.assignment.rule_form import ANYWHERE, RuleChoices
from desktop.views.assignment.rules_model import NOBODY as LAST_LINE
from desktop.views.assignment.state import ExplainState, MoveLine, ReplayState, RuleLine, StepLine

translate = QCoreApplication.translate
MOST_MOVES = 2000  # that are listed


def rule_lines(
    rules: Rules, saved: Rules, catalogue: Catalogue, faults: Sequence[RuleFault], replay: Replay | None
) -> tuple[RuleLine, ...]:
    """The list of rules, and the line of what none takes."""
    before = {rule.name: rule for rule in saved}
    names = {service.code: service.name for service in catalogue.services}
    stops = {} if replay is None else {fault.rule: fault for fault in replay.faults}
    lines = []
    for number, rule in enumerate(rules, 1):
        mine = [fault for fault in faults if fault.part == "rule" and fault.number == number]
        refused = next((f"{fault.what} {fault.todo}" for fault in mine if fault.refuses), "")
        stop = stops.get(rule.name)
        if stop is not None and not refused:
            told = translate("Assignment", "Stops on {0}: {1}")
            refused = told.format(stop.service_request_id, stop.sentence.partition("stops here: ")[2] or stop.sentence)
        changed = before.get(rule.name) != rule
        lines.append(
            RuleLine(
                number=number,
                name=rule.name,
                chips=chips(rule, names),
                result=result_words(rule),
                took=None if replay is None else replay.took.get(rule.name, 0),
                note=translate("Assignment", "Changed, not saved") if changed else "",
                warning=next((fault.what for fault in mine if not fault.refuses), ""),
                fault=refused,
                stops_on=None if stop is None else stop.request_id,
            )
        )
    return (*lines, _last_line(replay))


def _last_line(replay: Replay | None) -> RuleLine:
    nobody = None if replay is None else sum(count for (_, to), count in replay.flows.items() if to == NOBODY)
    return RuleLine(
        LAST_LINE,
        translate("Assignment", "No rule takes it"),
        (translate("Assignment", "area layers, then"),),
        translate("Assignment", "nobody"),
        nobody,
    )


def chips(rule: Rule, services: Mapping[str, str]) -> tuple[str, ...]:
    """What a rule asks, a chip each; the services first."""
    found = [services.get(code, code) for code in rule.services]
    for layer in rule.layers:
        names = rule.areas.get(layer, ())
        found.append(translate("Assignment", "in {0}").format(", ".join(names) if names else layer))
    found += [f"“{word}”" for word in rule.words]
    found += [f"{code} = {', '.join(values) or '…'}" for code, values in rule.answers.items()]
    found += [weekday_words()[WEEKDAYS.index(day)] for day in rule.weekdays]
    found += [part.replace("-", "–") for part in (rule.hours,) if part]
    found += [part.replace("..", " – ") for part in (rule.season,) if part]
    found += list(rule.sources)
    if rule.when.strip():
        found.append(rule.when.strip())
    if rule.effective_from:
        found.append(translate("Assignment", "from {0}").format(words.short_date(rule.effective_from)))
    if rule.effective_to:
        found.append(translate("Assignment", "to {0}").format(words.short_date(rule.effective_to)))
    return tuple(found) or (translate("Assignment", "any service"),)


def weekday_words() -> tuple[str, ...]:
    """Monday to Sunday, short."""
    return (
        translate("Assignment", "Mon"),
        translate("Assignment", "Tue"),
        translate("Assignment", "Wed"),
        translate("Assignment", "Thu"),
        translate("Assignment", "Fri"),
        translate("Assignment", "Sat"),
        translate("Assignment", "Sun"),
    )


def result_words(rule: Rule) -> str:
    """Who gets it."""
    who = rule.agency or translate("Assignment", "department of {0}").format(rule.agency_of)
    return f"{who}, {rule.queue}" if rule.queue else who


def choices_of(catalogue: Catalogue) -> RuleChoices:
    """What the form offers."""
    anywhere, any_answer = translate("Assignment", "{0} · anywhere"), translate("Assignment", "{0} · any answer")
    areas = []
    for layer, named in catalogue.layers.items():
        areas.append(((layer, ANYWHERE), anywhere.format(layer)))
        areas += [((layer, area), f"{layer} · {area}") for area in named]
    answers: dict[tuple[str, str], str] = {}
    for service in catalogue.services:
        for code, values in service.questions.items():
            answers[(code, ANYWHERE)] = any_answer.format(code)
            answers |= {(code, value): f"{code} · {value}" for value in values}
    return RuleChoices(
        services=tuple(
            sorted(((one.code, one.name) for one in catalogue.services), key=lambda pair: pair[1].casefold())
        ),
        areas=tuple(areas),
        answers=tuple(answers.items()),
        weekdays=tuple(zip(WEEKDAYS, weekday_words(), strict=True)),
        sources=tuple((name, name) for name in sorted(catalogue.sources)),
        agencies=tuple(sorted(catalogue.agencies)),
        layers=tuple(catalogue.layers),
    )


def in_force_words(shelf: Shelf) -> str:
    """Which set holds today, and which comes."""
    held, last = shelf.in_force, shelf.last
    if last is None:
        return translate("Assignment", "No rules are in force: areas assign.")
    if held is None:
        told = translate("Assignment", "No rules are in force. Set {0} begins on {1}.")
        return told.format(last.number, words.short_date(last.effective_from))
    told = translate("Assignment", "In force: set {0}, since {1}").format(
        held.number, words.short_date(held.effective_from)
    )
    if last.number != held.number:
        more = translate("Assignment", "set {0} begins on {1}")
        told += " · " + more.format(last.number, words.short_date(last.effective_from))
    return told


def departments_of(replay: Replay) -> list[str]:
    """The departments of the table: those that requests move from or to, else all that have any; nobody last."""
    moving = {name for pair in replay.flows for name in pair if pair[0] != pair[1]}
    shown = moving or {name for pair in replay.flows for name in pair}
    return [*sorted(shown - {NOBODY}, key=str.casefold), NOBODY]


def replay_state(replay: Replay) -> ReplayState:
    """A replay as tables: departments that anything goes from or to, nobody last."""
    departments = departments_of(replay)
    flows = tuple(tuple(replay.flows.get((was, now), 0) for now in departments) for was in departments)
    nobody = translate("Assignment", "Nobody")
    span = words.span(words.short_date(replay.first), words.short_date(replay.last))
    left_out = translate("Assignment", "{0} given by hand stay").format(words.count(replay.by_hand))
    return ReplayState(
        title=translate("Assignment", "{0} requests, {1}").format(words.count(replay.requests), span),
        moved=replay.moved,
        departments=tuple(name or nobody for name in departments),
        flows=flows,
        services=tuple(replay.services.items()),
        moves=tuple(
            MoveLine(
                move.request_id,
                move.service_request_id,
                move.service,
                f"{move.before or nobody} › {move.after or nobody}",
                move.because,
            )
            for move in replay.moves[:MOST_MOVES]
        ),
        left_out=left_out if replay.by_hand else "",
    )


def explain_state(told: Explanation, about: str) -> ExplainState:
    """An explanation for its pane."""
    outcome = told.outcome
    hours, promise = outcome.deadline_working_h, list[str]()
    if outcome.queue:
        promise.append(translate("Assignment", "queue {0}").format(outcome.queue))
    if outcome.priority is not None:
        promise.append(translate("Assignment", "priority {0}").format(outcome.priority))
    if hours is not None:
        promise.append(translate("Assignment", "{0} working h").format(words.number(hours, 0 if hours % 1 == 0 else 1)))
    by_hand = translate("Assignment", "A person gave it to its department: no rule takes it back.")
    shown = told.nearest and "Nearest:" not in outcome.reason
    nearest = translate("Assignment", "Nearest: {0}.").format(told.nearest) if shown else ""
    return ExplainState(
        request_id=told.request_id,
        about=f"{told.service_request_id or about} · {told.service_name}",
        goes_to=told.agency,
        promise=" · ".join(promise),
        reason=outcome.reason,
        nearest=nearest,
        steps=tuple(StepLine(line.number, line.name, line.state, line.sentence) for line in told.rules),
        differs=by_hand if told.by_hand else "",
    )
