"""What residents read where nobody wrote anything: how a request ended, where it stands, the usual words of acts.

There are English words for all of it. A city that writes in another language sets its own, one by one.
"""

from __future__ import annotations

from collections.abc import Mapping

from data.records import Status
from desktop.domain import answers
from desktop.domain.answers import INSTEAD, PLACEHOLDERS, Facts
from desktop.domain.lifecycle import OUTCOME_WORDS, STATUS_WORDS, TRANSITIONS, Outcome, Verb

LONGEST = 200  # characters of words that stand inside a sentence
STANDING = "[standing]"  # in a correction: where the request stands
FIRST = "[first]"  # in what a source is told of a repeated report: the number of the first one
Own = Mapping[str, str]  # a city's own words, by key

_USUAL = {f"usual.{verb.name.lower()}": row.usual for verb, row in TRANSITIONS.items() if row.usual}
WORDS: Own = {
    **{f"outcome.{outcome.value}": words for outcome, words in OUTCOME_WORDS.items()},
    **{f"status.{status.value}": words for status, words in STATUS_WORDS.items()},
    **{f"instead.{name}": getattr(INSTEAD, name) for name in PLACEHOLDERS},
    **_USUAL,
    "correction": "Please disregard our last message about {service} at {address}, it was sent by mistake. "
    f"Your request {{request}} is {STANDING}.",
    "stop.done": "A crew has dealt with {service} at {address}.",
    "stop.not_found": "A crew was at {address} and did not find {service}. Please write again if it is still there.",
    "repeats": f"This was reported before, as {FIRST}. Both reports are dealt with together.",
    "apart": "This report is dealt with by itself; it is not taken for a repeat of another one any more.",
}
_WHOLE = (*_USUAL, "correction", "stop.done", "stop.not_found")  # whole texts, with placeholders


def said(own: Own, key: str) -> str:
    """The city's words under a key, or the usual ones."""
    return own.get(key) or WORDS[key]


def outcome_words(own: Own, outcome: Outcome) -> str:
    """How a request ended."""
    return said(own, f"outcome.{outcome.value}")


def status_words(own: Own, status: Status) -> str:
    """Where a request stands."""
    return said(own, f"status.{status.value}")


def usual_words(own: Own, verb: Verb) -> str:
    """What an act says where nobody wrote anything; empty for acts that want words, or tell nobody."""
    return said(own, f"usual.{verb.name.lower()}") if TRANSITIONS[verb].usual else ""


def instead(own: Own) -> Facts:
    """What stands for a fact that a request has not."""
    return Facts(**{name: said(own, f"instead.{name}") for name in PLACEHOLDERS})


def fault_of(own: Own) -> str:
    """The first rule that a city's words break, as a rule; empty where there is none."""
    for key, text in own.items():
        if key not in WORDS:
            return f"words are of {', '.join(WORDS)}; there is no {key!r}"
        if key in _WHOLE:
            fault = answers.fault_of(text)
            if fault:
                return f"words.{key}: {fault}"
        elif len(text) > LONGEST or any(sign in text for sign in "{}\n"):
            return f"words.{key} stand inside a sentence: one line of at most {LONGEST} characters without braces"
    return ""
