"""What is said of a rule that was asked: why it took a report, or what stood in its way, in one sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from desktop.domain.rule_trials import Asked, Trial
from desktop.domain.rules import Condition

_NAMES: Mapping[Condition, str] = {
    Condition.DAYS: "day",
    Condition.SERVICE: "service",
    Condition.SOURCE: "source",
    Condition.AREA: "area",
    Condition.WEEKDAY: "weekday",
    Condition.HOURS: "time of day",
    Condition.SEASON: "season",
    Condition.TEXT: "text",
    Condition.ANSWER: "answers",
    Condition.WHEN: "expression",
}


def trial_words(trial: Trial, near: str = "") -> str:
    """One sentence or two. `near` says how far the point is from the area that is wanted."""
    if trial.fault:
        return f"Stops here: {trial.fault}."
    if trial.fits:
        return f"{_capital(_listed(_fitting(trial.asked)))}." if trial.asked else "It takes everything."
    held = _fitting([one for one in trial.asked if one.holds])
    start = f"{_capital(_listed(held))}. " if held else ""
    return start + " ".join(f"{_against(one, near)}." for one in trial.against)


def _fitting(asked: Sequence[Asked]) -> list[str]:
    """What fits, in words."""
    words = []
    for one in asked:
        if one.condition is Condition.AREA:
            words.append(f"its point is in {one.found}")
        else:
            words.append(f"the {_NAMES[one.condition]} {'fit' if one.condition is Condition.ANSWER else 'fits'}")
    return words


def _against(one: Asked, near: str) -> str:
    """What does not fit: what is wanted, and what is there."""
    if one.condition is Condition.AREA:
        return near or f"Its point is not in {one.wanted}"
    if one.condition is Condition.SERVICE:
        return "The service does not fit"
    if one.condition is Condition.TEXT:
        return f"The text has none of: {one.wanted}"
    if one.condition is Condition.WHEN:
        return f"Not so: {one.wanted}"
    name = _NAMES[one.condition]
    if one.condition is Condition.ANSWER:
        return f"Answered {one.found or 'nothing'}, wanted {one.wanted}"
    return f"The {name} is {one.found or 'not known'}, wanted {one.wanted}"


def _listed(words: Sequence[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
