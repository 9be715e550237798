"""What is wrong with rules beside what the city has: names nobody has, conditions that exclude each other, rules that
never get their turn. Each fault is told with the rule, what it is and what to do."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import islice

from rapidfuzz import fuzz, process

from desktop.domain.rule_expression import ExpressionFault, Facts, asked_answers, asked_layers, compiled
from desktop.domain.rule_scope import Scope, scope_of
from desktop.domain.rules import Example, Rule, Rules

MOST_LISTED = 8
CLOSE = 60.0  # of 100: a slip of the pen
MOST_OF_ONE, MOST_OF_ALL = 40, 2000  # faults that are told: each looks for a name that is close


@dataclass(frozen=True, slots=True)
class ServiceAsking:
    """A service with what it asks: codes of questions with the answers that can be chosen, none where any may be."""

    code: str
    name: str
    group: str
    questions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What rules may name."""

    services: tuple[ServiceAsking, ...]
    agencies: Mapping[str, date | None]  # with the first day on which one takes nothing more
    layers: Mapping[str, Mapping[str, str]]  # areas with their department, empty where there is none
    sources: frozenset[str]
    today: date
    # Areas of a layer that hold yet but are drawn otherwise from some day on: rules may still name them.
    ending: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RuleFault:
    """One fault. `part` is "rule", "example" or "set"; numbers count from 1. Warnings refuse nothing."""

    part: str
    number: int
    name: str
    what: str
    todo: str
    refuses: bool = True

    @property
    def sentence(self) -> str:
        """All of it in words."""
        return f"{self.part.capitalize()} {self.number} ('{self.name}'): {self.what} {self.todo}"


@dataclass(frozen=True, slots=True)
class _Told:
    what: str
    todo: str
    refuses: bool = True


def faults(rules: Rules, catalogue: Catalogue) -> tuple[RuleFault, ...]:
    """Everything that is wrong with a set of rules, rule by rule, then its examples; of very many, the first ones."""
    found: list[RuleFault] = []
    scopes = [scope_of(rule, catalogue.layers) for rule in rules]
    for number, rule in enumerate(rules, 1):
        if len(found) > MOST_OF_ALL:
            what, todo = "It was not checked, there are too many faults before it.", "Mend these first."
            return (*found, RuleFault("rule", number, rule.name, what, todo))
        told = [*islice(_of_rule(rule, scopes[number - 1], catalogue), MOST_OF_ONE)]
        told += _of_order(rules.rule, scopes, number)
        found += [RuleFault("rule", number, rule.name, one.what, one.todo, one.refuses) for one in told]
    for number, example in enumerate(rules.example, 1):
        told = list(islice(_of_example(example, rules, catalogue), MOST_OF_ONE))
        found += [RuleFault("example", number, example.service, one.what, one.todo, one.refuses) for one in told]
    return tuple(found)


def _of_rule(rule: Rule, scope: Scope, catalogue: Catalogue) -> Iterator[_Told]:
    codes = [service.code for service in catalogue.services]
    yield from _unknown("service", "code", rule.services, codes)
    yield from _unknown("source", "name", rule.sources, catalogue.sources)
    yield from _of_areas(rule, catalogue)
    yield from _of_answers(rule, catalogue)
    yield from _of_result(rule, catalogue)
    yield from _of_days(rule, scope, catalogue.today)
    if rule.when.strip():
        yield from _of_expression(rule, catalogue)


def _of_areas(rule: Rule, catalogue: Catalogue) -> Iterator[_Told]:
    yield from _unknown("layer", "name", rule.layers, catalogue.layers)
    for layer, wanted in rule.areas.items():
        areas = catalogue.layers.get(layer, {})
        for area in wanted if layer in catalogue.layers else ():
            if area not in areas and area not in catalogue.ending.get(layer, ()):
                yield _Told(f"The layer {layer} has no area '{area}'.", _instead(area, areas))


def _of_answers(rule: Rule, catalogue: Catalogue) -> Iterator[_Told]:
    asking = _asking(rule, catalogue)
    for code, wanted in rule.answers.items():
        yield from _unasked(code, rule, catalogue)
        choices = [service.questions[code] for service in asking if code in service.questions]
        if not choices or not all(choices):
            continue  # some service takes any text
        known = sorted({value for values in choices for value in values})
        folded = {value.strip().casefold() for value in known}
        for answer in wanted:
            if answer.casefold() not in folded:
                yield _Told(f"Nobody can answer '{answer}' to the question {code}.", _instead(answer, known))


def _asking(rule: Rule, catalogue: Catalogue) -> list[ServiceAsking]:
    return [service for service in catalogue.services if not rule.services or service.code in rule.services]


def _unasked(code: str, rule: Rule, catalogue: Catalogue) -> Iterator[_Told]:
    """A question that none of the rule's services asks; unknown services are told already."""
    asking = _asking(rule, catalogue)
    if any(code in service.questions for service in asking) or (rule.services and not asking):
        return
    if any(code in service.questions for service in catalogue.services):
        of = f"None of its services asks the question '{code}', so it could never hold."
        yield _Told(of, "Name a service that asks it, or leave the question out.")
        return
    known = {one for service in catalogue.services for one in service.questions}
    yield _Told(f"No service asks a question with the code '{code}'.", _instead(code, known))


