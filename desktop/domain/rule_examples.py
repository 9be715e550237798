"""Whether an example of a set of rules reaches the department that it is meant for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.domain.rule_trials import Trial
from desktop.domain.rules import Example, Rules


@dataclass(frozen=True, slots=True)
class Reached:
    """What became of an example: its department and the rule that gave it, empty for none; or the fault it met."""

    agency: str
    rule: str
    fault: str = ""


def deciding(trials: Sequence[Trial]) -> Trial | None:
    """The trial that decides: the first rule that takes the report, or stops it."""
    return next((trial for trial in trials if trial.fits or trial.fault), None)


def reached(rules: Rules, trials: Sequence[Trial], *, agency_of_area: str = "", agency_after: str = "") -> Reached:
    """What rules do with a report, given its trials.

    agency_of_area: the department of the area that the deciding rule asks. agency_after: who gets what no rule takes.
    """
    trial = deciding(trials)
    if trial is None:
        return Reached(agency_after, "")
    rule = rules.rule[trial.rule]
    return Reached("", rule.name, trial.fault) if trial.fault else Reached(rule.agency or agency_of_area, rule.name)


def expect(number: int, example: Example, found: Reached) -> str:
    """Empty where the example got what it expects; else a sentence."""
    about = f"Example {number} ({example.service} at {example.lat:g}, {example.long:g})"
    by = f" by rule '{found.rule}'" if found.rule else ""
    if found.fault:
        return f"{about} stops at rule '{found.rule}': {found.fault}. Correct the rule."
    if found.agency != example.agency:
        wanted, got = example.agency or "nobody", found.agency or "nobody"
        return f"{about} goes to {got}{by}, but {wanted} is expected. Correct the rules or the example."
    if example.rule and found.rule != example.rule:
        took = f"rule '{found.rule}' takes it" if found.rule else "no rule takes it"
        return f"{about}: {took}, but '{example.rule}' is expected. Correct the rules or the example."
    return ""
