"""One report asked of every rule, with each condition told: why a rule took it, and how close the others came.

It asks the very functions that go through whole columns; a test holds both ways against each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from desktop.domain.rule_expression import ExpressionFault, compiled
from desktop.domain.rule_matching import BY_COLUMNS, Reports, Words, answers_fit, area_name, facts_of, says
from desktop.domain.rules import WEEKDAYS, Condition, Rule, Rules


@dataclass(frozen=True, slots=True)
class Asked:
    """One condition of one rule, asked of one report."""

    condition: Condition
    holds: bool
    wanted: str
    found: str


@dataclass(frozen=True, slots=True)
class Trial:
    """One rule, asked of one report. Every condition is asked, so that it shows what stood in the way."""

    rule: int
    asked: tuple[Asked, ...]
    fault: str = ""

    @property
    def fits(self) -> bool:
        """Whether the rule takes the report."""
        return not self.fault and all(one.holds for one in self.asked)

    @property
    def against(self) -> tuple[Asked, ...]:
        """The conditions that do not hold."""
        return tuple(one for one in self.asked if not one.holds)


def trials(rules: Rules, reports: Reports, row: int) -> list[Trial]:
    """Every rule asked of one report, with each of its conditions."""
    (words,) = reports.read(np.array([row], dtype=np.int64))
    return [_trial(number, rule, reports, row, words) for number, rule in enumerate(rules)]


def _trial(number: int, rule: Rule, reports: Reports, row: int, words: Words) -> Trial:
    rows = np.array([row], dtype=np.int64)
    asked: list[Asked] = []
    fault = ""
    for condition in rule.asks:
        test = BY_COLUMNS.get(condition)
        if test is not None:
            holds = bool(test(rule, reports, rows)[0])
        elif condition is Condition.WHEN:
            holds, fault = _expression_holds(rule, reports, row, words, [one.holds for one in asked])
        else:
            holds = says(rule, words) if condition is Condition.TEXT else answers_fit(rule, words)
        asked.append(Asked(condition, holds, _wanted(rule, condition), _found(rule, condition, reports, row, words)))
    return Trial(number, tuple(asked), fault)


def _expression_holds(rule: Rule, reports: Reports, row: int, words: Words, before: Sequence[bool]) -> tuple[bool, str]:
    """Whether it holds; its fault counts only where everything before it held, for else it is never asked."""
    try:
        return compiled(rule.when).holds(facts_of(reports, row, words)), ""
    except ExpressionFault as fault:
        return False, str(fault) if all(before) else ""


def _wanted(rule: Rule, condition: Condition) -> str:
    """What a condition asks for, as the rule writes it."""
    listed = {
        Condition.SERVICE: rule.services,
        Condition.SOURCE: rule.sources,
        Condition.WEEKDAY: rule.weekdays,
        Condition.TEXT: rule.words,
    }
    if condition in listed:
        return ", ".join(listed[condition])
    if condition is Condition.DAYS:
        return f"{rule.effective_from or ''}..{rule.effective_to or ''}"
    if condition is Condition.AREA:
        return "; ".join(f"{layer}: {', '.join(rule.areas.get(layer, ()))}".rstrip(": ") for layer in rule.layers)
    if condition is Condition.ANSWER:
        return "; ".join(f"{code}: {', '.join(values)}".rstrip(": ") for code, values in rule.answers.items())
    return {Condition.HOURS: rule.hours, Condition.SEASON: rule.season, Condition.WHEN: rule.when}[condition] or ""


def _found(rule: Rule, condition: Condition, reports: Reports, row: int, words: Words) -> str:
    """What the report has there."""
    day = int(reports.day[row])
    if condition is Condition.SERVICE:
        return reports.services[int(reports.service[row])].code
    if condition is Condition.SOURCE:
        return reports.sources[int(reports.source[row])] if reports.source[row] >= 0 else ""
    if condition is Condition.AREA:
        return "; ".join(f"{layer}: {area_name(reports, layer, row)}".rstrip(": ") for layer in rule.layers)
    if condition is Condition.ANSWER:
        return "; ".join(f"{code}: {words.answers.get(code, '')}".rstrip(": ") for code in rule.answers)
    minute = int(reports.minute[row])
    return {
        Condition.DAYS: date.fromordinal(day).isoformat(),
        Condition.SEASON: date.fromordinal(day).isoformat(),
        Condition.WEEKDAY: WEEKDAYS[(day - 1) % 7],
        Condition.HOURS: f"{minute // 60:02}:{minute % 60:02}",
    }.get(condition, "")
