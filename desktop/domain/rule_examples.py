"""Whether an example of a set of rules reaches the department that it is meant for."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.domain.rules import Example


@dataclass(frozen=True, slots=True)
class Reached:
    """What became of an example: its department and the rule that gave it, empty for none; or the fault it met."""

    agency: str
    rule: str
    fault: str = ""


def expect(example: Example, found: Reached) -> str:
    """Empty where the example got what it expects; else what became of it, a sentence."""
    by = f" by rule '{found.rule}'" if found.rule else ""
    if found.fault:
        return f"It goes to nobody: {found.fault}."
    if found.agency != example.agency:
        return f"It goes to {found.agency or 'nobody'}{by}, but {example.agency or 'nobody'} is expected."
    if example.rule and found.rule != example.rule:
        took = f"Rule '{found.rule}' takes it" if found.rule else "No rule takes it"
        return f"{took}, but '{example.rule}' is expected."
    return ""
