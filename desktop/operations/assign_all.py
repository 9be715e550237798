"""Assign every request as a person asks for it: with the rules that no longer fit what is there told at the end."""

from __future__ import annotations

from dataclasses import replace

from desktop.operations.assign import assign
from desktop.operations.changes import Changes
from desktop.operations.standing_rules import broken_rules, broken_words
from desktop.operations.work import Work


def assign_all(work: Work) -> Changes:
    """Assign every request by the rules and areas of its day; counts hold `broken_rules` too, each in a sentence."""
    changes = assign(work)
    broken = broken_rules(work)
    sentence = " ".join(part for part in (changes.sentence, broken_words(broken)) if part)
    return replace(changes, counts={**changes.counts, "broken_rules": broken}, sentence=sentence)