def _of_result(rule: Rule, catalogue: Catalogue) -> Iterator[_Told]:
    if rule.agency:
        yield from _unknown("department", "name", [rule.agency], catalogue.agencies)
        yield from _closed(rule, [rule.agency], catalogue)
        return
    areas = catalogue.layers.get(rule.agency_of)
    if areas is None:
        return  # told with the layers
    meant = [area for area in rule.areas.get(rule.agency_of) or areas if area in areas]
    without = [area for area in meant if not areas[area]]
    if not areas:
        yield _Told(f"The layer {rule.agency_of} has no areas, so nobody would get anything.", "Import its areas.")
    if without:
        have = "has" if len(without) == 1 else "have"
        what = f"{_few(without)} of the layer {rule.agency_of} {have} no department."
        yield _Told(what, f"Give each one, or name the areas that are meant under areas.{rule.agency_of}.")
    yield from _closed(rule, dict.fromkeys(areas[area] for area in meant if areas[area]), catalogue)


def _closed(rule: Rule, names: Collection[str], catalogue: Catalogue) -> Iterator[_Told]:
    for name in names:
        closed_on = catalogue.agencies.get(name)
        if closed_on is not None and (rule.effective_to is None or rule.effective_to >= closed_on):
            todo = "Name another department, or end the rule before that day (effective_to)."
            yield _Told(f"{name} is closed from {closed_on} on, and the rule holds after that.", todo)


def _of_days(rule: Rule, scope: Scope, today: date) -> Iterator[_Told]:
    if not scope.holds_on_a_day:
        what = "Its days, weekdays and season leave no day on which it holds."
        yield _Told(what, "Change one of them, or remove the rule.")
    elif rule.effective_to is not None and rule.effective_to < today:
        yield _Told(f"It ended on {rule.effective_to}.", "Remove it, unless older days are meant.", refuses=False)


# expressions


def _of_expression(rule: Rule, catalogue: Catalogue) -> Iterator[_Told]:
    try:
        expression = compiled(rule.when)
    except ExpressionFault as fault:
        yield _Told(f"Its expression cannot be used: {fault}.", "Correct `when`.")
        return
    yield from _unknown("layer", "name", asked_layers(rule.when), catalogue.layers)
    for code in asked_answers(rule.when):
        yield from _unasked(code, rule, catalogue)
    try:
        holds = expression.holds(_silent(rule, catalogue))
    except ExpressionFault as fault:
        if fault.always or expression.constant:
            yield _Told(f"Its expression can never be decided: {fault}.", "Correct `when`.")
        else:
            todo = "Ask first whether there is an answer, like answers.code != '' && ..."
            yield _Told(f"It stops a report that says nothing: {fault}.", todo, refuses=False)
        return
    if expression.constant:
        todo = "Leave `when` out." if holds else "Correct `when`, or remove the rule."
        yield _Told(f"Its expression is {'always' if holds else 'never'} true.", todo, refuses=False)


def _silent(rule: Rule, catalogue: Catalogue) -> Facts:
    """The facts of a report that says no more than the rule's other conditions ask for."""
    service = next(iter(_asking(rule, catalogue)), ServiceAsking("", "", ""))
    codes = {code for one in catalogue.services for code in one.questions} | set(asked_answers(rule.when))
    layers = {*catalogue.layers, *asked_layers(rule.when)}
    return {
        "service": service.code,
        "group": service.group,
        "source": next(iter(rule.sources), ""),
        "text": next(iter(rule.words), ""),
        "address": "",
        "answers": {code: next(iter(rule.answers.get(code, ())), "") for code in codes},
        "areas": {layer: next(iter(rule.areas.get(layer, ())), "") for layer in layers},
        "weekday": next(iter(rule.weekdays), "mon"),
        "hour": 12,
        "month": 1,
        "reported": datetime.combine(catalogue.today, datetime.min.time(), UTC),
    }


# order


def _of_order(rules: Sequence[Rule], scopes: Sequence[Scope], number: int) -> Iterator[_Told]:
    """Whether an earlier rule takes everything that this one would."""
    own = scopes[number - 1]
    before = [place for place in range(number - 1) if scopes[place].covers(own)]
    for place in before:
        if own.covers(scopes[place]) and _result(rules[place]) != _result(rules[number - 1]):
            what = f"It has the same conditions as rule {place + 1} ('{rules[place].name}') and another result."
            yield _Told(what, "Keep one of the two, or make their conditions differ.")
            return
    if before:
        what = f"Never reached: rule {before[0] + 1} takes these first."
        yield _Told(what, "Move it up, or remove it.", refuses=False)


def _result(rule: Rule) -> tuple[object, ...]:
    return rule.agency, rule.agency_of, rule.queue, rule.priority, rule.deadline_working_h


# examples


def _of_example(example: Example, rules: Rules, catalogue: Catalogue) -> Iterator[_Told]:
    by_code = {service.code: service for service in catalogue.services}
    yield from _unknown("service", "code", [example.service], by_code)
    yield from _unknown("source", "name", [example.source] if example.source else [], catalogue.sources)
    yield from _unknown("department", "name", [example.agency] if example.agency else [], catalogue.agencies)
    if example.rule:
        yield from _unknown("rule", "name", [example.rule], [rule.name for rule in rules])
    service = by_code.get(example.service)
    for code in example.answers if service is not None else ():
        if service is not None and code not in service.questions:
            yield _Told(f"Its service does not ask the question '{code}'.", _instead(code, service.questions))


# words


def _unknown(kind: str, by: str, named: Collection[str], known: Collection[str]) -> Iterator[_Told]:
    for name in named:
        if name not in known:
            yield _Told(f"No {kind} has the {by} '{name}'.", _instead(name, known))


def _instead(name: str, known: Collection[str]) -> str:
    close = process.extractOne(name, list(known), scorer=fuzz.ratio, processor=str.casefold, score_cutoff=CLOSE)
    if close:
        return f"Write {close[0]}."
    return f"There are {_few(sorted(known))}." if known else "There is none yet."


def _few(names: Sequence[str]) -> str:
    shown, more = names[:MOST_LISTED], len(names) - MOST_LISTED
    return f"{', '.join(shown)} and {more:,} more" if more > 0 else ", ".join(shown)
